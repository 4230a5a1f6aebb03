"""What the API understands and answers, as an OpenAPI document made of the schemas that ship: one of them is never said twice."""

import json
from functools import cache
from typing import Any

from engine.preview.api import EVENTS, FILE
from engine.preview.guards import PROBLEM
from engine.resources import schema_bytes

Schema = dict[str, Any]
DOCUMENTS = ("account", "findings", "invoice", "order", "quote", "sheet", "usage")
REFUSALS = {
    "400": "The body is no JSON.",
    "409": "The book has errors, and nothing can be priced.",
    "413": "The body is too large.",
    "415": "The body is not sent as application/json.",
    "422": "There is no answer; the findings say why.",
    "503": "Too much is asked at once.",
}
DATE = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}", "description": "A day, or an instant; left out, today."}


@cache
def openapi() -> Schema:
    """The document, for version 3.1."""
    schemas: Schema = {}
    for name in DOCUMENTS:
        whole = json.loads(schema_bytes(name))
        inner = whole.pop("definitions", {})
        schemas |= {f"{name}.{part}": _placed(each, name) for part, each in inner.items()}
        schemas[name] = _placed({key: each for key, each in whole.items() if key not in ("$schema", "$id")}, name)
    schemas["problem"] = _problem(schemas["findings"])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "pricebook preview",
            "version": "1",
            "description": "The answers of `pricebook preview` on this machine. Numbers in answers are exact texts; nothing that is asked changes a file.",
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/api/quote": _question("What an order costs, with every step.", _of("order"), "quote"),
            "/api/change": _question("What one more event of a running subscription would cost.", _change(), "quote"),
            "/api/invoice": _question("What an account owes for a period.", _invoice(), "invoice"),
            "/api/check": _question("What is wrong with the book, as it is saved or with other texts for its files.", _check(), "findings"),
            "/api/sheet": {"get": _operation("The price sheet of a day.", "sheet") | {"parameters": _sheet()}},
        },
        "components": {"schemas": schemas},
    }


def _placed(part: Any, home: str) -> Any:
    """A part of a schema with its references turned to the places of the document."""
    if isinstance(part, list):
        return [_placed(each, home) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return {"$ref": f"#/components/schemas/{home}.{part['$ref'].rpartition('/')[2]}"}
    return {key: _placed(each, home) for key, each in part.items()}


def _of(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _question(summary: str, body: Schema, answer: str) -> Schema:
    return {"post": _operation(summary, answer) | {"requestBody": {"required": True, "content": {"application/json": {"schema": body}}}}}


def _operation(summary: str, answer: str) -> Schema:
    refusals = {status: {"description": told, "content": {PROBLEM: {"schema": _of("problem")}}} for status, told in REFUSALS.items()}
    return {"summary": summary, "responses": {"200": {"description": "The answer.", "content": {"application/json": {"schema": _of(answer)}}}, **refusals}}


def _object(properties: Schema, *required: str, **more: Any) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": list(required), **more}


def _change() -> Schema:
    text = {"type": "string"}
    properties = {
        "bought": {"description": "What is running: an account, or an order as what was bought.", "anyOf": [_of("order"), _of("account")]},
        "date": DATE,
        "subscription": text | {"description": "Which one, where the account has several."},
        "items": {"description": "Each item that changes, to a spec or a quantity.", "type": "object", "additionalProperties": {"type": ["string", "number"]}},
        "renew": text | {"description": "A further term: 1 year."},
        "switch": text | {"description": "The billing mode to move to."},
        "unsubscribe": {"const": True},
    }
    return _object(properties, "bought", oneOf=[{"required": [each]} for each in EVENTS])


def _invoice() -> Schema:
    properties = {
        "account": _of("account"),
        "period": {"type": "string", "description": "2026-03, 2026-Q1, 2026, or 2026-03-01..2026-04-01, whose second day is excluded."},
        "usage": {"type": "array", "items": _of("usage"), "description": "What was used."},
        "number": {"type": "string", "description": "Left out: a draft.", "minLength": 1, "maxLength": 64},
        "date": DATE | {"description": "The day of issue; left out, the first day after the period."},
    }
    return _object(properties, "account", "period")


def _check() -> Schema:
    texts = {"type": "object", "additionalProperties": {"type": "string"}, "propertyNames": {"pattern": f"^(?:{FILE.pattern})$"}}
    return _object({"files": texts | {"description": "Texts that count in place of what the files hold, by name below the book's folder."}})


def _sheet() -> list[Schema]:
    currency = {"type": "string", "description": "Left out, the book's."}
    return [{"name": name, "in": "query", "required": False, "schema": schema} for name, schema in (("date", DATE), ("currency", currency))]


def _problem(findings: Schema) -> Schema:
    texts = {name: {"type": "string"} for name in ("type", "title", "detail")}
    return _object({**texts, "status": {"type": "integer"}, **findings["properties"]}, *texts, "status", *findings["required"])
