"""Currencies, rounding of money and allocation. Amounts are exact numbers in major units of a named currency (USD 1.50)."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from math import lcm

from engine.values.exact import Number, round_number


@cache
def minor_places(currency: str) -> int:
    """Decimals of the currency's minor unit by ISO 4217 (USD 2, JPY 0, IQD 3); an unknown code raises KeyError.

    >>> minor_places("USD"), minor_places("JPY"), minor_places("KWD")
    (2, 0, 3)
    """
    entry = _currencies()[currency]
    return entry.exponent or 0


def is_currency(code: str) -> bool:
    """Whether ISO 4217 knows the code (case matters)."""
    return code in _currencies()


@cache
def _currencies():
    from iso4217 import Currency

    return {currency.code: currency for currency in Currency if currency.exponent is not None}


def currency_codes() -> list[str]:
    """All codes that have a minor unit, sorted: what a message may suggest."""
    return sorted(_currencies())


def round_money(amount: Number, currency: str, mode: str = "half-up", places: int | None = None) -> Decimal:
    """The amount rounded to `places` decimals, or to the currency's minor unit where none are named.

    >>> round_money(Decimal("1125.475"), "USD")
    Decimal('1125.48')
    """
    return round_number(amount, minor_places(currency) if places is None else places, mode)


def allocate(amount: Decimal, weights: Sequence[Number], places: int) -> tuple[Decimal, ...]:
    """`amount` (a multiple of the minor unit of `places` decimals) shared in proportion to `weights`, to the last unit.

    Exact shares are rounded down to the minor unit; the missing units go one each to the largest remainders, the first on a tie. A
    negative amount mirrors the positive one. Weights are not negative; where all are 0 the shares are equal.
    Source: rule language, 3.10, Allocation.

    >>> allocate(Decimal("20.00"), [Decimal(1), Decimal(1), Decimal(1)], 2)
    (Decimal('6.67'), Decimal('6.67'), Decimal('6.66'))
    """
    if not weights:
        raise ValueError("nothing to allocate to")
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is negative")
    numerator, denominator = amount.as_integer_ratio()
    units, rest = divmod(abs(numerator) * 10**places, denominator)
    if rest:
        raise ValueError(f"{amount} is no multiple of the minor unit")
    # In whole numbers: the weights over their common denominator, so that all shares have one denominator and compare by their rests.
    ratios = [weight.as_integer_ratio() for weight in weights]
    common = lcm(*(below for _, below in ratios))
    parts = [above * (common // below) for above, below in ratios]
    whole = sum(parts)
    if whole == 0:
        parts, whole = [1] * len(parts), len(parts)
    shares = [divmod(units * part, whole) for part in parts]
    counts = [count for count, _ in shares]
    missing = units - sum(counts)
    largest_first = sorted(range(len(shares)), key=lambda index: (-shares[index][1], index))
    for index in largest_first[:missing]:
        counts[index] += 1
    sign = -1 if amount < 0 else 1
    # Built from digits, so that no caller's decimal context can round a share.
    return tuple(Decimal(f"{sign * count}E{-places}") for count in counts)
