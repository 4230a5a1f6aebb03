"""A subscription asked for twice: as an order with its later events, and as an account with the same events. Both owe the same."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction as F

from engine.billing import make_invoice
from engine.language.build import load_account
from engine.model.invoices import Invoice
from engine.model.quotes import Quote
from tests.conformance.language import write
from tests.pricing.fine_print import loaded, plan, quote
from tests.pricing.later_shop import later

APRIL = "2026-04-01"
MIDDLE = "2026-04-16T00:00"  # of 1 April to 1 May: 15 of 30 days, without a change of the clock
MAY = "2026-05-16T12:00"  # of 1 May to 1 June: 15.5 of 31 days

MONTHS_LEFT = {
    "calendar-months": F(1, 2), "actual-days": F(1, 2), "seconds": F(1, 2), "30-day-month": F(1, 2), "28-day-month": F(13, 28), "30-360": F(1, 2),
    "365/12": F(36, 73), "days-of-365": F(36, 73), "whole-period": F(1), "none": F(0),
}  # fmt: skip
"""What each convention makes of the half of April, in months: 15/30, 15 days of (365/12), 15/365 of 12."""


def counted(convention: str = "seconds", **change: object) -> dict[str, object]:
    """A spec-change policy that counts by the convention, from the instant."""
    return {"remaining": {"monthly": convention, "yearly": convention, "counts_from": "instant"}} | change


def sells(*prices: Mapping, change: Mapping | None = None, **sections: object) -> dict[str, object]:
    """The shop: a seat at 10.00, a GB at 0.10, an edition at 30.00 a month; terms end at the same time, changes count the seconds."""
    mode = {"expires": "same-time"} | sections.pop("mode", {})
    return later(*prices, change=counted() if change is None else change, mode=mode, **sections)


def priced(items: Mapping, effective: str = "2025-06-01", per: str = "month", **more: object) -> dict[str, object]:
    """A further price entry of the shop."""
    return {"effective": effective, "billing_mode": "plan", "per": per, "items": dict(items), **more}


def april(items: Mapping, term: str = "1 month", **events: object) -> dict[str, object]:
    """An order of 1 April."""
    return plan(items, term, date=APRIL, **events)


def change(items: Mapping, date: str = MIDDLE) -> dict[str, object]:
    """A change in the middle of April."""
    return {"date": date, "items": dict(items)}


def renew(date: str = "2026-04-25", term: str = "1 month") -> dict[str, object]:
    """A renewal before the end of April."""
    return {"date": date, "term": term}


def owed(book: Mapping, order: Mapping) -> Quote:
    """The quote of an order; the invoice of an account with its events has the same lines and the same sums, event by event."""
    found = quote(book, order)
    billed = invoice_of(book, _account(order))
    assert sorted((line.at, line.item, line.amount) for line in billed.lines if line.amount) == sorted(_quoted(found))
    assert billed.net == sum(_nets(found), Decimal(0)) and billed.tax == sum(_taxes(found), Decimal(0))
    return found


def _quoted(found: Quote):
    events = [(found.at, found.lines), *((each.at, each.lines) for each in (*(found.changes or ()), *(found.renewals or ())))]
    return ((at, line.item, line.amount) for at, lines in events for line in lines if line.amount)


def _nets(found: Quote):
    yield found.totals.net
    yield from (each.charge if each.refund is None else -each.refund for each in found.changes or ())
    yield from (each.totals.net for each in found.renewals or ())


def _taxes(found: Quote):
    yield found.totals.tax
    yield from (each.tax if each.refund is None else -each.tax for each in found.changes or ())
    yield from (each.totals.tax for each in found.renewals or ())


def invoice_of(book: Mapping, account: Mapping) -> Invoice:
    """The invoice of all that happened to the account."""
    built = loaded(book)
    made, found = load_account("account.yaml", write(account).encode(), built)
    assert made is not None, [each.message for each in found]
    invoice = make_invoice(built, made, (), datetime(2025, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
    assert isinstance(invoice, Invoice), invoice
    return invoice


def _account(order: Mapping) -> dict[str, object]:
    """The order as the history of an account."""
    changes = order.get("change", [])
    later_on = [("change", each) for each in (changes if isinstance(changes, list) else [changes])]
    later_on += [("renew", order["renew"])] if "renew" in order else []
    bought = {key: order[key] for key in ("term", "items", "coupons") if key in order}
    events = [{"date": order["date"], "purchase": bought}]
    for kind, event in sorted(later_on, key=lambda each: each[1]["date"]):
        events.append({"date": event["date"], kind: {key: value for key, value in event.items() if key != "date"}})
    return account_of(order["billing_mode"], events, **{key: order[key] for key in ("currency", "attributes") if key in order})


def account_of(mode: str, events: list[Mapping], attributes: Mapping | None = None, **more: object) -> dict[str, object]:
    """An account with one subscription and its events."""
    sub = {"id": "s", "billing_mode": mode, "events": events} | ({"attributes": attributes} if attributes else {})
    return {"id": "acme", "customer": {"name": "Acme"}, "subscriptions": [sub], **more}
