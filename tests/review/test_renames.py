"""An item with another id: one change that says so, and what else was edited beside it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.language.build import load_book
from engine.review.comparison import book_changes

FOLDER = Path(__file__).parents[2] / "rules" / "koodrive"
FILES = {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.yaml")}
TODAY = datetime(2026, 6, 1, tzinfo=UTC)
OLD = load_book({name: text.encode() for name, text in FILES.items()}).book


def edited(*pairs):
    files = FILES
    for before, after in pairs:
        files = {name: text.replace(before, after) for name, text in files.items()}
    found = load_book({name: text.encode() for name, text in files.items()}).book
    assert found is not None
    return found


RENAMED = ("user-expansion-package", "more-users")


def told(new):
    return [(each.sign, "/".join(each.path), each.before, each.after, each.breaks) for each in book_changes(OLD, new, TODAY)]


def test_an_id_that_is_another_one_everywhere_is_one_change():
    assert told(edited(RENAMED)) == [("renamed", "items/more-users", "user-expansion-package", "more-users", "renamed")]


def test_what_is_edited_beside_it_is_told_too():
    found = told(edited(RENAMED, ("50-users-500-gb: 89.00", "50-users-500-gb: 98.00")))
    assert [each[:2] for each in found] == [("renamed", "items/more-users"), ("changed", "prices/yearly-monthly/basic-edition/50-users-500-gb")]


@pytest.mark.parametrize("more", [("unit_price: 2.40", "unit_price: 2.50"), ("unit_price: 2.10", "unit_price: 2.20")])
def test_at_another_price_it_is_another_item(more):
    signs = {each[0] for each in told(edited(RENAMED, more))}
    assert "renamed" not in signs and {"added", "removed"} <= signs
