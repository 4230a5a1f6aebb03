"""`pricebook bill --issued`: what differs from the invoices of before is corrected, from late usage as from all usage at once."""

import json

import pytest

from tests.bill.many import documents, edit, summary
from tests.commands.desk import ROOT

SAMPLE = ROOT / "examples" / "koodrive" / "project-by-the-hour"
RATE = ("rate", "-b", "koodrive", "--accounts", "accounts")
APRIL = ("bill", "-b", "koodrive", "--accounts", "accounts", "--period", "2026-04", "--workers", "2")
FORMATS = ("json", "html", "csv", "md")
FORMATTED = [part for form in FORMATS for part in ("-f", form)]


@pytest.fixture
def march(desk, run):
    """Two accounts whose March was billed from what had come by then; `late.csv` came later, and April's usage in `april.csv`."""
    (desk / "accounts").mkdir()
    head, *rows = (SAMPLE / "usage-2026-03.csv").read_text(encoding="utf-8").splitlines()
    text = (SAMPLE / "account.yaml").read_text(encoding="utf-8")
    files: dict[str, list[str]] = {name: [head] for name in ("march", "late", "april", "none")}
    for name in "ab":
        (desk / "accounts" / f"{name}.yaml").write_text(text.replace("id: festival", f"id: {name}"), encoding="utf-8")
        own = [",".join([name, *row.split(",")[1:5], f"{name}-{row.split(',')[5]}"]) for row in rows[:60]]
        files["march"] += own[:40] if name == "a" else own
        files["late"] += own[40:] if name == "a" else []
        files["april"] += [row.replace("2026-03", "2026-04").replace(f"{name}-", f"{name}-april-") for row in own[:10]]
    for name, lines in files.items():
        (desk / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert run(*RATE, "--period", "2026-03", "march.csv", "-o", "march.parquet").code == 0
    ran = run(
        "bill", "-b", "koodrive", "--accounts", "accounts", "--period", "2026-03", "--charges", "march.parquet", "--number", "{1}", "-f", "json", "-o", "march"
    )
    assert ran.code == 0, ran.err
    return desk


def test_late_usage_becomes_corrections_byte_for_byte_those_of_all_usage(march, run):
    assert run(*RATE, "--period", "2026-03", "late.csv", "--previous", "march.parquet", "-o", "march-2.parquet").code == 0
    assert run(*RATE, "--period", "2026-04", "march.csv", "late.csv", "april.csv", "-o", "april.parquet").code == 0
    usage = [part for name in ("march", "late", "april") for part in ("--usage", f"{name}.csv")]
    charges = ("--charges", "april.parquet", "--charges", "march-2.parquet")
    for name, known in (("by-charges", charges), ("by-usage", usage)):
        ran = run(*APRIL, *known, "--issued", "march", "--number", "{3}", *FORMATTED, "-o", name)
        assert ran.code == 0, ran.err
    made = documents(march / "by-charges")
    assert made == documents(march / "by-usage") and len(made) == 2 * len(FORMATS)
    for form in FORMATS:
        assert (
            run("invoice", "accounts", "-b", "koodrive", "--period", "2026-04", *usage, "--issued", "march", "--number", "{3}", "-f", form, "-o", "one").code
            == 0
        )
    assert documents(march / "one") == made
    for form in FORMATS:
        assert (
            run("invoice", "accounts", "-b", "koodrive", "--period", "2026-04", *charges, "--issued", "march", "--number", "{3}", "-f", form, "-o", "two").code
            == 0
        )
    assert documents(march / "two") == made
    corrected = {name: [line for line in json.loads(made[f"{name}-2026-04.json"])["lines"] if line["corrects"]] for name in "ab"}
    assert {name: len(lines) for name, lines in corrected.items()} == {"a": 2, "b": 0} and corrected["a"][0]["bill_type"] == "adjustment-charge"
    assert json.loads(made["a-2026-04.json"])["preceding"] == ["1"]
    assert run(*APRIL, *charges, "--issued", "march", "--number", "{3}", *FORMATTED, "-o", "by-charges").code == 0
    assert documents(march / "by-charges") == made and summary(march / "by-charges")["issued"]


def test_what_was_corrected_is_corrected_once(march, run):
    """May's invoices, with those of March and April, have nothing of March left."""
    assert run(*RATE, "--period", "2026-03", "late.csv", "--previous", "march.parquet", "-o", "march-2.parquet").code == 0
    for month in ("04", "05"):
        assert run(*RATE, "--period", f"2026-{month}", "april.csv", "-o", f"{month}.parquet").code == 0
    charges = ("--charges", "04.parquet", "--charges", "march-2.parquet")
    assert run(*APRIL, *charges, "--issued", "march", "--number", "{3}", "-f", "json", "-o", "april").code == 0
    may = ("bill", "-b", "koodrive", "--accounts", "accounts", "--period", "2026-05", *charges, "--charges", "05.parquet")
    ran = run(*may, "--issued", "march", "--issued", "april", "--number", "{5}", "-f", "json", "-o", "may")
    assert ran.code == 0 and documents(march / "may") == {}, ran.err


def test_issued_invoices_that_cannot_be_used(march, run):
    charges = ("--charges", "march.parquet")
    ran = run("bill", "-b", "koodrive", "--accounts", "accounts", "--period", "2026-03", *charges, "--issued", "march", "-o", "out")
    assert ran.code == 1 and "was invoiced already" in " ".join(ran.err.split()) and documents(march / "out") == {}
    assert run(*RATE, "--period", "2026-04", "april.csv", "-o", "april.parquet").code == 0
    charges = (*charges, "--charges", "april.parquet")
    ran = run(*APRIL, *charges, "--issued", "march", "--number", "{2}", "-f", "csv", "-o", "again")
    assert ran.code == 2 and "is that of an invoice given with --issued" in " ".join(ran.err.split())
    (march / "accounts" / "b.yaml").rename(march / "b.yaml")
    ran = run(*APRIL, *charges, "--issued", "march", "-f", "csv", "-o", "fewer")
    assert ran.code == 0 and "issued: 1 invoice of accounts that are not billed here: b (1)" in ran.err
    ran = run(*APRIL, *charges, "-f", "csv", "-o", "fewer")
    assert ran.code == 2 and "the digest of the issued invoices" in " ".join(ran.err.split())
    edit(march / "march" / "a-2026-03.json", '"gross": "', '"gross": "1')
    ran = run(*APRIL, *charges, "--issued", "march", "-f", "csv", "-o", "edited")
    assert ran.code == 1 and documents(march / "edited") == {}, ran.err
    (march / "march" / "notes.json").write_text("{}", encoding="utf-8")
    ran = run(*APRIL, *charges, "--issued", "march", "-f", "csv", "-o", "none")
    assert ran.code == 1 and "notes.json" in ran.err and not (march / "none").exists()


def test_two_files_of_charges_of_one_period(march, run):
    assert run(*RATE, "--period", "2026-03", "late.csv", "--previous", "march.parquet", "-o", "march-2.parquet").code == 0
    two = ("--period", "2026-03", "--charges", "march.parquet", "--charges", "march-2.parquet")
    ran = run("bill", "-b", "koodrive", "--accounts", "accounts", *two, "-o", "out")
    assert ran.code == 2 and "are of the same period" in " ".join(ran.err.split()), ran.err


def of_march(folder) -> dict[str, list[tuple[str, str]]]:
    """The corrections of April's invoices, by file: each kind and amount."""
    found = {name: json.loads(content)["lines"] for name, content in documents(folder).items()}
    return {name: [(line["bill_type"], line["amount"]) for line in lines if line["corrects"]] for name, lines in found.items()}


def test_amended_usage_becomes_corrections(march, run):
    """Replaced records give the documents of a delivery in which they always stood so; what is withdrawn is paid back, though fewer are there now."""
    head, *rows = (march / "march.csv").read_text(encoding="utf-8").splitlines()
    users = next(place for place, row in enumerate(rows) if row.startswith("b,") and ",users," in row)
    other = ",".join([*rows[users].split(",")[:4], "500", rows[users].split(",")[5]])
    (march / "amend.csv").write_text(f"{head}\n{other}\n", encoding="utf-8")
    (march / "right.csv").write_text("\n".join([head, *rows[:users], other, *rows[users + 1 :]]) + "\n", encoding="utf-8")
    gone = "".join(f"{row.split(',')[5]},yes\n" for row in rows if row.startswith("b,"))
    (march / "gone.csv").write_text(f"id,withdraw\n{gone}", encoding="utf-8")
    assert run(*RATE, "--period", "2026-04", "april.csv", "-o", "april.parquet").code == 0
    made = {}
    for name, known in (
        ("amended", ("--previous", "march.parquet", "--amend", "amend.csv")),
        ("right", ("right.csv",)),
        ("gone", ("--previous", "march.parquet", "--amend", "gone.csv")),
    ):
        assert run(*RATE, "--period", "2026-03", *known, "-o", f"{name}.parquet").code == 0
        ran = run(*APRIL, "--charges", "april.parquet", "--charges", f"{name}.parquet", "--issued", "march", "--number", "{3}", "-f", "json", "-o", name)
        assert ran.code == 0, ran.err
        made[name] = documents(march / name)
    assert made["amended"] == made["right"]
    assert [kind for kind, _ in of_march(march / "amended")["b-2026-04.json"]] == ["adjustment-charge"]
    billed = {line["item"]: line["amount"] for line in json.loads(documents(march / "march")["b-2026-03.json"])["lines"]}
    assert sorted(of_march(march / "gone")["b-2026-04.json"]) == sorted(("adjustment-compensation", f"-{amount}") for amount in billed.values())
    ran = run(
        *APRIL, "--charges", "april.parquet", "--charges", "amended.parquet", "--issued", "march", "--number", "{3}", "-f", "json", "-o", "two", "--only", "a"
    )
    assert ran.code == 0
    ran = run(
        "invoice",
        "accounts/b.yaml",
        "-b",
        "koodrive",
        "--period",
        "2026-04",
        "--charges",
        "april.parquet",
        "--charges",
        "gone.parquet",
        "--issued",
        "march/b-2026-03.json",
        "--number",
        "4",
        "-f",
        "json",
    )
    assert ran.code == 0 and ran.out.encode() == made["gone"]["b-2026-04.json"], ran.err
