"""An order given by options: what is wrong names the option and says what to type; no finding speaks of keys of an order file."""

import json
import re

import pytest

from engine.commands.in_options import in_options
from engine.diagnostics import orders, report
from engine.language.build.flags import ORDER_OPTIONS, read_flags
from engine.values.spans import Span

EDITION = "basic-edition=10-users-100-gb"
YEARLY = ["--mode", "yearly-monthly"]
HOURLY = ["--mode", "pay-per-use"]

CASES = [
    ([*YEARLY, "--item", EDITION], "Q302", "--term", "add `--term` with 1 month"),
    ([*YEARLY, "--term", "5 years", "--item", EDITION], "Q301", "--term 5 years", "choose one of 1 month"),
    ([*YEARLY, "--term", "5y", "--item", EDITION], "Q102", "--term 5y", "write `5 years`"),
    (["--term", "1 year", "--item", EDITION], "Q200", "--mode", "add `--mode`: the book has `yearly-monthly`"),
    (["--mode", "weekly", "--term", "1 year", "--item", EDITION], "Q200", "--mode weekly", "the book has `yearly-monthly`"),
    ([*YEARLY, "--term", "1 year"], "Q216", "--item", "add `--item` with at least one item"),
    ([*HOURLY, "--item", "users=3", "--for", "1 month"], "Q211", "--item", "add `--item storage=QUANTITY`"),
    ([*HOURLY, "--item", "users=3", "--item", "storage=5"], "Q304", "--for", 'add `--for "720 hours"` or `--for "1 month"`'),
    ([*HOURLY, "--item", "users=3", "--term", "1 year"], "Q303", "--term 1 year", "write `--for` instead of `--term`"),
    ([*YEARLY, "--term", "1 year", "--item", EDITION, "--for", "720 hours"], "Q305", "--for 720 hours", "leave `--for` out"),
    ([*HOURLY, "--item", EDITION, "--for", "1 month"], "Q210", f"--item {EDITION}", "`storage` and `users`"),
    ([*YEARLY, "--term", "1 year", "--item", "basic-editon=10-users-100-gb"], "Q201", "--item basic-editon=10-users-100-gb", "`basic-edition`"),
    ([*YEARLY, "--term", "1 year", "--item", EDITION, "--coupon", "WELCOM-2026"], "Q401", "--coupon WELCOM-2026", "`WELCOME-2026`"),
    ([*YEARLY, "--term", "1 year", "--item", EDITION, "--attribute", "segment=x"], "Q218", "--attribute segment=x", "`education`"),
    ([*YEARLY, "--term", "1 year", "--item", EDITION, "--currency", "JPY"], "Q314", "--currency JPY", "write `--currency` with USD"),
    (
        [*YEARLY, "--term", "1 year", "--item", EDITION, "--item", "user-expansion-package=1", "--item", "user-expansion-package=20000"],
        "Q214", "--item user-expansion-package=20000", "less",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "subject", "remedy"), CASES)
def test_the_option_is_named_and_the_remedy_can_be_typed(desk, run, arguments, code, subject, remedy):
    ran = run("quote", "-b", "koodrive", "--date", "2026-03-01", "-f", "json", *arguments)
    assert ran.code == 1
    findings = json.loads(ran.out)["findings"]
    assert all(each["subject"].startswith("--") for each in findings)
    found = next(each for each in findings if each["code"] == code)
    assert found["subject"] == subject
    assert remedy in found["help"]
    for each in findings:
        said = " ".join([each["message"], each["help"], *each["notes"]])
        assert not re.search(rf"`({'|'.join(ORDER_OPTIONS.options)})(:[^`]*)?`", said), said


def test_the_same_mistake_in_a_file_still_speaks_of_the_file(desk, run):
    (desk / "order.yaml").write_text("date: 2026-03-01\nbilling_mode: pay-per-use\nitems: {users: 3, storage: 5}\n")
    ran = run("quote", "order.yaml")
    assert ran.code == 1
    assert "add `for: 720 hours`" in ran.err


def test_names_and_values_that_are_called_like_keys_stay_as_they_are(desk, run):
    ran = run("quote", "-b", "koodrive", "--mode", "term", "--term", "for", "--item", "items=3", "--attribute", "date=x", "-f", "json")
    assert {each["message"] for each in json.loads(ran.out)["findings"]} == {
        "there is no billing mode `term`",
        "`--term` is `for`, which cannot be read here",
        "there is no item `items`",
        "there is no attribute `date`",
    }


def test_names_and_values_of_an_event_stay_as_they_are(desk, run):
    for option, value, message in [
        ("--switch", "term", "there is no billing mode `term`"),
        ("--renew", "renew", "`--renew` is `renew`, which cannot be read here"),
        ("--item", "change=3", "there is no item `change`"),
    ]:
        ran = run("change", "examples/koodrive/team-of-60.yaml", "-b", "koodrive", "--date", "2026-07-01", option, value, "-f", "json")
        (found,) = json.loads(ran.out)["findings"]
        assert (found["message"], found["subject"]) == (message, f"{option} {value}")


def test_a_finding_with_a_place_in_a_file_stays_as_it_is():
    found = report(orders.TERM_MISSING, "no `term`", Span("order.yaml", 1, 1, 1, 2), subject="term")
    assert in_options([found], read_flags(None, None, (), None, None, None, (), ())) == (found,)
