"""The page of an edit in a real browser: on a phone and on a desk nothing reaches beyond the window."""

import pytest

from engine.documents.diff_page import diff_page
from engine.documents.html import html_page
from engine.review.thresholds import read_threshold
from tests.browser import show
from tests.documents.test_diff_markdown import ACCOUNTS, NAMES, YEAR, compared, of_items
from tests.review.test_timing import DEAR, OLD


def dearer():
    return compared(OLD, DEAR, thresholds=[read_threshold("increase > 10%")], accounts=ACCOUNTS, period=YEAR)


def many():
    return compared(of_items(200, lambda number: 100), of_items(200, lambda number: 101 + number))


@pytest.mark.parametrize("found", [dearer, many])
@pytest.mark.whole
def test_the_page_has_room_at_each_width(page, found):
    made = html_page(diff_page(found(), NAMES))
    for width in (390, 1100):
        show(page, made, width)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.locator("script, img").count() == 0 and page.locator("h1").inner_text() in ("KooDrive", "Shop")
