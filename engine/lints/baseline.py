"""What an edit does to what the book sold and promised before: family C. Source: authoring, Semantic checks worth having.

Contract: two books in, findings about the new one out, as of a day that the caller names; each tells what stood before, and where.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.diagnostics import CodeInfo, Diagnostic, report
from engine.diagnostics import baseline as codes
from engine.diagnostics.limits import at_most
from engine.diagnostics.record import sorted_diagnostics
from engine.language.build.places import Places
from engine.lints.history import said
from engine.lints.policies import percent
from engine.lints.wording import amount, dotted
from engine.model.book import PriceBook
from engine.review.price_changes import price_changes
from engine.review.price_numbers import PRICED
from engine.review.revision import RuleChange
from engine.values.exact import Number, plain, round_number
from engine.values.periods import local_date
from engine.values.spans import Origin, Span

OF_EDITS = frozenset(info.code for info in vars(codes).values() if isinstance(info, CodeInfo))
"""The codes of what only a comparison finds."""
DEFAULT_INCREASE = Decimal("0.10")
"""By how much a price may rise where nobody says another limit: what yearly adjustments rarely pass."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The book as it was, the day on which the edit is looked at (a UTC instant), and by how much a price may rise (0.10 is 10%)."""

    book: PriceBook
    at: datetime
    most: Decimal = DEFAULT_INCREASE


def lint_edit(book: PriceBook, places: Places, earlier: Earlier) -> tuple[Diagnostic, ...]:
    """Every finding about what became of the earlier book, sorted."""
    renamed = dict(_renamed(earlier.book, book))
    found = (*_renames(places, renamed), *_removed(book, places, earlier, renamed), *_payments(book, places, earlier), *_prices(book, places, earlier))
    return tuple(sorted_diagnostics(at_most(found, "warning")))


# --- ids ------------------------------------------------------------------------------------------------------------------------

Named = tuple[str, ...]
"""A section and an id in it; of a spec its item's between them."""


def _sections(book: PriceBook) -> Iterator[tuple[Named, Mapping[str, Any]]]:
    yield ("items",), book.items
    yield ("billing_modes",), book.billing_modes
    yield ("discounts",), book.discounts
    for item in book.items.values():
        yield ("items", item.id, "specs"), {spec.id: spec for spec in item.specs}


def _renamed(old: PriceBook, new: PriceBook) -> Iterator[tuple[Named, tuple[Any, Any]]]:
    """What is gone and what is the same but for its id: by where it stood, the record before and the one now."""
    before = dict(_sections(old))
    for section, now in _sections(new):
        gone = {name: each for name, each in before.get(section, {}).items() if name not in now}
        come = {name: each for name, each in now.items() if name not in before.get(section, {})}
        for name, each in gone.items():
            same = [other for other in come.values() if _alike(each, other)]
            if len(same) == 1:
                yield (*section, name), (each, same[0])


def _alike(one: Any, other: Any) -> bool:
    """Whether two records say the same, wherever they stand and whatever their ids are."""
    if isinstance(one, Origin):
        return True
    if is_dataclass(one) and not isinstance(one, type):
        return type(one) is type(other) and all(each.name == "id" or _alike(getattr(one, each.name), getattr(other, each.name)) for each in fields(one))
    if isinstance(one, tuple):
        return isinstance(other, tuple) and len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, Mapping):
        return isinstance(other, Mapping) and one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    return bool(one == other)


def _renames(places: Places, renamed: Mapping[Named, tuple[Any, Any]]) -> Iterator[Diagnostic]:
    for where, (before, now) in renamed.items():
        yield report(
            codes.ID_RENAMED,
            f"`{where[-1]}` is now `{now.id}`: what customers have is named by the old id",
            places.span(now.origin),
            path=dotted(now.origin),
            notes=(_stood(before.origin, f"`{before.id}`"),),
            names=(before.id, now.id),
            meant=before.id,
            help=f"write `{before.id}` again, and give it another `title`, if the name alone was meant",
        )


# --- what is sold ---------------------------------------------------------------------------------------------------------------


def _removed(book: PriceBook, places: Places, earlier: Earlier, renamed: Mapping[Named, tuple[Any, Any]]) -> Iterator[Diagnostic]:
    """What had a price on the day or later, and is in no mode, item or price any more."""
    told: set[tuple[str, ...]] = set()
    for entry in earlier.book.prices:
        if entry.withdrawn or (entry.conditions.until is not None and entry.conditions.until <= earlier.at):
            continue
        gone, span, origin = _gone(book, places, entry.billing_mode, entry.item, entry.spec)
        named = ("billing_modes", entry.billing_mode), ("items", entry.item), ("items", entry.item, "specs", entry.spec or "")
        if gone and gone not in told and not any(each in renamed for each in named):
            told.add(gone)
            yield report(
                codes.REMOVED_WHILE_SOLD,
                f"`{gone[-1]}` was on sale{f' in `{gone[0]}`' if len(gone) > 1 else ''}, and is gone from the book",
                span,
                path=dotted(origin),
                notes=(_stood(entry.origin, said(entry)),),
                names=(gone[-1],),
                help="bring it back, and end its sale with a `prices` entry that has a date and `withdrawn`",
            )


