"""A question about a place in a file of a book."""

from dataclasses import dataclass
from functools import cached_property

from lsprotocol import types as lsp

from engine.editor.books import EditedBook
from engine.editor.index import Index
from engine.editor.places import Columns
from engine.language.mentions import Mention
from engine.values.spans import Span

Where = lsp.DefinitionParams | lsp.ReferenceParams | lsp.RenameParams | lsp.PrepareRenameParams | lsp.HoverParams | lsp.CompletionParams


@dataclass(frozen=True)
class Question:
    """A question about a place: the book and its names now, the file, and the line and column of the cursor from 1."""

    book: EditedBook
    name: str
    line: int
    column: int
    index: Index
    columns: Columns

    @property
    def lines(self) -> list[str]:
        """The file's lines; one empty line of a file that is not there."""
        return self.index.lines.get(self.name, [""])

    @cached_property
    def mention(self) -> Mention | None:
        """What is named where the cursor stands."""
        return self.index.at(self.name, self.line, self.column)

    def location(self, span: Span) -> lsp.Location:
        """A place of the book as the editor counts."""
        return lsp.Location(self.book.address(span.file), self.columns.range(self.index.lines[span.file], span))
