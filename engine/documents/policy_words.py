"""Policies in words: what may be changed, renewed and cancelled, generated from the rules themselves (rule language, 3.7 and 3.8).

Every value of a policy has its sentence here; a value that this module does not know would be a fault, not a silence.
"""

from dataclasses import dataclass

from engine.documents.sheet_words import Teller, sentences
from engine.model.policies import Cancellation, ChangeTerms, ModeChange, Remaining, Renewal, SpecChange
from engine.values.exact import ZERO
from engine.values.periods import Duration


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
    points = [*_remaining_points(t, default), *_credit_points(t, default), *_price_points(t, default)]
    for direction, terms in policy.by_direction.items():
        if terms != default:
            points.append(_exception(t, direction, terms, default))
    allowed = t.say("You may %(changes)s.", changes=t.f.list(_direction(t, one) for one in policy.supports))
    return Told((sentences([allowed, _takes_effect(t, default)]),), _charge_formula(t, default), tuple(point for point in points if point))


def _unsupported(t: Teller, policy: SpecChange | None) -> Told:
    if policy is None:
        return Told((t.say("What was bought cannot be changed."),))
    terms = []
    if reason := t.text(policy.reason):
        terms.append((t.say("Reason"), reason))
    if instead := t.text(policy.instead):
        terms.append((t.say("Instead"), instead))
    return Told((), "", (), tuple(terms)) if terms else Told((t.say("What was bought cannot be changed."),))


def _direction(t: Teller, direction: str) -> str:
    match direction:
        case "upgrade":
            return t.say("move to a larger specification")
        case "downgrade":
            return t.say("move to a smaller specification")
        case "expand":
            return t.say("add items or quantity")
    return t.say("reduce or drop items")


def _takes_effect(t: Teller, terms: ChangeTerms) -> str:
    return t.say("It takes effect at once.") if terms.takes_effect == "immediately" else t.say("It takes effect at the next renewal.")


def _charge_formula(t: Teller, terms: ChangeTerms) -> str:
    match terms.charge, terms.discount:
        case "none", _:
            return t.say("charge = none until the next renewal")
        case "full-difference", "none":
            return t.say("charge = (new price − old price) × whole term")
        case "full-difference", "current":
            return t.say("charge = (new price × its discount today − old price × its discount as ordered) × whole term")
        case "full-difference", _:
            return t.say("charge = (new price − old price) × whole term × (1 − discount as ordered)")
        case "new-less-credit", _:
            return t.say("charge = a new full term at the new price − what is left of the old one")
        case _, "none":
            return t.say("charge = (new price − old price) × time left")
        case _, "current":
            return t.say("charge = (new price × its discount today − old price × its discount as ordered) × time left")
    return t.say("charge = (new price − old price) × time left × (1 − discount as ordered)")


def _remaining_points(t: Teller, terms: ChangeTerms) -> list[str]:
    left = terms.remaining
    if left is None or terms.charge == "none":
        return []
    monthly, yearly = _convention(t, left.monthly), _convention(t, left.yearly)
    if left.monthly == left.yearly:
        counted = t.say("Time left is counted %(how)s.", how=monthly)
    else:
        counted = t.say("Time left in a yearly term is counted %(yearly)s; in a monthly term, %(monthly)s.", yearly=yearly, monthly=monthly)
    return [counted, _counts_from(t, left), _places(t, left)]


