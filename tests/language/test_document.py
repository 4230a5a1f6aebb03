"""Reading YAML: exact data, exact places, and every hazard of typing found in one pass."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.document import read_document


def read(text: str | bytes):
    """(document, codes, diagnostics) of a file's text."""
    document, found = read_document("a.yaml", text if isinstance(text, bytes) else text.encode())
    return document, [each.code for each in found], found


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0.10", Decimal("0.10")),
        ("-3", Decimal("-3")),
        ("1200", Decimal("1200")),
        ("true", True),
        ("false", False),
        ("no", "no"),
        ("NO", "NO"),
        ("on", "on"),
        ("y", "y"),
        ("True", "True"),
        ("null", "null"),
        ("~", "~"),
        ("012", "012"),
        ("1e3", "1e3"),
        (".5", ".5"),
        ("1_000", "1_000"),
        ("1,000", "1,000"),
        ("0x1F", "0x1F"),
        ("1:30", "1:30"),
        (".inf", ".inf"),
        ("+1", "+1"),
        ("2026-01-01", "2026-01-01"),
        ("17%", "17%"),
        ('"0.10"', "0.10"),
        ("'true'", "true"),
        ('""', ""),
        ("", None),
    ],
)
def test_scalars_are_exact_and_never_guessed(written, value):
    """Plain numbers are Decimals with their digits, `true` and `false` booleans, all else is text."""
    document, codes, _ = read(f"a: {written}\n")
    assert codes == []
    assert document.data == {"a": value}
    assert type(document.data["a"]) is type(value)
    assert document.written[("a",)] == written.strip("\"'")


def test_numbers_keep_their_digits():
    """0.10 is written with two decimals and stays so."""
    assert str(read("a: 0.10\n")[0].data["a"]) == "0.10"


def test_places_of_keys_values_blocks_and_flow():
    """Lines and columns count from 1 and in characters; a block stands for its key, an entry of a list for its first line."""
    document, _, _ = read("é: ü 🙂 x\nitems:\n  - a: 1\n    b: [2, 3]\n")
    place = {path: (span.line, span.column, span.end_line, span.end_column) for path, span in document.values.items()}
    assert place[("é",)] == (1, 4, 1, 9)
    assert place[("items",)] == (2, 1, 2, 6)
    assert place[("items", 0)] == (3, 5, 3, 9)
    assert place[("items", 0, "b")] == (4, 8, 4, 14)
    assert place[("items", 0, "b", 1)] == (4, 12, 4, 13)
    assert (document.keys[("items", 0, "b")].line, document.keys[("items", 0, "b")].column) == (4, 5)


HAZARDS = [
    ("a: 1\na: 2\n", "Y105", 2, 1),
    ("{a: 1, b: {c: 1, c: 2}}\n", "Y105", 1, 18),
    ("a: &x 1\n", "Y106", 1, 4),
    ("a: *x\n", "Y106", 1, 4),
    ("*x : 1\n", "Y106", 1, 1),
    ("a: !!str 1\n", "Y107", 1, 4),
    ("a: !price 1\n", "Y107", 1, 4),
    ("{*x : 1, b: 2}\n", "Y106", 1, 2),
    ("a: 1\n---\nb: 2\n", "Y109", 2, 1),
    ("a:\n\tb: 1\n", "Y110", 2, 1),
    ("a: 100\u00a0GB\n", "Y111", 1, 7),
    ("a: “Basic”\n", "Y112", 1, 4),
    ("“title”: x\n", "Y112", 1, 1),
    ("a:\tb\n", "Y110", 1, 3),
    ("a: b\tc\n", "Y110", 1, 4),
    ("a: b\t# remark\n", "Y110", 1, 5),
    ("{a: 1,\tb: 2}\n", "Y110", 1, 7),
    ("a: {title: 10 users, 100 GB}\n", "Y113", 1, 22),
    ("a: {price: 1,200}\n", "Y113", 1, 14),
    ("a: month  # effective: 2026-01-01\n", "Y114", 1, 11),
    ("a:\n  unit:GB\n", "Y115", 2, 3),
    ("a:\n  -storage\n", "Y115", 2, 3),
    ("{a:1}\n", "Y115", 1, 2),
    ("<<: {a: 1}\n", "Y116", 1, 1),
    ("? [a, b]\n: 1\n", "Y117", 1, 3),
    ("a: " + "[" * 40 + "]" * 40 + "\n", "Y108", 1, 35),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), HAZARDS)
