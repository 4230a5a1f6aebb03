"""What an edit may do at most: `increase > 5%` as a limit that list prices and examples are held to.

Source: authoring, Diff and impact (`--fail-if`).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.review.bills import Bills
from engine.review.effect import Effects
from engine.review.revision import RuleChange
from engine.values.exact import Number, negate

BREAKS = "breaks"
_WRITTEN = re.compile(r"\s*(increase|decrease)\s*(>=|>)\s*([0-9]{1,6}(?:\.[0-9]{1,6})?)\s*%\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Threshold:
    """More than (or with `included` as much as) this ratio up or down is too much; with `promises`, a promise that breaks is. `written` are its
    author's words.
    """

    written: str
    falling: bool
    included: bool
    ratio: Decimal
    promises: bool = False

    def passed_by(self, ratio: Number) -> bool:
        """Whether a change by this ratio is too much."""
        size = negate(ratio) if self.falling else ratio
        return size >= self.ratio if self.included else size > self.ratio


@dataclass(frozen=True, slots=True)
class Verdict:
    """The worst of one measure: its name, by how much it changes (None: nothing of it does), what it is of, whether that is too much, and how many
    are.
    """

    measure: str  # price | example | order | account | sum | refused | promise
    ratio: Number | None
    subject: str
    failed: bool
    count: int = 0


def read_threshold(text: str) -> Threshold | None:
    """The limit as it is typed, `increase > 5%`, `decrease >= 2.5%` or `breaks`; None for anything else."""
    if text.strip() == BREAKS:
        return Threshold(BREAKS, False, False, Decimal(0), promises=True)
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    return Threshold(" ".join(text.split()), match[1] == "decrease", match[2] == ">=", Decimal(match[3]).scaleb(-2))


def judge(
    threshold: Threshold, changes: Iterable[RuleChange], effects: Effects, orders: Effects | None = None, bills: Sequence[Bills] = ()
) -> tuple[Verdict, ...]:
    """Each measure with its worst change; a price that new customers alone pay counts like any other. Orders and bills are measured where there are
    any.

    An example, order or account that has a price no longer is too much for every limit: nobody knows what it costs.
    """
    changes = tuple(changes)
    if threshold.promises:
        broken = [each for each in changes if each.breaks]
        return (Verdict("promise", None, "/".join(broken[0].path) if broken else "", bool(broken), len(broken)),)
    measured = [("price", [(each.paid, "/".join(each.path[1:])) for each in changes if each.paid is not None]), ("example", _ratios(effects))]
    if orders is not None:
        measured.append(("order", _ratios(orders)))
    if bills:
        accounts = [(each.ratio, each.account) for group in bills for each in group.accounts if each.ratio is not None]
        measured += [("account", accounts), ("sum", [(group.ratio, group.currency) for group in bills if group.ratio is not None])]
    differing = (*effects.differing, *(orders.differing if orders is not None else ()))
    lost = list(dict.fromkeys(each.example for each in differing if each.before is not None and each.after is None and each.refused))
    lost += [each.account for group in bills for each in group.of("failed") if each.before is not None]
    refused = (Verdict("refused", None, lost[0], True, len(lost)),) if lost else ()
    return (*(_worst(threshold, measure, found) for measure, found in measured), *refused)


def _ratios(effects: Effects) -> list[tuple[Number, str]]:
    return [(each.ratio, each.example) for each in effects.differing if each.ratio is not None]


def _worst(threshold: Threshold, measure: str, found: Iterable[tuple[Number, str]]) -> Verdict:
    moved = [each for each in found if (each[0] < 0 if threshold.falling else each[0] > 0)]
    ranked = sorted(moved, key=lambda each: each[0], reverse=not threshold.falling)
    if not ranked:
        return Verdict(measure, None, "", False)
    passed = len({subject for ratio, subject in ranked if threshold.passed_by(ratio)})
    return Verdict(measure, *ranked[0], passed > 0, passed)
