"""What is wrong with many rows, for a person to read: the same finding once with its count, of different ones the first hundred."""

from collections import Counter
from collections.abc import Hashable
from dataclasses import replace

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.usage import MORE_FINDINGS
from engine.values.spans import Span

MOST_LISTED = 100


class RowFindings:
    """Findings as they come, in whatever order; what is kept of them does not grow with the rows."""

    def __init__(self) -> None:
        self._first: dict[Hashable, Diagnostic] = {}
        self._again: dict[Hashable, tuple[int, Span | None]] = {}
        self._further: Counter[str] = Counter()
        self._beyond: Diagnostic | None = None

    def add(self, found: Diagnostic, cause: Hashable = None, count: int = 1, last: Span | None = None) -> None:
        """One more finding; `cause` is what it has in common with others, if not all of its words. `count` rows have it, the `last` of them there."""
        key = (found.code, cause) if cause is not None else (found.code, found.path, found.message, found.help)
        if key in self._first:
            known, latest = self._again.get(key, (0, None))
            first, other = sorted((self._first[key], found), key=lambda each: each.order)
            self._first[key] = first
            self._again[key] = (known + count, max((span for span in (latest, other.span, last) if span is not None), key=_place, default=None))
        elif len(self._first) < MOST_LISTED:
            self._first[key] = found
            if count > 1:
                self._again[key] = (count - 1, last)
        else:
            self._beyond = self._beyond or found
            self._further[found.code] += count

    def listed(self) -> tuple[Diagnostic, ...]:
        """The findings by place; one that was made again notes how often and where last, a last one counts those that are not listed."""
        found = [replace(each, notes=(*each.notes, *self._told(key, each))) for key, each in self._first.items()]
        if self._beyond is not None:
            said = ", ".join(f"{count:,} of {code}" for code, count in sorted(self._further.items()))
            message = f"{self._further.total():,} further findings in usage files are not listed: {said}"
            found.append(report(MORE_FINDINGS, message, self._beyond.span, help="correct those that are listed, and run it again"))
        return tuple(sorted(found, key=lambda each: each.order))

    def _told(self, key: Hashable, first: Diagnostic) -> tuple[str, ...]:
        """How often a finding was made, where it was made again."""
        if key not in self._again:
            return ()
        count, last = self._again[key]
        file = "" if last is None or first.span is None or last.file == first.span.file else f" of {last.file}"
        where = f"; the last of them is line {last.line}{file}" if last is not None else ""
        return (f"{count + 1:,} rows have this{where}",)


def _place(span: Span) -> tuple[str, int]:
    return span.file, span.line
