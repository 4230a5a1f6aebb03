"""What is used beside an item in its billing period: it chooses the tier of prices with `tier_by` (rule language, second version, 3.1).

Contract: windows with their quantities in, quantities by item out; no amount is computed. It is the quantity that is charged for: after `at: quantity`,
less what is paid in advance; of what adds up the sum of the period, of a level its highest, over all lines of the item.
"""

from collections.abc import Iterable
from datetime import datetime

from engine.pricing.charges import Beside
from engine.pricing.cover import Key, Rank
from engine.pricing.indexes import price_index
from engine.pricing.measures import TOTALS
from engine.pricing.pools import Sharer
from engine.pricing.windows import MeteredWindow, window_of
from engine.values.exact import ZERO, Number, add, exact, multiply, total


def beside_of(sharers: Iterable[Sharer]) -> dict[Key, Beside]:
    """What is used beside each window of an item with `tier_by`, by the rank of its line and its start. An item that is not used is left out.

    300,000 prompt tokens in a month: the output tokens of that month are in the tier above 200,000.
    """
    several = list(sharers)
    found: dict[Key, Beside] = {}
    choosing = {sharer.metered.line.item.id: price_index(sharer.metered.book).tier_by.get(sharer.metered.line.item.id, frozenset()) for sharer in several}
    if not any(choosing.values()):
        return found
    by_line: dict[tuple[str, datetime], dict[Rank, tuple[Sharer, Number]]] = {}
    for sharer in several:
        adds_up = sharer.metered.line.item.metered_by.measure in TOTALS
        for pair, window in zip(sharer.pairs, sharer.windows, strict=True):
            lines = by_line.setdefault((sharer.metered.line.item.id, _period(sharer, window)), {})
            before = lines[sharer.rank][1] if sharer.rank in lines else ZERO
            used = multiply(pair.quantity, exact(pair.run.count))
            lines[sharer.rank] = (sharer, add(before, used) if adds_up else max(before, pair.quantity))
    for sharer in several:
        for window in sharer.windows:
            beside: dict[str, Number] = {}
            for item in choosing[sharer.metered.line.item.id]:
                lines = by_line.get((item, _period(sharer, window)), {})
                quantities = [quantity for other, quantity in lines.values() if _together(sharer, other)]
                beside |= {item: total(quantities)} if quantities else {}
            found[sharer.rank, window.start] = beside
    return found


def _period(sharer: Sharer, window: MeteredWindow) -> datetime:
    """When the billing period of a window begins."""
    return window_of(sharer.kind, window.start, sharer.metered.book.zone)[0] if sharer.kind in ("hour", "day") else sharer.frame[0]


def _together(one: Sharer, other: Sharer) -> bool:
    """Whether both are of one subscription, or one of them is added up over the account."""
    if one.metered.order.billing_mode != other.metered.order.billing_mode:
        return False
    over_account = any(each.metered.line.item.metered_by.over == "account" for each in (one, other))
    return over_account or one.subscription == other.subscription
