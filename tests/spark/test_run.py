"""A delivery that a cluster reads and rates: its charges are the interpreter's, however it is delivered, and also where a worker dies on the way."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from engine.batch.spark_rating import ClusterRating, rate_files
from engine.billing.charges import charges_for_usage
from engine.billing.ledger import ledger_of
from engine.model.charges import UsageCharge
from tests.billing.test_invoice import koodrive
from tests.extent import first
from tests.rating.test_koodrive_plan import END, START, a_month

BOOK = koodrive()
ACCOUNTS, RECORDS = a_month()
HEAD = "id,account,subscription,item,time,quantity"


def delivered(folder: Path, count: int, bad: Sequence[str] = ()) -> list[str]:
    """The month's records in so many files, in no order, every third of them twice, with bad rows among them."""
    rows = [f"r-{number},{each.account},s-1,{each.item},{each.at:%Y-%m-%dT%H:%M:%SZ},{each.quantity}" for number, each in enumerate(RECORDS)]
    rows += [*rows[::3], *bad]
    Random(count).shuffle(rows)
    names = []
    for number in range(count):
        names.append(str(folder / f"{number:02}.csv"))
        Path(names[-1]).write_text("\n".join([HEAD, *rows[number::count]]), encoding="utf-8")
    return names


def rated(session, names: Sequence[str]) -> ClusterRating:
    owners = [(owner, ledger_of(BOOK, owner, [each for each in RECORDS if each.account == owner.id], END).runs) for owner in ACCOUNTS]
    return rate_files(session, BOOK, names, owners, START, END)


@pytest.fixture(scope="module")
def expected() -> list[UsageCharge]:
    """What the interpreter charges."""
    of = lambda owner: [each for each in RECORDS if each.account == owner.id]
    return sorted((charge for owner in ACCOUNTS for charge in charges_for_usage(BOOK, owner, of(owner), START, END)), key=lambda charge: charge.order)


@pytest.mark.parametrize("count", first(1, [7, 1, 40]))
def test_a_month_in_files_is_charged_as_by_the_interpreter(session, tmp_path, expected, count):
    bad = ["r-x,a-1,s-1,storage,2026-03-10T10:00:00Z,1e3", "r-y,a-1,s-1,storrage,2026-03-10,1", ",,,", "r-1,a-1,s-1,users,2026-03-10,-1"]
    found = rated(session, delivered(tmp_path, count, bad))
    assert list(found.rating.charges) == expected
    assert (found.left, found.rating.unrated) == ({}, frozenset())
    assert sum(found.usage.read.values()) == len(RECORDS) + len(RECORDS[::3]) + 3
    assert (len(found.dropped), len(found.usage.refused)) == (len(RECORDS[::3]), 3)


@pytest.mark.parametrize("after", first(1, [1.0, 0.2, 0.5, 1.5]))
def test_a_worker_that_is_killed_on_the_way_changes_nothing(cluster, session, tmp_path, expected, after):
    """Its part is done again by the other one."""
    names = delivered(tmp_path, 12)
    found: list[ClusterRating] = []
    run = threading.Thread(target=lambda: found.append(rated(session, names)))
    run.start()
    time.sleep(after)
    assert run.is_alive()
    cluster.kill("worker-1")
    run.join()
    cluster.start_worker("worker-1")
    assert [list(each.rating.charges) for each in found] == [expected]
    assert len(found[0].dropped) == len(RECORDS[::3])
