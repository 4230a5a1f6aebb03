"""An order given by options becomes the text of an order file, so that it is read, checked and explained by the same path."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import click

ORDER_NAME = "command-line order"
"""What stands where a file name would in findings about an order that was given by options."""

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._/%+-]|:(?=[0-9]))*\Z")


@dataclass(frozen=True, slots=True)
class OrderFlags:
    """What the options of `quote` say about the order, as typed."""

    mode: str | None = None
    term: str | None = None
    duration: str | None = None
    date: str | None = None
    currency: str | None = None
    items: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    coupons: tuple[str, ...] = ()

    @property
    def given(self) -> bool:
        """Whether any option says something about the order."""
        return any((self.mode, self.term, self.duration, self.date, self.currency, self.items, self.attributes, self.coupons))


def order_text(flags: OrderFlags) -> str:
    """The order as an author would write it.

    >>> print(order_text(OrderFlags(mode="yearly-monthly", term="1 year", items=("users=10",))), end="")
    billing_mode: yearly-monthly
    term: 1 year
    items:
      users: 10
    """
    singles = {"date": flags.date, "billing_mode": flags.mode, "term": flags.term, "for": flags.duration, "currency": flags.currency}
    lines = [f"{key}: {_scalar(value)}" for key, value in singles.items() if value is not None]
    lines += _items(flags.items)
    if flags.attributes:
        lines += ["attributes:", *(f"  {_scalar(name)}: {_scalar(value)}" for name, value in _pairs(flags.attributes, "--attribute"))]
    if flags.coupons:
        lines += ["coupons:", *(f"  - {_scalar(coupon)}" for coupon in flags.coupons)]
    return "".join(f"{line}\n" for line in lines)


def _items(items: Sequence[str]) -> list[str]:
    if not items:
        return []
    wanted: dict[str, list[str]] = {}
    for name, value in _pairs(items, "--item"):
        wanted.setdefault(name, []).append(value)
    lines = ["items:"]
    for name, values in wanted.items():
        if len(values) == 1:
            lines.append(f"  {_scalar(name)}: {_scalar(values[0])}")
        else:
            lines += [f"  {_scalar(name)}:", *(f"    - {_scalar(value)}" for value in values)]
    return lines


def _pairs(values: Sequence[str], option: str) -> list[tuple[str, str]]:
    pairs = []
    for value in values:
        name, separator, right = value.partition("=")
        if not separator or not name.strip() or not right.strip():
            example = "`--item users=10` or `--item basic-edition=50-users-500-gb`" if option == "--item" else "`--attribute region=eu-west`"
            raise click.BadParameter(f"`{value}` needs a name, `=` and a value, as in {example}", param_hint=option)
        pairs.append((name.strip(), right.strip()))
    return pairs


def _scalar(value: str) -> str:
    # Plain where the language reads it as typed (numbers, dates, quantities); quoted where YAML would make something else of it.
    return value if _PLAIN.match(value) and not value.endswith(" ") else json.dumps(value, ensure_ascii=False)
