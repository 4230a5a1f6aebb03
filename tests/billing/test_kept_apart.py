"""What keeps records of usage apart: attributes that a price, a discount, a tax or a rounding step names (second version, 1.1)."""

import pytest

from tests.billing.one_path import HEAD, D, facts, quoted, rows_of, small, started, taxes
from tests.billing.usage_shop import bill

COLUMNS = "account,subscription,item,time,quantity,service"
BATCH = {"discounts": {"batch": {"title": "Batch", "when": {"service": "batch"}, "percent_off": "50%"}}, "discount_policy": ["batch"]}
TAX = {"taxes": [{"id": "t", "tax": "vat", "when": {"service": "batch"}, "rate": "10%", "effective": "2020-01-01"}]}
TEN = rows_of(("03-05T10:00", 5, "batch"), ("03-06T10:00", 5, "standard"))


def billed(book, rows=TEN, **options):
    return bill(book, started(book, "api"), rows, columns=COLUMNS, **options)


def test_a_discount_keeps_its_lines_apart():
    """Ten calls at 1.00, half of them batch at 50% off: 2.50 and 5.00, in the order of first use; together they would be 10.00."""
    book = small(**BATCH)
    assert [(line[2], line[3], line[7]) for line in facts(billed(book))] == [
        ({"service": "batch"}, 5, D("2.50")), ({"service": "standard"}, 5, D("5.00")),
    ]  # fmt: skip


def test_the_quote_and_the_invoice_of_batch_calls_are_one():
    """10 batch calls: 10.00 less 5.00, and 10% of 5.00 is 0.50; today's fault was 10.00 and no tax."""
    book = small(**BATCH, **TAX)
    quote = quoted(book, date="2026-03-01", billing_mode="api", length="1 month", attributes={"service": "batch"}, items={"calls": D(10)})
    found = billed(book, rows_of(("03-05T10:00", 10, "batch")))
    assert facts(quote) == facts(found) == [("calls", None, {"service": "batch"}, 10, 10, D("5.00"), 0, D("5.00"))]
    assert taxes(quote) == taxes(found) == {("vat", None, D("0.1")): (D("5.00"), D("0.50"))}


def test_a_tax_of_one_place_is_owed_on_the_lines_of_that_place():
    """1,000 calls at 0.01 in New York at half price, 1,000 in Germany with 19%: 5.00 and 10.00, tax 1.90."""
    book = small(
        attributes={"site": {"title": "Site", "source": "usage", "values": ["ny", "de"]}},
        prices=[{"effective": "2026-01-01", "billing_mode": "api", "items": {"calls": D("0.01")}}],
        discounts={"half": {"title": "Half", "when": {"site": "ny"}, "percent_off": "50%"}}, discount_policy=["half"],
        taxes=[{"tax": "vat", "when": {"site": "de"}, "rate": "19%", "category": "S", "effective": "2026-01-01"}],
    )  # fmt: skip
    rows = rows_of(("03-02T00:00", 1000, "ny"), ("03-03T00:00", 1000, "de"))
    found = bill(book, started(book, "api"), rows, columns="account,subscription,item,time,quantity,site")
    assert [(line[2]["site"], line[7]) for line in facts(found)] == [("ny", D("5.00")), ("de", D("10.00"))]
    assert (found.net, found.tax) == (D("15.00"), D("1.90"))
    assert [[(row.base, row.amount) for row in line.taxed] for line in found.lines] == [[], [(D("10.00"), D("1.90"))]]


def test_lines_stand_in_the_order_of_first_use_then_of_their_values():
    rows = rows_of(("03-09T10:00", 1, "standard"), ("03-05T10:00", 2, "standard"), ("03-07T10:00", 4, "batch"))
    assert [line[2]["service"] for line in facts(billed(small(**BATCH), rows))] == ["standard", "batch"]
    same = rows_of(("03-05T10:00", 1, "standard"), ("03-05T10:00", 4, "batch"))
    assert [line[2]["service"] for line in facts(billed(small(**BATCH), same))] == ["batch", "standard"]


