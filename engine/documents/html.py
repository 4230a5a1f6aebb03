"""A page of texts -> one self-contained HTML file: no network, no script, its fonts inside, a style sheet for paper.

Knows templates, fonts and escaping; knows nothing of prices. The same environment renders the product's own template; a user's
runs in a process of its own (`engine/workers.py`). Source: documents, Formats and Templates of users.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from engine.documents.format import END, FIRST_STRONG, LEFT_TO_RIGHT, with_language_spans, without_isolates
from engine.resources import package_data

FACE, MONO = "Pricebook Sans", "Pricebook Mono"
# A family of its own for each script: the program that makes PDF files takes two files of one family and weight for the same font.
FURTHER, ARABIC = "Pricebook Sans Further Latin", "Pricebook Sans Arabic"

FONTS = (
    # family, weight, file, the characters that it holds
    (
        FACE,
        400,
        "noto-sans-latin-400-normal",
        "U+0000-00FF,U+0131,U+0152-0153,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2212",
    ),
    (
        FACE,
        600,
        "noto-sans-latin-600-normal",
        "U+0000-00FF,U+0131,U+0152-0153,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2212",
    ),
    (FURTHER, 400, "noto-sans-latin-ext-400-normal", "U+0100-0130,U+0132-0151,U+0154-02BA,U+1E00-1E9F,U+20A0-20AB,U+20AD-20C0"),
    (FURTHER, 600, "noto-sans-latin-ext-600-normal", "U+0100-0130,U+0132-0151,U+0154-02BA,U+1E00-1E9F,U+20A0-20AB,U+20AD-20C0"),
    (ARABIC, 400, "noto-sans-arabic-arabic-400-normal", "U+0600-06FF,U+0750-077F,U+0870-08FF,U+FB50-FDFF,U+FE70-FEFC"),
    (ARABIC, 600, "noto-sans-arabic-arabic-600-normal", "U+0600-06FF,U+0750-077F,U+0870-08FF,U+FB50-FDFF,U+FE70-FEFC"),
    (MONO, 400, "noto-sans-mono-latin-400-normal", "U+0000-00FF,U+2000-206F,U+2212"),
)
"""The embedded faces (OFL), each only in a page that shows one of its characters; Chinese and Japanese come from the system."""

SYSTEM_FACES = {
    "zh": '"Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei"',
    "ja": '"Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic"',
}
OTHER_FACES = '"Noto Sans CJK SC", "Noto Sans", "Segoe UI"'

_ISOLATES = str.maketrans({LEFT_TO_RIGHT: '<bdi dir="ltr">', FIRST_STRONG: "<bdi>", END: "</bdi>"})


PIECE = 20
_ENDLESS = re.compile("[!-~\u00a1-\u024f]{90,}")
_BREAK = "\ufdd0"
"""Stands for a place to break between escaping and printing: no character at all, by the standard."""

STYLE = "<style>\n"
"""How the style sheet of a page begins; the faces stand first in it."""

TEMPLATE_PARTS = ("sheet.html.j2", "blocks.html.j2")
"""The product's own templates that a user's template may extend or import."""


def html_page(page: Mapping[str, object], template: str = TEMPLATE_PARTS[0]) -> bytes:
    """A page of blocks, a price sheet's or a quote's, or of another of the product's own templates, as a complete HTML file in UTF-8."""
    _, text = _without_fonts(page, template)
    return text.replace(STYLE, f"{STYLE}{_fonts(text)}", 1).encode("utf-8")


def with_styles(page: Mapping[str, object]) -> dict[str, object]:
    """What a user's template may print: the page's mappings, lists and formatted texts, and its faces, style sheets and fonts as markup.

    These are `face`, `mono`, `style`, `print_style` and `fonts`.
    """
    values, text = _without_fonts(page, TEMPLATE_PARTS[0])
    return values | {"fonts": Markup(_fonts(text))}


def _without_fonts(page: Mapping[str, object], template: str) -> tuple[dict[str, object], str]:
    """The page's values, and the page without its fonts: which these are depends on the characters that it shows."""
    face = f'"{FACE}", "{FURTHER}", "{ARABIC}", {SYSTEM_FACES.get(str(page["language"]), OTHER_FACES)}, sans-serif'
    values = {**page, "face": Markup(face), "mono": Markup(f'"{MONO}", "Noto Sans Mono", monospace')}
    boxes = environment().get_template("page-boxes.css.j2").render(**values)
    values["style"] = Markup(template_part("sheet.css"))
    values["print_style"] = Markup(template_part("print.css") + boxes)
    return values, environment().get_template(template).render(**values, fonts="")


def _fonts(page: str) -> str:
    """The faces of the page's characters as rules of a style sheet."""
    shown = {ord(character) for character in set(page)}
    return "\n".join(font_face(*font) for font in FONTS if any(first <= each <= last for first, last in ranges(font[3]) for each in shown))


@cache
def template_part(name: str) -> str:
    """The text of one of the product's own templates or style sheets."""
    return package_data("documents", "templates", name).decode("utf-8")


@cache
def environment() -> Environment:
    """The templates' environment: everything escaped, an unknown name is an error, isolates become `<bdi>`."""
    made = Environment(
        loader=FunctionLoader(template_part),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=with_isolates,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["attribute"] = lambda text: without_isolates(str(text))
    made.filters["css_string"] = css_string
    return made


def with_isolates(value: object) -> object:
    """A text with its direction isolates (U+2066 ... U+2069) written as `<bdi>` elements and its parts in another language as
    `<span lang>`, escaped if it was not; a word longer than a line may be broken (`<wbr>`)."""
    if not isinstance(value, str):
        return value
    if isinstance(value, Markup) or not _ENDLESS.search(value):
        return Markup(with_language_spans(escape(value).translate(_ISOLATES)))
    broken = escape(_ENDLESS.sub(_in_pieces, value)).replace(_BREAK, Markup("<wbr>"))
    return Markup(with_language_spans(broken.translate(_ISOLATES)))


def _in_pieces(word: re.Match[str]) -> str:
    # Where to break a long word would otherwise be looked for at each of its letters, again and again.
    return _BREAK.join(word[0][at : at + PIECE] for at in range(0, len(word[0]), PIECE))


def css_string(text: str) -> Markup:
    """The text as a string of a style sheet; nothing in it can end the string or the style element."""
    plain = without_isolates(str(text))
    return Markup('"' + re.sub(r"[\"\\<>&\x00-\x1f\x7f]", lambda match: f"\\{ord(match[0]):x} ", plain) + '"')


@cache
def ranges(written: str) -> list[tuple[int, int]]:
    """The first and last character of each range of a font's `unicode-range`."""
    found = []
    for part in written.split(","):
        first, _, last = part.removeprefix("U+").partition("-")
        found.append((int(first, 16), int(last or first, 16)))
    return found


@cache
def font_face(family: str, weight: int, file: str, written: str) -> str:
    """One of `FONTS` as a rule of a style sheet, the font itself inside it."""
    data = b64encode(package_data("documents", "fonts", f"{file}.woff2")).decode("ascii")
    source = f"url(data:font/woff2;base64,{data}) format('woff2')"
    return f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: {source}; unicode-range: {written}; }}'
