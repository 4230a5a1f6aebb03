"""What a key means, in the words of the schema, as Markdown."""

from engine.documents.markdown import markdown_text
from engine.editor.prices import WORDS
from engine.language.samples import Schema, flow
from engine.language.shape import wanted
from engine.model.book import PriceBook
from engine.model.texts import Text


def title_in(book: PriceBook, text: Text) -> str:
    """A text of the book in English, else in the book's own language."""
    return WORDS.text(text, book.language)


def shown(text: str) -> str:
    """What a book says, in a line of Markdown: it is a text, and never markup that an editor would act on, such as a picture from the net."""
    return markdown_text(text)


def code(name: str) -> str:
    """A name as it is typed."""
    return shown(name) if {"`", "\n"} & set(name) else f"`{name}`"


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
