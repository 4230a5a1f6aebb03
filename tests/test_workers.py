"""Users' templates run in a process of their own: whatever they try ends in a finding, never in a crash or a wait."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.documents.format import formatter
from engine.documents.html import with_styles
from engine.documents.page import sheet_page
from engine.documents.pdf import pdf_of_page
from engine.shelf import Unusable
from engine.workers import LAYOUT, MEGABYTE, TEMPLATES, Limits, lay_out_page, render_user_template
from tests.documents.written import render_sheet_html
from tests.sheet import reading

SHORT = replace(TEMPLATES, limits=Limits(seconds=1))


def page() -> dict:
    return with_styles(sheet_page(reading.sheet("koodrive"), formatter("en")))


def render(source: str):
    return render_user_template("mine.html.j2", source.encode(), page(), SHORT)


def test_a_template_that_extends_the_products_page_gives_the_same_bytes():
    made, problems = render('{% extends "sheet.html.j2" %}')
    assert not problems
    assert made == render_sheet_html(reading.sheet("koodrive"), "en")


def test_a_template_may_replace_a_part_of_the_page_and_use_its_blocks():
    source = (
        '{% extends "sheet.html.j2" %}{% import "blocks.html.j2" as blocks %}'
        "{% block main %}<main>{{ blocks.render(sections[1].blocks[0]) }}</main>{% endblock %}{% block footer %}{% endblock %}"
    )
    made, problems = render(source)
    assert not problems
    text = made.decode()
    assert text.count("<table") == 1 and "<footer" not in text and "Basic edition" in text


def test_values_are_texts_that_are_already_formatted():
    made, problems = render("{{ title }}|{{ status.words }}|{% for fact in facts %}{{ fact.label }}={{ fact.value }};{% endfor %}")
    assert not problems
    assert made.decode().startswith("KooDrive|Illustrative prices|In force from=1 January 2026;Shown as of=1 March 2026;")


def test_values_are_escaped():
    made, problems = render("{{ '<script>' }}{{ sections[1].title ~ '&' }}")
    assert not problems
    assert made.decode() == "&lt;script&gt;Yearly/Monthly&amp;"


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        ("\n{{ title", "X101", 2),
        ("{% for a %}", "X101", 1),
        ("{{ title|nofilter }}", "X101", 1),
        ("a\n\n  {{ titel }}", "X102", 3),
        ("{{ facts[0].nothing }}", "X102", 1),
        ("{{ nothing.at.all }}", "X102", 1),
        ("\n{{ ''.__class__ }}", "X103", 2),
        ("{{ ''|attr('__class__') }}", "X105", 1),
        ("{{ '{0.__class__}'.format(1) }}", "X103", 1),
        ("{{ cycler.__init__.__globals__ }}", "X103", 1),
        ("{{ facts.append(1) }}", "X103", 1),
        ("{{ 'x' * 10**9 }}", "X104", 1),
        ("{{ '%999999999d'|format(1) }}", "X104", 1),
        ("\n{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "X104", 2),
        ("{% for a in range(10**9) %}{% endfor %}", "X104", 1),
        ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "X104", 1),
        ("{% for a in range(90000) %}{{ title * 10000 }}{% endfor %}", "X104", 1),
        ("\n{% for a in range(90000) %}\n{{ title * 10000 }}{% endfor %}", "X104", 3),
        ("{{ title + 1 }}", "X105", 1),
        ("\n{{ '\\ud800' }}", "X105", 2),
        ("{% set half = '\\udfff' %}\n{{ title ~ half }}", "X105", 2),
        ("\n{% filter replace('a', '\\ud83d') %}a{% endfilter %}", "X105", 2),
        ("{% macro f() %}\n{{ '\\ud800' }}{% endmacro %}\n\n{{ f() }}", "X105", 2),
        ("{{ 1 / 0 }}", "X105", 1),
        ("{% include '/etc/hostname' %}", "X106", 1),
        ("{% extends 'other.html' %}", "X106", 1),
    ],
)
def test_what_a_template_does_wrong_is_a_finding_at_its_line(source, code, line):
    made, problems = render(source)
    assert made is None
    (problem,) = problems
    assert problem.code == ("X103" if "attr(" in source else code)
    assert (problem.span.file, problem.span.line) == ("mine.html.j2", line)


def test_a_misspelt_name_is_offered_the_right_one():
    _, (problem,) = render("{{ titel }}")
    assert problem.help == "Did you mean title?"


def test_bytes_that_are_no_text_are_refused_with_their_line():
    made, (problem,) = render_user_template("mine.html.j2", b"a\nb\xff\xfe", page())
    assert made is None and problem.code == "X107" and problem.span.line == 2


def test_a_byte_order_mark_is_no_part_of_the_page():
    made, problems = render_user_template("mine.html.j2", b"\xef\xbb\xbf{{ kind }}", page())
    assert (made, problems) == (b"Price sheet", ())


def test_the_child_sees_neither_the_program_nor_the_environment(monkeypatch):
    monkeypatch.setenv("A_SECRET", "hidden")
    made, problems = render("{{ self._TemplateReference__context }}")
    assert made is None and problems[0].code == "X103"


@pytest.mark.parametrize("said", [b'{"html": "x', b"a warning\n", b"\xff", b"[]", b"{}"])
def test_an_answer_that_cannot_be_read_is_a_finding(said, monkeypatch):
    ready = f"import sys; sys.stdin.readline(); print('{{\"memory\": {SHORT.limits.memory}}}', flush=True); sys.stdin.readline()"
    monkeypatch.setattr("engine.workers.START", f"{ready}; sys.stdout.buffer.write({said!r})")
    made, (problem,) = render("{{ title }}")
    assert made is None and problem.code == "X105" and "cannot be read" in problem.message


BOMB = "<svg><g id=a0><rect/></g>" + "".join(f"<g id=a{at}>{f'<use href=#a{at - 1} />' * 10}</g>" for at in range(1, 8)) + "</svg>"
SWALLOWED = "a part of its page would be left out"


def lay_out(body: str, **limits: int):
    page = f'<html lang="en"><title>t</title><body>{body}'.encode()
    work = replace(LAYOUT, limits=replace(LAYOUT.limits, **{"seconds": 2, "memory": 300_000_000, **limits}))
    return lay_out_page("mine.html.j2", b"{{ title }}", page, reading.SPRING, work)


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (BOMB, "X104", "more time"),
        ("<table><colgroup span=1000000000></table>", "X104", "needs more"),  # which limit it meets first is the machine's
        ("<table><tr><td colspan=1000000000>x<td>y</table>", "X104", "more memory"),
        ("<div>" * 3000, "X104", "more nesting"),
        ("<svg>" + "<g>" * 3000, "X104", "more nesting"),
        ("<svg><g id=a><use href='#a'/></g></svg>", "X105", SWALLOWED),
        ("<img alt=x src='data:image/png;base64,bm8gcGljdHVyZQ=='>", "X105", SWALLOWED),
        ("<p style='font-size: 1e9px'>x</p>", "X105", "float division by zero"),
    ],
)
@pytest.mark.whole
def test_a_page_that_cannot_be_set_is_a_finding_of_its_template(body, code, said):
    made, (problem,) = lay_out(body)
    assert (made, problem.code) == (None, code) and said in problem.message
    assert (problem.span.file, problem.span.line) == ("mine.html.j2", 1)


def test_a_file_that_is_too_large_is_a_finding():
    assert lay_out("<p>x</p>")[0].startswith(b"%PDF")
    assert [each.code for each in lay_out("<p>x</p>", output=3000)[1]] == ["X104"]


def test_what_a_page_asks_for_outside_itself_is_refused_as_in_the_products_own():
    made, (problem,) = lay_out("<img alt=x src='file:///etc/hostname'>")
    assert (made, problem.code, problem.message) == (None, "X109", "The page asks for `file:///etc/hostname`, which is not inside it")


def test_the_pdf_file_of_a_template_has_the_same_bytes_as_the_products_own():
    own = render_sheet_html(reading.sheet("gym"), "en")
    assert lay_out_page("mine.html.j2", b"", own, reading.SPRING) == pdf_of_page(own, reading.SPRING)


@pytest.mark.parametrize(
    "start",
    [
        "raise SystemExit",
        "print('no answer')",
        "import time; time.sleep(60)",
        "import os, signal; print('{\"memory\": 99999999999}', flush=True); os.kill(os.getpid(), signal.SIGKILL)",
        'import sys; print(\'{"memory": 1}\', flush=True); sys.stdin.readline(); print(\'{"failure": {"what": "memory", "message": ""}}\')',
    ],
    ids=["ends before it begins", "says something else", "does not begin", "is ended", "has less memory than it may use"],
)
@pytest.mark.whole
def test_a_process_that_the_machine_keeps_from_its_work_is_no_fault_of_the_template(start, monkeypatch):
    """Exit code 3, and what to do."""
    monkeypatch.setattr("engine.workers.START", f"import sys; sys.stdin.readline()\n{start}")
    with pytest.raises(Unusable) as raised:
        render_user_template("mine.html.j2", b"{{ title }}", page(), replace(TEMPLATES, limits=Limits(clock=2)))
    (problem,) = raised.value.diagnostics
    assert (raised.value.exit_code, problem.code) == (3, "X110")
    assert "512 MB of memory" in problem.help


def test_a_process_that_cannot_be_started_is_a_fault_of_the_machine(monkeypatch):
    def full(*_, **__):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("subprocess.Popen", full)
    with pytest.raises(Unusable, match="Resource temporarily unavailable"):
        render("{{ title }}")


def test_the_guide_names_the_limits():
    guide = " ".join((Path(__file__).parents[1] / "docs" / "templates.md").read_text(encoding="utf-8").split())
    page, paper = TEMPLATES.limits, LAYOUT.limits
    assert f"{page.seconds} seconds of the processor and {page.memory // MEGABYTE} MB for the page" in guide
    assert f"{paper.seconds} seconds and {paper.memory // MEGABYTE // 1024} GB for a PDF file of it" in guide
    assert page.output == paper.output and f"{page.output // MEGABYTE} MB for what comes out" in guide
