"""Prices in time: increases without notice, and prices that end with none after them. Source: authoring, family D."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import accumulate, pairwise

from engine.diagnostics import Diagnostic, report
from engine.diagnostics import dates as codes
from engine.language.build.places import Places
from engine.lints.history import quantities, representative, sequences
from engine.lints.wording import amount, counted, dotted, labels
from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.model.prices import PriceEntry
from engine.values.exact import Number
from engine.values.money import withdrawn_on
from engine.values.periods import after, begins_day, local_date
from engine.values.spans import Origin

FOR_EVER = datetime.max.replace(tzinfo=UTC)
MOST_RATED = 100_000
"""Tiers that are rated to find an increase; when so many have been, the further prices are compared at one quantity each."""
MOST_HELD = 1_000_000
"""Prices of one thing times their different `when`s up to which each is held against all; beyond, against those with its own or none."""


def notice(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """An increase that is announced inside the notice that the book promises, or not at all."""
    if book.price_notice is None:
        return
    said: set[Origin] = set()
    left = MOST_RATED
    for entries in sequences(book):
        for earlier, later in pairwise(entries):
            points = quantities([earlier, later])
            points = points[: max(1, left // len(points))]
            left -= len(points) ** 2
            increase = _increase(book, earlier, later, points)
            start = later.conditions.start
            same_day = earlier.conditions.start == start
            told_later = later.announced is not None and later.announced > start
            if increase is None or same_day or told_later or later.origin in said:
                continue
            promised = later.announced and after(later.announced, book.price_notice, book.zone)
            if promised is None or promised > start:
                said.add(later.origin)
                yield _late(book, places, earlier, later, increase)


def _increase(book: PriceBook, earlier: PriceEntry, later: PriceEntry, points: Iterable[Number]) -> str | None:
    for quantity in points:
        old, new = representative(earlier, quantity), representative(later, quantity)
        if new > old:
            unit = book.items[later.item].unit
            return f"{counted(book, quantity, unit)}: {amount(old, later.currency)} before, {amount(new, later.currency)} after"
    return None


def _late(book: PriceBook, places: Places, earlier: PriceEntry, later: PriceEntry, increase: str) -> Diagnostic:
    what = f"`{later.spec or later.item}` gets dearer on {local_date(later.conditions.start, book.zone)}"
    if later.announced is None:
        info, message, remedy = (
            codes.NEVER_ANNOUNCED,
            f"{what}, and no `announced` says when customers were told",
            "add `announced:` with the day of the announcement",
        )
    else:
        info = codes.INSIDE_NOTICE
        message = f"{what}, but was announced only on {local_date(later.announced, book.zone)}"
        promise = places.written(book.origin, "price_notice") or book.price_notice
        remedy = f"the book promises {promise}: move `effective`, or announce it earlier"
    return report(
        info,
        message,
        places.span(later.origin),
        path=dotted(later.origin),
        labels=labels(places, earlier.origin, text="the price before"),
        notes=(increase,),
        help=remedy,
    )


def successor(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A price with `until`, after which the item has none."""
    groups: dict[tuple[object, ...], list[PriceEntry]] = {}
    for entry in book.prices:
        groups.setdefault((entry.billing_mode, entry.item, entry.spec, entry.currency), []).append(entry)
    for entries in groups.values():
        alike: dict[frozenset[tuple[str, tuple[str, ...]]], list[PriceEntry]] = {}
        for entry in entries:
            alike.setdefault(frozenset(entry.conditions.when.items()), []).append(entry)
        following = {when: _Following(each) for when, each in alike.items()}
        few = len(alike) * len(entries) <= MOST_HELD
        for entry in entries:
            end, when = entry.conditions.until, frozenset(entry.conditions.when.items())
            others = following if few else {each: following[each] for each in (when, frozenset()) if each in following}
            if (
                end is not None
                and not _ends_with_its_money(book, entry, end)
                and not any(each.holds(end) and _covers(dict(other), entry) for other, each in others.items())
            ):
                begins = min(
                    (day for other, each in others.items() if _covers(dict(other), entry) and (day := each.next(end)) is not None), key=_start, default=None
                )
                yield _gap(book, places, entry, end, begins)


def _ends_with_its_money(book: PriceBook, entry: PriceEntry, end: datetime) -> bool:
    """Whether a price ends because its currency was withdrawn: none in it can follow."""
    return local_date(end, book.zone) == withdrawn_on(entry.currency)


