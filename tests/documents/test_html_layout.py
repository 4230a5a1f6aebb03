"""Every text of a sheet is measured in a real browser: it stays in its cell, clear of its neighbours, and on the page, at any size.

The books are the largest and the smallest that a sheet is made of, in the currencies and languages with the longest numbers and words.
"""

from functools import cache

import pytest
from playwright.sync_api import Page

from engine.language.build import load_book
from engine.model.book import PriceBook
from engine.sheet import build_sheet
from tests.browser import show
from tests.documents.written import render_sheet_html
from tests.extent import one_in
from tests.sheet import reading
from tests.sheet.large_books import large_book, one_item_book

LANGUAGES = ("en", "ar", "zh", "de", "ja")
MEDIA = (("screen", 390), ("screen", 768), ("screen", 1280), ("print", 657))
"""Phone, tablet, desktop; 174 mm of an A4 page are 657 px."""

CLEAR = 10
"""So many pixels lie at least between the texts of two cells of a row; on paper, where all is set smaller, a little less."""

BOOKS = [
    *(("koodrive", "USD", language) for language in LANGUAGES),
    *(("dear", "USD", language) for language in LANGUAGES),
    ("ten terms", "USD", "en"), ("ten terms", "USD", "ar"), ("ten terms", "USD", "de"),
    *(("one item", "USD", language) for language in LANGUAGES),
    ("large", "USD", "en"), ("large", "JPY", "ar"), ("large", "CNY", "zh"), ("large", "EUR", "de"), ("large", "JPY", "ja"),
]  # fmt: skip


@cache
def book(name: str) -> PriceBook:
    """The book by name; `dear`: KooDrive's with five digits before the point; `ten terms`: that one with a discount for each of ten terms."""
    match name:
        case "large":
            return large_book()
        case "one item":
            return one_item_book()
        case "dear":
            return _koodrive((": 749.00", ": 12490.00"), (": 2.40", ": 1490.40"))
        case "ten terms":
            short = "".join(f"      - {{from: {months} months, percent_off: {months}%}}\n" for months in (2, 3, 6, 9))
            long = "      - {from: 4 years, percent_off: 40%}\n      - {from: 5 years, percent_off: 45%}\n"
            return _koodrive(
                (": 749.00", ": 12490.00"),
                ("2 years, 3 years]", "2 years, 3 years, 4 years, 5 years]"),
                ("      - {from: 1 year, p", f"{short}      - {{from: 1 year, p"),
                ("percent_off: 35%}\n", f"percent_off: 35%}}\n{long}"),
            )
    return reading.book(name)


def _koodrive(*changes: tuple[str, str]) -> PriceBook:
    """KooDrive's book with other texts in its files."""
    files = {str(path.relative_to(reading.KOODRIVE)): path.read_text(encoding="utf-8") for path in sorted(reading.KOODRIVE.rglob("*.yaml"))}
    for before, after in changes:
        assert any(before in text for text in files.values()), before
        files = {name: text.replace(before, after) for name, text in files.items()}
    loaded = load_book({name: text.encode() for name, text in files.items()}).book
    assert loaded is not None
    return loaded


def faults(page: Page, media: str, width: int) -> list[str]:
    """What a reader would stumble over in the open page at a width, at most a dozen of it."""
    page.emulate_media(media=media)
    page.set_viewport_size({"width": width, "height": 900})
    return page.evaluate(FAULTS, {"clear": CLEAR if media == "screen" else 7, "paper": media == "print"})


