"""Who sees what: the public sheet names no customer's terms, a customer's own sheet those of nobody else (rule language, 7.2)."""

import json
from io import BytesIO

import pytest

from engine.commands.shell import run
from engine.documents.pdf import pdf_of_page
from engine.documents.sheet_csv import render_sheet_csv
from engine.documents.sheet_json import render_sheet_json
from engine.sheet import build_sheet
from tests.documents.written import render_sheet_html, render_sheet_markdown, render_sheet_text
from tests.sheet.small_books import BASICS, BEGIN, book_of

CONTRACTS = """
units: {x: {title: thing}}
attributes:
  contract: {title: Contract, source: customer, values: [bronze, umbra], private: true}
  segment: {title: Segment, source: customer, values: [school, charity]}
items:
  seat: {title: Seat, unit: x, specs: {small: {title: Small}, large: {title: Large}, vast: {title: Vast for Acme}}}
  extra: {title: Extra, unit: x}
  acme-only: {title: Acme special, unit: x}
billing_modes:
  plan:
    title: Plan
    payment: prepaid
    cycle: term
    terms: [1 month, 1 year]
    items: {seat: required, extra: optional, acme-only: optional}
    spec_change: [{use: usual}, {use: acme-change, when: {customer: acme}}]
    cancellation: [{use: fee}, {use: umbra-free, when: {contract: umbra}}]
    renewal: [{use: usual}, {use: globex-renewal, when: {customer: globex}}]
  acme-mode: {title: Acme mode, payment: prepaid, cycle: term, terms: [1 month], items: {acme-only: required}}
prices:
  - {effective: 2026-01-01, billing_mode: plan, per: month, items: {seat: {small: 10.00, large: 20.00}, extra: 5.00}}
  - {effective: 2026-01-01, billing_mode: plan, per: month, when: {customer: acme}, items: {seat: {small: 7.77, vast: 77.70}, acme-only: 3.33}}
  - {effective: 2026-01-01, billing_mode: acme-mode, per: month, when: {customer: acme}, items: {acme-only: 3.21}}
  - {effective: 2026-01-01, billing_mode: plan, per: month, when: {customer: globex}, items: {extra: 4.44}}
  - {effective: 2026-01-01, billing_mode: plan, per: month, when: {contract: umbra}, items: {extra: 3.99}}
  - {effective: 2026-01-01, billing_mode: plan, per: month, when: {segment: school}, items: {extra: 2.50}}
  - {effective: 2026-09-01, billing_mode: plan, per: month, items: {extra: 6.00}}
  - {effective: 2026-09-01, billing_mode: plan, per: month, when: {customer: globex}, items: {extra: 4.55}}
discounts:
  globex-deal: {title: Globex deal, when: {customer: globex}, percent_off: 50%}
  acme-coupon: {title: Welcome back Acme, coupon: ACME-5, when: {customer: acme}, percent_off: 5%}
  everyone: {title: For everyone, percent_off: 1%}
discount_policy: [{best_of: [globex-deal, everyone]}, acme-coupon]
taxes:
  - {tax: vat, when: {country: DE}, rate: 19%}
  - {tax: vat, when: {customer: globex}, rate: 6.66%}
spec_changes:
  usual: {supports: [upgrade], charge: difference, remaining: {monthly: actual-days, yearly: actual-days, counts_from: same-day}}
  acme-change: {supports: [upgrade, downgrade], charge: none, takes_effect: next-renewal}
cancellations: {fee: {fee: [{fee: 10%}]}, umbra-free: {fee: [{fee: 0%}]}}
renewals: {usual: {anchor: original-day, grace: 7 days}, globex-renewal: {anchor: original-day, grace: 66 days}}
examples:
  public: {title: A seat, given: {date: 2026-03-01, billing_mode: plan, term: 1 month, items: {seat: small}}, expect: {total: 9.90}}
  of-globex:
    {title: What Globex pays, given: {date: 2026-03-01, billing_mode: plan, term: 1 month, items: {seat: small, extra: 1}, attributes: {customer: globex}}, expect: {total: 7.22}}
  of-umbra:
    {title: Under the umbrella, given: {date: 2026-03-01, billing_mode: plan, term: 1 month, items: {seat: small}, attributes: {contract: umbra}}, expect: {total: 9.90}}
  coupon: {title: Back again, given: {date: 2026-03-01, billing_mode: plan, term: 1 month, items: {seat: small}, coupons: [ACME-5]}, expect_error: coupon-not-applicable}
  vast: {title: The vast one, given: {date: 2026-03-01, billing_mode: plan, term: 1 month, items: {seat: vast}}, expect_error: no-price}
  history:
    title: A month of Globex Ltd
    given:
      period: 2026-03
      account: {id: globex, customer: {name: Globex Ltd}, subscriptions: [{id: s-1, billing_mode: plan, events: [{date: 2026-03-01, purchase: {term: 1 month, items: {seat: small}}}]}]}
    expect: {total: 9.90}
"""

