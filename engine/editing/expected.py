"""The numbers that examples expect, as edits to those that the engine computes. Source: authoring pictures, test --update."""

from collections.abc import Iterable, Iterator, Mapping

from engine.editing.edits import Edit, in_place_of, written_at
from engine.language.document import Document
from engine.review.examples import ExampleResult


def expected_edits(results: Iterable[ExampleResult], documents: Mapping[str, Document]) -> Iterator[Edit]:
    """One edit for each value that differs, in the document where it is written; none for an example that has no price where one is expected."""
    for result in results:
        document = documents.get(result.example.origin.file)
        for cell in result.cells:
            path = (*result.example.origin.path, "expect", *cell.path)
            if document is not None and cell.path and path in document.values:
                typed = written_at(document, path)
                yield Edit(document.values[path], in_place_of(typed, cell.actual), typed, (result.name, cell.field))
