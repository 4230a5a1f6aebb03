"""Rule language, second version, 8.6: the quantity of a change and its roundings, with both numbers of each reading.

A seat costs 10.00 a month, half of April is left.
"""

from decimal import Decimal as D
from fractions import Fraction as F

import pytest

from tests.pricing.fine_print import quote, reads, refusals
from tests.pricing.later_shop import amount, cents
from tests.readings.twice import MONTHS_LEFT, account_of, april, change, counted, invoice_of, owed, priced, sells

WHOLE = {"at": "quantity", "places": 0, "mode": "half-up"}
LINE = {"at": "line", "mode": "half-up"}
TENTHS_LATER = [WHOLE, {"at": "quantity", "places": 1, "mode": "half-up", "effective": "2026-04-10"}, LINE]
WHOLE_LATER = [{"at": "quantity", "places": 1, "mode": "half-up"}, WHOLE | {"effective": "2026-04-10"}, LINE]


def rounds(*steps, change=None, prices=(), **sections):
    return sells(*prices, book={"rounding": [*steps] or [WHOLE, LINE]}, change=change, **sections)


def one(found):
    """Direction, quantity and amount of the only line of the last change."""
    (line,) = found.changes[-1].lines
    return line.direction, line.quantity, line.amount


@pytest.mark.parametrize("convention", [*MONTHS_LEFT])
@pytest.mark.parametrize(
    ("bought", "asked", "direction", "quantity", "difference", "wrong"),
    [
        ("1.4", "1.2", "reduce", 1, 0, ("expand", "1.2")),  # 1.4 were billed as 1: 1.2 is more than 1 only before it is rounded
        ("1.6", "1.4", "reduce", 1, -1, ("reduce", "1.4")),
        ("1.4", "1.5", "expand", 2, 1, ("expand", "1.5")),
        ("1.4", "2.4", "expand", 2, 1, ("expand", "2.4")),
        ("2", "2.6", "expand", 3, 1, ("expand", "2.6")),
    ],
)
def test_rounded_before_the_direction_and_before_it_is_shown(convention, bought, asked, direction, quantity, difference, wrong):
    """8.6: a change's quantity is rounded `at: quantity` before its direction is decided and before it is shown.

    What was bought stays what it was: it is billed as it was rounded then, and compared as it was ordered.
    """
    found = owed(rounds(change=counted(convention)), april({"seat": D(bought)}, change=change({"seat": D(asked)})))
    assert one(found) == (direction, quantity, D(cents(difference * 10 * MONTHS_LEFT[convention])))
    assert one(found)[:2] != (wrong[0], D(wrong[1]))


@pytest.mark.parametrize("support", ["expand", "reduce"])
def test_the_direction_decides_what_is_supported(support):
    """8.6: from 1.4 to 1.2 is a reduction, so it is refused where only expansions are supported, and only there."""
    order = april({"seat": D("1.4")}, change=change({"seat": D("1.2")}))
    slugs = refusals(rounds(change=counted(supports=[support])), order)
    assert slugs == ([] if support == "reduce" else ["spec-change-not-supported"])


@pytest.mark.parametrize(
    ("bought", "days"),
    [
        ("1.4", [change({"seat": D("1.4")})]),  # as ordered before
        ("2", [change({"seat": D("1.8")})]),  # 2 after rounding
        ("1.4", [change({"seat": D("1.2")}), change({"seat": D("1.4")}, "2026-04-17")]),  # 1 since the first change
    ],
)
def test_what_is_nothing_after_rounding(bought, days):
    """8.6 and 8.14: a change that changes nothing once its quantity is rounded is an error."""
    assert refusals(rounds(), april({"seat": D(bought)}, change=days)) == ["nothing-changes"]


