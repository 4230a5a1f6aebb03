"""`pricebook bill` on bad days: it or one of its processes is killed, the disk is full, the folder is another's. What is there then is whole, and
started again the command ends where an undisturbed run ends."""

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from engine.batch.manifest import MANIFEST, Manifest
from engine.shelf import Unusable
from tests.bill.many import MAY, NUMBERED, documents, edit, finish, numbers, several, start, summary
from tests.commands.test_machine import limited, without_privilege
from tests.extent import first

TWO = ("-f", "md", "-f", "csv", "--workers", "2")
SLOW = "import time, engine.commands.bills.rendering as r; w = r.Biller._write; r.Biller._write = lambda *all: time.sleep(0.01) or w(*all)"
"""Writing takes so long that a signal meets it."""


def undisturbed(desk: Path, run, count: int) -> tuple[dict[str, bytes], dict[str, str], dict]:
    """The documents, numbers and summary of a run that nobody disturbs."""
    several(desk, count)
    assert run(*MAY, *NUMBERED[:-1], "undisturbed", *TWO).code == 0
    return found(desk / "undisturbed")


def found(folder: Path) -> tuple[dict[str, bytes], dict[str, str], dict]:
    """The same of a folder in which a run has ended: nothing else stands there."""
    assert not any(each.is_dir() for each in folder.iterdir())
    return documents(folder), numbers(folder), summary(folder)


