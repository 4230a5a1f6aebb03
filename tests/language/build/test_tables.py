"""Price tables: rows become charges with their places, and every mistake names its cell."""

from decimal import Decimal
from pathlib import Path

import pytest

from engine.language.build import load_book
from engine.model.prices import Flat, Graduated, Package, PerUnit, Volume

BASE = {path.name: path.read_bytes() for path in (Path(__file__).parents[2] / "errors" / "base").glob("*.yaml")}
ENTRY = b"prices:\n  - {effective: 2027-01-01, billing_mode: yearly-monthly, per: month, table: seat.csv}\n"


def load(*rows: str):
    return load_book({**BASE, "a.yaml": ENTRY, "seat.csv": "\n".join(rows).encode()})


def made(*rows: str):
    loaded = load(*rows)
    assert loaded.book is not None, loaded.diagnostics
    return [entry for entry in loaded.book.prices if entry.origin.file == "seat.csv"]


@pytest.mark.parametrize(
    ("rows", "model"),
    [
        (["item,unit_price", "seat,2.05"], PerUnit(Decimal("2.05"))),
        (["item,amount", "seat,50.00"], Flat(Decimal("50.00"))),
        (["item,size,price,part_package", "seat,10,20.00,drop"], Package(Decimal(10), Decimal("20.00"), "drop")),
        (["item,unit_price", '"seat","2.05"'], PerUnit(Decimal("2.05"))),
    ],
)
def test_a_row_is_a_charge(rows, model):
    (entry,) = made(*rows)
    assert (entry.charges[0].model, entry.per) == (model, "month")


def test_rows_of_one_item_are_tiers():
    (entry,) = made("item,model,up_to,unit_price,flat", "seat,volume,10,3.00,5.00", "seat,,,2.00,")
    tiers = entry.charges[0].model
    assert isinstance(tiers, Volume)
    assert [(tier.bound, tier.unit_price, tier.flat) for tier in tiers.tiers] == [(10, 3, 5), (None, 2, None)]


def test_tiers_of_packages():
    (entry,) = made("item,model,up_to,size,price", "seat,graduated,100,10,30.00", "seat,graduated,,20,50.00")
    assert isinstance(entry.charges[0].model, Graduated)
    assert [tier.package for tier in entry.charges[0].model.tiers] == [
        Package(Decimal(10), Decimal("30.00")),
        Package(Decimal(20), Decimal("50.00")),
    ]


def test_attributes_specs_and_price_periods_make_charges_of_their_own():
    entries = made(
        "item,spec,segment,per,unit_price",
        "plan,small,,,18.00",
        "plan,small,education,,15.00",
        "plan,,partner,,70.00",
        "seat,,,year,20.00",
    )
    assert [(entry.item, entry.spec, dict(entry.conditions.when), entry.per, entry.charges[0].model.unit_price) for entry in entries] == [
        ("plan", "small", {}, "month", 18),
        ("plan", "small", {"segment": ("education",)}, "month", 15),
        ("plan", "small", {"segment": ("partner",)}, "month", 70),
        ("plan", "large", {"segment": ("partner",)}, "month", 70),
        ("seat", None, {}, "year", 20),
    ]


@pytest.mark.parametrize(
    ("rows", "code", "place", "words"),
    [
        ([""], "R123", (1, 1, 2), "empty"),
        (["item;unit_price", "seat;2"], "R123", (1, 1, 2), "commas"),
        (["item,unit_price,item", "seat,2,seat"], "R123", (1, 17, 21), "twice"),
        (["unit_price", "2"], "R123", (1, 1, 2), "no column `item`"),
        (["item,unit_price", "seat"], "R123", (2, 5, 6), "1 cell,"),
        (["item,unit_price", "seat,2,4"], "R123", (2, 8, 9), "3 cells"),
        (["item,unit_price", ",2"], "R123", (2, 1, 2), "names no item"),
        (["item,unit_price", "sead,2"], "R104", (2, 1, 5), "did you mean `seat`?"),
        (["item,spec,unit_price", "plan,big,2"], "R104", (2, 6, 9), "no spec `big`"),
        (["item,spec,unit_price", "plan,smal,2"], "R104", (2, 6, 10), "did you mean `small`?"),
        (["item,segment,unit_price", "seat,school,2"], "R107", (2, 6, 12), "education"),
        (["item,unit_price", '"seat","2,05"'], "R122", (2, 9, 13), "write `2.05`"),
        (["item,model,up_to,unit_price", "seat,graduate,,1"], "R122", (2, 6, 14), "did you mean `graduated`?"),
        (["item,up_to,unit_price", "seat,10,2", "seat,,1"], "R127", (2, 1, 5), "graduated"),
        (["item,model,up_to,unit_price", "seat,volume,10,2", "seat,graduated,,1"], "R123", (3, 6, 15), "disagree"),
        (["item,model,up_to,unit_price", "seat,volume,10,2", "seat,volume,20,1"], "T102", (3, 13, 15), "last tier"),
        (["item,unit_price", "seat,-2"], "T105", (2, 6, 8), "below zero"),
        (["item,unit_price", '"seat,2'], "R123", (1, 1, 2), "CSV"),
        (["item,unit_price", "disk,2"], "R116", (2, 1, 5), "does not sell"),
    ],
)
def test_a_mistake_names_its_cell(rows, code, place, words):
    loaded = load(*rows)
    assert loaded.book is None
    (finding,) = loaded.diagnostics
    assert finding.code == code
    assert (finding.span.line, finding.span.column, finding.span.end_column) == place
    assert words in f"{finding.message} {finding.help}"


@pytest.mark.parametrize(
    ("row", "code", "message", "note"),
    [
        ("sead,education,{n}", "R104", "item `sead` is not declared", "the same stands in 542 more rows: lines 3, 4, 5 ..."),
        ("sead,x{n},{n}", "R104", "item `sead` is not declared", "the same stands in 542 more rows: lines 3, 4, 5 ..."),
        ("seat,school,{n}", "R107", "`school` is not among the values of attribute `segment`", None),
        ("seat,x{n},1", "R107", "`x0` is not among the values of attribute `segment`",
         "a mistake of the same kind stands in 542 more rows: lines 3, 4, 5 ..."),
    ],
)  # fmt: skip
def test_one_cause_in_many_rows_is_one_finding(row, code, message, note):
    """543 rows with one wrong name: one finding with their number, at the first. (Rows of one key are the tiers of one charge: one cell.)"""
    loaded = load("item,segment,unit_price", *(row.format(n=number) for number in range(543)))
    (finding,) = loaded.diagnostics
    assert (finding.code, finding.message, finding.span.line) == (code, message, 2)
    assert finding.notes == ((note,) if note else ())


def test_a_few_different_mistakes_of_one_column_are_told_one_by_one():
    loaded = load("item,segment,unit_price", "seat,a,1", "seat,b,1", "seat,c,1")
    assert [(each.span.line, each.notes) for each in loaded.diagnostics] == [(2, ()), (3, ()), (4, ())]


def test_a_table_that_is_not_text():
    loaded = load_book({**BASE, "a.yaml": ENTRY, "seat.csv": b"item,unit_price\nseat,\xff\n"})
    assert [(each.code, each.message) for each in loaded.diagnostics] == [("Y102", "the byte 0xFF is not UTF-8")]


def test_a_table_that_no_price_names():
    loaded = load_book({**BASE, "old.csv": b"item,unit_price\nseat,1\n"})
    assert [(each.code, each.message) for each in loaded.diagnostics] == [("R112", "no price names the table old.csv")]
