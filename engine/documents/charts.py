"""Line and bar charts as inline SVG: exact points in, coordinates with one decimal out.

Presentation attributes only, because a document's style sheet does not reach SVG in PDF. Lines are labelled at their ends,
there is no legend, no frame, axes start at zero, and only what the reader came for is marked. Charts are not mirrored in
right-to-left languages; their labels are. Source: pictures guide, Charts and Right to left.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from markupsafe import Markup, escape

from engine.documents.format import without_isolates, without_languages
from engine.documents.text_widths import text_width
from engine.values.exact import Number, plain, round_number

INK, INK_3, HAIRLINE = "#14181D", "#626A75", "#DFE3E8"
# Isolates become elements in a page, which a drawing must not hold: here a number is embedded left to right by characters.
EMBEDDED = {0x2066: "\u202a", 0x2068: "\u202a", 0x2069: "\u202c"}

MODE_COLOURS = ("#2450B2", "#0A7259", "#5B3FA8", "#0B6478", "#3F4C63")
"""The colours of a book's billing modes, first to last; the style sheet's `.mode-1` ... `.mode-5` are the same."""


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A line through exact points. `value` and `name` stand at its end; `heavy` lines are 2.5 px, others 1.5 px; a limit is `dashed`."""

    points: tuple[tuple[Number, Number], ...]
    value: str
    name: str
    colour: str
    heavy: bool = True
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A point that the reader came for, with a few words beside it."""

    x: Number
    y: Number
    text: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis with its number as a text."""

    at: Number
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart before it is drawn. `alternative` says all its numbers in words; `bars` stand side by side, the first from 0 to 1."""

    id: str
    title: str
    alternative: str
    lines: tuple[ChartLine, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    x_label: str
    y_label: str
    marks: tuple[Mark, ...] = ()
    right_to_left: bool = False
    bars: tuple[Number, ...] = ()
    colour: str = INK


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the plot lies in a drawing, in px; `room` is what line labels get at the right."""

    width: int
    height: int
    left: int
    top: int
    room: int
    x_max: Fraction
    y_max: Fraction

    @property
    def right(self) -> int:
        """The right edge of the plot."""
        return self.width - self.room

    @property
    def bottom(self) -> int:
        """The zero line."""
        return self.height - 46

    def x(self, value: Number) -> Fraction:
        """The horizontal place of a value."""
        return self.left + Fraction(value) / self.x_max * (self.right - self.left)

    def y(self, value: Number) -> Fraction:
        """The vertical place of a value; SVG counts downwards."""
        return self.bottom - Fraction(value) / self.y_max * (self.bottom - self.top)


def nice_ticks(largest: Number, wanted: int) -> tuple[Decimal, ...]:
    """Round numbers from 0 that stay at or below `largest`, about `wanted` steps of 1, 2, 2.5 or 5 times a power of ten.

    >>> [str(tick) for tick in nice_ticks(Decimal("167.9"), 4)]
    ['0', '50', '100', '150']
    """
    if largest <= 0:
        return (Decimal(0),)
    power = Decimal(1)
    while power * 10 <= largest:
        power *= 10
    while power > largest:
        power /= 10
    steps = [power / 10 * factor for factor in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10), Decimal(20), Decimal(25), Decimal(50))]
    step = next((step for step in steps if Fraction(largest) / Fraction(step) < wanted + 1), steps[-1])
    return tuple(Decimal(plain(step * count)) for count in range(int(Fraction(largest) / Fraction(step)) + 1))


def draw_wide(chart: Chart, height: int = 330) -> Markup:
    """The drawing for screens and paper, 848 px wide."""
    return _draw(chart, 848, height, "wide")


def draw_narrow(chart: Chart) -> Markup:
    """The drawing for phones, 350 px wide: the same sizes of type, fewer ticks. Source: pictures guide, Charts."""
    return _draw(chart, 350, 320, "narrow")


