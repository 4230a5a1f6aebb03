"""The fine print's shop with rules for what happens after a purchase; short ways to ask for a change, a refund, a renewal."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from engine.model.quotes import Quote
from tests.pricing.fine_print import SHOP, plan, quote, shop

DAYS = {"monthly": "calendar-months", "yearly": "days-of-365", "counts_from": "next-day"}
CHANGE = {"supports": ["upgrade", "downgrade", "expand", "reduce"], "charge": "difference", "remaining": DAYS}
LEAVE = {"full_refund_within": "5 days", "fee": [{"fee": "10%"}]}
RENEW = {"price": "in-force", "anchor": "original-day", "grace": "15 days", "retention": "15 days"}


def later(*prices: Mapping, change: Mapping = {}, leave: Mapping = {}, renew: Mapping = {}, mode: Mapping = {}, **sections: object) -> dict[str, object]:
    """The shop with one policy each; `change`, `leave` and `renew` override their keys, `mode` those of the billing mode."""
    modes = dict(SHOP["billing_modes"])
    named = {"spec_change": "by-time", "cancellation": "with-fee", "renewal": "anniversary", "expires": "end-of-day"}
    modes["plan"] = modes["plan"] | named | mode
    return shop(
        *prices,
        billing_modes=modes,
        spec_changes={"by-time": CHANGE | change, **SHOP["spec_changes"]},
        cancellations={"with-fee": LEAVE | leave},
        renewals={"anniversary": RENEW | renew},
        mode_changes=[{"from": "plan", "to": "use", "takes_effect": "at-expiry"}],
        **sections,
    )


def changed(book: Mapping, on: str, items: Mapping, term: str = "1 month", start: Mapping | None = None, **more: object) -> Quote:
    """A purchase of ten seats (or `start`) with one change."""
    return quote(book, plan(start or {"seat": 10}, term, change={"date": on, "items": dict(items)}, **more))


def amount(found: Quote, position: int = -1) -> Decimal:
    """What a change costs; negative where it is paid back."""
    change = found.changes[position]
    return change.charge if change.refund is None else -change.refund


def left(found: Quote) -> Fraction:
    """The value of what remains at the last change."""
    return Fraction(found.changes[-1].lines[0].remaining.value)


def cents(value: Fraction) -> str:
    """An exact amount, half-up to cents, by whole numbers alone."""
    units = int(abs(value) * 100 + Fraction(1, 2))
    return f"{'-' if value < 0 else ''}{units // 100}.{units % 100:02d}"
