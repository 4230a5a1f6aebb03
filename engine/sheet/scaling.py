"""For how many units a price is shown: the smallest power of ten at which every rate of that unit needs at most four decimals.

One display quantity for a unit on the whole sheet, so that the modes can be compared. Source: documents, Price sheet; pictures guide, Tables.
0.000060 a GB becomes 0.0060 for 100 GB; nothing is rounded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from engine.sheet.view import ModeSheet, PriceCell, PriceGroup, PriceTable
from engine.values.exact import ONE, Number, is_finite_decimal, multiply, plain

MOST_DECIMALS = 4
LARGEST_POWER = 12


def display_quantities(modes: Iterable[ModeSheet]) -> dict[str, Number]:
    """The display quantity of every unit that something is priced by."""
    needed: dict[str, int] = {}
    for mode in modes:
        for table in mode.tables:
            for group in table.groups:
                for price in _rates(group):
                    needed[group.unit] = max(needed.get(group.unit, 0), power_of_ten(price))
    return {unit: ONE.scaleb(power) for unit, power in needed.items()}


def power_of_ten(price: Number) -> int:
    """The smallest power of ten whose product with the price has at most four decimals; a price that never ends asks for none.

    >>> power_of_ten(Decimal("0.000060")), power_of_ten(Decimal("2.40"))
    (1, 0)
    """
    if not is_finite_decimal(price):
        return 0
    decimals = len(plain(price).partition(".")[2])
    return min(LARGEST_POWER, max(0, decimals - MOST_DECIMALS))


def _rates(group: PriceGroup) -> Iterable[Number]:
    for row in group.rows:
        if row.part == "unit":
            yield from (cell.unit_price for cell in row.cells if cell is not None)


def scale_mode(mode: ModeSheet, quantities: Mapping[str, Number]) -> ModeSheet:
    """The mode's tables with prices by the unit for the display quantity of that unit."""
    return replace(mode, tables=tuple(_scale_table(table, quantities) for table in mode.tables))


def _scale_table(table: PriceTable, quantities: Mapping[str, Number]) -> PriceTable:
    return replace(table, groups=tuple(_scale_group(group, quantities.get(group.unit, ONE)) for group in table.groups))


def _scale_group(group: PriceGroup, quantity: Number) -> PriceGroup:
    if quantity == ONE or not any(row.part == "unit" for row in group.rows):
        return group
    rows = tuple(replace(row, cells=tuple(_scale_cell(cell, quantity) for cell in row.cells)) if row.part == "unit" else row for row in group.rows)
    return replace(group, rows=rows, quantity=Decimal(plain(quantity)))


def _scale_cell(cell: PriceCell | None, quantity: Number) -> PriceCell | None:
    return None if cell is None else replace(cell, value=multiply(cell.unit_price, quantity))
