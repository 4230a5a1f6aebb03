"""Writes `docs/reference/`, a page a section of a book and one for each input, from the grammar's tables: `python -m tools.make_reference`.

The tables say what each key holds and means; `examples/reference/` is the small book, order and account that the pages show. The tests
of `tests/test_reference.py` compare the pages, and read everything that they show as the product does.
"""

import json
import re
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import jinja2

from engine.language.build.sections import REQUIRED
from engine.language.samples import flow
from engine.language.shape import wanted
from tools.make_schemas import SECTIONS, schemas

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
SHOWN = ROOT / "examples" / "reference"
GROUPS = {
    "The book": ("book", "units", "attributes", "time-bands", "resources"),
    "What is sold, and how": ("items", "limits", "billing-modes"),
    "What it costs": ("prices", "discounts", "discount-policy", "commitments", "taxes"),
    "What happens later": ("spec-changes", "cancellations", "renewals", "mode-changes"),
    "Tests and worked examples": ("examples",),
    "What is not in the book": ("order", "account", "usage"),
}
FILES = {"order": "order.yaml", "account": "account.yaml", "usage": "usage.csv"}
"""Inputs that are files of their own; every other page is of a section of a book."""

INPUTS = ("order", "account")
"""What examples give: their page leads to these. Every other page says all of its keys itself, each mapping once."""

UNSAID = ("names", "keyNames", "declares")
"""Keywords of the schemas that are for editors alone."""

WRITTEN = {
    "mapping": "keys of its own",
    "list": "a list",
    "presence": "`required`, `optional`, or a mapping",
    "rounding": "a mapping, or a list of them",
    "change": "a mapping, or a list of them",
    "fee": "a percentage such as `10%`, or a list of rows",
    "align": "`calendar`, `last-day`, a number from `1` to `28`, or a day of the week",
    "counts-from": "one word, or a mapping",
    "usage": "the name of a file, or a list of records",
    "by-id": "a line for each: `name: value`",
}
"""What is written for kinds of values that messages have no one phrase for."""


@dataclass(frozen=True)
class Key:
    """A row of a table of keys."""

    name: str
    needed: str
    meaning: str
    write: str


@dataclass(frozen=True)
class Table:
    """The keys of a mapping: the path to it on its page, empty for the outermost; of entries what one is, and whether each is a mapping.

    `also` holds the paths of further mappings of the page that have the same keys.
    """

    path: str
    about: str
    always: bool
    keys: list[Key]
    also: list[str]


def forms(schema: dict) -> list[dict]:
    """The schema and what it says for one of several kinds of value."""
    return [schema, *(schema[key] for key in ("then", "else") if key in schema)]


def inner(schema: dict) -> tuple[dict, str]:
    """The mapping with keys of its own that is written under a key, and how it gets there; an empty one where there is none."""
    for form in forms(schema):
        if "properties" in form and set(form["properties"]) != {"reference"}:
            return form, ""
    for key, how in (("items", "each entry of "), ("additionalProperties", "each entry of ")):
        if isinstance(entry := schema.get(key), dict):
            found, deeper = inner(entry)
            if found:
                return found, deeper or how
    return {}, ""


def said(properties: dict) -> str:
    """By what two mappings are the same: their keys and all that a page says of them, which is not in which section a name is looked up."""

    def shown(node: object) -> object:
        if isinstance(node, dict):
            return {key: shown(each) for key, each in node.items() if key not in UNSAID}
        return [shown(each) for each in node] if isinstance(node, list | tuple) else node

    return json.dumps(shown(properties), sort_keys=True)