def test_hazards_of_typing(text, code, line, column):
    """Each hazard gives one finding at its place, with a remedy."""
    _, codes, found = read(text)
    assert codes == [code]
    assert (found[0].span.line, found[0].span.column) == (line, column)
    assert found[0].help
    assert found[0].message[-1] not in ".!"


@pytest.mark.parametrize(
    "text",
    [
        "a: “in the middle of” a text is “fine”\n".replace("a: “", "a: text “"),
        'a: "100\u00a0GB"\n',
        "a: it's fine\n",
        'a: "b\tc"\n',
        "a: |\n  b\tc\n",
        "# b\tc\n",
        "a: https://example.com/x\n",
        "a: 12:30\n",
        "a: x  # a remark, not a key\n",
        "a: x  # see: below\n",
        "a: -5\n",
        "a: 2026-01-01T10:00\n",
        "a: |\n  unit:GB\n  # effective: 2026-01-01\n",
        "\ufeffa: 1\n",
        "a: 1\r\nb: 2\r\n",
        "---\na: 1\n",
        "a: 1\n...\n",
        "",
        "# only a remark\n",
    ],
)
def test_what_only_looks_like_a_hazard(text):
    """Texts in quotes, addresses, remarks, other line ends and a byte-order mark are fine."""
    assert read(text)[1] == []


def test_a_duplicate_shows_both_places_and_keeps_the_first():
    """The second of two keys is reported with the place of the first; nothing of it is taken."""
    document, _, found = read("a: 1\nb: {c: 1}\na: {d: 1}\n")
    assert document.data == {"a": Decimal(1), "b": {"c": Decimal(1)}}
    assert [(label.span.line, label.text) for label in found[0].labels] == [(1, "first written here")]


def test_all_problems_are_found_in_one_run():
    """A file with several mistakes reports each of them."""
    _, codes, _ = read("a: &x 1\nb: 100\u00a0GB\nb: 2\nc: {d: 10 users, 100 GB}\ne: f: g\n")
    assert codes == ["Y106", "Y111", "Y105", "Y113", "Y104"]


def test_every_damaged_part_is_found_in_one_run():
    """After a syntax error reading goes on with the next entry or section; each damaged part gives its one finding, at its place."""
    _, codes, found = read(
        'items:\n  a:\n    title: A: b\n    unit: GB\n  b:\n    title: "B\n    unit: GB\n  c: {title: C, unit: GB\n  d:\n    title: D\n'
        "   unit: GB\n  e: {title: E}\nunits:\n  GB: {title: @x}\nlimits:\n  - {resource: a, max: 1 2: 3}\n  - {resource: a, max: 100\u00a0GB}\n"
    )
    assert codes == ["Y104"] * 6 + ["Y111"]
    assert [(each.span.line, each.span.column) for each in found] == [
        (3, 13),
        (6, 12),
        (8, 6),
        (11, 4),
        (14, 15),
        (16, 27),
        (17, 27),
    ]


