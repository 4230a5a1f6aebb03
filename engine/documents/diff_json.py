"""The comparison of two books as data: every number an exact text, instants in UTC."""

import json
from datetime import datetime

from engine.review.bills import Bills, sums_of
from engine.review.comparison import Comparison
from engine.review.derived import DerivedChange
from engine.review.effect import ExampleEffect
from engine.review.revision import RuleChange
from engine.review.timing import WHENS
from engine.values.exact import Number, shown


def render_diff_json(found: Comparison) -> str:
    """The changes, the examples that differ, and the limits, as one JSON document."""
    document = {
        "book": found.new.id,
        "old": {"digest": found.old.digest},
        "new": {"digest": found.new.digest},
        "date": _instant(found.at),
        "changes": [_change(each) for each in found.changes],
        "derived": [_derived(each) for each in found.derived],
        "examples": {"priced": found.effects.examples, "gone": list(found.effects.gone), "differing": [_effect(each) for each in found.effects.differing]},
        "orders": {"priced": found.orders.examples, "differing": [_effect(each) for each in found.orders.differing]} if found.orders is not None else None,
        "bills": [_bills(each) for each in found.bills],
        "limits": [
            {
                "limit": limit.written,
                "failed": any(each.failed for each in verdicts),
                "measures": [
                    {"measure": each.measure, "subject": each.subject, "ratio": _number(each.ratio), "failed": each.failed, "count": each.count}
                    for each in verdicts
                ],
            }
            for limit, verdicts in found.verdicts
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _change(each: RuleChange) -> dict[str, object]:
    return {
        "sign": each.sign,
        "path": list(each.path),
        "what": each.what,
        "above": _number(each.above),
        "when": {name: list(values) for name, values in each.when},
        "kind": each.kind,
        "upto": _number(each.upto),
        "before": _value(each.before),
        "after": _value(each.after),
        "currency": each.currency,
        "per": each.per,
        "unit": each.unit,
        "paid": _number(each.paid),
        "from": _instant(each.reach.since),
        "running": each.reach.running,
        "breaks": each.breaks,
        "place": each.origin.label or None,
    }


def _derived(each: DerivedChange) -> dict[str, object]:
    return {
        "what": each.what,
        "billing_mode": each.billing_mode,
        "item": each.item,
        "lower": each.lower,
        "upper": each.upper,
        "other": each.other or None,
        "term": str(each.term) if each.term is not None else None,
        "currency": each.currency or None,
        "per": each.per,
        "before": _number(each.before),
        "after": _number(each.after),
    }


def _effect(each: ExampleEffect) -> dict[str, object]:
    return {
        "example": each.example,
        "what": each.what,
        "currency": each.currency,
        "before": _number(each.before),
        "after": _number(each.after),
        "change": _number(each.change),
        "ratio": _number(each.ratio),
        "refused": list(each.refused),
    }


def _bills(bills: Bills) -> dict[str, object]:
    before, after = sums_of(bills.of("more", "less", "same"))
    return {
        "currency": bills.currency,
        "before": _number(before),
        "after": _number(after),
        "moves": {when: len(bills.moving(when)) for when in WHENS},
        "accounts": [
            {
                "account": each.account,
                "direction": each.direction,
                "moves": each.moves,
                "from": each.since.isoformat() if each.since is not None else None,
                "before": _number(each.before),
                "after": _number(each.after),
                "ratio": _number(each.ratio),
                "refused": list(each.refused),
            }
            for each in bills.accounts
        ],
    }


def _value(value: Number | str | datetime | None) -> str | None:
    return _instant(value) if isinstance(value, datetime) else _number(value)


def _number(value: Number | str | None) -> str | None:
    """A number in full; one that never ends with ten decimals, as everywhere in data."""
    return value if value is None or isinstance(value, str) else f"{shown(value):f}"


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")