def processes_of(process: subprocess.Popen) -> list[int]:
    """The processes that work for the command."""
    return [int(each) for each in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def disturb(desk: Path, chance: random.Random, whole: dict[str, bytes]) -> bool:
    """Starts the command, and kills it or one of its processes at a random moment; whether the command ended by itself. No file is in parts then."""
    process = start(desk, *MAY, *NUMBERED, *TWO, program=SLOW)
    limit = time.monotonic() + chance.uniform(0.5, 2.5)
    while time.monotonic() < limit and process.poll() is None:
        time.sleep(0.01)
    children = processes_of(process) if process.poll() is None else []
    worker = bool(children) and chance.random() < 0.5
    for victim in [chance.choice(children)] if worker else [process.pid] if process.poll() is None else []:
        os.kill(victim, signal.SIGKILL)
    process.communicate(timeout=300)
    named = {name: each for name, each in documents(desk / "out").items() if not name.startswith(".")}
    assert named.items() <= whole.items()
    assert process.returncode in (0, -signal.SIGKILL)
    return process.returncode == 0


def killed_and_restarted(desk: Path, run, seed: int) -> None:
    whole = undisturbed(desk, run, 24)
    chance = random.Random(seed)
    for _ in range(8):
        if disturb(desk, chance, whole[0]):
            break
    assert finish(start(desk, *MAY, *NUMBERED, *TWO))[0] == 0
    assert found(desk / "out") == whole


@pytest.mark.parametrize("seed", first(1, range(2)))
def test_killed_at_a_random_moment_and_started_again_it_ends_as_if_undisturbed(desk, run, seed):
    killed_and_restarted(desk, run, seed)


@pytest.mark.whole
@pytest.mark.parametrize("seed", range(2, 12))
def test_killed_at_many_random_moments(desk, run, seed):
    killed_and_restarted(desk, run, seed)


KILLED = """
import os, signal, engine.commands.bills.rendering as r
from pathlib import Path
write = r.Biller._write
def killed(self, each):
    if each.account == "a-0005" and len([*Path(".").glob("killed-*")]) < {times}:
        Path(f"killed-{{os.getpid()}}").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return write(self, each)
r.Biller._write = killed
"""


def test_a_process_that_is_killed_is_replaced_and_its_account_named_and_done_again(desk, run):
    whole = undisturbed(desk, run, 12)
    code, err = finish(start(desk, *MAY, *NUMBERED, *TWO, program=KILLED.format(times=1)))
    assert code == 0 and "a-0005: the process that billed it was ended (SIGKILL); it is done again" in err.replace("accounts/0005.yaml", "a-0005")
    assert found(desk / "out") == whole


def test_an_account_at_which_two_processes_end_is_left_out_and_keeps_its_number(desk, run):
    whole = undisturbed(desk, run, 12)
    code, err = finish(start(desk, *MAY, *NUMBERED, *TWO, program=KILLED.format(times=2)))
    assert code == 1 and "error[X110]" in err and "1 without documents: a-0005" in err
    made, given, told = found(desk / "out")
    assert given == whole[1] and {*whole[0]} - {*made} == {"a-0005-2026-05.csv", "a-0005-2026-05.md"}
    assert told["refused"][0]["reasons"][0]["code"] == "X110"
    assert run(*MAY, *NUMBERED, *TWO).code == 0 and found(desk / "out") == whole


JUDGED = KILLED.replace("_write", "_bill").replace("each.account ==", "each.account.id ==")


def test_an_account_at_which_two_processes_end_before_it_is_billed_takes_no_number(desk, run):
    several(desk, 12)
    code, err = finish(start(desk, *MAY, *NUMBERED, *TWO, program=JUDGED.format(times=2)))
    assert code == 1 and "error[X110]" in err and [*numbers(desk / "out")] == [f"a-{number:04}" for number in range(12) if number != 5]
    assert run(*MAY, *NUMBERED, *TWO).code == 0 and numbers(desk / "out")["a-0005"] == "2026-0028"


def test_nobody_works_on_when_the_command_is_gone(desk):
    several(desk, 40)
    process = start(desk, *MAY, *NUMBERED, *TWO, program=SLOW)
    while not (desk / "out" / "a-0000-2026-05.csv").exists():
        time.sleep(0.01)
    workers = processes_of(process)
    process.kill()
    process.communicate()
    limit = time.monotonic() + 10
    while any(Path(f"/proc/{each}").exists() for each in workers) and time.monotonic() < limit:
        time.sleep(0.05)
    assert workers and not any(Path(f"/proc/{each}").exists() for each in workers)


def test_ctrl_c_ends_it_with_all_that_is_done_and_it_goes_on(desk, run):
    whole = undisturbed(desk, run, 24)
    process = start(desk, *MAY, *NUMBERED, *TWO, program=SLOW, start_new_session=True)
    while not (desk / "out" / "a-0000-2026-05.csv").exists():
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    assert finish(process) == (130, "stopped\n")
    assert documents(desk / "out").items() < whole[0].items()
    assert run(*MAY, *NUMBERED, *TWO).code == 0 and found(desk / "out") == whole


# --- the disk and the folder ----------------------------------------------------------------------------------------------------

FULL = """
import errno, os, engine.results
real, count = os.fsync, 0
def full(descriptor):
    global count
    count += 1
    if count > {after}:
        raise OSError(errno.ENOSPC, "No space left on device")
    real(descriptor)
os.fsync = full
"""


@pytest.mark.parametrize("after", first(1, [3, 1, 10]))
def test_a_full_disk_stops_it_and_it_goes_on_when_there_is_room(desk, run, after):
    """Each process may write so many times: for manifest or documents."""
    whole = undisturbed(desk, run, 20)
    code, err = finish(start(desk, *MAY, *NUMBERED, *TWO, program=FULL.format(after=after)))
    assert code == 3 and "the disk is full" in err and "make room" in err
    assert documents(desk / "out").items() < whole[0].items()
    assert run(*MAY, *NUMBERED, *TWO).code == 0 and found(desk / "out") == whole


def test_a_file_that_may_not_grow_is_neither_cut_nor_counted(desk, run):
    whole = undisturbed(desk, run, 20)
    code, err = finish(start(desk, *MAY, *NUMBERED, *TWO, preexec_fn=limited(3000)))
    assert code == 3 and "ulimit -f" in err
    assert all(line.endswith("}") for line in (desk / "out" / MANIFEST).read_text(encoding="utf-8").splitlines())
    assert run(*MAY, *NUMBERED, *TWO).code == 0 and found(desk / "out") == whole


def test_a_folder_that_may_only_be_read(desk):
    several(desk, 1)
    (desk / "out").chmod(0o500)
    code, err = finish(start(desk, *MAY, *NUMBERED, preexec_fn=without_privilege))
    (desk / "out").chmod(0o700)
    assert code == 3 and "permissions do not allow it" in " ".join(err.split()) and [*(desk / "out").iterdir()] == []


def test_two_runs_at_once_into_one_folder(desk, run):
    whole = undisturbed(desk, run, 12)
    waits = "import time, engine.commands.bills.rendering as r\nfrom pathlib import Path\nw = r.Biller._write\n"
    waits += "def write(*all):\n while not Path('go').exists(): time.sleep(0.01)\n return w(*all)\nr.Biller._write = write"
    first = start(desk, *MAY, *NUMBERED, *TWO, program=waits)
    while not (desk / "out" / MANIFEST).exists() or not numbers(desk / "out"):
        time.sleep(0.01)
    second = run(*MAY, *NUMBERED, *TWO)
    (desk / "go").touch()
    assert second.code == 2 and "Q783" in second.err and "another run is billing into `out`" in " ".join(second.err.split())
    assert finish(first)[0] == 0 and found(desk / "out") == whole


# --- the manifest ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--period", "2026-06"), "the period is `2026-05-01 to 2026-06-01` there, and `2026-06-01 to 2026-07-01` here"),
        (("--number", "R-{1}"), "the number is `2026-{0017}` there, and `R-{1}` here"),
        (("--date", "2026-06-02"), "the day of issue is `2026-06-01` there, and `2026-06-02` here"),
        (("--locale", "de"), "the language is `en` there, and `de` here"),
        (("--usage", "usage.csv"), "the digest of the usage is not given there"),
        (("--explain",), "--explain is `False` there, and `True` here"),
    ],
)
def test_a_folder_of_another_run_is_refused(desk, run, change, said):
    several(desk, 1)
    (desk / "usage.csv").write_text("account,subscription,item,time,quantity\n", encoding="utf-8")
    whole = {"--period": "2026-05", "--number": "2026-{0017}"}
    begin = [*MAY[:5], "-o", "out"]
    assert run(*begin, *(part for each in whole.items() for part in each)).code == 0
    before = documents(desk / "out")
    options = whole | dict([change] if len(change) == 2 else [])
    ran = run(*begin, *(part for each in options.items() for part in each), *(change if len(change) == 1 else ()))
    assert ran.code == 2 and "Q782" in ran.err and said in " ".join(ran.err.split()) and documents(desk / "out") == before


