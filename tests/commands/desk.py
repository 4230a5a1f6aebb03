"""A folder to work in, with a copy of the KooDrive book, and a way to run a command line there."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.commands import shell

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: `rules/koodrive`, `examples`, `out`, and nothing else."""
    shutil.copytree(ROOT / "rules" / "koodrive", tmp_path / "rules" / "koodrive")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    return tmp_path


def git(desk: Path, *arguments: str) -> None:
    """Runs git in the folder, by somebody with a name, whatever the machine's own settings are."""
    who = ("user.name=Somebody", "user.email=somebody@example.com", "init.defaultBranch=main", "commit.gpgsign=false")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(["git", *(part for each in who for part in ("-c", each)), *arguments], cwd=desk, check=True, capture_output=True, env=environment)


def committed(desk: Path) -> None:
    """Makes the folder a repository with one commit, on the branch `main`."""
    git(desk, "init")
    git(desk, "add", ".")
    git(desk, "commit", "-m", "The first book")


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]):
    """Runs `pricebook ...` in this process; its output goes through real file descriptors, as in life."""

    def call(*arguments: str) -> Ran:
        capfd.readouterr()
        code = shell.run([str(argument) for argument in arguments])
        sys.stdout.flush()
        captured = capfd.readouterr()
        return Ran(code, captured.out, captured.err)

    return call
