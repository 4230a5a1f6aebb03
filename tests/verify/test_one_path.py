"""A hundred thousand random orders are billed as they were quoted, and the law that says so finds every mutant of the path.

A slow proof: `make verify` runs it, the suite runs a few hundred. The cases are seeded: the same ones on every machine.
"""

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from engine.billing import held_fees, metering, usage
from engine.pricing import described, estimates
from engine.usage import meters
from tests.laws.one_path import Seeded, check

CASES, PARTS = 100_000, 100
ORDERS = 10
"""So many orders of each book."""


def run(seeds: range, seen: Callable[[str], None] = lambda _: None, least: int = 0, counted: Counter | None = None) -> object:
    """The first difference that the books of these seeds show, or None; stops after `least` comparisons."""
    for seed in seeds:
        found = check(Seeded(Random(seed)), ORDERS, seen)
        if found is not None:
            return seed, found
        if counted is not None and counted["compared"] >= least:
            return None
    return None


@pytest.mark.parametrize("part", range(PARTS))
def test_a_hundred_thousand_orders_are_billed_as_they_were_quoted(part):
    """Each part compares a thousand orders that have a price."""
    counted: Counter = Counter()
    assert run(range(part * 10**6, (part + 1) * 10**6), lambda outcome: counted.update([outcome]), CASES // PARTS, counted) is None
    assert counted["compared"] >= CASES // PARTS
    refusals = {outcome for outcome in counted if outcome.startswith("quote refused")}
    # A total that no records can say, and a coupon that takes nothing off what is estimated.
    assert refusals <= {"quote refused: ['Q315']", "quote refused: ['Q403']"}, refusals


def _without_coupons(function):
    return lambda book, order, *rest: function(book, type(order)(order.at, order.billing_mode, order.currency, (), attributes=order.attributes), *rest)


def _never_later(function):
    return lambda book, order, rated, period, billed: function(book, order, rated, period, type(billed)(billed.begun, billed.term, False))


MUTANTS = {
    "records of a place are not kept apart": (meters, "kept_apart", lambda _: lambda book, item: ()),
    "an estimate forgets its place": (estimates, "attributes_apart", lambda _: lambda book, item, attributes: ()),
    "every bill is the first one": (usage, "run_bill", _never_later),
    "a bill forgets its coupons": (usage, "run_bill", _without_coupons),
    "fees are in no bill": (usage, "_fees", lambda _: lambda *given: iter(())),
    "a required fee is not held": (held_fees, "_is_fee", lambda _: lambda book, item: False),
    "the window in which use begins is lost": (metering, "first_window", lambda _: lambda kind, begun, period, tz: period[0]),
    "a stop ends no level": (meters, "stretches_of", lambda function: lambda levels, stops: function(levels, {})),
    "the lowest level counts as the highest": (meters, "measure_held", lambda function: lambda measure, *rest: function("min" if measure == "mean" else measure, *rest)),
    "a part month brings as much as a whole one": (described, "_days", lambda _: lambda book, start, end: 1),
    "a record's own rule is forgotten": (described, "as_record", lambda _: lambda book, item, quantity: quantity),
    "thirty days are 720 hours": (estimates, "estimate_end", lambda _: lambda order, zone: estimates.after(order.at, order.duration, zone)),
    "the billing period is the use itself": (estimates, "frames", lambda function: lambda kind, start, end, *rest: [(start, end)]),
    "a level that lasts goes through no band": (meters, "by_band", lambda _: lambda book, item: False),
    "what a band brings is used in no band": (estimates, "attributes_apart", lambda function: lambda *given: tuple(each for each in function(*given) if each[0] != "band")),
    "specs of usage are added up": (meters, "Series", lambda function: lambda account, name, item, spec, *rest: function(account, name, item, "s" if spec else None, *rest)),
}  # fmt: skip
"""What is done to one side of the path, or to one step of it; the law must tell each from the path as it is."""


@pytest.mark.parametrize("name", MUTANTS)
def test_the_law_finds_each_mutant(name, monkeypatch):
    module, attribute, mutate = MUTANTS[name]
    monkeypatch.setattr(module, attribute, mutate(getattr(module, attribute)))
    try:
        found = run(range(7 * 10**8, 7 * 10**8 + 400))
    except (ArithmeticError, LookupError, TypeError, ValueError) as crash:
        found = crash  # a mutant that cannot even be computed is told apart too
    assert found is not None, f"nothing tells the mutant: {name}"
