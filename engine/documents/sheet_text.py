"""A price sheet for the terminal: the same page of blocks as the HTML file, right at 100 and at 80 columns, with and without
colour.

Source: pictures guide, Terminal.
"""

from collections.abc import Sequence

from engine.documents.format import formatter
from engine.documents.page import sheet_page
from engine.documents.page_parts import PageCell, Working
from engine.documents.page_types import (
    BarsBlock,
    Block,
    ChartBlock,
    GlossaryBlock,
    Page,
    PlainBlock,
    PolicyBlock,
    Section,
    ShortBlock,
    StepsBlock,
    TableBlock,
    TimelineBlock,
    WaysBlock,
)
from engine.documents.terminal import Look
from engine.documents.text_layout import (
    GAP,
    TextCell,
    TextColumn,
    columns_for,
    finished,
    painted,
    paragraph,
    plain_text,
    rule,
    table_lines,
    wrap,
)
from engine.documents.widths import width_of
from engine.sheet.view import SheetView

Row = list[TextCell] | tuple[str, str]
"""A row of a table: its cells, or the title of a group with its unit."""

BAR = 30
"""A full bar, in signs."""


def render_sheet_text(view: SheetView, language: str, look: Look = Look()) -> str:
    """The sheet as lines of at most `look.width` columns; raises UnknownLanguage."""
    return text_page(sheet_page(view, formatter(language)), look)


def text_page(page: Page, look: Look) -> str:
    """The lines of a page as `page.sheet_page` makes it."""
    lines = [*_head(page, look)]
    for section in page["sections"]:
        lines += ["", "", *_section_head(section, look)]
        for block in section["blocks"]:
            lines += ["", *_block(block, look)]
    lines += ["", rule(look)]
    for line in page["closing"]:
        lines += paragraph(line, look, "quiet")
    lines += paragraph(f"{page['digest_label']} {page['digest']}", look, "quiet")
    if page["status"]:
        lines += paragraph(_stamp(page, look), look, "warning")
    return finished(lines, look)


def _head(page: Page, look: Look) -> list[str]:
    title, kind = plain_text(page["title"]), plain_text(page["kind"])
    stamp = _stamp(page, look)
    room = look.width - width_of(title) - width_of(kind) - GAP - width_of(stamp)
    first = painted(title, "strong", look) + "  " + painted(kind, "quiet", look)
    lines = [first + " " * max(GAP, room) + painted(stamp, "warning", look)] if room >= GAP or not stamp else [first, painted(stamp, "warning", look)]
    if page["status"]:
        lines += paragraph(page["status"]["reason"], look, "warning")
    for notice in page["notices"]:
        lines += ["", *paragraph(notice, look, "strong")]
    if page["description"]:
        lines += ["", *paragraph(page["description"], look)]
    width = max(width_of(plain_text(fact["label"])) for fact in page["facts"])
    facts = [[TextCell(fact["label"], style="quiet"), TextCell(fact["value"])] for fact in page["facts"]]
    return [*lines, "", *table_lines([TextColumn(width), TextColumn(look.width - width - GAP)], facts, look)]


def _stamp(page: Page, look: Look) -> str:
    words = plain_text(page["status"]["words"]) if page["status"] else ""
    return f"▨ {words.upper()}" if words else ""


def _section_head(section: Section, look: Look) -> list[str]:
    lines = [rule(look, "━"), painted(plain_text(section["title"]), "strong", look)]
    return [*lines, *paragraph(section["note"], look, "quiet")] if section["note"] else lines


def _block(block: Block, look: Look) -> list[str]:
    if "parts" in block:
        first, *others = [_block(part, look) for part in block["parts"]]
        return [*first, *(line for other in others for line in ("", *other))]
    lines: list[str] = []
    if "title" in block:
        lines += paragraph(block["title"], look, "strong") if block["title"] else []
    if "about" in block:
        lines += paragraph(block["about"], look, "quiet") if block["about"] else []
    lines += _body(block, look)
    if "notes" in block:
        lines += [line for note in block["notes"] for line in paragraph(note, look, "quiet")]
    return lines


