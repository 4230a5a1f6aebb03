"""The preview's pages and their parts as HTML: what is said to one reader, in one language, from one snapshot.

Contract: knows snapshots, answers and templates; reads no file of a user's and changes nothing.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote as quoted

from jinja2 import Environment, FunctionLoader
from markupsafe import Markup, escape

from engine.diagnostics.record import Diagnostic
from engine.documents.diff_page import diff_page
from engine.documents.format import Formatter, formatter, without_isolates, without_languages
from engine.documents.html import (
    ARABIC,
    FACE,
    FONTS,
    FURTHER,
    MONO,
    OTHER_FACES,
    SYSTEM_FACES,
    environment,
    font_face,
    html_page,
    template_part,
    with_isolates,
    with_styles,
)
from engine.documents.page import sheet_page
from engine.documents.page_types import Page
from engine.documents.quote_words import status_words
from engine.documents.translations import LANGUAGES
from engine.model.book import PriceBook
from engine.preview.calculator import Calculated, answer
from engine.preview.fields import CalculatorForm, Values
from engine.preview.live import LAST_COMMIT, Snapshot, called
from engine.preview.marks import marked
from engine.preview.problems import MOST_SHOWN, Problem, problems
from engine.resources import package_data
from engine.sheet import build_sheet
from engine.store import OpenedBook, shown_file, shown_folder
from engine.values.spans import Span

EDITORS = {
    "vscode": "vscode://file{path}:{line}:{column}",
    "vscodium": "vscodium://file{path}:{line}:{column}",
    "cursor": "cursor://file{path}:{line}:{column}",
    "zed": "zed://file{path}:{line}:{column}",
    "idea": "idea://open?file={path}&line={line}&column={column}",
}
"""How an editor that is installed is asked by a link to open a file at a line."""


class Pages:
    """The pages of a preview. `against` is what the book is compared with, `editor` one of `EDITORS`."""

    def __init__(self, against: str, editor: str) -> None:
        self.against, self.editor = against, editor
        self._before: dict[tuple[str, datetime, str], Page] = {}

    def whole(self, now: Snapshot, language: str) -> bytes:
        """The page, with the calculator's first answer in it."""
        words = formatter(language)
        say = words.words.gettext
        keys = (
            ("c", say("Calculator")), ("p", say("Problems")), ("d", say("Changes")), ("/", say("Find on the sheet")), ("n", say("Next problem")),
            ("o", say("Open the problem's line in the editor")), ("f", say("Make the edit that the problem names")), ("?", say("All keys")),
        )  # fmt: skip
        values = {
            **_reader(words),
            "title": _title(now, words),
            "answer": Markup(self._calculated(now, {}, words, oob=False)),
            "keys": keys,
        }
        return _rendered("page.html.j2", values)

    def calculated(self, now: Snapshot, sent: Values, language: str) -> bytes:
        """What a form that was sent is answered with: its sum and steps, and its fields where they are others."""
        return self._calculated(now, sent, formatter(language), oob=True).encode("utf-8")

    def _calculated(self, now: Snapshot, sent: Values, words: Formatter, oob: bool) -> str:
        before = now.before.book if now.before is not None else None
        found = answer(now.good.rules, before, sent, words) if now.good is not None else Calculated(CalculatorForm((), ()))
        values = {
            **_reader(words), "answer": found, "oob": oob, "reshaped": sent.get("shape") != found.form.shape, "stale": now.stale,
            "against": self._called(words), "links": self._links(now, found),
        }  # fmt: skip
        return _rendered("calculator.html.j2", values).decode("utf-8")

    def state(self, now: Snapshot, language: str) -> bytes:
        """What a save changes: counts, note, problems, changes and the bar."""
        words = formatter(language)
        shown = problems(now.diagnostics, now.sources or {})
        links = [self._link_to(now.opened, each.found.span) for each in shown]
        errors = sum(each.severity == "error" for each in now.diagnostics)
        changes = len(now.comparison.changes) if now.comparison is not None else 0
        first = next((position for position, each in enumerate(shown) if each.found.severity == "error" and links[position]), None)
        values = {
            **_reader(words),
            **_said(now, shown, changes, self._called(words), words),
            "number": now.number, "errors": errors, "problems": shown, "links": links, "problem_count": len(now.diagnostics), "change_count": changes,
            "stale": now.stale, "good_at": now.good_at, "times": _times(now, words), "read_ms": milliseconds(now.read_at),
            "first_link": links[first] if first is not None else "", "first_line": _line(shown[first].found) if first is not None else "",
            "incomparable": now.incomparable, "diff": diff_page(now.comparison, (called(self.against), "this book")) if now.comparison is not None else None,
            "stamp": status_words(now.good.rules, words) if now.good else "",
        }  # fmt: skip
        return _rendered("state.html.j2", values)

    def sheet(self, now: Snapshot, at: datetime, language: str) -> bytes:
        """The price sheet of the last good book on a day, its changed cells marked; a page that says so where there is none."""
        words = formatter(language)
        if now.good is None:
            return _rendered("empty.html.j2", _reader(words))
        page = sheet_page(build_sheet(now.good.rules, at), words)
        earlier = now.before.book if now.before is not None else None
        if earlier is None or now.comparison is None or not now.comparison.changes:
            return html_page(page)
        return _rendered("marked-sheet.html.j2", with_styles(marked(page, self._earlier(earlier, at, words), words)))

    def _earlier(self, book: PriceBook, at: datetime, words: Formatter) -> Page:
        """The sheet before the edits; it is the same from save to save."""
        key = (book.digest, at, words.language)
        if key not in self._before:
            self._before = {key: sheet_page(build_sheet(book, at), words)}
        return self._before[key]

    def _called(self, words: Formatter) -> str:
        """What the reader is told that the book is compared with."""
        return words.words.gettext("the last commit") if self.against == LAST_COMMIT else called(self.against)

    def _links(self, now: Snapshot, found: Calculated) -> dict[str, str]:
        """Where the rules that steps name stand, by the name that the steps give them."""
        spans = ((label, Span(origin.file, origin.line, max(1, origin.column), origin.line, max(1, origin.column))) for label, origin in found.sources)
        return {label: link for label, span in spans if (link := self._link_to(now.good, span))}

    def _link_to(self, opened: OpenedBook | None, span: Span | None) -> str:
        """The address that opens a place in the editor; empty for what stands in no file of the book."""
        if opened is None or span is None:
            return ""
        prefix = shown_folder(opened.folder)
        name = next((each for each in opened.files if span.file in (each, shown_file(prefix, each))), None)
        if name is None:
            return ""
        path = quoted((Path.cwd() / opened.folder / name).absolute().as_posix())
        return EDITORS[self.editor].format(path=path, line=span.line, column=span.column)


