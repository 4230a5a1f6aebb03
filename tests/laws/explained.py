"""What it means that an explanation adds up (engine.model.trace)."""

from fractions import Fraction

from engine.model.formulas import value
from engine.model.trace import TraceStep


def adds_up(step: TraceStep) -> None:
    """Wherever children say that they add up, their values are their parent's value, and a calculation gives its step's, all the way down."""
    if step.adds_up:
        assert sum(Fraction(child.value) for child in step.children) == Fraction(step.value), step
    if step.formula is not None and step.value is not None:
        assert value(step.formula) == step.value, step
    for child in step.children:
        adds_up(child)
