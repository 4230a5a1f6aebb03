"""Views of findings: the text to the character, one line each, JSON by its schema, annotations escaped and counted."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from engine.diagnostics import CodeInfo, Label, report
from engine.documents import findings_text
from engine.documents.findings import FORMATS, render_findings, summary_line
from engine.documents.findings_text import wrap
from engine.documents.widths import width_of
from engine.language.document import read_document
from engine.language.shape import check_shape
from engine.resources import schema_bytes
from engine.values.spans import Span

GOLDEN = Path(__file__).parent / "golden"
CLIFF = CodeInfo("T999", "made-up-cliff", "warning", "", "")
WRONG = CodeInfo("S999", "made-up-error", "error", "", "")
FILE = "rules/koodrive/prices/2026-01-01.yaml"
SOURCE = """# prices
prices:
  - effective: 2026-01-01
    items:
      user-expansion-package:
        model: volume
        tiers:
          - {up_to: 100, unit_price: 2.40}
          - {unit_price: 1.80}
      存储空间: {title: "价格很高", note: x}
\tb: tab
      long: {first: 1, second: 2, third: 3, fourth: 4, fifth: 5, sixth: 6, seventh: 7, eighth: eight, ninth: 9}
"""


def at(line: int, start: int, end: int, file: str = FILE) -> Span:
    """The stretch of a line from one column to another."""
    return Span(file, line, start, line, end)


FINDINGS = (
    report(
        CLIFF,
        "buying more costs less: `user-expansion-package` gets cheaper at 101 users",
        at(9, 25, 29),
        label="101 users cost 181.80",
        labels=(Label(at(8, 38, 42), "100 users cost 240.00"),),
        notes=("in `volume` all units take the price of the tier reached; from 101 to 133 users a customer pays less than for 100",),
        help="use `graduated`, or silence with `# pricebook: ignore=T206 reason: ...`",
    ),
    report(WRONG, "two columns for each wide character", at(10, 22, 26), label="four characters, eight columns"),
    report(WRONG, "a tab takes the columns up to the next stop", at(11, 5, 8), label="here"),
    report(WRONG, "a long line is cut around the word", at(12, 94, 99), help="write a number"),
    report(
        WRONG,
        "two places far apart, and one in another file",
        at(12, 7, 11),
        labels=(Label(at(3, 5, 14), "first"), Label(at(1, 1, 3, "other.yaml"), "elsewhere")),
    ),
    report(WRONG, "no file is at fault", subject="--term", help="write `--term '1 year'`"),
)


def render(format: str, colour: bool = False, width: int = 80) -> str:
    """All findings in one format."""
    return render_findings(FINDINGS, {FILE: SOURCE}, format, colour, width)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("findings.txt", render("text")),
        ("findings-narrow.txt", render("text", width=60)),
        ("findings-colour.txt", render("text", colour=True)),
        ("findings-concise.txt", render("concise")),
        ("findings.json", render("json")),
        ("findings-github.txt", render("github")),
    ],
)
def test_findings_look_as_they_should(name, text):
    """Each view to the character; a change of it is seen in the difference of these files."""
    assert text == (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [60, 80, 100])
def test_text_fits_the_terminal(width):
    """No row is wider than the terminal."""
    assert max(width_of(row) for row in render("text", width=width).splitlines()) <= width


def test_colour_changes_nothing_but_colour():
    """Without its colour codes the coloured text is the plain one."""
    import re

    assert re.sub(r"\x1b\[[0-9;]*m", "", render("text", colour=True)) == render("text")


def test_json_is_one_document_of_its_schema():
    """The machine's view is described by `schemas/findings.json`, also where nothing was found."""
    validator = Draft7Validator(json.loads(schema_bytes("findings")))
    for text in (render("json"), render_findings((), {}, "json")):
        validator.validate(json.loads(text))
    assert json.loads(render("json"))["summary"] == {"errors": 5, "warnings": 1, "infos": 0}


def test_github_shows_ten_of_a_level_then_a_count():
    """GitHub drops more than ten annotations of a level in silence, so the log says how many there are."""
    many = [report(WRONG, f"finding {number}", at(number, 1, 2)) for number in range(1, 14)] + [report(CLIFF, "one", at(1, 1, 2))]
    rows = render_findings(many, {}, "github").splitlines()
    assert [row.split(" ")[0] for row in rows] == ["::error"] * 10 + ["..."] + ["::warning"]
    assert rows[10] == "... and 3 more errors; `pricebook check --all` shows all"


