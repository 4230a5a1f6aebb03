"""Pages in a window of a real browser: the fixture `page` gives it, empty."""

from playwright.sync_api import Page

HEIGHT = 900


def show(page: Page, html: bytes, width: int = 1200) -> None:
    """The file in a window of that width, drawn with its own faces."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.set_content(html.decode("utf-8"), wait_until="load")
    page.evaluate("document.fonts.ready.then(() => true)")
