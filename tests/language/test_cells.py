"""Cells of CSV files: whatever a rule file refuses in a name or number is refused here too, in tables and in usage, with its name."""

from pathlib import Path

import pytest

from engine.language.build import load_book
from engine.language.cells import strange_cell
from engine.language.characters import HIDDEN
from engine.usage import read_usage
from tests.usage.meter_books import metered_book

BASE = {path.name: path.read_bytes() for path in (Path(__file__).parents[1] / "errors" / "base").glob("*.yaml")}
ENTRY = b"prices:\n  - {effective: 2027-01-01, billing_mode: yearly-monthly, per: month, table: seat.csv}\n"
HEAD = "account,subscription,item,time,quantity,region\n"


def in_table(*rows: str) -> list[tuple]:
    """(code, line, column, message) of each finding about a price table."""
    found = load_book({**BASE, "a.yaml": ENTRY, "seat.csv": "\n".join(rows).encode()}).diagnostics
    return [(each.code, each.span.line, each.span.column, each.message) for each in found]


def in_usage(text: str) -> list[tuple]:
    """(code, line, subject, message) of each finding about a usage file."""
    book = metered_book("sum", when={"region": ("eu",)})
    return [(each.code, each.span.line, each.subject, each.message) for each in read_usage(book, "usage.csv", text).diagnostics]


