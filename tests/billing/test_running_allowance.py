"""The allowance of a `percentage` is used up in order of time, and each record is explained by what it had of it."""

from decimal import Decimal

from engine.model.invoices import Invoice
from tests.billing.usage_shop import SHOP, account, bill, book_of, event, subscription

D = Decimal


def test_equal_records_of_one_hour_after_the_other_are_told_apart():
    """80 and 80 with 100 free, at 1%: the first is free, of the second 60 are charged: 0.60, and the trace says so of each."""
    book = book_of(
        {
            "book": SHOP["book"],
            "units": {},
            "items": {"sales": {"title": "Sales", "unit": "USD", "meter": {"measure": "sum", "window": "hour"}}},
            "billing_modes": {"use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"sales": "optional"}}},
            "prices": [
                {
                    "effective": "2026-01-01", "billing_mode": "use",
                    "items": {"sales": {"rate": "1%", "allowance": D(100), "applies_to": "each-record"}},
                }
            ],
        }
    )  # fmt: skip
    made = account(book, subscription("s-1", "use", event("2026-01-01", "start")))
    found = bill(book, made, [("s-1", "sales", "03-02T10:00", 80), ("s-1", "sales", "03-02T11:00", 80)])
    assert isinstance(found, Invoice)
    (line,) = found.lines
    use = next(step for step in line.trace if step.kind == "windows")
    assert line.amount == D("0.60")
    assert [(step.facts["count"], step.facts["amount"], step.value) for step in use.children] == [(1, 0, 0), (1, D("0.60"), D("0.60"))]
