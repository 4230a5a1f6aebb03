"""`pricebook rate --previous`: usage that comes late is charged as if it had come with the rest, and other accounts' usage is not read again."""

import json
from pathlib import Path

import pytest

from tests.commands.desk import ROOT

SAMPLE = ROOT / "examples" / "koodrive" / "project-by-the-hour"
MARCH = ("rate", "-b", "koodrive", "--period", "2026-03", "--accounts", "accounts", "-f", "json")
ALL = ("-o", "out/all.parquet")
FIRST = ("-o", "out/first.parquet")
NEXT = ("--previous", "out/first.parquet", "-o", "out/next.parquet")


@pytest.fixture
def delivered(desk) -> dict[str, list[str]]:
    """Three accounts, and the rows of their usage by file: most of it in early.csv and early.parquet's place, some of it late."""
    (desk / "accounts").mkdir()
    head, *rows = (SAMPLE / "usage-2026-03.csv").read_text(encoding="utf-8").splitlines()
    text = (SAMPLE / "account.yaml").read_text(encoding="utf-8")
    files: dict[str, list[str]] = {"early": [head], "more": [head], "late": [head]}
    for number, name in enumerate("abc"):
        (desk / "accounts" / f"{name}.yaml").write_text(text.replace("id: festival", f"id: {name}"), encoding="utf-8")
        own = [",".join([name, *row.split(",")[1:5], f"{name}-{row.split(',')[5]}"]) for row in rows[: 40 + number]]
        files["early"] += own[:20]
        files["more"] += own[20:30] if name == "a" else own[20:]
        files["late"] += own[30:] if name == "a" else []
    for name, lines in files.items():
        put(desk / f"{name}.csv", lines)
    return files


