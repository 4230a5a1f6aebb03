"""What a newcomer types wrong, once each, in the base book or an order of it: every finding that answers, and no other."""

from pathlib import Path

import pytest

from engine.language.build import load_book, load_order
from engine.lints import lint_book

BASE = {path.name: path.read_bytes() for path in (Path(__file__).parents[2] / "errors" / "base").glob("*.yaml")}
TIER = "{up_to: 100, unit_price: 2.40}"
MODE_ITEMS = "{plan: required, seat: optional}"
ORDER = "date: 2026-03-01\nbilling_mode: yearly-monthly\nterm: 1 year\nitems:\n"


def answers(found) -> list[tuple[str, str]]:
    """(code, help) of every finding."""
    return [(each.code, each.help) for each in found]


def edited(file: str, old: str, new: str):
    """The findings about the base book with one edit."""
    text = BASE[file].decode()
    assert old in text
    loaded = load_book({**BASE, file: text.replace(old, new, 1).encode()})
    return [*loaded.diagnostics, *(lint_book(loaded.book, loaded.places) if loaded.book else ())]


def ordered(text: str):
    """The findings about an order of the base book."""
    return load_order("order.yaml", text.encode(), load_book(BASE).book, None)[1]


CASCADES = [
    ("prices.yaml", TIER, "{up_to:100, unit_price:2.40}", [("Y115", "write `up_to: 100`"), ("Y115", "write `unit_price: 2.40`")]),
    ("prices.yaml", TIER, "{from: 1, to: 100, unit_price: 2.40}", [("S101", "write `up_to: 100` instead of `from` and `to`")]),
    ("prices.yaml", TIER, "{up_to: 100, unit_price: 2,40}", [("Y113", "write `2.40`")]),
    ("prices.yaml", "  - effective: 2026", "  - effective:2026", [("Y115", "write `effective: 2026-01-01`")]),
    ("prices.yaml", "{unit_price: 2.10}", "{price: 2.10}", [("S101", "did you mean `unit_price`?")]),
    ("items.yaml", "unit: user", "unit: users", [("R105", "did you mean `user`?")]),
    ("discounts.yaml", "percent_off: 5%", "percent_off: 5,5%", [("Y113", "write `5.5%`")]),
    ("items.yaml", "{min: 1, step: 1}", "{min: 1,200}", [("Y113", "write `1200`, or `1.200` if a decimal is meant")]),
    ("book.yaml", "max: 50 TB", "max: 0,5 TB", [("Y113", "write `0.5 TB`")]),
    ("billing-modes.yaml", "plan: required", "plan: mandatory", [("S111", "write one of `required`, `optional`")]),
    ("billing-modes.yaml", "spec_change: prorated", "spec_change: prorate", [("R104", "did you mean `prorated`?")]),
    ("discounts.yaml", "- spring", "- sprng", [("R104", "did you mean `spring`?")]),
    ("discounts.yaml", "[longer-term, education]", "[longer-term, eduction]", [("R104", "did you mean `education`?")]),
    ("prices.yaml", "effective: 2026-01-01", "effectve: 2026-01-01", [("S101", "did you mean `effective`?")]),
    ("prices.yaml", "    per: month", "     per: month", [("Y104", "indent it like its neighbours, with spaces")]),
    (
        "items.yaml",
        "  seat:\n",
        "  further-seat:\n",
        [("R104", "did you mean `further-seat`?")],
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "expected"), CASCADES, ids=[each[2].strip() for each in CASCADES])
def test_one_slip_gives_one_finding(file, old, new, expected):
    """What only follows from it is left out."""
    assert answers(edited(file, old, new)) == expected


@pytest.mark.parametrize("file", ["book.yaml", "items.yaml", "billing-modes.yaml"])
def test_an_emptied_file_is_said_once(file):
    """Not once more for each name that is missing with it."""
    assert {code for code, _ in answers(load_book({**BASE, file: b"# moved\n"}).diagnostics)} == {"R110", "Y122"}


def test_an_emptied_file_of_units_never_makes_a_book_sound():
    """An empty file is a warning, the units that are gone with it are an error, said once."""
    whole = BASE["book.yaml"].decode()
    start, end = whole.index("units:"), whole.index("attributes:")
    without = {**BASE, "book.yaml": (whole[:start] + whole[end:]).encode()}
    assert load_book({**without, "units.yaml": whole[start:end].encode()}).diagnostics == ()
    emptied = load_book({**without, "units.yaml": b""})
    assert emptied.book is None
    assert [each.code for each in emptied.diagnostics] == ["R132", "Y122"]


