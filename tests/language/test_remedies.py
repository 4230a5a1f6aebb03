"""Typical slips of a newcomer, each with the whole of what is said about it: the code, the line, the message and the remedy."""

import pytest

from engine.language.document import read_document
from engine.language.shape import check_shape

TIER = "prices:\n  - items:\n      seat:\n        tiers:\n          - {{{}}}\n"


def said(text: str) -> list[tuple[str, int, str, str]]:
    """(code, line, message, help) of every finding about a file's text."""
    _, found = read_document("a.yaml", text.encode())
    return [(each.code, each.span.line, each.message, each.help) for each in found]


def shaped(text: str, schema: str) -> list[tuple[str, str]]:
    """(code, help) of every finding about a file's text and shape."""
    document, found = read_document("a.yaml", text.encode())
    return [(each.code, each.help) for each in (*found, *check_shape(document, schema))]


COMMAS = [
    ("up_to: 100, unit_price: 2,40", "write `2.40`"),
    ("unit_price: 9,99", "write `9.99`"),
    ("unit_price: 0,000060", "write `0.000060`"),
    ("unit_price: 0,035", "write `0.035`"),
    ("unit_price: 1200,500", "write `1200.500`"),
    ("unit_price: 1,200", "write `1200`, or `1.200` if a decimal is meant"),
    ("up_to: 1,200, unit_price: 2.40", "write `1200`, or `1.200` if a decimal is meant"),
    ("unit_price: 1,234.50", "write `1234.50`"),
    ("unit_price: 1.234,50", "write `1234.50`"),
    ("unit_price: 1,200,500", "write `1200500`"),
    ("percent_off: 17,5%", "write `17.5%`"),
    ("up_to: 1,5 TB, unit_price: 2", "write `1.5 TB`"),
    ("up_to: 100, 2.40", "write the key that `2.40` belongs to before it, such as `unit_price: 2.40`"),
]


@pytest.mark.parametrize(("written", "remedy"), COMMAS, ids=[each[0] for each in COMMAS])
def test_a_comma_in_a_number_never_makes_it_a_hundred_times_higher(written, remedy):
    """Inside { } a comma cuts a number: the remedy is the decimal, or both readings, in one finding."""
    assert [(code, line, remedy) for code, line, _, remedy in said(TIER.format(written))] == [("Y113", 5, remedy)]


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("1,200", "write `1200`, or `1.200` if a decimal is meant"),
        ("0,035", "write `0.035`"),
        ("2,40", "write `2.40`"),
        ("12,345,678", "write `12345678`"),
    ],
)
def test_a_comma_outside_of_braces_is_read_with_the_same_care(written, remedy):
    """The same numbers on lines of their own."""
    text = f"prices:\n  - effective: 2026-01-01\n    billing_mode: monthly\n    items:\n      seat: {written}\n"
    assert shaped(text, "book-file") == [("S105", remedy)]


