"""Rules that compete on the same day: alike in rank and date, so that nothing decides between them.

Source: rule language, 3.1.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import product
from math import prod

from engine.diagnostics import dates
from engine.language.build.context import Build
from engine.language.build.copies import Repeat, report_repeats
from engine.model.book import PolicyUse, PriceBook, RoundingStep
from engine.model.conditions import Conditions
from engine.model.policies import Tax
from engine.model.prices import PriceEntry
from engine.values.spans import Origin

Rule = PriceEntry | Tax | RoundingStep | PolicyUse
_Key = tuple[str | None, ...]
MOST_MEANT = 64
"""Combinations of values for which a rule is looked up; one that names more is held against each other rule of its thing."""


def check(build: Build, book: PriceBook) -> None:
    """Reports the rules for the same thing with the same attributes, overlapping values and the same date."""
    report_repeats(build, _clashes(book))


def _clashes(book: PriceBook) -> Iterator[Repeat]:
    yield from _clashing_prices(book)
    yield from _pairs([((tax.tax, scope), tax) for tax in book.taxes for scope in _tax_scopes(tax)], "tax rows of `{0}`")
    yield from _pairs([((step.at,), step) for step in book.rounding], "rounding steps at `{0}`")
    for mode in book.billing_modes.values():
        kinds = (("spec-change", mode.spec_change), ("cancellation", mode.cancellation), ("renewal", mode.renewal), ("commitment", mode.commitment))
        for kind, uses in kinds:
            yield from _pairs([((kind,), use) for use in uses], "{0} policies of `" + mode.id + "`")


def _tax_scopes(tax: Tax) -> tuple[str | None, ...]:
    # A row that names items outranks one that does not, so only rows of one kind compete.
    return tax.items or (None,)


def _clashing_prices(book: PriceBook) -> Iterator[Repeat]:
    keyed: list[tuple[_Key, PriceEntry]] = []
    withdrawn: dict[_Key, list[PriceEntry]] = {}
    for entry in book.prices:
        key: _Key = (entry.item, entry.spec, entry.billing_mode, entry.currency)
        if entry.withdrawn:
            withdrawn.setdefault(key, []).append(entry)
        keyed.append(((*key, entry.per), entry))
    yield from _pairs(keyed, "prices of `{0}` in `{2}`")
    if withdrawn:
        others = [((*key[:4], "withdrawn", entry.per), entry) for key, entry in keyed if not entry.withdrawn and key[:4] in withdrawn]
        ended = [(key, each) for key in dict.fromkeys(key for key, _ in others) for each in withdrawn[key[:4]]]
        yield from _pairs([*others, *ended], "prices of `{0}` in `{2}`")


def _pairs(keyed: Iterable[tuple[_Key, Rule]], what: str) -> Iterator[Repeat]:
    groups: dict[tuple[_Key, datetime | None, frozenset[str]], list[Rule]] = {}
    for key, rule in keyed:
        conditions = rule.conditions
        groups.setdefault((key, conditions.effective, frozenset(conditions.when)), []).append(rule)
    reported: set[tuple[Origin, Origin]] = set()
    for (key, *_), rules in groups.items():
        for first, second in _clashing(rules) if len(rules) > 1 else ():
            if first.origin != second.origin and (first.origin, second.origin) not in reported:
                reported.add((first.origin, second.origin))
                yield _pair(what.format(*key), str(key[0]), first, second)


def _clashing(rules: Sequence[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """Pairs of rules that some order matches together: so many that every rule that clashes is in one, and is tied to all it clashes with."""
    leader = list(range(len(rules)))

    def tie(one: int, other: int) -> bool:
        first, second = sorted((_lead(leader, one), _lead(leader, other)))
        leader[second] = first
        return first != second

    seen: dict[tuple[str, ...], int] = {}
    broad = []
    for position, rule in enumerate(rules):
        when = sorted(rule.conditions.when.items())
        if prod(len(values) for _, values in when) > MOST_MEANT:
            broad.append(position)
            continue
        for meant in product(*(values for _, values in when)):
            if tie(seen.setdefault(meant, position), position):
                yield rules[seen[meant]], rule
    for position in broad:
        for other, rule in enumerate(rules):
            if _lead(leader, other) != _lead(leader, position) and overlap(rules[position].conditions, rule.conditions):
                tie(position, other)
                yield (rule, rules[position]) if other < position else (rules[position], rule)


def _lead(leader: list[int], of: int) -> int:
    while leader[of] != of:
        leader[of] = of = leader[leader[of]]
    return of


def overlap(first: Conditions, second: Conditions) -> bool:
    """Whether some order matches both: every attribute that they name has a value in common."""
    return all(_share(values, second.when[name]) for name, values in first.when.items())


def _share(values: Sequence[str], others: Sequence[str]) -> bool:
    return not set(values).isdisjoint(others)


def _pair(what: str, name: str, first: Rule, second: Rule) -> Repeat:
    since = "from the same day" if second.conditions.effective else "with no date to tell them apart"
    message = f"two {what} {since}: nothing decides which one applies"
    remedy = "remove one, give it another `effective` date, or another `when`"
    return Repeat(name, first.origin, second.origin, dates.AMBIGUOUS_RULES, message, remedy)
