"""Two hundred mistakes in the KooDrive book (`seeded.py`): each is caught at its line, and where words are wrong the remedy names the right ones.

What `check` alone cannot know to be wrong, such as a price that could be one, is caught against the book as it was (`check --against`). The table
is printed, and its counts are held.
"""

from collections import Counter
from datetime import UTC, datetime

import pytest

from engine.diagnostics import Diagnostic
from engine.language.build import load_book
from engine.lints import lint_book, lint_draft
from engine.lints.baseline import Earlier, lint_edit
from engine.model.book import PriceBook
from tests.commands.seeded import BOOK, SLIPS, Mistake, mistakes

MISTAKES = list(mistakes())
DAY = datetime(2026, 6, 15, tzinfo=UTC)
MISSED = {"another digit in a price": 5}
"""The mistakes that `check` alone misses, by kind: each kind says in `seeded.py` why it must."""


@pytest.fixture(scope="module")
def earlier() -> PriceBook:
    """The book without a mistake."""
    book = load_book({name: text.encode() for name, text in BOOK.items()}).book
    assert book is not None
    return book


def found_in(mistake: Mistake, earlier: PriceBook | None = None) -> list[Diagnostic]:
    """What `check` finds in the book with the mistake; with an `earlier` book what it finds against that one."""
    loaded = load_book(mistake.files)
    if loaded.book is None:
        drafted = lint_draft(loaded.draft, loaded.places, loaded.diagnostics) if loaded.draft is not None else ()
        return [*loaded.diagnostics, *drafted]
    against = lint_edit(loaded.book, loaded.places, Earlier(earlier, DAY)) if earlier is not None else ()
    return [*loaded.diagnostics, *lint_book(loaded.book, loaded.places), *against]


def at_its_line(mistake: Mistake, found: list[Diagnostic]) -> list[Diagnostic]:
    """The findings that mark a line of the mistake, with the first underline or another one."""
    spans = [(each, span) for each in found for span in (each.span, *(label.span for label in each.labels)) if span is not None]
    return [each for each, span in spans if span.file == mistake.file and any(span.line <= line <= span.end_line for line in mistake.lines)]


def test_there_are_two_hundred_and_each_is_one():
    assert len(MISTAKES) >= 200
    assert Counter(each.kind for each in MISTAKES) == {kind: slip.count for kind, slip in SLIPS.items()}
    assert all(each.text != BOOK[each.file] for each in MISTAKES)
    assert len({(each.file, each.text) for each in MISTAKES}) >= 200
    assert all(SLIPS[kind].nature for kind in MISSED)


@pytest.mark.parametrize("kind", SLIPS)
def test_of_each_kind_the_first_is_caught_at_its_line(kind, earlier):
    mistake = next(each for each in MISTAKES if each.kind == kind)
    assert at_its_line(mistake, found_in(mistake, earlier)), mistake.lines


@pytest.mark.whole
def test_all_are_caught_at_their_lines_and_the_remedies_name_what_to_write(earlier, capsys):
    table: dict[str, Counter[str]] = {kind: Counter() for kind in SLIPS}
    for mistake in MISTAKES:
        row, found = table[mistake.kind], found_in(mistake)
        here = at_its_line(mistake, found)
        row["caught" if here else "wrong line" if found else "missed"] += 1
        row["against"] += not here and bool(at_its_line(mistake, found_in(mistake, earlier)))
        row["named"] += any(mistake.right in " ".join((each.help, *each.notes, each.meant)) for each in here) if mistake.right else 0
    with capsys.disabled():
        print("\n" + "\n".join(rows(table)))
    sums = {name: sum(row[name] for row in table.values()) for name in ("caught", "wrong line", "missed", "against")}
    assert {kind: row["missed"] for kind, row in table.items() if row["missed"]} == MISSED
    assert sums["wrong line"] == 0
    assert sums["against"] == sums["missed"]
    assert {kind: row["named"] for kind, row in table.items() if SLIPS[kind].says} == {kind: slip.count for kind, slip in SLIPS.items() if slip.says}


def rows(table: dict[str, Counter[str]]) -> list[str]:
    """The table: a kind a line, then the sums."""
    heads = ("caught", "wrong line", "missed", "against", "named")
    wide = max(map(len, table))
    lines = [f"{'':{wide}}  mistakes  {'  '.join(f'{head:>10}' for head in heads)}  why it is missed"]
    for kind, row in table.items():
        told = [str(row[head]) if head != "named" or SLIPS[kind].says else "" for head in heads]
        lines.append(f"{kind:{wide}}  {SLIPS[kind].count:8}  {'  '.join(f'{each:>10}' for each in told)}  {SLIPS[kind].nature}".rstrip())
    sums = [sum(row[head] for row in table.values()) for head in heads]
    return [*lines, f"{'all':{wide}}  {len(MISTAKES):8}  {'  '.join(f'{each:10}' for each in sums)}"]
