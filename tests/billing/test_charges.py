"""Charges: sums of usage that a bill is made of without the records, in every format to the last byte."""

import itertools
import json
from datetime import date
from decimal import Decimal as D
from functools import cache

import pytest

from engine.billing import charges_for_usage, issue, make_invoice
from engine.commands.invoice_formats import RENDERINGS
from engine.documents.invoice_json import render_invoice_json
from engine.model.charges import RatedUsage
from engine.model.invoices import Invoice, InvoiceRefusal
from engine.pricing.tallies import price_of
from engine.values.exact import total
from engine.values.periods import add_months, start_of_day
from tests.billing.test_fees import fees
from tests.billing.usage_shop import account, book_of, event, midnight, shop, subscription, usage
from tests.documents.test_invoice_samples import ACCOUNTS, VALIDATOR, known_account, known_usage, koodrive
from tests.extent import first
from tests.laws.charged import brief, difference, rated_usage, written

SPANS = [start_of_day(add_months(date(2026, 1, 1), count), koodrive().zone) for count in range(25)]
TIERS = [{"up_to": 100, "unit_price": D("0.002")}, {"unit_price": D("0.001")}]
PRICE = {"effective": "2026-01-01", "billing_mode": "use", "per": "hour", "items": {"storage": {"model": "graduated", "tiers": TIERS}}}
MOVE = {"takes_effect": "immediately"}
MARCH = ("2026-03-01", "2026-04-01")


@cache
def billed(name: str) -> list[tuple[Invoice, Invoice]]:
    """Each month's invoice of a sample account with usage, from its records and from charges."""
    book, made, records = koodrive(), known_account(name), known_usage(name)
    found = []
    for span in itertools.pairwise(SPANS):
        both = [make_invoice(book, made, known, *span) for known in (records, rated_usage(book, made, records, span))]
        assert all(isinstance(each, Invoice) for each in both), both
        if any(line.records for line in both[0].lines):
            found.append(tuple(both))
    return found


WITH_USE = [name for name in ACCOUNTS if known_usage(name)]


@pytest.mark.parametrize("format_name", [name for name, each in RENDERINGS.items() if not each.paper and name != "factur-x"])
@pytest.mark.parametrize("name", first(2, WITH_USE))
def test_each_format_is_the_same_to_the_last_byte(name, format_name):
    assert billed(name)
    for invoices in billed(name):
        one, other = (written(koodrive(), each, format_name) for each in invoices)
        assert one[0] is not None and one == other


def both(book, made, rows, days=MARCH, columns="account,subscription,item,time,quantity"):
    """The invoice of the usage and that of its charges."""
    span = tuple(midnight(book, day) for day in days)
    records = usage(book, rows, columns)
    return [make_invoice(book, made, known, *span) for known in (records, rated_usage(book, made, records, span))]


def test_a_tally_lies_on_one_side_of_a_discount_and_holds_what_was_charged():
    """A trial of ten days and twelve hours: eleven levels before its end, nineteen after it."""
    rule = {"trial": {"title": "Trial", "percent_off": "50%", "lasts": "252 hours"}}
    book = book_of(shop(discounts=rule, discount_policy=["trial"]))
    made = account(book, subscription("s", "use", event("2026-03-01", "start")))
    rows = [("s", "storage", f"03-{day:02}T10:00", 100 + day) for day in range(1, 31)]
    (charge,) = charges_for_usage(book, made, usage(book, rows), *(midnight(book, day) for day in MARCH))
    assert [(each.start.day, each.end.day, each.count, each.quantity) for each in charge.tallies] == [
        (1, 11, 11, sum(range(101, 112))), (12, 30, 19, sum(range(112, 131))),
    ]  # fmt: skip
    assert {price_of(book, each)[0].item for each in charge.tallies} == {"storage"} and charge.records == 30
    assert total(each.amount for each in charge.tallies) == brief(both(book, made, rows)[0]).lines[0].list_amount
    one, other = map(brief, both(book, made, rows))
    assert one == other


def test_a_run_with_fees_that_was_used_before_knows_that_its_bill_is_not_the_first():
    """What is added in April after use in March has no first bill any more: `lasts: once` is over."""
    book = fees()
    made = account(book, subscription("s", "use", event("2026-02-01", "start")))
    rows = [("s", "calls", "02-03T10:00", 100)]
    found = charges_for_usage(book, made, usage(book, rows), *(midnight(book, day) for day in MARCH))
    assert [(each.windows, each.tallies, each.first_of_run) for each in found] == [(0, (), midnight(book, "2026-02-01"))]
    one, other = both(book, made, rows)
    assert one == other and [line.item for line in one.lines] == ["platform"]


