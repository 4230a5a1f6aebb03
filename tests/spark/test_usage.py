"""Usage that a cluster reads is what the interpreter reads: the same records, and of every other row the same verdict with the same words."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from random import Random

import pyarrow
import pyarrow.parquet
import pytest

from engine.batch.spark_repeats import drop_repeated
from engine.batch.spark_usage import EPOCH, read_delivery
from engine.batch.usage_columns import columns_of
from engine.usage.duplicates import without_duplicates
from engine.usage.lines import Lines
from engine.usage.record import UsageRecord
from engine.usage.rows import FileRow, facts_of, read_row
from engine.usage.table import WrongColumns, rows_of
from tests.usage.meter_books import metered_book

BOOK = metered_book("sum", "Europe/Berlin", places=3, max=Decimal(1000))
NEAR = datetime(2026, 3, 15, tzinfo=UTC)
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
    5: ["", "r-1", "r-2", "x" * 300],
    6: ["", "eu", "São Paulo", "o'hara \\n"],
}
ODD_ROWS = [
    "",
    ",,,,,,,",
    "   ",
    "a,s,use",
    GOOD[0] + "," * 9,
    '"a-1","s-1","use","2026-03-10T10:00:00Z","2","","",""',
    '"a ""1""",s-1,use,2026-03-10,1,,,',
    '"a,b",s-1,use,2026-03-10,1,,,',
    HEAD,
]


def of_interpreter(files: dict[str, bytes]):
    """Records, refusals by place, and rows by file."""
    facts, records, refused, read = facts_of(BOOK), [], [], Counter()
    for name, content in files.items():
        try:
            for row in rows_of(BOOK, Lines(name, BytesIO(content))):
                read[name] += 1
                made = read_row(facts, row) if isinstance(row, FileRow) else [row]
                if isinstance(made, UsageRecord):
                    records.append((*made.content, made.id))
                else:
                    refused += [(each.span, each.code, each.message, each.help) for each in made]
        except WrongColumns as wrong:
            refused.append((wrong.diagnostic.span, wrong.diagnostic.code, wrong.diagnostic.message, wrong.diagnostic.help))
    return sorted(records, key=str), sorted(refused, key=str), dict(read)


def of_cluster(session, files: dict[str, bytes]):
    found = read_delivery(session, BOOK, list(files), NEAR)
    scale = Decimal(1).scaleb(-found.places)
    records = [
        (
            *(each[name] for name in ("account", "subscription", "item", "spec")), EPOCH + timedelta(microseconds=each["at"]), each["quantity"] * scale,
            tuple(sorted((name, each[name]) for name in ("region", "tier") if each[name] is not None)), each["id"],
        )
        for each in session.table("usage_records").toArrow().to_pylist()
    ]  # fmt: skip
    records += [(*each.content, each.id) for each in found.unfit]
    refused = [(each.span, each.code, each.message, each.help) for _, _, made in found.refused for each in made]
    return sorted(records, key=str), sorted(refused, key=str), dict(found.read)


def same(session, folder, contents: dict[str, bytes]):
    """Holds that both read the same, and returns it."""
    files = {}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
        files[str(folder / name)] = content
    expected, found = of_interpreter(files), of_cluster(session, files)
    key = lambda record: str((*record[:5], record[5].normalize() + 0, *record[6:]))
    assert sorted(map(key, found[0])) == sorted(map(key, expected[0]))
    assert found[1:] == expected[1:]
    return expected


def rows(*changes: dict[int, str]) -> list[str]:
    """Lines with the cells that are not those of the good row."""
    return [",".join(change.get(at, cell) for at, cell in enumerate(GOOD)) for change in changes]


