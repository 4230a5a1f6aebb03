"""What documents say of time bands (rule language, second version, 3.4 and 7.3)."""

import json
import re

import jsonschema
import pytest

from engine.billing import issue
from engine.commands.invoice_formats import RENDERINGS, render
from engine.documents.sheet_json import sheet_data
from engine.documents.terminal import Look
from engine.documents.translations import LANGUAGES
from engine.sheet import build_sheet
from engine.values.periods import start_of_day
from tests.billing.usage_shop import account, bill, book_of, event, subscription
from tests.documents.test_sheet_truths import told
from tests.readings.test_3_4_time_bands import PEAK, data
from tests.sheet.small_books import BEGIN
from tools.make_sheet_schema import FILE

NIGHT = {"title": "Night", "hours": ["22:00-06:00"], "months": [1, 2, 12]}
BANDS = {"peak": PEAK | {"title": "Peak"}, "night": NIGHT, "noon": {"hours": ["12:00-12:30", "13:00-14:00"], "days": ["saturday", "sunday"]}}
TITLES = {"en": "Time bands", "de": "Zeitfenster", "ja": "時間帯", "zh": "时段", "ar": "الفترات الزمنية"}
DAYS = {"en": "Monday–Friday", "de": "Montag–Freitag", "ja": "月曜日–金曜日", "zh": "星期一–星期五", "ar": "الاثنين–الجمعة"}


def shop(**prices: str):
    return book_of(data(BANDS, **(prices or {"peak": "0.32", "night": "0.08", "noon": "0.10"})))


def test_the_sheet_says_when_each_band_is_and_what_it_costs() -> None:
    page = told(shop())
    assert "Time band: Peak" in page and "All other times" in page and "Everybody else" not in page
    for words in (
        "16:00–21:00",
        "Monday–Friday",
        "June–September",
        "22:00–06:00",
        "January, February, December",
        "12:00–12:30, 13:00–14:00",
        "Saturday, Sunday",
    ):
        assert words in page, words
    assert "Hours over midnight belong to the day on which they begin." in page and "the clock in UTC" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_words_for_it(language: str) -> None:
    page = told(shop(), language=language)
    assert TITLES[language] in page and DAYS[language] in page


def test_no_month_is_said_to_have_the_price_of_a_band_throughout() -> None:
    """Of a level at 0.14 an hour, and 0.32 in peak, neither 730 hours at the one nor at the other are what a month costs."""
    made = data(BANDS, meter={"measure": "max", "window": "hour", "hold": True}, peak="0.32", night="0.08", noon="0.10")
    page = told(book_of(made))
    assert "0.32" in page and "730" not in page and "233.6" not in page


def test_a_sheet_tells_the_bands_that_its_rules_name_alone() -> None:
    page = told(shop(peak="0.32"))
    assert "16:00–21:00" in page and "22:00" not in page
    without = data() | {"prices": data()["prices"][:1]}
    assert "time_bands" not in sheet_data(build_sheet(book_of({key: value for key, value in without.items() if key != "time_bands"}), BEGIN))


def test_the_sheet_as_data_has_the_bands() -> None:
    found = sheet_data(build_sheet(shop(), BEGIN))
    assert [each["band"] for each in found["time_bands"]] == ["peak", "night", "noon"]
    assert found["time_bands"][1]["hours"] == [[1320, 1800]] and found["time_bands"][0]["days"] == [0, 1, 2, 3, 4]
    jsonschema.validate(json.loads(json.dumps(found)), json.loads(FILE.read_text(encoding="utf-8")))


def page_of(language: str = "en", kind: str = "md", explain: bool = True) -> str:
    book = shop()
    rows = [("s-1", "power", "2026-07-01T16:00:00Z", 300), ("s-1", "power", "2026-07-01T22:00:00Z", 700)]
    found = bill(book, account(book, subscription("s-1", "use", event("2026-01-01", "start"))), rows, "2026-07-01", "2026-08-01")
    issued = issue(book, found, "17", found.end.date())
    page = render(RENDERINGS[kind], found, issued, book, {"language": language, "explain": explain, "look": Look(), "raw": False})[0]
    return re.sub(r"[\u2066-\u2069]|\*", "", page.decode() if isinstance(page, bytes) else page).replace("\u00a0", " ")


@pytest.mark.parametrize(("language", "words"), [("en", "Time band: Peak"), ("de", "Zeitfenster: Peak"), ("zh", "时段：Peak")])
def test_an_invoice_names_the_band_of_each_line_and_explains_its_price(language: str, words: str) -> None:
    """Why 96.00? Because 300 of the 1,000 kWh were used in peak, at 0.32."""
    page = page_of(language)
    assert words in page and "300 × 0" in page and page.count(words) >= 1
    assert words in page_of(language, explain=False)


def test_programs_read_the_id_of_the_band() -> None:
    assert "band=peak" in page_of(kind="csv", explain=False)
    assert start_of_day(BEGIN.date(), shop().zone)
