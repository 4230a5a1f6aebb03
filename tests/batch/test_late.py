"""`pricebook rate --previous`: usage that comes late is charged as if it had come with the rest, and other accounts' usage is not read again."""

import csv
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


def rated(run, *arguments: str, code: int = 0, book: str = "koodrive") -> dict:
    ran = run(*("rate", "-b", book, *MARCH[3:]), *arguments)
    assert ran.code == code, ran.err
    return json.loads(ran.out)


def same(desk, one: str = "next", other: str = "all") -> bool:
    """Whether two files of charges are the same, byte for byte."""
    return (desk / f"out/{one}.parquet").read_bytes() == (desk / f"out/{other}.parquet").read_bytes()


def test_late_usage_is_charged_as_if_it_had_come_with_the_rest(desk, run, delivered):
    rated(run, "early.csv", "more.csv", "late.csv", *ALL)
    before = rated(run, "early.csv", "more.csv", *FIRST)
    found = rated(run, "late.csv", *NEXT)
    assert same(desk) and found["previous"] == {"file": "out/first.parquet", "digest": before["digest"], "touched": ["a"], "added": []}
    assert [(each["file"], each["read"]) for each in found["files"]] == [("early.csv", 20), ("late.csv", 10), ("more.csv", 10)]
    again = rated(run, "late.csv", "--previous", "out/next.parquet", "-o", "out/next.parquet")
    assert same(desk) and again["digest"] == found["digest"] and again["previous"]["touched"] == []
    assert rated(run, "./late.csv", "--previous", "out/next.parquet", "-o", "out/next.parquet")["digest"] == found["digest"]


def test_a_record_that_comes_again_late_counts_once(desk, run, delivered):
    rated(run, "early.csv", "more.csv", *FIRST)
    put(desk / "late.csv", [delivered["early"][0], delivered["more"][-1], delivered["late"][1]])
    rated(run, "early.csv", "more.csv", "late.csv", *ALL)
    found = rated(run, "late.csv", *NEXT)
    assert same(desk) and found["repeated"] == 1 and found["previous"]["touched"] == ["a"]


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
    put(desk / "then.csv", delivered["late"])
    # What is new stands between the files of then, or behind them.
    for late in ("late.csv", "then.csv"):
        ran = run(*MARCH[:-2], late, *NEXT)
        assert ran.code == 2 and said in " ".join(ran.err.split()) and "help" in ran.err, ran.err
        assert not (desk / "out/next.parquet").exists()


def test_charges_of_another_period_or_book_or_of_damaged_pages_are_not_gone_on_from(desk, run, delivered):
    rated(run, "early.csv", "more.csv", *FIRST)
    for period, said in (("2026-04", "not for 2026-04-01"), ("2026-Q1", "not for 2026-01-01")):
        ran = run("rate", "-b", "koodrive", "--period", period, "--accounts", "accounts", "late.csv", *NEXT)
        assert ran.code == 2 and "cannot be continued" in ran.err and said in " ".join(ran.err.split()), ran.err
    content = (desk / "out/first.parquet").read_bytes()
    (desk / "out/first.parquet").write_bytes(content[:4] + b"\xff" * 600 + content[604:])
    ran = run(*MARCH[:-2], "late.csv", *NEXT)
    assert ran.code == 2 and "it is damaged" in ran.err, ran.err
    (desk / "out/first.parquet").write_bytes(content)
    prices = desk / "rules/koodrive/prices/2026-01-01.yaml"
    prices.write_text(prices.read_text(encoding="utf-8").replace("89.00", "98.00"), encoding="utf-8")
    ran = run(*MARCH[:-2], "late.csv", *NEXT)
    assert ran.code == 2 and "version of the book" in " ".join(ran.err.split())
    assert not (desk / "out/next.parquet").exists()


# --- amendments -------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def amended(desk, delivered) -> list[str]:
    """A row of a with another quantity, one of b that belongs to c, and two that are withdrawn; the rows as they are after that in `right.csv`."""
    head, *rows = delivered["early"]
    other = rows[0].split(",")
    other[4] = "77"
    moved = ["c", *rows[21].split(",")[1:]]
    put(desk / "amend.csv", [f"{head},withdraw", ",".join([*other, ""]), ",".join([*moved, ""]), f",,,,,{rows[2].split(',')[5]},yes"])
    put(desk / "gone.csv", ["withdraw,id", f"yes,{rows[-1].split(',')[5]}"])
    put(desk / "right.csv", [head, ",".join(other), rows[1], *rows[3:21], ",".join(moved), *rows[22:-1]])
    return rows


