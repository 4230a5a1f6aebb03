"""An invoice as JSON: numbers are texts and exact, absent values null, signs as in the record. Its schema is `schemas/invoice.json`.

All that the record holds is written, so that an issued invoice can be read back; of a trace only what a reader needs, and of use what is
summed up: each window stands there only where it is asked for. A number that is no finite decimal is written as it is shown, with 10 places
(rule language, 3.10, Output).
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from engine.documents.quote_json import rate_text, trace_data
from engine.model.book import PriceBook
from engine.model.invoices import BILL_TYPES, ByHand, CreditUse, Invoice, InvoiceLine, Issue, record_digest
from engine.model.parties import Party
from engine.model.quotes import LineTax, TaxTotal
from engine.model.texts import CONTROLS
from engine.model.trace import TraceStep
from engine.pricing.metered_steps import summed_windows
from engine.values.exact import plain, subtract
from engine.values.money import minor_places
from engine.values.periods import local_date

SCHEMA_VERSION = 1
_MOMENT = timedelta(microseconds=1)


def render_invoice_json(invoice: Invoice, issue: Issue, book: PriceBook, explain: bool = False) -> str:
    """The invoice as one JSON document with its digest, with `explain` every step of use; controls of text and of direction in names are
    escaped, so that they act on nothing beside them.
    """
    data = invoice_data(invoice, issue, book, explain)
    text = json.dumps(data | {"digest": record_digest(data)}, ensure_ascii=False, indent=2)
    return CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def brief_trace(trace: Sequence[TraceStep]) -> tuple[TraceStep, ...]:
    """The steps of a line as far as its tallies tell them: of use no prices and charges of windows, and nothing of each window."""
    if not any(step.kind == "windows" for step in trace):
        return tuple(trace)
    return tuple(_brief(step) for step in trace if step.number not in (2, 3))


def _brief(step: TraceStep) -> TraceStep:
    if step.kind == "windows":
        return summed_windows(step.tallies, str(step.facts["window"]))
    return replace(step, formula=None, children=(), adds_up=False) if step.kind == "round-charge" and step.children else step


def invoice_data(invoice: Invoice, issue: Issue, book: PriceBook, explain: bool = False) -> dict[str, object]:
    """The invoice as plain data: amounts with at least the currency's decimals, instants in UTC, days in the book's time zone."""
    places = minor_places(invoice.currency)
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "credit-note" if invoice.credit_note else "invoice",
        "number": issue.number,
        "date": issue.date.isoformat(),
        "due": issue.due.isoformat() if issue.due else None,
        "preceding": list(issue.preceding),
        "book": {"id": invoice.book_id, "digest": invoice.book_digest, "status": book.status},
        "seller": _party(book.seller) if book.seller else None,
        "account": invoice.account,
        "customer": _party(invoice.customer),
        "currency": invoice.currency,
        "timezone": book.timezone,
        "period": _span(invoice.start, invoice.end, book),
        "prices_include_tax": invoice.prices_include_tax,
        "usage_digest": invoice.usage_digest,
        "lines": [_line(line, places, book, explain) for line in invoice.lines],
        "taxes": [_tax(tax, places) for tax in invoice.taxes],
        "totals": _totals(invoice, issue, places),
        **({"credits": [_credit(each, places) for each in invoice.credits]} if invoice.credits else {}),
        **({"trace": trace_data(invoice.trace, book, places)} if invoice.trace else {}),
    }


def _totals(invoice: Invoice, issue: Issue, places: int) -> dict[str, str]:
    """The sums; what is left to pay stands there where it is not the gross amount."""
    found = {name: plain(getattr(invoice, name), places) for name in ("net", "tax", "gross")}
    if invoice.credited:
        found["credits"] = plain(invoice.credited, places)
    if invoice.rounded is not None:
        found["payable_rounding"] = plain(invoice.payable_rounding, places)
    if issue.paid:
        found["paid"] = plain(issue.paid, places)
    if issue.paid or invoice.credited or invoice.rounded is not None:
        found["payable"] = plain(subtract(invoice.payable, issue.paid), places)
    return found


def _credit(credit: CreditUse, places: int) -> dict[str, object]:
    """What was granted when and for what, and what earlier invoices took of it, this one takes, and leaves."""
    return {
        "at": utc_text(credit.at),
        "title": credit.title,
        "granted": plain(credit.granted, places),
        "expires": utc_text(credit.expires) if credit.expires is not None else None,
        "items": list(credit.items),
        "used_before": plain(credit.before, places),
        "used": plain(credit.used, places),
        "left": plain(credit.left, places),
    }


def _party(party: Party) -> dict[str, object]:
    return {
        "name": party.name,
        "address": list(party.address),
        "country": party.country,
        "tax_id": party.tax_id,
        "iban": party.iban,
        "other": {str(key): value for key, value in party.other.items()},
    }


def _line(line: InvoiceLine, places: int, book: PriceBook, explain: bool) -> dict[str, object]:
    return {
        "subscription": line.subscription,
        "billing_mode": line.billing_mode,
        "bill_type": line.bill_type,
        "bill_type_number": BILL_TYPES.get(line.bill_type),
        "at": utc_text(line.at),
        "item": line.item,
        "spec": line.spec,
        "attributes": dict(line.attributes),
        "quantity": None if line.quantity is None else plain(line.quantity),
        "unit": line.unit,
        "per": line.per,
        "term": str(line.term) if line.term else None,
        "period": _span(line.start, line.end, book),
        "list_amount": None if line.list_amount is None else plain(line.list_amount, places),
        "discount_amount": plain(line.discount_amount, places),
        "rounding_amount": plain(line.rounding_amount, places),
        "amount": plain(line.amount, places),
        "taxed": [_tax(tax, places) for tax in line.taxed],
        "corrects": _span(*line.corrects, book) if line.corrects else None,
        "records": line.records,
        "by_hand": _by_hand(line.by_hand) if line.by_hand else None,
        **({"commitment": line.commitment} if line.commitment else {}),
        "trace": trace_data(line.trace if explain else brief_trace(line.trace), book, places),
    }


def _by_hand(said: ByHand) -> dict[str, str]:
    return {"title": said.title, "like": said.like, "reason": said.reason, "reference": said.reference}


def _tax(tax: LineTax | TaxTotal, places: int) -> dict[str, object]:
    return {
        "tax": tax.tax,
        "category": tax.category,
        "rate": rate_text(tax.rate),
        "base": plain(tax.base, places),
        "amount": plain(tax.amount, places),
        "row": tax.row,
    }


def _span(start: datetime, end: datetime | None, book: PriceBook) -> dict[str, object]:
    last = last_day(start, end, book)
    return {
        "start": utc_text(start),
        "end": utc_text(end) if end is not None else None,
        "first_day": local_date(start, book.zone).isoformat(),
        "last_day": last.isoformat() if last is not None else None,
    }


def utc_text(at: datetime) -> str:
    """An instant in UTC as ISO 8601 writes it: `2026-02-28T16:00:00Z`, with fractions of a second where it has some."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def last_day(start: datetime, end: datetime | None, book: PriceBook) -> date | None:
    """The book's day that holds the last moment before `end`, but none before the first day; None where the time has no end."""
    if end is None:
        return None
    return max(local_date(start, book.zone), local_date(end - _MOMENT, book.zone))
