"""A book like the vendor's, with storage and users that the edition covers and a monthly traffic quota: a real month of hourly records.

April 2026 in Shanghai, 720 hours, against a second reading that counts hours and records with whole numbers and fractions alone.
"""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

from engine.billing import make_invoice
from engine.language.build import load_account, load_book
from engine.usage import read_usage
from tests.pricing.traces import check_trace

RULES = Path(__file__).parent.parent.parent / "rules" / "koodrive"
MARCH, APRIL, MAY = (datetime(2026, month, day, 16, tzinfo=UTC) for month, day in ((2, 28), (3, 31), (4, 30)))
"""The months begin at midnight in Shanghai, 16:00 UTC of the day before."""
HOUR = timedelta(hours=1)
HOURS = [APRIL + each * HOUR for each in range(720)]
CHINA = timedelta(hours=8)
UPGRADE = datetime(2026, 4, 12, 1, 30, tzinfo=UTC)  # 09:30 in Shanghai

TRAFFIC = """\
resources:
  traffic: {title: Traffic, unit: GB}
items:
  traffic-package:
    title: Traffic package
    unit: GB
    quantity: {min: 100, step: 100}
    provides: {traffic: {quantity: 1 GB, every: month}}
  downloads:
    title: Downloads
    unit: GB
    covered_by: traffic
    meter: {measure: sum, window: hour, places: 2}
prices:
  - {effective: 2026-01-01, announced: 2025-11-15, billing_mode: yearly-monthly, per: month, items: {traffic-package: 0.02}}
  - {effective: 2026-01-01, announced: 2025-11-15, billing_mode: yearly-monthly, items: {downloads: 0.05}}
  - effective: 2026-01-01
    announced: 2025-11-15
    billing_mode: pay-per-use
    items:
      downloads:
        model: graduated
        applies_to: period-total
        tiers: [{up_to: 100, unit_price: 0.06}, {unit_price: 0.04}]
"""
ACCOUNT = """\
id: acme
customer: {name: Acme GmbH, country: DE}
subscriptions:
  - id: project
    billing_mode: pay-per-use
    events:
      - {date: 2026-03-20, start: true}
  - id: team
    billing_mode: yearly-monthly
    events:
      - {date: 2026-03-10, purchase: {term: 1 year, items: {basic-edition: 50-users-500-gb, traffic-package: 300}}}
      - {date: 2026-04-12T09:30, change: {items: {basic-edition: 100-users-1-tb}}}
"""


@cache
def book():
    """The vendor's book with three items more: the editions cover what pay-per-use meters."""
    files = {path.relative_to(RULES).as_posix(): path.read_text(encoding="utf-8") for path in sorted(RULES.rglob("*.yaml"))}
    for name, old, new in (
        ("items.yaml", "    provides: {storage: 1 GB}\n    meter:", "    covered_by: storage\n    meter:"),
        ("items.yaml", "    provides: {users: 1}\n    meter:", "    covered_by: users\n    meter:"),
        (
            "billing-modes.yaml", "      user-expansion-package: optional\n",
            "      user-expansion-package: optional\n      traffic-package: optional\n"
            "      downloads: {presence: optional, payment: postpaid, cycle: month}\n",
        ),
        ("billing-modes.yaml", "      users: required\n", "      users: required\n      downloads: optional\n"),
    ):  # fmt: skip
        assert files[name].count(old) == 1, (name, old)
        files[name] = files[name].replace(old, new)
    found = load_book({**{name: text.encode() for name, text in files.items()}, "traffic.yaml": TRAFFIC.encode()})
    assert found.book is not None, [each.message for each in found.diagnostics]
    return found.book


def levels(number: int) -> list[tuple[int, int, int]]:
    """(minute, GB stored, users) at two moments of an hour."""
    return [(5, 300 + number * 37 % 1500, 30 + number * 7 % 120), (47, 300 + number * 53 % 1500, 20 + number * 11 % 120)]


def downloads(number: int) -> list[tuple[str, int, Fraction]]:
    """(subscription, minute, GB): now and then of the project, now and then of the team."""
    found = []
    if number % 5 == 0:
        found.append(("project", 20, Fraction(number * 13 % 173, 25)))
    if number % 7 == 3:
        found.append(("team", 20 if number % 2 else 21, Fraction(number * 29 % 211, 50)))
    return found


def csv() -> str:
    """The usage of March's last day and of April, April's hours last first: the order makes no difference."""
    rows = ["acme,project,storage,2026-03-31T23:59,999\n", "acme,team,downloads,2026-03-31T23:59,290\n"]
    for number in reversed(range(720)):
        hour = HOURS[number]
        for minute, stored, users in levels(number):
            rows.append(f"acme,project,storage,{hour + timedelta(minutes=minute):%Y-%m-%dT%H:%M}Z,{stored}\n")
            rows.append(f"acme,project,users,{hour + timedelta(minutes=minute):%Y-%m-%dT%H:%M}Z,{users}\n")
        for name, minute, amount in downloads(number):
            local = hour + CHINA + timedelta(minutes=minute)
            rows.append(f"acme,{name},downloads,{local:%Y-%m-%dT%H:%M},{float_free(amount)}\n")
    return "account,subscription,item,time,quantity\n" + "".join(rows)


