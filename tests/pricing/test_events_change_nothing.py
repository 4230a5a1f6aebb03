"""An event of a subscription makes a new one: the one that it was asked of stays, and gives the same answer when it is asked again."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine.language.build import load_book, load_order
from engine.model.orders import ChangeRequest, OrderLine, RenewRequest, UnsubscribeRequest
from engine.pricing.cancellations import evaluate_unsubscription
from engine.pricing.changes import evaluate_change
from engine.pricing.renewals import evaluate_renewal
from engine.pricing.subscription import Subscription, subscribe
from engine.pricing.waterfall import Pricing, run_waterfall
from engine.values.periods import parse_duration
from tests.conformance.language import write
from tests.pricing.fine_print import plan
from tests.pricing.later_shop import later
from tests.pricing.test_own_days import own_days

NOON = datetime(2026, 4, 16, 10, tzinfo=UTC)


def held(book: object, **order: object) -> Subscription:
    opened = load_book({"book.yaml": write(book).encode()}).book
    assert opened is not None
    made, problems = load_order("order.yaml", write(plan(**order)).encode(), opened, None)
    assert made is not None, problems
    return subscribe(run_waterfall(Pricing(opened, made)))


def change(**items: object) -> Callable[[Subscription], tuple[Subscription, object]]:
    def asked(sub: Subscription) -> tuple[Subscription, object]:
        lines = tuple(OrderLine(item, **what) for item, what in items.items())
        return evaluate_change(sub, ChangeRequest(NOON, lines))

    return asked


def renewal(sub: Subscription) -> tuple[Subscription, object]:
    return evaluate_renewal(sub, RenewRequest(NOON, parse_duration("1 month")))


def leaving(sub: Subscription) -> tuple[Subscription, object]:
    return evaluate_unsubscription(sub, UnsubscribeRequest(NOON))


WAITS = later(change={"reduce": {"takes_effect": "next-renewal", "charge": "none"}})
CASES = {
    "more of an item": (later(), change(seat={"quantity": Decimal(20)}), "terms"),
    "less of an item, whose payment is marked as returned": (later(), change(seat={"quantity": Decimal(5)}), "terms"),
    "a change that waits for the renewal": (WAITS, change(seat={"quantity": Decimal(5)}), "pending"),
    "a new term of all lines": (own_days(), change(seat={"quantity": Decimal(20)}), "terms"),
    "a renewal": (later(), renewal, "terms"),
    "an unsubscription": (later(), leaving, "ended"),
}


@pytest.mark.parametrize(("book", "event", "different"), CASES.values(), ids=CASES)
def test_an_event_leaves_what_it_was_asked_of(book, event, different):
    sub = held(book, items={"seat": 10}, term="1 month", date="2026-04-01")
    before = repr(sub)
    after, answer = event(sub)
    assert repr(sub) == before
    assert event(sub) == (after, answer)
    assert getattr(after, different) != getattr(sub, different)
