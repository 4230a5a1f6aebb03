"""The law of rating at scale: an engine makes the charges that the interpreter makes of the same usage, to the last digit."""

import pytest
from hypothesis import HealthCheck, given, settings

from tests.rating.books import Drawn, ratings
from tests.rating.crafted import CRAFTED
from tests.rating.rated import agree


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(ratings())
def test_an_engine_charges_what_the_interpreter_charges(drawn: Drawn):
    agree(drawn.book, drawn.accounts, drawn.records, drawn.start, drawn.end)


@pytest.mark.parametrize("crafted", CRAFTED)
def test_an_engine_charges_what_the_interpreter_charges_at_edges(crafted: Drawn):
    assert agree(crafted.book, crafted.accounts, crafted.records, crafted.start, crafted.end) >= len(crafted.accounts)
