"""How a list or mapping is written, shown with an example and, where it fits, with the value that the author wrote.

Contract: suggestions for messages only. The examples come from the schemas, so they are what editors show as well.
"""

import re
from decimal import Decimal
from typing import TypedDict, TypeVar

from engine.values.spans import Path

_PLAIN = re.compile(r"[^\s{}\[\],:#&*!|>'\"%@`-][^{}\[\],:#'\"]*\Z|-?[0-9.]+%?\Z")
Example = TypeVar("Example")
_ANY_TEXT = ("name", "id", "plain-text", "text")

Schema = TypedDict(
    "Schema",
    {
        "$comment": str, "type": str | list[str], "properties": dict[str, "Schema"], "additionalProperties": "bool | Schema", "items": "Schema",
        "then": "Schema", "else": "Schema", "required": list[str], "enum": list[str], "pattern": str, "minimum": int, "maximum": int,
        "title": str, "description": str, "examples": list[object], "default": object, "enumDescriptions": list[str],
        "if": "Schema", "propertyNames": "Schema", "not": "Schema", "names": str, "keyNames": str, "declares": bool,
    },
    total=False,
)  # fmt: skip
"""What is read of a schema; `$comment` names the kind of value in the words of this package."""


def shown(schema: Schema, path: Path, value: object, written: str = "") -> str | None:
    """What to write for the key at `path`, where `value` is of another kind; None where the schema has no example.

    `unsubscribe: 2026-05-10` gives ``write `unsubscribe: {date: 2026-05-10}` ``.
    """
    key = next((part for part in reversed(path) if isinstance(part, str)), None)
    types = schema.get("type", ())
    types = [types] if isinstance(types, str) else types
    if key is None or not ("object" in types or "array" in types):
        return None
    if "object" in types and not isinstance(value, dict):
        own, sample = _with_value(schema, value, written), _example(schema, dict)
        lead = f"{key}: " if isinstance(path[-1], str) else "- "
        return f"write `{lead}{flow(own)}`" if own else f"write, for example, `{lead}{flow(sample)}`" if sample else None
    entry = _entry(schema)
    return f"begin each entry below `{key}:` with a dash, such as `- {flow(entry)}`" if entry else None


def _example(schema: Schema, kind: type[Example]) -> Example | None:
    return next((each for each in schema.get("examples", ()) if isinstance(each, kind) and each), None)


def _entry(schema: Schema) -> object:
    """One entry of a list, as the schema's examples show it."""
    whole, inner = _example(schema, list), schema.get("items")
    one = next(iter(inner.get("examples", ())), None) if inner is not None else None
    return one or (whole[0] if whole else None)


def _with_value(schema: Schema, value: object, written: str) -> dict[str, object] | None:
    """A mapping in which the author's single value stands under the key that it fits, with the other keys that are needed."""
    properties = schema.get("properties", {})
    if isinstance(value, list) or not properties:
        return None
    fitting = [key for key, each in properties.items() if _fits(each, value, written)]
    needed = schema.get("required", ())
    key = next((each for each in fitting if each in needed), next(iter(fitting), None))
    if key is None:
        return None
    others = {each: next(iter(properties[each].get("examples", ("...",)))) if each in properties else "..." for each in needed if each != key}
    sample = {key: written or value, **others}
    return {each: sample[each] for each in properties if each in sample}


def _fits(schema: Schema, value: object, written: str) -> bool:
    types = schema.get("type", ())
    if isinstance(value, Decimal):
        return "number" in types
    if "pattern" in schema:
        return "string" in types and re.search(schema["pattern"], written) is not None
    if "enum" in schema:
        return written in schema["enum"]
    return schema.get("$comment") in _ANY_TEXT


def flow(value: object) -> str:
    """A value on one line: `{date: 2026-05-10, term: 1 year}`.

    >>> flow({"tax": "vat", "rate": "19%", "items": ["a, b", True]})
    '{tax: vat, rate: 19%, items: ["a, b", true]}'
    """
    match value:
        case dict():
            return "{" + ", ".join(f"{key}: {flow(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(flow(each) for each in value) + "]"
        case bool():
            return "true" if value else "false"
        case str() if not _PLAIN.match(value):
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case _:
            return str(value)
