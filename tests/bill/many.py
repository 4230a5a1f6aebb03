"""Many accounts of one kind, and what a folder of their invoices holds."""

import json
import os
import subprocess
import sys
from pathlib import Path

from engine.batch.manifest import MANIFEST
from engine.commands.bills.summary import SUMMARY
from tests.commands.desk import ROOT

ACCOUNT = """id: {id}
customer: {{name: Customer {id}, address: [1 Example Street], city: Berlin, country: DE, postcode: "10115", email: a@b.example}}
subscriptions:
  - id: s-1
    billing_mode: yearly-monthly
    events:
      - {{date: 2026-03-02, purchase: {{term: 1 month, items: {{basic-edition: 10-users-100-gb, user-expansion-package: {seats}}}, auto_renew: true}}}}
"""
MAY = ("bill", "--accounts", "accounts", "-b", "koodrive", "--period", "2026-05")
NUMBERED = ("--number", "2026-{0017}", "-o", "out")


def write(desk: Path, *ids: str) -> Path:
    """An account for each id in the folder `accounts`: each renews by itself every month, with one user more than the one before."""
    folder = desk / "accounts"
    folder.mkdir(exist_ok=True)
    for number, name in enumerate(ids, len([*folder.iterdir()])):
        (folder / f"{number:04}.yaml").write_text(ACCOUNT.format(id=name, seats=number + 1), encoding="utf-8")
    return folder


def several(desk: Path, count: int) -> Path:
    """So many accounts: a-0000, a-0001, ..."""
    return write(desk, *(f"a-{number:04}" for number in range(count)))


def edit(path: Path, old: str, new: str) -> None:
    """Puts another text in place of one that stands in the file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def documents(folder: Path) -> dict[str, bytes]:
    """The files of a folder by their names, hidden ones included: all but manifest and summary."""
    return {each.name: each.read_bytes() for each in sorted(folder.iterdir()) if each.is_file() and each.name not in (MANIFEST, SUMMARY)}


def numbers(folder: Path) -> dict[str, str]:
    """Each account's number, in the order in which they were given."""
    lines = [json.loads(each) for each in (folder / MANIFEST).read_text(encoding="utf-8").splitlines()]
    return {each["account"]: each["number"] for each in lines[1:] if "number" in each}


def summary(folder: Path) -> dict:
    """What the run says to programs."""
    return json.loads((folder / SUMMARY).read_text(encoding="utf-8"))


def start(desk: Path, *arguments: str, program: str = "", **how) -> subprocess.Popen:
    """The command in a process of its own; `program` is Python that runs in it first."""
    begin = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{program}\nfrom pricebook.__main__ import main; main()"
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, "text": True}
    return subprocess.Popen([sys.executable, "-c", begin, *arguments], cwd=desk, env=os.environ, **streams | how)


def finish(process: subprocess.Popen) -> tuple[int, str]:
    """The exit code, and what was said on stderr."""
    _, err = process.communicate(timeout=300)
    assert "Traceback" not in err and "pricebook itself failed" not in err, err
    return process.returncode, err
