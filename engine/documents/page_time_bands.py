"""The hours, days and months of time bands in words."""

import itertools
from collections.abc import Sequence

from engine.documents import page_blocks as blocks
from engine.documents.format import DASH
from engine.documents.page_types import Block
from engine.documents.teller import Teller, sentences
from engine.model.time_bands import BAND, DAY, clock
from engine.sheet.view import SheetView, TimeBandView

APART = " · "
"""Between the hours, days and months of a band."""


def time_band_blocks(t: Teller, view: SheetView) -> list[Block]:
    """The bands that prices or discounts name, each with its times."""
    if view.time_bands is None:
        return []
    entries = []
    for one in view.time_bands:
        times = APART.join((_hours(t, one), _days(t, one), _months(t, one)))
        entries.append((t.value(BAND, one.band), sentences(filter(None, (times, t.text(one.description))))))
    return [blocks.glossary(entries)]


def time_band_note(t: Teller, view: SheetView) -> str:
    """Whose clock it is, and what holds outside of all bands; empty where the sheet has none."""
    if view.time_bands is None:
        return ""
    notes = [t.say("Hours are those of the clock in %(zone)s.", zone=t.f.name(view.header.timezone))]
    if any(end > DAY for one in view.time_bands for _, end in one.hours):
        notes.append(t.say("Hours over midnight belong to the day on which they begin."))
    notes.append(t.say("What is used belongs to the band at its time; at all other times it has the prices without a band."))
    return sentences(notes)


def _hours(t: Teller, one: TimeBandView) -> str:
    return t.f.numbers(t.f.isolate(f"{clock(start)}{DASH}{clock(end - DAY if end > DAY else end)}") for start, end in one.hours)


def _days(t: Teller, one: TimeBandView) -> str:
    names = t.f.locale.days["stand-alone"]["wide"]
    return t.f.row(_runs([str(names[day]) for day in range(7)], one.days)) or t.say("every day")


def _months(t: Teller, one: TimeBandView) -> str:
    names = t.f.locale.months["stand-alone"]["wide"]
    return t.f.row(_runs([str(names[month]) for month in range(1, 13)], [month - 1 for month in one.months])) or t.say("every month")


def _runs(names: Sequence[str], places: Sequence[int]) -> list[str]:
    """Three and more in a row by the first and the last of them: `Monday-Friday`."""
    found = []
    for _, numbered in itertools.groupby(enumerate(places), key=lambda each: each[1] - each[0]):
        run = [names[place] for _, place in numbered]
        found += [f"{run[0]}{DASH}{run[-1]}"] if len(run) > 2 else run
    return found
