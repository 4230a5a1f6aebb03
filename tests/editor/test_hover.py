"""What is said of a name, a key and a word: what it is, what it costs today and later, what it means, and who uses it."""

import pytest
from lsprotocol import types as lsp

from tests.editor.session import TODAY, Editor

ITEMS, PRICES, EXAMPLES = "items.yaml", "prices/2026-01-01.yaml", "examples.yaml"
LATER = "prices/2026-10-01.yaml"
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.whole]


async def said(editor: Editor, name: str, at: str) -> str:
    """What the hint says, once the book has been read."""
    if name not in editor.texts:
        editor.open(name)
    await editor.findings(name)
    where = editor.cursor(name, at)
    found = await editor.client.text_document_hover_async(lsp.HoverParams(where.text_document, where.position))
    return found.contents.value.replace("\xa0", " ") if found is not None else ""


def rows(text: str) -> dict[str, str]:
    """The rows of the table in a hint."""
    cells = [line.strip("|").split(" | ") for line in text.splitlines() if line.startswith("| ") and line != "| | |"]
    return {label.strip(): value.strip() for label, value in cells}


async def test_a_price_that_is_announced_says_what_it_changes_and_whom_it_reaches(editor: Editor):
    editor.open(LATER, editor.on_disk(PRICES).partition("      storage-exp")[0].replace("2026-01-01\n", "2026-10-01\n").replace("89.00", "99.68"))
    text = await said(editor, LATER, "50-us‸ers-500-gb")
    assert text.startswith("**50 users, 500 GB** spec of Basic edition (`50-users-500-gb`)\n")
    assert rows(text) == {
        f"in force today, {TODAY}": "89.00 USD a month, Yearly/Monthly",
        "from 2026-10-01, this file": "**99.68 USD a month** (+12.0%)",
        "reaches": "new business from that day; running ones at their next renewal",
        "a month of the term": "1 year 73.87, 2 years 66.75, 3 years 57.85",
    }
    uses = editor.on_disk(EXAMPLES).count("\n      items: {basic-edition: 50-users-500-gb")
    assert "Provides 50 users, 500 GB" in text and "2 price files" in text
    assert int(text.partition(" examples")[0].rpartition(" ")[2]) >= uses > 10


async def test_the_price_follows_what_is_typed(editor: Editor):
    editor.open(PRICES)
    editor.replace(PRICES, "89.00", "95.00")
    assert rows(await said(editor, EXAMPLES, "items: {basic-edition: 50-users-‸500-gb, user-expansion-package: 10}\n    expect:\n      list"))[
        f"in force today, {TODAY}"
    ] == "95.00 USD a month, Yearly/Monthly"  # fmt: skip


async def test_a_book_with_errors_speaks_from_the_last_good_one(editor: Editor):
    assert "last good book" not in await said(editor, PRICES, "50-us‸ers-500-gb")
    editor.replace(PRICES, "89.00", "89.0O")
    text = await said(editor, PRICES, "50-us‸ers-500-gb")
    assert "89.00 USD a month" in text and text.endswith("*From the last good book: this one has errors.*")
    editor.replace(PRICES, "89.0O", "89.10")
    assert "last good book" not in await said(editor, PRICES, "50-us‸ers-500-gb")


SAID = [
    (ITEMS, "  user-ex‸pansion-package:", ["**User expansion package** item", "2.40 to 100, 2.10 above (USD a month), Yearly/Monthly", "Provides 1 user", "2 price files"]),
    (ITEMS, "  us‸ers:\n    title", ["**Number of users** item", "0.004 to 100", "an hour", "1 billing mode (pay-per-use)"]),
    (ITEMS, "  basic-edi‸tion:", ["**Basic edition** item", "1 billing mode (yearly-monthly)"]),
    (ITEMS, "    max: 95 P‸B", ["**PB** unit", "Used by 1 limit"]),
    (ITEMS, "    ‸quantity: {min: 100, step: 100}", ["**quantity** Quantity", "How much may be ordered"]),
    (ITEMS, "meter: {measure: m‸ax, window: hour}\n\n", ["**max**: the highest quantity", "What is taken of the records in a window."]),
    ("billing-modes.yaml", "  yearly‸-monthly:\n    title", ["**Yearly/Monthly** billing mode (`yearly-monthly`)", "`payment: prepaid`: paid in advance", "examples", "2 mode changes"]),
    ("billing-modes.yaml", "    spec_change: prorated‸-difference", ["**Difference for the time that remains** policy", "`takes_effect: immediately`", "1 billing mode (yearly-monthly)"]),
    ("billing-modes.yaml", "    expires: end-of‸-day", ["**end-of-day**: the last day belongs to the subscription to its end"]),
    ("billing-modes.yaml", "      basic-edition: requ‸ired", ["**required**: every order of the mode holds it"]),
    ("discounts.yaml", "    when: {segment: educ‸ation}", ["**education** value of `segment`", "2 examples (school-half-year, school-one-year)"]),
    ("discounts.yaml", "    coupon: WEL‸COME-2026", ["**WELCOME-2026** coupon", "1 example (welcome-coupon)"]),
    ("discounts.yaml", "  - wel‸come", ["**Welcome coupon** discount (`welcome`)", "1 discount stage"]),
    (EXAMPLES, "expect_error: limit-‸exceeded", ["`expect_error`: The code or name"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "at", "parts"), SAID, ids=[each[1].strip()[:30] for each in SAID])
async def test_every_kind_of_place_says_what_it_is(editor: Editor, name, at, parts):
    text = await said(editor, name, at)
    assert [part for part in parts if part not in text] == [], text


async def test_nothing_is_said_of_an_empty_place(editor: Editor):
    assert await said(editor, ITEMS, "    title: {en: Basic edition, zh: 基础版, ar: الإصدار الأساسي}‸\n") == ""
    assert await said(editor, "book.yaml", "# Koo‸Drive's price book.") == ""


async def test_what_a_book_says_is_never_markup(editor: Editor):
    """A title of a stranger's book may not open a picture from the net."""
    editor.open(ITEMS)
    editor.replace(ITEMS, "    title: {en: Basic edition, ", '    title: {en: "![x](https://spy.example/x.png) <b> `c`", ')
    text = await said(editor, ITEMS, "  basic-edi‸tion:")
    assert "!\\[x\\]" in text and "![" not in text and "\\<b\\>" in text and "<b" not in text.replace("\\<b", "")
    editor.open("more.yaml", "prices:\n  - items:\n      \n")
    await editor.findings("more.yaml")
    position = lsp.Position(2, 6)
    offered = await editor.client.text_document_completion_async(lsp.CompletionParams(lsp.TextDocumentIdentifier(editor.uri("more.yaml")), position))
    meanings = [each.documentation.value for each in offered if each.documentation]
    assert meanings and not any("![" in meaning for meaning in meanings)
