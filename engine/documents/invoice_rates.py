"""What one unit costs on a line of an invoice, and in what its quantity is counted: read from the line's own steps, and of use from its tallies.

A price is shown as the book has it, for the smallest power of ten of its unit that needs at most four decimals; levels that are charged by
the hour are counted in GB-hours. Of tiers quantity and price are told, no amounts: the line is rounded once, and rounded parts would not
add up to it. Source: documents, Invoice; pictures guide 2, The face of a usage invoice.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.documents.format import NO_BREAK, TIMES, Formatter, decimals
from engine.documents.invoice_titles import unit_called
from engine.documents.invoice_words import Writer
from engine.documents.quote_steps import step_name
from engine.documents.quote_use import tier_name
from engine.documents.quote_words import Telling, per_words
from engine.model.book import PriceBook
from engine.model.invoices import InvoiceLine
from engine.model.trace import TraceStep, known
from engine.pricing.bands import bands_of
from engine.pricing.measures import HELD
from engine.pricing.tallies import price_of
from engine.sheet.scaling import power_of_ten
from engine.values.exact import ONE, ZERO, Number, add, exact, is_finite_decimal, multiply, total
from engine.values.money import minor_places


@dataclass(frozen=True, slots=True)
class RateRow:
    """A price of a line that has several: what it is for, how much of the quantity, and the price."""

    name: str
    quantity: str
    price: str


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of a line and what it is for (`a month`, `per 100 GB-hours`); `rows` where it has several prices.

    `quantity` and `unit` are those that the price multiplies: of use by the hour GB-hours, of all else the line's own.
    """

    price: str = ""
    per: str = ""
    rows: tuple[RateRow, ...] = ()
    quantity: Number | None = None
    unit: str = ""

    def told(self, words: Formatter) -> str:
        """Price and what it is for in one piece: `89.00 a month`."""
        if not self.price or not self.per:
            return self.price
        return words.words.pgettext("price", "%(amount)s %(per)s", amount=self.price, per=self.per)

    @property
    def lines(self) -> tuple[str, ...]:
        """Its rows where there are no columns: `up to 100 GB 751,970 × 0.0060`."""
        return tuple(f"{row.name} {row.quantity} {TIMES} {row.price}" if row.quantity else f"{row.name} {row.price}" for row in self.rows)


@dataclass(frozen=True, slots=True)
class PricePart:
    """A price of a charge and how much it is charged for: `price` for `size` units of a `quantity` (None: whatever the quantity is).

    `tier` are the bounds of its tier, None where it has none.
    """

    kind: str
    price: Number
    quantity: Number | None = None
    size: Number = ONE
    tier: tuple[Number, Number | None] | None = None
    per: object = None

    @property
    def key(self) -> "PricePart":
        """The same price, whatever it is charged for."""
        return replace(self, quantity=None)


@dataclass(frozen=True, slots=True)
class Counted:
    """In what use is counted: its own unit (`window` empty), or that times a length of time, GB-hours.

    `by_ratio`: a window that is longer than the price's time counts as so many of these. `windows`: so many of them make the time of the
    price, a month of 744 hours; 0 where a window is that time.
    """

    window: str = ""
    by_ratio: bool = False
    windows: int = 0

    @property
    def by_unit(self) -> bool:
        """Whether the price is for what is counted: of a price a month, counted by the hour, it is not."""
        return bool(self.window) and not self.windows

    def unit(self, count: Number, telling: Telling) -> str:
        """The unit in words for so many of it: `GB-hours`; empty for the line's own."""
        line, ngettext = telling.line, telling.words.words.ngettext
        noun = unit_called(line.unit if line is not None else None, ONE, telling.book, telling.words)
        return {
            "hour": ngettext("%(unit)s-hour", "%(unit)s-hours", count, unit=noun),
            "day": ngettext("%(unit)s-day", "%(unit)s-days", count, unit=noun),
            "month": ngettext("%(unit)s-month", "%(unit)s-months", count, unit=noun),
            "year": ngettext("%(unit)s-year", "%(unit)s-years", count, unit=noun),
        }.get(self.window, "")


OWN_UNIT = Counted()


def rate_of(line: InvoiceLine, w: Writer) -> Rate:
    """The line's price; an empty one where it has none that a reader could multiply with (a correction, a fee, a line by hand)."""
    telling = w.telling(line)
    use = next((step for step in line.trace if step.kind == "windows"), None)
    if use is not None:
        return _used(line, use, telling)
    change = next((step for step in line.trace if step.kind == "change"), None)
    if change is not None:
        return _changed(change, telling)
    refund = next((step for step in line.trace if step.kind == "refund" and "paid" in step.facts), None)
    if refund is not None:
        return Rate(telling.amount(refund.facts["paid"]), telling.say("paid"))
    return _shown(list(_parts(charges_of(line.trace))), telling)


