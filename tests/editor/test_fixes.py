"""What can be done about a finding with one key, named by what it results in; and a whole session with the book."""

import pytest
from lsprotocol import types as lsp

from tests.editor.session import Editor

ITEMS, PRICES, EXAMPLES, POLICIES = "items.yaml", "prices/2026-01-01.yaml", "examples.yaml", "policies.yaml"
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def actions(editor: Editor, name: str) -> dict[str, lsp.CodeAction | lsp.Command]:
    """What is offered for the findings of a file."""
    found = await editor.findings(name)
    where = lsp.Range(lsp.Position(0, 0), lsp.Position(1000, 0)) if len(found) != 1 else found[0].range
    asked = lsp.CodeActionParams(lsp.TextDocumentIdentifier(editor.uri(name)), where, lsp.CodeActionContext(found))
    return {each.title: each for each in await editor.client.text_document_code_action_async(asked) or ()}


FIXES = [  # what is typed in place of what, the fix, and the codes that it takes away
    (ITEMS, "    unit: edition\n", "    unti: edition\n", "Change `unti` to `unit`", {"S101"}),
    (POLICIES, "    charge: difference\n", "    charge: diference\n", "Change `diference` to `difference`", {"S111"}),
    (PRICES, "up_to: 100, unit_price: 0.0040", 'up_to: 100, unit_price: "0.0040"', 'Change `"0.0040"` to `0.0040`', {"S114"}),
    ("book.yaml", "  currency: USD\n", "  currency: usd\n", "Change `usd` to `USD`", {"M101"}),
    ("book.yaml", "  timezone: Asia/Shanghai\n", "  timezone: asia/shanghai\n", "Change `asia/shanghai` to `Asia/Shanghai`", {"R124"}),
]


@pytest.mark.parametrize(("name", "right", "wrong", "title", "codes"), FIXES, ids=[each[3] for each in FIXES])
async def test_a_fix_writes_what_was_meant(editor: Editor, name, right, wrong, title, codes):
    editor.open(name)
    editor.replace(name, right, wrong)
    assert codes <= set(await editor.codes(name))
    fix = (await actions(editor, name))[title]
    assert fix.is_preferred and fix.kind == lsp.CodeActionKind.QuickFix and fix.diagnostics[0].code in codes
    assert editor.apply(fix.edit) == [name]
    assert editor.texts[name] == editor.on_disk(name)
    assert await editor.findings(name) == []


async def test_a_fix_counts_columns_as_the_editor_does(editor: Editor):
    editor.open(ITEMS)
    editor.replace(
        ITEMS,
        "    title: {en: Storage, zh: 存储空间, ar: مساحة التخزين}\n    description:",
        '    title: {en: "🗄 Storage", zh: 存储空间, ar: مساحة التخزين}\n    description:',
    )
    editor.replace(ITEMS, "    meter: {measure: max, window: hour}\n\n", '    meter: {reference: "🗄🗄", measure: maxx, window: hour}\n\n')
    fix = (await actions(editor, ITEMS))["Change `maxx` to `max`"]
    editor.apply(fix.edit)
    assert '    meter: {reference: "🗄🗄", measure: max, window: hour}\n\n' in editor.texts[ITEMS]


async def test_no_fix_is_offered_for_a_text_that_is_another_one_now(editor: Editor):
    editor.open(POLICIES)
    editor.replace(POLICIES, "    charge: difference\n", "    charge: diference\n")
    found = await editor.findings(POLICIES)
    editor.replace(POLICIES, "    charge: diference\n", "    charge: dif\n")
    asked = lsp.CodeActionParams(lsp.TextDocumentIdentifier(editor.uri(POLICIES)), found[0].range, lsp.CodeActionContext(found))
    assert [each.title for each in await editor.client.text_document_code_action_async(asked)] == ["What S111 means"]


async def test_a_warning_may_be_silenced_and_then_asks_why(editor: Editor):
    editor.open("book.yaml")
    editor.replace("book.yaml", "  PB: 1024 TB\n", "  PB: 1024 TB\n  EB: 1024 PB\n")
    assert await editor.codes("book.yaml") == ["R112"]
    offered = await actions(editor, "book.yaml")
    assert set(offered) == {"Ignore R112 here, then say why", "What R112 means"}
    editor.apply(offered["Ignore R112 here, then say why"].edit)
    assert "  # pricebook: ignore=R112\n  EB: 1024 PB\n" in editor.texts["book.yaml"]
    assert await editor.codes("book.yaml") == ["Y118"]
    editor.replace("book.yaml", "ignore=R112\n", "ignore=R112 reason: for next year's archive\n")
    assert await editor.codes("book.yaml") == []


