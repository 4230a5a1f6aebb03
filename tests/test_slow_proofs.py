"""What `make verify`, `make fuzz` and `make bench-scale` run, and the suite does not, can still be read."""

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for folder in ("tests/verify", "tests/fuzz", "benchmarks")
    for path in sorted((ROOT / folder).glob("*.py"))
    if path.stem != "__main__"
]


@pytest.mark.parametrize("module", MODULES)
def test_it_can_be_imported(module):
    assert importlib.import_module(module).__doc__ or module.endswith("__init__")
