"""The page in a real browser: at phone, tablet and desktop width, on paper, and in both directions of writing."""

import re
from decimal import Decimal
from functools import cache
from itertools import product

import pytest
from playwright.sync_api import Page

from engine.documents.html import FACE, MONO
from engine.documents.invoice_html import render_invoice_html
from engine.pricing import price_order
from tests.browser import show
from tests.documents.test_wording import bill
from tests.documents.written import render_quote_html, render_sheet_html
from tests.extent import first, one_in
from tests.sheet import reading

WIDTHS = (390, 768, 1200)
BOOKS = ("koodrive", *reading.ODD)


@cache
def sheet(name: str, language: str) -> bytes:
    return render_sheet_html(reading.sheet(name, reading.AUTUMN), language)


@cache
def document(kind: str, language: str) -> bytes:
    """KooDrive's sheet, an explained quote or change, or an invoice of a month of use."""
    book = reading.book("koodrive")
    match kind:
        case "sheet":
            return sheet("koodrive", language)
        case "quote":
            return render_quote_html(price_order(book, book.examples["one-year-team"].given), book, language, True)
        case "change":
            return render_quote_html(price_order(book, book.examples["expansion-of-a-team"].given), book, language, True)
        case "use":
            return render_invoice_html(*bill("use"), language, True)
    raise ValueError(kind)


@pytest.mark.parametrize("language", first(3, ["en", "ar", "zh", "de", "ja"]))
def test_nothing_runs_out_of_the_page_and_no_cell_into_its_neighbour(page, language):
    show(page, sheet("koodrive", language))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(CLIPPED) == [], width


@pytest.mark.parametrize(("language", "name"), one_in(2, [*product(["en"], reading.ODD), *product(["ar"], reading.ODD[1:] + reading.ODD[:1])]))
def test_other_books_fit_too(page, name, language):
    show(page, sheet(name, language))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width


TORN_DATES = """() => {
    const torn = [];
    let dates = 0;
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode;
        if (!text.parentElement.closest('th, td, dt, dd, figcaption, .named, .opening') || !text.parentElement.checkVisibility()) continue;
        for (const found of text.data.matchAll(/\\d{4}年\\d{1,2}月\\d{1,2}日/g)) {
            const range = document.createRange();
            range.setStart(text, found.index);
            range.setEnd(text, found.index + found[0].length);
            dates += 1;
            if (new Set([...range.getClientRects()].map(each => Math.round(each.bottom))).size > 1) torn.push(text.data);
        }
    }
    return [dates, torn];
}"""

SIZES = """() => [...document.querySelectorAll('body *')]
    .filter(each => each.offsetParent && [...each.childNodes].some(child => child.nodeType === 3 && child.data.trim()))
    .map(each => getComputedStyle(each).fontSize)"""

CLIPPED = """() => [...document.querySelectorAll('td, th')].filter(cell => {
    const style = getComputedStyle(cell);
    return style.position !== 'absolute' && !cell.closest('.hidden, .scroll') && cell.clientWidth > 2
        && cell.scrollWidth > cell.clientWidth + 1;
}).map(cell => cell.textContent.trim().slice(0, 40))"""


@pytest.mark.parametrize(("width", "least"), [(390, "11.5"), (1200, "12")])
def test_nothing_is_set_smaller_than_the_guide_allows(page, width, least):
    """Totals under a price are the smallest on a phone, digests elsewhere."""
    show(page, sheet("koodrive", "en"), width)
    sizes = page.evaluate(SIZES)
    assert min(Decimal(size.removesuffix("px")) for size in sizes) >= Decimal(least)


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_the_page_reads_in_its_direction(page, language, direction):
    show(page, sheet("koodrive", language))
    assert page.evaluate("getComputedStyle(document.body).direction") == direction
    title, stamp = page.locator("h1").bounding_box(), page.locator(".stamp").bounding_box()
    assert (title["x"] < stamp["x"]) == (direction == "ltr")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_numbers_of_a_column_end_at_the_same_edge(page, language):
    """Physically right in every script: in each price column all numbers and their head share the right edge."""
    show(page, sheet("koodrive", language))
    edges = page.evaluate("""() => [...document.querySelectorAll('table.prices')].map(table => {
        const columns = {};
        for (const row of table.rows) [...row.cells].forEach((cell, index) => {
            if (!cell.matches('.num') || cell.colSpan > 1 || !cell.textContent.trim()) return;
            const style = getComputedStyle(cell);
            (columns[index] ||= new Set()).add(Math.round(cell.getBoundingClientRect().right - parseFloat(style.paddingRight)));
        });
        return Object.values(columns).map(edges => edges.size);
    })""")
    assert edges and all(set(sizes) == {1} for sizes in edges)


