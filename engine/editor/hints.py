"""What a key means, in the words of the schema, as Markdown."""

from engine.editor.prices import WORDS
from engine.language.samples import Schema, flow
from engine.language.shape import wanted
from engine.model.book import PriceBook
from engine.model.texts import Text


def title_in(book: PriceBook, text: Text) -> str:
    """A text of the book in English, else in the book's own language."""
    return WORDS.text(text, book.language)


def kind_of(schema: Schema) -> str:
    """What kind of value a key takes, in a few words."""
    return schema.get("title", "")


def example_of(key: str, schema: Schema) -> str:
    """What a key means, what may be written for it, its default, and an example."""
    parts = [schema.get("description", "")]
    words = schema.get("enum", [])
    meanings = schema.get("enumDescriptions", [])
    if words and len(words) == len(meanings):
        parts.append("\n".join(f"- `{word}`: {meaning}" for word, meaning in zip(words, meanings, strict=True)))
    elif schema.get("$comment") and not words:
        parts.append(f"Write {wanted(schema)}.")
    if "default" in schema:
        parts.append(f"Left out: `{flow(schema['default'])}`.")
    example = next(iter(schema.get("examples", ())), None)
    if example is not None and not words:
        parts.append(f"`{key}: {flow(example)}`")
    return "\n\n".join(filter(None, parts))
