"""`pricebook set --table`: a price list that comes back from a spreadsheet."""

import csv

import openpyxl
import pytest

DATED = ("--effective", "2027-10-01", "--announced", "2027-08-01", "--yes")
LATER = "rules/koodrive/prices/2027-10-01.yaml"


def said(ran) -> str:
    return " ".join((ran.out + ran.err).split())


def files(desk) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((desk / "rules").rglob("*.yaml"))}


@pytest.fixture
def listed(desk, run):
    """Writes the sheet's list with other values in the cells of some rows: (column, value) by (item or spec, tier_above, kind)."""

    def write(edits: dict[tuple[str, str, str], dict[str, str]], columns=None, date="2026-11-01") -> None:
        assert run("sheet", "koodrive", "--date", date, "--locale", "de", "-o", "out/list.csv").code == 0
        with open("out/list.csv", encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        done = set()
        for row in rows:
            for name in (row["spec"], row["item"]):
                key = (name, row["tier_above"], row["kind"])
                if key in edits and key not in done:
                    done.add(key)
                    row |= edits[key]
        assert done == set(edits)
        names = columns or list(rows[0])
        with open("out/list.csv", "w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.DictWriter(stream, names, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(sorted(rows, key=lambda row: row["price"]))

    return write


def test_an_unedited_list_is_no_change(desk, run, listed):
    before = files(desk)
    listed({})
    ran = run("set", "--table", "out/list.csv", "-b", "koodrive", *DATED)
    assert ran.code == 0 and "no change: 14 prices of out/list.csv stand in the book already" in ran.err and files(desk) == before


def test_edited_prices_stand_in_one_file_of_the_date_and_keep_what_is_announced_by_then(desk, run, listed):
    before = files(desk)
    listed(
        {
            ("50-users-500-gb", "", "list"): {"price": "92"},
            ("100-users-1-tb", "", "list"): {"price": "175.5"},
            ("user-expansion-package", "", "list"): {"price": "2.50"},
            ("storage", "1024", "list"): {"price": "0.0055"},
        }
    )
    ran = run("set", "--table", "out/list.csv", "-b", "koodrive", *DATED)
    assert ran.code == 0, ran.err
    assert "4 prices of 14 in out/list.csv are new" in ran.err and {name: text for name, text in files(desk).items() if name in before} == before
    text = (desk / LATER).read_text(encoding="utf-8")
    assert "        50-users-500-gb: 92.00\n        100-users-1-tb: 175.50\n" in text and "10-users-100-gb" not in text
    # The second tier is the one that is announced for July 2027, not the one of the list's own day.
    assert "          - {up_to: 100, unit_price: 2.50}\n          - {unit_price: 2.25}\n" in text
    assert "          - {up_to: 10240, unit_price: 0.000055}\n" in text
    assert run("check", "koodrive").code == 0


def test_without_a_date_the_numbers_are_overwritten_in_their_place(desk, run, listed):
    before = files(desk)
    listed({("storage-expansion-package", "", "list"): {"price": "3.7"}})
    ran = run("set", "--table", "out/list.csv", "-b", "koodrive", "--yes")
    assert ran.code == 0, ran.err
    assert files(desk) == before | {"2026-01-01.yaml": before["2026-01-01.yaml"].replace(b"package: 0.035", b"package: 0.037")}


def test_a_list_of_a_few_columns_and_rows_is_enough(desk, run):
    (desk / "own.csv").write_text("item,spec,price\nbasic-edition,50-users-500-gb,90\nstorage-expansion-package,,0.035\n", encoding="utf-8")
    ran = run("set", "--table", "own.csv", "-b", "koodrive", "--date", "2026-11-01", *DATED)
    assert ran.code == 0 and "1 price of 2 in own.csv is new" in ran.err
    assert (desk / LATER).read_text(encoding="utf-8").endswith("      basic-edition:\n        50-users-500-gb: 90.00\n")


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ({("50-users-500-gb", "", "list"): {"price": "92,00"}}, ("Q805", "out/list.csv:", "write `92.00`")),
        ({("50-users-500-gb", "", "list"): {"price": "$92.00"}}, ("Q805", "`$92.00` is no exact number")),
        ({("50-users-500-gb", "", "list"): {"price": "9.2E+01"}}, ("Q805", "write `92`")),
        ({("50-users-500-gb", "", "list"): {"price": ""}}, ("Q805", "the price is empty", "delete the row")),
        ({("50-users-500-gb", "", "list"): {"price": "−92"}}, ("Q805",)),
        ({("50-users-500-gb", "", "list"): {"spec": "50-users"}}, ("Q806", "no price of `basic-edition` has spec `50-users`", "`50-users-500-gb`")),
        ({("50-users-500-gb", "", "list"): {"item": "basic-editon"}}, ("Q806", "did you mean `basic-edition`?")),
        ({("users", "100", "list"): {"tier_above": "200"}}, ("Q806", "no price of `users` has tier_above `200`", "`100`")),
        ({("users", "100", "list"): {"currency": "EUR"}}, ("Q806", "currency `EUR`")),
        ({("users", "100", "list"): {"book": "other"}, ("users", "", "list"): {}}, ()),
        ({("50-users-500-gb", "", "effective"): {"price": "80"}}, ("Q806", "follows from the list price", "edit the row of kind `list`")),
        ({("user-expansion-package", "100", "announced"): {"price": "2.30"}}, ("Q806", "is in force later", "--date DATE")),
    ],
)
def test_a_row_that_cannot_be_used_is_a_message_with_its_cell(desk, run, listed, edits, words):
    before = files(desk)
    listed(edits)
    ran = run("set", "--table", "out/list.csv", "-b", "koodrive", *DATED)
    assert files(desk) == before and ran.code == int(bool(words))
    assert all(each in said(ran) for each in words), said(ran)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("item;spec;price\nstorage;;1\n", ("Q804", "not separated by commas")),
        ("item,preis\nstorage,1\n", ("Q804", "no column `price`")),
        ("item,price,price\nstorage,1,2\n", ("Q804", "stands there twice")),
        ("", ("Q804", "names no columns")),
        ("item,price\nstorage\n", ("Q805", "the row has 1 cell, the first row 2")),
        ("item,price\nuser-expansion-package,3\n", ("Q806", "fits 2 prices: user-expansion-package.up-to-100 2.40", "fill in `tier_above`")),
        ("item,price\nstorage-expansion-package,3\nstorage-expansion-package,4\n", ("Q806", "line 2 gives another number to the same price")),
        ('item,price\n"storage,1\n', ("Q804", "cannot be read as CSV")),
        ("book,item,price\nacme,storage-expansion-package,3\n", ("Q804", "of the book `acme`", "-b acme")),
    ],
)
def test_a_file_that_is_no_list_is_a_message(desk, run, text, words):
    before = files(desk)
    (desk / "own.csv").write_text(text, encoding="utf-8")
    ran = run("set", "--table", "own.csv", "-b", "koodrive", "--date", "2026-11-01", "--yes")
    assert ran.code == 1 and files(desk) == before
    assert all(each in said(ran) for each in words), said(ran)


