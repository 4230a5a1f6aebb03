"""Who sells and who buys, as documents name them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Party:
    """A seller or customer as documents name it; texts as written. `address` is lines, top to bottom."""

    name: str = ""
    address: tuple[str, ...] = ()
    country: str | None = None
    tax_id: str | None = None
    iban: str | None = None
    other: Mapping[str, str] = field(default_factory=dict)
