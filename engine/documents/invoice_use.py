"""The use behind a line of an invoice as one table: a row for each time in which the level did not change, and sums that add up both ways.

Columns and rows come to the same exact amount; nothing is rounded. More than eighty rows become one a day, its level from the lowest to the
highest. Source: pictures guide 2, The annex is one table.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from engine.documents.format import DASH
from engine.documents.invoice_rates import Counted, PricePart, counted_in, parts_of, price_columns, times
from engine.documents.invoice_titles import unit_called
from engine.documents.invoice_words import Writer
from engine.model.invoices import InvoiceLine
from engine.model.trace import TraceStep
from engine.values.exact import ONE, ZERO, Number, exact, multiply, total
from engine.values.periods import local_date, start_of_day

SEVERAL = Decimal(100)
"""How many the head of a column speaks of: hours, users. Not two, for which Arabic has a form of its own."""
MOST_ROWS = 80
MOST_PRICES = 5
"""More columns than these have no room on paper: the steps tell such a line."""
FIRST_PAGE, PAGE, LAST_PAGE = 34, 41, 37
"""Rows that a printed page takes: the first one below the annex's heading, the last one above the sums."""


@dataclass(frozen=True, slots=True)
class UseRow:
    """From when until when, how many windows, which level, how much at each price, and the exact amount: texts in the order of the heads."""

    start: str
    end: str
    windows: str
    level: str
    parts: tuple[str, ...]
    amount: str

    @property
    def cells(self) -> tuple[str, ...]:
        """All of them in the order of the heads."""
        return (self.start, self.end, self.windows, self.level, *self.parts, self.amount)


@dataclass(frozen=True, slots=True)
class UsePage:
    """The rows of one printed page, with what was brought forward before them and is carried forward behind them."""

    rows: tuple[UseRow, ...]
    brought: UseRow | None
    carried: UseRow | None


@dataclass(frozen=True, slots=True)
class UseStretch:
    """A time with one level, or a day with all of its levels: how many windows, how much at each price (by its place), the exact amount."""

    start: datetime
    end: datetime
    windows: Number
    levels: tuple[Number, ...]
    parts: tuple[Number, ...]
    amount: Number


@dataclass(frozen=True, slots=True)
class UseTable:
    """The table: `counted` heads the columns of prices together; `sums` are the last rows: the sum, the rates, the amounts at each rate.

    `stretches` are its rows as records.
    """

    heads: tuple[str, ...]
    counted: str
    pages: tuple[UsePage, ...]
    sums: tuple[UseRow, ...]
    stretches: tuple[UseStretch, ...]

    @property
    def rows(self) -> tuple[UseRow, ...]:
        """The rows of all pages."""
        return tuple(row for page in self.pages for row in page.rows)


@dataclass(frozen=True, slots=True)
class MeteredUse:
    """The use behind a line: how long a window is, what a level was for how long, in what it is counted, and the prices, lower tiers first."""

    window: str
    ratio: Number
    counted: Counted
    prices: tuple[PricePart, ...]
    stretches: tuple[UseStretch, ...]


def use_of(line: InvoiceLine, w: Writer) -> MeteredUse | None:
    """What was used of a line that is charged by a level or a count in many windows; None for one that the steps tell better."""
    use = next((step for step in line.trace if step.kind == "windows" and step.children), None)
    if use is None:
        return None
    runs = use.children
    counted, prices = counted_in(line, use, w.book), _prices(runs)
    if counted is None or not 0 < len(prices) <= MOST_PRICES or any(part.kind != "unit" or part.size != ONE for part in prices):
        return None
    stretches = tuple(_stretch(run, counted, prices) for run in runs)
    if any(before.end > after.start for before, after in itertools.pairwise(stretches)):
        return None  # several charges for the same windows
    return MeteredUse(str(use.facts["window"]), _ratio(runs), counted, prices, stretches)


def use_table(line: InvoiceLine, w: Writer) -> UseTable | None:
    """The table of the line's use; None where it has none that a table tells."""
    use = use_of(line, w)
    if use is None:
        return None
    stretches: Sequence[UseStretch] = use.stretches
    if len(stretches) > MOST_ROWS and use.window == "hour":
        stretches = [_joined(pieces) for pieces in days_of(stretches, w).values()]
    names, rates, per = price_columns(use.prices, use.counted, w.telling(line))
    level = unit_called(line.unit, SEVERAL, w.book, w.words)
    unit = use.counted.unit(SEVERAL, w.telling(line)) or level
    heads = (w.words.words.pgettext("time", "From"), w.say("Until"), _windows_name(use.window, w), level, *(name or unit for name in names), _exact(w))
    amounts = [multiply(multiply(part.price, held), use.ratio) for part, held in zip(use.prices, _held(stretches), strict=True)]
    sums = (
        _sum(stretches, w.say("Total"), w),
        UseRow(w.words.row(text for text in (w.say("Rate"), per) if text), "", "", "", rates, ""),
        UseRow(w.say("Amount, exact"), "", "", "", tuple(w.amount(each) for each in amounts), w.amount(total(amounts))),
    )
    return UseTable(heads, w.say("%(unit)s by tier", unit=unit) if any(names) else "", tuple(_pages(stretches, w)), sums, tuple(stretches))