@pytest.fixture
def workbook(desk, run):
    """The sheet as a workbook in which somebody has filled a list price, found by the words that stand in its row."""

    def write(*edits: tuple[str, object], heading: str | None = None) -> str:
        assert run("sheet", "koodrive", "--date", "2026-11-01", "--locale", "ja", "-o", "out/list.xlsx").code == 0
        made = openpyxl.load_workbook("out/list.xlsx")
        sheet = made.worksheets[0]
        for words, value in edits:
            row = next(row for row in sheet.iter_rows(min_row=4) if words in [cell.value for cell in row])
            row[6].value = value
        sheet["G3"] = heading or sheet["G3"].value
        sheet.insert_rows(1)
        sheet["A1"] = "Checked by the board"
        made.save("out/list.xlsx")
        return "out/list.xlsx"

    return write


def test_an_unedited_workbook_is_no_change(desk, run, workbook):
    before = files(desk)
    ran = run("set", "--table", workbook(), "-b", "koodrive", *DATED)
    assert ran.code == 0 and "no change: 14 prices of out/list.xlsx" in ran.err and files(desk) == before


def test_an_edited_workbook_is_read_by_its_hidden_ids_whatever_its_language(desk, run, workbook):
    ran = run("set", "--table", workbook(("50-users-500-gb", 92), ("100-users-1-tb", 175.5)), "-b", "koodrive", *DATED)
    assert ran.code == 0 and "2 prices of 14 in out/list.xlsx are new" in ran.err, ran.err
    assert (desk / LATER).read_text(encoding="utf-8").endswith("        50-users-500-gb: 92.00\n        100-users-1-tb: 175.50\n")


