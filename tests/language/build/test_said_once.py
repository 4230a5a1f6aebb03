"""One cause is one finding, with the line of every place: whatever stands many times in a book, and however many times."""

from pathlib import Path

import pytest

from engine.language.build import load_book

BASE = {path.name: path.read_bytes() for path in (Path(__file__).parents[2] / "errors" / "base").glob("*.yaml")}
PRICE = "  - {effective: 2027-01-01, billing_mode: yearly-monthly, per: month%s, items: {seat: 5.00}}\n"
ITEM = "  more: {title: More, unit: user}\n"
TAX = "  - {id: a, tax: vat, title: VAT, when: {country: %s}, rate: 19%%, category: S, effective: 2026-01-01}\n"
DISCOUNT = "discounts:\n" + "  d: {title: D, percent_off: 5%}\n" * 5 + "discount_policy: [d]\n"
EXAMPLE = "  e: {title: E, given: {date: 2026-03-01, billing_mode: yearly-monthly, term: 1 month, items: {seat: 1}}, expect: {total: 5.00}}\n"


def said(text: str, **more: str) -> list[tuple[str, int, list[int], str]]:
    """Code, line, lines of the second places, and notes of every error in a further file of the base book."""
    files = {**BASE, "x.yaml": text.encode(), **{name: each.encode() for name, each in more.items()}}
    found = [each for each in load_book(files).diagnostics if each.severity == "error"]
    return [(each.code, each.span.line, [label.span.line for label in each.labels], " ".join(each.notes)) for each in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("prices:\n" + PRICE % "" * 2, ("D101", 3, [2], "")),
        ("prices:\n" + PRICE % "" * 3, ("D101", 3, [2, 4], "")),
        ("prices:\n" + PRICE % "" * 9, ("D101", 3, [2, *range(4, 11)], "all 9 places: x.yaml, lines 2 to 10")),
        # each has a value in common with some other, though not with all
        (
            "prices:\n" + "".join(PRICE % f", when: {{country: [{each}]}}" for each in ("DE, FR", "US", "FR, IT", "IT, US")),
            ("D101", 4, [2, 3, 5], ""),
        ),
        ("taxes:\n" + (TAX % "DE").replace("id: a, ", "") * 7, ("D101", 3, [2, *range(4, 9)], "all 7 places: x.yaml, lines 2 to 8")),
        ("taxes:\n" + "".join(TAX % each for each in ("DE", "FR", "IT")), ("R101", 3, [2, 4], "")),
        ("items:\n" + ITEM * 6, ("Y105", 3, [2, 4, 5, 6, 7], "all 6 places: x.yaml, lines 2 to 7")),
        ("items: {" + ", ".join(["a: 1"] * 6) + "}\n", ("Y105", 1, [1, 1, 1, 1, 1], "all 6 places: x.yaml, line 1")),
        (DISCOUNT, ("Y105", 3, [2, 4, 5, 6], "")),
        ("examples:\n" + EXAMPLE * 6, ("Y105", 3, [2, 4, 5, 6, 7], "all 6 places: x.yaml, lines 2 to 7")),
        ("prices:\n" + (PRICE % "").replace("5.00", "'5,00'").replace("\n", "\n\n") * 6, ("S105", 2, [4, 6, 8, 10, 12], "all 6 places: x.yaml, lines 2, 4, 6, 8, 10 and 12")),
        ("limits: [" + ", ".join(["*a"] * 6) + "]\n", ("Y106", 1, [1] * 5, "all 6 places: x.yaml, line 1")),
    ],
)  # fmt: skip
def test_what_stands_many_times_is_one_finding_with_all_its_lines(text, expected):
    assert expected in said(text)
    assert [each[0] for each in said(text)].count(expected[0]) == 1


def test_many_repetitions_of_one_price_of_another_file_are_no_copy_of_it():
    """A file is a copy where it repeats several things of another, not where it says one of them many times."""
    entry = "  - {effective: 2026-01-01, billing_mode: yearly-monthly, per: month, items: {seat: 6.00}}\n"
    found = [each for each in load_book({**BASE, "x.yaml": ("prices:\n" + entry * 20).encode()}).diagnostics if each.severity == "error"]
    assert [each.code for each in found] == ["D101"]
    assert {label.span.file for label in found[0].labels} == {"prices.yaml", "x.yaml"} and len(found[0].labels) == 20
    assert found[0].notes[0].startswith("all 21 places: prices.yaml, line ") and found[0].notes[0].endswith("; x.yaml, lines 2 to 21")


def test_rules_with_many_values_are_held_against_all_others():
    """A rule with more combinations of values than are looked up is compared by itself: it clashes where it has a value in common."""
    many = ", ".join(f"c{number}" for number in range(100))
    text = "prices:\n" + "".join(PRICE % f", when: {{customer: [{each}]}}" for each in (many, "c7", "d", "e"))
    assert [each for each in said(text) if each[0] == "D101"] == [("D101", 3, [2], "")]
    assert [each for each in said(text + PRICE % f", when: {{customer: [{many}, d]}}") if each[0] == "D101"] == [("D101", 3, [2, 4, 6], "")]


def test_each_empty_value_is_said_also_beside_other_errors():
    """An empty value is no consequence of itself; what follows from it is said by it alone."""
    text = "items:\n  one: {title: One, unit: }\n  two: {title: , unit: user}\n  three: {title: Three, unit: usre}\n"
    assert [each[:2] for each in said(text)] == [("S113", 2), ("S113", 3), ("R105", 4)]
    tiers = "{model: graduated, tiers: [{up_to: 5, unit_price: }, {unit_price: 1}]}"
    assert [each[:2] for each in said("prices:\n" + (PRICE % "").replace("5.00", tiers))] == [("S113", 2)]
