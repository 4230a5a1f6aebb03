"""The cases of the codes and how they are run. A case is a folder `<CODE>-<slug>/`, with `bad/`, which extends the small book in `base/`:
- `*.yaml`, `*.yml`, `*.csv`, and `*.svg`, `*.png` that they name: files of the book; one of the same name replaces the base's.
- `order.yaml` beside them (then the book's files stand in `book/`): the code is about an order of that book.
- `usage.csv` beside them (again with the book's files in `book/`): the code is about usage records for that book.
- `before/` beside them (again with the book's files in `book/`): the code is about what the book was before, the base with these files, as of 15 June 2026.
- `account.yaml` beside them, perhaps with `usage.csv` and `issued.json`: the code is about the account's invoice for March 2026; with a file
  `e-invoice`, about the e-invoice that it becomes (`e_invoice_case.py`).
- `command`: a command line for `pricebook`, one argument a line, run in a folder that holds the base book as `rules/shop/` and all
  other files of the case; `expect` holds its exit code, if it is not 0; `fault.py` is run in the program before it, to break it.
- `*.times`: a file that is made, not stored: its first line is a number, and the second is repeated so many times, on one line; where there are
  three, the third is repeated below the second, line by line.
- `also`: further codes, one a line, that the bad file cannot avoid.
The good case is the bad one with the good sample of the code's page in place of the bad one (`samples.py`). Only where a sample can say in words
alone what is wrong, `good/` holds it.
"""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from engine.billing import make_invoice
from engine.diagnostics import CODES, Diagnostic, report
from engine.diagnostics.text import UNUSED_IGNORE
from engine.language.build import load_account, load_book, load_issued, load_order
from engine.language.hazards import apply_ignores
from engine.lints import lint_book
from engine.lints.baseline import Earlier, lint_edit
from engine.model.invoices import InvoiceRefusal
from engine.model.quotes import Refusal
from engine.pricing import price_order
from engine.usage import read_usage
from tests.errors.e_invoice_case import findings_of_e_invoice
from tests.errors.samples import good_files, write

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
BOOK_FILES = (".yaml", ".yml", ".csv", ".svg", ".png", ".times")
CASES = sorted(folder.name for folder in HERE.iterdir() if re.match(r"[A-Z][0-9]{3}-", folder.name))
FINDING = re.compile(r"^(?:error|warning|info)\[([A-Z][0-9]{3})\]: (.*)$", re.MULTILINE)
HELP = re.compile(r"^ +(?:= help|help): (.+)$", re.MULTILINE)


def good_case(name: str, folder: Path) -> Path:
    """The folder of the good case; where it is not stored, it is made in `folder`."""
    case = HERE / name
    if (case / "good").is_dir():
        return case / "good"
    write(good_files(case), folder)
    return folder


def book_files(case: Path) -> dict[str, bytes]:
    """The files of the base book with those of the case in place of, or beside, them."""
    apart = any((case / name).exists() for name in ("order.yaml", "usage.csv", "account.yaml", "book", "before"))
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


def findings_of_book(files: dict[str, bytes]) -> list[Diagnostic]:
    """What `pricebook check` finds in the book."""
    loaded = load_book(files)
    found = [*loaded.diagnostics, *(lint_book(loaded.book, loaded.places) if loaded.book is not None else ())]
    kept = apply_ignores(found, loaded.documents)
    return [each for each in kept if loaded.book is not None or each.code != UNUSED_IGNORE.code]


def findings_of_edit(before: dict[str, bytes], files: dict[str, bytes]) -> list[Diagnostic]:
    """What `pricebook check --against` finds in the book; both are sound by themselves."""
    old, loaded = load_book(before), load_book(files)
    assert old.book is not None, [each.message for each in old.diagnostics]
    assert loaded.book is not None, [each.message for each in loaded.diagnostics]
    day = datetime(2026, 6, 15, tzinfo=loaded.book.zone).astimezone(UTC)
    return [*loaded.diagnostics, *lint_book(loaded.book, loaded.places), *lint_edit(loaded.book, loaded.places, Earlier(old.book, day))]


