"""A delivery that a cluster reads comes to what it comes to on this machine: the same records, counts, rejected rows and findings."""

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import duckdb
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given

from engine.batch.spark_engine import ClusterEngine
from engine.batch.spark_lines import _fine
from engine.batch.spark_usage import ClusterUsage
from tests.batch.deliveries import Everybody, Outcome, scanned, written
from tests.batch.test_scan_law import BOOK as LAW_BOOK
from tests.batch.test_scan_law import files, tables
from tests.billing.test_tier_by import BY_LENGTH, LENGTHS, model
from tests.billing.usage_shop import book_of
from tests.extent import examples
from tests.readings.test_3_4_time_bands import book as banded
from tests.usage.meter_books import metered_book

BOOK = metered_book("sum", "Europe/Berlin", places=3, max=Decimal(1000))
GOOD = ("a-1", "s-1", "use", "2026-03-10T10:00:00Z", "1.5", "", "", "")
HEAD = "account,subscription,item,time,quantity,id,region,tier"
QUANTITIES = "1.0005 -1 NaN inf 1e3 1_000 0 -0 0.5 .5 5. 007 1.500 1000 1000.001 999.999 +1 1,5 １ 12345678901234567890 1" + "0" * 40
TIMES = (
    "2026-03-10 2026-03-10T10:00 2026-03-29T02:30 2026-03-29T01:59:59.999999 2026-03-29T03:00 2026-10-25T02:30 2026-10-25T01:59 2026-10-25T03:00:00 2026-02-30T10:00Z "
    "2026-03-10T24:00Z 2026-03-10T10:60Z 2026-03-10t10:00z 2026-03-10T10:00+08:00 2026-03-10T10:00:00.123456+05:45 2026-03-10T10:00:00.1234567Z 2026-03-10T10:00-23:59 "
    "2026-03-10T10:00+0800 1773136800 2026-3-1 1850-01-01T00:00Z 9999-12-31T23:59:59Z 2019-03-10T10:00 2031-07-10T10:00 2026-03-10T10:00:60Z 2026-03-10T10 10.03.2026 "
)  # fmt: skip
CELLS = {
    0: ["", "a-2", "ä", "a\u200bb", " a-1 ", "a\tb"],
    1: ["", "s-2"],
    2: ["use", "uses", "", "USE"],
    3: [*TIMES.split(), "2026-03-10 10:00:00+01:00", "2026-03-10 10:00", "2026-03-10T10:00 UTC"],
    4: [*QUANTITIES.split(), " 7", "7 ", "", "1 0"],
    5: ["", "r-1", "r-2", " r-1", "x" * 300],
    6: ["", "eu", "São Paulo", "o'hara \\n"],
}
ODD_ROWS = ["", ",,,,,,,", "   ", "a,s,use", GOOD[0] + "," * 9, HEAD]
QUOTED_ROWS = [
    '"a-1","s-1","use","2026-03-10T10:00:00Z","2","","",""',
    '"a ""1""",s-1,use,2026-03-10,1,,,',
    '"a,b",s-1,use,2026-03-10,1,,,',
]


class Some(Everybody):
    """Charges the account `a-1` before the 20th and from the 25th of March, and `a-2` always; nobody else."""

    def spans(self, account: str, subscription: str, item: str) -> list[tuple[int, int]]:
        days = [int(datetime(2026, 3, day, tzinfo=UTC).timestamp()) * 10**6 for day in (20, 25)]
        return {"a-1": [(0, days[0]), (days[1], 2**62)], "a-2": [(0, 2**62)]}.get(account, [])

    def is_known(self, account: str, subscription: str) -> bool:
        return account in ("a-1", "a-2")

    def problem(self, record):
        from engine.billing.unbillable import no_account

        at = int(record.at.timestamp()) * 10**6
        running = any(start <= at < end for start, end in self.spans(record.account, record.subscription, record.item))
        return None if running else (no_account(record), (record.account, record.item))


def same(session, names: list[str], accounts=None, book=BOOK) -> Outcome:
    """Holds that the cluster reads files as DuckDB does, and returns what they come to."""
    rejects, expected_rejects = [], []
    expected, delivery = scanned(book, names, accounts, rejects=expected_rejects)
    found, counts = scanned(book, names, accounts, engine=ClusterEngine(session), rejects=rejects)
    assert found.findings == expected.findings
    # Of a record that the reader of rows had to look at, and that another one contradicts, the text is made of what it says.
    assert [row[:-1] for row in rejects] == [row[:-1] for row in expected_rejects]
    assert found == expected
    assert counts.accounts == delivery.accounts and counts.files == delivery.files and counts.unfit == delivery.unfit
    return expected


