"""The seller's logo and colour on an invoice: whole on the page, for archives and for screen readers, and no word that cannot be read."""

import io
import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import page as checker
import pytest
from PIL import Image

from engine.documents.invoice_html import render_invoice_html
from engine.documents.pdf import pdf_of_page
from engine.language.pictures import read_picture
from engine.model.book import Party, PriceBook
from engine.model.parties import Letterhead
from engine.values.colours import is_legible
from tests.documents.invoice_book import ISSUE, book, invoice
from tests.extent import first

AT = datetime(2026, 4, 1, tzinfo=UTC)
DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 180 60"><linearGradient id="g"><stop offset="0" stop-color="#f0f"/><stop offset="1" '
    b'stop-color="#f0f" stop-opacity=".99"/></linearGradient><clipPath id="c"><rect width="180" height="60"/></clipPath>'
    b'<g clip-path="url(#c)"><path d="M0 0h180v60H0z" fill="url(#g)"/><path d="M0 0h90v60H0z" fill="#00f" opacity=".5"/></g></svg>'
)


def photograph(mode: str = "RGBA", size: tuple[int, int] = (90, 30)) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size, 255 if len(Image.new(mode, (1, 1)).getbands()) == 1 else (255, 0, 255, 128)[: len(mode)]).save(stream, "PNG")
    return stream.getvalue()


@cache
def look(kind: str) -> Letterhead:
    if kind == "svg":
        return Letterhead(read_picture("logo.svg", DRAWING), "#0a7a5a")
    return Letterhead(read_picture("logo.png", photograph(kind)), "#0a7a5a")


def dressed(letterhead: Letterhead) -> PriceBook:
    return replace(book("published"), letterhead=letterhead)


@cache
def html(kind: str, language: str = "en") -> str:
    return render_invoice_html(invoice(status="published"), ISSUE, dressed(look(kind)), language).decode()


@cache
def pdf(kind: str, language: str = "en") -> bytes:
    made, problems = pdf_of_page(html(kind, language).encode(), AT)
    assert made is not None, problems
    return made


@pytest.mark.parametrize("profile", ["3a", "ua1"])
@pytest.mark.parametrize(("kind", "language"), first(2, [("svg", "en"), ("RGBA", "en"), ("svg", "ar"), ("LA", "en"), ("P", "en"), ("L", "ar"), ("1", "en")]))
def test_a_file_with_a_logo_is_valid_for_archives_and_for_screen_readers(kind, language, profile):
    report = checker.validate_pdf_bytes(pdf(kind, language), profile=profile)
    assert report.is_compliant, {(each.rule_id, each.message) for each in report.failures}


@pytest.mark.parametrize("kind", ["svg", "RGBA"])
def test_the_logo_and_the_bar_are_on_paper_where_they_belong(kind, tmp_path):
    """At 72 dots an inch a dot is a point: a logo of 3 : 1 is 42 pt high, no photograph is larger than it is."""
    (tmp_path / "made.pdf").write_bytes(pdf(kind))
    subprocess.run(["pdftoppm", "-r", "72", "-l", "1", "-png", str(tmp_path / "made.pdf"), str(tmp_path / "page")], check=True)
    picture = Image.open(next(tmp_path.glob("*.png"))).convert("RGB")
    width, height = picture.size
    logo = [(x, y) for y in range(height // 4) for x in range(width) if (p := picture.getpixel((x, y)))[0] > 90 and p[1] < 140 and p[2] > 150]
    across, down = max(x for x, _ in logo) - min(x for x, _ in logo) + 1, max(y for _, y in logo) - min(y for _, y in logo) + 1
    assert (across, down) == (pytest.approx(126, abs=2), pytest.approx(42, abs=2)) if kind == "svg" else (pytest.approx(68, abs=2), pytest.approx(23, abs=2))
    bar = [y for y in range(60) if picture.getpixel((width // 2, y)) == (0x0A, 0x7A, 0x5A)]
    assert 2 <= len(bar) <= 4 and max(bar) < min(y for _, y in logo)


def test_the_logo_stands_for_the_name_and_the_name_is_still_in_words():
    page = html("svg", "en")
    assert re.search(
        r'<img class="logo" src="data:image/svg\+xml;base64,[A-Za-z0-9+/=]+" alt="Example Cloud GmbH" style="inline-size: 168px; block-size: 56px">', page
    )
    assert "<b>Example Cloud GmbH</b> &#183; <span>Hafenstraße 12</span>" in page and 'class="seller"' not in page


def test_a_name_in_an_attribute_is_whole_and_stays_text():
    for name in ("x" * 600, '"><script>alert(1)</script>', "\u202eevil\u2069", "شركة"):
        seller = Party(name)
        page = render_invoice_html(invoice(status="published"), ISSUE, replace(dressed(look("svg")), seller=seller), "ar").decode()
        alt = re.search(r' alt="([^"]*)" style', page)
        assert alt is not None and "<" not in alt[1] and "wbr" not in alt[1] and alt[1].strip() and "<script" not in page


@pytest.mark.parametrize(("colour", "legible"), [("#0a7a5a", True), ("#ffcc00", False)])
def test_words_are_in_the_colour_only_where_they_can_be_read(colour, legible):
    page = render_invoice_html(invoice(status="published"), ISSUE, dressed(Letterhead(None, colour)), "en").decode()
    assert is_legible(colour) == legible
    words = colour if legible else "var(--ink)"
    assert f":root {{ --seller: {colour}; --seller-words: {words}; }}" in page and '<body class="invoice own">' in page
    assert '<p class="seller">Example Cloud GmbH</p>' in page and "<img" not in page


def test_what_is_no_colour_becomes_no_style():
    page = render_invoice_html(invoice(status="published"), ISSUE, dressed(Letterhead(None, "red;}</style><script>")), "en").decode()
    assert "<script" not in page and "--seller: " not in page and '<body class="invoice">' in page


def test_an_invoice_of_a_book_without_them_is_as_it_was():
    page = render_invoice_html(invoice(status="published"), ISSUE, book("published"), "en").decode()
    assert "--seller" not in page and ".logo" not in page and "<img" not in page and '<body class="invoice">' in page
