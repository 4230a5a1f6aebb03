"""Currencies, rounding of money and allocation. Amounts are exact numbers in major units of a named currency (USD 1.50)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from math import lcm

from engine.values.exact import Number, exact, magnitude, multiply, negate, round_number, subtract, total, whole_down
from engine.values.withdrawn import withdrawn_currencies


@cache
def minor_places(currency: str) -> int:
    """Decimals of the currency's minor unit by ISO 4217 (USD 2, JPY 0, IQD 3); a withdrawn one keeps its own, an unknown code raises KeyError.

    >>> minor_places("USD"), minor_places("JPY"), minor_places("KWD")
    (2, 0, 3)
    """
    return _minor_places()[currency]


def is_currency(code: str) -> bool:
    """Whether ISO 4217 knows the code, or knew it until it was withdrawn (case matters)."""
    return code in _minor_places()


def withdrawn_on(code: str) -> date | None:
    """The first day on which a currency is none any more; None for one that is not withdrawn.

    >>> withdrawn_on("BGN"), withdrawn_on("EUR")
    (datetime.date(2026, 1, 1), None)
    """
    day, _ = withdrawn_currencies().get(code, (None, 0))
    return day


@cache
def _minor_places() -> dict[str, int]:
    from iso4217 import Currency

    in_use = {currency.code: currency.exponent for currency in Currency if currency.exponent is not None}
    return {code: places for code, (_, places) in withdrawn_currencies().items()} | in_use


def currency_codes() -> list[str]:
    """All codes that are in use and have a minor unit, sorted: what a message may suggest."""
    return sorted(code for code in _minor_places() if withdrawn_on(code) is None)


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
    for index in _largest_first([rest for _, rest in shares])[: units - sum(counts)]:
        counts[index] += 1
    sign = -1 if amount < 0 else 1
    # Built from digits, so that no caller's decimal context can round a share.
    return tuple(Decimal(f"{sign * count}E{-places}") for count in counts)


def share_rounding(rounded: Decimal, amounts: Sequence[Number], places: int) -> tuple[Decimal, ...]:
    """The amounts in whole minor units of `places` decimals, so that they add up to `rounded`, to which their sum was rounded.

    Each is rounded down (towards minus infinity), and missing units go one each to the largest remainders, the first on a tie. Where
    more units are missing than that, or too many are there, they are shared by size, as `allocate` does. A negative sum is the mirror.
    Source: rule language, second version, 8.10.

    >>> share_rounding(Decimal("1269.86"), [Decimal("57.8524"), Decimal("1200.00"), Decimal("12.00")], 2)
    (Decimal('57.86'), Decimal('1200.00'), Decimal('12.00'))
    """
    if total(amounts) < 0:
        return tuple(negate(share) for share in share_rounding(negate(rounded), [negate(amount) for amount in amounts], places))
    unit = exact(10**places)
    sizes = [multiply(amount, unit) for amount in amounts]
    counts = [whole_down(size) for size in sizes]
    missing = whole_down(multiply(rounded, unit)) - sum(counts)
    # What costs nothing has no part in a rounding: it never gets a unit.
    largest = [index for index in _largest_first([subtract(size, exact(count)) for size, count in zip(sizes, counts, strict=True)]) if amounts[index]]
    if 0 <= missing <= len(largest):
        more = [1 if index in largest[:missing] else 0 for index in range(len(amounts))]
    else:
        # What is taken off is shared by what is there in whole units, so that no line falls below zero.
        # `abs` would round to the caller's decimal context.
        weights = sizes if missing > 0 else [exact(count) for count in counts]
        more = [int(share) for share in allocate(Decimal(missing), [magnitude(weight) for weight in weights], 0)]
    return tuple(Decimal(f"{count + units}E{-places}") for count, units in zip(counts, more, strict=True))


def _largest_first(remainders: Sequence[Number | int]) -> list[int]:
    """The indices of the remainders, the largest first, the first of equal ones before the others."""
    return sorted(range(len(remainders)), key=remainders.__getitem__, reverse=True)
