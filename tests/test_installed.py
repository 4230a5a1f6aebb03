"""The program as a stranger installs it: a wheel built in a checkout with other files in it, in an environment of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

from pricebook.__main__ import ROOT as OWN_FOLDER
from pricebook.__main__ import own_path

ROOT = Path(__file__).resolve().parent.parent
OUTER = [each for each in sys.path if each.endswith("-packages")]
"""Where the environment of the suite keeps what the program needs."""
STRAYS = {
    "rules/acme/book.yaml": "book: {id: acme, title: Secret}\n",
    "rules/koodrive/prices/acme-contract.yaml": "prices: []\n",
    "rules/koodrive/notes.txt": "secret\n",
    "rules/README.md": "secret\n",
    "schemas/notes.txt": "secret\n",
    "engine/notes.txt": "secret\n",
    "engine/data/rules/acme/book.yaml": "book: {id: acme, title: Secret}\n",
    "pricebook/notes.txt": "secret\n",
    "orders/acme.yaml": "secret\n",
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout in which somebody works: the project's files, a book of their own and what else lies about."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("engine", "pricebook", "rules/koodrive", "schemas"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".gitignore", "pyproject.toml", "README.md", "LICENSE", "NOTICE", "cli.py"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def build(checkout: Path, target: str) -> None:
    """Builds a wheel or an archive of the sources into `dist`."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", "dist"]
    subprocess.run(command, cwd=checkout, check=True, capture_output=True)


@pytest.fixture(scope="module")
def wheel(checkout: Path) -> tuple[Path, set[str]]:
    """The wheel of that checkout, and the files that belong to the program."""
    moved = {"engine": "engine", "pricebook": "pricebook", "schemas": "engine/data/schemas", "rules": "engine/data/rules"}
    program = {
        f"{place}/{path.relative_to(checkout / part).as_posix()}" for part, place in moved.items() for path in (checkout / part).rglob("*") if path.is_file()
    }
    for name, text in STRAYS.items():
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text(text)
    build(checkout, "wheel")
    return next((checkout / "dist").glob("*.whl")), program


