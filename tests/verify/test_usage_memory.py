"""Half a million rows of usage in one file, and in several, are billed within 250 MB more than one row needs.

A slow proof: `make verify` runs it, the suite does not.
"""

import os
import random
import resource
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.reading import BOOK

ROOT = Path(__file__).parent.parent.parent
ROWS = 500_000
MOST = 250 * 1024  # kB
SUBSCRIPTIONS = 20
HEAD = "account,subscription,item,time,quantity,id,region\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Path:
    """A book, an account with twenty subscriptions, and its usage: times, quantities and ids that are nearly all different."""
    folder = tmp_path_factory.mktemp("usage")
    (folder / "book").mkdir()
    (folder / "book" / "book.yaml").write_bytes(BOOK)
    subscriptions = (f"  - {{id: s{each}, billing_mode: use, events: [{{date: 2026-03-01, start: true}}]}}\n" for each in range(SUBSCRIPTIONS))
    (folder / "account.yaml").write_text("id: a\ncustomer: {name: A}\nsubscriptions:\n" + "".join(subscriptions))
    chosen, begin = random.Random(1), datetime(2026, 3, 1, tzinfo=UTC)
    for name, rows in (("one", 1), ("all", ROWS), ("first", ROWS // 2), ("second", ROWS // 2)):
        with (folder / f"{name}.csv").open("w") as file:
            file.write(HEAD)
            for number in range(rows):
                at = begin + timedelta(microseconds=chosen.randrange(30 * 86_400 * 10**6))
                what = f"{chosen.randrange(10**6)}.{number % 1000:03},{chosen.getrandbits(128):032x},{chosen.choice(('eu', 'us'))}"
                file.write(f"a,s{number % SUBSCRIPTIONS},calls,{at:%Y-%m-%dT%H:%M:%S.%f}Z,{what}\n")
    return folder


def peak(desk: Path, *names: str) -> int:
    """The largest resident size in kB of an invoice that is made of these files."""
    given = [word for name in names for word in ("--usage", f"{name}.csv")]
    run = [sys.executable, str(ROOT / "cli.py"), "invoice", "account.yaml", "-b", "book", "--period", "2026-03", *given, "-f", "json", "-o", "out.json"]
    started = subprocess.Popen(run, cwd=desk, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    assert started.returncode == 0
    return _kilobytes(used)


def _kilobytes(used: resource.struct_rusage) -> int:
    return used.ru_maxrss // (1024 if sys.platform == "darwin" else 1)


@pytest.mark.parametrize("names", [("all",), ("first", "second")])
def test_half_a_million_rows_stay_within_250_megabytes(desk, names):
    assert (desk / "all.csv").stat().st_size > 40_000_000
    assert peak(desk, *names) - peak(desk, "one") < MOST
