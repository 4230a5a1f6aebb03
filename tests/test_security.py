"""Each threat of `docs/security.md` names a test that is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| threat")]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", TEXT)))


@pytest.mark.parametrize("row", ROWS)
def test_each_threat_has_a_remedy_and_names_its_proof(row):
    threat, remedy, proof = (cell.strip() for cell in row.strip("|").split(" | "))
    assert threat and remedy and re.fullmatch(r"(`tests/[\w/]+\.py(::\w+)?`(, )?)+", proof)


@pytest.mark.parametrize("name", NAMED)
def test_the_proof_is_there(name):
    path, _, function = name.partition("::")
    text = (ROOT / path).read_text(encoding="utf-8")
    assert re.search(rf"^(?:async )?def {function or 'test_'}", text, re.MULTILINE)


def test_threats_are_told():
    assert len(ROWS) > 20 and len(NAMED) > 20