class Pages:
    """The tables of all pages, made in the order in which one page leads to another."""

    def __init__(self) -> None:
        self.homes: dict[str, tuple[str, str]] = {}  # keys of a mapping -> the page and the table that describes them
        self.tables: dict[str, list[Table]] = {}
        made = schemas()
        for page in dict.fromkeys((*INPUTS, *made)):
            if page == "book-file":
                continue
            self.tables[page] = []
            self.homes = {keys: home for keys, home in self.homes.items() if home[0] in INPUTS}
            self._add(page, (), made[page])

    def _add(self, page: str, path: tuple[str, ...], schema: dict) -> None:
        mapping, how = inner(schema)
        properties, dotted = mapping["properties"], ".".join(path)
        self.homes[said(properties)] = (page, dotted)
        entry = next((each for key in ("additionalProperties", "items") if isinstance(each := schema.get(key), dict)), {})
        table = Table(
            dotted, f"Each entry: {entry['description']}" if how and "description" in entry else "", entry.get("type") in ("object", ["object"]), [], []
        )
        self.tables[page].append(table)
        for name, each in properties.items():
            table.keys.append(self._key(page, (*path, name), each, name in mapping.get("required", ())))
            keys = inner(each)[0].get("properties")
            if keys and said(keys) not in self.homes:
                self._add(page, (*path, name), each)

    def _key(self, page: str, path: tuple[str, ...], schema: dict, needed: bool) -> Key:
        default = f"default `{shown(schema['default'])}`" if "default" in schema else "optional"
        meaning, (mapping, how) = schema["description"], inner(schema)
        if mapping:
            home = self.homes.get(said(mapping["properties"]), (page, ".".join(path)))
            self._tell_also(page, ".".join(path), *home)
            where = link(page, *home)
            meaning += f" See [{'the keys of each' if how else 'its keys'}]({where})."
        return Key(path[-1], "**needed**" if needed else default, meaning, write("" if page == "usage" else f"{path[-1]}: ", schema))

    def _tell_also(self, page: str, dotted: str, other: str, described: str) -> None:
        if page == other and dotted != described:
            next(table for table in self.tables[page] if table.path == described).also.append(dotted)


def link(page: str, other: str, dotted: str) -> str:
    """Where the keys of a mapping are described, seen from a page."""
    anchor = "#" + re.sub(r"[^\w-]", "", dotted.lower()) if dotted else "#keys"
    return f"{'' if page == other else f'{other}.md'}{anchor}"


def write(lead: str, schema: dict) -> str:
    """What an author writes, in the words of the messages, with an example; or each of the words that may stand there."""
    if "enum" in schema:
        return "<br>".join(f"`{each}`: {about}" for each, about in zip(schema["enum"], schema["enumDescriptions"], strict=True))
    kind = WRITTEN.get(schema["$comment"], "") or wanted(schema)
    return "<br>".join([kind, *(f"`{lead}{shown(example)}`" for example in schema.get("examples", ())[:1])])


def shown(value: object) -> str:
    """An example on one line, amounts with two decimals."""
    return flow(_plain(value))


def _plain(value: object) -> object:
    match value:
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list():
            return [_plain(each) for each in value]
        case float():
            whole, _, rest = format(Decimal(repr(value)), "f").partition(".")
            return f"{whole}.{rest.ljust(2, '0')}"
    return value


def page_title(page: str) -> str:
    """How a page is called."""
    return str(schemas()[page]["title"])


def example_of(page: str) -> str:
    """The small example that a page begins with."""
    text = (SHOWN / FILES.get(page, f"book/{page}.yaml")).read_text(encoding="utf-8")
    return text.partition("\n")[2] if text.startswith("# yaml-language-server") else text


def pages() -> dict[str, str]:
    """Every page by its file's name."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    loaded = {name: environment.from_string(Path(__file__).with_name(f"reference_{name}.md.j2").read_text(encoding="utf-8")) for name in ("page", "index")}
    made, tables = schemas(), Pages().tables
    every = [page for pages in GROUPS.values() for page in pages]
    found = {
        f"{page}.md": loaded["page"].render(
            page=page,
            section="" if page in FILES else page.replace("-", "_"),
            schema=made[page],
            entry=made[page]["additionalProperties"].get("title", "") if made[page]["$comment"] == "by-id" else "",
            example=example_of(page),
            language="csv" if page == "usage" else "yaml",
            file=FILES.get(page, f"book/{page}.yaml"),
            tables=tables[page],
        )
        for page in every
    }
    rows = {page: {"schema": made[page], "needed": page.replace("-", "_") in REQUIRED, "file": page in FILES} for page in every}
    return {"README.md": loaded["index"].render(groups=GROUPS, rows=rows, sections=list(SECTIONS)), **found}


def main() -> None:
    """Writes all pages, and removes those that are none any more."""
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    for old in FOLDER.glob("*.md"):
        if old.name not in made:
            old.unlink()
    sys.stdout.write(f"{len(made)} pages written to {FOLDER.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
