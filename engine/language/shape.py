"""The shape of a file: keys and kinds of values, by the schemas in `schemas/`."""

from engine.diagnostics import Diagnostic
from engine.language.document import Document


def check_shape(document: Document, schema: str) -> tuple[Diagnostic, ...]:
    """Every key and value that the schema (`book-file`, `order`, ...) does not allow."""
    return ()
