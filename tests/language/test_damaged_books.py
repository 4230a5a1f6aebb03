"""A damaged book gives findings, never a failure: whatever is cut, doubled, moved or mistyped, each finding stands inside its file."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from engine.documents.findings import FORMATS, render_findings
from engine.language.build import load_book
from engine.lints import lint_book, lint_draft
from tests.extent import examples

BASE = {path.name: path.read_text(encoding="utf-8") for path in (Path(__file__).parent.parent / "errors" / "base").glob("*.yaml")}
PIECES = [
    "{",
    "}",
    "[",
    "]",
    ": ",
    " #",
    '"',
    "'",
    "- ",
    "\t",
    "\xa0",
    "|",
    ">",
    "&a ",
    "*a",
    "!!str ",
    "? ",
    "<<: ",
    "\n",
    "---\n",
    "",
    "1,200",
    "yes",
    "0.17",
    "17",
    "1m",
    "-5",
    "100GB",
    "2026-02-30",
    "1e3",
    "true",
    "999999999999",
    "{}",
    "[]",
    "null",
    "items",
    "all",
    "when",
    "tiers",
    "plan",
    "seat",
    "users",
    "book",
    "prices:",
    "withdrawn",
    "effective: 2026-01-01",
]
EDITS = st.lists(st.tuples(st.sampled_from(sorted(BASE)), st.integers(0, 10_000), st.integers(0, 12), st.sampled_from(PIECES)), min_size=1, max_size=4)


@examples(150)
@given(EDITS)
def test_a_damaged_book_gives_findings_and_never_a_failure(edits):
    """Reading, shape, building, checking and showing survive any edit; every finding can be underlined."""
    texts = dict(BASE)
    for name, place, removed, piece in edits:
        at = place % (len(texts[name]) + 1)
        texts[name] = texts[name][:at] + piece + texts[name][at + removed :]
    loaded = load_book({name: text.encode() for name, text in texts.items()})
    found = [*loaded.diagnostics, *(lint_book(loaded.book, loaded.places) if loaded.book is not None else ())]
    if loaded.book is None and loaded.draft is not None:
        found += lint_draft(loaded.draft, loaded.places, loaded.diagnostics)
    for each in found:
        if each.span is not None:
            lines = texts[each.span.file].split("\n")
            assert 1 <= each.span.line <= len(lines)
            assert 1 <= each.span.column <= len(lines[each.span.line - 1]) + 1
    for format in FORMATS:
        assert isinstance(render_findings(found, texts, format), str)
