"""Comments that silence findings: they need a reason, something to silence, and never silence an error."""

import pytest

from engine.diagnostics import CodeInfo, report
from engine.language.document import read_document
from engine.language.hazards import apply_ignores
from engine.values.spans import Span

CLIFF = CodeInfo("T206", "volume-cliff", "warning", "", "")
WRONG = CodeInfo("S101", "unknown-key", "error", "", "")


def left(text: str, *found) -> list[tuple[str, int]]:
    """(code, line) of what is left of the findings after the comments in the file's text."""
    document, problems = read_document("a.yaml", text.encode())
    assert problems == ()
    return [(each.code, each.span.line) for each in apply_ignores(found, [document])]


def at(info: CodeInfo, line: int, file: str = "a.yaml"):
    """A finding on a line."""
    return report(info, "x", Span(file, line, 1, line, 2))


@pytest.mark.parametrize(
    ("text", "found", "kept"),
    [
        ("a: 1  # pricebook: ignore=T206 reason: agreed\n", [at(CLIFF, 1)], []),
        ("# pricebook: ignore=T206 reason: agreed\na: 1\n", [at(CLIFF, 2)], []),
        ("a: 1  # pricebook: ignore=T206\n", [at(CLIFF, 1)], [("Y118", 1)]),
        ("a: 1  # pricebook: ignore=T206 reason: agreed\n", [], [("Y119", 1)]),
        ("a: 1  # pricebook: ignore=T206 reason: agreed\nb: 2\n", [at(CLIFF, 2)], [("T206", 2), ("Y119", 1)]),
        ("a: 1  # pricebook: ignore=T206 reason: agreed\n", [at(CLIFF, 1, "b.yaml")], [("T206", 1), ("Y119", 1)]),
        ("a: 1  # pricebook: ignore=T206,M203 reason: agreed\n", [at(CLIFF, 1)], [("Y119", 1)]),
        ("a: 1  # pricebook: ignore=t206 reason: agreed\n", [at(CLIFF, 1), at(CLIFF, 1)], []),
        ("a: 1  # pricebook: ignore=S101 reason: agreed\n", [at(WRONG, 1)], [("S101", 1), ("Y119", 1)]),
        ("a: '# pricebook: ignore=T206 reason: agreed'\n", [at(CLIFF, 1)], [("T206", 1)]),
        ("a: 1  # ignore=T206\n", [at(CLIFF, 1)], [("T206", 1)]),
        ("a: 1\n", [report(CLIFF, "no place")], None),
    ],
)
def test_silencing(text, found, kept):
    """A comment speaks for its own line, or for the next one where it stands alone."""
    if kept is None:
        assert apply_ignores(found, [read_document("a.yaml", text.encode())[0]]) == tuple(found)
    else:
        assert left(text, *found) == kept


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("title: Plan #1", 13), ("- Plan #A", 8), ("title: 方案 #1", 11), ("a: {b: c}  #1", None), ("title: Plan  # one", None), ("title: Plan  #", None),
        ("max: 20 #users", None), ("price: 17% #net", None), ('title: "Plan #1"', None), ("title: Plan#1", None), ("title: 'a' #1", None), ("#1", None),
    ],
)  # fmt: skip
def test_a_comment_that_cuts_a_text(line, column):
    """A `#` right before a letter or digit, behind a text without quotes: a number, a bracket or a text in quotes cannot be cut."""
    text = f"a:\n  {line}\n"
    _, found = read_document("a.yaml", text.encode())
    assert [(each.code, each.span.line, each.span.column) for each in found] == ([("Y114", 2, column + 2)] if column else [])
