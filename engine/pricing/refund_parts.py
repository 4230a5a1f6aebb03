"""What an unsubscription returns of each payment, and the fee that is kept: the refund as lines of a bill, with their taxes.

Contract: the parts less the fee are the refund, their taxes less those of the fee the refund's taxes; nothing is computed anew.
Source: rule language, 3.8, and 3.10, Allocation and Taxes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.model.quotes import LineTax, RefundPart
from engine.pricing.line_taxes import joined_rows, line_taxes
from engine.pricing.subscription import Payment, Subscription, end_of
from engine.pricing.tax_days import TaxedPart
from engine.pricing.taxes import UNTAXED, Taxed, tax_parts
from engine.values.exact import ZERO, Number, add, decimal_places, divide, multiply, negate, subtract, total
from engine.values.money import allocate, minor_places


@dataclass(frozen=True, slots=True)
class PaidLeft:
    """What became of one payment: how much of it is consumed, and the fee on it."""

    payment: Payment
    consumed: Number
    fee: Number

    @property
    def unused(self) -> Number:
        """What is not consumed, before the fee; negative for a payment that was paid back."""
        return subtract(self.payment.amount, self.consumed)


@dataclass(frozen=True, slots=True)
class Returned:
    """The refund by payments: what `parts` return less `fee` is the refund; `taxed` are the taxes of the refund."""

    parts: tuple[RefundPart, ...]
    fee: Decimal
    taxed: Taxed


def return_payments(sub: Subscription, lefts: Sequence[PaidLeft], refund: Decimal, at: datetime, rounded: Callable[[Number], Decimal]) -> Returned:
    """The refund at the UTC instant `at`, shared among the payments that it returns by what is left of each; `rounded` is the rule that rounded it.

    Of 100.00 half is consumed, the fee is 10.00, so 40.00 come back: 50.00 are returned, and 10.00 are kept as the fee. Where the fee
    is above what is unused, all of that is kept.
    """
    if not lefts:
        return Returned((), ZERO, UNTAXED)
    kept = min(total(each.fee for each in lefts), total(each.unused for each in lefts))
    net = _set_off(lefts)
    fee = rounded(max(ZERO, kept))
    places = max([minor_places(sub.order.currency), *(decimal_places(each) for each in (refund, fee))])
    shares = allocate(refund, [max(ZERO, subtract(unused, charged)) for unused, charged in net], places)
    returned = allocate(add(refund, fee), [max(ZERO, unused) for unused, _ in net], places)
    taxed, rows = _tax(sub, lefts, shares, at)
    _, of_fee = _tax(sub, lefts, [subtract(*each) for each in zip(returned, shares, strict=True)], at)
    parts = tuple(
        RefundPart(
            each.payment.item, each.payment.at, each.payment.start, end_of(each.payment.expires, sub.book), each.payment.amount,
            each.consumed, each.fee, share, joined_rows((*own, *kept_rows)), amount, kept_rows,
        )
        for each, share, amount, own, kept_rows in zip(lefts, shares, returned, rows, of_fee, strict=True)
    )  # fmt: skip
    return Returned(parts, fee, taxed)


def _set_off(lefts: Sequence[PaidLeft]) -> list[tuple[Number, Number]]:
    """What is unused of each payment, and the fee on it, once what changes gave back is taken off the payments that it came from.

    Bought for 120.00, of which a change gave back 50.00: 70.00 are left of it, and nothing of the 50.00. As with the change itself the
    latest payment of the item before it comes first.
    """
    unused, fees = [each.unused for each in lefts], [each.fee for each in lefts]
    for index, given in enumerate(lefts):
        if unused[index] >= 0:
            continue
        whole = unused[index]
        for source in _sources(lefts, given):
            part = min(negate(unused[index]), max(ZERO, unused[source]))
            if part > 0:
                moved = multiply(given.fee, divide(part, negate(whole)))
                unused[source], unused[index] = subtract(unused[source], part), add(unused[index], part)
                fees[source], fees[index] = add(fees[source], moved), subtract(fees[index], moved)
    return list(zip(unused, fees, strict=True))


def _sources(lefts: Sequence[PaidLeft], given: PaidLeft) -> list[int]:
    """The payments of the same item, those before the change that gave back first, the latest first."""
    same = [index for index, each in enumerate(lefts) if each.payment.item == given.payment.item and each.payment.amount > 0]
    before = [index for index in same if lefts[index].payment.at <= given.payment.at]
    after = [index for index in same if index not in before]
    return sorted(before, key=lambda index: lefts[index].payment.at, reverse=True) + after


def _tax(sub: Subscription, lefts: Sequence[PaidLeft], amounts: Sequence[Decimal], at: datetime) -> tuple[Taxed, tuple[tuple[LineTax, ...], ...]]:
    """A refund takes the tax of the payments that it returns."""
    if not sub.book.taxes:
        return UNTAXED, tuple(() for _ in lefts)
    pairs = zip(lefts, amounts, strict=True)
    parts = [TaxedPart(index, each.payment.item, amount, each.payment.at) for index, (each, amount) in enumerate(pairs)]
    taxed = tax_parts(sub.book, parts, sub.order.currency, sub.attributes, at)
    return taxed, line_taxes(taxed, len(lefts), sub.order.currency, sub.book.prices_include_tax)
