"""The words inside an e-invoice: names of what is billed, reasons, terms and notes, as plain texts in one language."""

from dataclasses import dataclass

from engine.documents.einvoice.text import clean
from engine.documents.format import Formatter, formatter, without_isolates
from engine.documents.invoice_titles import attributes_called, shortfall_called
from engine.documents.translations import UnknownLanguage
from engine.model.book import PriceBook
from engine.model.invoices import InvoiceLine
from engine.model.texts import Text


@dataclass(frozen=True, slots=True)
class Words:
    """A book told in one language, without the marks that pages need."""

    book: PriceBook
    told: Formatter
    language: str

    def say(self, message: str, /, **values: object) -> str:
        """A message of the documents."""
        return self.told.words.gettext(message, **values)

    def text(self, text: Text) -> str:
        """A text of the book, else of its own language, without what XML cannot hold."""
        return clean(text.read(self.language, self.book.language))


def words_of(book: PriceBook, language: str | None) -> Words:
    """The words for a reader's language, else the book's own; what documents are not written in is told in English."""
    wanted = language or book.language
    try:
        told = formatter(wanted)
    except UnknownLanguage:
        told = formatter("en")
    return Words(book, told, wanted.replace("_", "-").partition("-")[0])


def item_words(line: InvoiceLine, words: Words) -> str:
    """The item's title with that of its spec and the attributes that it is for; of a whole subscription what kind of bill it is. Never empty."""
    if line.by_hand is not None:
        return clean(line.by_hand.title) or bill_words(line, words)
    if line.commitment is not None:
        return clean(without_isolates(shortfall_called(line.commitment, words.book, words.told)))
    item = words.book.items.get(line.item or "")
    spec = next((each for each in item.specs if each.id == line.spec), None) if item else None
    parts = (
        (words.text(item.title) if item else "") or clean(line.item),
        (words.text(spec.title) if spec else "") or clean(line.spec),
        clean(without_isolates(attributes_called(line.attributes, words.book, words.told))),
    )
    return ", ".join(part for part in parts if part) or bill_words(line, words)


def bill_words(line: InvoiceLine, words: Words) -> str:
    """What kind of bill the line is; of a line by hand why, and where that was agreed."""
    if line.by_hand is not None and line.corrects is None:
        return ", ".join(filter(None, (words.say("Adjustment"), clean(line.by_hand.reason), clean(line.by_hand.reference))))
    match line.bill_type:
        case "new-purchase":
            return words.say("New purchase")
        case "renewal":
            return words.say("Renewal")
        case "auto-renewal":
            return words.say("Automatic renewal")
        case "change":
            return words.say("Change")
        case "refund-change":
            return words.say("Refund for a change")
        case "refund-unsubscription":
            return words.say("Refund for a cancellation")
        case "unsubscription-fee":
            return words.say("Cancellation fee")
        case "usage" | "hourly":
            return words.say("Usage")
        case "shortfall":
            return words.say("Shortfall")
        case "adjustment-compensation" | "adjustment-charge":
            return words.say("Correction")
    return clean(line.bill_type)


def exemption_words(category: str, words: Words) -> str:
    """The standard text of a VAT category that charges no tax (BT-120), where the book's tax row gives no reason."""
    match category:
        case "AE":
            return words.say("Reverse charge")
        case "K":
            return words.say("Intra-Community supply")
        case "G":
            return words.say("Export outside the EU")
        case "O":
            return words.say("Not subject to VAT")
    return words.say("Exempt from VAT")


def note_words(words: Words, digest: str, book_id: str) -> tuple[str, ...]:
    """The notes of the document (BG-1): prices that are not real, and the book from which it can be computed again."""
    stamps = {"illustrative": words.say("Illustrative prices"), "draft": words.say("Draft prices")}
    computed = words.say("Computed with price book %(book)s, sha256:%(digest)s", book=clean(book_id), digest=digest)
    return tuple(note for note in (stamps.get(words.book.status, ""), computed) if note)
