"""An item that has another id and is the same otherwise: told as one change, in place of all that went and came with its name.

Contract: only what is sold for the same prices is a rename; whatever else an edit changed is still told. Source: authoring, Diff and impact.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.model.book import PriceBook
from engine.review.revision import Reach, RuleChange
from engine.review.rule_changes import alike


def renamed_items(old: PriceBook, new: PriceBook) -> dict[str, str]:
    """Old ids of items and what they are called now: of those that sell the same for the same prices, and of no other one that came."""
    gone = [item for name, item in old.items.items() if name not in new.items]
    come = [item for name, item in new.items.items() if name not in old.items]
    found: dict[str, str] = {}
    for each in gone:
        like = [other for other in come if alike(each, other) and _same_prices(old, new, each.id, other.id)]
        if len(like) == 1 and like[0].id not in found.values():
            found[each.id] = like[0].id
    return found


def with_renames(changes: Iterable[RuleChange], names: dict[str, str], new: PriceBook) -> Iterator[RuleChange]:
    """The changes, each rename as one."""
    for before, after in names.items():
        origin = new.items[after].origin
        yield RuleChange("renamed", ("items", after), "id", "word", before, after, reach=Reach(), breaks="renamed", origin=origin)
    yield from (each for each in changes if not any(_by_rename(each, before, after) for before, after in names.items()))


def _same_prices(old: PriceBook, new: PriceBook, before: str, after: str) -> bool:
    """Whether two items are sold, and for the same prices."""
    prices = [[replace(each, item="") for each in book.prices if each.item == name] for book, name in ((old, before), (new, after))]
    return bool(prices[0]) and len(prices[0]) == len(prices[1]) and all(alike(*pair) for pair in zip(*prices, strict=True))


def _by_rename(change: RuleChange, old: str, new: str) -> bool:
    """Whether a change says no more than that an id is another one: it went or came with it, or names it in a list."""
    if (change.sign, old in change.path) == ("removed", True) or (change.sign, new in change.path) == ("added", True):
        return True
    if not isinstance(change.before, str) or not isinstance(change.after, str):
        return False
    return sorted(new if each == old else each for each in change.before.split(", ")) == sorted(change.after.split(", "))
