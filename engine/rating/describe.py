"""The plan of an item in words, for people who bill: how it is metered, what each price costs in which band, and where it is written.

Contract: text for a terminal, in English as all of its messages; the SQL beside it is what runs.
"""

from collections.abc import Iterator
from dataclasses import replace

from engine.model.book import PriceBook
from engine.model.prices import Charge, Tier
from engine.pricing.bands import Band, bands_of, by_tier
from engine.pricing.measures import FINEST, lasts
from engine.rating.plan import ItemPlan, Planning, Unplanned
from engine.rating.rating_plan import BookPlan
from engine.values.exact import ZERO, negate, plain
from engine.values.periods import Duration, written_instant

MEASURES = {
    "max": "the highest quantity", "min": "the lowest quantity", "sum": "the sum of the quantities", "count": "the number of records",
    "last": "the last quantity", "unique": "the number of different values",
}  # fmt: skip
APPLIED = {
    "each-window": "charged for each window", "each-record": "charged for each record", "period-total": "charged for the total of the period",
}  # fmt: skip


def described(plan: BookPlan, item: str) -> str:
    """How the item is rated in every billing mode that sells it by usage; empty where none does."""
    parts = []
    for mode, plans in plan.modes.items():
        found = plans.get(item)
        if found is not None:
            parts.append("\n".join(_item(plan.book, mode, item, found)))
        elif plan.book.items[item].list_amounts is not None and any(each.item == item for each in plan.book.billing_modes[mode].items):
            counted = ", ".join(plan.book.counted_by(plan.book.items[item]))
            parts.append(f"{item} in {mode}\n  not rated: it is made with the bills, of what an account pays for {counted} by list")
    return "\n\n".join(parts)


def _item(book: PriceBook, mode: str, item: str, plan: Planning) -> Iterator[str]:
    yield f"{item} in {mode}"
    if isinstance(plan, Unplanned):
        yield f"  rated by the interpreter, account by account: {plan.reason}"
    else:
        yield from (f"  {line}" for line in _metering(book, plan))
    for entry in book.prices:
        if (entry.billing_mode, entry.item) == (mode, item):
            when = [f"{name} {' or '.join(values)}" for name, values in entry.conditions.when.items()]
            since = f"from {written_instant(entry.conditions.effective, book.zone)}" if entry.conditions.effective is not None else "from the beginning"
            said = ", ".join(
                [*([f"spec {entry.spec}"] if entry.spec else []), entry.currency, f"per {entry.per}" if entry.per else "for the window", since, *when]
            )
            yield f"  price {said}  ({entry.origin.label})"
            for charge in entry.charges:
                yield from (f"    {line}" for line in _charge(charge))


def _metering(book: PriceBook, plans: tuple[ItemPlan, ...]) -> Iterator[str]:
    plan, meter = plans[0], plans[0].meter
    unit = f" of {meter.of}" if meter.of else f" in {plan.item.unit}"
    for each in plans:
        period = " to ".join(written_instant(instant, book.zone) for instant in each.owed)
        window = "the whole period" if meter.window == "period" else f"one {meter.window}"
        owed = f"billed for {period}, in {each.calendar.count:,} windows of {window}"
        yield owed if each.owed[0] < each.owed[1] else f"not billed: its {each.kind} is not over"
    if plan.by_steps:
        measured = f"the mean over each window of the highest quantity{unit} in each step of {meter.step or Duration(seconds=FINEST.seconds)}"
    else:
        measured = f"{MEASURES[meter.measure]}{unit} of each window"
    yield f"metered: {measured}" + (", a level until the next record" if lasts(meter) else "")
    if meter.over == "account":
        yield "added up over the subscriptions of an account"
    if plan.fixed:
        yield "charged window by window, because a discount may fix its price"
    if plan.apart:
        yield f"kept apart by {', '.join(plan.apart)}"
    for step in book.rounding:
        if step.at in ("quantity", "charge"):
            places = "the currency's decimals" if step.places is None else f"{step.places} decimals"
            yield f"each {step.at if step.at == 'quantity' else 'amount'} is rounded {step.mode} to {places}  ({step.origin.label})"


def _charge(charge: Charge) -> Iterator[str]:
    """A charge by its bands: from which quantity to which it costs what."""
    yield APPLIED[charge.applies_to]
    if charge.terms is not None and charge.allowance is not None:
        yield f"  up to {plain(charge.allowance)} are free, of what is shared or left; of the rest"
    own = charge if charge.terms is None else replace(charge, allowance=None, terms=None)
    if charge.tier_by:
        for tier, alone in zip(charge.tiers, by_tier(own), strict=True):
            yield f"  {_chosen(charge.tier_by, tier)}{_place(tier)}"
            yield from (f"    {_bounds(band)}: {_cost(band)}" for band in bands_of(alone))
        return
    yield from (f"  {_bounds(band)}: {_cost(band)}" for band in bands_of(own))
    for tier in charge.tiers:
        if tier.origin.line:
            yield f"  tier {'above' if tier.bound is None else f'to {plain(tier.bound)}'}{_place(tier)}"


def _chosen(names: tuple[str, ...], tier: Tier) -> str:
    """What other quantities choose a tier: `up_to` includes its bound, `below` does not."""
    word = "up to" if tier.includes_bound else "below"
    said = [f"{name} {word} {plain(bound)}" for name, bound in zip(names, tier.bounds, strict=True) if bound is not None]
    return f"with {' and '.join(said)}" if said else f"with any more {' or '.join(names)}"


def _place(tier: Tier) -> str:
    origin = tier.price_origin if tier.price_origin.line else tier.origin
    return f"  ({origin.label})" if origin.line else ""


def _bounds(band: Band) -> str:
    if band.upper is None:
        return f"{'from' if band.includes_lower else 'above'} {plain(band.lower)}"
    if band.lower == band.upper:
        return f"at {plain(band.upper)}"
    return f"{'from' if band.includes_lower else 'above'} {plain(band.lower)} {'to' if band.includes_upper else 'to below'} {plain(band.upper)}"


def _cost(band: Band) -> str:
    terms = []
    if band.slope != ZERO:
        terms.append(f"quantity × {plain(band.slope)}")
    if band.packing is not None:
        packing = band.packing
        begun = f", above {plain(packing.start)}" if packing.start != ZERO else ""
        whole = "each begun package" if packing.up else "each whole package"
        terms.append(f"{plain(packing.price)} for {whole} of {plain(packing.size)}{begun}")
    if band.intercept > ZERO or not terms:
        terms.append(plain(band.intercept))
    return " + ".join(terms) + (f" - {plain(negate(band.intercept))}" if band.intercept < ZERO else "")