def test_a_mode_that_is_left_and_taken_again_has_its_own_charges():
    moves = [event("2026-03-10", "switch", to="other"), event("2026-03-10", "start"), event("2026-03-20", "switch", to="use"), event("2026-03-20", "start")]
    modes = {"other": {"title": "Other", "payment": "postpaid", "cycle": "month", "items": {"calls": "optional"}}}
    prices = [*shop()["prices"], {"effective": "2026-01-01", "billing_mode": "other", "items": {"calls": 2}}]
    book = book_of(shop(billing_modes=modes, prices=prices, mode_changes=[MOVE | {"from": "use", "to": "other"}, MOVE | {"from": "other", "to": "use"}]))
    made = account(book, subscription("s", "use", event("2026-03-01", "start"), *moves))
    rows = [("s", "calls", f"03-{day}T10:00", int(day)) for day in ("05", "15", "25")]
    one, other = map(brief, both(book, made, rows))
    assert one == other and [(line.billing_mode, line.quantity) for line in one.lines] == [("use", 5), ("other", 15), ("use", 25)]


def test_charges_of_a_subscription_that_is_gone_are_refused():
    book = book_of(shop())
    made = account(book, subscription("s", "use", event("2026-03-01", "start")))
    rated = rated_usage(book, made, usage(book, [("s", "calls", "03-05T10:00", 5)]), tuple(midnight(book, day) for day in MARCH))
    other = account(book, subscription("t", "use", event("2026-03-01", "start")))
    found = make_invoice(book, other, RatedUsage(rated.periods), *(midnight(book, day) for day in MARCH))
    assert isinstance(found, InvoiceRefusal)
    assert [(each.code, each.message) for each in found.diagnostics] == [
        ("Q704", "`calls` of `s` was charged in `use`, and the account has no such subscription")
    ]


def test_a_discount_of_a_pool_counts_from_the_subscription_that_is_billed():
    """`s` stands first and began on 10 March: its 20 hours are over on that day, however long `t` had run; one hour of them costs half."""
    pooled = shop()["items"]["storage"] | {"meter": {"measure": "max", "window": "hour", "over": "account"}}
    items = shop()["items"] | {"storage": {name: value for name, value in pooled.items() if name != "covered_by"}}
    rule = {"short": {"title": "Short", "percent_off": "50%", "lasts": "20 hours"}}
    book = book_of(shop(items=items, discounts=rule, discount_policy=["short"]))
    made = account(book, *(subscription(name, "use", event(day, "start")) for name, day in (("s", "2026-03-10T10:30"), ("t", "2026-03-01"))))
    rows = [("t", "storage", f"03-{day}T06:15", 1000) for day in ("02", "11", "12")] + [("s", "storage", "03-10T20:00", 500)]
    span = tuple(midnight(book, day) for day in MARCH)
    assert difference(book, made, usage(book, rows), span) is None
    one, other = both(book, made, rows)
    assert one.lines[0].subscription == "s" and one.lines[0].discount_amount == other.lines[0].discount_amount == D("1.00")


def test_json_tells_the_sums_of_use_and_each_window_only_where_it_is_asked_for():
    book = book_of(shop(prices=[*shop()["prices"][:-1], PRICE]))
    made = account(book, subscription("s", "use", event("2026-03-01", "start")))
    (invoice, _) = both(book, made, [("s", "storage", f"03-{day:02}T10:00", day * 10) for day in range(1, 31)])
    steps = {each: told(book, invoice, each)["trace"]["steps"] for each in (False, True)}
    assert [(step["step"], len(step["children"])) for step in steps[True]][:4] == [(1, 0), (2, 0), (3, 30), (4, 30)]
    assert [step["step"] for step in steps[False]] == [1, *(step["step"] for step in steps[True][3:])]
    windows = next(step for step in steps[False] if step["kind"] == "windows")
    assert [(each["least"], each["most"], each["count"], each["quantity"]) for each in windows["tallies"]] == [
        ("0", "100", 10, "550"), ("100", None, 20, "4100"),
    ]  # fmt: skip
    assert sum(D(each["exact_amount"]) for each in windows["tallies"]) == D(windows["value"]) == invoice.lines[0].list_amount
    assert {each["source"]["file"] for each in windows["tallies"]} == {"book.yaml"} and not any(step["children"] for step in steps[False])


def told(book, invoice, explain):
    """The first line of the invoice as JSON, which follows its schema."""
    data = json.loads(render_invoice_json(invoice, issue(book, invoice, "17", invoice.end.date()), book, explain))
    VALIDATOR.validate(data)
    return data["lines"][0]
