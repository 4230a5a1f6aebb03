"""What to write instead: for each kind of scalar, a guess at what the author meant (rule language, section 1, Scalars).

Contract: these are suggestions for messages only; nothing here is ever taken as the value.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from decimal import Decimal
from difflib import get_close_matches

from engine.values.bounds import EARLIEST_YEAR, LATEST_YEAR, MOST_DIGITS, OutOfBounds
from engine.values.colours import six_digits
from engine.values.exact import multiply, plain
from engine.values.periods import parse_duration
from engine.values.spans import Path
from engine.values.voices import IN_FILES, Voice

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?\Z")
_THOUSANDS_OR_DECIMALS = re.compile(r"(?<![0-9.,])([1-9][0-9]{0,2}),([0-9]{3})(?![0-9.,])")
_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "S": "5", "B": "8"})
_UNITS_OF_TIME = {
    "mo": (1, "month"), "mon": (1, "month"), "mth": (1, "month"), "month": (1, "month"), "y": (1, "year"), "yr": (1, "year"), "year": (1, "year"),
    "d": (1, "day"), "day": (1, "day"), "h": (1, "hour"), "hr": (1, "hour"), "hour": (1, "hour"),
    "min": (1, "minute"), "minute": (1, "minute"), "s": (1, "second"), "sec": (1, "second"), "second": (1, "second"),
    "m": (1, "month"), "w": (1, "week"), "wk": (1, "week"), "week": (1, "week"), "fortnight": (2, "week"), "q": (3, "month"), "quarter": (3, "month"),
    "monat": (1, "month"), "monate": (1, "month"), "jahr": (1, "year"), "jahre": (1, "year"), "tag": (1, "day"), "tage": (1, "day"),
    "woche": (1, "week"), "wochen": (1, "week"), "quartal": (3, "month"), "quartale": (3, "month"), "stunde": (1, "hour"), "stunden": (1, "hour"),
    "个月": (1, "month"), "月": (1, "month"), "年": (1, "year"), "天": (1, "day"), "日": (1, "day"), "周": (1, "week"), "小时": (1, "hour"),
    "か月": (1, "month"), "ヶ月": (1, "month"), "週間": (1, "week"), "時間": (1, "hour"),
}  # fmt: skip
"""How lengths of time are written elsewhere -> how many of which unit of the language that is."""
_SPELT_OUT = ("months", "month", "years", "year", "weeks", "week", "days", "day", "hours", "hour", "minutes", "minute", "seconds", "second")
_NEAR = 3 / 4
"""How much of a misspelt unit of time must be right."""


def short(text: str, most: int = 40) -> str:
    """A word for a message: on one line, at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 3] + "..."


def named(path: Path, voice: Voice = IN_FILES) -> str:
    """How a message calls a value: by its key, and an entry of a list by its number."""
    if not path:
        return "the file"
    keys = [part for part in path if isinstance(part, str)] or ["the list"]
    # What stands further in is named by the book or the customer; only the keys of the order itself are options.
    owner = voice.key(keys[0]) if len(keys) == 1 and voice.types(keys[0]) else f"`{short(keys[-1])}`"
    last = path[-1]
    return f"entry {last + 1} of {owner}" if isinstance(last, int) else owner


def number_meant(written: str) -> str | None:
    """`1,200` and `1_200` are 1200, `.5` is 0.5, `012` is 12, `89.0O` is 89.00; None where nothing is near."""
    text = written.strip().lstrip("+").strip("$€£¥ ")
    if re.fullmatch(r"-?[1-9][0-9]{0,2}([,_' ][0-9]{3})+(\.[0-9]+)?", text):
        text = re.sub("[,_' ]", "", text)
    elif re.fullmatch(r"-?[1-9][0-9]{0,2}(\.[0-9]{3})*,[0-9]+", text):
        text = text.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"-?[0-9]+,[0-9]+", text):
        text = text.replace(",", ".")
    elif re.fullmatch(r"-?[0-9]+(_[0-9]+)+(\.[0-9]+)?", text):
        text = text.replace("_", "")
    elif re.fullmatch(r"0x[0-9A-Fa-f]{1,30}", text):
        text = str(int(text, 16))
    elif re.fullmatch(r"-?[0-9]*\.?[0-9]+[eE][+-]?[0-9]{1,2}", text):
        text = plain(Decimal(text))
    elif re.fullmatch(r"[0-9OolISB.,]+", text) and any(sign.isdigit() for sign in text):
        text = text.translate(_LOOKALIKES)
    text = re.sub(r"\A(-?)0+(?=[0-9])", r"\1", text)
    text = re.sub(r"\A(-?)\.", r"\g<1>0.", text).removesuffix(".")
    amount = re.fullmatch(r"(-?[0-9]+(?:\.[0-9]+)?) ?(?:[A-Z]{3}|%)", text)
    text = amount[1] if amount else text
    return text if _NUMBER.match(text) and len(text) <= MOST_DIGITS else None


