"""What is billed by its use beside terms of days that renew by themselves: an engine charges what the interpreter does, or leaves it by name."""

import pytest

from tests.billing.usage_shop import account, book_of, event, midnight, subscription, usage
from tests.rating.rated import agree, by_engine
from tests.readings.test_2_1_terms_of_days import committed


@pytest.mark.parametrize(("invoiced", "charges", "why"), [("month", 1, {}), ("term", 0, {"acme": "`call` is billed by the term"})])
def test_an_engine_charges_what_the_interpreter_charges_beside_weeks(invoiced, charges, why):
    """A pass for a week from 2 March, renewed each week, and calls in each of them."""
    data = committed("actual-days")
    data["renewals"] = {"again": {"auto_renew": "1 day before"}}
    data["billing_modes"]["pass"]["invoiced"] = invoiced
    book = book_of(data)
    bought = event("2026-03-02", "purchase", term="1 week", items={"pass": 1}, auto_renew=True)
    accounts = [account(book, subscription("s", "pass", bought))]
    rated = usage(book, [("s", "call", f"03-{day:02}T10:00", day) for day in range(2, 32)]), midnight(book, "2026-03-01"), midnight(book, "2026-04-01")
    assert agree(book, accounts, *rated) == charges
    _, left = by_engine(book, accounts, *rated)
    assert {name: said[: len(why.get(name, said))] for name, said in left.items()} == why
