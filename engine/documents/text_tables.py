"""Tables for the terminal: columns that fit, or fewer columns, and no number broken.

Knows cells and groups of rows, and nothing of what they say.
"""

from collections.abc import Sequence
from itertools import zip_longest

from engine.documents.page_parts import HeadOver, PageCell
from engine.documents.page_types import TableBlock
from engine.documents.terminal import GAP, Look
from engine.documents.text_layout import TextCell, TextColumn, columns_for, painted, paragraph, plain_text, rule, table_lines, widest_piece, wrap
from engine.documents.widths import width_of

Row = list[TextCell] | tuple[str, str] | None
"""A row of a table: its cells, or the title of a group with its unit, or a line (None)."""

LEAST_NAME = 20
"""The room of a first column whose second lines are sentences."""


def written_table(block: TableBlock, look: Look) -> list[str]:
    """The lines of a table; one of facts has no line above it."""
    if block["look"] == "facts-table":
        return pair_lines([(row["head"]["text"], row["cells"][0]["text"]) for group in block["groups"] for row in group["rows"]], "quiet", look)
    heads = [TextCell(column["text"], column["second"], "strong" if column["strong"] else "quiet") for column in block["columns"]]
    right = [bool(column["number"]) for column in block["columns"]]
    rows: list[Row] = []
    for group in block["groups"]:
        style = "strong" if group["sums"] else "plain"
        if group["sums"]:
            rows.append(None)
        if group["title"] and group["cells"]:
            rows.append([TextCell(group["title"], group["unit"], "strong"), *map(_cell, group["cells"])])
        elif group["title"]:
            rows.append((group["title"], group["unit"]))
        rows += [[_row_head(row["head"], row["cells"], style), *(_cell(cell, style) for cell in row["cells"])] for row in group["rows"]]
    return fitted_lines(heads, rows, right, look, block["stays"], block["over"])


def pair_lines(pairs: Sequence[tuple[str, str]], style: str, look: Look, halves: bool = False) -> list[str]:
    """Names in their style, and what is said of each in a column of its own; `halves`: beside each other, where all of it is short."""
    width = min(max((width_of(plain_text(name)) for name, _ in pairs), default=0), look.width // 2)
    cells = [[TextCell(name, style=style), TextCell(said)] for name, said in pairs]
    half = (look.width - width * 2 - GAP * 3) // 2
    if not halves or any(width_of(plain_text(said)) > half for _, said in pairs):
        return table_lines([TextColumn(width), TextColumn(look.width - width - GAP)], cells, look)
    middle = (len(cells) + 1) // 2
    rows = [[*one, *other] for one, other in zip_longest(cells[:middle], cells[middle:], fillvalue=[TextCell(), TextCell()])]
    return table_lines([TextColumn(width), TextColumn(half)] * 2, rows, look)


def _row_head(head: PageCell, cells: Sequence[PageCell], style: str) -> TextCell:
    """The first cell of a row. Its second line stands beside the first where that saves a line; a part of the row above it moves in."""
    return TextCell(head["text"], head["second"], style, 2 if head["text"] else 4, not any(cell["second"] for cell in cells))


def _cell(cell: PageCell, style: str = "plain") -> TextCell:
    return TextCell(cell["text"], cell["second"], style)


def fitted_lines(heads: Sequence[TextCell], rows: Sequence[Row], right: Sequence[bool], look: Look, stays: int = 0, over: HeadOver | None = None) -> list[str]:
    """A table that fits the width. Where its columns do not, only the one that `stays` is left beside the first, and the others stand
    below that; where none stays, they follow as a second table.
    """
    for many in range(len(heads), 1, -1):
        part = [row[:many] if isinstance(row, list) else row for row in rows]
        cells = [row for row in part if isinstance(row, list)]
        columns = columns_for(heads[:many], cells, right[:many], look.width, _first_width(cells, look, LEAST_NAME if stays or many == 2 else 0))
        if columns is None and stays:
            break
        if columns is None:
            continue
        head = [*_over(over, columns, look), *table_lines(columns, [heads[:many]], look)] if any(cell.text for cell in heads[:many]) else []
        lines = [*head, rule(look), *(line for row in part for line in _row(row, columns, look))]
        if many == len(heads):
            return lines
        rest = [[row[0], *row[many:]] if isinstance(row, list) else row for row in rows]
        return [*lines, "", *fitted_lines([heads[0], *heads[many:]], rest, [right[0], *right[many:]], look)]
    return _folded(heads, rows, stays or 1, look)


def _folded(heads: Sequence[TextCell], rows: Sequence[Row], stays: int, look: Look) -> list[str]:
    """A table of two columns: below the first one stands what else a row says, each with the name of its column."""
    cells = [row for row in rows if isinstance(row, list)]
    width = max(width_of(plain_text(text)) for row in [heads, *cells] for text in (row[stays].text, row[stays].second))
    if look.width - width - GAP < look.width // 2:
        stays, width = 0, -GAP
    columns = [TextColumn(look.width - width - GAP), *([TextColumn(width, True)] if stays else [])]

    def kept(row: Sequence[TextCell]) -> list[TextCell]:
        return [row[0], *([row[stays]] if stays else [])]

    lines = [*(table_lines(columns, [kept(heads)], look) if any(cell.text for cell in kept(heads)) else []), rule(look)]
    for row in rows:
        if not isinstance(row, list):
            lines += _row(row, columns, look)
            continue
        others = [place for place, cell in enumerate(row) if place not in (0, stays) and (cell.text or cell.second)]
        if row[0].text:
            lines += table_lines(columns, [kept(row)], look)
            # What stands alone is what the row is about; of several each needs the name of its column.
            told = [" ".join(text for text in (heads[place].text * (len(others) > 1), row[place].text, row[place].second) if text) for place in others]
        else:
            told = ["  ".join([row[0].second, *(row[place].text or row[place].second for place in others)])]
        for text in told:
            lines += paragraph(text, look, row[0].style if row[0].text else "quiet", indent=" " * row[0].indent)
    return lines


def _over(over: HeadOver | None, columns: Sequence[TextColumn], look: Look) -> list[str]:
    """The head over several columns, at the right edge of the last of them; cells are counted, not signs."""
    if over is None:
        return []
    spanned = columns[: over["before"] + over["span"]]
    edge = sum(column.width for column in spanned) + GAP * (len(spanned) - 1)
    return [painted(" " * (edge - width_of(line)) + line, "quiet", look) for line in wrap(over["text"], edge)]


def _row(row: Row, columns: Sequence[TextColumn], look: Look) -> list[str]:
    if row is None:
        return [rule(look)]
    if isinstance(row, list):
        return table_lines(columns, [row], look)
    title, unit = (plain_text(text) for text in row)
    if width_of(title) + GAP + width_of(unit) <= look.width:
        return [painted(title, "strong", look) + (" " * GAP + painted(unit, "quiet", look) if unit else "")]
    return [*paragraph(title, look, "strong"), *paragraph(unit, look, "quiet")]


def _first_width(rows: Sequence[Sequence[TextCell]], look: Look, least: int) -> int:
    """What the first column needs at least: its longest name, within a quarter of the line; `least`; and what must not be broken."""
    longest = max((width_of(plain_text(row[0].text)) for row in rows), default=0)
    unbroken = max((max(widest_piece(row[0].text), widest_piece(row[0].second) + row[0].indent) for row in rows), default=0)
    return max(min(longest, look.width // 4), least, min(unbroken, look.width // 2))
