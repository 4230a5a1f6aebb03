"""Warnings beside errors: of a book that cannot be built, what is wrong within one sound rule is said all the same."""

from pathlib import Path

import pytest

from engine.language.build import load_book
from engine.lints import lint_book, lint_draft

ERRORS = Path(__file__).resolve().parent.parent / "errors"
BASE = {path.name: path.read_text(encoding="utf-8") for path in (ERRORS / "base").glob("*.yaml")}
CLIFF = {"prices.yaml": ("model: graduated", "model: volume")}
ALIKE = {"prices.yaml": ("unit_price: 2.10", "unit_price: 2.40")}
ENDLESS = {"discounts.yaml": (", until: 2026-04-01", "")}
ZERO = {"prices.yaml": ("disk: 0.00007", "disk: 0")}
ERROR_IN_ITEM = {"items.yaml": ("unit: GB", "unit: gb")}
ERROR_IN_MODE = {"billing-modes.yaml": ("payment: postpaid", "payment: later")}
ERROR_IN_LIMIT = {"book.yaml": ("resource: users, max: 1000", "resource: user, max: 1000")}


def findings(*changes):
    texts = dict(BASE)
    for change in changes:
        for name, (old, new) in change.items():
            assert old in texts[name]
            texts[name] = texts[name].replace(old, new)
    loaded = load_book({name: text.encode() for name, text in texts.items()})
    errors = {each.code for each in loaded.diagnostics if each.severity == "error"}
    if loaded.book is not None:
        return errors, {(each.code, each.span) for each in lint_book(loaded.book, loaded.places)}
    found = lint_draft(loaded.draft, loaded.places, loaded.diagnostics) if loaded.draft is not None else ()
    return errors, {(each.code, each.span) for each in found}


@pytest.mark.parametrize("warning", [CLIFF, ALIKE, ENDLESS], ids=["cliff", "alike", "endless coupon"])
@pytest.mark.parametrize("error", [ERROR_IN_ITEM, ERROR_IN_MODE, ERROR_IN_LIMIT], ids=["item", "mode", "limit"])
def test_a_warning_shows_beside_an_error_elsewhere(warning, error):
    no_errors, expected = findings(warning)
    errors, found = findings(warning, error)
    assert not no_errors and errors
    assert found == expected != set()


@pytest.mark.parametrize("error", [ERROR_IN_ITEM, ERROR_IN_MODE, ERROR_IN_LIMIT], ids=["item", "mode", "limit"])
def test_an_error_alone_brings_no_warning(error):
    assert findings(error)[1] == set()


def test_a_rule_with_an_error_of_its_own_brings_no_warning():
    broken = {"prices.yaml": ("up_to: 100, unit_price: 2.40", "up_to: 100, unit_price: 2.4x")}
    errors, found = findings(CLIFF, broken)
    assert errors and found == set()
    errors, found = findings({"discounts.yaml": (", until: 2026-04-01, amount_off: 10.00", ", amount_off: ten")})
    assert errors and found == set()


@pytest.mark.parametrize("name", sorted(path.parent.name for path in ERRORS.glob("[A-Z][0-9][0-9][0-9]-*/bad")))
def test_no_error_of_the_catalogue_cascades(name):
    own = ERRORS / name / "bad"
    if (own / "command").exists() or (own / "order.yaml").exists():
        own = ERRORS / "base"
    texts = {**BASE, **{path.relative_to(own).as_posix(): path.read_text(encoding="utf-8", errors="replace") for path in own.rglob("*.yaml")}}
    loaded = load_book({file: text.encode() for file, text in texts.items()})
    if loaded.book is None and loaded.draft is not None:
        assert lint_draft(loaded.draft, loaded.places, loaded.diagnostics) == ()
