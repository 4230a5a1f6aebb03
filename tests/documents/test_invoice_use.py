"""The annex of use is one table: its rows and its columns come to the same exact amount, and on paper no page is without its sums."""

import re
import subprocess
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.documents.format import formatter, without_isolates
from engine.documents.invoice_document import render_invoice_markdown, render_invoice_text
from engine.documents.invoice_html import render_invoice_html
from engine.documents.invoice_use import FIRST_PAGE, LAST_PAGE, PAGE, UseTable, page_sizes, use_table
from engine.documents.invoice_words import Writer
from engine.documents.pdf import pdf_of_page
from engine.model.invoices import Invoice, Issue
from tests.billing.usage_shop import account, bill, book_of, event, shop, subscription
from tests.documents.test_invoice_rates import prices
from tests.extent import first

ISSUE = Issue("1", date(2026, 4, 1), date(2026, 4, 15))
TIERS = {"model": "graduated", "tiers": [{"up_to": 100, "unit_price": Decimal("0.0041")}, {"up_to": 150, "unit_price": Decimal("0.003")}, {"unit_price": Decimal("0.0007")}]}  # fmt: skip
HELD = {"measure": "max", "window": "hour", "hold": True}


@cache
def held(levels: tuple[tuple[str, int], ...]) -> tuple[Invoice, object]:
    """March in Berlin, 743 hours long, with levels that stay until the next one."""
    items = shop()["items"]
    storage = {key: value for key, value in items["storage"].items() if key != "covered_by"} | {"meter": HELD}
    book = book_of(shop(prices=prices("storage", TIERS, "hour"), items={**items, "storage": storage}, book={"timezone": "Europe/Berlin"}))
    found = bill(book, account(book, subscription("s-1", "use", event("2026-03-01", "start"))), [("s-1", "storage", at, level) for at, level in levels])
    assert isinstance(found, Invoice), [each.message for each in found.diagnostics]
    return found, book


def table_of(levels: tuple[tuple[str, int], ...], language: str = "en") -> UseTable:
    found, book = held(levels)
    made = use_table(found.lines[0], Writer(found, ISSUE, book, formatter(language)))
    assert made is not None
    return made


def number(text: str) -> Decimal:
    return Decimal(without_isolates(text).replace(",", "") or "0")


