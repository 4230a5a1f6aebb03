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

_WRITTEN = re.compile(r"\s*(increase|decrease)\s*(>=|>)\s*([0-9]{1,6}(?:\.[0-9]{1,6})?)\s*%\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Threshold:
    """More than (or with `included` as much as) this ratio up or down is too much; `written` are its author's words."""

    written: str
    falling: bool
    included: bool
    ratio: Decimal

    def passed_by(self, ratio: Number) -> bool:
        """Whether a change by this ratio is too much."""
        size = negate(ratio) if self.falling else ratio
        return size >= self.ratio if self.included else size > self.ratio


@dataclass(frozen=True, slots=True)
class Verdict:
    """The worst of one measure: its name, by how much it changes (None: nothing of it does), what it is of, and whether that is too much."""

    measure: str  # price | example | account | sum
    ratio: Number | None
    subject: str
    failed: bool


def read_threshold(text: str) -> Threshold | None:
    """The limit as it is typed, `increase > 5%` or `decrease >= 2.5%`; None for anything else."""
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    return Threshold(" ".join(text.split()), match[1] == "decrease", match[2] == ">=", Decimal(match[3]).scaleb(-2))


def judge(threshold: Threshold, changes: Iterable[RuleChange], effects: Effects, bills: Sequence[Bills] = ()) -> tuple[Verdict, ...]:
    """Each measure with its worst change; a price that new customers alone pay counts like any other. Bills are measured where there are any."""
    prices = [(each.paid, "/".join(each.path[1:])) for each in changes if each.paid is not None]
    examples = [(each.ratio, each.example) for each in effects.differing if each.ratio is not None]
    measured = [("price", prices), ("example", examples)]
    if bills:
        accounts = [(each.ratio, each.account) for group in bills for each in group.accounts if each.ratio is not None]
        measured += [("account", accounts), ("sum", [(group.ratio, group.currency) for group in bills if group.ratio is not None])]
    return tuple(_worst(threshold, measure, found) for measure, found in measured)


def _worst(threshold: Threshold, measure: str, found: Iterable[tuple[Number, str]]) -> Verdict:
    ranked = sorted(found, key=lambda each: each[0], reverse=not threshold.falling)
    if not ranked:
        return Verdict(measure, None, "", False)
    ratio, subject = ranked[0]
    return Verdict(measure, ratio, subject, threshold.passed_by(ratio))
