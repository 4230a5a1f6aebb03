"""Rating of usage beside the bare query over the same files: `make bench-scale SIZE=10M`, or `python -m benchmarks.scale 10M --help`.

Both sides are whole processes under the same `threads` and `memory_limit`, run in turn; processor seconds are what counts, since the
clock of a shared machine says little.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from benchmarks.books import write_plans
from benchmarks.processes import MEBIBYTE, OUTPUT, TEMPORARY, Cost, Failed, cost_of, in_turn, output_of
from benchmarks.usage import PERIOD, RECORDS_OF_ACCOUNT, Delivery, make, size_of

PYTHON = sys.executable
THREADS = "2"
BEYOND_LIMIT = 256 * MEBIBYTE
SPILL = Decimal("1.5")
INVOICES = 400


@dataclass(frozen=True, slots=True)
class Place:
    """The folder that deliveries and books are made in, and how they are measured."""

    folder: Path
    rows: int
    memory: str
    rounds: int

    def delivery(self, ids: bool) -> Path:
        """The folder of a delivery with or without ids; made where it is not there yet."""
        folder = self.folder / ("with-ids" if ids else "without-ids")
        if not (folder / "whole").exists():
            make(Delivery(self.rows, max(2, self.rows // RECORDS_OF_ACCOUNT), ids=ids), folder, csv=not ids and self.rows <= 10_000_000)
            (folder / "whole").touch()
        return folder

    def book(self, name: str) -> Path:
        """A book of plans: `hourly`, `daily` (as hourly, billed on any day), `each-record` (200 plans each), or `one-plan` for each record."""
        folder = self.folder / name
        write_plans(folder, plans=1 if name == "one-plan" else 200, each_record=name not in ("hourly", "daily"), monthly=name != "daily")
        return folder

    def rated(
        self, book: str, ids: bool = False, usage: str = "usage", memory: str | None = None, files: Sequence[Path] = (), output: str | None = None
    ) -> list[str]:
        """The command that rates a delivery, or these files of it, into a file of charges."""
        delivery = self.delivery(ids)
        return [
            PYTHON, "-m", "pricebook", "rate", *map(str, files or [delivery / usage]),
            "--book", str(self.book(book)), "--accounts", str(delivery / "accounts.parquet"), "--period", PERIOD,
            "--memory", memory or self.memory, "--threads", THREADS, "--temp", TEMPORARY, "-o", output or f"{OUTPUT}/charges.parquet",
        ]  # fmt: skip

    def bare(self, query: str, ids: bool = False, usage: str = "usage") -> list[str]:
        """The command that runs a bare query over a delivery."""
        delivery = self.delivery(ids)
        limit = [] if query == "hourly" and self.rows > 20_000_000 else ["--memory", self.memory]
        return [
            PYTHON, "-m", "benchmarks.baselines", query, str(delivery / usage), str(delivery / "accounts.parquet"),
            "--threads", THREADS, "--temp", TEMPORARY, *limit,
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: what was measured, its target, and what came out; `reached` is None where nothing is asked."""

    what: str
    target: str
    ratio: str
    clock: str
    first: str
    second: str
    reached: bool | None = None

    def __str__(self) -> str:
        verdict = {True: "met", False: "MISSED", None: ""}[self.reached]
        return f"| {self.what} | {self.target} | {self.ratio} | {self.clock} | {self.first} | {self.second} | {verdict} |"


HEAD = Line("work", "target", "ratio", "clock", "first", "second")
RULE = "|---|---|---|---|---|---|---|"


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table line by line; returns 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description="Rating of usage beside the bare query over the same files.")
    parser.add_argument("size", type=size_of, nargs="?", default=size_of("10M"), help="the rows: 1M, 10M, 72M")
    parser.add_argument("--memory", default="1GB", help="the limit of both sides")
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many, after one that does not count")
    parser.add_argument("--only", choices=MEASURES, action="append", help="measure this only")
    parser.add_argument("--work", type=Path, help="a folder whose deliveries are kept; left out, a temporary one")
    given = parser.parse_args(arguments)
    print(f"{given.size:,} records, {THREADS} threads, memory_limit {given.memory}, the median of {given.rounds}")
    print("(each side: processor seconds, the largest resident size, what was spilled)\n")
    print(f"{HEAD}\n{RULE}", flush=True)
    missed = False
    with tempfile.TemporaryDirectory() as temporary:
        place = Place((given.work or Path(temporary)).resolve(), given.size, given.memory, given.rounds)
        for name in given.only or (each for each in MEASURES if each not in LEFT_OUT):
            for line in _lines(name, place):
                print(line, flush=True)
                missed |= line.reached is False
    return int(missed)


