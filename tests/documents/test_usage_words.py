"""What documents say of usage: how long and how much, what is covered, and of very many windows the first ones and the sum of the others."""

import csv
import io
import json
import re
from decimal import Decimal

import pytest

from engine.billing import issue
from engine.documents.einvoice.words import item_words, words_of
from engine.documents.focus import focus_rows
from engine.documents.format import formatter, without_isolates
from engine.documents.invoice_csv import render_invoice_csv
from engine.documents.invoice_document import render_invoice_markdown, render_invoice_text
from engine.documents.invoice_html import render_invoice_html
from engine.documents.invoice_json import render_invoice_json
from engine.documents.invoice_view import view_of
from engine.documents.quote_csv import render_quote_csv
from engine.documents.quote_steps import shown_steps
from engine.documents.quote_use import MOST_PARTS
from engine.values.exact import total
from tests.billing.usage_shop import account, bill, book_of, event, shop, subscription
from tests.documents.written import render_quote_html, render_quote_markdown, render_quote_text
from tests.sheet.small_books import BASICS, quote_of
from tests.sheet.small_books import book_of as small_book

USE = subscription("s-1", "use", event("2026-03-01", "start"))
PAID = subscription(
    "s-1", "paid", event("2026-03-01", "purchase", term="1 month", items={"plan": "small", "bundle": Decimal(1)}),
)  # fmt: skip
BY_DAY = subscription("u-1", "use", event("2026-03-01", "start"))
HOURS = [("s-1", "storage", f"03-{1 + hour // 24:02}T{hour % 24:02}:10", 10 + hour) for hour in range(50)]
SENT = [("u-1", "egress", "03-03T12:00", Decimal("95.9")), ("u-1", "egress", "03-09T12:00", Decimal("120.6"))]
STORED = [("u-1", "storage", "03-03T12:00", Decimal("216.5"))]


def found(rows, *subscriptions):
    book = book_of(shop())
    return bill(book, account(book, *subscriptions), rows), book


def told(rows, *subscriptions, language: str = "en") -> list[str]:
    """The second lines of the lines of usage."""
    invoice, book = found(rows, *subscriptions)
    view = view_of(invoice, issue(book, invoice, "1", invoice.end.date()), book, formatter(language), False)
    return [without_isolates(line.details) for group in view.groups for line in group.lines]


def test_many_hours_say_how_many_and_up_to_what():
    assert told(HOURS, USE)[0].startswith("50 hours, up to 59\u00a0GB")
    assert told(HOURS[:1], USE) == [""], "one hour has one level: it is the quantity"


@pytest.mark.parametrize(("count", "said"), [(1, "total of 1 record"), (1086, "total of 1,086 records")])
def test_a_total_says_of_how_many_records(count, said):
    rows = [("s-1", "calls", f"03-{1 + number // 40:02}T12:{number % 40:02}", 1) for number in range(count)]
    assert said in told(rows, USE)[0]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "covered by Storage: 100 of 216.5\u00a0GB"),
        ("de", "gedeckt durch Storage: 100 von 216,5\u00a0GB"),
        ("zh", "由 Storage 抵扣：216.5\u00a0GB 中的 100"),
        ("ja", "Storageに含まれる分：216.5\u00a0GB中100"),
        ("ar", "مشمول في Storage: 100 من 216.5\u00a0GB"),
    ],
)
def test_what_is_covered_is_told_in_words(language, said):
    invoice, book = found(STORED, PAID, BY_DAY)
    line = invoice.lines[-1]
    step = shown_steps(line, invoice, book, formatter(language))[0]
    assert (line.quantity, without_isolates(step.working)) == (Decimal("116.5"), said)


def test_a_sum_is_covered_in_all_its_windows():
    invoice, book = found(SENT, PAID, BY_DAY)
    assert without_isolates(shown_steps(invoice.lines[-1], invoice, book, formatter("en"))[0].working) == "covered by Traffic: 50 of 216.5\u00a0GB"


# -------------------------------------------------------------------------------------------------------------- very many windows


def test_of_many_windows_the_first_are_told_and_the_others_add_up():
    invoice, book = found(HOURS, USE)
    (line,) = invoice.lines
    shown = next(step for step in shown_steps(line, invoice, book, formatter("en")) if step.number == 4)
    assert len(shown.children) == MOST_PARTS
    assert shown.children[-1].name == "39 further windows"
    assert total(child.value for child in shown.children) == shown.value == line.list_amount
    charges = next(step for step in shown_steps(line, invoice, book, formatter("en")) if step.number == 3)
    assert (len(charges.children), charges.children[-1].name, charges.children[-1].result) == (MOST_PARTS, "39 further levels", "")


