"""Where something stands in a user's file: lines and columns count from 1, columns count characters."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter

from engine.values.voices import IN_FILES, Voice

Path = tuple[str | int, ...]
"""Keys and list positions from a document's top to a value: `("items", "basic-edition", "unit")`."""


def dotted(path: Path) -> str:
    """The path as messages write it: `items.basic-edition.unit`."""
    return ".".join(str(part) for part in path)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file; `end_column` is the first column after it, `file` is the path as it is shown to the user."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def is_character(self) -> bool:
        """Whether it is the place of a single character."""
        return self.line == self.end_line and self.end_column == self.column + 1

    def holds(self, inner: "Span") -> bool:
        """Whether the other place lies inside of this one."""
        begins = (self.line, self.column) <= (inner.line, inner.column)
        return self.file == inner.file and begins and (inner.end_line, inner.end_column) <= (self.end_line, self.end_column)


PLACE = attrgetter("file", "line", "column", "end_line", "end_column")
"""The sort key of spans."""
_START = attrgetter("file", "line", "column")


class Spans:
    """Many places in order, so that whether one of them lies inside of another is seen without a look at all."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = sorted(spans, key=PLACE)

    def within(self, outer: Span) -> bool:
        """Whether one of the places lies inside of `outer`."""
        start = bisect_left(self._spans, (outer.file, outer.line, outer.column), key=_START)
        for at in range(start, len(self._spans)):
            span = self._spans[at]
            if _START(span) > (outer.file, outer.end_line, outer.end_column):
                return False
            if outer.holds(span):
                return True
        return False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a rule was written: enough to name it in a trace and to find any of its keys again.

    `path` leads to the rule inside its file; `reference` is the author's own note of where the fact comes from, and `voice` how a
    message calls its keys.
    """

    file: str = "<python>"
    line: int = 0
    column: int = 0
    path: Path = ()
    reference: str | None = None
    voice: Voice = field(default=IN_FILES, compare=False)

    @property
    def label(self) -> str:
        """`prices/2026-01-01.yaml:12`, the form in which traces and documents name a rule."""
        return f"{self.file}:{self.line}" if self.line else self.file


NOWHERE = Origin()
