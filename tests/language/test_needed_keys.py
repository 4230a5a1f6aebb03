"""A key that is needed and not written is named, with what to write."""

from pathlib import Path

from engine.language.build import load_account, load_book, load_order

BOOK = load_book({"book.yaml": (Path(__file__).resolve().parent / "bounded" / "book.yaml").read_bytes()}).book


def told(found) -> list[tuple]:
    return [(each.path, each.missing, each.help) for each in found]


def test_a_renewal_in_an_order_needs_its_term():
    made, found = load_order(
        "order.yaml", b"{date: 2026-03-01, billing_mode: ahead, term: 1 year, items: {plan: small}, renew: {date: 2027-02-01}}", BOOK, None
    )
    assert made is None and told(found) == [("renew", "term", "add `term: 1 year`")]


def account(event: str):
    text = f"{{id: acme, customer: {{name: Acme}}, subscriptions: [{{id: s, billing_mode: ahead, events: [{event}]}}]}}"
    return load_account("account.yaml", text.encode(), BOOK)


def test_an_event_needs_its_date():
    made, found = account("{purchase: {term: 1 month, items: {plan: small}}}")
    assert made is None and told(found) == [("subscriptions.0.events.0", "date", "add `date: 2026-01-01`")]


def test_an_event_of_nothing_but_a_date_says_not_what_happened():
    made, found = account("{date: 2026-03-01}")
    assert made is None and [(each.path, each.message) for each in found] == [("subscriptions.0.events.0", "the event does not say what happened")]


def test_items_by_group_need_the_group():
    text = (Path(__file__).resolve().parent / "bounded" / "book.yaml").read_text(encoding="utf-8").replace("items: {group: extras}", "items: {}")
    assert ("discounts.hers.items", "group", "add `group: compute`") in told(load_book({"book.yaml": text.encode()}).diagnostics)
