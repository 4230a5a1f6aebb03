"""Which prices an edit changed: for each item, spec, mode, currency, period and customer the price in force on every date that either book names.

A new price takes the place of the one that the old book had in force on its date; one that was edited in place is told from one that was
superseded. Source: rule language, 3.1; authoring, Diff and impact.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from engine.model.book import PriceBook
from engine.model.prices import PriceEntry
from engine.pricing.resolution import prices_in_force
from engine.review.price_numbers import NONE, PRICED, Cell, Value, cells_of, models, price_words
from engine.review.revision import Promise, Reach, RuleChange, increase
from engine.values.exact import ONE, ZERO, Number, exact
from engine.values.periods import after
from engine.values.spans import NOWHERE


class PriceOf(NamedTuple):
    """What a price is for; entries of one supersede each other. `per` is None for a use without a time, and for what ends a sale."""

    billing_mode: str
    item: str
    spec: str | None
    currency: str
    per: str | None
    when: tuple[tuple[str, tuple[str, ...]], ...]


def price_changes(old: PriceBook, new: PriceBook, at: datetime) -> Iterator[RuleChange]:
    """Every price that is another one, by what it is for and by date; `at` is the day on which the edit is looked at."""
    before, now = _by_what(old), _by_what(new)
    for key in dict.fromkeys((*now, *before)):
        mine, theirs = before.get(key, ()), now.get(key, ())
        said: object = None
        for date in sorted({*_dates(mine), *_dates(theirs)}):
            was, comes = _in_force(mine, date), _in_force(theirs, date)
            # Whoever has no price of his own paid, or pays, the one of all.
            side = (was or _of_all(old, key, date), comes or _of_all(new, key, date))
            plain = tuple({cell: value.value for cell, value in cells_of(entry).items()} if entry is not None else {} for entry in side)
            if plain[0] != plain[1]:
                if plain != said:
                    yield from _compared(new, key, *side, _ending(theirs, date), date, at)
            elif was is not None and comes is not None and was.conditions.effective == comes.conditions.effective:
                yield from _promised(new, key, was, comes, at)
            said = plain if plain[0] != plain[1] else None


def _of_all(book: PriceBook, key: PriceOf, date: datetime) -> PriceEntry | None:
    """The price that somebody with the attributes of the key has without a price for just these; None where the key names none."""
    if not key.when:
        return None
    attributes = {name: values[0] for name, values in key.when}
    found = prices_in_force(book, key.billing_mode, key.item, key.spec, key.currency, date, attributes).entries
    return next((entry for entry in found if entry.per == key.per), None)


def _ending(entries: Sequence[PriceEntry], date: datetime) -> PriceEntry | None:
    """The entry that ends the sale at the instant."""
    ends = [each for each in entries if each.withdrawn and each.conditions.start <= date]
    return max(ends, key=lambda each: each.conditions.start, default=None)


def _promised(book: PriceBook, key: PriceOf, was: PriceEntry, comes: PriceEntry, at: datetime) -> Iterator[RuleChange]:
    """What an entry says besides its price: whom it reaches, and when it was announced."""
    since, begun = comes.conditions.effective, comes.conditions.start <= at
    reach = Reach(since, comes.running_subscriptions)
    if was.running_subscriptions != comes.running_subscriptions:
        yield RuleChange(
            "changed", _path(key), "running-subscriptions", "word", was.running_subscriptions, comes.running_subscriptions, key.currency, key.per,
            when=key.when, reach=reach, breaks="edited" if begun else None, origin=comes.origin,
        )  # fmt: skip
    if was.announced != comes.announced:
        late = not begun and _announced_late(book, comes, comes.conditions.start)
        yield RuleChange(
            "changed", _path(key), "announced", "instant", was.announced, comes.announced, key.currency, key.per, when=key.when, reach=reach,
            breaks="notice" if late else None, origin=comes.origin,
        )  # fmt: skip


def _path(key: PriceOf) -> tuple[str, ...]:
    return ("prices", key.billing_mode, key.item, *([key.spec] if key.spec else []))


def _by_what(book: PriceBook) -> dict[PriceOf, tuple[PriceEntry, ...]]:
    """The entries by what they are for; what ends a sale stands with each price that it ends."""
    found: dict[PriceOf, list[PriceEntry]] = {}
    ends = [entry for entry in book.prices if entry.withdrawn]
    for entry in book.prices:
        if not entry.withdrawn:
            found.setdefault(_key(entry), []).append(entry)
    for entry in ends:
        for key, entries in found.items():
            if key._replace(per=None) == _key(entry):
                entries.append(entry)
    return {key: tuple(entries) for key, entries in found.items()}


def _key(entry: PriceEntry) -> PriceOf:
    when = tuple((name, tuple(values)) for name, values in sorted(entry.conditions.when.items()))
    return PriceOf(entry.billing_mode, entry.item, entry.spec, entry.currency, entry.per, when)


def _dates(entries: Sequence[PriceEntry]) -> Iterator[datetime]:
    for entry in entries:
        yield entry.conditions.start
        if entry.conditions.until is not None:
            yield entry.conditions.until


def _in_force(entries: Sequence[PriceEntry], at: datetime) -> PriceEntry | None:
    """The latest entry that holds at the instant; None where nothing is on sale."""
    holding = [each for each in entries if each.conditions.start <= at and (each.conditions.until is None or at < each.conditions.until)]
    found = max(holding, key=lambda each: each.conditions.start, default=None)
    return None if found is None or found.withdrawn else found


def _compared(
    book: PriceBook, key: PriceOf, was: PriceEntry | None, comes: PriceEntry | None, ending: PriceEntry | None, date: datetime, at: datetime
) -> Iterator[RuleChange]:
    """The numbers that differ between the price that was in force on a date and the one that is now; `ending` ended the sale."""
    place = comes or ending or was
    reach = Reach(_since(comes, date), comes.running_subscriptions if comes is not None else "next-renewal")
    if was is not None and comes is not None and models(was) != models(comes):
        # Of another kind of price no number is that of the one before: it is told as a whole.
        yield RuleChange(
            "changed", _path(key), "price", "word", price_words(was), price_words(comes), key.currency, key.per, when=key.when, reach=reach,
            breaks=_broken(book, was, comes, ending, date, at, (ZERO, ONE)), origin=comes.origin,
        )  # fmt: skip
        return
    before, now = (cells_of(entry) if entry is not None else {} for entry in (was, comes))
    for cell, one, other in _sides(before, now):
        if (was is None or comes is None) and (one or other or NONE).kind == "word":
            continue  # a price that comes or goes is told by its numbers
        was_value, value = (each.value if each is not None else None for each in (one, other))
        numbers = [None if each is None or isinstance(each, str) else exact(each) for each in (was_value, value)]
        yield RuleChange(
            "added" if was is None else "removed" if comes is None else "changed", _path(key), cell.what, (other or one or NONE).kind, was_value, value,
            currency=key.currency, per=key.per, unit=book.items[key.item].unit if key.item in book.items else None, above=cell.above, upto=cell.upto,
            when=key.when, paid=increase(*numbers) if (other or one or NONE).kind in PRICED else None, reach=reach,
            breaks=_broken(book, was, comes, ending, date, at, numbers),
            origin=other.origin if other is not None else place.origin if place is not None else NOWHERE,
            stood=one.origin if one is not None else was.origin if was is not None else NOWHERE,
        )  # fmt: skip


Side = tuple[Cell, Value | None, Value | None]


def _sides(before: Mapping[Cell, Value], now: Mapping[Cell, Value]) -> Iterator[Side]:
    """What differs, cell by cell; of tiers, for each stretch of quantities that one price held before and one holds now."""
    done: set[tuple[str, int]] = set()
    for cell in dict.fromkeys((*now, *before)):
        if cell.above is None:
            one, other = before.get(cell), now.get(cell)
            if one is None or other is None or one.value != other.value:
                yield cell, one, other
        elif (cell.what, cell.charge) not in done:
            done.add((cell.what, cell.charge))
            yield from _stretches(cell, before, now)


def _stretches(of: Cell, before: Mapping[Cell, Value], now: Mapping[Cell, Value]) -> Iterator[Side]:
    starts = sorted({cell.above for cell in (*before, *now) if cell.above is not None and (cell.what, cell.charge) == (of.what, of.charge)})
    found: list[Side] = []
    for above, upto in zip(starts, (*starts[1:], None), strict=True):
        one, other = (_held(cells, of, above) for cells in (before, now))
        if (one.value if one else None) == (other.value if other else None):
            continue
        last = found[-1] if found else None
        if last is not None and last[0].upto == above and last[1:] == (one, other):
            found[-1] = (last[0]._replace(upto=upto), one, other)
        else:
            found.append((Cell(of.what, of.charge, above, upto), one, other))
    yield from found


def _held(cells: Mapping[Cell, Value], of: Cell, above: Number) -> Value | None:
    """The price of the tier in which quantities above `above` lie."""
    below = [cell for cell in cells if (cell.what, cell.charge) == (of.what, of.charge) and cell.above is not None and cell.above <= above]
    return cells[max(below, key=lambda cell: cell.above or ZERO)] if below else None


def _since(entry: PriceEntry | None, date: datetime) -> datetime | None:
    """From when new business pays it; None where the price has no beginning."""
    return None if entry is not None and entry.conditions.effective is None else date


def _announced_late(book: PriceBook, entry: PriceEntry, date: datetime) -> bool:
    """Whether the price is announced later than the book promises."""
    if book.price_notice is None:
        return False
    return entry.announced is None or after(entry.announced, book.price_notice, book.zone) > date


def _broken(
    book: PriceBook, was: PriceEntry | None, comes: PriceEntry | None, ending: PriceEntry | None, date: datetime, at: datetime,
    numbers: Sequence[Number | None],
) -> Promise | None:  # fmt: skip
    """The promise to existing customers that a price does not keep, as of `at`."""
    begun = date <= at
    if comes is None:
        return "withdrawn" if was is not None and begun and ending is None else None
    if was is None:
        return None
    if begun:
        return "edited" if was.conditions.effective == comes.conditions.effective else "backdated"
    rises = numbers[0] is not None and numbers[1] is not None and numbers[1] > numbers[0]
    if rises and _taken_back(book, was, date, at):
        return "announced"
    return "notice" if rises and _announced_late(book, comes, date) else None


def _taken_back(book: PriceBook, was: PriceEntry, date: datetime, at: datetime) -> bool:
    """Whether customers were told of the price that was to begin then, and it is too late by the book's notice to tell them of another one."""
    if book.price_notice is None or was.conditions.effective != date:
        return False
    return was.announced is not None and was.announced <= at and after(at, book.price_notice, book.zone) > date
