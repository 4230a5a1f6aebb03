"""The words of metered use in a quote: over which stretch of time, how many times which amount, and what counts as one.

Source: rule language, 3.3, 3.4 and 3.10, Estimates.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from engine.documents.format import NO_BREAK
from engine.documents.quote_words import Telling
from engine.model.trace import TraceStep
from engine.values.exact import ONE
from engine.values.periods import local


def use_words(step: TraceStep, telling: Telling, trace: Sequence[TraceStep]) -> str:
    """`2026-03-01 to 2026-03-31: 720 × 0.049`, and what not everybody would guess: a total or a part month counts as one."""
    facts = step.facts
    words = _stretch(facts, telling)
    if facts["count"] != 1 or facts["ratio"] != ONE:
        words = f"{words}: {_calculation(facts, telling)}"
    if facts.get("window") == "whole":
        return telling.words.row([words, _as_one(trace, telling)])
    if facts.get("part_counts_whole"):
        return telling.words.row([words, _part_counts_whole(facts, telling)])
    return words


def _stretch(facts: Mapping[str, object], telling: Telling) -> str:
    start, end = (_moment(facts[name], telling) for name in ("from", "until"))
    if facts.get("per") == "once":
        return telling.say("on %(date)s", date=start)
    return telling.say("%(start)s to %(end)s", start=start, end=end)


def _moment(at: datetime, telling: Telling) -> str:
    """A day of the book's zone, with its time unless it is midnight."""
    wall = local(at, telling.book.zone)
    return telling.day(at) if (wall.hour, wall.minute, wall.second) == (0, 0, 0) else telling.words.isolate(f"{wall:%Y-%m-%d}{NO_BREAK}{wall:%H:%M}")


def _calculation(facts: Mapping[str, object], telling: Telling) -> str:
    terms = [] if facts["count"] == 1 else [telling.words.number(facts["count"])]
    terms.append(telling.amount(facts["amount"]))
    if facts["ratio"] != ONE:
        numerator, denominator = facts["ratio"].as_integer_ratio()
        terms.append(telling.words.formula(f"{numerator}/{denominator}" if denominator != 1 else str(numerator)))
    # A calculation is not torn at the end of a line.
    return f"{NO_BREAK}×{NO_BREAK}".join(terms)


def _as_one(trace: Sequence[TraceStep], telling: Telling) -> str:
    measure = next((step.facts.get("measure") for step in trace if step.number == 1), None)
    if measure in ("sum", "count"):
        return telling.say("the total counts as one window")
    return telling.say("the whole time counts as one window")


def _part_counts_whole(facts: Mapping[str, object], telling: Telling) -> str:
    words = {
        "hour": telling.say("a part of an hour counts as a whole one"),
        "day": telling.say("a part of a day counts as a whole one"),
        "month": telling.say("a part of a month counts as a whole one"),
    }
    return words.get(str(facts.get("window")), "")