def _convention(t: Teller, convention: str) -> str:
    conventions = {
        "calendar-months": t.say("month by month, each by its own days"),
        "days-of-365": t.say("in days of a 365-day year, without 29 February"),
        "actual-days": t.say("in days of the actual period"),
        "seconds": t.say("in seconds of the actual period"),
        "30-day-month": t.say("in months of 30 days"),
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
    return t.say_many("Time left is rounded to %(places)s decimal.", "Time left is rounded to %(places)s decimals.", left.places, places=t.f.number(left.places))


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
    if (terms.charge, terms.discount) != (default.charge, default.discount):
        parts.append(f"{_charge_formula(t, terms)}.")
    if terms.remaining != default.remaining:
        parts += _remaining_points(t, terms)
    if (terms.credit_base, terms.credit_cap) != (default.credit_base, default.credit_cap):
        parts += _credit_points(t, terms)
    if terms.price_period != default.price_period:
        parts += _price_points(t, terms)
    return sentences([changes[direction], *parts])


# --- renewal --------------------------------------------------------------------------------------------------------------------


def renewal_stops(t: Teller, policy: Renewal, expires: str) -> list[tuple[str, str, str]]:
    """What happens when a subscription ends, in order: (kind, when, what)."""
    stops = []
    if policy.auto_renew is not None:
        when = t.say("%(duration)s before", duration=t.f.duration(policy.auto_renew))
        stops.append(("renew", when, _auto_renewal(t, policy)))
    at = t.say("At the end of the day.") if expires == "end-of-day" else t.say("At the same time of day as the start.")
    starts = t.say("A renewal always starts here, however late it is made.")
    stops.append(("expiry", t.say("Expiry"), sentences([at, starts])))
    if policy.grace is not None:
        stops.append(("grace", t.say("Grace, %(duration)s", duration=t.f.duration(policy.grace)), t.say("Nothing is lost. Renew to go on.")))
    if policy.retention is not None:
        title = t.say("Retention, %(duration)s", duration=t.f.duration(policy.retention))
        stops.append(("retention", title, t.say("Frozen: no operations. Renew to resume.")))
    stops.append(("released", t.say("Released"), t.say("What was subscribed to is released; its data is deleted.")))
    return stops


def _auto_renewal(t: Teller, policy: Renewal) -> str:
    if policy.price == "original":
        return t.say("Automatic renewal, if switched on, is charged at the original price.")
    return t.say("Automatic renewal, if switched on, is charged at the price then in force.")


def renewal_points(t: Teller, policy: Renewal) -> list[str]:
    """What else a renewal policy says."""
    points = []
    if policy.auto_renew is None:
        points.append(t.say("A renewal takes the original price.") if policy.price == "original" else t.say("A renewal takes the price then in force."))
    if policy.anchor == "original-day":
        points.append(t.say("The day of the month stays that of the first purchase; in shorter months it is the last day."))
    else:
        points.append(t.say("After a change the day of the month is that of the change."))
    match policy.align:
        case None:
            pass
        case "calendar":
            points.append(t.say("Terms end with the calendar month."))
        case "last-day":
            points.append(t.say("Terms end on the last day of a month."))
        case day:
            points.append(t.say("Terms end on day %(day)s of a month.", day=t.f.number(int(day))))
    if policy.stub is not None:
        points.append(t.say("The extra part of a period is counted %(how)s.", how=_convention(t, policy.stub)))
    return points


# --- cancellation ---------------------------------------------------------------------------------------------------------------


def cancellation(t: Teller, policy: Cancellation | None, postpaid: bool) -> Told:
    """A cancellation policy in words."""
    if policy is None:
        if postpaid:
            return Told(points=(t.say("It stops when it is unsubscribed; what was used until then is charged."),))
        return Told(points=(t.say("Nothing is refunded before the term ends."),))
    points = [_full_refund(t, policy.full_refund_within)] if policy.full_refund_within is not None else []
    formula = ""
    if policy.refund == "none":
        points.append(t.say("Nothing is refunded before the term ends."))
    else:
        formula = _refund_formula(t, policy)
        points += [*_consumed(t, policy), *_multiples(t, policy), t.say("Coupons are not returned.")]
    if reason := t.text(policy.reason):
        points.append(reason)
    return Told((), formula, tuple(points))


def _full_refund(t: Teller, within: Duration) -> str:
    hours = t.f.number(within.seconds // 3600) if within.seconds and within.seconds % 3600 == 0 else ""
    length = t.f.duration(within)
    if hours and within.seconds >= 86400:
        return t.say("Within %(length)s (%(hours)s hours) of activation the whole amount of a first purchase is refunded, without a fee.", length=length, hours=hours)
    return t.say("Within %(length)s of activation the whole amount of a first purchase is refunded, without a fee.", length=length)


def _refund_formula(t: Teller, policy: Cancellation) -> str:
    fee = any(row.fee != ZERO for row in policy.fees)
    if policy.consumed.by == "re-rated":
        if fee:
            return t.say("refund = paid − list price of the time used − fee, never below zero")
        return t.say("refund = paid − list price of the time used, never below zero")
    if fee:
        return t.say("refund = paid − used share − fee, never below zero")
    return t.say("refund = paid − used share, never below zero")


def _consumed(t: Teller, policy: Cancellation) -> list[str]:
    rule = policy.consumed
    if rule.by == "re-rated":
        return [t.say("The time used is priced anew, with the discount that it alone would have earned.")]
    counts = {
        ("hour", "down"): t.say("The used share counts whole hours; a started hour is not counted."),
        ("hour", "up"): t.say("The used share counts whole hours; a started hour is counted in full."),
        ("day", "down"): t.say("The used share counts whole days; a started day is not counted."),
        ("day", "up"): t.say("The used share counts whole days; a started day is counted in full."),
        ("month", "down"): t.say("The used share counts whole months; a started month is not counted."),
        ("month", "up"): t.say("The used share counts whole months; a started month is counted in full."),
        ("second", "down"): t.say("The used share is counted to the second."),
        ("second", "up"): t.say("The used share is counted to the second."),
    }
    points = [counts[(rule.count, rule.part)]] if (rule.count, rule.part) in counts else []
    if rule.of == "list":
        points.append(t.say("The used share is taken of the list price."))
    return points


def _multiples(t: Teller, policy: Cancellation) -> list[str]:
    times = [row for row in policy.fees if row.consumed_times is not None]
    points = []
    for row in times:
        share = t.f.percent(row.consumed_times)
        if row.term is None:
            points.append(t.say("The used share counts %(share)s.", share=share))
        else:
            points.append(t.say("For a term of %(term)s the used share counts %(share)s.", term=t.f.duration(row.term), share=share))
    return points


def fee_column(t: Teller, before: Duration | None, until: Duration | None) -> str:
    """The head of a column of the fee table: the part of the term in which it is cancelled."""
    if until is None:
        return t.say("Later") if before is not None else t.say("At any time")
    if until.months and until.months % 12 == 0 and (before.months if before else 0) == until.months - 12:
        return t.say("Year %(number)s", number=t.f.number(until.months // 12))
    return t.say("Up to %(duration)s", duration=t.f.duration(until))


# --- moving between modes -------------------------------------------------------------------------------------------------------


def mode_change(t: Teller, change: ModeChange) -> str:
    """Whether and when a subscription may move to another billing mode."""
    values = {"source": t.mode(change.source), "target": t.mode(change.target)}
    if change.takes_effect == "immediately":
        return t.say("From %(source)s to %(target)s: at any time, at once.", **values)
    return t.say("From %(source)s to %(target)s: when the paid term ends.", **values)

