"""Discounts, taxes and rounding as a sheet lists them."""

from engine.model.policies import Discount
from engine.pricing.resolution import rounding_in_force
from engine.sheet.probing import Scope
from engine.sheet.view import DiscountTierView, DiscountView, RoundingView, TaxView
from engine.values.money import minor_places

STAGES = ("quantity", "charge", "line", "invoice")


def build_discounts(scope: Scope) -> tuple[DiscountView, ...]:
    """Every discount that a stage names and that is not over, in the order of the stages."""
    found = []
    for stage in scope.book.discount_policy:
        for name in stage.discounts:
            discount = scope.book.discounts[name]
            until = discount.conditions.until
            if until is None or until > scope.at:
                rivals = tuple(other for other in stage.discounts if other != name) if stage.best_of else ()
                found.append(_discount(discount, rivals))
    return tuple(found)


def _discount(discount: Discount, rivals: tuple[str, ...]) -> DiscountView:
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
        conditions=discount.conditions,
        best_of=rivals,
    )


def build_taxes(scope: Scope) -> tuple[TaxView, ...]:
    """The rows of taxes whose time it is, in the book's order; a later row of the same tax, items and customers replaces an
    earlier one."""
    found: dict[tuple, TaxView] = {}
    dates: dict[tuple, object] = {}
    for tax in scope.book.taxes:
        start, until = tax.conditions.effective, tax.conditions.until
        if (start is not None and start > scope.at) or (until is not None and until <= scope.at):
            continue
        key = (tax.tax, tax.items, tuple(sorted(tax.conditions.when.items())))
        if key in found and dates[key] is not None and (start is None or start < dates[key]):
            continue
        dates[key] = start
        found[key] = TaxView(tax.tax, tax.title, tax.rate, tax.category, tax.items, tax.compound_on, tax.conditions.when)
    return tuple(found.values())


def build_rounding(scope: Scope) -> tuple[RoundingView, ...]:
    """The rounding chain in force for everybody, in the order of the waterfall."""
    steps = [rounding_in_force(scope.book, stage, scope.at, {}) for stage in STAGES]
    places = minor_places(scope.currency)
    return tuple(
        RoundingView(step.at, step.mode, places if step.places is None else step.places) for step in steps if step is not None
    )
