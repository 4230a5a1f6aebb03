"""The section `time_bands`, and the attribute `band` that it declares. Source: rule language, second version, 3.4."""

import itertools
import re

from engine.diagnostics import references
from engine.diagnostics.time_bands import BAND_UNREADABLE, BANDS_OVERLAP
from engine.language.build.context import Build
from engine.language.build.node import Node
from engine.model.book import Attribute
from engine.model.time_bands import BAND, DAY, WEEKDAYS, TimeBand, clock, overlap_of
from engine.values.spans import dotted

_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")


def read_time_bands(build: Build, parts: dict[str, Node]) -> dict[str, TimeBand]:
    """The bands, in the order in which they are written; two that hold at one time are reported."""
    found: dict[str, TimeBand] = {}
    for name, node in parts.items():
        band = build.attempt(_read_band, name, node)
        if band is not None:
            found[name] = band
    for one, other in itertools.combinations(found.values(), 2):
        at = overlap_of(one, other)
        if at is not None:
            month, weekday, minute = at
            message = f"`{one.id}` and `{other.id}` both hold on a {WEEKDAYS[weekday]} at {clock(minute)} in month {month}"
            remedy = "a time has one band: end one of the two where the other begins"
            build.report(
                BANDS_OVERLAP, message, build.places.span(other.origin), path=dotted(other.origin.path), names=(one.id, other.id), help=remedy,
                labels=build.place_label(parts[one.id], "the other stands here"),
            )  # fmt: skip
    return found


def band_attribute(build: Build, parts: dict[str, Node]) -> None:
    """Declares `band`, less important than every attribute of the book; its values are the bands as written, those that cannot be read too."""
    if not parts:
        return
    if BAND in build.attributes:
        message = "`band` is what `when` calls a time band, and an attribute has the name too"
        build.report(references.DUPLICATE_ID, message, build.places.span(build.attributes[BAND].origin), names=(BAND,), help="give the attribute another name")
        return
    build.declared["attributes"] = {**build.declared.get("attributes", {}), BAND: None}
    origin = next(iter(parts.values())).origin()
    build.attributes[BAND] = Attribute(BAND, source="usage", rank=len(build.attributes), values=(*parts,), origin=origin, by_time=True)
    build.used.add(("attributes", BAND))


def _read_band(build: Build, name: str, node: Node) -> TimeBand:
    hours = node.get("hours")
    days, months = node.get("days"), node.get("months")
    return TimeBand(
        name,
        hours=tuple(build.each(_read_hours, hours.one_or_more())) if hours is not None else ((0, DAY),),
        days=frozenset(build.each(_read_day, days.one_or_more())) if days is not None else frozenset(),
        months=frozenset(build.each(_read_month, months.one_or_more())) if months is not None else frozenset(),
        title=build.text_of(node.get("title")),
        description=build.text_of(node.get("description")),
        origin=node.origin(),
    )


def _read_hours(build: Build, node: Node) -> tuple[int, int]:
    """Minutes from midnight on; `22:00-06:00` ends on the day after."""
    text = node.text()
    found = _HOURS.fullmatch(text)
    remedy = 'write two times of the clock, such as `"16:00-21:00"`, or over midnight `"22:00-06:00"`; the day ends at `24:00`'
    if found is None:
        raise build.refuse(BAND_UNREADABLE, f"`{text}` are no hours of a day", node, help=remedy)
    start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if end > DAY or start == end:
        raise build.refuse(BAND_UNREADABLE, f"`{text}` are no hours of a day", node, help=remedy)
    return (start, end) if start < end else (start, end + DAY)


def _read_day(build: Build, node: Node) -> int:
    text = node.text()
    if text not in WEEKDAYS:
        raise build.refuse(BAND_UNREADABLE, f"`{text}` is no day of the week", node, **build.meant(text, WEEKDAYS, "day"))
    return WEEKDAYS.index(text)


def _read_month(build: Build, node: Node) -> int:
    number = node.whole()
    if not 1 <= number <= 12:
        raise build.refuse(BAND_UNREADABLE, f"`{number}` is no month", node, help="write 1 for January to 12 for December")
    return number
