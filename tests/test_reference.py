"""The pages of `docs/reference/`: all of the language, as the tables say it, and everything on them is read by the product without a mistake."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path

import pytest
import yaml

from engine.billing import make_invoice
from engine.diagnostics import orders, references, shape
from engine.language.build import load_account, load_book, load_order
from engine.language.document import read_document
from engine.language.samples import flow
from engine.language.shape import RESERVED, check_shape
from engine.lints import lint_book
from engine.model.book import Meter
from engine.model.invoices import Invoice
from engine.model.quotes import Quote
from engine.pricing import price_order
from engine.review.examples import run_examples
from engine.usage import read_usage_files
from engine.values.periods import start_of_day
from engine.values.spans import Origin, dotted
from tests.extent import one_in
from tools.grammar.parts import word_of
from tools.make_reference import FILES, FOLDER, SHOWN, page_title, pages, said
from tools.make_schemas import SECTIONS, schemas

ROOT = Path(__file__).resolve().parent.parent
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
FIRST = {name: re.search(r"```(?:yaml|csv)\n(.*?)```", text, re.DOTALL)[1] for name, text in PAGES.items() if name != "README"}
MADE = schemas()


def mappings(schema: dict) -> Iterator[dict]:
    """Every mapping with keys of its own inside a schema."""
    if "properties" in schema:
        yield schema
    inner = [schema.get(key) for key in ("items", "additionalProperties", "then", "else")]
    for each in (*schema.get("properties", {}).values(), *inner):
        if isinstance(each, dict):
            yield from mappings(each)


# --- the pages


def test_the_pages_are_what_the_tables_say():
    assert {f"{name}.md": text for name, text in PAGES.items()} == pages(), "run `python -m tools.make_reference`, and read what changed"


def rows(page: str) -> dict[str, set[str]]:
    """Key -> what a page says of it, in one table or several."""
    found: dict[str, set[str]] = {}
    for key, meaning in re.findall(r"^\| `([\w-]+)` \| (?:\*\*needed\*\*|optional|default `\S+`) \| (.*?) \| .+ \|$", PAGES[page], re.MULTILINE):
        found.setdefault(key, set()).add(re.sub(r" See \[.*", "", meaning))
    return found


@pytest.mark.parametrize("name", [name for name in MADE if name != "book-file"])
def test_every_key_stands_on_a_page_with_its_meaning(name):
    there = [rows(page) for page in (name, *set(re.findall(r"\]\(([\w-]+)\.md#", PAGES[name])))]
    keys = [(key, each["description"]) for mapping in mappings(MADE[name]) for key, each in mapping["properties"].items()]
    assert keys and [key for key, meaning in keys if not any(meaning in page.get(key, ()) for page in there)] == []


def test_every_section_has_a_page_and_the_index_names_all():
    assert set(PAGES) - {"README"} == {name for name in MADE if name != "book-file"}
    assert all(f"[{page_title(name)}]({name}.md)" in PAGES["README"] for name in PAGES if name != "README")
    assert all(f"`{section}`" in PAGES["README"] for section in SECTIONS)


def test_what_is_reserved_is_on_no_page():
    assert [(name, key) for name, text in PAGES.items() for key in RESERVED if re.search(rf"`{key}\b", text)] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name):
    for path, anchor in re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", PAGES[name]):
        assert not path or (FOLDER / path).exists(), path
        headings = re.findall(r"^#+ (.*)$", PAGES[Path(path).stem or name] if anchor else "", re.MULTILINE)
        assert not anchor or anchor in {re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-")) for heading in headings}, anchor


# --- the examples


def book():
    return load_book({f"{name}.yaml": text.encode() for name, text in FIRST.items() if name not in FILES})


def test_the_examples_that_pages_begin_with_are_one_book_without_a_finding():
    loaded = book()
    assert loaded.book is not None, loaded.diagnostics
    assert not [*loaded.diagnostics, *lint_book(loaded.book, loaded.places)]
    results = run_examples(loaded.book)
    assert len(results) == 3 and all(result.outcome == "passed" for result in results), [(result.example.id, result.cells) for result in results]


def test_the_order_has_a_price_and_the_account_an_invoice():
    made = book().book
    order, problems = load_order("order.yaml", FIRST["order"].encode(), made, None)
    assert not problems and isinstance(price_order(made, order), Quote)
    account, problems = load_account("account.yaml", FIRST["account"].encode(), made)
    used = read_usage_files(made, [("usage.csv", (SHOWN / "usage.csv").open("rb"))])
    assert not problems and not used.diagnostics and FIRST["usage"] == (SHOWN / "usage.csv").read_text(encoding="utf-8")
    invoice = make_invoice(made, account, used.records, *(start_of_day(date(2026, month, 1), made.zone) for month in (3, 4)))
    assert isinstance(invoice, Invoice) and len(invoice.lines) == 3


# --- the keys, each written into a small book that has every mapping of the language

BOOK = yaml.load((ROOT / "tests" / "language" / "bounded" / "book.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
FORM = {references.UNREADABLE_VALUE.code, orders.ORDER_UNREADABLE.code}
MAY_BE_ABSENT = (shape.MISSING_KEY.code,)


def places(data: object, schema: dict, path: tuple = ()) -> Iterator[tuple[tuple, dict]]:
    """Every mapping of the book with keys of its own, by its path, and its schema."""
    forms = [schema, *(schema[key] for key in ("then", "else") if key in schema)]
    if isinstance(data, list):
        for position, each in enumerate(data):
            yield from places(each, schema.get("items", {}), (*path, position))
    elif isinstance(data, dict):
        known = {key: each for form in forms for key, each in form.get("properties", {}).items()}
        if known and (data.keys() & known.keys() or not any(isinstance(form.get("additionalProperties"), dict) for form in forms)):
            yield path, {"properties": known, "required": {key for form in forms for key in form.get("required", ())}}
        others = next((form["additionalProperties"] for form in forms if isinstance(form.get("additionalProperties"), dict)), {})
        for key, each in data.items():
            yield from places(each, known.get(key, others), (*path, key))


PLACES = list(places(BOOK, MADE["book-file"]))
KEYS = {}
"""Every key of a mapping that the book has: what is said of the mapping, and its name -> what is said of the key, and the paths to it."""
NEEDED = set()
"""Of these keys those that are needed wherever their mapping stands."""
for place, mapping in PLACES:
    for name, part in mapping["properties"].items():
        KEYS.setdefault((said(mapping["properties"]), name), (part, []))[1].append((*place, name))
        if name in mapping["required"]:
            NEEDED.add(".".join(map(str, (*place, name))))


def changed(path: tuple, *value: object) -> bytes:
    """The book with another value at a path, or without the key there."""

    def at(data: object, rest: tuple) -> object:
        if not rest:
            return value[0]
        if isinstance(data, list):
            return [at(each, rest[1:]) if position == rest[0] else each for position, each in enumerate(data)]
        others = {key: each for key, each in data.items() if key != rest[0]}
        return others if len(rest) == 1 and not value else data | {rest[0]: at(data.get(rest[0]), rest[1:])}

    return flow(at(BOOK, path)).encode()


def test_every_mapping_of_the_language_is_in_the_book():
    there = {mapping for mapping, _ in KEYS}
    known = [each["properties"] for section in SECTIONS.values() for each in mappings(section) if [*each["properties"]] != ["reference"]]
    assert [[*each] for each in known if said(each) not in there] == []


EXAMPLES = {".".join(map(str, paths[0])): (part, paths) for part, paths in KEYS.values()}


def unread(path: tuple, example: object) -> list[str]:
    """What the product has to say of the form of an example at its place."""
    found, dotted_path = load_book({"book.yaml": changed(path, example)}).diagnostics, dotted(path)
    below = [each for each in found if each.severity == "error" and each.path.startswith(dotted_path) and each.code not in MAY_BE_ABSENT]
    return [f"{each.path}: {each.message}" for each in below if each.code in FORM or each.code[0] in "SY"]


@pytest.mark.parametrize("case", one_in(3, EXAMPLES))
def test_the_example_of_every_key_is_read(case):
    """At one of its places: what an example names need not be there, and a tier by term begins at another thing than one by quantity."""
    part, paths = EXAMPLES[case]
    for example in part.get("examples", ()):
        assert not all(unread(path, example) for path in paths), f"{example}: {unread(paths[0], example)}"


@pytest.mark.parametrize("case", [case for case, (part, _) in EXAMPLES.items() if part.get("$comment") == "text"])
def test_a_text_may_be_one_for_each_language(case):
    assert not unread(EXAMPLES[case][1][0], {"en": "Basic", "de": "Einfach"})


def missed(path: tuple) -> set[str]:
    """What is said where the key at a path is left out: that it is missing, or that the mapping cannot be read."""
    above = {dotted(path[:length]) for length in range(1, len(path))}
    found = [each for each in load_book({"book.yaml": changed(path)}).diagnostics if each.path in above and each.code in {*FORM, *MAY_BE_ABSENT}]
    return {"missing" if each.missing == path[-1] else "form" for each in found}


@pytest.mark.parametrize("case", one_in(3, EXAMPLES))
def test_what_is_said_to_be_needed_is_missed_and_nothing_else_is(case):
    _, paths = EXAMPLES[case]
    if case in NEEDED:
        assert all(missed(path) == {"missing"} for path in paths)
    else:
        assert not all(missed(path) for path in paths)


@pytest.mark.parametrize("name", FILES)
def test_the_examples_of_inputs_are_of_their_shape(name):
    for key, part in MADE[name]["properties"].items():
        for example in part["examples"]:
            document, problems = read_document("it.yaml", flow({key: example}).encode())
            found = [*problems, *check_shape(document, name)]
            assert not [each.message for each in found if each.code not in MAY_BE_ABSENT], example


def plain(value: object) -> object:
    """A record without places and digests, which differ with the text."""
    if isinstance(value, Origin):
        return None
    if is_dataclass(value):
        return type(value), {each.name: plain(getattr(value, each.name)) for each in fields(value) if each.name not in ("digest", "key_origins", "origins")}
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def read(text: bytes) -> object:
    """The model of a book; None where it has an error."""
    loaded = load_book({"book.yaml": text})
    return None if loaded.book is None or any(each.severity == "error" for each in loaded.diagnostics) else plain(loaded.book)


@pytest.mark.parametrize("case", [case for case, (part, _) in EXAMPLES.items() if "default" in part])
def test_a_default_is_what_the_engine_takes(case):
    part, paths = EXAMPLES[case]
    pairs = [(read(changed(path)), read(changed(path, part["default"]))) for path in paths]
    told = [(without, written) for without, written in pairs if without is not None and written is not None]
    assert told, "no place of the book can do without the key"
    assert all(without == written for without, written in told)


def test_every_default_is_tried():
    said_so = {
        (said(mapping["properties"]), key)
        for made in MADE.values()
        for mapping in mappings(made)
        for key, part in mapping["properties"].items()
        if "default" in part
    }
    assert len(said_so) > 20 and not said_so - KEYS.keys()


def test_a_table_with_other_words_than_the_record_is_refused():
    with pytest.raises(ValueError, match=r"Meter\.window may be hour, day, month, period; the table tells of hour, day"):
        word_of(Meter, "window", "Window", "The stretch of time.", {"hour": "each hour", "day": "each day"})
