"""`pricebook invoice`: an account's documents for a period, from its files; one table of formats, and nothing half-written."""

import hashlib
import json
import re
from datetime import date
from pathlib import Path

import pytest

from engine.batch.charges_file import ChargesHead, write_charges
from engine.billing import charges_for_usage
from engine.commands.billing_period import period_of
from engine.commands.invoice_formats import RENDERINGS
from engine.commands.output import ENDINGS
from engine.language.build import load_account, load_book
from engine.usage import read_usage
from engine.values.periods import start_of_day
from tests.commands.desk import ROOT
from tests.extent import first

TEAM = ("examples/koodrive/growing-team/account.yaml", "-b", "koodrive")
KOODRIVE = ROOT / "rules" / "koodrive"
HOURS = "examples/koodrive/project-by-the-hour"
PROJECT = (f"{HOURS}/account.yaml", "-b", "koodrive", "--period", "2026-03", "--usage", f"{HOURS}/usage-2026-03.csv")
STUDIO = "examples/hosting/studio"
TAXED = (f"{STUDIO}/account.yaml", "-b", "examples/hosting/book", "--period", "2026-04", "--usage", f"{STUDIO}/usage-2026-04.csv")
REVERSED = ("examples/hosting/atelier/account.yaml", "-b", "examples/hosting/book", "--period", "2026-06")
SAMPLES = {"reversed": REVERSED, "project": PROJECT, "taxed": TAXED, "credit": (*TEAM, "--period", "2027-05")}


@pytest.mark.parametrize("format_name", RENDERINGS)
@pytest.mark.parametrize("sample", first(1, SAMPLES))
def test_every_format_of_every_sample_is_written_whole(desk, run, sample, format_name):
    name = f"out/invoice.{ENDINGS[format_name][0]}"
    ran = run("invoice", *SAMPLES[sample], "--number", "2026-0017", "-f", format_name, "-o", name)
    assert ran.code == 0, ran.err
    assert (desk / name).stat().st_size > 200 and [each.name for each in (desk / "out").iterdir()] == [name.removeprefix("out/")]


@pytest.mark.parametrize("format_name", first(4, RENDERINGS))
def test_running_again_gives_the_same_bytes(desk, run, format_name):
    name = f"out/invoice.{ENDINGS[format_name][0]}"
    made = []
    for _ in range(2):
        assert run("invoice", *SAMPLES["credit"], "--number", "2026-0018", "-f", format_name, "-o", name).code == 0
        made.append((desk / name).read_bytes())
    assert made[0] == made[1]


@pytest.mark.parametrize("format_name", [name for name, each in RENDERINGS.items() if each.explains])
def test_steps_are_told_where_they_have_a_place(desk, run, format_name):
    name = f"out/invoice.{ENDINGS[format_name][0]}"
    assert run("invoice", *TAXED, "--number", "17", "--explain", "-f", format_name, "-o", name).code == 0
    assert (desk / name).stat().st_size > 1000


@pytest.mark.parametrize("format_name", [name for name, each in RENDERINGS.items() if not each.explains])
def test_steps_are_refused_where_they_have_none(desk, run, format_name):
    ran = run("invoice", *TAXED, "--explain", "-f", format_name, "-o", f"out/invoice.{ENDINGS[format_name][0]}")
    assert (ran.code, "no place for the steps" in " ".join(ran.err.split())) == (2, True)
    assert list((desk / "out").iterdir()) == []


@pytest.mark.parametrize("format_name", [name for name, each in RENDERINGS.items() if each.electronic])
def test_an_e_invoice_has_a_number(desk, run, format_name):
    ran = run("invoice", *TAXED, "-f", format_name, "-o", f"out/invoice.{ENDINGS[format_name][0]}")
    said = " ".join(ran.err.split())
    assert (ran.code, "BR-02" in said and "--number" in said) == (2, True), ran.err
    assert list((desk / "out").iterdir()) == []


def test_the_text_on_the_screen_has_the_lines_and_the_total(desk, run):
    ran = run("invoice", *TEAM, "--period", "2026-08", "--number", "2026-0031")
    assert ran.code == 0, ran.err
    assert "1,236.40" in ran.out and "2026-0031" in ran.out and "Lindgren Arkitekter AB" in ran.out


