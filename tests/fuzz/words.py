"""The words that mutations are made of: those of the language, as its schemas say them, and values at the edges of every reader."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from engine.resources import schema_bytes

ROOT = Path(__file__).resolve().parents[2]

NUMBERS = (
    "0", "-0", "-1", "1", "0.00", "0.005", "0.1", "1.0000000000000000000000001", "00", "012", "+1", ".5", "5.", "1_000", "1,000", "1.000,00", "1 000", "1'000",
    "1e3", "1E+400", "1e999999999", "1e-999999999", "0x10", "0o17", "1/3", "1/0", "10/0001", "NaN", "inf", "-Infinity", "9" * 18, "9" * 19, "9" * 40, "9" * 400,
    "9" * 5000, "0." + "0" * 60 + "1", "0." + "9" * 400, "١٢", "１２", "½", "²", "1:30", "12:30:45", "2147483648", "18446744073709551616", "1" + "0" * 27,
    "0%", "-5%", "17%", "100%", "101%", "1e2%", "33.333333333333333333%", "99.99999999999999%", "% 5", "5 %",
)  # fmt: skip
TIMES = (
    "2026-02-29", "2024-02-29", "2026-02-30", "2026-13-01", "2026-00-00", "0000-01-01", "0001-01-01", "1899-12-31", "1900-01-01", "1969-12-31", "9000-12-31",
    "9001-01-01", "9999-12-31", "10000-01-01", "2026-1-1", "01.02.2026", "3/25/2026", "20260301", "2026-W05-1", "2026-060", "2026-03-29T02:30", "2026-10-25T02:30",
    "2026-03-01T24:00", "2026-03-01T23:59:60Z", "2026-03-01T10:00+14:00", "2026-03-01T10:00-23:59", "2026-03-01T10:00+24:00", "9999-12-31T23:59:59.999999Z",
    "0001-01-01T00:00+14:00", "1900-01-01T00:00+14:00", "1772323200", "9999999999999999999", "2026-03-01T10:00 [Europe/Berlin]", "2026-03", "2026-Q1", "2026-Q5", "2026",
    "2026-03-01..2026-04-01", "2026-04-01..2026-03-01", "1900-01-01..9000-12-31", "9000-12-01..9000-12-31", "..", "1582-10-10",
)  # fmt: skip
DURATIONS = (
    "0 days", "1 day", "1 month", "11 months", "12 months", "1 year", "720 hours", "1 second", "999999 months", "999999 years", "7000 years", "100 years", "84000 months",
    "999999 days", "999999 seconds", "1000000 seconds", "-1 day", "1.5 months", "1 fortnight", "P1M", "1month", "1  month", "one month", "1 Month", "99999999999 years",
    "5 days before", "1 day 2 hours", "month", "next-renewal",
)  # fmt: skip
QUANTITIES = (
    "0 GB", "1 GB", "100 GB", "100GB", "1 TB", "0.5 users", "1/3 GB", "1/0 GB", "-1 GB", "9999999999999999999999 TB", "1 parsec", "1 ", " 1", "GB", "1024 TB", "0.000000000001 GB",
    "plan:2", "small:0", ":", "large:9" + "9" * 30, "1e9 GB", "10 ١", "1 \u00a0GB",
)  # fmt: skip
TEXTS = (
    "", " ", "\t", "~", "null", "true", "false", "yes", "no", "on", "{}", "[]", "''", '""', "-", "?", ":", "#", "&a", "*a", "*nowhere", "!!python/object/apply:os.system [x]",
    "!!binary aGk=", "!!set {a}", "<<", "<<: *a", "%YAML 1.1", "---", "...", "|", ">", "@x", "`x`", "%s %d", "%999999999d", "{0}", "{{ 7 * 7 }}", "{% raw %}", "<script>alert(1)</script>",
    "]]>", "&amp;&lt;", "=1+1", "+1", "-1+1", "@SUM(A1)", "\u00a0=1", "::error file=x::y", "\x1b[31m", "\x00", "\x07", "\x85", "\u2028", "\u202e", "\u2066", "\u200b", "\ufeff", "\ufffe",
    "\U0001f600", "\U000e0041", "e\u0301" * 40, "ﷺ" * 50, "İ", "ß", "ſ", "K", "аccount", "\ud7ff", "\ue000", "\U0010ffff",
    "x" * 300, "x" * 20000, "a-" * 200, "(" * 300, "../../x", "a.b.c", "..", "CON",
    "__proto__", "__class__", "self", "None", "customer", "date", "all", "*",
)  # fmt: skip
EDGES = (*NUMBERS, *TIMES, *DURATIONS, *QUANTITIES, *TEXTS)

JINJA = (
    "{{", "}}", "{%", "%}", "{#", "#}", "{% for a in blocks %}", "{% endfor %}", "{% if kind %}", "{% endif %}", "{% extends 'sheet.html.j2' %}", "{% import 'blocks.html.j2' as blocks %}",
    "{% include 'blocks.html.j2' %}", "{% macro m(x) %}", "{% endmacro %}", "{% set x = 'a' * 9 %}", "{{ m(m) }}", "range(10**9)", "range(99999)", "loop.index", "|length", "|join(',')", "|format(1)",
    "|attr('__class__')", ".__class__", "|safe", "|list", "|random", "|pprint", "|tojson", "|map('upper')", "|groupby('x')",
    "|batch(3)", "|wordwrap(1)", "namespace(x=1)", "cycler(1)", "lipsum(9)", "'\\ud800'",
    "'%999999d'|format(1)", "'x' * 10**9", "self", "super()", "caller()", "joiner()", "10 ** 9 ** 9", "1 // 0", "none.x", "[[[[1]]]]", "{'a': {}}|xmlattr",
)  # fmt: skip
"""What users' templates are mutated with."""


@cache
def schema(name: str) -> dict:
    """One of the product's schemas in one piece, by its name."""
    return json.loads(schema_bytes(name))


@cache
def language() -> tuple[str, ...]:
    """Every key, every fixed word and every example of a scalar that the schemas of the inputs know, sorted."""
    return tuple(sorted({word for name in ("book-file", "order", "account", "usage", "invoice") for word in _words(schema(name))}))


def _words(node: object) -> Iterator[str]:
    match node:
        case dict():
            yield from node.get("properties", {})
            yield from (each for each in node.get("enum", ()) if isinstance(each, str))
            yield from (text for each in node.get("examples", ()) for text in _scalars(each))
            yield from (word for each in node.values() for word in _words(each))
        case list():
            yield from (word for each in node for word in _words(each))


def _scalars(example: object) -> Iterator[str]:
    match example:
        case dict():
            yield from (text for key, value in example.items() for text in (str(key), *_scalars(value)))
        case list():
            yield from (text for each in example for text in _scalars(each))
        case str() | int() | float():
            yield str(example)
