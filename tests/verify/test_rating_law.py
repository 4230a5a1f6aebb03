"""Twenty thousand random books, rated by DuckDB, cost what the interpreter says; how much of their usage was planned is printed.

A slow proof: `make verify` runs it, the suite runs a hundred of them. The cases are seeded: the same ones on every machine.
"""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from engine.rating.rating_plan import plan_book
from tests.rating.books import ratings
from tests.rating.rated import agree

PARTS, BOOKS = 100, 200
COUNTED: Counter = Counter()


@pytest.mark.parametrize("part", range(PARTS))
def test_an_engine_charges_what_the_interpreter_charges(part):
    @seed(part)
    @settings(max_examples=BOOKS, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(ratings())
    def law(drawn):
        plan = plan_book(drawn.book, drawn.start, drawn.end)
        COUNTED["charges"] += agree(drawn.book, drawn.accounts, drawn.records, drawn.start, drawn.end)
        COUNTED["items"] += len(drawn.book.items)
        COUNTED["left"] += len(plan.unplanned)

    law()


def test_nearly_all_items_are_planned(capsys):
    """Runs last: of what the parts before it counted."""
    with capsys.disabled():
        print(f"\n{COUNTED['charges']:,} charges are the same; {COUNTED['left']:,} of {COUNTED['items']:,} items were left to the interpreter")
    assert COUNTED["left"] * 20 <= COUNTED["items"]
