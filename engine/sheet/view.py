"""What a price sheet says, as records of facts: exact numbers, ids, dates, durations and the book's own texts. No words, no
formats.

Contract: everything here is language-neutral and was computed by `engine.pricing`; documents put it into words and decide no amount. Amounts are
exact numbers in `Header.currency`; ratios are shares of one (0.17 is 17%); instants are UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.model.parties import Party
from engine.model.texts import Text, UnitTitle
from engine.sheet.price_records import (
    CommitmentView,
    CurvePoint,
    ModeSheet,
    PriceCell,
    PriceColumn,
    PriceGroup,
    PriceRow,
    PriceTable,
    ProvisionView,
    TermRow,
    TierBound,
    TierCurve,
    When,
)
from engine.sheet.proof_records import (
    BreakEven,
    Crossing,
    OrderedItem,
    StepCell,
    StepRow,
    WorkedExample,
)
from engine.sheet.rule_records import (
    AnnouncedPrice,
    CancellationView,
    DiscountTierView,
    DiscountView,
    FeeCell,
    FeeTable,
    LimitView,
    Policies,
    RenewalView,
    RoundingView,
    SpecChangeView,
    TaxView,
    TimeBandView,
)
from engine.values.periods import Duration
from engine.values.units import UnitTable

__all__ = [
    "GLOSSARY",
    "AnnouncedPrice",
    "BreakEven",
    "CancellationView",
    "CommitmentView",
    "Crossing",
    "CurvePoint",
    "DiscountTierView",
    "DiscountView",
    "FeeCell",
    "FeeTable",
    "Header",
    "LimitView",
    "ModeFacts",
    "ModeSheet",
    "Names",
    "OrderedItem",
    "Policies",
    "PriceCell",
    "PriceColumn",
    "PriceGroup",
    "PriceRow",
    "PriceTable",
    "ProvisionView",
    "RenewalView",
    "RoundingView",
    "SheetView",
    "SpecChangeView",
    "StepCell",
    "StepRow",
    "TaxView",
    "TermRow",
    "TierBound",
    "TierCurve",
    "TimeBandView",
    "UnitView",
    "When",
    "WorkedExample",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit by its symbol and its name (empty: the symbol is the name)."""

    id: str
    title: UnitTitle = UnitTitle()


@dataclass(frozen=True, slots=True)
class Names:
    """The titles behind the ids that the sheet uses; `language` is the book's own, the fallback of every text."""

    language: str
    items: Mapping[str, Text]
    specs: Mapping[tuple[str, str], Text]
    modes: Mapping[str, Text]
    units: Mapping[str, UnitView]
    resources: Mapping[str, Text]
    attributes: Mapping[str, Text]
    discounts: Mapping[str, Text]
    taxes: Mapping[str, Text] = field(default_factory=dict)
    commitments: Mapping[str, Text] = field(default_factory=dict)
    descriptions: Mapping[str, Text] = field(default_factory=dict)  # items
    item_units: Mapping[str, str] = field(default_factory=dict)  # item -> unit
    item_group: Mapping[str, str] = field(default_factory=dict)  # item -> item group, where it has one
    time_bands: Mapping[str, Text] | None = None  # None: the book has none
    unit_table: UnitTable = UnitTable()  # so that a document may say 1,024 GB as 1 TB


@dataclass(frozen=True, slots=True)
class Header:
    """The head of the sheet. `in_force_from`: since when every price shown is in force (None: no dated price)."""

    book_id: str
    digest: str
    title: Text
    description: Text
    status: str  # illustrative | draft | published
    currency: str
    prices_include_tax: bool
    at: datetime
    in_force_from: datetime | None
    timezone: str
    seller: Party | None = None
    price_notice: Duration | None = None
    payment_terms: Duration | None = None
    nothing_in_force: bool = False  # no price of the currency is in force at `at`
    prices_begin: datetime | None = None  # then: since when the first one will be
    audience: Mapping[str, str] = field(default_factory=dict)  # what is known of the customer whose sheet it is; empty: the public one


@dataclass(frozen=True, slots=True)
class ModeFacts:
    """A billing mode in the comparison table. `items` are ids in the book's order; `spec_change` empty: not supported."""

    mode: str
    title: Text
    payment: str  # prepaid | postpaid
    cycle: str  # term | hour | day | month
    items: tuple[str, ...]
    spec_change: tuple[str, ...]  # upgrade | downgrade | expand | reduce
    scenario: Text


@dataclass(frozen=True, slots=True)
class SheetView:
    """Everything a price sheet of a book says for one date and currency. `glossary` names the terms used, in reading order."""

    header: Header
    names: Names
    comparison: tuple[ModeFacts, ...]
    modes: tuple[ModeSheet, ...]
    discounts: tuple[DiscountView, ...]
    taxes: tuple[TaxView, ...]
    rounding: tuple[RoundingView, ...]
    break_even: tuple[BreakEven, ...]
    examples: tuple[WorkedExample, ...]
    policies: Policies
    limits: tuple[LimitView, ...]
    announced: tuple[AnnouncedPrice, ...]
    glossary: tuple[str, ...]
    time_bands: tuple[TimeBandView, ...] | None = None  # those that rules name


GLOSSARY = (
    "prepaid",
    "postpaid",
    "term",
    "specification",
    "list-price",
    "effective-price",
    "graduated",
    "volume",
    "package",
    "month-equivalent",
    "list-amount",
    "rounding",
)
"""Every term that a sheet may explain; documents hold the words."""
