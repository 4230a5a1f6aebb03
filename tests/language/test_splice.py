"""What is replaced by its place is all that changes of a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.splice import spliced
from engine.values.spans import Span

LINE = st.text(st.characters(exclude_characters="\n\ufeff", exclude_categories=("Cs",)), max_size=20)
WORDS = st.text(st.sampled_from("0123456789.é "), max_size=6)


@st.composite
def edited(draw):
    """A file's lines, and for some of them a stretch with other words."""
    lines = draw(st.lists(LINE, min_size=1, max_size=6))
    edits, expected = {}, []
    for number, line in enumerate(lines, 1):
        cuts = sorted(draw(st.lists(st.integers(0, len(line)), min_size=0, max_size=4, unique=True)))
        made, done = "", 0
        for start, end in zip(cuts[::2], cuts[1::2], strict=False):
            words = draw(WORDS)
            edits[Span("x", number, start + 1, number, end + 1)] = words
            made, done = made + line[done:start] + words, end
        expected.append(made + line[done:])
    return lines, edits, expected


@given(edited(), st.booleans())
def test_only_the_named_characters_are_others(case, mark):
    lines, edits, expected = case
    before, after = (("\ufeff" if mark else "") + "\n".join(each) for each in (lines, expected))
    assert spliced(before.encode(), edits) == after.encode()


def test_what_spans_several_lines_is_not_replaced():
    with pytest.raises(ValueError, match="lines 1 to 2"):
        spliced(b"a: |\n  b\n", {Span("x", 1, 4, 2, 4): "c"})
