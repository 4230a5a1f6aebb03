"""Every reader survives 2,000 hostile cases (in the whole suite), and the harness that says so finds what is planted.

`make fuzz` runs the same for an hour, with other seeds. A case that fails here is printed with its seed, its bytes and the commands that repeat it.
"""

import hashlib
import os
import random
import re
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.extent import cases, first
from tests.fuzz.__main__ import main
from tests.fuzz.campaign import Failure, Tally, Worker, reduced, run_cases
from tests.fuzz.faults import FAULTS
from tests.fuzz.mutations import mutate
from tests.fuzz.scenes import scenes
from tests.fuzz.targets import TARGETS, Case, make_case
from tests.fuzz.words import ROOT
from tests.fuzz.worker import encoded

ORDER = b"date: 2026-03-15\nbilling_mode: yearly-monthly\nterm: 1 month\nitems: {plan: small, seat: 1}\n"
BOOK = {f"book/{path.name}": path.read_bytes() for path in sorted((ROOT / "tests" / "errors" / "base").glob("*.yaml"))}
QUOTED = Case(BOOK | {"order.yaml": ORDER}, (("check", "book"), ("quote", "order.yaml", "-b", "book")), "order.yaml")

LEAST = 24
"""Cases of a reader in a quick suite too: fewer do not say how many come through it."""


@pytest.fixture(scope="module")
def worker():
    with Worker() as running:
        yield running


@pytest.mark.parametrize("name", TARGETS)
def test_a_reader_survives_its_cases(worker, name):
    """No exit 3, no exception, no traceback, never more than 10 s or 1 GB; and its cases come through the reader as well as to its refusals."""
    tally, share = Tally(), TARGETS[name].share
    number = max(cases(share), min(share, LEAST))
    failures = list(run_cases(worker, name, range(number), tally))
    assert not failures, "\n\n".join(each.told() for each in failures)
    assert tally.cases == number
    assert all(tally.exits[code] * 20 >= tally.cases for code in TARGETS[name].reaches), tally.exits


def test_there_are_two_thousand_cases():
    assert sum(each.share for each in TARGETS.values()) == 2000


@pytest.mark.whole
def test_a_seed_makes_the_same_case_in_every_process():
    script = "import hashlib, sys; from tests.fuzz.targets import TARGETS, make_case\nprint(hashlib.sha256(repr([make_case(n, s) for n in TARGETS for s in range(15)]).encode()).hexdigest())"
    other = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == hashlib.sha256(repr([make_case(name, seed) for name in TARGETS for seed in range(15)]).encode()).hexdigest()


def test_mutations_change_what_they_are_given():
    rng, changed = random.Random(1), 0
    files = [scene.inputs["order.yaml"] for scene in scenes()[:100]]
    for content in files:
        changed += mutate(rng, content, files) != content
    assert changed >= 90


# --- the harness can fail -------------------------------------------------------------------------------------------------------


PLANTED = {
    "raise": (10, "exit 3", 1, "KeyError: 'planted'"),
    "exit": (10, "exit 7", 1, ""),
    "print": (10, "exit 0", 1, ""),
    "spin": (1, "more than 1 s", 0, ""),
    "spin-in-c": (1, "more than 1 s", 0, ""),
    "allocate": (60, "more than 1 GB", 1, "MemoryError"),
    "hide-allocation": (60, "more than 1 GB", 1, "memory"),
    "abort": (10, "ended by SIGABRT", 0, ""),
}
"""Each fault with the seconds of a case, what is said of it, which run it was (0 where the worker ended with it), and where."""


@pytest.mark.parametrize("name", first(2, FAULTS))
def test_a_planted_fault_is_named(name):
    """Also in a worker that had a case before, and the worker, or a new one, has the next case."""
    seconds, fault, run, where = PLANTED[name]
    sound = {"case": encoded(replace(QUOTED, runs=(("rule", "T206"),)))}
    with Worker(name, seconds=seconds) as planted:
        assert planted.run(sound)["fault"] is None
        found = planted.run({"case": encoded(QUOTED)})
        assert (found["fault"], found["run"]) == (fault, run) and where in found["where"]
        assert planted.run(sound)["fault"] is None


def test_without_a_fault_the_same_case_is_sound(worker):
    found = worker.run({"case": encoded(QUOTED)})
    assert (found["fault"], found["exits"]) == (None, [0, 0]) and found["seconds"] > 0


def test_a_command_line_is_no_call_of_functions():
    """Whatever its first word is: `values` is a word that a mutated command line may begin with."""
    with Worker() as worker:
        answer = worker.run({"case": encoded(Case({}, (("values", "--mode", "yearly-monthly"), ("library", "order")), ""))})
    assert answer["fault"] is None and answer["exits"] == [2, 2]


def test_what_fails_is_made_smaller():
    """Of the order and two command lines remain what the planted fault needs."""
    with Worker("raise") as planted:
        answer = planted.run({"case": encoded(QUOTED)})
        small = reduced(planted, Failure("orders", 1, QUOTED, answer["fault"], answer["where"], answer["run"], answer["said"]))
    assert (small.case.files["order.yaml"], small.case.runs, small.run) == (b"billing_mode", (("quote", "order.yaml", "-b", "book"),), 0)


def test_a_campaign_prints_what_repeats_a_failure(tmp_path, capsys, monkeypatch):
    """The seed, the bytes, the command; it ends with 1, and the kept case fails again as long as the fault is there."""
    assert _main(monkeypatch, "--cases", "3", "--seed", "5", "--target", "orders", "--workers", "1", "--plant", "raise", "--out", str(tmp_path)) == 1
    told = capsys.readouterr().out
    assert told.startswith("seed 5: orders\n") and told.count("FAILED orders, seed 5: exit 3,") == 1
    assert "python -m tests.fuzz --target orders --seed 5 --cases 1" in told and "pricebook quote order.yaml" in told
    assert r"order.yaml: b'billing_mode'" in told
    assert re.search(r"3 cases, [123] failed in 1 ways", told)
    folder = str(tmp_path / "orders-5")
    assert (tmp_path / "orders-5" / "order.yaml").read_bytes() == b"billing_mode"
    assert _main(monkeypatch, "--repeat", folder, "--plant", "raise") == 1 and "FAILED orders, seed 5" in capsys.readouterr().out
    assert _main(monkeypatch, "--repeat", folder) == 0 and "no fault" in capsys.readouterr().out


def test_a_campaign_without_a_failure_ends_with_0(tmp_path, capsys, monkeypatch):
    assert _main(monkeypatch, "--minutes", "0.02", "--target", "values", "--workers", "2", "--out", str(tmp_path)) == 0
    told = capsys.readouterr().out
    seed = re.match(r"seed ([0-9]+): values\n", told)
    assert seed and told.endswith(f"seed {seed[1]}\n") and " 0 failed in 0 ways" in told and not list(tmp_path.iterdir())


def test_a_harness_that_fails_is_no_run_without_failures(tmp_path, monkeypatch):
    def broken(*_):
        raise RuntimeError("the harness")

    monkeypatch.setattr("tests.fuzz.__main__.run_cases", broken)
    with pytest.raises(RuntimeError, match="the harness"):
        _main(monkeypatch, "--cases", "3", "--target", "values", "--out", str(tmp_path))


def _main(monkeypatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["tests.fuzz", *arguments])
    return main()
