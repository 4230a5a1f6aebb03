"""The last hand on a PDF file before it is written: what PDF/UA asks of its structure and metadata and WeasyPrint leaves open.

Knows the objects of a PDF file, nothing of prices; WeasyPrint and pydyf, which make them, say nothing of their types (`Any`). Each
function says what it puts right; all are found by `page-validation` when they are left out. Source: documents, Formats (PDF);
ISO 32000-1, 14.7 and 14.8 (structure), ISO 14289-1 (PDF/UA).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from unicodedata import name


@dataclass(frozen=True, slots=True)
class MetadataSchema:
    """Properties that PDF/A does not know: their values, and the description of their schema that PDF/A then asks for.

    `properties` are (name, kind of value, category, description).
    """

    namespace: str
    prefix: str
    title: str
    values: Mapping[str, str]
    properties: tuple[tuple[str, str, str, str], ...]


# PDF/UA is no part of the metadata that PDF/A knows, so a file that is both describes the one property of it that it uses.
UNIVERSAL_ACCESS = MetadataSchema(
    "http://www.aiim.org/pdfua/ns/id/", "pdfuaid", "PDF/UA identification schema", {"part": "1"},
    (("part", "Integer", "internal", "Part of the PDF/UA standard"),),
)  # fmt: skip


def metadata_of(schemas: Sequence[MetadataSchema]) -> bytes:
    """The values of the schemas and, in one list, their descriptions, as they stand inside `rdf:RDF`."""
    values = "".join(
        f'<rdf:Description rdf:about="" xmlns:{each.prefix}="{each.namespace}">'
        + "".join(f"<{each.prefix}:{name}>{escape(value)}</{each.prefix}:{name}>" for name, value in each.values.items())
        + "</rdf:Description>\n"
        for each in schemas
    )
    described = "".join(map(_description, schemas))
    return (
        f'{values}<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"\n'
        ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\n'
        f"<pdfaExtension:schemas><rdf:Bag>{described}</rdf:Bag></pdfaExtension:schemas>\n</rdf:Description>\n"
    ).encode()


def _description(schema: MetadataSchema) -> str:
    properties = "".join(
        f'<rdf:li rdf:parseType="Resource">\n<pdfaProperty:category>{category}</pdfaProperty:category>\n'
        f"<pdfaProperty:description>{description}</pdfaProperty:description>\n<pdfaProperty:name>{name}</pdfaProperty:name>\n"
        f"<pdfaProperty:valueType>{kind}</pdfaProperty:valueType>\n</rdf:li>"
        for name, kind, category, description in schema.properties
    )
    return (
        f'<rdf:li rdf:parseType="Resource">\n<pdfaSchema:namespaceURI>{schema.namespace}</pdfaSchema:namespaceURI>\n'
        f"<pdfaSchema:prefix>{schema.prefix}</pdfaSchema:prefix>\n<pdfaSchema:schema>{schema.title}</pdfaSchema:schema>\n"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property>\n</rdf:li>\n"
    )


def keep_words(document: Any) -> None:
    """Writes the words of every Arabic line beside its glyphs, so that it can be read aloud, searched and copied.

    Its font draws a letter and its dots apart, and many letters share the same stroke: no glyph stands for one character.
    """
    for page in document.pages:
        page.paint = _painting_with_words(page.paint)


def _painting_with_words(paint: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    import pydyf

    def painted(stream: Any, scale: Any) -> None:
        paint(stream, scale)
        words = {tag["mcid"]: getattr(box, "text", "") for box, tag in (getattr(stream, "_tags", None) or {}).items()}
        for part in stream.stream:
            text = words.get(part.get("MCID"), "") if isinstance(part, dict) else ""
            if any(name(letter, "").startswith("ARABIC") for letter in text):
                part["ActualText"] = pydyf.String(text)

    return painted


ENDS_IN_DOUBT = b"\r\nendstream"
"""A stream whose last byte a reader could take for a part of the line's end that follows it."""