def test_every_row_has_the_same_verdict(session, tmp_path):
    each = rows({}, *({at: cell} for at, cells in CELLS.items() for cell in cells))
    random = Random(11)
    mixed = rows(*({at: random.choice(cells) for at, cells in CELLS.items() if random.random() < 0.4} for _ in range(300)))
    turned = "quantity,time,item,subscription,account\n" + "2,2026-03-10T10:00,use,s-1,a-9\n1.25,2026-03-10,use,s-1,a-9"
    records, refused, read = same(session, tmp_path, {
        "each [1].csv": "\n".join([HEAD, *each, *ODD_ROWS]).encode(), "mixed {a}.csv": "\n".join([HEAD, *mixed]).encode(),
        "crlf.csv": "\r\n".join(["\ufeff" + HEAD, *each, ""]).encode(), "turned.csv": turned.encode(), "good.csv": "\n".join([HEAD, *rows({}, {})]).encode(),
    })  # fmt: skip
    assert len(records) > 150 and len(refused) > 250 and len(read) == 5


@pytest.mark.parametrize(
    "content",
    {
        "a quote that is left open": HEAD + '\na-1,s-1,use,2026-03-10,1,,"eu,\n' + "\n".join(rows({}, {})),
        "a cell over two lines": HEAD + '\na-1,s-1,use,2026-03-10,1,,"e\nu",\n' + "\n".join(rows({}, {4: "x"})),
        "nothing": "", "only columns": HEAD, "wrong columns": "account,item\na,b", "columns in quotes": '"account",subscription,item,time,quantity\na,s,use,2026-03-10,1',
        "empty lines first": "\n\n" + HEAD + "\n" + rows({})[0], "a carriage return": HEAD + "\n" + rows({})[0] + "\r" + rows({})[0] + "\n" + rows({})[0],
        "NUL": HEAD + "\n" + rows({0: "a\0b"}, {})[0], "Latin-1": (HEAD + "\n" + rows({0: "ä"})[0] + "\n" + rows({})[0]).encode("latin-1"), "packed": b"\x1f\x8b\x08\x00abc",
    }.items(),
    ids=lambda pair: pair[0],
)  # fmt: skip
def test_a_strange_file_is_read_as_the_interpreter_reads_it(session, tmp_path, content):
    text = content[1]
    same(session, tmp_path, {"strange.csv": text if isinstance(text, bytes) else text.encode(), "good.csv": "\n".join([HEAD, *rows({}, {})]).encode()})


def test_each_id_counts_once_and_one_with_two_contents_not_at_all(session, tmp_path):
    """Over files and rows that Spark reads, and rows that the interpreter reads."""
    random = Random(5)
    ids = [*(f"r-{number}" for number in range(40)), ""]
    files = {}
    for name in ("a.csv", "b.csv", "c.csv"):
        changes = [
            {4: random.choice("11112"), 3: random.choice(["2026-03-10T10:00:00Z", "2026-03-10T11:00:00+0100"]), 5: random.choice(ids)} for _ in range(40)
        ]
        files[str(tmp_path / name)] = "\n".join([HEAD, *rows(*changes)]).encode()
        (tmp_path / name).write_bytes(files[str(tmp_path / name)])
    facts = facts_of(BOOK)
    every = [read_row(facts, row) for name, content in files.items() for row in rows_of(BOOK, Lines(name, BytesIO(content)))]
    expected = without_duplicates(every)
    found = read_delivery(session, BOOK, list(files), NEAR)
    dropped = drop_repeated(session, found, ("region", "tier"))
    kept = session.sql("SELECT count(*) AS count, sum(quantity) AS sum FROM usage LEFT ANTI JOIN dropped USING (file, row)").collect()[0]
    assert (expected.repeated, expected.refused) == (sum(not each.conflict for each in dropped), sum(each.conflict for each in dropped))
    assert min(expected.repeated, expected.refused) > 5
    assert (kept["count"], kept["sum"]) == (len(expected.kept), sum(each.quantity for each in expected.kept))
    places = {(each.file, each.line) for each in every} - {(each.file, each.line) for each in expected.kept}
    assert {(each.file, each.line) for each in dropped} == places


def parquet(path, columns: dict[str, pyarrow.Array]) -> str:
    pyarrow.parquet.write_table(pyarrow.table(columns), path, row_group_size=7)
    return str(path)


