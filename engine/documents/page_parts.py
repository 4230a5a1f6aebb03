"""The parts of blocks: the keys of each mapping and what stands under them.

They are plain mappings, which templates index; `docs/templates.md` names the keys to those who write templates.
"""

from typing import TypedDict


class PageCell(TypedDict):
    """A cell of a table: its text and a quiet second line."""

    text: str
    second: str


class PageColumn(TypedDict):
    """The head of a column; `label` is read aloud where there is no text."""

    text: str
    second: str
    number: bool
    strong: bool
    label: str


class PageRow(TypedDict):
    """A row of a table: its head and a cell for every further column."""

    head: PageCell
    cells: list[PageCell]


class PageGroup(TypedDict):
    """Rows under a title of their own, which may have cells beside it; `sums` add up what stands above them."""

    title: str
    unit: str
    cells: list[PageCell]
    rows: list[PageRow]
    sums: bool


class HeadOver(TypedDict):
    """A head over several columns: how many stand before them, how many there are, and its text."""

    before: int
    span: int
    text: str


class WayColumn(TypedDict):
    """A way to pay and its style class."""

    text: str
    mode: str


class WayCell(TypedDict):
    """What holds for a way to pay; `dot`: full | open beside words that say the same."""

    text: str
    dot: str


class WayRow(TypedDict):
    """A property by which ways to pay are compared."""

    label: str
    cells: list[WayCell]


class BarRow(TypedDict):
    """A row with a bar, `share` percent long."""

    label: str
    share: str
    cells: list[str]


class Working(TypedDict):
    """A calculation and what it comes to."""

    working: str
    result: str


class ExampleStep(TypedDict):
    """A step of a worked example, with what it does to each line."""

    number: str
    name: str
    why: str
    cells: list[Working]
    idle: bool


class ExampleSum(TypedDict):
    """A sum of a worked example: for each line, or one for all of them."""

    name: str
    meaning: str
    cells: list[Working]


class ShortRow(TypedDict):
    """A row of a list of amounts; `pad` moves its decimal point below the others, as a length of CSS."""

    name: str
    working: str
    result: str
    pad: str
    total: bool


class TraceRow(TypedDict):
    """A step of an amount. `mark`: chosen | rejected; `depth`: within how many steps.

    `count`: the number that begins a working such as `100 × 2.40`, whose sign may stand below that of the step before; else empty.
    """

    number: str
    name: str
    working: str
    count: str
    source: str
    result: str
    mark: str
    depth: int


class Passage(TypedDict):
    """A part of a sentence; the strong ones are read first."""

    text: str
    strong: bool


class PolicyTerm(TypedDict):
    """A point of a policy under a label."""

    label: str
    text: str


class TimelineStop(TypedDict):
    """What happens at a time; `kind` is its look."""

    kind: str
    title: str
    text: str


class GlossaryEntry(TypedDict):
    """A term and what it means."""

    term: str
    text: str
