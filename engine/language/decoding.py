"""From bytes to text: UTF-8 within a size, without characters that nobody can see.

Contract: knows nothing of YAML. A byte-order mark is dropped; every other surprise is a finding with its place.
"""

import re

from engine.diagnostics import Diagnostic, report
from engine.diagnostics import text as codes
from engine.language.file_kinds import other_kind
from engine.values.spans import Span

LARGEST_FILE = 8 * 1024 * 1024
# Also line ends that only some programs take for one: places in the file would differ from what editors show.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]|\r(?!\n)")


def decode(file: str, content: bytes) -> tuple[str | None, Diagnostic | None]:
    """The text of a file, or what is wrong with its bytes: another kind of file, too many, not UTF-8, or control characters among them."""
    another = other_kind(file, content)
    if another is not None:
        return None, another
    start = Span(file, 1, 1, 1, 2)
    if len(content) > LARGEST_FILE:
        size = len(content) // (1024 * 1024)
        help_text = "split the file, or move its rows into a CSV price table"
        return None, report(codes.FILE_TOO_LARGE, f"the file has {size} MB; at most 8 MB are read", start, help=help_text)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        before = content[: problem.start]
        line = before.count(b"\n") + 1
        column = len(before.rsplit(b"\n", 1)[-1].decode("utf-8", "replace")) + 1
        message = f"the byte 0x{content[problem.start]:02X} is not UTF-8"
        return None, report(
            codes.NOT_UTF8, message, Span(file, line, column, line, column + 1), help="save the file with the encoding UTF-8"
        )
    hidden = _CONTROL.search(text)
    if hidden is not None:
        line = text.count("\n", 0, hidden.start()) + 1
        column = hidden.start() - (text.rfind("\n", 0, hidden.start()) + 1) + 1
        message = f"an invisible control character (U+{ord(hidden[0]):04X}) stands here"
        return None, report(
            codes.CONTROL_CHARACTER, message, Span(file, line, column, line, column + 1), help="delete it and type the word again"
        )
    return text, None
