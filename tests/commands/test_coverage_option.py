"""`test --coverage` and the profile `publish`: the same rules, by name, file and line."""

import json
import re

import pytest


def without(desk, *examples):
    """KooDrive's book covers every rule: without some of its examples it does not."""
    path = desk / "rules" / "koodrive" / "examples.yaml"
    text = path.read_text(encoding="utf-8")
    for name in examples:
        text, count = re.subn(rf"\n  {name}:\n(?:    .*\n)+", "\n", text)
        assert count == 1, name
    path.write_text(text, encoding="utf-8")


def silenced(desk):
    path = desk / "rules" / "koodrive" / "policies.yaml"
    text = path.read_text(encoding="utf-8")
    row = "      - {fee: 0%}\n"
    assert row in text
    path.write_text(text.replace(row, "      - {fee: 0%}  # pricebook: ignore=K201 reason: no mode uses it yet\n"), encoding="utf-8")


def test_publishing_and_the_list_name_the_same_rules(desk, run):
    without(desk, "large-use", "three-years-left-in-year-two")
    document = json.loads(run("test", "--coverage", "-f", "json").out)["coverage"]
    found = json.loads(run("check", "--profile", "publish", "--select", "K201", "-f", "json").out)["findings"]
    assert len(found) == 3  # the last tier of storage and of users, and a row of the fee table
    assert len(document["untouched"]) == len(found) == document["rules"] - document["touched"]
    assert {each["name"] for each in document["untouched"]} == {each["message"].removeprefix("no example touches ") for each in found}
    text = run("test", "--coverage")
    assert text.code == 0
    for each in document["untouched"]:
        assert f"  {each['name']}, {each['place']}" in text.out.splitlines()
        assert re.fullmatch(r"rules/koodrive/.+\.yaml:\d+", each["place"])
    assert f"the examples touch {document['touched']} of {document['rules']} " in text.err


def test_publishing_needs_examples_that_touch_everything(desk, run):
    assert run("check", "--profile", "publish").code == 0
    without(desk, "large-use")
    assert run("check").code == 0
    assert run("check", "--profile", "publish").code == 1
    assert run("check", "--profile", "publish", "--ignore", "K201").code == 0


@pytest.mark.parametrize("profile", ["default", "draft", "publish"])
def test_a_rule_may_be_left_out_for_a_reason_and_the_comment_is_never_called_unused(desk, run, profile):
    without(desk, "framework-contract-leaves")
    silenced(desk)
    codes = [each["code"] for each in json.loads(run("check", "--profile", profile, "-f", "json").out)["findings"]]
    assert "Y119" not in codes
    names = run("check", "--profile", profile, "-f", "concise").out
    assert "of the cancellation `no-fee`" not in names


def test_a_new_book_may_be_published_as_it_stands(desk, run):
    assert run("new", "book", "fresh").code == 0
    ran = run("check", "fresh", "--profile", "publish")
    assert ran.code == 0, ran.out


def test_without_the_option_nothing_is_said_of_coverage(desk, run):
    ran = run("test", "koodrive")
    assert "touch" not in ran.out + ran.err
    assert "coverage" not in json.loads(run("test", "koodrive", "-f", "json").out)
