"""What an account is billed on what its other lines cost: which lines are counted, and on whose bill it stands (second version, 3.5).

Contract: lines in, further lines out; what they cost is computed by pricing. An item is billed once a month for the whole account, on the bill of the
first subscription that holds it in that month, whoever has what is counted.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from engine.billing.due import Due, order_of
from engine.billing.runs import Run
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.pricing.billing_periods import frames, start_of_month
from engine.pricing.fees import FeeLevel
from engine.pricing.indexes import price_index
from engine.pricing.list_amounts import CountedAmounts, Listed, counted_in, is_due
from engine.pricing.windows import Stretch


def counted_since(book: PriceBook, account: Account, runs: Sequence[Run], since: datetime, end: datetime) -> datetime:
    """Since when lines are needed for what is billed since an instant: the month is counted that holds it, where anything is held of what counts."""
    if not any(_levels(book, account, run, item) for item in price_index(book).on_amounts for run in runs):
        return since
    return start_of_month(since, book.zone) if any(month[1] <= end for month in frames("month", since, end, book.zone)) else since


def due_on_amounts(book: PriceBook, account: Account, runs: Sequence[Run], lines: Sequence[Due], start: datetime, end: datetime) -> Iterator[Due]:
    """What is billed on the list amounts of the `lines`, for each month that ends in a bill for [start, end), each after all that it counts."""
    listed: list[Listed] = []
    items = frozenset[str]().union(*price_index(book).on_amounts.values())
    for each in lines:
        if each.line.item.id in items:
            listed.append((each.period, each.line.item.id, each.rated(book, order_of(account, runs[each.owner]), runs[each.owner]).list_amount))
    for item, counted in price_index(book).on_amounts.items():
        for month in frames("month", start, end, book.zone):
            number, levels = next(((number, levels) for number, run in enumerate(runs) if (levels := _held(book, account, run, item, month))), (0, []))
            if not levels or not start < month[1] <= end:
                continue
            amounts = CountedAmounts(month, counted_in(month, counted, listed), levels[0].start, 0)
            due = _due(book, number, runs[number], max(levels, key=lambda level: level.height), amounts)
            rated = due.rated(book, order_of(account, runs[number]), runs[number])
            if is_due(rated):
                listed.append((month, item, rated.list_amount))
                yield due


def _levels(book: PriceBook, account: Account, run: Run, item: str) -> list[FeeLevel]:
    """Since when the run holds the item; nothing of one that is billed in another currency."""
    return [level for level in run.fees if level.line.item.id == item] if book.items[item].unit == account.currency else []


def _held(book: PriceBook, account: Account, run: Run, item: str, month: Stretch) -> list[FeeLevel]:
    return [level for level in _levels(book, account, run, item) if level.within(month)]


def _due(book: PriceBook, number: int, run: Run, level: FeeLevel, counted: CountedAmounts) -> Due:
    position = next(place for place, each in enumerate(book.billing_modes[run.mode].items) if each.item == level.line.item.id)
    return Due(number, (number, position, counted.month[0], level.line.rung, ()), level.line, counted, run.running, counted.month)
