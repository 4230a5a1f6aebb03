"""`pricebook check --fix` and `--diff`: what is safe is written in place of what is wrong, and no other byte changes."""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.commands.mending import mend
from engine.store import inspect_book
from tests.extent import first

ROOT = Path(__file__).resolve().parents[2]
BOOK = {path.relative_to(ROOT / "rules" / "koodrive").as_posix(): path for path in sorted((ROOT / "rules" / "koodrive").rglob("*.yaml"))}
KEYS = "unit_price|billing_mode|billing_modes|currency|cancellation|description|reference|percent_off|takes_effect|full_refund_within|renewal|spec_change"


def at_each(pattern: str, typed: str | Callable[[re.Match[str]], str], instead: str = "") -> Callable[[str], list[tuple[int, int, str, str]]]:
    """Every place of a text that matches: where it is, what is mistyped there, and what belongs there once it is mended."""

    def places(text: str) -> list[tuple[int, int, str, str]]:
        found = [match for match in re.finditer(pattern, text, re.MULTILINE) if "#" not in text[text.rfind("\n", 0, match.start()) + 1 : match.start()]]
        return [
            (*match.span(), match.expand(typed) if isinstance(typed, str) else typed(match), match.expand(instead) if instead else match[0]) for match in found
        ]

    return places


def slip(match: re.Match[str]) -> str:
    """Two letters in the wrong order, which are two different ones."""
    word = match[0]
    at = next(each for each in range(1, len(word) - 1) if word[each] != word[each + 1])
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


MISTAKES = {
    "full-width colon": at_each(r"(?<=^      )(unit|total|term|per): (?=[\w\d])", r"\1："),
    "full-width digits": at_each(r"(?<=: )[0-9]{2}\.[0-9]{2}$", lambda match: "".join(chr(ord(sign) + 0xFEE0) for sign in match[0])),
    "no-break space after a colon": at_each(r"(?<=[a-z]): (?=[0-9])", ":\u00a0"),
    "zero-width space in an id": at_each(r"(?<=- )welcome$|(?<=unit: )user$", lambda match: match[0][:2] + "\u200b" + match[0][2:]),
    "no space before a unit": at_each(r"((?:max|storage|TB|PB): [0-9]+) (GB|TB|PB)(?=[},\n])", r"\1\2"),
    "no space in a length of time": at_each(r"(?<=: )([0-9]+) (days|months|years?|month)(?=[},\n])", r"\1\2"),
    "a space before the percent sign": at_each(r"(?<=: )([0-9]+)%", r"\1 %"),
    "a number in quotes": at_each(r"(price|total|step|max): ([0-9.]+)(?=[},\n])", r'\1: "\2"'),
    "a date with slashes": at_each(r"(?<=effective: )([0-9]{4})-([0-9]{2})-([0-9]{2})$", r"\1/\2/\3"),
    "a slip in a key": at_each(rf"(?<=^  )\s*\b(?:{KEYS})(?=:)", lambda match: match[0].replace(match[0].strip(), slip(re.match(r".*", match[0].strip())))),  # type: ignore[arg-type]
    "a slip in a word": at_each(r"\b(?:upgrade|difference|illustrative|prepaid|postpaid|required)\b(?=[],}\n])", slip),
    "typographic quotes": at_each(r"(?<=en: )([A-Z][a-z]+ [a-z ]+)(?=, zh)", "“\\1”", r'"\1"'),
    "a tab between key and value": at_each(r"(?<=(?:unit|term|date): )(?=[a-z0-9])", "\t", " "),
}


def cases(kind: str) -> Iterator[tuple[str, bytes, bytes]]:
    """Some places of each kind in the KooDrive book: the file, what is typed, and what it is once it is mended."""
    chosen = random.Random(kind)
    every = [(name, *place) for name, path in BOOK.items() for place in MISTAKES[kind](path.read_text(encoding="utf-8"))]
    assert every, kind
    for name, start, end, typed, right in chosen.sample(every, min(6, len(every))):
        text = BOOK[name].read_text(encoding="utf-8")
        yield name, (text[:start] + typed + text[end:]).encode(), (text[:start] + right + text[end:]).encode()


