"""Characters that are not what they seem, in rules, orders and accounts: named, at their place, in one finding; and left alone in texts."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.build import load_account, load_book, load_order, order_from_flags
from engine.language.characters import HIDDEN, called, twin
from engine.language.document import read_document
from engine.language.shape import check_shape
from tests.extent import examples

ROOT = Path(__file__).parents[2]
BOOK = {path.relative_to(ROOT / "rules/koodrive").as_posix(): path.read_text("utf-8") for path in sorted((ROOT / "rules/koodrive").rglob("*.yaml"))}
PRICES, ITEMS, MODES, DISCOUNTS = "prices/2026-01-01.yaml", "items.yaml", "billing-modes.yaml", "discounts.yaml"
SOUND = load_book({name: text.encode() for name, text in BOOK.items()}).book


def found_in(files: dict[str, str]) -> list:
    """Everything that loading says of the book."""
    return list(load_book({name: text.encode() for name, text in files.items()}).diagnostics)


def edited(name: str, old: str, new: str) -> list[tuple]:
    """(code, line, column, message, help) of all that is said of the KooDrive book with one edit."""
    assert old in BOOK[name]
    found = found_in(BOOK | {name: BOOK[name].replace(old, new, 1)})
    return [(each.code, each.span.line, each.span.column, each.message, each.help) for each in found]


EDITS = [
    # digits, signs and dashes as values and parts of values
    (PRICES, "89.00", "８９.００", "Y121", 11, 26, "a full-width digit eight (U+FF18)", "type `89.00` with the keyboard set to English (half-width)"),
    (PRICES, "0.035", "０.035", "Y121", 15, 34, "a full-width digit zero (U+FF10)", "type `0.035` with"),
    (PRICES, "up_to: 100,", "up_to: １００,", "Y121", 19, 21, "a full-width digit one (U+FF11)", "type `100` with"),
    (PRICES, "unit_price: 2.40", "unit_price: ٢.40", "Y121", 19, 38, "an arabic-indic digit two (U+0662)", "type `2.40` with"),
    (DISCOUNTS, "percent_off: 10%", "percent_off: 10％", "Y121", 21, 20, "a full-width percent sign (U+FF05)", "type `10%` with"),
    (PRICES, "effective: 2026-01-01", "effective: 2026–01–01", "Y121", 4, 20, "an en dash (U+2013)", "type `2026-01-01` with the hyphen of the keyboard, `-` (U+002D)"),
    (PRICES, "effective: 2026-01-01", "effective: 2026－01－01", "Y121", 4, 20, "a full-width hyphen-minus (U+FF0D)", "type `2026-01-01` with the keyboard set"),
    (PRICES, "19.00", "−19.00", "Y121", 10, 26, "a minus sign (U+2212)", "type `-19.00` with the hyphen"),
    (PRICES, "billing_mode: yearly-monthly", "billing_mode: yearly—monthly", "Y121", 6, 25, "an em dash (U+2014)", "type `yearly-monthly` with the hyphen"),
    (PRICES, "storage-expansion-package", "storage-expansion‑package", "Y121", 15, 24, "a non-breaking hyphen (U+2011)", "type `storage-expansion-package` with"),
    (MODES, "1 month, ", "1 month， ", "Y121", 7, 20, "a full-width comma (U+FF0C)", "type `1 month, 2 months` with"),
    (MODES, "1 month, ", "1 month、", "Y121", 7, 20, "an ideographic comma (U+3001)", "type `1 month,2 months` with"),
    (MODES, "terms: [1 month", "terms: [1　month", "Y111", 7, 14, "ideographic space (U+3000)", "type `1 month` again"),
    # words and keys of look-alike letters
    (PRICES, "billing_mode", "ｂilling_mode", "Y121", 6, 5, "a full-width latin small letter b (U+FF42)", "type `billing_mode` with"),
    (PRICES, "effective", "еffective", "Y121", 4, 5, "a cyrillic small letter ie (U+0435)", "type `effective` with"),
    # signs that hold a file together
    (ITEMS, "{min: 1, step: 1}", "｛min: 1, step: 1｝", "Y121", 47, 15, "a full-width left curly bracket (U+FF5B)", "type a plain `{`"),
    (ITEMS, "{min: 1, step: 1}", "{min: 1, step: 1｝", "Y121", 47, 31, "a full-width right curly bracket (U+FF5D)", ""),
    (ITEMS, "{min: 1, step: 1}", "{min：1, step: 1}", "Y121", 47, 19, "a full-width colon (U+FF1A)", "type a plain `:` and a space"),
    (ITEMS, "{min: 1, step: 1}", "{min: 1， step: 1}", "Y121", 47, 22, "a full-width comma (U+FF0C)", "type a plain `,` and a space"),
    (MODES, "terms: [1 month", "terms: ［1 month", "Y121", 7, 12, "a full-width left square bracket (U+FF3B)", ""),
    (PRICES, "per: month", "per：month", "Y121", 7, 8, "a full-width colon (U+FF1A)", "type a plain `:` and a space"),
    # what begins the entries of a list
    (PRICES, "  - effective", "  – effective", "Y121", 4, 3, "an en dash (U+2013), which begins no entry", "the hyphen of the keyboard, `-` (U+002D), and a space"),
    (PRICES, "  - effective", "  • effective", "Y121", 4, 3, "a bullet (U+2022), which begins no entry", "the hyphen of the keyboard"),
    (PRICES, "  - effective", "  － effective", "Y121", 4, 3, "a full-width hyphen-minus (U+FF0D), which begins no entry", "the hyphen of the keyboard"),
    (PRICES, "  - effective", "  * effective", "Y121", 4, 3, "`*` stands here, which begins no entry", "the hyphen of the keyboard"),
    (PRICES, "\n  - effective: 2026-01-01\n    announced: 2025-11-15\n    billing_mode: pay", "\n  — effective: 2026-01-01\n    announced: 2025-11-15\n    billing_mode: pay", "Y121", 22, 3, "an em dash (U+2014)", "the hyphen"),
    # what nobody sees
    (PRICES, "basic-edition:\n", "basic\u200b-edition:\n", "Y111", 9, 12, "zero-width space (U+200B), stands in `basic-edition`", "type `basic-edition` again"),
    (PRICES, "basic-edition:\n", "basic\u00a0-edition:\n", "Y111", 9, 12, "no-break space (U+00A0), stands in `basic-edition`", "type `basic-edition` again"),
    (MODES, "[1 month", "[1\u00a0month", "Y111", 7, 14, "no-break space (U+00A0), stands in `1 month`", "type `1 month` again"),
    (PRICES, "billing_mode: yearly-monthly", 'billing_mode: "yearly-\u2060monthly"', "Y111", 6, 27, "word joiner (U+2060), stands in `yearly-monthly`", "type `yearly-monthly` again"),
    (DISCOUNTS, "segment: education", 'segment: "\u200feducation"', "Y111", 20, 22, "right-to-left mark (U+200F), stands in `education`", "type `education` again"),
    (DISCOUNTS, "segment: education", "segment: educ\u00adation", "Y111", 20, 25, "soft hyphen (U+00AD), stands in `education`", "type `education` again"),
    (PRICES, "  - effective", "\u200b  - effective", "Y111", 4, 1, "zero-width space (U+200B)", "delete it"),
    (PRICES, "per: month", "per:\u2007month", "Y111", 7, 8, "a figure space (U+2007)", "type a plain space after the colon"),
    (PRICES, "per: month", "per: \ufeffmonth", "Y103", 7, 10, "byte-order mark (U+FEFF)", "delete it"),
    (ITEMS, "en: Basic edition", "en: Basic\u202e edition", "Y111", 4, 22, "right-to-left override (U+202E)", ""),
    (ITEMS, '"10 users, 100 GB"', '"10 users,\u202e 100 GB"', "Y124", 13, 31, "right-to-left override (U+202E), stands in this text", 'write it so that it can be seen: "\\u202E"'),
    (ITEMS, '"10 users, 100 GB"', '"10 users, \u200b100 GB"', "Y124", 13, 32, "zero-width space (U+200B), stands in this text", "delete it"),
    (PRICES, "# Placeholder", "# \u202ePlaceholder", "Y124", 2, 3, "right-to-left override (U+202E), turns what follows it around", "what is seen here is not what is read"),
    # quotes of a word processor
    (ITEMS, '"10 users, 100 GB"', '"10 users, 100 GB”', "Y112", 13, 38, "a typographic quote, right double quotation mark (U+201D), which does not close the text", "`\"` (U+0022)"),
    (ITEMS, '"10 users, 100 GB"', "“10 users, 100 GB\"", "Y112", 13, 21, "a typographic quote, left double quotation mark (U+201C)", "plain quotes of the keyboard"),
    (ITEMS, '"10 users, 100 GB"', "'10 users, 100 GB’", "Y112", 13, 38, "right single quotation mark (U+2019), which does not close", "`'` (U+0027)"),
    # lines that do not fit
    (PRICES, "- {unit_price: 2.10}", "{unit_price: 2.10}", "Y104", 20, 11, "the dash is missing before this entry of the list", "write `- {unit_price: 2.10}`"),
    (PRICES, "- {up_to: 100, unit_price: 2.40}", "{up_to: 100, unit_price: 2.40}", "Y104", 19, 11, "the dash is missing", "write `- {up_to: 100, unit_price: 2.40}`"),
    (PRICES, "\n  - effective: 2026-01-01\n    announced: 2025-11-15\n    billing_mode: pay", "\n  effective: 2026-01-01\n    announced: 2025-11-15\n    billing_mode: pay", "Y104", 22, 3, "or its dash is missing", "`- `"),
    (ITEMS, "      50-users-500-gb:\n", "    50-users-500-gb:\n", "Y104", 15, 5, "indented less than the lines above and below it", "indent it by 6 spaces"),
    (ITEMS, "      100-users-1-tb:\n", "    100-users-1-tb:\n", "Y104", 18, 5, "indented less than the lines above and below it", "indent it by 6 spaces"),
    (PRICES, "        50-users-500-gb: 89.00\n", "      50-users-500-gb: 89.00\n", "Y104", 11, 7, "indented less", "indent it by 8 spaces"),
    (PRICES, "89.00\n", "89.00\n300-users-3-tb\t469.00\n", "Y110", 12, 1, "a row that was pasted from a spreadsheet", "write `300-users-3-tb: 469.00`, indented like its neighbours"),
    (PRICES, "89.00\n", "89.00\n        300-users-3-tb\t469.00\n", "Y110", 12, 9, "a row that was pasted from a spreadsheet", "write `300-users-3-tb: 469.00`"),
    (PRICES, "89.00\n", "89.00\n        300-users-3-tb\t469.00\tUSD\n", "Y110", 12, 9, "a row that was pasted from a spreadsheet", "write a `key: value` for each cell"),
    (ITEMS, "en: Storage,", "en: Storage #1,", "Y104", 52, 25, "a comment begins at this `#`: the rest of the line, with its `}`, does not count", 'in quotes: "Storage #1"'),
    (MODES, "[1 month,", "[1 month #,", "Y104", 7, 21, "a comment begins at this `#`: the rest of the line, with its `]`", "in quotes"),
    (ITEMS, "en: Adds storage to the edition.", "en: Adds storage #2 to the edition.", "Y114", 31, 24, "a comment begins at this `#`: the text is `Adds storage`", 'in quotes if the rest belongs to it: "Adds storage #2 to the edition."'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "line", "column", "said", "remedy"), EDITS, ids=[f"{each[3]}-{each[2][:24].strip()!a}" for each in EDITS]
)
def test_one_edit_gives_one_finding_at_the_character(name, old, new, code, line, column, said, remedy):
    """The character is named, with its place, and the cure says what to press; nothing else is said of the book."""
    ((code_found, *place, message, help_text),) = edited(name, old, new)
    assert (code_found, place) == (code, [line, column])
    assert said in message
    assert remedy in help_text


MERGED = "        50-users-500-gb: 89.00\n"


@pytest.mark.parametrize(
    ("new", "line", "labels"),
    [
        (f"<<<<<<< HEAD\n{MERGED}=======\n{MERGED}>>>>>>> spring\n", 11, [(13, "the other version begins here"), (15, "and ends here")]),
        (f"<<<<<<< HEAD\n{MERGED}||||||| base\n=======\n>>>>>>> spring\n", 11, [(13, "what both began with"), (14, "the other version begins here"), (15, "and ends here")]),
        (f"{MERGED}>>>>>>> spring\n", 12, []),
        (f"{MERGED}=======\n", 12, []),
    ],
)  # fmt: skip
def test_marks_of_a_merge_are_one_finding(new, line, labels):
    """Whole or left behind alone; nothing else in the file is judged."""
    (found,) = found_in(BOOK | {PRICES: BOOK[PRICES].replace(MERGED, new)})
    assert (found.code, found.span.line, found.span.column) == ("Y126", line, 1)
    assert [(each.span.line, each.text) for each in found.labels] == labels
    assert "version control left" in found.message


def said_of_title(written: str) -> list[tuple]:
    """(code, line, column, message) of all that is said of an item's title."""
    document, found = read_document("a.yaml", f"items:\n  a: {{title: {written}, unit: GB}}\n".encode())
    return [(each.code, each.span.line, each.span.column, each.message) for each in (*found, *check_shape(document, "book-file"))]


