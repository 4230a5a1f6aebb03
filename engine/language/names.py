"""Ids and the near misses of ids: what `did you mean` may say."""

import re
from collections.abc import Collection, Iterable
from difflib import SequenceMatcher
from functools import cache
from itertools import islice

from engine.diagnostics.record import Remedy
from engine.language.characters import called, plain_twin, revealed, strange_at
from engine.values.countries import is_country
from engine.values.money import currency_codes, is_currency

_ID = re.compile(r"[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*\Z")


def is_id(text: str) -> bool:
    """Whether the text may be an id: letters, digits, single `.`, `_` or `-` between them, at least one letter.

    Source: rule language, section 1.

    >>> is_id("c7.large.2"), is_id("10-users"), is_id("2026"), is_id("a--b")
    (True, True, False, False)
    """
    return _ID.match(text) is not None and any(letter.isalpha() for letter in text)


LONGEST_GUESSED = 60
"""Characters of a name for which a near one is looked for."""
MOST_GUESSING = 200_000
"""What one reading may spend on near misses: 1 for a name that is looked at, and 20 and its characters where it is compared."""


class Guesses:
    """What is left to spend on near misses; where it is used up nothing is near, and a message lists the names there are."""

    def __init__(self) -> None:
        self.left = MOST_GUESSING

    def likeness(self, own: str, other: str) -> int:
        """Twice the characters that two folded names share in their order; 0 where they share too few to be alike at all."""
        self.left -= 1
        wanted = 3 * (len(own) + len(other))
        if self.left < 0 or 8 * sum(min(own.count(sign), other.count(sign)) for sign in set(own)) < wanted:
            return 0
        self.left -= 20 + len(own) + len(other)
        return 2 * sum(block.size for block in SequenceMatcher(None, own, other, autojunk=False).get_matching_blocks())


def closest(name: str, known: Iterable[str], guesses: Guesses | None = None) -> str | None:
    """The one known name that the author clearly meant; None where no candidate, or more than one, is near.

    >>> closest("storge", ["storage", "users"]), closest("x", ["storage", "users"])
    ('storage', None)
    >>> closest("user-expansion", ["storage-expansion-package", "user-expansion-package"])
    'user-expansion-package'
    """
    guesses = guesses or Guesses()
    if guesses.left <= 0 or len(name) > LONGEST_GUESSED:
        return None
    own, named = folded(name), [(each, folded(each)) for each in known if len(each) <= 2 * LONGEST_GUESSED]
    guesses.left -= len(named)
    scored = []
    for candidate, other in named:
        if other == own:
            scored.append((2000, candidate))
            continue
        # A text of very different length is no typing slip.
        if abs(len(other) - len(own)) > max(2, len(own) // 3):
            continue
        shared = guesses.likeness(own, other)
        if shared and shared * 100 >= 75 * (len(own) + len(other)):
            scored.append((shared * 1000 // (len(own) + len(other)), candidate))
    # A part of a longer name: its beginning, or a word of it.
    longer = [(candidate, other) for candidate, other in named if len(own) > 2 and f"-{own}-" in f"-{other}-"]
    begun = [each for each in longer if each[1].startswith(own)] or longer
    if len(begun) == 1 and not any(score > 900 for score, _ in scored):
        return begun[0][0]
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    if not scored or (len(scored) > 1 and scored[0][0] == scored[1][0]):
        return None
    return scored[0][1]


def folded(name: str) -> str:
    """The name without what people mix up: capitals, and which sign joins its words."""
    return re.sub(r"[\s._-]+", "-", name).casefold()


def renamed(name: str, candidates: Iterable[str]) -> str | None:
    """The one candidate that is made of words of the name, or holds them all; None where none or several are.

    >>> renamed("user-expansion-package", ["user-package", "storage"])
    'user-package'
    """
    words = set(folded(name).split("-"))
    near = [each for each in candidates if (parts := set(folded(each).split("-"))) <= words or words <= parts]
    return near[0] if len(near) == 1 else None


def similar(name: str, other: str, guesses: Guesses | None = None) -> bool:
    """Whether the two differ by no more than a slip of the keys, such as one letter in ten."""
    if max(len(name), len(other)) > 2 * LONGEST_GUESSED:
        return name == other
    first, second = folded(name), folded(other)
    return first == second or 10 * (guesses or Guesses()).likeness(first, second) >= 9 * (len(first) + len(second))


def slipped(name: str, near: str) -> bool:
    """Whether the two differ by one slip of the keys: a letter more, less or another one, two in the wrong order, or capitals and joining signs.

    >>> slipped("titel", "title"), slipped("Billing-Mode", "billing_mode"), slipped("unit", "units"), slipped("tier", "tax")
    (True, True, True, False)
    """
    one, other = folded(name), folded(near)
    if one == other or min(len(one), len(other)) < SHORTEST_SLIPPED or abs(len(one) - len(other)) > 1:
        return one == other
    start = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other)))
    rest, right = one[start:], other[start:]
    swapped = rest[:2] == right[1::-1] and len(rest) == len(right) and rest[2:] == right[2:]
    return swapped or rest[1:] == right[1:] or rest[1:] == right or rest == right[1:]


