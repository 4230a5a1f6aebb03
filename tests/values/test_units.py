"""Units convert along declared factors, exactly, and never otherwise."""

from decimal import Decimal
from fractions import Fraction

import pytest

from engine.values.units import UnitMismatch, UnitTable

TABLE = UnitTable({"GB": ("GB", Decimal(1)), "TB": ("GB", Decimal(1024)), "third": ("GB", Fraction(1, 3)), "user": ("user", Decimal(1))})


@pytest.mark.parametrize(
    ("quantity", "source", "target", "result"),
    [("2", "TB", "GB", "2048"), ("500", "GB", "TB", "0.48828125"), ("6", "third", "GB", "2"), ("1", "TB", "third", "3072"), ("7", "user", "user", "7")],
)  # fmt: skip
def test_quantities_convert_exactly(quantity, source, target, result):
    assert TABLE.convert(Decimal(quantity), source, target) == Decimal(result)


@pytest.mark.parametrize(("source", "target"), [("GB", "user"), ("gb", "GB"), ("MB", "GB")])
def test_symbols_are_case_sensitive_and_nothing_is_guessed(source, target):
    assert not TABLE.convertible(source, target)
    with pytest.raises(UnitMismatch):
        TABLE.convert(Decimal(1), source, target)