@pytest.mark.parametrize(
    ("written", "column", "said"),
    [
        ('"C:\\new"', 17, "`\\n` in double quotes is a line break, not a backslash and `n`"),
        ('"C:\\temp"', 17, "`\\t` in double quotes is a tab"),
        ('"D:\\backup"', 17, "`\\b` in double quotes is a backspace"),
        ('"a\\rb"', 16, "`\\r` in double quotes is a carriage return"),
        ('"C:\\\\dir\\names"', 22, "`\\n` in double quotes is a line break"),
        ('"Basic\\nEdition"', 20, "`\\n` in double quotes is a line break"),
        ('{en: "C:\\new"}', 22, "`\\n` in double quotes is a line break"),
    ],
)  # fmt: skip
def test_an_escape_that_takes_a_backslash_away(written, column, said):
    """`"C:\\new"` holds a line break; the finding is a warning at the backslash."""
    ((code, line, at, message),) = said_of_title(written)
    assert (code, line, at) == ("Y125", 2, column)
    assert said in message


@pytest.mark.parametrize(
    "written",
    [
        "'C:\\new'", '"C:\\\\new"', '"5\\u00a0GB"', '"\\u202eabc"', '"say \\"hi\\""', "C:\\new",
        # spaces that typography asks for, joiners and variants that a script or symbol is spelt with
        '"100\u00a0GB"', '"1\u202f000 Go"', '"一　二"', "می\u200cخواهم", '"می\u200cخواهم"', "क्\u200dष", '"👩\u200d💻"', "❤\ufe0f", '"1\ufe0f\u20e3"',
        # marks of direction in a text that runs from the right
        '"\u200fالإصدار\u200e (KooDrive)"', "باقة \u200fKooDrive\u200e 2", '"שלום \u2066KooDrive\u2069!"', '"\u202bשלום KooDrive\u202c"', '"\u061cالسعر"',
        # signs that a text may hold
        '"面向企业（A）：两种，１００％"', "“A” and “B”".replace("“A", "x “A"), "A – B", "5€ – 10€", "it’s", "A • B", "「基本」プラン",
    ],
)  # fmt: skip
def test_what_a_text_may_hold(written):
    """Nothing is said of what a language or good typography asks for, nor of an escape that shows what it is."""
    assert [each[0] for each in said_of_title(written)] == []