def _exact(w: Writer) -> str:
    return w.say("%(currency)s, exact", currency=w.words.isolate(w.invoice.currency))


def _prices(runs: Sequence[TraceStep]) -> tuple[PricePart, ...]:
    """Each price once, lower tiers first."""
    found = dict.fromkeys(part.key for run in runs for part in used_parts(run))
    return tuple(sorted(found, key=lambda part: part.tier[0] if part.tier is not None else ZERO))


def used_parts(run: TraceStep) -> tuple[PricePart, ...]:
    """The prices of one window of a run."""
    return tuple(parts_of(run.multiplies)) if run.multiplies is not None else ()


def _ratio(runs: Sequence[TraceStep]) -> Number:
    """The part of the price's time that a window is; the quantity is counted in longer windows already."""
    ratio: Number = runs[0].facts["ratio"]
    return ratio if ratio < ONE else ONE


def _stretch(run: TraceStep, counted: Counted, prices: Sequence[PricePart]) -> UseStretch:
    count, ratio, held = exact(run.facts["count"]), run.facts["ratio"], {part.key: part.quantity or ZERO for part in used_parts(run)}
    parts = tuple(times(multiply(held[price], count), ratio, counted) if price in held else ZERO for price in prices)
    return UseStretch(run.facts["from"], run.facts["until"], count, (run.facts["quantity"],), parts, run.value or ZERO)


# --- a row a day ----------------------------------------------------------------------------------------------------------------


def days_of(stretches: Sequence[UseStretch], w: Writer) -> dict[date, list[UseStretch]]:
    """What there was on each local day: stretches of hours or days, cut where days begin, each with one level."""
    days: dict[date, list[UseStretch]] = {}
    for each in stretches:
        for piece in _cut(each, w):
            days.setdefault(local_date(piece.start, w.book.zone), []).append(piece)
    return days


def _cut(stretch: UseStretch, w: Writer) -> Iterator[UseStretch]:
    """A stretch of hours, cut where days begin: each piece has its share of all sums."""
    start = stretch.start
    while start < stretch.end:
        end = min(stretch.end, start_of_day(local_date(start, w.book.zone) + timedelta(days=1), w.book.zone))
        share = Fraction(int((end - start).total_seconds()), int((stretch.end - stretch.start).total_seconds()))
        yield replace(
            stretch, start=start, end=end, windows=multiply(stretch.windows, share),
            parts=tuple(multiply(each, share) for each in stretch.parts), amount=multiply(stretch.amount, share),
        )  # fmt: skip
        start = end


def _joined(pieces: Sequence[UseStretch]) -> UseStretch:
    held = tuple(total(each) for each in zip(*(piece.parts for piece in pieces), strict=True))
    levels = tuple(level for piece in pieces for level in piece.levels)
    return UseStretch(pieces[0].start, pieces[-1].end, total(piece.windows for piece in pieces), levels, held, total(piece.amount for piece in pieces))


# --- in words -------------------------------------------------------------------------------------------------------------------


def _pages(stretches: Sequence[UseStretch], w: Writer) -> Iterator[UsePage]:
    done = 0
    sizes = list(page_sizes(len(stretches)))
    for size in sizes:
        rows = tuple(_row(each, w) for each in stretches[done : done + size])
        brought = _sum(stretches[:done], w.say("Brought forward"), w) if done else None
        done += size
        carried = _sum(stretches[:done], w.say("Carried forward"), w) if done < len(stretches) else None
        yield UsePage(rows, brought, carried)


def page_sizes(rows: int) -> Iterator[int]:
    """How many rows each printed page takes; the last one has at least two above the sums.

    >>> list(page_sizes(20)), list(page_sizes(35)), list(page_sizes(80))
    ([20], [33, 2], [34, 41, 5])
    """
    most = FIRST_PAGE
    while rows > (LAST_PAGE if most == PAGE else FIRST_PAGE):
        size = min(most, rows - 2)
        yield size
        rows, most = rows - size, PAGE
    if rows:
        yield rows


def _row(each: UseStretch, w: Writer) -> UseRow:
    low, high = min(each.levels), max(each.levels)
    level = w.words.number(low) if low == high else w.words.isolate(f"{w.words.number(low)} {DASH} {w.words.number(high)}")
    start, end = (w.words.short_instant(at, w.book.zone) for at in (each.start, each.end))
    return UseRow(start, end, w.words.number(each.windows), level, _numbers(each.parts, w), w.amount(each.amount))


def _sum(stretches: Sequence[UseStretch], name: str, w: Writer) -> UseRow:
    windows, amount = total(each.windows for each in stretches), total(each.amount for each in stretches)
    return UseRow(name, "", w.words.number(windows), "", _numbers(_held(stretches), w), w.amount(amount))


def _held(stretches: Sequence[UseStretch]) -> tuple[Number, ...]:
    """How much there is at each price, all times together."""
    return tuple(total(each) for each in zip(*(stretch.parts for stretch in stretches), strict=True))


def _numbers(values: Sequence[Number], w: Writer) -> tuple[str, ...]:
    """Quantities; none of it is an empty cell."""
    return tuple(w.words.number(value) if value else "" for value in values)


def _windows_name(window: str, w: Writer) -> str:
    return {"hour": w.say("Hours"), "day": w.say("Days"), "month": w.say("Months")}.get(window, w.say("Times"))
