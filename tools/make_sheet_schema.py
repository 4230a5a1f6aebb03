"""Writes `schemas/sheet.json` from the records of `engine.sheet.view`: `python -m tools.make_sheet_schema`. A test holds them
together."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from engine.documents.sheet_json import NOT_SAID, SAID_WHERE_SET
from engine.model.facts import StepFacts
from engine.model.policies import AmountOff, FixedPrice, PayFor, PercentOff
from engine.model.texts import Text, UnitTitle
from engine.sheet.view import FeeTable, Names, SheetView, StepCell, WorkedExample
from engine.values.periods import Duration
from engine.values.spans import Origin
from tools.schema_files import hoisted, written
from tools.sheet_schema_words import KEYS, RECORDS, SPECIAL

FILE = Path(__file__).resolve().parent.parent / "schemas" / "sheet.json"

NUMBER = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "examples": ["89.00"]}
DURATION = {"type": "string", "pattern": "^[1-9][0-9]* (second|minute|hour|day|week|month|year)s?$", "examples": ["1 year"]}
DAY = {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]+[+-][0-9:]+)?$", "examples": ["2026-03-01"]}
TEXT = {"type": "object", "additionalProperties": {"type": "string"}, "examples": [{"en": "Basic edition"}]}
UNIT_TITLE = {
    "type": "object",
    "additionalProperties": {"type": "object", "additionalProperties": {"type": "string"}},
    "examples": [{"en": {"one": "user", "other": "users"}}],
}
STRING = {"type": "string", "examples": ["basic-edition"]}
OPEN = {"type": "object", "examples": [{}]}
FACT = {"type": ["string", "number", "boolean", "array", "object", "null"], "examples": ["month"]}
PLAIN: dict[Any, dict] = {
    str: STRING,
    bool: {"type": "boolean", "examples": [True]},
    int: {"type": "integer", "examples": [387]},
    Decimal: NUMBER,
    Fraction: NUMBER,
    datetime: DAY,
    date: DAY,
    Duration: DURATION,
    Text: TEXT,
    UnitTitle: UNIT_TITLE,
    StepFacts: {"type": "object", "additionalProperties": FACT, "examples": [{}]},
}
BENEFITS = {PercentOff, AmountOff, PayFor, FixedPrice}
MONEY = {"type": "object", "additionalProperties": NUMBER, "examples": [{"USD": "20.00"}]}


def sheet_schema() -> dict:
    """The schema of what `pricebook sheet -f json` writes: draft-07, every record closed."""
    made = _record(SheetView)
    made["required"].insert(0, "format")
    version = {"title": "Format", "description": "The version of this form.", "type": "integer", "const": 1, "examples": [1]}
    made["properties"] = {"format": version} | made["properties"]
    return {"$schema": "http://json-schema.org/draft-07/schema#", "$id": "sheet.json", **made, "title": "Price sheet"}


def _record(kind: type) -> dict:
    hints = get_type_hints(kind)
    if kind is StepCell:
        hints["formula"] = str  # as it is written
    # Orders, quotes and refusals are written in a short form of their own.
    apart = {*NOT_SAID, "order", "quote", "diagnostics"} if kind is WorkedExample else set(NOT_SAID)
    apart |= {"rows"} if kind is FeeTable else set()
    keys = {field.name: _of(hints[field.name]) for field in fields(kind) if field.name not in apart}
    if any(hints.get(field.name) is Origin for field in fields(kind)):
        keys["reference"] = _nullable(STRING)
    if "by_direction" in hints:
        keys["directions"] = _of(hints["by_direction"])
    if kind is Names:
        keys["specs"] = {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": TEXT},
            "examples": [{}],
        }
    if kind is WorkedExample:
        keys = _example(keys)
    if kind is FeeTable:
        terms = {"type": "array", "items": DURATION, "examples": [["1 month"]]}
        fees = {"type": "array", "items": _nullable(NUMBER), "examples": [["0.10"]]}
        keys["rows"] = {
            "type": "array",
            "items": _loose("Row", "Terms with the same fees.", {"terms": terms, "fees": fees, "consumed_times": fees | {"examples": [["1.50"]]}}),
            "examples": [[]],
        }
    return _closed(kind.__name__, keys)


def _closed(record: str, keys: Mapping[str, dict]) -> dict:
    return {
        "title": _title(record.removesuffix("View")),
        "description": RECORDS[record],
        "type": "object",
        "additionalProperties": False,
        "required": [key for key in keys if key not in SAID_WHERE_SET],
        "properties": {key: _told(record, key, schema) for key, schema in keys.items()},
        "examples": [{}],
    }


def _told(record: str, key: str, schema: dict) -> dict:
    if schema.get("additionalProperties") is False:
        return schema  # a record tells what it is; where several keys have one, it stands in the file once
    described = SPECIAL.get((record, key)) or KEYS[key]
    return {
        "title": _title(key),
        "description": described,
        **{name: part for name, part in schema.items() if name not in ("title", "description")},
    }


def _of(kind: Any) -> dict:
    if kind in PLAIN:
        return dict(PLAIN[kind])
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _union(parts)
    if origin is tuple:
        inner = _of(parts[0]) if len(parts) == 2 and parts[1] is Ellipsis else _mixed([_of(part) for part in parts])
        return {"type": "array", "items": inner, "examples": [[]]}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _of(parts[1]), "examples": [{}]}
    if kind.__name__ == "Money":
        return dict(MONEY)
    if is_dataclass(kind):
        return _record(kind)
    raise TypeError(f"no schema for {kind}")


def _union(parts: tuple) -> dict:
    named = [part for part in parts if part is not NoneType]
    if BENEFITS & set(named):
        made = _benefit()
    elif len(named) == 1:
        made = _of(named[0])
    elif set(named) <= {Decimal, Fraction}:
        made = dict(NUMBER)
    else:
        made = _mixed([_of(part) for part in named])
    return _nullable(made) if NoneType in parts else made


def _mixed(schemas: list[dict]) -> dict:
    """Values of several types: the keywords that are bound to one type stay, those of texts fall away where two kinds of text
    meet."""
    if all(schema == schemas[0] for schema in schemas):
        return schemas[0]
    types: list[str] = []
    for schema in schemas:
        types += [name for name in _types(schema) if name not in types]
    made: dict = {"type": types if len(types) > 1 else types[0], "examples": schemas[0]["examples"]}
    for schema in schemas:
        for keyword in ("items", "additionalProperties"):
            if keyword in schema:
                made[keyword] = schema[keyword]
    return made


def _types(schema: dict) -> list[str]:
    return schema["type"] if isinstance(schema["type"], list) else [schema["type"]]


def _nullable(schema: dict) -> dict:
    return schema | {"type": [*(name for name in _types(schema) if name != "null"), "null"]}


def _benefit() -> dict:
    keys = {
        "kind": {
            "title": "Kind",
            "description": "Which benefit it is.",
            "enum": ["percent_off", "amount_off", "pay_for", "fixed_price"],
        },
        "ratio": {"title": "Ratio", "description": "The share that is taken off.", **NUMBER},
        "amounts": {"title": "Amounts", "description": "The amount that is taken off, by currency.", **MONEY},
        "pay_for": {"title": "Pay for", "description": "What is paid of each `every`.", **DURATION},
        "every": {"title": "Every", "description": "What `pay_for` is counted in.", **DURATION},
        "unit_prices": {"title": "Unit prices", "description": "The unit price instead of the list price, by currency.", **MONEY},
    }
    keys["kind"] = {**keys["kind"], "type": "string", "examples": ["percent_off"]}
    example = [{"kind": "percent_off", "ratio": "0.17"}]
    return {"type": "object", "additionalProperties": False, "required": ["kind"], "properties": keys, "examples": example}


def _example(keys: dict[str, dict]) -> dict[str, dict]:
    used = {"attributes": {"type": "object", "additionalProperties": {"type": "string"}, "examples": [{"band": "peak"}]}}
    ordered = {"item": STRING, "spec": _nullable(STRING), "quantity": _nullable(NUMBER), "unit": _nullable(STRING)}
    line = _loose("Line", "A line of the order.", ordered | used) | {"required": [*ordered]}
    order = _loose(
        "Order",
        "What is ordered.",
        {
            "date": DAY,
            "billing_mode": STRING,
            "term": _nullable(DURATION),
            "for": _nullable(DURATION),
            "currency": STRING,
            "items": {"type": "array", "items": line, "examples": [[]]},
            "attributes": {"type": "object", "additionalProperties": {"type": "string"}, "examples": [{"segment": "education"}]},
            "coupons": {"type": "array", "items": {"type": "string"}, "examples": [["WELCOME-2026"]]},
        },
    )
    amounts = dict.fromkeys(("list_amount", "discount_amount", "rounding_amount", "amount"), NUMBER)
    priced = {"item": STRING, "spec": _nullable(STRING), "quantity": NUMBER, "unit": STRING, **amounts}
    quoted = _loose("Line", "A line with its amounts.", priced | used) | {"required": [*priced]}
    sums = ("list", "discount", "rounding", "net", "tax", "gross")
    totals = _loose("Totals", "Sums over the lines.", dict.fromkeys((*sums, "payable_rounding", "payable"), NUMBER)) | {"required": list(sums)}
    quote = _loose(
        "Quote",
        "What the order costs.",
        {"expires": _nullable(DAY), "lines": {"type": "array", "items": quoted, "examples": [[]]}, "totals": totals},
    )
    texts = dict.fromkeys(("code", "slug", "message"), STRING)
    reason = _loose(
        "Reason",
        "Why the order is refused.",
        {**texts, "notes": {"type": "array", "items": {"type": "string"}, "examples": [[]]}, "help": STRING},
    )
    refused = {"type": "array", "items": reason, "examples": [[]]}
    kept = keys | {"order": _nullable(order), "quote": _nullable(quote), "refused_because": refused}
    wanted = ("id", "title", "description", "outcome", "order", "quote", "steps", "refused_because", "per_month")
    return {key: kept[key] for key in wanted}


def _loose(title: str, description: str, keys: Mapping[str, dict]) -> dict:
    """A closed record whose keys explain themselves by their titles, as in a quote."""
    told = {key: {"title": _title(key), "description": KEYS.get(key) or f"{_title(key)}, as in a quote.", **schema} for key, schema in keys.items()}
    return {
        "title": title,
        "description": description,
        "type": "object",
        "additionalProperties": False,
        "required": list(keys),
        "properties": told,
        "examples": [{}],
    }


def _title(name: str) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name[:1].lower() + name[1:]).replace("_", " ")
    return words[:1].upper() + words[1:]


if __name__ == "__main__":
    FILE.write_text(written(hoisted(sheet_schema())), encoding="utf-8")
