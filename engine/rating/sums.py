"""What an engine answers: its sums as rows, whose columns a plan's queries name."""

from typing import NamedTuple

OWN = -1
"""In place of a template: a row that says of a subscription whose use is added to that of others when it was first used."""


class SumRow(NamedTuple):
    """A row of a plan's answer: of one line, template and band, over all windows of it."""

    line: int
    template: int
    band: int
    windows: int
    quantity: int
    highest: int
    metered: int
    highest_metered: int
    records: int
    first_at: int | None
    first_window: int
    last_window: int
    first_quantity: int
    packages: int
    amount: int


OUTPUT = SumRow._fields
"""The columns of a plan's answer, a row for each line, template and band; what no charge asks for is 0."""
