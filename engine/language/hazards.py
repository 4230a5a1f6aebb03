"""What only the lines of a file show: comments that silence findings or swallow keys.

Contract: works on text and on the character ranges of scalars; the event stream has no comments, so they are found by a line scan
outside those ranges.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.diagnostics import Diagnostic, report
from engine.diagnostics import text as codes
from engine.diagnostics.limits import at_most
from engine.language.characters import called, turned_in
from engine.language.wording import short
from engine.values.spans import Span

_IGNORE = re.compile(r"#\s*pricebook:\s*ignore=([A-Za-z0-9]+(?:\s*,\s*[A-Za-z0-9]+)*)(?:\s+reason:\s*(\S.*))?\Z")
_COMMENT = re.compile(r"(?:^|\s)#")
# Keys whose loss changes a price without any other sign.
_SWALLOWED = re.compile(
    r"#\s*(effective|until|per|when|currency|announced|unit_price|flat|minimum|maximum|allowance|at_zero|percent_off|amount_off"
    r"|fixed_price|pay_for|coupon|after|lasts|billing_mode|billing_modes|items|running_subscriptions|withdrawn|rate|category"
    r"|up_to|below)\s*:\s+\S"
)
# A text that begins with a letter, and a `#` right before a letter or digit: `title: Plan #1`.
_CUT = re.compile(r"(?:[:,\[{-]\s|^\s*)\s*([^\W\d_][^:,#\[\]{}\"'|>]*)\Z")
_WORD_IN_COMMENT = re.compile(r"#\w")
_LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Ignore:
    """A comment that silences `codes` on `line`; `span` is the comment's own place."""

    line: int
    codes: tuple[str, ...]
    reason: str | None
    span: Span


def _comments(text: str, scalars: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int, str, str]]:
    """Every comment: (line number, column of `#`, the line before it, the comment)."""
    starts = [start for start, _ in scalars]
    offset = 0
    for number, line in enumerate(text.split("\n"), 1):
        if "#" in line:
            for match in _COMMENT.finditer(line):
                at = match.end() - 1
                before = bisect_right(starts, offset + at) - 1
                # A block text ends after its last line break: only what lies strictly inside a scalar belongs to it.
                if before < 0 or offset + at >= scalars[before][1]:
                    yield number, at + 1, line[:at], line[at:]
                    break
        offset += len(line) + 1


def find_ignores(file: str, text: str, scalars: Sequence[tuple[int, int]]) -> tuple[Ignore, ...]:
    """The silencing comments of a file. One on a line of its own speaks for the next line."""
    if "pricebook:" not in text:
        return ()
    found = []
    for line, column, before, comment in _comments(text, scalars):
        match = _IGNORE.match(comment.rstrip())
        if match is not None:
            names = tuple(dict.fromkeys(name.strip().upper() for name in match[1].split(",")))
            span = Span(file, line, column, line, column + len(comment.rstrip()))
            found.append(Ignore(line if before.strip() else line + 1, names, match[2], span))
    return tuple(found)


class _Silencing(Protocol):
    @property
    def ignores(self) -> tuple[Ignore, ...]: ...


def apply_ignores(diagnostics: Iterable[Diagnostic], documents: Iterable[_Silencing]) -> tuple[Diagnostic, ...]:
    """The findings without those that a comment silences, and with those about the comments. Errors cannot be silenced."""
    ignores = [ignore for document in documents for ignore in document.ignores]
    if not ignores:
        return tuple(diagnostics)
    by_line: dict[tuple[str, int], list[int]] = {}
    for position, ignore in enumerate(ignores):
        by_line.setdefault((ignore.span.file, ignore.line), []).append(position)
    used: set[tuple[int, str]] = set()
    kept = []
    for found in diagnostics:
        here = by_line.get((found.span.file, found.span.line), ()) if found.span is not None and found.severity != "error" else ()
        silencing = next((position for position in here if found.code in ignores[position].codes), None)
        if silencing is None:
            kept.append(found)
        else:
            used.add((silencing, found.code))
    return (*kept, *at_most(_about_ignores(ignores, used)))


def _about_ignores(ignores: Sequence[Ignore], used: Collection[tuple[int, str]]) -> Iterator[Diagnostic]:
    """What is wrong with the comments themselves; `used` are their positions with the codes that they silence."""
    for position, ignore in enumerate(ignores):
        if ignore.reason is None:
            message, remedy = "a finding is silenced without a reason", "add `reason: ...` to the comment"
            yield report(codes.IGNORE_WITHOUT_REASON, message, ignore.span, help=remedy)
        for code in ignore.codes:
            if (position, code) not in used:
                help_text = f"delete the comment; it counts for line {ignore.line}, and errors cannot be silenced"
                yield report(codes.UNUSED_IGNORE, f"no `{code}` occurs here", ignore.span, names=(code,), help=help_text)


def _tabs(file: str, text: str, scalars: Sequence[tuple[int, int]]) -> list[Diagnostic]:
    """The first tab of each line that stands outside of values and comments, but for indentation, which is a syntax error anyway."""
    starts = [start for start, _ in scalars]
    comments = {line: column for line, column, _, _ in _comments(text, scalars)}
    found, offset = [], 0
    for number, line in enumerate(text.split("\n"), 1):
        first, last = len(line) - len(line.lstrip()), comments.get(number, len(line) + 2) - 1
        for tab in re.finditer("\t", line[:last]) if "\t" in line else ():
            at = tab.start()
            before = bisect_right(starts, offset + at) - 1
            if at > first and not (before >= 0 and offset + at < scalars[before][1]):
                span = Span(file, number, at + 1, number, at + 2)
                found.append(report(codes.TAB, "a tab stands where a space belongs", span, help="use spaces", fix=" "))
                break
        offset += len(line) + 1
    return found


def scan_lines(file: str, text: str, scalars: Sequence[tuple[int, int]]) -> list[Diagnostic]:
    """Tabs between values, and comments that hold a key of the language, the rest of a text, or what shows a line backwards."""
    found = _tabs(file, text, scalars) if "\t" in text else []
    if "#" not in text:
        return found
    for line, column, before, comment in _comments(text, scalars):
        span = Span(file, line, column, line, column + len(comment.rstrip()))
        key = _SWALLOWED.match(comment) if before.strip() else None
        cut = _CUT.search(before.rstrip()[-_LONGEST_TEXT:]) if _WORD_IN_COMMENT.match(comment) else None
        turned = turned_in(comment)
        if key is not None:
            message = f"`{key[1]}` stands in a comment and does not count"
            remedy = f"write `{key[1]}` on a line of its own, or reword the comment"
            found.append(report(codes.KEY_IN_COMMENT, message, span, help=remedy))
        elif cut is not None:
            message = f"a comment begins at this `#`: the text is `{short(cut[1])}`"
            remedy = f'put it in quotes if the rest belongs to it: "{short(cut[1] + " " + comment)}"; else write `# ` before the remark'
            found.append(report(codes.KEY_IN_COMMENT, message, span, help=remedy))
        if turned is not None:
            place = Span(file, line, column + turned, line, column + turned + 1)
            message = f"an invisible character, {called(comment[turned])}, turns what follows it around"
            found.append(report(codes.HIDDEN_IN_TEXT, message, place, help="delete it: what is seen here is not what is read"))
    return found
