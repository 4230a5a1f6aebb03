"""What is installed: declared, pinned, and found in a checkout as in an installed program."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

from engine.resources import schema_bytes, schema_names

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONSTRAINTS = (ROOT / "constraints.txt").read_text()
PACKAGE_OF = {
    "yaml": "pyyaml",
    "_pytest": "pytest",
    "pil": "pillow",
    "jsonschema-rs": "jsonschema-rs",
    "xdist": "pytest-xdist",
    "markupsafe": "jinja2",
    "page": "page-validation",
    "facturx": "factur-x",
    "markdown-it": "markdown-it-py",
    "zxingcpp": "zxing-cpp",
    "pyspark": "pyspark-client",
}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~ \[;]", name.strip())[0]).lower()


def imported(*folders: str) -> set[str]:
    names = set()
    for folder in folders:
        paths = [ROOT / folder] if folder.endswith(".py") else (ROOT / folder).rglob("*.py")
        for path in paths:
            if path.is_relative_to(ROOT / "benchmarks" / "peers"):
                continue  # what is compared is installed, pinned, into an environment of its own
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                    names.add(node.module.split(".")[0])
    own = {"engine", "pricebook", "cli", "tests", "benchmarks", "conftest", "tools", "_typeshed"}  # the last is there for types alone
    return {PACKAGE_OF.get(normal(name), normal(name)) for name in names - own - set(sys.stdlib_module_names)}


RUNTIME = {normal(each) for each in PROJECT["dependencies"]}
EXTRAS = {name: {normal(each) for each in listed} for name, listed in PROJECT["optional-dependencies"].items()}
OPTIONAL = {each for name, listed in EXTRAS.items() if name != "test" for each in listed}
TEST = OPTIONAL | EXTRAS["test"]
PINNED = {normal(line) for line in CONSTRAINTS.splitlines() if line and not line.startswith("#")}


def test_every_package_that_the_program_imports_is_declared():
    assert imported("engine", "pricebook", "cli.py") <= RUNTIME | OPTIONAL


def test_every_package_that_the_tests_import_is_declared():
    assert imported("tests", "benchmarks") <= RUNTIME | TEST


def test_every_declared_package_has_a_lower_bound_and_is_pinned():
    declared = [*PROJECT["dependencies"], *(each for listed in PROJECT["optional-dependencies"].values() for each in listed)]
    assert all(">=" in each for each in declared)
    assert RUNTIME | TEST <= PINNED


def test_constraints_name_versions_only():
    lines = [line for line in CONSTRAINTS.splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line) for line in lines)


@pytest.mark.parametrize("name", sorted(RUNTIME | TEST))
def test_the_readme_says_what_each_package_is_for(name):
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## What it is built on")[2]
    assert re.search(rf"\b{re.escape(name)}\b", table)


def test_schemas_are_found():
    assert {"book-file", "order", "quote"} <= set(schema_names())
    assert schema_bytes("quote").startswith(b"{")


def test_the_command_is_the_entry_point():
    assert PROJECT["scripts"] == {"pricebook": "pricebook.__main__:main"}
    assert PROJECT["requires-python"] == ">=3.11"
