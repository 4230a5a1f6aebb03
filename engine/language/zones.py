"""Time zones as people write them: an offset, an abbreviation, a country or a capital; and the IANA names that may be meant.

Contract: words for messages only. An offset or an abbreviation is kept in several places that part in summer, so none is ever chosen.
Source: rule language, section 2, `timezone`.
"""

import re
from datetime import UTC, datetime

from engine.language.names import closest, folded
from engine.values.periods import zone, zone_names

_OFFSET = re.compile(r"(?:(?:UTC|GMT|Z)? ?([+-\u2212])|(?:UTC|GMT)) ?([0-9]{1,2})(?::?([0-9]{2}))?", re.IGNORECASE)
_TURNED_SIGN = re.compile(r"Etc/GMT([+-])([1-9][0-9]?)")

KEPT_BY = {
    "-10:00": "Pacific/Honolulu", "-09:00": "America/Anchorage", "-08:00": "America/Los_Angeles America/Vancouver",
    "-07:00": "America/Denver America/Phoenix", "-06:00": "America/Chicago America/Mexico_City",
    "-05:00": "America/New_York America/Toronto America/Bogota America/Lima", "-04:00": "America/Halifax America/Caracas",
    "-03:30": "America/St_Johns", "-03:00": "America/Sao_Paulo America/Argentina/Buenos_Aires",
    "+00:00": "UTC Europe/London Europe/Lisbon", "+01:00": "Europe/Berlin Europe/Paris Europe/Madrid Africa/Lagos",
    "+02:00": "Europe/Athens Africa/Cairo Africa/Johannesburg", "+03:00": "Europe/Istanbul Europe/Moscow Asia/Riyadh Africa/Nairobi",
    "+03:30": "Asia/Tehran", "+04:00": "Asia/Dubai", "+04:30": "Asia/Kabul", "+05:00": "Asia/Karachi Asia/Tashkent",
    "+05:30": "Asia/Kolkata Asia/Colombo", "+05:45": "Asia/Kathmandu", "+06:00": "Asia/Dhaka", "+06:30": "Asia/Yangon",
    "+07:00": "Asia/Bangkok Asia/Jakarta Asia/Ho_Chi_Minh",
    "+08:00": "Asia/Shanghai Asia/Singapore Asia/Hong_Kong Asia/Taipei Asia/Manila Australia/Perth",
    "+09:00": "Asia/Tokyo Asia/Seoul", "+09:30": "Australia/Adelaide Australia/Darwin",
    "+10:00": "Australia/Sydney Australia/Brisbane", "+12:00": "Pacific/Auckland", "+13:00": "Pacific/Apia",
}  # fmt: skip
"""Offset from UTC, in winter where a zone has two -> zones that keep it, those of many people first."""

ABBREVIATIONS = {
    "CST": "Asia/Shanghai America/Chicago", "CDT": "America/Chicago", "EST": "America/New_York", "EDT": "America/New_York",
    "ET": "America/New_York", "CT": "America/Chicago", "MST": "America/Denver America/Phoenix", "MDT": "America/Denver",
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "PT": "America/Los_Angeles", "HST": "Pacific/Honolulu",
    "AKST": "America/Anchorage", "AST": "America/Halifax Asia/Riyadh", "BRT": "America/Sao_Paulo",
    "BST": "Europe/London Asia/Dhaka", "IST": "Asia/Kolkata Europe/Dublin Asia/Jerusalem", "WEST": "Europe/Lisbon",
    "CEST": "Europe/Berlin Europe/Paris", "MEZ": "Europe/Berlin", "MESZ": "Europe/Berlin", "EEST": "Europe/Athens Europe/Helsinki",
    "MSK": "Europe/Moscow", "TRT": "Europe/Istanbul", "SAST": "Africa/Johannesburg", "GST": "Asia/Dubai", "PKT": "Asia/Karachi",
    "ICT": "Asia/Bangkok", "WIB": "Asia/Jakarta", "SGT": "Asia/Singapore", "HKT": "Asia/Hong_Kong", "PHT": "Asia/Manila",
    "JST": "Asia/Tokyo", "KST": "Asia/Seoul", "AWST": "Australia/Perth", "ACST": "Australia/Adelaide Australia/Darwin",
    "AEST": "Australia/Sydney Australia/Brisbane", "AEDT": "Australia/Sydney", "NZST": "Pacific/Auckland", "NZDT": "Pacific/Auckland",
}  # fmt: skip

