"""CloudKitty's hashmap: a group with the price of the tier as thresholds of a field, and one with what the tiers below make up for.

Its rates come from its database; here they are set in memory, and everything behind that is its own code.
"""

from datetime import datetime
from decimal import Decimal

from cloudkitty.dataframe import DataFrame, DataPoint
from cloudkitty.rating.hash import HashMap
from task import TIERS, run, written


class Rated(HashMap):
    def _load_rates(self, start=None):
        prices, corrections, before = {}, {}, Decimal(0)
        for position, (lower, price) in enumerate(TIERS):
            prices[Decimal(lower)] = {"type": "flat", "cost": Decimal(price)}
            corrections[Decimal(lower)] = {"type": "flat", "cost": before - lower * Decimal(price)}
            if position + 1 < len(TIERS):
                before += (TIERS[position + 1][0] - lower) * Decimal(price)
        self._entries = {
            "storage": {
                "mappings": {}, "thresholds": {"correction": corrections},
                "fields": {"quantity": {"mappings": {}, "thresholds": {"price": prices}}},
            }
        }  # fmt: skip


def rate(quantities):
    module, amounts = Rated(), []
    # As it gets them: a frame of so many points at a time.
    for begin in range(0, len(quantities), 10_000):
        points = [DataPoint("GB", each, 0, {}, {"quantity": each}) for each in map(written, quantities[begin : begin + 10_000])]
        frame = DataFrame(start=datetime(2026, 3, 1), end=datetime(2026, 3, 2), usage={"storage": points})
        amounts += [point.price for _, point in module.process(frame).iterpoints()]
    return amounts


run(rate)