def test_a_line_break_in_a_longer_text_is_meant():
    """A description may have lines; only before a small letter, as in a path, does the escape look like a lost backslash."""
    text = 'items:\n  a: {{title: A, unit: GB, description: "{}"}}\n'
    for written, codes in (("One.\\nTwo.", []), ("- a\\n- b", []), ("see C:\\new", ["Y125"]), ("srv\\names", ["Y125"])):
        document, found = read_document("a.yaml", text.format(written).encode())
        assert [each.code for each in (*found, *check_shape(document, "book-file"))] == codes


ORDER = "date: 2026-03-01\nbilling_mode: yearly-monthly\nterm: 1 year\nitems: {basic-edition: 50-users-500-gb}\nattributes: {segment: education}\n"
ACCOUNT = "id: acme\ncustomer: {name: Acme}\nsubscriptions:\n  - id: s1\n    billing_mode: pay-per-use\n    events:\n      - {date: 2026-03-01, start: true}\n"


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "column"),
    [
        ("education", "educ\u200bation", "Y111", 5, 27), ("education", '"education\u200e"', "Y111", 5, 33), ("50-users", "50\u2011users", "Y121", 4, 26),
        ("1 year", "１ year", "Y121", 3, 7), ("2026-03-01", "2026–03–01", "Y121", 1, 11), ("term", "te\u00adrm", "Y111", 3, 3),
        ("yearly-monthly", '"\\u200byearly-monthly"', "Y111", 2, 15), ("items:", "items：", "Y121", 4, 6),
    ],
)  # fmt: skip
def test_an_order_is_read_with_the_same_care(old, new, code, line, column):
    """In names, keys, terms and dates, quoted or not, and in JSON's escapes."""
    order, found = load_order("order.yaml", ORDER.replace(old, new).encode(), SOUND, None)
    assert order is None
    assert [(each.code, each.span.line, each.span.column) for each in found] == [(code, line, column)]


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "column"),
    [
        ("id: acme", "id: ac\u200bme", "Y111", 1, 7), ("id: s1", "id: s１", "Y121", 4, 10), ("pay-per-use", "pay–per–use", "Y121", 5, 22),
        ("2026-03-01", "2026-03-０1", "Y121", 7, 24), ("name: Acme", 'name: "\u202eAcme"', "Y124", 2, 19),
    ],
)  # fmt: skip
def test_an_account_is_read_with_the_same_care(old, new, code, line, column):
    """A customer's name is a text: what it hides is a warning, and the account can be billed."""
    account, found = load_account("account.yaml", ACCOUNT.replace(old, new).encode(), SOUND)
    assert (account is None) == (code != "Y124")
    assert [(each.code, each.span.line, each.span.column) for each in found] == [(code, line, column)]


