"""Where results and messages go: the result to stdout or a file, progress and summary to stderr; colour only on a terminal."""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from engine.documents.page_types import Page
    from engine.documents.terminal import Look

DEFAULT_WIDTH = 100
NARROWEST = 60
MOST_NAMED = 6


FOR_READERS = ("text", "concise")


def write_result(content: str | bytes, output: str | None = None, form: str = "text") -> None:
    """The result of a command: whole into the file, or to stdout. What programs read is in UTF-8 whatever the terminal speaks."""
    # The name of a folder that is not in UTF-8 may stand in data about it: in JSON it is escaped so.
    encoded = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    if output and output != "-":
        from engine.results import written

        with written((Path(output), encoded)):
            say(f"wrote {output} ({_size(len(encoded))})")
    elif isinstance(content, str) and form in FOR_READERS and not speaks_unicode():
        sys.stdout.write(content.encode(sys.stdout.encoding or "ascii", "replace").decode(sys.stdout.encoding or "ascii"))
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(encoded)
        sys.stdout.buffer.flush()


def say(message: str) -> None:
    """One line to the person at the keyboard, on stderr; names in it act on nothing (`visible`)."""
    from engine.language.characters import visible

    say_as_it_is(visible(message))


def say_as_it_is(text: str) -> None:
    """Lines that are set already, perhaps in colour, on stderr."""
    encoding = sys.stderr.encoding or "ascii"
    sys.stderr.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stderr.flush()


def speaks_unicode() -> bool:
    """Whether stdout can show characters outside ASCII."""
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


def has_colour(stream: TextIO | None = None) -> bool:
    """Colour only on a terminal, and never against NO_COLOR (no-color.org: set and not empty)."""
    stream = sys.stdout if stream is None else stream
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns of the terminal; 100 where the result goes elsewhere."""
    if not sys.stdout.isatty() and not os.environ.get("COLUMNS"):
        return DEFAULT_WIDTH
    return max(NARROWEST, min(shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns, DEFAULT_WIDTH))


def look(output: str | None) -> "Look":
    """What the place of a text can show: the terminal's columns, colour and characters; a file is the same whoever writes it."""
    from engine.documents.terminal import Look

    return Look(width(), has_colour(), speaks_unicode()) if output in (None, "-") else Look()


def rendered_page(page: "Page", format_name: str, output: str | None) -> str | bytes:
    """A page of blocks as text for where it goes, as Markdown or as HTML."""
    match format_name:
        case "html":
            from engine.documents.html import html_page

            return html_page(page)
        case "md":
            from engine.documents.markdown import markdown_page

            return markdown_page(page)
    from engine.documents.text import text_page

    return text_page(page, look(output))


ENDINGS = {
    "html": ("html", "htm"), "pdf": ("pdf",), "factur-x": ("pdf",), "md": ("md",), "csv": ("csv",), "focus": ("csv",),
    "focus-parquet": ("parquet",), "xlsx": ("xlsx",), "json": ("json",), "ubl": ("xml",), "cii": ("xml",), "text": ("txt",),
}  # fmt: skip
"""How the file of a document may end, by its format; where several formats share an ending, the first one is meant."""

SHEETS = ("html", "pdf", "md", "csv", "xlsx", "json", "text")
NOT_FOR_SCREENS = {"pdf": "A PDF", "factur-x": "A Factur-X invoice", "xlsx": "A spreadsheet", "focus-parquet": "A Parquet file"}


def format_of(format_name: str | None, output: str | None, default: str, offered: Sequence[str] = SHEETS) -> str:
    """The format that was asked for: by name, else by the output file's ending, else the default; raises wrong usage.

    A file whose name promises another format than it holds would be opened by the wrong program, so a contradiction is refused.
    """
    ending = Path(output).suffix.lower().lstrip(".") if output and not _is_device(output) else ""
    fitting = [each for each in offered if ending in ENDINGS[each]]
    if ending and not fitting:
        known = ", ".join(f".{each}" for each in dict.fromkeys(ENDINGS[each][0] for each in offered))
        raise click.UsageError(f"`{output}` ends with .{ending}, and no document is written in that format. Its name may end with {known}.")
    if format_name and fitting and format_name not in fitting:
        raise click.UsageError(f"`{output}` is the name of a file in the format {fitting[0]}, and -f asks for {format_name}. Change one of the two.")
    chosen = format_name or (fitting[0] if fitting else default)
    if chosen in NOT_FOR_SCREENS and (not output or (output == "-" and sys.stdout.isatty())):
        remedy = "Name a file with -o, or send the output to another program." if output else f"Name a file: -o sheet.{ENDINGS[chosen][0]}"
        raise click.UsageError(f"{NOT_FOR_SCREENS[chosen]} is not a text for the screen. {remedy}")
    return chosen


def _is_device(output: str) -> bool:
    """Whether the output is no plain file (a pipe, /dev/stdout), whose name promises no format."""
    return output == "-" or (Path(output).exists() and not Path(output).is_file())


def counted(count: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def listed(names: Sequence[str]) -> str:
    """`a, b, c`; of many names the first six, and how many more there are."""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _size(length: int) -> str:
    return f"{length} bytes" if length < 1024 else f"{length // 1024} kB"