def test_a_folder_of_another_book_is_refused(desk, run):
    several(desk, 1)
    assert run(*MAY, *NUMBERED).code == 0
    edit(desk / "rules/koodrive/prices/2026-01-01.yaml", "89.00", "98.00")
    ran = run(*MAY, *NUMBERED)
    assert ran.code == 2 and "Q782" in ran.err and "the book's digest is" in ran.err


def test_an_account_that_changed_after_its_invoice_was_written_keeps_it(desk, run):
    folder = several(desk, 2)
    assert run(*MAY, *NUMBERED, "-f", "csv").code == 0
    before = documents(desk / "out")
    edit(folder / "0001.yaml", "user-expansion-package: 2", "user-expansion-package: 3")
    ran = run(*MAY, *NUMBERED, "-f", "csv")
    assert ran.code == 1 and "Q781" in ran.err and documents(desk / "out") == before
    assert "invoice 2026-0018 was made of: it came to USD 23.80 and comes to USD" in " ".join(ran.err.split())
    edit(folder / "0001.yaml", "user-expansion-package: 3", "user-expansion-package: 2")
    assert run(*MAY, *NUMBERED, "-f", "csv").code == 0 and documents(desk / "out") == before


def test_a_number_without_a_document_is_its_accounts_also_when_that_was_edited(desk, run):
    """Nothing was written under it, so nobody can have it."""
    folder = several(desk, 12)
    assert finish(start(desk, *MAY, *NUMBERED, *TWO, program=KILLED.format(times=2)))[0] == 1
    edit(folder / "0005.yaml", "user-expansion-package: 6", "user-expansion-package: 9")
    assert run(*MAY, *NUMBERED, *TWO).code == 0
    assert numbers(desk / "out")["a-0005"] == "2026-0022" and len({*numbers(desk / "out").values()}) == 12


HEAD = {"book": "koodrive", "book_digest": "d", "period": ["2026-05-01", "2026-06-01"], "number": None}


def test_a_last_line_that_is_not_whole_is_cut_off(tmp_path):
    with Manifest(tmp_path, HEAD):
        pass
    path = tmp_path / MANIFEST
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"account": "acme", "te')
    with Manifest(tmp_path, HEAD) as manifest:
        assert manifest.accounts == {} and path.read_bytes() == whole


@pytest.mark.parametrize("line", ["{", "[]", '{"account": "a"}', '{"account": "a", "text": "t", "colour": 1}', '{"account": "b", "format": "html"}'])
def test_a_line_that_somebody_edited_is_refused(tmp_path, line):
    (tmp_path / MANIFEST).write_text(f"{json.dumps({'manifest': 1, **HEAD})}\n{line}\n", encoding="utf-8")
    with pytest.raises(Unusable, match="a line of it cannot be read"):
        Manifest(tmp_path, HEAD)
