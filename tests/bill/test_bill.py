"""`pricebook bill`: every account's document in every format, numbers in order, and nothing that passes in silence."""

import json
import re
from decimal import Decimal

import duckdb
import pytest

from tests.batch.test_rate import HOURS, TYPED, USAGE, as_parquet, written
from tests.bill.many import ACCOUNT, MAY, NUMBERED, documents, edit, numbers, several, summary, write

QUIET = ", auto_renew: true"


def test_each_account_has_a_document_in_each_format_and_a_number(desk, run):
    several(desk, 3)
    ran = run(*MAY, *NUMBERED, "-f", "html", "-f", "json")
    assert ran.code == 0 and ran.out == "", ran.err
    assert [*documents(desk / "out")] == [f"a-000{number}-2026-05.{ending}" for number in range(3) for ending in ("html", "json")]
    assert numbers(desk / "out") == {"a-0000": "2026-0017", "a-0001": "2026-0018", "a-0002": "2026-0019"}
    assert ran.err.splitlines() == [
        "3 accounts written to out",
        "documents: 3 html",
        "documents: 3 json",
        "numbers: 3 given, 2026-0017 to 2026-0019",
        "USD: 3 invoices, net 71.40, tax 0.00, gross 71.40",
    ]


def test_each_document_is_the_one_that_invoice_writes(desk, run):
    several(desk, 2)
    assert run(*MAY, *NUMBERED, "-f", "html", "-f", "json", "-f", "csv", "-f", "ubl").code == 0
    for form, ending in (("html", "html"), ("json", "json"), ("csv", "csv"), ("ubl", "xml")):
        alone = run("invoice", "accounts/0001.yaml", "-b", "koodrive", "--period", "2026-05", "--number", "2026-0018", "-f", form)
        assert alone.out.encode() == documents(desk / "out")[f"a-0001-2026-05.{ending}"], form


def test_usage_is_billed_as_invoice_bills_it(desk, run):
    usage = "examples/koodrive/project-by-the-hour/usage-2026-03.csv"
    account = "examples/koodrive/project-by-the-hour/account.yaml"
    march = ("-b", "koodrive", "--period", "2026-03", "--usage", usage, "-f", "json")
    with (desk / usage).open("a", encoding="utf-8") as stream:
        stream.write("another,stage-plans,users,2026-03-09T09:00,24,another-1\n")
    ran = run("bill", "--accounts", account, *march, "--number", "{1}", "-o", "out")
    assert ran.code == 0 and "usage of accounts that are not billed here: another (1)" in ran.err, ran.err
    alone = json.loads(run("invoice", account, *march, "--number", "1").out)
    assert json.loads((desk / "out" / "festival-2026-03.json").read_text(encoding="utf-8")) == alone
    assert summary(desk / "out")["usage"] == alone["usage_digest"]


def test_usage_of_any_form_is_billed_and_shown_alike(desk, run):
    rows = (desk / USAGE).read_text(encoding="utf-8").splitlines()
    march = ("bill", "--accounts", HOURS, "-b", "koodrive", "--period", "2026-03", "--number", "{1}", "-f", "json", "-f", "html", "--explain")
    assert run(*march, "--usage", USAGE, "-o", "expected").code == 0
    (desk / "usage").mkdir()
    as_parquet(desk, "usage/a.parquet", TYPED, rows[:500])
    written(desk, "usage/b.csv", [rows[0], *rows[450:]])
    ran = run(*march, "--usage", "usage", "-o", "out")
    assert ran.code == 0 and "usage: 1,136 rows of 2 files = 1,086 rated + 50 repeated" in ran.err, ran.err
    assert without_digests(documents(desk / "out")) == without_digests(documents(desk / "expected")) and len(documents(desk / "out")) == 2


def without_digests(found: dict[str, bytes]) -> dict[str, bytes]:
    """The documents without the fingerprint of the usage files, in which these differ."""
    return {name: re.sub(rb"[0-9a-f]{16,64}", b"", content) for name, content in found.items()}


