"""The language server itself: what the editor says of its files, when a book is read again, and which question each module answers."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import unquote

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from engine.editor.books import Desk, EditedBook, read_whole
from engine.editor.completion import Offer, Offers
from engine.editor.cursor import cursor_at
from engine.editor.findings import SOURCE, told
from engine.editor.fixes import fixes, meaning_of, numbers
from engine.editor.hover import hover
from engine.editor.outline import Entry, outline
from engine.editor.places import Columns, lines_of
from engine.editor.prices import Sold
from engine.editor.question import Question, Where
from engine.editor.renaming import NameRefused, renameable, renamed
from engine.language.build.loading import TEXT_FILES
from engine.model.book import PriceBook
from engine.values.spans import Span

QUIET = 15 / 100
"""Seconds without a further key that a book waits for before it is read again."""
Today = Callable[[PriceBook], datetime]
COMPUTED = "What the engine computes; a double click writes it."
RULE = "pricebook.rule"
"""The command of an editor that asks what a code means."""
RULE_FILES = "**/*.{yaml,yml,csv}"


class EditorServer(LanguageServer):
    """What is said to the editor and heard of it; `today` gives the instant at which a book's today began."""

    def __init__(self, today: Today) -> None:
        # Whole texts: rule files are small, and two programs that count lines in different ways cannot drift apart.
        super().__init__(name="pricebook", version=version("pricebook"), text_document_sync_kind=lsp.TextDocumentSyncKind.Full)
        self.today = today
        self.desk = Desk()
        self.shown: dict[Path, set[str]] = {}
        self.tasks: dict[Path, asyncio.Task[None]] = {}

    @property
    def columns(self) -> Columns:
        """Columns as the editor counts them."""
        return Columns(str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding)))

    def book_of(self, address: str) -> tuple[EditedBook, str] | None:
        """The book of a file by its address, and the file's name in it; None for a file of no book."""
        path = to_fs_path(address)
        book = self.desk.book_at(Path(path)) if path else None
        return (book, book.name_of(Path(path))) if book is not None and path else None

    def asked(self, params: Where) -> Question | None:
        """The question that an editor asks about a place; None for a file of no book."""
        found = self.book_of(params.text_document.uri)
        if found is None:
            return None
        (book, name), columns = found, self.columns
        index = book.index()
        column = columns.column(index.lines.get(name, [""]), params.position)
        return Question(book, name, params.position.line + 1, column, index, columns)

    def hold(self, address: str, text: str | None) -> None:
        """Keeps what an open file says now, or with None that it was closed; its book is read again."""
        found = self.book_of(address)
        if found is None:
            return
        book, name = found
        if text is None:
            book.buffers.pop(name, None)
            book.addresses.pop(name, None)
        else:
            book.buffers[name], book.addresses[name] = text, address
        self.touch(book)

    def touch(self, book: EditedBook) -> None:
        """Has a book read again, once nothing is typed any more."""
        book.stamp += 1
        if book.folder not in self.tasks:
            self.tasks[book.folder] = asyncio.get_running_loop().create_task(self._read(book))

    async def _read(self, book: EditedBook) -> None:
        """Reads the book until what was read is what stands on the screen."""
        try:
            read: int | None = None
            while read != book.stamp:
                heard = None
                while heard != book.stamp:
                    heard = book.stamp
                    await asyncio.sleep(QUIET)
                # In a thread of its own: a large book takes its time, and a question may be asked meanwhile.
                reading = await asyncio.to_thread(read_whole, book, book.edited(), dict(book.addresses))
                read = heard
                if read == book.stamp:
                    book.take(reading)
                    self._show(book, told(reading, self.columns))
        except Exception as error:
            # A fault of the program: without a word, old findings would stand as if they were new.
            said = f"pricebook itself failed: {type(error).__name__}: {error}; report it with the book, and go on: it is read again with the next key"
            self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Error, said))
        finally:
            del self.tasks[book.folder]

    def _show(self, book: EditedBook, found: Mapping[str, list[lsp.Diagnostic]]) -> None:
        """Publishes a book's findings; of the files that are open, and of those that had some, also that they have none."""
        # The open files come last: an editor that has heard of them has heard of all.
        still = book.addresses.values()
        for address in (*(each for each in {*self.shown.get(book.folder, ()), *found} if each not in still), *still):
            document = self.workspace.text_documents.get(unquote(address))
            version = document.version if document is not None else None
            self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(address, found.get(address, []), version))
        self.shown[book.folder] = set(found)
        hints = self.client_capabilities.workspace and self.client_capabilities.workspace.inlay_hint
        if hints and hints.refresh_support:
            self.workspace_inlay_hint_refresh(None, lambda _: None)


