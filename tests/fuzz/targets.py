"""The targets: for each reader of the product, how a case is made of a random generator.

A case is what a person could have: files in a folder, and command lines that read them one after the other. So every case can be repeated with
the installed program. Only `values` and `library` call functions: one text through every parser of a scalar, and mappings in place of files.
"""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from types import MappingProxyType

from engine.documents.format import formatter
from engine.documents.sheet_csv import render_sheet_csv
from engine.documents.sheet_workbook import sheet_workbook
from engine.documents.workbook import workbook_bytes
from engine.editing.figures import figures_of
from engine.language.build import load_book
from engine.model.invoices import record_digest
from engine.sheet import build_sheet
from engine.values.spans import dotted
from tests.fuzz.documents import Drawer, as_json, as_yaml, documents
from tests.fuzz.mutations import mutate, word
from tests.fuzz.scenes import Scene, issued_records, scenes
from tests.fuzz.words import DURATIONS, EDGES, JINJA, QUANTITIES, ROOT, TIMES, language

VALUES, LIBRARY = CALLS = ("tests.fuzz.calls:values", "tests.fuzz.calls:library")
"""First words of a run that is a call of functions (`tests.fuzz.calls`) and no command line; no command line begins with one of them."""


@dataclass(frozen=True)
class Case:
    """Files by name, and what is run in their folder: the arguments of `pricebook`, or one of `CALLS` with what it is about.

    `mutated` is the file that the case is about; empty where it is about the arguments.
    """

    files: dict[str, bytes]
    runs: tuple[tuple[str, ...], ...]
    mutated: str = ""


@dataclass(frozen=True)
class Target:
    """A reader: how a case is made, and how many of the suite's 2,000 cases are its share."""

    make: Callable[[random.Random], Case]
    share: int
    reaches: tuple[int, ...] = field(default=(0, 1))
    """Exit codes that its cases must come to: a target that never gets past its reader, or never into it, tests little."""


def make_case(target: str, seed: int) -> Case:
    """The case of a seed: the same bytes wherever and whenever it is made."""
    return TARGETS[target].make(random.Random(f"{target}:{seed}"))


# --- scenes and their files -----------------------------------------------------------------------------------------------------


@cache
def _by_size() -> tuple[tuple[Scene, ...], tuple[Scene, ...]]:
    return tuple(each for each in scenes() if not each.large), tuple(each for each in scenes() if each.large)


def _scene(rng: random.Random, having: Callable[[Scene], bool] = lambda scene: True) -> Scene:
    """A scene that has what is asked for; a large one at times."""
    small, large = ([each for each in kind if having(each)] for kind in _by_size())
    return rng.choice(large if large and (not small or rng.random() < 0.04) else small)


def _sound(scene: Scene) -> bool:
    return scene.sound


@cache
def _all(name: str) -> tuple[bytes, ...]:
    """Every file of one kind in all scenes: an input by its name, or those of books by their ending."""
    found = [content for each in scenes() for key, content in (each.book if name.startswith(".") else each.inputs).items() if key.endswith(name)]
    return tuple(dict.fromkeys(found))


def _case(scene: Scene, runs: Sequence[Sequence[str]], changed: str, content: bytes, beside: Mapping[str, bytes] = MappingProxyType({})) -> Case:
    files = {f"book/{name}": content for name, content in scene.book.items()} | scene.inputs
    return Case({**files, **beside, changed: content}, tuple(map(tuple, runs)), changed)


@cache
def _drawer(name: str) -> Drawer:
    return Drawer(documents(name))


# --- command lines --------------------------------------------------------------------------------------------------------------

EXPLAINED = ("text", "json", "html", "md")
FILES = {"xlsx": "out.xlsx", "pdf": "out.pdf", "factur-x": "out.pdf", "focus-parquet": "out.parquet"}
"""Formats that are no texts, with the file that they need."""
FOLDER = 0.12
"""How often an account, or an issued invoice, is one of a folder."""
SLOW = 0.004
"""How often a format is asked for that takes seconds: paper and e-invoices."""


