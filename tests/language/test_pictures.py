"""A logo is a small picture that runs nothing, asks for nothing and costs little to draw; whatever else is named with what to do."""

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.diagnostics.documents import LOGO_ACTS, LOGO_UNFIT
from engine.language.pictures import LARGEST_PICTURE, MOST_PIXELS, UnfitPicture, read_picture
from tests.extent import examples

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 60 20"'
SHAPE = '<path d="M0 0h60v20z" fill="#0a5"/>'


def drawing(inner: str = SHAPE, attributes: str = "", before: str = "") -> bytes:
    return f"{before}{OPEN}{attributes}>{inner}</svg>".encode()


def png(size: tuple[int, int] = (6, 4), mode: str = "RGBA", **more: object) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size).save(stream, "PNG", **more)
    return stream.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def raw_png(width: int = 3, height: int = 3, depth: int = 8, kind: int = 0, interlace: int = 0, rows: bytes | None = None) -> bytes:
    pixels = rows if rows is not None else b"\0" * ((width + 1) * height)
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlace)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def refused(content: bytes, file: str = "logo.svg") -> UnfitPicture:
    with pytest.raises(UnfitPicture) as raised:
        read_picture(file, content)
    assert raised.value.reason and raised.value.remedy
    return raised.value


DRAWINGS = {
    "plain": drawing(),
    "with a declaration": drawing(before='<?xml version="1.0" encoding="utf-8"?>\n'),
    "with a mark of its encoding": b"\xef\xbb\xbf" + drawing(),
    "with styles": drawing(f"<style>/* https://x */ .a, .b {{fill: url(#g)}}</style><linearGradient id='g'/><path class='a' d='M0 0'/>{SHAPE}"),
    "with parts that are used": drawing('<defs><g id="a"><rect width="2" height="2"/></g></defs><use xlink:href="#a"/><use href="#a" x="4"/>'),
    "with what was noted about it": drawing(
        '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:li rdf:resource="https://x"/></rdf:RDF></metadata>' + SHAPE
    ),
    "clipped as Illustrator does": drawing(
        '<defs><rect id="S1" width="9" height="9"/></defs><clipPath id="S2"><use xlink:href="#S1" style="overflow:visible;"/></clipPath>'
        '<g style="clip-path:url(#S2);"><path d="M0 0h9"/></g>'
    ),
    "with names of another program": drawing('<g xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:label="C:\\logo"><path d="M0 0h9"/></g>'),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_of_shapes_is_taken_as_it_is(name):
    found = read_picture("Logo.SVG", DRAWINGS[name])
    assert (found.kind, found.content, found.width, found.height) == ("svg", DRAWINGS[name], 60, 20)


ACTING = {
    "script": ("<script>alert(1)</script>", "line 1 of it holds `<script>`"),
    "handler": ('<path d="M0 0" onload="alert(1)"/>', "`onload`"),
    "handler-in-capitals": ('<path d="M0 0" ONCLICK="alert(1)"/>', "`ONCLICK`"),
    "html": ('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>', "`<foreignObject>`"),
    "html-among-notes": ('<metadata><script xmlns="http://www.w3.org/1999/xhtml">x</script></metadata>', "`<script>`"),
    "picture": ('<image href="https://shop.example/x.png"/>', "`<image>`"),
    "picture-inside": ('<image href="data:image/png;base64,AAAA"/>', "`<image>`"),
    "link": ('<a href="https://shop.example"><path d="M0 0"/></a>', "`<a>`"),
    "use-elsewhere": ('<use href="other.svg#a"/>', "a reference to `other.svg#a`"),
    "use-elsewhere-old": ('<use xlink:href="https://x/a.svg#a"/>', "https://x/a.svg#a"),
    "address": ('<path d="M0 0" fill="url(https://x/a.svg#g)"/>', "`url(https://x/a.svg#g)`"),
    "address-quoted": ("<path d='M0 0' style='fill: URL( \" //x\")'/>", "not inside it"),
    "address-in-a-style": ("<style>path { fill: url(\n'x' ) }</style>", "not inside it"),
    "import": ("<style>@import 'https://x/a.css';</style>", "`@`"),
    "import-in-two-pieces": ("<style>@im<!-- -->port 'x';</style>", "`@`"),
    "escaped": ("<style>path { fill: u\\72l(https://x) }</style>", "`\\`"),
    "face": ("<style><![CDATA[@font-face { font-family: x; src: url(https://x) }]]></style>", "not inside it"),
    "animation": ('<rect width="1" height="1"><animate attributeName="x"/></rect>', "`<animate>`"),
    "set": ('<set attributeName="href" to="javascript:alert(1)"/>', "`<set>`"),
    "base": ('<g xml:base="https://x/"/>', "`xml:base`"),
    "instruction": ('<?xml-stylesheet href="https://x/a.css"?>', "`<?xml-stylesheet`"),
}


@pytest.mark.parametrize("name", ACTING)
def test_what_runs_or_reaches_out_is_refused_by_name(name):
    inner, said = ACTING[name]
    found = refused(drawing(inner))
    assert said in found.reason and found.info is LOGO_ACTS


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
        '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_document_types_and_entities_are_refused_before_they_mean_anything(before):
    found = refused(drawing(before=before))
    assert "<!DOCTYPE" in found.reason and found.info is LOGO_ACTS


UNFIT = {
    "text": (drawing("<text>Shop</text>"), "text, which each machine sets in a font of its own"),
    "filter": (drawing('<filter id="f"/>'), "`<filter>`"),
    "element-of-another-program": (drawing('<i:view xmlns:i="http://www.inkscape.org/"/>'), "`<view>`"),
    "html": (b"<html><body>x</body></html>", "it is no SVG: it begins with `<html>`"),
    "no-namespace": (b'<svg viewBox="0 0 1 1"/>', "with `<svg xmlns="),
    "cut-off": (drawing()[:-3], "no well-formed XML"),
    "empty": (b"", "no well-formed XML"),
    "other-encoding": (b'<?xml version="1.0" encoding="ISO-8859-1"?>' + drawing(), "it says that it is in ISO-8859-1"),
    "utf-16": (drawing().decode().encode("utf-16"), "not a text in UTF-8"),
    "no-size": (b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>', "how large it is"),
    "size-in-percent": (b'<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%"/>', "how large it is"),
    "no-height": (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 5 0"/>', "how large it is"),
    "a-line": (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 500 5"/>', "more than 20 times"),
    "deep": (drawing("<g>" * 70 + "</g>" * 70), "inside each other"),
    "uses-itself": (drawing('<g id="a"><use href="#a"/></g>'), "uses itself"),
    "clips-itself-by-a-style": (drawing('<style>* { clip-path: url(#c) }</style><clipPath id="c"><path d="M0 0"/></clipPath>'), "uses itself"),
    "laughs": (drawing("".join(f'<g id="a{at}">' + f'<use href="#a{at + 1}"/>' * 10 + "</g>" for at in range(9)) + '<g id="a9"><path d="M0 0h9"/></g>'), "too often"),
    "too-large": (drawing("<!-- " + "x" * LARGEST_PICTURE + " -->"), "more than 200 kB"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNFIT)
def test_what_cannot_be_shown_is_refused_with_the_reason(name):
    content, said = UNFIT[name]
    found = refused(content)
    assert said in found.reason and found.info is LOGO_UNFIT


def test_the_size_of_a_drawing_is_what_it_says_before_its_view_box():
    both = b'<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="1.5e" viewBox="0 0 7 3"/>'
    assert (read_picture("a.svg", both).width, read_picture("a.svg", both).height) == (7, 3)
    said = b'<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="20mm" viewBox="-1,-1 7,3"/>'
    assert (read_picture("a.svg", said).width, read_picture("a.svg", said).height) == (40, 20)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_photograph_of_every_kind_is_taken(mode):
    found = read_picture("logo.png", png(mode=mode))
    assert (found.kind, found.width, found.height) == ("png", 6, 4)


@pytest.mark.parametrize("size", [(1, 1), (3, 3), (5, 2), (8, 8), (9, 17)])
def test_an_interlaced_picture_has_all_its_passes(size):
    """The length of what it holds, by another formula: a pass at a time, pixel by pixel."""
    width, height = size
    rows = b""
    for x, y, across, down in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        columns = len(range(x, width, across))
        rows += (b"\0" * (columns + 1)) * len(range(y, height, down)) if columns else b""
    content = raw_png(width, height, interlace=1, rows=rows)
    Image.open(io.BytesIO(content)).load()
    assert read_picture("logo.png", content).width == width
    assert "damaged" in refused(raw_png(width, height, interlace=1, rows=rows + b"\0"), "logo.png").reason


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xd8\xff\xe0 a photograph", "does not begin as a PNG"), (b"", "does not begin"), (png()[:-4], "damaged"), (png() + b"x", "damaged"),
        (png()[:40] + b"\x01" + png()[41:], "damaged"), (raw_png(rows=b"\0" * 11), "damaged"), (raw_png(rows=b"\0" * 13), "damaged"),
        (raw_png(depth=3), "damaged"), (raw_png(width=0), "damaged"), (raw_png(kind=3), "damaged"),
        (raw_png(width=MOST_PIXELS // 2, height=3, rows=b""), "more than 4,000,000"), (raw_png(width=50_000, height=50_000, rows=b""), "more than 4,000,000"),
        (raw_png(width=63), "more than 20 times"),
    ],
)  # fmt: skip
def test_a_photograph_that_is_none_is_refused(content, said):
    assert said in refused(content, "logo.png").reason


def test_a_picture_that_moves_is_refused():
    content = png()
    found = refused(content[:33] + chunk(b"acTL", struct.pack(">II", 2, 0)) + content[33:], "logo.png")
    assert "it moves" in found.reason and found.info is LOGO_ACTS


def test_what_a_bomb_would_come_to_is_not_unpacked():
    bomb = raw_png(rows=b"\0" * 50_000_000)
    assert len(bomb) < LARGEST_PICTURE and "damaged" in refused(bomb, "logo.png").reason


@pytest.mark.parametrize("file", ["logo.gif", "logo.jpg", "logo", "svg"])
def test_other_kinds_are_refused_by_their_names(file):
    assert "neither an SVG nor a PNG" in refused(drawing(), file).reason


@examples(300)
@given(st.sampled_from([*DRAWINGS.values(), drawing(ACTING["escaped"][0]), UNFIT["laughs"][0], png(), raw_png()]), st.data())
def test_whatever_is_broken_is_refused_and_nothing_else_happens(content, data):
    at = data.draw(st.integers(0, len(content)))
    until = data.draw(st.integers(at, min(len(content), at + 40)))
    changed = content[:at] + data.draw(st.binary(max_size=6)) + content[until:]
    for file in ("logo.svg", "logo.png"):
        try:
            assert read_picture(file, changed).content == changed
        except UnfitPicture as found:
            assert found.reason and found.remedy