SHORTEST_SLIPPED = 3
"""Letters of a word in which a slip can be told from another word."""

CURRENCY_WORDS = {
    "RMB": "CNY", "CNH": "CNY", "RENMINBI": "CNY", "YUAN": "CNY", "元": "CNY", "人民币": "CNY", "NTD": "TWD", "NT$": "TWD", "HK$": "HKD",
    "EURO": "EUR", "EUROS": "EUR", "€": "EUR", "US$": "USD", "$US": "USD", "US-DOLLAR": "USD", "£": "GBP", "STG": "GBP", "UKP": "GBP",
    "STERLING": "GBP", "YEN": "JPY", "円": "JPY", "日元": "JPY", "JP¥": "JPY", "CN¥": "CNY", "WON": "KRW", "₩": "KRW", "₹": "INR", "RS": "INR",
    "INR.": "INR", "RUPEE": "INR", "₽": "RUB", "SFR": "CHF", "FR.": "CHF", "TL": "TRY", "₺": "TRY", "R$": "BRL",
    "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "S$": "SGD", "NZ$": "NZD", "ZŁ": "PLN", "KČ": "CZK", "₫": "VND", "฿": "THB",
    "₪": "ILS", "NIS": "ILS", "DHS": "AED", "RM": "MYR",
}  # fmt: skip
"""What people write for a currency, in capitals -> its code in ISO 4217. A sign that several currencies share is in none."""

SHARED_SIGNS = {
    "$": "USD CAD AUD SGD HKD TWD MXN", "DOLLAR": "USD CAD AUD SGD HKD", "DOLLARS": "USD CAD AUD SGD HKD", "¥": "CNY JPY", "￥": "CNY JPY",
    "KR": "SEK NOK DKK", "POUND": "GBP EGP", "FRANC": "CHF XOF XAF", "PESO": "MXN ARS CLP COP PHP", "DINAR": "KWD BHD JOD IQD",
}  # fmt: skip
"""A sign or word that several currencies share -> the currencies, those of many people first."""


def currency_meant(written: str, own: str) -> tuple[str, str | None]:
    """The help line for a code that ISO 4217 does not know, and the one currency that is meant, None where none or several are.

    >>> currency_meant("RMB", "USD"), currency_meant("¥", "XXX")[0]
    (('did you mean `CNY`?', 'CNY'), 'write the code of the one that is meant: `CNY` or `JPY`')
    """
    near = near_currency(written, own)
    if near is not None:
        return f"did you mean `{near}`?", near
    shared = SHARED_SIGNS.get(written.strip().upper(), "").split()
    if shared:
        quoted = [f"`{each}`" for each in shared]
        return f"write the code of the one that is meant: {', '.join(quoted[:-1])} or {quoted[-1]}", None
    return "write a code of three capitals, such as `USD` or `EUR`", None


