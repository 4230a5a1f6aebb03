"""A month of ten thousand accounts is rated and billed, with a kill in between: a slow proof that `make verify` runs.

Rating is killed once, billing three times, and three times first a process of it; what is there in the end is a document of each format for every account,
numbers without a gap, and sums that are those of the charges.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from benchmarks.usage import Delivery, make
from engine.batch.charges_file import open_charges
from engine.store import open_book
from tests.commands.desk import ROOT

ACCOUNTS, RECORDS = 10_000, 50
KILLS = 6
HERE = ("--accounts", "accounts.parquet", "-b", "koodrive", "--period", "2026-03")
RATE = ("rate", "usage", *HERE, "-o", "charges.parquet")
BILL = ("bill", "--charges", "charges.parquet", *HERE, "--number", "2026-{00001}", "-f", "html", "-f", "ubl", "-o", "out")


def begun(folder: Path, *arguments: str) -> subprocess.Popen:
    """The command in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with (folder / "said.txt").open("a") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "pricebook", *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )


def kill(process: subprocess.Popen, after: float, chance: random.Random, whole: bool) -> None:
    """Ends the command, or one of its processes, at once."""
    limit = time.monotonic() + after
    while time.monotonic() < limit and process.poll() is None:
        time.sleep(0.05)
    if process.poll() is not None:
        return
    children = [int(each) for each in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    os.kill(process.pid if whole or not children else chance.choice(children), signal.SIGKILL)


def test_a_month_of_ten_thousand_accounts_ends_whole_after_kills(tmp_path):
    chance = random.Random(1)
    make(Delivery(ACCOUNTS * RECORDS, ACCOUNTS, koodrive=True), tmp_path)
    kill(begun(tmp_path, *RATE), 1.5, chance, True)
    assert not (tmp_path / "charges.parquet").exists()
    assert begun(tmp_path, *RATE).wait() == 0
    for number in range(KILLS):
        process = begun(tmp_path, *BILL)
        kill(process, chance.uniform(5, 15), chance, number % 2 == 0)
        if number % 2 == 0:
            process.wait()
        else:
            kill(process, 5, chance, True)
            process.wait()
    assert begun(tmp_path, *BILL).wait() == 0, (tmp_path / "said.txt").read_text()
    check_what_is_there(tmp_path)


def check_what_is_there(folder: Path) -> None:
    """Documents, numbers and sums."""
    names = sorted(each.name for each in (folder / "out").iterdir())
    by_ending = {ending: [name for name in names if name.endswith(ending)] for ending in (".html", ".xml")}
    assert {ending: len(found) for ending, found in by_ending.items()} == {".html": ACCOUNTS, ".xml": ACCOUNTS}
    assert len(names) == 2 * ACCOUNTS + 2
    _, *lines = [json.loads(each) for each in (folder / "out" / "manifest.jsonl").read_text().splitlines()]
    numbered = [each for each in lines if "number" in each]
    assert [each["number"] for each in numbered] == [f"2026-{number:05}" for number in range(1, ACCOUNTS + 1)]
    book = open_book(ROOT / "rules/koodrive").rules
    _, charges = zip(*open_charges(folder / "charges.parquet", book).accounts(), strict=True)
    # Nothing is discounted or taxed here: a charge is a line, which the book rounds to the cent, once.
    owed = [sum(tally.amount for tally in each.tallies).quantize(Decimal("0.01"), ROUND_HALF_UP) for of_account in charges for each in of_account]
    (sums,) = json.loads((folder / "out" / "summary.json").read_text())["totals"]
    assert sums["invoices"] == ACCOUNTS == len(charges)
    assert Decimal(sums["net"]) == sum(owed) == sum(Decimal(each["net"]) for each in numbered) > 0
