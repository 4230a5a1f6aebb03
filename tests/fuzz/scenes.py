"""What is mutated: books with an order, an account, usage, issued invoices and a template, from the samples and from the cases of every code.

A scene holds the bad cases as well as the good ones: a file that is wrong already leads to other places of the program.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import yaml

import pricebook
from tests.errors.samples import LINK, files_of, good_files
from tests.fuzz.mutations import yaml_text
from tests.fuzz.words import ROOT

ERRORS = ROOT / "tests" / "errors"
INPUTS = ("order.yaml", "account.yaml", "usage.csv", "issued.json", "page.html.j2")
BILLED = (
    ("rules/koodrive", "koodrive/growing-team", "2026-08"),
    ("rules/koodrive", "koodrive/month-by-month", "2026-04"),
    ("rules/koodrive", "koodrive/project-by-the-hour", "2026-03"),
    ("examples/hosting/book", "hosting/studio", "2026-07"),
    ("examples/hosting/book", "hosting/atelier", "2026-06"),
)
"""The samples' accounts: book, folder, and a month in which there is something to bill."""
LARGE = 12_000
"""Bytes of a book from which on a case takes much longer than with the others."""


@dataclass(frozen=True)
class Scene:
    """The files of a book by name, and the inputs that belong to it, by their names in `INPUTS`.

    `month` is one that has something to bill; `sound` says whether the book is without errors, so that its inputs are read.
    """

    book: dict[str, bytes]
    inputs: dict[str, bytes]
    month: str = "2026-03"
    sound: bool = True

    @property
    def large(self) -> bool:
        """Whether it is rarely taken, because it is slow."""
        return sum(map(len, self.book.values())) > LARGE

    @property
    def items(self) -> dict[str, tuple[str, ...]]:
        """The items of the book with their specs."""
        return {name: specs for content in self.book.values() for name, specs in _items(content).items()}

    @property
    def bought(self) -> str:
        """The day of the order; a day of the month to bill, where it has none."""
        found = re.search(rb"date: *(2[0-9]{3}-[01][0-9]-[0-3][0-9])", self.inputs["order.yaml"])
        return found[1].decode() if found else f"{self.month}-02"


@cache
def _items(content: bytes) -> dict[str, tuple[str, ...]]:
    if b"items:" not in content:
        return {}
    try:
        items = yaml.load(content, Loader=yaml.CBaseLoader)["items"].items()
        return {name: tuple(each.get("specs", ())) for name, each in items if isinstance(each, dict)}
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, UnicodeDecodeError):
        return {}


@cache
def scenes() -> tuple[Scene, ...]:
    """All of them, each once, in the order of their folders."""
    found = [_completed(each) for each in (*_samples(), *_books(), *_error_cases())]
    return tuple({(*each.book.items(), *each.inputs.items()): each for each in found}.values())


def _files(folder: Path, *endings: str) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix in endings}


def _samples() -> Iterator[Scene]:
    """The products' own: KooDrive's orders and accounts, and the accounts of the hosting book."""
    koodrive = _files(ROOT / "rules" / "koodrive", ".yaml")
    for order in sorted((ROOT / "examples" / "koodrive").glob("*.yaml")):
        yield Scene(koodrive, {"order.yaml": order.read_bytes()})
    for book, name, month in BILLED:
        folder = ROOT / "examples" / name
        inputs = {"account.yaml": (folder / "account.yaml").read_bytes()}
        if files := sorted(folder.glob("usage*.csv")):
            inputs["usage.csv"] = b"\n".join(files[-1].read_bytes().split(b"\n")[:80])
        yield Scene(_files(ROOT / book, ".yaml"), inputs, month)


def _billed() -> Iterator[tuple[Scene, bytes]]:
    """The samples' accounts with their invoice of the month, as the program writes it; the scene is that of the month after."""
    for scene, (book, name, month) in zip(list(_samples())[-len(BILLED) :], BILLED, strict=True):
        made = pricebook.invoice(pricebook.open_book(ROOT / book), ROOT / "examples" / name / "account.yaml", month, number="7")
        yield _completed(scene), pricebook.to_json(made).encode()


def _books() -> Iterator[Scene]:
    """The other books of the tests, each with the order of one of its examples."""
    for path in sorted((ROOT / "tests").glob("*/**/book.yaml")):
        if ERRORS not in path.parents:
            book = _files(path.parent, ".yaml", ".csv")
            order = next(filter(None, map(_first_order, book.values())), {})
            yield Scene(book, {}, str(order.get("date", "2026-03"))[:7])