def rows(*changes: Mapping[int, str]) -> list[str]:
    """Lines with the cells that are not those of the good row."""
    return [",".join(change.get(at, cell) for at, cell in enumerate(GOOD)) for change in changes]


@pytest.mark.parametrize("accounts", [None, Some()], ids=["everybody", "some"])
def test_every_row_has_the_same_verdict(session, tmp_path, accounts, monkeypatch):
    monkeypatch.setattr("engine.usage.findings.MOST_LISTED", 10_000)  # of more than are listed the first ones are those that were met first
    each = rows({}, *({at: cell} for at, cells in CELLS.items() for cell in cells))
    random = Random(11)
    mixed = rows(*({at: random.choice(cells) for at, cells in CELLS.items() if random.random() < 0.4} for _ in range(300)))
    turned = "quantity,time,item,subscription,account\n" + "2,2026-03-10T10:00,use,s-1,a-9\n1.25,2026-03-22,use,s-1,a-1\n"
    found = same(session, written(tmp_path, {
        "each [1].csv": "\n".join([HEAD, *each]).encode(), "odd {a}.csv": "\n".join([HEAD, *ODD_ROWS, *rows({}), "", ""]).encode(),
        "mixed *.csv": "\n".join([HEAD, *mixed]).encode(), "quoted.csv": "\n".join([HEAD, *QUOTED_ROWS, *rows({5: "r-1"})]).encode(),
        "crlf.csv": "\r\n".join(["\ufeff" + HEAD, *each, ""]).encode(), "turned.csv": turned.encode(), "good.csv": "\n".join([HEAD, *rows({}, {}), *rows({5: "again"}) * 4]).encode(),
    }), accounts)  # fmt: skip
    read, repeated, rejected = found.counts
    assert read > 400 and repeated > 2 and rejected > 200 and len(found.records) > 50


STRANGE = {
    "a quote that is left open": HEAD + '\na-1,s-1,use,2026-03-10,1,,"eu,\n' + "\n".join(rows({}, {})),
    "a cell over two lines": HEAD + '\na-1,s-1,use,2026-03-10,1,,"e\nu",\n' + "\n".join(rows({}, {4: "x"})),
    "nothing": "", "only columns": HEAD, "wrong columns": "account,item\na,b", "columns in quotes": '"account",subscription,item,time,quantity\na,s,use,2026-03-10,1',
    "empty lines first": "\n\n" + HEAD + "\n" + rows({})[0], "a carriage return": HEAD + "\n" + rows({})[0] + "\r" + rows({})[0] + "\n" + rows({})[0],
    "NUL": HEAD + "\n" + rows({0: "a\0b"}, {})[0], "Latin-1": (HEAD + "\n" + rows({0: "ä"})[0] + "\n" + rows({})[0]).encode("latin-1"), "packed": b"\x1f\x8b\x08\x00abc",
}  # fmt: skip


@pytest.mark.parametrize("content", STRANGE.values(), ids=STRANGE)
def test_a_strange_file_is_read_as_on_this_machine(session, tmp_path, content):
    text = content if isinstance(content, bytes) else content.encode()
    same(session, written(tmp_path, {"strange.csv": text, "good.csv": "\n".join([HEAD, *rows({}, {})]).encode()}))


def test_each_id_counts_once_and_one_with_two_contents_not_at_all(session, tmp_path):
    """Over files, rows that stay on the cluster, and rows that are read here."""
    random, ids = Random(5), [*(f"r-{number}" for number in range(40)), *(f"u-{number}" for number in range(200)), "", " r-1"]
    times = ["2026-03-10T10:00:00Z", "2026-03-10T11:00:00+0100"]
    change = lambda: {4: random.choice("11112"), 3: random.choice(times), 5: random.choice(ids)}
    contents = {f"{name}.csv": "\n".join([HEAD, *rows(*(change() for _ in range(60))), *(QUOTED_ROWS if name == "c" else ())]).encode() for name in "abc"}
    found = same(session, written(tmp_path, contents))
    _, repeated, rejected = found.counts
    assert repeated > 5 and rejected > 5 and len(found.records) > 60


def parquet(path: Path, columns: dict[str, pyarrow.Array]) -> str:
    pyarrow.parquet.write_table(pyarrow.table(columns), path, row_group_size=7)
    return str(path)


