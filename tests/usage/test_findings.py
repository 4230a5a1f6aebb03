"""What is wrong with many rows is said once with its count, and of different findings the first hundred are listed."""

from engine.usage import read_usage
from engine.usage.findings import MOST_LISTED
from tests.usage.meter_books import metered_book

HEAD = "account,subscription,item,time,quantity\n"
BOOK = metered_book("sum")


def told(rows: list[str]):
    """(line, code, message, notes) of what is listed."""
    return [(each.span.line, each.code, each.message, each.notes) for each in read_usage(BOOK, "u.csv", HEAD + "\n".join(rows)).diagnostics]


def test_one_wrong_name_in_543_rows_is_one_finding_with_a_count():
    rows = ["a,s,use,2026-03-01,1", *["a,s,usee,2026-03-01,1"] * 543, "a,s,use,2026-03-02,1"]
    assert told(rows) == [(3, "Q603", "the book sells no `usee`", ("543 rows have this; the last of them is line 545",))]


def test_what_differs_in_a_word_is_another_finding():
    assert told(["a,s,usee,2026-03-01,1", "a,s,used,2026-03-01,1", "a,s,usee,2026-03-01,x"]) == [
        (2, "Q603", "the book sells no `usee`", ("2 rows have this; the last of them is line 4",)),
        (3, "Q603", "the book sells no `used`", ()),
        (4, "Q602", "the quantity `x` is not an exact number", ()),
    ]


def test_beyond_a_hundred_the_rest_is_counted_by_code():
    """250 rows with a time of their own, of which every fifth has a quantity below zero too: 300 findings, the first 100 of them listed."""
    rows = [f"a,s,use,day {number},{-number - 1 if number % 5 == 0 else 1}" for number in range(250)]
    found = told(rows)
    assert len(found) == MOST_LISTED + 1
    codes = [code for _, code, *_ in found]
    # Six findings in each five rows: 96 in the first 80 rows, then the two of row 81 and those of rows 82 and 83.
    assert (codes.count("Q602"), codes.count("Q604"), codes.count("Q609")) == (83, 17, 1)
    assert found[-1] == (85, "Q609", "200 further findings in usage files are not listed: 167 of Q602, 33 of Q604", ())
