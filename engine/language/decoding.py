"""From bytes to text: UTF-8 within a size, without characters that nobody can see.

Contract: knows nothing of YAML. A byte-order mark is dropped; every other surprise is a finding with its place.
"""

import re
from dataclasses import replace

from engine.diagnostics import Diagnostic, Label, report
from engine.diagnostics import text as codes
from engine.diagnostics.limits import LARGEST_FILE
from engine.language.characters import called
from engine.language.file_kinds import other_kind
from engine.values.spans import Span

# Also line ends that only some programs take for one: places in the file would differ from what editors show.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)")
_MARKER = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: .*)?$|^={7}$", re.MULTILINE)


def decode(file: str, content: bytes) -> str | Diagnostic:
    """The text of a file, or what is wrong with its bytes: another kind of file, too many, not UTF-8, or control characters or marks of a merge in it."""
    another = other_kind(file, content)
    if another is not None:
        return another
    start = Span(file, 1, 1, 1, 2)
    if len(content) > LARGEST_FILE:
        size = len(content) // (1024 * 1024)
        help_text = "split the file, or move its rows into a CSV price table"
        return report(codes.FILE_TOO_LARGE, f"the file has {size} MB; at most 8 MB are read", start, help=help_text)
    return decode_part(file, content)


def decode_part(file: str, content: bytes, first: int = 1) -> str | Diagnostic:
    """The text of a file, or of whole lines of it from the line `first` on, or what is wrong with its bytes."""
    try:
        text = content.decode("utf-8-sig" if first == 1 else "utf-8")
    except UnicodeDecodeError as problem:
        before = content[: problem.start]
        message = f"the byte 0x{content[problem.start]:02X} is not UTF-8"
        shown = before.decode("utf-8", "replace")
        return report(codes.NOT_UTF8, message, _place(file, shown, len(shown), first), help="save the file with the encoding UTF-8")
    # What can be printed is no control character: of most single lines no more has to be asked.
    hidden = None if text.removesuffix("\r\n").removesuffix("\n").isprintable() else _CONTROL.search(text)
    if hidden is not None:
        sign = "control character" if hidden[0] < "\u2028" else f"character, {called(hidden[0])}," if hidden[0] == "\ufeff" else "character"
        number = "" if hidden[0] == "\ufeff" else f" (U+{ord(hidden[0]):04X})"
        message = f"an invisible {sign}{number} stands here"
        return report(codes.CONTROL_CHARACTER, message, _place(file, text, hidden.start(), first), help="delete it and type the word again")
    markers = list(_MARKER.finditer(text))
    if markers:
        return _not_merged(file, text, markers, first)
    return text


def _not_merged(file: str, text: str, markers: list[re.Match[str]], first: int) -> Diagnostic:
    """One finding for the first conflict of a file; what lies between its lines cannot be judged."""
    spans = [replace(_place(file, text, each.start(), first), end_column=len(each[0].rstrip()) + 1) for each in markers]
    said = {"<": "one version begins here", "|": "what both began with", "=": "the other version begins here", ">": "and ends here"}
    labels = tuple(Label(span, said[each[0][0]]) for each, span in zip(markers[1:4], spans[1:4], strict=True))
    return report(
        codes.CONFLICT_MARKER,
        f"`{markers[0][0][:7]}` is a mark that version control left: two versions of this part stand in the file",
        spans[0],
        labels=labels,
        help="keep one of the two versions, and delete the lines that begin with `<<<<<<<`, `|||||||`, `=======` and `>>>>>>>`",
    )


def _place(file: str, text: str, at: int, first: int) -> Span:
    """The span of the character at a place of a text that begins in line `first`."""
    line = text.count("\n", 0, at) + first
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    return Span(file, line, column, line, column + 1)
