"""Books and orders of the vendor's worked examples: one prepaid item `thing`, with the policies that an example needs."""

from engine.language.build import load_book, load_order
from engine.model.quotes import Quote
from engine.pricing import price_order
from tests.conformance.language import write
from tests.pricing.traces import adds_up

DAILY = {"monthly": "calendar-months", "yearly": "days-of-365", "counts_from": "next-day", "places": 8}


def shop(price, unit="piece", per="month", **sections):
    """A book of one prepaid item `thing`; `sections` are added, those of `book` and `plan` (the mode) key by key."""
    book = {
        "id": "vendor", "title": "Vendor", "status": "illustrative", "currency": "USD", "timezone": "Asia/Shanghai",
        "rounding": {"at": "line", "mode": "half-up"},
    }  # fmt: skip
    plan = {
        "title": "Plan", "payment": "prepaid", "cycle": "term", "expires": "end-of-day",
        "terms": ["1 month", "2 months", "3 months", "1 year", "3 years"],
        "items": {"thing": "required"},
    }  # fmt: skip
    return {
        "book": book | sections.pop("book", {}),
        "units": sections.pop("units", {unit: {"title": unit}}),
        "items": {"thing": sections.pop("item", {"title": "Thing", "unit": unit})},
        "billing_modes": {"plan": plan | sections.pop("plan", {})},
        "prices": [{"effective": "2020-01-01", "billing_mode": "plan", "items": {"thing": price}} | ({"per": per} if per else {})],
    } | sections


def quote(book, **order) -> Quote:
    """The quote of an order, which must add up."""
    built = load_book({"book.yaml": write(book).encode()})
    assert built.book is not None, [finding.message for finding in built.diagnostics]
    given = {"date": "2023-01-01", "billing_mode": "plan"} | order
    read, found = load_order("order.yaml", write(given).encode(), built.book, None)
    assert read is not None, [finding.message for finding in found]
    priced = price_order(built.book, read)
    assert isinstance(priced, Quote), [finding.message for finding in priced.diagnostics]
    assert adds_up(priced)
    return priced


def changing(remaining):
    """The sections of a book whose changes cost the difference for what remains."""
    return {
        "plan": {"spec_change": "by-day"},
        "spec_changes": {"by-day": {"supports": ["upgrade", "expand", "reduce"], "charge": "difference", "remaining": remaining}},
    }


def leaving(policy):
    """The sections of a book with a rule for an unsubscription."""
    return {"plan": {"cancellation": "leave"}, "cancellations": {"leave": policy}}
