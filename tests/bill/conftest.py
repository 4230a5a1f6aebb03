"""The fixtures of the tests of `pricebook bill`."""

from tests.commands.desk import desk, run

__all__ = ["desk", "run"]