def test_a_record_that_keeps_an_account_from_its_bill_is_shown_at_its_line(desk, run):
    rows = (desk / USAGE).read_text(encoding="utf-8").splitlines()
    written(desk, "usage.csv", [*rows[:30], rows[30].replace("stage-plans", "stage-plan")])
    ran = run("bill", "--accounts", HOURS, "-b", "koodrive", "--period", "2026-03", "--usage", "usage.csv", "-o", "out")
    assert ran.code == 1 and "usage.csv:31:1" in ran.err and "stage-plan" in ran.err, ran.err


def test_usage_that_is_refused_keeps_everybody_from_a_bill(desk, run):
    (desk / "usage.csv").write_text("account,subscription,item,time,quantity\na,s,users,yesterday,1\n", encoding="utf-8")
    several(desk, 1)
    ran = run(*MAY, *NUMBERED, "--usage", "usage.csv")
    assert ran.code == 1 and "Q602" in ran.err and documents(desk / "out") == {}


def test_where_nothing_is_owed_there_is_no_document_and_no_number(desk, run):
    edit(several(desk, 3) / "0001.yaml", QUIET, "")
    ran = run(*MAY, *NUMBERED, "-f", "csv")
    assert ran.code == 0 and numbers(desk / "out") == {"a-0000": "2026-0017", "a-0002": "2026-0018"}
    assert "2 accounts written to out, nothing owed by 1" in ran.err
    assert run(*MAY, *NUMBERED, "-f", "csv").err.splitlines()[0] == "0 accounts written to out, 2 there before, nothing owed by 1"


def test_an_account_that_cannot_be_billed_takes_no_number_and_the_next_one_when_it_is_mended(desk, run):
    path = several(desk, 3) / "0001.yaml"
    edit(path, "10-users-100-gb", "10-users")
    ran = run(*MAY, *NUMBERED, "-f", "csv")
    assert ran.code == 1 and "Q202" in ran.err and "accounts/0001.yaml:7" in ran.err
    assert "2 accounts written to out, 1 without documents: a-0001" in ran.err
    assert summary(desk / "out")["refused"][0]["reasons"][0]["code"] == "Q202"
    assert numbers(desk / "out") == {"a-0000": "2026-0017", "a-0002": "2026-0018"}
    before = documents(desk / "out")
    edit(path, "10-users", "10-users-100-gb")
    ran = run(*MAY, *NUMBERED, "-f", "csv")
    assert ran.code == 0 and "1 account written to out, 2 there before" in ran.err
    assert numbers(desk / "out") == {"a-0000": "2026-0017", "a-0002": "2026-0018", "a-0001": "2026-0019"}
    assert documents(desk / "out").items() > before.items()


def test_what_an_e_invoice_lacks_is_told_before_a_number_is_given(desk, run):
    edit(several(desk, 2) / "0000.yaml", ", city: Berlin, country: DE", "")
    ran = run(*MAY, *NUMBERED, "-f", "html", "-f", "ubl")
    assert ran.code == 1 and "Q740" in ran.err and numbers(desk / "out") == {"a-0001": "2026-0017"}
    assert [*documents(desk / "out")] == ["a-0001-2026-05.html", "a-0001-2026-05.xml"]


def test_a_further_format_is_written_beside_the_others_under_the_same_numbers(desk, run):
    several(desk, 2)
    assert run(*MAY, *NUMBERED, "-f", "html").code == 0
    html = documents(desk / "out")
    ran = run(*MAY, *NUMBERED, "-f", "html", "-f", "json")
    assert ran.code == 0 and "2 accounts written to out" in ran.err
    assert {name: each for name, each in documents(desk / "out").items() if name.endswith("html")} == html
    assert json.loads(documents(desk / "out")["a-0001-2026-05.json"])["number"] == "2026-0018"


def test_a_file_that_is_gone_or_cut_is_written_again(desk, run):
    several(desk, 3)
    assert run(*MAY, *NUMBERED, "-f", "csv").code == 0
    whole = documents(desk / "out")
    (desk / "out" / "a-0000-2026-05.csv").unlink()
    (desk / "out" / "a-0002-2026-05.csv").write_bytes(b"")
    ran = run(*MAY, *NUMBERED, "-f", "csv")
    assert "2 accounts written to out, 1 there before" in ran.err and documents(desk / "out") == whole


