"""What is planned of a book and what is not, and how a plan is told."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine.billing.runs import PaidStretch, Run, Running
from engine.model.prices import AllowanceTerms, Charge, Percentage, Tier, Volume
from engine.rating.describe import described
from engine.rating.plan import Planning, Unplanned
from engine.rating.rating_plan import parameters_for, plan_book
from engine.values.periods import Duration, start_of_day
from tests.billing.test_invoice import koodrive
from tests.rating.crafted import billed_by, with_fixed
from tests.rating.rated import account, agree, by_engine, extent_of
from tests.usage.meter_books import metered_book, record

START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


def planned_use(book) -> Planning:
    return plan_book(book, START, END).modes["ppu"]["use"]


def with_charge(book, **changes):
    price = book.prices[0]
    return replace(book, prices=(replace(price, per=None, charges=(replace(price.charges[0], **changes),)),))


LEFT = {
    "its measure is the `mean` of records, of which each window has another number": metered_book("mean"),
    "`storage` that is paid in advance is taken off its usage, in order of time": replace(
        metered_book(), items={"use": replace(metered_book().items["use"], covered_by="storage")}
    ),
    "its allowance is shared, ends or is carried over, which is found for all lines of an account together": with_charge(
        metered_book(), allowance=Decimal(5), terms=AllowanceTerms(across="attributes")
    ),
    "what else is used in its billing period chooses its tier": with_charge(
        metered_book(), model=Volume((Tier(unit_price=Decimal(1), bounds=(None,)),), ("use",))
    ),
    "a number of each record chooses its tier": with_charge(metered_book(), model=Volume((Tier(unit_price=Decimal(1), bounds=(None,)),), ("length",))),
    "how much of it is used chooses the tier of `other`": replace(
        metered_book(),
        prices=(
            *metered_book().prices,
            replace(metered_book().prices[0], item="other", charges=(Charge(Volume((Tier(unit_price=Decimal(1), bounds=(None,)),), ("use",))),)),
        ),
    ),
    "what is due once is charged on each record of its first window": replace(
        metered_book(), prices=(replace(metered_book().prices[0], per="once", charges=(Charge(Percentage(Decimal(1)), applies_to="each-record"),)),)
    ),
    "a discount fixes its price, which is compared with each record": with_fixed(with_charge(metered_book(), applies_to="each-record")),
}  # fmt: skip


@pytest.mark.parametrize("why", LEFT)
def test_what_is_left_to_the_interpreter_is_told_with_its_reason(why):
    assert planned_use(LEFT[why]) == Unplanned(why)
    assert described(plan_book(LEFT[why], START, END), "use").splitlines()[:2] == [
        "use in ppu", f"  rated by the interpreter, account by account: {why}",
    ]  # fmt: skip


def test_an_account_is_left_only_where_it_uses_what_is_not_planned():
    book = metered_book("mean")
    users, idle = account("acme", "ppu", (START, "start")), account("idle", "ppu", (START, "start"))
    rating, left = by_engine(book, [users, idle], [record("03-05 10:00", 3)], START, END)
    assert left == {"acme": "its measure is the `mean` of records, of which each window has another number"} and not rating.charges


def test_what_is_billed_by_a_paid_term_is_left_to_the_interpreter():
    book, owner = billed_by(metered_book(), "term"), account("acme", "ppu", (START, "start"))
    plan = plan_book(book, START, END)
    assert plan.unplanned == () and plan.in_question == ("use",)
    plain = Run("s-1", "ppu", Running(START, ((START, None),)))
    paid = replace(plain, terms=(PaidStretch(START, END, Duration(months=1), START),))
    records = [record("03-05 10:00", 3)]
    for run, users, why in (
        (plain, {"acme"}, {}),
        (paid, set(), {}),
        (paid, {"acme"}, {"acme": "`use` is billed by the term, which begins at another time for each subscription"}),
    ):
        assert parameters_for(plan, [(owner, [run])], [("use", None, ())], {"use": users}, extent_of(records))[1] == why


def test_each_billing_period_is_told_and_what_is_not_billed_yet():
    def told(invoiced: str, end: datetime) -> list[str]:
        return described(plan_book(billed_by(metered_book(), invoiced), START, end), "use").splitlines()[1:4]

    of_march, of_april = (
        "  billed for 2026-03-01 to 2026-04-01, in 744 windows of one hour",
        "  billed for 2026-04-01 to 2026-05-01, in 720 windows of one hour",
    )
    assert told("month", datetime(2026, 5, 1, tzinfo=UTC)) == [of_march, of_april, "  metered: the highest quantity in GB of each window"]
    assert told("month", datetime(2026, 3, 20, tzinfo=UTC))[0] == "  not billed: its month is not over"
    assert told("year", datetime(2027, 1, 1, tzinfo=UTC))[0] == "  billed for 2026-01-01 to 2027-01-01, in 8,760 windows of one hour"


@pytest.mark.parametrize(("step", "told"), [(None, "1 second"), (Duration(seconds=600), "10 minutes")])
def test_a_mean_is_told_with_its_steps(step, told):
    lines = described(plan_book(metered_book("mean", hold=True, step=step), START, END), "use").splitlines()
    assert lines[2] == f"  metered: the mean over each window of the highest quantity in GB in each step of {told}, a level until the next record"


def test_a_price_that_a_discount_may_fix_is_told():
    lines = described(plan_book(with_fixed(metered_book()), START, END), "use").splitlines()
    assert "  charged window by window, because a discount may fix its price" in lines


def with_second(owner, *events, subscription="s-2"):
    (second,) = account("acme", "ppu", *events, subscription=subscription).subscriptions
    return replace(owner, subscriptions=(*owner.subscriptions, second))


def test_what_is_added_up_over_subscriptions_that_differ_is_left_to_the_interpreter():
    book, first = metered_book(over="account"), account("acme", "ppu", (START, "start"))
    assert "  added up over the subscriptions of an account" in described(plan_book(book, START, END), "use").splitlines()
    later, records = (datetime(2026, 3, 9, tzinfo=UTC), "start"), [record("03-10 10:00", 3), record("03-10 10:10", 4, "s-2")]
    assert agree(book, [with_second(first, (START, "start"))], records, START, END) == 1
    _, left = by_engine(book, [with_second(first, later)], records, START, END)
    assert left == {"acme": "`use` is added up over several subscriptions, which do not run at the same times and cost alike"}
    indian = metered_book(zone_name="Asia/Kolkata", over="account")
    march = start_of_day(datetime(2026, 3, 1).date(), indian.zone), start_of_day(datetime(2026, 4, 1).date(), indian.zone)
    _, left = by_engine(indian, [with_second(first, (START, "start"))], records, *march)
    assert left == {"acme": "`use` is added up over several subscriptions, and its last window ends after the period"}


def test_an_account_without_a_price_is_left_to_the_interpreter_which_says_why():
    book = metered_book(when={"region": ("eu",)})
    rating, left = by_engine(book, [account("acme", "ppu", (START, "start"))], [record("03-05 10:00", 3, region="us")], START, END)
    assert not left and rating.unrated == {"acme"} and not rating.charges


def test_a_quantity_that_may_not_fit_is_left_to_the_interpreter():
    owner = account("acme", "ppu", (START, "start"))
    rating, left = by_engine(metered_book(), [owner], [record("03-05 10:00", 10**18)], START, END)
    assert left == {} and agree(metered_book(), [owner], [record("03-05 10:00", 10**18)], START, END) == 1
    assert len(rating.charges) == 1
    chain = (*metered_book().rounding, replace(metered_book().rounding[0], at="charge", places=2))
    _, left = by_engine(replace(metered_book(), rounding=chain), [owner], [record("03-05 10:00", 9 * 10**18)], START, END)
    assert left == {}
    _, left = by_engine(replace(metered_book(), rounding=(*chain[:1], replace(chain[1], places=4))), [owner], [record("03-05 10:00", 10**18)], START, END)
    assert left == {"acme": "an amount may need more than the 18 digits that an engine computes with"}


def test_tiers_that_other_quantities_choose_are_told_with_what_chooses_them():
    tiers = (Tier(unit_price=Decimal(2), bounds=(Decimal(100), None)), Tier(unit_price=Decimal(3), flat=Decimal(1), bounds=(None, None)))
    told = described(plan_book(with_charge(metered_book(), model=Volume(tiers, ("cpu", "memory"))), START, END), "use")
    assert (
        told.splitlines()[-6:]
        == [
            "    charged for each window",
            "      with cpu up to 100",
            "        at 0: 0",
            "        above 0: quantity × 2",
            "      with any more cpu or memory",
            "        at 0: 0",
            "        above 0: quantity × 3 + 1",
        ][-6:]
    )


def test_a_plan_is_told_in_words():
    book = koodrive()
    march = start_of_day(datetime(2026, 3, 1).date(), book.zone), start_of_day(datetime(2026, 4, 1).date(), book.zone)
    assert described(plan_book(book, *march), "storage").splitlines() == [
        "storage in pay-per-use",
        "  billed for 2026-03-01 to 2026-04-01, in 744 windows of one hour",
        "  metered: the highest quantity in GB of each window",
        "  each quantity is rounded down to 10 decimals  (book.yaml:16)",
        "  each amount is rounded down to 8 decimals  (book.yaml:17)",
        "  price USD, per hour, from 2026-01-01  (prices/2026-01-01.yaml:27)",
        "    charged for each window",
        "      at 0: 0",
        "      above 0 to 1024: quantity × 0.00006",
        "      above 1024 to 10240: quantity × 0.000054 + 0.006144",
        "      above 10240: quantity × 0.000048 + 0.067584",
        "      tier to 1024  (prices/2026-01-01.yaml:30)",
        "      tier to 10240  (prices/2026-01-01.yaml:31)",
        "      tier above  (prices/2026-01-01.yaml:32)",
    ]
    assert described(plan_book(book, *march), "basic-edition") == ""
