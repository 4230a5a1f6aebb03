"""Invoices as pages: in a browser on a phone, a desk and paper, and as PDF files that archives and screen readers can use."""

import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path

import page as checker
import pytest

from engine.documents.invoice_html import render_invoice_html
from engine.documents.pdf import pdf_of_page
from engine.model.book import Party
from tests.browser import show
from tests.documents.invoice_book import CREDIT, ISSUE, book, credit_note, invoice
from tests.documents.test_invoice_use import every, held
from tests.extent import first, one_in

WIDTHS = (390, 768, 1200)
AT = datetime(2026, 4, 1, tzinfo=UTC)
ENDLESS = "x" * 600
FINE = Decimal("2239204.930196")


@cache
def html(name: str, language: str) -> bytes:
    if name == "use":
        used, terms = held(every(24))
        return render_invoice_html(used, ISSUE, terms, language, True)
    made = invoice()
    match name:
        case "credit":
            return render_invoice_html(credit_note(), CREDIT, book(), language, True)
        case "endless-names":
            made = replace(made, customer=Party(ENDLESS, (ENDLESS,), "DE", "DE1"), account=ENDLESS)
            return render_invoice_html(made, replace(ISSUE, number=ENDLESS), book(), language)
        case "many-lines":
            return render_invoice_html(replace(made, lines=made.lines * 12), ISSUE, book(), language)
        case "fine-quantities":
            made = replace(made, lines=tuple(replace(line, trace=(), quantity=FINE) for line in made.lines))
        case "long-steps":
            made = replace(made, lines=tuple(replace(line, trace=line.trace * 9) for line in made.lines[:1]))
    return render_invoice_html(made, ISSUE, book(), language, True)


@cache
def pdf(name: str, language: str) -> bytes:
    made, problems = pdf_of_page(html(name, language), AT)
    assert made is not None, problems
    return made


def pages_of(made: bytes, tmp_path: Path) -> list[str]:
    (tmp_path / "made.pdf").write_bytes(made)
    run = subprocess.run(["pdftotext", "-layout", str(tmp_path / "made.pdf"), "-"], capture_output=True, text=True, check=True)
    return run.stdout.split("\f")[:-1]


@pytest.mark.parametrize(("language", "name"), one_in(4, product(["en", "ar", "zh", "de", "ja"], ["invoice", "credit", "endless-names"])))
def test_nothing_runs_out_of_the_page_at_any_width(page, name, language):
    show(page, html(name, language))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("language", first(2, ["ar", "de", "en"]))
def test_nothing_runs_out_of_a_printed_page(page, language):
    """174 mm of an A4 page are 657 px."""
    show(page, html("invoice", language), 657)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 658


@pytest.mark.parametrize(("language", "width"), first(2, [("en", 390), ("ar", 1200), ("ar", 390), ("en", 1200)]))
def test_amounts_end_at_one_edge_and_stand_on_their_line(page, language, width):
    """Physically right in every script; the amount shares the first base line of its row's name."""
    show(page, html("invoice", language), width)
    edges = page.evaluate("""() => [...new Set([...document.querySelectorAll('.lines tbody tr:not(.group)')].map(row => {
        const cells = [...row.cells].filter(cell => cell.matches('.num:not(.many):not(.wide):not(.rate)'));
        return Math.round(cells[0].getBoundingClientRect().right);
    }))]""")
    assert len(edges) == 1


@pytest.mark.parametrize("language", first(1, ["en", "ar"]))
def test_a_quantity_of_many_digits_makes_its_column_wider(page, language):
    """2,239,204.930196 GB-hours ended beyond the column that they head."""
    show(page, html("fine-quantities", language), 1000)
    over = page.evaluate("""() => [...document.querySelectorAll('.lines td.many')].map(cell => {
        const text = document.createRange();
        text.selectNodeContents(cell);
        const [cut, box] = [text.getBoundingClientRect(), cell.getBoundingClientRect()];
        return Math.max(box.left - cut.left, cut.right - box.right);
    })""")
    assert len(over) > 1
    assert max(over) <= 0.5


