"""`pricebook rate` on bad days: it is killed, a disk is full, memory is too small, a folder may not be written. No part has a final name, and
started again it ends as if undisturbed."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.batch import session
from tests.batch.test_rate import RATE, USAGE, written
from tests.commands.desk import ROOT
from tests.commands.test_machine import limited, without_privilege
from tests.extent import first

FURTHER = ("--temp", "temp", "--accept-rejects")
SLOW = "import time, engine.results as r; p = r._part; r._part = lambda *all: time.sleep(0.2) or p(*all)"
"""Writing takes so long that a signal meets it."""


def start(desk: Path, *arguments: str, program: str = "", **others) -> subprocess.Popen:
    """The command in a process of its own."""
    code = f"{program}\nimport sys\nfrom engine.commands.process import prepare\nfrom engine.commands.shell import run\nprepare()\nsys.exit(run(sys.argv[1:]))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    whole = [sys.executable, "-P", "-c", code, *arguments]
    return subprocess.Popen(whole, cwd=desk, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **others)


def delivery(desk: Path) -> str:
    """Usage of the month many times over, under other ids, and a row that is rejected."""
    (desk / "temp").mkdir()
    head, *rows = (desk / USAGE).read_text(encoding="utf-8").splitlines()
    many = [f"{row}-{number}" for number in range(20) for row in rows]
    return written(desk, "usage.csv", [head, *many, rows[0].replace(",24,", ",-24,")])


def found(desk: Path) -> tuple[dict[str, object], list[str]]:
    """The digest of the charges and the rejects, and what is left of what was written meanwhile."""
    import duckdb

    made: dict[str, object] = {}
    if (desk / "out" / "charges.parquet").exists():
        with duckdb.connect() as connection:
            notes = dict(connection.execute("SELECT decode(key), decode(value) FROM parquet_kv_metadata('out/charges.parquet')").fetchall())
        made["charges"] = notes["digest"]
    if (desk / "out" / "rejects.csv").exists():
        made["rejects"] = (desk / "out" / "rejects.csv").read_bytes()
    left = [each.name for each in (desk / "out").iterdir() if each.name not in ("charges.parquet", "rejects.csv")]
    return made, left


def killed(desk: Path, run, seed: int, times: int) -> None:
    """Kills the command at random moments, and starts it again each time."""
    usage = delivery(desk)
    assert run(*RATE, *FURTHER, usage).code == 1
    whole, _ = found(desk)
    assert [*whole] == ["charges", "rejects"]
    chance = random.Random(seed)
    for _ in range(times):
        for name in ("charges.parquet", "rejects.csv"):
            (desk / "out" / name).unlink()
        process = start(desk, *RATE, *FURTHER, usage, program=SLOW)
        limit = time.monotonic() + chance.uniform(0.3, 4)
        while time.monotonic() < limit and process.poll() is None:
            time.sleep(0.01)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=120)
        partly, _ = found(desk)
        assert partly.items() <= whole.items()
        assert run(*RATE, *FURTHER, usage).code == 1
        assert found(desk)[0] == whole
        assert [*(desk / "temp").iterdir()] == []


@pytest.mark.parametrize("seed", first(1, range(2)))
def test_killed_at_a_random_moment_and_started_again_it_ends_as_if_undisturbed(desk, run, seed):
    killed(desk, run, seed, 1)


@pytest.mark.whole
@pytest.mark.parametrize("seed", range(2, 10))
def test_killed_at_many_random_moments(desk, run, seed):
    killed(desk, run, seed, 6)


@pytest.mark.parametrize("number", first(1, [signal.SIGINT, signal.SIGTERM]))
def test_a_signal_leaves_nothing_behind(desk, number):
    usage = delivery(desk)
    process = start(desk, *RATE, *FURTHER, usage, program=SLOW)
    time.sleep(1.5)
    if process.poll() is None:
        process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode in (128 + number, 1, -number)  # the last where it comes before the program listens
    assert [*(desk / "temp").iterdir()] == []
    assert found(desk)[1] == []


def test_two_runs_at_once_end_as_one(desk, run):
    """Each has a folder of its own for what it keeps meanwhile; the files are those of either, and whole."""
    usage = delivery(desk)
    processes = [start(desk, *RATE, *FURTHER, usage) for _ in range(2)]
    outputs = [process.communicate(timeout=300) for process in processes]
    assert [process.returncode for process in processes] == [1, 1]
    assert outputs[0][0] == outputs[1][0]
    assert json.loads(outputs[0][0])["digest"] == found(desk)[0]["charges"]
    assert found(desk)[1] == [] and [*(desk / "temp").iterdir()] == []


def test_memory_that_is_too_small_is_said(desk, run):
    usage = delivery(desk)
    ran = run(*RATE, *FURTHER, usage, "--memory", "1MB")
    assert ran.code == 3 and "the memory of 1MB is too small for this delivery" in ran.out
    assert "allow more with --memory" in ran.out
    assert found(desk) == ({}, []) and [*(desk / "temp").iterdir()] == []


@pytest.mark.parametrize("folder", ["out", "temp"])
def test_a_folder_that_may_not_be_written_is_said(desk, folder):
    usage = delivery(desk)
    (desk / folder).chmod(0o555)
    try:
        process = start(desk, *RATE, *FURTHER, usage, preexec_fn=without_privilege)
        out, err = process.communicate(timeout=120)
    finally:
        (desk / folder).chmod(0o755)
    assert process.returncode == 3, err
    assert "your permissions do not allow it" in out and ("--temp" if folder == "temp" else "was not written") in out
    assert found(desk) == ({}, [])


@pytest.mark.parametrize("size", first(1, [60, 0, 2000]))
def test_a_disk_that_is_full_is_said(desk, size):
    """Of the charges, of the rejects, or of what is kept meanwhile: no file may grow beyond the size, as on a disk that has no more room."""
    usage = delivery(desk)
    process = start(desk, *RATE, *FURTHER, usage, preexec_fn=limited(size))
    out, err = process.communicate(timeout=120)
    assert process.returncode == 3, err
    assert json.loads(out)["findings"][0]["code"] in ("Y807", "Y812")
    assert found(desk) == ({}, [])


def test_a_run_that_begins_does_not_remove_the_folder_of_one_that_is_just_beginning(tmp_path, monkeypatch):
    """Both begin at once: the second looks for what was left behind just before the first holds its lock."""
    taken = session.fcntl.flock

    def flock(lock: int, how: int) -> None:
        monkeypatch.setattr(session.fcntl, "flock", taken)
        with session.opened_session(session.EngineLimits(temp=tmp_path)):
            taken(lock, how)

    monkeypatch.setattr(session.fcntl, "flock", flock)
    with session.opened_session(session.EngineLimits(temp=tmp_path)) as opened:
        assert opened.folder.is_dir()


@pytest.mark.parametrize("there", [[], ["lock"], ["locking"], ["spill"]])
def test_what_a_run_left_goes_wherever_it_was_killed(tmp_path, there):
    """Before its folder had a lock, after, and while the folder was being removed."""
    left = tmp_path / f"{session.PREFIX}left"
    left.mkdir()
    for name in there:
        (left / name).touch()
    with session.opened_session(session.EngineLimits(temp=tmp_path)) as opened:
        assert [*tmp_path.iterdir()] == [opened.folder]
    assert [*tmp_path.iterdir()] == []


def test_folders_made_at_once_are_taken_from_none(tmp_path):
    """Each of many runs that begin and end together has its folder to its end."""

    def opened(number: int) -> bool:
        with session.opened_session(session.EngineLimits(temp=tmp_path)) as opened:
            (opened.folder / "own").write_text(str(number))
            time.sleep(0.002)
            return (opened.folder / "own").read_text() == str(number)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(opened, range(200)))
    assert [*tmp_path.iterdir()] == []
