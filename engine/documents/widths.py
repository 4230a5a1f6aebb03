"""How wide a text is in a terminal: what stands under or beside it is set by this."""

import unicodedata
from functools import lru_cache


def width_of(text: str) -> int:
    """How many columns of a terminal the text takes: `价格` takes four."""
    return len(text) if text.isascii() else sum(map(_columns_of, text))


@lru_cache(maxsize=4096)
def _columns_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
