"""Which way to pay costs less: the sentence, the drawing, and all its numbers in words."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from engine.documents import page_blocks as blocks
from engine.documents.charts import Chart, ChartLine, Mark, Tick, draw_narrow, draw_wide, nice_ticks
from engine.documents.page_types import Block, ChartBlock
from engine.documents.sheet_words import Teller, provision, sentences
from engine.sheet.view import BreakEven, Crossing
from engine.values.exact import Number, exact, is_finite_decimal, round_number
from engine.values.money import minor_places, round_money

MOST_LINES = 3
"""A chart shows the shortest, the longest and one term between; the text names those that it shows."""


def break_even_blocks(t: Teller, found: Sequence[BreakEven], colours: Mapping[str, tuple[str, str]]) -> list[Block]:
    """A chart with its finding for each pair of modes."""
    return [_block(t, one, index, colours) for index, one in enumerate(found)]


def _block(t: Teller, one: BreakEven, index: int, colours: Mapping[str, tuple[str, str]]) -> ChartBlock:
    shown = _shown(one.crossings)
    title = t.say("%(what)s: cost of one month", what=t.f.list(provision(t, each) for each in one.provides))
    finding = sentences([_first_finding(t, one, shown[0]), _others(t, shown[1:])])
    chart = _chart(t, one, shown, index, title, finding, colours)
    told = _alternative(t, one, shown)
    return blocks.chart(title, blocks.emphasized(finding), draw_wide(chart), draw_narrow(chart), alternative=told)


def _shown(crossings: Sequence[Crossing]) -> list[Crossing]:
    """Terms that cost the same a month are one line; of many, the first, one between and the last."""
    different: dict[Number, Crossing] = {}
    for crossing in crossings:
        different.setdefault(crossing.monthly, crossing)
    kept = list(different.values())
    if len(kept) <= MOST_LINES:
        return kept
    return [kept[0], kept[len(kept) // 3], kept[-1]]


def _first_finding(t: Teller, one: BreakEven, crossing: Crossing) -> str:
    values = {"postpaid": t.mode(one.postpaid), "prepaid": t.mode(one.prepaid), "term": t.f.duration(crossing.term)}
    if crossing.first_hour is None:
        return t.say("**%(postpaid)s never costs more** than %(prepaid)s for %(term)s, even running all the time.", **values)
    if crossing.last_hour <= 0:
        return t.say("**%(prepaid)s for %(term)s costs less from the first hour on** than %(postpaid)s.", **values)
    values["postpaid"] = t.f.lowered(values["postpaid"])
    values |= {
        "hours": t.f.time(crossing.last_hour, "hour"),
        "share": t.f.percent(round_number(exact(crossing.share), 2, "half-up")),
    }
    return t.say(
        "Running for **%(hours)s a month or less**, %(share)s of the time, %(postpaid)s costs less than %(prepaid)s for %(term)s.",
        **values,
    )


def _others(t: Teller, crossings: Sequence[Crossing]) -> str:
    told = [
        t.say("%(hours)s for %(term)s", hours=t.f.time(crossing.last_hour, "hour"), term=t.f.duration(crossing.term))
        for crossing in crossings
        if crossing.first_hour is not None
    ]
    return t.say("For longer terms the limit is lower: %(limits)s.", limits=t.f.row(told)) if told else ""


def _chart(
    t: Teller,
    one: BreakEven,
    shown: Sequence[Crossing],
    index: int,
    title: str,
    finding: str,
    colours: Mapping[str, tuple[str, str]],
) -> Chart:
    hours = exact(one.month_hours)
    lines = [ChartLine(one.points, _money(t, one.points[-1][1]), t.mode(one.postpaid), colours[one.postpaid][1])]
    for position, crossing in enumerate(shown):
        points = ((Decimal(0), crossing.monthly), (hours, crossing.monthly))
        lines.append(ChartLine(points, _money(t, crossing.monthly), t.f.duration(crossing.term), colours[one.prepaid][1], heavy=position == 0))
    marks = [
        Mark(
            crossing.hours if crossing.hours is not None else exact(crossing.first_hour),
            crossing.monthly,
            _hours(t, crossing.first_hour),
        )
        for crossing in shown
        if crossing.first_hour is not None
    ]
    largest = max(amount for line in lines for _, amount in line.points)
    ticks = [at for at in nice_ticks(hours, 7) if at != hours]
    return Chart(
        id=f"break-even-{index + 1}",
        title=title,
        alternative=sentences([finding.replace("**", ""), *_alternative(t, one, shown)]),
        lines=tuple(lines),
        x_ticks=tuple(Tick(at, t.f.number(at)) for at in (*ticks, hours)),
        y_ticks=tuple(Tick(at, t.f.number(at)) for at in nice_ticks(largest, 4)),
        x_label=t.say("hours of use in the month"),
        y_label=t.say("%(currency)s a month", currency=t.f.isolate(t.currency)),
        marks=tuple(marks),
        right_to_left=t.f.right_to_left,
    )


def _alternative(t: Teller, one: BreakEven, shown: Sequence[Crossing]) -> list[str]:
    full = t.say(
        "%(mode)s: %(amount)s for all %(hours)s of the month.",
        mode=t.mode(one.postpaid),
        amount=t.f.money(_rounded(t, one.points[-1][1]), t.currency),
        hours=t.f.time(one.month_hours, "hour"),
    )
    told = [full]
    for crossing in shown:
        values = {
            "mode": t.mode(one.prepaid),
            "term": t.f.duration(crossing.term),
            "amount": t.f.money(_rounded(t, crossing.monthly), t.currency),
        }
        if crossing.first_hour is None:
            told.append(t.say("%(mode)s, %(term)s: %(amount)s a month.", **values))
        else:
            told.append(
                t.say(
                    "%(mode)s, %(term)s: %(amount)s a month, cheaper from %(hours)s on.",
                    **values,
                    hours=t.f.time(crossing.first_hour, "hour"),
                )
            )
    return told


def _rounded(t: Teller, amount: Number) -> Number:
    """An amount as a label shows it: exact to the minor unit, or the nearest where a month's share has more decimals."""
    return amount if is_finite_decimal(amount) and exact(amount) == round_money(amount, t.currency) else round_money(amount, t.currency)


def _money(t: Teller, amount: Number) -> str:
    return t.f.number(_rounded(t, amount), minor_places(t.currency))


def _hours(t: Teller, hours: int) -> str:
    return t.say("%(hours)s h", hours=t.f.number(hours))