def near_currency(code: str, own: str) -> str | None:
    """The currency that a mistyped code means: in capitals, by its common name or sign, with its letters in another order, or one letter
    off the book's own.

    >>> near_currency("usd", "EUR"), near_currency("UDS", "XXX"), near_currency("EUE", "EUR"), near_currency("QQQ", "EUR")
    ('USD', 'USD', 'EUR', None)
    """
    upper = code.strip().upper()
    if is_currency(upper) or upper in CURRENCY_WORDS:
        return CURRENCY_WORDS.get(upper, upper)
    if is_currency(own) and len(upper) == len(own) and sum(a != b for a, b in zip(upper, own, strict=True)) == 1:
        return own
    shuffled = [each for each in currency_codes() if sorted(each) == sorted(upper)] if len(upper) == 3 else []
    return own if own in shuffled else shuffled[0] if len(shuffled) == 1 else None


@cache
def _countries_by_name() -> dict[str, list[str]]:
    # Names of countries are only looked up for a mistake: the library with them takes a moment to load.
    from babel import Locale

    found: dict[str, list[str]] = {}
    for language in ("en", "de", "zh", "ja", "ar"):
        for code, name in Locale(language).territories.items():
            found.setdefault(name.casefold(), []).append(code)
    return found


def country_meant(written: str) -> str:
    """The help line for a country that ISO 3166 does not know: the code that is meant, else what a code looks like.

    >>> country_meant("de"), country_meant("Germany"), country_meant("UK"), country_meant("QQ")
    ('did you mean `DE`?', 'did you mean `DE`?', 'did you mean `GB`?', 'write the two capital letters of ISO 3166, such as `DE`')
    """
    from babel.core import get_global

    folded = " ".join(written.split()).casefold()
    named = _countries_by_name().get(folded, ())
    replaced = get_global("territory_aliases").get(folded.upper(), [])
    meant = [each for each in (folded.upper(), *named, *(replaced if len(replaced) == 1 else ()), *(("GR",) if folded == "el" else ())) if is_country(each)]
    return f"did you mean `{meant[0]}`?" if meant else "write the two capital letters of ISO 3166, such as `DE`"


def _unlike(name: str, near: str) -> str:
    """What tells a name from the one that is meant, where the two look the same.

    >>> _unlike("user–pack", "user-pack"), _unlike("user-pakc", "user-pack")
    (' `–` is an en dash (U+2013)', '')
    """
    at = strange_at(name)
    if at is None or revealed(plain_twin(name) or name) != near:
        return ""
    sign = name[at]
    return f" `{sign}` is {called(sign, article=True)}" if sign.isprintable() else f" {called(sign)} stands in what is written"


HAVE = "the book has"
"""Before the names that there are, where none is near."""


def suggestion(
    name: str, known: Collection[str], kind: str, new: Iterable[str] = (), guesses: Guesses | None = None, besides: str | None = None, have: str = HAVE
) -> Remedy:
    """The remedy for an unknown name: the near miss, else the names there are, after the words `have`. `new` are those that nothing uses
    yet, `besides` is a name that cannot be meant.

    >>> suggestion("storge", ["storage", "users"], "item")["help"], suggestion("cpu", ["storage", "users"], "item")["help"]
    ('did you mean `storage`?', 'the book has `storage`, `users`')
    """
    guesses = guesses or Guesses()
    near = closest(name, (each for each in known if each != besides) if besides is not None else known, guesses)
    if guesses.left > 0 and (near is None or not similar(name, near, guesses)):
        new = list(new)
        near = closest(name, new, guesses) or renamed(name, new) or near
    if near is not None:
        return Remedy(help=f"did you mean `{near}`?{_unlike(name, near)}", meant=near)
    others = [each for each in islice(known, 9) if each != besides][:8]
    count = len(known) - (besides is not None and besides in known)
    if not others:
        return Remedy(help=f"the book declares no {kind}", none_declared=True)
    listed = ", ".join(f"`{each}`" for each in others)
    return Remedy(help=f"{have} {listed}" + (f" and {count - 8} more" if count > 8 else ""))
