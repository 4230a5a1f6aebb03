"""An account whose items have days of their own, or end on a unified day: each line of its invoices says its own time."""

from datetime import UTC, date, datetime

from engine.billing import make_invoice
from engine.language.build import load_account
from engine.values.periods import local_date, zone
from tests.conformance.language import write
from tests.pricing.fine_print import loaded
from tests.pricing.later_shop import later
from tests.pricing.test_own_days import own_days

BERLIN = zone("Europe/Berlin")


def billed(book, *events):
    """(kind of bill, item, first day, day after the last, amount) of every line in 2026."""
    built = loaded(book)
    text = write({"id": "acme", "customer": {"name": "Acme"}, "subscriptions": [{"id": "s", "billing_mode": "plan", "events": list(events)}]})
    made, found = load_account("account.yaml", text.encode(), built)
    assert made is not None, [each.message for each in found]
    invoice = make_invoice(built, made, (), datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    return [(line.bill_type, line.item, *(local_date(at, BERLIN) for at in (line.start, line.end)), str(line.amount)) for line in invoice.lines]


def test_each_line_has_its_own_time():
    lines = billed(
        own_days(),
        {"date": "2026-04-01", "purchase": {"term": "1 month", "items": {"edition": "small", "seat": 10}}},
        {"date": "2026-04-16", "change": {"items": {"edition": "large"}}},
        {"date": "2026-04-25", "renew": {"term": "1 month"}},
    )
    april, may, june = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
    half = [date(2026, month, 16) for month in (4, 5, 6)]
    assert lines == [
        ("new-purchase", "edition", april, may, "30.00"),
        ("new-purchase", "seat", april, may, "100.00"),
        ("change", "edition", half[0], half[1], "45.00"),
        ("renewal", "edition", half[1], half[2], "60.00"),
        ("renewal", "seat", may, june, "100.00"),
    ]


def test_a_unified_day_ends_the_first_line():
    book = later(renew={"align": "last-day", "stub": "actual-days"})
    lines = billed(
        book,
        {"date": "2026-03-15", "purchase": {"term": "1 month", "items": {"seat": 10}}},
        {"date": "2026-04-20", "renew": {"term": "1 month"}},
    )
    assert lines == [
        ("new-purchase", "seat", date(2026, 3, 15), date(2026, 5, 1), "150.00"),
        ("renewal", "seat", date(2026, 5, 1), date(2026, 6, 1), "100.00"),
    ]