def _format(rng: random.Random, plain: Sequence[str] = ("csv", "xlsx"), slow: Sequence[str] = ("pdf",), explains: bool = True) -> list[str]:
    """A format with its file, steps where they have a place, and a language at times."""
    name = rng.choice(slow if rng.random() < SLOW else (*EXPLAINED, *plain))
    written = ["-f", name, *(["-o", FILES[name]] if name in FILES else [])]
    explained = ["--explain"] if explains and name in EXPLAINED and rng.random() < 0.6 else []
    return [*written, *explained, *(["--locale", rng.choice(("en", "zh", "ar", "de", "ja"))] if rng.random() < 0.3 else [])]


def _day(rng: random.Random) -> str:
    return rng.choice(("2026-02-01", "2026-03-01", "2026-03-15", "2026-07-15", "2027-07-01", "2026-03-29T12:00"))


def _check(rng: random.Random, scene: Scene) -> list[str]:
    form = rng.choice(("text", "text", "concise", "json", "github", "sarif", "junit"))
    return ["check", "book", "-f", form, *(["--profile", rng.choice(("draft", "publish"))] if rng.random() < 0.3 else [])]


def _test(rng: random.Random, scene: Scene) -> list[str]:
    return ["test", "book", "-f", rng.choice(("text", "text", "junit", "json")), *(["--coverage"] if rng.random() < 0.3 else [])]


def _sheet(rng: random.Random, scene: Scene) -> list[str]:
    return ["sheet", "book", "--date", _day(rng), *_format(rng, ("csv", "xlsx"), explains=False), *(["--customer", "acme"] if rng.random() < 0.2 else [])]


def _quote(rng: random.Random, scene: Scene) -> list[str]:
    return ["quote", "order.yaml", "-b", "book", *_format(rng)]


def _event(rng: random.Random, scene: Scene) -> list[str]:
    """What happens to a subscription: mostly to an item that there is, as it could be."""
    if rng.random() < 0.5 and scene.items:
        item = rng.choice(sorted(scene.items))
        return ["--item", f"{item}={rng.choice((*scene.items[item], *scene.items[item], '0', '4', '100 GB', 'small:2'))}"]
    return rng.choice(
        (["--unsubscribe"], ["--renew", rng.choice(("1 month", "1 year", "6 months"))], ["--switch", rng.choice(("pay-per-use", "yearly-monthly"))])
    )


def _change(rng: random.Random, scene: Scene, file: str = "") -> list[str]:
    day = f"{scene.bought[:8]}{rng.choice((16, 24, 28))}" if rng.random() < 0.8 else _day(rng)
    return ["change", file or rng.choice(("order.yaml", "account.yaml")), "-b", "book", "--date", day, *_event(rng, scene), *_format(rng)]


def _period(rng: random.Random, scene: Scene, after: bool) -> str:
    """The month that has something to bill, or the one after it; at times another period."""
    year, month = map(int, scene.month.split("-"))
    following = f"{year + month // 12}-{month % 12 + 1:02}"
    if rng.random() < 0.7:
        return following if after else scene.month
    return rng.choice((scene.month, following, "2026-Q1", "2026", "2026-Q2", "2026-01-15..2027-02-20", f"{scene.month}-10..{scene.month}-20"))


def _invoice(rng: random.Random, scene: Scene, issued: str = "", accounts: str = "account.yaml") -> list[str]:
    """One account's invoice, or those of a folder of `accounts`; `issued` is a file or a folder of what was issued before."""
    number = rng.random() < 0.4
    form = _format(rng, ("csv", "xlsx", "focus", "focus-parquet"), ("pdf", "ubl", "cii", "factur-x") if number else ("pdf",))
    if accounts == "accounts":
        form = [*form[:2], "-o", "out/"]
    before = issued or ("issued.json" if "issued.json" in scene.inputs else "")
    return [
        "invoice", accounts, "-b", "book", "--period", _period(rng, scene, bool(issued)), *form, *(["--number", "2026-{0031}"] if number else []),
        *(["--usage", "usage.csv"] if "usage.csv" in scene.inputs else []), *(["--issued", before] if before else []),
    ]  # fmt: skip


# --- the readers ----------------------------------------------------------------------------------------------------------------


