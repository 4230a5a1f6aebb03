"""Which rules besides prices an edit changed: records by their ids, and what has no id by what tells it apart, down to the value that differs.

Source: rule language, 2 and 3; authoring, Diff and impact.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from engine.model.book import Limit, ModeItem, PolicyUse, PriceBook, RoundingStep, Spec
from engine.model.conditions import Conditions
from engine.model.policies import AmountOff, DiscountStage, DiscountTier, FeeRow, FixedPrice, ModeChange, PercentOff, SpecChange, Tax
from engine.model.prices import Money
from engine.model.texts import Text, UnitTitle
from engine.model.time_bands import TimeBand
from engine.review.revision import Kind, Reach, RuleChange, increase_of_discount
from engine.values.exact import Number, exact
from engine.values.periods import Duration
from engine.values.spans import NOWHERE, Origin

SECTIONS = (
    "items", "billing_modes", "discounts", "discount_policy", "spec_changes", "cancellations", "renewals", "commitments", "mode_changes", "taxes",
    "rounding", "limits", "attributes", "time_bands", "resources", "units",
)  # fmt: skip
OF_THE_BOOK = ("currency", "timezone", "status", "payment_terms", "price_notice", "prices_include_tax", "month_is")
RATIOS = {(PercentOff, "ratio"), (FeeRow, "fee"), (FeeRow, "consumed_times"), (Tax, "rate")}
WORDING = ("title", "description", "scenario", "reason", "instead", "language")
"""What only documents show: no bill depends on it."""
NOT_COMPARED = ("origin", "rate_origin", "id")


BY_DATE = (
    "discounts", "discount_policy", "spec_changes", "cancellations", "renewals", "commitments", "mode_changes", "taxes", "rounding", "units", "book",
    "time_bands",
)  # fmt: skip
"""Rules by which amounts are computed: one that comes without a date is in force for what was bought before, too."""


def rule_changes(old: PriceBook, new: PriceBook, at: datetime) -> Iterator[RuleChange]:
    """Every value of a rule that is another one, but for prices, examples and texts; `at` is the day on which the edit is looked at."""
    for each in _rule_changes(old, new):
        since = _since(new, each.path) or _since(old, each.path)
        later = since is not None and since > at
        lost = each.sign != "added" or each.path[0] in BY_DATE
        yield replace(each, reach=Reach(since, each.reach.running), breaks="undated" if lost and not later and not _only_more(each) else None)


def alike(old: Any, new: Any) -> bool:
    """Whether two records differ in their ids, places and words at most."""
    return next(_compared((), old, new, NOWHERE), None) is None


def _since(book: PriceBook, path: tuple[str, ...]) -> datetime | None:
    """From when the rule at a path holds; None where it names no date."""
    if len(path) < 2 or path[0] not in SECTIONS:
        return None
    there = _by_name(getattr(book, path[0])).get(path[1])
    for name in path[2:]:
        dated = getattr(getattr(there, "conditions", None), "effective", None)
        if dated is not None or there is None:
            return dated
        there = _by_name(there).get(name) if isinstance(there, Mapping | tuple) else getattr(there, name, None)
    return getattr(getattr(there, "conditions", None), "effective", None)


def _only_more(each: RuleChange) -> bool:
    """Whether a list has all that it had, and more: nobody loses anything by it."""
    if not isinstance(each.before, str) or not isinstance(each.after, str):
        return False
    return set(each.before.split(", ")) <= set(each.after.split(", "))


def _rule_changes(old: PriceBook, new: PriceBook) -> Iterator[RuleChange]:
    for name in OF_THE_BOOK:
        yield from _values(("book", name), getattr(old, name), getattr(new, name), "word", new.origin)
    for section in SECTIONS:
        yield from _compared((section,), _written(old, section), _written(new, section), NOWHERE)
    if old.unit_table != new.unit_table:
        before, now = (
            {symbol: f"{_plain(factor)} {base}" for symbol, (base, factor) in book.unit_table.factors.items() if symbol != base} for book in (old, new)
        )
        yield from _compared(("units",), before, now, NOWHERE)


def _written(book: PriceBook, section: str) -> Any:
    """What a section of the book says; the attribute that stands for all time bands is not written by anybody."""
    said = getattr(book, section)
    return {name: each for name, each in said.items() if not each.by_time} if section == "attributes" else said


def _compared(path: tuple[str, ...], old: Any, new: Any, origin: Origin, owner: type | None = None) -> Iterator[RuleChange]:
    """The differences below a path; records by their fields, collections by what tells their members apart."""
    if old == new or isinstance(old or new, Text | UnitTitle):
        return
    if isinstance(old, SpecChange) and isinstance(new, SpecChange):
        old, new = _own_terms(old, new), _own_terms(new, old)
    origin = getattr(new, "origin", None) or origin
    if isinstance(old, PercentOff) and isinstance(new, PercentOff):
        yield _change(path, "percent-off", "ratio", old.ratio, new.ratio, new.origin, increase_of_discount(old.ratio, new.ratio))
    elif isinstance(old, Conditions) and isinstance(new, Conditions):
        for name in ("when", "effective", "until"):
            yield from _values((*path, name), getattr(old, name), getattr(new, name), "word" if name == "when" else "instant", origin)
    elif isinstance(old, TimeBand) and isinstance(new, TimeBand):
        for name, was, becomes in zip(("hours", "days", "months"), old.written, new.written, strict=True):
            yield from _values((*path, name), was, becomes, "word", origin)
    elif _is_record(old) and type(old) is type(new):
        for each in fields(new):
            if each.compare and each.name not in (*NOT_COMPARED, *WORDING):
                inner = path if each.name in ("benefit", "conditions", "amounts", "unit_prices") else (*path, each.name)
                yield from _compared(inner, getattr(old, each.name), getattr(new, each.name), origin, type(new))
    elif isinstance(old, Money) and isinstance(new, Money):
        for currency in dict.fromkeys((*old.by_currency, *new.by_currency)):
            yield _change((*path, currency), "amount", "amount", old.by_currency.get(currency), new.by_currency.get(currency), origin, None, currency)
    elif isinstance(old, Mapping | tuple) and isinstance(new, Mapping | tuple) and (_named(old) or _named(new)):
        before, now = _by_name(old), _by_name(new)
        for name in dict.fromkeys((*now, *before)):
            found = _member((*path, name), before.get(name), now.get(name), origin)
            yield from (_with_percent(change, before.get(name) or now.get(name), old, new) if change.what == "rule" else change for change in found)
    else:
        yield from _values(path, old, new, "ratio" if owner is not None and (owner, path[-1]) in RATIOS else "quantity", origin)


def _own_terms(policy: SpecChange, other: SpecChange) -> SpecChange:
    """The policy without the directions that have the terms of all, in both books: they are told once."""
    common = [name for name, terms in policy.by_direction.items() if terms == policy.default and other.by_direction.get(name) == other.default]
    return replace(policy, by_direction={name: terms for name, terms in policy.by_direction.items() if name not in common})


def _member(path: tuple[str, ...], old: Any, new: Any, origin: Origin) -> Iterator[RuleChange]:
    """A member that is in both is compared; one that came or went is told as a whole."""
    if old is not None and new is not None:
        yield from _compared(path, old, new, origin)
        return
    there = new if new is not None else old
    yield _change(path, "rule", "word", _whole(old), _whole(new), getattr(there, "origin", origin))


def _with_percent(each: RuleChange, there: Any, old: Any, new: Any) -> RuleChange:
    """A tier of a discount that came or went, with what its customers pay more: the tier below it holds where it is not."""
    if not isinstance(there, DiscountTier):
        return each
    before, now = (_ratio_at(there, tiers) for tiers in (old, new))
    return replace(each, paid=increase_of_discount(before, now) if before is not None and now is not None else None)


def _ratio_at(there: DiscountTier, tiers: tuple[DiscountTier, ...]) -> Number | None:
    """The discount that holds where the tier begins; nothing below the first one, None for one that is no percentage."""
    below = [each for each in tiers if _start(each) <= _start(there)]
    benefit = below[-1].benefit if below else PercentOff(Decimal(0))
    return benefit.ratio if isinstance(benefit, PercentOff) else None


def _start(tier: DiscountTier) -> tuple[int, int, Number]:
    return (tier.start.months, tier.start.seconds, exact(0)) if isinstance(tier.start, Duration) else (0, 0, tier.start)


def _values(path: tuple[str, ...], old: Any, new: Any, kind: Kind, origin: Origin) -> Iterator[RuleChange]:
    if old != new:
        numbers = all(value is None or isinstance(value, Decimal | Fraction | datetime) for value in (old, new))
        before, now = (value if numbers else _whole(value) for value in (old, new))
        yield _change(path, path[-1], kind if numbers else "word", before, now, origin)


def _change(
    path: tuple[str, ...], what: str, kind: Kind, before: Number | str | datetime | None, after: Number | str | datetime | None, origin: Origin,
    paid: Number | None = None, currency: str | None = None,
) -> RuleChange:  # fmt: skip
    sign = "added" if before is None else "removed" if after is None else "changed"
    return RuleChange(sign, path, what, kind, before, after, currency=currency, paid=paid, reach=Reach(None, "next-renewal"), origin=origin)  # type: ignore[arg-type]


# --- what a value is called -----------------------------------------------------------------------------------------------------


def _is_record(value: Any) -> bool:
    return is_dataclass(value) and not isinstance(value, type | Duration)


def _named(value: Any) -> bool:
    return isinstance(value, Mapping) or any(_is_record(each) for each in value)


def _by_name(value: Any) -> dict[str, Any]:
    """Members by what tells them apart; two that nothing tells apart are numbered."""
    if isinstance(value, Mapping):
        return {str(name): each for name, each in value.items()}
    found: dict[str, Any] = {}
    for each in value:
        name, number = _name(each), 1
        while (name if number == 1 else f"{name} ({number})") in found:
            number += 1
        found[name if number == 1 else f"{name} ({number})"] = each
    return found


def _name(each: Any) -> str:
    match each:
        case ModeItem():
            return each.item
        case DiscountTier():
            return f"from {_plain(each.start)}"
        case FeeRow():
            parts = [f"term {each.term}" if each.term else "", f"used up to {each.used_up_to}" if each.used_up_to else ""]
            return ", ".join(part for part in parts if part) or "otherwise"
        case PolicyUse():
            return ", ".join((each.use, *_told(each.conditions)))
        case RoundingStep():
            return ", ".join((each.at, *_told(each.conditions)))
        case Tax():
            return ", ".join((each.id or each.tax, *_told(each.conditions)))
        case Limit():
            return ", ".join((each.resource, *each.billing_modes))
        case ModeChange():
            return f"{each.source} to {each.target}"
        case DiscountStage():
            return " or ".join(each.discounts)
        case Spec():
            return each.id
    return str(getattr(each, "id", None) or getattr(each, "resource", None) or type(each).__name__)


def _told(conditions: Conditions) -> Iterator[str]:
    yield from (f"{name} {' or '.join(values)}" for name, values in sorted(conditions.when.items()))
    if conditions.effective is not None:
        yield f"from {_plain(conditions.effective)}"


def _whole(value: Any) -> str | None:
    """A value in the words of a rule file; what came or went as a whole has its most telling one."""
    match value:
        case None:
            return None
        case PercentOff():
            return f"{_plain(exact(value.ratio) * 100)}%"
        case DiscountTier():
            return _whole(value.benefit)
        case AmountOff(amounts) | FixedPrice(amounts):
            return ", ".join(f"{_plain(amount)} {currency}" for currency, amount in amounts.by_currency.items())
        case tuple() if not _named(value):
            return ", ".join(_plain(each) for each in value) or "none"
        case Mapping():
            return ", ".join(f"{name}: {_plain(each)}" for name, each in value.items()) or "none"
    return _name(value) if _is_record(value) else _plain(value)


def _plain(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value.normalize():f}"
        case datetime():
            return value.isoformat()
        case tuple():
            return " or ".join(map(_plain, value))
    return str(value)
