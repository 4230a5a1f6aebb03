"""What the charges of a segment are in whole numbers: a template for the rows that an engine sums up.

Contract: whatever an engine computes with is proved to fit here, for the delivery at hand; raises OutOfRange where it might not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from engine.model.book import PriceBook, RoundingStep
from engine.model.prices import Charge, Percentage
from engine.pricing.bands import Band, bands_of
from engine.pricing.measures import lasts
from engine.rating.numbers import Division, RecordRule, Scaled, WholeRate, in_range, largest_sum, quantity_division, record_rule, whole_rate
from engine.rating.plan import Applied, ItemPlan, Segment
from engine.rating.schedules import Schedule
from engine.values.exact import ONE, ZERO, divide, exact, multiply, negate
from engine.values.money import minor_places

Role = Literal["window", "record", "running"]
"""What a charge is applied to: each window, each record, or what a running allowance leaves of each record in order of time."""
ROLES: tuple[Role, ...] = ("window", "record", "running")


@dataclass(frozen=True, slots=True)
class Extent:
    """What a delivery holds at most: the decimals of its quantities (`places`), the `greatest` of them and their `total` scaled by it, how many
    `rows`, and from `least` to `last` when they were, in microseconds.
    """

    places: int
    greatest: int
    total: int
    rows: int
    least: int
    last: int


@dataclass(frozen=True, slots=True)
class WindowRate:
    """How an engine charges one window or record: `factor` and `rounding` make the quantity of what is metered, `whole` the amount.

    `fine` is how many parts each one of the quantity is told in, which an allowance of more decimals is taken off.
    """

    factor: int
    rounding: Division | None
    whole: WholeRate | None
    fine: int = 1


@dataclass(frozen=True, slots=True)
class Template:
    """What the rows of a sum have in common: the schedule of a thing, the segment of it, and which charge; None: none for each window.

    `lead`: of several charges for the same windows the first, by which windows and quantities are counted. `metered` and `quantity` are what an
    engine's numbers stand for before and after rounding `at: quantity`, `charged` what the charge is applied to, `places` the decimals of its
    amounts. A running allowance is `allowance` of the quantity, for the charge with the number `charge`.
    """

    schedule: Schedule
    segment: Segment
    applied: Applied | None
    lead: bool
    role: Role
    bands: tuple[Band, ...]
    metered: Scaled
    quantity: Scaled
    charged: Scaled
    places: int
    charge: int = 0
    allowance: int = 0


def templates_of(book: PriceBook, extent: Extent, schedule: Schedule, currency: str, together: int = 1) -> Iterator[tuple[Template, WindowRate]]:
    """A template with its rate for each charge of each segment, and for the windows that no charge is for; levels of so many may be added `together`."""
    plan, charging = schedule.thing.plan, rule_of(schedule.charge_rounding, currency)
    places = charging[0] if charging is not None else 0
    windows, records = metered_numbers(book, plan, extent, together), counted_records(book, plan, extent)[1]
    largest_sum([each.greatest * extent.rows for each in (windows, records)])
    of_window, of_record = (_quantity(each, rule_of(schedule.rounding, currency)) for each in (windows, records))
    longest = plan.calendar.count if lasts(plan.meter) else 1
    # Windows that no charge is for have the numbers of any rate, and no use for them.
    idle = None
    for each in (applied for segment in schedule.segments for applied in segment.applied if role_of(plan, applied) == "window"):
        idle = whole_rate(bands_of(each.charge), _charged(each, of_window[1]), each.ratio, charging)
    charges: dict[tuple[int, int], int] = {}
    for segment in schedule.segments:
        by_window = [applied for applied in segment.applied if role_of(plan, applied) == "window"]
        for place, applied in enumerate(by_window or [None]):
            (factor, rounding), quantity = of_window
            bands = bands_of(applied.charge) if applied is not None else ()
            charged = _charged(applied, quantity) if applied is not None else quantity
            whole = whole_rate(bands, charged, applied.ratio, charging) if applied is not None else idle
            in_range(longest * max(quantity.greatest, whole.greatest if whole is not None else 0), "what a level costs while it lasts")
            yield Template(schedule, segment, applied, place == 0, "window", bands, windows, quantity, charged, places), WindowRate(factor, rounding, whole)
        for applied in segment.applied:
            role = role_of(plan, applied)
            if role == "record":
                (factor, rounding), quantity = of_record
                bands = bands_of(applied.charge)
                whole = whole_rate(bands, quantity, applied.ratio, charging)
                yield Template(schedule, segment, applied, False, role, bands, records, quantity, quantity, places), WindowRate(factor, rounding, whole)
            elif role == "running":
                (factor, rounding), quantity = of_record
                fine, allowance = _allowance(applied.charge, quantity)
                quantity = Scaled(divide(quantity.unit, exact(fine)), quantity.greatest * fine)
                bands = _running_bands(applied.charge, quantity)
                whole = whole_rate(bands, quantity, applied.ratio, charging)
                number = charges.setdefault((applied.entry, applied.position), len(charges))
                template = Template(schedule, segment, applied, False, role, bands, records, quantity, quantity, places, number, allowance)
                yield template, WindowRate(factor, rounding, whole, fine)


def _charged(applied: Applied, quantity: Scaled) -> Scaled:
    """What the charge is applied to: the total of a window that is a period is its quantity times its length."""
    return quantity if applied.per_total is None else Scaled(multiply(quantity.unit, applied.per_total), quantity.greatest)


def role_of(plan: ItemPlan, applied: Applied) -> Role | None:
    """What the charge is applied to; None: to the total of the period, which is no work for an engine."""
    if applied.per_total is not None:
        return "window" if plan.by_window else None
    charge = applied.charge
    if charge.applies_to != "each-record":
        return "window"
    return "running" if charge.allowance is not None and isinstance(charge.model, Percentage) else "record"


def _quantity(metered: Scaled, rule: tuple[int, str] | None) -> tuple[tuple[int, Division | None], Scaled]:
    """How what is metered becomes a quantity, and what that stands for."""
    division = quantity_division(metered, *rule) if rule is not None else None
    if rule is None or division is None:
        return (1, None), metered
    return division, Scaled(divide(ONE, exact(10 ** rule[0])), division[1].answer(division[0] * metered.greatest))


def _allowance(charge: Charge, quantity: Scaled) -> tuple[int, int]:
    """How much finer a quantity has to be for the allowance to be a whole number of it, and that number."""
    parts = divide(charge.allowance or ZERO, quantity.unit)
    fine = parts.as_integer_ratio()[1]
    return fine, in_range(int(multiply(parts, exact(fine))), "an allowance")


def _running_bands(charge: Charge, quantity: Scaled) -> tuple[Band, ...]:
    """The bands of what an allowance leaves of a record; the first, below 0, is of records that it frees wholly."""
    freed = bands_of(charge)[1].intercept if charge.allowance else ZERO
    below = negate(quantity.unit)
    return (Band(below, below, ZERO, freed), *bands_of(replace(charge, allowance=None)))


def rule_of(rule: RoundingStep | None, currency: str) -> tuple[int, str] | None:
    """The decimals and the mode of a rounding."""
    return None if rule is None else (minor_places(currency) if rule.places is None else rule.places, rule.mode)


def metered_numbers(book: PriceBook, plan: ItemPlan, extent: Extent, together: int = 1) -> Scaled:
    """What a window's metered quantity is as a whole number."""
    meter = plan.meter
    if meter.measure in ("count", "unique"):
        return Scaled(ONE, extent.rows)
    rule, record = counted_records(book, plan, extent)
    if meter.measure == "sum":
        # Each record is rounded up by less than one, or counts the least.
        return Scaled(record.unit, rule.times * extent.total // rule.divisor + extent.rows * (rule.least + (rule.added > 0)))
    greatest = record.greatest * (together if meter.over == "account" and lasts(meter) else 1)
    return Scaled(divide(record.unit, exact(plan.steps)), greatest * plan.steps)


def counted_records(book: PriceBook, plan: ItemPlan, extent: Extent) -> tuple[RecordRule, Scaled]:
    """How a record of an item counts, and as what: in the item's unit, by the meter's rules for each record."""
    meter, convert = plan.meter, book.unit_table.convert
    written = meter.unit or plan.item.unit
    bounds = [None if bound is None else convert(bound, written, plan.item.unit) for bound in (meter.record_at_least, meter.record_round_up)]
    return record_rule(convert(divide(ONE, exact(10**extent.places)), written, plan.item.unit), extent.greatest, *bounds)
