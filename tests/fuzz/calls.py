"""The cases that are calls of functions: every parser of a scalar with one text, and the library with a mapping."""

import json
import traceback
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pricebook
from engine.commands.billing_period import read_period
from engine.commands.invoice_files import number_fault
from engine.language import names, wording, zones
from engine.language.build import node
from engine.language.document import read_document
from engine.usage.times import read_time, why_not_read
from engine.values.periods import parse_duration
from tests.fuzz.words import ROOT

ZONE = ZoneInfo("Europe/Berlin")
KNOWN = ("storage", "users", "basic-edition", "basic")
PARSERS: tuple[tuple[Callable[[str], object], tuple[type[Exception], ...]], ...] = (
    (parse_duration, (ValueError,)),
    (read_period, (ValueError,)),
    (number_fault, ()),
    (lambda text: read_time(text, ZONE), (ValueError, OverflowError)),
    (lambda text: why_not_read(text, ZONE), (ValueError,)),
    (lambda text: node.instant_of(text, ZONE), (ValueError, OverflowError)),
    (node.is_number, ()),
    (names.is_id, ()),
    (lambda text: names.closest(text, KNOWN), ()),
    (lambda text: names.suggestion(text, KNOWN, "item"), ()),
    (lambda text: names.currency_meant(text, "EUR"), ()),
    (lambda text: names.near_currency(text, "EUR"), ()),
    (names.country_meant, ()),
    (zones.zone_meant, ()),
    (zones.misleading, ()),
    (zones.offset_of, ()),
    (wording.date_meant, ()),
    (wording.number_meant, ()),
)
"""Each parser with what it may raise, as its docstring says."""
READINGS = ("raw", "text", "number", "whole", "flag", "percent", "duration", "quantity")
"""What a builder reads of a value in a document."""


def values(text: str) -> int:
    """The text through every parser, and as a value in a document through every reading of a builder."""
    for parse, refuses in PARSERS:
        try:
            parse(text)
        except refuses:
            continue
    document, _ = read_document("order.yaml", b"value: " + text.encode("utf-8", "replace"))
    if document is not None and isinstance(document.data, dict):
        for path, data in ((("value",), document.data.get("value")), *(((key,), value) for key, value in document.data.items())):
            for reading in READINGS:
                try:
                    getattr(node.Node(document, path, data), reading)()
                except node.Unreadable:
                    continue
    return 0


NOTATION = ROOT / "engine" / "language" / "build" / "notation.py"
"""What the library's mappings are written down by: it refuses what is no text and no exact number."""


def library(kind: str, content: bytes) -> int:
    """The mapping priced or billed: 0 answered, 1 refused. A TypeError or ValueError may come from the library's own checks alone."""
    try:
        given = json.loads(content, parse_float=Decimal)
        book = pricebook.open_book("book")
    except (ValueError, RecursionError, pricebook.Refused):
        return 1
    if not isinstance(given, dict):
        return 1
    try:
        if kind == "order":
            pricebook.to_json(pricebook.quote(book, {"date": date(2026, 3, 1)} | given))
        else:
            pricebook.to_json(pricebook.invoice(book, given, "2026-03"))
    except pricebook.Refused:
        return 1
    except (TypeError, ValueError) as error:
        raised = Path(traceback.extract_tb(error.__traceback__)[-1].filename)
        if raised.parent != ROOT / "pricebook" and raised != NOTATION:
            raise
        return 2
    return 0
