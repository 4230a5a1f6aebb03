"""docs/billing.md, made from its template and the samples: every figure and every screen in it is computed when it is built.

`python -m tools.billing_guide` writes it; `tests/test_billing_guide.py` compares it. The commands run in the folder of the project, at
100 columns and without colour, as the reader would run them.
"""

import io
import os
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import jinja2

from engine.billing import make_invoice
from engine.commands import shell
from engine.language.build import load_account
from engine.model.invoices import BILL_TYPES
from engine.store import open_book
from engine.usage import read_usage_files
from engine.values.exact import Number, multiply, plain
from engine.values.periods import add_months, start_of_day

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = Path(__file__).with_name("billing_guide.md.j2")
PAGE = ROOT / "docs" / "billing.md"

WIDEST = 112
"""Characters of a command on one line."""

BOOKS = {"koodrive": ROOT / "rules" / "koodrive", "hosting": ROOT / "examples" / "hosting" / "book"}


WHEN = {
    "new-purchase": "a term is bought", "renewal": "another term is bought", "auto-renewal": "another term, bought by itself",
    "change": "a change costs something", "refund-change": "a change gives money back", "refund-unsubscription": "what leaving gives back",
    "unsubscription-fee": "what leaving costs", "hourly": "usage that is settled by the hour", "usage": "usage that is settled by day or month",
    "adjustment-charge": "a correction of an earlier invoice that costs, or a charge by hand",
    "adjustment-compensation": "one that gives money back, or goodwill by hand",
    "shortfall": "use comes to less than was committed to",
}  # fmt: skip
"""When each kind of bill is used."""


def guide() -> str:
    """The page as it is to be committed."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    environment.filters.update(money=money, percent=percent, number=plain)
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        part=part,
        typed=typed,
        fact=fact,
        lines=lines,
        totals=totals,
        corrected=corrected(),
        kinds=[(kind, BILL_TYPES[kind], when) for kind, when in WHEN.items()],
    )


def money(amount: Number) -> str:
    """An amount as English text writes it, with cents and no zeros behind them: -1554.500 is −1,554.50."""
    whole, _, rest = plain(amount, 2).partition(".")
    return f"{int(whole.removeprefix('-')):,}.{rest}" if not whole.startswith("-") else f"−{int(whole[1:]):,}.{rest}"


def percent(ratio: Decimal) -> str:
    """A share as a percentage: 0.17 is 17%."""
    return f"{plain(multiply(ratio, Decimal(100)))}%"


def fact(line, kind: str, name: str, nth: int = 0):
    """What the nth step of a kind, anywhere in a line's trace, was given: the `unit_price` of a `charge`."""

    def steps(trace) -> Iterator:
        for step in trace:
            yield step
            yield from steps(step.children)

    return [step.facts[name] for step in steps(line.trace) if step.kind == kind and name in step.facts][nth]


def part(command: str, *titles: str) -> str:
    """The command, and of what it prints only the paragraphs that begin with one of the titles."""
    paragraphs = output(command).split("\n\n")
    kept = [each for title in titles for each in paragraphs if each.startswith(title)]
    if len(kept) < len(titles):
        raise LookupError(f"`{command}` prints no paragraph for one of {titles}")
    return _block(command, "\n\n".join(kept).rstrip("\n") + "\n")


def _block(command: str, text: str) -> str:
    return f"{typed(command)}\n\n```text\n{text}```"


def typed(command: str) -> str:
    """The command as one types it: a line that is too long goes on below, between two options."""
    lines = [""]
    for piece in command.replace(" -", "\n-").split("\n"):
        if lines[-1] and len(lines[-1]) + len(piece) > WIDEST:
            lines.append("")
        lines[-1] = f"{lines[-1]} {piece}".strip()
    broken = " \\\n    ".join(lines)
    assert shlex.split(broken.replace("\\\n", "")) == shlex.split(command)
    return f"```sh\n{broken}\n```"


@cache
def output(command: str) -> str:
    """What a command prints, which must succeed."""
    said, told = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    before = os.getcwd()
    os.chdir(ROOT)
    try:
        with redirect_stdout(said), redirect_stderr(told), mock.patch.dict(os.environ, clear=True):
            code = shell.run(shlex.split(command)[1:])
            said.flush()
    finally:
        os.chdir(before)
    if code:
        raise RuntimeError(f"{command}\n{told.getvalue()}")
    return said.buffer.getvalue().decode("utf-8")


def corrected() -> str:
    """May's invoice, given April's as it was issued, with the line that puts April right."""
    may = " ".join(f"--usage examples/hosting/studio/usage-{name}.csv" for name in ("2026-04", "2026-04-late", "2026-05"))
    start = "pricebook invoice examples/hosting/studio/account.yaml -b examples/hosting/book"
    april = f"{start} --period 2026-04 --usage examples/hosting/studio/usage-2026-04.csv --number 2026-0041 -o out/april.json"
    correcting = f"{start} --period 2026-05 {may} --issued out/april.json"
    with tempfile.TemporaryDirectory() as folder:
        output(april.replace("out/", f"{folder}/"))
        shown = part(correcting.replace("out/", f"{folder}/"), "Item ").partition("```text")
    return "\n\n".join([typed(april), typed(correcting), "".join(shown[1:])])


@cache
def _book(name: str):
    return open_book(BOOKS[name]).book


@cache
def _invoice(sample: str, first: str, months: int, usage: tuple[str, ...]):
    name = sample.partition("/")[0]
    folder, book = ROOT / "examples" / sample, _book(name)
    account, problems = load_account("account.yaml", (folder / "account.yaml").read_bytes(), book)
    used = read_usage_files(book, [(each, io.BytesIO((folder / each).read_bytes())) for each in usage])
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
