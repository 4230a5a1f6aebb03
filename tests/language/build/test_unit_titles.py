"""Plural forms of a unit stand under their language; without it they would be taken for languages named `one` and `other`."""

from pathlib import Path

import pytest

from engine.language.build import load_book

BASE = {path.name: path.read_bytes() for path in (Path(__file__).resolve().parents[2] / "errors" / "base").glob("*.yaml")}
WRITTEN = b"{en: {one: user, other: users}}"


def load(title: str):
    assert WRITTEN in BASE["book.yaml"]
    return load_book({**BASE, "book.yaml": BASE["book.yaml"].replace(WRITTEN, title.encode())})


@pytest.mark.parametrize("title", ["{one: user, other: users}", "{other: users}", "{zero: user, one: user, two: users, other: users}"])
def test_forms_without_a_language_are_an_error_that_shows_them_with_it(title):
    loaded = load(title)
    (found,) = [each for each in loaded.diagnostics if each.severity == "error"]
    assert f"`{{en: {title}}}`" in found.help
    assert (found.span.file, found.path) == ("book.yaml", "units.user.title")
    assert not [each for each in loaded.diagnostics if each.code == "R118"]


@pytest.mark.parametrize("title", ["user", "{en: user}", "{en: {one: user, other: users}}", "{en: {other: users}}"])
def test_a_name_in_its_language_is_read(title):
    assert load(title).diagnostics == ()
