"""The schemas: what editors show and the shape check enforces is one language, the one that the builders read."""

import json
import re
from functools import reduce
from operator import getitem
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from engine.language.build import accounts, charges, discounts, items, sections, units
from engine.language.shape import RESERVED
from engine.resources import schema_bytes
from tools.grammar import discounts as discount_tables
from tools.grammar import prices
from tools.grammar.accounts import EVENT
from tools.grammar.book import PLURALS
from tools.make_schemas import SECTIONS, files, schemas
from tools.make_sheet_schema import sheet_schema
from tools.schema_files import hoisted, written

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "schemas").glob("*.json"))
MADE = schemas()


def nodes(schema):
    """Every schema inside a schema, itself included."""
    if isinstance(schema, dict):
        yield schema
        for key in ("properties",):
            for inner in schema.get(key, {}).values():
                yield from nodes(inner)
        for key in ("items", "additionalProperties", "propertyNames"):
            yield from nodes(schema.get(key))
    elif isinstance(schema, list):
        for inner in schema:
            yield from nodes(inner)


def test_the_files_are_what_the_tables_say():
    made = files() | {"sheet": written(hoisted(sheet_schema()))}
    assert [name for name, text in made.items() if (ROOT / "schemas" / f"{name}.json").read_text(encoding="utf-8") != text] == []
    by_hand = [file for file in FILES if file.stem not in made]
    assert [file.name for file in by_hand if written(json.loads(text := file.read_text(encoding="utf-8"))) != text] == []


def with_parts(node, whole):
    """The schema with each reference replaced by what it leads to."""
    if isinstance(node, list):
        return [with_parts(each, whole) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return with_parts(reduce(getitem, node["$ref"].removeprefix("#/").split("/"), whole), whole)
    return {key: with_parts(each, whole) for key, each in node.items() if key != "definitions"}


@pytest.mark.parametrize("name", sorted({*MADE, "sheet"}))
def test_what_is_written_in_parts_says_the_same_in_one_piece(name):
    whole = json.loads(schema_bytes(name))
    Draft7Validator.check_schema(whole)
    assert with_parts(whole, whole) == (MADE | {"sheet": sheet_schema()})[name]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_schema_is_draft_07_without_alternatives(file):
    text = file.read_text(encoding="utf-8")
    schema = json.loads(text)
    Draft7Validator.check_schema(schema)
    assert "draft-07" in schema["$schema"]
    assert '"oneOf"' not in text and '"anyOf"' not in text


@pytest.mark.parametrize("name", sorted(MADE))
def test_no_key_is_open_and_each_explains_itself(name):
    for schema in nodes(MADE[name]):
        if "properties" in schema and schema.get("$comment") not in ("item-price", "mapping") and name != "usage":
            assert schema.get("additionalProperties") is False, schema.get("title")
        for key, inner in schema.get("properties", {}).items():
            if inner.get("$comment") == "plain-text":
                continue  # a plural form: its key is CLDR's, its text the author's
            assert inner.get("title") and inner.get("description") and inner.get("examples"), f"{name}: {key}"


def test_the_examples_in_the_schemas_fit_them():
    for name, made in MADE.items():
        for schema in nodes(made):
            for example in schema.get("examples", ()):
                # An example may be shortened: what it shows must fit, what it leaves out need not be there.
                problems = [error.message for error in Draft7Validator(schema).iter_errors(example) if error.validator != "required"]
                assert not problems, f"{name}: {schema.get('title')}: {example!r}: {problems}"


SECTION_NAMES = {name.replace("-", "_") for name in MADE}
SELLER = {"city", "postcode", "bic", "email", "phone", "registration"}  # kept as they are, for documents
PLURAL_FORMS = {"zero", "one", "two", "few", "many", "other"}
EXPECTED = {"list_amount", "discount_amount", "rounding_amount", "list", "discount", "tax", "gross", "lines", "total", "remaining", "charge", "refund", "fee"}


def keys_of(schema) -> set[str]:
    return {key for each in nodes(schema) for key in each.get("properties", {})}


def test_what_the_builders_read_is_in_the_schemas_and_the_other_way_round():
    known = set().union(*(keys_of(made) for name, made in MADE.items() if name not in ("usage", "examples", "book-file")))
    folder = ROOT / "engine" / "language" / "build"
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    read = set(re.findall(r'\.(?:get|need|at|read|attempt_at|word|word_or_none)\((?:\w+, )?"([a-z_0-9]+)"', source))
    assert not read - known - {"expect", "expect_error", "given"} - SECTION_NAMES, "read by a builder, unknown to every schema"
    # Keys that are read through a table of names stand in the source as quoted words all the same.
    elsewhere = SELLER | PLURAL_FORMS | EXPECTED
    records = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "engine" / "model").glob("*.py"))  # words that stand beside them
    unread = {key for key in known - elsewhere if not re.search(rf'["\']{re.escape(key)}["\']', source + records)}
    assert not unread, "in a schema, but no builder reads it: it would be ignored in silence"


def test_keys_that_the_builders_list_are_those_of_the_tables():
    assert [*charges.MODEL_KEYS] == prices.CHARGE_KEYS["model"]["enum"]
    assert {*prices.NEVER_SPECS, "reference"} - {*RESERVED} == items.CHARGE_KEYS
    assert (*discount_tables.BENEFITS,) == discounts.BENEFITS
    assert (*[key for key in EVENT["properties"] if key != "date"],) == accounts.KINDS
    assert (*PLURALS,) == units.PLURAL_FORMS
    assert {*sections.MAPPINGS, *sections.LISTS, *sections.SINGLE} == {*SECTIONS} and {*sections.REQUIRED} <= {*SECTIONS}


def test_they_stay_small():
    """What is said twice stands once: all schemas together stay below 9,000 lines."""
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "schemas").glob("*.json")) < 9_000
