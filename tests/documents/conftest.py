"""The page of a real browser, empty for each test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests import browser


@pytest.fixture
def page() -> Iterator[Page]:
    """An empty page, as a new one is. What is shown there asks the network for nothing and complains of nothing."""
    empty, heard = browser.page(), []
    listening = {
        "request": lambda request: None if request.is_navigation_request() or request.url.startswith("data:") else heard.append(request.url),
        "console": lambda message: heard.append(message.text),
        "pageerror": lambda error: heard.append(str(error)),
    }
    empty.emulate_media(media="null")
    for event, listener in listening.items():
        empty.on(event, listener)
    yield empty
    empty.goto("about:blank")
    for event, listener in listening.items():
        empty.remove_listener(event, listener)
    assert heard == []
