"""What usage is made of: records as they are delivered, and the quantities by window that a meter makes of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.pricing.windows import MeteredWindow
from engine.values.exact import Number
from engine.values.spans import NOWHERE, Origin


@dataclass(frozen=True, slots=True)
class UsageRecord:
    """One record: at the UTC instant `at`, `quantity` in the meter's unit (else the item's), not negative.

    `attributes` holds the further columns as texts; `id` is the record's own and `spec` the item's, None where there is none. Half a
    million of them are kept at once, so a record is small: where it stands is a file and a line, nothing of its text.
    """

    account: str
    subscription: str
    item: str
    at: datetime
    quantity: Number
    id: str | None = None
    spec: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    file: str = NOWHERE.file
    line: int = NOWHERE.line

    @property
    def origin(self) -> Origin:
        """Where the record stands."""
        return Origin(self.file, self.line, 1) if self.line else NOWHERE

    @property
    def content(self) -> tuple[object, ...]:
        """Everything that two records with the same id must agree in."""
        return self.account, self.subscription, self.item, self.spec, self.at, self.quantity, tuple(sorted(self.attributes.items()))


@dataclass(frozen=True, slots=True)
class Series:
    """The windows of what is added together: one subscription's usage of an item, or with `over: account` (then `subscription` is
    None) that of all; `attributes` are those that keep records apart, `begun` is when its first record was.
    """

    account: str
    subscription: str | None
    item: str
    spec: str | None
    attributes: tuple[tuple[str, str], ...]
    windows: tuple[MeteredWindow, ...]
    begun: datetime