@pytest.mark.parametrize(("language", "width"), first(2, [("en", 390), ("ar", 1200), ("ar", 390), ("en", 1200)]))
def test_results_of_worked_examples_end_at_the_right_of_their_column(page, language, width):
    """In each column of a table of steps all results share the right edge; in a list they do but for the padding that puts the
    decimal points below each other."""
    show(page, sheet("koodrive", language), width)
    steps, lists = page.evaluate("""() => {
        const right = (each, padding) => Math.round(each.getBoundingClientRect().right - padding);
        const steps = [...document.querySelectorAll('table.steps')].map(table => {
            const columns = {};
            for (const row of table.rows) for (const cell of row.cells) {
                const result = cell.querySelector('.result');
                if (result && result.textContent.trim())
                    (columns[Math.round(cell.getBoundingClientRect().right)] ||= new Set()).add(right(result, 0));
            }
            return Object.values(columns).map(edges => edges.size);
        });
        const lists = [...document.querySelectorAll('table.short')].map(table => new Set(
            [...table.querySelectorAll('td')].map(cell => right(cell.querySelector('bdi'), 0))).size);
        return [steps, lists];
    }""")
    assert steps and all(set(sizes) == {1} for sizes in steps)
    assert lists and set(lists) == {1}


def faces(page: Page) -> dict[str, int]:
    """Which faces the browser really drew with, and how many glyphs of each."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    found: dict[str, int] = {}
    for node in session.send("DOM.querySelectorAll", {"nodeId": root, "selector": "body *"})["nodeIds"]:
        for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]:
            name = font["familyName"] if not font["isCustomFont"] else "embedded"
            found[name] = found.get(name, 0) + int(font["glyphCount"])
    return found


@pytest.mark.parametrize(("kind", "language"), first(1, [*product(["quote", "change", "use", "sheet"], ["ar", "en", "de"])]))
def test_every_character_is_drawn_with_an_embedded_face(page, kind, language):
    """No blank box, no letter in another face."""
    show(page, document(kind, language))
    assert set(faces(page)) == {"embedded"}


@pytest.mark.parametrize(("kind", "language"), first(3, [*product(["use", "sheet", "change", "quote"], ["ar", "ja", "de", "zh", "en"])]))
def test_all_columns_are_in_sight_on_a_phone(page, kind, language):
    """Four prices and six columns of use fit beside each other."""
    show(page, document(kind, language), 390)
    assert page.evaluate("[...document.querySelectorAll('.scroll')].map(each => each.scrollWidth - each.clientWidth).filter(more => more > 0)") == []


@pytest.mark.parametrize(("kind", "language"), first(2, [*product(["use", "change", "sheet"], ["zh", "ja"])]))
def test_no_date_is_torn_at_the_end_of_a_line(page, kind, language):
    """In cells and labels, where lines are short: Han would break between any two letters."""
    show(page, document(kind, language), 390)
    dates, torn = page.evaluate(TORN_DATES)
    assert dates and torn == []


@pytest.mark.parametrize("language", first(1, ["ar", "en"]))
def test_no_file_of_a_step_is_torn_at_a_hyphen(page, language):
    show(page, document("change", language), 390)
    heights = page.evaluate("[...document.querySelectorAll('.short .source')].map(each => each.getClientRects().length + each.offsetHeight / 30)")
    assert heights and max(heights) < 2


@pytest.mark.parametrize(("language", "script"), [("zh", "[\u4e00-\u9fff]"), ("ja", "[\u3040-\u30ff]")])
def test_chinese_and_japanese_ask_for_their_own_faces(page, language, script):
    show(page, sheet("koodrive", language))
    family = page.evaluate("getComputedStyle(document.body).fontFamily")
    assert family.startswith(f'"{FACE}"') and ("CJK SC" in family) == (language == "zh") and MONO not in family
    assert re.search(script, page.inner_text("main"))


def test_one_drawing_shows_at_each_width(page):
    for width, shown in ((390, "narrow"), (1200, "wide")):
        show(page, sheet("koodrive", "en"), width)
        visible = [each for each in ("wide", "narrow") if page.locator(f"#break-even .{each}").is_visible()]
        assert visible == [shown]


def test_the_row_of_links_leads_to_every_section(page):
    show(page, sheet("koodrive", "en"))
    for link in page.locator("nav a").all():
        assert page.locator(link.get_attribute("href")).count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"


def pages(page: Page, name: str, language: str) -> int:
    show(page, sheet(name, language))
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", printed))


@pytest.mark.parametrize("language", first(2, ["de", "ja", "zh", "en", "ar"]))
def test_the_koodrive_sheet_is_few_pages_on_paper(page, language):
    assert 1 < pages(page, "koodrive", language) <= 5


def test_lists_of_examples_stand_in_threes_on_paper(page):
    """174 mm of an A4 page are 657 px."""
    show(page, sheet("koodrive", "en"), 657)
    page.emulate_media(media="print")
    tops = page.evaluate("[...document.querySelectorAll('.gallery > *')].map(each => Math.round(each.getBoundingClientRect().top))")
    assert len(tops) > 6
    for index in range(0, len(tops), 3):
        assert len(set(tops[index : index + 3])) == 1


@pytest.mark.parametrize("name", first(1, BOOKS))
@pytest.mark.whole
def test_nothing_runs_out_of_a_printed_page(page, name):
    """174 mm of an A4 page are 657 px."""
    show(page, sheet(name, "en"), 657)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 658
