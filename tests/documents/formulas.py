"""What a spreadsheet may run: an independent reading of how a text begins."""

from unicodedata import category, normalize

BEGINNINGS = (
    "=", "+", "-", "@", "＝", "＋", "－", "＠", "﹢", "﹣", "﹫", "⁼", "⁺", "\t", "\r", "\n",
    " =", "  +", "\u00a0=", "\u202f-", "\u3000=", "\u3000＝", "\u2003@", "\u2060=", "\u200b=", "\u200b \u200c＝", "\ufeff=", "\u00ad=", "\u200e+", "\u202e=", "\x00=",
    "\x1b=", "\u2028=", "\u3164=",
)  # fmt: skip


def runs(cell: str) -> bool:
    """Whether the first sign with ink is one that begins a formula, or the cell begins with a tab or a new line."""
    ink = [sign for sign in normalize("NFKC", cell) if category(sign)[0] not in "ZC" and sign != "\u1160"]
    return cell.startswith(("\t", "\r", "\n")) or (bool(ink) and ink[0] in "=+-@")
