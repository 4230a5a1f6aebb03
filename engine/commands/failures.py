"""What a person reads when a command cannot do its work, and the exit code that goes with it. Never a traceback, unless asked for."""

import os
from collections.abc import Sequence

import click

from engine.commands.output import say, say_as_it_is
from engine.commands.process import OutputLost, ended_by
from engine.diagnostics.files import CANNOT_WRITE, MACHINE_FAILED, TOOL_FAILED, WRONG_USAGE
from engine.diagnostics.record import Diagnostic, report
from engine.machine import is_fault, why
from engine.shelf import Unusable

FINDINGS, USAGE, FAILED = 1, 2, 3


def tell(error: BaseException, arguments: Sequence[str]) -> int:
    """Says what went wrong and returns the exit code: 2 wrong usage, 3 the machine or the tool failed, 130 stopped by the user."""
    if ended_by:
        return 128 + ended_by[0]
    match error:
        case click.Abort() | KeyboardInterrupt():
            say("stopped")
            return 130
        case SystemExit():
            return error.code if isinstance(error.code, int) else FAILED
        case click.ClickException():
            return _wrong_usage(error, arguments)
        case Unusable():
            show(error.diagnostics, arguments)
            return error.exit_code
        case OutputLost():
            reason, remedy = why(error.__cause__)
            show([report(CANNOT_WRITE, f"the result was not written: {reason}", subject="stdout", help=remedy)], ())
            return FAILED
        case _ if is_fault(error):
            return _machine_failed(error, arguments)
        case _:
            return _tool_failed(error, arguments)


def _wrong_usage(error: click.ClickException, arguments: Sequence[str]) -> int:
    context = getattr(error, "ctx", None)
    help_text = f"`{context.command_path} --help` shows what can be written" if context else "`pricebook --help` shows what can be written"
    if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
        say_as_it_is(error.format_message())
        return USAGE
    said = error.format_message().rstrip(".")
    if said[1:2].islower():
        said = said[0].lower() + said[1:]
    show([report(WRONG_USAGE, said, subject="command line", help=help_text)], arguments)
    return USAGE


def _machine_failed(error: BaseException, arguments: Sequence[str]) -> int:
    _trace(error, arguments)
    reason, remedy = why(error)
    name = getattr(error, "filename", None)
    message = f"`{os.fsdecode(name)}` cannot be used: {reason}" if isinstance(name, str | bytes) else f"the machine refuses: {reason}"
    show([report(MACHINE_FAILED, message, help=remedy)], arguments)
    return FAILED


def _tool_failed(error: BaseException, arguments: Sequence[str]) -> int:
    _trace(error, arguments)
    said = " ".join(str(error).split())[:200]
    message = f"pricebook itself failed: {type(error).__name__}{f': {said}' if said else ''}"
    help_text = "this is a fault of the program, not of your files; run it again with --debug and report what it prints"
    show([report(TOOL_FAILED, message, help=help_text)], arguments)
    return FAILED


def _trace(error: BaseException, arguments: Sequence[str]) -> None:
    if "--debug" in arguments:
        import traceback

        for line in "".join(traceback.format_exception(error)).splitlines():
            say(line)


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether the command line asks for JSON; needed where the line itself could not be understood."""
    pairs = zip(arguments, (*arguments, "")[1:], strict=True)
    return any((name in ("-f", "--format") and value == "json") or name in ("-fjson", "--format=json") for name, value in pairs)


def show(diagnostics: Sequence[Diagnostic], arguments: Sequence[str]) -> None:
    """Findings that take the place of a result: to stderr as text, or to stdout as one JSON document where JSON was asked for."""
    from engine.commands.reading import show_findings

    show_findings(diagnostics, {}, "json" if wants_json(arguments) else "text")
