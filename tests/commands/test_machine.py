"""Faults of the machine, each made to happen to a real process: it is said what is wrong and what to do, and nothing is half done."""

import ctypes
import json
import os
import resource
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.commands import failures, shell
from engine.resources import schema_bytes
from tests.commands.desk import ROOT

LIGHT = ("rule", "Y801")
"""A command that is done at once."""
SCHEMA = ("schema", "book-file", "-o", "out/x.json")
QUOTE = ("quote", "--example", "team-of-12")
LONG = "x" * 300
FULL = "/dev/full"
KIB = 1024
MAKE_NO_EXCEPTION = (1, 2)
"""The capabilities by which the administrator may write and read everything (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH)."""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: `rules/shop` as `pricebook new` makes it, and an empty `out`."""
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_ACTIONS", "PYTHONUNBUFFERED", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    assert shell.run(["new", "book", "shop"]) == 0
    (tmp_path / "out").mkdir()
    return tmp_path


def start(*arguments: str | bytes, environment=None, program: str = "", **how) -> subprocess.Popen:
    """The command in a process of its own; `program` is Python that runs in it first."""
    begin = ["-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {program}; from pricebook.__main__ import main; main()"] if program else [ROOT / "cli.py"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, *begin, *arguments], env=environment or os.environ, **streams | how)


def run(*arguments: str | bytes, **how) -> tuple[int, bytes, str]:
    """The exit code, what came on stdout, and what on stderr."""
    process = start(*arguments, **how)
    out, err = process.communicate(timeout=120)
    said = (err or b"").decode("utf-8")
    assert "Traceback" not in said and "pricebook itself failed" not in said
    return process.returncode, out or b"", said


def limited(size: int):
    """What a process does before it begins: it takes a limit for the size of every file."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def without_privilege() -> None:
    """Permissions hold for the administrator as for everybody else."""
    for capability in MAKE_NO_EXCEPTION:
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)


def below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


# ---------------------------------------------------------------------------------------------------------------- streams


@pytest.mark.parametrize("arguments", [LIGHT, ("--help",), ("schema", "book-file"), ("check", "-f", "json"), ("completion", "bash")])
def test_a_full_stdout_is_said(shop, arguments):
    with open(FULL, "wb") as full:
        code, _, err = run(*arguments, stdout=full)
    assert (code, "error[Y807]: the result was not written: the disk is full" in err, "= help: make room" in err) == (3, True, True)


@pytest.mark.parametrize(("arguments", "expected"), [(LIGHT, 3), (("check",), 0), (SCHEMA, 0), (("rule", "zzz"), 2)])
def test_a_closed_stdout_is_missed_only_by_what_is_written_there(shop, arguments, expected):
    code, _, err = run(*arguments, stdout=None, preexec_fn=lambda: os.close(1))
    assert code == expected
    assert ("the result was not written: it is closed" in err) == (expected == 3)
    assert below(shop / "out") == (["x.json"] if "-o" in arguments else [])


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_result_that_ends_in_the_middle_is_said(shop, unbuffered):
    with (shop / "out" / "schema.json").open("wb") as out:
        code, _, err = run("schema", "book-file", stdout=out, environment=os.environ | {"PYTHONUNBUFFERED": unbuffered}, preexec_fn=limited(KIB))
    assert (code, "a file may not grow so large here" in err, out.name and (shop / "out" / "schema.json").stat().st_size) == (3, True, KIB)


STDERR = {
    "closed": {"stderr": None, "preexec_fn": lambda: os.close(2)},
    "full": {"stderr": open(FULL, "wb", buffering=0)},  # noqa: SIM115  # of the whole module
    "everything closed": {"stdin": None, "stdout": None, "stderr": None, "preexec_fn": lambda: os.closerange(0, 3)},
}


@pytest.mark.parametrize("how", STDERR)
@pytest.mark.parametrize(("arguments", "expected"), [(("check",), 0), (("check", "nowhere"), 2), (SCHEMA, 0)])
@pytest.mark.whole
def test_what_becomes_of_stderr_changes_nothing(shop, how, arguments, expected):
    assert run(*arguments, **STDERR[how])[0] == expected
    assert below(shop / "out") == (["x.json"] if "-o" in arguments else [])


def test_a_reader_who_goes_away_hides_no_findings(shop):
    (shop / "rules" / "shop" / "items.yaml").write_text("items: 5\n")
    pricebook = f"{sys.executable} {ROOT / 'cli.py'}"
    command = f"{pricebook} check -f json | true; echo ${{PIPESTATUS[0]}}; {pricebook} check nowhere 2>&1 | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "2"]
    assert "Broken pipe" not in done.stderr


# ---------------------------------------------------------------------------------------------------- disks, folders, names