# Half a pixel is what rounding of positions may take.
FAULTS = """({clear, paper}) => {
    const found = [], width = document.documentElement.clientWidth;
    const told = (what, ...texts) => found.push(`${what}: ${texts.map(text => text.replace(/\\s+/g, ' ').trim().slice(0, 60)).join(' | ')}`);
    const rectangles = (cell) => {
        const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), all = [];
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            if (!node.data.trim() || node.parentElement.closest('.hidden, .skip, title, style')) continue;
            const range = document.createRange();
            range.selectNodeContents(node);
            all.push(...[...range.getClientRects()].filter(each => each.width > 0.5 && each.height > 0));
        }
        return all;
    };
    if (document.documentElement.scrollWidth > width) told('the page scrolls sideways', `${document.documentElement.scrollWidth}`);
    for (const box of document.querySelectorAll('body *')) {
        const scrolls = ['auto', 'scroll'].includes(getComputedStyle(box).overflowX);
        if (scrolls && box.scrollWidth > box.clientWidth && (paper || !box.matches('.scroll'))) told('scrolls unmarked', box.textContent);
    }
    for (const row of document.querySelectorAll('tr')) {
        const cells = [...row.cells].map(cell => ({cell, box: cell.getBoundingClientRect(), texts: rectangles(cell)}));
        for (const {cell, box, texts} of cells)
            if (texts.some(text => text.left < box.left - 0.5 || text.right > box.right + 0.5)) told('leaves its cell', cell.textContent);
        for (let one = 0; one < cells.length; one++) for (let other = one + 1; other < cells.length; other++)
            if (cells[one].texts.some(a => cells[other].texts.some(b =>
                a.top < b.bottom - 1 && b.top < a.bottom - 1 && Math.max(b.left - a.right, a.left - b.right) < clear - 0.5)))
                told('too close', cells[one].cell.textContent, cells[other].cell.textContent);
    }
    for (const part of document.querySelectorAll('h1, h2, h3, p, li, dt, dd, caption, td, th, svg text')) {
        if (part.closest('.scroll') && !part.matches('caption *')) continue;
        if (rectangles(part).some(text => text.left < -0.5 || text.right > width + 0.5)) told('leaves the page', part.textContent);
    }
    for (const box of document.querySelectorAll('.scroll')) {
        if (box.scrollWidth <= box.clientWidth) continue;
        const start = () => [...box.querySelectorAll('tbody tr:not(.group) > :first-child')].map(each => Math.round(each.getBoundingClientRect().left));
        const before = start();
        box.scrollLeft = getComputedStyle(box).direction === 'rtl' ? -box.scrollWidth : box.scrollWidth;
        if (String(before) !== String(start())) told('its first column moves', box.textContent);
        box.scrollLeft = 0;
    }
    return [...new Set(found)].slice(0, 12);
}"""


@pytest.mark.parametrize(("name", "currency", "language"), one_in(6, BOOKS))
def test_every_text_stands_clear_in_its_cell_and_on_the_page(page, name, currency, language):
    view = build_sheet(book(name), reading.AUTUMN, currency)
    show(page, render_sheet_html(view, language))
    page.evaluate("document.querySelectorAll('.fold').forEach(each => { each.checked = true; })")
    assert page.locator("table.prices").count()
    assert {f"{media} {width}": found for media, width in MEDIA if (found := faults(page, media, width))} == {}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<table style="table-layout: fixed; width: 90px"><tr><td>12,490.00</td><td>13,110.00</td></tr></table>', "leaves its cell"),
        ("<table><tr><td>1.00</td><td>2.00</td></tr></table>", "too close"),
        ('<p style="margin-left: -20px">12,490.00</p>', "leaves the page"),
        ('<div style="width: 900px">wide</div>', "the page scrolls sideways"),
        ('<div style="overflow-x: auto"><p style="width: 900px">wide</p></div>', "scrolls unmarked"),
        ('<div class="scroll" style="overflow-x: auto"><table style="width: 900px"><tr><th>1</th></tr></table></div>', "its first column moves"),
    ],
)
def test_what_is_wrong_is_found(page, body, fault):
    page.set_content(f"<!DOCTYPE html><style>body {{ margin: 0 }} td, th {{ padding: 0 }} table {{ border-spacing: 0 }}</style>{body}")
    assert [found for found in faults(page, "screen", 390) if found.startswith(fault)]
