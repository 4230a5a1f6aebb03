"""Limits and quantity rules against what the book itself sells and computes: a bound that they do not fit is probably a slip.

Source: authoring, family T; rule language, 3.10, Quantity.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from engine.diagnostics import Diagnostic, orders, report
from engine.diagnostics import tiers as codes
from engine.language.build.places import Places
from engine.lints.wording import charges, counted, dotted, is_slip, labels
from engine.model.book import Example, Item, Limit, PriceBook, Provision, QuantityRule, Spec
from engine.model.orders import Order
from engine.model.prices import Charge, PriceEntry
from engine.model.quotes import Refusal
from engine.pricing import price_order
from engine.values.exact import ONE, ZERO, Number, add, multiply, plain, subtract

OUT_OF_BOUNDS = {
    info.code
    for info in (
        orders.LIMIT_EXCEEDED, orders.LIMIT_NOT_REACHED,
        orders.QUANTITY_BELOW_MINIMUM, orders.QUANTITY_ABOVE_MAXIMUM, orders.QUANTITY_OFF_STEP,
    )
}  # fmt: skip
FEW = 3
"""What a finding names of what is too large, and examples that are tried whatever the size of the book."""
MANY = 100
"""Different sets of billing modes that have limits, up to which each is held against all others."""
MOST_TRIED = 2_000_000
"""Rules that may be looked at to price examples, and specs and charges that are held against limits."""


def unfitting(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A limit below what one spec or tier alone provides, or a limit or quantity rule that refuses examples which expect a price."""
    # Pricing looks at all rules of a book: in a very large one not every example is tried, and not against every limit.
    most = FEW + MOST_TRIED // (1000 + len(book.prices) + len(book.limits) + len(book.discounts) + len(book.taxes))
    refused, tries = [each for each in islice(book.examples.values(), most) if _is_out_of_bounds(book, each)], iter(range(most))

    def answered(without: Callable[[Rule], PriceBook], rule: Rule) -> list[Example]:
        """Those of the refused examples that have a price in the book without a rule."""
        tried = [each for each, _ in zip(refused, tries, strict=False)]
        changed = without(rule) if tried else book
        return [each for each in tried if not _is_out_of_bounds(changed, each)]

    alone, left = _alone(book), MOST_TRIED
    for position, limit in enumerate(book.limits):
        left -= len(alone.get(limit.resource, ()))
        beyond = list(islice(_too_large(book, limit, alone.get(limit.resource, ())), FEW)) if left > 0 else []
        examples = answered(lambda at: replace(book, limits=(*book.limits[:at], *book.limits[at + 1 :])), position)
        if (beyond or examples) and not is_slip(places, limit):
            yield _finding(places, limit, f"the limit for `{limit.resource}`", beyond, examples)
    ordered = {line.item for each in refused if isinstance(each.given, Order) for line in each.given.lines}
    for item in (each for each in book.items.values() if each.id in ordered):
        examples = answered(lambda each: replace(book, items={**book.items, each.id: replace(each, quantity=QuantityRule())}), item)
        if examples and not is_slip(places, item.quantity):
            yield _finding(places, item.quantity, f"`quantity` of `{item.id}`", [], examples)


def _is_out_of_bounds(book: PriceBook, example: Example) -> bool:
    """Whether an example that expects a price is refused because of a limit or a quantity rule."""
    if example.expect_error is not None or not isinstance(example.given, Order):
        return False
    priced = price_order(book, example.given)
    return isinstance(priced, Refusal) and any(each.code in OUT_OF_BOUNDS for each in priced.diagnostics)


Rule = TypeVar("Rule")
Part = tuple[Item, set[str], Spec | tuple[PriceEntry, Charge] | None]
"""An item with the modes that sell it, and one of its specs, or a price with one of its charges."""


def _alone(book: PriceBook) -> dict[str, list[Part]]:
    """For each resource the specs, items and charges of what provides it and is sold."""
    found: dict[str, list[Part]] = {}
    modes: dict[str, set[str]] = {}
    for mode in book.billing_modes.values():
        for sold in mode.items:
            modes.setdefault(sold.item, set()).add(mode.id)
    for item in (each for each in book.items.values() if each.id in modes):
        for spec in item.specs or (None,):
            for each in dict.fromkeys(each.resource for each in (*item.provides, *(spec.provides if spec else ()))):
                found.setdefault(each, []).append((item, modes[item.id], spec))
    for entry, charge, item in charges(book):
        if item.id in modes and charge.tiers:
            for each in dict.fromkeys(each.resource for each in item.provides):
                found[each].append((item, modes[item.id], (entry, charge)))
    return found