def _body(block: PlainBlock, look: Look) -> list[str]:
    match block["kind"]:
        case "ways":
            return _ways(block, look)
        case "table":
            return _prices(block, look)
        case "bars":
            return _bars(block, look)
        case "steps":
            return _steps(block, look)
        case "short":
            return _short(block, look)
        case "chart":
            return _chart(block, look)
        case "policy":
            return _policy(block, look)
        case "timeline":
            return _timeline(block, look)
        case "glossary":
            return _glossary(block, look)
    raise ValueError(f"a price sheet has no block of the kind {block['kind']}")


# --- tables
# ----------------------------------------------------------------------------------------------------------------------


def _ways(block: WaysBlock, look: Look) -> list[str]:
    many = len(block["columns"])
    label = min(24, max(width_of(plain_text(row["label"])) for row in block["rows"]))
    each = (look.width - label - GAP * many) // many
    columns = [TextColumn(label), *([TextColumn(each)] * many)]
    heads = [TextCell(), *(TextCell(column["text"], style="strong") for column in block["columns"])]
    rows = [[TextCell(row["label"], style="quiet"), *(TextCell(cell["text"]) for cell in row["cells"])] for row in block["rows"]]
    return [*table_lines(columns, [heads], look), rule(look), *table_lines(columns, rows, look)]


def _prices(block: TableBlock, look: Look) -> list[str]:
    heads = [TextCell(column["text"], column["second"], "strong" if column["strong"] else "quiet") for column in block["columns"]]
    right = [bool(column["number"]) for column in block["columns"]]
    rows: list[Row] = []
    for group in block["groups"]:
        if group["title"] and group["cells"]:
            rows.append([TextCell(group["title"], group["unit"], "strong"), *map(_cell, group["cells"])])
        elif group["title"]:
            rows.append((group["title"], group["unit"]))
        rows += [[_cell(row["head"]), *(_cell(cell) for cell in row["cells"])] for row in group["rows"]]
    # It heads the columns at the right; cells are counted, not signs.
    over = [" " * (look.width - width_of(plain_text(line))) + line for line in wrap(block["over"]["text"], look.width)] if block["over"] else []
    return [*(painted(line, "quiet", look) for line in over), *_fitted(heads, rows, right, look)]


