"""A delivery of usage of any size, the same for a seed: `python -m benchmarks.usage 10M work/`.

Into the folder come `usage/*.parquet` (a file a day of arrival; with `--csv` also `usage-csv/*.csv`), `accounts.parquet` (`account`, and
`document`: the account as JSON) and, unless the usage is KooDrive's, `book/`: one metered item with 200 plans of four graduated tiers.

The accounts are UUIDs. Each works half of the day and leaves some four records in an hour of it; the first one works all day and has a
tenth of all records. Rows come in the order of no account. Every 200th row repeats one that came before, most often on another day. With
`--bad` one row in 10,000 is in conflict with an earlier one of its id, and one in 1,000 is wrong by itself.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from benchmarks.books import write_plans

ROOT = Path(__file__).resolve().parent.parent
PERIOD = "2026-03"
DAYS = 31
RECORDS_OF_ACCOUNT = 1440
"""As many has one that is metered each hour of a month of two items: 50,000 accounts have 72 million."""
REPEATED = 200
CONFLICTING = 10_000
BAD = 1_000
KINDS_OF_BAD = ("an unknown account", "an unknown subscription", "an item that is not sold", "below zero", "no quantity", "before its subscription")
UNITS = {"k": 1_000, "M": 1_000_000}


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is made: so many rows, of so many accounts."""

    rows: int
    accounts: int
    seed: int = 1
    koodrive: bool = False
    ids: bool = True
    bad: bool = False

    @property
    def items(self) -> tuple[str, ...]:
        """The metered items of the book."""
        return ("storage", "users") if self.koodrive else ("storage",)

    @property
    def begin(self) -> datetime:
        """The first instant of the period in the zone of the book."""
        return datetime(2026, 3, 1, tzinfo=ZoneInfo("Asia/Shanghai" if self.koodrive else "Europe/Berlin"))

    @property
    def hours(self) -> int:
        """How many hours the period has: in Berlin a clock change takes one."""
        return int(self.begin.replace(month=4).timestamp() - self.begin.timestamp()) // 3600

    def rows_of_day(self, day: int) -> range:
        """The numbers of the rows that arrive on a day from 0."""
        return range(self.rows * day // DAYS, self.rows * (day + 1) // DAYS)


def size_of(text: str) -> int:
    """The number of rows that `72M`, `10k` or `500` means."""
    return int(text.removesuffix(text[-1])) * UNITS[text[-1]] if text[-1:] in UNITS else int(text)


def make(delivery: Delivery, folder: Path, csv: bool = False, threads: int = 2) -> None:
    """Writes the delivery into the folder, which may be there already."""
    (folder / "usage").mkdir(parents=True, exist_ok=True)
    if csv:
        (folder / "usage-csv").mkdir(exist_ok=True)
    if not delivery.koodrive:
        write_plans(folder / "book")
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {threads}; SET memory_limit = '600MB'; SET temp_directory = '{folder}'; SET TimeZone = 'UTC'")
        connection.execute(f"CREATE TABLE accounts AS {_accounts(delivery)}")
        connection.execute(f"COPY (SELECT account, document FROM accounts ORDER BY number) TO '{folder}/accounts.parquet' (FORMAT parquet)")
        for day in range(DAYS):
            name = f"{PERIOD}-{day + 1:02}"
            connection.execute(f"COPY ({_rows(delivery, day)}) TO '{folder}/usage/{name}.parquet' (FORMAT parquet)")
            if csv:
                connection.execute(
                    f"COPY ({_as_texts(delivery, folder / 'usage' / f'{name}.parquet')}) TO '{folder}/usage-csv/{name}.csv' (FORMAT csv, HEADER)"
                )


def _accounts(delivery: Delivery) -> str:
    """The accounts by number: an id, the hour at which work begins, and the document."""
    attributes = "" if delivery.koodrive else ', "attributes": {"plan": "plan-\' || lpad((number % 200 + 1)::VARCHAR, 3, \'0\') || \'"}'
    address = ', "address": ["2 Example Street"], "city": "Berlin", "postcode": "10115", "country": "DE"'
    subscriptions = '[{"id": "s-1", "billing_mode": "pay-per-use", "events": [{"date": "2026-02-01", "start": true}]}]'
    return f"""
        SELECT number, account, CAST(number * 7 % 24 AS BIGINT) AS shift, '{{"id": "' || account || '", "customer": {{"name": "Customer ' ||
            number || '"{address}{attributes}}}, "subscriptions": {subscriptions}}}' AS document
        FROM (SELECT range AS number, md5('{delivery.seed}-account-' || range)::UUID::VARCHAR AS account FROM range({delivery.accounts}))"""


def _rows(delivery: Delivery, day: int) -> str:
    """The rows that arrive on a day.

    Each comes from the number of its record alone, which for a row that repeats another is the number of that one. The numbers are
    mixed in whole numbers below 2^62.
    """
    numbers, hours, begin = delivery.rows_of_day(day), delivery.hours, int(delivery.begin.timestamp())
    record, more = "n", "0"
    if delivery.ids:
        record = f"CASE WHEN n % {REPEATED} = {REPEATED - 1} THEN {_earlier('n', 0)} ELSE n END"
    if delivery.ids and delivery.bad:
        record = f"CASE WHEN n % {CONFLICTING} = {CONFLICTING - 2} THEN {_earlier('n', 90)} ELSE {record} END"
        more = f"CASE WHEN n % {CONFLICTING} = {CONFLICTING - 2} THEN 1 ELSE 0 END"
    mixed = f"""
        SELECT n, record, more, first, second, {_mixed("xor(second, first)", 1)} AS third FROM (
        SELECT n, record, more, first, {_mixed("first", 2)} AS second FROM (
        SELECT n, record, more, {_mixed("record", delivery.seed)} AS first FROM (
        SELECT n, {record} AS record, {more} AS more FROM (SELECT range AS n FROM range({numbers.start}, {numbers.stop})))))"""
    quantity = "(second * 16 + third // 131072 % 16) % CASE third % 5 WHEN 0 THEN 100000000 WHEN 1 THEN 20000000000 ELSE 2000000000 END"
    item = "'storage'"
    if delivery.koodrive:
        item = "CASE WHEN third % 2 = 0 THEN 'storage' ELSE 'users' END"
        quantity = f"CASE WHEN third % 2 = 0 THEN {quantity} ELSE (1 + second % 1500) * 1000000 END"
    placed = f"""
        SELECT n, record, more + {quantity} AS millionths, {item} AS item,
            CASE WHEN first % 10 = 0 OR {delivery.accounts} = 1 THEN 0 ELSE 1 + first // 10 % ({delivery.accounts} - 1) END AS number,
            third // 16 % 24 AS pick, third // 512 % 3600 AS second, record * {DAYS} // {delivery.rows} AS day
        FROM ({mixed})"""
    at = f"{begin} + least(day * 24 + CASE number WHEN 0 THEN pick ELSE (shift + pick % 12) % 24 END, {hours - 1}) * 3600 + second"
    columns = {
        "account": "account",
        "subscription": "'s-1'",
        "item": "item",
        "time": f"make_timestamp(({at}) * 1000000)::TIMESTAMPTZ",
        "quantity": "CAST(millionths AS DECIMAL(18, 0)) * CAST('0.000001' AS DECIMAL(7, 6))",
    }
    if delivery.ids:
        columns["id"] = f"md5('{delivery.seed}-' || record)::UUID::VARCHAR"
    if delivery.bad:
        columns |= {
            "account": _spoilt("account", 0, "'00000000-0000-0000-0000-000000000000'"),
            "subscription": _spoilt("'s-1'", 1, "'s-2'"),
            "item": _spoilt("item", 2, "'storrage'"),
            "quantity": _spoilt(_spoilt(columns["quantity"], 3, "-1"), 4, "NULL"),
            "time": _spoilt(columns["time"], 5, "TIMESTAMPTZ '2026-01-15 12:00:00Z'"),
        }
    columns["quantity"] = f"CAST({columns['quantity']} AS DECIMAL(18, 6))"
    return f"SELECT {', '.join(f'{made} AS {name}' for name, made in columns.items())} FROM ({placed}) JOIN accounts USING (number)"


def _mixed(number: str, seed: int) -> str:
    """A number below 2^31 from one below 2^31, in which near ones lie far apart."""
    spread = f"(({number}) * 1540483477 + {seed} * 69069 + 12345) % 2147483647"
    return f"xor({spread}, ({spread}) // 65536) * 48271 % 2147483647"


def _earlier(row: str, first: int) -> str:
    """The number of a row before this one: one of 90 places of its 200, of which none repeats another or is spoilt."""
    return f"{_mixed(row, 3)} % greatest({row} // {REPEATED}, 1) * {REPEATED} + {first} + {_mixed(row, 4)} % 90"


def _spoilt(made: str, kind: int, wrong: str) -> str:
    """The column, with the wrong value in rows of this kind of mistake."""
    return f"CASE WHEN n % {BAD} = {BAD - 3} AND n // {BAD} % {len(KINDS_OF_BAD)} = {kind} THEN {wrong} ELSE {made} END"


def _as_texts(delivery: Delivery, file: Path) -> str:
    """The same rows as CSV has them."""
    further = ", id" if delivery.ids else ""
    return f"SELECT account, subscription, item, strftime(time, '%Y-%m-%dT%H:%M:%SZ') AS time, quantity{further} FROM '{file}'"


def _told(folder: Path) -> Iterator[str]:
    for each in sorted(folder.iterdir()):
        files = sorted(each.rglob("*")) if each.is_dir() else [each]
        yield f"{each}: {len(files)} files, {sum(file.stat().st_size for file in files):,} bytes"


def main(arguments: list[str] | None = None) -> int:
    """Reads the command line, makes the delivery and says what stands where."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.usage", description="Makes a delivery of usage.")
    parser.add_argument("size", type=size_of, help="the rows: 10M, 500k, 10000")
    parser.add_argument("folder", type=Path, help="where it is written")
    parser.add_argument("--accounts", type=int, help="how many accounts; left out, one for each 1,440 rows")
    parser.add_argument("--seed", type=int, default=1, help="another number gives other records")
    parser.add_argument("--book", choices=("plans", "koodrive"), default="plans", help="whose usage it is")
    parser.add_argument("--csv", action="store_true", help="also as CSV, into usage-csv/")
    parser.add_argument("--ids", action=argparse.BooleanOptionalAction, default=True, help="whether records have ids, and some come again")
    parser.add_argument("--bad", action="store_true", help="with conflicts and wrong rows")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args(arguments)
    accounts = given.accounts or max(2, given.size // RECORDS_OF_ACCOUNT)
    make(Delivery(given.size, accounts, given.seed, given.book == "koodrive", given.ids, given.bad), given.folder, given.csv, given.threads)
    print("\n".join(_told(given.folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
