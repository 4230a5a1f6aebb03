"""Rule language, second version, 5.3: withdrawn currencies of ISO 4217 are currencies until the day they were withdrawn."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest

from engine.language.build import load_book
from engine.lints import lint_book
from engine.model.invoices import Invoice
from engine.sheet import build_sheet
from engine.values.money import currency_codes, is_currency, minor_places, withdrawn_on
from engine.values.withdrawn import withdrawn_currencies
from tests.billing.usage_shop import account, bill, book_of, event, lines_of, subscription
from tests.billing.usage_shop import shop as usage_shop
from tests.conformance.language import write
from tests.documents.written import render_sheet_text
from tests.pricing.fine_print import book_errors, loaded, plan, quote, refusals, shop

VAT = {"id": "vat", "tax": "vat", "rate": "20%", "category": "S"}


def levs(effective: str = "2022-01-01", **entry):
    """The shop in levs, which were withdrawn on 1 January 2026: a seat at 10.55."""
    prices = [{"effective": effective, "billing_mode": "plan", "per": "month", "items": {"seat": D("10.55")}} | entry]
    return shop(book={"currency": "BGN"}, taxes=[VAT]) | {"prices": prices}


def test_the_case():
    """An order of 1 March 2022 for three at 10.55: 31.65, tax 6.33, 37.98."""
    found = quote(levs(), plan({"seat": 3}, date="2022-03-01")).totals
    assert [str(each) for each in (found.net, found.tax, found.gross)] == ["31.65", "6.33", "37.98"]


def test_the_day_itself():
    """Until the day, which is excluded as every end is: ordered on 31 December, refused from 1 January on, by the book's zone."""
    assert quote(levs(), plan({"seat": 1}, date="2025-12-31T23:59")).totals.net == D("10.55")
    assert refusals(levs(), plan({"seat": 1}, date="2026-01-01")) == ["withdrawn-currency"]
    assert refusals(levs(), plan({"seat": 1}, date="2025-12-31T22:59Z")) == []
    assert refusals(levs(), plan({"seat": 1}, date="2025-12-31T23:00Z")) == ["withdrawn-currency"]


@pytest.mark.parametrize(
    "later",
    [
        {"change": {"date": "2026-01-02", "items": {"seat": 2}}},
        {"renew": {"date": "2026-01-02", "term": "1 month"}},
        {"unsubscribe": {"date": "2026-01-02"}},
    ],
)
def test_what_comes_after_the_day_is_refused(later):
    """A term that was paid in levs runs on; nothing of it is paid or paid back in levs any more."""
    changes = {"any": {"supports": ["expand", "reduce"], "remaining": {"monthly": "actual-days", "yearly": "actual-days", "counts_from": "same-day"}}}
    policies = {"spec_changes": changes, "cancellations": {"all": {"refund": "unused"}}, "renewals": {"again": {"grace": "15 days"}}}
    book = levs()
    book |= policies | {"spec_changes": book["spec_changes"] | changes}
    mode = book["billing_modes"]["plan"] | {"spec_change": "any", "cancellation": "all", "renewal": "again"}
    book["billing_modes"] = book["billing_modes"] | {"plan": mode}
    order = plan({"seat": 1}, date="2025-12-15")
    assert refusals(book, order | later) == ["withdrawn-currency"]
    assert refusals(book, order | {kind: each | {"date": "2025-12-20"} for kind, each in later.items()}) == []


def test_prices_of_a_book():
    """A price from the day on is an error at its place; one before it ends with its money, and nothing asks for one that follows."""
    assert book_errors(levs("2026-01-01")) == ["withdrawn-currency"]
    assert book_errors(levs("2025-12-31")) == []
    (entry,) = loaded(levs()).prices
    assert entry.conditions.until == datetime(2025, 12, 31, 23, tzinfo=UTC)
    (earlier,) = loaded(levs(until="2024-01-01")).prices
    assert earlier.conditions.until == datetime(2023, 12, 31, 23, tzinfo=UTC)
    read = load_book({"book.yaml": write(levs()).encode()})
    assert "price-ends-without-successor" not in {each.slug for each in lint_book(read.book, read.places)}
    read = load_book({"book.yaml": write(levs(until="2024-01-01")).encode()})
    assert "price-ends-without-successor" in {each.slug for each in lint_book(read.book, read.places)}


