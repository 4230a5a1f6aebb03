"""A quote as JSON: numbers are texts and exact, absent values null. Its schema is `schemas/quote.json`.

Source: rule language, section 4, Quote, and 3.10, Output.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TypeGuard

from engine.documents.quote_events import events_data
from engine.model.book import PriceBook
from engine.model.charges import Tally
from engine.model.facts import RuleFacts, StepFacts
from engine.model.formulas import text
from engine.model.quotes import Quote, QuoteLine, Totals, billing_period
from engine.model.trace import TRACE_VERSION, Considered, TraceStep
from engine.pricing.bands import bands_of
from engine.pricing.tallies import price_of, uses_up
from engine.review.terms import TermOffer
from engine.values.exact import Number, multiply, plain, shown
from engine.values.money import minor_places
from engine.values.periods import Duration, local, written_instant
from engine.values.spans import Origin

HUNDRED = Decimal(100)
MONEY = frozenset(
    "unit_price price amount flat minimum maximum total winner_total share of of_all base net gross sum rounded difference per_event "
    "list paid consumed fee most coupon to".split()
)
"""The inputs of steps that are amounts of money: they carry at least the currency's decimals."""


def render_quote_json(quote: Quote, book: PriceBook, offers: Sequence[TermOffer] = ()) -> str:
    """The quote as one JSON document; `offers`: the order for other terms, as `terms`."""
    terms = {"terms": [_offer(each, quote) for each in offers]} if offers else {}
    return json.dumps(_head(quote) | quote_data(quote, book) | terms, ensure_ascii=False, indent=2) + "\n"


def _head(quote: Quote) -> dict[str, object]:
    """What makes the quote a paper for somebody; nothing where it is none."""
    if quote.head is None:
        return {}
    head = quote.head
    return {"number": head.number or None, "customer": head.customer or None, "valid_until": head.valid_until.isoformat() if head.valid_until else None}


def _offer(offer: TermOffer, quote: Quote) -> dict[str, object]:
    places = minor_places(quote.currency)
    return {
        "term": str(offer.term),
        "amount": None if offer.amount is None else plain(offer.amount, places),
        "per_month": None if offer.per_month is None else plain(shown(offer.per_month), places),
        "saving": None if offer.saving is None else plain(shown(offer.saving)),
    }


def quote_data(quote: Quote, book: PriceBook) -> dict[str, object]:
    """The quote as plain data: amounts with at least the currency's decimals, dates in the book's time zone."""
    places = minor_places(quote.currency)
    totals = quote.totals

    def totals_data(sums: Totals) -> dict[str, object]:
        rounded = ("payable_rounding", "payable") if sums.rounded is not None else ()
        return {name: plain(getattr(sums, name), places) for name in ("list", "discount", "rounding", "net", "tax", "gross", *rounded)}

    return {
        "book": {"id": quote.book_id, "digest": quote.book_digest},
        "currency": quote.currency,
        "date": instant_text(quote.at, book),
        "billing_mode": quote.billing_mode,
        "term": str(quote.term) if quote.term else None,
        "for": str(quote.duration) if quote.duration else None,
        "expires": _expiry(quote.expires, book),
        "lines": [_line(line, places, book) for line in quote.lines],
        "totals": totals_data(totals),
        "taxes": [
            {
                "tax": tax.tax,
                "category": tax.category,
                "rate": rate_text(tax.rate),
                "base": plain(tax.base, places),
                "amount": plain(tax.amount, places),
            }
            for tax in quote.taxes
        ],
        "trace": trace_data(quote.trace, book, places),
        **events_data(
            quote, book, places, lambda line: _line(line, places, book), lambda steps: trace_data(steps, book, places), totals_data
        ),
    }  # fmt: skip


def _line(line: QuoteLine, places: int, book: PriceBook) -> dict[str, object]:
    return {
        "item": line.item,
        "spec": line.spec,
        "attributes": dict(line.attributes),
        "quantity": plain(line.quantity),
        "unit": line.unit,
        "list_amount": plain(line.list_amount, places),
        "discount_amount": plain(line.discount_amount, places),
        "rounding_amount": plain(line.rounding_amount, places),
        "amount": plain(line.amount, places),
        "periods": [_part(part, places, book) for part in line.parts],
        **({"commitment": line.commitment} if line.commitment else {}),
        "trace": trace_data(line.trace, book, places),
    }


