"""Reading usage files: what becomes a record, what is a duplicate, and why anything else is a reject."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.usage import read_usage
from tests.usage.meter_books import metered_book

HEAD = "account,subscription,item,time,quantity\n"
BOOK = metered_book("sum", "Europe/Berlin", places=2, max=Decimal(100))


def read(rows: str, head: str = HEAD, book=BOOK):
    return read_usage(book, "usage.csv", head + rows)


def told(rows: str, head: str = HEAD, book=BOOK):
    """(line, code, message) of every diagnostic."""
    found = read(rows, head, book)
    assert found.read == len(found.records) + found.repeated + found.refused
    return [(each.span.line, each.code, each.message) for each in found.diagnostics]


def test_a_row_becomes_a_record_with_its_place():
    (record,) = read("acme, s-1 ,use,2026-03-01T10:00,12.50\n").records
    assert (record.account, record.subscription, record.item, record.id) == ("acme", "s-1", "use", None)
    assert (record.at, str(record.quantity)) == (datetime(2026, 3, 1, 9, tzinfo=UTC), "12.50")
    assert record.origin.label == "usage.csv:2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01", datetime(2026, 2, 28, 23, tzinfo=UTC)),
        ("2026-03-01T10:00:30Z", datetime(2026, 3, 1, 10, 0, 30, tzinfo=UTC)),
        ("2026-03-01 10:00+08:00", datetime(2026, 3, 1, 2, tzinfo=UTC)),
        ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T02:30+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_times_are_in_the_zone_of_the_book_unless_they_say_otherwise(text, expected):
    """In the hour that autumn repeats a local time without offset is the first."""
    assert [each.at for each in read(f"a,s,use,{text},1\n").records] == [expected]


def test_a_time_that_spring_skips_is_refused():
    assert told("a,s,use,2026-03-29T02:30,1\n") == [(2, "Q602", "2026-03-29 02:30 does not exist in Europe/Berlin: the clock is put forward over it")]


@pytest.mark.parametrize(
    ("row", "code", "message"),
    [
        ('a,s,use,2026-03-01,"1,5"', "Q602", "the quantity `1,5` is not an exact number"),
        ("a,s,use,2026-03-01,", "Q602", "the quantity is empty"),
        ("a,s,use,2026-03-01,1e3", "Q602", "the quantity `1e3` is not an exact number"),
        ("a,s,use,2026-03-01,nan", "Q602", "the quantity `nan` is not an exact number"),
        ("a,s,use,2026-02-30,1", "Q602", "`2026-02-30` is no day and time that exist: February 2026 has 28 days"),
        ("a,s,use,1/3/2026,1", "Q602", "the time `1/3/2026` cannot be read"),
        (",s,use,2026-03-01,1", "Q602", "the account is empty"),
        ("a,s,use,2026-03-01", "Q602", "the row has 4 cells, the first row 5"),
        ("a,s,use,2026-03-01,1,2", "Q602", "the row has 6 cells, the first row 5"),
        ('a,s,"use"x,2026-03-01,1', "Q602", "the row cannot be read as CSV"),
        ("a,s,usse,2026-03-01,1", "Q603", "the book sells no `usse`"),
        ("a,s,use,2026-03-01,-1", "Q604", "-1 GB is below zero"),
        ("a,s,use,2026-03-01,100.01", "Q604", "100.01 GB is more than the 100 GB that one record can hold"),
        ("a,s,use,2026-03-01,1.005", "Q604", "1.005 GB has 3 decimals, and the meter declares 2"),
    ],
)
def test_a_row_in_doubt_is_refused_by_itself(row, code, message):
    rows = f"a,s,use,2026-03-01,1\n{row}\na,s,use,2026-03-01,3\n"
    assert told(rows) == [(3, code, message)]
    found = read(rows)
    assert (found.read, len(found.records), found.refused) == (3, 2, 1)


def test_both_bounds_belong_to_the_range():
    assert told("a,s,use,2026-03-01,0\na,s,use,2026-03-01,100.00\n") == []


def test_everything_wrong_with_a_row_is_told_at_once():
    assert [code for _, code, _ in told(",s,usse,later,x\n")] == ["Q602", "Q603", "Q602", "Q602"]


def test_a_number_of_many_digits_is_refused():
    assert told(f"a,s,use,2026-03-01,{'9' * 41}\n") == [(2, "Q602", "the quantity has more than 40 digits")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the usage file names no columns"),
        ("account;subscription;item;time;quantity\n", "the columns are not separated by commas"),
        ("account,subscription,item,time\n", "the usage file has no column `quantity`"),
        (HEAD.replace("item", "account"), "the column `account` stands there twice"),
        (HEAD.strip() + ",regoin\n", "the book knows no column `regoin` of usage"),
    ],
)
def test_wrong_columns_refuse_the_file(text, message):
    found = read_usage(BOOK, "usage.csv", text + "a,s,use,2026-03-01,1\n" * bool(text))
    assert ([each.message for each in found.diagnostics], found.records) == ([message], ())


def test_a_mistyped_attribute_column_is_suggested():
    assert read("", HEAD.strip() + ",regoin\n").diagnostics[0].help == "did you mean `region`?"


def test_repetitions_are_counted_and_conflicts_refused():
    rows = "r1,a,s,use,2026-03-01,1\nr1,a,s,use,2026-03-01,1.0\nr2,a,s,use,2026-03-01,1\nr2,a,s,use,2026-03-01,2\n"
    found = read(rows, "id," + HEAD)
    assert (found.read, len(found.records), found.repeated, found.refused) == (4, 1, 1, 2)
    assert told(rows, "id," + HEAD) == [(5, "Q606", "the record `r2` stands in lines 4 and 5 with different contents")]


def test_lines_are_those_of_the_file():
    found = told('a,"s\nt",use,2026-03-01,1\n\na,s,use,2026-03-01,x\n')
    assert [line for line, *_ in found] == [2, 5]  # a line break inside of a cell is refused, and counts as a line


def test_attributes_are_kept_and_checked():
    book = metered_book("unique", of="tier", when={"region": ("eu",)})
    head = HEAD.strip() + ",region,tier\n"
    (record,) = read("a,s,use,2026-03-01,1,eu,hot\n", head, book).records
    assert record.attributes == {"region": "eu", "tier": "hot"}
    assert [message for _, _, message in told("a,s,use,2026-03-01,1,,\n", head, book)] == [
        "every price of `use` asks for `region`, and the record has none",
        "`use` counts different values of `tier`, and the record has none",
    ]


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)


@given(st.lists(st.lists(st.one_of(CELLS, st.sampled_from(["a", "use", "2026-03-01", "1", '"', "\n"])), max_size=6), max_size=6))
def test_whatever_stands_in_the_file_every_row_is_accounted_for(rows):
    told("".join(",".join(row) + "\n" for row in rows))
