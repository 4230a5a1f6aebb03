"""Characters that are not what they seem: invisible ones, and those of other keyboards that look like plain ones.

Contract: knows characters alone, nothing of YAML, CSV or price books. A character is named, for the right one looks the same on screen.
"""

import re
from collections.abc import Iterator
from unicodedata import bidirectional, category, name

from engine.language.wording import short

_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_MARKS_OF_DIRECTION = "\u061c\u200e\u200f\u2066-\u2069"
_TURNING = "\u202a-\u202e"
_JOINERS = "\u200c\u200d"
_VARIANTS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
# Soft hyphens, fillers, zero-width spaces, operators that print nothing, byte-order marks, tags: of no use even in a text.
_USELESS = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffc"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029"
HIDDEN = re.compile(f"[{_SPACES}{_MARKS_OF_DIRECTION}{_TURNING}{_JOINERS}{_VARIANTS}{_USELESS}]")
"""Every character that leaves no ink, but for the controls, which no file may hold."""
HIDDEN_OR_CONTROL = re.compile(f"[{_CONTROLS}\t\n{HIDDEN.pattern[1:]}")
"""The same with all controls, tabs and line breaks, none of which belongs into a cell."""
_UNSEEN = re.compile(f"[{_CONTROLS}\t\n{_MARKS_OF_DIRECTION}{_TURNING}{_JOINERS}{_VARIANTS}{_USELESS}\ud800-\udfff\ufffe\uffff]")
"""What a name may hold to act on the text around it, or not to be seen in it; the last ones stand for bytes that are not UTF-8."""
_COMMAND = re.compile(r"\A(\s*):(?=:)|(##)\[")
"""How a line begins, or what stands in it, that a log of GitHub Actions takes for a command to the machine that runs it."""
LONGEST_WORD, LONGEST_TEXT = 160, 2_000
_LONG = re.compile(rf"`[^`]{{{LONGEST_WORD},}}`|\S{{{LONGEST_WORD},}}")
_SPACE = re.compile(f"[{_SPACES}]")
_IN_ID = re.compile(f"(?<=[A-Za-z0-9])[{_SPACES}](?=[-_.][A-Za-z0-9])|(?<=[A-Za-z0-9][-_.])[{_SPACES}](?=[A-Za-z0-9])")
_DIRECTION = re.compile(f"[{_MARKS_OF_DIRECTION}{_TURNING}]")
_TURNS = re.compile(f"[{_TURNING}\u2066-\u2069]")
_OPENS, _CLOSES = "\u2066\u2067\u2068\u202a\u202b", {"\u2069": "\u2066\u2067\u2068", "\u202c": "\u202a\u202b"}
_PLAIN_SCRIPTS, _UNJOINED = ("LATIN", "GREEK", "CYRILLIC", "FULLWIDTH"), ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
_NAMES = {
    "\u00ad": "soft hyphen", "\u202a": "left-to-right embedding", "\u202b": "right-to-left embedding",
    "\ufeff": "byte-order mark", "\u200b": "zero-width space", "\u200c": "zero-width non-joiner", "\u200d": "zero-width joiner",
    "\u034f": "combining grapheme joiner", "\t": "tab", "\n": "line break", "\r": "carriage return", "\u201e": "low quotation mark",
}  # fmt: skip

_TWINS = dict(zip("–—―‒‐‑−﹘﹣⁃˗", "-" * 11, strict=True)) | {
    "、": ",", "﹐": ",", "٫": ".", "٬": ",", "،": ",", "‚": ",", "。": ".", "．": ".", "﹒": ".", "٪": "%", "﹪": "%", "⁄": "/", "∕": "/",
    "∶": ":", "ː": ":", "꞉": ":", "﹕": ":", "︰": ":", "﹛": "{", "﹜": "}", "﹝": "(", "﹞": ")", "【": "[", "】": "]",
    "〔": "[", "〕": "]", "〖": "[", "〗": "]",
    "＃": "#", "﹟": "#", "﹔": ";", "；": ";", "﹢": "+", "﹦": "=", "﹫": "@", "〜": "~", "∼": "~",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‟": '"', "″": '"', "「": '"', "」": '"', "『": '"', "』": '"', "《": '"', "》": '"',
    "‘": "'", "’": "'", "‛": "'", "′": "'", "‹": "'", "›": "'", "´": "'",
}  # fmt: skip
_LETTERS = dict(zip("аеорсухіјѕһԁԛԝАВЕКМНОРСТУХІЈЅ", "aeopcyxijshdqwABEKMHOPCTYXIJS", strict=True)) | dict(
    zip("οιαρνυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oiapvuABEZHIKMNOPTYX", strict=True)
)
BULLETS = "–—―‒‐‑−﹘﹣－⁃•‣◦∙·・●○■□▪▫◆◇►▶➢➤✓✔※＊"
"""What word processors and input methods put before the entries of a list."""