def _part(part: QuoteLine, places: int, book: PriceBook) -> dict[str, object]:
    """What one billing period has of a line that lies in several."""
    amounts = {name: plain(getattr(part, name), places) for name in ("list_amount", "discount_amount", "rounding_amount", "amount")}
    start, end = (instant_text(at, book) for at in billing_period(part))
    return {"start": start, "end": end, "quantity": plain(part.quantity), **amounts}


def trace_data(steps: Sequence[TraceStep], book: PriceBook, places: int) -> dict[str, object]:
    """A trace with the version of its form: steps in waterfall order, each with what it was made of."""
    return {"version": TRACE_VERSION, "steps": [_step(step, book, places) for step in steps]}


def _step(step: TraceStep, book: PriceBook, places: int) -> dict[str, object]:
    return {
        "step": step.number,
        "kind": step.kind,
        "before": _number(step.before, places),
        "value": _number(step.value, places),
        "formula": text(step.formula),
        "inputs": _facts(step.facts, book, places),
        "idle": step.idle,
        "adds_up": step.adds_up,
        "source": _source(step.origin),
        "considered": [_considered(rule, book, places) for rule in step.considered],
        "children": [_step(child, book, places) for child in step.children],
        # Where the windows themselves are told, their sums are not.
        **({} if step.children or step.multiplies or not step.tallies else {"tallies": [_tally(each, book, places) for each in step.tallies]}),
    }


def _tally(tally: Tally, book: PriceBook, places: int) -> dict[str, object]:
    entry, charge = price_of(book, tally)
    band = bands_of(charge)[tally.band]
    most = None if uses_up(charge) else band.upper
    return {
        "source": _source(charge.origin if charge.origin.line else entry.origin),
        "per": entry.per,
        "from": instant_text(tally.start, book),
        "until": instant_text(tally.end, book),
        "least": plain(band.lower),
        "most": None if most is None else plain(most),
        "count": tally.count,
        "quantity": plain(tally.quantity),
        "packages": tally.packages,
        "ratio": plain(tally.ratio),
        "exact_amount": plain(tally.exact_amount, places),
        "amount": plain(tally.amount, places),
    }


def _considered(rule: Considered, book: PriceBook, places: int) -> dict[str, object]:
    return {
        "rule": rule.rule,
        "chosen": rule.chosen,
        "reason": rule.reason,
        "inputs": _facts(rule.facts, book, places),
        "source": _source(rule.origin),
    }


def _source(origin: Origin) -> dict[str, object] | None:
    if not origin.line:
        return None
    return {"file": origin.file, "line": origin.line, "reference": origin.reference}


def _number(value: Number | None, places: int) -> str | None:
    return None if value is None else plain(value, places)


def _facts(facts: StepFacts | RuleFacts, book: PriceBook, places: int) -> dict[str, object]:
    return {name: plain(value, places) if name in MONEY and _is_number(value) else fact_data(value, book) for name, value in facts.items()}


def _is_number(value: object) -> TypeGuard[Number]:
    return isinstance(value, Decimal | Fraction)


def fact_data(value: object, book: PriceBook) -> object:
    """An input of a step as plain data: numbers and dates as texts, lists as lists, whatever else as the text it shows."""
    match value:
        case None | bool() | str():
            return value
        case Decimal() | Fraction():
            return plain(value)
        case int():
            return str(value)
        case datetime():
            return instant_text(value, book)
        case date():
            return value.isoformat()
        case Duration() | Origin():
            return str(value) if isinstance(value, Duration) else value.label
        case Mapping():
            return {str(key): fact_data(part, book) for key, part in value.items()}
        case list() | tuple():
            return [fact_data(part, book) for part in value]
    return str(value)


def rate_text(rate: Number) -> str:
    """A rate in percent: `19%`."""
    return f"{plain(multiply(rate, HUNDRED))}%"


def instant_text(at: datetime, book: PriceBook) -> str:
    """A UTC instant as the language writes it in the book's zone: `2026-03-01` for the start of a day, else with time and offset."""
    return written_instant(at, book.zone)


def _expiry(expires: date | datetime | None, book: PriceBook) -> str | None:
    if isinstance(expires, datetime):
        return local(expires, book.zone).isoformat()
    return expires.isoformat() if expires else None