AMEND = ("--amend", "amend.csv", "--amend", "gone.csv")


def test_amended_usage_is_charged_as_if_it_had_been_delivered_so(desk, run, delivered, amended):
    right = rated(run, "right.csv", "more.csv", "-o", "out/right.parquet")
    found = rated(run, "early.csv", "more.csv", *AMEND, *ALL)
    assert found["digest"] == right["digest"] and found["read"] == found["rated"] + found["amended"] and found["amended"] == 4
    assert found["amendments"] == {"replaced": 2, "withdrawn": 2, "list": "out/all.amended.csv"}
    with open("out/all.amended.csv", encoding="utf-8", newline="") as stream:
        listed = list(csv.DictReader(stream))
    (first,) = [each for each in listed if each["id"] == "a-u-0001"]
    new = amended[0].replace(",24,", ",77,")
    assert [*first.values()] == ["a-u-0001", "replaced", "early.csv", "2", amended[0], "amend.csv", "2", new]
    assert sorted(each["became"] for each in listed) == ["replaced", "replaced", "withdrawn", "withdrawn"]
    rated(run, "early.csv", "more.csv", *FIRST)
    found = rated(run, *AMEND, *NEXT)
    assert same(desk) and found["previous"]["touched"] == ["a", "b", "c"]
    assert (desk / "out/next.amended.csv").read_bytes() == (desk / "out/all.amended.csv").read_bytes()
    again = rated(run, *AMEND, "--previous", "out/next.parquet", "-o", "out/next.parquet")
    assert same(desk) and "amendments" not in again and (desk / "out/next.amended.csv").exists()


def test_amendments_one_after_the_other_and_late_usage(desk, run, delivered, amended):
    """An amendment of an amendment holds, also where it withdraws what was moved; usage that comes again later changes nothing."""
    head = delivered["early"][0]
    back = amended[21].split(",")
    put(desk / "second.csv", [head, ",".join([*back[:4], "5", back[5]])])
    put(desk / "third.csv", ["id,withdraw", f"{back[5]},yes"])
    put(desk / "again.csv", [head, amended[21], *delivered["late"][1:]])
    every = ("--amend", "amend.csv", "--amend", "second.csv", "--amend", "third.csv")
    rated(run, "early.csv", "more.csv", "again.csv", *every, *ALL)
    rated(run, "early.csv", "more.csv", *FIRST)
    name = "out/first.parquet"
    for step, touched in (
        (("--amend", "amend.csv"), ["a", "b", "c"]), (("--amend", "second.csv"), ["b", "c"]), (("again.csv",), ["a", "b"]), (("--amend", "third.csv"), ["b"]),
    ):  # fmt: skip
        assert rated(run, *step, "--previous", name, "-o", "out/next.parquet")["previous"]["touched"] == touched
        name = "out/next.parquet"
    assert same(desk)


def test_an_amendment_settles_rows_that_are_rejected(desk, run, delivered):
    """One that cannot be read, in quotes and not, and two that claim one id."""
    head, *rows = delivered["early"]
    bad = [
        rows[0].rpartition(",")[0].replace("T", " at ") + ",bad",
        'a,stage-plans,users,2026-03-09T09:00,"1,5",comma',
        rows[1].replace(",storage,", ",users,"),
    ]
    put(desk / "odd.csv", [head, *bad])
    ids = ("bad", "comma", rows[1].split(",")[5])
    put(desk / "amend.csv", [head, *(",".join([*rows[number].split(",")[:5], name]) for number, name in enumerate(ids))])
    put(desk / "right.csv", [head, *(",".join([*rows[number].split(",")[:5], name]) for number, name in enumerate(ids)), *rows[:1], *rows[2:]])
    right = rated(run, "right.csv", "more.csv", "-o", "out/right.parquet")
    found = rated(run, "early.csv", "more.csv", "odd.csv", "--amend", "amend.csv", *ALL)
    assert found["digest"] == right["digest"] and found["amended"] == 4
    rated(run, "early.csv", "more.csv", "odd.csv", *FIRST, "--accept-rejects", code=1)
    rated(run, "--amend", "amend.csv", *NEXT)
    assert same(desk)