@pytest.mark.parametrize(
    ("option", "text", "code", "subject"),
    [
        ("items", "basic-edition=50-users\u200b-500-gb", "Y111", "--item basic-edition=50-users\u200b-500-gb"),
        ("items", "user-expansion-package=１０", "Y121", "--item user-expansion-package=１０"),
        ("items", "basic\u00ad-edition=50-users-500-gb", "Y111", "--item basic\u00ad-edition=50-users-500-gb"),
        ("attributes", "segment=education\u00a0", "Y111", "--attribute segment=education\u00a0"),
        ("mode", "yearly\u2060-monthly", "Y111", "--mode yearly\u2060-monthly"),
        ("term", "1\u00a0year", "Y111", "--term 1\u00a0year"),
        ("date", "2026–03–01", "Y121", "--date 2026–03–01"),
        ("coupons", "WELCOME\u200b", "Y111", "--coupon WELCOME\u200b"),
        ("currency", "ＵＳＤ", "Y121", "--currency ＵＳＤ"),
    ],
)  # fmt: skip
def test_an_option_is_read_with_the_same_care(option, text, code, subject):
    """The finding names the option as it was typed."""
    given = dict.fromkeys(("mode", "term", "duration", "date", "currency")) | {"items": (), "coupons": (), "attributes": ()}
    given |= {option: (text,) if isinstance(given[option], tuple) else text}
    order, found = order_from_flags(**given, book=SOUND, default_at=datetime(2026, 3, 1, tzinfo=UTC))
    assert order is None
    assert [(each.code, each.subject) for each in found] == [(code, subject)]


