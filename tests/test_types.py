"""Types are checked as `mypy` without arguments checks them: strictly, in the packages that pyproject.toml names."""

from pathlib import Path

from mypy import api

ROOT = Path(__file__).resolve().parent.parent


def test_mypy_finds_nothing(monkeypatch):
    monkeypatch.chdir(ROOT)
    found, fault, code = api.run([])
    assert (code, fault) == (0, ""), found + fault