def test_parquet_is_amended(desk, run, delivered, amended):
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("COPY (SELECT * FROM read_csv('early.csv', all_varchar = true)) TO 'early.parquet' (FORMAT parquet)")
    right = rated(run, "right.csv", "more.csv", "-o", "out/right.parquet")
    assert rated(run, "early.parquet", "more.csv", *AMEND, *ALL)["digest"] == right["digest"]
    rated(run, "early.parquet", "more.csv", *FIRST)
    rated(run, *AMEND, *NEXT)
    assert same(desk)


@pytest.mark.parametrize(
    ("rows", "said", "help_text"),
    [
        (["id,withdraw", "r-7,yes"], "no record has the id `r-7`", "what is new is delivered as usage"),
        (["id,withdraw", "{id},yes", "{id},yes"], "the id `{id}` stands twice in `amend.csv`", "say once"),
        (["id,withdraw", "{id},no"], "`no` does not say whether `{id}` is withdrawn", "write `yes`"),
        (["id,withdraw", "{id},"], "nothing is said of `{id}`", "write `yes`"),
        (["id,withdraw", ",yes"], "the row names no id", "fill in the id"),
        (["{head},withdraw", "a,,,,,{id},yes"], "`{id}` is withdrawn, and has a new `account`", "leave all cells"),
        (["{head}", "a,stage-plans,users,2026-03-09T09:00,never,{id}"], "the quantity `never` is not an exact number", "write a number"),
        (["{head}", "a,stage-plans,users,2026-03-09T09:00,5,r-7"], "no record has the id `r-7`", "look up the id"),
    ],
)
def test_an_amendment_that_is_wrong_changes_nothing(desk, run, delivered, rows, said, help_text):
    before = rated(run, "early.csv", "more.csv", *FIRST)
    words = {"id": delivered["early"][1].split(",")[5], "head": delivered["early"][0]}
    put(desk / "amend.csv", [each.format(**words) for each in rows])
    for how in (("early.csv", "more.csv", *ALL), NEXT):
        ran = run(*MARCH[:-2], *how, "--amend", "amend.csv")
        err = " ".join(ran.err.split())
        assert ran.code == 1 and said.format(**words) in err and help_text in err and "amend.csv:2" in err, ran.err
        assert not (desk / how[-1]).exists() and (desk / "out/rejects.csv").read_text(encoding="utf-8").count("\namend.csv,") == len(rows) - 1
        accepted = rated(run, *how, "--amend", "amend.csv", "--accept-rejects", code=1)
        assert accepted["digest"] == before["digest"] and accepted["rejected"] == len(rows) - 1
    assert same(desk)


@pytest.mark.parametrize(
    ("head", "said"), [("account,withdraw", "have no column `id`"), ("id,withdraw,withdraw", "stands there twice"), ("id,quantity", "has no column")]
)
def test_columns_of_amendments(desk, run, delivered, head, said):
    put(desk / "amend.csv", [head])
    ran = run(*MARCH[:-2], "early.csv", "--amend", "amend.csv", *ALL, "--accept-rejects")
    assert ran.code == 1 and said in " ".join(ran.err.split()) and not (desk / "out/all.parquet").exists(), ran.err


# --- a month that is not over -----------------------------------------------------------------------------------------------------


def test_one_more_day_gives_the_charges_of_the_days_up_to_it(desk, run, delivered):
    """Whether the usage of the day is new, or was there before and lay beyond the end."""
    for known in (("early.csv",), ("early.csv", "more.csv")):
        rated(run, *known, "--to", "2026-03-10", *FIRST)
        rated(run, "more.csv", "--to", "2026-03-11", *NEXT)
        rated(run, "early.csv", "more.csv", "--to", "2026-03-11", *ALL)
        assert same(desk)
        rated(run, "late.csv", "--previous", "out/next.parquet", "-o", "out/next.parquet")
        rated(run, "early.csv", "more.csv", "late.csv", *ALL)
        assert same(desk)
    cut = rated(run, "early.csv", "more.csv", "--to", "2026-03-11", *FIRST)
    as_period = run("rate", "-b", "koodrive", "--period", "2026-03-01..2026-03-11", "--accounts", "accounts", "early.csv", "more.csv", "-f", "json", *ALL)
    assert json.loads(as_period.out)["digest"] == cut["digest"] and same(desk, "first")
    assert (
        run("bill", "-b", "koodrive", "--period", "2026-03-01..2026-03-11", "--accounts", "accounts", "--charges", "out/first.parquet", "-o", "bills").code == 0
    )
    assert run("rate", "-b", "koodrive", "--period", "2026-03", "--to", "2026-03-09", "--accounts", "accounts", *NEXT).code == 2


