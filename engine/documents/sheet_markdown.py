"""A price sheet as Markdown (GitHub tables): the same page of blocks as the HTML file, so the two cannot say different things.

What a book says cannot become markup. Source: documents, Formats; pictures guide, Tables.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from engine.documents.format import formatter, without_isolates
from engine.documents.page import sheet_page
from engine.documents.page_blocks import Block
from engine.sheet.view import SheetView

_ESCAPED = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>#|~&"})
_LIST = re.compile(r"^(\s*)(?:([-+])|(\d+)([.)]))(?=\s|$)")


def render_sheet_markdown(view: SheetView, language: str) -> str:
    """The sheet as Markdown text in one language; raises UnknownLanguage."""
    return markdown_page(sheet_page(view, formatter(language)))


def markdown_page(page: Mapping[str, object]) -> str:
    """The Markdown of a page as `page.sheet_page` makes it."""
    lines = [f"# {_text(page['title'])}", "", _text(page["kind"])]
    if status := page["status"]:
        lines += ["", f"> **{_text(status['words'])}**  ", f"> {_text(status['reason'])}"]
    for notice in page["notices"]:
        lines += ["", f"**{_text(notice)}**"]
    if page["description"]:
        lines += ["", _text(page["description"])]
    lines += ["", *(f"- {_text(fact['label'])}: {_text(fact['value'])}" for fact in page["facts"])]
    for section in page["sections"]:
        lines += ["", f"## {_text(section['title'])}"]
        if section["note"]:
            lines += ["", _text(section["note"])]
        for block in section["blocks"]:
            lines += _block(block)
    lines += ["", "---", "", *(_text(line) + "  " for line in page["closing"])]
    lines.append(f"{_text(page['digest_label'])} `{page['digest']}`")
    return without_isolates("\n".join(lines).rstrip() + "\n")


def _block(block: Block) -> list[str]:
    if "parts" in block:
        return [line for part in block["parts"] for line in _block(part)]
    lines: list[str] = []
    if block.get("title"):
        lines += ["", f"### {_text(block['title'])}"]
    if block.get("about"):
        lines += ["", _text(block["about"])]
    lines += ["", *_BODIES[block["kind"]](block)]
    for note in block.get("notes", ()):
        lines += ["", _text(note)]
    return lines


# --- tables
# ----------------------------------------------------------------------------------------------------------------------


def _ways(block: Block) -> list[str]:
    heads = ["", *(_text(column["text"]) for column in block["columns"])]
    rows = [[f"**{_text(row['label'])}**", *(_text(cell["text"]) for cell in row["cells"])] for row in block["rows"]]
    return _table(heads, rows, [False] * len(heads))


def _prices(block: Block) -> list[str]:
    columns = block["columns"]
    rows: list[list[str]] = []
    for group in block["groups"]:
        if group["title"]:
            unit = f" {_text(group['unit'])}" if group["unit"] else ""
            rows.append([f"**{_text(group['title'])}**{unit}", *([""] * (len(columns) - 1))])
        rows += [[_cell(row["head"]), *(_cell(cell) for cell in row["cells"])] for row in group["rows"]]
    lines = [f"{_text(block['over']['text'])}:", ""] if block["over"] else []
    return lines + _table([_head(column) for column in columns], rows, [bool(column["number"]) for column in columns])


def _bars(block: Block) -> list[str]:
    columns = block["columns"]
    rows = [[_text(row["label"]), *(_text(cell) for cell in row["cells"])] for row in block["rows"]]
    return _table([_head(column) for column in columns], rows, [bool(column["number"]) for column in columns])


def _steps(block: Block) -> list[str]:
    heads = [_text(block["number_label"]), _text(block["step_label"]), *(_text(line) for line in block["lines"])]
    rows = [[_text(step["number"]), _second(_text(step["name"]), _text(step["why"])), *(_working(cell) for cell in step["cells"])] for step in block["steps"]]
    for step in block["sums"]:
        cells = [_working(cell, strong=True) for cell in step["cells"]]
        # A sum over all lines stands under the last of them.
        cells = [""] * (len(block["lines"]) - len(cells)) + cells
        rows.append(["", _second(f"**{_text(step['name'])}**", _text(step["meaning"])), *cells])
    return _table(heads, rows, [False, False, *([True] * len(block["lines"]))])


def _short(block: Block) -> list[str]:
    rows = []
    for row in block["rows"]:
        name, result = _text(row["name"]), _text(row["result"])
        rows.append([_second(f"**{name}**" if row["total"] else name, _text(row["working"])), f"**{result}**" if row["total"] else result])
    return _table(["", ""], rows, [False, True])


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[bool]) -> list[str]:
    marks = ["---:" if number else "---" for number in numbers]
    return [_row(heads), _row(marks), *(_row(row) for row in rows)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _head(column: Block) -> str:
    return _second(_text(column["text"] or column["label"]), _text(column["second"]))


def _cell(cell: Block) -> str:
    return _second(_text(cell["text"]), _text(cell["second"]))


def _working(cell: Block, strong: bool = False) -> str:
    result = _text(cell["result"])
    return _second(f"**{result}**" if strong and result else result, _text(cell["working"]))


def _second(first: str, second: str) -> str:
    """A cell with a second line under its first one."""
    return f"{first}<br>{second}" if first and second else first or second


# --- texts
# -----------------------------------------------------------------------------------------------------------------------


def _chart(block: Block) -> list[str]:
    finding = "".join(f"**{_text(part['text']).strip()}**" if part["strong"] else _text(part["text"]) for part in block["finding"])
    return [finding, "", *(f"- {_text(told)}" for told in block["alternative"])] if block["alternative"] else [finding]


def _policy(block: Block) -> list[str]:
    lines = [_text(paragraph) for paragraph in block["paragraphs"]]
    if block["formula"]:
        lines += ["", f"> {_text(block['formula'])}"]
    if block["points"]:
        lines += ["", *(f"- {_text(point)}" for point in block["points"])]
    for term in block["terms"]:
        lines += ["", f"**{_text(term['label'])}**: {_text(term['text'])}"]
    return lines[1:] if lines and not lines[0] else lines


def _timeline(block: Block) -> list[str]:
    return [f"{number}. **{_text(stop['title'])}**: {_text(stop['text'])}" for number, stop in enumerate(block["stops"], start=1)]


def _glossary(block: Block) -> list[str]:
    return [f"- **{_text(entry['term'])}**: {_text(entry['text'])}" for entry in block["entries"]]


def _paragraphs(block: Block) -> list[str]:
    lines: list[str] = []
    for paragraph in block["paragraphs"]:
        lines += [_text(paragraph), ""]
    return lines[:-1]


_BODIES = {
    "ways": _ways,
    "table": _prices,
    "bars": _bars,
    "steps": _steps,
    "short": _short,
    "chart": _chart,
    "policy": _policy,
    "timeline": _timeline,
    "glossary": _glossary,
    "text": _paragraphs,
}


def _text(text: object) -> str:
    """A text on one line in which nothing is markup; spaces at its ends are kept, they separate sentences."""
    written = " ".join(str(text).translate(_ESCAPED).splitlines())
    return _LIST.sub(lambda start: f"{start[1]}{start[3] or ''}\\{start[2] or start[4]}", written)
