"""Bad usage, row by row and file by file: `rate` says of it what `invoice` says, with the line, and charges nobody for it."""

import csv

import duckdb
import pytest

from tests.batch.test_rate import HOURS, RATE, TYPED, USAGE, as_parquet, rows, written

__all__ = ["rows"]

INVOICE = ("invoice", f"{HOURS}/account.yaml", "-b", "koodrive", "--period", "2026-03", "-f", "json", "--usage")
HEAD = "account,subscription,item,time,quantity,id"
GOOD = "festival,stage-plans,users,2026-03-09T09:00,24,u-0001"


def rejected(desk) -> list[tuple[str, int, str]]:
    """File, row and code of everything that is rejected."""
    if not (desk / "out" / "rejects.csv").exists():
        return []
    with open(desk / "out" / "rejects.csv", encoding="utf-8", newline="") as stream:
        return [(each["file"], int(each["row"]), each["code"]) for each in csv.DictReader(stream)]


def heads(err: str) -> list[str]:
    """The first lines of findings, and where they stand."""
    return sorted(line.strip() for line in err.splitlines() if line.startswith("error[") or line.strip().startswith("-->"))


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (GOOD.replace(",24,", f",{quantity},"), code)
        for quantity, code in (
            ("-1", "Q604"), ("NaN", "Q602"), ("inf", "Q602"), ("1e3", "Q602"), ("1_000", "Q602"), ("\u00a07", "Y111"), ("9" * 41, "Q602"), ("", "Q602"),
            ('"1,5"', "Q602"),
        )
    ]
    + [
        (GOOD.replace("2026-03-09T09:00", time), code)
        for time, code in (("2026-02-30", "Q602"), ("2026-03-09T24:00", "Q602"), ("9.3.2026", "Q602"), ("2026-01-09T09:00", "Q704"))
    ]
    + [
        (GOOD.replace("stage-plans", "stage-plan"), "Q704"), (GOOD.replace("users", "user"), "Q603"), (GOOD.replace("users", "basic-edition"), "Q603"),
        (GOOD.rpartition(",")[0], "Q602"), (f"{GOOD},7", "Q602"), (GOOD.replace("stage", "st\x01age"), "Y103"), (GOOD.replace("stage", "st\0age"), "Y103"),
        (GOOD.replace("festival", "festival "), None), (GOOD.replace(",24,", ", 24 ,"), None), (GOOD.replace(",24,", ",000,").replace("000", "0"), None),
    ],
)  # fmt: skip
def test_a_row_has_code_and_line_of_invoice(desk, run, row, code):
    written(desk, "usage.csv", [HEAD, GOOD.replace("u-0001", "u-0000"), row])
    ran, billed = run(*RATE, "usage.csv"), run(*INVOICE, "usage.csv")
    assert ran.code == (1 if code else 0), ran.err
    assert rejected(desk) == ([("usage.csv", 3, code)] if code else [])
    if code:
        told = run(*INVOICE[:-3], "--usage", "usage.csv")
        assert heads(ran.err) == heads(told.err)
    else:
        assert billed.code == 0
    assert (desk / "out" / "charges.parquet").exists() == (code is None)


def test_an_account_that_is_not_given_is_named_once_with_its_rows(desk, run):
    """`invoice` counts such rows as those of others; what is rated for all is charged to all."""
    written(desk, "usage.csv", [HEAD, GOOD, *(GOOD.replace("festival", "nobody").replace("u-0001", f"v-{number}") for number in range(3))])
    ran = run(*RATE, "usage.csv")
    assert ran.code == 1 and "no account `nobody` is given" in ran.err and "3 rows have this; the last of them is line 5" in " ".join(ran.err.split())
    assert rejected(desk) == [("usage.csv", line, "Q704") for line in (3, 4, 5)]


def test_a_file_in_which_a_quote_stays_open_is_refused_as_a_whole(desk, run, rows):
    """What follows the quote are rows that nobody reads: charges of the others would be too low."""
    spoilt = [*rows[:700], '"' + rows[700], *rows[701:]]
    name = written(desk, "usage.csv", spoilt)
    ran = run(*RATE, name, USAGE.replace("03", "04"), "--accept-rejects")
    assert ran.code == 1
    assert "a quote that is opened in this row is not closed up to line 1087" in " ".join(ran.err.split()) and "usage.csv:701:1" in ran.err
    assert not (desk / "out" / "charges.parquet").exists()


def test_a_line_break_in_quotes_does_not_move_the_lines_behind_it(desk, run):
    written(desk, "usage.csv", [HEAD, GOOD.replace("stage-plans", '"stage-\nplans"'), GOOD.replace(",24,", ",-1,")])
    assert run(*RATE, "usage.csv").code == 1
    assert rejected(desk) == [("usage.csv", 2, "Y111"), ("usage.csv", 4, "Q604")]


def test_a_row_with_a_line_break_and_a_cell_too_many_is_no_open_quote(desk, run):
    """The file was refused as a whole, and the good row behind it with it."""
    written(desk, "usage.csv", [HEAD, GOOD.replace("stage-plans", '"stage-\nplans"') + ",x", GOOD])
    assert run(*RATE, "usage.csv").code == 1
    assert rejected(desk) == [("usage.csv", 2, "Q602")]


