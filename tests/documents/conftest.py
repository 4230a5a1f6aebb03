"""One page of a real browser for all tests of this folder: a browser costs a second of the processor, and so does every further page of it."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, sync_playwright

HERE = Path(__file__).parent


class _Window:
    """The page, opened by the first test that asks for it."""

    def __init__(self) -> None:
        self._closing = ExitStack()
        self._page: Page | None = None
        self.heard: list[str] = []

    def page(self) -> Page:
        if self._page is None:
            started = self._closing.enter_context(sync_playwright())
            chromium = started.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            self._closing.callback(chromium.close)
            self._page = chromium.new_page()
            self._page.on("request", self._asked)
            self._page.on("console", lambda message: self.heard.append(message.text))
            self._page.on("pageerror", lambda error: self.heard.append(str(error)))
        return self._page

    def _asked(self, request: Request) -> None:
        if not request.is_navigation_request() and not request.url.startswith("data:"):
            self.heard.append(request.url)

    def close(self) -> None:
        self._closing.close()
        self._page = None


WINDOW = _Window()


@pytest.fixture
def page() -> Iterator[Page]:
    """An empty page, as a new one is. What is shown there asks the network for nothing and complains of nothing."""
    empty = WINDOW.page()
    empty.goto("about:blank")
    empty.emulate_media(media="null")
    empty.set_viewport_size({"width": 1200, "height": 900})
    WINDOW.heard.clear()
    yield empty
    empty.goto("about:blank")
    assert WINDOW.heard == []


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """The browser ends with the folder's last test: while it runs, no other test can have an event loop of its own."""
    if nextitem is None or HERE not in nextitem.path.parents:
        WINDOW.close()
