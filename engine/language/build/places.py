"""Finds the place of any key again, from the origin that a record carries."""

from dataclasses import dataclass, field

from engine.language.document import Document
from engine.values.spans import Origin, Span


@dataclass(frozen=True, slots=True)
class Places:
    """All documents of a book by file name, tables included."""

    documents: dict[str, Document] = field(default_factory=dict)

    def span(self, origin: Origin, *keys: str | int) -> Span | None:
        """Where the value stands to which `keys` lead from the record at `origin`; None where nothing is written there.

        Without keys: the record's own key. A list position is a number: `span(entry.origin, "items", "storage", "tiers", 1)`.
        """
        document = self.documents.get(origin.file)
        if document is None:
            return None
        path = (*origin.path, *keys)
        if not keys:
            return document.keys.get(path) or document.values.get(path)
        return document.values.get(path) or document.keys.get(path)

    def key(self, origin: Origin, *keys: str | int) -> Span | None:
        """Where the last of `keys` itself stands."""
        document = self.documents.get(origin.file)
        return document.keys.get((*origin.path, *keys)) if document is not None else None

    def nearest(self, origin: Origin, *keys: str | int) -> Span | None:
        """As `span`, but where the key is not written the place of the innermost rule around it."""
        path = keys
        while path:
            found = self.span(origin, *path)
            if found is not None:
                return found
            path = path[:-1]
        return self.span(origin)

    def written(self, origin: Origin, *keys: str | int) -> str | None:
        """The scalar there exactly as typed, None where there is none."""
        document = self.documents.get(origin.file)
        return document.written.get((*origin.path, *keys)) if document is not None else None
