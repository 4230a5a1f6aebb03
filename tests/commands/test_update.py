"""`pricebook test --update`: a price is changed, the examples follow, and nothing else of the files does."""

import difflib
import re

import pytest

PRICES, EXAMPLES = "rules/koodrive/prices/2026-01-01.yaml", "rules/koodrive/examples.yaml"
NUMBER = re.compile(r"[0-9.]+")


def edit(path, before, after):
    content = path.read_bytes()
    assert before in content
    path.write_bytes(content.replace(before, after, 1))


@pytest.fixture
def dearer(desk):
    """The book with one price that is another one."""
    edit(desk / PRICES, b"50-users-500-gb: 89.00", b"50-users-500-gb: 91.00")
    return desk


@pytest.mark.parametrize("change", [lambda content: content, lambda content: b"\xef\xbb\xbf" + content, lambda content: content.replace(b"\n", b"\r\n")])
def test_the_numbers_that_differ_are_written_and_no_other_byte_changes(dearer, run, change):
    path = dearer / EXAMPLES
    path.write_bytes(change(path.read_bytes()))
    before = path.read_bytes()
    assert run("test", "koodrive").code == 1
    ran = run("test", "koodrive", "--update", "--yes")
    assert ran.code == 0, ran.err
    after = path.read_bytes()
    edits = [line for line in ran.out.splitlines() if "->" in line]
    assert f"{len(edits)} values written; 38 examples: 38 passed, 0 failed" in ran.err
    pairs = [(old, new) for old, new in zip(before.split(b"\n"), after.split(b"\n"), strict=True) if old != new]
    assert 0 < len(pairs) <= len(edits)
    assert all(NUMBER.sub("#", old.decode()) == NUMBER.sub("#", new.decode()) for old, new in pairs)
    assert sum(len(NUMBER.findall(old.decode())) for old, _ in pairs) >= len(edits)
    assert run("test", "koodrive").code == 0
    assert run("test", "koodrive", "--update", "--yes").code == 0 and path.read_bytes() == after


def test_each_edit_is_shown_with_its_place(dearer, run):
    out = run("test", "koodrive", "--update", "--yes", "-k", "one-year-team").out
    assert [line.split() for line in out.splitlines()][2] == ["one-year-team", "total", "1125.48", "->", "1145.40", "examples.yaml:14"]


def test_what_a_pattern_leaves_out_stays(dearer, run):
    before = (dearer / EXAMPLES).read_text(encoding="utf-8")
    assert run("test", "koodrive", "--update", "--yes", "-k", "announced-price").code == 0
    changed = [line for line in difflib.ndiff(before.splitlines(), (dearer / EXAMPLES).read_text(encoding="utf-8").splitlines()) if line[:1] in "+-"]
    assert len(changed) == 2


def test_without_a_terminal_nothing_is_written_unasked(dearer, run):
    before = (dearer / EXAMPLES).read_bytes()
    ran = run("test", "koodrive", "--update")
    assert ran.code == 2 and "add --yes" in ran.err.lower() and (dearer / EXAMPLES).read_bytes() == before


@pytest.mark.parametrize(("answer", "written"), [(True, True), (False, False)])
def test_a_person_is_asked(dearer, run, monkeypatch, answer, written):
    before = (dearer / EXAMPLES).read_bytes()
    monkeypatch.setattr("engine.commands.edits.has_person", lambda: True)
    monkeypatch.setattr("click.confirm", lambda question, err: answer)
    ran = run("test", "koodrive", "--update")
    assert ran.code == int(not written) and ((dearer / EXAMPLES).read_bytes() != before) == written
    assert ("nothing was written" in ran.err) != written


def test_an_example_that_has_no_price_is_named_and_left(dearer, run):
    given, expect = b"items: {basic-edition: 10-users-100-gb}", b"\n    expect: {list: 19.00, discount: 0.00, total: 19.00}"
    edit(dearer / EXAMPLES, given + expect, b"items: {user-expansion-package: 10}" + expect)
    ran = run("test", "koodrive", "--update", "--yes")
    assert ran.code == 1 and "smallest-team is not updated: expected a price, got refused" in ran.err and "37 passed, 1 failed" in ran.err
    assert expect in (dearer / EXAMPLES).read_bytes()


def test_a_book_with_an_error_is_refused(dearer, run):
    before = (dearer / EXAMPLES).read_bytes()
    edit(dearer / PRICES, b"169.00", b"169.0O")
    ran = run("test", "koodrive", "--update", "--yes")
    assert ran.code == 1 and "no price can be computed" in ran.err and (dearer / EXAMPLES).read_bytes() == before


def test_a_forgotten_date_is_asked_after(dearer, run):
    assert "was a date forgotten?" in run("test", "koodrive", "--update", "--yes").err


@pytest.mark.parametrize(("options", "said"), [(("--update", "-f", "json"), "--update shows what it writes as text"), (("--yes",), "--yes goes with --update")])
def test_what_does_not_go_together_is_wrong_usage(desk, run, options, said):
    ran = run("test", "koodrive", *options)
    assert ran.code == 2 and said.lower() in " ".join((ran.out + ran.err).split()).lower()
