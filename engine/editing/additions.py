"""What `new` adds to a book: an item, a discount, an example; lines behind the last entry of their section, in its layout, with remarks.

Contract: nothing that stands there is touched but a list in brackets, which gets one word more. Where a section is in no file, it begins in one of
its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.edits import CANNOT_STAND
from engine.editing.dated import STEP, in_brackets, new_entries, scalar, schema_line
from engine.editing.edits import Edit, at_end, behind, is_block, value_at
from engine.language.document import Document
from engine.model.book import BillingMode, PriceBook
from engine.values.spans import Path, Span

Lines = Sequence[str]
"""Lines as they stand below a section's key, without what they are further in."""


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item to be sold: its unit, the mode that sells it, what it costs from a day on; `meter` where it is billed by usage."""

    id: str
    unit: str
    mode: BillingMode
    price: str
    per: str | None
    effective: str
    meter: str | None = None


def item_edits(book: PriceBook, documents: Mapping[str, Document], item: NewItem) -> list[Edit] | Diagnostic:
    """The item, its place in the mode, and its first price; why not, where the mode names no items."""
    origin = item.mode.origin
    sold: Path = (*origin.path, "items")
    if not isinstance(value_at(documents[origin.file], sold), dict):
        message = f"`{item.mode.id}` names no items, so it cannot sell one more"
        return report(CANNOT_STAND, message, documents[origin.file].keys.get(origin.path), help="give it `items:` first, or name another mode with --mode")
    title = in_languages(book, item.id)
    lines = [f"{item.id}:", f"{STEP}title: {title}", f"{STEP}unit: {scalar(item.unit)}"]
    if item.meter is not None:
        lines += [f"{STEP}meter: {{measure: {item.meter}}}  # how usage records become a quantity"]
    else:
        lines += [f"{STEP}quantity: {{min: 1, step: 1}}  # what may be ordered; a ladder of `specs` instead is sold by name"]
    heading = [f"effective: {item.effective}", f"billing_mode: {scalar(item.mode.id)}", *([f"per: {item.per}"] if item.per else [])]
    beside = next((each.origin.file for each in book.prices), "prices/x")
    return [
        *into_section(documents, "items", lines),
        _word_into(documents[origin.file], sold, f"{item.id}: optional"),
        *new_entries(book, documents, item.effective, beside, [(heading, lambda indent: [f"{' ' * indent}{item.id}: {item.price}"])]),
    ]


def in_languages(book: PriceBook, text: str) -> str:
    """A text to begin with in every language that the book's texts have."""
    if len(book.languages) < 2:
        return scalar(text)
    return "{" + ", ".join(f"{language}: {scalar(text)}" for language in book.languages) + "}"


def _stage_edits(documents: Mapping[str, Document], discount: str) -> list[Edit]:
    """The discount as the last stage of the policy."""
    for document in documents.values():
        if value_at(document, ("discount_policy",)):
            return [_word_into(document, ("discount_policy",), discount, dash="- ")]
    return into_section(documents, "discount_policy", [f"- {discount}"], beside="discounts")


def _word_into(document: Document, path: Path, words: str, dash: str = "") -> Edit:
    """One more word of a list or mapping, below its last one or behind it in the brackets."""
    if is_block(document, path):
        inside = _column(document, path)
        return Edit(behind(document, path, inside + len(dash)), f"\n{' ' * inside}{dash}{words}")
    place = document.values[path]
    last = Span(place.file, place.end_line, place.end_column - 1, place.end_line, place.end_column - 1)
    return Edit(last, f", {words}" if value_at(document, path) else words)


def into_section(documents: Mapping[str, Document], section: str, lines: Lines, beside: str = "") -> list[Edit]:
    """The lines behind the last entry of a section that is written in lines; else in a file that is called as it is."""
    found = [each for each in documents.values() if is_block(each, (section,))]
    if found:
        document = found[-1]
        inside = _column(document, (section,))
        parted = "\n" if _is_parted(document, section) else ""
        return [Edit(behind(document, (section,), inside), parted + "".join(f"\n{' ' * inside}{line}" for line in lines))]
    called = (beside or section).replace("_", "-")
    own = next(name for name in (f"{called}.yaml", f"{called}-more.yaml", f"new-{called}.yaml") if not _has(documents.get(name), section))
    indented = [f"{section}:", *(f"{STEP}{line}" for line in lines)]
    there = documents.get(own)
    if there is None:
        head = list(schema_line(documents, next(iter(documents), ""), own))
        return [Edit(Span(own, 1, 1, 1, 1), "".join(f"{line}\n" for line in (*head, *indented)))]
    place, parted = at_end(there)
    return [Edit(place, parted + "\n".join(indented))]


def _has(document: Document | None, section: str) -> bool:
    """Whether a file has the section, which then cannot stand in it once more."""
    return document is not None and isinstance(document.data, dict) and section in document.data


def _is_parted(document: Document, section: str) -> bool:
    """Whether an empty line stands before the last entry, where there are several."""
    data = value_at(document, (section,))
    names = list(data) if isinstance(data, dict) else []
    line = document.keys[(section, names[-1])].line if len(names) > 1 else 0
    return line > 1 and not document.text.split("\n")[line - 2].strip()


def _column(document: Document, path: Path) -> int:
    """How far in the entries of a section stand, or the dashes of a list."""
    data = value_at(document, path)
    if isinstance(data, dict):
        return document.keys[(*path, next(iter(data)))].column - 1
    place = document.values[(*path, 0)]
    return document.text.split("\n")[place.line - 1].index("-")


@dataclass(frozen=True, slots=True)
class NewDiscount:
    """A discount to begin with: by term, or by a coupon from a day until another."""

    id: str
    percent: str
    effective: str
    until: str
    term: str | None = None
    coupon: str | None = None
    mode: str | None = None


def discount_edits(book: PriceBook, documents: Mapping[str, Document], discount: NewDiscount) -> list[Edit]:
    """The discount, and its place in the policy: the last stage."""
    lines = [f"{discount.id}:", f"{STEP}title: {in_languages(book, discount.id)}"]
    lines += [f"{STEP}billing_modes: [{scalar(discount.mode)}]"] if discount.mode is not None else []
    if discount.term is not None:
        tier = f"{{from: {discount.term}, percent_off: {discount.percent}}}"
        lines += [f"{STEP}by: term", f"{STEP}tiers:  # each is reached at or above its `from`", f"{STEP * 2}- {tier}"]
    else:
        code = scalar(discount.coupon or discount.id.upper())
        lines += [
            f"{STEP}coupon: {code}  # for orders that name it; without this line the discount is for every order",
            f"{STEP}effective: {discount.effective}",
            f"{STEP}until: {discount.until}  # the first day on which it is no longer taken",
            f"{STEP}percent_off: {discount.percent}",
        ]
    return [*into_section(documents, "discounts", lines), *_stage_edits(documents, discount.id)]


def example_edits(book: PriceBook, documents: Mapping[str, Document], name: str, given: Document, day: str, expect: str) -> list[Edit]:
    """An example of an order, with what it costs."""
    keys = given.data if isinstance(given.data, dict) else {}
    order = {"date": day} | {key: in_brackets(given, (key,), {}) for key in keys if key != "date"}
    lines = [f"{name}:", f"{STEP}title: {in_languages(book, name)}", f"{STEP}given:"]
    lines += [f"{STEP * 2}{key}: {value}" for key, value in order.items()]
    lines += [f"{STEP}# What the engine computes now: check it by hand, and from then on it is a test.", f"{STEP}expect: {expect}"]
    return into_section(documents, "examples", lines)