CITIES = {
    "beijing": "Asia/Shanghai", "peking": "Asia/Shanghai", "shenzhen": "Asia/Shanghai", "guangzhou": "Asia/Shanghai",
    "delhi": "Asia/Kolkata", "new-delhi": "Asia/Kolkata", "mumbai": "Asia/Kolkata", "bangalore": "Asia/Kolkata",
    "abu-dhabi": "Asia/Dubai", "mecca": "Asia/Riyadh", "osaka": "Asia/Tokyo", "ankara": "Europe/Istanbul", "bern": "Europe/Zurich",
    "geneva": "Europe/Zurich", "munich": "Europe/Berlin", "frankfurt": "Europe/Berlin", "hamburg": "Europe/Berlin",
    "milan": "Europe/Rome", "barcelona": "Europe/Madrid", "washington": "America/New_York", "boston": "America/New_York",
    "miami": "America/New_York", "dallas": "America/Chicago", "houston": "America/Chicago", "seattle": "America/Los_Angeles",
    "san-francisco": "America/Los_Angeles", "ottawa": "America/Toronto", "brasilia": "America/Sao_Paulo",
    "canberra": "Australia/Sydney", "pretoria": "Africa/Johannesburg", "cape-town": "Africa/Johannesburg", "abuja": "Africa/Lagos",
}  # fmt: skip
"""Cities of which IANA has no zone -> the zone that they keep."""

_FORM = "write an IANA name of a region and city, such as `Asia/Shanghai` or `Europe/Berlin`, or `UTC`"


def zone_meant(written: str) -> tuple[str, str | None]:
    """The help line for a name that is no time zone, and the one zone that is meant, None where there is none or several.

    >>> zone_meant("shanghai"), zone_meant("office")[1], zone_meant("JST")
    (('did you mean `Asia/Shanghai`?', 'Asia/Shanghai'), None, ('write the zone of a place that keeps it: `Asia/Tokyo`', None))
    """
    offset = offset_of(written)
    if offset is not None:
        kept = KEPT_BY.get(offset, "").split()
        return (f"write the zone of a place that keeps {offset}{_in_winter(kept)}: {_any_of(kept)}" if kept else _FORM), None
    kept = ABBREVIATIONS.get(written.strip().upper(), "").split()
    if kept:
        return f"write the zone of a place that keeps it: {_any_of(kept)}", None
    near = _near(written)
    if near is not None:
        return f"did you mean `{near}`?", near
    there = _zones_of_country(written)
    return (f"write the zone of a place there: {_any_of(there[:6])}" if there else _FORM), None


def misleading(name: str) -> tuple[str, str] | None:
    """Why the name of a zone that exists is probably not what its author thinks, and what to write; None for any other.

    >>> misleading("Etc/GMT+8")[0]
    'it is 8 hours behind UTC: the sign in these names is turned round'
    """
    turned = _TURNED_SIGN.fullmatch(name)
    if turned is not None:
        behind, hours = turned[1] == "+", turned[2]
        offset = f"{'-' if behind else '+'}{hours:0>2}:00"
        lies = f"{hours} hour{'s' if hours != '1' else ''} {'behind' if behind else 'ahead of'} UTC"
        return f"it is {lies}: the sign in these names is turned round", zone_meant(offset)[0]
    if name in ("EST", "MST", "HST"):
        return "it is one offset from UTC all year, also while clocks there show summer time", zone_meant(name)[0]
    return None


def offset_of(written: str) -> str | None:
    """`UTC+8`, `gmt+08:00`, `+0800` and `+8` are +08:00; None for what is no offset.

    >>> offset_of("UTC+8"), offset_of("-0330"), offset_of("Etc/GMT+8")
    ('+08:00', '-03:30', None)
    """
    match = _OFFSET.fullmatch(written.strip())
    if match is None:
        return None
    hours, minutes = match[2], match[3] or "00"
    behind = match[1] in ("-", "\u2212") and (int(hours), int(minutes)) != (0, 0)
    return f"{'-' if behind else '+'}{hours:0>2}:{minutes}"


def _near(written: str) -> str | None:
    """The zone that a mistyped name means, or that has this city."""
    names, city = zone_names(), folded(written.rpartition("/")[2])
    there = [each for each in names if folded(each.rpartition("/")[2]) == city]
    return there[0] if len(there) == 1 else CITIES.get(city) or closest(written, names)


def _zones_of_country(written: str) -> list[str]:
    """The zones of the country that the words name, in one of five languages or by its code."""
    # Names of countries are only looked up for a mistake: the library with them takes a moment to load.
    from babel import Locale
    from babel.core import get_global

    word = " ".join(written.split()).casefold()
    named = (each for language in ("en", "de", "zh", "ja", "ar") for each in Locale(language).territories.items())
    codes = {code for code, name in named if name.casefold() == word}
    codes.add(get_global("territory_aliases").get(word.upper(), [word.upper()])[0])
    known = set(zone_names())
    there = (name for name, code in get_global("zone_territories").items() if code in codes and name in known)
    busy = " ".join(KEPT_BY.values()).split()
    return sorted(there, key=lambda name: (name not in busy, name))


def _in_winter(kept: list[str]) -> str:
    moments = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 7)]
    changing = [name for name in kept if len({each.astimezone(zone(name)).utcoffset() for each in moments}) > 1]
    return " (some in winter only)" if changing else ""


def _any_of(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