@pytest.mark.parametrize("width", [100, 80])
@pytest.mark.parametrize("locale", ["en", "zh", "ar", "de", "ja"])
@pytest.mark.parametrize("sample", ["taxed", "credit"])
def test_no_line_is_wider_than_the_terminal(desk, run, monkeypatch, sample, width, locale):
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", str(width))
    ran = run("invoice", *SAMPLES[sample], "--explain", "--locale", locale)
    assert ran.code == 0, ran.err
    assert [line for line in ran.out.splitlines() if cell_len(line) > width] == []


def test_an_invoice_with_nothing_owed_says_so(desk, run):
    ran = run("invoice", *TEAM, "--period", "2026-05")
    assert ran.code == 0
    assert "nothing is owed for 2026-05" in ran.err and "0.00" in ran.out


def test_usage_files_are_joined_and_duplicates_dropped_once(desk, run):
    more = ("--usage", f"{HOURS}/usage-2026-04.csv")
    both = run("invoice", *PROJECT, *more, "-f", "csv")
    alone = run("invoice", *PROJECT, "-f", "csv")
    assert both.out == alone.out
    assert "usage: 1,556 records of 2 files: 1,086 to bill, 468 outside the period, 2 repeated\n" in both.err
    assert "usage: 1,086 records of 1 file: 1,086 to bill\n" in alone.err


def test_records_of_one_id_that_differ_in_two_files_are_refused_with_both_places(desk, run):
    other = desk / "other.csv"
    rows = (desk / HOURS / "usage-2026-03.csv").read_text(encoding="utf-8").splitlines()
    other.write_text("\n".join([rows[0], rows[1].replace(",users,", ",storage,")]) + "\n", encoding="utf-8")
    ran = run("invoice", *PROJECT, "--usage", "other.csv")
    assert (ran.code, ran.out) == (1, "")
    assert "usage-2026-03.csv:2" in ran.err and "other.csv:2" in ran.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"account,subscription,item,time,quantity\nfestival,stage-plans,users,2026-03-09T10:00,many\n", "many"),
        (b"account;subscription;item;time;quantity\n", "commas"),
        (b"", "names no columns"),
        ("account,subscription,item,time,quantity\nfestival,stage-plans,us\xe9rs,2026-03-09T10:00,1\n".encode("latin-1"), "UTF-8"),
        (b"account,subscription,item,time,quantity\nfestival,stage-plans,users,2026-05-09T10:00,4\n", "does not run"),
        (b"account,subscription,item,time,quantity\nfestival,other,users,2026-03-09T10:00,4\n", "no subscription `other`"),
    ],
)
def test_usage_that_cannot_be_charged_leaves_no_document(desk, run, content, said):
    (desk / "usage.csv").write_bytes(content)
    ran = run("invoice", f"{HOURS}/account.yaml", "--period", "2026-03", "--usage", "usage.csv", "-o", "out/invoice.csv")
    assert (ran.code, said in " ".join(ran.err.split())) == (1, True), ran.err
    assert "usage.csv" in ran.err and list((desk / "out").iterdir()) == []


def test_a_refusal_is_one_json_document_where_json_was_asked_for(desk, run):
    (desk / "account.yaml").write_text("id: x\ncustomer: {name: X}\nsubscriptions: [{id: s, billing_mode: nothing, events: []}]\n")
    ran = run("invoice", "account.yaml", "--period", "2026-03", "-f", "json")
    assert ran.code == 1 and json.loads(ran.out)["findings"]


def test_the_date_of_issue_is_the_day_after_the_period(desk, run):
    told = [json.loads(run("invoice", *TAXED, *more, "-f", "json").out) for more in ((), ("--date", "2026-05-04"))]
    assert [(each["date"], each["due"]) for each in told] == [("2026-05-01", "2026-05-15"), ("2026-05-04", "2026-05-18")]


def test_the_fingerprint_of_the_usage_is_in_the_invoice(desk, run):
    with_usage, without = (json.loads(run("invoice", *each, "-f", "json").out) for each in (PROJECT, SAMPLES["credit"]))
    assert re.fullmatch("[0-9a-f]{64}", with_usage["usage_digest"]) and without["usage_digest"] is None