def test_on_a_phone_the_amount_stays_a_column_and_the_rest_is_below_the_name(page):
    show(page, html("invoice", "en"), 390)
    first = page.locator(".lines tbody tr:not(.group)").first
    assert "89.00 a month, discount 17%, tax 19%" in first.inner_text().replace("\u00a0", " ")
    assert not first.locator(".wide").first.is_visible()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_on_a_phone_the_end_of_a_stretch_of_use_stands_below_its_beginning(page, language):
    """So that hours, level and the first quantities are in sight; the sums stay in their columns, and on a desk the end has its own."""
    show(page, html("use", language), 390)
    edges = page.evaluate("""() => [...document.querySelectorAll('.use tbody:first-of-type tr:first-child .num, .use tr.total .num')]
        .map(cell => Math.round(cell.getBoundingClientRect().right))""")
    assert edges[: len(edges) // 2] == edges[len(edges) // 2 :], "what adds up stands in one column"
    ahead = edges[2] if language == "en" else 390 - edges[2]
    assert 0 < ahead < 260, "the quantities of the first price"
    ends = page.locator(".use tbody:first-of-type th .narrow")
    assert ends.first.is_visible() and page.locator(".use thead th").nth(2).bounding_box()["width"] == 0
    page.set_viewport_size({"width": 1200, "height": 900})
    assert not ends.first.is_visible() and page.locator(".use tbody:first-of-type .until").first.is_visible()


@pytest.mark.parametrize(("width", "least"), [(390, "11.5"), (1200, "11.5")])
def test_nothing_is_set_smaller_than_the_guide_allows(page, width, least):
    show(page, html("invoice", "en"), width)
    sizes = page.evaluate("""() => [...document.querySelectorAll('body *')]
        .filter(each => each.offsetParent && [...each.childNodes].some(child => child.nodeType === 3 && child.data.trim()))
        .map(each => getComputedStyle(each).fontSize)""")
    assert min(sizes, key=lambda size: int(size.removesuffix("px").replace(".", "").ljust(4, "0"))) >= f"{least}px"


@pytest.mark.parametrize("profile", ["3a", "ua1"])
@pytest.mark.parametrize("language", first(1, ["ar", "en", "zh"]))
@pytest.mark.parametrize("name", first(1, ["invoice", "credit"]))
def test_a_file_is_valid_for_archives_and_for_screen_readers(name, language, profile):
    report = checker.validate_pdf_bytes(pdf(name, language), profile=profile)
    assert report.is_compliant, {(each.rule_id, each.message) for each in report.failures}
    assert report.rules.failed == 0 and report.rules.passed > 50


def test_long_invoices_repeat_heads_and_say_who_and_what_on_every_page(tmp_path):
    pages = pages_of(pdf("many-lines", "en"), tmp_path)
    assert len(pages) > 5
    for number, text in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in text
    for text in pages[1:]:
        assert "Invoice 2026-000417 · Musterwerk AG" in text and "Illustrative prices" in text
    for text in pages[:-1]:
        assert re.search(r"Item\s+Quantity\s+Unit price\s+Period", text)


@pytest.mark.whole
def test_every_letter_of_an_endless_name_is_on_paper(tmp_path):
    text = "".join(pages_of(pdf("endless-names", "en"), tmp_path))
    assert text.count("x") >= 3 * len(ENDLESS)


@pytest.mark.whole
def test_the_annex_begins_on_a_page_of_its_own_and_ends_with_the_identity(tmp_path):
    pages = pages_of(pdf("invoice", "en"), tmp_path)
    first = next(place for place, text in enumerate(pages) if "Annex: how each line was worked out" in text)
    assert first and "Total, EUR" in pages[first - 1] and not any("Annex" in text for text in pages[:first])
    assert "1,068.00 − 181.56 − 0.00 = 886.44" in pages[first]
    assert "The rules behind each charge" in pages[-1]


@pytest.mark.parametrize("language", first(1, ["ar", "en"]))
@pytest.mark.whole
def test_the_annex_heading_never_stands_alone(language, tmp_path):
    """Its first line begins below it, even where the steps of that line are longer than a page."""
    pages = pages_of(pdf("long-steps", language), tmp_path)
    assert "1,068.00" in pages[1] and len(pages) > 2
