"""The page in a real browser: a save is on it at once, fields and focus stay, keys and tabs work, and it is for everyone."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests import browser
from tests.commands.desk import ROOT
from tests.extent import first
from tests.preview.running import Running, change, end, folder

AXE = (ROOT / "tests" / "node" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
LEFT_TO_PEOPLE = {"color-contrast", "th-has-data-cells"}
"""What axe-core cannot see for itself: the ground below words in a drawing, and heads that span no row."""
TABS = ("calculator", "problems", "changes")


@pytest.fixture
def open_page(begin):
    """Opens the page, and sees to it that nothing on it fails and nothing is asked of another machine; it is left before a preview ends."""
    window, faults, places = browser.page(), [], ["about:", "data:"]
    listening = {
        "pageerror": lambda error: faults.append(str(error)),
        "console": lambda message: faults.append(message.text) if message.type == "error" else None,
        "request": lambda request: None if request.url.startswith(tuple(places)) else faults.append(request.url),
    }
    for event, listener in listening.items():
        window.on(event, listener)

    def opening(running: Running, width: int = 1280, language: str = "") -> Page:
        places.append(running.url)
        window.set_viewport_size({"width": width, "height": 860})
        window.goto(f"{running.url}?locale={language}" if language else running.url)
        window.wait_for_selector("#facts[data-number]")
        window.wait_for_selector("#sheet[data-shown]", state="attached")
        return window

    yield opening
    window.evaluate("localStorage.clear()")
    window.goto("about:blank")
    for event, listener in listening.items():
        window.remove_listener(event, listener)
    assert faults == []


def sheet_of(page: Page):
    return page.frame_locator("#sheet")


def chosen(page: Page) -> str:
    return page.locator("[role=tab][aria-selected=true]").get_attribute("id").removeprefix("tab-")


# ------------------------------------------------------------------------------------------------------------------ a save


def test_a_save_is_on_the_page_at_once(place, own, open_page):
    page = open_page(own)
    begun = time.monotonic()
    change(place, "89.00", "99.68")
    page.wait_for_selector("#sum .moved")
    sheet_of(page).locator("ins.changed", has_text="99.68").wait_for()
    took = time.monotonic() - begun
    print(f"save to page: {took:.2f} s")
    assert took < 10  # a fraction of a second on a machine that does nothing else
    assert "106.37 more +9.5%" in page.locator("#sum").inner_text()
    assert "On the last commit 1,125.48" in page.locator("#sum").inner_text()
    assert page.locator("#count-changes").inner_text() == "1"
    marked = sheet_of(page).locator("td:has(> ins.changed)")
    assert "was 89.00" in marked.first.inner_text()
    # Of the ladder one rung changed, with its price for each term; the others only have more decimals in their column.
    row = sheet_of(page).locator("tr:has(ins.changed)").first
    assert row.locator("ins.changed").count() == row.locator("td").count()
    assert sheet_of(page).locator("tr", has_text="10 users").first.locator("ins.changed").count() == 0


def test_field_focus_folds_and_scroll_stay_where_they_are(place, own, open_page):
    page = open_page(own)
    field = page.locator("#f-item-user-expansion-package")
    field.fill("25")
    page.locator("#step-2 summary").click()
    sheet_of(page).locator("#examples").scroll_into_view_if_needed()
    before = sheet_of(page).locator("html").evaluate("html => html.scrollTop")
    field.focus()
    field.press("End")
    change(place, "89.00", "89.0O")
    page.wait_for_selector("#note b")
    assert (chosen(page), field.input_value()) == ("calculator", "25")  # somebody writes: the panel stays
    page.keyboard.type("0")
    change(place, "89.0O", "95.00")
    page.wait_for_selector("#count-changes:text-is('1')")
    sheet_of(page).locator("ins.changed").first.wait_for(state="attached")
    assert field.input_value() == "250"
    assert page.locator(":focus").get_attribute("id") == "f-item-user-expansion-package"
    assert page.locator("#step-2").get_attribute("open") is not None
    assert before > 1000 and abs(sheet_of(page).locator("html").evaluate("html => html.scrollTop") - before) < 400


def test_an_edit_that_does_not_read_is_shown_with_its_line_and_mended_by_a_key(place, own, open_page):
    page = open_page(own)
    change(place, "89.00", "\uff18" + "9.00")
    page.wait_for_selector(".problem")
    assert chosen(page) == "problems"
    problem = page.locator(".problem")
    assert "Error Y121" in problem.inner_text() and problem.locator("mark").inner_text() == "\uff18"
    assert problem.locator(".place a").get_attribute("href") == f"vscode://file{place}/rules/koodrive/prices/2026-01-01.yaml:11:26"
    assert "Last good sheet" in page.locator("#note").inner_text() and page.locator("#note time").first.inner_text().count(":") == 2
    assert page.locator("#sheet.stale").count() == 1
    page.locator("#show-anyway").click()
    assert page.locator("#sheet.stale").count() == 0
    assert "1 problem" in page.locator("#heard").inner_text()
    page.keyboard.press("n")
    assert page.locator(":focus").get_attribute("id") == "problem-1"
    page.locator(".place a").evaluate("link => link.addEventListener('click', event => { event.preventDefault(); link.dataset.opened = 1 })")
    page.keyboard.press("o")
    assert page.locator(".place a[data-opened]").count() == 1
    page.keyboard.press("f")
    page.wait_for_selector("#problems .empty")
    assert "89.00" in (place / "rules/koodrive/prices/2026-01-01.yaml").read_text(encoding="utf-8")
    assert page.locator("#note p").count() == 0


def test_the_end_of_the_preview_is_said_and_so_is_its_return(place, begin):
    own = begin(place)
    page = browser.page()
    page.goto(own.url)
    page.wait_for_selector("#facts[data-number]")
    end(own)
    page.wait_for_selector("body.ended")
    assert "Preview ended; start pricebook preview again" in page.locator("#freshness").inner_text()
    assert page.locator("#f-term").is_disabled()
    again = begin(place, port=own.port)
    page.wait_for_selector("body:not(.ended)", timeout=60_000)
    assert page.locator("#f-term").is_enabled()
    page.goto("about:blank")
    end(again)


# ------------------------------------------------------------------------------------------------------------- the calculator


def test_the_calculator_has_all_that_an_order_has(running, open_page):
    page = open_page(running)
    page.locator("#f-item-storage-expansion-package").fill("500 GB")
    page.locator("#f-term").select_option("2 years")
    page.wait_for_selector("#step-3")
    page.locator("#f-coupons").fill("WELCOME-2026")
    page.wait_for_selector("#said-of-coupons.good:not(:empty)")
    page.locator("#f-coupons").fill("NOPE")
    page.wait_for_selector("#said-of-coupons:has-text('the book has no coupon')")
    assert page.locator("#sum .amount").count() == 1  # the order without it has its price
    page.locator("#f-attribute-segment").select_option("education")
    page.locator("#f-item-user-expansion-package").fill("0,5")
    page.wait_for_selector(".refused:has-text('cannot be read')")
    assert "This order has no price." in page.locator("#sum").inner_text()


def test_another_billing_mode_has_other_fields(running, open_page):
    page = open_page(running)
    page.get_by_label("Pay-per-use").check(force=True)
    page.wait_for_selector("#f-for")
    assert page.locator("#f-term").count() == 0 and page.locator("#f-item-users").input_value() == "1"
    page.locator("#f-item-users").fill("200")
    page.locator("#f-item-storage").fill("2 TB")
    page.wait_for_selector("#sum:has-text('Estimate, USD, for 1 month')")


@pytest.mark.parametrize(
    ("kind", "field", "value", "said"),
    first(1, [
        ("change", "#f-then-item-basic-edition", "100-users-1-tb", "To pay"), ("renew", "#f-then-renew", "1 year", "Renewal"),
        ("switch", "#f-then-switch", "pay-per-use", "Pay-per-use"), ("unsubscribe", "", "", "Paid back"),
    ]),
)  # fmt: skip
def test_what_happens_later_is_quoted(running, open_page, kind, field, value, said):
    page = open_page(running)
    page.locator("#f-later").select_option(kind)
    page.wait_for_selector("#f-then-date")
    if field:
        page.locator(field).select_option(value)
    page.wait_for_selector(f".event:has-text('{said}')")


# --------------------------------------------------------------------------------------------------------------- the keyboard


def test_keys_choose_tabs_and_can_be_switched_off(running, open_page):
    page = open_page(running)
    for key, name in (("p", "problems"), ("d", "changes"), ("c", "calculator")):
        page.keyboard.press(key)
        assert (chosen(page), page.locator(":focus").get_attribute("id")) == (name, f"tab-{name}")
        assert [page.locator(f"#panel-{each}").is_visible() for each in TABS] == [each == name for each in TABS]
    page.locator("#f-coupons").focus()
    page.keyboard.type("pdc?")
    assert (chosen(page), page.locator("#f-coupons").input_value()) == ("calculator", "pdc?")
    page.locator("#tab-calculator").focus()
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    assert chosen(page) == "calculator"
    page.locator("#show-keys").click()
    page.locator("#keys-on").check()


def test_arrows_move_along_the_tabs_in_reading_order(running, open_page):
    for language, ahead in (("en", "ArrowRight"), ("ar", "ArrowLeft")):
        page = open_page(running, language=language)
        page.locator("#tab-calculator").focus()
        page.keyboard.press(ahead)
        assert chosen(page) == "problems"
        page.keyboard.press("End")
        assert chosen(page) == "changes"
        page.keyboard.press(ahead)
        assert chosen(page) == "calculator"


def test_focus_goes_from_tabs_through_the_panel_and_the_sheet_to_the_bar(running, open_page):
    page = open_page(running)
    page.keyboard.press("d")
    places = []
    for _ in range(200):
        page.keyboard.press("Tab")
        places.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
        if places[-1] == "show-keys":
            break
    assert next(each for each in places if each in ("sheet", "find-words", "show-keys")) == "sheet"
    assert places[-2:] == ["find-words", "show-keys"]


def test_a_word_is_found_on_the_sheet(running, open_page):
    page = open_page(running)
    page.keyboard.press("/")
    page.keyboard.type("Glossary")
    page.keyboard.press("Enter")
    assert sheet_of(page).locator("html").evaluate("() => String(getSelection())") == "Glossary"


# ------------------------------------------------------------------------------------------------------------ phone, languages


@pytest.mark.parametrize("language", first(1, ["ar", "en"]))
def test_a_phone_has_all_of_it_in_four_tabs(running, open_page, language):
    page = open_page(running, 390, language)
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("#sum").bounding_box()["y"] < page.locator("#f-date").bounding_box()["y"]
    heights = [box.bounding_box()["height"] for box in page.locator(".box").all()]
    assert min(heights) >= 44
    for name in ("sheet", *TABS):
        page.locator(f"#tab-{name}").click()
        assert page.locator("#sheet-side").is_visible() == (name == "sheet")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    bar = page.locator(".bar").bounding_box()
    assert bar["y"] + bar["height"] <= 860


@pytest.mark.parametrize(("language", "said"), [("de", "Bestelldatum"), ("zh", "订购日期"), ("ja", "注文日"), ("ar", "تاريخ الطلب")])
@pytest.mark.whole
def test_the_calculator_speaks_the_readers_language(running, open_page, language, said):
    page = open_page(running, language=language)
    assert page.locator("label[for=f-date]").inner_text() == said
    assert page.locator("#changes").get_attribute("lang") == "en"


# --------------------------------------------------------------------------------------------------------------- for everyone


def judged(page: Page) -> dict:
    """What axe-core says of the page and of the sheet in it."""
    for frame in page.frames:
        frame.evaluate(AXE)
    return page.evaluate("axe.run(document, {resultTypes: ['violations', 'incomplete']})")


@pytest.mark.parametrize(("language", "width"), first(1, [("ar", 390), ("en", 1280)]))
@pytest.mark.parametrize("state", first(1, ["broken", "changed", "clean"]))
def test_the_page_is_for_everyone(tmp_path: Path, open_page, state, language, width, begin):
    desk = folder(tmp_path)
    if state != "clean":
        change(desk, "89.00", "99.68")
    own = begin(desk)
    page = open_page(own, width, language)
    page.locator("#f-later").select_option("change")
    page.wait_for_selector("#f-then-date")
    if state == "broken":
        change(desk, "99.68", "99.6O")
        page.wait_for_selector(".problem", state="attached")
    for name in TABS:
        page.locator(f"#tab-{name}").click()
        found = judged(page)
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
        assert {each["id"] for each in found["incomplete"]} <= LEFT_TO_PEOPLE
        assert len(found["passes"]) > 30
