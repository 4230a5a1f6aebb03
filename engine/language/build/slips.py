"""Slips that only the whole book shows: dates that lie decades from all others, and points between thousands.

Contract: looks at scalars as they were typed, in rule files and tables alike. Source: rule language, section 1, Scalars.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import permutations

from engine.diagnostics import dates, tiers
from engine.language.build.context import Build
from engine.language.document import Document
from engine.language.wording import thousands_meant
from engine.values.spans import Path, dotted

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-[0-9]{2}(?:[T ].*)?\Z")
DATED = ("effective", "announced", "until", "date", "time")
"""Keys whose values are dates; a date in a text or a `reference` may be of any time."""
FAR = 15
"""Years without any date that part two groups of years."""
FOR_EVER = 50
"""Years ahead from which on the last or first day of a year is how people write `for ever`."""
QUANTITIES = ("max", "min", "step", "up_to", "below", "allowance", "quantity", "size", "at_least", "round_up")
"""Keys and columns whose numbers count something, and are no amounts."""


def check(build: Build) -> None:
    """Reports dates and quantities that are probably not what their author thinks."""
    _check_dates(build)
    _check_thousands(build)


def _scalars(build: Build) -> Iterator[tuple[Document, Path, str]]:
    for document in build.places.documents.values():
        yield from ((document, path, text.strip()) for path, text in document.written.items() if path)


def _check_thousands(build: Build) -> None:
    """Reports each quantity such as `20.000`, of which nobody writes the last digits if a decimal is meant."""
    for document, path, text in _scalars(build):
        meant = thousands_meant(text) if _counts(path) else None
        if meant is not None:
            build.report(
                tiers.POINT_FOR_THOUSANDS,
                f"`{text}` is not {meant[0]}: a point begins the decimals",
                document.values.get(path) or document.keys.get(path),
                path=dotted(path),
                help=f"write `{meant[0]}` if thousands are meant, else `{meant[1]}`",
            )


def _counts(path: Path) -> bool:
    """Whether the number there is a quantity: of a rule, a table, a unit's factor, or what an example orders."""
    if path[0] == "examples":
        return "items" in path and "expect" not in path
    return path[-1] in QUANTITIES or "provides" in path or path[0] == "units"


def _check_dates(build: Build) -> None:
    """Reports each date outside of the years in which the book lives, with the year that is probably meant."""
    dated = ((document, path, text) for document, path, text in _scalars(build) if path[-1] in DATED)
    found = [(document, path, match) for document, path, text in dated if (match := _DATE.match(text)) is not None]
    years = Counter(int(match[1]) for _, _, match in found)
    lived = _lived(years)
    for document, path, match in found:
        year = int(match[1])
        if year in lived:
            continue
        written, key = document.written[path].strip(), path[-1]
        after = year > lived[-1]
        years_away, lies = _away(year, lived), "after" if after else "before"
        meant = _meant(match[1], lived)
        if key == "until" and after and written[4:10] in ("-12-31", "-01-01") and int(match[1]) >= lived[-1] + FOR_EVER:
            remedy = "leave `until` out: without it the rule holds for ever"
        else:
            remedy = f"did you mean `{meant}{written[4:]}`?" if meant else "check the year"
        build.report(
            dates.FAR_DATE,
            f"`{key}: {written}` lies {years_away} years {lies} the other dates of the book, which are of {_said(lived)}",
            document.values.get(path) or document.keys.get(path),
            path=dotted(path),
            help=remedy,
        )


def _said(lived: range) -> str:
    return str(lived[0]) if len(lived) == 1 else f"{lived[0]} to {lived[-1]}"


def _lived(years: Counter[int]) -> range:
    """The years in which most dates of the book lie, with no gap of FAR years between them; of equals the earlier."""
    groups: list[list[int]] = []
    for year in sorted(years):
        if groups and year - groups[-1][-1] < FAR:
            groups[-1].append(year)
        else:
            groups.append([year])
    most = max(groups, key=lambda group: sum(years[year] for year in group), default=[0])
    return range(most[0], most[-1] + 1)


def _meant(written: str, lived: range) -> str | None:
    """The year that is near the book's and comes of this one by a slip: two digits swapped, one digit wrong, another century, all in another
    order; None where none does.

    >>> _meant("2072", range(2025, 2028)), _meant("1926", range(2026, 2027)), _meant("6202", range(2026, 2027)), _meant("9999", range(2025, 2028))
    ('2027', '2026', '2026', None)
    """
    swapped = [written[:at] + written[at + 1] + written[at] + written[at + 2 :] for at in range(3)]
    changed = [written[:at] + digit + written[at + 1 :] for at in range(4) for digit in "0123456789"]
    century = [f"{first}{second}{written[2:]}" for first in "12" for second in "0123456789"]
    turned = ["".join(each) for each in permutations(written)]
    for candidates in (swapped, changed, century, turned):
        near = [(_away(int(each), lived), each) for each in candidates if each != written and _away(int(each), lived) <= 3]
        if near:
            return min(near)[1]
    return None


def _away(year: int, lived: range) -> int:
    """How many years a year lies outside of the range."""
    return max(lived[0] - year, year - lived[-1], 0)
