"""`pricebook bill --charges`: the same documents as from the usage that was rated, and charges of another book or period are refused."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.batch.charges_file import ChargesHead, write_charges
from engine.billing.charges import charges_for_usage
from engine.commands.reading import read_account
from engine.commands.usage_files import read_usage_of
from engine.store import open_book
from engine.values.periods import start_of_day
from tests.bill.many import documents, edit, finish, numbers, start, summary
from tests.bill.test_stopped import KILLED

MARCH = ("bill", "--accounts", "accounts", "-b", "koodrive", "--period", "2026-03", "--number", "{1}", "--workers", "2")
FROM = {"usage": ("--usage", "usage.csv"), "charges": ("--charges", "charges.parquet")}


def festivals(desk: Path, count: int) -> Decimal:
    """Accounts that are paid by the hour, with their usage in a file and the charges of this in another; the sum of the charges."""
    sample = desk / "examples/koodrive/project-by-the-hour"
    (desk / "accounts").mkdir()
    head, *rows = (sample / "usage-2026-03.csv").read_text(encoding="utf-8").splitlines()
    text = (sample / "account.yaml").read_text(encoding="utf-8")
    usage = [head]
    for number in range(count):
        name = f"a-{number:04}"
        (desk / "accounts" / f"{name}.yaml").write_text(text.replace("id: festival", f"id: {name}"), encoding="utf-8")
        cells = [row.split(",") for row in rows[: 60 + 2 * number]]
        usage += [",".join([name, *cell[1:4], str(int(cell[4]) + number), f"{name}-{cell[5]}"]) for cell in cells]
    (desk / "usage.csv").write_text("\n".join(usage) + "\n", encoding="utf-8")
    book = open_book(desk / "rules/koodrive").rules
    used, digest = read_usage_of([str(desk / "usage.csv")], book)
    borders = (start_of_day(date(2026, 3, 1), book.zone), start_of_day(date(2026, 4, 1), book.zone))
    charges = []
    for name in sorted(each.name for each in (desk / "accounts").iterdir()):
        account, _ = read_account(str(desk / "accounts" / name), book, {})
        charges += charges_for_usage(book, account, used.records, *borders)
    write_charges(desk / "charges.parquet", charges, ChargesHead(book.id, book.digest, *borders, digest))
    return sum((tally.amount for charge in charges for tally in charge.tallies), Decimal(0))


def test_documents_from_charges_are_those_from_usage_in_every_format(desk, run):
    festivals(desk, 3)
    formats = [part for form in ("html", "json", "csv", "md", "ubl") for part in ("-f", form)]
    for name, given in FROM.items():
        ran = run(*MARCH, *given, *formats, "-o", name)
        assert ran.code == 0, ran.err
    assert documents(desk / "charges") == documents(desk / "usage") and len(documents(desk / "usage")) == 15
    assert numbers(desk / "charges") == numbers(desk / "usage")
    assert "charges: 6 charges of 3 accounts, made of 186 records" in ran.err


def test_the_sums_of_the_invoices_are_those_of_the_charges(desk, run):
    charged = festivals(desk, 20)
    assert run(*MARCH, *FROM["charges"], "-f", "json", "-o", "out").code == 0
    lines = [line for each in documents(desk / "out").values() for line in json.loads(each)["lines"]]
    assert sum(Decimal(line["list_amount"]) for line in lines) == charged > 0
    off = sum(Decimal(line["discount_amount"]) + Decimal(line["rounding_amount"]) for line in lines)
    assert Decimal(summary(desk / "out")["totals"][0]["net"]) == charged - off


def test_killed_and_started_again_it_bills_the_same_charges(desk, run):
    festivals(desk, 12)
    assert run(*MARCH, *FROM["charges"], "-f", "csv", "-o", "whole").code == 0
    code, err = finish(start(desk, *MARCH, *FROM["charges"], "-f", "csv", "-o", "out", program=KILLED.format(times=1)))
    assert code == 0 and "it is done again" in err and documents(desk / "out") == documents(desk / "whole")


def test_charges_of_accounts_that_are_not_billed_are_said(desk, run):
    festivals(desk, 3)
    (desk / "accounts" / "a-0001.yaml").unlink()
    ran = run(*MARCH, *FROM["charges"], "-f", "csv", "-o", "out")
    assert ran.code == 0 and "usage of accounts that are not billed here: a-0001 (62)" in ran.err
    assert [*documents(desk / "out")] == ["a-0000-2026-03.csv", "a-0002-2026-03.csv"]


def test_charges_of_another_period_or_book(desk, run):
    festivals(desk, 1)
    ran = run(*MARCH[:6], "2026-04", *FROM["charges"], "-o", "out")
    assert ran.code == 2 and "charges.parquet" in ran.err and documents(desk / "out") == {}
    edit(desk / "rules/koodrive/prices/2026-01-01.yaml", "89.00", "98.00")
    ran = run(*MARCH, *FROM["charges"], "-o", "out")
    assert ran.code == 2 and "version of the book" in " ".join(ran.err.split()) and documents(desk / "out") == {}


def test_other_charges_than_those_that_the_folder_was_begun_with(desk, run):
    festivals(desk, 2)
    assert run(*MARCH, *FROM["charges"], "-f", "csv", "-o", "out").code == 0
    edit(desk / "usage.csv", ",24,", ",25,")
    ran = run(*MARCH, *FROM["usage"], "-f", "csv", "-o", "out")
    assert ran.code == 2 and "Q782" in ran.err and "the digest of the" in ran.err


@pytest.mark.parametrize("other", [FROM["usage"], ("--explain",)])
def test_charges_go_alone(desk, run, other):
    ran = run(*MARCH, *FROM["charges"], *other, "-o", "out")
    assert ran.code == 2 and "or the charges alone" in " ".join(ran.err.split())
