"""What a person reads when a command cannot do its work, and the exit code that goes with it. Never a traceback, unless asked for."""

import os
import sys
from collections.abc import Sequence

import click

from engine.commands.output import has_colour, say, width
from engine.diagnostics.files import TOOL_FAILED, WRONG_USAGE
from engine.diagnostics.record import Diagnostic, report
from engine.store import Unusable

FINDINGS, USAGE, FAILED = 1, 2, 3


def tell(error: BaseException, arguments: Sequence[str]) -> int:
    """Says what went wrong and returns the exit code: 2 wrong usage, 3 the tool itself failed, 130 stopped by the user."""
    match error:
        case BrokenPipeError():
            # The reader of our output went away (`pricebook sheet | head`): nothing is wrong, and nobody is left to tell.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        case click.Abort() | KeyboardInterrupt():
            say("stopped")
            return 130
        case SystemExit():
            return error.code if isinstance(error.code, int) else FAILED
        case click.ClickException():
            return _wrong_usage(error, arguments)
        case Unusable():
            show(error.diagnostics, {}, arguments)
            return error.exit_code
        case _:
            return _tool_failed(error, arguments)


def _wrong_usage(error: click.ClickException, arguments: Sequence[str]) -> int:
    context = getattr(error, "ctx", None)
    help_text = f"`{context.command_path} --help` shows what can be written" if context else "`pricebook --help` shows what can be written"
    if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
        say(error.format_message())
        return USAGE
    said = error.format_message().rstrip(".")
    if said[1:2].islower():
        said = said[0].lower() + said[1:]
    show([report(WRONG_USAGE, said, subject="command line", help=help_text)], {}, arguments)
    return USAGE


def _tool_failed(error: BaseException, arguments: Sequence[str]) -> int:
    if "--debug" in arguments:
        import traceback

        traceback.print_exception(error)
    said = " ".join(str(error).split())[:200]
    message = f"pricebook itself failed: {type(error).__name__}{f': {said}' if said else ''}"
    help_text = "this is a fault of the program, not of your files; run it again with --debug and report what it prints"
    show([report(TOOL_FAILED, message, help=help_text)], {}, arguments)
    return FAILED


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether the command line asks for JSON; needed where the line itself could not be understood."""
    pairs = zip(arguments, [*arguments[1:], ""], strict=True)
    return any((name in ("-f", "--format") and value == "json") or name in ("-fjson", "--format=json") for name, value in pairs)


def show(diagnostics: Sequence[Diagnostic], sources: dict[str, str], arguments: Sequence[str]) -> None:
    """Findings that take the place of a result: to stderr as text, or to stdout as one JSON document where JSON was asked for."""
    from engine.commands.output import write_result
    from engine.documents.findings import render_findings

    if wants_json(arguments):
        write_result(render_findings(diagnostics, sources, "json", False, width()))
    else:
        say(render_findings(diagnostics, sources, "text", has_colour(sys.stderr), width()).rstrip("\n"))
