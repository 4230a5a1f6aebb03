"""`pricebook rate`: the same charges from every form of the same usage, whoever computes them, and what it says of a delivery."""

import csv
import gzip
import json
import random

import duckdb
import pytest

HOURS = "examples/koodrive/project-by-the-hour"
USAGE = f"{HOURS}/usage-2026-03.csv"
RATE = ("rate", "-b", "koodrive", "--period", "2026-03", "--accounts", HOURS, "-f", "json", "-o", "out/charges.parquet")


@pytest.fixture
def rows(desk) -> list[str]:
    """The rows of March, the first of which names the columns."""
    return (desk / USAGE).read_text(encoding="utf-8").splitlines()


def rated(run, *arguments: str) -> dict:
    """The summary of a run without findings."""
    ran = run(*RATE, *arguments)
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def written(desk, name: str, rows: list[str], end: str = "\n") -> str:
    (desk / name).parent.mkdir(parents=True, exist_ok=True)
    (desk / name).write_bytes((end.join(rows) + end).encode())
    return name


def as_parquet(desk, name: str, types: str, rows: list[str]) -> str:
    """The rows in a Parquet file, whose columns are made by this SQL."""
    source = written(desk, "for-parquet.csv", rows)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Asia/Shanghai'")
        connection.execute(f"COPY (SELECT {types} FROM read_csv('{desk / source}', all_varchar = true)) TO '{desk / name}' (FORMAT parquet)")
    (desk / source).unlink()
    return name


TYPED = "account, subscription, item, CAST(time AS TIMESTAMPTZ) AS time, CAST(quantity AS DECIMAL(18, 6)) AS quantity, id"


def test_one_digest_from_every_form_of_the_same_usage(desk, run, rows):
    expected = rated(run, USAGE)
    assert (expected["read"], expected["rated"], expected["rejected"]) == (1086, 1086, 0)
    (account,) = expected["accounts"]
    assert (account["account"], account["rated"], account["by_interpreter"]) == ("festival", 1086, None)
    head, body = rows[0], rows[1:]
    shuffled = random.Random(1).sample(body, len(body))
    for number in range(40):
        written(desk, f"many/{number:02}.csv", [head, *shuffled[number::40]])
    order = [5, 3, 0, 4, 2, 1]
    turned = [",".join(row.split(",")[place] for place in order) for row in rows]
    quoted = [",".join(f'"{cell}"' for cell in row.split(",")) for row in rows]
    forms = [
        [written(desk, "shuffled.csv", [head, *shuffled])],
        ["many"],
        ["many/*.csv"],
        [written(desk, "turned/a.csv", turned[:500]), written(desk, "turned/b.csv", [head, *body[499:]])],
        [written(desk, "quoted.csv", quoted)],
        [written(desk, "crlf.csv", rows, "\r\n")],
        [as_parquet(desk, "typed.parquet", TYPED, rows)],
        [as_parquet(desk, "texts.parquet", "*", rows)],
        [as_parquet(desk, "wall.parquet", TYPED.replace("TIMESTAMPTZ", "TIMESTAMP").replace("DECIMAL(18, 6)", "INTEGER"), rows)],
    ]
    (desk / "packed.csv.gz").write_bytes(gzip.compress((desk / USAGE).read_bytes()))
    for form in [*forms, ["packed.csv.gz"]]:
        assert rated(run, *form)["digest"] == expected["digest"], form
    for further in (("--threads", "1"), ("--memory", "256MB"), ("--engine", "interpreter"), ("--temp", "out")):
        assert rated(run, USAGE, *further)["digest"] == expected["digest"], further
    assert [each.name for each in (desk / "out").iterdir()] == ["charges.parquet"]


