"""A unified expiry day is not computed yet: an order under it has no quote, rather than one that ignores the day."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.model.quotes import Quote, Refusal
from engine.pricing import price_order
from engine.store import open_book

BOOK = open_book(Path(__file__).resolve().parents[2] / "rules" / "koodrive").book
ORDER = BOOK.examples["one-year-team"].given


@pytest.mark.parametrize("align", ["calendar", "last-day", 15])
def test_a_purchase_that_would_end_on_a_unified_day_is_refused(align):
    """With `align` a term, the first too, ends on the first unified day on or after its anniversary."""
    aligned = replace(BOOK, renewals={"anniversary": replace(BOOK.renewals["anniversary"], align=align)})
    outcome = price_order(aligned, ORDER)
    assert isinstance(outcome, Refusal)
    assert [each.slug for each in outcome.diagnostics] == ["not-evaluated-yet"]
    assert isinstance(price_order(BOOK, ORDER), Quote)


def test_an_estimate_has_no_term_to_move():
    aligned = replace(BOOK, renewals={"anniversary": replace(BOOK.renewals["anniversary"], align="calendar")})
    assert isinstance(price_order(aligned, BOOK.examples["month-of-use"].given), Quote)
