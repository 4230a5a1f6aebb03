"""The curves of a mode's tiers: what quantities cost, drawn small and said in one sentence."""

from collections.abc import Sequence
from decimal import Decimal

from engine.documents import page_blocks as blocks
from engine.documents.charts import INK_3, Chart, ChartLine, Mark, Tick, draw_small, nice_ticks
from engine.documents.format import decimals
from engine.documents.page_types import Block, ChartBlock, TableBlock
from engine.documents.row_words import whom
from engine.documents.teller import Teller, sentences, shown
from engine.sheet.view import ModeSheet, TierCurve
from engine.values.exact import ONE, ZERO, Number, divide, multiply
from engine.values.money import minor_places


def curve_blocks(t: Teller, mode: ModeSheet, colour: str, curves: Sequence[TierCurve]) -> list[Block]:
    """What each quantity costs, as one chart a price that bends; a single one has its points as a table beside it."""
    bent = [curve for curve in curves if _bends(curve)]
    drawn: list[Block] = [_curve(t, mode, curve, colour, mode.curves.index(curve)) for curve in bent]
    if len(drawn) == 1:
        drawn.append(_curve_table(t, bent[0]))
    return [blocks.pair(drawn[index : index + 2]) for index in range(0, len(drawn), 2)]


def _curve(t: Teller, mode: ModeSheet, curve: TierCurve, colour: str, index: int) -> ChartBlock:
    last = curve.points[-1]
    lines = [ChartLine(tuple((point.quantity, point.amount) for point in curve.points), _money(t, last.amount), t.say("in tiers"), colour)]
    first = next((point.average for point in curve.points if point.average is not None), None)
    flat = multiply(first, last.quantity) if first is not None else last.amount
    if first and flat != last.amount:
        straight = ((curve.points[0].quantity, Decimal(0)), (last.quantity, flat))
        lines.append(ChartLine(straight, _money(t, flat), t.say("at first price"), INK_3, heavy=False))
    finding = _curve_finding(t, mode, curve)
    chart = Chart(
        id=f"{mode.mode}-curve-{index}",
        title=t.item(curve.item),
        alternative=sentences([finding.replace("**", ""), *_curve_numbers(t, curve)]),
        lines=tuple(lines),
        x_ticks=_quantity_ticks(t, curve, last.quantity),
        y_ticks=tuple(Tick(at, t.f.number(at)) for at in nice_ticks(max(amount for line in lines for _, amount in line.points), 3)),
        x_label=t.noun(t.in_largest(last.quantity, curve.unit)[1], last.quantity),
        y_label=_per_words(t, curve.per),
        marks=tuple(Mark(bound, _amount_at(curve, bound), t.largest(bound, curve.unit)) for bound in curve.bounds if bound < last.quantity),
        right_to_left=t.f.right_to_left,
    )
    title = t.say("%(item)s: what quantities cost", item=_curve_name(t, curve))
    return blocks.chart(title, blocks.emphasized(finding), "", draw_small(chart))


def _bends(curve: TierCurve) -> bool:
    """Whether the curve tells more than that twice as much costs twice as much: some point is off the straight line to its end."""
    last = curve.points[-1]
    return any(multiply(point.amount, last.quantity) != multiply(last.amount, point.quantity) for point in curve.points)


def _money(t: Teller, amount: Number) -> str:
    return t.f.amount(shown(amount), t.currency)


def _curve_name(t: Teller, curve: TierCurve) -> str:
    parts = [t.item(curve.item), t.spec(curve.item, curve.spec) if curve.spec else "", whom(t, curve.when)]
    return t.f.row(part for part in parts if part)


def _quantity_ticks(t: Teller, curve: TierCurve, largest: Number) -> tuple[Tick, ...]:
    """Round numbers of the largest unit that fits: an axis of 20 TB counts terabytes, not 20,480 GB."""
    largest_shown, unit = t.in_largest(largest, curve.unit)
    each = t.names.unit_table.convert(ONE, unit, curve.unit) if unit != curve.unit else ONE
    ticks = [at for at in nice_ticks(largest_shown, 4) if at != largest_shown]
    return tuple(Tick(multiply(at, each), t.f.number(at)) for at in (*ticks, largest_shown))


def _amount_at(curve: TierCurve, quantity: Number) -> Number:
    return next((point.amount for point in curve.points if point.quantity == quantity and point.charged), Decimal(0))


def _curve_finding(t: Teller, mode: ModeSheet, curve: TierCurve) -> str:
    first = next(point.average for point in curve.points if point.average is not None and point.quantity > (curve.allowance or ZERO))
    last = curve.points[-1]
    display = _display_quantity(mode, curve)
    per = t.quantity(display, curve.unit) if display != ONE else t.noun(curve.unit, 1)
    average = last.average if last.average is not None else divide(last.amount, last.quantity)
    means = [shown(multiply(one, display)) for one in (average, first)]
    places = decimals(means, minor_places(t.currency))
    values = {
        "quantity": t.largest(last.quantity, curve.unit),
        "amount": _money(t, last.amount),
        "average": t.f.number(means[0], places),
        "first": t.f.number(means[1], places),
        "unit": per,
    }
    if curve.model == "graduated":
        return t.say(
            "**%(quantity)s cost %(amount)s**: on average %(average)s per %(unit)s, against %(first)s at the end of the first tier.",
            **values,
        )
    return t.say("**%(quantity)s cost %(amount)s**, %(average)s per %(unit)s.", **values)


def _display_quantity(mode: ModeSheet, curve: TierCurve) -> Number:
    """The quantity that the tables give the item's prices for."""
    return next((group.quantity for table in mode.tables for group in table.groups if group.item == curve.item), ONE)


def _curve_numbers(t: Teller, curve: TierCurve) -> list[str]:
    return [
        t.say("%(quantity)s: %(amount)s.", quantity=t.largest(point.quantity, curve.unit), amount=_money(t, point.amount))
        for point in curve.points
        if point.charged
    ]


def _per_words(t: Teller, per: str | None) -> str:
    currency = t.f.isolate(t.currency)
    match per:
        case "month":
            return t.say("%(currency)s a month", currency=currency)
        case "year":
            return t.say("%(currency)s a year", currency=currency)
        case "hour":
            return t.say("%(currency)s an hour", currency=currency)
        case "day":
            return t.say("%(currency)s a day", currency=currency)
        case "week":
            return t.say("%(currency)s a week", currency=currency)
    return currency


def _curve_table(t: Teller, curve: TierCurve) -> TableBlock:
    points = [(point, point.average) for point in curve.points if point.average is not None and point.charged]
    places = decimals([shown(average) for _, average in points], minor_places(t.currency))
    amounts = decimals([shown(point.amount) for point, _ in points], minor_places(t.currency))
    columns = [
        blocks.column(t.say("Quantity"), number=False, strong=False),
        blocks.column(t.say("Amount"), strong=False),
        blocks.column(t.say("Each"), strong=False),
    ]
    rows = [
        blocks.row(
            t.largest(point.quantity, curve.unit),
            [t.f.number(shown(point.amount), amounts), t.f.number(shown(average), places)],
        )
        for point, average in points
    ]
    return blocks.table(
        "prices",
        columns,
        [blocks.group("", rows)],
        title=_curve_name(t, curve),
        about=t.say("List price: %(unit)s.", unit=_per_words(t, curve.per)),
    )
