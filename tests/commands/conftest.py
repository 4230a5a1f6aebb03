"""The fixtures of the command line's tests."""

from tests.commands.desk import desk, run

__all__ = ["desk", "run"]