def test_late_usage_becomes_a_correction_that_names_the_invoice(desk, run):
    """The two late days of April are 14.941 GB above the quota: 14.941 x 0.0234 = 0.35 more than April's invoice said."""
    april = run("invoice", *TAXED, "--number", "A-1", "-o", "out/april.json")
    assert april.code == 0, april.err
    usage = [f"{STUDIO}/usage-{name}.csv" for name in ("2026-04", "2026-04-late", "2026-05")]
    more = [each for name in usage for each in ("--usage", name)]
    may = (f"{STUDIO}/account.yaml", "-b", "examples/hosting/book", "--period", "2026-05", *more, "--issued", "out/april.json")
    ran = run("invoice", *may, "-f", "json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert told["preceding"] == ["A-1"]
    corrected = [line for line in told["lines"] if line["corrects"]]
    assert [line["bill_type"] for line in corrected] == ["adjustment-charge"]
    assert corrected[0]["amount"] == "0.35"


@pytest.mark.parametrize(
    ("typed", "period"),
    [
        ("2026-03", ("2026-03-01", "2026-04-01")),
        ("2026-12", ("2026-12-01", "2027-01-01")),
        ("2026", ("2026-01-01", "2027-01-01")),
        ("2026-Q4", ("2026-10-01", "2027-01-01")),
        ("2026-q1", ("2026-01-01", "2026-04-01")),
        ("2026-03-15..2026-03-16", ("2026-03-15", "2026-03-16")),
    ],
)
def test_periods(typed, period):
    assert tuple(day.isoformat() for day in period_of(typed)) == period


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--period", "2026-13"), "is no period"),
        (("--period", "March"), "is no period"),
        (("--period", "0000"), "is no period"),
        (("--period", "２０２６-03"), "full-width digit two (U+FF12)"),
        (("--period", "2026–03"), "en dash (U+2013)"),
        (("--period", "0001-01"), "is not between the years"),
        (("--period", "9999"), "is not between the years"),
        (("--period", "2026-01-01..9999-01-01"), "is not between the years"),
        (("--period", "2026-03", "--date", "9999-12-31"), "is not between the years"),
        (("--period", "2026-04-01..2026-03-01"), "ends before it begins"),
        (("--period", "2026-04-01..2026-04-01"), "ends before it begins"),
        ((), "missing option"),
        (("--period", "2026-03", "--date", "soon"), "is no day"),
        (("--period", "2026-03", "--number", " "), "the number is empty"),
        (("--period", "2026-03", "--date", "2026-02-28"), "before the period begins"),
        (("--period", "2026-03", "--number", "2026\u202e7100"), "holds characters that cannot be seen"),
        (("--period", "2026-03", "--number", "2026\n17"), "holds characters that cannot be seen"),
        (("--period", "2026-03", "--number", "9" * 65), "is longer than 64 characters"),
        (("--period", "2026-03", "-f", "pdf"), "name a file"),
        (("--period", "2026-03", "-f", "factur-x"), "name a file"),
        (("--period", "2026-03", "-f", "xlsx"), "name a file"),
        (("--period", "2026-03", "-f", "focus-parquet"), "name a file"),
        (("--period", "2026-03", "-o", "out/x.docx"), "may end with"),
        (("--period", "2026-03", "-f", "ubl", "-o", "out/x.pdf"), "change one of the two"),
        (("--period", "2026-03", "--csv-raw"), "--csv-raw is for csv"),
        (("--period", "2026-03", "--usage", "nothing.csv"), "there is no file"),
        (("--period", "2026-03", "--issued", "nothing.json"), "there is no file"),
    ],
)
def test_wrong_usage(desk, run, options, said):
    ran = run("invoice", *TEAM, *options)
    assert (ran.code, said.lower() in " ".join(ran.err.split()).lower()) == (2, True), ran.err
    assert ran.out == "" and list((desk / "out").iterdir()) == []


def test_an_order_is_no_account(desk, run):
    ran = run("invoice", "examples/koodrive/team-of-60.yaml", "--period", "2026-03")
    assert (ran.code, ran.out) == (2, "") and "is an order" in ran.err
    ran = run("quote", TEAM[0])
    assert (ran.code, ran.out) == (2, "") and "is an account" in ran.err


def test_focus_is_parquet_by_the_name_of_the_file(desk, run):
    assert run("invoice", *TAXED, "-f", "focus", "-o", "out/cost.parquet").code == 0
    assert (desk / "out" / "cost.parquet").read_bytes()[:4] == b"PAR1"