def _lines(name: str, place: Place) -> Iterator[Line]:
    try:
        yield from MEASURES[name](place)
    except Failed as failed:
        print(failed, file=sys.stderr)
        yield Line(name, "", "failed", "", "", "", False)


def _one_plan(place: Place) -> Iterator[Line]:
    yield _compared("4 tiers on each record, one plan / bare GROUP BY account, item", "1.3", place, place.rated("one-plan"), place.bare("grouped"))


def _plans(place: Place) -> Iterator[Line]:
    what = "200 plans by account, rounding at charge / bare GROUP BY with the accounts joined"
    yield _compared(what, "1.3", place, place.rated("each-record"), place.bare("joined"))


def _everything(place: Place) -> Iterator[Line]:
    yield _compared("everything hourly / B", "2.0", place, place.rated("hourly", ids=True), place.bare("hourly", ids=True))


def _without_ids(place: Place) -> Iterator[Line]:
    yield _compared("everything hourly, without an id column / B", "1.25", place, place.rated("hourly"), place.bare("hourly"))


def _strict_csv(place: Place) -> Iterator[Line]:
    if place.rows <= 10_000_000:
        what = "strict CSV (text, checked) / typed read and GROUP BY"
        yield _compared(what, "1.6", place, place.rated("one-plan", usage="usage-csv"), place.bare("typed-csv", usage="usage-csv"))


def _statements(place: Place) -> Iterator[Line]:
    """What the rows above are about by itself: one process runs the statements in turn, without its start, digests and the writing of charges."""
    delivery, book = place.delivery(ids=False), str(place.book("one-plan"))
    compared = (
        ("priced", "usage", (("the plan's query, 4 tiers on each record / bare GROUP BY", "plan", "bare", "1.3"),
                             ("the same / its sums without prices", "plan", "sums", "1.3"))),
        ("csv", "usage-csv", (("texts of CSV, checked and grouped / typed read and GROUP BY", "strict", "typed", "1.6"),)),
    )  # fmt: skip
    for what, usage, lines in compared if place.rows <= 10_000_000 else compared[:1]:
        given = [what, str(delivery / usage), str(delivery / "accounts.parquet"), "--book", book, "--memory", place.memory, "--threads", THREADS]
        told = output_of([PYTHON, "-m", "benchmarks.statements", *given, "--rounds", str(place.rounds), "--temp", TEMPORARY])
        seconds = {name: float(number) for name, number in map(str.split, told.splitlines())}
        for title, one, other, most in lines:
            ratio = seconds[one] / seconds[other]
            yield Line(title, f"<= {most}", f"{ratio:.2f}", "", f"{seconds[one]:.2f} s", f"{seconds[other]:.2f} s", ratio <= float(most))


def _one_more_day(place: Place) -> Iterator[Line]:
    """The last file of the month, added to the charges of all days before it."""
    files, before = sorted((place.delivery(ids=True) / "usage").iterdir()), place.folder / "before.parquet"
    cost_of([*place.rated("daily", ids=True, files=files[:-1], output=str(before)), "--to", f"{PERIOD}-{len(files):02}"])
    added = [*place.rated("daily", ids=True, files=files[-1:]), "--previous", str(before)]
    yield _compared("one more day on 30 days done / the whole month", "0.1", place, added, place.rated("daily", ids=True))


