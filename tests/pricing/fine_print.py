"""The fine print of the rule language (3.10), sentence by sentence, as far as it concerns orders; and a small shop to try it in.

Each sentence was read two ways by careful people. A test has the sentence as its docstring and states both numbers: `reads`
compares the quote with the right one and insists that the other reading would have given something else.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from engine.diagnostics import Diagnostic
from engine.language.build import load_book, load_order
from engine.model.book import PriceBook
from engine.model.quotes import Quote, Refusal
from engine.pricing import price_order
from tests.conformance.language import write
from tests.pricing.traces import adds_up

SENTENCES = {
    "Prices": (
        "each charge of a list is kept under its own `per`",
        "a later entry replaces the `per` it names",
        "`withdrawn` ends all",
        "if only one of `month`/`year` exists it is multiplied by the exact fraction",
        "`cycle`, `window` and `per` of a metered item must agree or convert; disagreement is an error",
        "a bare number for an item with specs prices every spec",
    ),
    "Quantity": (
        "quantity - `min` is whole `step`s after conversion, exactly",
        "0 only in a change",
        "limits include their bound",
        "limits are checked after a change too",
        "unit symbols are case-sensitive",
    ),
    "Tiers": (
        "they see the quantity after the allowance",
        "any part of a unit counts for `flat`",
        "in `graduated`, `below` and `up_to` are the same",
        "in `volume` they differ at the bound only",
        "a tier has `unit_price` or `package`, not both",
        "prices, flats, bounds, allowances are not negative",
    ),
    "Percentage": (
        "sum over events of clamp(amount x rate + per_event, minimum, maximum), which here are per event only",
        "the allowance is used up in order of time and an event wholly free owes no `per_event`",
        "a record is an event, in an order the quantity is one",
    ),
    "Coupons": (
        "an amount is settled in step 7 whatever its place",
        "place decides only their order",
        "in `best_of` they compete with what they would take",
        "once an order, over the lines in scope in proportion to what is left",
        "capped at what is left of the lines in scope",
        "an unknown, expired or inapplicable coupon is an error",
        "one that loses in `best_of` is not",
        "amounts in no matching currency do not apply",
    ),
    "best_of": (
        "it compares the exact sum of all lines directly after the stage",
        "a tie goes to the first named",
        "`by: quantity` is per line before the allowance",
        "`fixed_price` is for one price period",
        "`fixed_price` never raises an amount",
        "`until` is excluded, as every end is",
        "durations compare in months",
        "days never compare with months",
    ),
    "Allocation": (
        "shares are rounded down, missing units go to the largest remainders, the first line of the order on a tie",
        "a document of credits mirrors it",
        "all rounding modes are symmetric about zero",
    ),
    "Durations": (
        "terms of whole years use `yearly`, all others `monthly`",
        "the value is in months, years or terms by its convention",
        "it is converted (1 year = 12 months) after `places`",
        "with `same-day` and `next-day` whole calendar days count",
        "the day of expiry only with `end-of-day`",
        "the period is counted as the remainder is, so a change on the first day leaves exactly 1 in `actual-days`",
        "`30-360` is 30E/360, in months",
        "`round-up` goes to the next term that the mode offers",
        "it picks `per` and, with `current`, the tier `by: term`",
        "in `calendar-months` a whole term need not equal its months: `cap: paid` matters",
    ),
    "Remaining (3.7)": (
        "29 February is not counted in `days-of-365`",
        "hours count as day fractions, by the clock on the wall",
        "`seconds` are elapsed ones, the change of the clock included",
        "`{purchase-day: next-day, later: next-hour}` counts by case",
        "`places` rounds the duration before it is multiplied; absent, the ratio stays exact",
        "N months after an anchor keep the anchor's day",
        "periods are half-open",
    ),
    "Changes": (
        "one unsupported line refuses the whole change",
        "`change` may be a list in date order",
        "each sees the state after the one before",
        "a change before the start is an error",
        "at or after expiry it is an error",
        "on the last day 0 remains",
        "`charge` and `refund` are net, `tax` beside them",
    ),
    "5 days": (
        "they are 120 elapsed hours, the last instant excluded",
        "`used_up_to` is inclusive, by calendar",
    ),
    "Taxes": (
        "rows of one `tax` compete as prices do",
        "different `tax`es add up",
        "`compound_on: [gst]` computes on net plus those",
        "`items:` limits a row",
        "`category` and rate group the totals",
        "tax is rounded once per tax, category and rate",
        "tax is rounded half-up, whatever the book's mode",
        "compounds use the exact tax",
        "a row that names `items` outranks one that does not, before `when`",
        "a change or renewal takes the rate of its day",
        "a refund that of the payment it returns",
        "usage that of the period's last day",
        "with `prices_include_tax: true` lines are gross, tax = round(gross x r/(1+r)), net = gross - tax",
    ),
    "Windows": (
        "`at_zero: bill` is due for windows that exist, once for period-total",
        "a window belongs whole to the period that holds its start",
        "in the hour that autumn repeats a local time without offset is the first",
        "in the hour that spring skips it is refused",
        "`for: 1 month` holds the calendar month's real hours",
    ),
    "Renewals": (
        "they take price and discounts of their date",
        "a change covers all paid terms, each with its own R, f and list",
        "with `align` a term, the first too, ends on the first unified day on or after its anniversary",
        "the extra part costs one price period x `stub`",
        "after retention a renewal is an error",
    ),
    "Estimates": (
        "`for:` is cut into the mode's periods, each charged by itself",
        "a total of a sum or count is one window",
        "a prepaid order may give `for:` for its postpaid items",
        "without it they are refused",
    ),
    "Output": (
        "a shown number that is no finite decimal has 10 places half-up",
        "amounts carry at least the currency's decimals, quantities no trailing zeros",
        "`rounding_amount` is computed from shown numbers so that the identity holds on paper",
        "lines come in the order's order",
        "`expect_error` takes a code or its slug",
    ),
}
"""Bullet -> sentences; of 3.7 those that were read two ways as well. What is about records stands in `tests/usage`."""

SHOP = {
    "book": {
        "id": "shop",
        "title": "Shop",
        "status": "illustrative",
        "currency": "USD",
        "timezone": "Europe/Berlin",
        "rounding": {"at": "line", "mode": "half-up"},
    },
    "units": {"piece": {"title": "piece"}, "GB": {"title": "GB"}, "TB": "1024 GB"},
    "attributes": {"segment": {"title": "Segment", "source": "customer", "values": ["education", "partner"]}},
    "items": {
        "seat": {"title": "Seat", "unit": "piece"},
        "disk": {"title": "Disk", "unit": "GB"},
        "edition": {"title": "Edition", "unit": "piece", "specs": {"small": {"title": "Small"}, "large": {"title": "Large"}}},
        "hour": {"title": "Hours held", "unit": "piece", "meter": {"measure": "max", "window": "hour"}},
        "day": {"title": "Days held", "unit": "piece", "meter": {"measure": "max", "window": "day"}},
        "call": {"title": "Calls", "unit": "piece", "meter": {"measure": "sum", "window": "period"}},
    },
    "billing_modes": {
        "plan": {
            "title": "Plan",
            "payment": "prepaid",
            "cycle": "term",
            "terms": ["1 month", "2 months", "3 months", "6 months", "1 year", "18 months", "2 years"],
            "items": {
                "seat": "optional",
                "disk": "optional",
                "edition": "optional",
                "hour": {"presence": "optional", "payment": "postpaid", "cycle": "hour"},
            },
        },
        "use": {
            "title": "Use",
            "payment": "postpaid",
            "cycle": "month",
            "invoiced": "month",
            "items": {
                "hour": {"presence": "optional", "cycle": "hour"},
                "day": {"presence": "optional", "cycle": "day"},
                "call": "optional",
            },
            "spec_change": "none-at-all",
        },
    },
    "spec_changes": {"none-at-all": {"supports": [], "reason": "Nothing is ordered.", "instead": "Use more or less."}},
}

PRICES = [
    {
        "effective": "2025-01-01",
        "billing_mode": "plan",
        "per": "month",
        "items": {"seat": Decimal("10.00"), "disk": Decimal("0.10"), "edition": Decimal("30.00")},
    },
    {"effective": "2025-01-01", "billing_mode": "plan", "per": "hour", "items": {"hour": Decimal("0.10")}},
    {"effective": "2025-01-01", "billing_mode": "use", "per": "hour", "items": {"hour": Decimal("0.10")}},
    {"effective": "2025-01-01", "billing_mode": "use", "per": "day", "items": {"day": Decimal("1.00")}},
    {"effective": "2025-01-01", "billing_mode": "use", "items": {"call": Decimal("0.01")}},
]


def shop(*prices: Mapping, without: str = "", **sections: object) -> dict[str, object]:
    """The shop with further price entries and sections; `book`, `items` and `attributes` are added to its own.

    Its own prices of the item `without` are left out.
    """
    kept = [entry | {"items": {item: price for item, price in entry["items"].items() if item != without}} for entry in PRICES]
    made = dict(SHOP) | {"prices": [*(entry for entry in kept if entry["items"]), *prices]}
    for name, content in sections.items():
        made[name] = made[name] | content if name in ("book", "items", "attributes") else content
    return made


def plan(items: Mapping, term: str = "1 month", **more: object) -> dict[str, object]:
    """A prepaid order."""
    return {"date": "2026-03-01", "billing_mode": "plan", "term": term, "items": dict(items), **more}


def use(items: Mapping, length: str, **more: object) -> dict[str, object]:
    """An estimate of pay-per-use."""
    return {"date": "2026-03-01", "billing_mode": "use", "for": length, "items": dict(items), **more}


def loaded(book: Mapping) -> PriceBook:
    """The book, which must have no error."""
    result = load_book({"book.yaml": write(book).encode()})
    assert result.book is not None and not book_errors(book), book_errors(book)
    return result.book


def book_errors(book: Mapping) -> list[str]:
    """The slugs of the errors that reading and building a book finds."""
    return [finding.slug for finding in load_book({"book.yaml": write(book).encode()}).diagnostics if finding.severity == "error"]


def quote(book: Mapping, order: Mapping) -> Quote:
    """The quote of an order, whose explanation must add up."""
    built = loaded(book)
    read, findings = load_order("order.yaml", write(order).encode(), built, None)
    assert read is not None, [(finding.slug, finding.message) for finding in findings]
    priced = price_order(built, read)
    assert isinstance(priced, Quote), [(finding.slug, finding.message) for finding in priced.diagnostics]
    assert adds_up(priced)
    return priced


def refusals(book: Mapping, order: Mapping) -> list[str]:
    """The slugs of what keeps an order from being priced; empty where it has a price."""
    return [finding.slug for finding in problems(book, order)]


def problems(book: Mapping, order: Mapping) -> list[Diagnostic]:
    """What keeps an order from being priced; empty where it has a price."""
    built = loaded(book)
    read, findings = load_order("order.yaml", write(order).encode(), built, None)
    priced = price_order(built, read) if read is not None else None
    found = (*findings, *(priced.diagnostics if isinstance(priced, Refusal) else ()))
    return [finding for finding in found if finding.severity == "error"]


def total(book: Mapping, order: Mapping) -> Decimal:
    """The net total of an order."""
    return quote(book, order).totals.net


def reads(found: object, right: object, wrong: object) -> None:
    """The quote says `right`; the other reading of the sentence would have said `wrong`."""
    assert _number(found) == _number(right)
    assert _number(right) != _number(wrong), "both readings agree here: the case proves nothing"


def _number(value: object) -> object:
    if isinstance(value, Decimal | Fraction | int) or (isinstance(value, str) and value.replace(".", "").replace("-", "").isdigit()):
        return Fraction(value)
    return [_number(part) for part in value] if isinstance(value, list | tuple) else value