@cache
def style_sheet() -> bytes:
    """The page's style: the type and the tables of the documents, and its own layout."""
    faces = "\n".join(font_face(*font) for font in FONTS)
    names = ", ".join(f'"{name}"' for name in (FACE, FURTHER, ARABIC))
    roots = [f':root {{ --face: {names}, {OTHER_FACES}, sans-serif; --mono: "{MONO}", "Noto Sans Mono", monospace; }}']
    roots += [f":root:lang({language}) {{ --face: {names}, {others}, sans-serif; }}" for language, others in SYSTEM_FACES.items()]
    return "\n".join((faces, *roots, template_part("sheet.css"), package_data("preview", "static", "preview.css").decode("utf-8"))).encode("utf-8")


@cache
def static_file(name: str) -> tuple[str, bytes] | None:
    """A file that the page loads, with its kind; None where there is none of that name."""
    match name:
        case "style.css":
            return "text/css; charset=utf-8", style_sheet()
        case "htmx.min.js" | "preview.js":
            return "text/javascript; charset=utf-8", package_data("preview", "static", name)
    return None


def language_of(asked: str, now: Snapshot, default: str | None) -> str:
    """The language of the page: as asked for, else as the command says, else the book's."""
    wanted = (asked, default, now.good.rules.language if now.good is not None else None)
    return next((each for each in wanted if each in LANGUAGES), "en")


def _said(now: Snapshot, shown: list[Problem], changes: int, against: str, words: Formatter) -> dict[str, str]:
    """The texts about numbers of problems and changes; the digest of the book that is shown."""
    total, say_many = len(now.diagnostics), words.words.ngettext
    counted = say_many("%(count)s problem", "%(count)s problems", total, count=words.number(total))
    moved = say_many("%(count)s change since %(book)s", "%(count)s changes since %(book)s", changes, count=words.number(changes), book=against)
    digest = now.good.rules.digest if now.good is not None else ""
    further = f"and {total - MOST_SHOWN} more: `pricebook check --all` lists every one" if total > len(shown) else ""
    return {
        "counted_problems": counted,
        "counted_changes": moved if now.comparison is not None else "",
        "further": further,
        "nothing_found": f"Nothing found in {now.files} file{'' if now.files == 1 else 's'}.",
        "digest": f"{digest[:4]} {digest[4:8]}" if digest else "",
        "book_name": now.good.rules.id if now.good is not None else _folder_name(now),
        "heard": words.row((counted, moved)) if now.comparison is not None else counted,
    }


def _reader(words: Formatter) -> dict[str, object]:
    return {"language": str(words.locale).replace("_", "-"), "direction": words.direction, "say": words.words.gettext}


def _title(now: Snapshot, words: Formatter) -> str:
    if now.good is None:
        return _folder_name(now)
    return words.text(now.good.rules.title, now.good.rules.language) or now.good.rules.id


def _folder_name(now: Snapshot) -> str:
    return now.opened.folder.name if now.opened is not None else ""


def _times(now: Snapshot, words: Formatter) -> Markup:
    """From when the sheet is, and when the edit was saved that is not shown; the browser writes both by its own clock."""
    if now.good_at is None:
        return Markup("")
    told = escape(words.words.gettext("of %(time)s. Your edit of %(edit)s does not read.", time="\x00", edit="\x01"))
    for sign, at in (("\x00", now.good_at), ("\x01", now.read_at)):
        told = told.replace(sign, Markup('<time data-at="{}" dir="ltr"></time>').format(milliseconds(at)))
    return told


def milliseconds(at: datetime) -> int:
    """The instant as browsers count: two readings have two numbers, though the preview was started anew between them."""
    return int(at.timestamp() * 1000)


def _line(found: Diagnostic) -> str:
    return str(found.span.line) if found.span is not None else ""


def _rendered(name: str, values: Mapping[str, object]) -> bytes:
    return _environment().get_template(name).render(**values).encode("utf-8", "backslashreplace")


@cache
def _environment() -> Environment:
    """The documents' own environment, with the preview's templates beside theirs."""

    def template(name: str) -> str | None:
        try:
            return package_data("preview", "templates", name).decode("utf-8")
        except FileNotFoundError:
            return template_part(name)

    made = environment().overlay(loader=FunctionLoader(template))
    made.filters = {**made.filters, "code": _with_code, "attribute": _in_attribute}
    return made


def _in_attribute(text: object) -> Markup:
    """A text where no markup may stand: in an attribute, a title, an option."""
    return Markup(str(escape(without_languages(without_isolates(str(text))))))


def _with_code(text: str) -> Markup:
    """What a message quotes between backticks as code."""
    return Markup(re.sub(r"`([^`]*)`", r"<code>\1</code>", str(with_isolates(text))))
