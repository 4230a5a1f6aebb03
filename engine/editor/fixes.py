"""What can be done about a finding with one key: what it says to write, a comment that silences it, and what its code means.

Contract: a fix is the words of the finding's `fix` in the place of its `span`, and only while the text there is still what was read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.diagnostics import CODES
from engine.documents.diff_words import rise
from engine.editor.books import Reading
from engine.editor.places import lines_of
from engine.editor.prices import WORDS
from engine.language.build.node import is_number
from engine.review.revision import increase
from engine.values.spans import Span

SHORT = 60


@dataclass(frozen=True, slots=True)
class Fix:
    """An edit with what it results in: `text` in place of `span`; `about` is the code of its finding, and `best` tells that it is what is meant."""

    title: str
    span: Span
    text: str
    about: str = ""
    best: bool = False


def fixes(reading: Reading, file: str, now: Sequence[str], first: int, last: int) -> Iterator[Fix]:
    """The edits for the findings of a file whose places touch the lines `first` to `last`; `now` are its lines as they stand on the screen."""
    before = lines_of(reading.sources.get(file, ""))
    for found in reading.found:
        span = found.span
        if span is None or span.file != file or span.end_line < first or span.line > last or not _is_same(before, now, span):
            continue
        if found.fix is not None and span.line == span.end_line:
            was = now[span.line - 1][span.column - 1 : span.end_column - 1]
            yield Fix(f"Change `{_short(was)}` to `{_short(found.fix)}`" if was else f"Write `{_short(found.fix)}`", span, found.fix, found.code, best=True)
        if found.severity != "error" and not file.lower().endswith(".csv"):
            line = now[span.line - 1]
            indent = line[: len(line) - len(line.lstrip())]
            # Without a reason it is a finding of its own, which asks for one.
            text = f"{indent}# pricebook: ignore={found.code}\n"
            yield Fix(f"Ignore {found.code} here, then say why", Span(file, span.line, 1, span.line, 1), text, found.code)


def numbers(reading: Reading, name: str, now: Sequence[str]) -> Iterator[Fix]:
    """What the engine computes in place of what examples of a file expect, by the file's name in the book; titled as it is shown beside the number."""
    for edit in reading.numbers:
        span = edit.span
        if span.file == name and span.line <= len(now) and now[span.line - 1][span.column - 1 : span.end_column - 1] == edit.before:
            was, is_now = (Decimal(each) if is_number(each) else None for each in (edit.before, edit.after))
            yield Fix(", ".join(filter(None, (f"now {edit.after}", rise(increase(was, is_now), WORDS)))), span, edit.after)


def meaning_of(code: str) -> str:
    """What a code means, in two sentences; empty for one that is not known."""
    info = CODES.get(code)
    return f"{info.code}: {info.title}. {info.why} `pricebook rule {info.code}` shows how it is written instead." if info is not None else ""


def _is_same(before: Sequence[str], now: Sequence[str], span: Span) -> bool:
    return span.end_line <= min(len(before), len(now)) and before[span.line - 1 : span.end_line] == now[span.line - 1 : span.end_line]


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}\u2026"
