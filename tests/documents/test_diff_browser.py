"""The page of an edit in a real browser: on a phone and on a desk nothing reaches beyond the window."""

import pytest
from playwright.sync_api import sync_playwright

from engine.documents.diff_page import diff_page
from engine.documents.html import html_page
from engine.review.thresholds import read_threshold
from tests.documents.test_diff_markdown import ACCOUNTS, NAMES, YEAR, compared, of_items
from tests.review.test_timing import DEAR, OLD


def dearer():
    return compared(OLD, DEAR, thresholds=[read_threshold("increase > 10%")], accounts=ACCOUNTS, period=YEAR)


def many():
    return compared(of_items(200, lambda number: 100), of_items(200, lambda number: 101 + number))


@pytest.mark.parametrize("found", [dearer, many])
@pytest.mark.whole
def test_the_page_has_room_at_each_width(found):
    page = html_page(diff_page(found(), NAMES)).decode("utf-8")
    with sync_playwright() as started:
        chromium = started.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for width in (390, 1100):
            window = chromium.new_page(viewport={"width": width, "height": 900})
            window.set_content(page, wait_until="load")
            assert window.evaluate("document.documentElement.scrollWidth") == width
            assert window.locator("script, img").count() == 0 and window.locator("h1").inner_text() in ("KooDrive", "Shop")
        chromium.close()
