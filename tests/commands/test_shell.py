"""What holds for every command: exit codes, where output goes, colour, failures in words, JSON even then, quick help."""

import json
import os
import re
import subprocess
import sys

import pytest

from engine.commands import failures, shell
from engine.documents import findings
from engine.store import Unusable
from tests.commands.desk import ROOT
from tests.extent import first

QUOTE = ("quote", "--mode", "yearly-monthly", "--term", "1 year", "--date", "2026-03-01", "--item", "basic-edition=50-users-500-gb")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["check", "koodrive"], 0, "koodrive: "),
        (["test", "koodrive"], 0, "passed"),
        ([*QUOTE], 0, ""),
        (["quote", "--mode", "yearly-monthly", "--term", "4 months", "--item", "basic-edition=10-users-100-gb"], 1, "term-not-offered|4 months"),
        (["quote", "--example", "more-users-than-allowed"], 1, "20,?000"),
        ([], 2, "Commands:"),
        (["chek"], 2, "Did you mean `check`"),
        (["zzz"], 2, "The commands are"),
        (["check", "--formt", "json"], 2, "--format"),
        (["check", "koodriv"], 2, "did you mean `koodrive`"),
        (["check", "koodrive", "--book", "other"], 2, "two books are named"),
        (["quote"], 2, "no order is given"),
        (["quote", "order.yaml", "--term", "1 year"], 2, "given twice"),
        (["quote", "missing.yaml"], 2, "there is no file `missing.yaml`"),
        (["quote", "--example", "nobody"], 2, "no example `nobody`"),
        (["rule", "T999999"], 2, "no code `T999999`"),
        (["schema", "nothing"], 2, "no schema `nothing`"),
        (["sheet", "--date", "1/1/2026"], 2, "is no date"),
        (["sheet", "--currency", "XYZ"], 2, "no price in `XYZ`"),
        (["sheet", "--locale", "xx"], 2, "xx"),
        (["test", "-k", "nothing-of-the-kind"], 2, "no example's name holds"),
        (["completion", "tcsh"], 2, "tcsh"),
    ],
)
def test_exit_codes_and_messages(desk, run, arguments, code, said):
    ran = run(*arguments)
    assert ran.code == code, ran.err
    assert re.search(said, ran.err + ran.out)
    assert "Traceback" not in ran.err + ran.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "nowhere", "-f", "json"],
        ["check", "--format=json", "--unknown"],
        ["quote", "--mode", "nothing", "--item", "x=1", "-f", "json"],
        ["quote", "missing.yaml", "--format", "json"],
        ["quote", "-fjson"],
        ["sheet", "nowhere", "-f", "json"],
        ["test", "nowhere", "-f", "json"],
    ],
)
def test_stdout_is_one_json_document_even_on_failure(desk, run, arguments):
    ran = run(*arguments)
    assert ran.code in (1, 2)
    document = json.loads(ran.out)
    assert isinstance(document, dict)


@pytest.mark.parametrize("command", ["check", "quote", "sheet", "test"])
def test_json_of_a_book_with_mistakes_is_one_document(desk, run, command):
    (desk / "rules" / "koodrive" / "book.yaml").write_text("book: {id: [}\n")
    more = ["--example", "smallest-team"] if command == "quote" else []
    ran = run(command, *more, "--format", "json")
    assert ran.code == 1
    assert json.loads(ran.out)


def test_a_fault_of_the_program_is_one_line_and_exit_code_3(desk, run, monkeypatch):
    def fail(*_arguments, **_options):
        raise RuntimeError("a fault\nover two lines")

    monkeypatch.setattr("engine.store.open_book", fail)
    monkeypatch.setattr("engine.commands.reading.open_book", fail)
    ran = run("test", "koodrive")
    assert ran.code == 3
    assert "pricebook itself failed: RuntimeError: a fault over two lines" in ran.err
    assert "Traceback" not in ran.err
    assert "Traceback" in run("test", "koodrive", "--debug").err
    ran = run("test", "koodrive", "-f", "json")
    assert ran.code == 3 and json.loads(ran.out)


def test_a_fault_in_the_message_itself_is_still_one_line(desk, run, monkeypatch):
    monkeypatch.setattr(findings, "render_findings", lambda *_arguments, **_options: 1 / 0)
    ran = run("check", "nowhere")
    assert ran.code == 3
    assert len(ran.err.splitlines()) == 1


