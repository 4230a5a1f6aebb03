"""The last hand on a PDF file before it is written: what PDF/UA asks of its structure and metadata and WeasyPrint leaves open.

Knows the objects of a PDF file, nothing of prices. Each function says what it puts right; all are found by `page-validation` when
they are left out. Source: documents, Formats (PDF); ISO 32000-1, 14.7 and 14.8 (structure), ISO 14289-1 (PDF/UA).
"""

from collections.abc import Iterator
from unicodedata import name

# PDF/UA is no part of the metadata that PDF/A knows, so a file that is both describes the one property of it that it uses.
UNIVERSAL_ACCESS = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of the PDF/UA standard</pdfaProperty:description>
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


def keep_words(document) -> None:
    """Writes the words of every Arabic line beside its glyphs, so that it can be read aloud, searched and copied.

    Its font draws a letter and its dots apart, and many letters share the same stroke: no glyph stands for one character.
    """
    for page in document.pages:
        page.paint = _painting_with_words(page.paint)


def _painting_with_words(paint):
    import pydyf

    def painted(stream, scale) -> None:
        paint(stream, scale)
        words = {tag["mcid"]: getattr(box, "text", "") for box, tag in (getattr(stream, "_tags", None) or {}).items()}
        for part in stream.stream:
            text = words.get(part.get("MCID"), "") if isinstance(part, dict) else ""
            if any(name(letter, "").startswith("ARABIC") for letter in text):
                part["ActualText"] = pydyf.String(text)

    return painted


def finish(document, pdf) -> None:
    """Makes the file PDF/UA-1 beside PDF/A-3a; `document` and `pdf` are WeasyPrint's."""
    _name_both_standards(pdf)
    for element in _elements(pdf):
        if element["S"] in SAME_INSIDE:
            element["K"][:] = sorted(_adopted(pdf, element, element["S"]), key=lambda child: not _is_caption(pdf, child))
        elif element["S"] == "/TD" and not element["A"].get("Headers"):
            _head_a_column(element)
    for font in document.fonts.values():
        _give_every_glyph_its_text(pdf, font)
    for part in pdf.objects:
        if getattr(part, "compress", False) and part.data.endswith(b"\r\nendstream"):
            # A reader could take the last byte for a part of the line's end; a blank more, and it is another.
            part.stream.append(b"")


SAME_INSIDE = {"/L": ("/L", "/Div"), "/Table": ("/Table",)}
"""Elements of which a layout in columns or groups makes one inside the other: their children belong to the outer one."""


def _name_both_standards(pdf) -> None:
    """The metadata name PDF/UA beside PDF/A, and stand uncompressed, so that archives can search them."""
    for part in pdf.objects:
        if getattr(part, "extra", {}).get("Type") == "/Metadata":
            part.stream = [piece.replace(b"</rdf:RDF>", UNIVERSAL_ACCESS + b"</rdf:RDF>") for piece in part.stream]
            part.compress = False


def _elements(pdf) -> Iterator[dict]:
    return (part for part in pdf.objects if isinstance(part, dict) and part.get("Type") == "/StructElem")


def _adopted(pdf, outer: dict, kind: str) -> list:
    """The children of a list or table, with those of its inner parts in their place."""
    found: list = []
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


def _is_caption(pdf, reference) -> bool:
    child = _referred(pdf, reference)
    return isinstance(child, dict) and child.get("S") == "/Caption"


def _referred(pdf, reference):
    """The object behind `12 0 R`; None for a number, which marks text on the page."""
    return pdf.objects[int(bytes(reference).split()[0])] if isinstance(reference, bytes) else None


def _head_a_column(cell: dict) -> None:
    """The empty corner of a table's head is a head too: no cell above or beside it could name it."""
    cell["S"] = "/TH"
    cell["A"].pop("Headers", None)
    cell["A"]["Scope"] = "/Column"


def _give_every_glyph_its_text(pdf, font) -> None:
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


def _characters(font) -> dict[int, str]:
    """The character of each glyph by the font's own table; of several the first."""
    from io import BytesIO

    from fontTools.ttLib import TTFont
    from weasyprint.text.fonts import get_hb_object_data

    with TTFont(BytesIO(get_hb_object_data(font.hb_face)), fontNumber=font.index) as read:
        number = read.getReverseGlyphMap()
        return {number[glyph]: chr(code) for code, glyph in sorted(read.getBestCmap().items(), reverse=True)}
