"""An editor in the tests: it talks to the real server process about a copy of the KooDrive book, and waits for what it says of a text."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

ROOT = Path(__file__).resolve().parent.parent.parent
TODAY = "2026-09-14"
CURSOR = "‸"
SERVER = ClientServerConfig(
    server_command=[sys.executable, str(ROOT / "cli.py"), "lsp", "--date", TODAY],
    server_env={**os.environ, "PYTHONPATH": str(ROOT)},
)


class Editor:
    """What a person does in an editor: opens files of the book, types, asks; `told` holds what the server says of each file."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client, self.folder = client, folder
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.told: dict[str, lsp.PublishDiagnosticsParams] = client.told
        self.heard: asyncio.Event = client.heard

    def uri(self, name: str) -> str:
        return Path(os.path.normpath(self.folder / name)).as_uri()

    def on_disk(self, name: str) -> str:
        return (self.folder / name).read_bytes().decode("utf-8")

    def open(self, name: str, text: str | None = None) -> None:
        self.texts[name], self.versions[name] = self.on_disk(name) if text is None else text, 1
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(self.uri(name), "yaml", 1, self.texts[name])))

    def close(self, name: str) -> None:
        self.client.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(self.uri(name))))
        del self.texts[name], self.versions[name]

    def type(self, name: str, text: str) -> None:
        """The file's whole text is another one now."""
        self.texts[name] = text
        self.versions[name] += 1
        document = lsp.VersionedTextDocumentIdentifier(self.versions[name], self.uri(name))
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(document, [lsp.TextDocumentContentChangeWholeDocument(text)]))

    def replace(self, name: str, old: str, new: str) -> None:
        """A word that stands there once is another one now."""
        assert self.texts[name].count(old) == 1, (old, self.texts[name].count(old))
        self.type(name, self.texts[name].replace(old, new))

    async def findings(self, name: str) -> list[lsp.Diagnostic]:
        """What the server finds in a file, once it has read what was typed last in the files that are open."""

        def is_current() -> bool:
            return all((said := self.told.get(self.uri(each))) and said.version == version for each, version in self.versions.items())

        async with asyncio.timeout(30):
            while not is_current():
                self.heard.clear()
                await self.heard.wait()
        said = self.told.get(self.uri(name))
        return list(said.diagnostics) if said is not None else []

    async def codes(self, name: str) -> list[str]:
        return [str(each.code) for each in await self.findings(name)]

    def cursor(self, name: str, at: str) -> lsp.TextDocumentPositionParams:
        """Where the cursor stands in a piece of the text that stands there once, by `‸`; in the units of UTF-16."""
        before, after = at.split(CURSOR)
        assert self.texts[name].count(before + after) == 1, (at, self.texts[name].count(before + after))
        start = self.texts[name][: self.texts[name].index(before + after) + len(before)].replace("\r\n", "\n")
        position = lsp.Position(start.count("\n"), len(start.rpartition("\n")[2].encode("utf-16-le")) // 2)
        return lsp.TextDocumentPositionParams(lsp.TextDocumentIdentifier(self.uri(name)), position)

    def marked(self, name: str, where: lsp.Range) -> str:
        """The text in a range of the file."""
        lines = self.texts[name].replace("\r\n", "\n").split("\n")
        assert where.start.line == where.end.line
        line = lines[where.start.line].encode("utf-16-le")
        return line[2 * where.start.character : 2 * where.end.character].decode("utf-16-le")

    def apply(self, edit: lsp.WorkspaceEdit) -> list[str]:
        """Does what an edit says, in the files that are open and on the disk; the names of the files that it changed."""
        names = []
        for uri, edits in (edit.changes or {}).items():
            name = next(each for each in self.names() if self.uri(each) == uri)
            text = edited(self.texts.get(name, self.on_disk(name)), edits)
            if name in self.texts:
                self.type(name, text)
            else:
                (self.folder / name).write_bytes(text.encode("utf-8"))
                self.watched(name)
            names.append(name)
        return sorted(names)

    def names(self) -> list[str]:
        return [path.relative_to(self.folder).as_posix() for path in sorted(self.folder.rglob("*")) if path.is_file()]

    def watched(self, name: str, change: lsp.FileChangeType = lsp.FileChangeType.Changed) -> None:
        """The editor noticed that a file on the disk is another one."""
        self.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([lsp.FileEvent(self.uri(name), change)]))

    async def until(self, name: str, codes: list[str]) -> None:
        """Waits until these are what is found in a file: for changes on the disk, which have no version."""
        async with asyncio.timeout(30):
            while [each.code for each in (self.told[self.uri(name)].diagnostics if self.uri(name) in self.told else ())] != codes:
                self.heard.clear()
                await self.heard.wait()


def edited(text: str, edits: list[lsp.TextEdit]) -> str:
    """The text after edits whose ranges lie on one line each, in the units of UTF-16."""
    lines = text.split("\n")
    for each in sorted(edits, key=lambda edit: (edit.range.start.line, edit.range.start.character), reverse=True):
        start, end = each.range.start, each.range.end
        line = lines[start.line].encode("utf-16-le")
        assert start.line == end.line
        lines[start.line] = line[: 2 * start.character].decode("utf-16-le") + each.new_text + line[2 * end.character :].decode("utf-16-le")
    return "\n".join(lines)


@pytest_lsp.fixture(config=SERVER, scope="module", loop_scope="module")
async def served(lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory):
    """A server for all tests of a file, which works in one folder; it keeps what it is told of each file, with the version of the text."""
    lsp_client.told, lsp_client.heard, lsp_client.folder = {}, asyncio.Event(), tmp_path_factory.mktemp("editor")
    del lsp_client.protocol.fm.features[lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS]  # the client's own, which keeps no versions

    @lsp_client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def _(params: lsp.PublishDiagnosticsParams) -> None:
        lsp_client.told[params.uri] = params
        lsp_client.heard.set()

    @lsp_client.feature(lsp.CLIENT_REGISTER_CAPABILITY)
    def _(params: lsp.RegistrationParams) -> None:
        return None

    @lsp_client.feature(lsp.WORKSPACE_INLAY_HINT_REFRESH)
    def _(params: None) -> None:
        return None

    capabilities = client_capabilities("visual-studio-code")
    await lsp_client.initialize_session(lsp.InitializeParams(capabilities=capabilities, root_uri=lsp_client.folder.as_uri()))
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(served: LanguageClient, request: pytest.FixtureRequest) -> Editor:
    """An editor with a copy of the KooDrive book of its own."""
    folder = served.folder / request.node.name / "rules" / "koodrive"
    shutil.copytree(ROOT / "rules" / "koodrive", folder)
    return Editor(served, folder)
