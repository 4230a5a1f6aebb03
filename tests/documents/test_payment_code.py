"""The QR code of an invoice: what a bank reads of it is what the invoice says, and on what nobody pays there is none to read."""

import io
import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import page as checker
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from playwright.sync_api import Page

from engine.documents.format import formatter
from engine.documents.invoice_html import render_invoice_html
from engine.documents.invoice_view import view_of
from engine.documents.invoice_words import Writer
from engine.documents.payment_code import PaymentCode, drawn_code
from engine.documents.pdf import pdf_of_page
from engine.documents.translations import LANGUAGES
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, Issue
from tests.browser import show
from tests.documents.invoice_book import CREDIT, DRAFT, ISSUE, book, credit_note, invoice
from tests.extent import examples, first

AT = datetime(2026, 4, 1, tzinfo=UTC)
ASKED = ["BCD", "002", "1", "SCT", "BYLADEM1001", "Example Cloud GmbH", "DE02120300000000202051", "EUR6164.12", "", "", "2026-000417"]
"""Service, version, UTF-8, credit transfer, bank, payee, account, amount, purpose, creditor's reference, text. Source: EPC069-12, table 2."""
MM = 25.4 / 300
"""Of a dot at 300 to the inch."""


@cache
def html(status: str, language: str = "en") -> bytes:
    return render_invoice_html(invoice(status=status), ISSUE, book(status), language)


@cache
def pdf(status: str, language: str = "en") -> bytes:
    made, problems = pdf_of_page(html(status, language), AT)
    assert made is not None, problems
    return made


def pictures(made: bytes, folder: Path) -> list[Image.Image]:
    """The pages of a file as a scanner at 300 dots to the inch sees them."""
    (folder / "made.pdf").write_bytes(made)
    subprocess.run(["pdftoppm", "-r", "300", "-gray", "-png", str(folder / "made.pdf"), str(folder / "page")], check=True)
    return [Image.open(path).convert("L") for path in sorted(folder.glob("page*.png"))]


def read(picture: Image.Image) -> list[zxingcpp.Barcode]:
    return [each for each in zxingcpp.read_barcodes(picture) if each.format == zxingcpp.BarcodeFormat.QRCode]


def shown(page: Page, document: bytes, width: int) -> Image.Image:
    show(page, document, width)
    taken = page.screenshot(full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    return Image.open(io.BytesIO(taken)).convert("L")


# --- what is read ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "width"), first(2, [("en", 390), ("ar", 1280), ("ar", 390), ("en", 1280)]))
def test_a_telephone_reads_the_transfer_from_the_screen(page, language, width):
    codes = read(shown(page, html("published", language), width))
    assert [each.text.split("\n") for each in codes] == [ASKED]


@pytest.mark.parametrize("language", first(1, ["en", "ar"]))
def test_a_telephone_reads_the_transfer_from_paper(language, tmp_path):
    """The code is 25 mm wide, at the end of its line, and nothing is printed around it for four of its modules."""
    found = [(picture, code) for picture in pictures(pdf("published", language), tmp_path) for code in read(picture)]
    assert [code.text.split("\n") for _, code in found] == [ASKED]
    picture, code = found[0]
    left, right, top, bottom = code.position.top_left.x, code.position.top_right.x, code.position.top_left.y, code.position.bottom_left.y
    assert (right - left) * MM == pytest.approx(25, abs=0.4) and (bottom - top) * MM == pytest.approx(25, abs=0.4)
    quiet = round(25 / 37 * 4 / MM) - 4
    around = picture.crop((left - quiet, top - quiet, right + quiet, bottom + quiet))
    inner = (quiet - 4, quiet - 4, around.width - quiet + 4, around.height - quiet + 4)
    around.paste(255, inner)
    assert around.getextrema()[0] > 250
    assert left * MM > 75 if language == "en" else left * MM < 105 + 25


@pytest.mark.parametrize("status", first(1, ["illustrative", "draft"]))
@pytest.mark.whole
def test_on_what_nobody_pays_there_is_a_place_and_no_code(page, status, tmp_path):
    assert [read(picture) for picture in pictures(pdf(status), tmp_path)] == [[]] * 2
    assert read(shown(page, html(status), 1280)) == [] and b"<svg" not in html(status)
    words = "QR code: not on a draft" if status == "draft" else "QR code: not on a specimen"
    assert f'<p class="blank">{words}</p>' in html(status).decode()


@pytest.mark.parametrize("profile", ["3a", "ua1"])
@pytest.mark.parametrize(
    ("status", "language"), first(1, [("published", "ar"), ("published", "en"), ("published", "zh"), ("illustrative", "ja"), ("draft", "de")])
)
def test_a_file_with_a_code_is_valid_for_archives_and_for_screen_readers(status, language, profile):
    report = checker.validate_pdf_bytes(pdf(status, language), profile=profile)
    assert report.is_compliant, {(each.rule_id, each.message) for each in report.failures}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_says_in_words_what_it_says(language):
    title = re.search(r'<title id="code">(.*?)</title>', html("published", language).decode())
    assert title is not None
    for part in ("6,164.12" if language != "de" else "6.164,12", "Example Cloud GmbH", "DE02120300000000202051", "2026-000417"):
        assert part in title[1]
    assert html("published", language).count(b'aria-labelledby="code"') == 1


@examples(60)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")), min_size=1).filter(lambda each: bool(each.split())),
    st.decimals(Decimal("0.01"), Decimal("999999999.99"), places=2),
    st.text(st.sampled_from("ABC-/ 0123456789äé"), min_size=1, max_size=60).filter(lambda each: bool(each.split())),
)
@pytest.mark.whole
def test_whatever_a_seller_is_called_a_bank_reads_eleven_lines(name, amount, number):
    seller = replace(paid_to("DE02120300000000202051").seller, name=name)
    code = code_of(replace(invoice(status="published"), gross=amount), replace(ISSUE, number=number), replace(book("published"), seller=seller))
    if code is None:
        return
    lines = zxingcpp.read_barcode(picture_of(code)).text.split("\n")
    assert len(lines) == 11 and Decimal(lines[7].removeprefix("EUR")) == amount
    assert lines[5] and len(lines[5]) <= 70 and " ".join(number.split()) == lines[10]


