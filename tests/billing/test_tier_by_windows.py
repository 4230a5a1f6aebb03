"""What chooses a tier is added up over all windows of the billing period."""

from decimal import Decimal as D

from engine.model.invoices import Invoice
from tests.billing.test_tier_by import START, estimated, lines, model
from tests.billing.usage_shop import account, bill, book_of, subscription


def test_days_of_what_chooses_the_tier_are_added_up():
    """150,000 prompt tokens on each of two days are 300,000 of the month; by the day they are charged apart."""
    book = book_of(model(of_prompt={"window": "day"}))
    rows = [("prompt", "2026-03-02", 150000), ("prompt", "2026-03-09", 150000), ("output", "2026-03-03", 2000000)]
    assert lines(book, rows)["output"] == D("30.00")
    assert lines(book, rows[1:])["output"] == D("20.00")


def test_equal_days_one_after_the_other_count_each():
    book = book_of(model(of_prompt={"window": "day"}))
    rows = [("prompt", f"2026-03-{day:02}", 100000) for day in (2, 3, 4)] + [("output", "2026-03-03", 2000000)]
    assert lines(book, rows)["output"] == D("30.00")
    assert estimated(book, {"prompt": "300000 token", "output": "2000000 token"})["output"] == D("30.00")


def test_of_a_level_the_highest_counts_though_a_lower_one_follows():
    book = book_of(model(of_prompt={"measure": "max", "window": "day"}, prompt={"unit_price": 0, "per": "day"}))
    rows = [("prompt", "2026-03-02", 200001), ("prompt", "2026-03-03", 5), ("output", "2026-03-03", 1000000)]
    assert lines(book, rows)["output"] == D("15.00")


def test_a_mode_of_its_own_has_tiers_of_its_own_though_use_is_added_up_over_the_account():
    data = model(of_prompt={"over": "account"})
    data["billing_modes"]["other"] = data["billing_modes"]["use"] | {"title": "Other"}
    data["prices"] += [each | {"billing_mode": "other"} for each in data["prices"]]
    book = book_of(data)
    made = account(book, subscription("s-1", "use", START), subscription("s-2", "other", START))
    rows = [("s-2", "prompt", "2026-03-02T00:00:00Z", 300000), ("s-1", "output", "2026-03-03T00:00:00Z", 2000000)]
    found = bill(book, made, rows)
    assert isinstance(found, Invoice)
    assert next(line.amount for line in found.lines if line.item == "output") == D("20.00")
