"""The chart on the face of an invoice of use: a bar a day, and a dashed line where what lies above it has another price.

Its heading says what the reader would look for: when a limit was passed, and how high the use was at most. Source: pictures guide 2,
The face of a usage invoice.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from markupsafe import Markup

from engine.documents.charts import INK, MODE_COLOURS, Chart, ChartLine, Tick, draw_small, draw_wide, nice_ticks
from engine.documents.invoice_titles import item_called, unit_called
from engine.documents.invoice_use import SEVERAL, MeteredUse, UseStretch, days_of, use_of
from engine.documents.invoice_words import Writer
from engine.documents.teller import sentences
from engine.model.invoices import InvoiceLine
from engine.pricing.measures import HELD
from engine.values.exact import ZERO, Number, add, divide, exact, multiply, round_number, total

FEWEST_DAYS, MOST_DAYS = 7, 62
"""A week is told by its table; more days than two months have are no bars."""
MOST_LIMITS = 2
FLAT = 230
"""The height of the drawing in px: it stands below what is to be paid."""
TICKS = 5
HALF = Decimal("0.5")
SHOWN = 2
"""Decimals of an average, which may not end."""
"""Every fifth day has its number, as in a calendar of a month: 1, 5, 10."""


@dataclass(frozen=True, slots=True)
class UseChart:
    """The drawing for a page and for a phone; what it shows, as a heading and in a sentence below it."""

    finding: str
    about: str
    wide: Markup
    narrow: Markup


@dataclass(frozen=True, slots=True)
class _Days:
    """What was used of a line on each day: the average level (0 without any) and the highest one; `limits` begin a tier."""

    line: InvoiceLine
    average: Mapping[date, Number]
    highest: Mapping[date, Number]
    limits: tuple[tuple[Number, bool], ...]  # each with whether what lies above it is cheaper


def use_chart(lines: Sequence[InvoiceLine], w: Writer) -> UseChart | None:
    """The chart of the line that costs most among those that have one; None where every day is the same, or a sum has no level."""
    for line in sorted(lines, key=lambda each: each.amount, reverse=True):
        days = _days(line, w)
        if days is not None and len(set(days.average.values())) > 1:
            return _drawn(days, w)
    return None


def _days(line: InvoiceLine, w: Writer) -> _Days | None:
    measure = next((step.facts.get("measure") for step in line.trace if step.number == 1), None)
    use = use_of(line, w) if measure in HELD else None
    if use is None or use.window not in ("hour", "day"):
        return None
    used = days_of(use.stretches, w)
    first, last = w.first_day(line.start), w.last_day(line.start, line.end or line.start)
    if not FEWEST_DAYS <= (last - first).days + 1 <= MOST_DAYS:
        return None
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    average = {day: _average(used.get(day, ())) for day in days}
    highest = {day: max((piece.levels[0] for piece in used.get(day, ())), default=ZERO) for day in days}
    return _Days(line, average, highest, tuple(_limits(use)))


def _average(pieces: Sequence[UseStretch]) -> Number:
    """The level of a day, each by its time."""
    if not pieces:
        return ZERO
    return divide(total(multiply(piece.levels[0], piece.windows) for piece in pieces), total(piece.windows for piece in pieces))


def _limits(use: MeteredUse) -> Iterator[tuple[Number, bool]]:
    """Where the tiers begin that were used."""
    for below, above in itertools.pairwise(use.prices):
        if above.tier is not None and above.tier[0] > 0:
            yield above.tier[0], above.price < below.price


# --- in words -------------------------------------------------------------------------------------------------------------------


def _finding(days: _Days, w: Writer) -> str:
    telling, item = w.telling(days.line), w.own(item_called(days.line.item, w.book, w.words))
    highest = max(days.highest.values())
    passed = [(limit, day) for limit, _ in days.limits if (day := _passed(limit, days)) is not None][-MOST_LIMITS:]
    level = telling.quantity(highest)
    match passed:
        case []:
            # What the bars show, so that the highest of them is the one that is named.
            on, average = max(days.average.items(), key=lambda each: (each[1], -each[0].toordinal()))
            if average == highest:
                return w.say("%(item)s: highest on %(day)s with %(level)s.", item=item, level=level, day=w.words.date(on))
            mean = telling.quantity(round_number(average, SHOWN, "half-up"))
            return w.say("%(item)s: most on %(day)s, on average %(mean)s; at most %(level)s.", item=item, level=level, day=w.words.date(on), mean=mean)
        case [(limit, day)]:
            above, since = _limit(limit, days, w), w.words.date(day)
            return w.say("%(item)s: above %(limit)s from %(day)s; at most %(level)s.", item=item, limit=above, day=since, level=level)
        case [(limit, day), (second, later), *_]:
            return w.say(
                "%(item)s: above %(limit)s from %(day)s and above %(second)s from %(later)s; at most %(level)s.",
                item=item, limit=_limit(limit, days, w), day=w.words.date(day), second=_limit(second, days, w), later=w.words.date(later), level=level,
            )  # fmt: skip
    raise AssertionError(passed)


def _passed(limit: Number, days: _Days) -> date | None:
    """The day on which a level first lay above the limit; None where it did from the first day on, or never."""
    above = next((day for day, level in days.highest.items() if level > limit), None)
    return above if above != next(iter(days.highest)) else None


def _limit(limit: Number, days: _Days, w: Writer) -> str:
    amount, symbol = w.book.unit_table.largest(limit, days.line.unit or "")
    unit = w.book.units.get(symbol)
    return w.words.quantity(amount, unit.title, symbol, w.book.language) if unit is not None else w.words.number(amount)


def _about(days: _Days, w: Writer) -> str:
    unit = unit_called(days.line.unit, SEVERAL, w.book, w.words)
    about = w.say("The average of each day, in %(unit)s.", unit=unit)
    return sentences([about, w.say("What lies above a dashed line has another price.") if days.limits else ""])


# --- the drawing ----------------------------------------------------------------------------------------------------------------


def _drawn(days: _Days, w: Writer) -> UseChart:
    shown, finding, line = list(days.average), _finding(days, w), days.line
    count, modes = len(shown), list(w.book.billing_modes)
    highest = max([*days.average.values(), *(limit for limit, _ in days.limits)])
    told = (w.words.labelled(w.words.short_date(day), w.words.number(round_number(level, SHOWN, "half-up"))) for day, level in days.average.items())
    chart = Chart(
        id=f"use-{line.item}",
        title=finding,
        alternative=w.words.row(told),
        lines=tuple(_dashed(limit, cheaper, count, days, w) for limit, cheaper in days.limits),
        x_ticks=tuple(Tick(_middle(place), w.words.number(day.day)) for place, day in enumerate(shown) if place == count - 1 or _numbered(day)),
        y_ticks=tuple(Tick(at, w.words.number(at)) for at in nice_ticks(highest, 3)),
        x_label=w.period(line.start, line.end or line.start),
        y_label=unit_called(line.unit, SEVERAL, w.book, w.words),
        right_to_left=w.words.right_to_left,
        bars=tuple(days.average.values()),
        colour=MODE_COLOURS[modes.index(line.billing_mode) % len(MODE_COLOURS)] if line.billing_mode in modes else INK,
    )
    return UseChart(finding, _about(days, w), draw_wide(chart, FLAT), draw_small(chart))


def _dashed(limit: Number, cheaper: bool, days: int, told: _Days, w: Writer) -> ChartLine:
    name = w.say("price falls") if cheaper else w.say("price rises")
    return ChartLine(((ZERO, limit), (exact(days), limit)), _limit(limit, told, w), name, INK, heavy=False, dashed=True)


def _middle(place: int) -> Number:
    """Below the middle of its bar."""
    return add(exact(place), HALF)


def _numbered(day: date) -> bool:
    return day.day == 1 or (day.day % TICKS == 0 and day.day < 30)
