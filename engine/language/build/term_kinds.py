"""Whether a mode's policies count as its terms do: in months, or in days.

Source: rule language, 3.7, and second version, 2.1 and 2.2.
"""

from collections.abc import Iterator

from engine.diagnostics import policies
from engine.language.build.context import Build
from engine.model.book import BillingMode, PolicyUse, PriceBook
from engine.model.policies import Remaining, Renewal, SpecChange
from engine.values.spans import dotted

CONVENTION_FOR = {"monthly": "calendar-months", "yearly": "days-of-365", "daily": "actual-days"}
"""What a message says as an example of each key."""


def check(build: Build, book: PriceBook) -> None:
    """Reports every policy that a mode of terms uses, and that says nothing of terms of that kind."""
    for mode in book.billing_modes.values():
        if mode.terms:
            for use in mode.spec_change:
                _check_change(build, mode, use, book.spec_changes.get(use.use))
            for use in mode.renewal:
                _check_renewal(build, mode, use, book.renewals.get(use.use))


def _check_change(build: Build, mode: BillingMode, use: PolicyUse, policy: SpecChange | None) -> None:
    uncounted = [term for term in mode.terms if policy is not None and any(each.for_term(term) is None for each in _counted(policy))]
    if uncounted:
        message = f"`{use.use}` does not say how what is left of a term of {uncounted[0]} is counted, and `{mode.id}` sells such terms"
        keys = " and ".join(f"`{key}: {CONVENTION_FOR[key]}`" for key in dict.fromkeys(map(Remaining.key_for, uncounted)))
        _report(build, use, message, f"add {keys} to its `remaining`, or use another policy")


def _counted(policy: SpecChange) -> Iterator[Remaining]:
    """How what is left is counted, for each direction that says so."""
    return (terms.remaining for terms in policy.by_direction.values() if terms.remaining is not None and terms.charge != "none")


def _check_renewal(build: Build, mode: BillingMode, use: PolicyUse, policy: Renewal | None) -> None:
    if policy is not None and policy.align is not None and mode.sold_by == "day":
        message = f"under `{use.use}` terms end on a day of the month, and those of `{mode.id}` are counted in days"
        _report(build, use, message, "leave `align` out of the policy, or use another one")


def _report(build: Build, use: PolicyUse, message: str, remedy: str) -> None:
    build.report(policies.POLICY_OF_OTHER_TERMS, message, build.places.span(use.origin), path=dotted(use.origin.path), names=(use.use,), help=remedy)
