"""What a discount's benefit takes from one line, exactly: percentages and prices (amounts are settled in step 7, `settlement`).

Contract: knows parts of a line and one benefit; knows nothing of orders, coupons or stages. Nothing is rounded here.
Source: rule language, 3.6, Benefit.
"""

from collections.abc import Callable
from dataclasses import dataclass

from engine.model.facts import StepFacts
from engine.model.formulas import Calculation, Figure, Formula, Percent, difference, product, summed
from engine.model.policies import Benefit, FixedPrice, PayFor, PercentOff
from engine.pricing.running import WHOLE, Coverage, RunningPart, split_parts
from engine.values.exact import ZERO, Number, add, divide, exact, multiply, subtract, total, whole_down
from engine.values.periods import Duration
from engine.values.spans import NOWHERE, Origin
from engine.values.terms import alike, units


@dataclass(frozen=True, slots=True)
class Cut:
    """A line after a benefit: its parts and their sum `left`, and how that was reached (`kind` and `facts` of the step).

    `formula` makes the calculation with so many decimals (1068.00 − 1068.00 × 17%), or None where nothing was cut.
    """

    parts: tuple[RunningPart, ...]
    left: Number
    kind: str
    facts: StepFacts
    formula: Callable[[int], Formula | None]
    origin: Origin = NOWHERE  # where the benefit's number was written


def cut_line(
    benefit: Benefit,
    parts: tuple[RunningPart, ...],
    left: Number,
    coverage: Coverage,
    length: Duration | None,
    currency: str,
    extra_units: Number = ZERO,
) -> Cut | None:
    """The line after the benefit; None where it cannot say anything about it (another currency, another kind of duration).

    `length` is the ordered time, `extra_units` what its part to a unified day costs, in months (or days).
    A seat of 120.00 for a year after `pay_for: 10 months` of every year: 100.00.
    """
    match benefit:
        case PercentOff():
            return _percent_off(benefit, parts, left, coverage)
        case PayFor():
            return _pay_for(benefit, parts, left, coverage, length, extra_units)
        case FixedPrice():
            return _fixed_price(benefit, parts, coverage, currency)
    raise TypeError(f"not a benefit of step 5: {benefit!r}")


def _percent_off(benefit: PercentOff, parts: tuple[RunningPart, ...], left: Number, coverage: Coverage) -> Cut:
    """17% off 1068.00 leaves 886.44."""
    ratio, base = benefit.ratio, left
    facts: StepFacts = {"ratio": ratio}
    if coverage is WHOLE and len(parts) == 1:
        # The common case without a cut at a border.
        after = [parts[0]._replace(amount=subtract(left, multiply(left, ratio)))]
    else:
        pieces = split_parts(parts, coverage)
        base = facts["of"] = total(part.amount for part, covered in pieces if covered)
        after = [part._replace(amount=subtract(part.amount, multiply(part.amount, ratio))) if covered else part for part, covered in pieces]
    return Cut(
        tuple(after), subtract(left, multiply(base, ratio)), "percent-off", facts,
        lambda places: difference(Figure(left, places), product(Figure(base, places), Percent(ratio))), benefit.origin,
    )  # fmt: skip


def _pay_for(benefit: PayFor, parts: tuple[RunningPart, ...], left: Number, coverage: Coverage, length: Duration | None, extra_units: Number) -> Cut | None:
    """Of every 12 months 10 are paid: of 30 months 26, so 300.00 becomes 260.00. A charge due once is paid in full.

    So is the part of a term after its anniversary, which makes no further month.
    """
    every, paid, ordered = _in_one_unit(benefit.every, benefit.pay_for, length)
    if ordered is None:
        return None
    after = []
    base: Number = ZERO
    covered_share: Number = ZERO
    pieces = split_parts(parts, coverage)
    for part, covered in pieces:
        if covered and not part.once:
            base = add(base, part.amount)
            covered_share = add(covered_share, subtract(part.end, part.start))
    covered_time = multiply(covered_share, add(exact(ordered), extra_units))
    free_time = whole_down(divide(min(covered_time, exact(ordered)), exact(every))) * max(0, every - paid)
    free = divide(exact(free_time), covered_time) if covered_time else ZERO
    for part, covered in pieces:
        if covered and not part.once:
            part = part._replace(amount=subtract(part.amount, multiply(part.amount, free)))
        after.append(part)
    rest = subtract(left, multiply(base, free))
    facts: StepFacts = {"pay_for": benefit.pay_for, "every": benefit.every, "free": free_time, "of_time": covered_time, "of": base}

    def formula(places: int) -> Formula | None:
        if not free_time:
            return None
        share = Calculation("/", (exact(free_time), Figure(covered_time)))
        return difference(Figure(left, places), product(Figure(base, places), share))

    return Cut(tuple(after), rest, "pay-for", facts, formula, benefit.origin)


def _in_one_unit(every: Duration, paid: Duration, length: Duration | None) -> tuple[int, int, int | None]:
    # Days never compare with months (rule language, 3.10): a mixture has no answer.
    if length is not None and alike(every, paid, length):
        return units(every), units(paid), units(length)
    if length is not None and every.seconds and paid.seconds and length.seconds:
        return every.seconds, paid.seconds, length.seconds
    return 1, 1, None


def _fixed_price(benefit: FixedPrice, parts: tuple[RunningPart, ...], coverage: Coverage, currency: str) -> Cut | None:
    """8.00 instead of 10.00 for 5 users and 12 months: 480.00 instead of 600.00; never more than is left."""
    price = benefit.unit_prices.by_currency.get(currency)
    if price is None:
        return None
    after, reached = [], False
    units: Number = ZERO
    kept: Number = ZERO
    for part, covered in split_parts(parts, coverage):
        if covered and part.unit_periods is not None:
            reached = True
            fixed = multiply(price, part.unit_periods)
            if fixed < part.amount:
                units = add(units, part.unit_periods)
                after.append(part._replace(amount=fixed))
                continue
        kept = add(kept, part.amount)
        after.append(part)
    if not reached:
        return None
    facts: StepFacts = {"unit_price": price, "unit_periods": units, "kept": kept}

    def formula(places: int) -> Formula | None:
        return summed((Figure(kept, places) if kept else None, product(Figure(price, places), Figure(units)))) if units else None

    return Cut(tuple(after), total(part.amount for part in after), "fixed-price", facts, formula, benefit.origin)
