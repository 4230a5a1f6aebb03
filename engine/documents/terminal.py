"""What a terminal can show: columns, the sixteen ANSI colours, and ASCII where it speaks nothing else. Source: pictures guide, Terminal."""

from dataclasses import dataclass

STYLES = {"strong": "1", "quiet": "90", "warning": "1;33", "chosen": "32", "plain": ""}
"""The sixteen ANSI colours only, so that the reader's theme rules."""

ASCII = str.maketrans(dict(zip("─━├└│✓·×−–▨→…÷\u00a0“”‘’█░", "-=|`|*-x--#>~/ \"\"''#.", strict=True)))
"""What stands for a sign where the terminal speaks only ASCII."""

WIDE = 100
GAP = 2


@dataclass(frozen=True, slots=True)
class Look:
    """What the terminal can show: columns, colour, and characters outside ASCII."""

    width: int = WIDE
    colour: bool = False
    unicode: bool = True
