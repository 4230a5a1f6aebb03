"""What a page and its blocks are made of: the keys of each mapping and what stands under them.

They are plain mappings, which templates index; `kind` says which block one is. `docs/templates.md` names the keys to those who write templates.
"""

from collections.abc import Sequence
from typing import Literal, TypedDict, final

from engine.documents.page_parts import (
    BarRow,
    ExampleStep,
    ExampleSum,
    GlossaryEntry,
    HeadOver,
    PageColumn,
    PageGroup,
    Passage,
    PolicyTerm,
    ShortRow,
    TimelineStop,
    TraceRow,
    WayColumn,
    WayRow,
)

# --- blocks. `whole`: the block stays on one page of paper ----------------------------------------------------------------------


@final
class TableBlock(TypedDict):
    """A table; `look`: prices | facts-table | changes, `folds`: rows wait behind the titles of their groups.

    `stays`: the place of the column that stays beside the first one where there is no room for all; 0: none does.
    """

    kind: Literal["table"]
    whole: bool
    look: str
    columns: list[PageColumn]
    groups: list[PageGroup]
    title: str
    about: str
    label: str
    over: HeadOver | None
    stays: int
    notes: list[str]
    folds: bool
    scroll: bool
    has_head: bool


@final
class WaysBlock(TypedDict):
    """The comparison of ways to pay."""

    kind: Literal["ways"]
    whole: bool
    label: str
    columns: list[WayColumn]
    rows: list[WayRow]


@final
class BarsBlock(TypedDict):
    """A table with a bar in each row."""

    kind: Literal["bars"]
    whole: bool
    title: str
    about: str
    label: str
    columns: list[PageColumn]
    rows: list[BarRow]
    notes: list[str]


@final
class StepsBlock(TypedDict):
    """A worked example as a table: a row a step, a column a line of the order."""

    kind: Literal["steps"]
    whole: bool
    title: str
    about: str
    label: str
    number_label: str
    step_label: str
    lines: list[str]
    steps: list[ExampleStep]
    sums: list[ExampleSum]
    notes: list[str]


@final
class ShortBlock(TypedDict):
    """A worked example, or amounts, as a list; `sums`: they add up the table above."""

    kind: Literal["short"]
    whole: bool
    title: str
    about: str
    label: str
    rows: list[ShortRow]
    sums: bool
    notes: list[str]


@final
class TraceBlock(TypedDict):
    """The steps of an amount, which is the `result`; they may begin with a `table`. `heading`: title and result in one line."""

    kind: Literal["trace"]
    whole: bool
    title: str
    result: str
    heading: str
    about: str
    label: str
    table: TableBlock | None
    heads: list[str]
    rows: list[TraceRow]
    notes: list[str]


@final
class ChartBlock(TypedDict):
    """A drawing with the sentence that says what it shows, and what it shows in words; `wide` is empty where one size serves everywhere."""

    kind: Literal["chart"]
    whole: bool
    title: str
    finding: list[Passage]
    wide: str
    narrow: str
    notes: list[str]
    alternative: list[str]


@final
class PolicyBlock(TypedDict):
    """A policy in words."""

    kind: Literal["policy"]
    whole: bool
    title: str
    paragraphs: list[str]
    formula: str
    points: list[str]
    terms: list[PolicyTerm]
    dot: str
    mode: str


@final
class TimelineBlock(TypedDict):
    """What happens when, in order."""

    kind: Literal["timeline"]
    whole: bool
    title: str
    stops: list[TimelineStop]
    notes: list[str]


@final
class GlossaryBlock(TypedDict):
    """Terms and what they mean."""

    kind: Literal["glossary"]
    whole: bool
    entries: list[GlossaryEntry]


@final
class PairBlock(TypedDict):
    """Blocks side by side."""

    kind: Literal["pair"]
    whole: bool
    parts: "list[Block]"
    wide_first: bool


@final
class PartsBlock(TypedDict):
    """Blocks below each other where one place is given, or flowing in columns."""

    kind: Literal["stack", "gallery"]
    whole: bool
    parts: "list[Block]"


PlainBlock = TableBlock | WaysBlock | BarsBlock | StepsBlock | ShortBlock | TraceBlock | ChartBlock | PolicyBlock | TimelineBlock | GlossaryBlock
"""A block that is not made of others."""

Block = (
    TableBlock | WaysBlock | BarsBlock | StepsBlock | ShortBlock | TraceBlock | ChartBlock | PolicyBlock | TimelineBlock | GlossaryBlock
    | PairBlock | PartsBlock
)  # fmt: skip
"""A block of a page. All its kinds are named, since mypy tells a union within a union apart by no key."""

# --- pages ----------------------------------------------------------------------------------------------------------------------


class Section(TypedDict):
    """A section of a page; `items`: what is in it, for the contents of a large page."""

    id: str
    title: str
    link: str
    note: str
    mode: str
    blocks: list[Block]
    items: str


class PageStatus(TypedDict):
    """What a reader has to know first of a book that is not in force, and why."""

    words: str
    reason: str


class PageFact(TypedDict):
    """A fact of the head of a page."""

    label: str
    value: str


class DocumentTree(TypedDict):
    """What a document says to one reader, in reading order: for every writer of blocks."""

    kind: str
    title: str
    description: str
    status: PageStatus | None
    notices: list[str]
    facts: list[PageFact]
    sections: list[Section]
    closing: list[str]
    digest_label: str
    digest: str


class PageFrame(TypedDict):
    """The words of a page's layout."""

    language: str
    direction: str
    contents_label: str
    skip_label: str
    page_before: str
    page_between: str
    page_after: str


class Page(DocumentTree, PageFrame):
    """A document as a page of HTML: a price sheet's or a quote's; `contents` of a large one only."""

    contents: Sequence[Section]
    short_digest: str
