"""Colours as designers write them (`#0a5`), and whether words in them can be read on paper."""

import re
from decimal import Context, Decimal

_WRITTEN = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")
_POWER = Context(prec=12)
LEAST_CONTRAST = Decimal("4.5")
"""Between words and their ground. Source: WCAG 2.2, 1.4.3."""


def six_digits(colour: str) -> str | None:
    """The colour with two digits for red, green and blue, in small letters; None for what is no colour.

    >>> six_digits("#0A5"), six_digits("#00aa55"), six_digits("green")
    ('#00aa55', '#00aa55', None)
    """
    if not _WRITTEN.fullmatch(colour):
        return None
    digits = colour[1:].lower()
    return "#" + ("".join(each * 2 for each in digits) if len(digits) == 3 else digits)


def is_legible(colour: str) -> bool:
    """Whether words of the colour (six digits) have enough contrast with white paper.

    >>> is_legible("#00aa55"), is_legible("#767676"), is_legible("#777777")
    (False, True, False)
    """
    red, green, blue = (_light(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    light = Decimal("0.2126") * red + Decimal("0.7152") * green + Decimal("0.0722") * blue
    return Decimal("1.05") / (light + Decimal("0.05")) >= LEAST_CONTRAST


def _light(part: int) -> Decimal:
    """The light of a part of a colour, 0 to 1. Source: WCAG 2.2, relative luminance."""
    share = Decimal(part) / 255
    return share / Decimal("12.92") if share <= Decimal("0.04045") else _POWER.power((share + Decimal("0.055")) / Decimal("1.055"), Decimal("2.4"))
