"""The kinds of block that a page is made of: plain mappings of texts, complete, so that a template never meets a missing key.

Blocks are what the product's template and users' templates print; `docs/templates.md` names their keys, `page_types` their types.
"""

from collections.abc import Sequence

from engine.documents.format import Formatter
from engine.documents.page_parts import (
    BarRow,
    ExampleStep,
    ExampleSum,
    HeadOver,
    PageCell,
    PageColumn,
    PageGroup,
    PageRow,
    Passage,
    ShortRow,
    TraceRow,
    WayColumn,
    WayRow,
)
from engine.documents.page_types import (
    BarsBlock,
    Block,
    ChartBlock,
    GlossaryBlock,
    PageFrame,
    PairBlock,
    PartsBlock,
    PolicyBlock,
    Section,
    ShortBlock,
    StepsBlock,
    TableBlock,
    TimelineBlock,
    TraceBlock,
    WaysBlock,
)
from engine.documents.text_widths import text_width, widest_word

PHONE, BESIDE, LABEL = 25_000, 720, 7_000
"""In thousandths of the type size: the room for a table on a phone, the space beside a number, the least room of the first column."""

MOST_WHOLE = 30
"""A table of more rows than this is broken between pages of paper: kept whole it would leave most of the page before it empty."""


def frame(words: Formatter) -> PageFrame:
    """The words of a page's layout for its reader."""
    say = words.words.gettext
    before, between, after = say("Page %(page)s of %(pages)s", page="\x00", pages="\x00").split("\x00")
    return {
        "language": str(words.locale).replace("_", "-"),
        "direction": words.direction,
        "contents_label": say("Contents"),
        "skip_label": say("Skip to the prices"),
        "page_before": before,
        "page_between": between,
        "page_after": after,
    }


def section(title: str, parts: Sequence[Block], note: str = "", id: str = "", link: str = "", mode: str = "") -> Section:
    """A section of a document, and what a page calls it in its contents (`link`); `id` and `mode` are the page's too."""
    return {"id": id, "title": title, "link": link or title, "note": note, "mode": mode, "blocks": list(parts), "items": ""}


def cell(text: str, second: str = "") -> PageCell:
    """A cell: its text and a quiet second line."""
    return {"text": text, "second": second}


def column(text: str, second: str = "", number: bool = True, strong: bool = True, label: str = "") -> PageColumn:
    """A column's head; `label` is read aloud where there is no text."""
    return {"text": text, "second": second, "number": number, "strong": strong, "label": label}


def row(head: PageCell | str, cells: Sequence[PageCell | str]) -> PageRow:
    """A row of a table: its head and a cell for every further column."""
    return {"head": _cell(head), "cells": [_cell(one) for one in cells]}


def group(title: str, rows: Sequence[PageRow], unit: str = "", cells: Sequence[PageCell] = (), sums: bool = False) -> PageGroup:
    """Rows under a title of their own (none: they stand alone), which may have cells beside it; `sums` add up what stands above them."""
    return {"title": title, "unit": unit, "cells": list(cells), "rows": list(rows), "sums": sums}


def table(
    look: str,
    columns: Sequence[PageColumn],
    groups: Sequence[PageGroup],
    title: str = "",
    about: str = "",
    label: str = "",
    over: HeadOver | None = None,
    notes: Sequence[str] = (),
    folds: bool = False,
    stays: int = 0,
) -> TableBlock:
    """A table. `look`: prices | facts-table | changes; one that is too wide for a phone scrolls there, and its first column stays.

    `folds`: on a screen the rows of a group wait behind its title. `stays`: the column that stays beside the first one on a terminal
    without room for all; the others stand below that. Where it is 0, they follow as a second table.
    """
    rows = [row for group in groups for row in group["rows"]]
    lines = [*(row["cells"] for row in rows), *(group["cells"] for group in groups if group["cells"])]
    numbers = sum(column_width(column, [cells[index] for cells in lines]) for index, column in enumerate(columns[1:]))
    label_room = max(LABEL, widest_word(row["head"]["text"] for row in rows))
    return {
        "kind": "table",
        "whole": len(rows) <= MOST_WHOLE,
        "look": look,
        "columns": list(columns),
        "groups": list(groups),
        "title": title,
        "about": about,
        "label": label or title,
        "over": over,
        "stays": stays,
        "notes": _texts(notes),
        "folds": folds,
        "scroll": look != "facts-table" and label_room + numbers > PHONE,
        "has_head": any(one["text"] for one in columns),
    }