@pytest.mark.parametrize(("mode", "quantity", "right"), [("half-up", 3, "10.00"), ("down", 2, "5.00"), ("up", 3, "5.00")])
def test_every_mode(mode, quantity, right):
    """8.6 for every way to round: 1.4 seats, which are 1, 1 or 2, become 2.8; unrounded it would be (2.8 - 1.4) x 5.00."""
    found = owed(rounds(WHOLE | {"mode": mode}, LINE), april({"seat": D("1.4")}, change=change({"seat": D("2.8")})))
    assert one(found)[1] == quantity
    reads(one(found)[2], right, "7.00")


def test_units_and_specs():
    """8.6 for a quantity in another unit, and for an upgrade of a spec that has a quantity."""
    found = owed(rounds(), april({"disk": "1.4 TB"}, change=change({"disk": "2.4 TB"})))
    assert one(found) == ("expand", 2458, D("51.20"))  # 2457.6 and 1433.6 GB: (2458 - 1434) x 0.10 x 1/2
    ladder = {"edition": {"title": "Edition", "unit": "piece", "specs": {"small": {"title": "Small"}, "large": {"title": "Large"}}}}
    book = rounds(prices=[priced({"edition": {"small": 30, "large": 90}})], items=ladder)
    start, now = ({"edition": {"spec": spec, "quantity": D("1.4")}} for spec in ("small", "large"))
    assert one(owed(book, april(start, change=change(now)))) == ("upgrade", 1, D("30.00"))  # unrounded it would be 42.00


@pytest.mark.parametrize(("currency", "listed", "quantity"), [("JPY", 1000, 2), ("IQD", 1, D("2.346"))])
def test_the_places_of_a_currency(currency, listed, quantity):
    """8.6: without `places` a quantity has the decimals of the currency: none in yen, three in dinars."""
    book = rounds({"at": "quantity", "mode": "half-up"}, LINE, prices=[priced({"seat": listed}, currency=currency)])
    found = owed(book, april({"seat": 1}, change=change({"seat": D("2.34567")}), currency=currency))
    assert one(found)[1] == quantity


@pytest.mark.parametrize(
    ("chain", "quantity", "right", "wrong"),
    [
        # Bought 1.4 as 1: 2.5 - 1. The old side rounded by the new chain would be 1.4, the new one by the old chain 2.
        (TENTHS_LATER, D("2.5"), "7.50", "5.50"),
        (TENTHS_LATER, D("2.5"), "7.50", "5.00"),
        # Bought 1.4 as 1.4: 2 - 1.4; by the new chain 2 - 1, by the old one 2.5 - 1.4.
        (WHOLE_LATER, 2, "3.00", "5.00"),
        (WHOLE_LATER, 2, "3.00", "5.50"),
    ],
)
def test_the_old_side_keeps_its_quantity(chain, quantity, right, wrong):
    """8.6: the new quantity is rounded by the chain of the day of the change; what was bought by another stays as it was billed."""
    found = owed(rounds(*chain), april({"seat": D("1.4")}, change=change({"seat": D("2.46")})))
    assert one(found)[1] == quantity
    reads(one(found)[2], right, wrong)


def test_a_line_that_does_not_change_keeps_its_quantity():
    """8.6 with `discount: current`: the stages see the other lines as they are billed: with 1 seat the sum of 20.00 is below 24.00."""
    tiers = {"big": {"title": "Big", "by": "spend", "tiers": [{"from": 24, "percent_off": "50%"}]}}
    book = rounds(*TENTHS_LATER, change=counted(discount="current"), discounts=tiers, discount_policy=["big"])
    found = owed(book, april({"seat": D("1.4"), "disk": 10}, change=change({"disk": 100})))
    reads(amount(found), "4.50", "2.00")  # (10.00 - 1.00) x 1/2; half off the new side: 2.50 - 0.50