TEXTS = [
    (
        'a:\n  title: {en: A}\n  text:\n    en: "Adds storage.\n    zh: B\n  unit: GB\n  # it "enables" more\nb: 1\n',
        [("Y104", 4, "a quote is opened here and not closed on this line", 'write the closing `"` at the end of the text')],
    ),
    (
        "a:\n  en: 'It's storage.'\n  zh: 'B'\n",
        [("Y104", 2, "the text in quotes that begins here ends before `s storage.'`", 'write "It\'s storage."')],
    ),
    (
        'a:\n  b: {en: "10 users, zh: "10 B", ar: "10 C"}\n',
        [
            (
                "Y104",
                2,
                'the text in quotes that begins here ends before `10 B", ar: "10 C"}`',
                'write the closing `"` right after the text',
            )
        ],
    ),
    (
        "a:\n  b:\u00a01\n  c: 2\n",
        [
            (
                "Y111",
                2,
                "the space after this colon is not a plain one but a no-break space (U+00A0), which looks like it",
                "delete it and type a plain space after the colon",
            )
        ],
    ),
    (
        "a:\n  b：1\n  c: 2\n",
        [
            (
                "Y121",
                2,
                "`：` is a full-width colon (U+FF1A), which YAML takes for a letter",
                "type a plain `:` and a space, with the keyboard set to English (half-width)",
            )
        ],
    ),
    (
        "a:\n  - {b: 1， c: 2}\n",
        [
            (
                "Y121",
                2,
                "`，` is a full-width comma (U+FF0C), which YAML takes for a letter",
                "type a plain `,` and a space, with the keyboard set to English (half-width)",
            )
        ],
    ),
    (
        "a: {b：1, c: 2}\n",
        [
            (
                "Y121",
                1,
                "`：` is a full-width colon (U+FF1A), which YAML takes for a letter",
                "type a plain `:` and a space, with the keyboard set to English (half-width)",
            )
        ],
    ),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_quotes_and_signs_are_named_where_they_were_typed(text, expected):
    """The quote or sign itself, on its own line, in one finding."""
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'a: "one\n  two"\nb: "it\'s"\nc: Bob\'s\nd: |\n  it"s\ne: say "x"\nf: {g: "h", i: \'j\'\'k\'}\n',
        "a: 面向企业的服务，提供：两种\nb: {zh: 个用户，多}\n",
    ],
)
def test_quotes_and_signs_of_texts_are_left_alone(text):
    """Well-formed texts, whatever stands in them."""
    assert said(text) == []


@pytest.mark.parametrize(
    ("written", "code", "remedy"),
    [
        ("2026-13-01", "D103", "write year, month and day, such as `2026-01-31`"),
        ("2026-01-32", "D103", "write a day from `2026-01-01` to `2026-01-31`"),
    ],
)
def test_days_that_no_calendar_has(written, code, remedy):
    """The month's length is said, not a pattern."""
    text = f"prices:\n  - effective: {written}\n    billing_mode: monthly\n    items:\n      seat: 1\n"
    assert shaped(text, "book-file") == [(code, remedy)]


def test_a_line_that_is_indented_too_far_is_the_only_finding():
    """The value above, to which it was joined, is not judged."""
    text = "prices:\n  - effective: 2026-01-01\n     announced: 2025-01-01\n    billing_mode: m\n    items:\n      seat: 1\n"
    assert [code for code, _ in shaped(text, "book-file")] == ["Y104"]


ORDER = "date: 2026-03-01\nbilling_mode: monthly\nitems: {seat: 10}\n"
TAX = "taxes:\n  - {tax: vat, rate: 19%, "
SHAPES = [
    ("order", ORDER + "unsubscribe: 2026-05-10\n", [("S104", "write `unsubscribe: {date: 2026-05-10}`")]),
    ("order", ORDER + "switch: yearly\n", [("S104", "write `switch: {date: 2027-03-01, to: yearly}`")]),
    (
        "book-file",
        "items: {seat: {title: Seat, unit: user, quantity: 100}}\n",
        [("S104", "write `quantity: {min: 100}`")],
    ),
    (
        "book-file",
        "taxes: {vat: {rate: 19%}}\n",
        [("S104", "begin each entry below `taxes:` with a dash, such as `- {tax: vat, rate: 19%}`")],
    ),
    ("book-file", TAX + "country: DE}\n", [("S101", "write `when: {country: DE}`")]),
    (
        "book-file",
        TIER.format("from: 1, to: 100, unit_price: 2").replace("items", "effective: 2026-01-01\n    billing_mode: m\n    items"),
        [("S101", "write `up_to: 100` instead of `from` and `to`")],
    ),
    (
        "book-file",
        "prices:\n  - {effectve: 2026-01-01, billing_mode: m, items: {seat: 1}}\n",
        [("S101", "did you mean `effective`?")],
    ),
    (
        "book-file",
        "items: {seat: {title: Seat, unit: GB, group：a}}\n",
        [("Y121", "type a plain `:` and a space, with the keyboard set to English (half-width)")],
    ),
]


@pytest.mark.parametrize(("schema", "text", "expected"), SHAPES)
def test_a_wrong_form_is_answered_with_the_right_one(schema, text, expected):
    """What to write is shown, with the author's own value where it fits, and one slip gives one finding."""
    assert shaped(text, schema) == expected
