"""Usage files of `pricebook invoice`: what it says of their records adds up, whatever their size, and findings show their lines."""

import hashlib
import json
import re

import pytest

HOURS = "examples/koodrive/project-by-the-hour"
INVOICE = ("invoice", f"{HOURS}/account.yaml", "-b", "koodrive", "--period", "2026-03")


@pytest.fixture
def rows(desk) -> list[str]:
    """The rows of March, the first of which names the columns."""
    return (desk / HOURS / "usage-2026-03.csv").read_text(encoding="utf-8").splitlines()


def written(desk, name: str, rows: list[str]) -> str:
    (desk / name).write_text("\n".join(rows) + "\n", encoding="utf-8")
    return name


def told(err: str) -> tuple[int, list[int]]:
    """The records that were read, and the parts that they came to."""
    read, parts = re.search(r"usage: ([0-9,]+) records? of [0-9]+ files?: (.*)", err).groups()
    numbers = re.findall(r"([0-9,]+) (?:to bill|outside|repeated|for other|refused)", parts)
    return int(read.replace(",", "")), [int(each.replace(",", "")) for each in numbers]


def test_what_is_said_of_the_records_adds_up_and_names_the_other_accounts(desk, run, rows):
    """Of ten rows four are others' (of four accounts, three of which are named), one is of April, one a repetition, and four are billed."""
    others = [row.replace("festival", name) for row, name in zip(rows[5:9], ("d", "b", "c", "a"), strict=True)]
    april = rows[10].replace("2026-03-", "2026-04-")
    ran = run(*INVOICE, "--usage", written(desk, "usage.csv", [*rows[:5], rows[1], april, *others]))
    assert ran.code == 0, ran.err
    assert "usage: 10 records of 1 file: 4 to bill, 1 outside the period, 1 repeated, 4 for other accounts (a 1, b 1, c 1, 1 more)\n" in ran.err
    assert told(ran.err) == (10, [4, 1, 1, 4])


def test_refused_records_are_counted_and_shown_with_their_lines(desk, run, rows):
    wrong = rows[300].replace(",users,", ",user,").replace(",storage,", ",user,")
    ran = run(*INVOICE, "--usage", written(desk, "usage.csv", [*rows[:300], wrong, *rows[301:]]))
    assert (ran.code, ran.out) == (1, "")
    assert told(ran.err) == (1086, [1085, 1])
    assert f"301 | {wrong}" in ran.err and f"299 | {rows[298]}" in ran.err
    assert rows[5] not in ran.err


def test_a_finding_of_the_invoice_shows_its_row(desk, run, rows):
    """The subscription that is not there stands in no text that is kept."""
    name = rows[200].split(",")[rows[0].split(",").index("subscription")]
    ran = run(*INVOICE, "--usage", written(desk, "usage.csv", [*rows[:200], rows[200].replace(name, "elsewhere"), *rows[201:]]))
    assert ran.code == 1
    assert "Q704" in ran.err and "201 | " in ran.err and "elsewhere" in ran.err


def test_a_file_of_more_than_8_mb_is_read(desk, run, rows):
    """Spaces around a cell are no part of it: eighty rows with 120,000 of them are 9.6 MB."""
    wide = [row.replace(",", " " * 120_000 + ",", 1) for row in rows[1:81]]
    name = written(desk, "usage.csv", [rows[0], *wide])
    assert (desk / name).stat().st_size > 9_000_000
    ran = run(*INVOICE, "--usage", name, "-f", "json")
    plain = run(*INVOICE, "--usage", written(desk, "plain.csv", rows[:81]), "-f", "json")
    assert (ran.code, told(ran.err)) == (0, (80, [80]))
    assert json.loads(ran.out)["lines"] == json.loads(plain.out)["lines"]


def test_the_fingerprint_is_that_of_the_files_in_the_order_of_their_names(desk, run, rows):
    first, second = written(desk, "a.csv", rows[:9]), written(desk, "b.csv", [rows[0], *rows[9:]])
    made = [run(*INVOICE, "--usage", one, "--usage", other, "-f", "json") for one, other in ((first, second), (second, first))]
    assert made[0].out == made[1].out
    content = (desk / "a.csv").read_bytes() + (desk / "b.csv").read_bytes()
    assert hashlib.sha256(content).hexdigest() in made[0].out


def test_records_alike_without_an_id_are_billed_with_a_warning(desk, run):
    rows = ["account,subscription,item,time,quantity", *["festival,stage-plans,users,2026-03-10T10:00,5"] * 3]
    ran = run(*INVOICE, "--usage", written(desk, "usage.csv", rows))
    assert ran.code == 0, ran.err
    assert "warning[Q608]: 2 records are the same in every cell as one before them" in ran.err
    assert told(ran.err) == (3, [3])
