"""Whether a mode's policies count as its terms do: in months, or in days.

Source: rule language, 3.7, and second version, 2.1 and 2.2.
"""

from collections.abc import Iterator

from engine.diagnostics import policies
from engine.language.build.context import Build
from engine.model.book import BillingMode, PolicyUse, PriceBook
from engine.model.policies import CONVENTIONS_OF_DAYS, EACH_DAY, MIDNIGHT, WEEKDAYS, Commitment, Remaining, Renewal, SpecChange
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
            for use in mode.commitment:
                _check_commitment(build, mode, use, book.commitments.get(use.use))


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
    if policy is None or policy.align is None:
        return
    of_days = policy.align in (*WEEKDAYS, EACH_DAY)
    if of_days != (mode.sold_by == "day"):
        day = "a day of the week, or each day" if of_days else "a day of the month"
        message = f"under `{use.use}` terms end on {day}, and those of `{mode.id}` are counted in {mode.sold_by}s"
        _report(build, use, message, f"write `align: {1 if of_days else 'monday'}`, or leave it out of the policy")
    elif of_days and policy.stub is not None and policy.stub not in CONVENTIONS_OF_DAYS:
        _report_stub(build, mode, use, policy.stub)
    elif mode.expires == "end-of-day" and policy.align_time not in (None, MIDNIGHT):
        message = f"terms of `{mode.id}` last to the end of a day, and under `{use.use}` they end at {policy.align_time}"
        _report(build, use, message, "leave `time` out of the policy, or write `expires: same-time` on the mode")


def _check_commitment(build: Build, mode: BillingMode, use: PolicyUse, commitment: Commitment | None) -> None:
    if commitment is None or commitment.every != "term" or mode.sold_by != "day" or commitment.stub in (None, *CONVENTIONS_OF_DAYS):
        return
    _report_stub(build, mode, use, commitment.stub)


def _report_stub(build: Build, mode: BillingMode, use: PolicyUse, stub: str) -> None:
    message = f"`{use.use}` counts a part of a term by `{stub}`, and those of `{mode.id}` are counted in days"
    _report(build, use, message, f"write one of {', '.join(f'`stub: {each}`' for each in CONVENTIONS_OF_DAYS)}")


def _report(build: Build, use: PolicyUse, message: str, remedy: str) -> None:
    build.report(policies.POLICY_OF_OTHER_TERMS, message, build.places.span(use.origin), path=dotted(use.origin.path), names=(use.use,), help=remedy)
