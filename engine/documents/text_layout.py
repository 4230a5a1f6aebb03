"""Lines of a terminal: texts wrapped by the cells they take (a Chinese sign takes two), columns, rules, and the sixteen ANSI
colours.

Knows nothing of prices. Source: pictures guide, Terminal.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.documents.format import without_isolates
from engine.documents.terminal import ASCII, GAP, STYLES, Look
from engine.documents.widths import width_of

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""Signs that would move what stands on a line."""

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
# What opens never ends a line, and what closes or divides never begins one.
_OPENS, _CLOSES = "「『（【〈《“‘", "、。，．：；！？・」』）】〉》”’ー～々〜"
# A no-break space is part of its word: a number stays with its unit, a day with its month.
_WORD = rf"(?:\u00a0|[^\s{_WIDE}{_OPENS}{_CLOSES}])+"
_PIECE = re.compile(rf"[{_OPENS}]*(?:[{_WIDE}]|{_WORD}(?:’{_WORD})*)?[{_CLOSES}]*[^\S\u00a0]*")


@dataclass(frozen=True, slots=True)
class TextCell:
    """A cell: its text, a quiet second line below it (behind `indent` blanks), and the style of the first.

    `beside`: the second text stands behind the first one where both fit on one line.
    """

    text: str = ""
    second: str = ""
    style: str = "plain"
    indent: int = 0
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A text at a column; `right` counts the column behind its end instead of the one where it begins."""

    text: str
    column: int
    style: str = "plain"
    right: bool = False


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column: `right` for numbers; `width` in terminal cells."""

    width: int
    right: bool = False


def plain_text(text: object) -> str:
    """A text for the terminal: on one line, without isolates and control characters."""
    return _on_one_line(text).replace("\u00a0", " ")


def _on_one_line(text: object) -> str:
    return CONTROL.sub(" ", without_isolates(str(text)))


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells, broken between words, and between signs where a script has no words."""
    width = max(2, width)  # a wide sign has room on every line
    lines: list[str] = []
    line = ""
    for whole in _pieces(_on_one_line(text)):
        piece = whole.replace("\u00a0", " ")
        if width_of(line + piece.rstrip()) > width and line.strip():
            lines.append(line.rstrip())
            line = ""
        while width_of(piece.rstrip()) > width:
            head = _fitting(piece, width)
            lines.append(head)
            piece = piece[len(head) :]
        line = line + piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str) -> list[str]:
    """What may stand at the start of a line: words with the space behind them, and wide signs with the punctuation at them."""
    return [piece for piece in _PIECE.findall(text) if piece]


def widest_piece(text: str) -> int:
    """The width of the longest part of a text that stands on one line."""
    return max((width_of(piece.rstrip()) for piece in _pieces(_on_one_line(text))), default=0)


def _fitting(text: str, width: int) -> str:
    # Signs that take no cell are few; what lies far behind the width is not looked at again for every line.
    end = min(len(text), 4 * width)
    while end > 1 and width_of(text[:end]) > width:
        end -= 1
    return text[:end]


def table_lines(columns: Sequence[TextColumn], rows: Iterable[Sequence[TextCell]], look: Look) -> list[str]:
    """Rows of cells, each as high as its highest cell; lines end with their last sign."""
    return [line for row in rows for line in row_lines(columns, row, look)]


def row_lines(columns: Sequence[TextColumn], row: Sequence[TextCell], look: Look) -> list[str]:
    """One row. Cells that have no room are wrapped; first lines stand on one line, second lines below."""
    pairs = list(zip(row, columns, strict=True))
    firsts = [wrap(cell.text, column.width) for cell, column in pairs]
    behind = [_behind(cell, column) for cell, column in pairs]
    # A row of second lines alone has no empty line above them.
    height = max(len(first) for first in firsts) if any(cell.text for cell in row) else 0
    lines = []
    for index in range(height):
        parts = [(first[index] if index < len(first) else "", cell.style) for first, cell in zip(firsts, row, strict=True)]
        lines.append(_line(columns, parts, look, behind if index == 0 else ()))
    seconds = [
        [" " * cell.indent + line for line in wrap(cell.second, column.width - cell.indent)] if cell.second and not text else []
        for (cell, column), text in zip(pairs, behind, strict=True)
    ]
    for index in range(max(len(second) for second in seconds)):
        lines.append(_line(columns, [(second[index] if index < len(second) else "", "quiet") for second in seconds], look))
    return lines


def _behind(cell: TextCell, column: TextColumn) -> str:
    """The second text of a cell where it stands behind the first one."""
    fits = width_of(plain_text(cell.text)) + GAP + width_of(plain_text(cell.second)) <= column.width
    return plain_text(cell.second) if cell.beside and fits else ""


def _line(columns: Sequence[TextColumn], parts: Sequence[tuple[str, str]], look: Look, behind: Sequence[str] = ()) -> str:
    line, at, start = "", 0, 0
    for place, (column, (text, style)) in enumerate(zip(columns, parts, strict=True)):
        if text:
            left = start + (column.width - width_of(text) if column.right else 0)
            line += " " * max(0, left - at) + painted(text, style, look)
            at = max(at, left) + width_of(text)
        if behind and behind[place]:
            line += " " * GAP + painted(behind[place], "quiet", look)
            at += GAP + width_of(behind[place])
        start += column.width + GAP
    return line


def columns_for(heads: Sequence[TextCell], rows: Sequence[Sequence[TextCell]], right: Sequence[bool], width: int, first: int) -> list[TextColumn] | None:
    """Column widths: numbers as wide as they need, the first column at least `first` and what is left; None where it does not
    fit."""
    needed = []
    for index in range(1, len(heads)):
        cells = [heads[index], *(row[index] for row in rows)]
        needed.append(max(max(width_of(plain_text(text)) for text in (cell.text, cell.second)) for cell in cells))
    left = width - sum(needed) - GAP * len(needed)
    if left < first:
        return None
    return [TextColumn(left), *(TextColumn(size, flag) for size, flag in zip(needed, right[1:], strict=True))]


def set_pieces(pieces: Sequence[Piece], look: Look) -> str:
    """The pieces on one line, whatever their names hold, each at its column; one that would run into its neighbour moves right behind it."""
    line, at = "", 0
    for piece in pieces:
        if not piece.text:
            continue
        text = plain_text(piece.text)
        start = piece.column - width_of(text) if piece.right else piece.column
        if start < at or (piece.right and at and start < at + 1):
            start = at + 1 if at else 0
        line += " " * (start - at) + painted(text, piece.style, look)
        at = start + width_of(text)
    return line.rstrip()


def painted(text: str, style: str, look: Look) -> str:
    """The text in its style; without colour as it is."""
    code = STYLES[style]
    return f"\x1b[{code}m{text}\x1b[0m" if look.colour and code and text else text


def paragraph(text: str, look: Look, style: str = "plain", indent: str = "", first: str | None = None) -> list[str]:
    """A text over the whole width, its lines behind `indent`, the first behind `first`."""
    lead = indent if first is None else first
    lines = wrap(text, look.width - width_of(lead))
    return [painted((lead if number == 0 else indent) + line, style, look) for number, line in enumerate(lines)]


def rule(look: Look, sign: str = "─") -> str:
    """A line over the whole width."""
    return painted(sign * look.width, "quiet", look)


def finished(lines: Iterable[str], look: Look) -> str:
    """The lines as one text; in ASCII signs where the terminal speaks nothing else."""
    text = "\n".join(line.rstrip() for line in lines).rstrip() + "\n"
    return text if look.unicode else text.translate(ASCII).encode("ascii", "replace").decode("ascii")
