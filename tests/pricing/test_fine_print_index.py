"""Every sentence of the fine print that concerns orders has a test that names it and states both numbers."""

import ast
from pathlib import Path

from tests.pricing.fine_print import SENTENCES

MODULES = sorted(Path(__file__).parent.glob("test_fine_print_*.py"))


def _tests():
    for path in MODULES:
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and path.name != Path(__file__).name:
                yield path, node


def test_every_sentence_has_a_test():
    named = {ast.get_docstring(node) for _, node in _tests()}
    wanted = {f"{bullet}: {sentence}" for bullet, sentences in SENTENCES.items() for sentence in sentences}
    assert wanted - named == set(), "sentences without a test"
    assert named - wanted == set(), "tests of no sentence"


def test_every_test_states_both_numbers():
    """`reads(found, right, wrong)` stands in each of them."""
    for path, node in _tests():
        calls = [call for call in ast.walk(node) if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "reads"]
        assert calls and all(len(call.args) == 3 for call in calls), f"{path.name}: {node.name}"


def test_no_sentence_stands_twice():
    docstrings = [ast.get_docstring(node) for _, node in _tests()]
    assert len(docstrings) == len(set(docstrings))
