"""`covered_by`: what running paid subscriptions provide is taken off metered quantities before anything is charged (3.4)."""

from decimal import Decimal

import pytest

from engine.model.formulas import text
from tests.billing.usage_shop import SHOP, account, bill, book_of, event, lines_of, shop, subscription, used
from tests.pricing.traces import check_trace

D = Decimal
START = event("2026-03-01", "start")


def plan(name: str, day: str = "2026-03-01", spec: str = "small", term: str = "1 year", *later: dict, **items: object) -> dict:
    """A paid subscription with a plan of 100 GB (small) or 1 TB (large), or with other items alone."""
    bought = dict(items) if items else {"plan": spec}
    return subscription(name, "paid", event(day, "purchase", term=term, items=bought), *later)


def by_use(*subscriptions: dict, book=None):
    return account(book or book_of(), *subscriptions, subscription("p-1", "use", START))


def stored(*at_and_level: tuple[str, object]) -> list:
    return [("p-1", "storage", at, level) for at, level in at_and_level]


def sent(*at_and_quantity: tuple[str, object]) -> list:
    return [("p-1", "egress", at, quantity) for at, quantity in at_and_quantity]


# --- levels ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paid", "level", "charged"),
    [
        ([], 150, 150),
        ([plan("s-1")], 150, 50),
        ([plan("s-1")], 100, 0),
        ([plan("s-1")], 30, 0),
        ([plan("s-1"), plan("s-2")], 250, 50),  # two plans provide 200 GB together
        ([plan("s-1", disk=D(120))], 150, 30),  # by quantity: 1 GB for each of 120
        ([plan("s-1", spec="large")], 1500, 476),  # by spec, 1 TB is 1024 GB
        ([plan("s-1", "2026-03-06")], 150, 150),  # bought after the window's start
        ([plan("s-1", "2026-02-01", "small", "1 month")], 150, 150),  # over on 1 March
    ],
)
def test_a_level_is_taken_off_each_window(paid, level, charged):
    """One hour at 0.001 for each GB that is not covered."""
    found = bill(book_of(), by_use(*paid), stored(("03-05T10:30", level)))
    assert lines_of(found) == [("p-1", "storage", D(charged), (D(charged) * D("0.001")).quantize(D("0.01"), "ROUND_HALF_UP"))]
    assert not any(check_trace(line) for line in found.lines)


def test_the_level_is_that_of_the_windows_start_and_is_there_in_every_window():
    """100 GB until the upgrade at 10:30 on the 5th, 1 TB from the next window on: 50 in each of two hours, nothing in the third."""
    upgrade = event("2026-03-05T10:30", "change", items={"plan": "large"})
    rows = stored(("03-05T09:10", 150), ("03-05T10:45", 150), ("03-05T11:10", 150))
    found = bill(book_of(), by_use(plan("s-1", "2026-03-01", "small", "1 year", upgrade)), rows)
    assert found.lines[-1].list_amount == D("0.100")  # 2 x 50 x 0.001; with the level at the record's time it were 0.05


def test_a_change_that_waits_for_the_renewal_covers_from_then_on():
    """A downgrade from 1 TB to 100 GB on 5 March for the term from 1 April on, renewed on 20 March: 200 GB are covered until then."""
    policies = {"any": {"supports": ["downgrade"], "charge": "none", "takes_effect": "next-renewal"}}
    book = book_of(shop(spec_changes=policies))
    later = [event("2026-03-05", "change", items={"plan": "small"}), event("2026-03-20", "renew", term="1 month")]
    made = by_use(plan("s-1", "2026-03-01", "large", "1 month", *later), book=book)
    rows = stored(("03-31T23:10", 200), ("04-01T00:10", 200))
    assert lines_of(bill(book, made, rows))[0][2] == 0
    assert lines_of(bill(book, made, rows, "2026-04-01", "2026-05-01"))[0][2] == 100


def test_a_late_renewal_covers_from_the_end_of_the_term_before_it():
    """Over on 1 April, renewed on the 5th: the further term begins on the 1st, so the 2nd is covered; without it nothing is."""
    rows = stored(("04-02T10:10", 150))
    late = plan("s-1", "2026-03-01", "small", "1 month", event("2026-04-05", "renew", term="1 month"))
    found = [lines_of(bill(book_of(), by_use(each), rows, "2026-04-01", "2026-05-01"))[0][2] for each in (late, plan("s-1", "2026-03-01", "small", "1 month"))]
    assert found == [50, 150]


