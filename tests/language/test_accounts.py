"""Accounts as they are written: events with their places, and what is wrong with those that cannot be read."""

import pytest

from engine.language.build import load_account, load_book
from tests.conformance.language import write
from tests.laws.books import base

BOOK = load_book({"book.yaml": write(base() | {
    "items": {"seat": {"title": "Seat", "unit": "piece"}},
    "billing_modes": {"plan": {"title": "Plan", "payment": "prepaid", "cycle": "term", "terms": ["1 month"], "items": {"seat": "required"}}},
    "prices": [{"effective": "2026-01-01", "billing_mode": "plan", "per": "month", "items": {"seat": 3}}],
}).encode()}).book  # fmt: skip
HEAD = "id: acme\ncustomer: {name: Acme, country: DE, attributes: {segment: education}}\nsubscriptions:\n  - id: s-1\n    billing_mode: plan\n    events:\n"


def load(event: str):
    return load_account("account.yaml", f"{HEAD}      - {{{event}}}\n".encode(), BOOK)


def test_an_account_is_read_with_its_customer_and_events():
    account, found = load("date: 2026-03-01, purchase: {term: 1 month, items: {seat: 5}, coupons: [WELCOME]}")
    assert (found, account.id, account.customer.name, account.currency) == ((), "acme", "Acme", "USD")
    assert account.attributes == {"customer": "acme", "country": "DE", "segment": "education"}
    (event,) = account.subscriptions[0].events
    assert (event.kind, event.lines[0].quantity, event.term.months, event.coupons) == ("purchase", 5, 1, ("WELCOME",))
    assert event.origin.line == 7


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ("date: 2026-03-01", "the event does not say what happened"),
        ("date: 2026-03-01, start: true, stop: true", "the event says two things at once"),
        ("date: 2026-03-01, start: false", "`start: false` says that nothing happened"),
        ("date: 2026-03-01, switch: {to: plam}", "there is no billing mode `plam`"),
        ("date: 2026-03-01, change: {items: {seet: 5}}", None),
    ],
)
def test_an_event_that_cannot_be_read_is_told(event, message):
    account, found = load(event)
    assert account is None and found[0].span.line == 7
    assert message is None or found[0].message == message


def test_an_empty_file_is_told():
    assert load_account("account.yaml", b"", BOOK)[1]


def test_a_subscription_that_stands_there_twice_is_told():
    again = "\n  - {id: s-1, billing_mode: plan, events: [{date: 2026-03-02, start: true}]}\n"
    account, found = load_account("account.yaml", f"{HEAD}      - {{date: 2026-03-01, start: true}}{again}".encode(), BOOK)
    assert account is None and [each.message for each in found] == ["the subscription `s-1` stands in the account twice"]


@pytest.mark.parametrize(
    "text",
    [
        "- a\n", "id: acme\n", "x: 1\n", "id: acme\ncustomer: Acme\nsubscriptions: []\n", "id: acme\ncustomer: {name: A}\nsubscriptions: {}\n",
        "id: acme\ncustomer: {name: A, attributes: [a]}\nsubscriptions: [1]\n", "id: [\n",
        "id: acme\ncurrency: XXY\ncustomer: {name: A, address: {a: b}}\nsubscriptions: [{id: s, billing_mode: plan, events: {date: 1}}]\n",
        "id: acme\ncustomer: {name: A}\nsubscriptions: [{id: s, billing_mode: plan, events: [{date: 2026-02-30, renew: {term: 5}}]}]\n",
    ],
)  # fmt: skip
def test_a_damaged_account_gives_findings_never_a_failure(text):
    account, found = load_account("account.yaml", text.encode(), BOOK)
    assert account is None and found and all(each.message for each in found)


@pytest.mark.parametrize(
    ("customer", "code", "said"),
    [
        ("name: Acme, country: Germany", "Q705", "`Germany` is no country code of ISO 3166; did you mean `DE`?"),
        ("name: Acme, country: de", "Q705", "`de` is no country code of ISO 3166; did you mean `DE`?"),
        ("name: Acme, country: XX", "Q705", "`XX` is no country code of ISO 3166; write the two capital letters of ISO 3166, such as `DE`"),
        ("name: Acme, attributes: {country: XX}", "Q218", "attribute `country` cannot be `XX`; write the two capital letters of ISO 3166, such as `DE`"),
        ("name: Acme, attributes: {segmnt: education}", "Q217", "there is no attribute `segmnt`; did you mean `segment`?"),
        ('name: ""', "Q706", "the customer has no name; write the name that invoices are addressed to"),
        ('name: " "', "Q706", "the customer has no name; write the name that invoices are addressed to"),
    ],
)  # fmt: skip
def test_a_customer_that_no_rule_could_be_for_is_refused(customer, code, said):
    head = HEAD.replace("name: Acme, country: DE, attributes: {segment: education}", customer)
    account, found = load_account("account.yaml", f"{head}      - {{date: 2026-03-01, start: true}}\n".encode(), BOOK)
    assert account is None
    assert [(each.code, f"{each.message}; {each.help}", each.span.line) for each in found] == [(code, said, 2)]
