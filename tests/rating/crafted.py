"""Deliveries that chance seldom draws: ends of levels at the ends of windows, stops, and allowances that run out in order of time."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from engine.model.book import PriceBook, RoundingStep, Spec
from engine.model.conditions import Conditions
from engine.model.policies import Discount, FixedPrice
from engine.model.prices import Charge, Graduated, Money, Package, Percentage, PerUnit, Tier, Volume
from engine.values.periods import Duration
from tests.rating.books import Drawn
from tests.rating.rated import account
from tests.usage.meter_books import at, metered_book, record

START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
WHOLE_TIME = (at("02-01 00:00"), "start")
STOPPED = (at("03-05 09:00"), "start"), (at("03-06 10:30"), "stop"), (at("03-07 10:30"), "start")
FEES = Charge(Percentage(Decimal("0.1"), per_event=Decimal("0.30")), allowance=Decimal(100), applies_to="each-record")


TOTAL = Charge(PerUnit(Decimal("9.30")), applies_to="period-total")


def of_one(book: PriceBook, records: list, *events: tuple[datetime, str]) -> Drawn:
    """The usage of one account."""
    return Drawn(book, (account("acme", "ppu", *(events or (WHOLE_TIME,))),), tuple(records), START, END)


def in_months(drawn: Drawn, first: int, after: int) -> Drawn:
    """The same usage, billed from the begin of one month of 2026 to the begin of another; 13: the end of the year."""
    start, end = (datetime(2026 + (month > 12), (month - 1) % 12 + 1, 1, tzinfo=UTC) for month in (first, after))
    return replace(drawn, start=start, end=end)


def billed_by(book: PriceBook, period: str) -> PriceBook:
    """The book with usage that is invoiced by another period."""
    return replace(book, billing_modes={name: replace(mode, invoiced=period) for name, mode in book.billing_modes.items()})


def of_two() -> Drawn:
    """Ten days, in which what is billed by the day is owed, and what is billed by the month and was used before it is not."""
    book = charged(metered_book("sum"), Charge(PerUnit(Decimal("0.5"))))
    other, mode = replace(book.items["use"], id="other"), book.billing_modes["ppu"]
    sold = mode.items[0], replace(mode.items[0], item="other", cycle="month")
    modes = {"ppu": replace(mode, items=sold, invoiced=None)}
    both = replace(book, items={**book.items, "other": other}, billing_modes=modes, prices=(*book.prices, replace(book.prices[0], item="other")))
    drawn = of_one(both, [record("03-05 12:00", 3), *(replace(record(when, 2), item="other") for when in ("03-02 10:00", "03-07 10:00"))])
    return replace(drawn, end=datetime(2026, 3, 11, tzinfo=UTC))


def of_whole_and_part() -> Drawn:
    """A level of two subscriptions by the month, whose share is charged: one of them stops in it."""
    book = metered_book(hold=True, window="month")
    sold = replace(book.billing_modes["ppu"].items[0], cycle="month")
    mode = replace(book.billing_modes["ppu"], items=(sold,), cycle="month", stub="actual-days")
    owners = account("whole", "ppu", WHOLE_TIME), account("part", "ppu", WHOLE_TIME, (at("03-12 00:00"), "stop"))
    records = tuple(replace(record("03-05 10:00", 3), account=owner.id) for owner in owners)
    return Drawn(replace(book, billing_modes={"ppu": mode}, prices=(replace(book.prices[0], per="month"),)), owners, records, START, END)


def of_pool(book: PriceBook, *events: tuple[datetime, str], spec: str | None = None) -> Drawn:
    """Usage that is added up over two subscriptions: the first uses it last, or another spec of it, and a third one not at all before the period is over."""
    item = replace(book.items["use"], meter=replace(book.items["use"].metered_by, over="account"), specs=(Spec("a"), Spec("b")) if spec else ())
    one = account("acme", "ppu", *(events or (WHOLE_TIME,)))
    (first,) = one.subscriptions
    owner = replace(one, subscriptions=tuple(replace(first, id=name) for name in ("s-0", "s-1", "s-2")))
    of_second = [replace(each, subscription="s-2", spec=spec) for each in AROUND_A_STOP]
    of_first = [replace(record(when, quantity), spec=spec and "b") for when, quantity in (("03-06 10:15", 2), ("03-07 10:50", 5), ("03-07 12:00", 4))]
    late = [replace(record("04-01 10:00", 9), subscription="s-0", spec=spec)]
    prices = tuple(replace(price, spec=name) for price in book.prices for name in (("a", "b") if spec else (None,)))
    return Drawn(replace(book, items={"use": item}, prices=prices), (owner,), (*of_second, *of_first, *late), START, END)


def of_two_regions() -> Drawn:
    """Records of one region, which has a price of its own, and records of any other."""
    book = charged(metered_book("sum"), Charge(PerUnit(Decimal("0.5"))))
    dearer = replace(book.prices[0], charges=(Charge(PerUnit(Decimal(2))),), conditions=Conditions({"region": ("eu",)}))
    records = [record("03-05 10:00", 3, region="eu"), record("03-05 10:10", 4, region="us"), record("03-05 10:20", 5)]
    return of_one(replace(book, prices=(*book.prices, dearer)), records)


def charged(book: PriceBook, charge: Charge) -> PriceBook:
    """The book with another charge for the window."""
    return replace(book, prices=(replace(book.prices[0], per=None, charges=(charge,)),))


def of_old_and_new(conditions: Conditions) -> Drawn:
    """A price that only one of two subscriptions has: one began before it, one after."""
    book = metered_book("sum")
    price = replace(book.prices[0], per=None)
    dearer = replace(price, charges=(Charge(PerUnit(Decimal(2))),), conditions=conditions, running_subscriptions="never")
    owners = account("old", "ppu", (at("01-01 00:00"), "start")), account("new", "ppu", WHOLE_TIME)
    records = tuple(replace(record("03-05 10:00", 3), account=owner.id) for owner in owners)
    return Drawn(replace(book, prices=(price, dearer)), owners, records, START, END)


def rounded(book: PriceBook, mode: str, at: Literal["charge", "quantity"] = "charge") -> PriceBook:
    """The book with amounts, or quantities, rounded to whole ones."""
    return replace(book, rounding=(*book.rounding, RoundingStep(at, mode, 0)))


def with_fixed(book: PriceBook) -> PriceBook:
    """The book with a discount that fixes the price."""
    return replace(book, discounts={"fixed": Discount("fixed", benefit=FixedPrice(Money({"USD": Decimal("0.005")})))})


def by_record(book: PriceBook) -> PriceBook:
    """The book with two charges for each record by itself, one of them by tiers."""
    tiers = Tier(Decimal(2), unit_price=Decimal("0.5")), Tier(unit_price=Decimal("0.25"))
    charges = Charge(Graduated(tiers), applies_to="each-record"), Charge(PerUnit(Decimal("0.3")), applies_to="each-record", at_zero="bill")
    return replace(book, prices=(replace(book.prices[0], per=None, charges=charges),))


HALVES = [record("03-05 10:00", 1), record("03-05 12:00", 3), record("03-05 13:00", 5), record("03-05 14:00", 2)]
TOGETHER = [record("03-05 12:30", 1), record("03-05 12:40", 7), record("03-31 23:10", 2), record("03-08 00:00", 0)]
LEVELS = [
    record("02-20 10:00", 7),
    record("03-05 10:00", 5),
    record("03-05 12:00", 2),
    record("03-05 12:20", 9),
    record("03-05 15:10", 10),
    record("03-09 00:00", 4),
]
AROUND_A_STOP = [record("03-05 09:10", 8), record("03-06 10:00", 6), record("03-07 10:40", 3), record("03-07 12:00", 1)]
PAYMENTS = [record("03-05 10:00", 80), record("03-05 12:00", 70), record("03-05 13:00", 20), record("03-05 14:00", 0), record("03-09 00:00", 30)]
AT_ONE_INSTANT = [record("03-05 12:30", 1), record("03-05 12:30", 7), record("03-06 12:30", 7), record("03-06 12:30", 1)]
BELOW = Charge(Volume((Tier(Decimal(3), unit_price=Decimal(1), includes_bound=False), Tier(unit_price=Decimal("0.5")))))

DAYS = [record(when, quantity) for when, quantity in (("03-05 11:00", 70), ("03-05 12:00", 80), ("03-06 03:00", 1), ("03-06 10:00", 130))]
AGAIN = [record(when, 4) for when in ("03-10 10:00", "03-10 11:30", "03-11 12:00", "03-12 12:00")]
MONTHS = [record(f"{month} 10:00", quantity) for month, quantity in (("02-10", 4), ("03-05", 3), ("04-30", 6), ("07-01", 2))]

CRAFTED = (
    of_two(),
    of_whole_and_part(),
    of_two_regions(),
    *(in_months(of_one(charged(metered_book(measure, hold=measure != "sum"), BELOW), MONTHS), 3, 6) for measure in ("sum", "max", "last")),
    *(
        in_months(of_one(billed_by(charged(metered_book(measure, hold=measure == "max", window=window), TOTAL), "year"), MONTHS), 1, 13)
        for measure in ("sum", "max")
        for window in ("day", "period")
    ),
    # Without a term what is billed by it is billed by the month.
    of_one(billed_by(charged(metered_book("sum"), replace(TOTAL, minimum=Decimal(40))), "term"), HALVES),
    # Whichever comes first, the larger one counts.
    of_one(metered_book("last"), AT_ONE_INSTANT),
    # Of packages of two the begun one counts, or it does not.
    *(of_one(charged(metered_book("sum"), Charge(Package(Decimal(2), Decimal(1), part))), HALVES) for part in ("whole", "proportional", "drop")),
    # 3 belongs to the tier behind, where it costs less.
    of_one(rounded(charged(metered_book("sum"), BELOW), "half-up"), HALVES),
    *(of_one(rounded(charged(metered_book("sum"), Charge(PerUnit(Decimal("0.5")))), mode), HALVES) for mode in ("half-even", "half-down", "half-up")),
    # A charge that has one band alone.
    of_one(rounded(charged(metered_book("sum"), Charge(PerUnit(Decimal("0.5")), at_zero="bill")), "half-up"), HALVES),
    *(of_one(rounded(by_record(metered_book(measure)), "half-up"), [*HALVES, *TOGETHER]) for measure in ("sum", "count")),
    of_old_and_new(Conditions({}, at("01-15 00:00"))),
    of_old_and_new(Conditions({"customer": ("new",)})),
    of_one(replace(metered_book(), prices=(replace(metered_book().prices[0], per="month", charges=(TOTAL,)),)), LEVELS),
    *(of_one(metered_book(measure, hold=True, window=window), LEVELS) for measure in ("max", "min", "last") for window in ("hour", "day")),
    *(of_one(metered_book(measure, hold=True, window=window), AROUND_A_STOP, *STOPPED) for measure in ("max", "min", "last") for window in ("hour", "day")),
    *(
        of_one(charged(metered_book("mean", hold=True, window=window, step=Duration(seconds=step)), Charge(PerUnit(Decimal("0.3")))), records, *events)
        for window, step in (("hour", 60), ("hour", 700), ("day", 7200), ("period", 3600))
        for records, events in ((LEVELS, ()), (AROUND_A_STOP, STOPPED))
    ),
    # Each day has its own total, and its own allowance.
    *(
        of_one(billed_by(charged(metered_book(measure, zone_name, hold=measure == "max"), charge), "day"), records, (at("03-05 10:10"), "start"))
        for zone_name in ("UTC", "Asia/Kolkata")
        for measure, charge, records in (
            ("sum", replace(TOTAL, minimum=Decimal(40)), [*DAYS, record("03-05 18:10", 1)]),
            ("max", replace(TOTAL, maximum=Decimal(400)), DAYS),
            ("sum", FEES, [*DAYS, *PAYMENTS[3:]]),
        )
    ),
    *(
        of_pool(charged(metered_book(measure, hold=hold, window=window), Charge(PerUnit(Decimal("0.3")))), *events, spec=spec)
        for measure, hold in (("sum", False), ("max", False), ("max", True), ("min", True), ("last", True), ("mean", True))
        for window, events, spec in (("hour", (), None), ("day", STOPPED, None), ("period", (), "a"))
    ),
    of_one(charged(rounded(metered_book("sum"), "half-up", "quantity"), replace(FEES, allowance=Decimal("100.5"))), PAYMENTS),
    # Windows whose price a discount fixes are told one by one, and equal ones after each other together.
    *(
        of_one(with_fixed(rounded(charged(metered_book(measure, hold=measure != "sum", window=window), BELOW), "half-up")), [*LEVELS, *AGAIN])
        for measure in ("sum", "max", "mean")
        for window in ("hour", "day", "month")
    ),
    # A day of 23 hours, in which a level begins, and on which another one goes on.
    of_one(metered_book("mean", "Europe/Berlin", hold=True, window="day"), [record("03-10 10:00:00.500000", 5), record("03-29 10:00", 7)]),
    of_one(charged(metered_book("sum"), FEES), PAYMENTS),
    of_one(charged(metered_book("sum"), replace(FEES, at_zero="bill")), PAYMENTS),
    of_one(charged(metered_book("sum", window="day"), replace(FEES, model=Percentage(Decimal("0.1"), minimum=Decimal(1)))), PAYMENTS),
)
