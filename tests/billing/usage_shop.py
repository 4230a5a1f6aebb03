"""A shop with usage beside paid subscriptions, covered and pooled items; short ways to write accounts, records and invoices of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from engine.billing import make_invoice
from engine.language.build import load_account, load_book
from engine.model.invoices import Invoice
from engine.usage import read_usage
from engine.values.exact import total
from engine.values.periods import start_of_day
from tests.conformance.language import write

COLUMNS = "account,subscription,item,time,quantity"

SHOP: dict = {
    "book": {"id": "shop", "title": "Shop", "status": "draft", "currency": "USD", "timezone": "UTC", "rounding": {"at": "line", "mode": "half-up"}},
    "units": {"GB": {"title": "GB"}, "TB": "1024 GB", "call": {"title": "call"}, "seat": {"title": "seat"}, "pack": {"title": "pack"}},
    "resources": {"storage": {"title": "Storage", "unit": "GB"}, "traffic": {"title": "Traffic", "unit": "GB"}},
    "items": {
        "plan": {
            "title": "Plan", "unit": "pack",
            "specs": {"small": {"title": "S", "provides": {"storage": "100 GB"}}, "large": {"title": "L", "provides": {"storage": "1 TB"}}},
        },
        "disk": {"title": "Disk", "unit": "GB", "provides": {"storage": "1 GB"}},
        "bundle": {"title": "Traffic bundle", "unit": "pack", "provides": {"traffic": {"quantity": "50 GB", "every": "month"}}},
        "calls": {"title": "Calls", "unit": "call", "meter": {"measure": "sum", "window": "month"}},
        "storage": {"title": "Storage", "unit": "GB", "covered_by": "storage", "meter": {"measure": "max", "window": "hour"}},
        "egress": {"title": "Traffic", "unit": "GB", "covered_by": "traffic", "meter": {"measure": "sum", "window": "day"}},
    },
    "billing_modes": {
        "paid": {
            "title": "Paid", "payment": "prepaid", "cycle": "term", "terms": ["1 month", "3 months", "1 year"], "renewal": "again",
            "spec_change": "any", "cancellation": "all",
            "items": {
                "plan": "optional", "disk": "optional", "bundle": "optional",
                "calls": {"presence": "optional", "payment": "postpaid", "cycle": "month"},
                "storage": {"presence": "optional", "payment": "postpaid", "cycle": "month"},
                "egress": {"presence": "optional", "payment": "postpaid", "cycle": "month"},
            },
        },
        "use": {
            "title": "Use", "payment": "postpaid", "cycle": "hour", "invoiced": "month",
            "items": {"storage": "optional", "egress": "optional", "calls": "optional"},
        },
    },
    "spec_changes": {"any": {"supports": ["upgrade", "downgrade", "expand", "reduce"], "charge": "none"}},
    "cancellations": {"all": {"refund": "none"}},
    "renewals": {"again": {"price": "in-force", "anchor": "original-day", "grace": "15 days"}},
    "prices": [
        {"effective": "2026-01-01", "billing_mode": "paid", "per": "month", "items": {"plan": {"small": Decimal(10), "large": Decimal(60)}, "disk": Decimal("0.10"), "bundle": Decimal(3)}},
        {"effective": "2026-01-01", "billing_mode": "paid", "items": {"calls": Decimal("0.01"), "egress": Decimal("0.02")}},
        {"effective": "2026-01-01", "billing_mode": "paid", "per": "hour", "items": {"storage": Decimal("0.001")}},
        {"effective": "2026-01-01", "billing_mode": "use", "items": {"calls": Decimal("0.01"), "egress": Decimal("0.02")}},
        {"effective": "2026-01-01", "billing_mode": "use", "per": "hour", "items": {"storage": Decimal("0.001")}},
    ],
}  # fmt: skip


def shop(**sections: object) -> dict:
    """The shop with other sections in place of its own; a mapping adds to the section, a list or text replaces it."""
    merged = dict(SHOP)
    for name, section in sections.items():
        merged[name] = SHOP[name] | section if isinstance(section, Mapping) and isinstance(SHOP.get(name), Mapping) else section
    return merged


_LOADED: dict[bytes, object] = {}


def book_of(data: Mapping = SHOP):
    """The loaded book; what is wrong with it is told."""
    content = write(data).encode()
    if content not in _LOADED:
        found = load_book({"book.yaml": content})
        assert found.book is not None, [each.message for each in found.diagnostics]
        _LOADED[content] = found.book
    return _LOADED[content]


def event(day: str, kind: str, **inner: object) -> dict:
    """An event of an account; without details it is true."""
    return {"date": day, kind: inner or True}


def subscription(name: str, mode: str, *events: dict, **attributes: str) -> dict:
    """A subscription with its events."""
    return {"id": name, "billing_mode": mode, "events": list(events)} | ({"attributes": attributes} if attributes else {})


def account(book, *subscriptions: dict):
    """The account `acme` with these subscriptions."""
    text = write({"id": "acme", "customer": {"name": "Acme"}, "subscriptions": list(subscriptions)})
    made, found = load_account("account.yaml", text.encode(), book)
    assert made is not None, [each.message for each in found]
    return made


Row = tuple[str, str, str, object]
"""Subscription, item, time (`03-09T10:00` of 2026, or with a year), quantity."""


def usage(book, rows: Sequence[Row], columns: str = COLUMNS):
    """The records of rows; a fifth cell and further ones are attributes named in `columns`."""
    lines = []
    for name, item, at, quantity, *more in rows:
        when = at if at[4:5] == "-" else f"2026-{at}"
        lines.append(",".join(("acme", name, item, when, str(quantity), *more)) + "\n")
    read = read_usage(book, "usage.csv", columns + "\n" + "".join(lines))
    assert not read.refused, read.diagnostics[0]
    return read.records


def midnight(book, day: str) -> datetime:
    """The UTC instant at which a day of the book's zone begins."""
    return start_of_day(date.fromisoformat(day), book.zone)


def bill(book, made, rows: Sequence[Row], first: str = "2026-03-01", last: str = "2026-04-01", columns: str = COLUMNS, issued=()):
    """The invoice for [first, last) after those that were issued, or its refusal."""
    return make_invoice(book, made, usage(book, rows, columns), midnight(book, first), midnight(book, last), issued)


def lines_of(found, item: str | None = None) -> list[tuple]:
    """(subscription, item, quantity, amount) of the lines of usage."""
    assert isinstance(found, Invoice), [each.message for each in found.diagnostics]
    return [
        (line.subscription, line.item, line.quantity, line.amount)
        for line in found.lines if line.bill_type in ("usage", "hourly") and item in (None, line.item)
    ]  # fmt: skip


def used(found, item: str | None = None) -> Decimal:
    """What all lines of usage (of one item) cost together."""
    return total(amount for *_, amount in lines_of(found, item))


def refused(found) -> list[str]:
    """The codes of a refusal."""
    assert not isinstance(found, Invoice)
    return [each.code for each in found.diagnostics]