Gone = tuple[tuple[str, ...], Span | None, Origin]


def _gone(book: PriceBook, places: Places, mode: str, item: str, spec: str | None) -> Gone:
    """What of a price that was on sale the new book no longer has, and where it is missed; nothing where it has all."""
    if mode not in book.billing_modes:
        return (mode,), places.span(book.origin), book.origin
    sold = book.billing_modes[mode]
    if item not in {each.item for each in sold.items}:
        return (mode, item), places.nearest(sold.origin, "items"), sold.origin
    record = book.items[item]
    if spec is not None and spec not in {each.id for each in record.specs}:
        return (mode, spec), places.nearest(record.origin, "specs"), record.origin
    return (), None, book.origin


def _payments(book: PriceBook, places: Places, earlier: Earlier) -> Iterator[Diagnostic]:
    """Modes, and items in them, that are paid in advance where they were paid afterwards, or the other way round."""
    for mode in book.billing_modes.values():
        before = earlier.book.billing_modes.get(mode.id)
        if before is None:
            continue
        others = {each.item: each for each in before.items}
        changed = [(mode.id, before.payment, mode.payment, before.origin, mode.origin)] if before.payment != mode.payment else []
        changed += [
            (f"{mode.id}` of `{each.item}", others[each.item].payment, each.payment, others[each.item].origin, each.origin)
            for each in mode.items
            if each.item in others and others[each.item].payment != each.payment and not changed
        ]
        for name, was, now, stood, origin in changed:
            yield report(
                codes.PAYMENT_CHANGED,
                f"`{name}` was {was}, and is now {now}",
                places.nearest(origin, "payment"),
                path=dotted(origin, "payment"),
                notes=(_stood(stood, f"`payment: {was}`"),),
                help=f"write `payment: {was}`, and sell the other way in a new billing mode with an id of its own",
            )


# --- prices ---------------------------------------------------------------------------------------------------------------------


def _prices(book: PriceBook, places: Places, earlier: Earlier) -> Iterator[Diagnostic]:
    for change in price_changes(earlier.book, book, earlier.at):
        gone, _, _ = _gone(book, places, change.path[1], change.path[2], change.path[3] if len(change.path) > 3 else None)
        if gone:
            continue
        if change.breaks in ("edited", "backdated", "withdrawn") and change.what != "running-subscriptions":
            yield _edited(book, places, change)
        if change.paid is not None and change.paid > earlier.most:
            yield _increase(places, change, earlier.most)


def _edited(book: PriceBook, places: Places, change: RuleChange) -> Diagnostic:
    name, since = change.path[-1], change.reach.since
    begun = f" since {local_date(since, book.zone)}" if since is not None else ""
    was, now = (_said(value, change.currency) for value in (change.before, change.after))
    sold = next((each for each in book.billing_modes[change.path[1]].items if each.item == change.path[2]), None)
    # What is gone has no place of its own in the new book: it is missed where the item is sold.
    origin = sold.origin if change.after is None and sold is not None else change.origin
    what = f"{was} is gone" if change.after is None else f"{now} is new" if change.before is None else f"{was} is now {now}"
    named = "" if change.kind in PRICED else f"{change.what.replace('-', ' ')} "
    return report(
        codes.BEGUN_PRICE_EDITED,
        f"the price of `{name}`{begun} was edited in place: {named}{what}",
        places.span(origin),
        path=dotted(origin),
        notes=(_stood(change.stood, was or "no price"),),
        help=f"write {was} again, and let a new entry with a later `effective` supersede it" if was else "give the new entry a date that has not passed",
    )


def _increase(places: Places, change: RuleChange, most: Decimal) -> Diagnostic:
    was, now = (_said(value, change.currency) for value in (change.before, change.after))
    risen = percent(round_number(change.paid or 0, 3, "half-up"))  # type: ignore[arg-type]
    return report(
        codes.INCREASE_ABOVE_LIMIT,
        f"`{change.path[-1]}` rises by {risen}, from {was} to {now}; the limit is {percent(most)}",
        places.span(change.origin),
        path=dotted(change.origin),
        notes=(_stood(change.stood, was),),
        help="check the amount; if it is meant, name a higher limit with `--max-increase`",
    )


def _said(value: Number | str | datetime | None, currency: str | None) -> str:
    if value is None or isinstance(value, str | datetime):
        return "" if value is None else str(value)
    return amount(value, currency) if currency else plain(value)


def _stood(origin: Origin, what: str) -> str:
    return f"before: {what}, {origin.label}"
