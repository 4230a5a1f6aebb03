"""For whom a sheet is: the public one leaves out what names a customer, a customer's own holds what is for it and nothing of others.

Contract: a book in, the book that its reader may see out; everything on the sheet is built from that one, so nothing else can leak.
Source: rule language, second version, 7.2.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from engine.model.accounts import History
from engine.model.book import BillingMode, Example, Item, Limit, PolicyUse, PriceBook, RoundingStep
from engine.model.conditions import Conditions
from engine.model.orders import Order
from engine.model.policies import Commitment, Discount, Tax
from engine.model.prices import PriceEntry

CUSTOMER = "customer"
"""The attribute that is private in every book: a customer's id."""


@dataclass(frozen=True, slots=True)
class Audience:
    """The reader of a sheet: what is known of the customer (nothing: everybody), and the attributes that only their own reader sees."""

    given: Mapping[str, str]
    private: frozenset[str]

    def sees(self, conditions: Conditions) -> bool:
        """Whether a rule can hold for the reader: nothing given contradicts it, and what it names in private is given."""
        return all(self.given[name] in values if name in self.given else name not in self.private for name, values in conditions.when.items())

    def knows(self, attributes: Mapping[str, str]) -> bool:
        """Whether an example's attributes tell of nobody but the reader."""
        return self.sees(Conditions({name: (value,) for name, value in attributes.items()}))


def audience_of(book: PriceBook, given: Mapping[str, str]) -> Audience:
    """The reader of whom `given` is known."""
    return Audience(given, frozenset((CUSTOMER, *(each.id for each in book.attributes.values() if each.private))))


def book_for(book: PriceBook, given: Mapping[str, str]) -> PriceBook:
    """The book without the prices, discounts, taxes, policies, roundings and examples that are for others than its reader.

    What is sold to others alone is gone too: an item, a spec or a billing mode all of whose prices are.
    """
    reader = audience_of(book, given)
    prices = _seen(reader, book.prices)
    modes = _modes(reader, book, prices)
    sold, ever = _sold(modes.values()), _sold(book.billing_modes.values())
    items = {name: _item(book, item, prices) for name, item in book.items.items() if name in sold or name not in ever}
    discounts = {each.id: each for each in _scoped(_seen(reader, book.discounts.values()), items, modes)}
    stages = (replace(stage, discounts=_left(stage.discounts, discounts)) for stage in book.discount_policy)
    shown = replace(
        book,
        attributes={name: each for name, each in book.attributes.items() if name not in reader.private or name in given},
        prices=prices,
        items=items,
        billing_modes=modes,
        discounts=discounts,
        discount_policy=tuple(stage for stage in stages if stage.discounts),
        taxes=_scoped(_seen(reader, book.taxes), items, modes),
        rounding=_seen(reader, book.rounding),
        limits=_scoped(book.limits, items, modes),
        mode_changes=tuple(each for each in book.mode_changes if each.source in modes and each.target in modes),
        commitments={name: _commitment(each, items) for name, each in book.commitments.items()},
    )
    return replace(shown, examples={name: each for name, each in book.examples.items() if _is_example_of(reader, each, book, shown)})


Ruled = TypeVar("Ruled", PriceEntry, Discount, Tax, RoundingStep, PolicyUse)
Scoped = TypeVar("Scoped", Discount, Tax, Limit)


def _seen(reader: Audience, rules: Iterable[Ruled]) -> tuple[Ruled, ...]:
    return tuple(rule for rule in rules if reader.sees(rule.conditions))


