"""A renewal that the system pays by itself: when its policy allows that (rule language, 2, `renewals`: `auto_renew`).

One that the account writes is dated by the day on which it was paid: from so long before expiry as the policy says, and before expiry.
What nobody writes, because the account says `auto_renew: true`, is due on the first of these days.
"""

from datetime import date, datetime, timedelta

from engine.diagnostics import report
from engine.diagnostics.accounts import AUTO_RENEWAL_TIME
from engine.model.accounts import AutoRenewal
from engine.model.book import PriceBook
from engine.model.orders import RenewRequest
from engine.pricing.messages import place
from engine.pricing.refused import Refused
from engine.pricing.renewals import renewal_in_force
from engine.pricing.subscription import Subscription, end_of
from engine.pricing.unified_days import renewal_in_force_at
from engine.values.periods import Duration, add_months, local_date, start_of_day

DAY_SECONDS = 86400


def check_automatic(state: Subscription, request: RenewRequest) -> None:
    """Raises Refused where the policy has no automatic renewal, or not on that day.

    Expiring on 31 March with `auto_renew: 7 days before` it is paid from 24 March on, and before the term is over.
    """
    policy, last, zone = renewal_in_force(state, request), state.terms[-1].expires, state.book.zone
    day = local_date(request.at, zone)
    if policy.auto_renew is None:
        raise _refuse(request, f"the renewal policy `{policy.id}` has no `auto_renew`, so nothing is renewed by itself", "leave `automatic` out")
    first = earliest_day(state.book, policy.auto_renew, last)
    if day < first:
        message = f"the renewal of {day} is not due yet: it is paid {policy.auto_renew} before expiry, from {first} on"
        raise _refuse(request, message, f"give it a date from {first} on, or leave `automatic` out")
    if request.at >= end_of(last, state.book):
        message = f"the renewal of {day} comes after expiry, when nothing is renewed by itself any more"
        raise _refuse(request, message, "leave `automatic` out: a late renewal is paid by the customer")


def check_renews_by_itself(state: Subscription, said: AutoRenewal) -> None:
    """Raises Refused where the running term's policy renews nothing by itself, so that `auto_renew: true` would mean nothing."""
    policy = renewal_in_force_at(state.book, state.mode, state.order, state.terms[-1].bought_at)
    if policy is not None and policy.auto_renew is not None:
        return
    what = f"the billing mode `{state.mode.id}` has no `renewal`" if policy is None else f"the renewal policy `{policy.id}` has no `auto_renew`"
    remedy = "leave `auto_renew` out and write each `renew`, or say in the book how long before expiry it is paid: `auto_renew: 7 days before`"
    raise Refused(
        report(
            AUTO_RENEWAL_TIME, f"{what}, so nothing is renewed by itself", place(said.origin), path="auto_renew", subject="auto_renew", help=remedy,
        )
    )  # fmt: skip


def due_at(state: Subscription, since: datetime) -> datetime:
    """When the running term renews by itself: as the first of its days begins, but not before `since`, when that was last decided.

    Expiring on 31 March with `auto_renew: 7 days before` it is due as 24 March begins. A term whose policy renews nothing by itself
    has its end instead, where that is found out.
    """
    book, last = state.book, state.terms[-1]
    policy = renewal_in_force_at(book, state.mode, state.order, last.bought_at)
    if policy is None or policy.auto_renew is None:
        return end_of(last.expires, book)
    return max(since, start_of_day(earliest_day(book, policy.auto_renew, last.expires), book.zone))


def earliest_day(book: PriceBook, before: Duration, expires: date | datetime) -> date:
    """The first day on which an automatic renewal may be paid: 7 days before 31 March is 24 March."""
    last = local_date(expires, book.zone) if isinstance(expires, datetime) else expires
    return add_months(last, -before.months) if before.months else last - timedelta(days=-(-before.seconds // DAY_SECONDS))


def _refuse(request: RenewRequest, message: str, remedy: str) -> Refused:
    return Refused(report(AUTO_RENEWAL_TIME, message, place(request.origin), path="renew", subject="renew", help=remedy))
