"""Findings for other tools: SARIF 2.1.0 for code scanning, JUnit for build servers. Views of the same record as every other form.

Contract: knows diagnostics and their catalogue; decides nothing. Same findings, same bytes.
"""

import json
import re
from collections.abc import Sequence
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from engine.diagnostics import CODES
from engine.diagnostics.record import Diagnostic
from engine.language.characters import visible
from engine.values.spans import Span

_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render_sarif(found: Sequence[Diagnostic]) -> str:
    """The findings as one run in SARIF 2.1.0; columns count characters, as everywhere. Source: OASIS SARIF 2.1.0, 3.13 to 3.30."""
    codes = list(dict.fromkeys(each.code for each in found))
    run = {
        "tool": {"driver": {"name": "pricebook", "rules": [_rule(code) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, codes) for each in found],
    }
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _rule(code: str) -> dict[str, object]:
    info = CODES.get(code)
    if info is None:
        return {"id": code}
    return {
        "id": code,
        "name": info.slug,
        "shortDescription": {"text": info.title},
        "fullDescription": {"text": info.why},
        "defaultConfiguration": {"level": _LEVELS[info.severity]},
    }


def _result(found: Diagnostic, codes: list[str]) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": found.code,
        "ruleIndex": codes.index(found.code),
        "level": _LEVELS[found.severity],
        "message": {"text": _no_link("\n".join([found.message, *more_said(found)]))},
    }
    if found.span is not None:
        result["locations"] = [_location(found.span)]
    if found.labels:
        result["relatedLocations"] = [_location(label.span) | {"message": {"text": _no_link(label.text)}} for label in found.labels]
    return result


def _no_link(text: str) -> str:
    """The text of a message, in which no name of a file or a book becomes a link that a reader would click. Source: SARIF 2.1.0, 3.11.6."""
    return _LINK.sub(r"\\\g<0>", text)


def _location(span: Span) -> dict[str, object]:
    region = {"startLine": span.line, "startColumn": span.column, "endLine": span.end_line, "endColumn": span.end_column}
    return {"physicalLocation": {"artifactLocation": {"uri": quote(span.file, errors="surrogateescape")}, "region": region}}


def render_junit(found: Sequence[Diagnostic]) -> str:
    """The findings as failed tests, of whatever severity; without any, one test that passed, so that no report is empty."""
    cases = [_case(each) for each in found] or ['  <testcase classname="pricebook" name="no findings"/>\n']
    suite = f'<testsuite name="pricebook check" tests="{len(cases)}" failures="{len(found)}" errors="0" skipped="0">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n{suite}\n{"".join(cases)}</testsuite>\n</testsuites>\n'


def _case(found: Diagnostic) -> str:
    span = found.span
    file = span.file if span is not None else found.subject or "pricebook"
    at = f" {span.line}:{span.column}" if span is not None else ""
    text = "\n".join((visible(f"{file}{at.replace(' ', ':')}", whole=True), *more_said(found)))
    failure = f"    <failure type={_attribute(found.severity)} message={_attribute(found.message)}>{escape(text)}</failure>\n"
    return f"  <testcase classname={_attribute(file)} name={_attribute(f'{found.code} {found.slug}{at}')}>\n{failure}  </testcase>\n"


def more_said(found: Diagnostic) -> list[str]:
    """What a finding says after its message, a line each: the notes, and what to write instead."""
    return [f"note: {note}" for note in found.notes] + ([f"help: {found.help}"] if found.help else [])


def _attribute(text: str) -> str:
    return quoteattr(visible(text, whole=True))
