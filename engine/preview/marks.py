"""What the sheet shows differently than before: each cell that changed is marked and says what it was, derived numbers too.

Contract: two pages of one kind in, a page out, whose blocks are the same but for the texts of the marked cells.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import cast

from markupsafe import Markup, escape

from engine.documents.format import Formatter, without_isolates, without_languages
from engine.documents.html import with_isolates
from engine.documents.page_parts import PageCell, PageRow
from engine.documents.page_types import Block, Page, TableBlock

Place = tuple[str, ...]


def marked(page: Page, before: Page, words: Formatter) -> Page:
    """The page with the cells marked that `before` shows otherwise, each with what stood there. Further zeros of a column are no change."""
    earlier, sign = dict(_cells(before)), words.number(Decimal("0.5"))[1]

    def bare(text: str) -> str:
        plain = without_languages(without_isolates(text))
        return plain.rstrip("0").rstrip(sign) if sign in plain else plain

    def was(text: str) -> str:
        return words.words.gettext("was %(value)s", value=without_languages(without_isolates(text)))

    changed = {id(cell): earlier[place]["text"] for place, cell in _cells(page) if place in earlier and bare(earlier[place]["text"]) != bare(cell["text"])}
    return {**page, "sections": [{**section, "blocks": [_block(block, changed, was) for block in section["blocks"]]} for section in page["sections"]]}


def _cells(page: Page) -> Iterator[tuple[Place, PageCell]]:
    """Every cell of every table with what it is about: section, table, group, row and column, and which of several alike."""
    seen: Counter[Place] = Counter()
    for section in page["sections"]:
        for table in _tables(section["blocks"]):
            for group in table["groups"]:
                for row in group["rows"]:
                    for column, cell in zip(table["columns"][1:], row["cells"], strict=False):
                        place = (section["id"], table["title"], group["title"], row["head"]["text"], row["head"]["second"], column["text"])
                        seen[place] += 1
                        yield (*place, str(seen[place])), cell


def _tables(blocks: list[Block]) -> Iterator[TableBlock]:
    for block in blocks:
        if block["kind"] == "table":
            yield block
        elif block["kind"] in ("pair", "stack", "gallery"):
            yield from _tables(block["parts"])


def _block(block: Block, changed: dict[int, str], was: Callable[[str], str]) -> Block:
    match block["kind"]:
        case "table":
            groups = [{**group, "rows": [_row(row, changed, was) for row in group["rows"]]} for group in block["groups"]]
            return cast(Block, {**block, "groups": groups})
        case "pair" | "stack" | "gallery":
            return cast(Block, {**block, "parts": [_block(part, changed, was) for part in block["parts"]]})
    return block


def _row(row: PageRow, changed: dict[int, str], was: Callable[[str], str]) -> PageRow:
    return {**row, "cells": [_cell(cell, changed[id(cell)], was) if id(cell) in changed else cell for cell in row["cells"]]}


def _cell(cell: PageCell, earlier: str, was: Callable[[str], str]) -> PageCell:
    text = Markup('<ins class="changed">') + Markup(str(with_isolates(cell["text"]))) + Markup("</ins>")
    above = Markup(str(with_isolates(cell["second"]))) + Markup("<br>") if cell["second"] else Markup("")
    return {"text": text, "second": above + escape(was(earlier))}
