"""Arabic words as letters that are already joined and stand from left to right: for drawings in PDF files.

What makes PDF files places the text of a drawing letter by letter, so Arabic letters would stand apart and backwards. Unicode has
every letter in the shapes that it takes alone, first, last and between others (U+FE70 to U+FEFC); this module chooses them.
Texts outside drawings need none of this. Source: Unicode, chapter 9.2 (cursive joining) and its character database.
"""

import re
from functools import cache
from unicodedata import category, decomposition

from engine.documents.format import without_isolates

MIRRORED = str.maketrans("()[]\u00ab\u00bb", ")(][\u00bb\u00ab")
FORWARD = r"[A-Za-z0-9\u2212%][A-Za-z0-9.,:/%\u00a0\u2212+]*(?<![.,:/\u00a0])"
"""Numbers and Latin words: they run from left to right inside an Arabic line."""


def drawn(text: str) -> str:
    """The text as it is seen from left to right, its Arabic letters joined; marks above and below are left out.

    >>> [f"{ord(letter):X}" for letter in drawn("\u0633\u0639\u0631")]
    ['FEAE', 'FECC', 'FEB3']
    >>> drawn("2,000 \u0648") == "\ufeed 2,000"
    True
    """
    if not any(letter in _shapes() for letter in text):
        return text
    plain = "".join(letter for letter in without_isolates(text) if category(letter) not in ("Mn", "Cf"))
    parts = re.findall(rf"{FORWARD}|.", _joined(plain), re.DOTALL)
    return "".join(part if len(part) > 1 else part.translate(MIRRORED) for part in reversed(parts))


def _joined(text: str) -> str:
    """The letters in the shapes that their neighbours give them, in the order of reading."""
    shapes = _shapes()
    units = re.findall("\u0644[\u0622\u0623\u0625\u0627]|.", text, re.DOTALL)
    found = []
    for before, unit, after in zip(["", *units], units, [*units[1:], ""], strict=False):
        own = shapes.get(unit)
        if own is None:
            found.append(unit)
            continue
        tied_back = "final" in own and "initial" in shapes.get(before, {})
        tied_on = "initial" in own and "final" in shapes.get(after, {})
        wanted = ("medial" if tied_on else "final") if tied_back else "initial" if tied_on else "isolated"
        found.append(own[wanted])
    return "".join(found)


@cache
def _shapes() -> dict[str, dict[str, str]]:
    """Each letter (and lam with alef, which are written as one) with its shapes by name."""
    found: dict[str, dict[str, str]] = {}
    for code in range(0xFE80, 0xFEFD):
        shape, *letters = decomposition(chr(code)).split()
        unit = "".join(chr(int(letter, 16)) for letter in letters)
        found.setdefault(unit, {})[shape.strip("<>")] = chr(code)
    return found
