"""A price sheet as JSON: every fact of the view, language-neutral. Numbers are texts and exact; its schema is
`schemas/sheet.json`.

Texts are objects by language, dates are days in the book's zone, durations are written as rules write them, ratios are shares of one. Source: rule
language, 3.10, Output; documents, Formats.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from engine.diagnostics import Diagnostic
from engine.model.formulas import text
from engine.model.orders import Order, OrderLine
from engine.model.prices import Money
from engine.model.quotes import Quote
from engine.model.texts import Text, UnitTitle
from engine.sheet.view import FeeCell, FeeTable, Names, SheetView, StepCell, WorkedExample
from engine.values.exact import Number, plain
from engine.values.money import minor_places
from engine.values.periods import Duration, written_instant, zone
from engine.values.spans import Origin

FORMAT = 1
"""The version of the form; a key that changes its meaning gets a new one."""

MONEY = frozenset(
    (
        "value unit_price total amount average monthly hourly net_minimum net_maximum per_month old new before list discount_amount list_amount net gross tax"
    ).split()
)
"""Fields that hold amounts of money: they carry at least the currency's decimals."""

SAID_WHERE_SET = frozenset(("to", "allowance_terms", "net_minimum", "net_maximum", "tier_by", "beside", "time_bands", "counts"))
"""Fields that few records of their kind have, and that the others leave out."""

NOT_SAID = {
    "origin": "where a rule stands is the business of its author",
    "key_origins": "the same, for single keys",
    "price_origin": "the same, for a tier's price",
    "rate_origin": "the same, for a tax's rate",
    "by_direction": "written out as `directions`",
    "item_group": "how tables are laid out",
    "side_by_side": "the same",
}


def render_sheet_json(view: SheetView) -> str:
    """The sheet as one JSON document."""
    return json.dumps(sheet_data(view), ensure_ascii=False, indent=2) + "\n"


def sheet_data(view: SheetView) -> dict[str, object]:
    """The sheet as plain data."""
    writer = _Writer(minor_places(view.header.currency), zone(view.header.timezone))
    return {"format": FORMAT} | writer.record(view)


class _Writer:
    """Turns records into plain data: `places` are the currency's decimals, `tz` the book's zone."""

    def __init__(self, places: int, tz: ZoneInfo) -> None:
        self._places, self._tz = places, tz

    def record(self, record: Any) -> dict[str, object]:
        """The fields of a record in their order."""
        found: dict[str, object] = {}
        for field in fields(record):
            if field.name not in NOT_SAID and not (field.name in SAID_WHERE_SET and getattr(record, field.name) is None):
                found[field.name] = self.value(getattr(record, field.name), field.name)
        origin = getattr(record, "origin", None)
        if isinstance(origin, Origin) and type(record).__name__ not in BENEFITS:
            found["reference"] = origin.reference
        if hasattr(record, "by_direction"):
            found["directions"] = self.value(record.by_direction)
        return found

    def value(self, value: object, name: str = "") -> object:
        """Any value of the view as plain data."""
        match value:
            case None | bool() | str():
                return value
            case Decimal() | Fraction():
                return self._number(value, name)
            case int():
                return value
            case datetime():
                return written_instant(value, self._tz)
            case date():
                return value.isoformat()
            case Duration():
                return str(value)
            case Text() | UnitTitle():
                return {language: self.value(text) for language, text in value.by_language.items()}
            case Money():
                return {currency: plain(amount, minor_places(currency)) for currency, amount in value.by_currency.items()}
        return self._compound(value, name)

    def _compound(self, value: object, name: str) -> object:
        match value:
            case WorkedExample():
                return self._example(value)
            case Names():
                return self._names(value)
            case StepCell():
                return self.record(replace(value, formula=None)) | {"formula": text(value.formula)}
            case FeeTable():
                return {"columns": self.value(value.columns), "rows": [self._fees(terms, cells) for terms, cells in value.rows]}
            case Mapping():
                return {str(key): self.value(part, str(key)) for key, part in value.items()}
            case list() | tuple():
                return [self.value(part, name) for part in value]
        if is_dataclass(value):
            kind = {"kind": _words(type(value).__name__)} if type(value).__name__ in BENEFITS else {}
            return kind | self.record(value)
        raise TypeError(f"no plain data for {value!r}")

    def _fees(self, terms: tuple[Duration, ...], cells: tuple[FeeCell | None, ...]) -> dict[str, object]:
        kept = {name: [getattr(cell, name, None) for cell in cells] for name in ("fee", "consumed_times")}
        return {"terms": self.value(terms), "fees": self.value(kept["fee"]), "consumed_times": self.value(kept["consumed_times"])}

    def _number(self, value: Number, name: str) -> str:
        return plain(value, self._places if name in MONEY else 0)

    def _names(self, names: Names) -> dict[str, object]:
        found = self.record(names)
        specs: dict[str, dict[str, object]] = {}
        for (item, spec), title in names.specs.items():
            specs.setdefault(item, {})[spec] = self.value(title)
        return found | {"specs": specs}

    def _example(self, example: WorkedExample) -> dict[str, object]:
        return {
            "id": example.id,
            "title": self.value(example.title),
            "description": self.value(example.description),
            "outcome": example.outcome,
            "order": self._order(example.order) if example.order else None,
            "quote": self._quote(example.quote) if example.quote else None,
            "steps": self.value(example.steps),
            "refused_because": [_diagnostic(each) for each in example.diagnostics],
            "per_month": self.value(example.per_month, "per_month"),
        }

    def _order(self, order: Order) -> dict[str, object]:
        return {
            "date": self.value(order.at),
            "billing_mode": order.billing_mode,
            "term": self.value(order.term),
            "for": self.value(order.duration),
            "currency": order.currency,
            "items": [self._ordered(line) for line in order.lines],
            "attributes": dict(order.attributes),
            "coupons": list(order.coupons),
        }

    def _ordered(self, line: OrderLine) -> dict[str, object]:
        used = {"attributes": dict(line.attributes)} if line.attributes else {}
        return {"item": line.item, "spec": line.spec, "quantity": self.value(line.quantity), "unit": line.unit} | used

    def _quote(self, quote: Quote) -> dict[str, object]:
        lines = [
            {
                "item": line.item,
                "spec": line.spec,
                "quantity": plain(line.quantity),
                "unit": line.unit,
                **{key: plain(getattr(line, key), self._places) for key in ("list_amount", "discount_amount", "rounding_amount", "amount")},
                **({"attributes": dict(line.attributes)} if line.attributes else {}),
            }
            for line in quote.lines
        ]
        rounded = ("payable_rounding", "payable") if quote.totals.rounded is not None else ()
        totals = {key: plain(getattr(quote.totals, key), self._places) for key in ("list", "discount", "rounding", "net", "tax", "gross", *rounded)}
        return {"expires": self.value(quote.expires), "lines": lines, "totals": totals}


BENEFITS = frozenset(("PercentOff", "AmountOff", "PayFor", "FixedPrice"))


def _words(name: str) -> str:
    """`PercentOff` as rules write it: `percent_off`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() and position else letter.lower() for position, letter in enumerate(name))


def _diagnostic(diagnostic: Diagnostic) -> dict[str, object]:
    return {
        "code": diagnostic.code,
        "slug": diagnostic.slug,
        "message": diagnostic.message,
        "notes": list(diagnostic.notes),
        "help": diagnostic.help,
    }
