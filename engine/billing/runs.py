"""When subscriptions run, in which billing mode, and what those that are paid in advance provide meanwhile (rule language, 3.4).

Contract: records, and how a paid subscription's history becomes one; no amount is computed here. Times are half-open, in UTC.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.billing.prepaid import replayed
from engine.model.accounts import Account, AccountSubscription
from engine.model.book import PriceBook
from engine.pricing.bills import lasting_coupons
from engine.pricing.cover import Provided
from engine.pricing.fees import FeeLevel
from engine.pricing.quantity import provided_by
from engine.pricing.subscription import PaidTerm, Subscription, end_of, last_end
from engine.values.exact import multiply
from engine.values.periods import Duration
from engine.values.spans import NOWHERE, Origin

Span = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class Running:
    """When a subscription ran: from `begun` on, without the time after each stop and before the next start."""

    begun: datetime
    spans: tuple[Span, ...]

    def holds(self, at: datetime) -> bool:
        """Whether it ran at the instant; an end is excluded."""
        return any(start <= at and (end is None or at < end) for start, end in self.spans)

    def reaches(self, start: datetime, end: datetime) -> bool:
        """Whether it ran in any part of [start, end)."""
        return any(begin < end and (stop is None or start < stop) for begin, stop in self.spans)

    @property
    def stops(self) -> tuple[datetime, ...]:
        """The instants at which use ended."""
        return tuple(end for _, end in self.spans if end is not None)


@dataclass(frozen=True, slots=True)
class PaidStretch:
    """A paid term as usage beside it sees it: from when until when, how long it was ordered for, and when it was bought."""

    start: datetime
    end: datetime
    length: Duration
    bought_at: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """A subscription in one billing mode: when it ran, for whom, with which coupons and fees; paid in advance also its terms and provisions."""

    subscription: str
    mode: str
    running: Running
    attributes: Mapping[str, str] = field(default_factory=dict)
    coupons: tuple[str, ...] = ()
    terms: tuple[PaidStretch, ...] = ()
    provided: tuple[Provided, ...] = ()
    fees: tuple[FeeLevel, ...] = ()
    origin: Origin = NOWHERE

    def term_at(self, at: datetime) -> PaidStretch | None:
        """The paid term that runs at the instant, else the last one before it; None where nothing is paid in advance."""
        begun = [term for term in self.terms if term.start <= at]
        return begun[-1] if begun else next(iter(self.terms), None)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order of time, those that touch or overlap as one."""
    found: list[Span] = []
    for start, end in sorted(spans, key=lambda span: span[0]):
        if found and (found[-1][1] is None or start <= found[-1][1]):
            last = found[-1][1]
            found[-1] = (found[-1][0], None if last is None or end is None else max(last, end))
        else:
            found.append((start, end))
    return tuple(found)


def prepaid_run(book: PriceBook, account: Account, sub: AccountSubscription, until: datetime | None = None) -> Run | None:
    """The subscription from its purchase to its end, renewals included; None without a purchase.

    `until`: when it leaves its billing mode before its term is over. After an unsubscription nothing runs; between the end of a term
    and a late renewal it does, because the further term begins where the one before it ended.
    """
    states = list(_states(book, account, sub))
    if not states:
        return None
    last, first = states[-1].state, sub.events[0].at
    limit = min((each for each in (until, last.ended) if each is not None), default=None)
    provided: list[Provided] = []
    spans: list[Span] = []
    for each in states:
        for term in each.state.terms:
            # A late renewal is known after its term began.
            known = min(each.start, term.start) if each.renewed and term is each.state.terms[-1] else each.start
            between = _cut((max(known, first), each.end), (first, limit))
            if between is None:
                continue
            spans += [span for span in [_cut((term.start, last_end(term, book)), between)] if span is not None]
            provided += _provided(each.state, term, between)
    terms = tuple(PaidStretch(term.start, last_end(term, book), term.length, term.bought_at) for term in last.terms)
    return Run(
        sub.id, sub.billing_mode, Running(first, joined(spans)), last.order.attributes, lasting_coupons(book, last.order.coupons), terms, tuple(provided),
        origin=sub.origin,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _State:
    """How a subscription stood from `start` on and before `end`: after one event, which was a renewal or not."""

    start: datetime
    end: datetime | None
    renewed: bool
    state: Subscription


def _states(book: PriceBook, account: Account, sub: AccountSubscription) -> Iterator[_State]:
    """How it stood after each event."""
    following = (*(event.at for event in sub.events[1:]), None)
    for event, end, found in zip(sub.events, following, replayed(book, account, sub), strict=True):
        if found.state is not None:
            yield _State(event.at, end, event.kind == "renew", found.state)


def _cut(span: Span, limits: Span) -> Span | None:
    """The part of the span inside the limits; None where there is none."""
    start = max(span[0], limits[0])
    ends = [end for end in (span[1], limits[1]) if end is not None]
    end = min(ends) if ends else None
    return (start, end) if end is None or start < end else None


def _provided(state: Subscription, term: PaidTerm, limits: Span) -> Iterator[Provided]:
    """What each line that is held in the term provides."""
    for held in term.held.values():
        cut = _cut((max(held.start, term.start), end_of(held.expires, state.book)), limits)
        if cut is not None:
            for each in provided_by(held.line):
                yield Provided(*cut, each.resource, multiply(held.quantity, each.quantity), each.every)


def merged_running(runs: Sequence[Run]) -> Running:
    """When any of the subscriptions ran; it began with the first of them."""
    return Running(min(run.running.begun for run in runs), joined(span for run in runs for span in run.running.spans))