def test_an_e_invoice_that_lacks_something_is_refused_by_the_rule(desk, run):
    path = desk / REVERSED[0]
    path.write_text(re.sub("  country: FR\n", "", path.read_text(encoding="utf-8")).replace("2026-05-31", "2026-06-01"), encoding="utf-8")
    ran = run("invoice", *REVERSED[:3], "--period", "2026-06", "--number", "7", "-o", "out/invoice.xml")
    assert (ran.code, ran.out, "BR-11" in ran.err) == (1, "", True), ran.err
    assert "account.yaml" in ran.err
    assert list((desk / "out").iterdir()) == []


@pytest.mark.parametrize("format_name", [name for name, each in RENDERINGS.items() if each.electronic])
def test_an_e_invoice_that_the_official_rules_refuse_is_not_written(desk, run, monkeypatch, format_name):
    from engine import workers

    finding = workers.Finding("BR-CO-10", "error", "the sum of the lines differs")
    monkeypatch.setattr(workers, "check_e_invoice", lambda *_: (finding,))
    ran = run("invoice", *REVERSED, "--number", "7", "-f", format_name, "-o", f"out/invoice.{ENDINGS[format_name][0]}")
    assert (ran.code, "BR-CO-10" in ran.err, "fault of the program" in ran.err) == (3, True, True), ran.err
    assert list((desk / "out").iterdir()) == []


@pytest.mark.parametrize(("format_name", "package"), [("ubl", "lxml"), ("pdf", "weasyprint"), ("focus-parquet", "pyarrow")])
def test_what_is_not_installed_is_named_with_the_command_that_installs_it(desk, run, monkeypatch, format_name, package):
    import importlib.util
    import sys

    find = importlib.util.find_spec
    monkeypatch.setattr("engine.documents.einvoice.problems.find_spec", lambda name: None if name == package else find(name))
    monkeypatch.setitem(sys.modules, package, None)
    ran = run("invoice", *REVERSED, "--number", "7", "-f", format_name, "-o", f"out/invoice.{ENDINGS[format_name][0]}")
    assert (ran.code, "pip install 'pricebook[" in " ".join(ran.err.split())) == (3, True), ran.err
    assert list((desk / "out").iterdir()) == []


def test_the_samples_have_all_that_documents_need():
    for name in ("koodrive/growing-team", "koodrive/project-by-the-hour", "hosting/studio", "hosting/atelier"):
        text = (ROOT / "examples" / name / "account.yaml").read_text(encoding="utf-8")
        assert all(f"  {key}:" in text for key in ("name", "address", "city", "postcode", "country", "email"))


def test_what_an_invoice_leaves_aside_is_counted(desk, run):
    """One record of April, and one of another account."""
    head, users, *others = (desk / HOURS / "usage-2026-03.csv").read_text(encoding="utf-8").splitlines()
    more = [users.replace("2026-03-", "2026-04-").replace("u-0001", "x-1"), users.replace("festival", "other")]
    (desk / "usage.csv").write_text("\n".join([head, *others[:2], *more]) + "\n", encoding="utf-8")
    ran = run("invoice", f"{HOURS}/account.yaml", "-b", "koodrive", "--period", "2026-03", "--usage", "usage.csv")
    assert ran.code == 0, ran.err
    assert "usage: 4 records of 1 file: 2 to bill, 1 outside the period, 1 for other accounts (other 1)\n" in ran.err


def test_half_a_month_of_usage_never_gives_the_other_half_back(desk, run):
    """The file of April repeats two records of March: with it alone nearly all of March would be paid back."""
    assert run("invoice", *PROJECT, "--number", "M1", "-o", "out/march.json").code == 0
    april = (*PROJECT[:3], "--period", "2026-04", "--usage", f"{HOURS}/usage-2026-04.csv", "--issued", "out/march.json")
    ran = run("invoice", *april)
    said = " ".join(ran.err.split())
    assert (ran.code, ran.out) == (1, "") and "Q714" in said
    assert "1 of the 543 records that were billed is given" in said and "the usage files of 2026-03 too" in said
    ran = run("invoice", *april, "--usage", f"{HOURS}/usage-2026-03.csv", "-f", "json")
    assert ran.code == 0 and not any(line["corrects"] for line in json.loads(ran.out)["lines"])


