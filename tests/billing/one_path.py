"""Short ways to hold an estimate against the invoice of the records that it describes."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from engine.language.build import load_order
from engine.model.invoices import Invoice
from engine.model.quotes import Quote
from engine.pricing import price_order
from tests.billing.usage_shop import account, book_of, event, subscription, usage
from tests.conformance.language import write

D = Decimal
HEAD = {"id": "m", "title": "M", "status": "draft", "currency": "USD", "timezone": "UTC", "rounding": {"at": "line", "mode": "half-up"}}


def small(**sections: object):
    """A book of calls at 1.00 each in one mode `api`, billed by the month, with other sections in place of its own."""
    made: dict[str, object] = {
        "book": HEAD,
        "units": {"call": {"title": "call"}},
        "attributes": {"service": {"title": "Service", "source": "usage", "values": ["standard", "batch"]}},
        "items": {"calls": {"title": "Calls", "unit": "call", "meter": {"measure": "sum", "window": "period"}}},
        "billing_modes": {"api": {"title": "API", "payment": "postpaid", "cycle": "month", "items": {"calls": "optional"}}},
        "prices": [{"effective": "2026-01-01", "billing_mode": "api", "items": {"calls": D("1.00")}}],
    }
    return book_of(made | sections)


def quoted(book, **order: object) -> Quote:
    """The quote of an order that must have one; `length` is its `for`."""
    if "length" in order:
        order["for"] = order.pop("length")
    made, found = load_order("order.yaml", write(order).encode(), book, None)
    assert made is not None, [each.message for each in found]
    quote = price_order(book, made)
    assert isinstance(quote, Quote), [(each.code, each.message) for each in quote.diagnostics]
    return quote


def started(book, mode: str, first: str = "2026-03-01", stop: str | None = None, **attributes: str):
    """The account `acme` whose only subscription `s` begins on a day of a mode that is billed by usage."""
    events = [event(first, "start")] + ([event(stop, "stop")] if stop else [])
    return account(book, subscription("s", mode, *events, **attributes))


def rows_of(*rows: tuple) -> list[tuple]:
    """Rows (time in March, quantity, further cells) of calls as a usage file has them."""
    return [("s", "calls", *row) for row in rows]


def facts(found: Quote | Invoice) -> list[tuple]:
    """What each line says that is for use: item, spec, attributes, quantity, list amount, discount, rounding, amount."""
    assert isinstance(found, Quote | Invoice), [(each.code, each.message) for each in found.diagnostics]
    return [
        (line.item, line.spec, dict(line.attributes), line.quantity, line.list_amount, line.discount_amount, line.rounding_amount, line.amount)
        for line in found.lines
    ]  # fmt: skip


def taxes(found: Quote | Invoice) -> Mapping[tuple, tuple]:
    """Base and amount of each tax, category and rate."""
    return {(row.tax, row.category, row.rate): (row.base, row.amount) for row in found.taxes}


__all__ = ["HEAD", "D", "datetime", "facts", "quoted", "rows_of", "small", "started", "taxes", "usage"]
