"""Every command that help texts and the README print works as printed."""

import re
import shlex

import pytest

from benchmarks.usage import main as make_delivery
from engine.commands import shell
from tests.commands.desk import ROOT, committed
from tests.preview.running import end, start

README = (ROOT / "README.md").read_text(encoding="utf-8")


def from_help() -> list[str]:
    found = []
    for name in shell.COMMANDS:
        command = shell.pricebook.get_command(None, name)
        for each in [command, *getattr(command, "commands", {}).values()]:
            found += _joined((each.epilog or "").partition("Example:")[2])
    return found


def from_blocks(text: str) -> list[str]:
    return [command for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for command in _joined(block)]


def from_readme() -> list[str]:
    spans = re.findall(r"`(pricebook [^`]+)`", re.sub(r"```.*?```", "", README, flags=re.DOTALL))
    return from_blocks(README) + spans


def _joined(text: str) -> list[str]:
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [line.strip() for line in lines if line.strip().startswith("pricebook ")]


def test_there_are_examples():
    assert len(from_help()) >= len(shell.COMMANDS)
    assert len(from_readme()) >= 5


@pytest.mark.parametrize("command", sorted({*from_help(), *from_readme()}))
def test_it_works_as_printed(desk, run, command):
    if "git:" in command:
        committed(desk)
    arguments = shlex.split(command, comments=True)[1:]
    if arguments[0] == "preview":
        assert answers(desk, arguments[1:])
        return
    ran = run(*arguments)
    assert ran.code == 0, ran.err


def answers(desk, arguments: list[str]) -> bool:
    """Whether a preview begins, answers, and ends without a word."""
    running = start(desk, *arguments)
    return running.ask("/")[0] == 200 and end(running) == ""


def test_the_page_about_many_accounts_works_as_printed(desk, run):
    """One command after the other: each goes on in the folder of those before it. The delivery that it makes has fewer rows here."""
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    # What makes the folder out/, which stands here already, is on the page before all that writes there.
    assert "make sheet" in page.partition("pricebook rate")[0] and "\n\t@mkdir -p out\n" in (ROOT / "Makefile").read_text(encoding="utf-8")
    (made,) = re.findall(r"^python -m benchmarks.usage 10M (work/)$", page, re.MULTILINE)
    assert make_delivery(["5k", made]) == 0
    commands = from_blocks(page)
    for command in commands:
        ran = run(*shlex.split(command, comments=True)[1:])
        assert ran.code == 0, f"{command}\n{ran.err}"
    charged = {each.name: each.read_bytes() for each in (desk / "out" / "charged").iterdir() if each.suffix in (".html", ".json") and each.stem != "summary"}
    assert charged and all((desk / "out" / "march" / name).read_bytes() == each for name, each in charged.items())
    assert {each.suffix for each in (desk / "out" / "march").iterdir()} == {".html", ".json", ".csv", ".jsonl"} and len(commands) >= 5


@pytest.mark.whole
def test_it_works_beside_a_second_book(desk, run):
    committed(desk)
    assert run("new", "book", "beside").code == 0
    for command in sorted({*from_help(), *from_readme()}):
        arguments = shlex.split(command, comments=True)[1:]
        if arguments[0] == "preview":
            assert answers(desk, arguments[1:])
            continue
        ran = run(*arguments)
        assert ran.code == 0, f"{command}\n{ran.err}"


@pytest.mark.parametrize("number", range(len(re.findall(r"```python\n", README))))
def test_the_readmes_python_works_as_printed(desk, number):
    code = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[number]
    exec(compile(code, "README.md", "exec"), {})


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "examples" / "koodrive").glob("*.yaml")))
def test_the_order_files_to_try_have_a_price_or_are_refused_on_purpose(desk, run, name):
    text = (desk / "examples" / "koodrive" / name).read_text(encoding="utf-8")
    ran = run("quote", f"examples/koodrive/{name}", "--explain")
    assert ran.code == (1 if "Refused on purpose" in text else 0), ran.err
