"""An order for every term on sale, in words: a row a term, for every format that readers see."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.documents.format import Formatter
from engine.model.quotes import Quote
from engine.review.terms import TermOffer
from engine.values.exact import is_finite_decimal, negate, round_number
from engine.values.money import round_money


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A term, what is paid ahead, what a month (or day) of it comes to, and how much less that is; `own`: it is the term of the quote."""

    term: str
    amount: str
    each: str
    saving: str
    own: bool


def term_heads(quote: Quote, words: Formatter) -> tuple[str, str, str, str]:
    """The heads of the columns."""
    say = words.words.gettext
    return (
        say("Term"),
        say("Total, %(currency)s", currency=words.isolate(quote.currency)),
        say("Per day") if quote.term is not None and quote.term.seconds else say("Per month"),
        say("Discount"),
    )


def term_rows(offers: Iterable[TermOffer], quote: Quote, words: Formatter) -> list[OfferRow]:
    """A row for each term; one that cannot be bought says so. A month or day is shown to the cent, the saving to a hundredth of a percent."""
    rows = []
    for offer in offers:
        term, own = words.duration(offer.term), offer.term == quote.term
        if offer.amount is None:
            rows.append(OfferRow(term, words.words.gettext("not sold"), "", "", own))
            continue
        rate = offer.quote.per_unit if offer.quote is not None else None
        each = words.amount(round_money(rate, quote.currency), quote.currency) if rate is not None else ""
        saved = offer.saving if offer.saving is None or is_finite_decimal(offer.saving) else round_number(offer.saving, 4, "half-up")
        rows.append(OfferRow(term, words.amount(offer.amount, quote.currency), each, words.percent(negate(saved)) if saved else "", own))
    return rows