def test_empty_lines_do_not_move_the_lines_behind_them(desk, run):
    written(desk, "usage.csv", ["", HEAD, "", GOOD, ",,,,,", "   ", GOOD.replace(",24,", ",-1,")])
    assert run(*RATE, "usage.csv").code == 1
    assert rejected(desk) == [("usage.csv", 7, "Q604")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the usage file names no columns"),
        (b"account,subscription,item,time,amount\n", "no column `amount`"),
        (b"account;subscription;item;time;quantity\n", "the columns are not separated by commas"),
        (b"PK\x03\x04xl/", "a spreadsheet of Excel"),
        ("ac\u200bcount,subscription,item,time,quantity\n".encode(), "an invisible character"),
        (b"\x1f\x8b\x08nonsense", "a gzip archive"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_of_usage_is_refused(desk, run, content, message):
    (desk / "usage.csv").write_bytes(content)
    ran = run(*RATE, "usage.csv", USAGE, "--accept-rejects")
    assert ran.code == 1 and message in " ".join(ran.err.split()), ran.err
    assert [*(desk / "out").iterdir()] == []


def test_only_a_header_is_usage_of_nothing(desk, run):
    written(desk, "usage.csv", [HEAD])
    ran = run(*RATE[:-4], "-o", "out/charges.parquet", "usage.csv")
    assert ran.code == 0 and "usage: 0 rows of 1 file = 0 rated" in ran.err


@pytest.mark.parametrize("content", ["caf\xe9".encode("latin-1"), b"\xff\xfe"])
def test_what_is_not_utf8_is_said_at_its_line(desk, run, content):
    lines = [HEAD.encode(), GOOD.encode(), GOOD.encode().replace(b"stage", content)]
    (desk / "usage.csv").write_bytes(b"\n".join(lines) + b"\n")
    assert run(*RATE, "usage.csv").code == 1
    assert rejected(desk) == [("usage.csv", 3, "Y102")]


def test_a_byte_order_mark_and_carriage_returns_are_no_fault(desk, run):
    (desk / "usage.csv").write_bytes(b"\xef\xbb\xbf" + f"{HEAD}\r\n{GOOD}\r\n\r\n".encode())
    assert run(*RATE, "usage.csv").code == 0


def test_a_damaged_archive_is_refused(desk, run):
    (desk / "usage.csv.gz").write_bytes(b"\x1f\x8b\x08\x00nonsense")
    ran = run(*RATE, "usage.csv.gz")
    assert ran.code == 1 and "the gzip archive is damaged" in ran.err


# --- Parquet ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("types", "message"),
    [
        (TYPED.replace("DECIMAL(18, 6)", "DOUBLE"), "the column `quantity` is of the type DOUBLE, which holds no exact numbers"),
        (TYPED.replace(", CAST(quantity AS DECIMAL(18, 6)) AS quantity", ""), "the usage file has no column `quantity`"),
        (TYPED.replace("TIMESTAMPTZ", "DATE"), "the column `time` is of the type DATE, and no instant"),
        (TYPED.replace("item,", "42 AS item,"), "the column `item` is of the type INTEGER, and not a text"),
        (f"{TYPED}, 'x' AS note", "no column `note`"),
    ],
)
def test_parquet_that_holds_no_exact_usage_is_refused(desk, run, rows, types, message):
    ran = run(*RATE, as_parquet(desk, "usage.parquet", types, rows), "--accept-rejects")
    assert ran.code == 1 and message in " ".join(ran.err.split()), ran.err
    assert [*(desk / "out").iterdir()] == []


@pytest.mark.parametrize("cut", [100, -100])
def test_parquet_that_is_not_whole_is_refused(desk, run, rows, cut):
    name = as_parquet(desk, "usage.parquet", TYPED, rows)
    (desk / name).write_bytes((desk / name).read_bytes()[:cut])
    ran = run(*RATE, name, "--accept-rejects")
    assert ran.code == 1 and "the Parquet file cannot be read" in ran.err, ran.err


@pytest.mark.parametrize("types", [TYPED, "*"])
def test_parquet_that_is_damaged_inside_is_refused(desk, run, rows, types):
    name = as_parquet(desk, "usage.parquet", types, rows)
    content = bytearray((desk / name).read_bytes())
    content[4:2000] = bytes(1996)
    (desk / name).write_bytes(content)
    ran = run(*RATE, name, "--accept-rejects")
    assert ran.code == 1 and "the Parquet file cannot be read" in ran.err, ran.err


def test_rows_of_parquet_are_named_by_their_number(desk, run, rows):
    """A clock without a zone is that of the book; what no row may hold is said as of CSV."""
    with duckdb.connect() as connection:
        values = [
            ("festival", "stage-plans", "users", "TIMESTAMP '2026-03-09 09:00'", "24"), ("festival", "stage-plans", "users", "NULL", "24"),
            ("festival", "stage-plans", "users", "TIMESTAMP 'infinity'", "24"), ("festival", "stage-plans", "users", "TIMESTAMP '2026-03-09 10:00'", "-1"),
            ("festival", "", "users", "TIMESTAMP '2026-03-09 10:00'", "1"), ("festival", "stage-plans", "users", "TIMESTAMP '2026-03-09 10:00'", "NULL"),
        ]  # fmt: skip
        listed = ", ".join(f"('{account}', '{sub}', '{item}', {time}, {quantity}::DECIMAL(38, 12))" for account, sub, item, time, quantity in values)
        columns = "usage(account, subscription, item, time, quantity)"
        connection.execute(f"COPY (SELECT * FROM (VALUES {listed}) AS {columns}) TO '{desk / 'usage.parquet'}' (FORMAT parquet)")
    ran = run(*RATE, "usage.parquet", "--accept-rejects")
    assert ran.code == 1 and (desk / "out" / "charges.parquet").exists()
    assert rejected(desk) == [("usage.parquet", 2, "Q602"), ("usage.parquet", 3, "Q602"), ("usage.parquet", 4, "Q604"), ("usage.parquet", 5, "Q602"), ("usage.parquet", 6, "Q602")]  # fmt: skip