@pytest.mark.parametrize(
    ("value", "words"),
    [("92,00", ("Q805", "write `92.00`", "in the cell G6")), ("USD 92", ("Q805", "in the cell G6")), (None, ("Q805", "the price is empty", "in the cell G6"))],
)
def test_a_cell_of_a_workbook_that_cannot_be_used_is_named(desk, run, workbook, value, words):
    before = files(desk)
    ran = run("set", "--table", workbook(("50-users-500-gb", value)), "-b", "koodrive", *DATED)
    assert ran.code == 1 and files(desk) == before and all(each in said(ran) for each in words), said(ran)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04xl/ and nothing else", "damaged, or locked"),
        (b"%PDF-1.7", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
    ],
)
def test_a_file_that_only_looks_like_one_is_a_message(desk, run, content, words):
    (desk / "list.xlsx").write_bytes(content)
    ran = run("set", "--table", "list.xlsx", "-b", "koodrive", *DATED)
    assert ran.code == 1 and words in said(ran) and "pricebook sheet" in said(ran)


def test_a_workbook_without_ids_is_a_message(desk, run):
    made = openpyxl.Workbook()
    made.active.append(["Item", "Price"])
    made.active.append(["Storage", 3])
    made.save("own.xlsx")
    ran = run("set", "--table", "own.xlsx", "-b", "koodrive", *DATED)
    assert ran.code == 1 and "names its prices by their ids" in said(ran)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Write both, or name a price list with --table"),
        (("storage",), "Write both"),
        (("storage", "1", "--table", "x.csv"), "leave PATH, VALUE".lower()),
        (("--table", "x.csv", "--mode", "pay-per-use"), "leave PATH".lower()),
        (("--table", "nowhere.csv"), "there is no file `nowhere.csv`"),
    ],
)
def test_wrong_usage(desk, run, arguments, words):
    ran = run("set", *arguments, "-b", "koodrive", "--yes")
    assert ran.code == 2 and words.lower() in said(ran).lower()


def test_a_computed_row_in_a_currency_that_does_not_exist_is_no_fault(desk, run):
    (desk / "own.csv").write_text("item,kind,price,currency\nstorage,effective,1,xyz\nstorage-expansion-package,list,3,USD\n", encoding="utf-8")
    ran = run("set", "--table", "own.csv", "-b", "koodrive", "--date", "2026-11-01", "--dry-run")
    assert ran.code == 0 and "1 price of 1 in own.csv is new" in ran.err


def test_a_list_of_an_earlier_version_is_said_to_be_one(desk, run, listed):
    listed({})
    assert run("set", "storage-expansion-package", "0.036", "--yes").code == 0
    ran = run("set", "--table", "out/list.csv", "-b", "koodrive", *DATED)
    assert ran.code == 0 and "is of an earlier version of the book" in ran.err and "1 price of 14" in ran.err


SPECS = """book: {id: hall, title: Hall, status: draft, currency: EUR, timezone: UTC, rounding: {at: line, mode: half-up}}
units: {seat: {title: seat}}
items:
  seat: {title: Seat, unit: seat, specs: {front: {title: Front}, back: {title: Back}}}
billing_modes:
  ahead: {title: Ahead, payment: prepaid, cycle: term, terms: [1 month], items: {seat: optional}}
prices:
  - {effective: 2026-01-01, billing_mode: ahead, per: month, items: {seat: 5.00}}
"""


@pytest.mark.parametrize(
    ("rows", "dated", "written"),
    [
        ("seat,front,6\nseat,back,6\n", False, "seat: 6.00"),
        ("seat,front,6\nseat,back,6\n", True, "      seat: 6.00\n"),
        ("seat,front,6\nseat,back,5\n", True, "      seat:\n        front: 6.00\n"),
        ("seat,front,6\nseat,back,7\n", True, "      seat:\n        front: 6.00\n        back: 7.00\n"),
        ("seat,front,6\nseat,back,5\n", False, ""),
    ],
)
def test_a_price_for_all_specs(desk, run, rows, dated, written):
    folder = desk / "rules" / "hall"
    folder.mkdir()
    (folder / "hall.yaml").write_text(SPECS, encoding="utf-8")
    (desk / "own.csv").write_text(f"item,spec,price\n{rows}", encoding="utf-8")
    ran = run("set", "--table", "own.csv", "-b", "hall", "--date", "2026-11-01", "--yes", *(("--effective", "2028-01-01") if dated else ()))
    assert ran.code == int(not written), ran.err
    if not written:
        assert "written once for all specs of `seat`" in said(ran) and "seat: 5.00" in (folder / "hall.yaml").read_text()
    elif dated:
        assert (folder / "prices" / "2028-01-01.yaml").read_text().endswith(written)
    else:
        assert written in (folder / "hall.yaml").read_text()
