"""What has time bands is left to the interpreter by `rate`, by name; charges, bills and changes of a book say the band of each line (3.4)."""

import json

import pytest

from tests.conformance.language import write
from tests.readings.test_3_4_time_bands import PEAK, D, data

ACCOUNT = "id: acme\ncustomer: {name: Acme}\nsubscriptions:\n  - {id: s-1, billing_mode: use, events: [{date: 2026-01-01, start: true}]}\n"
ROWS = [("power", "2026-07-01T16:00Z", 300), ("power", "2026-07-01T21:00Z", 700), ("calls", "2026-07-02T17:00Z", 50)]
USAGE = "account,subscription,item,time,quantity\n" + "".join(f"acme,s-1,{item},{at},{quantity}\n" for item, at, quantity in ROWS)
OF_JULY = [("power", {"band": "peak"}, "96.00"), ("power", {}, "98.00"), ("calls", {}, "5.00")]


def shop(peak: str = "0.32", **bands: dict) -> str:
    made = data({"peak": PEAK | {"title": "Peak"}} | bands, peak=peak)
    made["items"] |= {"calls": {"title": "Calls", "unit": "kWh", "meter": {"measure": "sum", "window": "month"}}}
    made["billing_modes"]["use"]["items"] |= {"calls": "optional"}
    made["prices"].append({"effective": "2026-01-01", "billing_mode": "use", "items": {"calls": D("0.10")}})
    return write(made)


@pytest.fixture
def july(desk):
    """A book with bands, an account and its usage of July."""
    (desk / "own").mkdir()
    (desk / "own" / "book.yaml").write_text(shop(), encoding="utf-8")
    (desk / "acme.yaml").write_text(ACCOUNT, encoding="utf-8")
    (desk / "use.csv").write_text(USAGE, encoding="utf-8")
    return desk


def lines(ran) -> list[tuple[str, dict, str]]:
    assert ran.code == 0, ran.err
    return [(line["item"], line["attributes"], line["amount"]) for line in json.loads(ran.out)["lines"]]


RATE = ("rate", "use.csv", "-b", "own", "--accounts", "acme.yaml", "--period", "2026-07")
INVOICE = ("invoice", "acme.yaml", "-b", "own", "--period", "2026-07", "-f", "json")


def test_charges_are_by_band_as_the_invoice_of_usage_is(july, run):
    plan = run(*RATE, "--show-plan")
    assert plan.code == 0 and "its prices have time bands" in " ".join(plan.out.split()), plan.err + plan.out
    ran = run(*RATE, "-o", "charges.parquet")
    assert ran.code == 0, ran.err
    assert [lines(run(*INVOICE, *given)) for given in (("--usage", "use.csv"), ("--charges", "charges.parquet"))] == [OF_JULY, OF_JULY]


def test_every_invoice_of_a_period_has_them(july, run):
    assert run(*RATE, "-o", "charges.parquet").code == 0
    ran = run("bill", "--charges", "charges.parquet", "-b", "own", "--accounts", "acme.yaml", "--period", "2026-07", "-o", "bills", "-f", "json")
    assert ran.code == 0, ran.err
    (made,) = [path for path in (july / "bills").rglob("*.json") if '"lines"' in path.read_text(encoding="utf-8")]
    assert [(line["item"], line["attributes"], line["amount"]) for line in json.loads(made.read_text(encoding="utf-8"))["lines"]] == OF_JULY


def test_a_quote_by_options_is_used_in_one_band(july, run):
    ran = run(
        "quote", "--item", "power=300", "-b", "own", "--mode", "use", "--for", "1 month", "--date", "2026-07-01", "--attribute", "band=peak", "-f", "json"
    )
    assert lines(ran) == [("power", {"band": "peak"}, "96.00")]


def test_a_new_price_or_hour_of_a_band_is_a_change(july, run):
    (july / "new").mkdir()
    (july / "new" / "book.yaml").write_text(shop(peak="0.40"), encoding="utf-8")
    dearer = run("diff", "own", "new")
    assert "0.32" in dearer.out and "0.40" in dearer.out and "peak" in dearer.out, dearer.out + dearer.err
    (july / "new" / "book.yaml").write_text(shop().replace("16:00-21:00", "17:00-21:00"), encoding="utf-8")
    shorter = run("diff", "own", "new")
    assert "16:00-21:00" in shorter.out and "17:00-21:00" in shorter.out, shorter.out + shorter.err
