"""The sample accounts in `examples/koodrive`, every amount computed by hand with fractions, then compared with the invoices."""

import csv
from datetime import date, datetime
from fractions import Fraction as F
from io import BytesIO
from pathlib import Path

from engine.billing import make_invoice
from engine.language.build import load_account
from engine.model.invoices import Invoice
from engine.usage import read_usage_files
from engine.values.periods import start_of_day
from tests.billing.test_invoice import koodrive

SAMPLES = Path(__file__).resolve().parents[2] / "examples" / "koodrive"


def cents(value: F) -> str:
    """Half-up to two places, away from zero."""
    whole = int(abs(value) * 100 + F(1, 2))
    return f"{'-' if value < 0 and whole else ''}{whole // 100}.{whole % 100:02}"


def invoice(sample: str, first: str, after: str, *usage: str) -> Invoice:
    book, folder = koodrive(), SAMPLES / sample
    account, problems = load_account("account.yaml", (folder / "account.yaml").read_bytes(), book)
    used = read_usage_files(book, [(name, BytesIO((folder / name).read_bytes())) for name in usage])
    assert not problems and not used.diagnostics
    made = make_invoice(book, account, used.records, *(start_of_day(date.fromisoformat(day), book.zone) for day in (first, after)))
    assert isinstance(made, Invoice), made.diagnostics
    return made


def left(changed: date) -> F:
    """Days after the change up to 2 March 2027, which belongs to the term, of 365, to eight places."""
    share = F((date(2027, 3, 2) - changed).days, 365)
    return F(int(share * 10**8 + F(1, 2)), 10**8)


def test_a_growing_team():
    made = invoice("growing-team", "2026-03-01", "2027-06-01")
    year, paid = 12 * F(83, 100), [F(str(line.amount)) for line in made.lines]
    renewal = [cents(year * each) for each in (169, 15 * F("2.40"), 500 * F("0.035"))]
    expected = [
        cents(year * 89),
        cents(left(date(2026, 4, 20)) * year * 15 * F("2.40")),
        cents(left(date(2026, 6, 8)) * year * 500 * F("0.035")),
        cents(left(date(2026, 8, 17)) * year * (319 - 89)),
        cents(left(date(2027, 1, 11)) * year * (169 - 319)),
        *renewal,
    ]
    assert [str(line.amount) for line in made.lines[:8]] == expected
    # The second term, 3 March 2027 to 2 March 2028, has 366 days; it was left on 14 May at 16:30, so 72 days and 16 hours were used.
    total = sum(F(each) for each in renewal)
    consumed, fee = total * F(72 * 24 + 16, 366 * 24), total / 10
    assert sum(paid[8:]) == F(cents(-(total - consumed - fee)))
    assert [line.bill_type for line in made.lines[8:]] == ["refund-unsubscription"] * 3 + ["unsubscription-fee"]
    assert F(str(made.gross)) == sum(paid)


def graduated(quantity: F, *tiers: tuple[int, str]) -> F:
    """Each unit at the price of its own tier; the last tier is far away."""
    amount, below = F(0), 0
    for bound, price in tiers:
        amount += max(F(0), min(quantity, F(bound)) - below) * F(price)
        below = bound
    return amount


TIERS = {
    "storage": ((1024, "0.00006"), (10240, "0.000054"), (10**9, "0.000048")),
    "users": ((100, "0.004"), (1000, "0.0036"), (10**9, "0.0032")),
}


def test_a_project_by_the_hour():
    """Each hour's level at its tiers, cut to eight places; the hours of a month are added up and rounded once."""
    names = ("usage-2026-03.csv", "usage-2026-04.csv")
    rows = {}
    for name in names:
        with (SAMPLES / "project-by-the-hour" / name).open(encoding="utf-8") as stream:
            rows |= {row["id"]: row for row in csv.DictReader(stream)}
    for month, after in (("2026-03", "2026-04-01"), ("2026-04", "2026-05-01")):
        made = invoice("project-by-the-hour", f"{month}-01", after, *names)
        for line in made.lines:
            levels = [F(row["quantity"]) for row in rows.values() if row["item"] == line.item and row["time"].startswith(month)]
            charges = [F(int(graduated(level, *TIERS[line.item]) * 10**8), 10**8) for level in levels]
            assert F(str(line.list_amount)) == sum(charges)
            assert str(line.amount) == cents(sum(charges))
        assert {line.bill_type for line in made.lines} == {"hourly"} and len(made.lines) == 2


def test_the_usage_of_the_project_has_every_hour_once():
    seen = set()
    for name in ("usage-2026-03.csv", "usage-2026-04.csv"):
        with (SAMPLES / "project-by-the-hour" / name).open(encoding="utf-8") as stream:
            seen |= {(row["item"], datetime.fromisoformat(row["time"]), row["id"]) for row in csv.DictReader(stream)}
    assert len(seen) == len({(item, at) for item, at, _ in seen}) == 2 * (32 * 24 + 9)
