"""A quote that is a paper for somebody: its number, for whom it is, from whom, and until when it can be accepted."""

import json
import re

import jsonschema
import pytest
from rich.cells import cell_len

from engine.resources import schema_bytes

ORDER = "examples/koodrive/team-of-60.yaml"
HEAD = ("--number", "Q-2026-17", "--customer", "Musterwerk AG", "--valid-until", "2026-03-31")
CHANGE = ("change", ORDER, "-b", "koodrive", "--date", "2026-08-17", "--item", "basic-edition=200-users-2-tb")
DAYS = {"en": "31 March 2026", "de": "31. März 2026", "zh": "2026年3月31日", "ja": "2026年3月31日", "ar": "31 مارس 2026"}


@pytest.mark.parametrize("locale", DAYS)
@pytest.mark.parametrize("command", [("quote", ORDER, "-b", "koodrive"), CHANGE])
def test_every_paper_says_number_customer_seller_and_last_day(desk, run, command, locale):
    for form in ("text", "md", "html"):
        page = run(*command, *HEAD, "--locale", locale, "-f", form).out
        plain = re.sub("[\u2066-\u2069]", "", re.sub(r"<[^>]+>", "", page)).replace("\u00a0", " ").replace("\\", "")
        assert all(text in plain for text in ("Q-2026-17", "Musterwerk AG", "KooDrive sample seller", DAYS[locale])), form


def test_data_has_them_where_they_were_given(desk, run):
    data = json.loads(run("quote", ORDER, *HEAD, "-f", "json").out)
    jsonschema.Draft7Validator(json.loads(schema_bytes("quote"))).validate(data)
    assert [data[key] for key in ("number", "customer", "valid_until")] == ["Q-2026-17", "Musterwerk AG", "2026-03-31"]
    plain = json.loads(run("quote", ORDER, "-f", "json").out)
    assert plain == {key: value for key, value in data.items() if key not in ("number", "customer", "valid_until")}
    assert json.loads(run("quote", ORDER, "--number", "7", "-f", "json").out)["customer"] is None


@pytest.mark.parametrize("width", ["80", "100"])
def test_a_long_or_hostile_name_stays_in_its_lines(desk, run, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", width)
    name = "</td><script>alert(1)</script> | **bold** " + "x" * 200
    text = run("quote", ORDER, "--customer", name).out
    assert max(cell_len(line) for line in text.splitlines()) <= int(width)
    page = run("quote", ORDER, "--customer", name, "-f", "html").out
    assert "<script" not in page
    assert "**bold**" not in run("quote", ORDER, "--customer", name, "-f", "md").out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--valid-until", "2026-02-31"), "`2026-02-31` is no day; write it as 2026-04-01"),
        (("--valid-until", "99999-01-01"), "is no day"),
        ((*HEAD, "-f", "csv"), "csv has no place for number, customer and last day"),
        ((*HEAD, "-o", "x.xlsx"), "xlsx has no place for number, customer and last day"),
        (("--number", "1", "--number", "2"), "`--number` is given twice"),
    ],
)
def test_what_cannot_be_said_is_wrong_usage(desk, run, options, told):
    ran = run("quote", ORDER, *options)
    assert ran.code == 2 and told in " ".join(ran.err.split()) and not (desk / "x.xlsx").exists()
