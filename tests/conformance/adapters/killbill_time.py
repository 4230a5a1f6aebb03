"""Kill Bill: days of the bill cycle, part periods at both ends of a plan, and what is billed until when.

Its bill cycle day belongs to the account: what starts in between is cut there first. So the account holds a subscription whose
terms end on that day, and what starts joins it with a change.
"""

from collections.abc import Mapping
from decimal import Decimal

from tests.conformance.adapters.common import number
from tests.conformance.adapters.terms import (
    PERIODS,
    both,
    dates,
    ended,
    joined,
    left_of_year,
    net_of_change,
    of_thing,
    subscribed,
    years_before,
)
from tests.conformance.cases import Case, Issued, Life, instant
from tests.conformance.language import TO_THE_CENT


def proration(vector: Mapping) -> Case | Life:
    """How many periods are paid: terms for 1 each, less what an early end gives back; or a share of one period."""
    inputs = vector["inputs"]
    if "fixed_days_in_month" in inputs:
        return _share_of_thirty(inputs)
    if "price" in inputs:
        return _price_of_days(inputs)
    if "number_of_cycles" in vector["expected"]:
        months, end = PERIODS[inputs["billing_period"]], inputs.get("end")
        assert inputs["start"].endswith(f"-{inputs['bill_cycle_day']:02}")
        until = inputs["target_date"]
        return subscribed(inputs["start"], months, until, lambda invoice: {"number_of_cycles": invoice.net}, end=end)
    return _share_of_month(inputs)


def _share_of_thirty(inputs: Mapping) -> Case:
    """Months of thirty days: what is left at `start` of a year that ends with `end`, by 30E/360, where no 31st plays a part."""
    read = lambda change: {"factor": net_of_change(change)}
    return left_of_year(inputs["end"], inputs["start"], Decimal(1), both("30-360") | {"places": 9}, read)


def _share_of_month(inputs: Mapping) -> Life:
    """A month of which only a part is paid: from its start to an early end, or from a day in between to its end."""
    start, end = inputs["start"], inputs["end"]
    if inputs["denominator"] == "days in period starting at start":
        return subscribed(start, 1, start, lambda invoice: {"factor": invoice.net}, end=end)

    def read(invoice):
        (line,) = of_thing(invoice)
        assert dates(line.end) == [end]
        return {"factor": line.amount}

    return joined(years_before(end), 1, start, instant(start), read)


def _price_of_days(inputs: Mapping) -> Life:
    """One day of 31: a thing that joins on the last day of January."""
    assert (inputs["days"], inputs["period_days"]) == (1, 31)
    read = lambda invoice: {"amount": of_thing(invoice)[0].amount}
    return joined("2025-01-01", 1, "2026-01-31", instant("2026-01-31"), read, price=number(inputs["price"]), rounding=TO_THE_CENT)


def dates_of(vector: Mapping) -> Case | Life | Issued:
    """Whole periods, dates some periods on, days between by months of so many days, and the dates of a bill run."""
    inputs, expected = vector["inputs"], vector["expected"]
    if "whole_periods" in expected:
        return _whole_periods(inputs)
    if "periods" in inputs:
        return _some_periods_on(inputs)
    if "fixed_days_in_month" in inputs:
        read = lambda change: {"days": net_of_change(change)}
        fixed = int(inputs["fixed_days_in_month"])
        return left_of_year(inputs["end"], inputs["start"], Decimal(fixed), both("28-day-month" if fixed == 28 else "30-360"), read)
    if "dates" in expected:
        return _days_of_terms(inputs)
    return _bill_run(inputs)


def _whole_periods(inputs: Mapping) -> Case | Life:
    """Terms that are over by `end`."""
    start, end = inputs["start"], inputs["end"]
    over = lambda invoice: sum(line.end <= instant(end) for line in invoice.lines)
    return subscribed(start, PERIODS[inputs["billing_period"]], end, lambda invoice: {"whole_periods": over(invoice)})


def _some_periods_on(inputs: Mapping) -> Life:
    """The end of the nth term. The language only counts forward; the nearest to a date before is the date after."""
    start, periods = inputs["from"], abs(inputs["periods"])
    return subscribed(start, PERIODS[inputs["billing_period"]], years_before(start, -1), lambda invoice: {"date": dates(invoice.lines[periods - 1].end)[0]})


def _days_of_terms(inputs: Mapping) -> Life:
    """The days on which terms begin and end, from the 31st on."""

    def read(invoice):
        lines = invoice.lines[: inputs["months"]]
        return {"dates": dates(lines[0].start, *(line.end for line in lines))}

    return subscribed(inputs["start"], 1, years_before(inputs["start"], -1), read)


def _bill_run(inputs: Mapping) -> Life:
    """In arrears what is over by the target date is billed; greedy also the period in which the target date lies.

    A period that the end cuts off is over with it. The next date is the end of the first period that is not billed whole.
    """
    start, target, greedy = inputs["start"], instant(inputs["target_date"]), inputs["billing_mode"] == "in_arrear_greedy"

    def read(invoice):
        left, lines = ended(invoice), of_thing(invoice)
        closed = [min(line.end, left) if left else line.end for line in lines]
        if greedy:
            through = next(each for each, line in zip(closed, lines, strict=True) if line.end >= target)
        else:
            through = max(each for each in closed if each <= target)
        first = lines[0].start if greedy else lines[0].end
        after = next(line.end for line in lines if line.end > through)
        made = dict(zip(("first_billing_date", "billed_through", "next_billing_date"), dates(first, through, after), strict=True))
        return made | {"something_to_bill": through > lines[0].start}

    day = f"{inputs['start'][:8]}{inputs['bill_cycle_day']:02}"
    return joined(years_before(day), 1, start, instant(years_before(start, -1)), read, end=inputs.get("end"))
