"""Findings while typing: of the whole book, from what stands on the screen, at the right place, and gone once they are mended."""

import pytest
from lsprotocol import types as lsp

from tests.editor.session import Editor

ITEMS, PRICES, EXAMPLES = "items.yaml", "prices/2026-01-01.yaml", "examples.yaml"
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_sound_book_has_none(editor: Editor):
    editor.open(PRICES)
    assert await editor.findings(PRICES) == []
    assert editor.uri(ITEMS) not in editor.told


async def test_one_comes_while_it_is_typed_and_goes_when_it_is_mended(editor: Editor):
    editor.open(PRICES)
    editor.replace(PRICES, "89.00", "89.0O")
    [found] = await editor.findings(PRICES)
    assert (found.code, found.source, found.severity) == ("S105", "pricebook", lsp.DiagnosticSeverity.Error)
    assert editor.marked(PRICES, found.range) == "89.0O"
    assert "89.00" in found.message.splitlines()[-1]
    editor.replace(PRICES, "89.0O", "89.50")
    # The examples now expect what the book no longer computes, which `check` leaves to `test`.
    assert await editor.findings(PRICES) == []
    assert editor.on_disk(PRICES).count("89.00") == 1


async def test_a_file_that_is_not_open_has_its_own(editor: Editor):
    editor.open(ITEMS)
    editor.replace(ITEMS, "      50-users-500-gb:", "      50-users-500-GBs:")
    await editor.findings(ITEMS)
    assert [(each.code, each.range.start.line) for each in editor.told[editor.uri(PRICES)].diagnostics] == [("R104", 10)]
    editor.type(ITEMS, editor.on_disk(ITEMS))
    await editor.findings(ITEMS)
    assert not editor.told[editor.uri(PRICES)].diagnostics


async def test_further_places_are_related(editor: Editor):
    editor.open(ITEMS)
    editor.open("book.yaml")
    editor.replace("book.yaml", "resources:\n", "items:\n  users: {title: Users, unit: user}\nresources:\n")
    found = [each for each in await editor.findings(ITEMS) if each.code == "R101"]
    assert [editor.marked(ITEMS, each.range) for each in found] == ["users"]
    [related] = found[0].related_information or ()
    assert related.location.uri == editor.uri("book.yaml")
    assert editor.marked("book.yaml", related.location.range) == "users"


async def test_what_is_missing_in_all_files_stands_at_the_start_of_the_book(editor: Editor):
    editor.open(ITEMS)
    editor.open("book.yaml")
    editor.type(ITEMS, "units: {box: {title: Box}}\n")
    assert "R110" in await editor.codes("book.yaml")


async def test_a_file_that_breaks_off_is_told_and_the_others_are_read(editor: Editor):
    editor.open(PRICES)
    editor.replace(PRICES, "per: month", "per: [month")
    assert set(await editor.codes(PRICES)) == {"Y104"}
    editor.replace(PRICES, "per: [month", "per: month")
    assert await editor.codes(PRICES) == []


async def test_a_file_of_no_book_is_left_alone(editor: Editor):
    editor.open("../../notes.yaml", "prices: [1, 2\n")
    editor.type("../../notes.yaml", "prices: {1\n")
    editor.close("../../notes.yaml")
    editor.open(PRICES)
    assert await editor.findings(PRICES) == []
    assert editor.uri("../../notes.yaml") not in editor.told


async def test_a_book_keeps_its_findings_while_its_head_cannot_be_read(editor: Editor):
    editor.open("book.yaml")
    editor.replace("book.yaml", "\nbook:\n", "\nbok:\n")
    assert {"S101", "R110"} <= set(await editor.codes("book.yaml"))
    (editor.folder / "book.yaml").write_text(editor.texts["book.yaml"], encoding="utf-8")
    editor.open(ITEMS)
    assert "S101" in await editor.codes("book.yaml")


async def test_a_deleted_file_is_no_longer_read(editor: Editor):
    editor.open(PRICES)
    assert await editor.findings(PRICES) == []
    (editor.folder / "discounts.yaml").unlink()
    editor.watched("discounts.yaml", lsp.FileChangeType.Deleted)
    await editor.until(EXAMPLES, ["R132"])


async def test_columns_are_those_of_the_editor(editor: Editor):
    """An emoji has two units of UTF-16, an Arabic letter one; both stand before what is marked."""
    editor.open("discounts.yaml")
    editor.replace("discounts.yaml", "{en: Education, zh: 教育客户折扣, ar: خصم التعليم}", "{en: 🎓🎓 Education, ar: خصم التعليم, zhh-: x}")
    found = await editor.findings("discounts.yaml")
    assert [editor.marked("discounts.yaml", each.range) for each in found] == ["title", "zhh-"]


async def test_lines_may_end_in_crlf(editor: Editor):
    text = editor.on_disk(PRICES).replace("\n", "\r\n")
    editor.open(PRICES, text.replace("2.40", "2,40", 1))
    found = await editor.findings(PRICES)
    assert found and {editor.texts[PRICES].split("\r\n")[each.range.start.line].strip() for each in found} == {"- {up_to: 100, unit_price: 2,40}"}
    editor.type(PRICES, text)
    assert await editor.findings(PRICES) == []


async def test_what_is_typed_in_a_table_is_read(editor: Editor):
    (editor.folder / "prices" / "more.csv").write_text("item,unit_price\nstorage-expansion-package,0.035\n", encoding="utf-8")
    editor.open("prices/2027-07-01.yaml")
    editor.replace("prices/2027-07-01.yaml", "    items:\n", "    table: more.csv\n    items:\n")
    assert await editor.findings("prices/2027-07-01.yaml") == []
    editor.open("prices/more.csv")
    editor.replace("prices/more.csv", "storage-expansion-package", "storge")
    [found] = await editor.findings("prices/more.csv")
    assert (found.code, editor.marked("prices/more.csv", found.range)) == ("R104", "storge")


async def test_a_new_file_counts_before_it_is_saved(editor: Editor):
    editor.open("prices/2028-01-01.yaml", "prices:\n  - {effective: 2028-01-01, billing_mode: yearly-monthly, per: month, items: {disk: 1.00}}\n")
    assert "R104" in await editor.codes("prices/2028-01-01.yaml")
    editor.close("prices/2028-01-01.yaml")
    editor.open(PRICES)
    assert await editor.findings("prices/2028-01-01.yaml") == []


async def test_a_folder_that_is_gone_is_told_and_another_name_of_it_is_a_book_of_its_own(editor: Editor):
    editor.open(PRICES)
    assert await editor.findings(PRICES) == []
    other = editor.folder.with_name("other")
    editor.folder.rename(other)
    editor.type(PRICES, editor.texts[PRICES] + "\n")
    assert await editor.codes(PRICES) == ["Y801"]
    editor.close(PRICES)
    renamed = Editor(editor.client, other)
    renamed.open(PRICES)
    assert await renamed.findings(PRICES) == []
    other.rename(editor.folder)
