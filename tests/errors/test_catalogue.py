"""Every code has a book (or an order, or a command line) that provokes it and one that does not; both are run here.

A case is a folder `<CODE>-<slug>/` with `bad/` and `good/`, each of which extends the small book in `base/`:
- `*.yaml`, `*.yml`, `*.csv`, and `*.svg`, `*.png` that they name: files of the book; one of the same name replaces the base's.
- `order.yaml` beside them (then the book's files stand in `book/`): the code is about an order of that book.
- `usage.csv` beside them (again with the book's files in `book/`): the code is about usage records for that book.
- `account.yaml` beside them, perhaps with `usage.csv` and `issued.json`: the code is about the account's invoice for March 2026; with a file
  `e-invoice`, about the e-invoice that it becomes (`e_invoice_case.py`).
- `command`: a command line for `pricebook`, one argument a line, run in a folder that holds the base book as `rules/shop/` and all
  other files of the case; `expect` holds its exit code; `fault.py` is run in the program before it, to break it.
- `*.times`: a file that is made, not stored: its first line is a number, and the second is repeated so many times, on one line; where there are
  three, the third is repeated below the second, line by line.
- `also`: further codes, one a line, that the bad file cannot avoid.
"""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.billing import make_invoice
from engine.diagnostics import CODES
from engine.diagnostics.text import UNUSED_IGNORE
from engine.language.build import load_account, load_book, load_issued, load_order
from engine.language.hazards import apply_ignores
from engine.lints import lint_book
from engine.model.invoices import InvoiceRefusal
from engine.model.quotes import Refusal
from engine.pricing import price_order
from engine.usage import read_usage
from tests.errors.e_invoice_case import codes_of_e_invoice

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
BOOK_FILES = (".yaml", ".yml", ".csv", ".svg", ".png", ".times")
CASES = sorted(folder.name for folder in HERE.iterdir() if re.match(r"[A-Z][0-9]{3}-", folder.name))


def book_files(case: Path) -> dict[str, bytes]:
    """The files of the base book with those of the case in place of, or beside, them."""
    apart = any((case / name).exists() for name in ("order.yaml", "usage.csv", "account.yaml", "book"))
    own = case / "book" if apart else case
    return {**_files_below(HERE / "base"), **(_files_below(own) if own.is_dir() else {})}


def _files_below(folder: Path) -> dict[str, bytes]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in BOOK_FILES:
            name, content = path.relative_to(folder).as_posix(), path.read_bytes()
            if path.suffix == ".times":
                count, _, rest = content.rstrip(b"\n").partition(b"\n")
                head, several, line = rest.partition(b"\n")
                name, content = name.removesuffix(".times"), head + b"\n" + (line + b"\n") * int(count) if several else head * int(count)
            found[name] = content
    return found


def codes_of_book(files: dict[str, bytes]) -> list[str]:
    """What `pricebook check` finds in the book."""
    loaded = load_book(files)
    found = [*loaded.diagnostics, *(lint_book(loaded.book, loaded.places) if loaded.book is not None else ())]
    kept = apply_ignores(found, loaded.documents)
    return [each.code for each in kept if loaded.book is not None or each.code != UNUSED_IGNORE.code]


def codes_of_order(files: dict[str, bytes], order: bytes) -> list[str]:
    """What stands in the way of a quote for the order; the book itself must be sound."""
    loaded = load_book(files)
    assert loaded.book is not None, [each.message for each in loaded.diagnostics]
    made, found = load_order("order.yaml", order, loaded.book, None)
    if made is None:
        return [each.code for each in found]
    priced = price_order(loaded.book, made)
    return [each.code for each in (*found, *(priced.diagnostics if isinstance(priced, Refusal) else ()))]


def codes_of_usage(files: dict[str, bytes], usage: bytes) -> list[str]:
    """What keeps rows of a usage file from being charged; the book itself must be sound."""
    loaded = load_book(files)
    assert loaded.book is not None, [each.message for each in loaded.diagnostics]
    return [each.code for each in read_usage(loaded.book, "usage.csv", usage.decode("utf-8")).diagnostics]