def test_a_text_shows_a_hundred_findings_the_gravest_and_counts_the_others_by_code():
    """What a person reads ends somewhere; an error is never among what is left out for a warning. Programs get all."""
    warnings = [report(CLIFF, f"warning {number}", at(number, 1, 2)) for number in range(1, 151)]
    found = [*warnings, report(WRONG, "the error", at(200, 1, 2))]
    text = render_findings(found, {}, "text")
    assert text.count("warning[T999]") == 99 and "the error" in text and "warning 99\n" in text
    assert " ".join(text.split()).endswith("... and 51 more: 51 of T999. `pricebook check --all` lists every one, and so does `-f json`.")
    for every in (render_findings(found, {}, "text", most=None), render_findings(found, {}, "json"), render_findings(found, {}, "concise")):
        assert "warning 150" in every and "the error" in every and "51 more" not in every


@pytest.mark.parametrize("sign", ["a", "价", "\t", "\u0301"])
def test_a_finding_costs_the_same_however_long_its_line_is(sign, monkeypatch):
    """Counted in signs whose width is looked up: a file of one line with many findings is worded in time that grows with the findings."""
    counts = []
    for length in (2_000, 100_000):
        line, looked_up = sign * length, []
        monkeypatch.setattr(findings_text, "width_of", lambda text, seen=looked_up: seen.append(text) or width_of(text))
        found = [report(WRONG, f"finding {number}", at(1, number * 10, number * 10 + 1)) for number in range(1, 100)]
        text = render_findings(found, {FILE: line}, "text")
        assert text.count("^") >= 99 and max(map(len, text.splitlines())) <= 3 * 80
        counts.append(sum(map(len, looked_up)))
    assert counts[0] == counts[1]


def test_github_annotations_are_escaped():
    """A message cannot begin an annotation of its own, nor a file name end the properties."""
    found = report(WRONG, "17%\n::error::x", at(1, 1, 2, "a,b:c.yaml"), help="100%")
    assert render_findings([found], {}, "github") == (
        "::error file=a%2Cb%3Ac.yaml,line=1,col=1,endLine=1,endColumn=2,title=S999 made-up-error::17%25<U+000A>::error::x%0Ahelp: 100%25\n"
    )


def test_a_file_cannot_write_to_the_terminal():
    """Control characters and changes of direction are shown as what they are, in messages and in a line of a file."""
    found = report(WRONG, "a\x1b[2J\u202eb", at(1, 1, 2, "a\x1b.yaml"), label="x\x07")
    for format in ("text", "concise"):
        text = render_findings([found], {"a\x1b.yaml": "k: \x1b[31mred\u202e\n"}, format)
        assert not set(text) & set("\x1b\x07\u202e")
        assert "a<U+001B>.yaml" in text and "a<U+001B>[2J<U+202E>b" in text
        assert ("k: <U+001B>[31mred<U+202E>" in text, "x<U+0007>" in text) == (format == "text", format == "text")


@pytest.mark.parametrize(
    ("severities", "said"),
    [
        ((), "Nothing found in 7 files."),
        (("warning",), "1 warning in 7 files, 0 errors.  More: pricebook rule T999"),
        (("error", "error", "warning"), "2 errors and 1 warning in 7 files.  More: pricebook rule S999"),
    ],
)
def test_the_summary_is_one_line(severities, said):
    """Counts, files, and where to read more."""
    found = [report(WRONG if severity == "error" else CLIFF, f"{number}", at(number + 1, 1, 2)) for number, severity in enumerate(severities)]
    assert summary_line(found, 7) == said


def test_an_unknown_format_is_the_callers_mistake():
    """A format that there is not raises; the shell offers only those that there are."""
    assert FORMATS == ("text", "concise", "json", "github", "sarif", "junit")
    with pytest.raises(ValueError, match="no such format"):
        render_findings((), {}, "xml")


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=120), st.sampled_from(FORMATS), st.integers(1, 130))
def test_any_file_can_be_shown(text, format, width):
    """Whatever a file holds, its findings can be printed in every view."""
    document, found = read_document("a.yaml", text.encode())
    found = (*found, *(check_shape(document, "book-file") if document is not None else ()))
    assert isinstance(render_findings(found, {"a.yaml": text}, format, width=width), str)


def test_words_are_kept_together_where_they_fit():
    """What stands in backquotes is not broken unless it must be."""
    assert wrap("write `a b c` here", 12, 2) == ["write", "  `a b c`", "  here"]
    assert width_of("价格a") == 5
