"""PDF files: valid for archives and screen readers at once, the same bytes every time, and nothing from outside the page."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import page as checker
import pytest

from engine.documents import pdf
from engine.documents.pdf import pdf_of_page
from engine.documents.pdf_structure import finish
from engine.language.build import load_order
from engine.model.quotes import Quote
from engine.pricing import price_order
from tests.documents.written import render_quote_html, render_sheet_html
from tests.extent import first
from tests.sheet import reading

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGES = ("en", "zh", "ar")
ORDER = b"{date: 2026-03-01, billing_mode: yearly-monthly, term: 1 year, items: {basic-edition: 50-users-500-gb, user-expansion-package: 10}}"


@cache
def sheet(language: str, name: str = "koodrive") -> bytes:
    made, problems = pdf_of_page(render_sheet_html(reading.sheet(name), language), reading.SPRING)
    assert made is not None, problems
    return made


@cache
def quote() -> bytes:
    book = reading.book("koodrive")
    order, problems = load_order("order.yaml", ORDER, book, None)
    priced = price_order(book, order)
    assert isinstance(priced, Quote) and not problems
    made, reasons = pdf_of_page(render_quote_html(priced, book, "en", explain=True), priced.at)
    assert made is not None, reasons
    return made


def document(name: str) -> bytes:
    return quote() if name == "quote" else sheet(name)


def text_of(made: bytes, tmp_path: Path, *options: str) -> str:
    (tmp_path / "made.pdf").write_bytes(made)
    run = subprocess.run(["pdftotext", *options, str(tmp_path / "made.pdf"), "-"], capture_output=True, text=True, check=True)
    return run.stdout


@pytest.mark.parametrize("profile", ["3a", "ua1"])
@pytest.mark.parametrize("name", first(1, ["ar", "quote", *(each for each in LANGUAGES if each != "ar")]))
def test_a_file_is_valid_for_archives_and_for_screen_readers(name, profile):
    report = checker.validate_pdf_bytes(document(name), profile=profile)
    assert report.is_compliant, {(each.rule_id, each.message) for each in report.failures}
    assert report.rules.failed == 0 and report.rules.passed > 50


@pytest.mark.parametrize("name", first(1, [*LANGUAGES, "quote"]))
@pytest.mark.whole
def test_a_document_is_short_and_no_page_is_blank(name, tmp_path):
    pages = text_of(document(name), tmp_path).split("\f")[:-1]
    assert len(pages) <= (2 if name == "quote" else 6)
    # Head and foot of a page are some sixty characters; a page says more than that.
    assert all(len(each) > 200 for each in pages), [len(each) for each in pages]


def test_the_comparison_of_the_ways_to_pay_can_be_read(tmp_path):
    """What the vendor's page compares stands in the file as text, row by row."""
    text = re.sub(r"\s+", " ", text_of(sheet("en"), tmp_path, "-layout"))
    for said in (
        "Payment mode Prepaid Postpaid",
        "Billing cycle Billed for your subscription duration Billed for your usage duration by the hour",
        "Billing item Basic edition, storage expansion package, Storage and number of users",
        "and user expansion package",
        "Specifications change Supported Not supported",
        "Application scenario Useful for predictable and long-term",
        "1,125.48",
    ):
        assert said in text, said


@pytest.mark.parametrize(("language", "said"), first(1, [("ar", "KooDrive"), ("zh", "两种付费方式")]))
def test_other_scripts_can_be_read(language, said, tmp_path):
    text = text_of(sheet(language), tmp_path)
    assert said in text and "1,125.48" in text and "�" not in text


def test_arabic_words_are_written_beside_their_glyphs(tmp_path):
    """No letter is lost or split in two. Poppler shows the words of a line from the wrong end, so both directions count."""
    text = text_of(sheet("ar"), tmp_path)
    for word in ("للدفع", "الأساسي", "المستخدمين"):
        assert word in text or word[::-1] in text, word


def test_all_faces_are_inside_and_arabic_has_its_own(tmp_path):
    (tmp_path / "made.pdf").write_bytes(sheet("ar"))
    lines = subprocess.run(["pdffonts", str(tmp_path / "made.pdf")], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    names = {line.split()[0].partition("+")[2] for line in lines}
    assert all(re.search(r"\byes yes yes\b", line) for line in lines)
    assert {name.removesuffix("-Semi-Bold") for name in names} == {"Pricebook-Sans", "Pricebook-Sans-Arabic", "Pricebook-Mono"}


@pytest.mark.whole
def test_the_same_input_gives_the_same_bytes():
    """In this process and in another one with other hashes; the date is the sheet's, not the clock's."""
    again = (
        "import sys; from tests.documents.test_pdf import *; "
        "sys.stdout.buffer.write(pdf_of_page(render_sheet_html(reading.sheet('gym'), 'ar'), reading.SPRING)[0])"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": str(ROOT), "TZ": "Asia/Tokyo"}
    other = subprocess.run([sys.executable, "-c", again], capture_output=True, env=environment, cwd=ROOT, check=True).stdout
    assert other == sheet("ar", "gym")
    assert sheet("ar", "gym").count(b">2026-03-01T04:00:00Z<") == 2


@pytest.mark.parametrize(
    "reaches",
    [
        '<img src="file:///etc/passwd" alt="x">',
        '<img src="picture.png" alt="x">',
        '<img src="http://127.0.0.1:9/picture.png" alt="x">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<a rel="attachment" href="file:///etc/passwd">x</a>',
        '<link rel="stylesheet" href="file:///etc/passwd">',
        '<style>@import "file:///etc/passwd";</style>',
        "<style>@font-face { font-family: x; src: url(file:///etc/passwd) } p { font-family: x }</style><p>x</p>",
        '<p style="background: url(FILE:///etc/passwd)">x</p>',
        '<base href="file:///etc/"><img src="passwd" alt="x">',
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd" width="9" height="9"/></svg>',
    ],
)
def test_nothing_from_outside_the_page_is_opened(reaches):
    made, problems = pdf_of_page(f'<html lang="en"><title>x</title><body>{reaches}</body></html>'.encode(), datetime(2026, 3, 1, tzinfo=UTC))
    assert made is None
    assert {each.slug for each in problems} == {"pdf-reaches-outside"}


def test_without_its_library_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    made, (problem,) = pdf_of_page(b"<p>x</p>", reading.SPRING)
    assert made is None and problem.slug == "pdf-not-installed"
    assert "pip install 'pricebook[pdf]'" in problem.help and "libpango-1.0-0" in problem.help


@pytest.mark.whole
def test_no_stream_ends_in_a_byte_that_could_belong_to_the_lines_end(monkeypatch):
    """Of the streams that are made while a file is written one in some hundred ends so: pages are made until one did, and was written anew."""
    anew = []
    monkeypatch.setattr(pdf, "finish", lambda *parts, schemas, spare: anew.append(spare) or finish(*parts, schemas, spare))
    for number in range(1_000):
        made, _ = pdf.pdf_of_page(f'<html lang="en"><title>t</title><body><h1>page {number}</h1></body></html>'.encode(), reading.SPRING)
        assert pdf.ENDS_IN_DOUBT not in made
        if max(anew):
            break
    assert max(anew) == 1 and checker.validate_pdf_bytes(made, profile="3a").is_compliant
