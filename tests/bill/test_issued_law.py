"""A law: what `bill --issued` corrects is what `invoice --issued` corrects, byte for byte, of random books and accounts, of usage as of its charges."""

import json
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from engine.commands import shell
from engine.model.book import PriceBook
from engine.usage import UsageRecord
from engine.values.exact import plain
from tests.bill.many import documents
from tests.conformance.language import write
from tests.laws.charged import _sharpened, _varied
from tests.laws.one_path import Case, Seeded, Unsaid, _calendar, _period, book_data, case_of, loaded

COLUMNS = "account,subscription,item,time,quantity,id,spec,site,who"
FORMATS = ("-f", "json", "-f", "html", "-f", "csv")
TRIED, AT_ONCE = 96, 24


def rows_of(name: str, records: Sequence[tuple[int, UsageRecord]]) -> list[str]:
    """Numbered records of an account as rows of CSV."""
    return [
        ",".join([
            name, each.subscription, each.item, f"{each.at:%Y-%m-%dT%H:%M:%SZ}", plain(each.quantity), f"{name}-{number}", each.spec or "",
            each.attributes["site"], each.attributes["who"],
        ])
        for number, each in records
    ]  # fmt: skip


def drawn_case(chance: Seeded) -> tuple[PriceBook, dict, Case] | None:
    """A book that can be read, its data, and a case of it; None where chance gave another."""
    data = book_data(chance)
    book = loaded(data)
    try:
        case = case_of(chance, book, data) if book is not None else None
    except Unsaid:
        return None
    if book is None or case is None:
        return None
    data, case = _sharpened(chance, data, case), _varied(chance, case, data)
    book = loaded(data)
    if book is None or any(isinstance(each.quantity, Fraction) for each in case.records):
        return None
    return book, data, case


def command(folder: Path, *parts: str) -> int:
    """A command with the book of the folder; its exit code."""
    return shell.run([*parts, "-b", str(folder / "book")])


def corrections(chance: Seeded, folder: Path) -> int:
    """How many invoices correct something, where both bill alike; 0 where chance gave a book or account that cannot be billed."""
    found = drawn_case(chance)
    if found is None:
        return 0
    book, data, case = found
    # The second period may begin after the last of the use: then all that it bills is corrections.
    year = _period(book) == "year"
    months = _calendar("year" if year else "month", case.start, case.start + timedelta(days=370 if year else 40), book.zone)
    before, now = ("..".join(f"{each.astimezone(book.zone):%Y-%m-%d}" for each in month) for month in months[:2])
    files: dict[str, list[str]] = {"known": [], "all": []}
    (folder / "accounts").mkdir()
    for name in ("a", "b"):
        (folder / "accounts" / f"{name}.yaml").write_text(write(case.account | {"id": name}), encoding="utf-8")
        records = [each for each in enumerate(case.records) if name == "a" or chance.pick((True, False))]
        files["all"] += rows_of(name, records)
        files["known"] += rows_of(name, [each for each in records if chance.pick((True, False))])
    (folder / "book").mkdir()
    (folder / "book" / "book.yaml").write_text(write(data), encoding="utf-8")
    for name, rows in files.items():
        (folder / f"{name}.csv").write_text("\n".join([COLUMNS, *rows]) + "\n", encoding="utf-8")
    where, accounts = lambda name: str(folder / name), ("--accounts", str(folder / "accounts"))
    first = ("bill", *accounts, "--workers", "1", "--period", before, "--usage", where("known.csv"), "--number", "{1}", "-f", "json", "-o", where("first"))
    if command(folder, *first) != 0:
        return 0
    late = ("--period", now, "--issued", where("first"), "--number", "{50}")
    usage = ("--usage", where("all.csv"))
    codes = {command(folder, "bill", *accounts, "--workers", "1", *late, *usage, *FORMATS, "-o", where("by-bill"))}
    for form in FORMATS[1::2]:
        codes.add(command(folder, "invoice", where("accounts"), *late, *usage, "-f", form, "-o", where("by-invoice")))
    charges: list[str] = []
    for period in (before, now):
        codes.add(command(folder, "rate", *accounts, "--period", period, where("all.csv"), "-o", where(f"{period}.parquet")))
        charges += ["--charges", where(f"{period}.parquet")]
    if codes != {0}:
        assert 0 not in codes
        return 0
    assert command(folder, "bill", *accounts, "--workers", "1", *late, *charges, *FORMATS, "-o", where("by-charges")) == 0
    made = documents(folder / "by-bill")
    assert documents(folder / "by-charges") == made
    assert (documents(folder / "by-invoice") if made else {}) == made
    return sum(any(line["corrects"] for line in json.loads(each)["lines"]) for name, each in made.items() if name.endswith(".json"))


@pytest.mark.whole
@pytest.mark.parametrize("start", range(0, TRIED, AT_ONCE))
def test_what_is_billed_late_is_corrected_as_by_invoice(start):
    corrected = 0
    for number in range(start, start + AT_ONCE):
        with tempfile.TemporaryDirectory() as folder:
            corrected += corrections(Seeded(Random(number)), Path(folder))
    assert corrected > 0
