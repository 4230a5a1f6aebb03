"""Worked examples of KooDrive's vendor, said in the rule language: equal to the digits that the vendor prints."""

from datetime import date, datetime, timedelta
from decimal import Decimal as D
from fractions import Fraction
from pathlib import Path

import pytest

from engine.values.exact import round_number
from tests.conformance.facts import VENDOR
from tests.conformance.vendor import DAILY, changing, leaving, quote, shop


@pytest.mark.parametrize("name", ["spec_remaining_yearly_astro_zero", "spec_remaining_yearly_astro_canvas"])
def test_years_left(name):
    """244/365 + 1 + 305/365 of a year, shown with two decimals."""
    facts, expected = VENDOR[name]["inputs"], VENDOR[name]["expected"]
    found = quote(
        shop(10, **changing(DAILY)), date=facts["start"], term="3 years", items={"thing": 1},
        change={"date": facts["change_date"], "items": {"thing": 2}},
    )  # fmt: skip
    assert found.expires == date.fromisoformat(facts["end"])
    left = found.changes[0].lines[0].remaining
    assert left.value == D(VENDOR[name]["recomputed"]["remaining_years"]) and left.unit == "years"
    assert round_number(left.value, 2, "half-up") == D(expected["remaining_years"])


def test_upgrade_over_two_months():
    """(6000 - 3000) x (12/31 + 17/30); the page shows the whole part."""
    vector = VENDOR["spec_upgrade_oct_nov"]
    facts = vector["inputs"]
    ladder = {"title": "Thing", "unit": "piece", "specs": {"small": {"title": "Small"}, "large": {"title": "Large"}}}
    price = {"small": D(facts["old_price_month"]), "large": D(facts["new_price_month"])}
    found = quote(
        shop(price, item=ladder, **changing(DAILY)), date="2023-10-17", term="1 month", items={"thing": "small"},
        change={"date": "2023-10-19", "items": {"thing": "large"}},
    )  # fmt: skip
    charge = found.changes[0].charge
    assert charge == round_number(3000 * (Fraction(12, 31) + Fraction(17, 30)), 2, "half-up")
    assert str(charge).startswith(vector["expected"]["fee_prefix"])


def test_one_second_of_an_hour():
    vector = VENDOR["prec_conversion_1_second"]
    units = {"second": {"title": "second"}, "hour": f"{vector['inputs']['conversion_factor']} second"}
    book = shop(1, unit="hour", units=units, book={"rounding": [{"at": "quantity", "places": 10, "mode": "down"}]})
    found = quote(book, term="1 month", items={"thing": f"{vector['inputs']['usage_seconds']} second"})
    assert found.lines[0].quantity == D(vector["expected"]["usage_in_price_unit"])


def test_truncated_amount():
    """The China site truncates each bill and shows the rest."""
    vector = VENDOR["prec_cn_truncated_field"]
    book = shop(D(vector["inputs"]["amount"]), book={"rounding": {"at": "line", "mode": "down"}})
    line = quote(book, term="1 month", items={"thing": 1}).lines[0]
    assert (line.amount, line.rounding_amount) == (D(vector["expected"]["charged"]), D(vector["expected"]["truncated_amount"]))


def test_whole_bill_line():
    vector = VENDOR["prec_bill_nlp_full_line"]
    book = shop(D(vector["inputs"]["unit_price_call"]), book={"rounding": {"at": "line", "mode": "down"}})
    line = quote(book, term="1 month", items={"thing": vector["inputs"]["calls"]}).lines[0]
    expected = {key: D(value) for key, value in vector["expected"].items()}
    assert line.list_amount == expected["list_price"] and line.discount_amount == D(vector["inputs"]["discount"])
    assert (line.rounding_amount, line.amount) == (expected["truncated_amount"], expected["amount_due"])


def test_days_used():
    """Bought on 14 June to the end of 14 July, left on 21 June: 7 of 31 days."""
    vector = VENDOR["unsub_daily_evs_2024"]
    facts, expected = vector["inputs"], vector["expected"]
    policy = {"consumed": {"by": "time-used", "of": "paid", "count": "day"}}
    found = quote(
        shop(expected["order_days"], **leaving(policy)), date=facts["purchase"], term="1 month", items={"thing": 1},
        unsubscribe={"date": facts["unsubscribed"]},
    )  # fmt: skip
    assert found.expires == date.fromisoformat(facts["expires"])
    # One day costs 1, so what is consumed is the days used.
    assert found.unsubscription.consumed == expected["used_days"]
    assert found.unsubscription.refund == expected["order_days"] - expected["used_days"]


def test_five_days():
    vector = VENDOR["unsub_5day_window"]
    before = datetime.fromisoformat(vector["expected"]["full_refund_before"])
    book = shop(31, **leaving({"full_refund_within": "5 days", "fee": [{"fee": "10%"}]}))

    def fee(at):
        given = {"term": "1 month", "items": {"thing": 1}, "unsubscribe": {"date": at.isoformat()}}
        return quote(book, date=vector["inputs"]["activated"].replace(" ", "T"), **given).unsubscription.fee

    assert fee(before - timedelta(seconds=1)) == 0
    assert fee(before) == D("3.1")


def test_free_requests_once():
    vector = VENDOR["ppu_free_tier_functiongraph"]
    facts = vector["inputs"]
    charge = {
        "model": "package", "size": 1000000, "price": D(facts["price_per_million"]), "part_package": "proportional",
        "allowance": facts["free_requests"],
    }  # fmt: skip
    found = quote(shop(charge), term="1 month", items={"thing": sum(facts["requests"])})
    assert found.totals.net == D(vector["expected"]["fee"])


def test_monthly_disk():
    vector = VENDOR["bill_line_monthly_evs"]
    line = quote(shop(D("0.35"), unit="GB"), term="1 month", items={"thing": "10 GB"}).lines[0]
    expected = {key: D(value) for key, value in vector["expected"].items()}
    assert (line.list_amount, line.amount, line.discount_amount) == (expected["list_price_total"], expected["cash"], expected["coupon"])


def test_a_late_renewal_keeps_the_day_of_the_purchase():
    """Facts of the vendor's renewal example that agree with each other: 31 March, 30 April, renewed on 18 May: 13 days are left."""
    renewal = {"anchor": "original-day", "grace": "15 days", "retention": "15 days"}
    book = shop(10, plan={"renewal": "keep"}, renewals={"keep": renewal})
    found = quote(book, date="2024-03-31", term="1 month", items={"thing": 1}, renew={"date": "2024-05-18", "term": "1 month"})
    assert (found.expires, found.renewals[0].expires) == (date(2024, 4, 30), date(2024, 5, 31))
    assert (found.renewals[0].expires - date(2024, 5, 18)).days == 13


def test_every_vector_has_a_test():
    text = Path(__file__).read_text("utf-8")
    assert [name for name in VENDOR if f'"{name}"' not in text] == []
