"""Units of quantity: each belongs to a family with one base, and converts along declared rational factors only."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.values.exact import ONE, Number, divide, exact, multiply, whole_down


class UnitMismatch(ValueError):
    """Two units that no declared factor connects."""


@dataclass(frozen=True, slots=True)
class UnitTable:
    """Every unit of a book: symbol -> (base symbol, how many base units it is). Symbols are case-sensitive."""

    factors: Mapping[str, tuple[str, Number]] = field(default_factory=dict)

    def knows(self, symbol: str) -> bool:
        """Whether the symbol is declared."""
        return symbol in self.factors

    def convertible(self, source: str, target: str) -> bool:
        """Whether quantities of `source` can be said in `target`."""
        if source == target:
            return True
        return source in self.factors and target in self.factors and self.factors[source][0] == self.factors[target][0]

    def convert(self, quantity: Number, source: str, target: str) -> Number:
        """`quantity` of `source` in `target`, exactly (1 TB = 1024 GB gives 2 TB = 2048 GB); raises UnitMismatch."""
        if source == target:
            return quantity
        if not self.convertible(source, target):
            raise UnitMismatch(f"no factor leads from {source} to {target}")
        upward, downward = self.factors[source][1], self.factors[target][1]
        converted = multiply(quantity, upward)
        return converted if downward == ONE else exact(divide(converted, downward))

    def largest(self, quantity: Number, unit: str) -> tuple[Number, str]:
        """The quantity in the largest unit in which it is a whole number: 2048 GB are 2 TB (of 1024 GB), 1/1024 GB is 1 MB, 1500 GB stay."""
        best, chosen, whole = quantity, unit, quantity == whole_down(quantity)
        for other in self.factors:
            if other != unit and self.convertible(unit, other):
                converted = self.convert(quantity, unit, other)
                if converted == whole_down(converted) and converted >= ONE and (converted < best or not whole):
                    best, chosen, whole = converted, other, True
        return best, chosen