def _error_cases() -> Iterator[Scene]:
    """Both cases of each code. What `.times` makes is large, and where links lead is another matter; both are tested where they stand."""
    base = _files(ERRORS / "base", ".yaml")
    for folder in sorted(ERRORS.glob("[A-Z][0-9][0-9][0-9]-*")):
        for sound, files in ((False, files_of(folder / "bad")), (True, good_files(folder))):
            inputs = {name: files[name] for name in INPUTS if name in files}
            below = "book/" if inputs or any(name.startswith("book/") for name in files) else ""
            book = {name.removeprefix(below): content for name, content in files.items() if name.startswith(below) and name.endswith((".yaml", ".csv"))}
            own = {name: content for name, content in book.items() if name not in INPUTS and not content.startswith(LINK.encode())}
            yield Scene(base | own, inputs, sound=bool(inputs) or sound)


def _completed(scene: Scene) -> Scene:
    """The scene with an order, an account and usage, where it has none: those of the book's first example, or of the base book."""
    added = _from_examples(scene.book)
    if "account.yaml" in scene.inputs:
        added.pop("usage.csv", None)  # it would be of another's subscriptions
    return replace(scene, inputs=added | scene.inputs)


def _from_examples(book: dict[str, bytes]) -> dict[str, bytes]:
    order = next(filter(None, map(_first_order, book.values())), None)
    if order is None or book.get("items.yaml") == (ERRORS / "base" / "items.yaml").read_bytes():
        return dict(_DEFAULT)
    return {"order.yaml": yaml_text(order).encode(), "account.yaml": yaml_text(_account(order)).encode()} | (
        {} if "term" in order else {"usage.csv": _usage(order)}
    )


@cache
def _first_order(content: bytes) -> dict | None:
    """The order of the first example that has one, without what happens to it later."""
    if b"examples:" not in content:
        return None
    try:
        examples = yaml.load(content, Loader=yaml.CBaseLoader)["examples"].values()
        given = next(each["given"] for each in examples if "billing_mode" in each["given"])
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, StopIteration, UnicodeDecodeError):
        return None
    return {key: value for key, value in given.items() if key not in ("then", "at")}


def _account(order: dict) -> dict:
    """The account that bought what the order says, or started to use it."""
    bought = {key: order[key] for key in ("term", "items", "coupons") if key in order}
    event = {"purchase": bought} if "term" in order else {"start": "true"}
    sub = {"id": "s-1", "billing_mode": order["billing_mode"], "events": [{"date": order.get("date", "2026-03-01"), **event}]}
    return {"id": "acme", "customer": {"name": "Acme GmbH", "country": "DE"}, "subscriptions": [sub]}


def _usage(order: dict) -> bytes:
    """Two records of each item of the order, of its month."""
    items, month = order.get("items"), str(order.get("date", "2026-03"))[:7]
    rows = [f"acme,s-1,{item},{month}-{day}T10:00,{day}" for item in (items if isinstance(items, dict) else ()) for day in ("26", "28")]
    return "\n".join(["account,subscription,item,time,quantity", *rows, ""]).encode()


_DEFAULT = {
    "order.yaml": b"date: 2026-03-01\nbilling_mode: yearly-monthly\nterm: 1 month\nitems: {plan: small, seat: 5}\n",
    "account.yaml": b"""id: acme
customer: {name: Acme GmbH, country: DE, attributes: {segment: education}}
events:
  - {date: 2026-03-12, adjust: {title: Workshop, amount: 45.00, like: plan, reason: On site, reference: T-1}}
subscriptions:
  - id: s-1
    billing_mode: yearly-monthly
    events:
      - {date: 2026-03-02, purchase: {term: 6 months, items: {plan: small, seat: 10}, coupons: [SPRING-2026]}}
      - {date: 2026-03-20, change: {items: {seat: 20}}}
  - {id: s-2, billing_mode: pay-per-use, events: [{date: 2026-02-01, start: true}]}
""",
    "usage.csv": b"account,subscription,item,time,quantity\nacme,s-2,disk,2026-03-03T10:00,5000\nacme,s-2,disk,2026-03-19T10:00,12.5\n",
}
"""An order, an account and usage for the base book of the error cases."""


@cache
def issued_records() -> tuple[tuple[Scene, bytes], ...]:
    """Issued invoices with the scenes that they belong to: those of the error cases, and of the samples' accounts as the program writes them."""
    return (*((each, each.inputs["issued.json"]) for each in scenes() if "issued.json" in each.inputs), *_billed())