def test_what_was_read_adds_up_by_file_and_by_account(desk, run, rows):
    """Of twelve rows one is of April, one a repetition, two are of an unknown account, one is wrong by itself, and two claim one id."""
    april = rows[10].replace("2026-03-", "2026-04-")
    strange = [row.replace("festival", "nobody") for row in rows[11:13]]
    wrong = rows[13].replace("T", " at ")
    claimed = [rows[14], ",".join([*rows[14].split(",")[:4], "7", rows[14].split(",")[5]])]
    one = written(desk, "one.csv", [*rows[:6], rows[1], april])
    two = written(desk, "two.csv", [rows[0], *strange, wrong, *claimed])
    ran = run(*RATE, one, two)
    found = json.loads(ran.out)
    assert ran.code == 1 and not (desk / "out" / "charges.parquet").exists()
    assert {name: found[name] for name in ("read", "rated", "repeated", "rejected", "outside", "digest")} == {
        "read": 12, "rated": 5, "repeated": 1, "rejected": 5, "outside": 1, "digest": None,
    }  # fmt: skip
    assert [(each["file"], each["read"], each["records"], each["repeated"], each["rejected"]) for each in found["files"]] == [
        ("one.csv", 7, 6, 1, 0),
        ("two.csv", 5, 0, 0, 5),
    ]
    assert [(each["account"], each["read"], each["rated"], each["repeated"], each["rejected"], each["outside"]) for each in found["accounts"]] == [
        ("festival", 10, 5, 1, 3, 1),
        ("nobody", 2, 0, 0, 2, 0),
    ]
    with open("out/rejects.csv", encoding="utf-8", newline="") as stream:
        rejects = [(each["file"], each["row"], each["code"], each["record"]) for each in csv.DictReader(stream)]
    assert rejects == [
        ("two.csv", "2", "Q704", strange[0]), ("two.csv", "3", "Q704", strange[1]), ("two.csv", "4", "Q602", wrong), ("two.csv", "5", "Q606", claimed[0]),
        ("two.csv", "6", "Q606", claimed[1]),
    ]  # fmt: skip
    for code in ("Q602", "Q606", "Q704"):
        assert f"error[{code}]" in ran.err


def test_charges_are_written_beside_rejects_only_where_they_are_accepted(desk, run, rows):
    name = written(desk, "usage.csv", [*rows, rows[5].replace(",users,", ",user,")])
    assert run(*RATE, name).code == 1
    assert [each.name for each in (desk / "out").iterdir()] == ["rejects.csv"]
    ran = run(*RATE, name, "--accept-rejects")
    accepted = json.loads(ran.out)
    assert ran.code == 1 and (accepted["rejected"], accepted["output"]) == (1, "out/charges.parquet")
    clean = rated(run, USAGE)
    assert accepted["digest"] == clean["digest"]
    assert [each.name for each in (desk / "out").iterdir()] == ["charges.parquet"]


def test_a_summary_for_people_is_one_sum(desk, run):
    ran = run(*RATE[:-4], "-o", "out/charges.parquet", USAGE)
    assert ran.code == 0
    assert ran.err.startswith("usage: 1,086 rows of 1 file = 1,086 rated\nwrote out/charges.parquet: 2 charges of 1 account, digest ")


def test_the_plan_of_each_item_is_shown_in_words_and_in_sql(desk, run):
    ran = run("rate", "-b", "koodrive", "--period", "2026-03", "--accounts", HOURS, "--show-plan", USAGE)
    assert ran.code == 0, ran.err
    assert "storage in pay-per-use" in ran.out and "SELECT" in ran.out
    assert [*(desk / "out").iterdir()] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-b", "koodrive", "--period", "2026-03", "-o", "c.parquet", USAGE), "Name the accounts: --accounts FOLDER"),
        (("-b", "koodrive", "--period", "2026-03", "--accounts", HOURS, USAGE), "-o charges.parquet"),
        (("-b", "koodrive", "--period", "2026-03", "--accounts", HOURS, "-o", "c.csv", USAGE), "charges are written as Parquet"),
        (("-b", "koodrive", "--period", "2026-03", "--accounts", HOURS, "-o", "c.parquet", "nothing/*.csv"), "no file is meant by"),
        (("-b", "koodrive", "--period", "2026-03", "--accounts", HOURS, "-o", "c.parquet", "out"), "no usage file lies in the folder"),
        (("-b", "koodrive", "--period", "2026-03", "--accounts", HOURS, "-o", "c.parquet", "--memory", "lots", USAGE), "is no size of memory"),
    ],
)
def test_what_is_missing_is_said(desk, run, arguments, message):
    ran = run("rate", *arguments)
    assert ran.code == 2 and message in " ".join(ran.err.split()), ran.err
