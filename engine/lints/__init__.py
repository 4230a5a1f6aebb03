"""What a well-formed book can still get wrong: each finding proves itself with numbers that pricing computed.

Each check is a small generator over the book; it knows records and places, and nothing of files or YAML. Findings are
warnings: a book with them can be sold from, and an author can silence each with a reason.
"""

from collections.abc import Iterable

from engine.diagnostics import Diagnostic
from engine.diagnostics.limits import at_most
from engine.diagnostics.record import sorted_diagnostics
from engine.language.build.places import Places
from engine.lints import allowances, amounts, bounds, changes, commitments, conditions, dates, identity, ladders, offers, policies, policy_rows, stacks, tiers
from engine.model.book import PriceBook

ROOMS = (tiers, allowances, commitments, bounds, amounts, ladders, dates, policies, policy_rows, stacks, offers, changes, conditions, identity)
CHECKS = tuple(check for room in ROOMS for check in room.CHECKS)

WITHIN_ONE_RULE = (tiers.alike, tiers.rising, tiers.allowance_above, tiers.cliff, amounts.zero, policies.coupon_without_end)
"""Checks that look at one rule by itself: what they find holds whatever is wrong elsewhere in the book."""


def lint_book(book: PriceBook, places: Places) -> tuple[Diagnostic, ...]:
    """Every finding about the book, sorted. Source: authoring, Semantic checks worth having."""
    return tuple(sorted_diagnostics(finding for check in CHECKS for finding in at_most(check(book, places), "warning")))


def lint_draft(book: PriceBook, places: Places, errors: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings about what could be built of a book with errors: only those within one rule, and of rules without an error."""
    flawed = {_rule(each) for each in errors if each.severity == "error" and each.span is not None}
    above = {(file, parts[:length]) for file, parts in flawed for length in range(len(parts))}
    found = (finding for check in WITHIN_ONE_RULE for finding in at_most(check(book, places), "warning") if finding.span is not None)
    return tuple(sorted_diagnostics(each for each in found if (rule := _rule(each)) not in above and not _lies_in(rule, flawed)))


RULE_DEPTH = {"prices": 4}
"""How many keys lead to one rule: `prices.0.items.seat`; `discounts.spring` and all others have two."""

Rule = tuple[str, tuple[str, ...]]


def _rule(found: Diagnostic) -> Rule:
    parts = tuple(found.path.split(".")) if found.path else ()
    file = found.span.file if found.span is not None else ""
    return file, parts[: RULE_DEPTH.get(parts[0], 2) if parts else 0]


def _lies_in(rule: Rule, others: set[Rule]) -> bool:
    """Whether a rule is one of the others, or lies within one; a finding without a path is about its whole file."""
    file, parts = rule
    return any((file, parts[:length]) in others for length in range(len(parts) + 1))
