"""Where something stands in a user's file: lines and columns count from 1, columns count characters."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a rule was written: enough to name it in a trace and to find any of its keys again.

    `path` leads to the rule inside its file; `reference` is the author's own note of where the fact comes from.
    """

    file: str = "<python>"
    line: int = 0
    column: int = 0
    path: Path = ()
    reference: str | None = None

    @property
    def label(self) -> str:
        """`prices/2026-01-01.yaml:12`, the form in which traces and documents name a rule."""
        return f"{self.file}:{self.line}" if self.line else self.file


NOWHERE = Origin()
