"""Charge models: what a quantity costs in one application of one charge (rule language, 3.5)."""

from dataclasses import dataclass

from engine.model.prices import Charge
from engine.model.trace import TraceStep
from engine.values.exact import Number


@dataclass(frozen=True, slots=True)
class Rated:
    """An exact amount in the price's currency, and the steps that explain it (step number 3)."""

    amount: Number
    steps: tuple[TraceStep, ...]


def rate_charge(charge: Charge, quantity: Number) -> Rated:
    """One application of one charge to `quantity` (one price period, record, window or period)."""
    raise NotImplementedError