def _within_memory(place: Place) -> Iterator[Line]:
    """Everything under each of two limits."""
    read = sum(each.stat().st_size for each in (place.delivery(ids=True) / "usage").iterdir())
    for memory, limit in (("512MB", 512 * 10**6), ("1GB", 10**9)):
        cost = cost_of(place.rated("hourly", ids=True, memory=memory))
        over = (cost.resident - limit) // MEBIBYTE
        reached = cost.resident <= limit + BEYOND_LIMIT and cost.spilled <= SPILL * read
        target = "resident <= limit + 256 MiB; spill <= 1.5 x input"
        yield Line(f"everything, --memory {memory}", target, f"limit {over:+} MiB; spill {cost.spilled / read:.2f}", "", _told(cost), "", reached)


def _invoices(place: Place) -> Iterator[Line]:
    """Invoices of accounts with 50 records each, from their charges."""
    bill = _to_bill(place, INVOICES)
    for form, target in (("json", 60), ("html", 60), ("ubl", 25), ("pdf", Decimal("2.5"))):
        cost = cost_of([*bill, "-f", form, "--workers", "2"])
        rate = INVOICES / cost.processor
        yield Line(f"invoices a processor second: {form}", f">= {target}", f"{rate:.1f}", "", _told(cost), "", rate >= target)
    # With a few hundred accounts, what the program takes before it begins would be a third of it.
    bill = [*_to_bill(place, 10 * INVOICES), "-f", "html", "--workers"]
    two, one = in_turn([*bill, "2"], [*bill, "1"], place.rounds)
    yield Line("bill with 2 workers / 1 worker, clock", "<= 0.6", "", f"{two.clock / one.clock:.2f}", _told(two), _told(one), two.clock <= one.clock * 0.6)


def _to_bill(place: Place, count: int) -> list[str]:
    """The command that bills so many accounts; their charges are made before."""
    folder = place.folder / f"invoices-{count}"
    make(Delivery(50 * count, count, koodrive=True), folder)
    accounts = ["--accounts", str(folder / "accounts.parquet"), "--book", "koodrive", "--period", PERIOD]
    cost_of([PYTHON, "-m", "pricebook", "rate", str(folder / "usage"), *accounts, "-o", str(folder / "charges.parquet")])
    return [PYTHON, "-m", "pricebook", "bill", "--charges", str(folder / "charges.parquet"), *accounts, "--number", "2026-{00001}", "-o", OUTPUT]


def _on_spark(place: Place) -> Iterator[Line]:
    """Warm: a first run of both does not count. No limits are set: a worker has one core and 512 MB."""
    from benchmarks.on_cluster import started

    with started() as cluster:
        on = ["--engine", "spark", "--remote", cluster.remote]
        for what, most, ids in (("without an id column", "1.75", False), ("everything", "3", True)):
            rated, bare = [*place.rated("hourly", ids=ids), *on], [*place.bare("hourly", ids=ids), "--remote", cluster.remote]
            yield _line(f"Spark, {what}, hourly / its own B", most, *in_turn(rated, bare, place.rounds, cluster.cost_of))


def _compared(what: str, most: str, place: Place, first: Sequence[str], second: Sequence[str]) -> Line:
    return _line(what, most, *in_turn(first, second, place.rounds))


def _line(what: str, most: str, one: Cost, other: Cost) -> Line:
    reached = one.processor <= float(most) * other.processor
    ratios = f"{one.processor / other.processor:.2f}", f"{one.clock / other.clock:.2f}"
    return Line(what, f"<= {most}", *ratios, _told(one), _told(other), reached)


def _told(cost: Cost) -> str:
    spilled = f", {cost.spilled // MEBIBYTE:,} spilled" if cost.spilled >= MEBIBYTE else ""
    return f"{cost.processor:.1f} s, {cost.resident // MEBIBYTE:,} MiB{spilled}"


MEASURES = {
    "one-plan": _one_plan,
    "plans": _plans,
    "everything": _everything,
    "without-ids": _without_ids,
    "strict-csv": _strict_csv,
    "statements": _statements,
    "one-more-day": _one_more_day,
    "memory": _within_memory,
    "invoices": _invoices,
    "spark": _on_spark,
}
LEFT_OUT = {"spark"}
"""What is measured only where it is named: it needs Java and the full package of Spark (`make cluster`)."""


if __name__ == "__main__":
    sys.exit(main())