def readings(written: str, meant: Callable[[str], str | None]) -> tuple[str, ...]:
    """Everything that a value of one kind could mean: two numbers where a comma can part thousands or decimals.

    >>> readings("1,200", number_meant), readings("2,40", number_meant), readings("1,500 GB", quantity_meant)
    (('1200', '1.200'), ('2.40',), ('1500 GB', '1.500 GB'))
    """
    either = _THOUSANDS_OR_DECIMALS.search(written)
    texts = [either.expand(form) for form in (r"\g<1>\g<2>", r"\g<1>.\g<2>")] if either else [""]
    whole = [written[: either.start()] + text + written[either.end() :] for text in texts] if either else [written]
    return tuple(dict.fromkeys(found for text in whole if (found := meant(text)) is not None))


_TRUTHS = ("yes", "no", "on", "off", "true", "false")


def same_signs(written: str, meant: str) -> bool:
    """Whether what is meant has the very digits and letters that are written, so that only blanks, capitals and the signs of a date differ.

    >>> same_signs("50TB", "50 TB"), same_signs("17 %", "17%"), same_signs("2026/01/05", "2026-01-05"), same_signs("89.0O", "89.00")
    (True, True, True, False)
    """
    if meant in _TRUTHS:
        return written.strip().lower() in _TRUTHS
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", meant):
        return re.sub(r"[/.]", "-", written.strip()) == meant
    one, other = ("".join(text.split()) for text in (written, meant))
    return one == other or (meant[:1].isdigit() and meant[-1:].isalpha() and one.casefold().removesuffix("s") == other.casefold().removesuffix("s"))


def thousands_meant(written: str) -> tuple[str, str] | None:
    """`20.000 GB` is read as 20 GB and may mean 20000 GB: both, the one with thousands first; None for any other quantity.

    >>> thousands_meant("20.000"), thousands_meant("1.024 GB"), thousands_meant("0.125"), thousands_meant("1.5")
    (('20000', '20'), ('1024 GB', '1.024 GB'), None, None)
    """
    match = re.fullmatch(r"([1-9][0-9]{0,2})\.([0-9]{3})( \S+)?", written)
    if match is None:
        return None
    unit = match[3] or ""
    return f"{match[1]}{match[2]}{unit}", f"{plain(Decimal(f'{match[1]}.{match[2]}').normalize())}{unit}"


def either_of(found: tuple[str, ...]) -> str:
    """What the help says of `readings`: one text to write, or both with what tells them apart."""
    second = f", or `{found[1]}` if a decimal is meant" if len(found) > 1 else ""
    return f"write `{found[0]}`{second}"


def percent_meant(written: str) -> str | None:
    """`0.17` and `17` are 17%; None where nothing is near."""
    text = written.strip().replace(" %", "%").removesuffix("%").removesuffix(" percent").strip()
    meant = number_meant(text)
    if meant is None:
        return None
    value = Decimal(meant)
    return f"{plain(multiply(value, Decimal(100)) if 0 < value < 1 and not written.rstrip().endswith('%') else value)}%"


def duration_meant(written: str) -> str | None:
    """`1m` is 1 month, `P1Y` 1 year, `1 fortnight` 2 weeks, `1 quarter` 3 months; None where nothing is near.

    >>> duration_meant("30dys"), duration_meant("2 yaers"), duration_meant("5 foo")
    ('30 days', '2 years', None)
    """
    text = written.strip().lower()
    iso = re.fullmatch(r"p([0-9]{1,9})([ymwd])", text)
    match = iso or re.fullmatch(r"(an?|one|[0-9]{1,9}) ?-?([^\W\d_]+)\.?", text)
    if match is None:
        return _said(text, "month") if re.fullmatch(r"[1-9][0-9]*", text) else None
    count, unit = (1 if match[1] in ("a", "an", "one") else int(match[1])), match[2]
    near = get_close_matches(unit, _SPELT_OUT, 1, _NEAR)
    factor, known = _UNITS_OF_TIME.get(unit) or _UNITS_OF_TIME.get(unit.removesuffix("s")) or ((1, near[0].removesuffix("s")) if near else (0, ""))
    return _said(str(factor * count), known) if factor * count else None