def test_only_some_accounts_are_written_again_if_asked(desk, run):
    several(desk, 4)
    assert run(*MAY, *NUMBERED, "-f", "csv", "--only", "a-0002").code == 0
    assert numbers(desk / "out") == {"a-0002": "2026-0017"}
    assert run(*MAY, *NUMBERED, "-f", "csv").code == 0
    (desk / "out" / "a-0001-2026-05.csv").write_bytes(b"edited by somebody".ljust(len(documents(desk / "out")["a-0001-2026-05.csv"])))
    ran = run(*MAY, *NUMBERED, "-f", "csv", "--only", "a-0001", "--only", "a-0003")
    assert ran.code == 0 and "2 accounts written to out" in ran.err
    assert b"edited" not in documents(desk / "out")["a-0001-2026-05.csv"] and len(numbers(desk / "out")) == 4


def test_only_an_account_that_there_is_not(desk, run):
    several(desk, 2)
    ran = run(*MAY, *NUMBERED, "-f", "csv", "--only", "a-001")
    assert ran.code == 2 and "there is no account `a-001`. Did you mean `a-0001`?" in " ".join(ran.err.split()) and documents(desk / "out") == {}


@pytest.mark.parametrize(("ids", "files"), [(("a/b", "a b"), ("a_b", "a_b-2")), (("ACME", "acme"), ("ACME", "acme-2")), (("../../x",), ("_.._x",))])
def test_names_that_make_one_file_have_numbers_behind_them(desk, run, ids, files):
    write(desk, *ids)
    assert run(*MAY, *NUMBERED, "-f", "json").code == 0
    told = {name: json.loads(each)["account"] for name, each in documents(desk / "out").items()}
    stems = [name.replace("-2", "-2026-05-2", 1) if name.endswith("-2") else f"{name}-2026-05" for name in files]
    assert told == dict(zip([f"{each}.json" for each in stems], ids, strict=True))
    assert run(*MAY, *NUMBERED, "-f", "json").err.startswith(f"0 accounts written to out, {len(ids)} there before")


def test_accounts_come_from_the_rows_of_a_parquet_file_too(desk, run):
    several(desk, 3)
    assert run(*MAY, *NUMBERED, "-f", "csv").code == 0
    made = documents(desk / "out")
    parquet(desk, [(f"a-000{number}", json_account(f"a-000{number}", number + 1)) for number in range(3)])
    ran = run("bill", "--accounts", "rows.parquet", *MAY[3:], "--number", "2026-{0017}", "-o", "other", "-f", "csv")
    assert ran.code == 0, ran.err
    assert documents(desk / "other") == made


def json_account(name: str, seats: int) -> str:
    data = {"id": name, "customer": {"name": f"Customer {name}", "address": ["1 Example Street"], "city": "Berlin", "country": "DE", "postcode": "10115"}}
    items = {"basic-edition": "10-users-100-gb", "user-expansion-package": seats}
    event = {"date": "2026-03-02", "purchase": {"term": "1 month", "items": items, "auto_renew": True}}
    return json.dumps(data | {"subscriptions": [{"id": "s-1", "billing_mode": "yearly-monthly", "events": [event]}]})


def parquet(desk, rows, columns="account, document") -> None:
    with duckdb.connect() as connection:
        connection.execute("create table a(x varchar, y varchar)")
        connection.executemany("insert into a values (?, ?)", rows)
        names = [f'"{each}"' for each in columns.split(", ")]
        connection.execute(f"copy (select x as {names[0]}, y as {names[1]} from a) to '{desk / 'rows.parquet'}' (format parquet)")


