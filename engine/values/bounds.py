"""How large a value may be that somebody writes: one bound for each kind of scalar, wherever it is read (rule language, 1, Bounds).

Contract: with what lies within the bounds every command can compute: no date leaves the calendar, no number the digits of exact
arithmetic, and no list makes a machine stand still.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from engine.values.exact import Number

EARLIEST_YEAR, LATEST_YEAR = 1900, 9000
"""Nobody means a year outside, and from inside of them nine of the longest durations can be counted in both directions."""
YEAR = timedelta(days=366)
"""How long a year of a bound is at most, where what is bounded is not counted in months."""
LONGEST_YEARS = 100
"""Of a duration."""
LONGEST_BILLED_YEARS = 10
"""Of an estimate (`for:`) and of a period that is billed: each of their billing periods is looked at, and by the hour each hour."""
MOST_DIGITS = 40
"""Of a number, before and after its point together; of the factor between two units both above and below the fraction's line."""
MOST_TIERS = 100
"""Of a charge, or of a discount: each point of a price sheet's chart is computed through all of them."""
MOST_STAGES = 50
"""Of discounts, which multiply one another's digits; so do taxes on other taxes."""
MOST_TAXES = 20
"""Different ones, whatever rows each has."""
MOST_LINES = 1000
"""Of an order."""
MOST_EVENTS = 5000
"""Of one subscription."""
MOST_RENEWALS = 1200
"""Of one subscription that nobody writes: a hundred years of months."""

Day = TypeVar("Day", bound=date)


class OutOfBounds(ValueError):
    """A value of the right form beyond its bound; the text says why (`longer than 100 years`), `remedy` what to do."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(why)
        self.remedy = remedy


class TooManyDigits(OutOfBounds):
    """A number that no price needs: most likely a damaged one."""


def check_billed(start: date, end: date) -> None:
    """Raises OutOfBounds for a period that is too long to be billed at once."""
    if end - start > LONGEST_BILLED_YEARS * YEAR:
        raise OutOfBounds(f"longer than {LONGEST_BILLED_YEARS} years", "bill it in parts")


def check_count(count: int, most: int) -> None:
    """Raises OutOfBounds for a list of too many entries."""
    if count > most:
        raise OutOfBounds(f"a list of {count:,} entries", f"write at most {most:,}")


def in_years(day: Day) -> Day:
    """The day, or day and time; raises OutOfBounds for one of a year that no price book speaks of."""
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise OutOfBounds(f"not between the years {EARLIEST_YEAR} and {LATEST_YEAR}", "correct the year")
    return day


def too_long(written: str) -> bool:
    """Whether a number is written with too many digits."""
    return len(written) > MOST_DIGITS and sum(map(str.isdigit, written)) > MOST_DIGITS


def read_digits(written: str) -> Decimal:
    """The number that plain digits say, exactly; raises OutOfBounds where they are too many."""
    if too_long(written):
        raise TooManyDigits(f"longer than {MOST_DIGITS} digits", f"write at most {MOST_DIGITS} digits")
    return Decimal(written)


def in_digits(factor: Number) -> Number:
    """The factor of one unit in another; raises OutOfBounds for one that a chain of units has made longer than any number."""
    if max(factor.as_integer_ratio()) > 10**MOST_DIGITS:
        raise OutOfBounds(f"a factor of more than {MOST_DIGITS} digits by way of the other units", "declare fewer units by each other")
    return factor
