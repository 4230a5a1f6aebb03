"""`pricebook diff --accounts` with many accounts: in as many processes as wanted, stopped without a trace, and with a progress that leaves none."""

import os
import pty
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from multiprocessing import active_children
from pathlib import Path

import pytest

from engine.commands.diff_accounts import account_effects
from engine.commands.progress import Progress, progress_line
from engine.in_processes import AT_ONCE, FEW, in_processes
from engine.review.comparison import book_changes
from engine.shelf import Unusable
from engine.store import open_book
from tests.commands.desk import ROOT

PRICES = "rules/koodrive/prices/2026-01-01.yaml"
YEAR = (date(2026, 1, 1), date(2027, 1, 1))
TODAY = datetime(2026, 11, 30, tzinfo=UTC)


def many(desk: Path, count: int) -> None:
    """The same customer under many names."""
    text = (desk / "examples/koodrive/growing-team/account.yaml").read_text(encoding="utf-8")
    (desk / "accounts").mkdir()
    for number in range(count):
        (desk / "accounts" / f"{number:04}.yaml").write_text(text.replace("id: lindgren", f"id: acct-{number:04}", 1), encoding="utf-8")


def test_the_result_does_not_depend_on_the_number_of_processes(desk):
    many(desk, 2 * AT_ONCE + 3)
    old = open_book(desk / "rules" / "koodrive")
    path = desk / PRICES
    path.write_text(path.read_text(encoding="utf-8").replace("89.00", "98.00"), encoding="utf-8")
    new = open_book(desk / "rules" / "koodrive")
    found = [account_effects(old, new, book_changes(old.rules, new.rules, TODAY), ["accounts"], (), YEAR, workers) for workers in (1, 2, 5, None)]
    assert found[0] == found[1] == found[2] == found[3]
    assert [each.account for each in found[0]] == [f"acct-{number:04}" for number in range(2 * AT_ONCE + 3)]
    assert len({each.change for each in found[0]}) == 1 and found[0][0].change > 0


def test_answers_come_in_order_and_are_counted():
    reached = []
    assert in_processes(lambda number: number * number, 3 * AT_ONCE + 1, reached.append, 3) == [number * number for number in range(3 * AT_ONCE + 1)]
    assert reached == [*range(1, 3 * AT_ONCE + 2)]
    assert in_processes(lambda _: os.getpid(), FEW, reached.append) == [os.getpid()] * FEW
    assert in_processes(lambda number: number, 0, reached.append, 2) == []


def test_a_fault_of_a_process_is_one_of_the_program_and_ends_all_of_them():
    def broken(number):
        if number == 5:
            raise TypeError("a fault")
        time.sleep(60)

    with pytest.raises(TypeError, match="a fault"):
        in_processes(lambda number: broken(5) if number == 0 else broken(number), 3 * AT_ONCE, lambda _: None, 2)
    assert not active_children()


def test_a_process_that_is_killed_is_not_silence():
    with pytest.raises(Unusable, match="ended: SIGKILL") as raised:
        in_processes(lambda _: os.kill(os.getpid(), signal.SIGKILL), 4, lambda _: None, 2)
    assert raised.value.exit_code == 3
    assert not active_children()


def test_ctrl_c_leaves_neither_half_a_result_nor_a_process(desk):
    """The key goes to every process of the terminal's group."""
    many(desk, FEW + 1)
    slow = "import time, engine.billing as b; b.make_invoice = lambda *_: time.sleep(60)"
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); {slow}; from pricebook.__main__ import main; main()"
    command = [sys.executable, "-c", program, "diff", "koodrive", "koodrive", "--accounts", "accounts", "--period", "2026", "--date", "2026-11-30"]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, start_new_session=True, **streams)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    for _ in range(600):
        if process.poll() is not None or len(begun := children.read_text().split()) == len(os.sched_getaffinity(0)):
            break
        time.sleep(1 / 20)
    time.sleep(1 / 2)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"stopped\n")
    assert begun and not any(Path(f"/proc/{each}").exists() for each in begun)


def test_what_is_left_is_said_once_something_is_known():
    second = 1_000_000_000
    assert progress_line("accounts", 612, 1240, second) == "accounts  612 of 1,240"
    assert progress_line("accounts", 612, 1240, 20 * second) == "accounts  612 of 1,240, about 21 s left"
    assert progress_line("accounts", 10, 1000, 10 * second) == "accounts  10 of 1,000, about 17 min left"


def test_progress_is_for_a_terminal_and_leaves_nothing_there(monkeypatch, capfd):
    monkeypatch.setattr("engine.commands.progress.OFTEN", 0)
    with Progress("accounts", 1000) as progress:
        progress.reached(10)
    assert capfd.readouterr().err == ""
    ours, theirs = pty.openpty()
    with open(theirs, "w", encoding="utf-8") as terminal, monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", terminal)
        with Progress("accounts", 1000) as progress:
            progress.reached(10)
    expected, said = b"\raccounts  10 of 1,000\r" + b" " * len("accounts  10 of 1,000") + b"\r", b""
    while len(said) < len(expected):  # a terminal gives what was written piece by piece
        said += os.read(ours, 1000)
    os.close(ours)
    assert said == expected