def charges_of(trace: Sequence[TraceStep]) -> tuple[TraceStep, ...]:
    """The charges of a line: one, or those of a price with several."""
    found = next((step for step in trace if step.number == 3), None)
    return () if found is None else found.children if found.kind == "charges" else (found,)


# --- the prices of a charge -----------------------------------------------------------------------------------------------------


def _parts(charges: Sequence[TraceStep]) -> Iterator[PricePart]:
    """The prices of charges in the order of their steps; nothing where one of them is a share of money."""
    found = [tuple(parts_of(charge)) for charge in charges]
    if all(found):
        yield from itertools.chain(*found)


def parts_of(charge: TraceStep) -> Iterator[PricePart]:
    """The prices of one charge; nothing where nothing is due, or where it is a share of an amount."""
    per = charge.facts.get("per")
    # One step is told by the charge itself; with an allowance, a minimum or a maximum each has its own.
    steps = (replace(charge, kind=str(charge.facts["model"])),) if "quantity" in charge.facts else charge.children
    for step in steps:
        if not step.idle:
            yield from (replace(part, per=per) for part in _of_model(step))


def _of_model(step: TraceStep) -> Iterator[PricePart]:
    facts = step.facts
    match step.kind:
        case "per-unit":
            yield PricePart("unit", facts["unit_price"], facts["quantity"])
        case "flat" if step.value is not None:
            yield PricePart("flat", step.value)
        case "package":
            yield PricePart("unit", facts["price"], facts["quantity"], facts["size"])
        case "graduated" | "volume":
            for tier in step.children:
                yield from _of_tier(tier)
        case "allowance":
            yield PricePart("allowance", ZERO, facts["used"])
        case "minimum" | "maximum":
            yield PricePart(step.kind, known(facts[step.kind]))


def _of_tier(tier: TraceStep) -> Iterator[PricePart]:
    facts = tier.facts
    bounds = (facts["from"], facts["bound"]) if "tier_by" not in facts else None
    if "unit_price" in facts:
        yield PricePart("unit", facts["unit_price"], facts["quantity"], tier=bounds)
    elif "price" in facts:
        yield PricePart("unit", facts["price"], facts["quantity"], facts["size"], tier=bounds)
    if "flat" in facts:
        yield PricePart("flat", facts["flat"], tier=bounds)


# --- in words -------------------------------------------------------------------------------------------------------------------


def _shown(parts: Sequence[PricePart], telling: Telling, counted: Counted = OWN_UNIT, prefix: str = "") -> Rate:
    """The prices in words, for a unit of what is counted.

    `prefix` stands before the name of every row.
    """
    if not parts:
        return Rate()
    scale, prices = _prices(parts, telling)
    whats = [_per(part, scale, counted, telling) for part in parts]
    common = len({what for part, what in zip(parts, whats, strict=True) if part.kind != "allowance"}) == 1
    per = next(what for part, what in zip(parts, whats, strict=True) if part.kind != "allowance" or len(parts) == 1) if common else ""
    if len(parts) == 1 and not prefix:
        return Rate(prices[0], per)
    rows = []
    for part, price, what in zip(parts, prices, whats, strict=True):
        name = telling.words.row(text for text in (prefix, _name(part, telling), "" if common else what) if text)
        rows.append(RateRow(name, telling.words.number(part.quantity) if part.quantity is not None else "", price))
    tiered = all(part.tier is not None for part in parts)
    return Rate(telling.say("by tier") if tiered else "", per, tuple(rows))