def test_a_few_windows_are_told_one_by_one():
    invoice, book = found(HOURS[:MOST_PARTS], USE)
    shown = next(step for step in shown_steps(invoice.lines[0], invoice, book, formatter("en")) if step.number == 4)
    assert len(shown.children) == MOST_PARTS and "further" not in shown.children[-1].name


def test_what_rounds_each_hour_is_folded_too():
    book = book_of(shop(book={"rounding": [{"at": "charge", "mode": "up"}, {"at": "line", "mode": "half-up"}]}))
    invoice = bill(book, account(book, USE), HOURS)
    for step in shown_steps(invoice.lines[0], invoice, book, formatter("en")):
        assert len(step.children) <= MOST_PARTS


@pytest.mark.parametrize("render", [render_invoice_text, render_invoice_markdown, render_invoice_html])
def test_an_invoice_and_data_keep_all(render):
    """In the annex a table has a row for each level; the steps begin with its sum."""
    invoice, book = found(HOURS, USE)
    issued = issue(book, invoice, "1", invoice.end.date())
    page = render(invoice, issued, book, "en", True)
    page = without_isolates(page if isinstance(page, str) else re.sub(r"<[^>]+>", "", page.decode())).replace("\u00a0", " ")
    assert "further" not in page
    assert all(f"{1 + hour // 24} Mar 2026 {hour % 24:02}:00" in page or hour % 24 == 0 for hour in range(50))
    steps = json.loads(render_invoice_json(invoice, issued, book, explain=True))["lines"][0]["trace"]["steps"]
    assert [len(step["children"]) for step in steps if step["step"] in (3, 4)] == [50, 50]


# ------------------------------------------------------------------------------------------------------------ the working of a line

METERS = """
units: {GB: {title: GB}, user: {title: {en: {one: user, other: users}}}}
items:
  egress: {title: Egress, unit: GB, meter: {measure: sum, window: WINDOW}}
  seats: {title: Seats, unit: user, meter: {measure: max, window: hour, hold: true}}
billing_modes: {use: {title: Use, payment: postpaid, cycle: hour, invoiced: month, items: {egress: optional, seats: optional}}}
prices:
  - {effective: 2026-01-01, billing_mode: use, items: {egress: CHARGE}}
  - {effective: 2026-01-01, billing_mode: use, per: hour, items: {seats: 0.0059}}
"""
GRADUATED = "{model: graduated, tiers: [{up_to: 100, unit_price: 0.10}, {unit_price: 0.05}]}"


@pytest.mark.parametrize(
    ("window", "charge", "price", "rows"),
    [
        ("period", "0.09", "0.09", []),
        ("month", "0.09", "0.09", []),
        # Two days of 100 and 200 GB cost what 300 cost together.
        ("day", "0.09", "0.09", []),
        ("period", GRADUATED, "by tier", [("up to 100 GB", "100", "0.10"), ("above 100 GB", "200", "0.05")]),
        ("day", GRADUATED, "by tier", [("up to 100 GB", "200", "0.10"), ("above 100 GB", "100", "0.05")]),
        ("period", "{model: package, size: 50, price: 4.00}", "4.00 per 50 GB", []),
        ("period", "{model: flat, amount: 7.00}", "7.00", []),
        ("period", "{unit_price: 0.09, allowance: 100}", "", [("allowance", "100", "0.00"), ("", "200", "0.09")]),
    ],
)
def test_a_line_of_use_says_quantity_and_price(window, charge, price, rows):
    """A month's 300 GB at 0.09, not 1 month at 27.00; tiers by their quantities."""
    made = small_book(METERS.replace("WINDOW", window).replace("CHARGE", charge))
    used = [("s-1", "egress", "03-03T12:00", 100), ("s-1", "egress", "03-09T12:00", 200)]
    invoice = bill(made, account(made, subscription("s-1", "use", event("2026-03-01", "start"))), used)
    words = formatter("en")
    view = view_of(invoice, issue(made, invoice, "1", invoice.end.date()), made, words, False)
    (line,) = [line for group in view.groups for line in group.lines]
    assert (line.measured, line.rate.told(words).replace("\u00a0", " "), line.details) == ("300\u00a0GB", price, "total of 2 records")
    assert [(row.name.replace("\u00a0", " "), row.quantity, row.price) for row in line.rate.rows] == rows