@pytest.mark.parametrize("accounts", [None, Some()], ids=["everybody", "some"])
def test_parquet_is_read_by_its_values(session, tmp_path, accounts):
    """Decimals, instants and local times in rows good and bad."""
    random, table = Random(3), []
    quantities = [Decimal("1.500"), Decimal(0), Decimal(-1), Decimal("1.0005"), Decimal("1000.001"), Decimal(12345678901), None, *[Decimal("2.25")] * 5]
    for number in range(90):
        when = (
            datetime(2026, 3, 29) - timedelta(days=random.choice([0, 0, 6, 20])) + timedelta(minutes=random.randrange(240), microseconds=random.choice([0, 5]))
        )
        account, name = random.choice(["a-1", "a-2", "", "ä", None, "a-3", "a,4", 'a"5']), f"r-{random.randrange(60)}"
        row = (account, "s-1", random.choice(["use", "use", "use", "uses"]), random.choice([when, when, when, None]), random.choice(quantities))
        table.append((*row, random.choice(["eu", None]), name if number % 3 else None))
    account, subscription, item, times, amounts, region, ids = zip(*table, strict=True)
    text = lambda cells: pyarrow.array(cells, pyarrow.string())
    rest = {"item": text(item).dictionary_encode(), "account": text(account), "subscription": text(subscription), "region": text(region), "id": text(ids)}
    names = []
    for name, kind in (
        ("instant", pyarrow.timestamp("us", "UTC")),
        ("wall", pyarrow.timestamp("us")),
        ("ns", pyarrow.timestamp("ns")),
        ("ms", pyarrow.timestamp("ms")),
    ):
        cut = [each and each.replace(microsecond=0) for each in times] if name == "ms" else times
        columns = {"quantity": pyarrow.array(amounts, pyarrow.decimal128(20, 4)), "time": pyarrow.array(cut, kind)}
        names.append(parquet(tmp_path / f"{name}.parquet", columns | rest))
    as_texts = {"time": text([each and each.isoformat() for each in times]), "quantity": text([None if each is None else str(each) for each in amounts])}
    names.append(parquet(tmp_path / "texts.parquet", as_texts | rest))
    found = same(session, sorted(names), accounts)
    assert found.counts[2] > 100 and len(found.records) > 10


def test_a_clean_parquet_file_has_a_record_in_each_row(session, tmp_path):
    """It has no line of columns that would be left out."""
    columns = {name: pyarrow.array([cell] * 3, pyarrow.string()) for name, cell in zip(HEAD.split(","), GOOD, strict=True)}
    found = same(session, [parquet(tmp_path / f"{number}.parquet", columns) for number in range(2)])
    assert (len(found.records), found.counts) == (6, (6, 0, 0))


def test_only_rows_in_doubt_leave_the_cluster(session, tmp_path, monkeypatch):
    """Of two hundred rows a wrong one, two of one id, and one at a time at which the subscription does not run."""
    made = [{5: f"r-{number}"} for number in range(200)]
    made[3] |= {4: "x"}
    made[7] |= {5: "r-8"}
    made[11] |= {3: "2026-03-22"}
    taken = []
    monkeypatch.setattr(ClusterUsage, "_keep", lambda self, keep=ClusterUsage._keep: (taken.append(len(self._taken)), keep(self)))
    found = same(session, written(tmp_path, {"a.csv": "\n".join([HEAD, *rows(*made)]).encode()}), Some())
    assert taken == [2, 4, 5]
    assert found.counts == (200, 1, 2)


def same_law(session, contents: Mapping[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        same(session, written(Path(folder), contents), book=LAW_BOOK)


@given(delivery=files())
@examples(30)
def test_random_files_are_read_as_on_this_machine(session, delivery):
    same_law(session, delivery)


@given(table=tables())
@examples(20)
def test_random_rows_of_parquet_are_read_as_on_this_machine(session, table):
    columns, cells = table
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE cells ({', '.join(f'{each} VARCHAR' for each in columns)})")
        for row in cells:
            connection.execute(f"INSERT INTO cells VALUES ({', '.join('?' * len(columns))})", [*row.values()])
        connection.execute(f"COPY cells TO '{folder}/usage.parquet' (FORMAT parquet)")
        same(session, [f"{folder}/usage.parquet"], book=LAW_BOOK)


def test_what_chooses_a_tier_is_surely_a_number_on_a_cluster_too(session):
    book = book_of(model(BY_LENGTH, attributes=LENGTHS))
    texts = {"200000": True, "300000.5": True, "0": True, "long": False, "": False, "-1": False, "007": False, "1e5": False}
    rows = [("acme", "s-1", "output", "", each) for each in texts]
    found = session.createDataFrame(rows, "account string, subscription string, item string, spec string, length string")
    assert {row.length: row.ok for row in found.selectExpr("length", f"({_fine(book)}) AS ok").collect()} == texts


def test_a_time_band_is_no_column_on_a_cluster_either(session):
    """A record of a book with bands is read whole there, and the band is what its own time says."""
    rows = session.createDataFrame([("acme", "s-1", "power", "")], "account string, subscription string, item string, spec string")
    assert [row.ok for row in rows.selectExpr(f"({_fine(banded())}) AS ok").collect()] == [True]
