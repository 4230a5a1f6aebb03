"""What a paid subscription provides while it is changed and renewed: each state as its event left it, from one replay."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from engine.billing import prepaid
from engine.billing.prepaid import replay
from engine.billing.runs import prepaid_run
from engine.pricing.quantity import provided_by
from tests.billing.usage_shop import account, book_of, event, midnight, subscription


def sold(*events: dict):
    book = book_of()
    bought = event("2026-03-01", "purchase", term="1 month", items={"plan": "small", "disk": 10})
    made = account(book, subscription("s-1", "paid", bought, *events))
    return book, made, made.subscriptions[0]


HISTORY = (
    event("2026-03-05", "change", items={"disk": 25}),
    event("2026-03-09", "change", items={"plan": "large", "bundle": 1}),
    event("2026-03-20", "renew", term="3 months"),
    event("2026-04-10", "change", items={"disk": 40}),
    event("2026-05-02", "change", items={"disk": 5, "plan": "small"}),
    event("2026-05-20", "unsubscribe"),
)


def test_what_is_provided_between_two_events_is_what_the_events_before_left():
    """The same as a history that ends with the first of the two, for every one of them."""
    book, made, sub = sold(*HISTORY)
    run = prepaid_run(book, made, sub)
    for count, at in enumerate([each.at for each in sub.events], 1):
        left = replay(book, made, replace(sub, events=sub.events[:count])).state
        moment = at + timedelta(hours=1)
        held = [] if left.ended is not None else list(left.standing(moment).values())
        wanted = sorted((one.resource, one.quantity * each.quantity) for each in held for one in provided_by(each.line))
        assert sorted((each.resource, each.quantity) for each in run.provided if each.holds(moment)) == wanted


def test_levels_of_a_subscription_that_is_changed_and_renewed():
    book, made, sub = sold(*HISTORY)
    run = prepaid_run(book, made, sub)
    days = ["2026-03-02", "2026-03-06", "2026-03-10", "2026-04-02", "2026-04-11", "2026-05-03", "2026-05-21"]
    levels = [sum(e.quantity for e in run.provided if e.resource == "storage" and e.holds(midnight(book, day))) for day in days]
    assert levels == [Decimal(each) for each in (110, 125, 1049, 1049, 1064, 105, 0)]


def test_each_event_is_evaluated_once(monkeypatch):
    evaluated, evaluate = [], prepaid.evaluate_change
    monkeypatch.setattr(prepaid, "evaluate_change", lambda state, asked: evaluated.append(asked.at) or evaluate(state, asked))
    book, made, sub = sold(*(event(f"2026-03-{day:02}", "change", items={"disk": 10 + day}) for day in range(2, 26)))
    prepaid_run(book, made, sub)
    assert evaluated == [each.at for each in sub.events[1:]]
