"""The worked numbers in docstrings are computed, so that no comment can promise another amount than the code gives."""

import doctest
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted([*(ROOT / "engine").rglob("*.py"), *(ROOT / "pricebook").rglob("*.py")])
    if re.search(r"^ *>>> ", path.read_text(encoding="utf-8"), re.MULTILINE)
]


@pytest.mark.parametrize("name", MODULES)
def test_worked_numbers(name: str) -> None:
    """Every example of the module gives what it says."""
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
