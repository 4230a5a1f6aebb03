"""Usage of a time at which its subscription did not run: the message names what stands before and after it, and what to do."""

import pytest

from tests.billing.usage_shop import account, bill, book_of, event, shop, subscription

BOOK = book_of(shop(book={"timezone": "Europe/Berlin"}))
START, STOP = event("2026-03-01", "start"), event("2026-03-20", "stop")
BUY = event("2026-03-01", "purchase", term="1 month", items={"plan": "small"})
MOVE = "correct the record's time, or move the `{}` behind the last use"
DAY = "a `{}` takes effect as its day begins: date it 2026-03-21 if the whole of 2026-03-20 was used"


def told(mode, events, *times, item="calls"):
    """(message after the record's own time, help, notes) of each finding."""
    made = account(BOOK, subscription("s-1", mode, *events))
    found = bill(BOOK, made, [("s-1", item, at, 1) for at in times])
    assert {each.code for each in found.diagnostics} == {"Q704"}
    return [(each.message.partition(": ")[2], each.help, each.notes) for each in found.diagnostics]


@pytest.mark.parametrize(
    ("mode", "events", "at", "why", "remedy"),
    [
        ("use", [START, STOP], "03-20T10:00", "it was stopped on 2026-03-20 at 00:00", DAY.format("stop")),
        ("use", [START, STOP], "03-20T00:00", "it was stopped on 2026-03-20 at 00:00", DAY.format("stop")),
        ("use", [START, STOP], "03-25T10:00", "it was stopped on 2026-03-20 at 00:00", MOVE.format("stop")),
        ("use", [START, event("2026-03-20T09:30:05", "stop")], "03-20T10:00", "it was stopped on 2026-03-20 at 09:30:05", MOVE.format("stop")),
        (
            "use", [START, STOP, event("2026-03-28T12:00", "start")], "03-25T10:00",
            "it was stopped on 2026-03-20 at 00:00 and started again on 2026-03-28 at 12:00", MOVE.format("stop"),
        ),
        (
            "use", [START, STOP, event("2026-03-22", "start"), event("2026-03-24", "stop")], "03-25T10:00",
            "it was stopped on 2026-03-24 at 00:00", MOVE.format("stop"),
        ),
        ("use", [START], "02-28T23:59", "it starts on 2026-03-01 at 00:00", "correct the record's time, or start the subscription before its first use"),
        ("paid", [BUY], "02-28T23:59", "it starts on 2026-03-01 at 00:00", "correct the record's time, or start the subscription before its first use"),
        ("paid", [BUY], "04-01T00:00", "its paid term was over on 2026-04-01 at 00:00", "correct the record's time, or add the `renew` if the term went on"),
        (
            "paid", [BUY, event("2026-03-20", "unsubscribe")], "03-20T10:00", "it was unsubscribed on 2026-03-20 at 00:00", DAY.format("unsubscribe"),
        ),
        (
            "paid", [BUY, event("2026-03-20T10:00", "unsubscribe")], "03-25T10:00", "it was unsubscribed on 2026-03-20 at 10:00",
            MOVE.format("unsubscribe"),
        ),
        # Bought and given back at one instant: it ran at no time, and both are told.
        (
            "paid", [BUY, event("2026-03-01", "unsubscribe")], "03-25T10:00", "it was unsubscribed on 2026-03-01 at 00:00",
            MOVE.format("unsubscribe"),
        ),
        (
            "paid", [BUY, event("2026-03-01", "unsubscribe")], "02-28T10:00", "it starts on 2026-03-01 at 00:00",
            "correct the record's time, or start the subscription before its first use",
        ),
        ("use", [START, event("2026-03-01", "stop")], "03-25T10:00", "it was stopped on 2026-03-01 at 00:00", MOVE.format("stop")),
    ],
)  # fmt: skip
def test_the_neighbours_of_the_time_are_named(mode, events, at, why, remedy):
    assert told(mode, events, at) == [(why, remedy, ())]


def test_a_mode_that_was_left_is_named():
    """From `use` to `paid` on 20 March, and nothing is bought there: no event runs the subscription after it."""
    book = book_of(shop(mode_changes=[{"from": "use", "to": "paid", "takes_effect": "immediately"}]))
    moved = [event("2026-03-01", "start"), {"date": "2026-03-20", "switch": {"to": "paid"}}]
    found = bill(book, account(book, subscription("s-1", "use", *moved)), [("s-1", "calls", "03-25T10:00", 1)])
    assert [(each.message, each.help) for each in found.diagnostics] == [(
        "`s-1` does not run at the time of this record, 2026-03-25 10:00: it left its billing mode by `switch` on 2026-03-20 at 00:00",
        "correct the record's time, or add the `purchase` or `start` in the new mode",
    )]  # fmt: skip


def test_all_records_after_one_stop_are_one_finding():
    times = [f"03-{day}T{hour:02}:00" for day in range(21, 29) for hour in range(24)]
    ((why, _, notes),) = told("use", [START, STOP], *times)
    assert (why, notes) == ("it was stopped on 2026-03-20 at 00:00", ("192 rows have this; the last of them is line 193",))


def test_each_gap_is_a_finding_of_its_own():
    events = [START, STOP, event("2026-03-22", "start"), event("2026-03-24", "stop")]
    assert [why for why, *_ in told("use", events, "03-21", "03-25", "03-26", "02-01")] == [
        "it was stopped on 2026-03-20 at 00:00 and started again on 2026-03-22 at 00:00", "it was stopped on 2026-03-24 at 00:00", "it starts on 2026-03-01 at 00:00",
    ]  # fmt: skip


def test_records_of_a_subscription_that_is_not_there_are_one_finding():
    made = account(BOOK, subscription("s-1", "use", START))
    found = bill(BOOK, made, [("s-9", "calls", f"03-{day}", 1) for day in range(10, 20)])
    assert [(each.code, each.span.line, each.notes) for each in found.diagnostics] == [("Q704", 2, ("10 rows have this; the last of them is line 11",))]