def called(sign: str, article: bool = False) -> str:
    """How a message calls a character: its name, and its number in Unicode.

    >>> called("\\u200b"), called("：", article=True)
    ('zero-width space (U+200B)', 'a full-width colon (U+FF1A)')
    """
    said = _NAMES.get(sign) or name(sign, "control character" if category(sign) == "Cc" else "character without a name").lower()
    before = ("an " if said[0] in "aeio" else "a ") if article else ""
    return f"{before}{said.replace('fullwidth', 'full-width')} (U+{ord(sign):04X})"


def hidden_in(text: str, pattern: re.Pattern[str] = HIDDEN) -> int | None:
    """The place of the first invisible character, where a word, id or number belongs; joiners that a script spells with are none.

    >>> hidden_in("DE\u200b"), hidden_in("می\u200cخواهم"), hidden_in("Small team")
    (2, None, None)
    """
    if text.isascii() and text.isprintable():
        return None
    return next((match.start() for match in pattern.finditer(text) if not _spelt(text, match.start())), None)


def hidden_in_text(text: str, spaces: bool = True) -> int | None:
    """The place of the first invisible character that has no business even in a text that people read.

    Spaces of every width (where `spaces` are allowed), joiners and variants that a script or symbol is spelt with, and, in a text with
    letters that run from the right, marks of direction and isolates that are closed again may stand there: such a text cannot be set
    without them. Embeddings that stay open and overrides may not: no language needs them, and they show a price backwards.

    >>> hidden_in_text("\u202e00.91"), hidden_in_text("100\u00a0GB"), hidden_in_text("\u05d0\u200f (x)"), hidden_in_text("a\u200fb")
    (0, None, None, 1)
    """
    if text.isascii():
        return None
    allowed = _well_directed(text)
    found = (match.start() for match in HIDDEN.finditer(text) if not (spaces and _SPACE.match(match[0])))
    return next((at for at in found if at not in allowed and not _spelt(text, at)), None)


def turned_in(text: str) -> int | None:
    """The place of the first character that shows what follows it backwards: an override, or an embedding or isolate left open.

    >>> turned_in("# \u202e00.91 =:ecirp"), turned_in("# \u05d0 \u2067x\u2069")
    (2, None)
    """
    allowed = _well_directed(text)
    return next((match.start() for match in _TURNS.finditer(text) if match.start() not in allowed), None)


def _spelt(text: str, at: int) -> bool:
    """Whether a joiner or a variant belongs to what it stands beside: in Latin, Greek and Cyrillic words none has a meaning."""
    before, after = text[at - 1] if at else " ", text[at + 1 : at + 2] or " "
    if re.match(f"[{_VARIANTS}]", text[at]):
        return after == "\u20e3" or (not before.isascii() and not name(before, "").startswith(_PLAIN_SCRIPTS))
    joins = not before.isascii() and not name(before, "").startswith((*_PLAIN_SCRIPTS, *_UNJOINED))
    return text[at] in _JOINERS and joins and not after.isascii() and after.isprintable()


def _well_directed(text: str) -> frozenset[int]:
    """The places of marks of direction that a text with letters from the right needs: single marks, and pairs that are closed."""
    if not any(bidirectional(sign) in ("R", "AL") for sign in text if not _DIRECTION.match(sign)):
        return frozenset()
    allowed: set[int] = set()
    opened: list[int] = []
    for match in _DIRECTION.finditer(text):
        at, sign = match.start(), match[0]
        if sign in _OPENS:
            opened.append(at)
        elif sign in _CLOSES:
            if opened and text[opened[-1]] in _CLOSES[sign]:
                allowed |= {opened.pop(), at}
        elif sign in "\u061c\u200e\u200f":
            allowed.add(at)
    return frozenset(allowed)


def visible(text: str, whole: bool = False) -> str:
    """The text for one line of a message: what nobody sees, or what would act on a terminal or a log, as what it is.

    Words of more than 160 characters are cut, and a text of more than 2,000, unless it is a name that a program follows (`whole`).

    >>> visible("a\\u200b\\x1b[2J"), visible("\\n::error::x"), visible("::error::x"), visible("b\\udcff")
    ('a<U+200B><U+001B>[2J', '<U+000A>::error::x', '<U+003A>:error::x', 'b<0xFF>')
    """
    if text.isascii() and text.isprintable() and len(text) < LONGEST_WORD and "::" not in text and "##[" not in text:
        return text  # as nearly all are
    seen = _COMMAND.sub(lambda match: "##<U+005B>" if match[2] else f"{match[1]}<U+003A>", _UNSEEN.sub(_as_number, text))
    if whole:
        return seen
    cut = _LONG.sub(lambda match: f"{match[0][:100]}...{match[0][-40:]}", seen)
    return cut if len(cut) <= LONGEST_TEXT else f"{cut[:LONGEST_TEXT]}..."


