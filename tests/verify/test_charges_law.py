"""Thousands of random accounts are billed from charges as from their usage, and the law that says so finds every mutant of charges and tallies.

A slow proof: `make verify` runs it, the suite runs a few hundred. The cases are seeded: the same ones on every machine.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from unittest import mock

import pytest

from engine.billing import charges, usage
from engine.pricing import cuts, tallies
from engine.pricing import used as use
from engine.values.exact import ONE, divide, exact
from tests.laws import charged
from tests.laws.charged import check
from tests.laws.one_path import Seeded

HOUR = timedelta(hours=1)
ACCOUNTS, PARTS = 20_000, 40


def run(seeds: range, seen: Callable[[str], None] = lambda _: None) -> object:
    """The first difference that the accounts of these seeds show, or None."""
    for seed in seeds:
        found = check(Seeded(Random(seed)), seen)
        if found is not None:
            return seed, found
    return None


@pytest.mark.parametrize("part", range(PARTS))
def test_accounts_are_billed_from_charges_as_from_usage(part):
    counted: Counter = Counter()
    size = ACCOUNTS // PARTS
    assert run(range(part * size, (part + 1) * size), lambda outcome: counted.update([outcome])) is None
    assert counted["compared"] > size and min(counted["corrected"], counted["ubl: written"], counted["cii: written"]) > size // 10


def _in_each(**changed: Callable):
    """The charges or tallies that a function gives, with other values in fields."""
    return lambda function: lambda *given: tuple(replace(each, **{name: value(each) for name, value in changed.items()}) for each in function(*given))


def _cuts_outside_windows(function):
    """Windows that hold a cut are taken for those of the other side."""

    def made(book, applications, where):
        inside = [cut for cut in where or () if any(one.start < cut < one.end and one.count == 1 for one in applications)]
        return function(book, applications, where and [cut for cut in where if cut not in inside])

    return made


MUTANTS = {
    "no discount cuts": (cuts, "border_at", lambda _: lambda started, *rest: started),
    "no change of a tax cuts": (cuts, "tax_changes", lambda _: lambda book: ()),
    "a fixed price is compared with sums": (cuts, "_fixes", lambda _: lambda rule: False),
    "a window that holds a cut stands with others": (use, "tallied", _cuts_outside_windows),
    "a quantity counts once for all its windows": (use, "tallied", _in_each(quantity=lambda each: divide(each.quantity, exact(each.count)))),
    "windows are counted as one": (use, "tallied", _in_each(count=lambda each: 1)),
    "packages are forgotten": (use, "tallied", _in_each(packages=lambda each: 0)),
    "every quantity lies in the first band": (tallies, "_band_of", lambda _: lambda one: (0, 0)),
    "the sums are those after rounding": (use, "tallied", _in_each(exact_amount=lambda each: each.amount)),
    "the sums are those before rounding": (use, "tallied", _in_each(amount=lambda each: each.exact_amount)),
    "lengths of windows are mixed": (use, "tallied", _in_each(ratio=lambda each: ONE)),
    "the time of a tally is that of its first windows": (tallies, "joined_tally", lambda function: lambda one, other: replace(function(one, other), end=one.end)),
    "charges forget the first record": (charges, "first_use_of", lambda _: lambda *given: None),
    "a charge is of another period": (charged, "charges_for_usage", _in_each(start=lambda each: each.start + HOUR)),
    "a charge forgets what is covered": (charged, "charges_for_usage", _in_each(covered=lambda each: None)),
    "a charge forgets what was metered": (charged, "charges_for_usage", _in_each(metered=lambda each: each.quantity)),
    "a charge forgets its attributes": (charged, "charges_for_usage", _in_each(attributes=lambda each: ())),
    "a charge forgets its spec": (charged, "charges_for_usage", _in_each(spec=lambda each: None)),
    "a charge counts windows for records": (charged, "charges_for_usage", _in_each(records=lambda each: each.windows)),
    "lines forget when they were first used": (charged, "charges_for_usage", _in_each(first_use=lambda each: each.start)),
    "charges of a pool stand with the last subscription": (usage, "_owner_of", lambda _: lambda runs, charge: len(runs) - 1),
    "corrections know the charges of one period": (charged, "rated_usage", lambda function: lambda *given: function(*given[:4])),
}  # fmt: skip
"""What is done to the charges, or to one step on the way to them; the law must tell each from what is."""


@pytest.mark.parametrize("name", MUTANTS)
def test_the_law_finds_each_mutant(name):
    module, attribute, mutate = MUTANTS[name]
    with mock.patch.object(module, attribute, mutate(getattr(module, attribute))):
        try:
            found = run(range(7 * 10**8, 7 * 10**8 + 400))
        except (ArithmeticError, LookupError, TypeError, ValueError) as crash:
            found = crash  # a mutant that cannot even be computed is told apart too
    assert found is not None, f"nothing tells the mutant: {name}"
