"""When a rule applies: which customers and orders (`when`), and from when until when. Shared by prices, discounts, taxes, policies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from engine.model.checks import InvalidRecord

BUILT_IN_ATTRIBUTES = ("customer", "business", "country")
"""Always declared, and more important than any attribute that a book declares (rule language, 3.1)."""

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Conditions:
    """`when` (attribute -> the values it may have; all attributes must match) and the half-open span [effective, until) in UTC.

    `effective` None means: always was. Attribute values are texts; booleans are "true" and "false".
    """

    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    effective: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        if self.effective is not None and self.until is not None and self.until <= self.effective:
            raise InvalidRecord(f"what holds from {self.effective} on cannot end at {self.until}")

    @property
    def start(self) -> datetime:
        """From when they hold: `effective`, or an instant before all others."""
        return self.effective or _BEFORE_ALL


ALWAYS = Conditions()