OF_ACME = ("acme", "7.77", "77.7", "3.33", "3.21", "welcome back")
OF_GLOBEX = ("globex", "4.44", "4.55", "6.66", "66 days", "0.0666")
OF_UMBRA = ("umbra", "umbrella", "3.99")


@pytest.fixture(scope="module")
def book():
    return book_of(CONTRACTS)


def pages(view) -> dict[str, str]:
    """The sheet in every format, as text that can be searched."""
    found = {language: render_sheet_text(view, language) for language in ("en", "ar")}
    found |= {"html": render_sheet_html(view, "en").decode(), "md": render_sheet_markdown(view, "de")}
    found |= {"csv": render_sheet_csv(view, "en"), "json": render_sheet_json(view)}
    return {name: text.replace("\u2066", "").replace("\u2068", "").replace("\u2069", "").casefold() for name, text in found.items()}


@pytest.mark.parametrize(
    ("given", "hidden", "shown"),
    [
        ({}, (*OF_ACME, *OF_GLOBEX, *OF_UMBRA, "contract"), ("10.00", "2.50")),
        ({"customer": "acme"}, (*OF_GLOBEX, *OF_UMBRA, "contract"), ("7.77", "77.7", "3.33", "3.21", "acme", "2.50")),
        ({"customer": "globex"}, (*OF_ACME, *OF_UMBRA, "contract"), ("4.44", "4.55", "66", "globex")),
        ({"contract": "umbra"}, (*OF_ACME, *OF_GLOBEX), ("3.99", "umbra")),
        ({"customer": "nobody", "segment": "charity"}, (*OF_ACME, *OF_GLOBEX, *OF_UMBRA, "school", "2.50"), ("10.00", "nobody")),
    ],
)
def test_no_format_holds_what_is_for_others(book, given, hidden, shown):
    for name, text in pages(build_sheet(book, BEGIN, attributes=given)).items():
        assert not [word for word in hidden if word in text], name
        # Arabic and German write numbers in their own way.
        assert name in ("ar", "md") or not [word for word in shown if word not in text and word != "66"], name


def test_a_customers_own_price_takes_the_place_of_the_list(book):
    """Acme's small seat is 7.77 and the large one 20.00; nothing says for whom, because the whole sheet is Acme's."""
    view = build_sheet(book, BEGIN, attributes={"customer": "acme"})
    (plan, mode) = view.modes
    (ladder,) = [table for table in plan.tables if table.kind == "ladder"]
    (group,) = ladder.groups
    assert [(row.spec, str(row.cells[0].value)) for row in group.rows] == [("small", "7.77"), ("large", "20.00"), ("vast", "77.70")]
    assert (dict(group.when), mode.mode, dict(view.header.audience)) == ({}, "acme-mode", {"customer": "acme"})
    assert view.policies.spec_changes[0].policy.supports == ("upgrade", "downgrade")
    public = build_sheet(book, BEGIN)
    assert [spec for _, spec in public.names.specs] == ["small", "large"] and list(public.names.items) == ["seat", "extra"]
    assert [each.mode for each in public.comparison] == ["plan"] and [each.id for each in public.discounts] == ["everyone"]


def test_taxes_are_those_that_the_reader_pays(book):
    """Globex has a rate of its own, which outranks that of a country; everybody else pays by country."""
    found = {name: build_sheet(book, BEGIN, attributes={"customer": name}).taxes for name in ("globex", "acme")}
    assert [(str(tax.rate), dict(tax.when)) for tax in found["globex"]] == [("0.0666", {})]
    assert [(str(tax.rate), dict(tax.when)) for tax in found["acme"]] == [("0.19", {"country": ("DE",)})]


def test_examples_are_of_the_reader(book):
    """An example is priced as the sheet's customer pays: a small seat is 10.00 less 1% for everybody, 7.77 less 1% for Acme."""
    found = {}
    for name in ("", "acme", "globex"):
        view = build_sheet(book, BEGIN, attributes={"customer": name} if name else {})
        found[name] = {each.id: str(each.quote.totals.net) if each.quote else each.outcome for each in view.examples}
    assert found[""] == {"public": "9.90"}
    assert found["acme"] == {"public": "7.69", "coupon": "7.31", "vast": "76.92"}
    # 10.00 and 4.44, half off each: 5.00 and 2.22.
    assert found["globex"] == {"public": "5.00", "of-globex": "7.22", "history": "history"}


def test_announced_changes_are_those_of_the_reader(book):
    def announced(given):
        return [(str(each.old), str(each.new)) for each in build_sheet(book, BEGIN, attributes=given).announced]

    assert announced({}) == [("5.00", "6.00")]
    assert announced({"customer": "globex"}) == [("4.44", "4.55")]
    assert announced({"contract": "umbra"}) == []  # 3.99 stays