@pytest.mark.parametrize("colon", ["：", ":\u00a0", ":\u3000"])
def test_a_strange_colon_is_the_one_mistake_of_the_key_before_it(colon):
    """That the mode does not sell an item whose key was not read is a consequence of it, and not said again."""
    home = Path(__file__).resolve().parent.parent / "errors" / "base"
    files = {path.name: path.read_text(encoding="utf-8") for path in home.glob("*.yaml")}
    files["billing-modes.yaml"] = files["billing-modes.yaml"].replace("seat: optional", f"seat{colon}optional")
    found = load_book({name: text.encode() for name, text in files.items()}).diagnostics
    assert [(each.code, each.meant) for each in found if each.severity == "error"] == [("Y121" if colon == "：" else "Y111", "seat")]


HOSTILE = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u061c\u115f\u3164\uffa0\u180e\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2061\u2066\u2067\u2068"
    "\u2069\u206a\ufff9\ufe0f\u2800\U000e0041\U0001d173\u00a0\u2007\u202f\u3000\u2003\u1680\x00\x07\x1b\x85\u2028\u2029\x0b"
    "：，、；｛｝［］（）％＃＂＇＝＋－＆｜＊？！＠＜＞０８ａＺ–—―−‑•·“”„‘’«»「」【】。٣۵٪"
)  # fmt: skip


@examples(60)
@given(st.sampled_from(HOSTILE), st.sampled_from(sorted(BOOK)), st.integers(0, 20_000))
def test_no_hostile_character_passes_in_silence(sign, name, place):
    """Wherever one is put, it is named at its place, or it is part of a text or comment, where it can be seen or is needed."""
    text = BOOK[name]
    at = place % (len(text) + 1)
    changed = text[:at] + sign + text[at:]
    line, column = changed.count("\n", 0, at) + 1, at - changed.rfind("\n", 0, at)
    named = [each for each in found_in(BOOK | {name: changed}) if called(sign) in each.message or (sign.isprintable() and sign in each.message)]
    if any(f"U+{ord(sign):04X}" in each.message for each in named):
        assert (line, column) in [(each.span.line, each.span.column) for each in named]
    elif not named:
        assert (at == 0 and sign == "\ufeff") or _in_text_or_comment(changed, at, name) or (not HIDDEN.match(sign) and twin(sign) is None)


def _in_text_or_comment(text: str, at: int, name: str) -> bool:
    """Whether the character stands in a comment, or inside of a text for people."""
    line_start = text.rfind("\n", 0, at) + 1
    if "#" in text[line_start : at + 1]:
        return True
    document, _ = read_document(name, text.encode())
    texts = ("title", "description", "reference", "scenario", "reason", "instead", "notes", "note", "units", "address", "name")
    return document is not None and any(
        text[at] in written and (set(path) & set(texts)) for path, written in document.written.items()
    )  # fmt: skip
