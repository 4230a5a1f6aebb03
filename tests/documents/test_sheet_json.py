"""The price sheet as JSON: it fits its schema, its numbers are exact texts, and it is the same in every run."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from engine.documents.sheet_json import render_sheet_json, sheet_data
from tests.sheet import reading
from tools.make_sheet_schema import sheet_schema
from tools.schema_files import hoisted, written

SCHEMA = Path(__file__).resolve().parents[2] / "schemas" / "sheet.json"
SHEETS = [("koodrive", None), ("crates", None), ("crates", "USD"), ("calls", None), ("gym", None), ("koodrive", "JPY")]


def test_the_schema_is_what_the_records_say() -> None:
    """`python -m tools.make_sheet_schema` writes the file that is there."""
    assert SCHEMA.read_text(encoding="utf-8") == written(hoisted(sheet_schema()))
    Draft7Validator.check_schema(sheet_schema())


@pytest.mark.parametrize(("name", "currency"), SHEETS)
def test_every_sheet_fits_its_schema(name: str, currency: str | None) -> None:
    """Whatever the book holds, now and later in the year."""
    validator = Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for at in (reading.SPRING, reading.AUTUMN):
        data = json.loads(render_sheet_json(reading.sheet(name, at, currency)))
        problems = [f"{list(error.absolute_path)}: {error.message}" for error in validator.iter_errors(data)]
        assert not problems, problems[:3]


def test_a_key_that_the_schema_does_not_know_is_an_error() -> None:
    """The schema is closed: a new key needs its explanation."""
    data = json.loads(render_sheet_json(reading.sheet("gym"))) | {"surprise": 1}
    assert not Draft7Validator(sheet_schema()).is_valid(data)


def test_numbers_are_exact_texts() -> None:
    """Amounts carry at least the currency's decimals, rates all of theirs; nothing is a float."""
    data = sheet_data(reading.sheet("koodrive"))
    first, usage = data["modes"][0]["tables"][0], data["modes"][1]["tables"][0]
    assert first["groups"][0]["rows"][0]["cells"][:2] == [
        {"value": "19.00", "unit_price": "19.00", "total": None},
        {"value": "15.77", "unit_price": "15.77", "total": "189.24"},
    ]
    assert usage["groups"][0]["quantity"] == "100"
    assert usage["groups"][0]["rows"][1]["cells"][0] == {"value": "0.0054", "unit_price": "0.000054", "total": None}
    json.loads(render_sheet_json(reading.sheet("koodrive")), parse_float=_refuse)


def _refuse(text: str) -> None:
    raise AssertionError(f"{text} is written as a number that a reader would round")


def test_dates_are_days_of_the_book() -> None:
    """Midnight in Shanghai is a day, not an instant of the day before."""
    header = sheet_data(reading.sheet("koodrive"))["header"]
    assert (header["in_force_from"], header["price_notice"], header["status"]) == ("2026-01-01", "30 days", "illustrative")


def test_refused_examples_say_why() -> None:
    """An expected error is part of the sheet."""
    examples = {example["id"]: example for example in sheet_data(reading.sheet("koodrive"))["examples"]}
    refused = examples["no-change-in-pay-per-use"]
    assert (refused["outcome"], refused["quote"], refused["refused_because"][0]["slug"]) == (
        "error",
        None,
        "spec-change-not-supported",
    )


def test_the_same_view_gives_the_same_bytes() -> None:
    """Twice rendered, twice the same."""
    view = reading.sheet("koodrive")
    assert render_sheet_json(view) == render_sheet_json(view)