def _rules(rng: random.Random) -> Case:
    """A rule file: what `check` says of it, and what becomes of the book in another command."""
    scene = _scene(rng)
    name = rng.choice(sorted(scene.book))
    if rng.random() < 0.12:
        name, content = rng.choice((name, "further.yaml")), as_yaml(_drawer("book-file")(rng))
    else:
        content = mutate(rng, scene.book[name], _all(".yaml"))
    further = rng.choice((_test, _sheet, _quote, _change, _invoice))
    return _case(scene, [_check(rng, scene), further(rng, scene)], f"book/{name}", content)


def _tables(rng: random.Random) -> Case:
    """A price table of a book."""
    scene = _scene(rng, lambda each: any(name.endswith(".csv") for name in each.book))
    name = rng.choice([each for each in sorted(scene.book) if each.endswith(".csv")])
    content = mutate(rng, scene.book[name], _all(".csv"))
    return _case(scene, [_check(rng, scene), rng.choice((_sheet, _quote, _test))(rng, scene)], f"book/{name}", content)


def _examples(rng: random.Random) -> Case:
    """The examples of a book."""
    scene = _scene(rng, lambda each: any(b"examples:" in content for content in each.book.values()))
    name = rng.choice([each for each in sorted(scene.book) if b"examples:" in scene.book[each]])
    if rng.random() < 0.15:
        name, content = "examples-too.yaml", as_yaml({"examples": _drawer("examples")(rng)})
    else:
        content = mutate(rng, scene.book[name], [each for each in _all(".yaml") if b"examples:" in each])
    return _case(scene, [_test(rng, scene), rng.choice((_check, _sheet))(rng, scene)], f"book/{name}", content)


def _orders(rng: random.Random) -> Case:
    """An order, quoted and changed."""
    scene = _scene(rng, _sound)
    content = as_yaml(_drawer("order")(rng)) if rng.random() < 0.15 else mutate(rng, scene.inputs["order.yaml"], _all("order.yaml"))
    return _case(scene, [_quote(rng, scene), _change(rng, scene, "order.yaml")], "order.yaml", content)


def _accounts(rng: random.Random) -> Case:
    """An account, billed and changed."""
    scene = _scene(rng, _sound)
    content = as_yaml(_drawer("account")(rng)) if rng.random() < 0.15 else mutate(rng, scene.inputs["account.yaml"], _all("account.yaml"))
    if rng.random() < FOLDER:
        another = {"accounts/b.yaml": scene.inputs["account.yaml"].replace(b"id: ", b"id: b-", 1)}
        return _case(scene, [_invoice(rng, scene, accounts="accounts")], "accounts/a.yaml", content, another)
    return _case(scene, [_invoice(rng, scene), _change(rng, scene, "account.yaml")], "account.yaml", content)


def _usage(rng: random.Random) -> Case:
    """A file of usage, billed."""
    scene = _scene(rng, lambda each: each.sound and "usage.csv" in each.inputs)
    content = mutate(rng, scene.inputs["usage.csv"], _all("usage.csv"))
    return _case(scene, [_invoice(rng, scene)], "usage.csv", content)


def _issued(rng: random.Random) -> Case:
    """An invoice that was issued before. Most carry the digest of what they say by now, or nothing behind it would be reached."""
    scene, record = rng.choice(issued_records())
    if rng.random() < 0.1:
        content = as_json(_drawer("invoice")(rng))
    else:
        content = mutate(rng, record, [each for _, each in issued_records()])
    try:
        data = json.loads(content)
        if rng.random() < 0.85 and isinstance(data, dict):
            content = as_json(data | {"digest": record_digest(data)})
    except (ValueError, RecursionError):
        pass
    scene = replace(scene, month=json.loads(record)["period"]["last_day"][:7])
    if rng.random() < FOLDER:
        another = {"issued/b/b.json": rng.choice([each for owner, each in issued_records() if owner.book == scene.book])}
        return _case(scene, [_invoice(rng, scene, "issued")], "issued/a.json", content, another)
    return _case(scene, [_invoice(rng, scene, "issued.json")], "issued.json", content)


def _templates(rng: random.Random) -> Case:
    """A user's page template."""
    scene = _scene(rng, lambda each: each.sound and not each.large)
    own = (*_all("page.html.j2"), *(path.read_bytes() for path in sorted((ROOT / "engine" / "documents" / "templates").glob("*.j2"))))
    content = mutate(rng, rng.choice(own), own, JINJA)
    return _case(scene, [["sheet", "book", "--date", _day(rng), "-f", "html", "--template", "page.html.j2"]], "page.html.j2", content)


