"""Accounts of any number: those that are alike are read once, and each is charged as if it had been read by itself."""

import json

import pytest

from engine.batch.account_texts import AccountText
from engine.batch.accounts import Accounts
from engine.billing.account_runs import runs_of
from engine.language.build import load_account
from engine.shelf import Unusable
from engine.values.microseconds import in_microseconds
from tests.billing.usage_shop import book_of
from tests.usage.meter_books import at, record

END = at("04-01")
START = {"id": "s-1", "billing_mode": "use", "events": [{"date": "2026-02-01", "start": True}, {"date": "2026-03-10", "stop": True}]}


def text(name: str, row: str | None = None, **others) -> AccountText:
    """An account as a row of a Parquet file has it."""
    said = {"id": name, "customer": {"name": f"Customer {name}"}, "subscriptions": [START]} | others
    return AccountText(f"accounts.parquet:{row or name}", json.dumps(said).encode(), row or name)


def read(*texts: AccountText, book=None) -> Accounts:
    accounts = Accounts(book or book_of(), END)
    for each in texts:
        accounts.read(each)
    return accounts


def test_accounts_that_are_alike_are_as_if_each_was_read_by_itself():
    """Of the customer nothing counts here but country and attributes; who it is stands on the invoice."""
    other = {"subscriptions": [START | {"id": "s-2"}]}
    texts = [text("a"), text("b"), text("c", customer={"name": "C", "country": "DE"}), text("d", **other), text("e", customer={"name": "E", "country": "DE"})]
    accounts = read(*texts)
    assert accounts.problems == [] and [*accounts.by_id] == ["a", "b", "c", "d", "e"]
    for each in texts:
        alone, _ = load_account(each.name, each.content, accounts.book)
        assert alone is not None
        found = accounts.by_id[each.id]
        assert (found.attributes, found.currency) == (alone.attributes, alone.currency)
        assert [sub.id for sub in found.subscriptions] == [sub.id for sub in alone.subscriptions]
        assert [(run.subscription, run.attributes, run.running) for run in accounts.runs[each.id]] == [
            (run.subscription, run.attributes, run.running) for run in runs_of(accounts.book, alone, END)[0]
        ]


def test_who_can_be_charged_for_a_record():
    accounts = read(text("acme"))
    assert accounts.spans("acme", "s-1", "calls") == [(in_microseconds(at("02-01")), in_microseconds(at("03-10")))]
    assert accounts.spans("acme", "s-1", "plan") == () and accounts.is_known("acme", "s-1") and not accounts.is_known("acme", "s-2")
    used = {"item": "calls"}
    for when, subscription, message in (
        ("03-09", "s-1", None),
        ("03-11", "s-1", "`s-1` does not run at the time of this record"),
        ("03-09", "s-2", "account `acme` has no subscription `s-2`"),
    ):
        made = record(f"{when} 10:00", subscription=subscription)
        problem = accounts.problem(type(made)(made.account, made.subscription, used["item"], made.at, made.quantity))
        assert (problem is None) == (message is None)
        assert problem is None or problem[0].message.startswith(str(message))


def test_an_account_that_cannot_be_charged_is_told_and_its_records_are_rejected():
    accounts = read(text("acme", subscriptions=[START | {"events": [{"date": "2026-03-10", "stop": True}]}]))
    assert [each.severity for each in accounts.problems] == ["error"]
    problem = accounts.problem(record("03-09 10:00"))
    assert problem is not None and problem[0].code == "Q704" and problem[0].message.startswith("the account `acme` cannot be charged: ")
    assert not accounts.is_known("acme", "s-1")


def test_an_account_stands_there_once_and_under_its_own_id():
    with pytest.raises(Unusable, match="the account `a` stands in"):
        read(text("a"), text("a"))
    with pytest.raises(Unusable, match="the document is the account `a`, and its row is called `b`"):
        read(text("a", "b"))


def test_a_document_that_is_no_account_is_told():
    accounts = read(AccountText("accounts.parquet:a", b"{", "a"), text("b"))
    assert [*accounts.by_id] == ["b"] and any(each.severity == "error" for each in accounts.problems)