@pytest.mark.parametrize(
    ("sign", "name"),
    [
        ("\u200b", "zero-width space (U+200B)"), ("\u00a0", "no-break space (U+00A0)"), ("\u202f", "narrow no-break space (U+202F)"),
        ("\u3000", "ideographic space (U+3000)"), ("\u2007", "figure space (U+2007)"), ("\u00ad", "soft hyphen (U+00AD)"),
        ("\u2060", "word joiner (U+2060)"), ("\ufeff", "byte-order mark (U+FEFF)"), ("\u200e", "left-to-right mark (U+200E)"),
        ("\u200f", "right-to-left mark (U+200F)"), ("\u202e", "right-to-left override (U+202E)"), ("\u2067", "right-to-left isolate (U+2067)"),
        ("\u200d", "zero-width joiner (U+200D)"), ("\ufe0f", "variation selector-16 (U+FE0F)"), ("\u3164", "hangul filler (U+3164)"),
        ("\U000e0041", "tag latin capital letter a (U+E0041)"), ("\t", "tab (U+0009)"), ("\x00", "control character (U+0000)"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("cell", "at"), [("{}eu", 0), ("e{}u", 1), ("eu{}", 2)])
def test_a_character_that_nobody_sees_is_named(sign, name, cell, at):
    """At the beginning, inside and at the end of a cell."""
    found = strange_cell(cell.format(sign))
    assert (found.info.code, found.at) == ("Y111", at)
    assert name in found.message
    assert found.remedy == f"type `{found.plain}` again"
    assert HIDDEN.search(found.plain) is None


@pytest.mark.parametrize(
    ("cell", "message", "remedy"),
    [
        ("８９.００", "`８` in `８９.００` is a full-width digit eight (U+FF18), which only looks like `8`", "type `89.00` with the keyboard set to English (half-width)"),
        ("17％", "`％` in `17％` is a full-width percent sign (U+FF05), which only looks like `%`", "type `17%` with the keyboard set to English (half-width)"),
        ("−5", "`−` in `−5` is a minus sign (U+2212), which only looks like `-`", "type `-5` with the hyphen of the keyboard, `-` (U+002D)"),
        ("2026–03–01", "`–` in `2026–03–01` is an en dash (U+2013), which only looks like `-`", "type `2026-03-01` with the hyphen of the keyboard, `-` (U+002D)"),
        ("٣", "`٣` in `٣` is an arabic-indic digit three (U+0663), which only looks like `3`", "type `3` with the keyboard set to English (half-width)"),
        ("ｓｅａｔ", "`ｓ` in `ｓｅａｔ` is a full-width latin small letter s (U+FF53), which only looks like `s`", "type `seat` with the keyboard set to English (half-width)"),
    ],
)  # fmt: skip
def test_a_digit_or_sign_of_another_keyboard_is_named(cell, message, remedy):
    """The cure looks the same on screen, so it says which key to press."""
    found = strange_cell(cell)
    assert (found.info.code, found.message, found.remedy) == ("Y121", message, remedy)


@pytest.mark.parametrize("cell", ["", "eu", "São Paulo", "北京", "Île-de-France", "L’Aquila", "می\u200cخواهم", "क्\u200dष", "❤\ufe0f", "100 GB"])
def test_what_a_script_is_spelt_with_is_left_alone(cell):
    """Letters of every script, and the joiners and variants that belong to them."""
    assert strange_cell(cell) is None


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["item,unit_price", "seat,\u200b2.05"], [("Y111", 2, 6, "an invisible character, zero-width space (U+200B), stands in `2.05`")]),
        (["item,segment,unit_price", "seat,edu\u00adcation,2.05"], [("Y111", 2, 9, "an invisible character, soft hyphen (U+00AD), stands in `education`")]),
        (["item,unit\u2060_price", "seat,2.05"], [("Y111", 1, 10, "an invisible character, word joiner (U+2060), stands in `unit_price`")]),
        (["item,unit_price", "seat,\u00a0"], [("Y111", 2, 6, "an invisible character, no-break space (U+00A0), stands in an empty cell")]),
        (["item,unit_price", "seat,２.05"], [("Y121", 2, 6, "`２` in `２.05` is a full-width digit two (U+FF12), which only looks like `2`")]),
        (["item,unit_price", "\ufeffseat,2.05"], [("Y103", 2, 1, "an invisible character, byte-order mark (U+FEFF), stands here")]),
        (["item,unit_price", "se\x0bat,2.05"], [("Y103", 2, 3, "an invisible control character (U+000B) stands here")]),
        (["item\tunit_price", "seat\t2.05"], [("R123", 1, 1, "the columns of the price table are not separated by commas")]),
        (["item,unit_price", "seat\t2.05"], [("R123", 2, 10, "the cells of this row are separated by tabs, as they are pasted from a spreadsheet")]),
        (["item,unit_price", "se\tat,2.05"], [("Y111", 2, 3, "an invisible character, tab (U+0009), stands in `se at`")]),
    ],
)  # fmt: skip
def test_a_price_table_says_where_the_character_stands(rows, expected):
    """One finding, at the character itself."""
    assert in_table(*rows) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD + "a,s,use,2026-03-01,1,eu\u200b\n", [("Y111", 2, "region", "an invisible character, zero-width space (U+200B), stands in `eu`")]),
        (HEAD + "a,s,\u202euse,2026-03-01,1,eu\n", [("Y111", 2, "item", "an invisible character, right-to-left override (U+202E), stands in `use`")]),
        (HEAD + "a,s,use,2026-03-01,\u00a01,eu\n", [("Y111", 2, "quantity", "an invisible character, no-break space (U+00A0), stands in `1`")]),
        (HEAD + "a,s,use,2026-03-01,１,eu\n", [("Y121", 2, "quantity", "`１` in `１` is a full-width digit one (U+FF11), which only looks like `1`")]),
        (HEAD + "a\ts\tuse\t2026-03-01\t1\teu\n", [("Q602", 2, "", "the cells of this row are separated by tabs, as they are pasted from a spreadsheet")]),
        (HEAD.replace("item", "it\u00adem"), [("Y111", 1, "item", "an invisible character, soft hyphen (U+00AD), stands in `item`")]),
        ("\ufeff" + HEAD + "a,s,use,2026-03-01,1,eu\n", []),
    ],
)  # fmt: skip
def test_a_usage_file_says_which_column_holds_the_character(text, expected):
    """The row is not charged until it is right; a byte-order mark at the very beginning is none of its cells."""
    assert in_usage(text) == expected
