"""A billing period as it is typed: a month, a quarter, a year, or two days with the end excluded."""

import re
from datetime import date

import click

from engine.commands.options import why_unreadable

FORMS = "2026-03, 2026-Q1, 2026 or 2026-03-01..2026-04-01 (the second day is excluded)"

_FORMS = (
    (re.compile(r"([0-9]{4})-([0-9]{2})\Z"), lambda year, month: (date(year, month, 1), 1)),
    (re.compile(r"([0-9]{4})-[Qq]([1-4])\Z"), lambda year, quarter: (date(year, 3 * quarter - 2, 1), 3)),
    (re.compile(r"([0-9]{4})\Z"), lambda year: (date(year, 1, 1), 12)),
)
"""What may be typed -> the first day and the number of months."""


def period_of(text: str) -> tuple[date, date]:
    """The first day of the period and the first day after it; raises wrong usage."""
    try:
        return read_period(text)
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--period") from None


def read_period(text: str) -> tuple[date, date]:
    """The first day of the period and the first day after it; raises ValueError with what is wrong with the text.

    >>> read_period("2026-Q1")
    (datetime.date(2026, 1, 1), datetime.date(2026, 4, 1))
    """
    from engine.values.bounds import check_billed, in_years
    from engine.values.periods import add_months

    try:
        first, end = _written(text)
        in_years(first)
        end = add_months(first, end) if isinstance(end, int) else in_years(end)
        check_billed(first, end)
    except ValueError as fault:
        raise ValueError(why_unreadable(text, fault, f"`{{}}` is no period; write it as {FORMS}")) from None
    if end <= first:
        raise ValueError(f"`{text}` ends before it begins; the second day is the first one after it")
    return first, end


def _written(text: str) -> tuple[date, date | int]:
    """The first day, and how many months follow or the first day after the period."""
    for form, read in _FORMS:
        found = form.match(text)
        if found is not None:
            return read(*map(int, found.groups()))
    begin, _, end = text.partition("..")
    return date.fromisoformat(begin), date.fromisoformat(end)


def cut_at(period: tuple[date, date], text: str | None) -> tuple[date, date]:
    """The period up to a day that is typed, which is excluded; all of it without one. Raises wrong usage for a day that does not lie in it."""
    first, end = period
    day = day_of(text, end, "--to")
    if not first < day <= end:
        raise click.BadParameter(f"`{text}` is no day up to which {first}..{end} can be rated; write one after the first", param_hint="--to")
    return first, day


def day_of(text: str | None, default: date, option: str) -> date:
    """A day as it is typed, else the default; raises wrong usage."""
    if text is None:
        return default
    from engine.values.bounds import in_years

    try:
        return in_years(date.fromisoformat(text))
    except ValueError as fault:
        raise click.BadParameter(why_unreadable(text, fault, "`{}` is no day; write it as 2026-04-01"), param_hint=option) from None


def day_of_issue(text: str | None, first: date, after: date) -> date:
    """The day of issue as it is typed, else the first day after the period; raises wrong usage, also for a day before the period begins."""
    day = day_of(text, after, "--date")
    if day < first:
        raise click.BadParameter(f"{day} is before the period begins; an invoice is issued in its period or after it", param_hint="--date")
    return day
