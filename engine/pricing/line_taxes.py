"""The taxes of each line: its net bases, and its share of every tax, which was rounded for several lines together.

Contract: shares are whole minor units by `allocate` and add up to the tax exactly; nothing is taxed anew.
Source: rule language, 3.10, Taxes and Allocation.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from engine.model.quotes import LineTax, TaxTotal
from engine.pricing.taxes import Group, Taxed, TaxGroup
from engine.values.exact import ZERO, Number, add, negate, subtract, total
from engine.values.money import allocate


def line_taxes(taxed: Taxed, count: int, currency: str, included: bool) -> tuple[tuple[LineTax, ...], ...]:
    """By line (`count` of them, in their order) the taxes on it; `included`: the amounts that were taxed are gross.

    10.00 and 20.00 at 19% together owe 5.70: 1.90 and 3.80. Of 119.00 gross the base is 100.00.
    """
    shared = [_shares(group, currency) for group in taxed.groups]
    taken: dict[int, Decimal] = {}
    for group, shares in zip(taxed.groups, shared, strict=True):
        for (_, number, _, _), share in zip(group.members, shares, strict=True):
            taken[number] = add(taken.get(number, ZERO), share)
    found: list[list[LineTax]] = [[] for _ in range(count)]
    for group, shares in zip(taxed.groups, shared, strict=True):
        for (index, number, amount, _), share in zip(group.members, shares, strict=True):
            base = subtract(amount, taken[number]) if included else amount
            row = group.row
            found[index].append(LineTax(row.tax, row.category, row.rate, base, share, row.id))
    return tuple(joined_rows(each) for each in found)


Row = TypeVar("Row", LineTax, TaxTotal)


def joined_rows(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows of the same tax, category and rate as one: of parts of a line, of several payments or bills. None is rounded again."""
    found: dict[Group, Row] = {}
    for new in rows:
        key = (new.tax, new.category, new.rate)
        same = found.get(key)
        found[key] = new if same is None else replace(same, base=add(same.base, new.base), amount=add(same.amount, new.amount))
    return tuple(found.values())


def _shares(group: TaxGroup, currency: str) -> list[Decimal]:
    """The group's tax by part; what is paid back has a share of its own sign.

    Rounded once is what is owed together: of 19.00 for 200.00 to pay and 100.00 paid back, 38.00 and -19.00.
    """
    weights = [weight for *_, weight in group.members]
    owed = group.rounded(total(weight for weight in weights if weight > 0), currency)
    if not any(weight < 0 for weight in weights):
        owed = group.amount
    # Never less than what is owed in all, or what is paid back would have a share of the wrong sign.
    owed = max(owed, group.amount)
    places = group.places(currency)
    sides = (_side(owed, weights, places), _side(subtract(owed, group.amount), [negate(each) for each in weights], places))
    return [subtract(*each) for each in zip(*sides, strict=True)]


def _side(amount: Decimal, weights: Sequence[Number], places: int) -> list[Decimal]:
    """The amount shared among the weights above 0; the others have nothing of it."""
    if not amount:
        return [ZERO for _ in weights]
    return list(allocate(amount, [max(ZERO, each) for each in weights], places))


def negated(taxes: Sequence[LineTax]) -> tuple[LineTax, ...]:
    """The taxes of a refund, which were computed on a positive amount."""
    return tuple(replace(each, base=negate(each.base), amount=negate(each.amount)) for each in taxes)
