"""What a finding says to write instead, written where it stands: its `fix`, or what a help names that begins so (`REMEDY`)."""

import re
from pathlib import Path

from engine.diagnostics import Diagnostic
from tests.errors.cases import book_files
from tests.errors.samples import files_of

REMEDY = re.compile(r"did you mean `(?P<meant>[^`]+)`\?.*|write `(?P<text>[^`]+)`(?: if .*)?")
ELSEWHERE = {
    "M205": "the key of the price is marked, not the price",
    "Q401": "of an order's coupons only the key has a place",
    "Q740": "what is missing has no place",
}
"""The codes whose help says what to write, and in another place than the finding's; each with why."""


def remedy(found: Diagnostic) -> str | None:
    """What to write in the place of the finding; None where its help is words, or speaks of another place."""
    if found.code in ELSEWHERE:
        return None
    said = REMEDY.fullmatch(found.help)
    return found.fix if found.fix is not None else said[said.lastgroup or 0] if said else None


def changed(case: Path, found: Diagnostic, text: str) -> dict[str, bytes]:
    """The files of the case with the text in the finding's place."""
    span, files = found.span, files_of(case)
    assert span is not None
    name = next((name for name in (span.file, f"book/{span.file}") if name in files), span.file)
    lines = files.get(name, book_files(case).get(span.file, b"")).decode().splitlines(keepends=True)
    first, last = lines[span.line - 1], lines[span.end_line - 1]
    lines[span.line - 1 : span.end_line] = [first[: span.column - 1] + text + last[span.end_column - 1 :]]
    return files | {name: "".join(lines).encode()}
