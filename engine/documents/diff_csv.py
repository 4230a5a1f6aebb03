"""What an edit does as CSV: every change, what moves with them, every example, order and account as a row of its own, told apart by the first column.

Numbers are exact and plain; what is no number stands in `before_words` and `after_words`. Source: authoring pictures, diff-impact (all rows).
"""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from engine.documents.csv_text import csv_text
from engine.review.bills import AccountEffect
from engine.review.comparison import Comparison
from engine.review.derived import DerivedChange
from engine.review.effect import ExampleEffect
from engine.review.revision import RuleChange
from engine.values.exact import shown
from engine.values.periods import local, zone

COLUMNS = (
    "row", "name", "what", "sign", "before", "after", "change", "ratio", "before_words", "after_words", "currency", "per", "unit", "above", "up_to",
    "customers", "from", "running", "breaks", "moves", "refused", "place",
)  # fmt: skip
"""`row`: change | derived | example | order | account. `name` is the path of ids, the example, the file of the order, or the account; `ratio` 0.12 is 12%."""
NUMBERS = frozenset(("before", "after", "change", "ratio", "above", "up_to"))


def render_diff_csv(found: Comparison) -> str:
    """Every row, in the order of the page."""
    return csv_text(COLUMNS, NUMBERS, _rows(found))


def _rows(found: Comparison) -> Iterator[dict[str, object]]:
    yield from (_change(each, found) for each in found.changes)
    yield from (_derived(each) for each in found.derived)
    yield from (_effect("example", each) for each in found.effects.differing)
    yield from (_effect("order", each) for each in (found.orders.differing if found.orders is not None else ()))
    yield from (_account(each) for bills in found.bills for each in bills.accounts)


def _change(each: RuleChange, found: Comparison) -> dict[str, object]:
    since = local(each.reach.since, zone(found.new.timezone)).isoformat() if each.reach.since is not None else ""
    when = "; ".join(f"{name}: {' or '.join(values)}" for name, values in each.when)
    return {
        "row": "change", "name": "/".join(each.path), "what": each.what, "sign": each.sign, "ratio": _number(each.paid), "currency": each.currency,
        "per": each.per, "unit": each.unit, "above": _number(each.above), "up_to": _number(each.upto), "customers": when, "from": since,
        "running": each.reach.running, "breaks": each.breaks, "place": each.origin.label, **_sides(each.before, each.after),
    }  # fmt: skip


def _derived(each: DerivedChange) -> dict[str, object]:
    name = "/".join(part for part in (each.billing_mode, each.item, each.lower, each.upper, each.other) if part)
    return {
        "row": "derived", "name": name, "what": each.what, "currency": each.currency, "per": each.per, "ratio": _number(each.ratio),
        **_sides(each.before, each.after),
    }  # fmt: skip


def _effect(row: str, each: ExampleEffect) -> dict[str, object]:
    return {
        "row": row, "name": each.example, "what": each.what, "currency": each.currency, "change": _number(each.change), "ratio": _number(each.ratio),
        "refused": ", ".join(each.refused), **_sides(each.before, each.after),
    }  # fmt: skip


def _account(each: AccountEffect) -> dict[str, object]:
    return {
        "row": "account", "name": each.account, "what": each.direction, "currency": each.currency, "ratio": _number(each.ratio),
        "change": _number(each.change) if each.direction != "failed" else None, "from": each.since.isoformat() if each.since is not None else "",
        "moves": each.moves, "refused": ", ".join(each.refused), **_sides(each.before, each.after),
    }  # fmt: skip


def _sides(before: object, after: object) -> dict[str, object]:
    """Each side as a number, or else in words."""
    found: dict[str, object] = {}
    for name, value in (("before", before), ("after", after)):
        number = isinstance(value, Decimal | Fraction)
        found |= {name: _number(value) if number else None, f"{name}_words": None if number else value}
    return found


def _number(value: object) -> str | None:
    return f"{shown(value):f}" if isinstance(value, Decimal | Fraction) else None