def _gap(book: PriceBook, places: Places, entry: PriceEntry, end: datetime, begins: PriceEntry | None) -> Diagnostic:
    what, day = f"there is no price for `{entry.spec or entry.item}`", local_date(end, book.zone)
    if begins is None:
        return report(
            codes.ENDS_WITHOUT_SUCCESSOR,
            f"from {day} {what}",
            places.span(entry.origin),
            path=dotted(entry.origin),
            help="add an entry that begins on that day, or write `withdrawn` on it if sale ends on purpose",
        )
    start = begins.conditions.start
    return report(
        codes.GAP,
        f"from {day} until {local_date(start, book.zone)} {what}",
        places.span(begins.origin),
        path=dotted(begins.origin),
        labels=labels(places, entry.origin, text="the price before"),
        notes=(f"{(start - end).days:,} days on which an order is refused",),
        help=f"write `effective: {day}`, or add an entry for the days between",
    )


class _Following:
    """Prices for the same customers, in order of time: whether one of them holds at an instant."""

    def __init__(self, entries: list[PriceEntry]) -> None:
        self._entries = sorted(entries, key=lambda each: (_start(each), each.conditions.until or FOR_EVER))
        self._starts = [_start(each) for each in self._entries]
        self._ends = list(accumulate((each.conditions.until or FOR_EVER for each in self._entries), max))

    def holds(self, instant: datetime) -> bool:
        """Whether one has begun by then and has not ended."""
        begun = bisect_right(self._starts, instant)
        return begun > 0 and self._ends[begun - 1] > instant

    def next(self, instant: datetime) -> PriceEntry | None:
        """The first that begins after the instant; None where none does, or where that one ends the sale."""
        begun = bisect_right(self._starts, instant)
        found = self._entries[begun] if begun < len(self._entries) else None
        return None if found is None or found.withdrawn else found


def _start(entry: PriceEntry) -> datetime:
    return entry.conditions.start


def _covers(when: dict[str, tuple[str, ...]], entry: PriceEntry) -> bool:
    """Whether what asks for `when` is for every order that the entry is for."""
    own = entry.conditions.when
    return all(name in own and set(own[name]) <= set(values) for name, values in when.items())


def boundary(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A new price of a postpaid item that begins inside a month that is invoiced as one."""
    said: set[Origin] = set()
    for entries in sequences(book):
        for entry in entries[1:]:
            mode = book.billing_modes.get(entry.billing_mode)
            monthly = mode is not None and mode.payment == "postpaid" and (mode.invoiced or mode.cycle) == "month"
            day = local_date(entry.conditions.start, book.zone)
            if (
                monthly
                and entry.running_subscriptions == "immediately"
                and not (day.day == 1 and begins_day(entry.conditions.start, book.zone))
                and entry.origin not in said
            ):
                said.add(entry.origin)
                yield report(
                    codes.OFF_BOUNDARY,
                    f"the new price of `{entry.spec or entry.item}` begins on {day}, inside a month of billing",
                    places.span(entry.origin),
                    path=dotted(entry.origin),
                    help="begin on the first of a month, or let it reach running subscriptions at `next-period`",
                )


def before_sale(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """Examples that order before their mode has any price, and expect one."""
    for mode in book.billing_modes:
        entries = [entry for entry in book.prices if entry.billing_mode == mode and entry.conditions.effective is not None]
        if not entries:
            continue
        first = min(entries, key=lambda entry: entry.conditions.start)
        early = [
            each
            for each in book.examples.values()
            if each.expect_error is None and isinstance(each.given, Order)
            if each.given.billing_mode == mode and each.given.at < first.conditions.start
        ]
        if early:
            names = ", ".join(f"`{each.id}`" for each in early[:3]) + (f" and {len(early) - 3} more" if len(early) > 3 else "")
            origin = replace(first.origin, path=first.origin.path[:2])
            yield report(
                codes.EXAMPLES_BEFORE_SALE,
                f"`{mode}` has no price before {local_date(first.conditions.start, book.zone)}, but examples order earlier and expect one",
                places.nearest(origin, "effective"),
                path=dotted(origin, "effective"),
                notes=(f"the first price is of that day, the examples are {names}",),
                help="let the first prices begin earlier, or give the examples a later date",
            )


CHECKS = (notice, successor, boundary, before_sale)
