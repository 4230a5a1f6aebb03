"""What a discount's benefit takes from one line, exactly: percentages and prices (amounts are settled in step 7, `settlement`).

Contract: knows parts of a line and one benefit; knows nothing of orders, coupons or stages. Nothing is rounded here.
Source: rule language, 3.6, Benefit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.model.policies import Benefit, FixedPrice, PayFor, PercentOff
from engine.pricing.formulas import percent, written
from engine.pricing.running import WHOLE, Part, split_parts
from engine.values.exact import ONE, ZERO, Number, add, divide, multiply, subtract, total, whole_down
from engine.values.periods import Duration


@dataclass(frozen=True, slots=True)
class Cut:
    """A line after a benefit: its parts and their sum `left`, and how that was reached (`kind`, `formula` and `facts` of the step)."""

    parts: tuple[Part, ...]
    left: Number
    kind: str
    formula: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


def cut_line(
    benefit: Benefit, parts: tuple[Part, ...], left: Number, coverage: tuple[Number, Number], length: Duration | None, currency: str, places: int
) -> Cut | None:
    """The line after the benefit; None where the benefit cannot say anything about it (another currency, another kind of duration).

    `length` is the ordered time, `places` the currency's decimals for formulas.
    """
    match benefit:
        case PercentOff():
            return _percent_off(benefit, parts, left, coverage, places)
        case PayFor():
            return _pay_for(benefit, parts, left, coverage, length, places)
        case FixedPrice():
            return _fixed_price(benefit, parts, left, coverage, currency, places)
    raise TypeError(f"not a benefit of step 5: {benefit!r}")


def _percent_off(benefit: PercentOff, parts, left, coverage, places) -> Cut:
    """17% off 1068.00 leaves 886.44; nothing takes more than there is."""
    if coverage is WHOLE and len(parts) == 1:
        part = parts[0]
        rest = subtract(left, multiply(left, benefit.ratio))
        shown = written(left, places)
        formula = f"{shown} − {shown} × {percent(benefit.ratio)}"
        return Cut((Part(part.start, part.end, rest, part.unit_periods),), rest, "percent-off", formula, {"ratio": benefit.ratio})
    after, base = [], ZERO
    for part, covered in split_parts(parts, coverage):
        if covered:
            base = add(base, part.amount)
            part = part._replace(amount=subtract(part.amount, multiply(part.amount, benefit.ratio)))
        after.append(part)
    rest = subtract(left, multiply(base, benefit.ratio))
    formula = f"{written(left, places)} − {written(base, places)} × {percent(benefit.ratio)}"
    return Cut(tuple(after), rest, "percent-off", formula, {"ratio": benefit.ratio, "of": base})


def _pay_for(benefit: PayFor, parts, left, coverage, length, places) -> Cut | None:
    """Of every 12 months 10 are paid: of 30 months 26, so 300.00 becomes 260.00. A charge due once is paid in full."""
    every, paid, ordered = _in_one_unit(benefit.every, benefit.pay_for, length)
    if ordered is None:
        return None
    after, base, covered_share = [], ZERO, ZERO
    pieces = split_parts(parts, coverage)
    for part, covered in pieces:
        if covered and not part.once:
            base = add(base, part.amount)
            covered_share = add(covered_share, subtract(part.end, part.start))
    covered_time = multiply(covered_share, ONE * ordered)
    free_time = whole_down(divide(covered_time, ONE * every)) * max(0, every - paid)
    free = divide(ONE * free_time, covered_time) if covered_time else ZERO
    for part, covered in pieces:
        if covered and not part.once:
            part = part._replace(amount=subtract(part.amount, multiply(part.amount, free)))
        after.append(part)
    rest = subtract(left, multiply(base, free))
    formula = f"{written(left, places)} − {written(base, places)} × {free_time}/{written(covered_time)}" if free_time else ""
    facts = {"pay_for": benefit.pay_for, "every": benefit.every, "free": free_time, "of_time": covered_time, "of": base}
    return Cut(tuple(after), rest, "pay-for", formula, facts)


def _in_one_unit(every: Duration, paid: Duration, length: Duration | None) -> tuple[int, int, int | None]:
    # Days never compare with months (rule language, 3.10): a mixture has no answer.
    if length is not None and every.months and paid.months and length.months:
        return every.months, paid.months, length.months
    if length is not None and every.seconds and paid.seconds and length.seconds:
        return every.seconds, paid.seconds, length.seconds
    return 1, 1, None


def _fixed_price(benefit: FixedPrice, parts, left, coverage, currency, places) -> Cut | None:
    """8.00 instead of 10.00 for 5 users and 12 months: 480.00 instead of 600.00; never more than is left."""
    price = benefit.unit_prices.by_currency.get(currency)
    if price is None:
        return None
    after, units, kept, reached, lower = [], ZERO, ZERO, False, True
    for part, covered in split_parts(parts, coverage):
        if covered and part.unit_periods is not None:
            reached = True
            fixed = multiply(price, part.unit_periods)
            if fixed < part.amount:
                part = part._replace(amount=fixed)
                units = add(units, part.unit_periods)
            else:
                lower = False
                kept = add(kept, part.amount)
        else:
            kept = add(kept, part.amount)
        after.append(part)
    if not reached:
        return None
    formula = f"{written(price, places)} × {written(units)}" if units else ""
    if kept and formula:
        formula = f"{written(kept, places)} + {formula}"
    facts = {"unit_price": price, "unit_periods": units, "lower": lower}
    return Cut(tuple(after), total(part.amount for part in after), "fixed-price", formula, facts)
