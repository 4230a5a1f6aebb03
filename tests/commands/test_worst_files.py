"""Files of the worst kinds, of 8 MB or a third of what may be read: `check` ends in time and memory that the machine itself holds it to.

The law is 10 seconds of processor time and 500 MB. The machine's limits are wider, for a busy one is slower; what is slower by its kind takes
minutes, and what keeps each value several times takes gigabytes.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.extent import first

ROOT = Path(__file__).resolve().parents[2]
SECONDS, MEMORY = 30, 1024 * 1024 * 1024  # of processor time; of addresses, of which libraries take a part
MOST_RESIDENT = 500 * 1024 * 1024
SIZE = 8_000_000

BOOK = """\
book: {id: small, title: Small, status: draft, currency: USD, timezone: UTC, rounding: {at: line, mode: half-up}}
units: {user: {title: User}}
items:
  seats: {title: Seats, unit: user}
billing_modes:
  monthly: {title: Monthly, payment: prepaid, cycle: term, terms: [1 month], items: {seats: required}}
prices:
  - {effective: 2026-01-01, billing_mode: monthly, per: month, items: {seats: 2.50}}
"""
PRICE = "  - {effective: 2026-02-01, billing_mode: monthly, per: month, items: {%s: 2.50}}\n"
TABLE = "prices:\n  - {effective: 2026-02-01, billing_mode: monthly, per: month, table: x.csv}\n"


def repeated(text: str) -> str:
    """The text again and again, 8 MB of it."""
    return text * (SIZE // len(text))


def minified() -> str:
    """JSON of one line with a mistake in 400 places."""
    prices = [
        {"effective": "2026-01-01", "billing_mode": "monthly", "per": "month", "items": {"seats": "two" if each % 20 == 0 else each}} for each in range(8_000)
    ]
    return json.dumps({"prices": prices}, separators=(",", ": "))


WORST: dict[str, tuple[Callable[[], dict[str, str]], str]] = {
    # what stands in the files -> what is said of it, among other things
    "one long line": (lambda: {"x.yaml": "limits: [" + repeated("a,") + "a]"}, "Y101"),
    "colons": (lambda: {"x.yaml": repeated("a::::\n")}, "Y105"),
    "damaged lines": (lambda: {"x.yaml": "items:\n" + repeated("  a: b: 'c\n")}, "Y104"),
    "minified JSON": (lambda: {"x.yaml": minified()}, "S105"),
    "unknown items": (lambda: {"x.yaml": "prices:\n" + "".join(PRICE % f"sets{each}" for each in range(8_000))}, "R104"),
    "one price again": (lambda: {"x.yaml": "prices:\n" + PRICE % "seats" * 8_000}, "D101"),
    "wrong rows of a table": (lambda: {"x.csv": "item,unit_price\n" + repeated("sets,1.00\n"), "x.yaml": TABLE}, "Y101"),
}  # fmt: skip


MEASURED = """
import os, resource, subprocess, sys
seconds, memory = map(int, sys.argv[1:3])
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
ran = subprocess.run(sys.argv[3:], stderr=subprocess.DEVNULL)
print(ran.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024, file=sys.stderr)
"""
"""Runs a command within limits and says its exit code and its most memory, in bytes. The system counts to a process what the one was that
it was forked from: this one is small, and the one that runs the suite is not."""


@pytest.mark.parametrize("kind", first(2, WORST))
@pytest.mark.whole
def test_a_check_of_the_worst_files_ends(tmp_path, kind):
    files, code = WORST[kind]
    (tmp_path / "book").mkdir()
    for name, text in ({"book.yaml": BOOK} | files()).items():
        (tmp_path / "book" / name).write_text(text, encoding="utf-8")

    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("GITHUB_ACTIONS", None)
    command = [sys.executable, "-c", MEASURED, str(SECONDS), str(MEMORY), sys.executable, str(ROOT / "cli.py"), "check", "book"]
    with (tmp_path / "out").open("wb") as out:
        ran = subprocess.run(command, cwd=tmp_path, stdout=out, stderr=subprocess.PIPE, env=environment, check=True)
    said = (tmp_path / "out").read_text(encoding="utf-8")
    exit_code, resident = map(int, ran.stderr.split())
    assert exit_code == 1 and f"[{code}]" in said, said[-500:]
    assert len(said) < 100_000 and resident < MOST_RESIDENT