ORDERS = [
    ("", [("Y122", "write the order: `billing_mode:` and `items:`, with `date:` and `term:`")]),
    ("# later\n", [("Y122", "write the order: `billing_mode:` and `items:`, with `date:` and `term:`")]),
    (ORDER + '  plan: "small\n', [("Y104", 'write the closing `"` at the end of the text')]),
    (ORDER + "\tplan: small\n", [("Y110", "use spaces, two for each level")]),
    (ORDER + "  plan: small\n  seat: 10 users\n", [("Q209", "write `10` or `10 user`")]),
    (ORDER + "  plan: small\n  seat: 1,5 user\n", [("Q102", "write `1.5 user`")]),
    (ORDER + "  plan: small\n  seat: 1,200\n", [("Q102", "write `1200`, or `1.200` if a decimal is meant")]),
    (ORDER + "  plan: smal\n", [("Q202", "did you mean `small`?")]),
    (ORDER.replace("1 year", "1 yr") + "  plan: small\n", [("S107", "write `1 year`")]),
    (
        ORDER.replace("1 year", "1 year\nbiling_mode: x").replace("billing_mode: yearly-monthly\n", "") + "  plan: small\n",
        [("S101", "did you mean `billing_mode`?")],
    ),
    (ORDER.replace("2026-03-01", "2026-02-30") + "  plan: small\n", [("D103", "write a day from `2026-02-01` to `2026-02-28`")]),
]


@pytest.mark.parametrize(("text", "expected"), ORDERS)
def test_an_order_is_answered_with_what_to_write(text, expected):
    """Damaged and empty orders: the damage and nothing else."""
    assert answers(ordered(text)) == expected


REMEDIES = [
    ("book.yaml", "currency: EUR", "currency: ERU", "M101", "did you mean `EUR`?"),
    ("book.yaml", "Europe/Berlin", "Europe/Berln", "R124", "did you mean `Europe/Berlin`?"),
    ("book.yaml", "Europe/Berlin", "Berlin", "R124", "did you mean `Europe/Berlin`?"),
    ("prices.yaml", "effective: 2026-01-01", "effective: 2026-02-30", "D103", "write a day from `2026-02-01` to `2026-02-28`"),
    (
        "prices.yaml",
        "effective: 2026-01-01",
        "effective: 2026-01-01\n    announced: 2026-11-15",
        "D205",
        "correct the date that is wrong; customers are told before a price takes effect",
    ),
    (
        "discounts.yaml",
        "discount_policy:",
        "  partner: {title: P, when: {segment: partner}, percent_off: 5%}\ndiscount_policy:",
        "R113",
        "to give it on top of the others add `- partner` to `discount_policy`; to give it instead of others, where it is "
        "better, add `partner` to a `best_of: [...]` there",
    ),
    (
        "billing-modes.yaml",
        "items: {disk: required}",
        "items: {disk: required, seat: optional}",
        "R115",
        "add `seat: ...` below `items` here, with its price, or take `seat` out of the mode",
    ),
    (
        "prices.yaml",
        "{small: 20.00, large: 90.00}",
        "{small: 20.00}",
        "R130",
        "add `large: ...` below `plan` here, with its price, or take `large` out of the item",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "code", "remedy"), REMEDIES, ids=[each[2] for each in REMEDIES])
def test_the_remedy_says_what_to_write(file, old, new, code, remedy):
    """Near misses of currencies and zones, days of the calendar, and where a missing rule belongs."""
    assert (code, remedy) in answers(edited(file, old, new))


def test_an_item_without_a_price_is_shown_where_the_price_belongs():
    """The dated entry of the mode is underlined, with the mode's line as the second place."""
    found = edited("billing-modes.yaml", "items: {disk: required}", "items: {disk: required, seat: optional}")
    (place,) = [(each.span.file, each.path, each.labels[0].span.file) for each in found if each.code == "R115"]
    assert place == ("prices.yaml", "prices.1.items", "billing-modes.yaml")


def test_the_beginning_of_a_name_is_near_enough():
    """`further` for `further-seat`, in an order as in a rule."""
    book = load_book({**BASE, "extra.yaml": b"items: {extra-disk-fast: {title: Fast, unit: GB}}\n"}).book
    found = load_order("order.yaml", (ORDER + "  extra-disk: 5 GB\n").encode(), book, None)[1]
    assert answers(found) == [("Q201", "did you mean `extra-disk-fast`?")]