def price_columns(prices: Sequence[PricePart], counted: Counted, telling: Telling) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Prices of units as heads of columns: the name of each tier, empty without tiers; the prices; what these are for."""
    scale, shown = _prices(prices, telling)
    names = tuple(_name(part, telling) for part in prices)
    return names, tuple(shown), _per(prices[0], scale, counted, telling)


def _prices(parts: Sequence[PricePart], telling: Telling) -> tuple[Number, list[str]]:
    """For how many units all prices are told, and the prices with one number of decimals."""
    scale = max((_scaled(part) for part in parts if part.kind == "unit"), default=ONE)
    prices = [_at(part, scale) for part in parts]
    places = decimals(prices, minor_places(telling.quote.currency)) if all(map(is_finite_decimal, prices)) else None
    return scale, [telling.words.amount(price, telling.quote.currency, places) for price in prices]


def _scaled(part: PricePart) -> Number:
    return max(part.size, ONE.scaleb(power_of_ten(part.price)) if part.size == ONE else part.size)


def _at(part: PricePart, scale: Number) -> Number:
    """The price for so many units; what is no price of a unit, or of a package of another size, as it is."""
    return multiply(part.price, scale) if part.kind == "unit" and part.size == ONE else part.price


def _per(part: PricePart, scale: Number, counted: Counted, telling: Telling) -> str:
    """What a price is for: `a month`, `per 100 GB`, `per GB-hour`, `a month of 744 hours`."""
    if part.kind == "allowance":
        return ""
    size, pgettext = part.size if part.size != ONE else scale, telling.words.words.pgettext
    time = "" if counted.by_unit else per_words(part.per, telling)
    if time and counted.windows:
        time = pgettext("price", "%(per)s of %(time)s", per=time, time=telling.words.time(counted.windows, counted.window))
    if part.kind != "unit" or (size == ONE and not counted.by_unit):
        return time
    many = telling.quantity(size)
    if counted.by_unit:
        unit = counted.unit(size, telling)
        many = unit if size == ONE else telling.words.isolate(f"{telling.words.number(size)}{NO_BREAK}{unit}")
    units = pgettext("price", "per %(quantity)s", quantity=many)
    return pgettext("price", "%(per)s, %(units)s", per=time, units=units) if time else units


def _name(part: PricePart, telling: Telling) -> str:
    if part.tier is not None:
        lower, upper = part.tier
        name = tier_name({"from": lower, "bound": upper, "quantity": part.quantity or ZERO}, telling, whole=True)
        return name if part.kind == "unit" else telling.words.row([name, step_name(3, part.kind, telling.words)])
    return "" if part.kind == "unit" else step_name(3, part.kind, telling.words)


# --- use ------------------------------------------------------------------------------------------------------------------------


def _used(line: InvoiceLine, use: TraceStep, telling: Telling) -> Rate:
    """All windows together, by price: how many GB-hours in each tier."""
    counted = counted_in(line, use, telling.book)
    if counted is None:
        return Rate()
    sums: dict[PricePart, Number | None] = {}
    for tally in use.tallies:
        entry, charge = price_of(telling.book, tally)
        parts = bands_of(charge)[tally.band].parts
        if not parts and tally.exact_amount != ZERO:
            return Rate()
        for part in parts:
            held = part.quantity(tally.count, tally.quantity)
            held = None if held is None else times(held, tally.ratio, counted)
            key = PricePart(part.kind, part.price, None, part.size, part.tier, entry.per)
            before = sums.get(key)
            sums[key] = held if before is None or held is None else add(before, held)
    found = [replace(part, quantity=held) for part, held in sums.items()]
    found.sort(key=lambda part: part.tier[0] if part.tier is not None else ZERO)
    # Several charges of a price are for the same windows.
    quantity = total(times(tally.quantity, tally.ratio, counted) for tally in use.tallies if tally.charge == 0)
    shown = _shown(found, telling, counted)
    return replace(shown, quantity=quantity, unit=counted.unit(quantity, telling)) if counted.window else shown


def counted_in(line: InvoiceLine, use: TraceStep, book: PriceBook) -> Counted | None:
    """In what the use of a line is counted so that its price can multiply it; None where no unit does for all its windows."""
    measure = next((step.facts.get("measure") for step in line.trace if step.number == 1), None)
    prices = [price_of(book, tally) for tally in use.tallies]
    ratios, pers = {tally.ratio for tally in use.tallies}, {entry.per for entry, _ in prices}
    applied = {charge.applies_to for _, charge in prices}
    if len(ratios) != 1 or len(applied) != 1 or len(pers) != 1:
        return None
    ratio, per, applies_to, window = next(iter(ratios)), next(iter(pers)), next(iter(applied)), use.facts["window"]
    if measure not in HELD or applies_to != "each-window" or window not in ("hour", "day", "month"):
        return Counted() if ratio == ONE else None
    if ratio == ONE:
        # A single window is the line's own quantity, at a price of that time.
        return Counted() if sum(tally.count for tally in use.tallies) == 1 else Counted(str(window))
    if exact(ratio) == int(ratio):
        return Counted(str(per), by_ratio=True)
    numerator, denominator = ratio.as_integer_ratio()
    return Counted(str(window), windows=denominator) if numerator == 1 else None


def times(quantity: Number, ratio: Number, counted: Counted) -> Number:
    """A quantity of windows, as it is counted."""
    return multiply(quantity, ratio) if counted.by_ratio else quantity


# --- later events ---------------------------------------------------------------------------------------------------------------


def _changed(change: TraceStep, telling: Telling) -> Rate:
    """The prices of what there is now and of what there was: a change is charged by their difference."""
    sides = {kind: list(_parts(charges_of(step.children))) for step in change.children for kind in (step.kind,) if kind in ("new-state", "credit")}
    new, old = sides.get("new-state", []), sides.get("credit", [])
    if not new or not old:
        return _shown(new or old, telling)
    shown = [_shown(new, telling, prefix=telling.say("now")), _shown(old, telling, prefix=telling.say("before"))]
    both = telling.say("by difference")
    if shown[0].per == shown[1].per:
        return Rate(both, shown[0].per, (*shown[0].rows, *shown[1].rows))
    named = [replace(row, name=telling.words.row(text for text in (row.name, each.per) if text)) for each in shown for row in each.rows]
    return Rate(both, rows=tuple(named))