def finish(document: Any, pdf: Any, schemas: Sequence[MetadataSchema] = (), spare: int = 0) -> None:
    """Makes the file PDF/UA-1 beside PDF/A-3a; `document` and `pdf` are WeasyPrint's, `schemas` what else its metadata say.

    `spare` objects that nothing refers to give the streams that are made while the file is written, of objects and of their places, another end.
    """
    import pydyf

    _complete_metadata(pdf, metadata_of((UNIVERSAL_ACCESS, *schemas)))
    if "AF" in pdf.catalog:
        # WeasyPrint names an attached file twice: by its place among the names, and as an object.
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
    for element in _elements(pdf):
        if element["S"] in SAME_INSIDE:
            element["K"][:] = sorted(_adopted(pdf, element, element["S"]), key=lambda child: not _is_caption(pdf, child))
        elif element["S"] == "/TD" and not element["A"].get("Headers"):
            _head_a_column(element)
    for font in document.fonts.values():
        _give_every_glyph_its_text(pdf, font)
    for part in pdf.objects:
        if getattr(part, "compress", False) and part.data.endswith(ENDS_IN_DOUBT):
            part.stream.append(b"")  # a line more, and its last byte is another
    for _ in range(spare):
        pdf.add_object(pydyf.Dictionary())


SAME_INSIDE = {"/L": ("/L", "/Div"), "/Table": ("/Table",)}
"""Elements of which a layout in columns or groups makes one inside the other: their children belong to the outer one."""


def _complete_metadata(pdf: Any, further: bytes) -> None:
    """The metadata name PDF/UA beside PDF/A, and stand uncompressed, so that archives can search them."""
    for part in pdf.objects:
        if getattr(part, "extra", {}).get("Type") == "/Metadata":
            part.stream = [piece.replace(b"</rdf:RDF>", further + b"</rdf:RDF>") for piece in part.stream]
            part.compress = False


def _elements(pdf: Any) -> Iterator[Any]:
    return (part for part in pdf.objects if isinstance(part, dict) and part.get("Type") == "/StructElem")


def _adopted(pdf: Any, outer: Any, kind: str) -> list[bytes]:
    """The children of a list or table, with those of its inner parts in their place."""
    found: list[bytes] = []
    for reference in outer["K"]:
        inner = _referred(pdf, reference)
        if isinstance(inner, dict) and inner.get("S") in SAME_INSIDE[kind]:
            for child in _adopted(pdf, inner, kind):
                _referred(pdf, child)["P"] = outer.reference
                found.append(child)
            inner["K"][:] = []
        else:
            found.append(reference)
    return found


def _is_caption(pdf: Any, reference: object) -> bool:
    child = _referred(pdf, reference)
    return isinstance(child, dict) and child.get("S") == "/Caption"


def _referred(pdf: Any, reference: object) -> Any:
    """The object behind `12 0 R`; None for a number, which marks text on the page."""
    return pdf.objects[int(bytes(reference).split()[0])] if isinstance(reference, bytes) else None


def _head_a_column(cell: Any) -> None:
    """The empty corner of a table's head is a head too: no cell above or beside it could name it."""
    cell["S"] = "/TH"
    cell["A"].pop("Headers", None)
    cell["A"]["Scope"] = "/Column"


def _give_every_glyph_its_text(pdf: Any, font: Any) -> None:
    """Glyphs that were first drawn as part of a pair get the character that the font itself gives them."""
    blank = [glyph for glyph, text in font.to_unicode.items() if not text]
    if not blank:
        return
    known = _characters(font)
    for part in pdf.objects:
        if isinstance(part, dict) and part.get("BaseFont") == font.name and "ToUnicode" in part:
            written = _referred(pdf, part["ToUnicode"]).stream
            for glyph in blank:
                line, text = f"<{glyph:04x}> <>".encode(), known.get(glyph, JOINER)
                if line in written:
                    written[written.index(line)] = f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>".encode()


JOINER = "\u200d"
"""Stands for a glyph that is only a part of a letter, such as the dots of an Arabic one: nothing to read of its own."""


def _characters(font: Any) -> dict[int, str]:
    """The character of each glyph by the font's own table; of several the first."""
    from io import BytesIO

    from fontTools.ttLib import TTFont
    from weasyprint.text.fonts import get_hb_object_data

    with TTFont(BytesIO(get_hb_object_data(font.hb_face)), fontNumber=font.index) as read:
        number = read.getReverseGlyphMap()
        return {number[glyph]: chr(code) for code, glyph in sorted(read.getBestCmap().items(), reverse=True)}