def _too_large(book: PriceBook, limit: Limit, alone: Iterable[Part]) -> Iterator[str]:
    """What can never be ordered because it alone breaks the limit: specs and least quantities, and tiers that begin above it."""
    if limit.max is None:
        return
    unit = book.resources[limit.resource].unit
    for item, modes, part in alone:
        if limit.billing_modes and modes.isdisjoint(limit.billing_modes):
            continue
        if not isinstance(part, tuple):
            least = item.quantity.min or (ONE if item.meter is None else ZERO)
            provided = multiply(least, _provided((*item.provides, *(part.provides if part else ())), limit.resource))
            if provided > limit.max:
                yield f"`{part.id if part else item.id}` alone provides {counted(book, provided, unit)}"
            continue
        each = _provided(item.provides, limit.resource)
        entry, charge = part
        for position, tier in enumerate(charge.tiers[:-1]):
            if tier.bound is not None and multiply(tier.bound, each) >= limit.max and not _stays_below(item, tier.bound):
                begins = counted(book, tier.bound, item.unit)
                yield f"tier {position + 2} of `{item.id}` in `{entry.billing_mode}` begins above {begins}"
                break


def _stays_below(item: Item, bound: Number) -> bool:
    """Whether the item's own maximum keeps it below the tier already, which is a finding of its own."""
    return item.quantity.max is not None and item.quantity.max <= bound


def _provided(provisions: Iterable[Provision], resource: str) -> Number:
    total: Number = ZERO
    for each in provisions:
        if each.resource == resource and each.every is None:
            total = add(total, each.quantity)
    return total


def _finding(places: Places, rule: Limit | QuantityRule, what: str, alone: list[str], examples: list[Example]) -> Diagnostic:
    said = [each for each in ("max", "min", "step") if getattr(rule, each, None) is not None]
    keys = said[:1] if isinstance(rule, Limit) or len(said) == 1 else []
    names = ", ".join(f"`{each.id}`" for each in examples[:3]) + (f" and {len(examples) - 3} more" if len(examples) > 3 else "")
    refused = (f"examples that expect a price and are refused because of it: {names}",) if examples else ()
    written = places.written(rule.origin, *keys) if keys else None
    return report(
        codes.BOUND_FITS_NOTHING,
        f"{what}{f', `{keys[0]}: {written}`,' if written else ''} does not fit what the book sells",
        places.nearest(rule.origin, *keys),
        path=dotted(rule.origin, *keys),
        notes=(*alone, *refused),
        help="check the number and its unit; thousands are written without point or comma",
    )


def idle_limit(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A limit that another for the same resource and the same modes always reaches first."""
    for position, reached in sorted(_idle(book.limits)):
        limit, stricter = book.limits[position], book.limits[reached]
        yield report(
            codes.IDLE_LIMIT,
            f"two limits for `{limit.resource}` hold for the same orders, and this one is never reached",
            places.span(limit.origin),
            path=dotted(limit.origin),
            labels=labels(places, stricter.origin, text="the one that is reached first"),
            help="keep the one that is meant, or say by `billing_modes` for which orders each holds",
        )


_Bound = tuple[bool, Number]
"""Whether there is none, and how far it lets an order go: what is greater lets more pass."""


def _idle(limits: Sequence[Limit]) -> Iterator[tuple[int, int]]:
    """The positions of limits such that whatever breaks one breaks another too, with that other's; of two alike the later one is idle."""
    groups: dict[tuple[str, frozenset[str]], list[tuple[_Bound, _Bound, bool, int]]] = {}
    for position, limit in enumerate(limits):
        above, below = (limit.max is None, limit.max or ZERO), (limit.min is None, subtract(ZERO, limit.min or ZERO))
        groups.setdefault((limit.resource, frozenset(limit.billing_modes)), []).append((above, below, True, position))
    for (resource, modes), own in groups.items():
        # Limits for more modes than these hold for the same orders too; where the modes have no end, only those for all are looked at.
        others = groups if len(groups) <= MANY else [(resource, frozenset())]
        wider = [key for key in others if key[0] == resource and key[1] != modes and (not key[1] or (modes and modes < key[1]))]
        best: tuple[_Bound, int] | None = None
        for _, below, is_own, position in sorted([*own, *((*each[:2], False, each[3]) for key in wider for each in groups.get(key, ()))]):
            if is_own and best is not None and best[0] <= below:
                yield position, best[1]
            if best is None or below < best[0]:
                best = below, position


def odd_provision(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """An item whose unit converts to that of a resource, and of which one unit provides another quantity of it than it is."""
    for item in book.items.values():
        for provision in item.provides if not item.specs else ():
            unit = book.resources[provision.resource].unit
            if not book.unit_table.convertible(item.unit, unit):
                continue
            own = book.unit_table.convert(ONE, item.unit, unit)
            if provision.quantity and provision.quantity != own:
                yield report(
                    codes.ODD_PROVISION,
                    f"one {item.unit} of `{item.id}` provides {counted(book, provision.quantity, unit)} of `{provision.resource}`",
                    places.nearest(item.origin, "provides", provision.resource),
                    path=dotted(item.origin, "provides", provision.resource),
                    help=f"write what one unit provides: `{provision.resource}: {plain(own)} {unit}`",
                )


CHECKS = (unfitting, idle_limit, odd_provision)
