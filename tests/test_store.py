"""Users' files: books are found or the reason is said, and a result is on disk whole or not at all."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from engine.diagnostics import Diagnostic
from engine.diagnostics.limits import LARGEST_FILE
from engine.results import written
from engine.shelf import find_book
from engine.store import Unusable, read_folder, read_input, shown_folder


def write_whole(path: Path, content: bytes) -> None:
    with written((path, content)):
        pass


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the test works in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shelf(desk: Path, *names: str) -> None:
    for name in names:
        folder = desk / "rules" / name
        folder.mkdir(parents=True)
        (folder / "book.yaml").write_text("book: {}\n")


def refusal(call, *arguments) -> Diagnostic:
    with pytest.raises(Unusable) as raised:
        call(*arguments)
    return raised.value.diagnostics[0]


def test_a_book_is_found_by_name_by_folder_and_when_it_is_the_only_one(desk):
    shelf(desk, "koodrive")
    assert find_book("koodrive") == desk / "rules" / "koodrive"
    assert find_book("rules/koodrive") == desk / "rules" / "koodrive"
    assert find_book(None) == desk / "rules" / "koodrive"


def test_rules_are_found_from_a_folder_below(desk, monkeypatch):
    shelf(desk, "koodrive")
    (desk / "docs").mkdir()
    monkeypatch.chdir(desk / "docs")
    assert find_book("koodrive") == desk / "rules" / "koodrive"


def test_a_book_that_ships_with_the_program_is_found_where_there_is_no_rules_folder(desk):
    assert (find_book("koodrive") / "book.yaml").is_file()
    shelf(desk, "mine")
    assert refusal(find_book, "koodrive").slug == "no-such-book"


def test_the_folder_of_a_book_is_found_from_inside(desk):
    (desk / "book.yaml").write_text("book: {}\n")
    assert find_book(None) == desk


@pytest.mark.parametrize(
    ("books", "name", "slug", "help_part"),
    [
        (["koodrive"], "kodrive", "no-such-book", "did you mean `koodrive`?"),
        (["koodrive"], "zzz", "no-such-book", "books under `rules/`: `koodrive`"),
        ([], "my-prices", "no-such-book", "pricebook new book"),
        ([], None, "no-such-book", "pricebook new book"),
        (["a", "b"], None, "which-book", "`-b a` or `-b b`"),
        (["koodrive"], "rules/koodrive/book.yaml", "no-such-book", "-b koodrive"),
    ],
)
def test_a_book_that_is_not_found_says_what_to_do(desk, books, name, slug, help_part):
    shelf(desk, *books)
    found = refusal(find_book, name)
    assert found.slug == slug
    assert help_part in found.help


def test_rule_files_are_read_in_path_order_and_hidden_ones_left_out(desk):
    for name in ("prices/2026.yaml", "book.yaml", "voice.csv", "notes.txt", ".book.yaml.swp", ".git/x.yaml", "items.yml", "prices-old.yaml"):
        (desk / "book" / name).parent.mkdir(parents=True, exist_ok=True)
        (desk / "book" / name).write_bytes(name.encode())
    files, problems = read_folder(desk / "book")
    assert list(files) == ["book.yaml", "items.yml", "prices/2026.yaml", "prices-old.yaml", "voice.csv"]
    assert files["prices/2026.yaml"] == b"prices/2026.yaml"
    assert problems == []


def test_links_pipes_and_files_that_are_gone_are_findings(desk):
    (desk / "book").mkdir()
    (desk / "outside.yaml").write_text("x")
    (desk / "book" / "inside.yaml").write_text("x")
    (desk / "book" / "a-link.yaml").symlink_to("inside.yaml")
    (desk / "book" / "out.yaml").symlink_to(desk / "outside.yaml")
    (desk / "book" / "gone.yaml").symlink_to("nowhere.yaml")
    os.mkfifo(desk / "book" / "pipe.yaml")
    files, problems = read_folder(desk / "book")
    assert list(files) == ["a-link.yaml", "inside.yaml"]
    assert [(problem.slug, problem.span.file) for problem in problems] == [
        ("cannot-read-file", "book/gone.yaml"),
        ("link-leaves-book", "book/out.yaml"),
        ("cannot-read-file", "book/pipe.yaml"),
    ]


def test_no_more_of_a_huge_file_is_read_than_shows_that_it_is_too_large(desk):
    (desk / "huge.yaml").write_bytes(b"#" * (LARGEST_FILE + 1000))
    files, _ = read_folder(desk)
    assert len(files["huge.yaml"]) == LARGEST_FILE + 1


def test_an_input_that_is_missing_or_a_folder_says_so(desk):
    (desk / "order.yaml").write_text("x")
    (desk / "folder").mkdir()
    assert refusal(read_input, "oder.yaml").help == "did you mean `order.yaml`?"
    assert refusal(read_input, "folder").slug == "cannot-read-file"
    assert read_input("order.yaml") == b"x"


def test_names_are_shown_as_they_would_be_typed(desk):
    assert shown_folder(desk / "rules" / "koodrive") == "rules/koodrive"
    assert shown_folder(Path("/elsewhere/book")) == "/elsewhere/book"


# ------------------------------------------------------------------------------------------------------------------ writing


def test_a_result_is_written_whole_and_keeps_the_permissions_of_what_it_replaces(desk):
    target = desk / "sheet.html"
    write_whole(target, b"first")
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~_umask()
    target.chmod(0o640)
    write_whole(target, b"second")
    assert target.read_bytes() == b"second"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert os.listdir(desk) == ["sheet.html"]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_link_stays_a_link(desk):
    (desk / "real.html").write_text("old")
    (desk / "link.html").symlink_to("real.html")
    write_whole(desk / "link.html", b"new")
    assert (desk / "link.html").is_symlink()
    assert (desk / "real.html").read_bytes() == b"new"


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_failure_at_any_step_keeps_what_stood_there_and_leaves_nothing_behind(desk, monkeypatch, step):
    target = desk / "sheet.html"
    target.write_text("as it was")

    def fail(*_arguments, **_options):
        raise OSError(28, "no space")

    monkeypatch.setattr(os, step, fail)
    found = refusal(write_whole, target, b"new")
    assert found.slug == "cannot-write-file"
    assert "the disk is full" in found.message
    assert target.read_text() == "as it was"
    assert os.listdir(desk) == ["sheet.html"]


def test_being_stopped_while_writing_leaves_nothing_half_written(desk, monkeypatch):
    def stop(_descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        write_whole(desk / "sheet.html", b"new")
    assert os.listdir(desk) == []


@pytest.mark.parametrize(("name", "reason"), [("missing/sheet.html", "there is no folder `missing`"), ("folder", "it is a folder")])
def test_a_place_that_cannot_be_written_is_wrong_usage(desk, name, reason):
    (desk / "folder").mkdir()
    with pytest.raises(Unusable) as raised:
        write_whole(Path(name), b"new")
    assert raised.value.exit_code == 2
    assert reason in raised.value.diagnostics[0].message


def test_a_folder_that_is_there_is_not_said_to_be_missing(desk, monkeypatch):
    """A folder of the system in which nothing can be made, such as `/proc`, says that there is no such file."""

    def refuse(**_wanted):
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("engine.results.tempfile.mkstemp", refuse)
    with pytest.raises(Unusable) as raised:
        write_whole(Path("sheet.html"), b"new")
    assert "nothing can be made in the folder `.`" in raised.value.diagnostics[0].message


def test_a_program_that_is_killed_while_writing_keeps_what_stood_there(desk):
    (desk / "sheet.html").write_text("as it was")
    program = (
        "import os, signal; from pathlib import Path; from engine.results import written\n"
        "os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)\n"
        "written((Path('sheet.html'), b'x' * 1000000)).__enter__()\n"
    )
    root = str(Path(__file__).resolve().parent.parent)
    done = subprocess.run([sys.executable, "-c", program], cwd=desk, env={**os.environ, "PYTHONPATH": root}, check=False)
    assert done.returncode == -signal.SIGKILL
    assert (desk / "sheet.html").read_text() == "as it was"
