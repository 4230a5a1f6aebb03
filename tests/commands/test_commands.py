"""Each command by itself: options that choose, formats, starting points, completion."""

import json
import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import jsonschema
import pytest
import yaml

from engine.diagnostics import CODES
from engine.resources import schema_names
from tests.commands.desk import ROOT


@pytest.fixture
def failing(desk):
    """The KooDrive book with one price changed: some examples now differ."""
    path = desk / "rules" / "koodrive" / "prices" / "2026-01-01.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("89.00", "95.00"), encoding="utf-8")
    return desk


# ------------------------------------------------------------------------------------------------------------------- check


def with_warning(desk):
    path = desk / "rules" / "koodrive" / "items.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("items:\n", "items:\n  unused: {title: Unused, unit: GB}\n", 1), encoding="utf-8")


def test_check_fails_at_the_level_that_was_asked_for(desk, run):
    with_warning(desk)
    assert run("check").code == 0
    assert run("check", "--fail-on", "warning").code == 1
    assert run("check", "--profile", "publish").code == 1


def test_check_chooses_codes_and_families(desk, run):
    with_warning(desk)
    found = {each["code"] for each in json.loads(run("check", "-f", "json").out)["findings"]}
    assert found
    code = sorted(found)[0]
    assert {each["code"] for each in json.loads(run("check", "-f", "json", "--select", code).out)["findings"]} == {code}
    left = {each["code"] for each in json.loads(run("check", "-f", "json", "--ignore", code[0]).out)["findings"]}
    assert left == {each for each in found if each[0] != code[0]}
    assert run("check", "--select", "Z999").code == 2


def test_check_shows_warnings_beside_errors(desk, run):
    discounts, modes = (desk / "rules" / "koodrive" / name for name in ("discounts.yaml", "billing-modes.yaml"))
    discounts.write_text(discounts.read_text(encoding="utf-8").replace("    until: 2027-01-01\n", ""), encoding="utf-8")
    assert {each["code"] for each in json.loads(run("check", "-f", "json").out)["findings"]} == {"P203"}
    modes.write_text(modes.read_text(encoding="utf-8").replace("payment: postpaid", "payment: later"), encoding="utf-8")
    found = json.loads(run("check", "-f", "json").out)["findings"]
    assert {each["severity"] for each in found} == {"error", "warning"}
    assert "P203" in {each["code"] for each in found}


def test_check_writes_for_github_where_it_runs_there(desk, run, monkeypatch):
    with_warning(desk)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert run("check").out.startswith("::warning file=rules/koodrive/")


def test_check_concise_is_one_line_a_finding(desk, run):
    with_warning(desk)
    lines = run("check", "-f", "concise").out.splitlines()
    assert lines and all(line.startswith("rules/koodrive/") for line in lines)


@pytest.mark.parametrize("mistake", [True, False])
def test_check_writes_reports_for_tools_also_where_nothing_is_found(desk, run, mistake):
    if mistake:
        with_warning(desk)
    results = json.loads(run("check", "-f", "sarif").out)["runs"][0]["results"]
    suite = ElementTree.fromstring(run("check", "-f", "junit").out).find("testsuite")
    assert len(results) == int(suite.get("failures")) == len(json.loads(run("check", "-f", "json").out)["findings"])
    assert bool(results) is mistake


def test_publishing_needs_examples_that_pass(failing, run):
    ran = run("check", "--profile", "publish", "--fail-on", "error")
    assert ran.code == 1
    assert "one-year-team" in ran.err


# -------------------------------------------------------------------------------------------------------------------- test


def test_failing_examples_show_differing_cells_and_their_place(failing, run):
    ran = run("test", "-k", "one-year-team")
    assert ran.code == 1
    assert "total" in ran.out and "expected 1,125.48" not in ran.out and "expected 1125.48" in ran.out
    assert "rules/koodrive/examples.yaml:" in ran.out
    assert "user-expansion-package" not in ran.out, "what does not differ is not shown"
    assert ran.err.startswith("1 example: 0 passed, 1 failed")


