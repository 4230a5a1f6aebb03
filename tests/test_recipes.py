"""The recipes in the documentation are one book: it loads without a finding, and its examples hold."""

import re
from pathlib import Path

from engine.language.build import load_book
from engine.lints import lint_book
from engine.review.examples import run_examples

PAGE = Path(__file__).resolve().parent.parent / "docs" / "recipes.md"


def recipes() -> dict[str, bytes]:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return {f"recipe-{number:02}.yaml": block.encode() for number, block in enumerate(blocks, 1)}


def test_the_recipes_are_a_book_without_findings():
    loaded = load_book(recipes())
    assert loaded.book is not None, loaded.diagnostics
    assert not [*loaded.diagnostics, *lint_book(loaded.book, loaded.places)]


def test_the_examples_of_the_recipes_hold():
    results = run_examples(load_book(recipes()).book)
    assert len(results) >= 6
    assert all(result.outcome == "passed" for result in results), [(result.example.id, result.cells) for result in results]