BOOK = """\
book: {id: hours, title: Hours, status: draft, currency: EUR, timezone: Europe/Berlin, rounding: {at: line, mode: half-up}}
units: {GB: {title: GB}}
items: {storage: {title: Storage, unit: GB, meter: {measure: max, window: hour, places: 2}}}
billing_modes: {use: {title: Use, payment: postpaid, cycle: hour, items: {storage: required}}}
prices:
  - {effective: 2026-01-01, billing_mode: use, items: {storage: {per: hour, unit_price: 0.25}}}
"""
OWNER = "id: ID\ncustomer: {name: ID, country: DE}\nsubscriptions:\n  - {id: s, billing_mode: use, events: [{date: 2026-02-01, start: true}]}\n"
DAYS = {
    # By account when its records are and how much they say, in the first file and in that of the next day; equal times have one id. A blank before
    # is one before the account, whose row is read by itself.
    "added": ("09T10 5", "10T10 7"),
    "again": ("09T10 5", "09T10 5"),
    "another": ("09T10 5", "09T10 6"),
    "before": ("08T10 5", "09T10 6"),
    "early": ("09T10 5|10T05 8", "10T10 7"),
    "early-alone": ("09T10 5|10T05 8", ""),
    "early-again": ("09T10 5|10T05 8", "10T05 8"),
    "early-another": ("09T10 5|10T05 8", "10T05 9"),
    "early-blank": (" 09T10 5|10T05 8", "10T10 7"),
    "early-twice": ("09T10 5|10T05 8|10T05 8", "10T10 7"),
    "early-later": ("09T10 5|11T05 8", "11T05 8|10T07 2"),
    "far": ("09T10 5|12T05 8", "10T10 7"),
    "never": ("01T-01 5|09T10 5", "10T10 7"),
    "twice": ("09T10 5", "09T10 5|09T10 5|10T10 7|10T10 7"),
}


def of_days(place: int) -> list[str]:
    rows = ["account,subscription,item,time,quantity,id"]
    for name, files in DAYS.items():
        for said in filter(None, files[place].split("|")):
            at, quantity = said.split()
            day, _, hour = at.partition("T")
            time = f"2026-03-{day}T{hour}:00:00Z" if hour[0] != "-" else "2026-02-20T10:00:00Z"
            rows.append(f"{' ' * files[place].startswith(' ')}{name},s,storage,{time},{quantity},{name}-{at}")
    return rows


def test_rows_of_a_day_that_come_again_or_came_early(desk, run):
    """Only what cannot be added is rated anew: what comes late, says something else, or began before."""
    (desk / "accounts").mkdir()
    for name in DAYS:
        (desk / "accounts" / f"{name}.yaml").write_text(OWNER.replace("ID", name), encoding="utf-8")
    (desk / "rules" / "hours").mkdir()
    (desk / "rules" / "hours" / "book.yaml").write_text(BOOK, encoding="utf-8")
    put(desk / "first.csv", of_days(0))
    put(desk / "second.csv", of_days(1))

    def hours(*arguments: str, code: int = 1) -> dict:
        return rated(run, *arguments, "--accept-rejects", code=code, book="hours")

    until = ("--to", "2026-03-11")
    hours("first.csv", "--to", "2026-03-10", *FIRST, code=0)
    found, whole = hours("second.csv", *until, *NEXT), hours("first.csv", "second.csv", *until, *ALL)
    assert same(desk)
    assert found["previous"]["touched"] == ["another", "before", "early-another", "early-blank", "early-later", "never"]
    assert found["previous"]["added"] == ["added", "early", "early-again", "early-alone", "early-twice", "far", "twice"]
    assert (found["repeated"], whole["repeated"]) == (7, 7) and whole["rejected"] == found["rejected"] == 4
    hours("--previous", "out/next.parquet", "-o", "out/next.parquet", "--to", "2026-03-13")
    hours("first.csv", "second.csv", "--to", "2026-03-13", *ALL)
    assert same(desk)


@pytest.mark.parametrize("day", ["2026-03-01", "2026-04-02", "2025-03-09", "tomorrow"])
def test_a_day_that_is_none_of_the_period(desk, run, delivered, day):
    ran = run(*MARCH[:-2], "early.csv", "--to", day, *FIRST)
    assert ran.code == 2 and "--to" in ran.err and not (desk / "out/first.parquet").exists()
