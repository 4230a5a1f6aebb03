"""The same book, order and date give the same bytes on every machine (rule language, 3.9)."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import sys
from pathlib import Path
from engine.documents.quote_json import render_quote_json
from engine.language.build import load_book
from engine.model.orders import Order
from engine.model.quotes import Quote
from engine.pricing import price_order

folder = Path("rules/koodrive")
files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.yaml"))}
book = load_book(files).book
for name, example in book.examples.items():
    if isinstance(example.given, Order):
        priced = price_order(book, example.given)
        refused = [] if isinstance(priced, Quote) else [each.message for each in priced.diagnostics]
        said = refused or render_quote_json(priced, book)
        sys.stdout.buffer.write(f"{name}\\n{said}\\n".encode())
"""

MACHINES = [
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "77", "TZ": "America/New_York", "LC_ALL": "C.UTF-8"},
]


def _run(machine: dict[str, str]) -> bytes:
    environment = {**os.environ, **machine, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, capture_output=True, check=True).stdout


def test_every_example_gives_the_same_bytes_on_any_machine():
    first, second = map(_run, MACHINES)
    assert first == second
    assert first.count(b'"totals"') >= 5
