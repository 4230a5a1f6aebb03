"""A law: the scan of an engine and the reader of `invoice` give every row of usage the same verdict, in every form of file."""

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.batch.doubtful import Mending
from engine.batch.relation import relate
from engine.batch.session import EngineLimits, opened_session
from engine.batch.settling import settle
from engine.batch.usage_scan import UsageScan
from engine.model.book import Attribute, Spec
from engine.usage.records import read_usage_rows
from engine.usage.rows import FileRow
from tests.batch.deliveries import STRETCH, Everybody, content, interpreted, scanned, written
from tests.extent import examples
from tests.usage.meter_books import metered_book

PLAIN = metered_book("max", "Europe/Berlin", {"tier": ("gold",)}, places=3, max=Decimal(1000000))
BOOK = replace(
    PLAIN,
    items={
        **PLAIN.items,
        "server": replace(PLAIN.items["use"], id="server", specs=(Spec("small"), Spec("large"))),
        "seat": replace(PLAIN.items["use"], id="seat", meter=None),
    },
    attributes={"region": Attribute("region", "usage", 0, values=("eu", "us")), "tier": Attribute("tier", "usage", 1)},
)
TIMES = (
    "2026-03-01T10:00", "2026-03-01T10:00Z", "2026-03-01 10:00:00.123456+08:00", "2026-03-05", "2026-03-29T02:30", "2026-10-25T02:30", "2026-10-25 02:30Z",
    "2026-02-30", "2026-03-01T24:00", "2026-03-01T10:00:60Z", "2026-03-01t10:00z", "2026-03-01T10:00+0800", "2026-03-01T10:00:00,5Z", "1899-03-01T10:00Z",
    "2026-03-01T10:00 UTC", "1767225600", "", "2026-03-01T10:00:00.1234567891Z", "2026-03-01T10:00+19:00", "2026-03-01T10:00+14:30", "2031-06-01T10:00",
    "2026-03-01T10:00:00Z", "2026-03-01T10: 9:05Z", "2026-03-01T10:00:60Z", "2026-02-30T10:00:00Z", "20 6-03-01T10:00:00Z", "2026-03-01T10:00:5.Z",
)  # fmt: skip
QUANTITIES = (
    "1", "0", "12.500", "1.0005", "1.0000", "-1", "NaN", "inf", "1e3", "1_000", " 7", "7 ", "0" * 40, "1" * 40, "1" * 41, "0.1234567890", "+1", "01", ".5", "5.",
    "", "1,5", "１", "999999.999", "1000000", "1000000.001", "-0", "9" * 18, "0.1234567", "12345678901234.5",
)  # fmt: skip
NAMES = ("a", "b", " a", "", "Müller", "a\u200b", "a\x7f", "a\tb", "a\u00a0b", 'a"b', "a,b", "a\nb", "a'b", "\\N", "NULL")
GOOD = {"account": "a", "subscription": "s", "item": "use", "time": "2026-03-02T10:00Z", "quantity": "5", "tier": "gold"}
CELLS = {
    "account": st.sampled_from(NAMES), "subscription": st.sampled_from(("s", *NAMES)), "item": st.sampled_from(("use", "server", "seat", "us", "", "use ")),
    "time": st.sampled_from(TIMES), "quantity": st.sampled_from(QUANTITIES), "id": st.sampled_from(("", "r-1", "r-2", "r-3", " r-1", "r\x00", "ü")),
    "spec": st.sampled_from(("", "small", "large ", "xl")), "region": st.sampled_from(("", "eu", "mars", "EU")), "tier": st.sampled_from(("gold", "", "é", 'g"')),
}  # fmt: skip


@st.composite
def rows(draw, columns: tuple[str, ...]) -> dict[str, str]:
    """A row, most of whose cells are good."""
    row = {name: GOOD.get(name, "") for name in columns}
    for name in draw(st.sets(st.sampled_from(columns), max_size=2)):
        row[name] = draw(CELLS[name])
    return row


