"""A page of blocks as Markdown (GitHub tables): the same page as the HTML file, so the two cannot say different things.

Contract: knows the kinds of block and nothing of sheets, quotes or invoices. What a book says cannot become markup.
Source: documents, Formats; pictures guide, Tables.
"""

import re
from collections.abc import Iterable, Sequence

from engine.documents.format import without_isolates
from engine.documents.page_parts import PageCell, PageColumn, Working
from engine.documents.page_types import (
    BarsBlock,
    Block,
    ChartBlock,
    DocumentTree,
    GlossaryBlock,
    PlainBlock,
    PolicyBlock,
    ShortBlock,
    StepsBlock,
    TableBlock,
    TimelineBlock,
    TraceBlock,
    WaysBlock,
)

_ESCAPED = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>#|~&"})
_BREAKS = re.compile("[\\s\\x00-\\x1f\\x7f-\\x9f]*[\\x00-\\x1f\\x7f-\\x9f\u2028\u2029][\\s\\x00-\\x1f\\x7f-\\x9f]*")
_OPENING = re.compile(r"^(\s*)(\d*)([-+.)]+(?=\s|$)|=+$)")
_MARKS = {"chosen": "✓ ", "rejected": "· "}


def markdown_page(page: DocumentTree) -> str:
    """The Markdown of a page of blocks: a price sheet's or a quote's."""
    lines = [f"# {markdown_text(page['title'])}", *(("", markdown_line(page["kind"])) if page["kind"] else ())]
    if status := page["status"]:
        lines += ["", f"> {markdown_strong(status['words'])}  ", f"> {markdown_line(status['reason'])}"]
    for notice in page["notices"]:
        lines += ["", markdown_strong(notice)]
    if page["description"]:
        lines += ["", markdown_line(page["description"])]
    lines += ["", *(f"- {markdown_text(fact['label'])}: {markdown_text(fact['value'])}" for fact in page["facts"])]
    for section in page["sections"]:
        lines += ["", f"## {markdown_text(section['title'])}"] if section["title"] else []
        if section["note"]:
            lines += ["", markdown_line(section["note"])]
        lines += markdown_blocks(section["blocks"])
    lines += ["", "---", "", *(markdown_line(line) + "  " for line in page["closing"])]
    lines.append(f"{markdown_text(page['digest_label'])} `{page['digest']}`")
    return without_isolates("\n".join(lines).rstrip() + "\n")


def markdown_blocks(blocks: Iterable[Block]) -> list[str]:
    """The lines of blocks, each with an empty line before it."""
    return [line for block in blocks for line in (markdown_blocks(block["parts"]) if "parts" in block else _block(block))]


def _block(block: PlainBlock) -> list[str]:
    lines: list[str] = []
    if "title" in block:
        heading = block["heading"] if block["kind"] == "trace" else block["title"]
        lines += ["", f"### {markdown_text(heading)}"] if heading else []
    if "about" in block:
        lines += ["", markdown_line(block["about"])] if block["about"] else []
    lines += ["", *_body(block)]
    if "notes" in block:
        lines += [line for note in block["notes"] for line in ("", markdown_line(note))]
    return lines


def _body(block: PlainBlock) -> list[str]:
    match block["kind"]:
        case "ways":
            return _ways(block)
        case "table":
            return _prices(block)
        case "bars":
            return _bars(block)
        case "steps":
            return _steps(block)
        case "short":
            return _short(block)
        case "trace":
            return _trace(block)
        case "chart":
            return _chart(block)
        case "policy":
            return _policy(block)
        case "timeline":
            return _timeline(block)
        case "glossary":
            return _glossary(block)


# --- tables ---------------------------------------------------------------------------------------------------------------------


def _ways(block: WaysBlock) -> list[str]:
    heads = ["", *(markdown_text(column["text"]) for column in block["columns"])]
    rows = [[markdown_strong(row["label"]), *(markdown_text(cell["text"]) for cell in row["cells"])] for row in block["rows"]]
    return markdown_table(heads, rows, [False] * len(heads))


def _prices(block: TableBlock) -> list[str]:
    columns = block["columns"]
    rows: list[list[str]] = []
    for group in block["groups"]:
        if group["title"]:
            unit = f" {markdown_text(group['unit'])}" if group["unit"] else ""
            rows.append([markdown_strong(group["title"]) + unit, *(map(_cell, group["cells"]) if group["cells"] else [""] * (len(columns) - 1))])
        rows += [[_cell(cell, group["sums"]) for cell in (row["head"], *row["cells"])] for row in group["rows"]]
    lines = [f"{markdown_line(block['over']['text'])}:", ""] if block["over"] else []
    return lines + markdown_table([_head(column) for column in columns], rows, [bool(column["number"]) for column in columns])


