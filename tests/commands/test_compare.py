"""`quote --compare`: the same order for every term on sale, in every format that has a place for it."""

import json
import re

import jsonschema
import pytest
from rich.cells import cell_len

from engine.resources import schema_bytes

ORDER = "examples/koodrive/team-of-60.yaml"


def test_each_term_has_its_sum_a_month_of_it_and_what_it_saves(desk, run):
    data = json.loads(run("quote", ORDER, "--compare", "-f", "json").out)
    jsonschema.Draft7Validator(json.loads(schema_bytes("quote"))).validate(data)
    found = {each["term"]: (each["amount"], each["per_month"], each["saving"]) for each in data["terms"]}
    assert found["1 month"] == ("113.00", "113.00", "0") and found["1 year"] == ("1125.48", "93.79", "0.17")
    assert found["3 years"] == ("2644.20", "73.45", "0.35") and len(found) == 8
    assert "terms" not in json.loads(run("quote", ORDER, "-f", "json").out)


@pytest.mark.parametrize("locale", ["en", "de", "ar", "zh", "ja"])
@pytest.mark.parametrize("width", ["80", "100"])
def test_readers_see_the_terms_side_by_side(desk, run, monkeypatch, locale, width):
    monkeypatch.setenv("COLUMNS", width)
    text = run("quote", ORDER, "--compare", "--locale", locale).out
    assert max(cell_len(line) for line in text.splitlines()) <= int(width)
    page, html = (run("quote", ORDER, "--compare", "--locale", locale, "-f", form).out for form in ("md", "html"))
    for number in ("113", "93", "84", "73", "17", "25", "35"):
        assert all(re.search(rf"\b{number}\b", each) for each in (text, page, html))


def test_the_quoted_term_is_marked_and_the_others_follow_the_mode(desk, run):
    page = run("quote", ORDER, "--compare", "-f", "md").out.replace("\u00a0", " ")
    rows = re.findall(r"^\| (\d+ \w+)(<br>this quote)? \| ([\d,.]+) \|", page.partition("## Terms on sale")[2], re.MULTILINE)
    assert [(term, bool(own)) for term, own, _ in rows] == [
        (term, term == "1 year") for term in ("1 month", "2 months", "3 months", "6 months", "9 months", "1 year", "2 years", "3 years")
    ]  # fmt: skip


@pytest.mark.parametrize("options", [("--example", "month-of-use", "--compare"), (ORDER, "--compare", "-f", "csv"), (ORDER, "--compare", "-o", "x.xlsx")])
def test_where_there_is_nothing_to_compare_or_no_place_for_it(desk, run, options):
    ran = run("quote", *options)
    assert (ran.code, ran.out) == (2, "")
    assert "--compare" in ran.err or "Compare with" in ran.err
