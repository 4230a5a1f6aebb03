"""What the ids of an invoice are called in the reader's language. An invoice may be older than the book: an unknown id is its own title."""

from collections.abc import Mapping

from engine.documents.format import Formatter
from engine.model.book import Item, PriceBook
from engine.model.invoices import InvoiceLine
from engine.model.quotes import LineTax, QuoteLine, TaxTotal
from engine.model.time_bands import BAND
from engine.values.exact import Number


def item_called(item: str | None, book: PriceBook, words: Formatter) -> str:
    """The item's title; empty for a line of a whole subscription."""
    known = book.items.get(item) if item else None
    return (words.text(known.title, book.language) if known else "") or item or ""


def line_called(line: InvoiceLine | QuoteLine, book: PriceBook, words: Formatter) -> str:
    """The title of what the line is for: its item, or the commitment that it makes up."""
    return shortfall_called(line.commitment, book, words) if line.commitment is not None else item_called(line.item, book, words)


def shortfall_called(commitment: str, book: PriceBook, words: Formatter) -> str:
    """What a line that makes a commitment up is called: `Shortfall: Monthly minimum`."""
    known = book.commitments.get(commitment)
    title = words.text(known.title, book.language) if known else ""
    return words.words.gettext("Shortfall: %(commitment)s", commitment=title) if title else words.words.gettext("Shortfall of the least amount")


def spec_called(item: str | None, spec: str | None, book: PriceBook, words: Formatter) -> str:
    """The spec's title; empty for an item without specs."""
    known: Item | None = book.items.get(item) if item else None
    found = next((each for each in known.specs if each.id == spec), None) if known else None
    return (words.text(found.title, book.language) if found else "") or spec or ""


def attributes_called(attributes: Mapping[str, str], book: PriceBook, words: Formatter) -> str:
    """The attributes of usage that keep a line apart from others of its item: `Region: eu-west`; empty where none does."""
    titles = {name: words.text(book.attributes[name].title, book.language) if name in book.attributes else "" for name in attributes}
    bands = {BAND: words.words.gettext("Time band")} if book.time_bands else {}
    titled = {name: words.text(band.title, book.language) for name, band in book.time_bands.items()}
    pairs = (
        (bands.get(name) or titles[name] or words.name(name), (titled.get(value) if name in bands else "") or words.name(value))
        for name, value in attributes.items()
    )
    return words.row(words.words.gettext("%(attribute)s: %(values)s", attribute=title, values=value) for title, value in pairs)


def attributes_written(attributes: Mapping[str, str]) -> str:
    """The same for machines: `region=eu-west;service=batch`."""
    return ";".join(f"{name}={value}" for name, value in attributes.items())


def mode_called(mode: str | None, book: PriceBook, words: Formatter) -> str:
    """The billing mode's title."""
    known = book.billing_modes.get(mode) if mode else None
    return (words.text(known.title, book.language) if known else "") or mode or ""


def unit_called(unit: str | None, count: Number | int | None, book: PriceBook, words: Formatter) -> str:
    """The unit's name in the form that goes with `count` of it."""
    known = book.units.get(unit) if unit else None
    return words.noun(known.title, known.id, count, book.language) if known and count is not None else unit or ""


def tax_called(tax: TaxTotal | LineTax, book: PriceBook, words: Formatter) -> str:
    """The tax's title in its row of the book, else its id."""
    rows = [row for row in book.taxes if row.tax == tax.tax and row.title]
    row = next((row for row in rows if row.id == tax.row), None) or next((row for row in rows if row.rate == tax.rate), None)
    return (words.text(row.title, book.language) if row else "") or tax.tax


def bill_type_called(bill_type: str, words: Formatter) -> str:
    """The kind of bill in words."""
    say = words.words.gettext
    return {
        "new-purchase": say("New purchase"),
        "renewal": say("Renewal"),
        "auto-renewal": say("Automatic renewal"),
        "change": say("Specification change"),
        "refund-change": say("Refund of a change"),
        "refund-unsubscription": say("Refund of a cancellation"),
        "unsubscription-fee": say("Cancellation fee"),
        "usage": say("Use"),
        "shortfall": say("Shortfall"),
        "hourly": say("Use by the hour"),
        "adjustment-charge": say("Adjustment"),
        "adjustment-compensation": say("Adjustment in your favour"),
    }[bill_type]
