"""Usage of many accounts, rated by an engine and by the interpreter, to be compared charge by charge."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

import duckdb

from engine.batch.duckdb import DIALECT, rated, table
from engine.billing.charges import charges_for_usage
from engine.billing.ledger import ledger_of
from engine.model.accounts import Account, AccountEvent, AccountSubscription
from engine.model.book import PriceBook
from engine.model.charges import UsageCharge
from engine.model.parties import Party
from engine.pricing.refused import Refused
from engine.rating.answers import Rating
from engine.rating.dialects import Dialect
from engine.rating.emit import emit
from engine.rating.planned import Planned
from engine.rating.rating_plan import parameters_for, plan_book
from engine.rating.templates import Extent
from engine.usage import UsageRecord
from engine.values.microseconds import in_microseconds

SECOND = timedelta(seconds=1)


def account(name: str, mode: str, *events: tuple[datetime, str], currency: str = "USD", subscription: str = "s-1", **attributes: str) -> Account:
    """An account with one subscription and its events: (instant, `start` or `stop`)."""
    sub = AccountSubscription(subscription, mode, tuple(AccountEvent(at, kind) for at, kind in events))
    return Account(name, Party("Customer"), currency, (sub,), {"customer": name, "country": "CN"} | attributes)


def extent_of(records: Sequence[UsageRecord]) -> Extent:
    """What the records hold at most."""
    places = max([0, *(-Decimal(record.quantity).as_tuple().exponent for record in records)])
    scaled = [int(record.quantity * 10**places) for record in records]
    instants = [in_microseconds(record.at) for record in records]
    return Extent(places, max(scaled, default=0), sum(scaled), len(records), min(instants, default=0), max(instants, default=0))


@cache
def engine() -> duckdb.DuckDBPyConnection:
    """One DuckDB for all deliveries of a process."""
    return duckdb.connect(config={"threads": 1})


def usage_in(connection: duckdb.DuckDBPyConnection, book: PriceBook, records: Sequence[UsageRecord], places: int) -> None:
    """The relations `usage` and `dropped` of a delivery in which every third record came twice."""
    names = [each.id for each in book.attributes.values() if each.source == "usage"]
    rows = [
        (
            0,
            row,
            each.account,
            each.subscription,
            each.item,
            each.spec,
            in_microseconds(each.at),
            int(each.quantity * 10**places),
            *map(each.attributes.get, names),
        )
        for row, each in enumerate(records, 1)
    ]
    again = [(1, *row[1:]) for row in rows[::3]]
    texts = ("account VARCHAR", "subscription VARCHAR", "item VARCHAR", "spec VARCHAR")
    kinds = ("file INTEGER", "row BIGINT", *texts, '"at" BIGINT', "quantity BIGINT", *(f'"{name}" VARCHAR' for name in names))
    table(connection, "usage", kinds, rows + again)
    table(connection, "dropped", kinds[:2], [row[:2] for row in again])


def outside(accounts: Iterable[Account], records: Sequence[UsageRecord]) -> list[UsageRecord]:
    """Records of the instants at which subscriptions stop, and do not run: they are nobody's."""
    likely = {(each.account, each.subscription): each for each in records}
    return [
        replace(likely[owner.id, each.id], at=event.at)
        for owner in accounts
        for each in owner.subscriptions
        for event in each.events
        if event.kind == "stop" and (owner.id, each.id) in likely and all(other.at != event.at for other in each.events if other.kind == "start")
    ]


def planned(book: PriceBook, accounts: Iterable[Account], records: Sequence[UsageRecord], start: datetime, end: datetime, dialect: Dialect) -> Planned:
    """The queries over usage some of which is dropped."""
    owners = [(owner, ledger_of(book, owner, [each for each in records if each.account == owner.id], end).runs) for owner in accounts]
    plan = plan_book(book, start, end)
    uses = {(each.item, each.spec, tuple(each.attributes.items())) for each in records}
    users = {item: {each.account for each in records if each.item == item} for item in plan.in_question}
    parameters, left = parameters_for(plan, owners, sorted(uses, key=repr), users, extent_of(records))
    return Planned(parameters, emit(parameters, dialect, True) if parameters.templates else None, left)


def by_engine(book: PriceBook, accounts: Sequence[Account], records: Sequence[UsageRecord], start: datetime, end: datetime) -> tuple[Rating, dict[str, str]]:
    """What DuckDB makes of all usage, and which accounts are left to the interpreter, and why."""
    connection = engine()
    usage_in(connection, book, [*records, *outside(accounts, records)], extent_of(records).places)
    plan = planned(book, accounts, records, start, end, DIALECT)
    return rated(connection, plan), dict(plan.left)


Expected = dict[str, list[UsageCharge] | None]
"""By account its charges; None where it has none, because something of its usage cannot be charged."""


def by_interpreter(book: PriceBook, accounts: Iterable[Account], records: Sequence[UsageRecord], start: datetime, end: datetime) -> Expected:
    """What the interpreter makes of the usage of each account."""
    found: Expected = {}
    for owner in accounts:
        try:
            found[owner.id] = charges_for_usage(book, owner, records, start, end)
        except Refused:
            found[owner.id] = None
    return found


def agree(
    book: PriceBook,
    accounts: Sequence[Account],
    records: Sequence[UsageRecord],
    start: datetime,
    end: datetime,
    expected: Expected | None = None,
    rate: Callable[..., tuple[Rating, dict[str, str]]] = by_engine,
) -> int:
    """Whether both make the same charges of every account that the engine rates; returns how many charges there were."""
    rating, left = rate(book, accounts, records, start, end)
    found = {owner.id: [charge for charge in rating.charges if charge.account == owner.id] for owner in accounts}
    expected = by_interpreter(book, accounts, records, start, end) if expected is None else expected
    for owner in accounts:
        charges = expected[owner.id]
        if owner.id in rating.unrated:
            assert charges is None
        elif owner.id not in left:
            assert charges is not None
            assert_same(found[owner.id], charges)
    return len(rating.charges)


def assert_same(found: Sequence[UsageCharge], expected: Sequence[UsageCharge]) -> None:
    """The charges are equal; the first field that is not is told."""
    for one, other in zip(found, expected, strict=False):
        for field in fields(UsageCharge):
            ours, theirs = getattr(one, field.name), getattr(other, field.name)
            if field.name == "tallies":
                for tally, wanted in zip(ours, theirs, strict=False):
                    assert tally == wanted
            assert ours == theirs, (one.item, field.name, ours, theirs)
    assert repr(list(found)) == repr(list(expected))