@pytest.mark.parametrize(
    ("rows", "columns", "said"),
    [
        ([("a", "{}")], "account, text", "it has no column of texts `document`"),
        ([("a", None)], "account, document", "its row 1 names no account, or has no document"),
        ([("a", "{}"), ("a", "{}")], "account, document", "two of its rows are of the account `a`"),
    ],
)
def test_a_parquet_file_that_holds_no_accounts(desk, run, rows, columns, said):
    parquet(desk, rows, columns)
    ran = run("bill", "--accounts", "rows.parquet", *MAY[3:], *NUMBERED)
    assert ran.code == 2 and "Q780" in ran.err and said in " ".join(ran.err.split())


def test_a_row_of_another_account_than_its_document(desk, run):
    parquet(desk, [("b", json_account("a", 1))])
    ran = run("bill", "--accounts", "rows.parquet", *MAY[3:], *NUMBERED)
    assert ran.code == 2 and "`rows.parquet:b`: the document is of the account `a`" in " ".join(ran.err.split())


def test_what_is_no_account_is_left_out_of_a_folder_and_said(desk, run):
    folder = several(desk, 1)
    (folder / "order.yaml").write_text("date: 2026-03-01\nbilling_mode: yearly-monthly\nterm: 1 month\nitems: {}\n", encoding="utf-8")
    ran = run(*MAY, *NUMBERED, "-f", "csv")
    assert ran.code == 0 and "left out, because no account stands there: accounts/order.yaml" in ran.err
    (folder / "0000.yaml").unlink()
    ran = run(*MAY, "--number", "{1}", "-o", "again")
    assert ran.code == 2 and "no account stands in these files: accounts/order.yaml" in " ".join(ran.err.split())


def test_an_account_is_named_once(desk, run):
    folder = several(desk, 1)
    (folder / "copy.yaml").write_text(ACCOUNT.format(id="a-0000", seats=7), encoding="utf-8")
    ran = run(*MAY, *NUMBERED, "-f", "csv")
    assert ran.code == 2 and "account `a-0000` stands in `accounts/0000.yaml` and in `accounts/copy.yaml`" in " ".join(ran.err.split())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("-f", "pdf", "-f", "factur-x", *NUMBERED), "pdf and factur-x would both be files that end with .pdf"),
        (("-f", "ubl", "-o", "out"), "has a number (BR-02), and none is given"),
        (("-f", "csv", "--explain", "-o", "out"), "csv has no place for the steps of a line"),
        (("--number", "2026-0017", "-o", "out"), "would be the number of several invoices"),
        (("-o", "out.txt"), "Name a folder for them"),
        (("-o", "missing/out"), "there is no folder `missing`"),
        (("--date", "2026-04-30", "-o", "out"), "before the period begins"),
    ],
)
def test_wrong_usage(desk, run, options, said):
    several(desk, 1)
    ran = run(*MAY, *options)
    assert ran.code == 2 and said in " ".join(ran.err.split()) and documents(desk / "out") == {}, ran.err


def test_drafts_have_no_number(desk, run):
    several(desk, 2)
    ran = run(*MAY, "-f", "json", "-o", "out")
    assert ran.code == 0 and numbers(desk / "out") == {} and "numbers:" not in ran.err
    assert [json.loads(each)["number"] for each in documents(desk / "out").values()] == [None, None]


def test_the_sums_are_those_of_the_invoices(desk, run):
    several(desk, 5)
    assert run(*MAY, *NUMBERED, "-f", "json").code == 0
    told = [json.loads(each)["totals"] for each in documents(desk / "out").values()]
    (sums,) = summary(desk / "out")["totals"]
    assert all(Decimal(sums[name]) == sum(Decimal(each[name]) for each in told) > 0 for name in ("net", "gross"))
    assert summary(desk / "out")["documents"] == {"json": 5}


@pytest.mark.whole
def test_a_thousand_accounts_in_two_formats(desk, run):
    several(desk, 1000)
    ran = run(*MAY, "--number", "{1}", "-f", "md", "-f", "csv", "-o", "out")
    assert ran.code == 0 and len(documents(desk / "out")) == 2000
    assert [*numbers(desk / "out").items()] == [(f"a-{number:04}", f"{number + 1}") for number in range(1000)]
