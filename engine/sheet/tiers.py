"""Tier curves: what a quantity costs, as points between which the amount is straight."""

from dataclasses import replace

from engine.model.book import BillingMode, Item
from engine.model.prices import Charge, Graduated, Tier, Volume
from engine.pricing.charges import rate_charge
from engine.pricing.probing import Scope
from engine.sheet.components import model_name
from engine.sheet.tables import Priced, priced_of
from engine.sheet.view import CurvePoint, TierCurve
from engine.values.exact import ONE, ZERO, Number, add, divide, exact, multiply

BEYOND = exact(2)
"""How far a curve goes on: to twice its last bound."""


def build_curves(scope: Scope, mode: BillingMode) -> tuple[TierCurve, ...]:
    """A curve for each tiered price of the mode, at list price for one price period; none where all that may be ordered is free."""
    curves: list[TierCurve] = []
    for sold in mode.items:
        for priced in priced_of(scope, mode, sold):
            for charges in priced.charges:
                curves += [_curve(priced, per, charge) for per, charge in charges.items() if _is_tiered(charge)]
    return tuple(curve for curve in curves if any(point.amount for point in curve.points))


def _is_tiered(charge: Charge) -> bool:
    # A tier of packages is a stair, not a line, and what else is used is no quantity of the item; these prices stand in the table.
    return len(charge.tiers) > 1 and not charge.tier_by and all(tier.package is None for tier in charge.tiers)


def _curve(priced: Priced, per: str | None, charge: Charge) -> TierCurve:
    bounds = tuple(tier.bound for tier in charge.tiers if tier.bound is not None)
    return TierCurve(
        item=priced.item.id,
        unit=priced.item.unit,
        per=per,
        model=model_name(charge),
        points=_points(charge, bounds, priced.item),
        bounds=bounds,
        spec=priced.spec.id if priced.spec else None,
        when=priced.when,
        allowance=charge.allowance,
    )


def _points(charge: Charge, bounds: tuple[Number, ...], item: Item) -> tuple[CurvePoint, ...]:
    """Points at 0, where an allowance ends, at each bound (twice where the amount jumps), and beyond the last one."""
    offset = charge.allowance or ZERO
    most = item.quantity.max
    points = [_point(charge, ZERO)]
    if offset:
        points.append(_point(charge, offset))
    last = (add(bounds[-1], offset) if bounds else ONE) or ONE
    for position, bound in enumerate(bounds):
        quantity = add(bound, offset)
        if most is None or quantity < most:
            points += _around(charge, position, quantity)
    end = multiply(last, BEYOND)
    points.append(_point(charge, end if most is None or end < most else most))
    return tuple(points)


def _around(charge: Charge, position: int, quantity: Number) -> list[CurvePoint]:
    """The amount at the end of a tier as that tier counts it, and as the next one does where that is another."""
    tiers = charge.tiers
    within = rate_charge(_with_bound(charge, position, True), quantity).amount
    if isinstance(charge.model, Volume):
        beyond = rate_charge(_with_bound(charge, position, False), quantity).amount
    else:
        # At its bound the next tier's flat is not yet due; just above it is (rule language, 3.10, Tiers).
        flats = replace(charge, model=Graduated((*tiers[:position], *_joined(tiers[position:]))))
        beyond = rate_charge(flats, quantity).amount
    charged = rate_charge(charge, quantity).amount
    return [replace(_at(quantity, amount), charged=amount == charged) for amount in dict.fromkeys((within, beyond))]


def _with_bound(charge: Charge, position: int, included: bool) -> Charge:
    tiers, model = charge.tiers, Volume if isinstance(charge.model, Volume) else Graduated
    changed = replace(tiers[position], includes_bound=included)
    return replace(charge, model=model((*tiers[:position], changed, *tiers[position + 1 :])))


def _joined(tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
    """The first tier with the next one's flat in its own, so that both are due at the bound."""
    first, following = tiers[0], tiers[1]
    return (replace(first, flat=add(first.flat or ZERO, following.flat or ZERO)), *tiers[1:])


def _point(charge: Charge, quantity: Number) -> CurvePoint:
    return _at(quantity, rate_charge(charge, quantity).amount)


def _at(quantity: Number, amount: Number) -> CurvePoint:
    return CurvePoint(quantity, amount, divide(amount, quantity) if quantity else None)