def test_the_level_ends_with_the_subscription():
    """Unsubscribed on the 5th: 50 of 150 GB are charged before it, all 150 after it."""
    leave = event("2026-03-05", "unsubscribe")
    rows = stored(("03-04T23:10", 150), ("03-05T00:10", 150))
    assert bill(book_of(), by_use(plan("s-1", "2026-03-01", "small", "1 year", leave)), rows).lines[-1].list_amount == D("0.200")


def test_a_subscription_that_is_paid_covers_its_own_usage_too():
    """100 GB of its plan are taken off its own 150 GB."""
    made = account(book_of(), plan("s-1"))
    found = bill(book_of(), made, [("s-1", "storage", "03-05T10:30", 150)])
    assert [(line.item, line.quantity, line.list_amount) for line in found.lines][1:] == [("storage", 50, D("0.050"))]


def test_one_level_is_used_up_once_by_several_subscriptions_in_the_order_of_the_account():
    """100 GB cover 80 of the first one's 80 GB, and 20 of the second one's 70: 50 are charged."""
    made = account(
        book_of(), plan("s-1"), subscription("p-2", "use", START), subscription("p-1", "use", START)
    )  # fmt: skip
    rows = [("p-1", "storage", "03-05T10:10", 70), ("p-2", "storage", "03-05T10:20", 80)]
    assert [(name, quantity) for name, _, quantity, _ in lines_of(bill(book_of(), made, rows))] == [("p-2", 0), ("p-1", 50)]


def test_windows_of_different_length_share_a_level_while_they_are_open():
    """A day of 60 GB from midnight leaves 40 of the 100 GB to each hour in it, and the next day 100 again."""
    items = SHOP["items"] | {"archive": {"title": "A", "unit": "GB", "covered_by": "storage", "meter": {"measure": "max", "window": "day"}}}
    modes = SHOP["billing_modes"] | {"use": SHOP["billing_modes"]["use"] | {"items": {"archive": "optional", "storage": "optional"}}}
    prices = [*SHOP["prices"][:3], {"effective": "2026-01-01", "billing_mode": "use", "per": "hour", "items": {"storage": D("0.001"), "archive": D("0.001")}}]
    book = book_of(shop(items=items, billing_modes=modes, prices=prices))
    rows = [
        ("p-1", "archive", "03-05T20:00", 60), *stored(("03-05T00:10", 90), ("03-05T10:10", 90), ("03-06T10:10", 90)),
    ]  # fmt: skip
    found = bill(book, by_use(plan("s-1"), book=book), rows)
    amounts = {line.item: line.list_amount for line in found.lines if line.bill_type == "hourly"}
    assert amounts == {"archive": D(0), "storage": D("0.100")}  # 50 + 50 + 0


def test_an_hour_that_reaches_into_a_month_holds_its_level_there():
    """In Kolkata April begins at 18:30 UTC: the hour from 18:00, of March's bill, holds 70 of 100 GB when the day of 1 April begins."""
    items = SHOP["items"] | {"archive": {"title": "A", "unit": "GB", "covered_by": "storage", "meter": {"measure": "max", "window": "day"}}}
    modes = SHOP["billing_modes"] | {"use": SHOP["billing_modes"]["use"] | {"items": {"archive": "optional", "storage": "optional"}}}
    prices = [*SHOP["prices"][:3], {"effective": "2026-01-01", "billing_mode": "use", "per": "hour", "items": {"storage": D("0.001"), "archive": D("0.001")}}]
    book = book_of(shop(book=SHOP["book"] | {"timezone": "Asia/Kolkata"}, items=items, billing_modes=modes, prices=prices))
    made = by_use(plan("s-1"), book=book)
    rows = [*stored(("03-31T23:50", 70)), ("p-1", "archive", "04-01T12:00", 90)]
    found = [lines_of(bill(book, made, rows, *each), "archive") for each in (("2026-04-01", "2026-05-01"), ("2026-03-01", "2026-05-01"))]
    assert [each[0][2] for each in found] == [60, 60]  # 90 less the 30 that are left; alone it were covered wholly


