"""The command line `pricebook`: which commands there are, and what becomes of whatever they raise; no logic.

Exit codes: 0 clean, 1 findings, 2 wrong usage, 3 the machine or the tool itself failed. Commands are imported when they run, so that `--help`
answers at once. Source: authoring, Commands.
"""

import gc
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from engine.machine import is_fault, refuse_other_encodings, why

COMMANDS = {
    "bill": "Write all invoices of a period.",
    "change": "Quote a change of a running subscription.",
    "check": "Find every mistake in a book, in one run.",
    "completion": "Print the completion script for a shell.",
    "diff": "Show what an edit changes, and what it does.",
    "invoice": "Render an account's invoice for a period.",
    "lsp": "Serve an editor: findings, prices, renaming.",
    "new": "Start a new book, or a part of one.",
    "preview": "Show a live page of a book.",
    "quote": "Price an order, with every step.",
    "rate": "Rate usage of any size for a period.",
    "rule": "Explain a code such as T206.",
    "schema": "Print the schemas of the files; editor set-up.",
    "set": "Change one value or price, and see what it does.",
    "sheet": "Render the price sheet.",
    "test": "Run the book's examples.",
}
"""Every command with its line in the list; the command itself stands in `engine.commands.NAME` and is called `command`."""
ROOMS = {"preview": "engine.preview.command"}
"""Where a command stands that has a room of its own, above what all commands share."""


class Commands(click.Group):
    """A group that knows its commands' names and imports one only when it is called."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        return import_module(ROOMS.get(name, f"engine.commands.{name}")).command if name in COMMANDS else None

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(self, context: click.Context, arguments: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        name = arguments[0]
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            hint = f"Did you mean `{near[0]}`?" if near else f"The commands are {', '.join(COMMANDS)}."
            raise click.UsageError(f"There is no command `{name}`. {hint}", context)
        return super().resolve_command(context, arguments)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `pricebook check`, then `pricebook sheet -o sheet.html`. Each command has its own --help with an example.",
)
@click.version_option(package_name="pricebook", message="pricebook %(version)s")
@click.option("--debug", is_flag=True, expose_value=False, help="Show where in the program a failure happened.")
def pricebook() -> None:
    """Pricing as code: price books in YAML, exact quotes with every step, price sheets that cannot disagree with a bill."""


def run(arguments: Sequence[str]) -> int:
    """Runs one command line and returns its exit code; whatever happens, the user reads a message and never a traceback."""
    gc.set_threshold(100_000, 20, 100)  # records form no circles: to look for them often costs a third of a large book's time
    try:
        refuse_other_encodings(*arguments)
        result = pricebook.main(args=list(arguments), prog_name="pricebook", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except BaseException as error:
        return _tell(error, arguments)


def _tell(error: BaseException, arguments: Sequence[str]) -> int:
    try:
        from engine.commands.failures import tell

        return tell(error, arguments)
    except Exception as second:
        # Not even the message could be made: one plain line is still owed.
        said = "the machine refuses: {}; {}".format(*why(error)) if is_fault(error) else f"pricebook itself failed: {error!a} ({second!a})"
        sys.stderr.write(f"{said}\n")
        return 3
