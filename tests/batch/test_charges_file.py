"""Charges in a file: what was written is read back exactly, in whatever order it came, and a file of something else is refused."""

import json
import os
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.batch.charges_file import COLUMNS, ChargesHead, number_of, number_text, open_charges, write_charges
from engine.billing import charges_for_usage, make_invoice
from engine.model.charges import RatedUsage, Tally, UsageCharge
from engine.model.invoices import Invoice
from engine.shelf import Unusable
from engine.values.exact import exact
from tests.billing.usage_shop import account, book_of, event, midnight, shop, subscription, usage
from tests.extent import examples
from tests.laws.charged import brief

BOOK = book_of(shop())
MARCH = (midnight(BOOK, "2026-03-01"), midnight(BOOK, "2026-04-01"))
HEAD = ChargesHead(BOOK.id, BOOK.digest, *MARCH, "0" * 64)

NUMBERS = st.one_of(st.decimals(0, 10**30, allow_nan=False), st.fractions(0, 10**6, max_denominator=10**9)).map(exact)
NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=6)
INSTANTS = st.datetimes(datetime(1971, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC))
TALLIES = st.builds(
    Tally, st.integers(0, 9), st.integers(0, 2), st.integers(0, 5), INSTANTS, INSTANTS, NUMBERS, st.integers(1, 10**12), NUMBERS, st.integers(0, 10**12),
    NUMBERS, NUMBERS, st.booleans(),
)  # fmt: skip
CHARGES = st.builds(
    UsageCharge, NAMES, NAMES, NAMES, NAMES, st.none() | NAMES, st.lists(st.tuples(NAMES, NAMES), max_size=2).map(tuple), INSTANTS, INSTANTS, INSTANTS,
    INSTANTS, st.none() | INSTANTS, NUMBERS, NUMBERS, st.none() | NUMBERS, st.integers(0, 10**9), st.integers(0, 10**9),
    st.lists(TALLIES, max_size=3).map(tuple),
)  # fmt: skip


@examples(30)
@given(st.lists(CHARGES, max_size=6, unique_by=lambda each: each.order), st.randoms())
def test_what_was_written_is_read_back_in_order(tmp_path_factory, charges, chance):
    path = tmp_path_factory.mktemp("charges") / "charges.parquet"
    head = write_charges(path, charges, HEAD)
    read = open_charges(path, BOOK, MARCH)
    ordered = sorted(charges, key=lambda each: each.order)
    assert [each for _, found in read.accounts() for each in found] == ordered and read.head == head
    assert (head.accounts, head.charges, head.records) == (len({each.account for each in charges}), len(charges), sum(each.records for each in charges))
    for name in {each.account for each in charges}:
        assert read.of(name) == tuple(each for each in ordered if each.account == name)
    assert read.of("nobody") == () and list(read.accounts([])) == []
    chance.shuffle(charges)
    again = path.with_name("again.parquet")
    assert write_charges(again, charges, HEAD) == head and again.read_bytes() == path.read_bytes()
    assert sorted(os.listdir(path.parent)) == ["again.parquet", "charges.parquet"]


@given(NUMBERS)
def test_a_number_is_an_exact_text(number):
    text = number_text(number)
    assert number_of(text) == number and "E" not in text and Fraction(text) == Fraction(number)


def many(count: int) -> list[UsageCharge]:
    """Charges of many accounts, each with forty tallies, in no order."""
    made = account(BOOK, subscription("s", "use", event("2026-03-01", "start")))
    (charge,) = charges_for_usage(BOOK, made, usage(BOOK, [("s", "storage", "03-05T10:00", 5)]), *MARCH)
    (tally,) = charge.tallies
    tallies = tuple(replace(tally, start=tally.start + timedelta(hours=hour), amount=exact(Fraction(hour, 743))) for hour in range(40))
    charges = [replace(charge, account=f"account-{number:05}", tallies=tallies) for number in range(count)]
    random.Random(1).shuffle(charges)
    return charges


