"""A minimum and maximum `of: net`: what a line of a billing period costs after its discounts (second version, 3.3)."""

import re
from decimal import Decimal

import pytest

from engine.billing import issue
from engine.commands.invoice_formats import RENDERINGS, render
from engine.documents.terminal import Look
from engine.model.invoices import Invoice
from tests.billing.usage_shop import SHOP, account, bill, book_of, event, subscription
from tests.documents.test_sheet_truths import told

D = Decimal
HALF = {"percent_off": "50%"}
COLUMNS = "account,subscription,item,time,quantity,region"


def sold(charge: dict, off: dict | None = None, coupon: dict | None = None, meter: dict | None = None, more: tuple = (), **mode: object):
    """A book that sells `egress` by use at 1.00, less a discount."""
    discounts = {name: {"title": name} | rule for name, rule in (("half", off), ("gift", coupon)) if rule is not None}
    return book_of(
        {
            "book": SHOP["book"],
            "units": {"GB": {"title": "GB"}},
            "attributes": {"region": {"title": "Region", "source": "usage", "values": ["a", "b"]}},
            "items": {"egress": {"title": "Traffic", "unit": "GB", "meter": meter or {"measure": "sum", "window": "day"}}},
            "billing_modes": {"use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"egress": "optional"}} | mode},
            "prices": [
                {"effective": "2026-01-01", "billing_mode": "use", "items": {"egress": {"unit_price": D("1.00")} | charge}},
                {"effective": "2026-01-01", "billing_mode": "use", "when": {"region": "b"}, "items": {"egress": D("1.00")}},
                *more,
            ],
        }
        | ({"discounts": discounts, "discount_policy": [*discounts]} if discounts else {})
    )


def lines(book, *rows: tuple[str, object] | tuple[str, object, str], first: str = "2026-03-01", start: str = "2026-01-01"):
    """(list, discount, amount) of each line of the month."""
    made = account(book, subscription("s-1", "use", event(start, "start")))
    last = f"{first[:5]}{int(first[5:7]) + 1:02}-01"
    given = [("s-1", "egress", at, quantity, *(more or ("a",))) for at, quantity, *more in rows]
    found = bill(book, made, given, first, last, COLUMNS)
    assert isinstance(found, Invoice)
    return [(line.list_amount, line.discount_amount, line.amount) for line in found.lines]


def net(amount: object) -> dict[str, object]:
    return {"amount": D(amount), "of": "net"}


def test_the_maximum_is_compared_after_the_discounts():
    """ "270.00 at 50% off, at most 100: 100.00." Of the list amount it were 100.00 before the discount, and 50.00."""
    rows = (("03-02T10:00", 270),)
    assert lines(sold({"maximum": net(100)}, HALF), *rows) == [(270, 170, 100)]
    listed = sold({"maximum": D(100)}, HALF)
    assert lines(listed, *rows) == [(100, 50, 50)]
    assert lines(sold({"maximum": {"amount": D(100), "of": "list"}}, HALF), *rows) == [(100, 50, 50)]


def test_they_stay_per_application_otherwise():
    """ "`maximum` and `minimum` stay per application": 3 days of 80, each at most 60, are 180; per line and period 100."""
    rows = tuple((f"03-0{day}T10:00", 80) for day in (2, 3, 4))
    assert lines(sold({"maximum": D(60)}), *rows) == [(180, 0, 180)]
    assert lines(sold({"maximum": net(100)}), *rows) == [(240, 140, 100)]


def test_it_is_for_each_line_and_period():
    """The line of region a has 100 in each month; that of region b has a price without a bound."""
    book = sold({"maximum": net(100)})
    rows = (("03-02T10:00", 170), ("03-02T10:00", 170, "b"), ("04-02T10:00", 130))
    assert [amount for *_, amount in lines(book, *rows)] == [100, 170]
    assert [amount for *_, amount in lines(book, *rows, first="2026-04-01")] == [100]


def test_a_minimum_is_what_is_left_at_least():
    """30.00 at 50% off are 15.00, at least 20.00. Below the list amount it is a smaller discount; above it the line has a negative one."""
    assert lines(sold({"minimum": net(20)}, HALF), ("03-02T10:00", 30)) == [(30, 10, 20)]
    assert lines(sold({"minimum": net(20)}, HALF), ("03-02T10:00", 50)) == [(50, 25, 25)]
    assert lines(sold({"minimum": net(20)}, HALF), ("03-02T10:00", 5)) == [(5, -15, 20)]


@pytest.mark.parametrize(("at_zero", "expected"), [("skip", 0), ("bill", 20)])
def test_nothing_charged_owes_no_minimum_unless_it_is_billed(at_zero, expected):
    """As a minimum of each application: of 5 that an allowance frees nothing is left to charge; of 6 one is."""
    book = sold({"minimum": net(20), "allowance": D(5), "at_zero": at_zero}, meter={"measure": "sum", "window": "month"})
    assert [amount for *_, amount in lines(book, ("03-02T10:00", 5))] == [expected]
    assert [amount for *_, amount in lines(book, ("03-02T10:00", 6))] == [20]


def test_amounts_off_come_after_it():
    """Step 7 is after step 5: 135.00, at most 100.00, less a gift of 30.00."""
    book = sold({"maximum": net(100)}, HALF, {"amount_off": {"USD": D(30)}})
    assert [amount for *_, amount in lines(book, ("03-02T10:00", 270))] == [70]


def test_the_price_that_the_period_begins_with_says_it():
    """A bound of 100 until 15 March and one of 50 from then on, at once: March has 100, April 50."""
    later = {
        "effective": "2026-03-15", "billing_mode": "use", "running_subscriptions": "immediately",
        "items": {"egress": {"unit_price": D("1.00"), "maximum": net(50)}},
    }  # fmt: skip
    book = sold({"maximum": net(100)}, more=(later,))
    rows = (("03-02T10:00", 70), ("03-20T10:00", 70), ("04-02T10:00", 70))
    assert [amount for *_, amount in lines(book, *rows)] == [100]
    assert [amount for *_, amount in lines(book, *rows, first="2026-04-01")] == [50]


def test_both_bounds_of_one_charge_may_be_of_different_amounts():
    """At least 2.00 a day before the discount, and at most 3.00 for the month after it: 2 x 2.00 less 50% are 2.00; 4 days 4.00, so 3.00."""
    book = sold({"minimum": D(2), "maximum": net(3)}, HALF)
    assert [amount for *_, amount in lines(book, ("03-02T10:00", 1), ("03-03T10:00", 1))] == [2]
    assert [amount for *_, amount in lines(book, *((f"03-0{day}T10:00", 1) for day in (2, 3, 4, 5)))] == [3]


@pytest.mark.parametrize(
    ("charge", "quantity", "words", "rule"),
    [
        ({"maximum": net(100)}, 270, ["50%, at most 100.00", "min(135.00, 100.00)", "−35.00"], "After discounts at most 100.00."),
        ({"minimum": net(20)}, 5, ["50%, at least 20.00", "max(2.50, 20.00)", "+17.50"], "After discounts at least 20.00."),
    ],
)
def test_an_invoice_says_what_held_the_line(charge, quantity, words, rule):
    book = sold(charge, HALF)
    made = account(book, subscription("s-1", "use", event("2026-01-01", "start")))
    found = bill(book, made, [("s-1", "egress", "03-02T10:00", quantity, "a")], columns=COLUMNS)
    issued = issue(book, found, "17", found.end.date())
    page = render(RENDERINGS["md"], found, issued, book, {"language": "en", "explain": True, "look": Look(), "raw": False})[0]
    told = re.sub(r"[\u2066-\u2069]|\*|\\\\", "", page.decode() if isinstance(page, bytes) else page).replace("\u00a0", " ")
    assert [each for each in (*words, rule) if each not in told] == []


def test_a_sheet_says_it_in_words():
    """7.3: each bound has its sentence, which a book without it has not."""
    page = told(sold({"minimum": net(20), "maximum": net(100)}))
    assert "After discounts, a billing period costs 20.00 at least. After discounts, a billing period costs 100.00 at most." in page
    assert "After discounts" not in told(sold({"minimum": D(20), "maximum": D(100)}))
