"""A page of blocks as lines of a terminal: the same page as the HTML file, right at 100 and at 80 columns, with and without colour.

Contract: knows the kinds of block and nothing of sheets, quotes or invoices. A number is never broken: one that has no room beside its name
stands below it. Source: pictures guide, Terminal.
"""

from engine.documents.page_parts import Working
from engine.documents.page_types import (
    BarsBlock,
    Block,
    ChartBlock,
    DocumentTree,
    GlossaryBlock,
    PlainBlock,
    PolicyBlock,
    Section,
    ShortBlock,
    StepsBlock,
    TimelineBlock,
    TraceBlock,
    WaysBlock,
)
from engine.documents.terminal import GAP, Look
from engine.documents.text_layout import (
    TextCell,
    TextColumn,
    columns_for,
    finished,
    painted,
    paragraph,
    plain_text,
    rule,
    table_lines,
)
from engine.documents.text_tables import fitted_lines, pair_lines, written_table
from engine.documents.text_trace import amount_head, trace_lines
from engine.documents.widths import width_of

BAR = 30
"""A full bar, in signs."""


def text_page(page: DocumentTree, look: Look = Look()) -> str:
    """The page as lines of at most `look.width` columns."""
    lines = [*_head(page, look)]
    for section in page["sections"]:
        lines += _section_head(section, look)
        for block in section["blocks"]:
            # What adds up the table above stands below its last line, without a title of its own.
            lines += _short(block, look) if block["kind"] == "short" and block["sums"] else ["", *_block(block, look)]
    lines += ["", rule(look)]
    for line in page["closing"]:
        lines += paragraph(line, look, "quiet")
    lines += paragraph(f"{page['digest_label']} {page['digest']}", look, "quiet")
    if page["status"]:
        lines += paragraph(_stamp(page), look, "warning")
    return finished(lines, look)


def _head(page: DocumentTree, look: Look) -> list[str]:
    stamp, kind = _stamp(page), plain_text(page["kind"])
    titles = paragraph(page["title"], look, "strong")
    room = look.width - width_of(plain_text(page["title"])) - (width_of(kind) + GAP if kind else 0)
    lines = [titles[0] + " " * GAP + painted(kind, "quiet", look)] if kind and room >= 0 else [*titles, *(paragraph(kind, look, "quiet") if kind else ())]
    if stamp and room >= width_of(stamp) + GAP:
        lines = [lines[0] + " " * (room - width_of(stamp)) + painted(stamp, "warning", look)]
    elif stamp:
        lines += paragraph(stamp, look, "warning")
    if page["status"]:
        lines += paragraph(page["status"]["reason"], look, "warning")
    for notice in page["notices"]:
        lines += ["", *paragraph(notice, look, "strong")]
    if page["description"]:
        lines += ["", *paragraph(page["description"], look)]
    facts = pair_lines([(fact["label"], fact["value"]) for fact in page["facts"]], "quiet", look, halves=True)
    return [*lines, "", *facts] if facts else lines


def _stamp(page: DocumentTree) -> str:
    words = plain_text(page["status"]["words"]) if page["status"] else ""
    return f"▨ {words.upper()}" if words else ""


def _section_head(section: Section, look: Look) -> list[str]:
    """The title below a line, and what is to be known of all of the section; a section without a title goes on where the last one ended."""
    if not section["title"]:
        return []
    lines = ["", "", rule(look, "━"), *paragraph(section["title"], look, "strong")]
    return [*lines, *paragraph(section["note"], look, "quiet")] if section["note"] else lines


def _block(block: Block, look: Look) -> list[str]:
    if "parts" in block:
        first, *others = [_block(part, look) for part in block["parts"]]
        return [*first, *(line for other in others for line in ("", *other))]
    lines: list[str] = []
    if block["kind"] == "trace":
        lines += amount_head(block["title"], block["result"], look)
    elif "title" in block:
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
            return written_table(block, look)
        case "bars":
            return _bars(block, look)
        case "steps":
            return _steps(block, look)
        case "short":
            return _short(block, look)
        case "trace":
            return _trace(block, look)
        case "chart":
            return _chart(block, look)
        case "policy":
            return _policy(block, look)
        case "timeline":
            return _timeline(block, look)
        case "glossary":
            return _glossary(block, look)


# --- tables ---------------------------------------------------------------------------------------------------------------------


def _ways(block: WaysBlock, look: Look) -> list[str]:
    many = len(block["columns"])
    label = min(24, max(width_of(plain_text(row["label"])) for row in block["rows"]))
    each = (look.width - label - GAP * many) // many
    columns = [TextColumn(label), *([TextColumn(each)] * many)]
    heads = [TextCell(), *(TextCell(column["text"], style="strong") for column in block["columns"])]
    rows = [[TextCell(row["label"], style="quiet"), *(TextCell(cell["text"]) for cell in row["cells"])] for row in block["rows"]]
    return [*table_lines(columns, [heads], look), rule(look), *table_lines(columns, rows, look)]


def _bars(block: BarsBlock, look: Look) -> list[str]:
    heads = [TextCell(column["text"], column["second"], "quiet") for column in block["columns"]]
    rows = []
    for row in block["rows"]:
        # Half a sign or more is a whole one.
        filled = (BAR * int(str(row["share"]).partition(".")[0]) + 50) // 100
        bar = "█" * filled + "░" * (BAR - filled)
        rows.append([TextCell(row["label"]), TextCell(bar), *(TextCell(cell) for cell in row["cells"])])
    right = [False, False, *([True] * (len(heads) - 1))]
    return fitted_lines([heads[0], TextCell(), *heads[1:]], rows, right, look)


def _steps(block: StepsBlock, look: Look) -> list[str]:
    """A worked example: workings left of their results where there is room, else below them."""
    heads, rows = _steps_table(block, True)
    right = [False, *([True] * (len(heads) - 1))]
    if columns_for(heads, rows, right, look.width, 40) is None:
        heads, rows = _steps_table(block, False)
        right = [False, *([True] * (len(heads) - 1))]
    return fitted_lines(heads, rows, right, look)


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
        # What comes to no amount stands in its place.
        working, result = (row["working"], row["result"]) if row["result"] else ("", row["working"])
        beside.append([TextCell(row["name"], style=style), TextCell(working, style="quiet"), TextCell(result, style=style)])
        below.append([TextCell(row["name"], working, style, GAP), TextCell(result, style=style)])
    heads, right = [TextCell()] * 3, [False, True, True]
    longest = max((width_of(plain_text(row["name"])) for row in block["rows"]), default=0)
    if columns_for(heads, beside, right, look.width, longest) is not None:
        return fitted_lines(heads, beside, right, look)
    return fitted_lines(heads[:2], below, [False, True], look)


def _trace(block: TraceBlock, look: Look) -> list[str]:
    return [*(written_table(block["table"], look) if block["table"] is not None else ()), *trace_lines(block["rows"], look)]


# --- texts ----------------------------------------------------------------------------------------------------------------------


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
    return pair_lines([(stop["title"], stop["text"]) for stop in block["stops"]], "strong", look)


def _glossary(block: GlossaryBlock, look: Look) -> list[str]:
    return pair_lines([(entry["term"], entry["text"]) for entry in block["entries"]], "strong", look)
