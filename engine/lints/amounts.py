"""Amounts that are probably slips: too many decimals, zero, or ten times off. Source: authoring, family M."""

import itertools
from collections.abc import Iterator
from decimal import Decimal

from engine.diagnostics import Diagnostic, documents, report
from engine.diagnostics import money as codes
from engine.language.build.places import Places
from engine.lints.history import TEN_TIMES, ranks, representative, said, sequences
from engine.lints.wording import amount, charges, dotted, labels
from engine.model.book import PriceBook, Spec
from engine.model.policies import AmountOff, Discount
from engine.model.prices import Charge, Flat, Percentage, PriceEntry
from engine.values.exact import ZERO, Number, divide, multiply
from engine.values.money import minor_places, round_money
from engine.values.spans import Origin

MANY_TIMES = Decimal(10**12)
"""More than any price grows from one spec to the next."""


def decimals(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A flat amount, fee or amount off with more decimals than its currency has."""
    for entry, charge, _ in charges(book):
        # What is multiplied by a time or by packages is a rate: its decimals are its own affair.
        for origin, keys, value in _flat_amounts(charge) if entry.per not in ("hour", "day") else ():
            yield from _too_fine(places, origin, keys, value, entry.currency)
    for _, origin, currency, value in _amounts_off(book):
        yield from _too_fine(places, origin, ("amount_off", currency), value, currency)


def _amounts_off(book: PriceBook) -> Iterator[tuple[Discount, Origin, str, Decimal]]:
    """Every amount off: (discount, origin, currency, value)."""
    for discount in book.discounts.values():
        written = [(discount.origin, discount.benefit), *((tier.origin, tier.benefit) for tier in discount.tiers)]
        for origin, benefit in written:
            if isinstance(benefit, AmountOff):
                for currency, value in benefit.amounts.by_currency.items():
                    yield discount, origin, currency, value


def unpriced_currency(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """An amount off in a currency in which the book has no price."""
    priced = sorted({entry.currency for entry in book.prices if not entry.withdrawn})
    for discount, origin, currency, value in _amounts_off(book):
        if priced and currency not in priced:
            listed = " and ".join(priced)
            yield report(
                codes.DISCOUNT_CURRENCY,
                f"`{discount.id}` takes {amount(value, currency)} {currency} off, but nothing is sold in {currency}",
                places.nearest(origin, "amount_off", currency),
                path=dotted(origin, "amount_off", currency),
                notes=(f"every price of the book is in {listed}",),
                help=f"write `amount_off: {{{priced[0]}: ...}}`, or add prices in {currency}",
            )


def unpriced_rounding(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A rounding of the sum to pay in a currency in which the book has no price."""
    priced = sorted({entry.currency for entry in book.prices if not entry.withdrawn})
    for step in book.rounding:
        for currency, value in step.to.by_currency.items() if step.to is not None and priced else ():
            if currency not in priced:
                yield report(
                    codes.ROUNDING_CURRENCY,
                    f"what is paid is rounded to {amount(value, currency)} {currency}, but nothing is sold in {currency}",
                    places.nearest(step.origin, "to", currency),
                    path=dotted(step.origin, "to", currency),
                    notes=(f"every price of the book is in {' and '.join(priced)}",),
                    help=f"write `to: {{{priced[0]}: ...}}`, or add prices in {currency}",
                )


def not_on_sheet(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """An item, or a spec of one, whose prices are all in other currencies than the book's, in which others have theirs."""
    priced: dict[tuple[str, str, str | None], dict[str, PriceEntry]] = {}
    for entry in book.prices:
        if not entry.withdrawn:
            priced.setdefault((entry.billing_mode, entry.item, entry.spec), {}).setdefault(entry.currency, entry)
    if not any(book.currency in found for found in priced.values()):
        return
    for (mode, item, spec), found in priced.items():
        if book.currency not in found:
            currency, entry = next(iter(found.items()))
            yield report(
                documents.NOT_ON_SHEET,
                f"the price sheet, which is in {book.currency}, shows no price of `{spec or item}` in `{mode}`",
                places.span(entry.origin),
                path=dotted(entry.origin),
                notes=(f"its prices are in {' and '.join(sorted(found))}: {said(entry)} {currency}",),
                help=f"add its price in {book.currency}, or take it out of the mode",
            )


def tier_power_of_ten(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A tier whose unit price is ten times that of the tier above it, or a tenth."""
    for entry, charge, item in charges(book):
        tiers = charge.tiers
        told = False
        for position in range(1, len(tiers)):
            old, new = tiers[position - 1].unit_price, tiers[position].unit_price
            if not old or not new:
                told = False
                continue
            far = new >= multiply(old, TEN_TIMES) or old >= multiply(new, TEN_TIMES)
            back, told = far and told, far
            if far and not back:  # the way back from a slip is the same slip
                before, after = amount(old, entry.currency), amount(new, entry.currency)
                yield report(
                    codes.POWER_OF_TEN,
                    f"tier {position + 1} of `{item.id}` costs {after} for each unit, after {before} in tier {position}",
                    places.nearest(tiers[position].origin, "unit_price"),
                    path=dotted(tiers[position].origin, "unit_price"),
                    labels=labels(places, tiers[position - 1].origin, "unit_price", text=before),
                    help="check the decimal point",
                )


def _flat_amounts(charge: Charge) -> Iterator[tuple[Origin, tuple[str, ...], Decimal | None]]:
    model = charge.model
    limits = model if isinstance(model, Percentage) else charge
    yield charge.origin, ("minimum",), limits.minimum
    yield charge.origin, ("maximum",), limits.maximum
    yield charge.origin, ("minimum",), charge.net_minimum
    yield charge.origin, ("maximum",), charge.net_maximum
    if isinstance(model, Flat):
        yield charge.origin, ("amount",), model.amount
    for tier in charge.tiers:
        yield tier.origin, ("flat",), tier.flat


def _too_fine(places: Places, origin: Origin, keys: tuple[str, ...], value: Decimal | None, currency: str) -> Iterator[Diagnostic]:
    allowed = minor_places(currency)
    if value is not None and value != round_money(value, currency, "down"):
        unit = "no decimals" if allowed == 0 else "1 decimal" if allowed == 1 else f"{allowed} decimals"
        yield report(
            codes.TOO_MANY_DECIMALS,
            f"`{keys[0]}` is {value}, but {currency} has {unit}",
            places.nearest(origin, *keys),
            path=dotted(origin, *keys),
            help="write an amount that can be paid; unit prices may have any number of decimals",
        )


def zero(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A price that falls to nothing, or a higher spec that is free while a lower one costs."""
    for earlier, later in _neighbours(book):
        if representative(later) == ZERO and representative(earlier) != ZERO:
            same = earlier.spec == later.spec
            reason = f"it cost {amount(representative(earlier), later.currency)} before" if same else f"`{earlier.spec}`, below it, costs {said(earlier)}"
            yield report(
                codes.ZERO_PRICE,
                f"`{later.spec or later.item}` costs nothing",
                places.span(later.origin),
                path=dotted(later.origin),
                labels=labels(places, earlier.origin, text="this one is paid"),
                notes=(reason,),
                help="write its price, or `withdrawn` to end its sale",
            )


def power_of_ten(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A price ten times above or below the one before it, or a higher spec ten times cheaper than the one below."""
    for earlier, later in _neighbours(book):
        old, new = representative(earlier), representative(later)
        if not old or not new:
            continue
        same = earlier.spec == later.spec
        risen, fallen = new >= multiply(old, TEN_TIMES), old >= multiply(new, TEN_TIMES)
        if (risen and same) or fallen:
            before = "after" if same else f"while `{earlier.spec}`, below it, costs"
            yield report(
                codes.POWER_OF_TEN,
                f"`{later.spec or later.item}` costs {said(later)}, {before} {said(earlier)}",
                places.span(later.origin),
                path=dotted(later.origin),
                labels=labels(places, earlier.origin, text=said(earlier)),
                help="check the decimal point",
            )


def dear_spec(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A spec that costs ten times as much as the two below it, for what each of them provides."""
    specs: dict[tuple[str, str | None], Spec] = {(item.id, spec.id): spec for item in book.items.values() for spec in item.specs}
    for entries in _ladders(book):
        for position in range(1, len(entries)):
            higher, below = entries[position], entries[max(0, position - 2) : position]
            new, provides = representative(higher), specs.get((higher.item, higher.spec))
            fair = [multiply(representative(each), _grown(specs.get((each.item, each.spec)), provides)) for each in below]
            if all(each and new >= multiply(each, TEN_TIMES) for each in fair):
                yield report(
                    codes.POWER_OF_TEN,
                    f"`{higher.spec}` costs {said(higher)}, while `{below[-1].spec}`, below it, costs {said(below[-1])} and provides nearly as much",
                    places.span(higher.origin),
                    path=dotted(higher.origin),
                    labels=labels(places, below[-1].origin, text=said(below[-1])),
                    notes=(f"by what it provides it would cost {amount(round_money(fair[-1], higher.currency), higher.currency)}",),
                    help="check the decimal point",
                )


def _grown(lower: Spec | None, higher: Spec | None) -> Number:
    """How many times as much a higher spec provides as a lower one, of what grows most; without anything to go by, so much that no price is dear."""
    before = {each.resource: each.quantity for each in (lower.provides if lower else ())}
    ratios = [divide(each.quantity, before[each.resource]) for each in (higher.provides if higher else ()) if before.get(each.resource)]
    return max(ratios, default=MANY_TIMES)


def _neighbours(book: PriceBook) -> Iterator[tuple[PriceEntry, PriceEntry]]:
    """Pairs to compare: each price with the one that it replaces, and each spec with the one below it on the ladder."""
    for entries in sequences(book):
        yield from itertools.pairwise(entries)
    for entries in _ladders(book):
        yield from ((first, second) for first, second in itertools.pairwise(entries) if first.origin != second.origin)


def _ladders(book: PriceBook) -> Iterator[list[PriceEntry]]:
    """The prices of an item's specs that begin together, for the same customers, the lowest spec first."""
    rungs = ranks(book)
    groups: dict[tuple[object, ...], list[PriceEntry]] = {}
    for entry in book.prices:
        if not entry.withdrawn and entry.spec in rungs.get(entry.item, ()):
            conditions = entry.conditions
            key = (entry.billing_mode, entry.item, entry.currency, entry.per, conditions.effective, frozenset(conditions.when.items()))
            groups.setdefault(key, []).append(entry)
    for entries in groups.values():
        yield sorted(entries, key=lambda entry: rungs[entry.item][entry.spec])


CHECKS = (decimals, unpriced_currency, unpriced_rounding, not_on_sheet, zero, power_of_ten, dear_spec, tier_power_of_ten)