def test_a_month_that_began_before_the_purchase_of_its_own_subscription_counts_from_it():
    """Bought on 15 March with 100 GB: of the month's 130 GB 30 are charged; the window of the month begins where the use began."""
    items = SHOP["items"] | {"storage": SHOP["items"]["storage"] | {"meter": {"measure": "max", "window": "month"}}}
    prices = [SHOP["prices"][0], {"effective": "2026-01-01", "billing_mode": "paid", "per": "month", "items": {"storage": D("0.50")}}]
    book = book_of(shop(items=items, prices=prices))
    found = bill(book, account(book, plan("s-1", "2026-03-15")), [("s-1", "storage", "03-20T10:00", 130)])
    assert lines_of(found) == [("s-1", "storage", D(30), D("15.00"))]


# --- quotas ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paid", "rows", "charged"),
    [
        ([plan("s-1", bundle=D(1))], sent(("03-03", 30), ("03-09", 40)), 20),
        ([plan("s-1", bundle=D(2))], sent(("03-03", 30), ("03-09", 40)), 0),  # by quantity: 2 x 50
        ([plan("s-1", bundle=D(1)), plan("s-2", bundle=D(1))], sent(("03-03", 130)), 30),
        # Bought on the 5th: the whole quota from then on, not prorated; what was used before is not covered.
        ([plan("s-1", "2026-03-05", bundle=D(1))], sent(("03-03", 30), ("03-09", 40)), 30),
        # A quota is its subscription's own: one that ended after 50 of 50 leaves the next one's whole.
        (
            [
                plan("s-1", "2026-03-01", "small", "1 year", event("2026-03-10", "unsubscribe"), bundle=D(1)),
                plan("s-2", "2026-03-10", bundle=D(1)),
            ],
            sent(("03-03", 60), ("03-12", 60)),
            20,
        ),
        # 50 GB until the 10th, then 100 GB in the same month: 50 + 50 of 60 + 60.
        (
            [plan("s-1", "2026-03-01", "small", "1 year", event("2026-03-10", "change", items={"bundle": D(2)}), bundle=D(1))],
            sent(("03-03", 60), ("03-12", 60)),
            20,
        ),
    ],
)  # fmt: skip
def test_a_quota_is_used_up_in_order_of_time(paid, rows, charged):
    rows = [(name, item, f"{day}T12:00", quantity) for name, item, day, quantity in rows]
    for order in (rows, rows[::-1]):
        found = bill(book_of(), by_use(*paid), order)
        assert [(name, quantity) for name, _, quantity, _ in lines_of(found)] == [("p-1", charged)]
        assert not any(check_trace(line) for line in found.lines)


def test_a_quota_resets_with_the_calendar_month_and_is_never_carried_over():
    """10 of 50 GB in March, 70 in April: 20 are charged in April; the 40 left of March are gone (with them it were 0)."""
    rows = sent(("03-09T12:00", 10), ("04-09T12:00", 70))
    made = by_use(plan("s-1", bundle=D(1)))
    assert lines_of(bill(book_of(), made, rows)) == [("p-1", "egress", D(0), D("0.00"))]
    assert lines_of(bill(book_of(), made, rows, "2026-04-01", "2026-05-01")) == [("p-1", "egress", D(20), D("0.40"))]


def test_a_quota_is_shared_in_order_of_time_and_then_of_the_account():
    """At the same instant the subscription that is written first is covered first."""
    made = account(book_of(), plan("s-1", bundle=D(1)), subscription("p-2", "use", START), subscription("p-1", "use", START))
    rows = [("p-1", "egress", "03-03T12:00", 40), ("p-2", "egress", "03-04T12:00", 40)]
    assert [(name, quantity) for name, _, quantity, _ in lines_of(bill(book_of(), made, rows))] == [("p-2", 30), ("p-1", 0)]
    rows = [("p-1", "egress", "03-03T12:00", 40), ("p-2", "egress", "03-03T12:00", 40)]
    assert [(name, quantity) for name, _, quantity, _ in lines_of(bill(book_of(), made, rows))] == [("p-2", 0), ("p-1", 30)]


def test_within_a_month_window_records_use_the_quota_as_they_come():
    """One window for March, a bundle bought on the 5th: the 30 GB of the 3rd are not covered, the 40 of the 9th are."""
    items = SHOP["items"] | {"egress": SHOP["items"]["egress"] | {"meter": {"measure": "sum", "window": "month"}}}
    book = book_of(shop(items=items))
    found = bill(book, by_use(plan("s-1", "2026-03-05", bundle=D(1)), book=book), sent(("03-03T12:00", 30), ("03-09T12:00", 40)))
    assert lines_of(found) == [("p-1", "egress", D(30), D("0.60"))]


