"""Two hundred mistakes in the KooDrive book, made by a table of slips: the same on every machine, each with the lines where it is to be found."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "rules" / "koodrive"
BOOK = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in sorted(ROOT.rglob("*.yaml"))}
"""The files of the book."""

PRICES = "prices/"
NOT_IN = ("examples.yaml",)


@dataclass(frozen=True)
class Mistake:
    """One slip: of which kind, in which file, what the file then says, on which lines a finding is right, and the words that undo it."""

    kind: str
    file: str
    text: str
    lines: frozenset[int]
    right: str = ""

    @property
    def files(self) -> dict[str, bytes]:
        """The book with the mistake."""
        return {name: (self.text if name == self.file else text).encode() for name, text in BOOK.items()}


@dataclass(frozen=True)
class Slip:
    """A kind of mistake: how many of it there are, where it happens (a pattern of lines or words), and what it makes of the place.

    `make` gives what stands there instead. `says` tells that the remedy can name the right words;
    `around` that the lines beside it are right too, `below` that what is lost is missed at the key above it, `texts` that it happens in texts that
    people read, and `nature` why no reader could tell the mistake from what is meant.
    """

    count: int
    where: str
    make: Callable[[re.Match[str], random.Random], str]
    files: str = ""
    says: bool = False
    around: int = 0
    below: bool = False
    texts: bool = False
    nature: str = ""


KEYS = (
    "title|description|payment|cycle|terms|expires|items|spec_change|cancellation|renewal|unit|quantity|provides|meter|reference|billing_mode|effective|per|model|tiers|"
    "supports|takes_effect|charge|remaining|refund|consumed|percent_off|amount_off|coupon|until|currency|timezone|rounding|status|specs|resource|max|invoiced"
)
IDS = "basic-edition|storage-expansion-package|user-expansion-package|50-users-500-gb|100-users-1-tb|prorated-difference|five-days-then-fee|anniversary|longer-term|yearly-monthly|pay-per-use"
WORDS = "prepaid|postpaid|required|optional|immediately|difference|upgrade|downgrade|graduated|volume|half-up|calendar-months|days-of-365|next-day|unused|time-used|illustrative|customer"


def swapped(word: str, chosen: random.Random) -> str:
    """The word with two neighbouring letters in the wrong order."""
    at = chosen.choice([each for each in range(len(word) - 1) if word[each] != word[each + 1] and word[each].isalpha() and word[each + 1].isalpha()])
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def lost(word: str, chosen: random.Random) -> str:
    """The word without one of its letters."""
    at = chosen.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def other_digit(number: str) -> str:
    """The number with the next digit in front: a price that could be one."""
    return str(int(number[0]) % 9 + 1) + number[1:]


def with_line(match: re.Match[str], shift: int) -> str:
    line = match[0]
    return " " * shift + line if shift > 0 else line[-shift:]


SLIPS = {
    "two letters of a key swapped": Slip(16, rf"(?<=[ {{])(?:{KEYS})(?=:)", lambda match, chosen: swapped(match[0], chosen), says=True),
    "a letter of a key lost": Slip(14, rf"(?<=[ {{])(?:{KEYS})(?=:)", lambda match, chosen: lost(match[0], chosen), says=True),
    "two letters of an id swapped": Slip(16, rf"(?<=[ \[])(?:{IDS})\b(?![-:]|/)|(?<=[ {{])(?:basic-edition|user-expansion-package|50-users-500-gb)(?=: [0-9a-z{{])", lambda match, chosen: swapped(match[0], chosen), says=True),
    "a letter of an id lost": Slip(12, rf"(?<=[ \[])(?:{IDS})\b(?![-:]|/)", lambda match, chosen: lost(match[0], chosen), says=True),
    "two letters of a word swapped": Slip(10, rf"(?<=[ \[])(?:{WORDS})(?=[],}}\n]|  )", lambda match, chosen: swapped(match[0], chosen), says=True),
    "a letter O in a number": Slip(8, r"(?<=: )[0-9]+\.[0-9]*0(?=[},\n])", lambda match, _: match[0][:-1] + "O", says=True),
    "a comma for the decimal point": Slip(5, r"(?<=: )[0-9]+\.[0-9]{2}(?=\n)", lambda match, _: match[0].replace(".", ","), PRICES, says=True),
    "a decimal point lost": Slip(8, r"(?<=: )[0-9]+\.[0-9]+(?=[}\n])", lambda match, _: match[0].replace(".", "").lstrip("0"), PRICES),
    "a price ten times as high": Slip(8, r"(?<=: )[0-9]+\.[0-9]+(?=[}\n])", lambda match, _: f"{match[0].replace('.', '')[: match[0].index('.') + 1].lstrip('0') or '0'}.{match[0][match[0].index('.') + 2 :] or '0'}", PRICES),
    "another digit in a price": Slip(10, r"(?<=: )[0-9]+\.[0-9]+(?=[}\n])", lambda match, _: other_digit(match[0]), PRICES, nature="it could be the price"),
    "an effective date lost": Slip(3, r"^ +(?:- )?effective: .*\n", lambda match, _: "  -\n" if "- " in match[0] else "", PRICES, around=1),
    "a day that does not exist": Slip(8, r"20[0-9]{2}-[0-9]{2}-[0-9]{2}(?=[,\n}])", lambda match, chosen: match[0][:5] + chosen.choice(["02-30", "13-01", "04-31", "00-10"])),
    "a year decades away": Slip(4, r"(?<=effective: )2026(?=-)|(?<=until: )2027(?=-)", lambda match, _: match[0][0] + match[0][1] + match[0][3] + match[0][2]),
    "two tiers swapped": Slip(5, r"^( +- \{.*(?:up_to|from).*\}\n)( +- \{.*\}\n)", lambda match, _: match[2] + match[1], around=1),
    "a unit mistyped": Slip(8, r"(?<=[0-9] )(?:GB|TB|PB)(?=[},\n])|(?<=unit: )(?:GB|user|edition)(?=[},\n])", lambda match, chosen: swapped(match[0], chosen), says=True),
    "a unit without its space": Slip(5, r"(?<=[: ])[0-9]+ (?:GB|TB|PB)(?=[},\n])", lambda match, _: match[0].replace(" ", ""), says=True),
    "a length of time in other words": Slip(5, r"(?<=[0-9]) (?:year|years|months|month|days)(?=[],}\n])", lambda match, _: {"y": "yrs", "m": "mths", "d": "dys"}[match[0][1]], says=True),
    "a line twice": Slip(10, rf"^ +(?:{KEYS}|min|step): .*\n", lambda match, _: match[0] * 2, around=1),
    "a line one blank further in": Slip(8, rf"^ +(?:{KEYS}): .*\n", lambda match, _: with_line(match, 1), around=1),
    "a line one blank further out": Slip(8, rf"^ +(?:{KEYS}): .*\n", lambda match, _: with_line(match, -1), around=1),
    "a needed line lost": Slip(8, r"^ +(?:payment|unit|model|cycle|takes_effect|currency|timezone|given): .*\n", lambda *_: "", below=True),
    "the head of a section lost": Slip(4, r"^(?:items|units|spec_changes|cancellations|discounts|resources|attributes|billing_modes):\n", lambda *_: "", around=1),
    "a percentage without its sign": Slip(5, r"(?<=: )([0-9]+)%", lambda match, _: match[1], says=True),
    "a colon lost": Slip(4, rf"(?<=^  )( +)({KEYS}): (?=\S)", lambda match, _: f"{match[1]}{match[2]} ", around=1),
    "no space after a colon": Slip(4, rf"(?<=^  )( +)({KEYS}): (?=\S)", lambda match, _: f"{match[1]}{match[2]}:", around=1),
    "a closing bracket lost": Slip(4, r"\}(?=\n)", lambda *_: "", around=1),
    "a closing quote lost": Slip(4, r'(?<=\S)"(?=\n|, zh|, ar|\})', lambda *_: "", around=1, texts=True),
    "a full-width colon": Slip(3, rf"(?<=^  )( +)({KEYS}): (?=\S)", lambda match, _: f"{match[1]}{match[2]}：", around=0, says=False),
    "a tab as indentation": Slip(3, rf"^ +(?={KEYS}: )", lambda match, _: "\t" * (len(match[0]) // 2)),
    "a currency mistyped": Slip(1, r"(?<=currency: )USD", lambda *_: "UDS", says=True),
}  # fmt: skip


def mistakes() -> Iterator[Mistake]:
    """All of them, kind by kind."""
    for kind, slip in SLIPS.items():
        chosen = random.Random(kind)
        every = [
            (name, match)
            for name, text in BOOK.items()
            for match in re.finditer(slip.where, text, re.MULTILINE)
            if slip.files in name and (slip.texts or not _in_comment_or_text(text, match.start()))
        ]
        # Nearly all that is written are examples: half of the mistakes are in what is sold.
        rules = [each for each in every if each[0] not in NOT_IN]
        picked = chosen.sample(rules, min(len(rules), slip.count - slip.count // 3))
        rest = [each for each in every if each not in picked]
        for name, match in [*picked, *chosen.sample(rest, min(len(rest), slip.count - len(picked)))]:
            text = BOOK[name]
            made = slip.make(match, chosen)
            line = text.count("\n", 0, match.start()) + 1
            lines = {_parent(text, line)} if slip.below else {*range(line - slip.around, line + slip.around + 1)}
            yield Mistake(kind, name, text[: match.start()] + made + text[match.end() :], frozenset(lines), match[0].strip() if slip.says else "")


def _parent(text: str, line: int) -> int:
    """The line of the key, or of the first key of the entry, that the line belongs to."""
    lines = text.split("\n")
    depths = [len(each) - len(each.lstrip()) for each in lines]
    return next(number for number in range(line - 1, 0, -1) if lines[number - 1].strip() and depths[number - 1] < depths[line - 1])


def _in_comment_or_text(text: str, at: int) -> bool:
    """Whether the place lies in a comment, or in a text that people read."""
    before = text[text.rfind("\n", 0, at) + 1 : at]
    return "#" in before or bool(re.search(r"(?:title|description|reason|instead|scenario|en|zh|ar|reference): ", before))
