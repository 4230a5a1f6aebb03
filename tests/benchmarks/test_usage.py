"""The generator of usage gives what it says: rows, repeats, shares, wrong rows, and the same ones for a seed."""

from collections import Counter
from datetime import UTC, date
from io import BytesIO
from itertools import pairwise

import duckdb
import pytest

from benchmarks.usage import Delivery, main, make, size_of
from engine.billing import make_invoice
from engine.language.build import load_account
from engine.model.invoices import Invoice
from engine.store import inspect_book
from engine.usage import read_usage_files
from engine.values.periods import start_of_day

ROWS, ACCOUNTS = 10_000, 20


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clean")
    make(Delivery(ROWS, ACCOUNTS), folder, csv=True)
    return folder


def rows_of(folder):
    return duckdb.sql(f"SET TimeZone = 'UTC'; SELECT * FROM read_parquet('{folder}/usage/*.parquet')").fetchall()


def read(book, folder):
    return read_usage_files(book, [(each.name, BytesIO(each.read_bytes())) for each in sorted((folder / "usage-csv").iterdir())])


def book_of(folder):
    opened = inspect_book(folder / "book")
    assert opened.book is not None and not opened.diagnostics
    return opened.book


def test_a_clean_delivery_has_its_rows_repeats_and_shares(clean):
    used = read(book_of(clean), clean)
    once = used.records
    assert (used.read, used.repeated, used.refused, len(once), used.diagnostics) == (ROWS, ROWS // 200, 0, ROWS - ROWS // 200, ())
    days = duckdb.sql(
        f"SELECT count(DISTINCT filename) FROM read_parquet('{clean}/usage/*.parquet', filename = true) GROUP BY id HAVING count(*) > 1"
    ).fetchall()
    assert len([files for (files,) in days if files > 1]) > ROWS // 250, "repeats come on other days"
    counts = Counter(each.account for each in once).most_common()
    assert len(counts) == ACCOUNTS
    assert ROWS * 9 // 100 < counts[0][1] < ROWS * 11 // 100
    in_one_hour = Counter((each.account, each.at.replace(minute=0, second=0)) for each in once)
    assert max(in_one_hour.values()) >= 4
    neighbours = pairwise(once)
    assert sum(one.account == other.account for one, other in neighbours) < ROWS // 5
    assert any(each.quantity * 10**5 % 1 for each in once)


def test_parquet_and_csv_hold_the_same_records(clean):
    parquet = {(account, at.astimezone(UTC), quantity, name) for account, _, _, at, quantity, name in rows_of(clean)}
    assert parquet == {(each.account, each.at, each.quantity, each.id) for each in read(book_of(clean), clean).records}


def test_an_account_of_the_delivery_is_billed(clean):
    book, used = book_of(clean), read(book_of(clean), clean)
    documents = duckdb.sql(f"SELECT account, document FROM '{clean}/accounts.parquet'").fetchall()
    assert len(documents) == ACCOUNTS
    account, problems = load_account("account.json", documents[3][1].encode(), book)
    assert not problems and account.id == documents[3][0]
    records = [each for each in used.records if each.account == account.id]
    made = make_invoice(book, account, records, *(start_of_day(day, book.zone) for day in (date(2026, 3, 1), date(2026, 4, 1))))
    assert isinstance(made, Invoice) and made.gross > 0


def test_the_seed_alone_decides(clean, tmp_path):
    for seed, threads in ((1, 1), (2, 2)):
        make(Delivery(ROWS, ACCOUNTS, seed), tmp_path / str(seed), threads=threads)
    assert rows_of(tmp_path / "1") == rows_of(clean)
    assert not {row[-1] for row in rows_of(tmp_path / "2")} & {row[-1] for row in rows_of(clean)}


def test_a_bad_delivery_has_conflicts_and_rows_of_each_mistake(tmp_path):
    make(Delivery(ROWS, ACCOUNTS, bad=True), tmp_path, csv=True)
    used = read(book_of(tmp_path), tmp_path)
    # Ten rows are wrong: an item, a negative and an empty quantity are seen by reading alone, the others by who is billed.
    assert (used.read, used.refused, used.repeated) == (ROWS, 5 + 2, ROWS // 200)
    assert sum(each.account.startswith("00000000-") for each in used.records) == 2
    assert sum(each.subscription == "s-2" for each in used.records) == 2
    assert sum(each.at.month == 1 for each in used.records) == 1


def test_the_command_makes_usage_of_koodrive_without_ids(tmp_path, capsys):
    assert main(["5k", str(tmp_path), "--book", "koodrive", "--no-ids", "--accounts", "9"]) == 0
    assert f"{tmp_path / 'usage'}: 31 files" in capsys.readouterr().out
    rows = rows_of(tmp_path)
    assert len(rows) == 5000 and {row[2] for row in rows} == {"storage", "users"} and len(rows[0]) == 5
    assert all(1 <= row[4] <= 1500 and row[4] == int(row[4]) for row in rows if row[2] == "users")


@pytest.mark.parametrize(("text", "rows"), [("72M", 72_000_000), ("10k", 10_000), ("7", 7)])
def test_a_size_is_read(text, rows):
    assert size_of(text) == rows