def signs(text: str) -> Iterator[str]:
    """The characters of a line one by one, each as `visible` shows it.

    >>> list(signs("a\u200b"))
    ['a', '<U+200B>']
    """
    unseen = {match.start(): _as_number(match) for match in _UNSEEN.finditer(text)}
    return (unseen.get(at, sign) for at, sign in enumerate(text))


def _as_number(match: re.Match[str]) -> str:
    sign = ord(match[0])
    if _spelt(match.string, match.start()):
        return match[0]
    return f"<0x{sign - 0xDC00:02X}>" if 0xDC80 <= sign <= 0xDCFF else f"<U+{sign:04X}>"


def revealed(text: str) -> str:
    """The text as it looks: plain spaces for those that are none, and nothing where nothing can be seen, or where an id is parted.

    >>> revealed("100\u00a0GB"), revealed("basic\u200b-edition"), revealed("basic\u00a0-edition")
    ('100 GB', 'basic-edition', 'basic-edition')
    """
    joined = _IN_ID.sub("", text)
    return " ".join(HIDDEN_OR_CONTROL.sub(lambda match: " " if match[0].isspace() else "", joined).split())


def hidden_fix(text: str, at: int) -> str:
    """What belongs in place of the invisible character at the place: a plain space between words, and nothing else.

    >>> hidden_fix("100\u00a0GB", 3), hidden_fix("basic\u200b-edition", 5), hidden_fix("basic\u00a0-edition", 5)
    (' ', '', '')
    """
    return " " if text[at].isspace() and _IN_ID.match(text, at) is None else ""


def twin(sign: str) -> str | None:
    """The plain character that another one looks like; None where it looks like none.

    >>> twin("８"), twin("–"), twin("％"), twin("、"), twin("中"), twin("a")
    ('8', '-', '%', ',', None, None)
    """
    if sign.isascii():
        return None
    if "\uff01" <= sign <= "\uff5e":
        return chr(ord(sign) - 0xFEE0)
    return str(int(sign)) if sign.isdecimal() else _TWINS.get(sign)


def plain_twin(text: str) -> str | None:
    """The plain text that `text` looks like, where every character that is not plain has a twin; else None.

    >>> plain_twin("８９.００"), plain_twin("2026–01–01"), plain_twin("st\\u043erage"), plain_twin("北京"), plain_twin("storage")
    ('89.00', '2026-01-01', 'storage', None, None)
    """
    if text.isascii():
        return None
    mixed = any(sign.isascii() and sign.isalpha() for sign in text)
    plain = [sign if sign.isascii() else twin(sign) or (_LETTERS.get(sign) if mixed else None) for sign in text]
    known = [sign for sign in plain if sign is not None]
    return "".join(known) if len(known) == len(plain) else None


_EXACT = re.compile(r"[-+0-9.,:/% ]+\Z")


def plain_meant(text: str) -> str | None:
    """The plain text that was meant where a name may stand: a dash or an apostrophe is at home in the name of a place, digits are not.

    >>> plain_meant("２０２６"), plain_meant("2026–01–01"), plain_meant("L’Aquila"), plain_meant("Ｇ")
    ('2026', '2026-01-01', None, 'G')
    """
    plain = plain_twin(text)
    typed = plain is not None and (_EXACT.match(plain) or any("\uff01" <= sign <= "\uff5e" or (sign.isdecimal() and sign > "9") for sign in text))
    return plain if typed else None


def strange_at(text: str) -> int | None:
    """The place of the first character that is not plain; None where all are."""
    return next((at for at, sign in enumerate(text) if not sign.isascii()), None)


def how_to_type(sign: str, right: str) -> str:
    """What to do about a character whose right form looks the same: the keyboard to use, or the key to press."""
    plain = twin(sign) or _LETTERS.get(sign, "")
    said = f"type `{short(right, 60)}`" if right else "type it again"
    if plain == "-" and not "\uff01" <= sign <= "\uff5e":
        return f"{said} with the hyphen of the keyboard, `-` (U+002D)"
    if plain in ("'", '"') and plain:
        return f"{said} with the plain quote of the keyboard, `{plain}` (U+{ord(plain):04X})"
    return f"{said} with the keyboard set to English (half-width)"
