"""What documents say of tiers that the use of other items chooses (second version, 3.1 and 7.3)."""

import re

import pytest

from engine.billing import issue
from engine.commands.invoice_formats import RENDERINGS, render
from engine.documents.sheet_json import sheet_data
from engine.documents.terminal import Look
from engine.documents.translations import LANGUAGES
from engine.language.build import load_book
from engine.review.price_changes import price_changes
from engine.sheet import build_sheet
from tests.billing.test_tier_by import BY_PROMPT, PLANS, START, machine, model
from tests.billing.usage_shop import account, bill, book_of, subscription
from tests.conformance.language import write
from tests.documents.test_sheet_truths import told
from tests.sheet.small_books import BEGIN

NOTE = "first that holds what is used of"


def test_the_sheet_says_what_chooses_the_tier():
    """7.3: the sheet of a book without the key says nothing of the other item, and has another note."""
    page = told(book_of(model()))
    assert "Prompt up to 200,000 token" in page and "Prompt above 200,000 token" in page and NOTE in page
    without = told(book_of(model({key: value for key, value in BY_PROMPT.items() if key != "tier_by"})))
    assert NOTE not in without and "Prompt above" not in without


def test_the_sheet_names_the_bounds_of_several():
    page = told(machine())
    assert "CPU up to 100" in page and "Memory up to 1,000" in page and "arger quantities" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_words_for_it(language):
    page = told(machine(), language=language)
    assert "Memory" in page and (language == "en" or "arger quantities" not in page)


def test_the_sheet_as_data_has_the_bounds_where_there_are_any():
    group = sheet_data(build_sheet(book_of(model()), BEGIN))["modes"][0]["tables"][0]["groups"][1]
    assert group["tier_by"] == ["prompt"]
    assert [row["beside"] for row in group["rows"]] == [
        [{"item": "prompt", "unit": "token", "above": None, "up_to": "200000", "includes_upper": True, "includes_lower": False}],
        [{"item": "prompt", "unit": "token", "above": "200000", "up_to": None, "includes_upper": True, "includes_lower": False}],
    ]


def page_of(explain: bool) -> str:
    book = book_of(model())
    rows = [("s-1", "prompt", "2026-03-02T00:00:00Z", 300000), ("s-1", "output", "2026-03-02T00:00:00Z", 2000000)]
    found = bill(book, account(book, subscription("s-1", "use", START)), rows)
    issued = issue(book, found, "17", found.end.date())
    page = render(RENDERINGS["md"], found, issued, book, {"language": "en", "explain": explain, "look": Look(), "raw": False})[0]
    return re.sub(r"[\u2066-\u2069]|\*", "", page.decode() if isinstance(page, bytes) else page).replace("\u00a0", " ")


def test_an_invoice_explains_which_tier_and_why():
    """Why 30.00 for 2 million output tokens? Because 300,000 prompt tokens were used in the month."""
    page = page_of(explain=True)
    assert "tier reached by Prompt: 300,000 token" in page and "2 × 15.00" in page
    assert "above 0" not in page_of(explain=False)


def changes(first: object, second: object) -> list[tuple[str, object, object]]:
    books = [load_book({"book.yaml": write(model(each)).encode()}).book for each in (first, second)]
    return [(each.what, each.before, each.after) for each in price_changes(*books, BEGIN)]


def test_an_edit_of_a_tier_is_told_by_its_place():
    dearer = BY_PROMPT | {"tiers": [BY_PROMPT["tiers"][0], {"unit_price": 16}]}
    wider = BY_PROMPT | {"tiers": [BY_PROMPT["tiers"][0] | {"up_to": 300000}, BY_PROMPT["tiers"][1]]}
    assert changes(BY_PROMPT, dearer) == [("tier-2", 15, 16)]
    assert changes(BY_PROMPT, wider) == [("bounds-of-tier-1", "up to prompt 200000", "up to prompt 300000")]
    assert changes(PLANS | {"tier_by": ["prompt", "output"], "tiers": [{"flat": 1}]}, BY_PROMPT)
