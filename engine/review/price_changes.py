"""Which prices an edit changed: for each item, spec, mode, currency, period and customer the price in force on every date that either book names.

A new price takes the place of the one that the old book had in force on its date; one that was edited in place is told from one that was
superseded. Source: rule language, 3.1; authoring, Diff and impact.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from engine.model.book import PriceBook
from engine.model.prices import Charge, Flat, Graduated, Package, Percentage, PerUnit, PriceEntry, Tier, Volume
from engine.pricing.resolution import prices_in_force
from engine.review.revision import Kind, Promise, Reach, RuleChange, increase
from engine.values.exact import ONE, ZERO, Number, exact, plain
from engine.values.periods import after
from engine.values.spans import NOWHERE, Origin


class PriceOf(NamedTuple):
    """What a price is for; entries of one supersede each other. `per` is None for a use without a time, and for what ends a sale."""

    billing_mode: str
    item: str
    spec: str | None
    currency: str
    per: str | None
    when: tuple[tuple[str, tuple[str, ...]], ...]


class Cell(NamedTuple):
    """One number of a price: what it is, of which charge of its kind, and above which quantity it holds, up to which."""

    what: str
    charge: int = 0
    above: Number | None = None
    upto: Number | None = None


class Value(NamedTuple):
    """The number or word of a cell, and where it stands."""

    kind: Kind
    value: Number | str
    origin: Origin


NONE = Value("word", "", NOWHERE)


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
            plain = tuple({cell: value.value for cell, value in _cells(entry).items()} if entry is not None else {} for entry in side)
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
    if was is not None and comes is not None and _models(was) != _models(comes):
        # Of another kind of price no number is that of the one before: it is told as a whole.
        yield RuleChange(
            "changed", _path(key), "price", "word", price_words(was), price_words(comes), key.currency, key.per, when=key.when, reach=reach,
            breaks=_broken(book, was, comes, ending, date, at, (ZERO, ONE)), origin=comes.origin,
        )  # fmt: skip
        return
    before, now = (_cells(entry) if entry is not None else {} for entry in (was, comes))
    for cell, one, other in _sides(before, now):
        if (was is None or comes is None) and (one or other or NONE).kind == "word":
            continue  # a price that comes or goes is told by its numbers
        was_value, value = (each.value if each is not None else None for each in (one, other))
        numbers = [None if each is None or isinstance(each, str) else exact(each) for each in (was_value, value)]
        yield RuleChange(
            "added" if was is None else "removed" if comes is None else "changed", _path(key), cell.what, (other or one or NONE).kind, was_value, value,
            currency=key.currency, per=key.per, unit=book.items[key.item].unit if key.item in book.items else None, above=cell.above, upto=cell.upto,
            when=key.when, paid=increase(*numbers) if cell.what in PRICES else None, reach=reach,
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


# --- the numbers of a price -----------------------------------------------------------------------------------------------------

PRICES = ("unit-price", "flat", "package-price", "tier", "tier-flat", "tier-package", "rate", "per-event", "minimum", "maximum", "net-minimum", "net-maximum")
"""Cells of which more means that more is paid."""


def _models(entry: PriceEntry) -> list[str]:
    return sorted(type(charge.model).__name__ for charge in entry.charges)


def price_words(entry: PriceEntry) -> str:
    """A price as a whole: `10.00 each`, `9.00 for 10`, `graduated: 2.40 up to 100, then 2.10`."""
    return " + ".join(_charge_words(charge) for charge in entry.charges)


def _charge_words(charge: Charge) -> str:
    free = f", {plain(charge.allowance)} free{_terms_words(charge)}" if charge.allowance is not None else ""
    match charge.model:
        case PerUnit(unit_price):
            return f"{unit_price:f} each{free}"
        case Flat(amount):
            return f"{amount:f} flat{free}"
        case Package(size, price):
            return f"{price:f} for {plain(size)}{free}"
        case Percentage(rate):
            return f"{plain(exact(rate) * 100)}%{free}"
    return f"{type(charge.model).__name__.lower()}: {', '.join(_tier_words(tier, charge.tiers[0] is tier) for tier in charge.tiers)}{free}"


def _terms_words(charge: Charge) -> str:
    """How an allowance is shared, ends or is carried over: ` over account, for 12 months`."""
    terms = charge.terms
    if terms is None:
        return ""
    said = [f"across {terms.across}"] if terms.across is not None else []
    said += [f"over {terms.over}"] if terms.over == "account" else []
    said += [f"for {terms.lasts}"] if terms.lasts is not None else []
    said += [f"carried over for {terms.carry_over}"] if terms.carry_over is not None else []
    return f" {', '.join(said)}"


def _tier_words(tier: Tier, first: bool) -> str:
    parts = [f"{tier.unit_price:f}"] if tier.unit_price is not None else []
    parts += [f"{tier.package.price:f} for {plain(tier.package.size)}"] if tier.package is not None else []
    parts += [f"{tier.flat:f} flat"] if tier.flat is not None else []
    upto = f"{' up to' if tier.includes_bound else ' below'} {plain(tier.bound)}" if tier.bound is not None else ""
    return f"{'' if first or upto else 'then '}{' and '.join(parts)}{upto}"


def _cells(entry: PriceEntry) -> dict[Cell, Value]:
    found: dict[Cell, Value] = {}
    kinds: dict[str, int] = {}
    for charge in entry.charges:
        name = type(charge.model).__name__
        kinds[name] = kinds.get(name, -1) + 1
        for what, above, kind, value, origin in _numbers(charge):
            found[Cell(what, kinds[name], above)] = Value(kind, value, origin)
    return found


Row = tuple[str, Number | None, Kind, Number | str, Origin]


def _numbers(charge: Charge) -> Iterator[Row]:
    place = charge.place_of
    match charge.model:
        case PerUnit(unit_price):
            yield ("unit-price", None, "amount", unit_price, place("unit_price"))
        case Flat(amount):
            yield ("flat", None, "amount", amount, place("amount"))
        case Package(size, price, part):
            yield ("package-price", None, "amount", price, place("price"))
            yield ("package-size", None, "quantity", size, place("size"))
            yield ("part-package", None, "word", part, place("part_package"))
        case Percentage(rate, per_event, minimum, maximum):
            yield ("rate", None, "ratio", rate, place("rate"))
            yield from _given(("per-event", per_event), ("minimum", minimum), ("maximum", maximum), charge=charge)
        case Graduated(tiers) | Volume(tiers):
            yield ("model", None, "word", type(charge.model).__name__.lower(), charge.origin)
            yield from _tiers(tiers)
    if charge.allowance is not None:
        yield ("allowance", None, "quantity", charge.allowance, place("allowance"))
    if charge.terms is not None:
        for name in ("across", "over", "lasts", "carry_over"):
            yield (f"allowance-{name.replace('_', '-')}", None, "word", str(getattr(charge.terms, name) or ""), place("allowance"))
    yield from _given(("minimum", charge.minimum), ("maximum", charge.maximum), charge=charge)
    bounds = (("minimum", charge.net_minimum), ("maximum", charge.net_maximum))
    yield from ((f"net-{name}", None, "amount", net, place(name)) for name, net in bounds if net is not None)
    yield ("at-zero", None, "word", charge.at_zero, place("at_zero"))
    yield ("applies-to", None, "word", charge.applies_to, place("applies_to"))


def _given(*numbers: tuple[str, Number | None], charge: Charge) -> Iterator[Row]:
    for what, value in numbers:
        if value is not None:
            yield (what, None, "amount", value, charge.place_of(what.replace("-", "_")))


def _tiers(tiers: Sequence[Tier]) -> Iterator[Row]:
    above: Number = ZERO
    for tier in tiers:
        if tier.unit_price is not None:
            yield ("tier", above, "amount", tier.unit_price, tier.price_origin)
        if tier.package is not None:
            yield ("tier-package", above, "amount", tier.package.price, tier.price_origin)
            yield ("package-size", above, "quantity", tier.package.size, tier.origin)
        if tier.flat is not None:
            yield ("tier-flat", above, "amount", tier.flat, tier.origin)
        above = tier.bound if tier.bound is not None else above
