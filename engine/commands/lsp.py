"""`pricebook lsp`: the language server that an editor starts."""

import sys
from datetime import date

import click

from engine.commands.options import described
from engine.commands.output import say
from engine.shelf import Unusable

INSTALL = "pip install 'pricebook[lsp]'"
PARTS = ("pygls", "lsprotocol", "cattrs")

HELP = """Serve an editor: findings while you type, completion, prices, renaming and fixes.

Editors start this by themselves and speak the language server protocol with it on standard input and output; docs/editors.md says how to
set up VS Code, JetBrains and Neovim."""


@described(HELP, "pricebook lsp --date 2026-10-01")
@click.option("--date", "day", metavar="DATE", help="The day that counts as today; default: today.")
def command(day: str | None) -> int:
    """Serves until the editor ends; 3 where the server is not installed."""
    from engine.commands.billing_period import day_of
    from engine.commands.reading import start_of_today
    from engine.values.periods import start_of_day

    fixed = day_of(day, date.max, "--date") if day is not None else None
    try:
        from engine.editor.server import serve
    except ImportError as error:
        if error.name is None or error.name.partition(".")[0] not in PARTS:
            raise
        raise _not_installed() from None
    if sys.stdin is not None and sys.stdin.isatty():
        say("this waits for an editor, which starts it by itself: docs/editors.md says how to set one up. Ctrl-C ends it")
    serve(start_of_today if fixed is None else lambda book: start_of_day(fixed, book.zone))
    return 0


def _not_installed() -> Unusable:
    from engine.diagnostics.files import LSP_NOT_INSTALLED
    from engine.diagnostics.record import report

    message = "editors cannot be served here: pygls, which speaks their protocol, is not installed"
    return Unusable(report(LSP_NOT_INSTALLED, message, subject="pricebook lsp", help=f"{INSTALL}. `pricebook check --watch` needs nothing"), exit_code=3)
