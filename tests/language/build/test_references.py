"""Every record may name its source (`reference`); one that is no text is a finding, wherever it stands and whatever else is read of the record."""

import pytest

from engine.language.build import load_book

BOOK = "book: {id: a, title: A, status: draft, currency: EUR, timezone: UTC, rounding: {at: line, mode: half-up}%s}\n"
ITEMS = "units: {u: {title: U%s}}\nitems: {one: {title: One, unit: u%s}}\n"
WRONG = ("[a]", "{en: [a]}", "{en: {de: a}}", "{}", "{en: }", "[]")


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("place", ["book", "unit", "item", "twice"])
def test_a_reference_that_is_no_text_is_a_finding(place, wrong):
    said = f", reference: {wrong}"
    more = BOOK % said if place == "twice" else ""
    text = BOOK % (said if place == "book" else "") + ITEMS % (said if place == "unit" else "", said if place == "item" else "")
    loaded = load_book({"a.yaml": text.encode(), **({"b.yaml": more.encode()} if more else {})})
    assert loaded.diagnostics and {each.code[0] for each in loaded.diagnostics} <= set("SRP"), loaded.diagnostics


def test_the_first_text_of_a_reference_is_kept_with_the_record():
    loaded = load_book({"a.yaml": (BOOK % "" + ITEMS % ("", ", reference: {de: Seite 5, en: page 5}")).encode()})
    assert loaded.draft is not None and loaded.draft.items["one"].origin.reference == "Seite 5"
