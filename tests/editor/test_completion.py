"""What is offered where something is written: keys, words, and the names of all files, with prices on the right day."""

import pytest
from lsprotocol import types as lsp

from tests.editor.session import Editor

ITEMS, PRICES, EXAMPLES = "items.yaml", "prices/2026-01-01.yaml", "examples.yaml"
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.whole]
ONE = "  one:\n    given:\n      date: 2026-03-01\n      billing_mode: yearly-monthly\n"


async def offered(editor: Editor, name: str, text: str) -> dict[str, lsp.CompletionItem]:
    """What is offered at the cursor of a file that is written; the book has been read once before."""
    editor.open("book.yaml")
    await editor.findings("book.yaml")
    editor.open(name, text.replace("‸", ""))
    before = text.partition("‸")[0]
    position = lsp.Position(before.count("\n"), len(before.rpartition("\n")[2].encode("utf-16-le")) // 2)
    found = await editor.client.text_document_completion_async(lsp.CompletionParams(lsp.TextDocumentIdentifier(editor.uri(name)), position))
    return {each.label: each for each in found}


SPECS = {"10-users-100-gb", "50-users-500-gb", "100-users-1-tb", "200-users-2-tb", "500-users-5-tb"}
OFFERED = [  # a file as it stands while it is written, what is offered, and what is not
    ("units: {}\n‸", {"prices", "items", "examples"}, {"units", "title"}),
    ("items:\n  disk:\n    title: Disk\n    ‸", {"unit", "specs", "meter"}, {"title", "model"}),
    ("items:\n  disk:\n    title: Disk\n    unit: ‸\n", {"GB", "TB", "PB", "user", "edition"}, {"storage"}),
    ("items:\n  disk:\n    provides: {st‸}\n", {"storage", "users"}, {"GB"}),
    ("items:\n  disk:\n    meter: {measure: ‸, window: hour}\n", {"sum", "max", "mean"}, {"hour"}),
    ("items:\n  disk:\n    meter: {me‸: max}\n", {"measure", "window", "hold"}, set()),
    ("prices:\n  - ‸\n", {"effective", "billing_mode", "items"}, {"model"}),
    ("prices:\n  - effective: 2026-01-01\n    ‸\n    items: {}\n", {"billing_mode", "per", "running_subscriptions"}, {"effective", "items"}),
    ("prices:\n  - billing_mode: ‸\n", {"yearly-monthly", "pay-per-use"}, {"basic-edition"}),
    ("prices:\n  - items:\n      ‸\n", {"basic-edition", "users", "storage"}, {"model", "prices"}),
    ("prices:\n  - items:\n      basic-edition:\n        ‸", SPECS | {"model", "unit_price"}, {"per_unit"}),
    ("prices:\n  - items:\n      basic-edition:\n        50-users-500-gb: 1.00\n        ‸", SPECS - {"50-users-500-gb"}, {"model", "50-users-500-gb"}),
    ("prices:\n  - items:\n      users:\n        ‸", {"model", "tiers"}, SPECS),
    ("prices:\n  - items: {users: {model: gra‸, tiers: []}}\n", {"graduated", "volume", "per_unit"}, {"tiers"}),
    ("prices:\n  - items: {users: {tiers: [{‸}]}}\n", {"up_to", "unit_price"}, {"model"}),
    ("discounts:\n  spring:\n    when: {‸}\n", {"segment", "contract", "country"}, {"education"}),
    ("discounts:\n  spring:\n    when: {segment: ‸}\n", {"education", "partner"}, {"framework"}),
    ("discounts:\n  spring:\n    when: {segment: [education, ‸]}\n", {"education", "partner"}, {"framework"}),
    ("discounts:\n  spring:\n    items: ‸\n", {"all", "basic-edition"}, {"group"}),
    ("discounts:\n  spring:\n    amount_off: {‸}\n", {"USD"}, {"users"}),
    ("billing_modes:\n  m:\n    items:\n      users: ‸\n", {"required", "optional"}, {"users"}),
    ("billing_modes:\n  m:\n    spec_change: ‸\n", {"prorated-difference", "not-supported"}, {"anniversary"}),
    ("billing_modes:\n  m:\n    cancellation:\n      - {use: ‸}\n", {"five-days-then-fee", "no-fee"}, {"anniversary"}),
    ("spec_changes:\n  m:\n    supports: [up‸]\n", {"upgrade", "reduce"}, {"none"}),
    (f"examples:\n{ONE}      items: {{basic-edition: 50‸\n    expect:\n", SPECS, {"users"}),
    (f"examples:\n{ONE}      items: {{‸}}\n", {"basic-edition", "users"}, SPECS),
    (f"examples:\n{ONE}      items: {{basic-edition: {{spec: ‸}}}}\n", SPECS, {"users"}),
    (f"examples:\n{ONE}      term: 1 y‸\n", {"1 month", "1 year", "3 years"}, {"hour"}),
    (f"examples:\n{ONE}      coupons: [‸]\n", {"WELCOME-2026"}, {"welcome"}),
    (f"examples:\n{ONE}    expect_error: ‸\n", {"limit-exceeded", "term-not-offered"}, {"total"}),
    (f"examples:\n{ONE}      ‸\n    expect: {{total: 1}}\n", {"term", "items", "change"}, {"date", "expect"}),
    ("examples:\n  a: {given: {usage: [{item: ‸}]}}\n", {"users", "storage"}, SPECS),
    ("prices: [{\nitems:\n  disk:\n    unit: ‸\n", {"GB"}, set()),
]


@pytest.mark.parametrize(("text", "there", "not_there"), OFFERED, ids=[each[0][-40:] for each in OFFERED])
async def test_what_belongs_there_is_offered(editor: Editor, text, there, not_there):
    labels = set(await offered(editor, "more.yaml", text))
    assert there <= labels and not labels & not_there


async def test_nothing_is_offered_in_a_comment_or_where_a_name_is_new(editor: Editor):
    assert await offered(editor, "more.yaml", "items:\n  ‸\n") == {}
    assert await offered(editor, "again.yaml", "items:\n  disk:  # uni‸\n") == {}
    assert await offered(editor, "prices/t.csv", "item,‸\n") == {}


async def test_the_word_that_is_written_is_replaced(editor: Editor):
    found = await offered(
        editor, "more.yaml", f'examples:\n{ONE}      title: {{en: "🎓"}}\n      items: {{basic-edition: 50-us‸ers, user-expansion-package: 10}}\n'
    )
    edit = found["50-users-500-gb"].text_edit
    assert (editor.marked("more.yaml", edit.range), edit.new_text) == ("50-users", "50-users-500-gb")
    found = await offered(editor, "again.yaml", "items:\n  disk:\n    uni‸\n")
    assert (editor.marked("again.yaml", found["unit"].text_edit.range), found["unit"].text_edit.new_text) == ("uni", "unit: ")
    assert found["quantity"].text_edit.new_text == "quantity:" and found["unit"].detail == "needed"


async def test_a_ladder_is_offered_in_its_own_order_and_what_is_needed_first(editor: Editor):
    found = await offered(editor, "more.yaml", "prices:\n  - items:\n      basic-edition: {‸}\n")
    ladder = [each.label for each in sorted(found.values(), key=lambda each: each.sort_text) if each.label in SPECS]
    assert ladder == ["10-users-100-gb", "50-users-500-gb", "100-users-1-tb", "200-users-2-tb", "500-users-5-tb"]
    keys = await offered(editor, "again.yaml", "prices:\n  - ‸\n")
    assert [each.label for each in sorted(keys.values(), key=lambda each: each.sort_text)][:2] == ["effective", "billing_mode"]


async def test_a_spec_has_its_price_on_the_examples_own_date(editor: Editor):
    found = await offered(editor, "more.yaml", f"examples:\n{ONE}      items: {{basic-edition: ‸}}\n")
    spec = found["50-users-500-gb"]
    assert spec.detail == "89.00 USD a month"
    assert spec.documentation.value.split("\n\n") == [
        "**50 users, 500 GB**", "89.00 USD a month on 2026-03-01, the date that is written here", "required in Yearly/Monthly",
    ]  # fmt: skip
    later = await offered(editor, "again.yaml", f"examples:\n{ONE.replace('2026-03', '2027-08')}      items: {{‸}}\n")
    assert later["user-expansion-package"].detail == "2.40 to 100, 2.25 above (USD a month)"
    before = await offered(editor, "third.yaml", f"examples:\n{ONE.replace('2026-03', '2025-03')}      items: {{basic-edition: ‸}}\n")
    assert "no price on 2025-03-01" in before["50-users-500-gb"].documentation.value


async def test_a_word_says_what_it_means(editor: Editor):
    found = await offered(editor, "more.yaml", "spec_changes:\n  m:\n    charge: ‸\n")
    assert found["full-difference"].documentation.value == "new less old, for the whole term"


async def test_a_new_name_is_offered_in_other_files_at_once(editor: Editor):
    editor.open(ITEMS)
    editor.replace(ITEMS, "  storage-expansion-package:\n", "  archive: {title: Archive, unit: GB}\n\n  storage-expansion-package:\n")
    assert "archive" in await offered(editor, "more.yaml", "prices:\n  - items:\n      ‸\n")