def test_charges_on_each_record_see_what_is_left_of_it():
    """0.10 for every record that is not wholly covered: that of the 3rd, before the bundle was bought, and 10 of the 60 of the 9th."""
    items = SHOP["items"] | {"egress": SHOP["items"]["egress"] | {"meter": {"measure": "sum", "window": "month"}}}
    charge = {"model": "flat", "amount": D("0.10"), "applies_to": "each-record"}
    prices = [*SHOP["prices"][:3], {"effective": "2026-01-01", "billing_mode": "use", "items": {"egress": charge}}]
    book = book_of(shop(items=items, prices=prices))
    rows = sent(("03-03T12:00", 30), ("03-07T12:00", 0), ("03-09T12:00", 40), ("03-10T12:00", 20))
    assert used(bill(book, by_use(plan("s-1", "2026-03-05", bundle=D(1)), book=book), rows)) == D("0.20")


def test_a_count_is_covered_record_by_record():
    """50 of 52 records are covered, whatever their quantities."""
    items = SHOP["items"] | {"egress": SHOP["items"]["egress"] | {"meter": {"measure": "count", "window": "month"}}}
    book = book_of(shop(items=items))
    rows = sent(*((f"03-{1 + number // 24:02}T{number % 24:02}:00", 7) for number in range(52)))
    assert lines_of(bill(book, by_use(plan("s-1", bundle=D(1)), book=book), rows)) == [("p-1", "egress", D(2), D("0.04"))]


def test_a_level_is_taken_before_a_quota():
    """20 GB of traffic in every day, and 50 GB a month: 30 on each of two days leave 40 - 20 = 30 of the quota for a third of 60."""
    items = SHOP["items"] | {"disk": SHOP["items"]["disk"] | {"provides": {"traffic": "1 GB"}}}
    book = book_of(shop(items=items))
    made = by_use(plan("s-1", disk=D(20)), plan("s-2", bundle=D(1)), book=book)
    rows = sent(("03-03T12:00", 30), ("03-04T12:00", 30), ("03-05T12:00", 60))
    assert lines_of(bill(book, made, rows)) == [("p-1", "egress", D(10), D("0.20"))]  # 60 - 20 - 30


def test_units_are_converted():
    """Sold by the TB, provided in GB: of 1.5 TB 50 GB are covered, 1.451171875 TB are left."""
    items = SHOP["items"] | {"egress": SHOP["items"]["egress"] | {"unit": "TB"}}
    book = book_of(shop(items=items))
    found = bill(book, by_use(plan("s-1", bundle=D(1)), book=book), sent(("03-03T12:00", "1.5")))
    assert lines_of(found)[0][2] == D("1.451171875")


def test_part_invoices_of_a_month_see_the_quota_that_was_used_before():
    """Billed by the day: 30 of 50 GB until the 10th, then 40: 0 and 20 charged, as in the whole month."""
    modes = SHOP["billing_modes"] | {"use": SHOP["billing_modes"]["use"] | {"invoiced": "day", "items": {"egress": "optional"}}}
    book = book_of(shop(billing_modes=modes, prices=[*SHOP["prices"][:3], {"effective": "2026-01-01", "billing_mode": "use", "items": {"egress": D("0.02")}}]))
    made, rows = by_use(plan("s-1", bundle=D(1)), book=book), sent(("03-03T12:00", 30), ("03-12T12:00", 40))
    borders = [("2026-03-01", "2026-03-11"), ("2026-03-11", "2026-04-01")]
    parts = [lines_of(bill(book, made, rows, *each))[0][2:] for each in borders]
    assert parts == [(D(0), D("0.00")), (D(20), D("0.40"))]
    assert lines_of(bill(book, made, rows))[0][2:] == (D(20), D("0.40"))


def test_the_trace_tells_what_was_covered():
    found = bill(book_of(), by_use(plan("s-1", bundle=D(1))), sent(("03-03T12:00", 30), ("03-09T12:00", 40)))
    step = found.lines[-1].trace[0]
    assert (step.facts["metered"], step.facts["covered"], step.facts["covered_by"]) == (70, 50, "traffic")
    assert text(step.formula) == "70 − 50"
    # Of levels it tells the window that is charged for most: 150 GB, not the 90 GB that are covered wholly.
    found = bill(book_of(), by_use(plan("s-1")), stored(("03-05T10:30", 90), ("03-05T11:30", 150)))
    assert text(found.lines[-1].trace[0].formula) == "150 − 100"