def test_one_account_of_many_is_found_among_the_groups_of_the_file(tmp_path):
    charges = many(1_500)
    head = write_charges(tmp_path / "charges.parquet", charges, HEAD)
    assert (head.accounts, head.charges) == (1_500, 1_500)
    read = open_charges(tmp_path / "charges.parquet", BOOK)
    assert read.of(charges[7].account) == (charges[7],)
    assert [name for name, _ in read.accounts(["account-01499", "account-00000", "none"])] == ["account-00000", "account-01499"]


def test_an_invoice_from_the_file_is_that_of_the_usage(tmp_path):
    made = account(BOOK, subscription("s", "use", event("2026-03-01", "start")))
    records = usage(BOOK, [("s", "storage", f"03-{day:02}T10:00", Decimal(day) / 8) for day in range(1, 31)] + [("s", "calls", "03-09T10:00", 7)])
    write_charges(tmp_path / "charges.parquet", charges_for_usage(BOOK, made, records, *MARCH), HEAD)
    read = RatedUsage({MARCH: open_charges(tmp_path / "charges.parquet", BOOK, MARCH).of("acme")})
    one, other = (make_invoice(BOOK, made, known, *MARCH) for known in (records, read))
    assert isinstance(one, Invoice) and isinstance(other, Invoice) and brief(one) == brief(other)


@pytest.mark.parametrize(
    ("written", "asked", "said"),
    [
        (HEAD, (BOOK, (MARCH[0], midnight(BOOK, "2026-05-01"))), "its charges are for 2026-03-01 to 2026-03-31, not for 2026-03-01 to 2026-04-30"),
        (replace(HEAD, book_digest="1" * 64), (BOOK, MARCH), "its charges are of an earlier or later version of the book"),
        (replace(HEAD, book_id="other"), (BOOK, MARCH), "its charges are of the book `other`"),
    ],
)
def test_charges_of_something_else_are_refused(tmp_path, written, asked, said):
    path = tmp_path / "charges.parquet"
    write_charges(path, [], written)
    with pytest.raises(Unusable) as refused:
        open_charges(path, *asked)
    (found,) = refused.value.diagnostics
    assert (found.code, found.message) == ("Y830", f"`{path}` cannot be billed: {said}") and found.help


@pytest.mark.parametrize("content", [b"", b"account,subscription\n", b"PAR1" * 4])
def test_what_is_no_file_of_charges_is_refused(tmp_path, content):
    path = tmp_path / "it's.parquet"
    path.write_bytes(content)
    with pytest.raises(Unusable, match="it is no file of charges"):
        open_charges(path, BOOK)


def test_a_file_of_another_form_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.batch.charges_file.FORM", "0")
    write_charges(tmp_path / "charges.parquet", [], HEAD)
    monkeypatch.undo()
    with pytest.raises(Unusable, match="no file of charges in this program's form"):
        open_charges(tmp_path / "charges.parquet", BOOK)


def test_what_breaks_off_leaves_what_stood_there(tmp_path):
    path = tmp_path / "charges.parquet"
    path.write_bytes(b"before")

    def charges():
        yield many(1)[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_charges(path, charges(), HEAD)
    assert path.read_bytes() == b"before" and os.listdir(tmp_path) == ["charges.parquet"]


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(Unusable, match="was not written: there is no folder"):
        write_charges(tmp_path / "none" / "charges.parquet", [], HEAD)


def test_the_digest_is_that_of_the_rows_as_lines_of_json(tmp_path):
    head = write_charges(tmp_path / "charges.parquet", reversed(many(3)), HEAD)
    told = ", ".join(f'epoch_us("{name}")' if kind == "TIMESTAMPTZ" else f'"{name}"' for name, kind in COLUMNS.items())
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT {told} FROM '{tmp_path / 'charges.parquet'}'").fetchall()
    assert rows == sorted(rows) and {row[:5] for row in rows} == {(f"account-0000{number}", "s", "use", "storage", None) for number in range(3)}
    assert head.digest == sha256("".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode()).hexdigest()
