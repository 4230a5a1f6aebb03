"""What an edit of other rules changed: the value that differs, by ids and not by places in lists."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.review.rule_changes import rule_changes
from tests.laws.books import loaded
from tests.pricing.later_shop import later

TODAY = datetime(2026, 6, 15, tzinfo=UTC)
LADDER = {"by": "term", "tiers": [{"from": "1 year", "percent_off": "17%"}, {"from": "2 years", "percent_off": "25%"}]}
BASE = {"discounts": {"longer": LADDER}, "discount_policy": ["longer"]}


def D(text):
    return Decimal(text)


def told(edited, base=BASE):
    old, new = (loaded(later(**sections)) for sections in (base, {**base, **edited}))
    return [("/".join(each.path), str(each.before), str(each.after), each.paid) for each in rule_changes(old, new, TODAY)]


def ladder(*tiers, **more):
    return {"discounts": {"longer": {**LADDER, "tiers": [{"from": start, "percent_off": off} for start, off in tiers], **more}}}


CASES = {
    "nothing": ({}, []),
    "a discount is smaller": (
        ladder(("1 year", "17%"), ("2 years", "22%")), [("discounts/longer/tiers/from 2 years", "0.25", "0.22", D("0.04"))],
    ),
    "a tier before the others changes none of them": (
        ladder(("6 months", "5%"), ("1 year", "17%"), ("2 years", "25%")), [("discounts/longer/tiers/from 6 months", "None", "5%", D("-0.05"))],
    ),
    "a tier is gone": (ladder(("1 year", "17%")), [("discounts/longer/tiers/from 2 years", "25%", "None", Fraction(8, 75))]),
    "a tier begins later and is another one": (
        ladder(("1 year", "17%"), ("3 years", "30%")),
        [("discounts/longer/tiers/from 3 years", "None", "30%", Fraction(-1, 15)), ("discounts/longer/tiers/from 2 years", "25%", "None", Fraction(8, 75))],
    ),
    "whom a discount is for": (
        ladder(("1 year", "17%"), ("2 years", "25%"), when={"segment": "education"}), [("discounts/longer/when", "none", "segment: education", None)],
    ),
    "a discount is gone": ({"discounts": {}, "discount_policy": []}, [("discounts/longer", "longer", "None", None), ("discount_policy/longer", "longer", "None", None)]),
    "a fee": ({"leave": {"fee": [{"fee": "12%"}]}}, [("cancellations/with-fee/fees/otherwise/fee", "0.10", "0.12", None)]),
    "a policy": ({"change": {"discount": "current"}}, [("spec_changes/by-time/default/discount", "as-ordered", "current", None)]),
    "how long a renewal may come late": ({"renew": {"grace": "5 days"}}, [("renewals/anniversary/grace", "15 days", "5 days", None)]),
    "a setting of the book": ({"book": {"timezone": "UTC"}}, [("book/timezone", "Europe/Berlin", "UTC", None)]),
    "a title is no rule": ({"book": {"title": "Another name"}}, []),
}  # fmt: skip


@pytest.mark.parametrize(("edited", "expected"), CASES.values(), ids=CASES)
def test_a_rule_is_told_by_its_id_and_the_value_that_differs(edited, expected):
    assert told(edited) == expected


@pytest.mark.parametrize(
    ("edited", "broken"),
    [
        (ladder(("1 year", "17%"), ("2 years", "22%")), ["undated"]),
        (ladder(("1 year", "17%")), ["undated"]),
        ({"leave": {"fee": [{"fee": "12%"}]}}, ["undated"]),
        ({"taxes": [{"tax": "vat", "rate": "19%", "effective": "2026-03-01"}]}, ["undated"]),
        ({"taxes": [{"tax": "vat", "rate": "19%", "effective": "2026-09-01"}]}, [None]),
        ({"mode": {"terms": ["1 month", "2 months", "3 months", "6 months", "1 year", "18 months", "2 years", "3 years"]}}, [None]),
        ({"mode": {"terms": ["1 month", "2 months", "3 months", "6 months", "1 year", "18 months"]}}, ["undated"]),
    ],
)
def test_a_rule_without_a_date_to_come_holds_for_what_was_bought_before(edited, broken):
    """What begins later, and a list of which nothing is taken, breaks nothing."""
    old, new = (loaded(later(**sections)) for sections in (BASE, {**BASE, **edited}))
    assert [each.breaks for each in rule_changes(old, new, TODAY)] == broken
