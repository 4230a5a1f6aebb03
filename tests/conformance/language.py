"""Writes price books and orders as a product manager would: YAML text in the rule language, nothing else.

Numbers come as Decimal and are written with their digits; every text is plain where YAML allows it, else quoted.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 %._/+-]*\Z")

TO_THE_LAST_DIGIT = {"at": "line", "places": 15, "mode": "half-up"}
"""The rounding of a case that compares more decimals than a currency has; none of them has more than fifteen."""

TO_THE_CENT = {"at": "line", "mode": "half-up"}


def number(value: object) -> Decimal:
    """The exact decimal that a vector writes as a text, or as a whole number."""
    return Decimal(str(value))


def percent(value: object) -> str:
    """A percentage as the language writes it: 7.25 becomes `7.25%`."""
    return f"{digits(number(value))}%"


def digits(value: Decimal | int) -> str:
    """The number without an exponent."""
    return format(Decimal(value), "f")


def write(data: object, indent: int = 0) -> str:
    """`data` as block YAML; lists of mappings and mappings nest, scalars end a line."""
    pad = "  " * indent
    if isinstance(data, Mapping):
        return "".join(f"{pad}{_scalar(key)}:{_value(value, indent)}" for key, value in data.items())
    if isinstance(data, Sequence) and not isinstance(data, str):
        return "".join(f"{pad}-{_value(value, indent)}" for value in data)
    raise TypeError(f"not a collection: {data!r}")


def _value(value: object, indent: int) -> str:
    if isinstance(value, Mapping | list | tuple):
        if not value:
            return " {}\n" if isinstance(value, Mapping) else " []\n"
        return "\n" + write(value, indent + 1)
    return f" {_scalar(value)}\n"


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return digits(value)
    if isinstance(value, Fraction | float) or not isinstance(value, str):
        raise TypeError(f"cannot be written exactly: {value!r}")
    if PLAIN.match(value) and not value.endswith(" "):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def usage_book(
    charges: Mapping[str, object],
    *,
    units: Mapping[str, str] | None = None,
    currency: str = "USD",
    rounding: object = TO_THE_LAST_DIGIT,
    when: Sequence[tuple[Mapping[str, object], Mapping[str, object]]] = (),
    meter: Mapping[str, object] | None = None,
    per: str | None = None,
    book: Mapping[str, object] | None = None,
    **sections: object,
) -> dict[str, object]:
    """A book with one postpaid mode whose items are charged for a period's total.

    `charges` maps item -> charge; `units` item -> unit (default `piece`); `when` adds price entries for orders with attributes;
    `meter` replaces the sum over the period; further sections (`discounts`, `taxes`, ...) are added as they are.
    """
    measured = dict(meter or {"measure": "sum", "window": "period"})
    unit_of = {item: (units or {}).get(item, "piece") for item in charges}
    entry = {"effective": "2020-01-01", "billing_mode": "usage", "currency": currency} | ({"per": per} if per else {})
    prices = [entry | {"items": dict(charges)}] + [entry | {"when": dict(cond), "items": dict(own)} for cond, own in when]
    declared = {symbol: {"title": symbol} for symbol in dict.fromkeys(unit_of.values()) if symbol != currency}
    return {
        "book": {
            "id": "conformance",
            "title": "Conformance",
            "status": "illustrative",
            "currency": currency,
            "timezone": "UTC",
            "rounding": rounding,
            **(book or {}),
        },
        "units": declared | dict(sections.pop("units_declared", {})) or {"piece": {"title": "piece"}},
        "items": {item: {"title": item, "unit": unit, "meter": measured} for item, unit in unit_of.items()},
        "billing_modes": {
            "usage": {
                "title": "Usage",
                "payment": "postpaid",
                "cycle": "month",
                "items": dict.fromkeys(charges, "optional"),
            }
        },
        "prices": prices,
        **sections,
    }


def usage_order(items: Mapping[str, object], **more: object) -> dict[str, object]:
    """An estimate for March 2026 unless `more` says otherwise (`date`, `for_`, `attributes`, `coupons`, `currency`)."""
    order = {"date": "2026-03-01", "billing_mode": "usage", "for": "1 month", "items": dict(items)}
    return order | {("for" if key == "for_" else key): value for key, value in more.items()}
