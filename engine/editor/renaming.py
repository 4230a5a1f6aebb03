"""A name and every place where it stands: its definition, its uses, and another name for it in all files."""

import re
from collections.abc import Mapping, Sequence

from engine.diagnostics.record import Diagnostic
from engine.editor.books import EditedBook, read_edited
from engine.editor.index import Index
from engine.language.mentions import Mention
from engine.language.names import is_id
from engine.language.splice import spliced
from engine.values.spans import Span

CALLED = {
    "units": "unit", "attributes": "attribute", "values": "value", "resources": "resource", "items": "item", "specs": "spec", "groups": "group",
    "billing_modes": "billing mode", "discounts": "discount", "coupons": "coupon", "taxes": "tax", "spec_changes": "policy", "cancellations": "policy",
    "renewals": "policy", "commitments": "commitment", "time_bands": "time band", "examples": "example", "currencies": "currency", "codes": "code",
}  # fmt: skip
"""What a name of each kind is called."""
_WORDS = ("values", "groups", "coupons", "taxes")
_WORD = re.compile(r"\w[\w.-]*\Z")
_UNIT = re.compile(r"[^\W\d_][^\s,:#\[\]{}\"'`&*!|>%@]*\Z")


class NameRefused(Exception):
    """A name is not changed; the message says why, and what to do."""


def renameable(index: Index, mention: Mention) -> None:
    """Raises NameRefused for a name that the book does not declare, and so cannot give another one."""
    if mention.of not in index.declared:
        raise NameRefused(f"no file of the book declares the {CALLED[mention.kind]} `{mention.name}`, so it has no other name here")


def renamed(book: EditedBook, index: Index, mention: Mention, new: str) -> Mapping[Span, str]:
    """The name in each of its places; raises NameRefused where it cannot be one, where another thing has it, or where the book would be wrong."""
    renameable(index, mention)
    if new == mention.name:
        return {}
    _check_form(mention, new)
    _check_free(index, mention, new)
    if index.broken:
        raise NameRefused(f"{index.broken[0]} cannot be read to its end, and the name may stand there too: mend it first")
    edits = {each.span: new for each in index.of(mention)}
    _check_meaning(book, index, edits)
    return edits


def _check_form(mention: Mention, new: str) -> None:
    if mention.kind == "units":
        if not _UNIT.match(new):
            raise NameRefused(f"`{new}` cannot be a unit: write a symbol without spaces, such as `GB`")
    elif mention.kind in _WORDS:
        if not _WORD.match(new):
            raise NameRefused(f"`{new}` cannot stand there without quotes: use letters, digits, `.`, `_` and `-`")
    elif not is_id(new):
        raise NameRefused(f"`{new}` cannot be an id: use letters, digits and single `.`, `_` or `-` between them, with at least one letter")


def _check_free(index: Index, mention: Mention, new: str) -> None:
    known = index.names(mention.kind, mention.owner)
    clash = next((name for name in known if name == new or (mention.kind != "units" and name.casefold() == new.casefold() and name != mention.name)), None)
    if clash is not None:
        at = known[clash].span
        raise NameRefused(f"the {CALLED[mention.kind]} `{clash}` is there already, in {at.file}:{at.line}: choose another name")


def _check_meaning(book: EditedBook, index: Index, edits: Mapping[Span, str]) -> None:
    """A new name may mean something else where it stands, as a key of a charge does for a spec: no error may come with it."""
    edited = book.edited()
    before = read_edited(book.folder, edited, {}, lints=False)
    for name in {span.file for span in edits}:
        edited[name] = spliced(index.texts[name].encode("utf-8", "surrogatepass"), {span: new for span, new in edits.items() if span.file == name})
    errors = _errors(read_edited(book.folder, edited, {}, lints=False).found)
    if len(errors) > len(_errors(before.found)):
        known = {each.code for each in before.found}
        first = next((each for each in errors if each.code not in known), errors[0])
        raise NameRefused(f"with this name the book would be wrong: {first.message}")


def _errors(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    return [each for each in found if each.severity == "error"]
