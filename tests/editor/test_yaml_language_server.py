"""Editors show the same completions, hints and mistakes, whichever way the schema is written: in parts, in one piece, or without any reference.

Run against the real YAML language server of the npm registry, which `make test` installs below `tests/node`.
"""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

from engine.resources import schema_bytes
from tools.make_schemas import schemas

ROOT = Path(__file__).resolve().parent.parent.parent
SERVER = ROOT / "tests" / "node" / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
SETTINGS = {"validate": True, "completion": True, "hover": True, "schemaStore": {"enable": False}}
BOOK = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "rules" / "koodrive").rglob("*.yaml"))}
CURSOR = "‸"
EDITED = {  # a file as it stands while it is written; the cursor is where a completion and a hint are asked for
    "section": "units:\n  GB: {title: GB}\n‸",
    "unknown key": "items:\n  disk:\n    titel: Disk\n    unit: GB\n    ‸",
    "charge": "prices:\n  - effective: 2026-01-01\n    items:\n      disk:\n        ‸",
    "spec": "prices:\n  - effective: 2026-01-01\n    items: {disk: {large: {model: per_‸}}}",
    "wrong kind": "items: [disk]\nbilling_modes:\n  payg: {payment: later, ‸}",
    "word": "spec_changes:\n  fair: {supports: [upgrade], charge: ‸}",
    "condition": "discounts:\n  long:\n    when: {segment: x}\n    percent_off: 170\n    ‸",
    "hint": "billing_modes:\n  payg:\n    pay‸ment: postpaid",
    "example": "examples:\n  one:\n    title: One\n    given:\n      billing_mode: payg\n    ‸",
}


def ways(folder: Path) -> dict[str, Path]:
    """The schema of a book's file as the repository has it, as `pricebook schema` prints it, and with every part in its place."""
    (folder / "one-piece.json").write_bytes(schema_bytes("book-file"))
    (folder / "plain.json").write_text(json.dumps(schemas()["book-file"]), encoding="utf-8")
    return {"parts": ROOT / "schemas" / "book-file.json", "one piece": folder / "one-piece.json", "plain": folder / "plain.json"}


async def session(folder: Path, schema: Path, texts: Mapping[str, str]) -> dict[str, dict]:
    """What the server says of each text: mistakes with their places, completions at the cursor, the hint below it."""
    client, told = LanguageClient("tests", "1"), {}
    arrived: dict[str, asyncio.Event] = {}

    @client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def _(params: lsp.PublishDiagnosticsParams) -> None:
        told[params.uri] = params.diagnostics
        arrived[params.uri].set()

    @client.feature(lsp.WORKSPACE_CONFIGURATION)
    def _(params: lsp.ConfigurationParams) -> list:
        return [SETTINGS if item.section == "yaml" else {} for item in params.items]

    @client.feature(lsp.CLIENT_REGISTER_CAPABILITY)
    def _(params: lsp.RegistrationParams) -> None:
        return None

    await client.start_io("node", str(SERVER), "--stdio")
    markdown = lsp.HoverClientCapabilities(content_format=[lsp.MarkupKind.Markdown])
    can = lsp.ClientCapabilities(
        workspace=lsp.WorkspaceClientCapabilities(configuration=True), text_document=lsp.TextDocumentClientCapabilities(hover=markdown)
    )
    await client.initialize_async(lsp.InitializeParams(capabilities=can, root_uri=folder.as_uri()))
    client.initialized(lsp.InitializedParams())
    said = {}
    for number, (name, text) in enumerate(texts.items()):
        uri = (folder / f"{number}.yaml").as_uri()
        text = f"# yaml-language-server: $schema={schema}\n" + text.removeprefix("# yaml-language-server: $schema=../../schemas/book-file.json\n")
        before = text.partition(CURSOR)[0]
        at = lsp.Position(before.count("\n"), len(before.rpartition("\n")[2]))
        arrived[uri] = asyncio.Event()
        opened = lsp.TextDocumentItem(uri=uri, language_id="yaml", version=1, text=text.replace(CURSOR, ""))
        client.text_document_did_open(lsp.DidOpenTextDocumentParams(opened))
        await asyncio.wait_for(arrived[uri].wait(), 60)
        document = lsp.TextDocumentIdentifier(uri)
        offered = await client.text_document_completion_async(lsp.CompletionParams(document, at))
        hint = await client.text_document_hover_async(lsp.HoverParams(document, at))
        said[name] = {
            "mistakes": sorted((each.range.start.line, each.range.start.character, each.message) for each in told[uri]),
            "offered": sorted({(each.label, each.insert_text) for each in getattr(offered, "items", offered) or ()}),
            "meanings": {each.label: getattr(each.documentation, "value", each.documentation) for each in getattr(offered, "items", offered) or ()},
            "hint": hint.contents.value.partition("Source:")[0] if hint else "",
        }
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    return said


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> dict[str, dict[str, dict]]:
    folder = tmp_path_factory.mktemp("editor")
    return {name: asyncio.run(session(folder, schema, BOOK | EDITED)) for name, schema in ways(folder).items()}


@pytest.mark.parametrize("way", ["parts", "one piece"])
def test_an_editor_shows_the_same_whichever_way_the_schema_is_written(said, way):
    assert said[way] == said["plain"]


def test_the_books_own_files_are_without_a_mistake(said):
    assert {name: said["parts"][name]["mistakes"] for name in BOOK} == {name: [] for name in BOOK}


OFFERED = [
    ("section", {"prices", "billing_modes", "discounts"}), ("unknown key", {"title", "specs", "meter"}), ("charge", {"tiers", "unit_price", "size"}),
    ("word", {"difference", "none"}), ("condition", {"effective", "until"}), ("example", {"expect", "expect_error"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "labels"), OFFERED)
def test_what_belongs_at_the_cursor_is_offered(said, name, labels):
    assert labels <= {label for label, _ in said["parts"][name]["offered"]}


@pytest.mark.parametrize(("name", "line"), [("unknown key", 3), ("wrong kind", 1), ("condition", 4)])
def test_a_mistake_is_marked_while_it_is_typed(said, name, line):
    assert line in {at for at, _, _ in said["parts"][name]["mistakes"]}


def test_a_key_says_what_it_means(said):
    assert "Paid before use, or after it." in said["parts"]["hint"]["hint"]


def test_a_word_says_what_it_means_where_it_is_offered(said):
    assert said["parts"]["word"]["meanings"]["full-difference"] == "new less old, for the whole term"
