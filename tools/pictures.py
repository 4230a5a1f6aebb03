"""Draws the picture of the README: `python -m tools.pictures`, with Chromium at /usr/bin/chromium."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from engine.commands.shell import run

ROOT = Path(__file__).resolve().parent.parent


def draw() -> None:
    """The top of KooDrive's sheet of 1 March 2026, at the width of a desk."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "sheet.html"
        run(["sheet", str(ROOT / "rules" / "koodrive"), "--date", "2026-03-01", "-o", str(page_file)])
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1120, "height": 1330})
        page.goto(page_file.as_uri())
        page.screenshot(path=str(ROOT / "docs" / "pictures" / "sheet.png"))
        browser.close()


if __name__ == "__main__":
    draw()
