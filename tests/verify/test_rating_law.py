"""Twenty thousand random books, rated by DuckDB, cost what the interpreter says; how much of their usage went by the plan is printed.

A slow proof: `make verify` runs it, the suite runs a hundred of them. The cases are seeded: the same ones on every machine.
"""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.rating.books import ratings
from tests.rating.rated import agree, by_engine

PARTS, BOOKS = 100, 200


@pytest.mark.parametrize("part", range(PARTS))
def test_an_engine_charges_what_the_interpreter_charges(part, capsys):
    """Of a hundred items that an account uses at least 95 go by the plan, in each part: whichever process it runs in."""
    counted: Counter[str] = Counter()

    def rate(book, accounts, records, start, end):
        rating, left = by_engine(book, accounts, records, start, end)
        used = {(each.account, each.item) for each in records}
        others = {*left, *rating.unrated}
        counted.update(books=1, charges=len(rating.charges), used=len(used), left=sum(account in others for account, _ in used))
        return rating, left

    @seed(part)
    @settings(max_examples=BOOKS, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(ratings())
    def law(drawn):
        agree(drawn.book, drawn.accounts, drawn.records, drawn.start, drawn.end, rate=rate)

    law()
    used, left = counted["used"], counted["left"]
    with capsys.disabled():
        print(f"\n{counted['books']} books, {counted['charges']:,} charges are the same; of {used:,} items that accounts used {used - left:,} went by the plan")
    assert counted["books"] >= BOOKS / 2 and counted["charges"] and left * 20 <= used
