"""What a billing mode sells and has no price for: never, or not in a currency, at a time or for a customer for whom it sells the rest.

An item that every order must hold, or choose among others, is an error: orders of the mode would be refused. Of other items it is a
warning. `withdrawn` ends sale on purpose and is none. Source: rule language, 3.1; second version, 1.7.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from math import prod

from engine.diagnostics import Label, references
from engine.language.build.context import Build
from engine.language.build.node import Node
from engine.model.book import BillingMode, ModeItem, PriceBook
from engine.model.prices import PriceEntry
from engine.values.periods import local_date
from engine.values.spans import dotted

MOST_CUSTOMERS = 256  # combinations of attributes that are tried for one item


def check(build: Build, book: PriceBook, entries: list[Node]) -> None:
    """Reports what is sold without a price, in a book without other errors."""
    if any(each.severity == "error" for each in build.found) or build.flawed:
        return  # a price may be among what could not be built
    priced = {(entry.billing_mode, entry.item, entry.spec) for entry in book.prices}
    for mode in book.billing_modes.values():
        needed = {name for choice in _choices(build, mode) for name in choice}
        whole: list[ModeItem] = []
        for sold in mode.items:
            specs: list[str | None] = [spec.id for spec in book.items[sold.item].specs] or [None]
            missing = [spec for spec in specs if (mode.id, sold.item, spec) not in priced]
            if len(missing) == len(specs):
                whole.append(sold)
            elif missing:
                _report_specs(build, mode, sold, missing, sold.item in needed, entries)
        if whole:
            _report_items(build, mode, whole, any(sold.item in needed for sold in whole), entries)
        else:
            _check_gaps(build, book, mode)


def _choices(build: Build, mode: BillingMode) -> Iterator[tuple[str, ...]]:
    """What every order of the mode must hold: one item of each of these."""
    yield from ((sold.item,) for sold in mode.items if sold.presence == "required")
    yield from (build.groups[group] for group, presence in mode.groups.items() if presence == "required")
    yield from mode.one_of


# ------------------------------------------------------------------------------------------------------------- without any price


def _report_specs(build: Build, mode: BillingMode, sold: ModeItem, missing: list[str | None], needed: bool, entries: list[Node]) -> None:
    """Reports specs without a price at the entry that prices the other specs."""
    item, which = sold.item, _listed(f"`{spec}`" for spec in missing)
    prices = [node.at("items") for node in entries if _prices_items(node, mode.id)]
    node = next((each.at(item) for each in prices if isinstance(each.mapping.get(item), dict)), None)
    place, where = build.places.span(sold.origin), "here" if node is not None else "in `prices`"
    build.report(
        references.REQUIRED_WITHOUT_PRICE if needed else references.ITEM_WITHOUT_PRICE,
        f"`{mode.id}` sells {which} of `{item}`, but there is no price for {_it(missing)}",
        node.key_span() if node is not None else place,
        path=node.dotted() if node is not None else dotted(sold.origin.path),
        labels=(Label(place, "sold here"),) if node is not None and place is not None else (),
        names=(mode.id, item),
        help=f"add `{missing[0]}: ...` below `{item}` {where}, with its price, or take {which} out of the item",
    )


def _report_items(build: Build, mode: BillingMode, whole: list[ModeItem], needed: bool, entries: list[Node]) -> None:
    """Reports items without a price: a single one at the entry into which its price belongs, several at the mode."""
    names = [sold.item for sold in whole]
    which, place = _listed(f"`{name}`" for name in names), build.places.span(whole[0].origin)
    node = next((node.at("items") for node in entries if _prices_items(node, mode.id)), None)
    out = f"or take {which} out of the mode"
    if node is None:
        remedy = f"add an entry under `prices` with `billing_mode: {mode.id}` and the price of {which}, {out}"
    elif len(whole) == 1:
        remedy = f"add `{names[0]}: ...` below `items` here, with its price, {out}"
    else:
        remedy = f"add their prices to the entries of `{mode.id}` under `prices`, {out}; if they were there, a file is missing"
    entry = node if len(whole) == 1 else None
    labels = (Label(place, "sold here"),) if entry is not None and place is not None else ()
    build.report(
        references.REQUIRED_WITHOUT_PRICE if needed else references.ITEM_WITHOUT_PRICE,
        f"`{mode.id}` sells {which}, but there is no price for {_it(names)}",
        entry.key_span() if entry is not None else place,
        path=entry.dotted() if entry is not None else dotted(whole[0].origin.path),
        labels=labels,
        names=(mode.id, *names),
        help=remedy,
    )


def _prices_items(node: Node, mode: str) -> bool:
    """Whether a dated entry prices items of the mode for everybody."""
    if node.mapping.get("billing_mode") != mode or node.get("when") is not None:
        return False
    return isinstance(node.mapping.get("items"), dict)


def _it(names: Sequence[str | None]) -> str:
    return "it" if len(names) == 1 else "them"


def _listed(names: Iterable[str]) -> str:
    quoted = list(names)
    shown = quoted if len(quoted) <= 6 else [*quoted[:5], f"{len(quoted) - 5} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


# ------------------------------------------------------------------------------------- without a price where the rest has one


@dataclass(frozen=True, slots=True)
class _Held:
    """For whom and how long a price holds: the attributes that it names, and [start, end)."""

    entry: PriceEntry
    start: datetime
    end: datetime | None

    def covers(self, at: datetime, customer: dict[str, str | None]) -> bool:
        """Whether it holds at `at` for the customer; attributes that the customer leaves open may be anything."""
        if at < self.start or (self.end is not None and at >= self.end):
            return False
        return all(name not in customer or customer[name] in values for name, values in self.entry.conditions.when.items())


def _check_gaps(build: Build, book: PriceBook, mode: BillingMode) -> None:
    """Reports the first order of the mode for which it sells something, but has no price for what the order must hold."""
    own = [entry for entry in book.prices if entry.billing_mode == mode.id]
    for choice in _choices(build, mode):
        of_choice = [entry for entry in own if entry.item in choice]
        others = [entry for entry in own if entry.item not in choice]
        for currency in dict.fromkeys(entry.currency for entry in others if not entry.withdrawn):
            in_it = [each for each in of_choice if each.currency == currency]
            if _report_gap(build, mode, choice, in_it, _holding(others, currency), currency):
                break


def _holding(entries: Iterable[PriceEntry], currency: str) -> list[_Held]:
    """How long each price holds: to its `until`, or to the withdrawal of what it prices."""
    same = [entry for entry in entries if entry.currency == currency]
    ended = {(each.item, each.spec): each.conditions.start for each in same if each.withdrawn}
    held = []
    for entry in same:
        ends = (entry.conditions.until, ended.get((entry.item, entry.spec)))
        later = [each for each in ends if each is not None and each > entry.conditions.start]
        if not entry.withdrawn:
            held.append(_Held(entry, entry.conditions.start, min(later, default=None)))
    return held


def _report_gap(build: Build, mode: BillingMode, choice: tuple[str, ...], entries: list[PriceEntry], others: list[_Held], currency: str) -> bool:
    # Whatever stands at a withdrawal or after it is without a price on purpose.
    held = [_Held(each, each.conditions.start, None if each.withdrawn else each.conditions.until) for each in entries]
    days = sorted({each.start for each in (*held, *others)} | {each.end for each in held if each.end is not None})
    for customer in _customers(build, [each.entry for each in held]):
        for day in days:
            other = next((each for each in others if each.covers(day, customer)), None)
            if other is not None and not any(each.covers(day, customer) for each in held):
                _say_gap(build, mode, choice, held, other, day, customer, currency)
                return True
    return False


def _customers(build: Build, entries: list[PriceEntry]) -> Iterator[dict[str, str | None]]:
    """Every kind of customer that the prices tell apart: each value of the attributes that they name, and None for one without it."""
    named: dict[str, dict[str | None, None]] = {}
    for entry in entries:
        for name, values in entry.conditions.when.items():
            found = named.setdefault(name, dict.fromkeys(_known_values(build, name)))
            if name != "customer":
                found.update(dict.fromkeys(values))
    if prod(len(values) for values in named.values()) <= MOST_CUSTOMERS:
        yield from (dict(zip(named, values, strict=True)) for values in product(*named.values()))


def _known_values(build: Build, name: str) -> list[str | None]:
    """The values that the book lists; None where a customer may well be without one. Orders and records name theirs each time."""
    declared = build.attributes.get(name)
    if declared is None:
        return [None] if name == "customer" else ["true", "false"] if name == "business" else []
    return [*([None] if declared.source == "customer" else []), *declared.values]


def _say_gap(
    build: Build, mode: BillingMode, choice: tuple[str, ...], held: list[_Held], other: _Held, day: datetime, customer: dict[str, str | None], currency: str,
) -> None:  # fmt: skip
    which = f"`{choice[0]}`" if len(choice) == 1 else f"one of {_listed(f'`{name}`' for name in choice)}"
    item, when = f"`{other.entry.item}`", ""
    if not held:
        when, remedy = f"in {currency}", f"price it in {currency} too, or write the other prices in the currency of its own"
    elif all(each.start > day for each in held):
        first = min(held, key=lambda each: each.start)
        when = f"before {local_date(first.start, build.zone)}"
        remedy = f"let its price begin on {local_date(day, build.zone)}, as that of {item} does, or let both begin later"
    elif any(each.end is not None and each.end <= day for each in held):
        when = f"from {local_date(day, build.zone)} on"
        remedy = "add an entry that begins on that day, or write `withdrawn` on it if sale ends on purpose"
    else:
        when = f"for {_named(customer)}"
        remedy = "add its price for everybody, without `when`, or give the other prices of the mode the same `when`"
    at = held[0].entry.origin if held else next(each.origin for each in mode.items if each.item == choice[0])
    label = build.places.span(other.entry.origin)
    build.report(
        references.REQUIRED_WITHOUT_PRICE,
        f"`{mode.id}` requires {which}, but {when} there is no price for it, while {item} has one",
        build.places.span(at),
        path=dotted(at.path),
        labels=(Label(label, f"{item} is sold"),) if label is not None else (),
        names=(mode.id, *choice),
        help=remedy,
    )


def _named(customer: dict[str, str | None]) -> str:
    said = {name: f"`{name}: {value}`" if value else f"customers without `{name}`" for name, value in customer.items()}
    return _listed((said | {"customer": "customers that no price names"} if "customer" in said else said).values())
