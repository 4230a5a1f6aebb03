"""The page as a text: one file without network or script, its tables and words as a screen reader needs them, for any book."""

import re
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser

import pytest

from engine.documents.html import FONTS, css_string, ranges, with_isolates
from engine.documents.translations import LANGUAGES
from engine.sheet.view import SheetView
from tests.documents.written import render_sheet_html
from tests.sheet import reading

BOOKS = ("koodrive", *reading.ODD)
VOID = {"meta", "col", "br", "hr", "link", "img", "input"}


class Reader(HTMLParser):
    """Collects elements with their ancestors; an element that is closed in the wrong order raises."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None], tuple[str, ...]]] = []
        self.texts: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes), tuple(self.open)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes), tuple(self.open)))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> inside {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data):
        self.texts.append((data, tuple(self.open)))


def read(page: bytes) -> Reader:
    reader = Reader()
    reader.feed(page.decode("utf-8"))
    reader.close()
    assert reader.open == []
    return reader


def page(name: str, language: str = "en") -> bytes:
    return render_sheet_html(reading.sheet(name), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", BOOKS)
def test_every_book_makes_a_well_formed_page_in_every_language(name, language):
    reader = read(page(name, language))
    root = reader.elements[0] if reader.elements[0][0] == "html" else reader.elements[1]
    assert root[1] == {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}
    ids = [attributes["id"] for _, attributes, _ in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"] for tag, attributes, _ in reader.elements if tag == "a"]
    assert links and all(link.startswith("#") and link[1:] in ids for link in links)


@pytest.mark.parametrize("name", BOOKS)
def test_nothing_comes_from_the_network_and_nothing_runs(name):
    text = page(name).decode("utf-8")
    assert not re.findall(r"<(script|link|iframe|object|img)\b", text)
    assert not re.findall(r"url\((?!data:)", text)
    assert not re.findall(r"@import|javascript:|\bon[a-z]+=", text)
    assert set(re.findall(r"https?://[^\s\"'<)]+", text)) <= {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("name", BOOKS)
def test_every_table_has_a_caption_columns_and_scopes(name):
    text = page(name).decode("utf-8")
    tables = re.findall(r"<table.*?</table>", text, re.DOTALL)
    assert tables
    for table in tables:
        assert re.match(r"<table[^>]*>\s*<caption[^>]*>.*?\S.*?</caption>\s*<colgroup>", table, re.DOTALL), table[:200]
        assert all("scope=" in head for head in re.findall(r"<th\b[^>]*>", table)), table[:200]
        assert not re.search(r"<th[^>]*>\s*</th>", table), "an empty head needs hidden words"
        widths = {_width(row) for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)}
        assert widths == {table.count("<col>") + table.count("<col ")}, table[:300]


def _width(row: str) -> int:
    cells = re.findall(r"<t[hd]\b([^>]*)>", row)
    return sum(int((re.search(r'colspan="(\d+)"', cell) or [0, 1])[1]) for cell in cells)


def test_the_comparison_is_the_overviews_word_for_word():
    text = re.sub(r"<[^>]+>", "|", page("koodrive").decode("utf-8").split('class="ways"')[1].split("</table>")[0])
    words = [part.strip() for part in re.sub(r"\s+", " ", text).split("|") if part.strip(" >") and 'role="table"' not in part]
    rows = [
        "Yearly/Monthly", "Pay-per-use", "Payment mode", "Prepaid", "Postpaid", "Billing cycle",
        "Billed for your subscription duration",
        "Billed for your usage duration by the hour", "Billing item",
        "Basic edition, storage expansion package, and user expansion package", "Storage and number of users",
        "Specifications change", "Supported", "Not supported", "Application scenario",
        "Useful for predictable and long-term usage",
        "Useful when you want more flexibility and control over resource usage",
    ]  # fmt: skip
    assert words[1:] == rows


@pytest.mark.parametrize(("status", "words"), [("illustrative", "Illustrative prices"), ("draft", "Draft prices")])
def test_prices_that_are_not_real_bear_three_signs(status, words):
    text = render_sheet_html(_with(reading.sheet("koodrive"), status=status), "en").decode("utf-8")
    assert text.count('class="hatch"') == 1
    assert re.search(rf'<p class="stamp"><b>{words}</b> \S', text)
    assert f'content: "{words}"' in text, "the head of every further printed page"


def test_a_published_book_bears_none():
    text = render_sheet_html(_with(reading.sheet("koodrive"), status="published"), "en").decode("utf-8")
    body = text.split("</style>")[1]
    assert "hatch" not in body and "stamp" not in body and "Illustrative" not in text
    assert "repeating-linear-gradient" not in text.split("@page")[1]


def _with(view: SheetView, **fields) -> SheetView:
    return replace(view, header=replace(view.header, **fields))


def test_a_book_cannot_write_markup_or_leave_a_style_string():
    title = replace(reading.sheet("gym").header.title, by_language={"en": '</style><script>alert("x")</script>\\'})
    text = render_sheet_html(_with(reading.sheet("gym"), title=title), "en").decode("utf-8")
    assert "<script>" not in text
    assert text.count("</style>") == 1
    assert css_string('a"b\\c<d>\ne') == '"a\\22 b\\5c c\\3c d\\3e \\a e"'


def test_isolates_become_elements_and_attributes_have_none():
    assert with_isolates("\u2066<1>\u2069 \u2068a\u2069") == '<bdi dir="ltr">&lt;1&gt;</bdi> <bdi>a</bdi>'
    text = page("koodrive", "ar").decode("utf-8")
    assert not re.findall(r'="[^"]*[\u2066-\u2069][^"]*"', text)
    assert not re.findall(r"<title>[^<]*[\u2066-\u2069]", text)


def test_drawings_hold_no_elements_of_the_page():
    """A `<bdi>` inside SVG text is not drawn: numbers would vanish from Arabic charts."""
    drawings = re.findall(r"<svg.*?</svg>", page("koodrive", "ar").decode("utf-8"), re.DOTALL)
    assert drawings and not [each for each in drawings if "<bdi" in each]
    assert "387" in drawings[-1] and "167.90" in drawings[-1]


@pytest.mark.parametrize(("language", "embedded"), [("en", 3), ("ar", 5), ("zh", 3)])
def test_a_page_embeds_the_faces_that_it_shows_and_no_others(language, embedded):
    """Latin in two weights and the mono; Arabic in two weights where Arabic is read."""
    assert page("koodrive", language).count(b"@font-face") == embedded
    assert len(page("koodrive", language)) < 400_000


def test_ranges_of_a_face():
    assert ranges("U+0000-00FF,U+20AC") == [(0, 255), (0x20AC, 0x20AC)]
    assert all(first <= last for font in FONTS for first, last in ranges(font[3]))


def _luminance(colour: str) -> int:
    """Relative luminance (WCAG) times 10^6, by its formula in whole numbers."""
    weights = (2126, 7152, 722)
    parts = [Fraction(int(colour[index : index + 2], 16), 255) for index in (1, 3, 5)]
    # x^2.4 for a channel above the knee, by its twelfth power's fifth root in whole numbers.
    linear = [part / Fraction(1292, 100) if part <= Fraction(4045, 100000) else _power((part + Fraction(55, 1000)) / Fraction(1055, 1000)) for part in parts]
    return int(sum(weight * part for weight, part in zip(weights, linear, strict=True)) * 100)


def _power(base: Fraction) -> Fraction:
    """base^2.4 = fifth root of base^12, to nine digits."""
    scaled = base**12 * 10**45
    low, high = 0, 2 * 10**9
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**5 <= scaled else (low, middle)
    return Fraction(low, 10**9)


@pytest.mark.parametrize(
    ("colour", "ground", "least"),
    [
        ("#14181D", "#FFFFFF", 177), ("#464D57", "#FFFFFF", 84), ("#626A75", "#FFFFFF", 54), ("#2450B2", "#FFFFFF", 72),
        ("#0A7259", "#FFFFFF", 58), ("#7A4F00", "#FFF8E6", 66), ("#5B3FA8", "#FFFFFF", 45), ("#0B6478", "#FFFFFF", 45),
        ("#3F4C63", "#FFFFFF", 45),
    ],
)  # fmt: skip
def test_the_colours_are_those_of_the_guide_and_can_be_read(colour, ground, least):
    """Contrast in tenths; every colour of text stands in the style sheet."""
    assert colour in page("koodrive").decode("utf-8")
    light, dark = _luminance(ground), _luminance(colour)
    assert (light + 50_000) * 10 >= least * (dark + 50_000)
