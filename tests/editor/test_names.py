"""Where a name is declared, who uses it, and another name for it in all files."""

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.editor.session import Editor

ITEMS, PRICES, EXAMPLES, DISCOUNTS = "items.yaml", "prices/2026-01-01.yaml", "examples.yaml", "discounts.yaml"
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.whole]
SPEC = "      50-us‸ers-500-gb:\n        title"


async def rename(editor: Editor, name: str, at: str, new: str) -> lsp.WorkspaceEdit | None:
    where = editor.cursor(name, at)
    return await editor.client.text_document_rename_async(lsp.RenameParams(where.text_document, where.position, new))


async def places(editor: Editor, name: str, at: str, declaration: bool = True) -> list[tuple[str, int]]:
    where = editor.cursor(name, at)
    asked = lsp.ReferenceParams(lsp.ReferenceContext(declaration), where.text_document, where.position)
    found = await editor.client.text_document_references_async(asked)
    return [(next(each for each in editor.names() if editor.uri(each) == location.uri), location.range.start.line + 1) for location in found or ()]


@pytest.mark.parametrize(
    ("name", "at", "home", "word"),
    [
        (EXAMPLES, "items: {basic-edition: 50-users-‸500-gb, user-expansion-package: 10}\n    expect:\n      list", ITEMS, "50-users-500-gb"),
        (EXAMPLES, "coupons: [WEL‸COME-2026]", DISCOUNTS, "WELCOME-2026"),
        (DISCOUNTS, "best_of: [longer-term, ‸education]", DISCOUNTS, "education"),
        (DISCOUNTS, "when: {‸segment: education}", "book.yaml", "segment"),
        (DISCOUNTS, "when: {segment: education‸}", "book.yaml", "education"),
        (ITEMS, "    max: 95 P‸B", "book.yaml", "PB"),
        (ITEMS, "  - resource: st‸orage", "book.yaml", "storage"),
        ("billing-modes.yaml", "    renewal: anni‸versary", "policies.yaml", "anniversary"),
    ],
)
async def test_a_name_leads_to_where_it_is_declared(editor: Editor, name, at, home, word):
    editor.open(name)
    where = editor.cursor(name, at)
    [found] = await editor.client.text_document_definition_async(lsp.DefinitionParams(where.text_document, where.position))
    if home != name:
        editor.open(home)
    assert (found.uri, editor.marked(home, found.range)) == (editor.uri(home), word)


async def test_every_use_of_a_spec_is_found(editor: Editor):
    editor.open(ITEMS)
    found = await places(editor, ITEMS, SPEC)
    assert (ITEMS, 15) in found and (PRICES, 11) in found
    assert sum(name == EXAMPLES for name, _ in found) == editor.on_disk(EXAMPLES).count("50-users-500-gb")
    assert set(found) - set(await places(editor, ITEMS, SPEC, declaration=False)) == {(ITEMS, 15)}


async def test_what_names_nothing_leads_nowhere(editor: Editor):
    editor.open(ITEMS)
    assert await places(editor, ITEMS, "    ti‸tle: {en: Basic edition") == []
    where = editor.cursor(ITEMS, "    ti‸tle: {en: Basic edition")
    assert await editor.client.text_document_prepare_rename_async(lsp.PrepareRenameParams(where.text_document, where.position)) is None
    assert await rename(editor, ITEMS, "    ti‸tle: {en: Basic edition", "x") is None


async def test_an_id_is_renamed_in_all_files(editor: Editor):
    editor.open(ITEMS)
    editor.open(EXAMPLES)
    where = editor.cursor(ITEMS, SPEC)
    ready = await editor.client.text_document_prepare_rename_async(lsp.PrepareRenameParams(where.text_document, where.position))
    assert (editor.marked(ITEMS, ready.range), ready.placeholder) == ("50-users-500-gb", "50-users-500-gb")
    edit = await rename(editor, ITEMS, SPEC, "fifty")
    assert editor.apply(edit) == [EXAMPLES, ITEMS, PRICES]
    assert await editor.findings(ITEMS) == []
    assert all("50-users-500-gb" not in editor.texts.get(name, editor.on_disk(name)) for name in editor.names())
    assert "        fifty: 89.00\n" in editor.on_disk(PRICES)


async def test_a_unit_and_a_value_are_renamed_where_they_stand_in_a_text(editor: Editor):
    editor.open("book.yaml")
    edit = await rename(editor, "book.yaml", "  T‸B: 1024 GB", "TiB")
    assert editor.apply(edit) == ["book.yaml", EXAMPLES, ITEMS]
    assert "PB: 1024 TiB" in editor.texts["book.yaml"] and "storage: 12 TiB}" in editor.on_disk(EXAMPLES)
    edit = await rename(editor, "book.yaml", "values: [edu‸cation, partner]", "schools")
    assert editor.apply(edit) == ["book.yaml", DISCOUNTS, EXAMPLES]
    assert await editor.findings("book.yaml") == []
    assert "when: {segment: schools}" in editor.on_disk(DISCOUNTS) and "best_of: [longer-term, education]" in editor.on_disk(DISCOUNTS)


@pytest.mark.parametrize(
    ("name", "at", "new", "why"),
    [
        (ITEMS, SPEC, "100-users-1-tb", "the spec `100-users-1-tb` is there already, in items.yaml:18"),
        (ITEMS, SPEC, "100-USERS-1-tb", "the spec `100-users-1-tb` is there already"),
        (ITEMS, SPEC, "fifty users", "`fifty users` cannot be an id"),
        (ITEMS, SPEC, "tiers", "with this name the book would be wrong"),
        (DISCOUNTS, "coupon: WELCOME‸-2026", "WELCOME: 2026", "cannot stand there without quotes"),
        ("book.yaml", "currency: U‸SD", "EUR", "no file of the book declares the currency `USD`"),
        ("book.yaml", "  T‸B: 1024 GB", "GB", "the unit `GB` is there already"),
        (EXAMPLES, "expect_error: limit‸-exceeded", "x", "no file of the book declares the code"),
    ],
)
async def test_a_name_that_cannot_be_is_refused(editor: Editor, name, at, new, why):
    editor.open(name)
    with pytest.raises(JsonRpcException) as refused:
        await rename(editor, name, at, new)
    assert why in refused.value.message


async def test_nothing_is_renamed_while_a_file_breaks_off(editor: Editor):
    editor.open(ITEMS)
    editor.open(PRICES)
    editor.replace(PRICES, "per: month", "per: [month")
    with pytest.raises(JsonRpcException) as refused:
        await rename(editor, ITEMS, SPEC, "fifty")
    assert "prices/2026-01-01.yaml cannot be read to its end" in refused.value.message


async def test_columns_of_a_rename_are_those_of_the_editor(editor: Editor):
    """The emoji has two units of UTF-16; lines end in CRLF."""
    editor.open(DISCOUNTS)
    editor.type(
        DISCOUNTS,
        editor.on_disk(DISCOUNTS)
        .replace("    when: {segment: education}", '    description: {en: "🎓", zh: "🎓", ar: "خصم"}\n    when: {"segment": education}')
        .replace("\n", "\r\n"),
    )
    edit = await rename(editor, DISCOUNTS, '    when: {"seg‸ment": education}', "field")
    editor.apply(edit)
    assert '    when: {"field": education}\r\n' in editor.texts[DISCOUNTS]
    assert await editor.findings(DISCOUNTS) == []
