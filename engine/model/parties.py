"""Who sells and who buys, as documents name them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.values.exact import Number


@dataclass(frozen=True, slots=True)
class Party:
    """A seller or customer as documents name it; texts as written. `address` is lines, top to bottom."""

    name: str = ""
    address: tuple[str, ...] = ()
    country: str | None = None
    tax_id: str | None = None
    iban: str | None = None
    other: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that documents show: its file, whole. `kind` is svg or png; of `width` and `height` of a drawing only the proportion counts."""

    file: str
    kind: str
    content: bytes = field(repr=False)
    width: Number
    height: Number


@dataclass(frozen=True, slots=True)
class Letterhead:
    """How the seller's documents look: its logo, and its colour as `#rrggbb`, empty where it has none."""

    logo: Picture | None = None
    colour: str = ""