KINDS = {"key": lsp.CompletionItemKind.Property, "word": lsp.CompletionItemKind.EnumMember, "name": lsp.CompletionItemKind.Reference}


def _item(offer: Offer, place: lsp.Range, number: int) -> lsp.CompletionItem:
    return lsp.CompletionItem(
        offer.label,
        kind=KINDS[offer.kind],
        detail=offer.detail or None,
        documentation=lsp.MarkupContent(lsp.MarkupKind.Markdown, offer.meaning) if offer.meaning else None,
        text_edit=lsp.TextEdit(place, offer.text),
        filter_text=offer.label,
        sort_text=f"{0 if offer.first else 1}{number:05}",  # what is needed first, then in the order of the book: a ladder is no alphabet
    )


def _symbol(entry: Entry, lines: Sequence[str], columns: Columns) -> lsp.DocumentSymbol:
    place = columns.range(lines, entry.place)
    end = columns.position(lines, entry.last, len(lines[entry.last - 1]) + 1)
    inside = [_symbol(each, lines, columns) for each in entry.inside]
    return lsp.DocumentSymbol(entry.name, lsp.SymbolKind.Object, lsp.Range(place.start, end), place, entry.detail or None, children=inside)


@contextmanager
def refusals() -> Iterator[None]:
    """What is refused is told to the person who asked."""
    try:
        yield
    except NameRefused as refused:
        raise JsonRpcException(str(refused), code=lsp.LSPErrorCodes.RequestFailed) from None


