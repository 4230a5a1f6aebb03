"""After the waterfall: the sum to pay, tax included, rounded `at: payable` to a multiple of an amount (rule language, second version, 5.1).

Contract: what it adds or takes off is in no line and in no tax. Each document is rounded for itself: a quote on the day of its order, a renewal
on its own, an invoice on the last day of its period.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from engine.model.book import PriceBook
from engine.model.facts import StepFacts
from engine.model.trace import TraceStep
from engine.pricing.resolution import rounding_in_force
from engine.values.exact import divide, multiply, round_number

Payable = tuple[Decimal | None, tuple[TraceStep, ...]]
"""What is to be paid, and the step that rounded it; None where no step does."""


def round_payable(book: PriceBook, gross: Decimal, currency: str, at: datetime, attributes: Mapping[str, str]) -> Payable:
    """The sum to pay by the step in force at the UTC instant `at`, where that has an amount in the currency: 12.37 to 0.05 is 12.35."""
    step = rounding_in_force(book, "payable", at, attributes)
    to = step.to.by_currency.get(currency) if step is not None and step.to is not None else None
    if step is None or to is None:
        return None, ()
    rounded = multiply(to, round_number(divide(gross, to), 0, step.mode))
    facts: StepFacts = {"mode": step.mode, "to": to}
    return rounded, (TraceStep(10, "round-payable", rounded, gross, facts=facts, idle=rounded == gross, origin=step.origin),)