def test_a_level_is_counted_in_the_time_for_which_it_was_held():
    """80 users for 240 hours, from 1 to 10 March, are 19,200 user-hours: x 0.0059 = 113.28."""
    made = small_book(METERS.replace("WINDOW", "month").replace("CHARGE", "0.09"))
    use = subscription("s-1", "use", event("2026-03-01", "start"), event("2026-03-11", "stop"))
    invoice = bill(made, account(made, use), [("s-1", "seats", "03-01T00:00", 80)])
    view = view_of(invoice, issue(made, invoice, "1", invoice.end.date()), made, formatter("en"), False)
    (line,) = [line for group in view.groups for line in group.lines]
    assert (line.measured, line.rate.price, line.rate.per, line.amount) == ("19,200\u00a0user-hours", "0.0059", "per user-hour", "113.28")
    assert line.details == "240 hours, up to 80\u00a0users"


# --------------------------------------------------------------------------------------------- which of the item's usage a line is for

REGIONS = """
units: {GB: {title: GB}}
attributes:
  region: {title: {en: Region, de: Gebiet, zh: 区域, ar: المنطقة, ja: 地域}, source: usage, values: [eu, us]}
items: {egress: {title: Egress, unit: GB, meter: {measure: sum, window: month}}}
billing_modes: {use: {title: Use, payment: postpaid, cycle: month, items: {egress: optional}}}
prices:
  - {effective: 2026-01-01, billing_mode: use, items: {egress: 0.09}}
  - {effective: 2026-01-01, billing_mode: use, when: {region: us}, items: {egress: 0.05}}
"""
TITLES = {"en": "Region: us", "de": "Gebiet: us", "zh": "区域：us", "ar": "المنطقة: us", "ja": "地域：us"}


def us_traffic():
    made = small_book(REGIONS, BASICS.replace("title: M,", "title: M, seller: {name: S, country: DE, tax_id: DE1, address: [A]},"))
    rows = [("s-1", "egress", "03-03T12:00", 100, "us"), ("s-1", "egress", "03-04T12:00", 40, "eu")]
    columns = "account,subscription,item,time,quantity,region"
    return bill(made, account(made, subscription("s-1", "use", event("2026-03-01", "start"))), rows, columns=columns), made


@pytest.mark.parametrize("language", TITLES)
def test_every_document_says_which_attributes_a_line_is_for(language):
    """100 GB in `us` at 0.05 and 40 in `eu` at 0.09 are two lines of one item, and each says which it is."""
    invoice, made = us_traffic()
    issued, said = issue(made, invoice, "1", invoice.end.date()), TITLES[language]
    for render in (render_invoice_text, render_invoice_markdown, render_invoice_html):
        page = render(invoice, issued, made, language, True)
        page = without_isolates(page if isinstance(page, str) else page.decode())
        # Beside the line, and again in its annex.
        assert page.replace("</bdi>", "").replace("<bdi>", "").count(said) == 2, render
    rows = list(csv.DictReader(io.StringIO(render_invoice_csv(invoice, issued, made, language))))
    assert next((row["attributes"], without_isolates(row["attribute_titles"])) for row in rows if row["kind"] == "line") == ("region=us", said)
    assert item_words(invoice.lines[0], words_of(made, language)) == f"Egress, {said}"


def test_data_names_the_attributes_of_a_line():
    invoice, made = us_traffic()
    issued = issue(made, invoice, "1", invoice.end.date())
    lines = json.loads(render_invoice_json(invoice, issued, made))["lines"]
    assert [(line["attributes"], line["amount"]) for line in lines] == [({"region": "us"}, "5.00"), ({"region": "eu"}, "3.60")]
    rows = focus_rows(invoice, issued, made)
    assert [(row["x_Attributes"], row["SkuPriceId"]) for row in rows] == [("region=us", "use/egress/region=us"), ("region=eu", "use/egress/region=eu")]


@pytest.mark.parametrize("language", TITLES)
def test_a_quote_says_them_too(language):
    made = small_book(REGIONS)
    quote = quote_of(made, "{date: 2026-03-01, billing_mode: use, for: 1 month, items: {egress: 100}, attributes: {region: us}}")
    said = TITLES[language]
    for render in (render_quote_text, render_quote_markdown, render_quote_html):
        page = render(quote, made, language)
        page = without_isolates(page if isinstance(page, str) else page.decode())
        assert said in page.replace("</bdi>", "").replace("<bdi>", ""), render
    (line, *_) = csv.DictReader(io.StringIO(render_quote_csv(quote, made, language)))
    assert (line["attributes"], without_isolates(line["attribute_titles"])) == ("region=us", said)