def _fitted(heads: Sequence[TextCell], rows: Sequence[Row], right: Sequence[bool], look: Look, few: int = 2) -> list[str]:
    """A table that fits the width: where its columns do not, the rest of them follow as a second table."""
    for many in range(len(heads), few - 1, -1):
        part = [row if isinstance(row, tuple) else row[:many] for row in rows]
        cells = [row for row in part if not isinstance(row, tuple)]
        columns = columns_for(heads[:many], cells, right[:many], look.width, _first_width(cells, look))
        if columns is None and many > few:
            continue
        columns = columns or [TextColumn(look.width // 2), TextColumn(look.width - look.width // 2 - GAP, right[1])]
        head = table_lines(columns, [heads[:many]], look) if any(cell.text for cell in heads[:many]) else []
        lines = [*head, rule(look), *(line for row in part for line in _row(row, columns, look))]
        if many == len(heads):
            return lines
        rest = [row if isinstance(row, tuple) else [row[0], *row[many:]] for row in rows]
        return [*lines, "", *_fitted([heads[0], *heads[many:]], rest, [right[0], *right[many:]], look)]
    raise ValueError("a table has a column besides its first")


def _row(row: Row, columns: Sequence[TextColumn], look: Look) -> list[str]:
    if not isinstance(row, tuple):
        return table_lines(columns, [row], look)
    title, unit = (plain_text(text) for text in row)
    if width_of(title) + GAP + width_of(unit) <= look.width:
        return [painted(title, "strong", look) + (" " * GAP + painted(unit, "quiet", look) if unit else "")]
    return [*paragraph(title, look, "strong"), *paragraph(unit, look, "quiet")]


def _first_width(rows: Sequence[Sequence[TextCell]], look: Look) -> int:
    longest = max((width_of(plain_text(row[0].text)) + row[0].indent for row in rows), default=0)
    return min(longest, look.width // 4)


def _cell(cell: PageCell) -> TextCell:
    return TextCell(cell["text"], cell["second"])


def _bars(block: BarsBlock, look: Look) -> list[str]:
    heads = [TextCell(column["text"], column["second"], "quiet") for column in block["columns"]]
    rows = []
    for row in block["rows"]:
        # Half a sign or more is a whole one.
        filled = (BAR * int(str(row["share"]).partition(".")[0]) + 50) // 100
        bar = "█" * filled + "░" * (BAR - filled)
        rows.append([TextCell(row["label"]), TextCell(bar), *(TextCell(cell) for cell in row["cells"])])
    right = [False, False, *([True] * (len(heads) - 1))]
    return _fitted([heads[0], TextCell(), *heads[1:]], rows, right, look)


def _steps(block: StepsBlock, look: Look) -> list[str]:
    """A worked example: workings left of their results where there is room, else below them."""
    heads, rows = _steps_table(block, True)
    right = [False, *([True] * (len(heads) - 1))]
    if columns_for(heads, rows, right, look.width, 40) is None:
        heads, rows = _steps_table(block, False)
        right = [False, *([True] * (len(heads) - 1))]
    return _fitted(heads, rows, right, look)


def _steps_table(block: StepsBlock, beside: bool) -> tuple[list[TextCell], list[list[TextCell]]]:
    """The head and the rows of a worked example."""
    many = len(block["lines"])
    heads = [TextCell(block["step_label"], style="quiet")]
    for line in block["lines"]:
        heads += [TextCell(), TextCell(line, style="strong")] if beside else [TextCell(line, style="strong")]
    rows: list[list[TextCell]] = []
    for step in block["steps"]:
        style = "quiet" if step["idle"] else "plain"
        number = plain_text(step["number"]).rjust(2)
        name = TextCell(f"{number} {plain_text(step['name'])}", step["why"], style, indent=3)
        rows.append([name, *(cell for each in step["cells"] for cell in _result(each, style, beside))])
    for total in block["sums"]:
        cells = [cell for each in total["cells"] for cell in _result(each, "strong", beside)]
        missing = (many - len(total["cells"])) * (2 if beside else 1)
        rows.append([TextCell(total["name"], total["meaning"], "strong"), *([TextCell()] * missing), *cells])
    return heads, rows


def _result(cell: Working, style: str, beside: bool) -> list[TextCell]:
    if beside:
        return [TextCell(cell["working"], style="quiet"), TextCell(cell["result"], style=style)]
    return [TextCell(cell["result"], cell["working"], style)]


def _short(block: ShortBlock, look: Look) -> list[str]:
    beside: list[list[TextCell]] = []
    below: list[list[TextCell]] = []
    for row in block["rows"]:
        style = "strong" if row["total"] else "plain"
        beside.append([TextCell(row["name"], style=style), TextCell(row["working"], style="quiet"), TextCell(row["result"], style=style)])
        below.append([TextCell(row["name"], row["working"], style), TextCell(row["result"], style=style)])
    heads, right = [TextCell()] * 3, [False, True, True]
    longest = max((width_of(plain_text(row["name"])) for row in block["rows"]), default=0)
    if columns_for(heads, beside, right, look.width, longest) is not None:
        return _fitted(heads, beside, right, look)
    return _fitted(heads[:2], below, [False, True], look)


# --- texts
# -----------------------------------------------------------------------------------------------------------------------


def _chart(block: ChartBlock, look: Look) -> list[str]:
    lines = paragraph("".join(part["text"] for part in block["finding"]), look)
    return [*lines, *(line for told in block["alternative"] for line in paragraph(told, look, "quiet", "    ", "  – "))]


def _policy(block: PolicyBlock, look: Look) -> list[str]:
    lines = [line for text in block["paragraphs"] for line in paragraph(text, look)]
    if block["formula"]:
        lines += paragraph(block["formula"], look, indent="  │ ")
    for point in block["points"]:
        lines += paragraph(point, look, indent="    ", first="  – ")
    for term in block["terms"]:
        lines += [*paragraph(term["label"], look, "quiet"), *paragraph(term["text"], look)]
    return lines


def _timeline(block: TimelineBlock, look: Look) -> list[str]:
    width = max(width_of(plain_text(stop["title"])) for stop in block["stops"])
    rows = [[TextCell(stop["title"], style="strong"), TextCell(stop["text"])] for stop in block["stops"]]
    return table_lines([TextColumn(width), TextColumn(look.width - width - GAP)], rows, look)


def _glossary(block: GlossaryBlock, look: Look) -> list[str]:
    width = max(width_of(plain_text(entry["term"])) for entry in block["entries"])
    rows = [[TextCell(entry["term"], style="strong"), TextCell(entry["text"])] for entry in block["entries"]]
    return table_lines([TextColumn(width), TextColumn(look.width - width - GAP)], rows, look)
