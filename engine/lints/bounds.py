"""Limits and quantity rules against what the book itself sells and computes: a bound that they do not fit is probably a slip.

Source: authoring, family T; rule language, 3.10, Quantity.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.diagnostics import Diagnostic, orders, report
from engine.diagnostics import tiers as codes
from engine.language.build.places import Places
from engine.lints.wording import charges, counted, dotted, is_slip, labels
from engine.model.book import Example, Item, Limit, PriceBook, Provision, QuantityRule
from engine.model.orders import Order
from engine.model.quotes import Refusal
from engine.pricing import price_order
from engine.values.exact import ONE, ZERO, Number, add, multiply, plain

OUT_OF_BOUNDS = {
    info.code
    for info in (
        orders.LIMIT_EXCEEDED, orders.LIMIT_NOT_REACHED,
        orders.QUANTITY_BELOW_MINIMUM, orders.QUANTITY_ABOVE_MAXIMUM, orders.QUANTITY_OFF_STEP,
    )
}  # fmt: skip


def unfitting(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A limit below what one spec or tier alone provides, or a limit or quantity rule that refuses examples which expect a price."""
    refused = [each for each in book.examples.values() if _is_out_of_bounds(book, each)]
    for position, limit in enumerate(book.limits):
        without = replace(book, limits=(*book.limits[:position], *book.limits[position + 1 :]))
        alone = list(_too_large(book, limit))
        examples = [each for each in refused if not _is_out_of_bounds(without, each)]
        if (alone or examples) and not is_slip(places, limit):
            yield _finding(places, limit, f"the limit for `{limit.resource}`", alone, examples)
    for item in book.items.values():
        without = replace(book, items=book.items | {item.id: replace(item, quantity=QuantityRule())}) if refused else book
        examples = [each for each in refused if not _is_out_of_bounds(without, each)]
        if examples and not is_slip(places, item.quantity):
            yield _finding(places, item.quantity, f"`quantity` of `{item.id}`", [], examples)


def _is_out_of_bounds(book: PriceBook, example: Example) -> bool:
    """Whether an example that expects a price is refused because of a limit or a quantity rule."""
    if example.expect_error is not None or not isinstance(example.given, Order):
        return False
    priced = price_order(book, example.given)
    return isinstance(priced, Refusal) and any(each.code in OUT_OF_BOUNDS for each in priced.diagnostics)


def _too_large(book: PriceBook, limit: Limit) -> Iterator[str]:
    """What can never be ordered because it alone breaks the limit: specs and least quantities, and tiers that begin above it."""
    if limit.max is None:
        return
    unit = book.resources[limit.resource].unit
    modes = [book.billing_modes[name] for name in limit.billing_modes or book.billing_modes if name in book.billing_modes]
    sold = {each.item for mode in modes for each in mode.items}
    for item in (book.items[name] for name in book.items if name in sold):
        least = item.quantity.min or (ONE if item.meter is None else ZERO)
        for spec in item.specs or (None,):
            alone = multiply(least, _provided((*item.provides, *(spec.provides if spec else ())), limit.resource))
            if alone > limit.max:
                yield f"`{spec.id if spec else item.id}` alone provides {counted(book, alone, unit)}"
    for entry, charge, item in charges(book):
        each = _provided(item.provides, limit.resource)
        for position, tier in enumerate(getattr(charge.model, "tiers", ())[:-1]):
            beyond = tier.bound is not None and multiply(tier.bound, each) >= limit.max
            if item.id in sold and beyond and not _stays_below(item, tier.bound):
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
        notes=(*alone[:3], *refused),
        help="check the number and its unit; thousands are written without point or comma",
    )


def idle_limit(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A limit that another for the same resource and the same modes always reaches first."""
    for position, limit in enumerate(book.limits):
        others = ((other, number < position) for number, other in enumerate(book.limits) if number != position)
        stricter = next((other for other, earlier in others if _is_idle_beside(limit, other, earlier)), None)
        if stricter is not None:
            yield report(
                codes.IDLE_LIMIT,
                f"two limits for `{limit.resource}` hold for the same orders, and this one is never reached",
                places.span(limit.origin),
                path=dotted(limit.origin),
                labels=labels(places, stricter.origin, text="the one that is reached first"),
                help="keep the one that is meant, or say by `billing_modes` for which orders each holds",
            )


def _is_idle_beside(limit: Limit, other: Limit, earlier: bool) -> bool:
    """Whether whatever breaks the limit breaks the other too; of two alike the later one is idle."""
    held_alike = not other.billing_modes or (limit.billing_modes and set(limit.billing_modes) <= set(other.billing_modes))
    if limit.resource != other.resource or not held_alike:
        return False
    above = limit.max is None or (other.max is not None and limit.max >= other.max)
    below = limit.min is None or (other.min is not None and limit.min <= other.min)
    alike = (limit.max, limit.min, set(limit.billing_modes)) == (other.max, other.min, set(other.billing_modes))
    return above and below and (earlier or not alike)


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