def test_only_examples_that_fail_are_listed(failing, run):
    """What passes is counted, and listed where it is asked for."""
    ran, every = run("test"), run("test", "--all")
    listed = [line.split() for line in ran.out.splitlines() if not line.startswith(" ")]
    assert {outcome for outcome, _ in listed} == {"failed"} and len(listed) == len(ran.out.split("failed")) - 1
    assert every.out.count("passed") > 20 and every.out.count("failed") == ran.out.count("failed")
    assert run("test", "-k", "smallest-team").out == ""


@pytest.mark.parametrize("columns", [80, 100])
def test_codes_are_listed_with_their_titles_and_no_line_is_too_long(run, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    listed = run("rule").out
    flat = " ".join(listed.split())
    for info in CODES.values():
        assert f"{info.code} {info.severity} {' '.join(info.title.split())} ({info.slug})" in flat
        page = run("rule", info.code).out
        told = page[: page.index("Not like this:")] if "Not like this:" in page else page
        assert max(map(len, told.splitlines())) <= columns
    assert max(map(len, listed.splitlines())) <= columns


def test_junit_and_json_say_the_same(failing, run):
    cases = ElementTree.fromstring(run("test", "-f", "junit").out)
    suite = cases.find("testsuite")
    document = json.loads(run("test", "-f", "json").out)
    failed = {each["name"] for each in document["examples"] if each["outcome"] == "failed"}
    assert failed == {case.get("name") for case in suite.iter("testcase") if case.find("failure") is not None}
    assert int(suite.get("failures")) == len(failed) > 0
    assert int(suite.get("tests")) == len(document["examples"])


# ------------------------------------------------------------------------------------------------------------------- quote


def test_an_example_is_priced_or_its_error_is_printed(desk, run):
    for name, example in yaml.safe_load((desk / "rules/koodrive/examples.yaml").read_text(encoding="utf-8"))["examples"].items():
        ran = run("quote", "--example", name, "-f", "json")
        if "account" in example["given"]:
            assert (ran.code, f"pricebook test -k {name}" in ran.out) == (2, True)
        elif "expect_error" in example:
            assert ran.code == 1
            assert example["expect_error"] in {found["slug"] for found in json.loads(ran.out)["findings"]}
        else:
            assert ran.code == 0
            totals = json.loads(ran.out)["totals"]
            assert totals["net"] == (f"{example['expect']['total']:.2f}" if "total" in example["expect"] else totals["net"])


def test_options_and_an_order_file_give_the_same_quote(desk, run):
    by_file = run("quote", "examples/koodrive/team-of-60.yaml", "-f", "json")
    by_options = run(
        "quote", "--mode", "yearly-monthly", "--term", "1 year", "--date", "2026-03-01", "-f", "json",
        "--item", "basic-edition=50-users-500-gb", "--item", "user-expansion-package=10",
    )  # fmt: skip

    def priced(ran):
        document = json.loads(ran.out)
        for line in document["lines"]:
            del line["trace"]
        return document

    assert priced(by_file) == priced(by_options)


@pytest.mark.parametrize("suffix", ["json", "md", "csv", "html", "txt"])
def test_the_format_follows_the_name_of_the_output_file(desk, run, suffix):
    starts = {"json": "{", "md": "# KooDrive", "csv": "kind,item", "html": "<!DOCTYPE html>", "txt": "KooDrive"}
    steps = () if suffix == "csv" else ("--explain",)
    ran = run("quote", "examples/koodrive/team-of-60.yaml", *steps, "-o", f"out/quote.{suffix}")
    assert (ran.code, ran.out) == (0, "")
    assert (desk / "out" / f"quote.{suffix}").read_text(encoding="utf-8").lstrip().startswith(starts[suffix])
    assert f"wrote out/quote.{suffix}" in ran.err


@pytest.mark.parametrize("command", [("quote", "examples/koodrive/team-of-60.yaml"), ("sheet", "--date", "2026-03-01")])
def test_a_workbook_is_the_same_again(desk, run, command):
    made = []
    for _ in range(2):
        ran = run(*command, "-o", "out/made.xlsx")
        assert ran.code == 0, ran.err
        made.append((desk / "out" / "made.xlsx").read_bytes())
    assert made[0] == made[1] and made[0][:2] == b"PK"
    assert run(*command, "-f", "xlsx").code == 2


@pytest.mark.parametrize("options", [("-f", "csv"), ("-o", "steps.csv")])
def test_steps_are_refused_where_the_format_has_no_place_for_them(desk, run, options):
    ran = run("quote", "examples/koodrive/team-of-60.yaml", "--explain", *options)
    assert (ran.code, ran.out) == (2, "")
    assert "no place for its steps" in ran.err and not (desk / "steps.csv").exists()


@pytest.mark.parametrize("locale", ["en", "zh", "ar", "de", "ja"])
def test_a_quote_is_written_in_every_language(desk, run, locale):
    for form in ("text", "md", "html"):
        ran = run("quote", "examples/koodrive/storage-in-tb.yaml", "--explain", "--locale", locale, "-f", form)
        assert ran.code == 0, ran.err


# --------------------------------------------------------------------------------------------------- new, schema, rule, ...


def test_a_new_book_is_clean_and_its_example_passes(desk, run):
    ran = run("new", "book", "my-prices")
    assert ran.code == 0
    assert "rules/my-prices/book.yaml" in ran.out.splitlines()
    checked = run("check", "my-prices", "--fail-on", "info")
    assert (checked.code, checked.out) == (0, "")
    assert run("test", "my-prices").code == 0
    assert run("sheet", "my-prices", "--date", "2026-03-01").code == 0
    assert all("#" in path.read_text() for path in (desk / "rules" / "my-prices").rglob("*.yaml"))


def test_a_new_book_never_overwrites(desk, run):
    before = sorted((path, path.read_bytes()) for path in (desk / "rules").rglob("*") if path.is_file())
    ran = run("new", "book", "koodrive")
    assert ran.code == 2
    assert "nothing is overwritten" in ran.err
    assert sorted((path, path.read_bytes()) for path in (desk / "rules").rglob("*") if path.is_file()) == before


@pytest.mark.parametrize("name", ["2026", "my prices", "-x", "a..b", "ä"])
def test_a_new_book_needs_a_name_that_can_be_an_id(desk, run, name):
    assert run("new", "book", "--", name).code == 2
    assert sorted(path.name for path in (desk / "rules").iterdir()) == ["koodrive"]


def test_a_new_book_may_stand_anywhere(desk, run):
    assert run("new", "book", "elsewhere/mine").code == 0
    assert run("check", "elsewhere/mine").code == 0


def test_every_schema_is_printed_and_is_a_schema(desk, run):
    for name in schema_names():
        ran = run("schema", name)
        assert ran.code == 0
        jsonschema.Draft7Validator.check_schema(json.loads(ran.out))
    assert all(name in run("schema", "--list").out for name in schema_names())


def test_every_code_has_its_page_by_code_and_by_name(desk, run):
    listed = run("rule").out
    for code, info in CODES.items():
        assert code in listed
        page = run("rule", code.lower())
        assert page.code == 0 and page.out.startswith(f"{code}  {info.slug}")
        assert run("rule", info.slug).out == page.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(desk, run, shell):
    ran = run("completion", shell)
    assert ran.code == 0 and "_PRICEBOOK_COMPLETE" in ran.out


def _stoppable() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_watching_checks_again_after_a_change_until_it_is_stopped(desk):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pricebook", "check", "koodrive", "--watch"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    # A suite that runs in the background of a shell has its children ignore the key that stops a program.
    with subprocess.Popen(command, cwd=desk, env=environment, preexec_fn=_stoppable, **streams) as watching:
        assert "koodrive: " in watching.stderr.readline()
        (desk / "rules" / "koodrive" / "limits-of-mine.yaml").write_text("limits: 5\n")
        assert watching.stdout.readline().startswith("error[")
        watching.send_signal(signal.SIGINT)
        _, said = watching.communicate(timeout=60)
    assert watching.returncode == 130 and "Traceback" not in said
