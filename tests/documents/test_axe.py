"""axe-core finds nothing on any kind of page, in a script from left to right and in one from right to left.

axe-core comes from the npm registry; `make test` installs it below `tests/node`.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page

from engine.commands import shell
from engine.documents.invoice_html import render_invoice_html
from engine.language.pictures import read_picture
from engine.model.parties import Letterhead
from engine.sheet import build_sheet
from tests.browser import HEIGHT
from tests.documents.invoice_book import ISSUE, book, invoice
from tests.documents.test_letterhead import photograph
from tests.documents.written import render_sheet_html
from tests.extent import first, one_in
from tests.sheet.large_books import large_book
from tests.sheet.small_books import BEGIN

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "tests" / "node" / "node_modules" / "axe-core" / "axe.min.js"
EXAMPLES = ROOT / "examples" / "koodrive"
BOOK = ("--book", str(ROOT / "rules" / "koodrive"))
PAGES = {
    "sheet": ("sheet", str(ROOT / "rules" / "koodrive"), "--date", "2026-03-01"),
    "quote": ("quote", str(EXAMPLES / "team-of-60.yaml"), *BOOK, "--explain"),
    "change": ("change", str(EXAMPLES / "team-of-60.yaml"), *BOOK, "--date", "2026-07-15", "--item", "basic-edition=100-users-1-tb", "--explain"),
    "invoice": ("invoice", str(EXAMPLES / "growing-team" / "account.yaml"), *BOOK, "--period", "2026-08", "--number", "1", "--explain"),
    "invoice of use": (
        "invoice", str(EXAMPLES / "project-by-the-hour" / "account.yaml"), *BOOK, "--period", "2026-03", "--number", "1", "--explain",
        "--usage", str(EXAMPLES / "project-by-the-hour" / "usage-2026-03.csv"),
    ),
}  # fmt: skip
# What axe cannot see for itself: the ground below words in a drawing (charts have their own test), and heads that span no row.
WAYS = (("ar", 390), ("en", 1200))
LEFT_TO_PEOPLE = {"color-contrast", "th-has-data-cells"}


def judged(page: Page, path: Path, width: int) -> dict:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.goto(path.as_uri())
    page.add_script_tag(path=AXE)
    return page.evaluate("axe.run(document, {resultTypes: ['violations', 'incomplete']})")


@pytest.mark.parametrize(("language", "width", "name"), one_in(2, [(*way, name) for way in WAYS for name in PAGES]))
def test_a_page_is_for_everyone(page, name, language, width, tmp_path):
    path = tmp_path / "page.html"
    assert shell.run([*PAGES[name], "--locale", language, "-o", str(path)]) == 0
    found = judged(page, path, width)
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
    assert {each["id"] for each in found["incomplete"]} <= LEFT_TO_PEOPLE
    assert len(found["passes"]) > 30


@pytest.mark.parametrize(("language", "width"), first(1, WAYS))
def test_a_large_sheet_is_for_everyone(page, language, width, tmp_path):
    """Its prices by term wait behind boxes, and its tables scroll on a phone."""
    path = tmp_path / "page.html"
    path.write_bytes(render_sheet_html(build_sheet(large_book(), BEGIN, "JPY"), language))
    found = judged(page, path, width)
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
    assert {each["id"] for each in found["incomplete"]} <= LEFT_TO_PEOPLE


@pytest.mark.parametrize(("language", "width"), first(1, WAYS))
@pytest.mark.parametrize("status", first(1, ["published", "illustrative"]))
def test_an_invoice_with_a_logo_and_a_code_is_for_everyone(page, status, language, width, tmp_path):
    path = tmp_path / "page.html"
    look = Letterhead(read_picture("logo.png", photograph()), "#0a7a5a")
    path.write_bytes(render_invoice_html(invoice(status=status), ISSUE, replace(book(status), letterhead=look), language))
    found = judged(page, path, width)
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
    assert {each["id"] for each in found["incomplete"]} <= LEFT_TO_PEOPLE


@pytest.mark.whole
def test_what_is_wrong_is_found(page, tmp_path):
    path = tmp_path / "page.html"
    path.write_text('<!DOCTYPE html><html lang="en"><title>x</title><main><h1>x</h1><img src="data:,"></main></html>', encoding="utf-8")
    assert "image-alt" in {each["id"] for each in judged(page, path, 1200)["violations"]}