def test_a_disk_without_room_leaves_no_file_of_several(shop):
    accounts = ROOT / "examples" / "koodrive"
    several = (
        "invoice",
        accounts / "growing-team",
        accounts / "month-by-month",
        "-b",
        ROOT / "rules" / "koodrive",
        "--period",
        "2026-04",
        "--number",
        "{0017}",
    )
    code, out, err = run(*map(str, several), "-f", "json", "-o", "out", preexec_fn=limited(16 * KIB))  # room for the first
    assert (code, "wrote" in err) == (3, False)
    assert json.loads(out)["findings"][0]["message"] == "`out/tanaka-2026-04.json` was not written: a file may not grow so large here"
    assert below(shop / "out") == []


@pytest.mark.parametrize("arguments", [SCHEMA, ("new", "book", "other")])
def test_a_disk_without_room_keeps_what_stands(shop, arguments):
    before = below(shop)
    code, _, err = run(*arguments, preexec_fn=limited(KIB))
    assert (code, "error[Y807]" in err, "ulimit -f" in err) == (3, True, True)
    assert below(shop) == before


@pytest.mark.parametrize(
    "arguments", [("schema", "book-file", "-o", "locked/x.json"), ("new", "book", "locked/other"), ("quote", "locked/secret.yaml"), ("check", "locked/away")]
)
@pytest.mark.whole
def test_a_folder_without_permission_is_said(shop, arguments):
    (shop / "locked" / "away").mkdir(parents=True)
    (shop / "locked" / "secret.yaml").write_text("")
    (shop / "locked" / "secret.yaml").chmod(0)
    (shop / "locked" / "away").chmod(0)
    (shop / "locked").chmod(0o500 if "away" not in arguments[1] else 0)
    code, _, err = run(*arguments, preexec_fn=without_privilege)
    assert (code, "permission" in err) == (3, True), err
    (shop / "locked").chmod(0o700)
    assert below(shop / "locked") == ["away", "secret.yaml"]


ACCOUNT = ("invoice", str(ROOT / "examples/koodrive/growing-team/account.yaml"), "--period", "2026-08")
PLACES = (
    ("check", "{}"), ("check", "-b", "{}"), ("test", "{}"), ("quote", "{}"), ("change", "{}", "--unsubscribe"), ("invoice", "{}", "--period", "2026-08"),
    (*ACCOUNT, "--usage", "{}"), (*ACCOUNT, "--issued", "{}"), ("sheet", "--template", "{}"), ("sheet", "-o", "{}"), ("schema", "book-file", "-o", "{}"),
    (*QUOTE, "-o", "{}/x.html"), ("new", "book", "{}/x"), ("invoice", *ACCOUNT[1:2] * 2, "--period", "2026-08", "-o", "{}"),
)  # fmt: skip
"""Every place of a name on the command line."""
HARD = {
    "too long": (LONG, "too long|Too long"),
    "not UTF-8": ("a\udcff", "not in UTF-8"),
    "a link that leads back": ("loop", "leads back to itself|something else stands"),
}


@pytest.mark.parametrize("fault", HARD)
@pytest.mark.parametrize("place", PLACES, ids=" ".join)
@pytest.mark.whole
def test_a_name_that_the_machine_does_not_take_is_said_wherever_it_stands(shop, capfd, fault, place):
    name, said = HARD[fault]
    (shop / "loop").symlink_to("loop")
    before = below(shop)
    code = shell.run([each.format(name) for each in place])
    err = " ".join(capfd.readouterr().err.split())
    assert any(each in err for each in said.split("|")), err
    assert code == (2 if "something else" in err else 3)
    assert below(shop) == before


@pytest.mark.parametrize("fault", HARD)
def test_a_name_that_the_machine_does_not_take_ends_no_process(shop, fault):
    (shop / "loop").symlink_to("loop")
    code, out, err = run("check", os.fsencode(HARD[fault][0]), "-f", "json")
    (found,) = json.loads(out)["findings"]
    assert (code, found["code"], err) == (3, "Y812", "")
    assert "program" not in found["help"]


@pytest.mark.parametrize("name", [b"b\xff.yaml", b"b\n.yaml", "b\u200b.yaml".encode()])
def test_a_rule_file_whose_name_cannot_be_shown_is_a_finding(shop, capfd, name):
    (shop / "rules" / "shop" / os.fsdecode(name)).write_text("items: {}\n")
    for form in ("text", "concise", "json", "sarif", "github", "junit"):
        assert shell.run(["check", "-f", form]) == 1
        assert "Y804" in capfd.readouterr().out


@pytest.mark.parametrize("arguments", [("check",), ("check", "{}/rules/shop"), ("new", "book", "x"), ("schema", "book-file", "-o", "x.json")])
def test_a_working_folder_that_is_gone_is_said(shop, arguments):
    (shop / "gone").mkdir()
    leave = "import os; os.chdir('gone'); os.rmdir('../gone')"
    code, _, err = run(*(each.format(shop) for each in arguments), program=leave)
    assert (code, "the folder in which the command runs is gone" in " ".join(err.split()), "change to a folder" in err) == (3, True, True)


