"""docs/billing.md, made from its template and the samples: every figure and every screen in it is computed when it is built.

`python -m tools.billing_guide` writes it; `tests/test_billing_guide.py` compares it. The commands run in the folder of the project, at
100 columns and without colour, as the reader would run them.
"""

import io
import os
import shlex
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import jinja2

import cli
from engine.billing import make_invoice
from engine.language.build import load_account
from engine.store import open_book
from engine.usage.files import read_usage_files
from engine.values.periods import add_months, start_of_day

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = Path(__file__).with_name("billing_guide.md.j2")
PAGE = ROOT / "docs" / "billing.md"

BOOKS = {"koodrive": ROOT / "rules" / "koodrive", "hosting": ROOT / "examples" / "hosting" / "book"}


def guide() -> str:
    """The page as it is to be committed."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    environment.filters["money"] = money
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        shown=shown, part=part, lines=lines, totals=totals, book=_book
    )


def money(amount: Decimal) -> str:
    """An amount as English text writes it: -1554.50 is −1,554.50."""
    return f"{amount:,}".replace("-", "−")


def shown(command: str) -> str:
    """The command, and what it prints."""
    return _block(command, output(command))


def part(command: str, *titles: str) -> str:
    """The command, and of what it prints only the paragraphs that begin with one of the titles."""
    paragraphs = output(command).split("\n\n")
    kept = [each for title in titles for each in paragraphs if each.startswith(title)]
    if len(kept) < len(titles):
        raise LookupError(f"`{command}` prints no paragraph for one of {titles}")
    return _block(command, "\n\n".join(kept).rstrip("\n") + "\n")


def _block(command: str, text: str) -> str:
    words = shlex.split(command)
    broken = command if len(command) <= 118 else command.replace(" --usage", " \\\n    --usage", 1)
    assert shlex.split(broken.replace("\\\n", "")) == words
    return f"```sh\n{broken}\n```\n\n```text\n{text}```"


@cache
def output(command: str) -> str:
    """What a command prints, which must succeed."""
    said, told = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    before = os.getcwd()
    os.chdir(ROOT)
    try:
        with redirect_stdout(said), redirect_stderr(told):
            code = cli.run(shlex.split(command)[1:])
            said.flush()
    finally:
        os.chdir(before)
    if code:
        raise RuntimeError(f"{command}\n{told.getvalue()}")
    return said.buffer.getvalue().decode("utf-8")


@cache
def _book(name: str):
    return open_book(BOOKS[name]).book


@cache
def _invoice(sample: str, first: str, months: int, usage: tuple[str, ...]):
    name = sample.partition("/")[0]
    folder, book = ROOT / "examples" / sample, _book(name)
    account, problems = load_account("account.yaml", (folder / "account.yaml").read_bytes(), book)
    used = read_usage_files(book, {each: (folder / each).read_text(encoding="utf-8") for each in usage})
    assert not problems and not used.diagnostics
    begin = date.fromisoformat(f"{first}-01")
    borders = (start_of_day(begin, book.zone), start_of_day(add_months(begin, months), book.zone))
    return make_invoice(book, account, used.records, *borders)


def lines(sample: str, first: str, *usage: str, months: int = 1):
    """The lines of a sample's invoice for so many months."""
    return _invoice(sample, first, months, usage).lines


def totals(sample: str, first: str, *usage: str, months: int = 1):
    """Net, tax and gross of a sample's invoice, and its taxes."""
    made = _invoice(sample, first, months, usage)
    return SimpleNamespace(net=made.net, tax=made.tax, gross=made.gross, taxes=made.taxes)


if __name__ == "__main__":
    PAGE.write_text(guide(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} written\n")
