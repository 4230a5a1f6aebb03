"""Terms of days on a sheet, in a workbook, in a quote of all terms and in findings. Source: rule language, second version, 2.1."""

from datetime import UTC, datetime
from decimal import Decimal as D

import pytest

from engine.documents.format import formatter
from engine.documents.term_rows import term_heads, term_rows
from engine.language.build import load_book, load_order
from engine.lints import lint_book
from engine.pricing import price_order
from engine.review.terms import compare_terms
from engine.sheet import build_sheet
from tests.conformance.language import write
from tests.documents.written import render_sheet_markdown
from tests.pricing.fine_print import loaded
from tests.readings.test_2_1_terms_of_days import order, passes, priced

LONGER = {"discounts": {"longer": {"title": "Longer", "by": "term", "tiers": [{"from": "28 days", "percent_off": "25%"}]}}, "discount_policy": ["longer"]}


def sheet(*prices, language="en", **sections) -> str:
    return render_sheet_markdown(build_sheet(loaded(passes(*prices, **LONGER, **sections)), datetime(2026, 3, 2, tzinfo=UTC), "EUR"), language)


def test_a_price_a_week_is_told_by_the_week():
    """1.00 a week; 28 days are 25% off, 0.75 a week. A day costs a seventh, so it has no column of its own."""
    text = sheet()
    assert "EUR per week." in text
    assert "| Weekly<br>list price | 28 days<br>−25% |" in text
    assert "| 1.00 | 0.75 |" in text
    assert "Effective price per week" in text
    assert "per month" not in text


def test_a_price_a_day_is_told_by_the_day():
    """0.20 a day and 1.00 a week: seven days are 1/7 a day."""
    text = sheet(priced(D("0.20"), "day"), priced(1))
    assert "Effective price per day" in text
    assert "0.1429" in text


def test_terms_that_cost_the_same_are_said_to_by_the_day():
    """Four weeks at 1.00 a week cost what four terms of a week do; a mode of days has no price a month to speak of."""
    text = render_sheet_markdown(build_sheet(loaded(passes(mode={"terms": ["1 week", "28 days"]})), datetime(2026, 3, 2, tzinfo=UTC), "EUR"), "en")
    assert "The price of a day is the same for each term." in text and "per month" not in text
    assert "is the same for each term" not in sheet()


def test_its_policies_speak_of_days():
    text = sheet()
    assert "Time left is counted in days of the actual period." in text
    assert "day of the month" not in text
    both = sheet(remaining={"monthly": "30-360", "yearly": "30-360", "daily": "seconds", "counts_from": "instant"})
    assert "Time left in a term of days is counted in seconds of the actual period." in both


@pytest.mark.parametrize(("language", "said"), [("de", "1 Woche"), ("ja", "1週間"), ("zh", "1 周"), ("ar", "أسبوع واحد")])
def test_weeks_in_other_languages(language, said):
    assert said in sheet(language=language)


def test_terms_are_compared_by_the_day():
    """4.00 less 25% for 28 days is 0.11 a day, 25% less than the week's."""
    book = loaded(passes(mode={"terms": ["1 week", "28 days"]}, **LONGER))
    asked, _ = load_order("order.yaml", write(order("1 week")).encode(), book, None)
    quote, offers, words = price_order(book, asked), compare_terms(book, asked), formatter("en")
    assert [(each.per_month, each.saving) for each in offers] == [(None, 0), (None, D("0.25"))]
    assert term_heads(quote, words)[2] == "Per day"
    assert [(row.term, row.each, row.saving) for row in term_rows(offers, quote, words)] == [("1 week", "0.14", ""), ("28 days", "0.11", "−25%")]


def findings(book) -> list[tuple[str, str]]:
    found = load_book({"book.yaml": write(book).encode()})
    return [(each.slug, each.message) for each in lint_book(found.book, found.places)]


def test_a_week_that_is_dearer_than_seven_days_is_found():
    assert ("year-dearer-than-months", "a week of `pass` costs 1.50, seven days cost 1.40") in findings(passes(priced(D("0.20"), "day"), priced(D("1.50"))))


def test_a_tier_that_no_term_of_days_reaches_is_found():
    tiers = [{"from": "28 days", "percent_off": "5%"}, {"from": "1 month", "percent_off": "10%"}]
    book = passes(discounts={"longer": {"title": "Longer", "by": "term", "tiers": tiers}}, discount_policy=["longer"])
    assert ("discount-tier-above-terms", "no term on sale reaches the tier from 1 month of `longer`") in findings(book)