def _left(names: tuple[str, ...], left: Container[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name in left)


def _commitment(each: Commitment, items: Container[str]) -> Commitment:
    """The commitment without items that are gone; one that names none but those is for nothing."""
    like = each.category_of if each.category_of is not None and each.category_of in items else None
    return replace(each, items=_left(each.items, items) or each.items, category_of=like)


def _scoped(rules: Iterable[Scoped], items: Container[str], modes: Container[str]) -> tuple[Scoped, ...]:
    """Rules with those of their items and modes that are left; one that named some, of which none is left, is gone."""
    found: list[Scoped] = []
    for rule in rules:
        if isinstance(rule, Discount | Tax) and rule.items:
            rule = replace(rule, items=_left(rule.items, items))
            if not rule.items:
                continue
        if isinstance(rule, Discount | Limit) and rule.billing_modes:
            rule = replace(rule, billing_modes=_left(rule.billing_modes, modes))
            if not rule.billing_modes:
                continue
        found.append(rule)
    return tuple(found)


def _sold(modes: Iterable[BillingMode]) -> set[str]:
    return {each.item for mode in modes for each in mode.items}


def _modes(reader: Audience, book: PriceBook, prices: tuple[PriceEntry, ...]) -> dict[str, BillingMode]:
    """The modes with their policies for the reader, without items that are priced for others alone; one without any item is gone."""
    priced, shown = _priced(book.prices), _priced(prices)
    found = {}
    for mode in book.billing_modes.values():
        items = tuple(each for each in mode.items if (mode.id, each.item) not in priced or (mode.id, each.item) in shown)
        left = {each.item for each in items}
        if items:
            found[mode.id] = replace(
                mode,
                items=items,
                groups={group: presence for group, presence in mode.groups.items() if any(book.items[name].group == group for name in left)},
                one_of=tuple(choice for each in mode.one_of if (choice := tuple(name for name in each if name in left))),
                spec_change=_seen(reader, mode.spec_change),
                cancellation=_seen(reader, mode.cancellation),
                renewal=_seen(reader, mode.renewal),
                commitment=_seen(reader, mode.commitment),
            )
    return found


def _priced(prices: Iterable[PriceEntry]) -> set[tuple[str, str]]:
    return {(entry.billing_mode, entry.item) for entry in prices}


def _item(book: PriceBook, item: Item, prices: tuple[PriceEntry, ...]) -> Item:
    """The item without the specs that are priced for others alone."""
    priced = {entry.spec for entry in book.prices if entry.item == item.id}
    shown = {entry.spec for entry in prices if entry.item == item.id}
    return replace(item, specs=tuple(spec for spec in item.specs if spec.id in shown or spec.id not in priced))


def _is_example_of(reader: Audience, example: Example, book: PriceBook, shown: PriceBook) -> bool:
    """Whether an example is about nobody but the reader, and uses nothing that is for others."""
    coupons = {each.coupon for name, each in book.discounts.items() if name not in shown.discounts}
    match example.given:
        case Order() as order:
            hidden = _is_hidden(order, book, shown) or coupons & set(order.coupons)
            return not hidden and all(reader.knows(each) for each in (order.attributes, *(dict(line.attributes) for line in order.lines)))
        case History(account=account):
            events = [event for each in account.subscriptions for event in each.events]
            told = [account.attributes, *(each.attributes for each in account.subscriptions), *(each.attributes for each in events)]
            # Every account has an id; it tells of a customer where a price that the reader does not see names it.
            unseen = (entry.conditions.when for entry in book.prices if not reader.sees(entry.conditions))
            is_other = any(account.id in when.get(CUSTOMER, ()) for when in unseen)
            known = all(reader.knows({name: value for name, value in each.items() if name != CUSTOMER}) for each in told)
            return known and not is_other and not coupons & {coupon for event in events for coupon in event.coupons}
    return True


def _is_hidden(order: Order, book: PriceBook, shown: PriceBook) -> bool:
    """Whether an order names a mode, item or spec that the book has and its reader does not see."""
    if order.billing_mode in book.billing_modes and order.billing_mode not in shown.billing_modes:
        return True
    return any(
        line.item in book.items and (line.item not in shown.items or line.spec in _specs(book.items[line.item]) - _specs(shown.items[line.item]))
        for line in order.lines
    )


def _specs(item: Item) -> set[str]:
    return {spec.id for spec in item.specs}