def put(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def rated(run, *arguments: str, code: int = 0) -> dict:
    ran = run(*MARCH, *arguments)
    assert ran.code == code, ran.err
    return json.loads(ran.out)


def same(desk, one: str = "next", other: str = "all") -> bool:
    """Whether two files of charges are the same, byte for byte."""
    return (desk / f"out/{one}.parquet").read_bytes() == (desk / f"out/{other}.parquet").read_bytes()


def test_late_usage_is_charged_as_if_it_had_come_with_the_rest(desk, run, delivered):
    rated(run, "early.csv", "more.csv", "late.csv", *ALL)
    before = rated(run, "early.csv", "more.csv", *FIRST)
    found = rated(run, "late.csv", *NEXT)
    assert same(desk) and found["previous"] == {"file": "out/first.parquet", "digest": before["digest"], "touched": ["a"]}
    assert [(each["file"], each["read"]) for each in found["files"]] == [("early.csv", 20), ("late.csv", 10), ("more.csv", 10)]
    again = rated(run, "late.csv", "--previous", "out/next.parquet", "-o", "out/next.parquet")
    assert same(desk) and again["digest"] == found["digest"] and again["previous"]["touched"] == []
    assert rated(run, "./late.csv", "--previous", "out/next.parquet", "-o", "out/next.parquet")["digest"] == found["digest"]


def test_a_record_that_comes_again_late_counts_once(desk, run, delivered):
    rated(run, "early.csv", "more.csv", *FIRST)
    put(desk / "late.csv", [delivered["early"][0], delivered["more"][-1], delivered["late"][1]])
    rated(run, "early.csv", "more.csv", "late.csv", *ALL)
    found = rated(run, "late.csv", *NEXT)
    assert same(desk) and found["repeated"] == 1 and found["previous"]["touched"] == ["a", "c"]


def test_a_late_row_that_claims_the_id_of_another_accounts_record(desk, run, delivered):
    """Neither is charged, and as long as both are there none ever is."""
    rated(run, "early.csv", "more.csv", *FIRST)
    claimed = delivered["late"][1].rpartition(",")[0] + "," + delivered["early"][25].rpartition(",")[2]
    put(desk / "late.csv", [delivered["early"][0], claimed])
    rated(run, "early.csv", "more.csv", "late.csv", *ALL, "--accept-rejects", code=1)
    found = rated(run, "late.csv", *NEXT, "--accept-rejects", code=1)
    assert same(desk) and found["previous"]["touched"] == ["a", "b"] and found["rejected"] == 2
    put(desk / "later.csv", [delivered["early"][0], delivered["early"][25]])
    rated(run, "early.csv", "more.csv", "late.csv", "later.csv", *ALL, "--accept-rejects", code=1)
    rated(run, "later.csv", "--previous", "out/next.parquet", "-o", "out/next.parquet", "--accept-rejects", code=1)
    assert same(desk)
    put(desk / "c.csv", [delivered["early"][0], delivered["early"][-1].rpartition(",")[0] + ",c-new"])
    rated(run, "early.csv", "more.csv", "late.csv", "later.csv", "c.csv", *ALL, "--accept-rejects", code=1)
    assert rated(run, "c.csv", "--previous", "out/next.parquet", "-o", "out/next.parquet", "--accept-rejects", code=1)["previous"]["touched"] == ["c"]
    assert same(desk)


def test_an_account_that_changed_or_came_is_rated_anew(desk, run, delivered):
    """Also where its usage was rejected before, because nobody knew it."""
    (desk / "accounts" / "b.yaml").rename(desk / "b.yaml")
    rated(run, "early.csv", "more.csv", "late.csv", *FIRST, "--accept-rejects", code=1)
    (desk / "b.yaml").rename(desk / "accounts" / "b.yaml")
    path = desk / "accounts" / "c.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("city: ", "city: New "), encoding="utf-8")
    rated(run, "early.csv", "more.csv", "late.csv", *ALL)
    assert rated(run, *NEXT)["previous"]["touched"] == ["b", "c"]
    assert same(desk)


def test_rows_in_quotes_and_rows_in_doubt_of_before(desk, run, delivered):
    """A file that was written anew to be read is written anew again; what was rejected of touched accounts is told again."""
    head, *rows = delivered["early"]
    quoted = [",".join(f'"{cell}"' for cell in row.split(",")) for row in rows]
    bad = [rows[0].replace(",users,", ",user,"), 'b,s-1,"x,y",2026-03-01T10:00,1,odd']
    put(desk / "early.csv", [head, *quoted, *bad])
    put(desk / "more.csv", [*delivered["more"], rows[1].replace("T", " at ")])
    rated(run, "early.csv", "more.csv", "late.csv", *ALL, "--accept-rejects", code=1)
    rated(run, "early.csv", "more.csv", *FIRST, "--accept-rejects", code=1)
    found = rated(run, "late.csv", *NEXT, "--accept-rejects", code=1)
    assert same(desk) and found["previous"]["touched"] == ["a"] and found["rejected"] >= 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda desk: (desk / "more.csv").write_bytes(b"account"), "`more.csv`, which its charges were made of, has changed"),
        (lambda desk: (desk / "more.csv").unlink(), "`more.csv`, which its charges were made of, is not there"),
        (lambda desk: (desk / "out/first.parquet").write_bytes((desk / "out/first.parquet").read_bytes()[:-200]), "it is no file of charges"),
        (lambda desk: (desk / "out/first.parquet").unlink(), "there is no file `out/first.parquet`"),
    ],
)
def test_charges_that_cannot_be_gone_on_from(desk, run, delivered, change, said):
    rated(run, "early.csv", "more.csv", *FIRST)
    change(desk)
    ran = run(*MARCH[:-2], "late.csv", *NEXT)
    assert ran.code == 2 and said in " ".join(ran.err.split()) and "help" in ran.err, ran.err
    assert not (desk / "out/next.parquet").exists()


def test_charges_of_another_period_or_book_or_of_damaged_pages_are_not_gone_on_from(desk, run, delivered):
    rated(run, "early.csv", "more.csv", *FIRST)
    for period, said in (("2026-04", "not for 2026-04-01"), ("2026-Q1", "not for 2026-01-01")):
        ran = run("rate", "-b", "koodrive", "--period", period, "--accounts", "accounts", "late.csv", *NEXT)
        assert ran.code == 2 and "cannot be gone on from" in ran.err and said in " ".join(ran.err.split()), ran.err
    content = (desk / "out/first.parquet").read_bytes()
    (desk / "out/first.parquet").write_bytes(content[:4] + b"\xff" * 600 + content[604:])
    ran = run(*MARCH[:-2], "late.csv", *NEXT)
    assert ran.code == 2 and "it is damaged" in ran.err, ran.err
    (desk / "out/first.parquet").write_bytes(content)
    prices = desk / "rules/koodrive/prices/2026-01-01.yaml"
    prices.write_text(prices.read_text(encoding="utf-8").replace("89.00", "98.00"), encoding="utf-8")
    ran = run(*MARCH[:-2], "late.csv", *NEXT)
    assert ran.code == 2 and "version of the book" in ran.err
    assert not (desk / "out/next.parquet").exists()