def float_free(amount: Fraction) -> str:
    """Hundredths with their two decimals."""
    whole, part = divmod(amount * 100, 100)
    return f"{whole}.{int(part):02d}"


@cache
def invoice():
    made, found = load_account("account.yaml", ACCOUNT.encode(), book())
    assert made is not None, found
    records = read_usage(book(), "usage.csv", csv())
    assert not records.diagnostics, records.diagnostics[0]
    assert len(records.records) == 720 * 4 + sum(len(downloads(each)) for each in range(720)) + 2
    return make_invoice(book(), made, records.records, APRIL, MAY)


def line(subscription: str, item: str):
    (found,) = (each for each in invoice().lines if (each.subscription, each.item) == (subscription, item) and each.bill_type != "change")
    return found


def graduated(quantity: Fraction | int, tiers: list[tuple[int | None, Fraction]]) -> Fraction:
    amount, below = Fraction(0), 0
    for bound, price in tiers:
        top = quantity if bound is None else min(quantity, bound)
        amount += max(Fraction(0), Fraction(top - below)) * price
        below = bound if bound is not None else below
    return amount


def down(value: Fraction, places: int) -> Fraction:
    return Fraction(int(value * 10**places), 10**places)


def cents(value: Fraction) -> Fraction:
    return Fraction(int(value * 100 + Fraction(1, 2)), 100)


STORAGE = [(1024, Fraction("0.000060")), (10240, Fraction("0.000054")), (None, Fraction("0.000048"))]
USERS = [(100, Fraction("0.0040")), (1000, Fraction("0.0036")), (None, Fraction("0.0032"))]


def hourly(position: int, provided: tuple[int, int], tiers) -> tuple[Fraction, int]:
    """(the sum of all hours, each cut down to 8 decimals; the highest quantity charged), the edition's level of each hour's start off."""
    amount, highest = Fraction(0), 0
    for number, hour in enumerate(HOURS):
        level = max(each[position] for each in levels(number)) - provided[hour >= UPGRADE]
        amount += down(graduated(max(0, level), tiers), 8)
        highest = max(highest, level)
    return amount, highest


def test_storage_that_the_edition_covers():
    """500 GB until the upgrade on 12 April at 09:30, 1024 GB from the hour after it on."""
    found, (amount, highest) = line("project", "storage"), hourly(1, (500, 1024), STORAGE)
    assert (Fraction(found.list_amount), found.quantity, found.bill_type) == (amount, highest, "hourly")
    assert Fraction(found.amount) == cents(amount)


def test_users_that_the_edition_covers():
    found, (amount, highest) = line("project", "users"), hourly(2, (50, 100), USERS)
    assert (Fraction(found.list_amount), found.quantity) == (amount, highest)
    assert Fraction(found.amount) == cents(amount)


def walk_through_the_quota() -> dict[str, Fraction]:
    """What is left of each subscription's downloads after 300 GB in April, in order of time, then of the account."""
    quota, left = Fraction(300), {"project": Fraction(0), "team": Fraction(0)}
    order = ("project", "team")
    records = [(number * 60 + minute, order.index(name), amount) for number in range(720) for name, minute, amount in downloads(number)]
    for _, who, amount in sorted(records):
        part = min(quota, amount)
        quota -= part
        left[order[who]] += amount - part
    assert quota == 0 and all(left.values())
    return left


def test_the_quota_of_the_traffic_package_is_shared():
    """Pay-per-use by the month's tiers; beside the year's subscription at its own price, with the discount of its term."""
    left = walk_through_the_quota()
    project, team = line("project", "downloads"), line("team", "downloads")
    assert (Fraction(project.quantity), Fraction(team.quantity)) == (left["project"], left["team"])
    assert Fraction(project.list_amount) == graduated(left["project"], [(100, Fraction("0.06")), (None, Fraction("0.04"))])
    assert Fraction(team.list_amount) == left["team"] * Fraction("0.05")
    assert Fraction(team.amount) == cents(left["team"] * Fraction("0.05") * Fraction(83, 100))


def test_the_invoice_is_the_sum_of_its_lines_and_the_traces_of_usage_hold():
    assert invoice().net == sum(each.amount for each in invoice().lines)
    assert [each.bill_type for each in invoice().lines] == ["change", "hourly", "hourly", "hourly", "usage"]
    assert not any(check_trace(each) for each in invoice().lines[1:])


def test_the_march_usage_is_in_the_march_invoice():
    """The hour that begins at 23:00 on 31 March: 999 - 500 GB of storage; of the team's 290 GB nothing, the quota of March covers it."""
    made, _ = load_account("account.yaml", ACCOUNT.encode(), book())
    records = read_usage(book(), "usage.csv", csv()).records
    found = make_invoice(book(), made, records, MARCH, APRIL)
    usage = {(each.subscription, each.item): each.quantity for each in found.lines if each.bill_type != "new-purchase"}
    assert usage == {("project", "storage"): 499, ("team", "downloads"): 0}
