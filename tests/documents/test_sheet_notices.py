"""What a sheet has to say beside its prices: that there are none, that a text is in another language, that terms cost alike."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.commands.shell import run
from engine.documents.sheet_csv import render_sheet_csv
from engine.documents.sheet_json import render_sheet_json
from tests.documents.written import render_sheet_html, render_sheet_markdown, render_sheet_text
from tests.sheet import reading

BEFORE = datetime(2025, 1, 1, tzinfo=UTC)

PEOPLE = {
    "html": lambda view, language: render_sheet_html(view, language).decode("utf-8"),
    "md": render_sheet_markdown,
    "text": render_sheet_text,
}


def told(name: str, format_name: str = "text", language: str = "en", at: datetime = reading.AUTUMN) -> str:
    """The sheet of a book with its lines joined, so that a sentence is found wherever it was broken."""
    return re.sub(r"\s+", " ", PEOPLE[format_name](reading.sheet(name, at), language))


# --- no price in force ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_name", PEOPLE)
def test_a_sheet_before_the_first_price_says_so_at_its_top(format_name):
    page = told("koodrive", format_name, at=BEFORE)
    notice = "No price is in force before 1 January 2026."
    assert page.count(notice) == 1
    assert page.index(notice) < page.index("Shown as of")
    assert notice not in told("koodrive", format_name)


def test_a_sheet_without_prices_says_so_to_machines():
    data = json.loads(render_sheet_json(reading.sheet("koodrive", BEFORE)))
    assert (data["header"]["nothing_in_force"], data["header"]["prices_begin"]) == (True, "2026-01-01")
    rows = list(csv.DictReader(io.StringIO(render_sheet_csv(reading.sheet("koodrive", BEFORE), "en"))))
    assert {row["item"] for row in rows if row["kind"] == "no-price"} == set(reading.book("koodrive").items)
    assert all(row["price"] == "" for row in rows if row["kind"] == "no-price")
    later = json.loads(render_sheet_json(reading.sheet("koodrive", reading.AUTUMN)))
    assert (later["header"]["nothing_in_force"], later["header"]["prices_begin"]) == (False, None)


def test_the_command_says_so_on_stderr(capsys):
    assert run(["sheet", str(reading.KOODRIVE), "--date", "2025-01-01"]) == 0
    assert "No price in USD is in force on 2025-01-01; the first one begins on 2026-01-01." in capsys.readouterr().err
    assert run(["sheet", str(reading.KOODRIVE), "--date", "2026-03-01"]) == 0
    assert "in force on" not in capsys.readouterr().err


def test_a_currency_whose_prices_are_over_or_never_were_has_a_notice_too():
    assert "No price is in force on 1 March 2026." in render_sheet_text(reading.sheet("koodrive", currency="JPY"), "en")


@pytest.mark.parametrize("format_name", PEOPLE)
def test_an_item_without_a_price_is_named_in_its_table(format_name):
    page = told("studio", format_name)
    table = page[page.index("Price per month is") :] if "Price per month is" in page else page
    assert re.search(r"Parking\W+(?:<[^>]+>\W*)*no price in force", table)
    assert "No price is in force" not in page


# --- terms, charges, roundings --------------------------------------------------------------------------------------------------


def test_terms_that_cost_alike_are_said_to():
    assert "The price per month is the same for each term." in told("studio")
    assert "is the same for each term" not in told("koodrive")
    # One term only: there is nothing to compare.
    assert "is the same for each term" not in told("gym")


def test_each_charge_of_a_price_is_a_step():
    page = told("studio")
    assert "2 Price in force several prices" in page and "in tiers" not in page
    for step in (
        "3 Charge 15.00 15.00 charged once",
        "3 Charge 3 × 10.0019 30.0057 per month",
        "4 Charged once 15.00",
        "4 Times the term 30.0057 × 6 180.0342",
        "4 List amount 15.00 + 180.0342 195.0342",
    ):
        assert step in page


def test_each_charge_of_a_price_is_a_row_of_a_short_example():
    page = told("studio")
    assert "Desk, charged once 15.00 15.00 Desk, per month 10.0019 × 6 60.0114 Rounding of the line −0.0014 To pay 75.01" in page


def test_a_rounding_is_a_change_with_its_sign():
    """200 hours of use: 111.8288 is charged as 111.83. Up or down, what was before plus the change is what comes after."""
    page = told("koodrive")
    assert re.search(r"Rounding of the line \+0\.00\d+ To pay", page)
    assert "6 Rounding of the line −0.0042 half up" in told("studio")


# --- what customers do not read -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_name", PEOPLE)
def test_a_refused_order_is_named_without_its_code(format_name):
    page = told("koodrive", format_name)
    refused = {each.slug for one in reading.sheet("koodrive", reading.AUTUMN).examples for each in one.diagnostics}
    assert refused
    for slug in refused:
        assert slug not in page and slug in render_sheet_json(reading.sheet("koodrive", reading.AUTUMN))


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "“A” or “B”"), ("de", "„A“ oder „B“"), ("zh", "“A”或“B”"), ("ja", "「A」または「B」"), ("ar", "«A» أو «B»")],
)
def test_each_discount_that_is_named_has_its_own_quotes(language, words):
    view = reading.sheet("koodrive", reading.AUTUMN)
    shown = next(one for one in view.discounts if one.best_of)
    names = {**view.names.discounts, "a": replace(shown.title, by_language={language: "A"}), "b": replace(shown.title, by_language={language: "B"})}
    view = replace(
        view,
        names=replace(view.names, discounts=names),
        discounts=(replace(shown, best_of=("a", "b")),),
        modes=tuple(replace(mode, term_discount=None) for mode in view.modes),
    )
    assert words in re.sub(r"\s+", " ", render_sheet_text(view, language))


def test_the_promise_of_a_notice_is_given_once_and_only_where_it_is_kept():
    promise = "An increase is announced at least 30 days ahead."
    view = reading.sheet("studio", reading.AUTUMN)
    assert len({one.effective for one in view.announced}) == 2
    assert told("studio").count(promise) == 1
    unannounced = replace(view, announced=(view.announced[0], replace(view.announced[1], announced=None)))
    assert promise not in render_sheet_text(unannounced, "en")
    late = replace(view, announced=tuple(replace(one, announced=one.effective) for one in view.announced))
    assert promise not in render_sheet_text(late, "en")


# --- texts in another language --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "notice"),
    [
        ("de", "Die Texte dieses Preisbuchs stehen auf Englisch."),
        ("ja", "この価格ブックの文言は英語で表示しています。"),
    ],
)
@pytest.mark.parametrize("format_name", PEOPLE)
def test_a_book_that_lacks_the_language_says_so_once(format_name, language, notice):
    assert told("koodrive", format_name, language).count(notice) == 1


@pytest.mark.parametrize("language", ["en", "zh", "ar"])
def test_a_book_that_has_the_language_says_nothing(language):
    page = render_sheet_html(reading.sheet("koodrive", reading.AUTUMN), language).decode("utf-8")
    assert 'class="notice"' not in page


def test_borrowed_texts_have_their_language_in_a_page():
    page = render_sheet_html(reading.sheet("koodrive", reading.AUTUMN), "de").decode("utf-8")
    assert '<span lang="en" dir="ltr">Yearly/Monthly</span>' in page
    assert '<span lang="en" dir="ltr">users</span>' in page.replace("\u00a0", " ")
    assert page.count('<span lang="en"') == page.count("</span>") - len(re.findall(r"<span(?! lang)", page))
    own = render_sheet_html(reading.sheet("koodrive", reading.AUTUMN), "zh").decode("utf-8")
    # Only the name of the product stands in no other language.
    assert set(re.findall(r'<span lang="en" dir="ltr">([^<]*)</span>', own)) <= {"KooDrive"}


@pytest.mark.parametrize("language", ["de", "ja", "ar"])
def test_no_format_shows_the_marks_of_a_language(language):
    view = reading.sheet("koodrive", reading.AUTUMN)
    for page in (
        *(render(view, language) for render in PEOPLE.values()),
        render_sheet_csv(view, language),
    ):
        assert not re.search("[\U000e0000-\U000e007f]", page)


def test_one_terabyte_is_not_the_first_ones_in_german():
    assert "Die ersten 1 TB" not in told("koodrive", "text", "de")
    assert "Bis 1 TB" in told("koodrive", "text", "de")
