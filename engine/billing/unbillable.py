"""Usage that nobody can be charged for: no such subscription, not sold by usage, or a time at which the subscription did not run.

Contract: says why at the record's row, one finding for all records with the same reason; charges nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from engine.billing.runs import Run
from engine.diagnostics import Diagnostic, report
from engine.diagnostics.accounts import USAGE_OUTSIDE
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.pricing.messages import place
from engine.pricing.refused import Refused
from engine.usage import UsageRecord
from engine.usage.findings import RowFindings
from engine.values.periods import local_date, start_of_day

ENDED = {
    "stop": "it was stopped",
    "unsubscribe": "it was unsubscribed",
    "switch": "it left its billing mode by `switch`",
    None: "its paid term was over",
}
"""What ended the use of a subscription, by the kind of the event; without an event a paid term ran out."""
REMEDIES = {
    "stop": "correct the record's time, or move the `stop` behind the last use",
    "unsubscribe": "correct the record's time, or move the `unsubscribe` behind the last use",
    "switch": "correct the record's time, or add the `purchase` or `start` in the new mode",
    None: "correct the record's time, or add the `renew` if the term went on",
}


def check_records(book: PriceBook, account: Account, runs: Sequence[Run], records: Sequence[UsageRecord]) -> None:
    """Raises Refused with every record of an item that its subscription does not sell by usage, or of a time in which it did not run."""
    of_subscription: dict[str, list[Run]] = {}
    for run in runs:
        of_subscription.setdefault(run.subscription, []).append(run)
    found = RowFindings()
    for record in records:
        problem = unbillable(book, account, of_subscription.get(record.subscription, []), record)
        if problem is not None:
            found.add(*problem)
    if found.listed():
        raise Refused(*found.listed())


def unknown_subscriptions(account: Account, records: Sequence[UsageRecord]) -> tuple[Diagnostic, ...]:
    """A finding for every subscription that records name and the account does not have."""
    known = {sub.id for sub in account.subscriptions}
    found = RowFindings()
    for record in records:
        if record.subscription not in known:
            found.add(no_subscription(account, record))
    return found.listed()


def no_subscription(account: Account, record: UsageRecord) -> Diagnostic:
    """That the account does not have the subscription of a record."""
    return _outside(record, f"account `{account.id}` has no subscription `{record.subscription}`", "add it to the account")


def no_account(record: UsageRecord) -> Diagnostic:
    """That the account of a record is none of those that are charged."""
    return _outside(record, f"no account `{record.account}` is given", "name its file too, or correct the account of the record")


def unbillable(book: PriceBook, account: Account, runs: Sequence[Run], record: UsageRecord) -> tuple[Diagnostic, tuple[object, ...]] | None:
    """What is wrong with the record, and what others have in common with it whose reason is the same; `runs` are those of its subscription."""
    name = record.subscription
    if not runs:
        return _outside(record, f"`{name}` was never started", "add its `start` or its `purchase`"), (name,)
    by_usage = {run.mode: [each.item for each in book.billing_modes[run.mode].items if each.payment == "postpaid"] for run in runs}
    now = [run for run in runs if run.running.holds(record.at)]
    if now and any(record.item in by_usage[run.mode] for run in now):
        return None
    sold = dict.fromkeys(item for run in now or runs for item in by_usage[run.mode])
    if record.item not in sold:
        remedy = f"use one of {', '.join(sold)}" if sold else "give the usage a subscription that is billed by usage"
        return _outside(record, f"`{name}` has no `{record.item}` by usage", remedy), (name, record.item)
    why, remedy, cause = _not_running(book, account, runs, record)
    return _outside(record, f"`{name}` does not run at the time of this record, {_told(book, record.at)}: {why}", remedy), (name, cause)


def _not_running(book: PriceBook, account: Account, runs: Sequence[Run], record: UsageRecord) -> tuple[str, str, tuple[object, ...]]:
    """Between what the record's time lies: the end of use before it and the start after it; with the remedy, and both as the cause."""
    # What ended at the instant of its beginning held no time: it has no span, but it was there.
    spans = [span for run in runs for span in run.running.spans or ((run.running.begun, run.running.begun),)]
    ends = [end for _, end in spans if end is not None and end <= record.at]
    starts = sorted(start for start, _ in spans if start > record.at)[:1]
    if not ends:
        remedy = "correct the record's time, or start the subscription before its first use"
        return f"it starts {_event(book, starts[0])}", remedy, (None, *starts)
    ended, again = max(ends), f"started again {_event(book, starts[0])}" if starts else ""
    events = next(sub.events for sub in account.subscriptions if sub.id == record.subscription)
    kind = next((event.kind for event in events if event.at == ended and event.kind in ENDED), None)
    why, remedy, day = f"{ENDED[kind]} {_event(book, ended)}", REMEDIES[kind], local_date(ended, book.zone)
    if kind is not None and local_date(record.at, book.zone) == day and ended == start_of_day(day, book.zone):
        remedy = f"a `{kind}` takes effect as its day begins: date it {day + timedelta(days=1)} if the whole of {day} was used"
    return f"{why} and {again}" if again else why, remedy, (ended, *starts)


def _event(book: PriceBook, at: datetime) -> str:
    """The instant of an event in words."""
    day, clock = _told(book, at).split()
    return f"on {day} at {clock}"


def _told(book: PriceBook, at: datetime) -> str:
    """An instant in the book's zone, to the minute, with seconds where it has any."""
    wall = at.astimezone(book.zone)
    return f"{wall:%Y-%m-%d %H:%M}" if not wall.second and not wall.microsecond else f"{wall:%Y-%m-%d %H:%M:%S}"


def _outside(record: UsageRecord, message: str, remedy: str) -> Diagnostic:
    """A record that nobody can be charged for, at its row."""
    return report(USAGE_OUTSIDE, message, place(record.origin), path="subscription", subject=record.subscription, help=remedy)
