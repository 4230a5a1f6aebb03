"""What a file costs grows with the file: counted in calls of functions, not on a clock, for files of the worst kinds.

Each kind is one mistake or one construct again and again. Four times as many of it may cost at most five times the calls in reading, checking
and wording; what is square in any of these costs up to sixteen times as many.
"""

import sys
from collections.abc import Callable

import pytest

from engine.documents.findings import render_findings
from engine.language import names
from engine.language.build import load_book
from engine.language.hazards import apply_ignores
from engine.lints import lint_book, lint_draft
from tests.extent import one_in

FEW, MANY = 40, 160

BOOK = """\
book: {id: small, title: Small, status: draft, currency: USD, timezone: UTC, rounding: {at: line, mode: half-up}, price_notice: 30 days}
units: {user: {title: User}}
resources: {users: {title: Users, unit: user}}
attributes: {region: {source: customer, title: Region, values: [eu, us]}}
items:
  seats: {title: Seats, unit: user, quantity: {min: 1, max: 100}, provides: {users: 1}}
  calls: {title: Calls, unit: user, meter: {measure: sum, window: day}}
billing_modes:
  monthly:
    title: Monthly
    payment: prepaid
    cycle: term
    terms: [1 month, 1 year]
    items: {seats: required, calls: {presence: optional, payment: postpaid, cycle: month}}
prices:
  - {effective: 2026-01-01, billing_mode: monthly, per: month, items: {seats: 2.50}}
  - {effective: 2026-01-01, billing_mode: monthly, items: {calls: {unit_price: 0.01, applies_to: period-total}}}
"""
PRICE = "  - {effective: 2026-02-01, billing_mode: monthly, per: month, items: {seats: %s}}\n"
ORDER = "{billing_mode: monthly, date: 2026-03-01, term: 1 month, items: {%s: %s}}"


def lines(head: str, line: Callable[[int], str], tail: str = "") -> Callable[[int], dict[str, str]]:
    """A file of so many lines of one kind."""
    return lambda count: {"x.yaml": head + "".join(map(line, range(count))) + tail}


def table(head: str, row: Callable[[int], str]) -> Callable[[int], dict[str, str]]:
    """A price table of so many rows of one kind, and the entry that names it."""
    entry = "prices:\n  - {effective: 2026-02-01, billing_mode: monthly, per: month, table: x.csv}\n"
    return lambda count: {"x.csv": head + "".join(map(row, range(count))), "x.yaml": entry}


def day(number: int) -> str:
    """A day of its own for each number."""
    return f"{2000 + number // 336}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"


def specs(count: int, more: str = "") -> str:
    """An item with so many specs."""
    return "items:\n  big:\n    title: Big\n    unit: user\n    specs:\n" + "".join(f"      s{each}: {{title: S{each}{more}}}\n" for each in range(count))


def sold(items: str) -> str:
    """A mode that sells them."""
    return f"billing_modes:\n  m:\n    title: M\n    payment: prepaid\n    cycle: term\n    terms: [1 month]\n    items: {{{items}}}\n"


PRICED = "prices: [{effective: 2026-01-01, billing_mode: m, per: month, items: {big: %s}}]\n"
FEES = "cancellations:\n  c:\n    refund: unused\n    consumed: {by: time-used, of: paid, count: day, part: up}\n    fee:\n"