def draw_small(chart: Chart) -> Markup:
    """The drawing for half a page, 350 px wide, which serves phones too."""
    return _draw(chart, 350, 230, "narrow")


def _draw(chart: Chart, width: int, height: int, size: str) -> Markup:
    narrow = size == "narrow"
    room = _room(chart, narrow)
    x_max = max([Fraction(len(chart.bars)), *(Fraction(x) for line in chart.lines for x, _ in line.points)])
    y_max = max(Fraction(y) for y in (*chart.bars, *(y for line in chart.lines for _, y in line.points)))
    left = 8 + max(_text_width(tick.text) for tick in chart.y_ticks)
    frame = Frame(width, height, left, 34 if narrow else 30, room, x_max, y_max)
    x_ticks = _spread(chart.x_ticks, frame, 58 if narrow else 44)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' aria-labelledby="{chart.id}-{size}-t {chart.id}-{size}-d" direction="{"rtl" if chart.right_to_left else "ltr"}">',
        f'<title id="{chart.id}-{size}-t">{escape(without_isolates(chart.title))}</title>'
        f'<desc id="{chart.id}-{size}-d">{escape(without_isolates(chart.alternative))}</desc>',
        *_axes(chart, frame, x_ticks),
        *(_bar(chart, frame, position, value) for position, value in enumerate(chart.bars) if value),
        *(_polyline(line, frame) for line in chart.lines),
        *_labels(chart, frame, narrow),
        *(part for mark in chart.marks for part in _mark(chart, frame, mark)),
        "</svg>",
    ]
    return Markup("\n".join(parts))


def _room(chart: Chart, narrow: bool) -> int:
    """What the labels at the ends of the lines need; without any, the half of a last number below the axis."""
    if not chart.lines:
        return 12
    values, names = (max(_text_width(text) for text in texts) for texts in zip(*((line.value, line.name) for line in chart.lines), strict=True))
    beside = values + 12 + names + 16
    if narrow:
        return beside if beside <= 104 else min(130, max(values, names) + 16)
    return min(190, beside if chart.bars else max(172, beside))


def _axes(chart: Chart, frame: Frame, x_ticks: Sequence[Tick]) -> list[str]:
    parts = [_text(chart, 0, frame.top - 16, chart.y_label, "left")]
    for tick in chart.y_ticks:
        y = frame.y(tick.at)
        if tick.at != 0:
            parts.append(_rule(frame.left, y, frame.right, y, HAIRLINE))
        parts.append(_text(chart, frame.left - 8, y + 4, tick.text, "right"))
    parts.append(_rule(frame.left, frame.bottom, frame.right, frame.bottom, INK))
    for tick in x_ticks:
        x = frame.x(tick.at)
        parts.append(_rule(x, frame.bottom, x, frame.bottom + 4, INK))
        parts.append(_text(chart, x, frame.bottom + 18, tick.text, "middle"))
    parts.append(_text(chart, frame.right, frame.bottom + 36, chart.x_label, "right"))
    return parts


def _polyline(line: ChartLine, frame: Frame) -> str:
    points = " ".join(f"{_place(frame.x(x))},{_place(frame.y(y))}" for x, y in line.points)
    width, dashes = "2.5" if line.heavy else "1.5", ' stroke-dasharray="2 3"' if line.dashed else ""
    return f'<polyline points="{points}" fill="none" stroke="{line.colour}" stroke-width="{width}" stroke-linejoin="round"{dashes}/>'


def _bar(chart: Chart, frame: Frame, position: int, value: Number) -> str:
    """A bar with a fifth of its place left free."""
    place = Fraction(frame.right - frame.left) / frame.x_max / 10
    left, top = frame.left + (10 * position + 1) * place, frame.y(value)
    return f'<rect x="{_place(left)}" y="{_place(top)}" width="{_place(8 * place)}" height="{_place(frame.bottom - top)}" fill="{chart.colour}"/>'


