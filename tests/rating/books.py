"""Books, accounts and usage for the law of rating: everything that an engine may plan, drawn at random, as records."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from engine.model.accounts import Account
from engine.model.book import Attribute, BillingMode, Item, Meter, ModeItem, PriceBook, RoundingStep, Spec
from engine.model.conditions import Conditions
from engine.model.policies import CONVENTIONS, Discount, FixedPrice, PercentOff
from engine.model.prices import Charge, Graduated, Money, Package, PerUnit, PriceEntry, Tier, Volume
from engine.pricing.bands import bands_of
from engine.usage import UsageRecord
from engine.values.exact import decimal_places, exact
from engine.values.periods import Duration, start_of_day, zone
from engine.values.units import UnitTable
from tests.laws.test_band_laws import any_charge, percentages
from tests.rating.rated import account

D = Decimal
MODES = st.sampled_from(["half-up", "half-even", "half-down", "up", "down"])
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"])
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
REGIONS, TIERS = ("eu", "us"), ("gold", "iron")


@dataclass(frozen=True)
class Drawn:
    """A book with accounts and their usage in a period that is billed."""

    book: PriceBook
    accounts: tuple[Account, ...]
    records: tuple[UsageRecord, ...]
    start: datetime
    end: datetime


HALVES = st.integers(0, 40).map(lambda number: D(number) / 2)
PLAIN = (
    Charge(PerUnit(D("0.5"))),
    Charge(PerUnit(D("0.25")), minimum=D(2)),
    Charge(Volume((Tier(D(10), False, D(2)), Tier(None, True, D(1), None, D(3)))), at_zero="bill"),
    Charge(Graduated((Tier(D(5), True, D("1.5")), Tier(D(12), False, D("0.5")), Tier(None, True, None, Package(D(3), D("2.5")))))),
    Charge(Package(D(4), D("0.5")), maximum=D(2)),
)
"""Charges of round numbers, whose quantities lie on the ends of bands and whose amounts are often exact halves."""


@st.composite
def meters(draw) -> Meter:
    measure = draw(st.sampled_from(["max", "sum", "count", "min", "last", "max", "sum", "unique", "mean"]))
    rules = {}
    if draw(st.integers(0, 3)) == 0:
        rules = {"record_at_least": draw(st.sampled_from([D("0.5"), D(3)])), "record_round_up": draw(st.sampled_from([None, D("0.25"), D(7)]))}
    hold = measure == "mean" or (measure in ("max", "min", "last") and draw(st.integers(0, 2)) > 0)
    step = draw(st.sampled_from([None, Duration(seconds=60), Duration(seconds=1800), Duration(seconds=700), Duration(seconds=7200)]))
    return Meter(
        measure,
        draw(st.sampled_from(["hour", "day", "month", "period"])),
        hold=hold,
        step=step if measure == "mean" else None,
        of="user" if measure == "unique" else None,
        over=draw(st.sampled_from(["subscription", "subscription", "account"])),
        unit=draw(st.sampled_from([None, None, "MB", "TB"])),
        **rules,
    )


@st.composite
def metered_charges(draw, once: bool = False) -> Charge:
    charge = draw(any_charge() | st.sampled_from(PLAIN))
    applies = draw(st.sampled_from(["each-window", "each-window", "each-record", "period-total"])) if not once else "each-window"
    if draw(st.integers(0, 4)) == 0:
        charge, applies = replace(charge, model=draw(percentages())), "each-window" if once else "each-record"
    return replace(charge, applies_to=applies)


@st.composite
def prices_of(draw, item: Item, start: datetime, end: datetime) -> list[PriceEntry]:
    """Prices of an item: some that change in the period, some by an attribute of usage or of the customer, some due once."""
    held = item.metered_by.measure in ("max", "min", "last", "mean")
    per = draw(st.sampled_from([None, "hour", "day", "month", "year"])) if held else None
    dates = [
        None,
        start - timedelta(days=400),
        *draw(st.lists(st.integers(-40, 40).map(lambda days: start + timedelta(days=days, hours=days % 3)), max_size=2)),
    ]
    found = []
    for place, date in enumerate(dates[: draw(st.integers(1, len(dates)))] if draw(st.booleans()) else dates):
        when = draw(st.sampled_from([{}, {}, {"region": ("eu",)}, {"tier": ("gold",)}])) if place else {}
        running = draw(st.sampled_from(["next-renewal", "next-period", "immediately", "never"]))
        charges = tuple(draw(st.lists(metered_charges(), min_size=1, max_size=2)))
        found.append(PriceEntry("use", item.id, "USD", charges, None, per, conditions=Conditions(when, date), running_subscriptions=running))
    if draw(st.integers(0, 3)) == 0:
        found.append(PriceEntry("use", item.id, "USD", (draw(metered_charges(once=True)),), None, "once", running_subscriptions="immediately"))
    if not item.specs:
        return found
    return [replace(entry, spec=spec.id) for entry in found for spec in item.specs]


@st.composite
def chosen_by_another(draw, prices: tuple[PriceEntry, ...], items: Sequence[str]) -> tuple[PriceEntry, ...]:
    """The prices, of which one has its tier chosen by how much another item is used."""
    entry, other = draw(st.sampled_from(prices)), draw(st.sampled_from(items))
    if other == entry.item or entry.per == "once":
        return prices
    below = draw(st.booleans())
    tiers = (Tier(None, not below, D(2), bounds=(draw(st.sampled_from([D(5), D(40)])),)), Tier(None, True, D("0.5"), None, D(3), bounds=(None,)))
    charge = Charge(Volume(tiers, (other,)), applies_to=draw(st.sampled_from(["each-window", "period-total"])))
    return tuple(replace(each, charges=(charge,)) if each is entry else each for each in prices)


@st.composite
def rounding_chains(draw) -> tuple[RoundingStep, ...]:
    chain = [RoundingStep("line", "half-up")]
    if draw(st.booleans()):
        chain.append(RoundingStep("charge", draw(MODES), draw(st.sampled_from([None, 0, 2, 5]))))
    if draw(st.integers(0, 2)) == 0:
        chain.append(RoundingStep("quantity", draw(MODES), draw(st.sampled_from([0, 1, 3, 8]))))
    return tuple(chain)


@st.composite
def books(draw, start: datetime, end: datetime, zone_name: str) -> PriceBook:
    items = {}
    for name in ("disk", "calls", "seats")[: draw(st.integers(1, 3))]:
        specs = (Spec("small"), Spec("large")) if draw(st.integers(0, 3)) == 0 else ()
        items[name] = Item(name, "GB", meter=draw(meters()), specs=specs)
    cycle = draw(st.sampled_from(["hour", "day", "month", "hour", "day", "month", "term"]))
    invoiced = draw(st.sampled_from([None, None, "month", "month", "year"])) if cycle in ("hour", "day") else draw(st.sampled_from([None, None, None, "year"]))
    sold = tuple(ModeItem(name, "optional", "postpaid", cycle) for name in items)
    mode = BillingMode("use", "postpaid", cycle, sold, invoiced=invoiced, stub=draw(st.sampled_from([None, None, *CONVENTIONS])))
    later = Discount("later", benefit=PercentOff(D("0.1")), after=Duration(months=1), lasts=Duration(seconds=86400 * 11))
    prices = tuple(entry for item in items.values() for entry in draw(prices_of(item, start, end)))
    if draw(st.integers(0, 24)) == 0:
        prices = draw(chosen_by_another(prices, tuple(items)))
    fixed = Discount("fixed", benefit=FixedPrice(Money({"USD": D("0.2")})), items=("disk",))
    # A fixed price is compared with windows, not with records.
    of_records = any(charge.applies_to == "each-record" for entry in prices if entry.item == "disk" for charge in entry.charges)
    discounts = draw(st.sampled_from([(), (later,), *([(later, fixed)] if not of_records else [])]))
    return PriceBook(
        "drawn", None, "draft", "USD", zone_name, zone(zone_name), draw(rounding_chains()), items, {"use": mode},
        prices,
        unit_table=UnitTable({"GB": ("GB", D(1)), "TB": ("GB", D(1024)), "MB": ("GB", exact("0.0009765625"))}),
        attributes={"region": Attribute("region", "usage", 0), "tier": Attribute("tier", "customer", 1), "user": Attribute("user", "usage", 2)},
        month_is=draw(st.sampled_from([None, None, Duration(seconds=720 * 3600)])),
        discounts={each.id: each for each in discounts},
    )  # fmt: skip


@st.composite
def accounts_of(draw, start: datetime, end: datetime) -> list[Account]:
    """Accounts that began before the period or in it, some of which stop, and start again."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        at = start + timedelta(minutes=draw(st.sampled_from([-60 * 24 * 500, -60 * 24 * 20, -45, 0, 90, 60 * 24 * 9, 60 * 24 * 20 + 17])))
        events = [(at, "start")]
        for kind, hours in (("stop", 200), ("start", 40), ("stop", 300))[: draw(st.integers(0, 3))]:
            at += timedelta(hours=draw(st.integers(1, hours)), minutes=draw(st.sampled_from([0, 30])))
            events.append((at, kind))
        further = draw(st.sampled_from([*[None] * 12, events[:1], events[:1], events[:1], events]))
        tier = draw(st.sampled_from([{}, {"tier": "gold"}, {"tier": "iron"}]))
        owner = account(f"a-{number}", "use", *(further or events), **tier)
        if further is not None:
            other = account(f"a-{number}", "use", *further, subscription="s-2").subscriptions
            owner = replace(owner, subscriptions=(*owner.subscriptions, *other))
        found.append(owner)
    return found