def every(hours: int) -> tuple[tuple[str, int], ...]:
    """A new level every so many hours of March, from the first hour on."""
    return tuple((f"03-{1 + hour // 24:02}T{hour % 24:02}:00", 7 + hour * 37 % 400) for hour in range(0, 743, hours) if (hour // 24, hour % 24) != (28, 2))


@pytest.mark.parametrize("levels", [(("03-01T00:00", 80), ("03-11T12:00", 220)), every(24), every(11), every(5), every(1)])
def test_rows_and_columns_come_to_the_same_amount(levels):
    """Also where the rows are days: 31 of them, of which the one that the clock shortens has 23 hours."""
    found, _ = held(levels)
    table = table_of(levels)
    total, rates, amounts = table.sums
    rows = table.rows
    assert len(rows) == len(levels) if len(levels) <= 80 else len(rows) == 31 and rows[28].windows == "23"
    assert sum(number(row.windows) for row in rows) == number(total.windows) == 743
    for place, price in enumerate(rates.parts):
        assert sum(number(row.parts[place]) for row in rows) == number(total.parts[place])
        assert number(total.parts[place]) * number(price) == number(amounts.parts[place])
    assert sum(number(row.amount) for row in rows) == number(total.amount) == number(amounts.amount) == found.lines[0].list_amount
    assert sum(number(each) for each in amounts.parts) == number(amounts.amount)


def test_a_day_tells_its_lowest_and_its_highest_level():
    row = table_of(every(1)).rows[0]
    assert (row.start.replace("\u00a0", " "), row.end.replace("\u00a0", " "), row.windows) == ("1 Mar 2026", "2 Mar 2026", "24")
    levels = [level for _, level in every(1)[:24]]
    assert without_isolates(row.level) == f"{min(levels)} – {max(levels)}"


def test_heads_name_the_unit_that_is_multiplied():
    table = table_of(every(24))
    assert [head.replace("\u00a0", " ") for head in table.heads] == [
        "From",
        "Until",
        "Hours",
        "GB",
        "up to 100 GB",
        "above 100 GB, up to 150 GB",
        "above 150 GB",
        "USD, exact",
    ]
    assert table.counted == "GB-hours by tier"
    assert table.sums[1].start == "Rate, per GB-hour" and table.sums[1].parts == ("0.0041", "0.0030", "0.0007")


@given(st.integers(1, 500))
def test_pages_take_all_rows_and_the_sums_never_stand_alone(rows):
    sizes = list(page_sizes(rows))
    assert sum(sizes) == rows and all(size > 0 for size in sizes)
    assert sizes[0] <= FIRST_PAGE and all(size <= PAGE for size in sizes[1:])
    assert len(sizes) == 1 or 2 <= sizes[-1] <= LAST_PAGE


@pytest.mark.parametrize(
    ("language", "carried", "brought"), first(1, [("de", "Übertrag", "Übertrag von voriger Seite"), ("en", "Carried forward", "Brought forward")])
)
def test_on_paper_each_page_carries_its_sums_forward(language, carried, brought, tmp_path: Path):
    """68 rows: each page but the last ends with the sum so far, the next begins with the same, the heads repeat, and no page is empty."""
    levels = every(11)
    found, book = held(levels)
    made, problems = pdf_of_page(render_invoice_html(found, ISSUE, book, language, True), datetime(2026, 4, 1, tzinfo=UTC))
    assert made is not None, problems
    (tmp_path / "made.pdf").write_bytes(made)
    text = subprocess.run(["pdftotext", "-layout", str(tmp_path / "made.pdf"), "-"], capture_output=True, text=True, check=True).stdout
    pages = [page for page in text.split("\f")[:-1] if re.search(r"\d\d:00", page)]
    sums = table_of(levels, language).pages
    assert len(pages) == len(sums) > 1
    for place, (page, kept) in enumerate(zip(pages, sums, strict=True)):
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        assert any("743" not in line and line.startswith(("From", "Von")) for line in lines), "the heads repeat"
        assert sum(bool(re.search(r"\d\d:00", line)) for line in lines) >= len(kept.rows) - 2
        if kept.carried is not None:
            assert f"{carried} " in page and without_isolates(kept.carried.amount) in page
            assert without_isolates(kept.carried.amount) in pages[place + 1] and brought in pages[place + 1]
    assert all(len(page.split()) > 20 for page in text.split("\f")[:-1]), "no page is empty"


def test_on_a_screen_nothing_is_carried():
    """What only paper needs is not read by anybody else: the rows are not displayed."""
    found, book = held(every(11))
    page = render_invoice_html(found, ISSUE, book, "en", True).decode()
    assert page.count('class="carry"') == 2 and ".use .carry { display: none; }" in page


@pytest.mark.parametrize("language", ["en", "zh", "ar", "de", "ja"])
def test_a_quantity_of_thirty_digits_is_told_like_any_other(language):
    """Its hours have more digits than a decimal context divides: the plural of their unit is found all the same."""
    found, book = held((("03-03T10:00", 9), ("03-19T10:00", 10**30 - 1)))
    pages = [
        render_invoice_html(found, ISSUE, book, language, True).decode(),
        render_invoice_markdown(found, ISSUE, book, language, True),
        render_invoice_text(found, ISSUE, book, language, True),
    ]
    most = without_isolates(formatter(language).number(10**30 - 1))
    assert all(most in without_isolates(page) for page in pages)


@pytest.mark.parametrize(("language", "sender", "begins"), [("zh", "开票方", "起"), ("ja", "発行元", "開始"), ("de", "Von", "Von"), ("ar", "من", "من")])
def test_from_is_a_time_in_the_table_and_the_seller_above_it(language, sender, begins):
    made, terms = held(every(24))
    text = without_isolates(render_invoice_markdown(made, ISSUE, terms, language, True))
    assert any(line.startswith(f"| {begins} |") for line in text.splitlines())
    assert re.search(rf"{sender}[:：] ", text)
