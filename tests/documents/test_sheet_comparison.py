"""The vendor's comparison of the two billing modes, cell for cell, in every format that people read.

Source: facts on KooDrive, section 0 (the billing overview).
"""

from html.parser import HTMLParser

from engine.documents.format import formatter
from engine.documents.page import sheet_page
from engine.documents.terminal import Look
from tests.documents.written import render_sheet_html, render_sheet_markdown, render_sheet_text
from tests.sheet import reading

OVERVIEW = [
    ["", "Yearly/Monthly", "Pay-per-use"],
    ["Payment mode", "Prepaid", "Postpaid"],
    ["Billing cycle", "Billed for your subscription duration", "Billed for your usage duration by the hour"],
    ["Billing item", "Basic edition, storage expansion package, and user expansion package", "Storage and number of users"],
    ["Specifications change", "Supported", "Not supported"],
    [
        "Application scenario",
        "Useful for predictable and long-term usage",
        "Useful when you want more flexibility and control over resource usage",
    ],
]


def test_in_the_page_that_every_format_is_made_from() -> None:
    """The first section is the comparison, and has these cells and no others."""
    block = sheet_page(reading.sheet("koodrive"), formatter("en"))["sections"][0]["blocks"][0]
    found = [["", *(column["text"] for column in block["columns"])]]
    found += [[row["label"], *(cell["text"] for cell in row["cells"])] for row in block["rows"]]
    assert found == OVERVIEW


def test_in_markdown() -> None:
    """As a table; row labels are bold."""
    lines = render_sheet_markdown(reading.sheet("koodrive"), "en").splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("| "))
    rows = [[cell.strip().strip("*") for cell in line.split("|")[1:-1]] for line in lines[start : start + 7]]
    assert [rows[0], *rows[2:]] == OVERVIEW


def test_in_the_terminal() -> None:
    """In columns; wide enough that no cell is wrapped."""
    lines = render_sheet_text(reading.sheet("koodrive"), "en", Look(180)).splitlines()
    start = next(index for index, line in enumerate(lines) if line.split() == ["Yearly/Monthly", "Pay-per-use"])
    first, second = lines[start].index("Yearly"), lines[start].index("Pay-per-use")
    rows = [lines[start], *lines[start + 2 : start + 7]]
    assert [[row[:first].strip(), row[first:second].strip(), row[second:].strip()] for row in rows] == OVERVIEW


class _FirstTable(HTMLParser):
    """The texts of the cells of a page's first table, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = self.done = False

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag == "tr" and not self.done:
            self.rows.append([])
        if tag in ("td", "th") and not self.done:
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.inside = False
        if tag == "table":
            self.done = True

    def handle_data(self, data: str) -> None:
        if self.inside and not self.done:
            self.rows[-1][-1] = (self.rows[-1][-1] + data).strip()


def test_in_html() -> None:
    """In the first table of the page."""
    table = _FirstTable()
    table.feed(render_sheet_html(reading.sheet("koodrive"), "en").decode("utf-8"))
    assert table.rows == OVERVIEW


def test_the_words_follow_the_rules() -> None:
    """A book whose modes are both prepaid, and one by the month: the words are those of the value, not of KooDrive."""
    crates = sheet_page(reading.sheet("crates"), formatter("en"))["sections"][0]["blocks"][0]
    assert [[cell["text"] for cell in row["cells"]] for row in crates["rows"]] == [
        ["Prepaid", "Prepaid"],
        ["Billed for your subscription duration", "Billed for your subscription duration"],
        ["Small plan, large plan, crate, and care", "Small plan, crate, and care"],
        ["Not supported", "Not supported"],
    ]
    calls = sheet_page(reading.sheet("calls"), formatter("en"))["sections"][0]["blocks"][0]
    assert [row["cells"][0]["text"] for row in calls["rows"]] == [
        "Postpaid",
        "Billed for your usage by the month",
        "Talk time, lines, payments, letters, and disk",
        "Not supported",
    ]
