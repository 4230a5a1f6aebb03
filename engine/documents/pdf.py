"""A page (HTML) -> one PDF file for archives and for screen readers: PDF/A-3a and PDF/UA-1 at once, the same bytes every time.

WeasyPrint sets the page; it is imported when a PDF is asked for and not before, because it is heavy and may not be installed.
Nothing is opened for a page but what stands inside it. Source: documents, Formats (PDF) and Templates of users.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from html import escape, unescape
from typing import Any

from engine.diagnostics.documents import PDF_NOT_INSTALLED, PDF_REACHES_OUTSIDE
from engine.diagnostics.record import Diagnostic, report
from engine.documents.arabic_shapes import drawn
from engine.documents.pdf_structure import ENDS_IN_DOUBT, MetadataSchema, finish, keep_words

INSTALL = "pip install 'pricebook[pdf]'"
LIBRARIES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
"""The Debian packages of the libraries that shape the letters and embed the fonts."""

HIDDEN = ".hidden { color: transparent !important; font-size: 1px !important; line-height: 1px !important; }"
"""Words for screen readers: in a PDF nothing clips them, so they are small and have no colour."""
UNSMOOTHED = "img { image-rendering: crisp-edges !important; }"
"""A file for archives leaves it to no reader to invent pixels between those of a picture."""

NO_LETTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
"""Control characters and the two that are none: no font draws them, and a file for archives may not hold what it cannot draw."""

MOST_SPARE = 8
"""How often a file is written anew until no stream ends in doubt: one of 100 needs a second time."""

ONE_STYLE = re.compile("<style>(.*?)</style>", re.DOTALL)
PAGE_BOXES = re.compile(r"^@page \{\n.*?\n\}\n@page :first \{[^\n]*\}$", re.DOTALL | re.MULTILINE)
"""What `page-boxes.css.j2` makes; no text in it holds the end of a line."""
MOST_STYLES = 16
"""Style sheets that are kept as they were read: of each kind of page a few, by the fonts that their letters ask for."""

PAGE_ADDRESS = "pricebook-page:"
"""The address of the page itself, which leads nowhere: what a page names relative to it is asked of the fetcher, and refused."""


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file inside the PDF: what it is to the page (`Alternative`: the same in another form), and what the metadata say of it."""

    name: str
    content: bytes
    description: str
    relationship: str
    schema: MetadataSchema


def pdf_of_page(page: bytes, at: datetime, attached: AttachedFile | None = None) -> tuple[bytes | None, tuple[Diagnostic, ...]]:
    """The page as a PDF that is dated `at` (UTC): the day of the sheet or the order, never the clock's; or why there is none.

    Reported: WeasyPrint or its libraries are not installed; the page names a file or an address outside itself.
    """
    problems = pdf_problems()
    if problems:
        return None, problems
    from weasyprint import CSS, HTML, Attachment

    fetcher = _inside_only()
    text, style, boxes = _without_style(_drawings_for_paper(NO_LETTERS.sub("", page.decode("utf-8"))))
    styles = _styles(style)
    sheets = [styles.sheet, *(CSS(string=each, base_url=PAGE_ADDRESS, url_fetcher=fetcher) for each in (boxes, HIDDEN + UNSMOOTHED))]
    document = HTML(string=text, base_url=PAGE_ADDRESS, url_fetcher=fetcher).render(styles.fonts, stylesheets=sheets)
    document.metadata.created = document.metadata.modified = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    keep_words(document)
    schemas: tuple[MetadataSchema, ...] = ()
    if attached is not None:
        schemas, dates = (attached.schema,), {"created": at, "modified": at}
        inside = {"name": attached.name, "description": attached.description, "relationship": attached.relationship}
        document.metadata.attachments = [Attachment(string=attached.content, **inside, **dates)]
    for spare in range(MOST_SPARE):
        made = document.write_pdf(pdf_variant="pdf/a-3a", finisher=partial(finish, schemas=schemas, spare=spare))
        if ENDS_IN_DOUBT not in made:
            break
    refused = (*styles.refused, *fetcher.refused)
    if refused:
        return None, tuple(_reaches_outside(address) for address in dict.fromkeys(refused))
    return made, ()


@dataclass(frozen=True, slots=True)
class _Styles:
    """A style sheet as WeasyPrint reads it, with the fonts that it brings, and what it asked for outside of it."""

    sheet: Any
    fonts: Any
    refused: tuple[str, ...]


@lru_cache(maxsize=MOST_STYLES)
def _styles(style: str) -> _Styles:
    """A page's style sheet. Pages of one kind have the same one, and reading it with its fonts takes as long as setting a page."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fetcher, fonts = _inside_only(), FontConfiguration()
    sheet = CSS(string=style, base_url=PAGE_ADDRESS, url_fetcher=fetcher, font_config=fonts)
    return _Styles(sheet, fonts, tuple(fetcher.refused))


def _without_style(page: str) -> tuple[str, str, str]:
    """The page without its style sheet, and this in two: what pages of a kind have in common, and the boxes around a page, which name the document.

    A page that has several style sheets, of which one may take from another, keeps them.
    """
    found = ONE_STYLE.search(page)
    if found is None or page.count("<style") > 1 or "stylesheet" in page:
        return page, "", ""
    boxes = PAGE_BOXES.search(found[1])
    style = found[1] if boxes is None else found[1][: boxes.start()] + found[1][boxes.end() :]
    return page[: found.start()] + page[found.end() :], style, boxes[0] if boxes is not None else ""


def pdf_problems() -> tuple[Diagnostic, ...]:
    """What keeps this machine from making any PDF file: WeasyPrint or its libraries are not installed."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as error:
        return (_not_installed(error),)
    return ()


def _drawings_for_paper(page: str) -> str:
    """The page with drawings that need nothing from around them: their faces are named, and their Arabic letters joined."""
    faces = re.search(r"--face: ([^;{}<]*);", page)
    if faces is not None:
        names = ",".join(name.strip().strip('"') for name in faces[1].split(","))
        page = page.replace("<svg ", f'<svg font-family="{names}" ')
    return re.sub(r"(<text\b[^>]*>)([^<]*)", lambda found: found[1] + escape(drawn(unescape(found[2])), quote=False), page)


def _inside_only() -> Any:
    """A fetcher that opens `data:` addresses only, which is how a page carries its fonts; it keeps what it refused."""
    from weasyprint.urls import URLFetcher

    class InsideOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Opens what stands inside the page."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols=("data",), allow_redirects=False)
            self.refused: list[str] = []

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            """The content of a `data:` address; raises ValueError for any other."""
            if not url.lower().startswith("data:"):
                self.refused.append(url)
                raise ValueError("outside the page")
            return super().fetch(url, headers)

    return InsideOnly()


def _not_installed(error: Exception) -> Diagnostic:
    lacking = "a library that it needs" if isinstance(error, OSError) else "WeasyPrint, which makes them,"
    return report(
        PDF_NOT_INSTALLED,
        f"PDF files cannot be made here: {lacking} is not installed",
        help=f"{INSTALL}, and on Debian: apt-get install {' '.join(LIBRARIES)}. -f html needs neither, and a browser prints it",
    )


def _reaches_outside(address: str) -> Diagnostic:
    shown = address if len(address) <= 120 else f"{address[:119]}\u2026"
    return report(
        PDF_REACHES_OUTSIDE,
        f"The page asks for `{shown}`, which is not inside it",
        help="put pictures and styles into the template itself, as data: addresses; no PDF was written",
    )
