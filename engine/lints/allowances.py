"""Allowances that are shared with nobody, by prices that say different ones, or that are never gone (rule language, second version, 3.2)."""

from collections.abc import Iterator

from engine.diagnostics import Diagnostic, report
from engine.diagnostics import tiers as codes
from engine.language.build.places import Places
from engine.lints.wording import charges, counted, dotted, labels
from engine.model.book import PriceBook
from engine.model.prices import Charge, PriceEntry
from engine.pricing.apart import kept_apart
from engine.values.exact import ZERO
from engine.values.periods import Duration

FOR_EVER = Duration(months=120)
"""From so long on, what is left is kept as good as for ever."""
DAYS_OF_MONTH = 30


def never_gone(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """What a period leaves of an allowance, kept for ten years or more."""
    for _, charge, item in charges(book):
        kept = charge.terms.carry_over if charge.terms is not None else None
        if kept is None or (kept.months or kept.seconds // (DAYS_OF_MONTH * 86400)) < FOR_EVER.months:
            continue
        yield report(
            codes.NEVER_GONE,
            f"what is left of the allowance of `{item.id}` is kept for {kept}",
            places.nearest(charge.origin, "allowance"),
            path=dotted(charge.origin, "allowance"),
            notes=(f"who uses nothing gets a further {counted(book, charge.allowance or ZERO, item.unit)} in each billing period, and they add up",),
            help="write after how long it is gone, such as `carry_over: 1 month`",
        )


def shared_with_nobody(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """An allowance across attributes, where nothing keeps the item's records apart."""
    for _, charge, item in charges(book):
        if charge.terms is not None and charge.terms.across is not None and not item.specs and not kept_apart(book, item.id):
            yield report(
                codes.SHARED_WITH_NOBODY,
                f"the allowance of `{item.id}` is shared across attributes, and its usage has none that decides anything",
                places.nearest(charge.origin, "allowance"),
                path=dotted(charge.origin, "allowance"),
                help="leave `across` out, or write the price that depends on the attribute",
            )


def differing(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """Prices in force at one time that share an allowance across attributes, and say different ones."""
    told: set[tuple[object, ...]] = set()
    for first, second in _together(book):
        for one, other in zip(first.charges, second.charges, strict=False):
            if not (_shared(one) and _shared(other)) or (one.allowance, one.terms) == (other.allowance, other.terms):
                continue
            key = (one.origin.file, one.origin.path, other.origin.file, other.origin.path)
            if key in told:
                continue
            told.add(key)
            item = book.items[first.item]
            quantities = [counted(book, each.allowance or ZERO, item.unit) for each in (one, other)]
            yield report(
                codes.ALLOWANCES_DIFFER,
                f"prices of `{item.id}` share one allowance, and say different ones",
                places.nearest(other.origin, "allowance"),
                path=dotted(other.origin, "allowance"),
                label=quantities[1],
                labels=labels(places, one.origin, "allowance", text=quantities[0]),
                help="write the same allowance in both, or leave `across` out where each has its own",
            )


def _shared(charge: Charge) -> bool:
    return charge.terms is not None and charge.terms.across is not None


def _together(book: PriceBook) -> Iterator[tuple[PriceEntry, PriceEntry]]:
    """Pairs of prices of one item for different customers, attributes or specs, that are in force at one time."""
    by_item: dict[tuple[object, ...], list[PriceEntry]] = {}
    for entry in book.prices:
        by_item.setdefault((entry.billing_mode, entry.item, entry.currency, entry.per), []).append(entry)
    for entries in by_item.values():
        if not any(_shared(charge) for entry in entries for charge in entry.charges):
            continue
        for day in sorted({entry.conditions.start for entry in entries}):
            found: dict[tuple[object, ...], PriceEntry] = {}
            for entry in sorted(entries, key=lambda each: each.conditions.start):
                ended = entry.conditions.until is not None and entry.conditions.until <= day
                if entry.conditions.start <= day and not ended:
                    found[entry.spec, tuple(sorted(entry.conditions.when.items()))] = entry
            first, *others = found.values()
            yield from ((first, other) for other in others)


CHECKS = (never_gone, shared_with_nobody, differing)