def test_a_pdf_holds_nothing_of_others(book):
    from pypdf import PdfReader

    view = build_sheet(book, BEGIN, attributes={"customer": "acme"})
    made, _ = pdf_of_page(render_sheet_html(view, "en"), view.header.at)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages).casefold()
    assert "acme" in text and not [word for word in (*OF_GLOBEX, *OF_UMBRA) if word in text]
    assert not any(word.encode() in made.lower() for word in ("globex", "umbra"))


def test_the_command_prints_the_sheet_of_a_customer(tmp_path, capsys):
    (tmp_path / "book.yaml").write_text(BASICS + CONTRACTS, encoding="utf-8")
    common = ["sheet", "-b", str(tmp_path), "--date", "2026-03-01", "-f", "json"]
    assert run(common) == 0
    assert "globex" not in capsys.readouterr().out.casefold()
    assert run([*common, "--customer", "globex"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["header"]["audience"], [each["id"] for each in data["discounts"]]) == ({"customer": "globex"}, ["globex-deal", "everyone"])
    assert run([*common, "--attribute", "contract=umbra"]) == 0
    assert json.loads(capsys.readouterr().out)["header"]["audience"] == {"contract": "umbra"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--attribute", "contrat=umbra"], "the book declares no attribute `contrat`; did you mean `contract`?"),
        (["--attribute", "contract=umbre"], "`contract` cannot be `umbre`; did you mean `umbra`?"),
        (["--attribute", "contract"], "write it as NAME=VALUE"),
        (["--attribute", "contract="], "write it as NAME=VALUE"),
        (["--customer", "acme", "--attribute", "customer=globex"], "`customer` is given twice"),
        (["--attribute", "contract=umbra", "--attribute", "contract=bronze"], "`contract` is given twice"),
    ],
)
def test_what_the_book_does_not_know_is_wrong_usage(tmp_path, capsys, typed, said):
    (tmp_path / "book.yaml").write_text(BASICS + CONTRACTS, encoding="utf-8")
    assert run(["sheet", "-b", str(tmp_path), "--date", "2026-03-01", *typed]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_the_public_sheet_is_as_it_was_where_nothing_is_private():
    """Prices by an attribute that is not private stay on the public sheet, each with whom it is for."""
    made = book_of(CONTRACTS.replace(", private: true", "").partition("\nexamples:")[0])
    assert "Contract: umbra" in render_sheet_text(build_sheet(made, BEGIN), "en").replace("\u2068", "").replace("\u2069", "")


# --- prices that are announced later --------------------------------------------------------------------------------------------

RISE = """
units: {x: {title: thing}}
items: {seat: {title: Seat, unit: x, quantity: {min: 1}}}
billing_modes: {plan: {title: Plan, payment: prepaid, cycle: term, terms: [1 month], items: {seat: required}}}
prices:
  - {effective: 2026-01-01, billing_mode: plan, per: month, items: {seat: 10.00}}
  - {effective: 2026-07-01, ANNOUNCED billing_mode: plan, per: month, items: {seat: 12.00}}
examples:
  today: {title: Today, given: {date: 2026-03-01, billing_mode: plan, term: 1 month, items: {seat: 1}}, expect: {total: 10.00}}
  later: {title: Later, given: {date: 2026-08-01, billing_mode: plan, term: 1 month, items: {seat: 1}}, expect: {total: 12.00}}
  renewed:
    {title: Refused, given: {date: 2026-08-01, billing_mode: plan, term: 1 month, items: {seat: 0}}, expect_error: quantity-below-minimum}
  unread:
    {title: Unread, given: {date: 2026-03-01, billing_mode: plan, term: 1 month, items: {stool: 1}}, expect_error: unknown-item}
  usage:
    title: A month in July
    given:
      period: 2026-07
      account: {id: a, customer: {name: A}, subscriptions: [{id: s-1, billing_mode: plan, events: [{date: 2026-07-01, purchase: {term: 1 month, items: {seat: 1}}}]}]}
    expect: {total: 12.00}
"""


@pytest.mark.parametrize(
    ("announced", "shown"),
    [
        ("announced: 2026-05-01,", ["today", "renewed", "unread"]),  # nobody has been told on 1 March
        ("announced: 2026-03-01,", ["today", "later", "renewed", "unread", "usage"]),  # announced that very day
        ("announced: 2026-02-01,", ["today", "later", "renewed", "unread", "usage"]),
        ("", ["today", "later", "renewed", "unread", "usage"]),  # the sheet itself announces it
    ],
)
def test_an_example_at_a_price_announced_later_is_not_shown(announced, shown):
    made = book_of(RISE.replace("ANNOUNCED", announced))
    view = build_sheet(made, BEGIN)
    assert [each.id for each in view.examples] == shown
    assert [str(each.new) for each in view.announced] == ([] if "later" not in shown else ["12.00"])
    assert "12.00" not in render_sheet_json(view) or "later" in shown