def findings_of_order(files: dict[str, bytes], order: bytes) -> list[Diagnostic]:
    """What stands in the way of a quote for the order; the book itself must be sound."""
    loaded = load_book(files)
    assert loaded.book is not None, [each.message for each in loaded.diagnostics]
    made, found = load_order("order.yaml", order, loaded.book, None)
    if made is None:
        return list(found)
    priced = price_order(loaded.book, made)
    return [*found, *(priced.diagnostics if isinstance(priced, Refusal) else ())]


def findings_of_usage(files: dict[str, bytes], usage: bytes) -> list[Diagnostic]:
    """What keeps rows of a usage file from being charged; the book itself must be sound."""
    loaded = load_book(files)
    assert loaded.book is not None, [each.message for each in loaded.diagnostics]
    return list(read_usage(loaded.book, "usage.csv", usage.decode("utf-8")).diagnostics)


def findings_of_account(files: dict[str, bytes], account: bytes, usage: bytes, e_invoice: Path | None = None, issued: bytes = b"") -> list[Diagnostic]:
    """What stands in the way of the account's invoice for March 2026, or of its e-invoice; book and usage must be sound by themselves."""
    loaded = load_book(files)
    assert loaded.book is not None, [each.message for each in loaded.diagnostics]
    made, found = load_account("account.yaml", account, loaded.book)
    if made is None:
        return list(found)
    read = read_usage(loaded.book, "usage.csv", usage.decode("utf-8")) if usage else None
    assert read is None or not read.diagnostics
    before, wrong = load_issued("issued.json", issued, loaded.book) if issued else (None, ())
    if wrong:
        return list(wrong)
    start, end = (datetime(2026, month, 1, tzinfo=loaded.book.zone).astimezone(UTC) for month in (3, 4))
    invoice = make_invoice(loaded.book, made, read.records if read else (), start, end, [before[0]] if before else [])
    every = [*found, *(invoice.diagnostics if isinstance(invoice, InvoiceRefusal) else ())]
    return every if every or e_invoice is None else findings_of_e_invoice(e_invoice, loaded.book, invoice)


def findings_of_command(case: Path, folder: Path) -> list[Diagnostic]:
    """What the program shows for the case's command line, in a folder of its own."""
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
    expect = case / "expect"
    assert run.returncode == (int(expect.read_text()) if expect.is_file() else 0), run.stderr
    return _read(run.stdout + "\n" + run.stderr)


def _read(text: str) -> list[Diagnostic]:
    """The findings that the program told as text."""
    _, *told = FINDING.split(text)
    every = zip(told[::3], told[1::3], told[2::3], strict=True)
    return [report(CODES[code], message, help="\n".join(HELP.findall(rest))) for code, message, rest in every]


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def findings_of(case: Path, folder: Path) -> list[Diagnostic]:
    """Everything that is found in the case, by its kind."""
    if (case / "command").is_file():
        return findings_of_command(case, folder)
    if (case / "before").is_dir():
        return findings_of_edit({**_files_below(HERE / "base"), **_files_below(case / "before")}, book_files(case))
    if (case / "order.yaml").is_file():
        return findings_of_order(book_files(case), (case / "order.yaml").read_bytes())
    usage = (case / "usage.csv").read_bytes() if (case / "usage.csv").is_file() else b""
    if (case / "account.yaml").is_file():
        e_invoice = case / "e-invoice"
        account = (case / "account.yaml").read_bytes()
        issued = (case / "issued.json").read_bytes() if (case / "issued.json").is_file() else b""
        return findings_of_account(book_files(case), account, usage, e_invoice if e_invoice.is_file() else None, issued)
    if usage:
        return findings_of_usage(book_files(case), usage)
    return findings_of_book(book_files(case))
