"""A workbook that came from somewhere: bounded, never run, and refused with a reason where it cannot be read."""

import io
import zipfile

import pytest

from engine.editing.workbook_rows import NotAWorkbook, is_workbook, workbook_rows

RELATIONS = '<Relationships><Relationship Id="r1" Target="worksheets/s.xml"/></Relationships>'
BOOK = '<workbook xmlns:r="x"><sheets><sheet name="A" r:id="r1"/></sheets></workbook>'
SHEET = "<worksheet><sheetData>{rows}</sheetData></worksheet>"


def cell(place: str, value: object) -> str:
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def packed(**parts: str) -> bytes:
    stream = io.BytesIO()
    whole = {"xl/_rels/workbook.xml.rels": RELATIONS, "xl/workbook.xml": BOOK} | {f"xl/{name.replace('__', '/')}.xml": text for name, text in parts.items()}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in whole.items():
            archive.writestr(name, text)
    return stream.getvalue()


def sheet(*rows: dict[str, object]) -> str:
    lines = [
        f'<row r="{number}">' + "".join(cell(f"{letters}{number}", value) for letters, value in row.items()) + "</row>" for number, row in enumerate(rows, 1)
    ]
    return SHEET.format(rows="".join(lines))


def test_rows_stand_below_the_headings_wherever_these_are():
    content = packed(
        worksheets__s=sheet(
            {"A": "A note"}, {"C": "item", "B": "price", "AA": "part"}, {"C": "seat", "B": 2.5, "AA": "unit"}, {}, {"A": "a remark"}, {"C": "disk"}
        )
    )
    assert is_workbook(content)
    found = workbook_rows(content)
    assert [(line, cells) for line, cells, _ in found.lines] == [(2, ["item", "price", "part"]), (3, ["seat", "2.5", "unit"]), (6, ["disk", "", ""])]
    assert found.letters == {"item": "C", "price": "B", "part": "AA"}


def test_the_column_of_prices_is_known_by_what_the_rows_say_of_it():
    content = packed(worksheets__s=sheet({"A": "item", "B": "Preis", "D": "price_heading"}, {"A": "seat", "B": 2, "D": "Preis"}))
    assert workbook_rows(content).lines == [(1, ["item", "price", "price_heading"], []), (2, ["seat", "2", "Preis"], [])]


def test_shared_texts_are_read_without_how_they_are_spoken():
    texts = "<sst><si><r><t>it</t></r><r><t>em</t></r></si><si><t>price</t><rPh><t>puraisu</t></rPh></si></sst>"
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    assert workbook_rows(packed(sharedStrings=texts, worksheets__s=SHEET.format(rows=rows))).lines[0][1] == ["item", "price"]


@pytest.mark.parametrize(
    ("written", "read"), [("6.0000000000000002E-5", "0.00006"), ("0.10000000000000001", "0.1"), ("1E+400", "1E+400"), ("19", "19"), ("x", "x")]
)
def test_numbers_have_the_digits_that_a_spreadsheet_keeps(written, read):
    rows = f'<row r="1">{cell("A1", "item")}{cell("B1", "price")}</row><row r="2">{cell("A2", "seat")}<c r="B2"><v>{written}</v></c></row>'
    assert workbook_rows(packed(worksheets__s=SHEET.format(rows=rows))).lines[1][1] == ["seat", read]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (packed(worksheets__s=BOMB + sheet({"A": "item", "B": "price"})), "has a document type"),
        (packed(worksheets__s="<a>" * 5000), "nested deeper"),
        (packed(worksheets__s="<worksheet><sheetData><row>"), "damaged, or locked"),
        (packed(worksheets__s="x" * (64 * 1024 * 1024 + 1)), "larger than any price list"),
        (packed(worksheets__s=SHEET.format(rows='<c r="A1"><v>1</v></c>' * 1_000_001)), "so many are read at most"),
        (packed(worksheets__s=sheet({"A": "Item", "B": "Price"})), "by their ids"),
        (packed(), "damaged, or locked"),
        (packed(worksheets__s=sheet({"A": "item", "B": "price"}))[:-40], "damaged, or locked"),
        (b"PK\x03\x04xl/" + b"0" * (8 * 1024 * 1024), "more than 8 MB"),
    ],
    ids=["doctype", "deep", "cut", "large", "cells", "titles", "no-sheet", "cut-archive", "large-file"],
)  # fmt: skip
def test_what_cannot_be_read_says_why(content, reason):
    with pytest.raises(NotAWorkbook, match=reason):
        workbook_rows(content)
