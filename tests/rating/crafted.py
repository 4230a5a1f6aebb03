"""Deliveries that chance seldom draws: ends of levels at the ends of windows, stops, and allowances that run out in order of time."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from engine.model.book import PriceBook, RoundingStep
from engine.model.conditions import Conditions
from engine.model.prices import Charge, Graduated, Package, Percentage, PerUnit, Tier, Volume
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


def rounded(book: PriceBook, mode: str) -> PriceBook:
    """The book with amounts rounded to whole ones."""
    return replace(book, rounding=(*book.rounding, RoundingStep("charge", mode, 0)))


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

CRAFTED = (
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
    of_one(charged(metered_book("sum"), FEES), PAYMENTS),
    of_one(charged(metered_book("sum"), replace(FEES, at_zero="bill")), PAYMENTS),
    of_one(charged(metered_book("sum", window="day"), replace(FEES, model=Percentage(Decimal("0.1"), minimum=Decimal(1)))), PAYMENTS),
)
