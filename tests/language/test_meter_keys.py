"""Numbers of a meter: read in its unit, and refused where they mean nothing."""

from decimal import Decimal
from pathlib import Path

import pytest

from engine.language.build import load_book

TEXT = (Path(__file__).resolve().parent / "bounded" / "book.yaml").read_text(encoding="utf-8")


def loaded(old: str, new: str):
    assert TEXT.count(old) == 1
    return load_book({"book.yaml": TEXT.replace(old, new).encode()})


@pytest.mark.parametrize(("written", "largest"), [("1 TB", 1024), ("500", 500), ("512 MB", Decimal("0.5"))])
def test_the_largest_record_may_be_written_in_any_unit_that_converts(written, largest):
    assert loaded("max: 1000, record", f"max: {written}, record").book.items["disk"].meter.max == largest


def test_records_cannot_be_rounded_up_to_nothing():
    found = loaded("round_up: 1 MB", "round_up: 0")
    assert [(each.code, each.path) for each in found.diagnostics] == [("T105", "items.disk.meter.record.round_up")]


def test_a_limit_for_all_billing_modes_may_say_so():
    assert loaded("billing_modes: [ahead]}", "billing_modes: all}").book.limits[0].billing_modes == ()


def test_a_cycle_that_no_bill_knows_is_a_mistake_with_the_words_that_may_stand_there():
    found = loaded("    cycle: term\n", "    cycle: year\n").diagnostics
    assert [(each.path, "`term`, `hour`, `day`, `month`" in each.help) for each in found] == [("billing_modes.ahead.cycle", True)]
