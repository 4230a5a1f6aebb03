"""When an edit reaches an account: on a bill of the period, as a term renews in it or after it, or never."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.billing import make_invoice
from engine.language.build import load_account, load_book
from engine.review.comparison import book_changes
from engine.review.timing import BilledBy, when_it_moves
from engine.usage import read_usage
from engine.values.periods import start_of_day

FOLDER = Path(__file__).parents[2] / "rules" / "koodrive"
FILES = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*.yaml")}
TODAY = datetime(2026, 6, 1, tzinfo=UTC)
DEARER = """prices:
  - effective: 2026-10-01
    announced: 2026-07-01
    running_subscriptions: {running}
    billing_mode: {mode}
    per: {per}
    items: {items}
"""


def book(mode="yearly-monthly", per="month", items="{basic-edition: {50-users-500-gb: 99.68}}", running="next-renewal"):
    text = DEARER.format(mode=mode, per=per, items=items, running=running)
    return load_book({**FILES, "prices/2026-10-01.yaml": text.encode()}).book


OLD = load_book(FILES).book
DEAR = book()
USE = book("pay-per-use", "hour", "{users: 0.0050}")
TEAM = "{basic-edition: 50-users-500-gb}"


def purchase(day, term, items=TEAM, more=""):
    return "yearly-monthly", f"[{{date: {day}, purchase: {{term: {term}, items: {items}{more}}}}}]"


def moves(new, sub, start, end, rows=(), old=OLD):
    """When the account with one subscription is reached, for the bills of [start, end)."""
    mode, events = sub
    text = f"id: acme\ncustomer: {{name: Acme}}\nsubscriptions: [{{id: s, billing_mode: {mode}, events: {events}}}]\n"
    sides = []
    for each in (old, new):
        account, problems = load_account("acme.yaml", text.encode(), each)
        assert account is not None, problems
        records = read_usage(each, "usage.csv", "account,subscription,item,time,quantity\n" + "".join(f"acme,s,{row}\n" for row in rows)).records
        days = (start_of_day(date.fromisoformat(day), each.zone) for day in (start, end))
        sides.append(BilledBy(each, account, make_invoice(each, account, records, *days)))
    used = {"s": {row.partition(",")[0] for row in rows}} if rows else {}
    return when_it_moves(*sides, book_changes(old, new, TODAY), used)


RUNNING = ("pay-per-use", "[{date: 2026-03-02, start: true}]")
ROWS = ("users,2026-03-10T10:00,40",)
MONTHLY = purchase("2026-03-02", "1 month", more=", auto_renew: true")
CASES = {
    "bought in the period at the new price": (DEAR, purchase("2026-11-02", "1 year"), "2026-01-01", "2027-01-01", (), ("now", date(2026, 11, 2))),
    "used in the period": (USE, RUNNING, "2026-10-01", "2026-11-01", ("users,2026-10-10T10:00,40",), ("now", date(2026, 10, 1))),
    "renewed in the period": (DEAR, MONTHLY, "2026-01-01", "2027-01-01", (), ("at-renewal", date(2026, 10, 26))),
    "a term that was renewed in the period comes back": (
        DEAR,
        (
            "yearly-monthly",
            f"[{{date: 2026-05-20, purchase: {{term: 6 months, items: {TEAM}}}}}, {{date: 2026-11-10, renew: {{term: 6 months}}}}, "
            "{date: 2026-12-15, unsubscribe: true}]",
        ),
        "2026-01-01", "2027-01-01", (), ("at-renewal", date(2026, 11, 10)),
    ),
    "the term ends after the period": (DEAR, purchase("2026-03-02", "2 years"), "2026-01-01", "2027-01-01", (), ("later", None)),
    "terms that renew by hand reach it one after the other": (DEAR, purchase("2026-03-02", "1 month"), "2026-03-01", "2026-04-01", (), ("later", None)),
    "terms that renew by themselves reach it one after the other": (DEAR, MONTHLY, "2026-03-01", "2026-04-01", (), ("later", None)),
    "what it uses is dearer later": (USE, RUNNING, "2026-03-01", "2026-04-01", ROWS, ("later", None)),
    "what it may use is dearer later": (USE, RUNNING, "2026-03-01", "2026-04-01", (), ("later", None)),
    "it uses something else": (USE, RUNNING, "2026-03-01", "2026-04-01", ("storage,2026-03-10T10:00,40",), ("never", None)),
    "it buys something else": (DEAR, purchase("2026-03-02", "1 year", "{basic-edition: 10-users-100-gb}"), "2026-01-01", "2027-01-01", (), ("never", None)),
    "it keeps what it has": (book(running="never"), purchase("2026-03-02", "1 year"), "2026-01-01", "2027-01-01", (), ("never", None)),
    "it has lapsed": (DEAR, purchase("2026-03-02", "1 month"), "2026-01-01", "2027-01-01", (), ("never", None)),
    "it begins after the period": (DEAR, purchase("2027-03-02", "1 month"), "2026-01-01", "2027-01-01", (), ("never", None)),
    "it has stopped": (
        USE, ("pay-per-use", "[{date: 2026-03-02, start: true}, {date: 2026-03-20, stop: true}]"), "2026-03-01", "2026-04-01", ROWS, ("never", None),
    ),
    "it has left": (
        DEAR, ("yearly-monthly", f"[{{date: 2026-03-02, purchase: {{term: 2 years, items: {TEAM}}}}}, {{date: 2026-05-01, unsubscribe: true}}]"),
        "2026-01-01", "2027-01-01", (), ("never", None),
    ),
    "nothing changes": (OLD, MONTHLY, "2026-01-01", "2027-01-01", (), ("never", None)),
}  # fmt: skip


@pytest.mark.parametrize(("new", "sub", "start", "end", "rows", "expected"), CASES.values(), ids=CASES)
def test_an_account_is_reached_when_its_first_bill_differs(new, sub, start, end, rows, expected):
    assert moves(new, sub, start, end, rows) == expected


def test_a_term_that_cannot_renew_any_more_moves_too():
    """Withdrawn from sale, the item has no price when its term ends."""
    gone = book(items="{basic-edition: {50-users-500-gb: {withdrawn: true}}}")
    assert moves(gone, purchase("2026-03-02", "1 year"), "2026-01-01", "2027-01-01") == ("later", None)
