"""From the account to the e-invoice: the engine's own invoices, with discounts, coupons, changes, refunds and rates that change."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from engine.billing import issue, make_invoice
from engine.documents.einvoice import e_invoice_problems, render_cii, render_ubl
from engine.language.build import load_account, load_book
from engine.model.book import PriceBook
from engine.model.invoices import Invoice
from tests.extent import first

BASE = Path(__file__).resolve().parents[1] / "errors" / "base"
SELLER = b"""
  payment_terms: 1 month
  seller: {name: Shop GmbH, address: [1 Example Street], city: Berlin, postcode: 10115, country: DE, tax_id: DE123456789}
"""
TAXES = {
    "one rate": "taxes: [{id: vat, tax: vat, rate: 19%, category: S}]",
    "a new rate": """taxes:
  - {id: lower, tax: vat, rate: 16%, category: S, effective: 2026-01-01, until: 2026-03-15}
  - {id: vat, tax: vat, rate: 19%, category: S, effective: 2026-03-15}
""",
    "by item": """taxes:
  - {id: vat, tax: vat, rate: 19%, category: S}
  - {id: books, tax: vat, rate: 7%, category: S, items: [seat]}
""",
    "reverse charge": "taxes: [{id: reverse, tax: vat, rate: 0%, category: AE, reason: Article 196}]",
    "half exempt": """taxes:
  - {id: vat, tax: vat, rate: 25.5%, category: S}
  - {id: exempt, tax: vat, rate: 0%, category: E, items: [seat], reason: Seats are exempt}
""",
}
EVENTS = {
    "purchase": ["{date: 2026-03-02, purchase: {term: 1 year, items: {plan: small, seat: 130}}}"],
    "coupon": ["{date: 2026-03-02, purchase: {term: 1 month, items: {plan: small, seat: 7}, coupons: [SPRING-2026]}}"],
    "changes": [
        "{date: 2026-02-10, purchase: {term: 6 months, items: {plan: small, seat: 33}}}",
        "{date: 2026-03-05, change: {items: {plan: large}}}",
        "{date: 2026-03-20, change: {items: {seat: 3}}}",
    ],
    "refund": ["{date: 2026-02-10, purchase: {term: 1 year, items: {plan: small, seat: 33}}}", "{date: 2026-03-21, unsubscribe: true}"],
    "renewed and left": [
        "{date: 2026-02-20, purchase: {term: 1 month, items: {plan: small, seat: 3}}}",
        "{date: 2026-03-18, renew: {term: 1 month}}",
        "{date: 2026-03-19, unsubscribe: true}",
    ],
}
BY_HAND = {
    "a workshop": ["{date: 2026-03-12, adjust: {title: Workshop, amount: 450.00, like: plan, reason: By phone, reference: OFFER-17}}"],
    "goodwill": ["{date: 2026-03-20, adjust: {title: Goodwill, amount: -20.01, like: seat}}"],
    "both": [
        "{date: 2026-03-12, adjust: {title: Workshop, amount: 450.00, like: seat}}",
        "{date: 2026-03-20, adjust: {title: Goodwill, amount: -900.00, like: plan}}",
    ],
}
MONTHS = [datetime(2026, month, 1) for month in (2, 3, 4)]


@cache
def book(taxes: str, included: bool) -> PriceBook:
    files = {path.name: path.read_bytes() for path in BASE.glob("*.yaml")}
    kind = b"\n  prices_include_tax: true" if included else b""
    files["book.yaml"] = files["book.yaml"].replace(b"  price_notice: 30 days\n", b"  price_notice: 30 days" + kind + SELLER)
    files["taxes.yaml"] = TAXES[taxes].encode()
    loaded = load_book(files)
    assert loaded.book is not None, [each.message for each in loaded.diagnostics]
    return loaded.book


def invoices(sold: PriceBook, events: list[str], by_hand: Sequence[str] = ()) -> list[Invoice]:
    """The account's invoices for February and March 2026."""
    listed = "".join(f"      - {event}\n" for event in events)
    adjusted = "".join(("events:\n", *(f"  - {row}\n" for row in by_hand))) if by_hand else ""
    written = (
        "id: acme\ncustomer: {name: Acme SARL, address: [2 Example Street], city: Paris, country: FR, tax_id: FR32123456789}\n"
        f"{adjusted}"
        f"subscriptions:\n  - id: s-1\n    billing_mode: yearly-monthly\n    events:\n{listed}"
    )
    account, problems = load_account("account.yaml", written.encode(), sold)
    assert account is not None, [each.message for each in problems]
    spans = pairwise(month.replace(tzinfo=sold.zone).astimezone(UTC) for month in MONTHS)
    made = [make_invoice(sold, account, (), start, end) for start, end in spans]
    assert all(isinstance(each, Invoice) for each in made), made
    return [each for each in made if each.lines]


def check_by_the_official_rules(sold: PriceBook, found: list[Invoice], checker) -> None:
    """Each invoice has no problem of its own, and passes as UBL and as CII."""
    assert found
    for invoice in found:
        issued = issue(sold, invoice, "2026-0001", date(2026, 4, 1))
        assert e_invoice_problems(invoice, issued, sold) == ()
        for syntax, write in (("ubl", render_ubl), ("cii", render_cii)):
            wrong = [each for each in checker.check(write(invoice, issued, sold), syntax) if each.severity == "error"]
            assert wrong == [], syntax


@pytest.mark.parametrize("included", [False, True], ids=["net", "tax included"])
@pytest.mark.parametrize("events", EVENTS)
@pytest.mark.parametrize("taxes", TAXES)
def test_what_is_billed_passes_the_official_rules(taxes, events, included, checker):
    sold = book(taxes, included)
    check_by_the_official_rules(sold, invoices(sold, EVENTS[events]), checker)


@pytest.mark.parametrize("status", first(1, ["published", "draft"]))
@pytest.mark.parametrize("included", [False, True], ids=["net", "tax included"])
@pytest.mark.parametrize("by_hand", BY_HAND)
@pytest.mark.parametrize("taxes", TAXES)
def test_so_do_lines_by_hand(taxes, by_hand, included, status, checker):
    """Alone in the month of an old subscription, so that goodwill makes a credit note, and beside a purchase."""
    sold = replace(book(taxes, included), status=status)
    for events in (["{date: 2026-01-02, purchase: {term: 1 year, items: {plan: small}}}"], EVENTS["purchase"]):
        found = invoices(sold, events, BY_HAND[by_hand])
        check_by_the_official_rules(sold, found, checker)
        assert BY_HAND[by_hand][0].split("title: ")[1].split(",")[0] in render_ubl(found[-1], issue(sold, found[-1], "1", date(2026, 4, 1)), sold).decode()
