"""Users' templates run in a process of their own: whatever they try ends in a finding, never in a crash or a wait."""

import pytest

from engine.documents.html import page_values, render_sheet_html
from engine.workers import Limits, render_user_template
from tests.sheet import reading

SHORT = Limits(seconds=1, clock=10)


def page() -> dict:
    return page_values(reading.sheet("koodrive"), "en")


def render(source: str, limits: Limits = SHORT):
    return render_user_template("mine.html.j2", source.encode(), page(), limits)


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
    made, problems = render(
        "{{ title }}|{{ status.words }}|{% for fact in facts %}{{ fact.label }}={{ fact.value }};{% endfor %}"
    )
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
        ("{{ title + 1 }}", "X105", 1),
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
def test_an_answer_that_cannot_be_read_is_a_finding(said, tmp_path, monkeypatch):
    child = tmp_path / "child.py"
    child.write_text(f"import sys\nsys.stdin.buffer.read()\nsys.stdout.buffer.write({said!r})\n")
    monkeypatch.setattr("engine.workers.CHILD", child)
    made, (problem,) = render("{{ title }}")
    assert made is None and problem.code == "X105" and "cannot be read" in problem.message
