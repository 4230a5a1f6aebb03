"""Findings for other tools: the structure that SARIF 2.1.0 and JUnit readers ask for, whatever the findings say."""

import json
import xml.etree.ElementTree as ElementTree

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.diagnostics import CODES, Label, report
from engine.documents.findings import render_findings
from engine.values.spans import Span
from tests.extent import examples

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
REGION = {
    "type": "object",
    "required": ["startLine", "startColumn", "endLine", "endColumn"],
    "additionalProperties": {"type": "integer", "minimum": 1},
}
LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "message": TEXT,
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation", "region"],
            "properties": {"artifactLocation": {"properties": {"uri": {"type": "string", "pattern": "^[!-~]+$"}}}, "region": REGION},
        },
    },
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string"},
        "version": {"const": "2.1.0"},
        "runs": {
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "uniqueItems": True,
                                        "items": {
                                            "required": ["id"],
                                            "properties": {
                                                "shortDescription": TEXT,
                                                "fullDescription": TEXT,
                                                "defaultConfiguration": {"properties": {"level": LEVEL}},
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["ruleId", "message"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": LEVEL,
                                "message": TEXT,
                                "locations": {"type": "array", "items": LOCATION},
                                "relatedLocations": {"type": "array", "items": LOCATION},
                            },
                        },
                    },
                },
            },
        },
    },
}
"""What SARIF 2.1.0 asks of the parts that are used here."""

INFOS = list(CODES.values())
SPAN = Span("rules/a book/价格.yaml", 3, 5, 3, 9)
FOUND = [
    report(INFOS[0], "first & <foremost>", SPAN, notes=("100 users",), help='write `a "b"`'),
    report(INFOS[1], "second", SPAN, labels=(Label(SPAN, "here"),), severity="warning"),
    report(INFOS[1], "third", subject="--term", severity="info"),
]
CASES = {"none": [], "all": FOUND, "one": FOUND[:1], "without a place": FOUND[2:]}


@pytest.mark.parametrize("name", CASES)
def test_sarif_has_the_structure_that_its_readers_ask_for(name):
    document = json.loads(render_findings(CASES[name], {}, "sarif"))
    jsonschema.Draft7Validator(SARIF).validate(document)
    run = document["runs"][0]
    assert len(run["results"]) == len(CASES[name])
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_no_name_is_a_link_in_sarif():
    """A message of SARIF may hold links as `[text](target)`; what a book says is never one."""
    place = Span("a.yaml", 1, 1, 1, 2)
    found = report(CODES["S105"], "`[here](https://example.com)`, [a] and [b [c](1)", place, labels=(Label(place, "[d](2)"),))
    (result,) = json.loads(render_findings([found], {}, "sarif"))["runs"][0]["results"]
    assert result["message"]["text"].split("\n")[0] == "`\\[here](https://example.com)`, [a] and [b \\[c](1)"
    assert result["relatedLocations"][0]["message"]["text"] == "\\[d](2)"


def test_sarif_says_place_level_and_remedy():
    results = {each["message"]["text"].split("\n")[0]: each for each in json.loads(render_findings(FOUND, {}, "sarif"))["runs"][0]["results"]}
    first, second, third = results["first & <foremost>"], results["second"], results["third"]
    assert first["message"]["text"] == 'first & <foremost>\nnote: 100 users\nhelp: write `a "b"`'
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "rules/a%20book/%E4%BB%B7%E6%A0%BC.yaml"
    assert place["region"] == {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9}
    assert [each["level"] for each in (first, second, third)] == [INFOS[0].severity, "warning", "note"]
    assert second["relatedLocations"][0]["message"] == {"text": "here"}
    assert "locations" not in third


@pytest.mark.parametrize(("name", "tests", "failures"), [("none", 1, 0), ("all", 3, 3), ("one", 1, 1), ("without a place", 1, 1)])
def test_junit_counts_each_finding_as_a_failed_test(name, tests, failures):
    suite = ElementTree.fromstring(render_findings(CASES[name], {}, "junit").encode()).find("testsuite")
    assert (int(suite.get("tests")), int(suite.get("failures"))) == (tests, failures)
    cases = list(suite.iter("testcase"))
    assert len(cases) == tests and all(case.get("classname") and case.get("name") for case in cases)
    assert sum(case.find("failure") is not None for case in cases) == failures


def test_junit_says_severity_message_place_and_remedy():
    case = next(ElementTree.fromstring(render_findings(FOUND[:1], {}, "junit").encode()).iter("testcase"))
    failure = case.find("failure")
    assert (case.get("classname"), case.get("name")) == (SPAN.file, f"{INFOS[0].code} {INFOS[0].slug} 3:5")
    assert (failure.get("type"), failure.get("message")) == (INFOS[0].severity, "first & <foremost>")
    assert failure.text == f'{SPAN.file}:3:5\nnote: 100 users\nhelp: write `a "b"`'


@given(st.text(max_size=40), st.text(min_size=1, max_size=20))
@examples(100)
def test_whatever_a_file_says_the_reports_can_be_read(text, file):
    found = [report(INFOS[0], f"`{text}`", Span(file, 1, 1, 1, 2), help=text)]
    ElementTree.fromstring(render_findings(found, {}, "junit").encode())
    jsonschema.Draft7Validator(SARIF).validate(json.loads(render_findings(found, {}, "sarif")))
