"""Files of usage as streams: what becomes of every row, where a finding points, and that what is kept does not grow with the file."""

import csv
import io
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.book import Attribute
from engine.usage import read_usage_files
from engine.usage.lines import LONGEST_LINE
from tests.usage.meter_books import metered_book

HEAD = "account,subscription,item,time,quantity,id,region\n"
BOOK = metered_book("sum", "Europe/Berlin")
ROWS = ("a,s,use,2026-03-01T10:00,1,r-1,eu", "a,s,use,2026-03-01T11:00,2.5,r-2,us", "a,s-2,use,2026-03-02,3,,")


def read(content: bytes, book=BOOK, accounts=None):
    return read_usage_files(book, [("u.csv", io.BytesIO(content))], accounts)


def places(content: bytes, book=BOOK):
    """(line, column, end, code) of every finding; every row is in one class."""
    found = read(content, book)
    assert found.read == len(found.records) + found.repeated + sum(found.others.values()) + found.refused
    return [(each.span.line, each.span.column, each.span.end_column, each.code) for each in found.diagnostics]


def contents(found) -> list:
    return sorted(record.content for record in found.records)


# --- the same table, written in other ways ----------------------------------------------------------------------------------------

PLAIN = HEAD + "\n".join(ROWS) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.replace("\n", "\r\n"),
        "\ufeff" + PLAIN,
        "\ufeff" + PLAIN.replace("\n", "\r\n"),
        PLAIN.rstrip("\n"),
        PLAIN + "\n\n\r\n",
        PLAIN + ",,,,,,\n  ,,,,,,\n",
        PLAIN.replace("\n", "\n\n"),
        "\n".join(",".join(f'"{cell}"' for cell in row.split(",")) for row in PLAIN.splitlines()),
        "\n".join(",".join(f" {cell}  " for cell in row.split(",")) for row in PLAIN.splitlines()),
        "\n".join(",".join(row.split(",")[::-1]) for row in PLAIN.splitlines()),
    ],
    ids=["crlf", "bom", "bom-crlf", "no-final-newline", "empty-rows", "rows-of-commas", "gaps", "quoted", "spaces", "columns-reversed"],
)
def test_the_same_rows_are_the_same_records(text):
    found, plain = read(text.encode()), read(PLAIN.encode())
    assert (found.diagnostics, found.read, contents(found)) == ((), 3, contents(plain))


def test_records_of_one_account_share_what_they_have_in_common():
    first, second, third = read((PLAIN + ROWS[0].replace("r-1", "r-4") + "\n").encode()).records[:3]
    assert first.account is second.account is third.account
    assert first.attributes == {"region": "eu"} and third.attributes == {}


# --- where a finding points -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("a,s,usee,2026-03-01,1,,", (2, 5, 9, "Q603")),
        ('"a", s ,"  usee ",2026-03-01,1,,', (2, 12, 16, "Q603")),
        ('a,"s",use,"1 March 2026, noon",1,,', (2, 12, 30, "Q602")),
        ("a,s,use,2026-03-01,,,", (2, 20, 21, "Q602")),
        (",s,use,2026-03-01,1,,", (2, 1, 2, "Q602")),
        ("a,s,use,2026-03-01,-1,,", (2, 20, 22, "Q604")),
        ("São,s,use,2026-03-01,x,,", (2, 22, 23, "Q602")),
        ("a,s,use,2026-03-01,1,,e\u200bu", (2, 24, 25, "Y111")),
        ("a,s\u00a0,use,2026-03-01,1,,", (2, 4, 5, "Y111")),
        ("a,s,use,2026-03-01,１,,", (2, 20, 21, "Y121")),
        ("a,s,u\x07se,2026-03-01,1,,", (2, 6, 7, "Y103")),
        ('a,"s\nt",use,2026-03-01,1,,', (2, 5, 6, "Y111")),
    ],
)  # fmt: skip
def test_a_finding_points_at_its_cell(row, place):
    assert places((HEAD + row + "\n").encode()) == [place]


def test_a_byte_that_is_no_utf8_refuses_its_row_alone():
    content = (HEAD + ROWS[0] + "\n").encode() + b"M\xfcller,s,use,2026-03-01,1,,\n" + (ROWS[1] + "\n").encode()
    found = read(content)
    assert [(each.span.line, each.span.column, each.message) for each in found.diagnostics] == [(3, 2, "the byte 0xFC is not UTF-8")]
    assert (found.read, len(found.records), found.refused) == (3, 2, 1)


def test_a_file_in_another_encoding_is_one_finding():
    content = HEAD.encode() + b"M\xfcller,s,use,2026-03-01,1,,\n" * 543
    (found,) = read(content).diagnostics
    assert (found.span.line, found.notes) == (2, ("543 rows have this; the last of them is line 544",))


def test_a_line_without_end_is_not_kept():
    long = b"a,s,use,2026-03-01,1,," + b"eu" * LONGEST_LINE
    found = read(HEAD.encode() + long + b"\n" + ROWS[0].encode())
    assert [(each.span.line, each.message) for each in found.diagnostics] == [(2, "the line has more than 1,048,576 bytes")]
    assert [record.line for record in found.records] == [3]


def test_a_quote_that_is_not_closed_is_said_at_its_row():
    found = read((HEAD + 'a,"s,use,2026-03-01,1,,\n' + "\n".join(ROWS)).encode())
    assert [(each.span.line, each.message) for each in found.diagnostics] == [(2, "a quote that is opened in this row is not closed up to line 5")]


