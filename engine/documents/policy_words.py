"""Policies in words: what may be changed, renewed and cancelled, from the rules themselves (rule language, 3.7 and 3.8).

Every value of a policy has its sentence here; a value that this module does not know would be a fault, not a silence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.documents.sheet_words import Teller, sentences
from engine.model.policies import ChangeTerms, ModeChange, Remaining, SpecChange


@dataclass(frozen=True, slots=True)
class Told:
    """A policy as it is told: sentences that run on, one formula in words, points, and labelled texts."""

    paragraphs: tuple[str, ...] = ()
    formula: str = ""
    points: tuple[str, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()


# --- changes of a specification -------------------------------------------------------------------------------------------------


def spec_change(t: Teller, policy: SpecChange | None) -> Told:
    """A spec-change policy in words; a mode without one does not support changes."""
    if policy is None or not policy.supports:
        return _unsupported(t, policy)
    default = policy.by_direction.get("upgrade") or next(iter(policy.by_direction.values()), policy.default)
    points = [*_remaining_points(t, default), *_credit_points(t, default), *_price_points(t, default), *_amount_points(t, default)]
    for direction, terms in policy.by_direction.items():
        if terms != default:
            points.append(_exception(t, direction, terms, default))
    return Told((sentences([_allowed(t, policy.supports), _takes_effect(t, default)]),), _charge_formula(t, default), tuple(point for point in points if point))


def _unsupported(t: Teller, policy: SpecChange | None) -> Told:
    if policy is None:
        return Told((t.say("What was bought cannot be changed."),))
    terms = []
    if reason := t.text(policy.reason):
        terms.append((t.say("Reason"), reason))
    if instead := t.text(policy.instead):
        terms.append((t.say("Instead"), instead))
    return Told((), "", (), tuple(terms)) if terms else Told((t.say("What was bought cannot be changed."),))


def _allowed(t: Teller, supports: Sequence[str]) -> str:
    """What may be changed, in one sentence: the specification, the items, or both."""
    changes = {
        ("upgrade", "downgrade"): t.say("move to a larger or smaller specification"),
        ("upgrade",): t.say("move to a larger specification"),
        ("downgrade",): t.say("move to a smaller specification"),
        ("expand", "reduce"): t.say("add, increase, reduce or drop items"),
        ("expand",): t.say("add items or quantity"),
        ("reduce",): t.say("reduce or drop items"),
    }
    of_spec = changes.get(tuple(one for one in ("upgrade", "downgrade") if one in supports))
    of_items = changes.get(tuple(one for one in ("expand", "reduce") if one in supports))
    if of_spec and of_items:
        return t.say("You may %(change)s and %(other)s.", change=of_spec, other=of_items)
    return t.say("You may %(change)s.", change=of_spec or of_items)


def _takes_effect(t: Teller, terms: ChangeTerms) -> str:
    return t.say("It takes effect at once.") if terms.takes_effect == "immediately" else t.say("It takes effect at the next renewal.")


def _charge_formula(t: Teller, terms: ChangeTerms) -> str:
    """N x R x f - O x R x g in words, with f and g as the policy has them (rule language, 3.8)."""
    if terms.charge == "none":
        return t.say("charge = none until the next renewal")
    if terms.charge == "new-less-credit":
        return t.say("charge = a new full term at the new price − what is left of the old one")
    whole = terms.charge == "full-difference"
    if terms.discount == "on-difference":
        if whole:
            return t.say("charge = (new price − old price) × whole term × (1 − discount of the new price, as ordered)")
        return t.say("charge = (new price − old price) × time left × (1 − discount of the new price, as ordered)")
    if (terms.discount, terms.credit_base) == ("as-ordered", "paid"):
        if whole:
            return t.say("charge = (new price − old price) × whole term × (1 − discount as ordered)")
        return t.say("charge = (new price − old price) × time left × (1 − discount as ordered)")
    new = {
        "as-ordered": t.say("new price less the discount as ordered"),
        "current": t.say("new price less the discount of that day"),
        "none": t.say("new price"),
    }
    old = t.say("old price less the discount as ordered") if terms.credit_base == "paid" else t.say("old price")
    values = {"new": new[terms.discount], "old": old}
    return t.say("charge = (%(new)s − %(old)s) × whole term", **values) if whole else t.say("charge = (%(new)s − %(old)s) × time left", **values)


def _remaining_points(t: Teller, terms: ChangeTerms) -> list[str]:
    left = terms.remaining
    if left is None or terms.charge == "none":
        return []
    return [*_counted(t, left), _counts_from(t, left), _places(t, left)]


def _counted(t: Teller, left: Remaining) -> list[str]:
    """By which convention time left is counted, for each kind of terms that the policy speaks of."""
    months = [convention(t, each) for each in (left.monthly, left.yearly) if each is not None]
    days = convention(t, left.daily) if left.daily is not None else ""
    if not (months and days) and len(set(months)) < 2:
        return [t.say("Time left is counted %(how)s.", how=days or months[0])]
    found = [t.say("Time left in a term of days is counted %(how)s.", how=days)] if days else []
    if len(months) == 2:
        said = t.say("Time left in a yearly term is counted %(yearly)s; in a monthly term, %(monthly)s.", yearly=months[1], monthly=months[0])
        return [said, *found]
    return [*(t.say("Time left in a term of months is counted %(how)s.", how=how) for how in months), *found]


def convention(t: Teller, convention: str) -> str:
    """How a part of a period is counted."""
    conventions = {
        "calendar-months": t.say("month by month, each by its own days"),
        "days-of-365": t.say("in days of a 365-day year, without 29 February"),
        "actual-days": t.say("in days of the actual period"),
        "seconds": t.say("in seconds of the actual period"),
        "30-day-month": t.say("in months of 30 days"),
        "28-day-month": t.say("in months of 28 days"),
        "30-360": t.say("in months of 30 days and years of 360 days"),
        "365/12": t.say("in months of 365/12 days"),
        "whole-period": t.say("as a whole period"),
        "none": t.say("as nothing"),
    }
    return conventions[convention]


def _counts_from(t: Teller, left: Remaining) -> str:
    if not isinstance(left.counts_from, str):
        cases = dict(left.counts_from)
        first = _counting(t, cases.get("purchase-day", "")) if "purchase-day" in cases else ""
        later = _counting(t, cases.get("later", "")) if "later" in cases else ""
        return t.say("On the day of purchase: %(first)s On later days: %(later)s", first=first, later=later)
    return _counting(t, left.counts_from)


def _counting(t: Teller, counts_from: str) -> str:
    match counts_from:
        case "next-day":
            return t.say("The day of the change is not counted.")
        case "same-day":
            return t.say("The day of the change is counted as left.")
        case "next-hour":
            return t.say("Time is counted from the next full hour.")
    return t.say("Time is counted from the moment of the change.")


def _places(t: Teller, left: Remaining) -> str:
    if left.places is None:
        return ""
    return t.say_many(
        "Time left is rounded to %(places)s decimal.",
        "Time left is rounded to %(places)s decimals.",
        left.places,
        places=t.f.number(left.places),
    )


def _credit_points(t: Teller, terms: ChangeTerms) -> list[str]:
    if terms.charge == "none":
        return []
    points = []
    if terms.credit_cap == "paid":
        points.append(t.say("When the result is negative, it is refunded, up to what was paid."))
    else:
        points.append(t.say("When the result is negative, it is refunded."))
    if terms.credit_base == "list":
        points.append(t.say("The old price counts at its list price, whatever was paid."))
    return points


def _amount_points(t: Teller, terms: ChangeTerms) -> list[str]:
    if terms.charge == "none" or terms.amounts == "once":
        return []
    return [t.say("A discount of a fixed amount that the term was bought with is taken off what the change costs too, down to 0.")]


def _price_points(t: Teller, terms: ChangeTerms) -> list[str]:
    if terms.charge == "none":
        return []
    match terms.price_period:
        case "round-up":
            return [t.say("A remainder that is no term on sale takes the price of the next longer term.")]
        case "round-down":
            return [t.say("A remainder that is no term on sale takes the price of the next shorter term.")]
    return []


def _exception(t: Teller, direction: str, terms: ChangeTerms, default: ChangeTerms) -> str:
    changes = {
        "upgrade": t.say("Moving to a larger specification:"),
        "downgrade": t.say("Moving to a smaller specification:"),
        "expand": t.say("Adding items or quantity:"),
        "reduce": t.say("Reducing or dropping items:"),
    }
    parts = [_takes_effect(t, terms)] if terms.takes_effect != default.takes_effect else []
    if (formula := _charge_formula(t, terms)) != _charge_formula(t, default):
        parts.append(t.sentence(formula))
    for points in (_remaining_points, _credit_points, _price_points, _amount_points):
        own, usual = points(t, terms), points(t, default)
        if own != usual:
            parts += own
    if terms.charge != "none" and _price_points(t, default) and not _price_points(t, terms):
        parts.append(t.say("A remainder takes the price of the term that was ordered."))
    if terms.charge != "none" and _amount_points(t, default) and not _amount_points(t, terms):
        parts.append(t.say("A discount of a fixed amount is not taken off."))
    if not parts:
        return ""
    return sentences([changes[direction], *parts])


# --- moving between modes -------------------------------------------------------------------------------------------------------


def mode_change(t: Teller, change: ModeChange) -> str:
    """Whether and when a subscription may move to another billing mode."""
    values = {"source": t.mode(change.source), "target": t.mode(change.target)}
    if change.takes_effect == "immediately":
        return t.say("From %(source)s to %(target)s: at any time, at once.", **values)
    return t.say("From %(source)s to %(target)s: when the paid term ends.", **values)