def codes_of_account(files: dict[str, bytes], account: bytes, usage: bytes, e_invoice: Path | None = None, issued: bytes = b"") -> list[str]:
    """What stands in the way of the account's invoice for March 2026, or of its e-invoice; book and usage must be sound by themselves."""
    loaded = load_book(files)
    assert loaded.book is not None, [each.message for each in loaded.diagnostics]
    made, found = load_account("account.yaml", account, loaded.book)
    if made is None:
        return [each.code for each in found]
    read = read_usage(loaded.book, "usage.csv", usage.decode("utf-8")) if usage else None
    assert read is None or not read.diagnostics
    before, wrong = load_issued("issued.json", issued, loaded.book) if issued else (None, ())
    if wrong:
        return [each.code for each in wrong]
    start, end = (datetime(2026, month, 1, tzinfo=loaded.book.zone).astimezone(UTC) for month in (3, 4))
    invoice = make_invoice(loaded.book, made, read.records if read else (), start, end, [before[0]] if before else [])
    codes = [each.code for each in (*found, *(invoice.diagnostics if isinstance(invoice, InvoiceRefusal) else ()))]
    return codes if codes or e_invoice is None else codes_of_e_invoice(e_invoice, loaded.book, invoice)


def codes_of_command(case: Path, folder: Path) -> list[str]:
    """The codes that the program shows for the case's command line, in a folder of its own."""
    for name, content in book_files(case / "nothing").items():
        _write(folder / "rules" / "shop" / name, content)
    for path in sorted(case.rglob("*")):
        target = folder / path.relative_to(case)
        if path.is_symlink():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(path.readlink())
        elif path.is_file() and path.name not in ("command", "expect", "also"):
            _write(target, path.read_bytes())
    arguments = (case / "command").read_text(encoding="utf-8").splitlines()
    program = "import runpy, sys; runpy.run_path('fault.py'); from engine.commands.shell import run; sys.exit(run(sys.argv[1:]))"
    start = ["-c", program] if (folder / "fault.py").is_file() else [str(ROOT / "cli.py")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "200"}
    environment.pop("GITHUB_ACTIONS", None)
    run = subprocess.run(
        [sys.executable, *start, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in run.stderr
    assert run.returncode == int((case / "expect").read_text()), run.stderr
    return re.findall(r"^(?:error|warning|info)\[([A-Z][0-9]{3})\]", run.stdout + "\n" + run.stderr, re.MULTILINE)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def codes_of(case: Path, folder: Path) -> list[str]:
    """Every code that the case gives, by its kind."""
    if (case / "command").is_file():
        return codes_of_command(case, folder)
    if (case / "order.yaml").is_file():
        return codes_of_order(book_files(case), (case / "order.yaml").read_bytes())
    usage = (case / "usage.csv").read_bytes() if (case / "usage.csv").is_file() else b""
    if (case / "account.yaml").is_file():
        e_invoice = case / "e-invoice"
        account = (case / "account.yaml").read_bytes()
        issued = (case / "issued.json").read_bytes() if (case / "issued.json").is_file() else b""
        return codes_of_account(book_files(case), account, usage, e_invoice if e_invoice.is_file() else None, issued)
    if usage:
        return codes_of_usage(book_files(case), usage)
    return codes_of_book(book_files(case))


@pytest.mark.parametrize("name", CASES)
def test_bad_case_gives_exactly_its_code(name: str, tmp_path: Path) -> None:
    """The bad case gives its code, and no other but those it names in `also`."""
    case, code = HERE / name / "bad", name[:4]
    also = set((case / "also").read_text().split()) if (case / "also").is_file() else set()
    found = set(codes_of(case, tmp_path))
    assert code in found
    assert found - also == {code}


@pytest.mark.parametrize("name", CASES)
def test_good_case_gives_nothing(name: str, tmp_path: Path) -> None:
    """The good case gives nothing at all."""
    assert codes_of(HERE / name / "good", tmp_path) == []


def test_every_code_has_a_case() -> None:
    """No code without a case, no case without its code."""
    assert {name[:4]: name[5:] for name in CASES} == {code: info.slug for code, info in CODES.items()}


@pytest.mark.parametrize("info", CODES.values(), ids=list(CODES))
def test_every_code_has_its_page(info) -> None:
    """`pricebook rule` explains each code: a title, why it matters, a bad and a good example."""
    assert all((info.title, info.why, info.bad, info.good))
    assert info.bad != info.good
    assert info.why.rstrip()[-1] in ".)"


def test_base_book_is_sound() -> None:
    """The book that every case extends has no finding."""
    assert codes_of_book(_files_below(HERE / "base")) == []