QUANTITIES = st.one_of(HALVES, HALVES, st.integers(0, 2000).map(D), st.decimals(min_value=0, max_value=2000, places=3), st.just(D(0)))


def _seconds(length: int) -> st.SearchStrategy[int]:
    """How long after the begin of use a record is: mostly within fifteen hours, or as an hour begins."""
    near = st.integers(0, 30).map(lambda halves: min(1800 * halves, length - 1))
    return st.one_of(near, near, st.integers(0, length - 1), st.integers(0, length - 1).map(lambda number: number - number % 3600))


def _ends(book: PriceBook, item: Item) -> list[D]:
    """The ends of bands of its charges, in the unit of its records, as far as these have at most six decimals."""
    bounds = {band.lower for entry in book.prices if entry.item == item.id for charge in entry.charges for band in bands_of(charge)}
    found = [book.unit_table.convert(bound, item.unit, item.metered_by.unit or item.unit) for bound in bounds]
    return sorted({D(0), *(each for each in found if isinstance(each, D) and decimal_places(each) <= 6)})


@st.composite
def usage_of(draw, book: PriceBook, owner: Account, start: datetime, end: datetime) -> list[UsageRecord]:
    """Records of times at which a subscription runs, some of them before and after the period, some at one instant."""
    spans, found = [], []
    for subscription in owner.subscriptions:
        for event in subscription.events:
            spans = [*spans, [subscription.id, event.at, None]] if event.kind == "start" else [*spans[:-1], [*spans[-1][:2], event.at]]
    ends = {item.id: st.sampled_from(_ends(book, item)) | QUANTITIES for item in book.items.values()}
    for _ in range(draw(st.integers(0, 20))):
        name, begin, stop = draw(st.sampled_from(spans))
        begin = max(begin, start - timedelta(days=5))
        stop = min(stop or end + timedelta(days=2), end + timedelta(days=2))
        if begin >= stop:
            continue
        length = (stop - begin) // SECOND
        at = begin + draw(_seconds(length)) * SECOND
        item = draw(st.sampled_from(list(book.items.values())))
        spec = draw(st.sampled_from(item.specs)).id if item.specs else None
        attributes = draw(st.sampled_from([{}, {}, {}, {"region": "eu"}, {"region": "us"}])) | {"user": draw(st.sampled_from("abc"))}
        found.append(UsageRecord(owner.id, name, item.id, at, draw(ends[item.id]), spec=spec, attributes=attributes))
        if draw(st.integers(0, 5)) == 0:
            found.append(replace(found[-1], quantity=draw(QUANTITIES)))
    return found


@st.composite
def ratings(draw) -> Drawn:
    """A book, accounts and usage of March 2026, in which Berlin and St John's change their clocks."""
    name = draw(ZONES)
    start, end = (start_of_day(day, zone(name)) for day in (datetime(2026, 3, 1).date(), datetime(2026, 4, 1).date()))
    assert start.tzinfo is UTC
    book = draw(books(start, end, name))
    accounts = draw(accounts_of(start, end))
    if draw(st.integers(0, 3)) == 0:
        # Hours and days may be billed for a part of a month, several months at once.
        after, year = (start_of_day(datetime(2026, month, 1).date(), zone(name)) for month in (5, 1))
        parts = (start, start + 15 * DAY), (start + 9 * DAY, start + 12 * DAY), (end - 5 * DAY, end), (start, after), (end - 5 * DAY, after)
        start, end = draw(st.sampled_from([*parts, (year, start_of_day(datetime(2027, 1, 1).date(), zone(name)))]))
    records: Sequence[UsageRecord] = [record for owner in accounts for record in draw(usage_of(book, owner, start, end))]
    return Drawn(book, tuple(accounts), tuple(records), start, end)