@pytest.fixture(scope="module")
def installed(wheel: tuple[Path, set[str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the wheel; what it needs comes from the environment of the suite."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    pip = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", wheel[0]], check=True)
    packages = next((folder / "lib").glob("python*/site-packages"))
    (packages / "outer.pth").write_text("".join(f"{each}\n" for each in OUTER))
    return folder / "bin"


FOREIGN = ("cli", "engine", "json", "decimal", "click", "yaml", "jinja2", "tools", "tests")
TRAP = "import sys; sys.stdout.write('trapped'); sys.stdout.flush(); raise SystemExit(0)\n"


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A folder in which somebody else keeps modules that are called like those of the program, or of what it needs."""
    for name in FOREIGN:
        (tmp_path / f"{name}.py").write_text(TRAP)
    return tmp_path


def ran(command: list[object], cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GITHUB"))}
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=cwd, env=outside | environment, capture_output=True, text=True, check=False, timeout=120)


# ---------------------------------------------------------------------------------------------------------------- the wheel


def test_the_wheel_holds_the_program_and_nothing_else(wheel):
    path, program = wheel
    names = {name for name in zipfile.ZipFile(path).namelist() if ".dist-info/" not in name}
    assert names == program
    assert {name.partition("/")[0] for name in names} == {"engine", "pricebook"}


def test_the_wheel_says_that_it_has_types(wheel):
    assert {"engine/py.typed", "pricebook/py.typed"} <= set(zipfile.ZipFile(wheel[0]).namelist())


def test_an_archive_of_the_sources_holds_no_book_of_the_user_either(wheel, checkout):
    build(checkout, "sdist")
    with tarfile.open(next((checkout / "dist").glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert not names & set(STRAYS)
    assert {"pyproject.toml", "engine/store.py", "pricebook/py.typed", "rules/koodrive/book.yaml", "schemas/order.json"} <= names


# ------------------------------------------------------------------------------------------------------------- the command


@pytest.mark.parametrize("pythonpath", ["", ".", "HERE", "lib"])
@pytest.mark.whole
def test_a_folder_with_modules_of_the_same_names_changes_nothing(installed, foreign, pythonpath):
    """`cli.py`, `engine.py` or `json.py` in the current folder, and on PYTHONPATH in each way of naming it."""
    shutil.copytree(foreign, foreign / "lib")
    done = ran([installed / "pricebook", "check", "koodrive"], foreign, PYTHONPATH=pythonpath.replace("HERE", str(foreign)))
    assert (done.returncode, done.stdout) == (0, "")
    assert re.fullmatch(r"koodrive: .*8 files.*\n", done.stderr), done.stderr


@pytest.mark.whole
def test_packages_of_the_same_names_change_nothing(installed, tmp_path):
    for name in FOREIGN:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(TRAP)
    done = ran([installed / "pricebook", "check", "koodrive"], tmp_path, PYTHONPATH=".")
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.whole
def test_the_programs_own_name_may_be_taken_in_the_current_folder(installed, foreign):
    (foreign / "pricebook.py").write_text(TRAP)
    assert ran([installed / "pricebook", "check", "koodrive"], foreign).stdout == ""


@pytest.mark.whole
def test_a_mistake_in_the_book_is_found_all_the_same(installed, foreign):
    """The exit code is that of the book: in a folder with a `cli.py` a broken book must not pass."""
    (foreign / "rules" / "acme").mkdir(parents=True)
    (foreign / "rules" / "acme" / "book.yaml").write_text("book: 5\n")
    done = ran([installed / "pricebook", "check", "acme", "-f", "json"], foreign, PYTHONPATH=".")
    assert done.returncode == 1
    assert json.loads(done.stdout)["findings"]


def test_python_runs_the_package_as_a_program(installed, foreign):
    done = ran([installed / "python", "-m", "pricebook", "check", "koodrive"], foreign)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_checkout_is_run_from_anywhere_by_its_launcher(foreign):
    done = ran([sys.executable, ROOT / "cli.py", "check", "koodrive", "--select", "Y"], foreign, PYTHONPATH=".")
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.whole
def test_a_template_of_the_user_is_rendered_by_the_programs_own_process(installed, foreign):
    (foreign / "mine.j2").write_text("{{ language }}")
    done = ran([installed / "pricebook", "sheet", "koodrive", "--template", "mine.j2", "-f", "html"], foreign, PYTHONPATH=".")
    assert (done.returncode, done.stdout) == (0, "en"), done.stderr


@pytest.mark.whole
def test_packages_that_only_pythonpath_names_are_found_by_every_process(installed, foreign):
    """As after `pip install --target`: the environment itself holds nothing, neither for the program nor for its template process."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", foreign / "bare"], check=True)
    (foreign / "mine.j2").write_text("{{ language }}")
    packages = [str(next((installed.parent / "lib").glob("python*/site-packages"))), *OUTER]
    command = [foreign / "bare" / "bin" / "python", "-m", "pricebook", "sheet", "koodrive", "--template", "mine.j2", "-f", "html"]
    done = ran(command, foreign, PYTHONPATH=os.pathsep.join([".", *packages]))
    assert (done.returncode, done.stdout) == (0, "en"), done.stderr


def test_what_stands_before_pythons_library_is_asked_last_and_the_current_folder_never(tmp_path, monkeypatch):
    library, packages, scripts = os.path.dirname(os.__file__), sysconfig.get_path("purelib"), str(tmp_path / "bin")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    inside = [library, f"{library}/lib-dynload", packages]
    assert own_path([scripts, "/some/where", "", ".", str(tmp_path / "here"), *inside]) == [*inside, scripts, "/some/where"]
    assert own_path(["/some/where", OWN_FOLDER, *inside]) == [OWN_FOLDER, *inside, "/some/where"]
    assert own_path(["/frozen"]) == ["/frozen"]


# ------------------------------------------------------------------------------------------------------------ a new book


