"""A real browser, and one page of it that the tests of a folder use one after the other: a browser and each further page cost a second of the processor."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

HEIGHT = 900
_open = ExitStack()
_pages: list[Page] = []


def page() -> Page:
    """The page, as the last test left it; the first test that asks starts the browser."""
    if not _pages:
        from playwright.sync_api import sync_playwright

        started = _open.enter_context(sync_playwright())
        chromium = started.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        _open.callback(chromium.close)
        _pages.append(chromium.new_page())
    return _pages[0]


def end() -> None:
    """Ends the browser, if there is one: while it runs, no test of this process can have an event loop of its own."""
    _pages.clear()
    _open.close()


def show(page: Page, html: bytes, width: int = 1200) -> None:
    """A file in a window of that width, drawn with its own faces."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.set_content(html.decode("utf-8"), wait_until="load")
    page.evaluate("document.fonts.ready.then(() => true)")