# --- what is typed --------------------------------------------------------------------------------------------------------------

TYPED = {
    "--date": TIMES, "--period": TIMES, "--for": DURATIONS, "--term": DURATIONS, "--renew": DURATIONS, "--item": QUANTITIES, "--currency": ("EUR", "eur", "USD", "XXX", "€"),
    "--coupon": ("SPRING-2026", "x"), "--attribute": ("segment=education", "segment=", "=", "a=b=c"), "--mode": ("yearly-monthly", "pay-per-use"), "--example": ("small-team",),
    "--locale": ("en", "zz", "de-AT"), "--number": ("2026-{0017}", "{1}{2}", "{}", " "), "--customer": ("acme",), "--subscription": ("s-1",), "--switch": ("pay-per-use",),
    "-k": ("small*", "[", "*"), "--select": ("T", "T206", "t2"), "--ignore": ("M", "-"), "-f": ("text", "json", "xls"), "-b": ("book", "boook", "order.yaml"), "--fail-on": ("info",),
    "--profile": ("publish", "pub"), "--usage": ("usage.csv", "order.yaml", "book"), "--issued": ("issued.json", "usage.csv", "book"),
}  # fmt: skip
"""Options and what is typed behind them, beside the words of the language and values at the edges of any kind."""


def _arguments(rng: random.Random) -> Case:
    """A command line with one or more values that nobody expects."""
    scene = _scene(rng, lambda each: each.sound and not each.large)
    command = list(rng.choice((_check, _test, _sheet, _quote, _flags, _flags, _change, _invoice, _other))(rng, scene))
    for _ in range(rng.choice((0, 1, 1, 2))):
        options = [at for at, text in enumerate(command) if text in TYPED and at + 1 < len(command)]
        if options and rng.random() < 0.7:
            at = rng.choice(options)
            command[at + 1] = _typed(rng, command[at])
        else:
            option = rng.choice(sorted(TYPED))
            command += [option, _typed(rng, option)]
    # What no shell can pass on, and what would leave the folder, is not typed.
    typed = [text.replace("\x00", "").replace("/", "|") if text not in ("", "/") else text.strip("/") for text in command]
    return Case({f"book/{name}": content for name, content in scene.book.items()} | scene.inputs, (tuple(typed),))


def _typed(rng: random.Random, option: str) -> str:
    value = rng.choice(TYPED[option]) if rng.random() < 0.6 else word(rng)
    if option == "--item" and rng.random() < 0.9:
        return f"{rng.choice(('plan', 'seat', 'disk', 'plan', 'users', word(rng)))}={value}"
    return value


def _flags(rng: random.Random, scene: Scene) -> list[str]:
    """An order that is typed in options."""
    length = rng.choice((["--mode", "yearly-monthly", "--term", "1 year"], ["--mode", "pay-per-use", "--for", "720 hours"]))
    items = [word for item in rng.sample(("plan=small", "seat=5", "disk=100 GB", "plan=large:2"), rng.randint(1, 3)) for word in ("--item", item)]
    return ["quote", "-b", "book", *length, *items, "--date", _day(rng), *_format(rng)]


def _other(rng: random.Random, scene: Scene) -> list[str]:
    return rng.choice(
        (["rule", word(rng)], ["schema", word(rng)], ["rule"], ["schema", "--list"], ["completion", word(rng)], [word(rng)], ["check", word(rng)])
    )


def _edits(rng: random.Random) -> Case:
    """One value of a book that is set, most often a price, in its place or from a date on; or a part that is added."""
    scene = _scene(rng, _priced)
    names, paths, _ = _known(scene)
    path = rng.choice((*names, *names, *paths, word(rng)))
    value = rng.choice(("21.00", "0.5", "7%", "1 year", "small", word(rng), word(rng)))
    options = rng.choice(([], ["--date", _day(rng)], ["--effective", rng.choice(TIMES)], ["--effective", "2027-09-01", "--announced", _day(rng)]))
    added = rng.choice(
        (
            ["item", word(rng), "--unit", "GB", "--price", value],
            ["price", path.partition(".")[0], "--date", _day(rng)],
            ["discount", word(rng)],
            ["example", word(rng)],
        )
    )
    command = ["set", path, value, *options, "--yes"] if rng.random() < 0.7 else ["new", *added, "--mode", rng.choice(("yearly-monthly", word(rng)))]
    typed = tuple(text.replace("\x00", "").replace("/", "|") for text in (*command, "-b", "book"))
    return Case({f"book/{name}": content for name, content in scene.book.items()}, (typed, ("check", "book")))