def test_its_successor_stands_beside_it():
    """The same seat in euros from the day on: each day has its currency."""
    euros = {"effective": "2026-01-01", "billing_mode": "plan", "per": "month", "currency": "EUR", "items": {"seat": D("5.39")}}
    book = levs() | {"prices": [*levs()["prices"], euros]}
    assert quote(book, plan({"seat": 1}, date="2025-12-31")).totals.net == D("10.55")
    assert quote(book, plan({"seat": 1}, date="2026-01-01", currency="EUR")).totals.net == D("5.39")
    assert refusals(book, plan({"seat": 1}, date="2025-12-31", currency="EUR")) != []


def test_invoices():
    """December is billed in levs, usage included; no invoice is for a time that ends after the day."""
    prices = [entry | {"effective": "2022-01-01"} for entry in usage_shop()["prices"]]
    book = book_of(usage_shop(book={"currency": "BGN"}, prices=prices))
    made = account(book, subscription("u", "use", event("2025-12-01", "start")))
    rows = [("u", "calls", "2025-12-31T23:30Z", 100)]
    found = bill(book, made, rows, "2025-12-01", "2026-01-01")
    assert lines_of(found) == [("u", "calls", D(100), D("1.00"))]
    late = bill(book, made, rows, "2025-12-01", "2026-01-02")
    assert not isinstance(late, Invoice) and [each.slug for each in late.diagnostics] == ["withdrawn-currency"]
    assert "2026-01-01 is in BGN, which was withdrawn on 2026-01-01" in late.diagnostics[0].message


def test_sheets():
    """A sheet of a day in 2022 has the price, one of 2026 says that none is in force."""
    book = loaded(levs())
    before, after = (render_sheet_text(build_sheet(book, datetime(year, 3, 1, tzinfo=UTC)), "en") for year in (2022, 2026))
    assert "10.55" in before and "Bulgarian lev" in before
    assert "10.55" not in after and "No price is in force" in after


def test_the_table():
    """Each has the decimals of its minor unit, is a currency, and is never suggested; none of them is in use."""
    assert [(code, minor_places(code)) for code in ("BGN", "HRK", "DEM", "ITL", "ESP", "TRL")] == [
        ("BGN", 2), ("HRK", 2), ("DEM", 2), ("ITL", 0), ("ESP", 0), ("TRL", 0),
    ]  # fmt: skip
    assert all(is_currency(code) and withdrawn_on(code) == day for code, (day, _) in withdrawn_currencies().items())
    assert not {*withdrawn_currencies()} & {*currency_codes()}
    assert withdrawn_on("DEM") == date(2002, 3, 1) and withdrawn_on("EUR") is None and not is_currency("XYZ")
    from iso4217 import Currency

    assert not {*withdrawn_currencies()} & {each.code for each in Currency}


def test_the_days_are_those_of_cldr():
    """No currency is still money in CLDR on the day from which the table has it as none, but in few places that went on with it."""
    from babel.core import get_global

    lasting: dict[str, set[date]] = {}
    for rows in get_global("territory_currencies").values():
        for code, _, end, tender in rows:
            if end is not None and tender:
                lasting.setdefault(code, set()).add(date(*end))
    further = {code for code, (day, _) in withdrawn_currencies().items() if any(end > day for end in lasting.get(code, ()))}
    assert further <= {"DEM"}  # Montenegro had the mark until May
    assert all(code in lasting or code == "BGN" for code in withdrawn_currencies())