@st.composite
def files(draw) -> dict[str, bytes]:
    """One or two files, each with its own columns in its own order, quotes and line ends."""
    found = {}
    for name in ("one.csv", "two.csv")[: draw(st.integers(1, 2))]:
        further = draw(st.sets(st.sampled_from(("id", "spec", "region"))))
        columns = tuple(draw(st.permutations(("account", "subscription", "item", "time", "quantity", "tier", *sorted(further)))))
        end, quoted = draw(st.sampled_from(("\n", "\r\n"))), draw(st.booleans())
        lines = [",".join(columns)]
        for row in draw(st.lists(rows(columns), max_size=20)):
            cells = ['"' + each.replace('"', '""') + '"' if quoted else each for each in row.values()]
            lines.append(",".join(cells) + draw(st.sampled_from(("",) * 12 + (",x", "\n", "\r", "\x00"))))
        ending = draw(st.sampled_from(("", end, end * 3)))
        found[name] = ("\ufeff" * draw(st.booleans()) + end.join(lines) + ending).encode()
        if draw(st.integers(0, 9)) == 0:
            found[name] += b"a,\xff,use" + b"," * (len(columns) - 3) + b"\n"
    return found


@given(files())
@examples(160)
def test_every_row_has_the_verdict_that_invoice_gives_it(delivery):
    with tempfile.TemporaryDirectory() as folder:
        names = written(Path(folder), delivery)
        expected, (found, counts) = interpreted(BOOK, names), scanned(BOOK, names)
    if any(each.rejected and "quote" in message for each in counts.files for *_, message in expected.findings if "not closed" in message):
        return  # the whole file is refused: test_rate_bad_input.py
    assert found.records == expected.records
    assert found.counts == expected.counts
    assert found.findings == expected.findings
    assert len(found.rejected) == found.counts[2]


@st.composite
def tables(draw) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """The columns and rows of a table in which no cell has a character that ends one."""
    further = draw(st.sets(st.sampled_from(("id", "spec", "region"))))
    columns = tuple(draw(st.permutations(("account", "subscription", "item", "time", "quantity", "tier", *sorted(further)))))
    found = draw(st.lists(rows(columns), max_size=20))
    return columns, [row for row in found if any(row.values())]


@given(tables())
@examples(100)
def test_a_row_of_parquet_has_the_verdict_of_the_same_row_of_csv(table):
    """Its line is then the number of the row."""
    columns, cells = table
    with tempfile.TemporaryDirectory() as folder:
        name = str(Path(folder, "usage.parquet"))
        with duckdb.connect() as connection:
            connection.execute(f"CREATE TABLE cells ({', '.join(f'{each} VARCHAR' for each in columns)})")
            for row in cells:
                connection.execute(f"INSERT INTO cells VALUES ({', '.join('?' * len(columns))})", [*row.values()])
            connection.execute(f"COPY cells TO '{name}' (FORMAT parquet)")
        found, _ = scanned(BOOK, [name])
    expected = read_usage_rows(BOOK, [FileRow(name, line, {key: cell.strip(" ") for key, cell in row.items()}) for line, row in enumerate(cells, 1)])
    assert found.records == sorted(content(each) for each in expected.records)
    assert found.counts == (expected.read, expected.repeated, expected.refused)
    assert found.findings == sorted((each.span.file, each.span.line, each.code, each.message) for each in expected.diagnostics if each.severity == "error")


INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@given(st.lists(st.tuples(INSTANTS, st.integers(-5, 10**7)), min_size=1, max_size=20), st.sampled_from(("TIMESTAMPTZ", "TIMESTAMP")))
@examples(60)
def test_typed_columns_of_parquet_mean_what_their_texts_do(values, kind):
    """A clock without a zone is that of the book: an hour that comes twice is the first, one that is skipped is none."""
    with tempfile.TemporaryDirectory() as folder:
        name = str(Path(folder, "usage.parquet"))
        with duckdb.connect() as connection:
            connection.execute(f"SET TimeZone = 'UTC'; CREATE TABLE rows (time {kind}, quantity DECIMAL(12, 4))")
            for at, quantity in values:
                connection.execute(f"INSERT INTO rows VALUES (CAST(? AS TIMESTAMPTZ)::{kind}, ?)", [at, Decimal(quantity).scaleb(-4)])
            columns = "'a' AS account, 's' AS subscription, 'use' AS item, 'gold' AS tier"
            connection.execute(f"COPY (SELECT *, {columns} FROM rows) TO '{name}' (FORMAT parquet)")
        found, _ = scanned(BOOK, [name])
    zone = "Z" if kind == "TIMESTAMPTZ" else ""
    texts = [{"time": f"{at:%Y-%m-%dT%H:%M:%S.%f}{zone}", "quantity": f"{Decimal(quantity).scaleb(-4):f}"} for at, quantity in values]
    expected = read_usage_rows(BOOK, [FileRow(name, line, GOOD | row) for line, row in enumerate(texts, 1)])
    assert found.records == sorted(content(each) for each in expected.records)
    assert found.counts == (expected.read, expected.repeated, expected.refused)
    assert found.findings == sorted((each.span.file, each.span.line, each.code, each.message) for each in expected.diagnostics if each.severity == "error")