def test_every_way_to_fail_has_an_exit_code():
    codes = {KeyboardInterrupt: 130, SystemExit: 3, OSError: 3, MemoryError: 3, ZeroDivisionError: 3}
    assert {error: failures.tell(error(), ()) for error in codes} == codes
    assert Unusable.__init__.__kwdefaults__ == {"exit_code": 2}


@pytest.mark.parametrize("reader", first(1, ["true", "head -c 10 >/dev/null", "sleep 1"]))
def test_a_reader_that_goes_away_is_no_failure(desk, reader):
    """Whether it leaves in the middle, before the first word, or without reading what fits into the pipe."""
    script = f"{sys.executable} -m pricebook sheet koodrive --date 2026-03-01 -f html | {reader}; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
    assert "Traceback" not in done.stderr and "Broken" not in done.stderr


def test_help_loads_nothing_heavy():
    heavy = "yaml jsonschema jsonschema_rs babel jinja2 rich iso4217 decimal"
    code = f"import sys; from engine.commands import shell; shell.run(['--help']); sys.stderr.write(' '.join(set({heavy!r}.split()) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert all(name in done.stdout for name in shell.COMMANDS)


def test_every_command_in_the_list_exists_and_says_the_same_of_itself(desk, run):
    for name in shell.COMMANDS:
        ran = run(name, "--help")
        assert ran.code == 0
        assert ran.out.startswith(f"Usage: pricebook {name}")


def test_no_colour_where_there_is_no_terminal(desk, run):
    assert "\x1b[" not in run(*QUOTE, "--explain").out
    (desk / "rules" / "koodrive" / "items.yaml").write_text("items: 5\n")
    ran = run("check")
    assert "\x1b[" not in ran.out + ran.err


@pytest.mark.parametrize(("setting", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)])
def test_colour_on_a_terminal_unless_the_reader_says_no(monkeypatch, setting, coloured):
    from engine.commands.output import has_colour

    class Terminal:
        def isatty(self):
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    assert has_colour(Terminal()) is coloured


def test_a_terminal_that_speaks_only_ascii_gets_ascii(desk):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-m", "pricebook", *QUOTE, "--explain"], cwd=desk, capture_output=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii() and b"886.44" in done.stdout


@pytest.mark.parametrize(
    "command",
    [
        ("sheet", "koodrive", "--date", "2026-03-01", "-f", "text"),
        (*QUOTE, "--explain"),
        ("change", "examples/koodrive/team-of-60.yaml", "--date", "2026-07-15", "--item", "basic-edition=100-users-1-tb", "--explain"),
        ("invoice", "examples/koodrive/growing-team/account.yaml", "-b", "koodrive", "--period", "2026-08", "--number", "7", "--explain"),
        ("test", "koodrive"),
    ],
    ids=lambda command: command[0],
)
def test_a_file_is_the_same_whatever_the_terminal_is(desk, run, monkeypatch, command):
    """Neither its width nor its colours nor its characters."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    made = []
    for columns, ascii_only, terminal in (("60", False, True), ("200", False, False), ("80", True, True)):
        monkeypatch.setenv("COLUMNS", columns)
        monkeypatch.setattr("engine.commands.output.has_colour", lambda stream=None, terminal=terminal: terminal)
        monkeypatch.setattr("engine.commands.output.speaks_unicode", lambda ascii_only=ascii_only: not ascii_only)
        ran = run(*command, "-o", "out/result.txt")
        assert ran.code == 0, ran.err
        made.append((desk / "out" / "result.txt").read_bytes())
    assert len(set(made)) == 1 and b"\x1b[" not in made[0]


def test_without_a_date_an_order_is_of_today_and_says_so(desk, run):
    ran = run(*[argument for argument in QUOTE if argument not in ("--date", "2026-03-01")])
    assert "today in Asia/Shanghai" in ran.err


@pytest.mark.parametrize(
    ("words", "completed"),
    [("ch", "change"), ("inv", "invoice"), ("change --un", "--unsubscribe"), ("invoice --us", "--usage"), ("invoice -f foc", "focus")],
)
def test_shells_complete_commands_options_and_formats(words, completed):
    environment = {**os.environ, "_PRICEBOOK_COMPLETE": "bash_complete", "COMP_WORDS": f"pricebook {words}", "COMP_CWORD": str(len(words.split()))}
    code = "from engine.commands import shell; shell.pricebook(prog_name='pricebook')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert f"plain,{completed}" in done.stdout.split(), done.stderr