def test_a_working_folder_that_is_gone_is_not_needed_by_every_command(shop):
    (shop / "gone").mkdir()
    assert run(*LIGHT, program="import os; os.chdir('gone'); os.rmdir('../gone')")[0] == 0


# ------------------------------------------------------------------------------------------------------------- environment

ODD = (
    {"TZ": ":/etc/passwd", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"TZ": "/dev", "PYTHONIOENCODING": "ascii:strict", "COLUMNS": "many"},
    {"TZ": "garbage", "LC_ALL": "xx_YY.nothing", "LANG": "zz", "PYTHONIOENCODING": "utf-16", "COLUMNS": "-1", "TERM": "nothing"},
)


@pytest.mark.parametrize("odd", ODD, ids=str)
@pytest.mark.whole
def test_the_environment_changes_nothing_of_what_programs_read(shop, capfdbinary, odd):
    command = (*QUOTE, "-f", "html")
    assert shell.run(command) == 0
    plain = capfdbinary.readouterr().out
    code, out, _ = run(*command, environment=os.environ | odd)
    assert (code, out == plain, not out.isascii()) == (0, True, True)


@pytest.mark.whole
def test_a_pdf_needs_neither_a_home_nor_a_place_for_temporary_files(shop):
    bare = {"PATH": os.environ["PATH"], "TMPDIR": "/nowhere", "XDG_CACHE_HOME": FULL, "TZ": ":/etc/passwd"}
    assert run(*QUOTE, "-o", "out/q.pdf", environment=bare)[0] == 0
    assert below(shop / "out") == ["q.pdf"]


def test_too_little_memory_is_of_the_machine(capfd):
    broken = ImportError("failed to map segment from shared object", path="part.so")
    for error, said in ((MemoryError(), "too little memory"), (broken, "cannot be loaded"), (OSError(24, "x"), "too many files")):
        assert failures.tell(error, ()) == 3
        err = capfd.readouterr().err
        assert "error[Y812]" in err and said in " ".join(err.split())


# ----------------------------------------------------------------------------------------------------------------- signals


def wait_until(happened) -> None:
    for _ in range(600):
        if happened():
            return
        time.sleep(1 / 20)
    raise AssertionError("it did not happen")


@pytest.mark.parametrize(("number", "code", "said"), [(signal.SIGINT, 130, "stopped"), (signal.SIGTERM, 143, "")])
def test_a_signal_before_there_is_a_file_leaves_none(shop, number, code, said):
    (shop / "endless.html").write_text("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")
    os.mkfifo(shop / "out" / "pipe.html")
    process = start("sheet", "--date", "2026-03-01", "--template", "endless.html", "-o", "out/x.html")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    wait_until(lambda: process.poll() is not None or children.read_text())
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.decode().strip()) == (code, b"", said)
    assert below(shop / "out") == ["pipe.html"]


OPENAT = ("257", "56")
"""The number of the call that opens a file, on x86-64 and on ARM."""


def test_a_writer_who_waits_for_a_reader_can_be_stopped(shop):
    os.mkfifo(shop / "out" / "pipe.html")
    process = start(*QUOTE, "-o", "out/pipe.html")
    wait_until(lambda: process.poll() is not None or Path(f"/proc/{process.pid}/syscall").read_text().split()[0] in OPENAT)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err.decode().splitlines()[-1]) == (130, "stopped")


@pytest.mark.parametrize(("number", "code", "last"), [(signal.SIGINT, 130, "stopped"), (signal.SIGTERM, 143, "wrote out/")])
@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_signal_while_a_file_is_written_comes_when_it_stands_and_that_is_said(shop, moment, number, code, last):
    strike = f"import os; real = os.{moment}; os.{moment} = lambda *given: (os.kill(os.getpid(), {int(number)}), real(*given))"
    ran, _, err = run("schema", "book-file", "-o", "out/x.json", program=strike)
    assert (ran, err.startswith("wrote out/x.json"), err.splitlines()[-1].startswith(last)) == (code, True, True)
    assert (shop / "out" / "x.json").read_bytes() == schema_bytes("book-file")
    assert below(shop / "out") == ["x.json"]


def test_ctrl_c_ends_a_watch_with_one_line(shop):
    process = start("check", "--watch")
    assert process.stderr.readline() == b"shop: Nothing found in 6 files.\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"stopped\n")


def test_a_watch_ends_when_nobody_reads_what_it_finds(shop):
    items = shop / "rules" / "shop" / "items.yaml"
    items.write_text("items: 5\n")
    process = start("check", "--watch", stderr=subprocess.DEVNULL)
    assert process.stdout.readline()
    process.stdout.close()
    items.write_text("items: 55\n")
    assert process.wait(60) == 0


def test_what_is_sent_to_nowhere_may_be_sent_there(shop):
    """A device is no fault: it takes everything."""
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)
    assert run(*LIGHT, stdout=subprocess.DEVNULL)[0] == run("schema", "book-file", "-o", os.devnull)[0] == 0