ROUNDED = [
    # 5 batch calls at 0.333 are 1.665, cut to 1.66; 5 standard ones rounded half-up to 1.67.
    ("line", [{"at": "line", "mode": "half-up"}, {"at": "line", "mode": "down", "when": {"service": "batch"}}], [D("1.66"), D("1.67")]),
    # Each charge of a batch call's month is rounded to whole units: 2; the other stays 1.665, rounded to 1.67.
    ("charge", [{"at": "charge", "places": D(0), "mode": "half-up", "when": {"service": "batch"}}, {"at": "line", "mode": "half-up"}], [D("2.00"), D("1.67")]),
    # 5 batch calls counted as 5, standard ones too; only the batch quantity is rounded to tens: 5 becomes 10, so 3.33.
    ("quantity", [{"at": "quantity", "places": D(0), "mode": "up", "when": {"service": "batch"}}, {"at": "line", "mode": "half-up"}], [D("1.67"), D("1.67")]),
]  # fmt: skip


@pytest.mark.parametrize(("at", "chain", "amounts"), ROUNDED, ids=[case[0] for case in ROUNDED])
def test_a_rounding_step_keeps_its_lines_apart(at, chain, amounts):
    """With one line for both, 10 calls at 0.333 would be 3.33 whatever the step says of batch."""
    book = small(book=HEAD | {"rounding": chain}, prices=[{"effective": "2026-01-01", "billing_mode": "api", "items": {"calls": D("0.333")}}])
    found = billed(book)
    assert [line[7] for line in facts(found)] == amounts
    for name, amount in zip(("batch", "standard"), amounts, strict=True):
        quote = quoted(book, date="2026-03-01", billing_mode="api", length="1 month", attributes={"service": name}, items={"calls": D(5)})
        assert quote.lines[0].amount == amount and quote.lines[0].attributes == {"service": name}


def test_what_decides_nothing_keeps_nothing_apart():
    """No rule names the service, so ten calls are one line, and it says no attribute."""
    assert facts(billed(small()))[0][2:4] == ({}, 10)


def test_a_discount_of_other_items_keeps_nothing_apart():
    book = small(
        items={name: {"title": name, "unit": "call", "meter": {"measure": "sum", "window": "period"}} for name in ("calls", "mails")},
        billing_modes={"api": {"title": "API", "payment": "postpaid", "cycle": "month", "items": {"calls": "optional", "mails": "optional"}}},
        prices=[{"effective": "2026-01-01", "billing_mode": "api", "items": {"calls": D(1), "mails": D(1)}}],
        discounts={"batch": {"title": "B", "when": {"service": "batch"}, "percent_off": "50%", "items": ["mails"]}}, discount_policy=["batch"],
    )  # fmt: skip
    assert [(line[2], line[7]) for line in facts(billed(book))] == [({}, D("10.00"))]


def test_an_amount_is_shared_by_the_lines_that_meet_its_condition():
    """6.00 off batch calls: 5 batch calls cost nothing, and the 5 standard ones stay 5.00; 1.00 of the discount is not given."""
    gift = {"gift": {"title": "Gift", "when": {"service": "batch"}, "amount_off": {"USD": D(6)}}}
    book = small(discounts=gift, discount_policy=["gift"])
    assert [(line[2]["service"], line[7]) for line in facts(billed(book))] == [("batch", 0), ("standard", D("5.00"))]


def test_the_best_of_two_discounts_is_chosen_for_all_lines_together():
    """Batch at 50% of 5.00 takes 2.50, everybody's 30% of 10.00 takes 3.00: the whole bill is cheaper with the 30%."""
    both = {"batch": BATCH["discounts"]["batch"], "all": {"title": "All", "percent_off": "30%"}}
    book = small(discounts=both, discount_policy=[{"best_of": ["batch", "all"]}])
    assert [line[7] for line in facts(billed(book))] == [D("3.50"), D("3.50")]


def test_records_without_the_attribute_are_a_line_of_their_own():
    book = small(**BATCH)
    assert [(line[2], line[7]) for line in facts(billed(book, rows_of(("03-05T10:00", 4, ""), ("03-06T10:00", 2, "batch"))))] == [
        ({}, D("4.00")), ({"service": "batch"}, D("1.00")),
    ]  # fmt: skip


def test_a_correction_says_which_line_it_corrects():
    """March is billed without 5 batch calls that come late: the next invoice owes 2.50, for batch."""
    book = small(**BATCH)
    issued = billed(book, TEN[1:])
    april = bill(book, started(book, "api"), TEN, "2026-04-01", "2026-05-01", columns=COLUMNS, issued=(issued,))
    assert [(line.bill_type, line.attributes, line.amount) for line in april.lines] == [("adjustment-charge", {"service": "batch"}, D("2.50"))]
