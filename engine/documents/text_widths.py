"""How wide a text is set, in thousandths of its type size: enough to know at build time what fits beside each other.

Measured on the embedded face, rounded up. Numbers are exact, since tabular digits are all as wide.
"""

from collections.abc import Iterable
from unicodedata import east_asian_width

from engine.documents.format import without_isolates

DIGIT, POINT, SIGN, LETTER, WIDE = 572, 268, 600, 640, 1000


def text_width(text: str) -> int:
    """The width of a text on one line."""
    return sum(map(_width, without_isolates(text)))


def widest_word(texts: Iterable[str]) -> int:
    """The width of the longest part that is not broken at the end of a line; Chinese and Japanese break anywhere."""
    words = (word for text in texts for word in without_isolates(text).replace("-", "- ").split())
    return max((max(map(_width, word)) if _breaks(word) else text_width(word) for word in words), default=0)


def _width(character: str) -> int:
    if character.isdecimal():
        return DIGIT
    if character in ".,\u00a0 \u202f'":
        return POINT
    if _breaks(character):
        return WIDE
    return LETTER if character.isalpha() else SIGN


def _breaks(text: str) -> bool:
    return any(east_asian_width(character) in "WF" for character in text)