def test_whole_numbers_are_the_exact_quantities():
    text = "account,subscription,item,time,quantity,tier\n" + "".join(f"a,s,use,2026-03-02T10:00Z,{each},gold\n" for each in ("1", "2.5", "0.125", "12.50"))
    whole: list = []
    with tempfile.TemporaryDirectory() as folder:
        _, delivery = scanned(BOOK, written(Path(folder), {"u.csv": text.encode()}), whole=whole)
    assert (delivery.places, delivery.greatest, delivery.total) == (3, 12500, 16125)
    assert sorted(row[-1] for row in whole) == [125, 1000, 2500, 12500]


@pytest.mark.parametrize("quantity", ["0.1234567", "1234567890123.5", "9223372036854775807"])
def test_quantities_of_many_digits_are_read_by_the_engine_where_they_are_many(quantity, monkeypatch):
    """The file is read again then, into wider decimals; a few are read one by one."""
    read: list = []
    monkeypatch.setattr(Mending, "read", lambda self, rows: read.extend(rows))
    good = "a,s,use,2026-03-02T10:00Z,7\n"
    with tempfile.TemporaryDirectory() as folder:
        for name, rows in {"many.csv": good + good.replace("7", quantity), "few.csv": good * 2000 + good.replace("7", quantity)}.items():
            files = written(Path(folder), {name: f"account,subscription,item,time,quantity\n{rows}".encode()})
            with opened_session(EngineLimits(threads=1)) as session:
                scan = UsageScan(session, metered_book("max", "UTC"), STRETCH)
                scan.open(files)
                settle(scan, Everybody(), lambda done: None)
                relate(scan)
                (most,) = session.connection.execute("SELECT max(CAST(quantity AS DECIMAL(38, 9))) FROM records").fetchone()
                assert most == (max(7, Decimal(quantity)) if name == "many.csv" else 7)
    assert [(each.row, each.cells["quantity"]) for each in read] == [(2002, quantity)]


@pytest.mark.parametrize("quantity", ["9223372036854775807", "9223372036854775808", "0.0000000001", "1" * 30])
def test_quantities_that_are_no_whole_numbers_of_an_engine_are_left_to_the_interpreter(quantity):
    """They are records all the same, and their accounts are named."""
    book = metered_book("max", "UTC")
    rows = f"a,s,use,2026-03-02T10:00Z,{quantity}\nb,s,use,2026-03-02T10:00Z,7\n"
    whole: list = []
    with tempfile.TemporaryDirectory() as folder:
        names = written(Path(folder), {"u.csv": f"account,subscription,item,time,quantity\n{rows}".encode()})
        found, delivery = scanned(book, names, whole=whole)
    fits = quantity == "9223372036854775807"
    assert len(found.records) == 2
    assert delivery.unfit == (frozenset() if fits else {"a"})
    assert len(whole) == 2 if fits else [row[0] for row in whole] == ["b"]


@pytest.mark.whole
def test_rows_of_a_large_file_keep_their_lines_when_several_threads_read_it():
    """Beyond 32 MB DuckDB reads a file in parts, each in a thread."""
    with tempfile.TemporaryDirectory() as folder:
        lines = "".join(f"a,{'s' * 40},use,2026-03-02T10:00Z,{line}\n" for line in range(2, 600_000))
        names = written(Path(folder), {"u.csv": f"account,subscription,item,time,quantity\n{lines}".encode()})
        with opened_session(EngineLimits(threads=4)) as session:
            scan = UsageScan(session, metered_book("max", "UTC"), STRETCH)
            scan.open(names)
            settle(scan, Everybody(), lambda done: None)
            relate(scan)
            found = session.connection.execute("SELECT count(*), count(*) FILTER (WHERE row = quantity::BIGINT) FROM records").fetchone()
    assert found == (599_998, 599_998)