KINDS = {
    # --- text
    "entries of one line": lambda count: {"x.yaml": "limits: [" + "a," * count + "a]\n"},
    "keys of one line": lambda count: {"x.yaml": "{" + ", ".join(f"k{each}: 1" for each in range(count)) + "}\n"},
    "keys": lines("", lambda each: f"k{each}: 1\n"),
    "one key again": lines("items:\n", lambda each: "  seats: {title: X, unit: user}\n"),
    "one key of one line again": lambda count: {"x.yaml": "{" + "a: 1, " * count + "a: 1}\n"},
    "lists in lists": lambda count: {"x.yaml": "limits: [" + "[[]]," * count + "[]]\n"},
    "aliases": lambda count: {"x.yaml": "a: &a x\nlimits: [" + "*a," * count + "*a]\n"},
    "tags": lambda count: {"x.yaml": "limits: [" + "!!str a," * count + "a]\n"},
    "colons": lines("", lambda each: "a::::\n"),
    "colons of one line": lambda count: {"x.yaml": "a" + ":" * count + "\n"},
    "quotes": lambda count: {"x.yaml": "items: {" + '"a": "b", ' * count + '"c": "d" "e"}\n'},
    "quotes and brackets": lambda count: {"x.yaml": "items: {" + "'a': {'b': [], " * count + "\n"},
    "damaged lines": lines("items:\n", lambda each: f"  a{each}: b: c\n"),
    "tabs of one line": lambda count: {"x.yaml": "items: {" + "a:\tb,\t" * count + "}\n"},
    "tabs in a comment": lambda count: {"x.yaml": "items: {} #" + " a\t" * count + "\n"},
    "comments that silence": lines("", lambda each: f"# pricebook: ignore=T206 reason: {each}\n", "limits: []\n"),
    "codes of one comment": lambda count: {"x.yaml": "# pricebook: ignore=T1" + "".join(f",T{each}" for each in range(count)) + "\nlimits: []\n"},
    "comments with keys": lines("items:\n", lambda each: f"  a{each}: {{title: T{each}, unit: user}} # per: month\n"),
    "zero-width signs": lines("items:\n", lambda each: f"  a{each}: {{title: 'T\u200b{each}', unit: 'us\u200ber'}}\n"),
    "zero-width signs in blocks": lines("items:\n", lambda each: f"  a{each}:\n    unit: user\n    title: |\n      T\u200b{each}\n"),
    "full-width signs": lines("items:\n", lambda each: f"  a{each}：{{title: T, unit: user}}\n"),
    "bullets of one line": lambda count: {"x.yaml": "limits: [" + "• a, " * count + "a]\n"},
    # --- form
    "wrong values of one line": lambda count: {"x.yaml": "prices: [" + ", ".join(PRICE.strip(" -\n") % f"x{each}" for each in range(count)) + "]\n"},
    "unknown keys": lines("items:\n", lambda each: f"  a{each}: {{title: T, unit: user, colr{each}: red}}\n"),
    "missing keys": lines("items:\n", lambda each: f"  a{each}: {{titel: T}}\n"),
    "wrong words": lines("items:\n", lambda each: f"  a{each}: {{title: T, unit: user, meter: {{measure: smu{each}}}}}\n"),
    # --- names
    "unknown items in a mode": lines(sold("seats: required").replace("{seats: required}\n", "\n"), lambda each: f"      sets{each}: optional\n"),
    "unknown items in prices": lines("prices:\n", lambda each: PRICE.replace("seats", f"sets{each}") % "1"),
    "unknown modes": lines("prices:\n", lambda each: PRICE.replace("monthly", f"montly{each}") % "1"),
    "unknown units": lines("items:\n", lambda each: f"  a{each}: {{title: T{each}, unit: usr{each}}}\n"),
    "units of unknown units": lines("units:\n", lambda each: f"  a{each}: 2 b{each}\n"),
    "unknown attributes": lines("prices:\n", lambda each: PRICE.replace("items", f"when: {{regio{each}: eu}}, items") % "1"),
    "unknown values": lines("prices:\n", lambda each: PRICE.replace("items", f"when: {{region: eu{each}}}, items") % "1"),
    "attributes that nothing names": lambda count: {"book.yaml": BOOK.replace("attributes: {", "attributes: {" + "".join(f"a{each}: {{source: order, title: A}}, " for each in range(count)))},
    "ids that differ in capitals": lines("items:\n", lambda each: f"  a{each // 2}{'xX'[each % 2]}: {{title: T{each}, unit: user}}\n"),
    "items of one group": lines("items:\n", lambda each: f"  a{each}: {{title: T{each}, unit: user, group: g}}\n"),
    # --- things that stand many times
    "one price again": lines("prices:\n", lambda each: PRICE % "1"),
    "one price in a file of its own": lambda count: {f"x{each}.yaml": "prices:\n" + PRICE % "1" for each in range(count // 4)},
    "tax rows alike": lines("taxes:\n", lambda each: f"  - {{id: t{each}, tax: vat, title: VAT, when: {{country: DE}}, rate: 19%, category: S}}\n"),
    "tax rows of one id": lines("taxes:\n", lambda each: f"  - {{id: t, tax: vat, title: VAT, rate: 19%, category: S, effective: {day(each)}}}\n"),
    "discounts without a stage": lines("discount_policy: [d0]\ndiscounts:\n", lambda each: f"  d{each}: {{title: D, coupon: C{each}, percent_off: 10%}}\n"),
    "limits": lines("limits:\n", lambda each: f"  - {{resource: users, max: {10_000 - each}}}\n"),
    "items of one title": lines("items:\n", lambda each: f"  a{each}: {{title: T, unit: user}}\n"),
    "fees": lines(FEES, lambda each: f"    - {{term: {each % 3 + 1} months, used_up_to: {each % 7 + 1} months, fee: 5%}}\n"),
    # --- prices in time, specs, examples
    "prices of many days": lines("prices:\n", lambda each: PRICE.replace("2026-02-01", f"{day(each)}, until: {day(each + 1)}") % (10_000 - each)),
    "prices of specs": lambda count: {"x.yaml": specs(count) + sold("big: required") + PRICED % ("{" + ", ".join(f"s{each}: {10_000 - each}" for each in range(count)) + "}")},
    "what specs provide": lambda count: {"x.yaml": specs(count, ", provides: {users: 5}") + sold("big: required") + PRICED % "5"},
    "examples": lines("examples:\n", lambda each: f"  e{each}: {{title: E, given: {ORDER % ('seats', 1)}, expect: {{total: 2.50}}}}\n"),
    "examples of unknown items": lines("examples:\n", lambda each: f"  e{each}: {{title: E, given: {ORDER % (f'sets{each}', 1)}, expect: {{total: 2.50}}}}\n"),
    "examples beyond a limit": lines("limits: [{resource: users, max: 1}]\nexamples:\n", lambda each: f"  e{each}: {{title: E, given: {ORDER % ('seats', 5)}, expect: {{total: 2.50}}}}\n"),
    # --- tables
    "rows of unknown items": table("item,unit_price\n", lambda each: f"sets{each},1.00\n"),
    "rows of wrong numbers": table("item,unit_price,region\n", lambda each: f"seats,x{each},eu\n"),
    "rows with too few cells": table("item,unit_price\n", lambda each: "seats\n"),
    "rows for a customer each": table("item,unit_price,customer\n", lambda each: f"seats,1.00,c{each}\n"),
    "columns": lambda count: table("item,unit_price" + "".join(f",c{each}" for each in range(count)) + "\n", lambda each: "seats,1.00\n")(1),
}  # fmt: skip


def calls(files: dict[str, str]) -> int:
    """How many functions are called, of Python or of C, until everything that is wrong with the files is worded."""
    count = 0

    def note(frame, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    content = {name: text.encode() for name, text in ({"book.yaml": BOOK} | files).items()}
    sys.setprofile(note)
    try:
        loaded = load_book(content)
        found = lint_book(loaded.book, loaded.places) if loaded.book is not None else ()
        if loaded.book is None and loaded.draft is not None:
            found = lint_draft(loaded.draft, loaded.places, loaded.diagnostics)
        kept = apply_ignores([*loaded.diagnostics, *found], loaded.documents)
        shown = render_findings(kept, {name: text.decode() for name, text in content.items()}, "text")
    finally:
        sys.setprofile(None)
    assert shown or not kept
    return count


@pytest.mark.parametrize("kind", one_in(4, KINDS))
def test_the_work_grows_with_the_file(kind, monkeypatch):
    monkeypatch.setattr(names, "MOST_GUESSING", 1_000)  # used up by either file; what it bounds is square in the names
    calls(KINDS[kind](FEW // 10))  # what is made once is made here: schemas, patterns, imports
    few, many = calls(KINDS[kind](FEW)), calls(KINDS[kind](MANY))
    assert many <= 5 * few, f"{few:,} calls for {FEW:,}, {many:,} for {MANY:,}"
