"""Discounts, taxes and rounding as a sheet lists them."""

from dataclasses import replace

from engine.model.book import RoundingStep
from engine.model.checks import choices
from engine.model.policies import Discount
from engine.pricing.indexes import price_index
from engine.pricing.probing import Scope
from engine.pricing.resolution import choose, rounding_in_force
from engine.sheet.view import DiscountTierView, DiscountView, RoundingView, TaxView
from engine.values.money import minor_places

STAGES = choices(RoundingStep, "at")


def build_discounts(scope: Scope) -> tuple[DiscountView, ...]:
    """Every discount that a stage names and that is not over, in the order of the stages."""
    found = []
    for stage in scope.book.discount_policy:
        for name in stage.discounts:
            discount = scope.book.discounts[name]
            until = discount.conditions.until
            if until is None or until > scope.at:
                rivals = tuple(other for other in stage.discounts if other != name) if stage.best_of else ()
                found.append(_discount(scope, discount, rivals))
    return tuple(found)


def _discount(scope: Scope, discount: Discount, rivals: tuple[str, ...]) -> DiscountView:
    return DiscountView(
        id=discount.id,
        title=discount.title,
        description=discount.description,
        modes=discount.billing_modes,
        items=discount.items,
        benefit=discount.benefit,
        by=discount.by,
        tiers=tuple(DiscountTierView(tier.start, tier.benefit) for tier in discount.tiers),
        coupon=discount.coupon is not None,
        after=discount.after,
        lasts=discount.lasts,
        conditions=replace(discount.conditions, when=scope.open_part(discount.conditions.when)),
        best_of=rivals,
    )


def build_taxes(scope: Scope) -> tuple[TaxView, ...]:
    """The rows of taxes that hold for somebody at the date, in the book's order; rows for the same items compete as prices do."""
    rank = price_index(scope.book).rank
    found = []
    for tax in scope.book.taxes:
        when = scope.open_part(tax.conditions.when)
        rivals = [row for row in scope.book.taxes if (row.tax, row.items) == (tax.tax, tax.items)]
        asked = {**scope.attributes, **{name: values[0] for name, values in when.items()}}
        if choose(rivals, asked, scope.at, rank).entry is tax:
            found.append(TaxView(tax.tax, tax.title, tax.rate, tax.category, tax.items, tax.compound_on, when))
    return tuple(found)


def build_rounding(scope: Scope) -> tuple[RoundingView, ...]:
    """The rounding chain in force for the sheet's reader, in the order of the waterfall.

    Lines that no step rounds, nor the invoice, are rounded half up to the minor unit.
    """
    steps = [rounding_in_force(scope.book, stage, scope.at, scope.attributes) for stage in STAGES]
    places = minor_places(scope.currency)
    found = [
        RoundingView(step.at, step.mode, places if step.places is None else step.places, step.to.by_currency.get(scope.currency) if step.to else None)
        for step in steps
        if step is not None and (step.to is None or scope.currency in step.to.by_currency)
    ]
    if not any(step.at in ("line", "invoice") for step in found):
        found.append(RoundingView("line", "half-up", places))
    return tuple(found)