def made(today: Today) -> EditorServer:
    """A server that answers every question it can."""
    server = EditorServer(today)

    @server.feature(lsp.INITIALIZED)
    def _(ls: EditorServer, params: lsp.InitializedParams) -> None:
        roots = (ls.workspace.root_uri, *ls.workspace.folders)
        ls.desk.tops = [Path(path) for each in roots if each and (path := to_fs_path(each))]
        files = ls.client_capabilities.workspace and ls.client_capabilities.workspace.did_change_watched_files
        if files and files.dynamic_registration:
            watched = lsp.DidChangeWatchedFilesRegistrationOptions([lsp.FileSystemWatcher(RULE_FILES)])
            wanted = lsp.Registration("rule-files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, watched)
            ls.client_register_capability(lsp.RegistrationParams([wanted]))

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def _(ls: EditorServer, params: lsp.DidOpenTextDocumentParams) -> None:
        ls.hold(params.text_document.uri, params.text_document.text)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def _(ls: EditorServer, params: lsp.DidChangeTextDocumentParams) -> None:
        ls.hold(params.text_document.uri, ls.workspace.get_text_document(params.text_document.uri).source)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def _(ls: EditorServer, params: lsp.DidCloseTextDocumentParams) -> None:
        ls.hold(params.text_document.uri, None)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def _(ls: EditorServer, params: lsp.DidChangeWatchedFilesParams) -> None:
        for change in params.changes:
            if (found := ls.book_of(change.uri)) is not None:
                ls.touch(found[0])

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def _(ls: EditorServer, params: lsp.DidSaveTextDocumentParams) -> None:
        if (found := ls.book_of(params.text_document.uri)) is not None:
            ls.touch(found[0])

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=[" ", "{", "["]))
    def _(ls: EditorServer, params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
        asked = ls.asked(params)
        cursor = cursor_at(asked.lines, asked.line, asked.column) if asked and asked.name.lower().endswith(TEXT_FILES) else None
        if asked is None or cursor is None:
            return []
        place = Span(asked.name, asked.line, cursor.start, asked.line, cursor.end)
        book = asked.book.good
        offers = Offers(cursor, asked.index, book, ls.today(book) if book is not None else None).all()
        return [_item(offer, asked.location(place).range, number) for number, offer in enumerate(offers)]

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def _(ls: EditorServer, params: lsp.HoverParams) -> lsp.Hover | None:
        asked = ls.asked(params)
        if asked is None:
            return None
        book = asked.book
        sold = Sold(book.good, ls.today(book.good)) if book.good is not None else None
        said = hover(asked.index, sold, book.is_broken, asked.name, asked.line, asked.column)
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, said.text), asked.location(said.span).range) if said is not None else None

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def _(ls: EditorServer, params: lsp.DefinitionParams) -> list[lsp.Location]:
        asked = ls.asked(params)
        return [asked.location(each.span) for each in asked.index.declared.get(asked.mention.of, ())] if asked and asked.mention else []

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def _(ls: EditorServer, params: lsp.ReferenceParams) -> list[lsp.Location]:
        asked = ls.asked(params)
        found = asked.index.of(asked.mention) if asked and asked.mention else ()
        return [asked.location(each.span) for each in found if asked and (params.context.include_declaration or not each.declares)]

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def _(ls: EditorServer, params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
        asked = ls.asked(params)
        if asked is None or asked.mention is None:
            return None
        with refusals():
            renameable(asked.index, asked.mention)
        return lsp.PrepareRenamePlaceholder(asked.location(asked.mention.span).range, asked.mention.name)

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    def _(ls: EditorServer, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        asked = ls.asked(params)
        if asked is None or asked.mention is None:
            return None
        with refusals():
            edits = renamed(asked.book, asked.index, asked.mention, params.new_name.strip())
        changes: dict[str, list[lsp.TextEdit]] = {}
        for span, word in edits.items():
            place = asked.location(span)
            changes.setdefault(place.uri, []).append(lsp.TextEdit(place.range, word))
        return lsp.WorkspaceEdit(changes)

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix]))
    def _(ls: EditorServer, params: lsp.CodeActionParams) -> list[lsp.CodeAction | lsp.Command]:
        found = ls.book_of(params.text_document.uri)
        if found is None or found[0].reading is None:
            return []
        (book, name), reading = found, found[0].reading
        now = lines_of(book.buffers.get(name, ""))
        file = reading.name_of(name)
        actions: list[lsp.CodeAction | lsp.Command] = []
        for fix in fixes(reading, file, now, params.range.start.line + 1, params.range.end.line + 1):
            about = [each for each in params.context.diagnostics if each.code == fix.about] or None
            edit = lsp.WorkspaceEdit({params.text_document.uri: [lsp.TextEdit(ls.columns.range(now, fix.span), fix.text)]})
            actions.append(lsp.CodeAction(fix.title, lsp.CodeActionKind.QuickFix, about, fix.best or None, edit=edit))
        for number in numbers(reading, name, now):
            if params.range.start.line <= number.span.line - 1 <= params.range.end.line:
                edit = lsp.WorkspaceEdit({params.text_document.uri: [lsp.TextEdit(ls.columns.range(now, number.span), number.text)]})
                actions.append(lsp.CodeAction(f"Write `{number.text}`, which the engine computes", lsp.CodeActionKind.QuickFix, edit=edit))
        codes = dict.fromkeys(str(each.code) for each in params.context.diagnostics if each.source == SOURCE)
        actions += [lsp.Command(f"What {code} means", RULE, arguments=[code]) for code in codes]
        return actions

    @server.feature(lsp.TEXT_DOCUMENT_INLAY_HINT)
    def _(ls: EditorServer, params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
        found = ls.book_of(params.text_document.uri)
        if found is None or found[0].reading is None:
            return []
        now = lines_of(found[0].buffers.get(found[1], ""))
        hints = []
        for number in numbers(found[0].reading, found[1], now):
            place = ls.columns.range(now, number.span)
            if params.range.start.line <= place.end.line <= params.range.end.line:
                write = [lsp.TextEdit(place, number.text)]
                hints.append(lsp.InlayHint(place.end, number.title, text_edits=write, tooltip=COMPUTED, padding_left=True))
        return hints

    @server.command(RULE)
    def _(ls: EditorServer, code: str) -> None:
        ls.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, meaning_of(code)))

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def _(ls: EditorServer, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        found = ls.book_of(params.text_document.uri)
        index = found[0].index() if found is not None else None
        document = index.documents.get(found[1]) if index is not None and found is not None else None
        return [_symbol(each, index.lines[document.file], ls.columns) for each in outline(document)] if index is not None and document is not None else []

    return server


def serve(today: Today) -> None:
    """Serves one editor on standard input and output, until it says that it ends or is gone."""
    sys.stdout.flush()
    # At a terminal Ctrl-C ends it at once, though it waits for input.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    # What anything else prints must not stand between two messages.
    output = os.dup(1)
    os.dup2(2, 1)
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    try:
        made(today).start_io(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(output), "wb"))
    finally:
        os.dup2(output, 1)
        os.close(output)
        signal.signal(signal.SIGINT, before)
