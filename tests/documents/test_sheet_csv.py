"""The price sheet as CSV: every price once, texts that a spreadsheet would run are disarmed, numbers never change."""

import csv
import io
from dataclasses import replace

import pytest

from engine.documents.sheet_csv import COLUMNS, NUMBERS, render_sheet_csv
from engine.model.texts import Text
from engine.sheet.view import SheetView
from tests.sheet import reading


def rows(view: SheetView, language: str = "en", raw: bool = False) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render_sheet_csv(view, language, raw))))


@pytest.mark.parametrize("name", ["koodrive", *reading.ODD])
def test_every_price_is_a_row(name: str) -> None:
    """As many rows as the view has prices, and those to come."""
    view = reading.sheet(name, reading.AUTUMN)
    cells = sum(1 for mode in view.modes for table in mode.tables for group in table.groups for row in group.rows for cell in row.cells if cell)
    found = rows(view)
    unpriced = sum(1 for mode in view.modes for table in mode.tables for group in table.groups if not group.rows)
    assert len(found) == cells + unpriced + len(view.announced)
    assert all(row["status"] for row in found)


def test_rows_tell_what_they_are_for() -> None:
    """A term of the second rung, a tier of pay-per-use, an announced price."""
    found = rows(reading.sheet("koodrive", reading.AUTUMN))
    year = next(row for row in found if row["spec"] == "50-users-500-gb" and row["term"] == "1 year")
    assert {key: year[key] for key in ("status", "kind", "price", "per", "discount_percent", "total_paid_ahead", "currency")} == {
        "status": "Illustrative prices", "kind": "effective", "price": "73.87", "per": "month",
        "discount_percent": "17", "total_paid_ahead": "886.44", "currency": "USD",
    }  # fmt: skip
    tier = next(row for row in found if row["item"] == "storage" and row["tier_above"] == "1024" and row["kind"] == "list")
    assert (tier["price_for"], tier["tier_up_to"], tier["price"], tier["for_quantity"], tier["unit"], tier["per"]) == (
        "Above 1 TB, up to 10 TB", "10240", "0.0054", "100", "GB", "hour",
    )  # fmt: skip
    assert [(row["kind"], row["price"], row["effective"]) for row in found[-1:]] == [("announced", "2.25", "2027-07-01")]


def test_numbers_are_plain_in_every_language() -> None:
    """German readers get German titles and the same digits."""
    english, german = rows(reading.sheet("koodrive"), "en"), rows(reading.sheet("koodrive"), "de")
    assert [[row[column] for column in sorted(NUMBERS)] for row in english] == [[row[column] for column in sorted(NUMBERS)] for row in german]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_texts_that_look_like_formulas_are_disarmed(start: str) -> None:
    """A title that a spreadsheet would run gets an apostrophe; with `raw` it stays as it is."""
    view = reading.sheet("gym")
    title = Text({"en": f"{start}1+1"})
    names = replace(view.names, items=dict(view.names.items) | {"locker": title})
    harmful = replace(view, names=names)
    assert {row["item_title"] for row in rows(harmful) if row["item"] == "locker"} == {f"'{start}1+1"}
    assert {row["item_title"] for row in rows(harmful, raw=True) if row["item"] == "locker"} == {f"{start}1+1"}


def test_numeric_columns_are_never_touched() -> None:
    """They hold numbers or nothing, so no apostrophe can turn one into a text."""
    for name in ("koodrive", *reading.ODD):
        for row in rows(reading.sheet(name, reading.AUTUMN)):
            assert all(row[column] == "" or row[column].replace(".", "", 1).isdigit() for column in NUMBERS)
    assert set(COLUMNS) > NUMBERS
