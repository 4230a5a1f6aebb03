"""The fixtures of the tests of reading and rating usage: those of the command line."""

from tests.commands.desk import desk, run

__all__ = ["desk", "run"]