def test_a_number_is_given_once(desk, run):
    assert run("invoice", *TAXED, "--number", "41", "-o", "out/april.json").code == 0
    may = (*TAXED[:3], "--period", "2026-05", "--issued", "out/april.json", *TAXED[5:], "--usage", f"{STUDIO}/usage-2026-05.csv")
    ran = run("invoice", *may, "--number", "41")
    assert (ran.code, ran.out) == (2, "") and "number 41 is that of an invoice given with --issued" in " ".join(ran.err.split())
    assert run("invoice", *may, "--number", "42").code == 0


def test_a_draft_was_never_issued(desk, run):
    assert run("invoice", *TAXED, "-o", "out/april.json").code == 0
    ran = run("invoice", *TAXED[:3], "--period", "2026-05", "--issued", "out/april.json")
    assert (ran.code, ran.out) == (1, "") and "Q715" in ran.err and "it is a draft" in " ".join(ran.err.split())


def test_notes_go_beside_the_invoice(desk, run):
    """Without usage there is an invoice, and a note that something ran."""
    ran = run("invoice", f"{HOURS}/account.yaml", "-b", "koodrive", "--period", "2026-03", "-f", "json")
    assert ran.code == 0 and json.loads(ran.out)["lines"] == []
    assert "info[Q717]: `stage-plans` ran in 2026-03-01 to 2026-03-31" in " ".join(ran.err.split())


# --- from charges -----------------------------------------------------------------------------------------------------------------


def charged(name: str = "charges.parquet", month: int = 3) -> str:
    """The charges of the project's hours in a month, as a file."""
    book = load_book({path.relative_to(KOODRIVE).as_posix(): path.read_bytes() for path in sorted(KOODRIVE.rglob("*.yaml"))}).book
    content = Path(f"{HOURS}/usage-2026-03.csv").read_bytes()
    span = tuple(start_of_day(date(2026, each, 1), book.zone) for each in (month, month + 1))
    account, _ = load_account("account.yaml", Path(f"{HOURS}/account.yaml").read_bytes(), book)
    charges = charges_for_usage(book, account, read_usage(book, "usage.csv", content.decode()).records, *span)
    write_charges(Path(name), charges, ChargesHead(book.id, book.digest, *span, hashlib.sha256(content).hexdigest()))
    return name


@pytest.mark.parametrize("format_name", RENDERINGS)
def test_charges_make_the_document_that_their_usage_makes(desk, run, format_name):
    made = []
    for source in (PROJECT[-2:], ("--charges", charged())):
        name = f"out/invoice.{ENDINGS[format_name][0]}"
        ran = run("invoice", *PROJECT[:-2], *source, "--number", "2026-0017", "-f", format_name, "-o", name)
        assert ran.code == 0, ran.err
        made.append((desk / name).read_bytes())
    assert made[0] == made[1]


@pytest.mark.parametrize("more", [("--explain",), PROJECT[-2:]])
def test_charges_are_given_alone(desk, run, more):
    ran = run("invoice", *PROJECT[:-2], "--charges", charged(), *more)
    assert (ran.code, "or the charges alone" in " ".join(ran.err.split())) == (2, True)


def test_charges_of_another_month_are_refused(desk, run):
    ran = run("invoice", *PROJECT[:-2], "--charges", charged(month=4))
    said = " ".join(ran.err.split())
    assert (ran.code, "Y830" in said, "its charges are for 2026-04-01 to 2026-04-30, not for 2026-03-01 to 2026-03-31" in said) == (2, True, True)


def test_charges_correct_what_was_issued_from_fewer_records(desk, run):
    """March was issued from the first hundred rows; April's invoice puts it right, from usage and from the charges of both months alike."""
    rows = Path(f"{HOURS}/usage-2026-03.csv").read_text("utf-8").splitlines(keepends=True)
    Path("early.csv").write_text("".join(rows[:101]), encoding="utf-8")
    early = ("--usage", "early.csv", "--number", "17", "-f", "json", "-o", "march.json")
    assert run("invoice", *PROJECT[:3], "--period", "2026-03", *early).code == 0
    sources = (PROJECT[-2:], ("--charges", charged(), "--charges", charged("april.parquet", 4)))
    made = []
    for source in sources:
        ran = run("invoice", *PROJECT[:3], "--period", "2026-04", *source, "--issued", "march.json", "--number", "18", "-f", "json", "-o", "april.json")
        assert ran.code == 0, ran.err
        made.append((desk / "april.json").read_text("utf-8"))
    assert made[0] == made[1] and [line["bill_type"] for line in json.loads(made[0])["lines"]] == ["adjustment-charge"] * 2
