"""`pricebook new book --like`: each starting point is a book that sells something real, and says of itself what it is."""

import re
from pathlib import Path

import pytest

from engine.commands.new import LIKE
from engine.language.build import load_book
from engine.review.coverage import cover
from engine.review.examples import run_examples

STARTER = Path(__file__).resolve().parents[2] / "engine" / "commands" / "starter"


@pytest.mark.parametrize("like", LIKE)
def test_it_is_clean_under_publish_with_all_its_examples(desk, run, like):
    ran = run("new", "book", "acme", "--like", like)
    assert ran.code == 0, ran.err
    checked = run("check", "acme", "--profile", "publish")
    assert checked.code == 0 and "Nothing found" in checked.err, checked.out + checked.err
    tested = run("test", "acme", "--coverage")
    assert tested.code == 0 and " 0 failed" in tested.err and "no example touches" not in tested.out
    assert run("sheet", "acme", "--date", "2026-03-01", "-o", "out/sheet.html").code == 0
    text = (desk / "out" / "sheet.html").read_text(encoding="utf-8")
    assert "llustrative" in text and "acme" in text


@pytest.mark.parametrize("like", LIKE)
def test_its_files_are_all_written_and_commented(like):
    files = {path.relative_to(STARTER / like).as_posix(): path.read_text(encoding="utf-8") for path in sorted((STARTER / like).rglob("*.yaml"))}
    assert sorted(LIKE[like]) == sorted(files)
    for name, text in files.items():
        schema, remark, *_ = text.split("\n")
        assert schema == "# yaml-language-server: $schema=SCHEMA" and remark.startswith("# ") and remark.rstrip().endswith((".", ",")), name
    assert "illustrative" in files["book.yaml"] and "Illustrative" in files["prices/2026-01-01.yaml"]
    loaded = load_book({name: text.encode() for name, text in files.items()})
    assert loaded.book is not None and len(loaded.book.examples) >= 4
    covered = cover(loaded.book, run_examples(loaded.book))
    assert covered is not None and covered.untouched == ()


@pytest.mark.parametrize("like", LIKE)
def test_its_prices_go_to_the_spreadsheet_and_back_and_can_be_set(desk, run, like):
    assert run("new", "book", "acme", "--like", like).code == 0
    assert run("sheet", "acme", "--date", "2026-03-01", "-o", "out/list.csv").code == 0
    ran = run("set", "--table", "out/list.csv", "-b", "acme", "--yes")
    assert ran.code == 0 and "no change" in ran.err, ran.err
    mode = re.findall(r"^  ([a-z-]+):$", (STARTER / like / "billing-modes.yaml").read_text(encoding="utf-8"), re.MULTILINE)[0]
    ran = run("new", "example", "mine", "-b", "acme", "--mode", mode, "--date", "2026-03-01")
    assert ran.code == 0, ran.err
    assert run("test", "acme").code == 0


def test_the_kinds_are_those_of_the_help(run):
    told = run("new", "book", "--help").out
    assert all(re.search(rf"\b{like} \(", told) for like in LIKE)


def test_an_unknown_kind_is_wrong_usage(desk, run):
    ran = run("new", "book", "acme", "--like", "sass")
    assert ran.code == 2 and "saas" in ran.err and not (desk / "rules" / "acme").exists()