def _said(count: str, unit: str) -> str | None:
    said = f"{count} {unit}" if count == "1" else f"{count} {unit}s"
    try:
        parse_duration(said)
    except OutOfBounds:
        return None
    return said


def quantity_meant(written: str) -> str | None:
    """`100GB` is 100 GB, `1,000 GB` 1000 GB; None where nothing is near."""
    match = re.fullmatch(r"\s*([-+0-9.,_']+)\s*([^\s0-9].*?)?\s*", written)
    if match is None or (meant := number_meant(match[1])) is None:
        return None
    return f"{meant} {match[2]}" if match[2] else meant


def date_meant(written: str) -> str | None:
    """`1/1/2026` is 2026-01-01 and `2026-1-5` 2026-01-05; where day and month could be swapped, or nothing is near, None."""
    text = written.strip()
    match = re.fullmatch(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})", text)
    if match:
        year, month, day = match.groups()
    else:
        match = re.fullmatch(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", text)
        if not match:
            return None
        first, second, year = match.groups()
        month, day = (second, first) if int(first) > 12 or "." in text else (first, second)
        if int(first) <= 12 and int(second) <= 12 and first != second and "." not in text:
            return None
    valid = 1 <= int(month) <= 12 and 1 <= int(day) <= 31 and EARLIEST_YEAR <= int(year) <= LATEST_YEAR
    return f"{year}-{int(month):02}-{int(day):02}" if valid else None


_MONTHS = "January February March April May June July August September October November December".split()
_WRITTEN_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")


def no_such_day(written: str) -> tuple[str, str] | None:
    """Why a date in the right form is no day, and what to write; None where the calendar has it.

    >>> no_such_day("2026-02-30")
    ('February 2026 has 28 days', 'write a day from `2026-02-01` to `2026-02-28`')
    """
    match = _WRITTEN_DATE.match(written.strip())
    if match is None or match[1] == "0000":
        return None
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    if not 1 <= month <= 12:
        return "a year has 12 months", "write year, month and day, such as `2026-01-31`"
    days = monthrange(year, month)[1]
    if 1 <= day <= days:
        return None
    first = f"{match[1]}-{match[2]}-"
    return f"{_MONTHS[month - 1]} {year} has {days} days", f"write a day from `{first}01` to `{first}{days}`"


def boolean_meant(written: str) -> str | None:
    """`yes`, `on` and `True` are true, `no`, `off` and `False` false; None where nothing is near."""
    text = written.strip().lower()
    if text in ("yes", "on", "y", "true", "1"):
        return "true"
    return "false" if text in ("no", "off", "n", "false", "0") else None


def colour_meant(written: str) -> str | None:
    """`0a5` and `0X00AA55` are colours without their sign; None where nothing is near.

    >>> colour_meant("0a5"), colour_meant("# 00AA55"), colour_meant("green")
    ('"#0a5"', '"#00AA55"', None)
    """
    digits = written.strip().removeprefix("#").strip().removeprefix("0x").removeprefix("0X")
    return f'"#{digits}"' if six_digits(f"#{digits}") else None


def threshold_meant(written: str) -> str | None:
    """A term where it is near one, else a quantity: `1y` is 1 year, `100GB` 100 GB."""
    return duration_meant(written) or quantity_meant(written)


def before_meant(written: str) -> str | None:
    """`7 days` and `7d before expiry` are 7 days before; None where nothing is near."""
    meant = duration_meant(re.sub(r"\s+before\b.*", "", written.strip()))
    plain_form = re.fullmatch(r"([1-9][0-9]*) (month|year|day|hour|minute|second)s?", written.strip())
    return f"{plain_form[0] if plain_form else meant} before" if plain_form or meant else None


MEANT: dict[str, Callable[[str], str | None]] = {
    "number": number_meant,
    "whole": number_meant,
    "money": number_meant,
    "price": number_meant,
    "percent": percent_meant,
    "duration": duration_meant,
    "quantity": quantity_meant,
    "unit": quantity_meant,
    "order-item": quantity_meant,
    "threshold": threshold_meant,
    "lasts": duration_meant,
    "before": before_meant,
    "instant": date_meant,
    "boolean": boolean_meant,
    "colour": colour_meant,
}
