"""An invoice as data: its schema, and that nothing but the trace is lost in it."""

import json
from dataclasses import fields
from datetime import datetime
from decimal import Decimal

import pytest
from jsonschema import Draft7Validator

from engine.documents.invoice_json import invoice_data, render_invoice_json
from engine.documents.quote_json import trace_data
from engine.model.book import Party
from engine.model.invoices import BILL_TYPES, Invoice, InvoiceLine, LineTax
from engine.model.quotes import TaxTotal
from engine.resources import schema_bytes
from engine.values.exact import shown
from engine.values.periods import parse_duration
from tests.documents.invoice_tables import BOOK, INVOICES, ISSUES
from tests.test_schemas import nodes

SCHEMA = json.loads(schema_bytes("invoice"))
NOT_WRITTEN = {"schema_version", "kind", "number", "date", "due", "preceding", "seller", "timezone"}


def written(name: str) -> dict:
    return json.loads(render_invoice_json(INVOICES[name], ISSUES[name], BOOK, explain=True))


@pytest.mark.parametrize("name", INVOICES)
def test_it_follows_its_schema_and_adds_up(name):
    data = written(name)
    Draft7Validator(SCHEMA).validate(data)
    for line in data["lines"]:
        parts = [Decimal(line[field]) for field in ("list_amount", "discount_amount", "rounding_amount", "amount")]
        assert parts[0] - parts[1] - parts[2] == parts[3]
    totals = {key: Decimal(value) for key, value in data["totals"].items()}
    assert sum(Decimal(line["amount"]) for line in data["lines"]) == totals["net"]
    assert totals["net"] + totals["tax"] == totals["gross"]
    assert (data["kind"] == "credit-note") == (totals["gross"] < 0)


def test_the_schema_explains_every_field_and_its_examples_fit():
    for schema in (*nodes(SCHEMA), *(each for made in SCHEMA["definitions"].values() for each in nodes(made))):
        for key, inner in schema.get("properties", {}).items():
            described = SCHEMA["definitions"][inner["$ref"].rsplit("/", 1)[-1]] if "$ref" in inner else inner
            assert described.get("title") and described.get("description") and described.get("examples"), key
        if "properties" in schema:
            assert schema["additionalProperties"] is False and schema["required"] == [
                key
                for key in schema["properties"]
                if key not in ("paid", "payable", "payable_rounding", "tallies", "credits", "commitment") and (schema is not SCHEMA or key != "trace")
            ]
            whole = Draft7Validator(schema | {"definitions": SCHEMA["definitions"]})
            for example in schema.get("examples", ()):
                whole.validate(example)


def test_the_schema_knows_every_bill_type_and_quotes_the_same_trace():
    line = SCHEMA["definitions"]["line"]["properties"]
    assert line["bill_type"]["enum"] == list(BILL_TYPES) and line["bill_type_number"]["enum"] == list(BILL_TYPES.values())
    quote = json.loads(schema_bytes("quote"))
    assert all(SCHEMA["definitions"][name] == quote["definitions"][name] for name in ("source", "considered", "step", "tally", "trace"))


@pytest.mark.parametrize("name", INVOICES)
def test_all_but_the_trace_can_be_read_back(name):
    """The record made again from the text equals the record, numbers as shown."""
    invoice = INVOICES[name]
    again = read_invoice(written(name), [line.trace for line in invoice.lines])
    assert as_shown(again) == as_shown(invoice)
    for line, data in zip(invoice.lines, written(name)["lines"], strict=True):
        assert data["trace"] == json.loads(json.dumps(trace_data(line.trace, BOOK, 3 if invoice.currency == "KWD" else 2)))


def test_every_field_of_the_records_has_a_key():
    """A field that is added to a record is written too, or this fails."""
    data = invoice_data(INVOICES["usage"], ISSUES["usage"], BOOK)
    named = {
        "book_id": "book",
        "book_digest": "book",
        "start": "period",
        "end": "period",
        "net": "totals",
        "tax": "totals",
        "gross": "totals",
        "rounded": "totals",
    }
    # Credits, and what was done once for the whole invoice, are written where there are any.
    assert {named.get(each.name, each.name) for each in fields(Invoice)} - {"trace", "credits"} == set(data) - NOT_WRITTEN
    # A line says which commitment it makes up where it does.
    assert {named.get(each.name, each.name) for each in fields(InvoiceLine)} - {"commitment"} == set(data["lines"][0]) - {"bill_type_number"}
    assert {each.name for each in fields(Party)} == set(data["customer"])
    assert {each.name for each in fields(LineTax)} == {each.name for each in fields(TaxTotal)} == set(SCHEMA["definitions"]["tax"]["required"])


def test_times_are_utc_and_days_are_the_books():
    period = written("usage")["period"]
    assert period == {"start": "2026-02-28T16:00:00Z", "end": "2026-03-31T16:00:00Z", "first_day": "2026-03-01", "last_day": "2026-03-31"}
    assert written("refund")["lines"][0]["period"]["last_day"] is None
    nothing = written("odd-digits")["lines"][2]["period"]  # a line for no time at all
    assert (nothing["first_day"], nothing["last_day"]) == ("2026-04-01", "2026-04-01")


# ------------------------------------------------------------------------------------------------------ reading it again, by hand


def read_invoice(data: dict, traces: list) -> Invoice:
    lines = tuple(read_line(line, trace) for line, trace in zip(data["lines"], traces, strict=True))
    taxes = tuple(TaxTotal(**read_tax(tax)) for tax in data["taxes"])
    totals = {name: Decimal(value) for name, value in data["totals"].items()}
    customer = Party(**data["customer"] | {"address": tuple(data["customer"]["address"])})
    return Invoice(
        data["book"]["id"], data["book"]["digest"], data["account"], customer, data["currency"], *span(data["period"]), lines, taxes,
        prices_include_tax=data["prices_include_tax"], usage_digest=data["usage_digest"], **totals,
    )  # fmt: skip


def read_line(data: dict, trace) -> InvoiceLine:
    start, end = span(data["period"])
    more = {key: Decimal(data[key]) for key in ("list_amount", "discount_amount", "rounding_amount", "amount")}
    more |= {key: data[key] for key in ("subscription", "bill_type", "item", "spec", "unit", "per", "billing_mode")}
    return InvoiceLine(
        at=instant(data["at"]), quantity=Decimal(data["quantity"]) if data["quantity"] else None, start=start, end=end, trace=trace,
        taxed=tuple(LineTax(**read_tax(tax)) for tax in data["taxed"]), term=parse_duration(data["term"]) if data["term"] else None,
        corrects=span(data["corrects"]) if data["corrects"] else None, records=data["records"], **more,
    )  # fmt: skip


def read_tax(data: dict) -> dict:
    numbers = {"rate": Decimal(data["rate"].removesuffix("%")) / 100, "base": Decimal(data["base"]), "amount": Decimal(data["amount"])}
    return data | numbers


def span(data: dict) -> tuple:
    return instant(data["start"]), instant(data["end"]) if data["end"] else None


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def as_shown(invoice: Invoice) -> list:
    def values(record) -> list:
        found = []
        for field in fields(record):
            value = getattr(record, field.name)
            if field.name == "lines":
                value = [values(line) for line in value]
            elif field.name in ("list_amount", "quantity") and value is not None:
                value = shown(value)
            found.append((field.name, value))
        return found

    return values(invoice)
