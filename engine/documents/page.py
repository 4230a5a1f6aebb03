"""The price sheet as a page: a tree of formatted texts in reading order, from which every layout is made.

What it is, how one may pay, prices, which is cheaper, examples, rules, limits, announced changes, glossary, digest: the order
of the pictures guide. A section that has nothing to say is left out. Nothing here knows HTML but for the drawings.
"""

from collections.abc import Sequence

from engine.documents import page_blocks as blocks
from engine.documents import sheet_words as words
from engine.documents.commitment_words import commitment_words
from engine.documents.format import Formatter, languages_in
from engine.documents.page_break_even import break_even_blocks
from engine.documents.page_discounts import discount_blocks
from engine.documents.page_examples import example_blocks
from engine.documents.page_parts import WayColumn, WayRow
from engine.documents.page_policies import (
    announced_blocks,
    announced_note,
    ending_blocks,
    glossary_block,
    limit_blocks,
    spec_change_blocks,
)
from engine.documents.page_prices import mode_blocks, mode_colours
from engine.documents.page_time_bands import time_band_blocks, time_band_note
from engine.documents.page_types import Block, Page, Section, WaysBlock
from engine.documents.sheet_words import Teller, sentences
from engine.sheet.view import ModeSheet, SheetView


def sheet_page(view: SheetView, f: Formatter) -> Page:
    """The values of a price sheet's page for one reader: nested mappings, lists and texts."""
    t = words.teller(view, f)
    header = view.header
    stamp = words.status(t, header)
    sections = _sections(t, view)
    return {
        **blocks.frame(f),
        "kind": t.say("Price sheet"),
        "title": t.text(header.title) or header.book_id,
        "description": t.text(header.description),
        "status": {"words": stamp[0], "reason": stamp[1]} if stamp else None,
        "notices": [*words.notices(t, header), *words.language_notice(t, languages_in(_all_text(sections)))],
        "facts": [{"label": label, "value": value} for label, value in words.head_facts(t, header)],
        "contents": _contents(view, sections),
        "sections": sections,
        "closing": [
            t.say(
                "Printed from price book %(book)s. A bill that names the same digest was computed with these prices.",
                book=f.name(header.book_id),
            )
        ],
        "digest_label": t.say("Book digest"),
        "digest": f"sha256:{header.digest.removeprefix('sha256:')}",
        "short_digest": words.short_digest(header),
    }


def _sections(t: Teller, view: SheetView) -> list[Section]:
    colours = mode_colours([mode.mode for mode in view.modes])
    found = [_section("compare", words.ways_title(t, view.comparison), t.say("Compare"), [_ways(t, view, colours)])]
    for mode in view.modes:
        found += _mode_sections(t, mode, view, colours[mode.mode])
    found += [
        _section("time-bands", t.say("Time bands"), "", time_band_blocks(t, view), time_band_note(t, view)),
        _section(
            "discounts",
            t.say("Further discounts and taxes") if view.taxes else t.say("Further discounts"),
            t.say("Discounts"),
            discount_blocks(t, view),
        ),
        _section("break-even", t.say("Which costs less?"), "", break_even_blocks(t, view.break_even, colours)),
        _section(
            "examples",
            t.say("Worked examples"),
            t.say("Examples"),
            example_blocks(t, view.examples),
            t.say("Computed by the same software that writes the invoices."),
        ),
        _section("changes", t.say("Changing a specification"), t.say("Spec changes"), spec_change_blocks(t, view, colours)),
        _section("ending", t.say("Renewal and cancellation"), "", ending_blocks(t, view)),
        _section("limits", t.say("Limits"), "", limit_blocks(t, view.limits)),
        _section(
            "announced",
            t.say("Announced changes"),
            t.say("Announced"),
            announced_blocks(t, view),
            announced_note(t, view) if view.announced else "",
        ),
        _section("glossary", t.say("Glossary"), "", glossary_block(t, view)),
    ]
    # Of a mode all of whose items are in groups, and whose terms cost alike, only the note is left to say.
    return [section for section in found if section["blocks"] or section["mode"]]


def _all_text(part: object) -> str:
    """Every text below a part of the page, one after another."""
    if isinstance(part, str):
        return str(part)
    parts = part.values() if isinstance(part, dict) else part if isinstance(part, list | tuple) else ()
    return "".join(map(_all_text, parts))


def _contents(view: SheetView, sections: Sequence[Section]) -> list[Section]:
    """The item groups of a large book, with what is in them; of a small one the row of links says enough."""
    sold = {each.item for mode in view.modes for table in mode.tables for each in table.groups}
    return [section for section in sections if section["items"]] if len(sold) > words.MOST_NAMED else []


def _mode_sections(t: Teller, mode: ModeSheet, view: SheetView, colours: tuple[str, str]) -> list[Section]:
    """A section of the mode, and one for each of its item groups."""
    style, colour = colours
    id, title = f"mode-{mode.mode}", t.mode(mode.mode)
    sold = {each.item for table in mode.tables for each in table.groups}
    groups: dict[str, list[str]] = {}
    for item, group in t.names.item_group.items():
        if item in sold:
            groups.setdefault(group, []).append(t.item(item))
    found = [_section(id, title, "", mode_blocks(t, mode, view, colour, None), sentences([words.mode_note(t, mode), *commitment_words(t, mode)]), style)]
    for group, items in groups.items():
        note = title if len(view.modes) > 1 else ""
        named = _section(f"{id}-{group}", words.item_group(t, group), "", mode_blocks(t, mode, view, colour, group), note, style)
        # A name is not broken at the end of a line of the contents.
        found.append({**named, "items": t.f.row(title.replace(" ", "\u00a0") for title in items)})
    return found


def _section(id: str, title: str, link: str, parts: Sequence[Block], note: str = "", mode: str = "") -> Section:
    return blocks.section(title, parts, note, id, link, mode)


def _ways(t: Teller, view: SheetView, colours: dict[str, tuple[str, str]]) -> WaysBlock:
    columns: list[WayColumn] = [{"text": t.mode(mode.mode), "mode": colours[mode.mode][0]} for mode in view.comparison]
    rows: list[WayRow] = []
    for about, label, cells in words.comparison_rows(t, view.comparison):
        dots = ["full" if mode.spec_change else "open" for mode in view.comparison] if about == "change" else [""] * len(cells)
        rows.append({"label": label, "cells": [{"text": text, "dot": dot} for text, dot in zip(cells, dots, strict=True)]})
    return blocks.ways(words.ways_title(t, view.comparison), columns, rows)
