"""Amounts shared over lines, never below zero (rule language, 3.2 step 7 and 3.10, Coupons and Allocation)."""

from decimal import Decimal
from fractions import Fraction

import pytest

from engine.pricing.settlement import share_capped
from engine.values.exact import exact, total


@pytest.mark.parametrize(
    ("amount", "caps", "shares"),
    [
        ("20.00", ("19.00", "24.00"), ("8.84", "11.16")),
        ("1.00", ("1.00", "1.00", "1.00"), ("0.34", "0.33", "0.33")),
        ("0.01", ("0.01", "0.01"), ("0.01", "0.00")),
        ("10.00", ("100.00", "0.00"), ("10.00", "0.00")),
        ("50.00", ("19.00", "24.00"), ("19.00", "24.00")),
        ("43.00", ("19.00", "24.00"), ("19.00", "24.00")),
        ("5.00", ("0.00", "0.00"), ("0.00", "0.00")),
        ("5.00", (), ()),
        # Unrounded lines: no share above what a line has, although the last unit would go there.
        ("0.03", ("0.015", "0.015", "0.015"), ("0.01", "0.01", "0.01")),
        ("0.02", ("0.009", "0.5"), ("0.00", "0.02")),
        ("0.01", ("0.009", "0.009"), ("0", "0")),
        ("5.00", ("10/3", "10/3"), ("2.50", "2.50")),
        ("7.00", ("10/3", "10/3"), ("10/3", "10/3")),
    ],
)
def test_shares_of_an_amount(amount, caps, shares):
    """In proportion to what is left, in the minor unit, capped: 20.00 over 19.00 and 24.00 is 8.84 and 11.16."""
    limits = [exact(Fraction(cap)) for cap in caps]
    found = share_capped(Decimal(amount), limits, 2)
    assert found == tuple(exact(Fraction(share)) for share in shares)
    assert all(share <= cap for share, cap in zip(found, limits, strict=True))
    assert total(found) <= Decimal(amount)