def _lists(rng: random.Random) -> Case:
    """A price list that comes back, as text or as a workbook."""
    scene = _scene(rng, _priced)
    lists = _known(scene)[2]
    name = rng.choice(("list.csv", "list.csv", "list.xlsx"))
    content = mutate(rng, lists[name], _all("usage.csv")) if rng.random() < 0.9 else lists[name]
    run = ["set", "--table", name, "-b", "book", *rng.choice(([], ["--effective", "2027-09-01"], ["--date", _day(rng)])), "--yes"]
    return _case(scene, [run, ["check", "book"]], name, content)


@cache
def _with_prices() -> frozenset[int]:
    """The scenes whose book has nothing wrong at all."""
    return frozenset(id(each) for each in scenes() if each.sound and not each.large and load_book(each.book).book is not None)


def _priced(scene: Scene) -> bool:
    return id(scene) in _with_prices()


def _known(scene: Scene) -> tuple[tuple[str, ...], tuple[str, ...], Mapping[str, bytes]]:
    """The names of a book's prices, the paths of its values, and its own price lists by their file."""
    key = tuple(sorted(scene.book.items()))
    if key not in _KNOWN:
        loaded = load_book(scene.book)
        documents = loaded.places.documents
        view = build_sheet(loaded.book, datetime(2026, 3, 1, tzinfo=UTC))
        workbook = workbook_bytes(sheet_workbook(view, formatter("en")), "List", date(2026, 3, 1), False)
        names = tuple(dict.fromkeys(each.name for each in figures_of(loaded.book, documents)))
        paths = tuple(dotted(path) for document in loaded.documents for path in document.written)
        _KNOWN[key] = (names, paths, {"list.csv": render_sheet_csv(view, "en").encode(), "list.xlsx": workbook})
    return _KNOWN[key]


_KNOWN: dict[tuple[tuple[str, bytes], ...], tuple[tuple[str, ...], tuple[str, ...], Mapping[str, bytes]]] = {}


def _values(rng: random.Random) -> Case:
    """One text through every parser of a scalar."""
    text = rng.choice(EDGES)
    if rng.random() < 0.7:
        text = mutate(rng, rng.choice((*EDGES, *language())).encode(), [each.encode() for each in EDGES]).decode("utf-8", "replace")
    return Case({"value.txt": text[:20_000].encode()}, ((VALUES, "value.txt"),), "value.txt")


def _library(rng: random.Random) -> Case:
    """An order or an account as a mapping, given to the library in place of a file."""
    scene = _scene(rng, lambda each: each.sound and not each.large)
    kind = rng.choice(("order", "account"))
    tree = _drawer(kind)(rng) if rng.random() < 0.5 else None
    content = as_json(tree) if tree is not None else mutate(rng, as_json(_read(scene, f"{kind}.yaml")), [])
    return Case({f"book/{name}": text for name, text in scene.book.items()} | {"mapping.json": content}, ((LIBRARY, kind, "mapping.json"),), "mapping.json")


def _read(scene: Scene, name: str) -> object:
    import yaml

    try:
        return yaml.load(scene.inputs[name], Loader=yaml.CBaseLoader)
    except (yaml.YAMLError, UnicodeDecodeError):
        return {}


TARGETS = {
    "rules": Target(_rules, 420),
    "tables": Target(_tables, 140),
    "examples": Target(_examples, 120),
    "orders": Target(_orders, 260),
    "accounts": Target(_accounts, 260),
    "usage": Target(_usage, 200),
    "issued": Target(_issued, 200),
    "templates": Target(_templates, 30),
    "arguments": Target(_arguments, 160, (0, 1, 2)),
    "edits": Target(_edits, 40, (0, 1, 2)),
    "lists": Target(_lists, 40),
    "values": Target(_values, 80, (0,)),
    "library": Target(_library, 50, (0,)),
}
"""Each reader of the product; the shares make 2,000."""