def picture_of(code: PaymentCode) -> Image.Image:
    """The drawing, dot by dot: four dots a module."""
    drawing = str(drawn_code(code)[0])
    side = int(re.search(r'viewBox="0 0 (\d+)', drawing)[1])
    picture = Image.new("L", (side * 4, side * 4), 255)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", drawing):
        picture.paste(0, (int(x) * 4, int(y) * 4, (int(x) + int(length)) * 4, int(y) * 4 + 4))
    return picture


# --- when there is one -----------------------------------------------------------------------------------------------------------


def code_of(made: Invoice, issue: Issue, of: PriceBook) -> PaymentCode | None:
    return view_of(made, issue, of, formatter("en"), False).code


def paid_to(iban: str | None, **other: str) -> PriceBook:
    real = book("published")
    assert real.seller is not None
    return replace(real, seller=replace(real.seller, iban=iban, other={**real.seller.other, **other}))


@cache
def asked() -> Invoice:
    return invoice(status="published")


def test_an_account_as_it_is_written_is_an_account():
    code = code_of(asked(), ISSUE, paid_to("de02 1203 0000 0000 2020 51", bic="byladem1 001"))
    assert code is not None and (code.iban, code.bic, code.blank) == ("DE02120300000000202051", "BYLADEM1001", "")


@pytest.mark.parametrize(
    ("iban", "bic", "has"),
    [
        ("CH9300762011623852957", "POFICHBEXXX", True), ("CH9300762011623852957", "", False), ("FR1420041010050500013M02606", "", True),
        ("FR1420041010050500013M02606", "no bank", False), ("DE02120300000000202015", "", False), (None, "", False), ("", "", False),
        ("BR1800360305000010009795493C1", "CEFXBRSP", False),
    ],
)  # fmt: skip
def test_a_code_names_an_account_that_a_transfer_in_euros_reaches(iban, bic, has):
    """Within the European Economic Area by the account alone, elsewhere in the area of such payments by the bank too."""
    assert (code_of(asked(), ISSUE, paid_to(iban, bic=bic)) is not None) == has


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"currency": "USD"}, "1"), ({"gross": Decimal(0)}, "1"), ({"gross": Decimal("0.009")}, "1"), ({"gross": Decimal("12.345")}, "1"),
        ({"gross": Decimal("1000000000.00")}, "1"), ({"gross": Decimal(10) ** 40}, "1"), ({"gross": Fraction(1, 3)}, "1"), ({}, "x" * 141), ({}, "é" * 130), ({}, None),
    ],
)  # fmt: skip
def test_what_a_transfer_cannot_say_has_neither_code_nor_place(change, number):
    for status in ("published", "illustrative"):
        assert code_of(replace(asked(), **change), replace(ISSUE, number=number), book(status)) is None


def test_drafts_and_credit_notes_have_neither_code_nor_place():
    assert code_of(asked(), DRAFT, book("published")) is None
    assert code_of(credit_note(), CREDIT, book("published")) is None


def test_an_invoice_without_a_code_has_nothing_of_it():
    page = render_invoice_html(asked(), ISSUE, paid_to(None), "en").decode()
    assert "QR code" not in page and "viewBox" not in page and ".coded" not in page and '<section class="payment" aria-label' in page


def test_the_code_asks_for_what_is_left_to_pay():
    """What was paid already is off; where all was paid there is no code."""
    made = invoice(status="published")
    left = code_of(made, replace(ISSUE, paid=Decimal("1000.00")), book("published"))
    assert left is not None and left.amount == made.gross - 1000
    assert code_of(made, replace(ISSUE, paid=made.gross), book("published")) is None


def test_what_is_left_to_pay_is_exact_for_amounts_of_any_length():
    """Forty digits less a cent are forty digits less a cent: nothing is rounded to what a decimal context holds."""
    words = Writer(replace(asked(), gross=Decimal(10) ** 40), replace(ISSUE, paid=Decimal("0.01")), book("published"), formatter("en"))
    assert words.owed == Decimal("9" * 40 + ".99")
