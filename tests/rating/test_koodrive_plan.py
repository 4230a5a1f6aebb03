"""KooDrive's pay-per-use, by the hour: an engine makes the charges that the interpreter makes."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from engine.model.accounts import Account
from engine.usage import UsageRecord
from tests.billing.test_invoice import koodrive
from tests.rating.rated import account, agree

START, END = datetime(2026, 2, 28, 16, tzinfo=UTC), datetime(2026, 3, 31, 16, tzinfo=UTC)


def a_month() -> tuple[list[Account], list[UsageRecord]]:
    """Accounts of which some begin in the month, and their usage."""
    draw = random.Random(11)
    accounts = [account(f"a-{number}", "pay-per-use", (START - timedelta(days=draw.choice((20, 40))), "start")) for number in range(20)]
    accounts += [account(f"b-{number}", "pay-per-use", (START + timedelta(hours=draw.randrange(300), minutes=17), "start")) for number in range(5)]
    records = []
    for owner in accounts:
        begun = max(START, owner.subscriptions[0].events[0].at)
        for _ in range(80):
            at = begun + timedelta(seconds=draw.randrange(0, int((END - begun).total_seconds())))
            item = draw.choice(("storage", "users"))
            quantity = Decimal(draw.randrange(0, 30000)) if item == "users" else Decimal(draw.randrange(0, 20_000_000_000)) / 10**6
            records.append(UsageRecord(owner.id, "s-1", item, at, quantity))
    return accounts, records


def test_many_accounts_of_a_month():
    assert agree(koodrive(), *a_month(), START, END) == 50
