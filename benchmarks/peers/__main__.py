"""Installs each engine, pinned, into an environment of its own in a temporary folder, and prints how many rows a second it rates and how many wrong.

Wrong is a row whose amount, as the engine gives it, is another one in whole cents than the exact amount.
"""

import argparse
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from benchmarks.peers.task import exact_cents, millionths
from benchmarks.usage import size_of

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Peer:
    """An engine: what it is called, the file that asks it, and what pip installs."""

    name: str
    script: str
    requirement: str
    note: str


PEERS = (
    Peer("OpenFisca-Core", "openfisca.py", "OpenFisca-Core==46.0.1", "binary floats of 32 bits"),
    Peer("GoRules zen-engine", "zen_rules.py", "zen-engine==2.1.3", "a decision table in a loop over records"),
    Peer("CloudKitty hashmap", "cloudkitty_hashmap.py", "cloudkitty==25.0.0", "two groups of thresholds; its rates in memory"),
)


def main(arguments: list[str] | None = None) -> int:
    """Measures all of them; an engine that cannot be installed or run is named with the reason."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("size", type=size_of, nargs="?", default=1_000_000, help="how many records are rated")
    rows = parser.parse_args(arguments).size
    exact = [exact_cents(each) for each in millionths(rows)]
    for peer in PEERS:
        try:
            nanoseconds, *amounts = _rated(peer, rows)
        except subprocess.CalledProcessError as failed:
            print(f"{peer.requirement}: {failed.stderr.strip().splitlines()[-1]}")
            continue
        wrong = sum(cents(amount) != right for amount, right in zip(amounts, exact, strict=True))
        print(
            f"{peer.requirement:24}  {rows * 10**9 // int(nanoseconds):>10,} rows a processor second  {wrong:>7,} of {rows:,} wrong  ({peer.note})", flush=True
        )
    return 0


def cents(amount: str) -> int:
    """The amount that was written, in whole cents, a half rounded up."""
    return int((Decimal(amount) * 100).to_integral_value(ROUND_HALF_UP))


def _rated(peer: Peer, rows: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = f"{folder}/bin/python"
        for command in (
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", peer.requirement],
            [python, str(HERE / peer.script), str(rows)],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


if __name__ == "__main__":
    sys.exit(main())