@pytest.mark.parametrize(("name", "like"), [("mine", ()), ("elsewhere/mine", ()), ("mine", ("--like", "llm"))])
def test_a_new_book_names_no_path_of_the_machine(installed, tmp_path, name, like):
    done = ran([installed / "pricebook", "new", "book", name, *like], tmp_path)
    assert done.returncode == 0, done.stderr
    book = tmp_path / (name if "/" in name else f"rules/{name}")
    files = sorted(book.rglob("*.yaml"))
    assert len(files) == 6
    for path in files:
        schema = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", path.read_text().splitlines()[0])[1]
        assert not schema.startswith("/") and (path.parent / schema).resolve() == (book / "schemas" / "book-file.json").resolve()
    assert json.loads((book / "schemas" / "book-file.json").read_text())["title"]
    assert not [path for path in book.rglob("*") if path.is_file() and str(tmp_path) in path.read_text()]
    assert f"{book.relative_to(tmp_path).as_posix()}/schemas/book-file.json" in done.stdout.splitlines()


def test_a_new_book_shares_the_schema_of_a_folder_above(installed, tmp_path):
    """The same schema is not copied; one of another version, or of another program, is not taken for it."""
    (tmp_path / "schemas").mkdir()
    shared = tmp_path / "schemas" / "book-file.json"
    shared.write_bytes((ROOT / "schemas" / "book-file.json").read_bytes())
    assert ran([installed / "pricebook", "new", "book", "one"], tmp_path).returncode == 0
    shared.write_text("{}")
    assert ran([installed / "pricebook", "new", "book", "two"], tmp_path).returncode == 0
    books = tmp_path / "rules"
    one, two = ((books / name / "prices" / "2026-01-01.yaml").read_text().splitlines()[0] for name in ("one", "two"))
    assert one.endswith("$schema=../../../schemas/book-file.json") and two.endswith("$schema=../schemas/book-file.json")
    assert not (tmp_path / "rules" / "one" / "schemas").exists()
    assert shared.read_text() == "{}"


# ------------------------------------------------------------------------------------------------------------ the library

(SNIPPET,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


def test_the_readmes_program_runs_in_an_empty_folder(installed, tmp_path):
    (tmp_path / "program.py").write_text(SNIPPET)
    done = ran([installed / "python", "program.py"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert "did you mean `basic-edition`?" in done.stdout


MISTAKES = {
    "quote(book, 5)": "arg-type",
    "priced.totals.nett": "attr-defined",
    'change(book, order, "2026-07-15", renew="1 year")': "arg-type",
    "change(book, order, date(2026, 7, 15), items={'basic-edition': 1.5})": "dict-item",
}


@pytest.mark.whole
def test_the_readmes_program_is_typed_throughout(installed, tmp_path):
    """mypy --strict finds nothing in it, and each of these mistakes beside it."""
    (tmp_path / "program.py").write_text(SNIPPET)
    (tmp_path / "mistakes.py").write_text(SNIPPET + "".join(f"{line}\n" for line in MISTAKES))
    mypy = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--python-executable", installed / "python"]
    clean = ran([*mypy, "program.py"], tmp_path)
    assert (clean.returncode, clean.stdout) == (0, ""), clean.stdout
    found = ran([*mypy, "mistakes.py"], tmp_path).stdout.splitlines()
    assert [re.search(r"\[([\w-]+)\]$", line)[1] for line in found if ": error:" in line] == list(MISTAKES.values()), found


def test_a_program_with_an_engine_of_its_own_is_told(installed, tmp_path):
    """Two modules of one name cannot live in one program; nothing of the wrong one is used in silence."""
    (tmp_path / "engine.py").write_text("")
    (tmp_path / "program.py").write_text("from pricebook import open_book\n")
    done = ran([installed / "python", "program.py"], tmp_path)
    assert done.returncode == 1
    assert f"ImportError: pricebook needs its own module `engine`, and {tmp_path / 'engine.py'} was found instead" in done.stderr
