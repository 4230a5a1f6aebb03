"""KooDrive after a purchase: every amount of the book's examples computed by hand with fractions, then compared with the engine."""

from datetime import date
from fractions import Fraction as F
from pathlib import Path

import pytest

from engine.language.build import load_book
from engine.pricing import price_order
from engine.review.examples import run_examples
from tests.pricing.later_shop import cents
from tests.pricing.traces import adds_up

FOLDER = Path(__file__).resolve().parents[2] / "rules" / "koodrive"
BOOK = load_book({path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in sorted(FOLDER.rglob("*.yaml"))}).book


def quoted(name):
    found = price_order(BOOK, BOOK.examples[name].given)
    assert adds_up(found)
    return found


def eight(value: F) -> F:
    """Rounded to eight places, half-up."""
    return F(int(value * 10**8 + F(1, 2)), 10**8)


def test_every_example_passes():
    assert [(each.name, each.cells, each.refusal) for each in run_examples(BOOK) if each.outcome != "passed"] == []


def test_upgrade():
    """16 July to 1 March, both included: 229 days of 365, to eight places, x the difference of a year at 17% off."""
    days = (date(2027, 3, 2) - date(2026, 7, 16)).days
    assert days == 229
    left = eight(F(days, 365))
    assert left == F("0.62739726")
    charge = left * 12 * (169 - 89) * F(83, 100)
    change = quoted("upgrade-to-100-users").changes[0]
    assert str(change.charge) == cents(charge) == "499.91"
    assert F(change.lines[0].remaining.value) == left


def test_downgrade_gives_back_what_the_upgrade_costs():
    left = eight(F(229, 365))
    change = quoted("downgrade-to-50-users").changes[0]
    assert str(change.refund) == cents(left * 12 * (169 - 89) * F(83, 100)) == "499.91"


def test_expansion():
    """13 to 30 April, May, and 1 June: 18/30 + 1 + 1/30 months; 95 users become 105 over the border of the tiers at 100."""
    left = eight(F(18, 30) + 1 + F(1, 30))
    users = left * ((100 * F("2.40") + 5 * F("2.10")) - 95 * F("2.40"))
    storage = left * 500 * F("0.035")
    change = quoted("expansion-of-a-team").changes[0]
    assert [str(line.amount) for line in change.lines] == [cents(users), cents(storage)]
    assert [line.direction for line in change.lines] == ["expand", "expand"]


def test_five_days_are_120_hours():
    found = quoted("unsubscription-in-five-days").unsubscription
    assert (str(found.refund), found.fee, found.consumed) == ("886.44", 0, 0)


def test_unsubscription_after_half_a_year():
    """184 days and 12 whole hours of 366 days are used (the day of expiry is paid), and 10% of what was paid is kept."""
    hours, whole = 184 * 24 + 12, 366 * 24
    paid = F("886.44")
    found = quoted("unsubscription-after-half-a-year").unsubscription
    assert F(found.consumed) == paid * F(hours, whole)
    assert F(found.fee) == paid / 10
    assert str(found.refund) == cents(paid - paid * F(hours, whole) - paid / 10)


def test_renewal_and_a_change_over_both_terms():
    """4 days of the first year and the whole of the second, each at 17% off, for 80.00 more a month."""
    found = quoted("renewal-for-a-year")
    renewal = found.renewals[0]
    assert (renewal.start, renewal.expires, str(renewal.totals.net)) == (date(2027, 3, 1), date(2028, 3, 1), "886.44")
    charge = (eight(F(4, 365)) * 12 + 12) * 80 * F(83, 100)
    assert str(found.changes[0].charge) == cents(charge)


@pytest.mark.parametrize("name", ["upgrade-to-100-users", "downgrade-to-50-users", "expansion-of-a-team"])
def test_each_line_rounds_once(name):
    """The steps before the rounding `at: line` are exact but for the eight places of `at: charge`."""
    for line in quoted(name).changes[0].lines:
        rounded = [step for step in line.trace if step.number in (6, 8) and not step.idle]
        assert len(rounded) <= 1