@pytest.mark.parametrize(
    ("step", "right", "wrong"),
    [
        ({"at": "charge", "places": 0, "mode": "down"}, "11.00", "11.11"),  # 22 - 11; 22.22 - 11.11
        ({"at": "line", "places": 1, "mode": "up"}, "11.2", "11.11"),
        ({"at": "invoice", "places": 0, "mode": "up"}, "12.00", "11.11"),
    ],
)
@pytest.mark.parametrize("dated", [True, False])
def test_the_whole_chain_of_its_day(step, right, wrong, dated):
    """8.6: a change takes every rounding of its own day: for charges, for lines, for the invoice. Seats at 2.222, for half a month."""
    chain = [LINE, step | ({"effective": "2026-04-10"} if dated else {"until": "2026-04-10"})]
    if step["at"] == "line":
        chain = chain[1:] if not dated else chain
    found = owed(rounds(*chain, prices=[priced({"seat": D("2.222")})]), april({"seat": 10}, change=change({"seat": 20})))
    reads(amount(found), *((right, wrong) if dated else (wrong, right)))


def test_a_setup_fee_is_rounded_by_the_day_of_the_change():
    """8.6: what a change adds to the charges that are due once is rounded by the chain of its day too: 2 x 7.77 becomes 15.00."""
    chain = [{"at": "charge", "places": 0, "mode": "down", "effective": "2026-04-10"}, LINE]
    book = rounds(*chain, prices=[priced({"disk": D("7.77")}, per="once")])
    found = owed(book, april({"seat": 1}, change=change({"disk": 2})))
    reads(amount(found), "15.00", "15.54")  # 2 GB a month are 0.20, of which 0.10, which is 0 in whole dollars


def test_a_step_for_some_customers():
    """8.6: of the chain of the day, the step that is meant for the customer: pieces for those in education, whole tens for partners."""
    chain = [WHOLE | {"when": {"segment": "education"}}, WHOLE | {"places": 1, "when": {"segment": "partner"}}, LINE]
    for segment, quantity in (("education", 2), ("partner", D("2.5"))):
        found = owed(rounds(*chain), april({"seat": 1}, change=change({"seat": D("2.46")}), attributes={"segment": segment}))
        assert one(found)[1] == quantity


def test_the_invoice_says_how_much_more_was_billed():
    """8.6: the invoice's line is for the pieces by which the billed quantity grew: 1, not 0.6 nor 0.9."""
    events = [
        {"date": "2026-04-01", "purchase": {"term": "1 month", "items": {"seat": D("1.4")}}},
        {"date": "2026-04-16T00:00", "change": {"items": {"seat": D("2.3")}}},
    ]
    line = invoice_of(rounds(), account_of("plan", events)).lines[-1]
    assert (line.quantity, str(line.amount)) == (1, "5.00")


def test_use():
    """8.6 for what is billed by usage, where a change is noted and changes no amount: shown as it is rounded."""
    order = april({"seat": 1, "hour": D("1.4")}, **{"for": "10 hours"}, change=change({"hour": D("1.2")}))
    assert one(quote(rounds(), order)) == ("reduce", 1, 0)


def test_a_renewal_has_the_chain_of_its_own_day():
    """8.6 as it holds for every event: a renewal at the original price is rounded as renewals of its day are, 24.00 and not 23.50."""
    chain = [{"at": "charge", "places": 0, "mode": "up", "effective": "2026-04-10"}, LINE]
    book = rounds(*chain, prices=[priced({"seat": D("23.50")})], renew={"price": "original"})
    found = owed(book, april({"seat": 1}, renew={"date": "2026-04-25", "term": "1 month"}))
    reads([found.totals.net, found.renewals[0].totals.net], ["23.50", "24.00"], ["23.50", "23.50"])


def test_parts_of_a_piece_without_a_step():
    """Where the chain has no step for quantities a change keeps its part of a piece: (1.2 - 1.4) x 10.00 x 1/2."""
    found = owed(rounds(LINE), april({"seat": D("1.4")}, change=change({"seat": D("1.2")})))
    assert one(found) == ("reduce", D("1.2"), D(cents(F(-1))))
