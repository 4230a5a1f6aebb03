"""Arabic letters in the shapes of a word, in the order of the eye."""

from unicodedata import normalize

import pytest

from engine.documents.arabic_shapes import drawn


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Pay-per-use", "Pay-per-use"),
        ("\u202a167.90\u202c", "\u202a167.90\u202c"),
        # One letter stands alone; of two that join the first is initial, the last final.
        ("\u0628", "\ufe8f"),
        ("\u0628\u0628", "\ufe90\ufe91"),
        ("\u0628\u0628\u0628", "\ufe90\ufe92\ufe91"),
        # Reh joins the letter before it and none after it.
        ("\u0634\u0631\u0627", "\ufe8d\ufeae\ufeb7"),
        # Lam with alef is one letter; the definite article before it stays apart.
        ("\u0644\u0627", "\ufefb"),
        ("\u0628\u0644\u0627", "\ufefc\ufe91"),
        # A word with its mark, a number that keeps its direction, a bracket that turns round.
        ("\u0634\u0647\u0631\u064a\u064b\u0627", "\ufe8e\ufef3\ufeae\ufeec\ufeb7"),
        ("2,000 \u0628", "\ufe8f 2,000"),
        ("(\u0628)", "(\ufe8f)"),
    ],
)
def test_letters_take_their_shape_and_place(text, seen):
    assert drawn(text) == seen


def test_nothing_is_lost():
    text = "\u0633\u0627\u0639\u0627\u062a \u0627\u0644\u0627\u0633\u062a\u062e\u062f\u0627\u0645 \u0641\u064a \u0627\u0644\u0634\u0647\u0631"
    back = "".join(reversed([normalize("NFKC", letter)[::-1] for letter in drawn(text)]))
    assert sorted(back) == sorted(text)
    assert "".join(normalize("NFKC", letter) for letter in reversed(drawn(text))) == text
