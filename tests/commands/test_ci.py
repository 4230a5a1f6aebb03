"""The samples for continuous integration do what docs/ci.md says: each `run:` of the workflow is run here, and each hook, in a git copy of the book."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.commands.desk import ROOT, committed, git

WORKFLOW = yaml.safe_load((ROOT / "docs" / "workflows" / "price-book.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
JOB = WORKFLOW["jobs"]["prices"]
GIVEN = {"github.base_ref": "main", "github.event.pull_request.number": "17", "github.token": "secret"}
PRICES = Path("rules/koodrive/prices/2026-01-01.yaml")
OWN = "github.event.pull_request.head.repo.full_name == github.repository"


def filled(value: str) -> str:
    return re.sub(r"\$\{\{ (.+?) \}\}", lambda match: "true" if match[1] == OWN else GIVEN[match[1]], value)


@pytest.fixture
def machine(desk: Path, tmp_path_factory) -> dict[str, str]:
    """The environment of a runner: the program on its path, and a `gh` and a `pip` that keep what they were asked."""
    bin_folder = tmp_path_factory.mktemp("bin")
    scripts = {
        "pricebook": f'exec "{sys.executable}" "{ROOT / "cli.py"}" "$@"',
        "pip": 'echo "pip $*" >> "$ASKED"',
        "gh": 'echo "gh $*" >> "$ASKED"',
    }
    for name, script in scripts.items():
        path = bin_folder / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    committed(desk)
    git(desk, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(desk, "checkout", "-b", "prices")
    own = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "GITHUB_ACTIONS": "true", "NO_COLOR": "1"}
    places = {"GITHUB_STEP_SUMMARY": str(bin_folder / "summary.md"), "ASKED": str(bin_folder / "asked")}
    return {**os.environ, **own, **places, "PATH": f"{bin_folder}:{os.environ['PATH']}"} | {key: filled(value) for key, value in JOB["env"].items()}


def steps(desk: Path, machine: dict[str, str]) -> dict[str, subprocess.CompletedProcess[str]]:
    """Every step that has a `run:`, as GitHub runs it; steps go on where one before has failed."""
    found = {}
    for step in JOB["steps"]:
        if "run" in step:
            environment = machine | {key: filled(value) for key, value in step.get("env", {}).items()}
            ran = subprocess.run(["bash", "-e", "-c", step["run"]], cwd=desk, env=environment, capture_output=True, text=True, timeout=120, check=False)
            found[step.get("name", step["run"])] = ran
    return found


def edit(desk: Path, old: str, new: str) -> None:
    text = (desk / PRICES).read_text(encoding="utf-8")
    assert old in text
    (desk / PRICES).write_text(text.replace(old, new), encoding="utf-8")
    git(desk, "commit", "-a", "-m", "An edit")


def codes(ran: dict[str, subprocess.CompletedProcess[str]]) -> dict[str, int]:
    return {name: each.returncode for name, each in ran.items()}


def test_a_pull_request_that_changes_no_price_passes(desk, machine):
    edit(desk, "# Placeholder prices", "# Prices that hold a place")
    ran = steps(desk, machine)
    assert set(codes(ran).values()) == {0}, [each.stderr for each in ran.values()]
    assert "no change in prices or rules" in (desk / "comment.md").read_text(encoding="utf-8")


@pytest.mark.whole
def test_a_price_that_rises_is_commented_and_stopped(desk, machine):
    edit(desk, "89.00", "95.00")
    ran = steps(desk, machine)
    assert codes(ran) == {"pip install pricebook": 0, "Mistakes": 0, "Examples": 1, "What it changes": 0, "Comment": 0, "Limits": 1}
    comment = (desk / "comment.md").read_text(encoding="utf-8")
    assert "+6.7%" in comment and len(comment) < 65_536
    assert Path(machine["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8") == comment
    asked = Path(machine["ASKED"]).read_text(encoding="utf-8").splitlines()
    assert asked == ["pip install pricebook", "gh pr comment 17 --edit-last --create-if-none --body-file comment.md"]


@pytest.mark.whole
def test_a_mistake_is_uploaded_with_its_line(desk, machine):
    edit(desk, "89.00", "89.0O")
    ran = steps(desk, machine)
    assert ran["Mistakes"].returncode == 1
    [found] = json.loads((desk / "check.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    place = found["locations"][0]["physicalLocation"]
    assert (found["ruleId"], place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("S105", PRICES.as_posix(), 11)


def test_the_workflow_asks_for_no_right_that_it_does_not_need():
    assert WORKFLOW[True] == {"pull_request": {"paths": ["rules/**"]}}  # `on`, which YAML takes for a yes
    assert WORKFLOW["permissions"] == {"contents": "read", "pull-requests": "write", "security-events": "write"}
    # What a stranger may name (a branch) reaches a shell as a variable alone.
    assert [step["run"] for step in JOB["steps"] if "${{" in step.get("run", "")] == []
    assert next(step for step in JOB["steps"] if "checkout" in step.get("uses", ""))["with"] == {"fetch-depth": 0}
    writing = [step for step in JOB["steps"] if "upload-sarif" in step.get("uses", "") or "gh " in step.get("run", "")]
    assert [step["if"] for step in writing] == ["(success() || failure()) && env.OWN == 'true'"] * 2


def test_the_page_tells_of_every_step():
    named = [step["name"] for step in JOB["steps"] if "name" in step]
    assert re.findall(r"^\| ([A-Z][\w ]+) \|", PAGE, re.MULTILINE) == named


@pytest.mark.parametrize("hook", HOOKS, ids=[each["id"] for each in HOOKS])
@pytest.mark.whole
def test_a_hook_stops_a_commit_that_is_wrong(desk, machine, hook):
    assert {"id", "name", "entry", "language", "files", "pass_filenames"} <= set(hook)
    assert re.search(hook["files"], PRICES.as_posix()) and hook["id"] in PAGE
    called = ["sh", "-c", f"{hook['entry']} koodrive"]
    assert subprocess.run(called, cwd=desk, env=machine, capture_output=True, timeout=120, check=False).returncode == 0
    edit(desk, "89.00", "89.0O" if "check" in hook["id"] else "95.00")
    assert subprocess.run(called, cwd=desk, env=machine, capture_output=True, timeout=120, check=False).returncode == 1
    alone = ["sh", "-c", hook["entry"]]
    assert subprocess.run(alone, cwd=desk, env=machine, capture_output=True, timeout=120, check=False).returncode == 1