def test_parquet_is_read_by_its_values(session, tmp_path):
    """Decimals, instants and local times in rows good and bad: the same as their texts in CSV."""
    random, table = Random(3), []
    for _ in range(60):
        quantity = random.choice(
            [Decimal("1.500"), Decimal("0"), Decimal("-1"), Decimal("1.0005"), Decimal("1000.001"), Decimal("12345678901"), None, *[Decimal("2.25")] * 5]
        )
        when = datetime(2026, 3, 29) + timedelta(minutes=random.randrange(240), microseconds=random.choice([0, 5]))
        table.append(
            [
                random.choice(["a-1", "a-2", "", "ä", None, "a-3"]),
                "s-1",
                random.choice(["use", "use", "use", "uses"]),
                random.choice([when, when, when, None]),
                quantity,
                random.choice(["eu", None]),
            ]
        )
    account, subscription, item, times, quantities, region = zip(*table, strict=True)
    text = lambda cells: pyarrow.array(cells, pyarrow.string())
    files = {}
    for name, kind in (("instant", pyarrow.timestamp("us", "UTC")), ("local", pyarrow.timestamp("us"))):
        columns = {"quantity": pyarrow.array(quantities, pyarrow.decimal128(20, 4)), "time": pyarrow.array(times, kind), "item": text(item).dictionary_encode()}
        columns |= {"account": text(account), "subscription": text(subscription), "region": text(region)}
        files[parquet(tmp_path / f"{name}.parquet", columns)] = "" if name == "local" else "Z"
    files[
        parquet(
            tmp_path / "texts.parquet",
            {
                **columns,
                "time": text([None if each is None else each.isoformat() for each in times]),
                "quantity": text([None if each is None else str(each) for each in quantities]),
            },
        )
    ] = ""
    facts, records, refused = facts_of(BOOK), [], []
    for name, mark in files.items():
        for line, each in enumerate(table, 1):
            moment = (
                "" if each[3] is None else each[3].isoformat(timespec="microseconds" if name.endswith(("instant.parquet", "local.parquet")) else "auto") + mark
            )
            cells = {
                "account": each[0] or "",
                "subscription": each[1],
                "item": each[2],
                "time": moment,
                "quantity": "" if each[4] is None else str(each[4] if "texts" in name else each[4].quantize(Decimal("0.0001"))),
                "region": each[5] or "",
            }
            made = read_row(facts, FileRow(name, line, cells))
            if isinstance(made, UsageRecord):
                records.append(str((*made.content[:5], made.quantity.normalize() + 0, made.content[6], made.id)))
            else:
                refused += [(found.span, found.code, found.message, found.help) for found in made]
    found = of_cluster(session, files)
    assert sorted(str((*each[:5], each[5].normalize() + 0, *each[6:])) for each in found[0]) == sorted(records)
    assert found[1] == sorted(refused, key=str)
    assert found[2] == dict.fromkeys(files, 60)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"quantity": pyarrow.array([1.5])}, "the column `quantity` holds values of the kind `double`"),
        ({"time": pyarrow.array([5])}, "the column `time` holds values of the kind `int64`"),
        ({"account": pyarrow.array([5])}, "the column `account` holds values of the kind `int64`"),
        ({"item": None}, "the usage file has no column `item`"),
        ({"colour": pyarrow.array(["red"])}, "the book knows no column `colour` of usage"),
        (None, "the Parquet file is not whole"),
    ],
)
def test_a_parquet_file_that_does_not_fit_is_refused(tmp_path, change, message):
    columns = {name: pyarrow.array([cell]) for name, cell in zip(HEAD.split(","), GOOD, strict=True)}
    name = parquet(tmp_path / "a.parquet", {name: cells for name, cells in (columns | (change or {})).items() if cells is not None})
    if change is None:
        (tmp_path / "a.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:-20])
    found = columns_of(BOOK, name)
    assert (found.code, found.message, found.span.file) == ("Q601", message, name)


def test_a_clean_parquet_file_has_a_record_in_each_row(session, tmp_path):
    """It has no line of columns that would be left out."""
    columns = {name: pyarrow.array([cell] * 3, pyarrow.string()) for name, cell in zip(HEAD.split(","), GOOD, strict=True)}
    records, refused, read = of_cluster(session, {parquet(tmp_path / f"{number}.parquet", columns): b"" for number in range(2)})
    assert (len(records), refused, list(read.values())) == (6, [], [3, 3])
