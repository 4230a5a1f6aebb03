"""`pricebook rate --engine spark`: what it writes and says is what DuckDB and the interpreter give, also where a worker dies on the way."""

import csv
import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from engine.batch.spark_engine import rated_on
from engine.batch.spark_usage import PARTS, ClusterUsage
from tests.batch.test_rate import HOURS, RATE, USAGE, as_parquet, written
from tests.commands.desk import ROOT, desk, run
from tests.extent import first
from tests.spark.cluster import FULL, Cluster

__all__ = ["desk", "run"]
TYPED = "account, subscription, item, CAST(time AS TIMESTAMPTZ) AS time, CAST(quantity AS DECIMAL(18, 6)) AS quantity, id"


def start(desk: Path, *arguments: str, paths: Sequence[Path] = (ROOT,), before: Sequence[str] = ()) -> subprocess.Popen:
    """The command in a process of its own, which does something before."""
    # Of a program without a file the client thinks that it is one of its own tests; and the command itself looks into PYTHONPATH last.
    program = written(desk, "drive.py", ["import sys", "from engine.commands.shell import run", *before, "sys.exit(run(sys.argv[1:]))"])
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SPARK")}  # what the client of this process set
    environment = {**inherited, "PYTHONPATH": os.pathsep.join(map(str, paths)), "SPARK_LOCAL_IP": "127.0.0.1"}
    whole = [sys.executable, "-P", program, *arguments]
    return subprocess.Popen(whole, cwd=desk, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def on(cluster) -> tuple[str, ...]:
    """The options that name the cluster."""
    return ("--engine", "spark", "--remote", cluster.remote)


def told(ran, code: int = 0) -> dict:
    """The summary of a run."""
    assert ran.code == code, ran.err
    return json.loads(ran.out)


def many(desk: Path, count: int, bad: Sequence[str] = ()) -> str:
    """The month five times over, under other ids and every seventh row twice, in so many files, in no order, with bad rows among them."""
    head, *rows = (desk / USAGE).read_text(encoding="utf-8").splitlines()
    rows = [f"{row}-{number}" for number in range(5) for row in rows]
    rows += [*rows[::7], *bad]
    Random(count).shuffle(rows)
    for number in range(count):
        written(desk, f"many/{number:02}.csv", [head, *rows[number::count]])
    return "many"


def bad_rows(desk: Path) -> list[str]:
    """Of every kind that is rejected, and one of another month."""
    row = (desk / USAGE).read_text(encoding="utf-8").splitlines()[9]
    account, subscription, item, _, _, _ = row.split(",")
    return [
        row.replace("festival", "nobody"), row.replace("T", " at "), f"{account},{subscription},{item},2026-03-10T10:00:00Z,1e3,r-x", ",,,,,", "a,b",
        f"{account},{subscription},{item},2026-03-10T10:00:00Z,1,r-y", f"{account},{subscription},{item},2026-03-10T10:00:00Z,2,r-y",
        f"{account},{subscription},{item},2026-04-05T10:00:00Z,1,r-z", f"{account},s-9,{item},2026-03-10T10:00:00Z,1,r-s",
    ]  # fmt: skip


def test_the_sample_month_has_one_digest(desk, run, on):
    """Of the interpreter, of DuckDB and of Spark, from CSV and Parquet."""
    expected = told(run(*RATE, USAGE))
    rows = (desk / USAGE).read_text(encoding="utf-8").splitlines()
    typed = as_parquet(desk, "typed.parquet", TYPED, rows)
    for usage in (USAGE, typed):
        found = told(run(*RATE, usage, *on))
        assert found == {**expected, "files": found["files"]}


@pytest.mark.parametrize("count", first(1, [7, 1, 40]))
def test_everything_is_told_and_written_as_by_duckdb(desk, run, on, count):
    """Summary, findings, rejected rows and charges, with rejects and where they are accepted."""
    usage = many(desk, count, bad_rows(desk))
    for further in ((), ("--accept-rejects",)):
        ours, expected = [], []
        for found, engine in ((expected, ()), (ours, on)):
            ran = run(*RATE, usage, *further, *engine)
            assert ran.code == 1
            # Whether a line is shown, and the column of a cell told, depends on how its file was read.
            messages = [
                line.strip().rpartition(":")[0] if "-->" in line else line for line in ran.err.splitlines() if line.startswith("error[") or "-->" in line
            ]
            found += [json.loads(ran.out), messages, Path("out/rejects.csv").read_bytes()]
            assert Path("out/charges.parquet").exists() == bool(further)
        assert ours == expected
    with open("out/rejects.csv", encoding="utf-8", newline="") as stream:
        assert len([*csv.DictReader(stream)]) == 7
    assert ours[0]["outside"] == 1 and ours[0]["repeated"] > 700 and ours[0]["digest"] is not None


def test_what_is_left_to_the_interpreter_is_fetched(desk, run, on):
    """One record has more digits than an engine computes with: the whole account goes to the interpreter."""
    rows = (desk / USAGE).read_text(encoding="utf-8").splitlines()
    cells = rows[9].split(",")
    usage = written(desk, "usage.csv", [*rows, ",".join([*cells[:4], "1" * 25, "r-wide"])])
    expected, found = told(run(*RATE, usage)), told(run(*RATE, usage, *on))
    assert found == expected
    assert "more digits" in found["accounts"][0]["by_interpreter"]


def test_the_page_about_many_accounts_works_as_printed(desk, run, cluster):
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```bash\n(.*?)```", page, re.DOTALL)
    for command in block.splitlines():
        ran = run(*shlex.split(command.replace("sc://cluster:15002", cluster.remote))[1:])
        assert ran.code == 0, f"{command}\n{ran.err}"
    assert (desk / "out" / "charges.parquet").exists()


def test_only_what_is_in_doubt_leaves_the_cluster(desk, run, on, monkeypatch):
    taken = []
    monkeypatch.setattr(ClusterUsage, "_keep", lambda self, keep=ClusterUsage._keep: (taken.append(len(self._taken)), keep(self)))
    told(run(*RATE, USAGE, *on))
    assert taken == [1]


def test_the_plan_is_shown_in_the_words_of_spark(desk, run, on):
    ran = run("rate", "-b", "koodrive", "--period", "2026-03", "--accounts", HOURS, "--show-plan", USAGE, *on)
    assert ran.code == 0, ran.err
    assert "storage in pay-per-use" in ran.out and "AS DECIMAL(28, 0)" in ran.out
    assert [*(desk / "out").iterdir()] == []


@pytest.fixture(scope="session")
def idle(tmp_path_factory) -> Iterator[tuple[str, ...]]:
    """The options that name the master of a cluster whose worker, of one core and 600 MB, has nothing to do."""
    started = Cluster(tmp_path_factory.mktemp("idle"))
    try:
        started.start_workers("worker-1")
        options = (f"--spark-option={each}" for each in ("spark.ui.enabled=false", "spark.sql.shuffle.partitions=2"))
        yield ("--engine", "spark", "--master", started.master, *options)
    finally:
        started.end()


def test_a_driver_of_its_own_gives_the_same(desk, run, idle):
    """With the full package."""
    expected = told(run(*RATE, USAGE))
    with start(desk, *RATE, USAGE, *idle, "--spark-option", "spark.executor.memory=512m", paths=(FULL, ROOT)) as process:
        out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, out[-1500:]
    assert json.loads(out) == expected


def test_what_no_worker_takes_up_is_refused(desk, idle):
    """A driver asks for 1 GB of each worker where nothing else is said."""
    before = ["import engine.batch.spark", "engine.batch.spark.UNTAKEN = 3"]
    with start(desk, *RATE, USAGE, *idle, paths=(FULL, ROOT), before=before) as process:
        out, _ = process.communicate(timeout=300)
    assert process.returncode == 3 and "no worker of the cluster took the work up in 3 seconds: none has as much memory" in out, out
    assert "--spark-option spark.executor.memory=512m" in out
    assert [*(desk / "out").iterdir()] == []


@pytest.mark.parametrize("after", first(1, [4.0, 2.5, 3.0, 5.0, 6.0]))
def test_a_worker_that_is_killed_on_the_way_changes_nothing(desk, run, cluster, on, after):
    """Its part is done again by the other one."""
    usage = many(desk, 12)
    expected = told(run(*RATE, usage, *on)), Path("out/charges.parquet").read_bytes()
    Path("out/charges.parquet").unlink()
    with start(desk, *RATE, usage, *on) as process:
        time.sleep(after)
        assert process.poll() is None
        cluster.kill("worker-1")
        try:
            out, err = process.communicate(timeout=120)
        finally:
            cluster.start_worker("worker-1")
    assert process.returncode == 0, (out, err)
    assert (json.loads(out), Path("out/charges.parquet").read_bytes()) == expected


@pytest.mark.parametrize("after", first(1, [5.0, 3.0, 4.0]))
def test_the_command_that_is_killed_leaves_nothing_and_is_started_again(desk, run, on, after):
    usage = many(desk, 12)
    with start(desk, *RATE, usage, *on) as process:
        time.sleep(after)
        process.kill()
    assert [*Path("out").iterdir()] == []
    assert told(run(*RATE, usage, *on))["digest"] == told(run(*RATE, usage))["digest"]


def test_lines_that_are_numbered_anew_on_the_way_are_told(desk, run, on, monkeypatch):
    """As where workers come or go, and Spark were to divide the files anew."""
    usage = many(desk, 12)

    def rated(session, plan):
        session.conf.set(PARTS, "7")
        return rated_on(session, plan)

    monkeypatch.setattr("engine.batch.spark_engine.rated_on", rated)
    ran = run(*RATE, usage, *on)
    assert ran.code == 3 and "reads the files otherwise" in ran.out, ran.out
    assert [*(desk / "out").iterdir()] == []


def test_a_file_that_the_cluster_does_not_see_is_told(desk, run, on, monkeypatch):
    monkeypatch.setattr("engine.batch.spark_lines._address", lambda name: f"/elsewhere/{name}")
    ran = run(*RATE, USAGE, *on)
    assert ran.code == 3 and "does not see the file" in ran.out, ran.out
    assert [*(desk / "out").iterdir()] == []