def column_width(column: PageColumn, cells: Sequence[PageCell]) -> int:
    """The room that a column of numbers needs, in thousandths of the type size: its widest number, or word of its head."""
    numbers = (text_width(cell["text"]) for cell in cells)
    # Second lines and heads are set smaller: 11.5 and 12.5 px where numbers have 14.
    seconds = (text_width(cell["second"]) * 5 // 6 for cell in cells)
    return BESIDE + max(0, *numbers, *seconds, widest_word((column["text"], column["second"])) * 9 // 10)


def ways(label: str, columns: Sequence[WayColumn], rows: Sequence[WayRow]) -> WaysBlock:
    """The comparison of ways to pay: texts side by side."""
    return {"kind": "ways", "whole": True, "label": label, "columns": list(columns), "rows": list(rows)}


def bars(title: str, about: str, columns: Sequence[PageColumn], rows: Sequence[BarRow], notes: Sequence[str] = ()) -> BarsBlock:
    """A table with a bar in each row, `share` percent long."""
    return {
        "kind": "bars",
        "whole": True,
        "title": title,
        "about": about,
        "label": title,
        "columns": list(columns),
        "rows": list(rows),
        "notes": _texts(notes),
    }


def steps(
    title: str,
    about: str,
    labels: tuple[str, str],
    lines: Sequence[str],
    rows: Sequence[ExampleStep],
    sums: Sequence[ExampleSum],
    notes: Sequence[str],
) -> StepsBlock:
    """A worked example: a row a step, a column a line of the order; `labels` head the step's number and name."""
    return {
        "kind": "steps",
        "whole": True,
        "title": title,
        "about": about,
        "label": title,
        "number_label": labels[0],
        "step_label": labels[1],
        "lines": list(lines),
        "steps": list(rows),
        "sums": list(sums),
        "notes": _texts(notes),
    }


def short(title: str, about: str, rows: Sequence[ShortRow], notes: Sequence[str] = (), sums: bool = False) -> ShortBlock:
    """A worked example as a list: name and working of a step, and its result; or the `sums` of the table above."""
    return {
        "kind": "short",
        "whole": True,
        "title": title,
        "about": about,
        "label": title,
        "rows": list(rows),
        "sums": sums,
        "notes": _texts(notes),
    }


def trace(
    title: str,
    result: str,
    heading: str,
    heads: Sequence[str],
    rows: Sequence[TraceRow],
    about: str = "",
    table: TableBlock | None = None,
    notes: Sequence[str] = (),
) -> TraceBlock:
    """The steps of an amount, the `result`; `heading`: both in one line; `heads` name step, working, result and source. A `table` stands above the steps."""
    return {
        "kind": "trace",
        "whole": True,
        "title": title,
        "result": result,
        "heading": heading,
        "about": about,
        "label": title,
        "table": table,
        "heads": list(heads),
        "rows": list(rows),
        "notes": _texts(notes),
    }


def chart(title: str, finding: Sequence[Passage], wide: str, narrow: str, notes: Sequence[str] = (), alternative: Sequence[str] = ()) -> ChartBlock:
    """A drawing with the sentence that says what it shows; `wide` is empty where one size serves everywhere.

    `alternative`: what else the drawing shows, in words, for formats that draw nothing.
    """
    return {
        "kind": "chart",
        "whole": True,
        "title": title,
        "finding": list(finding),
        "wide": wide,
        "narrow": narrow,
        "notes": _texts(notes),
        "alternative": _texts(alternative),
    }


def policy(
    title: str,
    paragraphs: Sequence[str] = (),
    formula: str = "",
    points: Sequence[str] = (),
    terms: Sequence[tuple[str, str]] = (),
    dot: str = "",
    mode: str = "",
) -> PolicyBlock:
    """A policy in words. `dot`: full | open beside words that say the same."""
    return {
        "kind": "policy",
        "whole": True,
        "title": title,
        "paragraphs": _texts(paragraphs),
        "formula": formula,
        "points": _texts(points),
        "terms": [{"label": label, "text": text} for label, text in terms],
        "dot": dot,
        "mode": mode,
    }


def timeline(title: str, stops: Sequence[tuple[str, str, str]], notes: Sequence[str] = ()) -> TimelineBlock:
    """What happens when, in order."""
    return {
        "kind": "timeline",
        "whole": True,
        "title": title,
        "stops": [{"kind": kind, "title": when, "text": what} for kind, when, what in stops],
        "notes": _texts(notes),
    }


def glossary(entries: Sequence[tuple[str, str]]) -> GlossaryBlock:
    """Terms and what they mean."""
    return {"kind": "glossary", "whole": False, "entries": [{"term": term, "text": text} for term, text in entries]}


def pair(parts: Sequence[Block], wide_first: bool = False) -> PairBlock:
    """Blocks side by side, one below the other on a phone."""
    return {"kind": "pair", "whole": False, "parts": list(parts), "wide_first": wide_first}


def stack(parts: Sequence[Block]) -> PartsBlock:
    """Blocks below each other, where one place is given."""
    return {"kind": "stack", "whole": False, "parts": list(parts)}


def gallery(parts: Sequence[Block]) -> PartsBlock:
    """Small blocks of different heights, flowing in columns."""
    return {"kind": "gallery", "whole": False, "parts": list(parts)}


def over(before: int, span: int, text: str) -> HeadOver:
    """A head over several columns, behind those `before`."""
    return {"before": before, "span": span, "text": text}


def emphasized(text: str) -> list[Passage]:
    """A sentence cut at its `**`: the parts between are the ones to read first."""
    return [{"text": part, "strong": index % 2 == 1} for index, part in enumerate(text.split("**")) if part]


def _cell(one: PageCell | str) -> PageCell:
    return cell(one) if isinstance(one, str) else one


def _texts(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if text]