async def test_an_error_cannot_be_silenced_and_says_what_it_means(editor: Editor):
    editor.open(PRICES)
    editor.replace(PRICES, "89.00", "89.0O")
    offered = await actions(editor, PRICES)
    assert not any(title.startswith("Ignore") for title in offered)
    command = offered["What S105 means"]
    await editor.client.workspace_execute_command_async(lsp.ExecuteCommandParams(command.command, command.arguments))
    assert editor.client.messages[-1].message.startswith("S105: ")


async def test_an_example_that_differs_shows_its_new_number_and_takes_it(editor: Editor):
    editor.open(PRICES)
    editor.open(EXAMPLES)
    whole = lsp.Range(lsp.Position(0, 0), lsp.Position(1000, 0))

    async def hints() -> dict[str, lsp.InlayHint]:
        await editor.findings(EXAMPLES)
        asked = lsp.InlayHintParams(lsp.TextDocumentIdentifier(editor.uri(EXAMPLES)), whole)
        found = await editor.client.text_document_inlay_hint_async(asked)
        return {each.label: each for each in found}

    assert await hints() == {}
    editor.replace(PRICES, "10-users-100-gb: 19.00", "10-users-100-gb: 20.00")
    shown = await hints()
    assert "now 20.00, +5.3%" in shown and len(shown) > 5
    [edit] = shown["now 20.00, +5.3%"].text_edits
    assert editor.marked(EXAMPLES, edit.range) == "19.00"
    taken = [each for each in (await actions(editor, EXAMPLES)).values() if "which the engine computes" in each.title]
    assert "Write `20.00`, which the engine computes" in {each.title for each in taken}
    while shown:
        editor.apply(lsp.WorkspaceEdit({editor.uri(EXAMPLES): [edit for each in shown.values() for edit in each.text_edits]}))
        shown = await hints()
    assert "expect: {list: 20.00, discount: 0.00, total: 20.00}" in editor.texts[EXAMPLES]


async def test_an_outline_names_what_a_file_holds(editor: Editor):
    async def symbols(name: str) -> list[lsp.DocumentSymbol]:
        editor.open(name)
        return await editor.client.text_document_document_symbol_async(lsp.DocumentSymbolParams(lsp.TextDocumentIdentifier(editor.uri(name))))

    items, limits = await symbols(ITEMS)
    assert [each.name for each in items.children] == ["basic-edition", "storage-expansion-package", "user-expansion-package", "storage", "users"]
    assert [each.name for each in items.children[0].children][:2] == ["10-users-100-gb", "50-users-500-gb"]
    assert [each.name for each in limits.children] == ["storage", "users"]
    [prices] = await symbols(PRICES)
    assert [each.name for each in prices.children] == ["2026-01-01, yearly-monthly", "2026-01-01, pay-per-use"]
    assert prices.children[0].range.end.line < prices.children[1].range.start.line


async def test_a_whole_session(editor: Editor):
    """Opens a file, writes a new price with what is offered, mends a slip, renames a spec, and ends with a sound book."""
    editor.open(PRICES)
    editor.open(EXAMPLES)
    assert await editor.findings(PRICES) == []
    new = "prices/2026-12-01.yaml"
    editor.open(new, "prices:\n  - effective: 2026-12-01\n    announced: 2026-10-01\n    billing_mode: \n    per: month\n    items: {basic-edition: {}}\n")
    where = editor.cursor(new, "billing_mode: ‸\n")
    offered = await editor.client.text_document_completion_async(lsp.CompletionParams(where.text_document, where.position))
    mode = next(each for each in offered if each.label == "yearly-monthly")
    (editor.folder / new).write_text(editor.texts[new], encoding="utf-8")
    editor.apply(lsp.WorkspaceEdit({editor.uri(new): [mode.text_edit]}))
    where = editor.cursor(new, "basic-edition: {‸}")
    offered = await editor.client.text_document_completion_async(lsp.CompletionParams(where.text_document, where.position))
    spec = next(each for each in offered if each.label == "50-users-500-gb")
    editor.apply(lsp.WorkspaceEdit({editor.uri(new): [spec.text_edit]}))
    editor.replace(new, "50-users-500-gb: }", "50-users-500-gb: 99.68}")
    assert await editor.findings(new) == []
    editor.replace(new, "announced:", "anounced:")
    assert await editor.codes(new) == ["S101"]
    editor.apply((await actions(editor, new))["Change `anounced` to `announced`"].edit)
    where = editor.cursor(new, "50-us‸ers-500-gb")
    hint = await editor.client.text_document_hover_async(lsp.HoverParams(where.text_document, where.position))
    assert "**99.68 USD a month** (+12.0%)" in hint.contents.value
    edit = await editor.client.text_document_rename_async(lsp.RenameParams(where.text_document, where.position, "fifty"))
    assert editor.apply(edit) == [EXAMPLES, ITEMS, PRICES, new]
    assert await editor.findings(new) == [] and "fifty: 99.68" in editor.texts[new]
    assert all(not said.diagnostics for uri, said in editor.told.items() if uri.startswith(editor.folder.as_uri()))
