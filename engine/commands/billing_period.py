"""A billing period as it is typed: a month, a quarter, a year, or two days with the end excluded."""

import re
from datetime import date

import click

FORMS = "2026-03, 2026-Q1, 2026 or 2026-03-01..2026-04-01 (the second day is excluded)"

_FORMS = (
    (re.compile(r"(\d{4})-(\d{2})\Z"), lambda year, month: (date(year, month, 1), 1)),
    (re.compile(r"(\d{4})-[Qq]([1-4])\Z"), lambda year, quarter: (date(year, 3 * quarter - 2, 1), 3)),
    (re.compile(r"(\d{4})\Z"), lambda year: (date(year, 1, 1), 12)),
)
"""What may be typed -> the first day and the number of months."""


def period_of(text: str) -> tuple[date, date]:
    """The first day of the period and the first day after it; raises wrong usage.

    >>> period_of("2026-Q1")
    (datetime.date(2026, 1, 1), datetime.date(2026, 4, 1))
    """
    from engine.values.periods import add_months

    try:
        for form, read in _FORMS:
            found = form.match(text)
            if found is not None:
                first, months = read(*map(int, found.groups()))
                _check_years(text, "--period", first)
                return first, add_months(first, months)
        begin, _, end = text.partition("..")
        first, after = date.fromisoformat(begin), date.fromisoformat(end)
    except ValueError:
        raise click.BadParameter(f"`{text}` is no period; write it as {FORMS}", param_hint="--period") from None
    _check_years(text, "--period", first, after)
    if after <= first:
        raise click.BadParameter(f"`{text}` ends before it begins; the second day is the first one after it", param_hint="--period")
    return first, after


def day_of(text: str | None, default: date, option: str) -> date:
    """A day as it is typed, else the default; raises wrong usage."""
    if text is None:
        return default
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"`{text}` is no day; write it as 2026-04-01", param_hint=option) from None
    _check_years(text, option, day)
    return day


def _check_years(text: str, option: str, *days: date) -> None:
    from engine.values.periods import EARLIEST_YEAR, LATEST_YEAR

    if any(not EARLIEST_YEAR <= day.year <= LATEST_YEAR for day in days):
        raise click.BadParameter(f"`{text}` is not between the years {EARLIEST_YEAR} and {LATEST_YEAR}", param_hint=option)