@pytest.mark.parametrize("content", [b"PK\x03\x04xl/workbook.xml", PLAIN.encode("utf-16"), b"<!doctype html><html>", b"\x1f\x8b\x08\x00"])
def test_a_file_of_another_kind_has_no_rows(content):
    found = read(content)
    assert (len(found.diagnostics), found.read, found.records) == (1, 0, ())
    assert "not text in UTF-8" in found.diagnostics[0].message


def test_a_wrong_column_refuses_its_file_and_no_other():
    files = [("a.csv", io.BytesIO(HEAD.replace("time", "tiem").encode() + b"x" * 10)), ("b.csv", io.BytesIO(PLAIN.encode()))]
    found = read_usage_files(BOOK, files)
    assert ([each.code for each in found.diagnostics], found.read, len(found.records)) == (["Q601"], 3, 3)


# --- the classes add up -----------------------------------------------------------------------------------------------------------

CELLS = {
    "account": ["a", "b", "c", ""], "subscription": ["s", "s-2"], "item": ["use", "use", "use", "usee"],
    "time": ["2026-03-01T10:00", "2026-03-02", "tomorrow"], "quantity": ["1", "2", "-1", "x"], "id": ["", "1", "2", "3"], "region": ["", "eu"],
}  # fmt: skip
ROW = st.tuples(*map(st.sampled_from, CELLS.values()))


@given(st.lists(ROW, max_size=14), st.integers(1, 3), st.sampled_from([None, {"a"}, {"a", "c"}]), st.randoms())
def test_every_row_is_in_one_class_whatever_the_order_of_rows_and_files(rows, count, accounts, random):
    """Rows over several files, then shuffled: the same records are billed, and the same numbers are repeated, others' and refused."""

    def delivered(order):
        texts = [io.StringIO() for _ in range(count)]
        for number, row in enumerate(order):
            csv.writer(texts[number % count]).writerow(row)
        return read_usage_files(BOOK, [(f"{name}.csv", io.BytesIO((HEAD + text.getvalue()).encode())) for name, text in enumerate(texts)], accounts)

    first, second = delivered(rows), delivered(random.sample(rows, len(rows)))
    for found in (first, second):
        assert found.read == len(rows) == len(found.records) + found.repeated + sum(found.others.values()) + found.refused
        assert accounts is None or not accounts & found.others.keys()
    assert (contents(first), first.repeated, first.others, first.refused) == (contents(second), second.repeated, second.others, second.refused)
    refused = any(each.severity == "error" for each in first.diagnostics)
    assert refused is bool(first.refused)


def test_a_record_in_two_files_counts_once_and_a_conflict_names_both():
    same, other = HEAD + ROWS[0] + "\n", HEAD + ROWS[0].replace(",1,r-1", ",2,r-1") + "\n"
    found = read_usage_files(BOOK, [("a.csv", io.BytesIO(same.encode())), ("b.csv", io.BytesIO(same.encode()))])
    assert (found.read, len(found.records), found.repeated) == (2, 1, 1)
    found = read_usage_files(BOOK, [("a.csv", io.BytesIO(same.encode())), ("b.csv", io.BytesIO(other.encode()))])
    assert (found.refused, found.diagnostics[0].message) == (2, "the record `r-1` stands in a.csv:2 and in b.csv:2 with different contents")


def test_records_alike_without_an_id_are_a_warning_with_a_count():
    found = read((HEAD + (ROWS[2] + "\n") * 4).encode())
    (warning,) = found.diagnostics
    assert (len(found.records), warning.code, warning.severity, warning.span.line, warning.labels[0].span.line) == (4, "Q608", "warning", 3, 2)
    assert warning.message.startswith("3 records are the same in every cell as one before them")


def test_a_measured_attribute_keeps_its_values_apart():
    book = replace(metered_book("unique", of="user"), attributes={"user": Attribute("user", "usage", 0)})
    found = read(b"account,subscription,item,time,quantity,user\na,s,use,2026-03-01,1,x\na,s,use,2026-03-01,1,y\n", book)
    assert (found.diagnostics, [record.attributes["user"] for record in found.records]) == ((), ["x", "y"])


# --- what is kept does not grow with the file -------------------------------------------------------------------------------------

_MEASURE = """
import io, resource
from engine.usage import read_usage_files
from tests.usage.test_files import BOOK, HEAD, ROWS

class Rows(io.RawIOBase):
    '''So many rows as a stream that holds no text of them.'''

    def __init__(self, rows):
        self.rows, self.begun = rows, False

    def readable(self):
        return True

    def readinto(self, buffer):
        count = min(self.rows, 400) if self.begun else 0
        content = ((ROWS[2] + "\\n") * count if self.begun else HEAD).encode()
        self.rows, self.begun = self.rows - count, True
        buffer[: len(content)] = content
        return len(content)

def read(rows):
    found = read_usage_files(BOOK, [("u.csv", Rows(rows))], {"b"})
    return found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

_, before = read(2_000)
found, after = read(40_000)
print(found.read, found.others["a"], after - before)
"""


def test_records_of_others_are_counted_and_not_kept():
    """40,000 rows, 1 MB: the process grows by less than half of that; the unit is kB, on macOS bytes."""
    ran = subprocess.run([sys.executable, "-c", _MEASURE], capture_output=True, text=True, check=True)
    read_, others, grown = map(int, ran.stdout.split())
    assert (read_, others) == (40_000, 40_000)
    assert grown < (500_000 if sys.platform == "darwin" else 500)