SYNTAX = [
    ("a: b: c\n", 1, 5, "second colon", "quotes"),
    ("a: 1\n b: 2\n", 2, 2, "indented further", "indent"),
    ("a:\n  b: 1\n c: 2\n", 3, 2, "line up", "indent"),
    ("a: [1, 2\nb: 3\n", 1, 4, "never closed", "`]`"),
    ("a: {b: 1\nc: 3\n", 1, 4, "never closed", "`}`"),
    ('a: "x\nb: 3\n', 1, 4, "quote", 'closing `"`'),
    ('a: {b: "x, c: 1}\nd: {e: "y"}\n', 1, 8, "quote", 'closing `"`'),
    ("a: @home\n", 1, 4, "begin with `@`", "quotes"),
    ("a: `x`\n", 1, 4, "begin with ```", "quotes"),
    ("a: %x\n", 1, 4, "begin with `%`", "quotes"),
    ("a: }\n", 1, 4, "surplus|too many", "delete"),
    ("items\na: 1\n", 1, 1, "neither `key: value`", "colon"),
    ('a: "\\q"\n', 1, 5, "backslash", "single quotes"),
    ("- a\nb: 1\n", 2, 1, "line up with the list", "`- `"),
    ("a: {b: 1 c: 2}\n", 1, 11, "comma is missing|second colon", "quotes"),
]


@pytest.mark.parametrize(("text", "line", "column", "said", "remedy"), SYNTAX)
def test_syntax_errors_in_words(text, line, column, said, remedy):
    """A parser's error becomes a place, a reason and a remedy; none of its own words are printed."""
    document, codes, found = read(text)
    assert codes == ["Y104"]
    assert (found[0].span.line, found[0].span.column) == (line, column)
    assert any(word in found[0].message for word in said.split("|"))
    assert remedy in found[0].help
    for word in ("token", "scalar", "mapping", "node", "stream", "expected"):
        assert word not in found[0].message
    assert document is None or not document.complete


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a: " + b"[" * 50_000 + b"]" * 50_000, "Y108"),
        (b"{a: " * 50_000, "Y108"),
        (b"- " * 50_000, "Y108"),
        (b"a: 1\n" * 2_100_000, "Y101"),
        (b"a: \x00\n", "Y103"),
        (b"a: \x1b[31mred\n", "Y103"),
        (b"a: 1\rb: 2\r", "Y103"),
        ("a: 1\u2028b: 2\n".encode(), "Y103"),
        (b"a: \xff\n", "Y102"),
        ("a: 1\n".encode("utf-16"), "Y102"),
        (b"\xed\xa0\x80: 1\n", "Y102"),
    ],
)
def test_bad_files_are_quick_clean_findings(content, code):
    """Nesting, size, control characters and encodings: one finding, no traceback, no crash of the parser."""
    assert read(content)[1] == [code]


def test_an_alias_bomb_is_never_unfolded():
    """Each anchor and alias is a finding; no alias is followed."""
    bomb = "a: &a [x, x]\n" + "".join(f"{name}: &{name} [*{before}, *{before}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    document, codes, _ = read(bomb)
    assert set(codes) == {"Y106"}
    assert document.data["i"] == [None, None]


def test_silencing_comments_are_found_outside_texts():
    """On a line of its own a comment speaks for the next line, else for its own; texts and block texts hold none."""
    document, _, _ = read(
        "# pricebook: ignore=T206 reason: agreed\na: 1\nb: 2  # pricebook: ignore=M201, m202\n"
        'c: "# pricebook: ignore=T1 reason: x"\nd: |\n  # pricebook: ignore=T2 reason: x\n'
    )
    assert [(each.line, each.codes, each.reason) for each in document.ignores] == [
        (2, ("T206",), "agreed"),
        (3, ("M201", "M202"), None),
    ]


@given(st.binary(max_size=300))
def test_reading_never_raises_on_bytes(content):
    """Whatever the bytes, reading returns a document or findings."""
    document, found = read_document("a.yaml", content)
    assert document is not None or found


@given(
    st.lists(
        st.sampled_from([*list("ab:-#{}[],'\"|>&*!%@`?~ \n\t0.1"), "\n  ", "\n- ", ": ", "\xa0", "“", "<<: ", "---\n", "true"]),
        max_size=60,
    )
)
def test_reading_never_raises_on_yaml_like_text(pieces):
    """Whatever is typed, reading returns, and every finding has a place inside the file and a remedy."""
    text = "".join(pieces)
    document, _, found = read(text)
    lines = text.count("\n") + 1
    for each in found:
        assert 1 <= each.span.line <= lines + 1
        assert each.span.column >= 1
        assert each.message
    assert document is not None or found