@pytest.mark.parametrize("kind", first(1, MISTAKES))
def test_a_fix_changes_its_bytes_alone_and_leaves_no_finding(kind, desk):
    folder = desk / "rules" / "koodrive"
    for name, typed, right in cases(kind):
        (folder / name).write_bytes(typed)
        assert inspect_book(folder).diagnostics, (name, kind)
        done = mend(folder, lambda _: True)
        assert done.after[name] == right, (name, typed.decode(), [each.message for each, _ in done.fixes])
        assert {each: content for each, content in done.after.items() if each != name} == {
            each: content for each, content in done.before.items() if each != name
        }
        (folder / name).write_bytes(done.after[name])
        assert inspect_book(folder).diagnostics == ()
        (folder / name).write_bytes(BOOK[name].read_bytes())


# --- what is not fixed ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "right", "typed"),
    [
        ("prices/2026-01-01.yaml", "89.00", "89.0O"),  # a letter in a price: which digit was meant is a guess
        ("prices/2026-01-01.yaml", "749.00", "1,749"),  # thousands or decimals
        ("items.yaml", "max: 95 PB", "max: 95.000 PB"),
        ("discounts.yaml", "percent_off: 10%", "percent_off: 0.10"),  # 10%, or a tenth of one
        ("billing-modes.yaml", "basic-edition: required", "basic-editon: required"),  # an id: the slip may be where it is declared
        ("book.yaml", "Asia/Shanghai", "Asia/Shanghia"),
    ],
)
def test_what_is_a_guess_is_not_written(desk, file, right, typed):
    path = desk / "rules" / "koodrive" / file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(right, typed, 1), encoding="utf-8")
    assert mend(desk / "rules" / "koodrive", lambda _: True).fixes == []


def test_a_fix_that_brings_an_error_is_not_made(desk):
    path = desk / "rules" / "koodrive" / "items.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("max: 95 PB", "max: 95XB"), encoding="utf-8")  # `95 XB` is well written, and XB is no unit
    done = mend(desk / "rules" / "koodrive", lambda _: True)
    assert (done.fixes, done.after) == ([], done.before)


def test_line_ends_and_the_mark_of_a_file_stay(desk):
    path = desk / "rules" / "koodrive" / "discounts.yaml"
    content = b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(content.replace(b"percent_off: 17%", b"percent_off: 17 %"))
    assert mend(desk / "rules" / "koodrive", lambda _: True).after["discounts.yaml"] == content


# --- the command ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def mistyped(desk):
    """The book with two mistakes of one line and one of another file."""
    for file, old, new in (("items.yaml", "min: 100, step: 100", 'min: "100", step: "100"'), ("discounts.yaml", "percent_off: 17%", "percent_off: 17 %")):
        path = desk / "rules" / "koodrive" / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    return desk / "rules" / "koodrive"


def test_fix_writes_says_and_checks_again(mistyped, run):
    ran = run("check", "koodrive", "--fix")
    assert ran.code == 0, ran.err
    assert 'rules/koodrive/items.yaml:35: `"100"` is now `100` (S108)' in ran.err
    assert "rules/koodrive/discounts.yaml:14: `17 %` is now `17%` (S106)" in ran.err
    assert "3 places mended in 2 files" in ran.err
    assert all((mistyped / name).read_bytes() == path.read_bytes() for name, path in BOOK.items())


def test_diff_shows_and_writes_nothing(mistyped, run):
    before = {name: (mistyped / name).read_bytes() for name in BOOK}
    ran = run("check", "koodrive", "--diff")
    assert ran.code == 1
    assert "-      - {from: 1 year, percent_off: 17 %}\n+      - {from: 1 year, percent_off: 17%}\n" in ran.out
    assert "--- a/rules/koodrive/items.yaml\n+++ b/rules/koodrive/items.yaml\n" in ran.out
    assert {name: (mistyped / name).read_bytes() for name in BOOK} == before
    assert run("check", "koodrive", "--fix").code == 0
    assert run("check", "koodrive", "--diff").out == ""


def test_what_is_not_selected_is_left(mistyped, run):
    ran = run("check", "koodrive", "--fix", "--select", "S106")
    assert ran.code == 0
    assert b'step: "100"' in (mistyped / "items.yaml").read_bytes()
    assert b"17 %" not in (mistyped / "discounts.yaml").read_bytes()


@pytest.mark.parametrize("arguments", [("--fix", "--diff"), ("--fix", "--watch"), ("--diff", "-f", "json")])
def test_what_does_not_go_together_is_refused(desk, run, arguments):
    assert run("check", "koodrive", *arguments).code == 2
