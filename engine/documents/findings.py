"""Views of findings: text for people, one line each, JSON for programs, annotations for GitHub, SARIF and JUnit for tools. Every view shows the same record.

Contract: knows diagnostics and the text of the files they speak of; decides nothing. Same findings, same bytes.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from engine.diagnostics.record import SEVERITIES, Diagnostic, sorted_diagnostics
from engine.documents.findings_text import Painter, render_text
from engine.documents.findings_tools import more_said, render_junit, render_sarif
from engine.language.characters import visible
from engine.values.spans import Span

FORMATS = ("text", "concise", "json", "github", "sarif", "junit")
FINDINGS_VERSION = 1
MOST_ANNOTATIONS = 10
MOST_SHOWN = 100
"""Findings that a person reads in one go: a text shows so many, the gravest, and counts the others by their codes."""
_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def render_findings(
    diagnostics: Iterable[Diagnostic],
    sources: Mapping[str, str],
    format: str,
    colour: bool = False,
    width: int = 80,
    most: int | None = MOST_SHOWN,
) -> str:
    """All findings in one of FORMATS, sorted by place. `sources` holds the files' texts by name; `width` is in columns.

    What people read as paragraphs shows `most` of them (None: all). What programs read has all of them, but for GitHub, which drops what
    is beyond ten of a level by itself.
    """
    found = sorted_diagnostics(diagnostics)
    if format == "json":
        return json.dumps(findings_data(found), ensure_ascii=False, indent=2) + "\n"
    found = [readable(each) for each in found]
    match format:
        case "text":
            return render_text(found, sources, colour, width, most)
        case "concise":
            return "".join(f"{_concise(each)}\n" for each in found)
        case "github":
            return _github(found)
        case "sarif":
            return render_sarif(found)
        case "junit":
            return render_junit(found)
    raise ValueError(f"no such format of findings: {format}")


def readable(found: Diagnostic) -> Diagnostic:
    """The finding with all that it says in words that act on nothing around them (`visible`); the names of files are left to each view."""
    return replace(
        found,
        message=visible(found.message),
        subject=visible(found.subject),
        label=visible(found.label),
        labels=tuple(replace(each, text=visible(each.text)) for each in found.labels),
        notes=tuple(map(visible, found.notes)),
        help=visible(found.help),
    )


def summary_line(diagnostics: Sequence[Diagnostic], files: int, colour: bool = False) -> str:
    """What a run found, in one line.

    >>> summary_line([], 7)
    'Nothing found in 7 files.'
    """
    paint = Painter(colour)
    where = _counted(files, "file")
    counts = {level: sum(each.severity == level for each in diagnostics) for level in SEVERITIES}
    present = [level for level in SEVERITIES if counts[level]]
    if not present:
        return f"{paint('Nothing found', 'green', bold=True)} in {where}."
    said = [paint(_counted(counts[level], level), _COLOURS[level], bold=True) for level in present]
    first = f"{' and '.join(said) if len(said) < 3 else ', '.join(said)} in {where}"
    rest = "" if counts["error"] else ", 0 errors"
    codes = list(dict.fromkeys(each.code for each in sorted_diagnostics(diagnostics) if each.severity == present[0]))
    return f"{first}{rest}.  {paint(f'More: pricebook rule {codes[0]}', 'bright_black')}"


_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


# --- one line each


def _concise(found: Diagnostic) -> str:
    span = found.span
    where = f"{visible(span.file, whole=True)}:{span.line}:{span.column}" if span is not None else found.subject or "pricebook"
    return f"{where}: {found.severity}[{found.code}] {found.message}"


# --- for programs


def findings_data(found: Sequence[Diagnostic]) -> dict[str, object]:
    """The findings as plain data, in the form that `schemas/findings.json` describes."""
    return {
        "version": FINDINGS_VERSION,
        "summary": {f"{level}s": sum(each.severity == level for each in found) for level in SEVERITIES},
        "findings": [_finding(each) for each in found],
    }


def _finding(found: Diagnostic) -> dict[str, object]:
    return {
        "code": found.code,
        "slug": found.slug,
        "severity": found.severity,
        "message": found.message,
        "span": _span(found.span),
        "path": found.path or None,
        "subject": found.subject or None,
        "label": found.label or None,
        "labels": [{"span": _span(label.span), "text": label.text} for label in found.labels],
        "notes": list(found.notes),
        "help": found.help or None,
        "fix": found.fix,
        "url": found.url,
    }


def _span(span: Span | None) -> dict[str, object] | None:
    if span is None:
        return None
    return {"file": span.file, "line": span.line, "column": span.column, "end_line": span.end_line, "end_column": span.end_column}


# --- for GitHub


def _github(found: Sequence[Diagnostic]) -> str:
    lines: list[str] = []
    for severity in SEVERITIES:
        level = [each for each in found if each.severity == severity]
        lines.extend(_annotation(each) for each in level[:MOST_ANNOTATIONS])
        if len(level) > MOST_ANNOTATIONS:
            # GitHub shows ten annotations of a level and drops the others in silence: the log at least says how many.
            lines.append(f"... and {_counted(len(level) - MOST_ANNOTATIONS, 'more ' + severity)}; `pricebook check --all` shows all")
    return "".join(f"{line}\n" for line in lines)


def _annotation(found: Diagnostic) -> str:
    properties: dict[str, object] = {}
    if found.span is not None:
        properties = {"file": visible(found.span.file, whole=True), "line": found.span.line, "col": found.span.column, "endLine": found.span.end_line}
        if found.span.end_line == found.span.line:
            properties["endColumn"] = found.span.end_column
    properties["title"] = f"{found.code} {found.slug}"
    said = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_LEVELS[found.severity]} {said}::{_escaped(chr(10).join([found.message, *more_said(found)]))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