def _labels(chart: Chart, frame: Frame, narrow: bool) -> list[str]:
    """Value first, in 600, then the name; labels that would touch are moved apart."""
    if not chart.lines:
        return []
    ordered = sorted(chart.lines, key=lambda line: frame.y(line.points[-1][1]))
    values = max(_text_width(line.value) for line in ordered)
    two_lines = narrow and any(values + 12 + _text_width(line.name) + 16 > frame.room for line in ordered)
    distance = 30 if two_lines else 17
    places = _apart([frame.y(line.points[-1][1]) for line in ordered], distance, frame.bottom - (14 if two_lines else 0))
    parts = []
    for line, y in zip(ordered, places, strict=True):
        x = frame.right + 9
        parts.append(_text(chart, x, y + 4, line.value, "left", line.colour, bold=True, number=True))
        name_x, name_y = (x, y + 18) if two_lines else (x + values + 12, y + 4)
        parts.append(_text(chart, name_x, name_y, line.name, "left", line.colour))
    return parts


def _mark(chart: Chart, frame: Frame, mark: Mark) -> list[str]:
    x, y = frame.x(mark.x), frame.y(mark.y)
    circle = f'<circle cx="{_place(x)}" cy="{_place(y)}" r="4.5" fill="#fff" stroke="{INK}" stroke-width="1.5"/>'
    # Beside the axis there is no room for words; the alternative text and the tables have them.
    if not mark.text or x - _text_width(mark.text) - 8 < frame.left:
        return [circle]
    return [circle, _text(chart, x - 8, y - 8, mark.text, "right", INK, bold=True)]


def _apart(places: list[Fraction], distance: int, lowest: int) -> list[Fraction]:
    moved: list[Fraction] = []
    for place in places:
        moved.append(max(place, moved[-1] + distance) if moved else place)
    for index in range(len(moved) - 1, -1, -1):
        limit = Fraction(lowest) if index == len(moved) - 1 else moved[index + 1] - distance
        moved[index] = min(moved[index], limit)
    return moved


def _spread(ticks: Sequence[Tick], frame: Frame, distance: int) -> list[Tick]:
    """As many ticks as fit: every n-th, always the last one, and none that touches it."""
    *inner, last = ticks
    for every in (1, 2, 3, 4, 5, 10):
        kept = [tick for index, tick in enumerate(inner) if index % every == 0]
        places = [frame.x(tick.at) for tick in kept]
        if all(after - before >= distance for before, after in itertools.pairwise(places)):
            break
    return [*(tick for tick in kept if tick.at == 0 or frame.x(last.at) - frame.x(tick.at) >= distance), last]


def _text(
    chart: Chart,
    x: Number | int,
    y: Number | int,
    text: str,
    side: str,
    colour: str = INK_3,
    bold: bool = False,
    number: bool = False,
) -> str:
    """Words at a physical side of their place: in a right-to-left drawing `start` is the right end of a text."""
    forward = not chart.right_to_left or number
    anchor = {"left": "start" if forward else "end", "right": "end" if forward else "start", "middle": "middle"}[side]
    direction = ' direction="ltr"' if number and chart.right_to_left else ""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{_place(x)}" y="{_place(y)}" font-size="13" fill="{colour}" text-anchor="{anchor}"{weight}{direction}>'
        f"{escape(without_languages(text).translate(EMBEDDED))}</text>"
    )


def _rule(x1: Number | int, y1: Number | int, x2: Number | int, y2: Number | int, colour: str) -> str:
    return f'<line x1="{_place(x1)}" y1="{_place(y1)}" x2="{_place(x2)}" y2="{_place(y2)}" stroke="{colour}" stroke-width="1"/>'


def _text_width(text: str) -> int:
    """How wide a text of 13 px is, in px, rounded up."""
    return -(-text_width(text) * 13 // 1000)


def _place(value: Number | int) -> str:
    """A coordinate with at most one decimal."""
    return plain(round_number(Fraction(value), 1, "half-up"))