def _bars(block: BarsBlock) -> list[str]:
    columns = block["columns"]
    rows = [[markdown_text(row["label"]), *(markdown_text(cell) for cell in row["cells"])] for row in block["rows"]]
    return markdown_table([_head(column) for column in columns], rows, [bool(column["number"]) for column in columns])


def _steps(block: StepsBlock) -> list[str]:
    heads = [markdown_text(block["number_label"]), markdown_text(block["step_label"]), *(markdown_text(line) for line in block["lines"])]
    rows = []
    for step in block["steps"]:
        name = _second(markdown_text(step["name"]), markdown_text(step["why"]))
        rows.append([markdown_text(step["number"]), name, *(_working(cell) for cell in step["cells"])])
    for total in block["sums"]:
        cells = [_working(cell, strong=True) for cell in total["cells"]]
        # A sum over all lines stands under the last of them.
        cells = [""] * (len(block["lines"]) - len(cells)) + cells
        rows.append(["", _second(markdown_strong(total["name"]), markdown_text(total["meaning"])), *cells])
    return markdown_table(heads, rows, [False, False, *([True] * len(block["lines"]))])


def _trace(block: TraceBlock) -> list[str]:
    rows = []
    for row in block["rows"]:
        number = f"{markdown_text(row['number'])} " if row["number"] else _MARKS.get(row["mark"], "")
        name = "\u00a0" * 4 * row["depth"] + number + markdown_text(row["name"])
        rows.append([name, *map(markdown_text, (row["working"], row["result"], row["source"]))])
    above = [*_prices(block["table"]), ""] if block["table"] is not None else []
    return above + markdown_table([markdown_text(head) for head in block["heads"]], rows, [False, False, True, False])


def _short(block: ShortBlock) -> list[str]:
    rows = []
    for row in block["rows"]:
        written = markdown_strong if row["total"] else markdown_text
        rows.append([_second(written(row["name"]), markdown_text(row["working"])), written(row["result"])])
    return markdown_table(["", ""], rows, [False, True])


def markdown_table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[bool]) -> list[str]:
    """The lines of a table; its cells are written already. `numbers` says which columns stand at the right."""
    marks = ["---:" if number else "---" for number in numbers]
    return [_row(heads), _row(marks), *(_row(row) for row in rows)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _head(column: PageColumn) -> str:
    return _second(markdown_text(column["text"] or column["label"]), markdown_text(column["second"]))


def _cell(cell: PageCell, strong: bool = False) -> str:
    return _second((markdown_strong if strong else markdown_text)(cell["text"]), markdown_text(cell["second"]))


def _working(cell: Working, strong: bool = False) -> str:
    return _second((markdown_strong if strong else markdown_text)(cell["result"]), markdown_text(cell["working"]))


def _second(first: str, second: str) -> str:
    """A cell with a second line under its first one."""
    return f"{first}<br>{second}" if first and second else first or second


# --- texts ----------------------------------------------------------------------------------------------------------------------


def _chart(block: ChartBlock) -> list[str]:
    finding = "".join(markdown_strong(part["text"]) if part["strong"] else markdown_text(part["text"]) for part in block["finding"])
    return [finding, "", *(f"- {markdown_line(told)}" for told in block["alternative"])] if block["alternative"] else [finding]


def _policy(block: PolicyBlock) -> list[str]:
    lines = [markdown_line(paragraph) for paragraph in block["paragraphs"]]
    if block["formula"]:
        lines += ["", f"> {markdown_line(block['formula'])}"]
    if block["points"]:
        lines += ["", *(f"- {markdown_line(point)}" for point in block["points"])]
    for term in block["terms"]:
        lines += ["", f"{markdown_strong(term['label'])}: {markdown_text(term['text'])}"]
    return lines[1:] if lines and not lines[0] else lines


def _timeline(block: TimelineBlock) -> list[str]:
    return [f"{number}. {markdown_strong(stop['title'])}: {markdown_text(stop['text'])}" for number, stop in enumerate(block["stops"], start=1)]


def _glossary(block: GlossaryBlock) -> list[str]:
    return [f"- {markdown_strong(entry['term'])}: {markdown_text(entry['text'])}" for entry in block["entries"]]


def markdown_line(text: str) -> str:
    """A text that begins a line: its start opens no list and underlines no heading."""
    return _OPENING.sub(r"\1\2\\\3", markdown_text(text))


def markdown_text(text: str) -> str:
    """A text within a line in which nothing is markup: a line break ends no row. Spaces at its ends are kept, they separate sentences."""
    return _BREAKS.sub(" ", text).translate(_ESCAPED)


def markdown_strong(text: str) -> str:
    """A text that is read first; nothing where there is none."""
    written = markdown_text(text).strip()
    return f"**{written}**" if written else ""
