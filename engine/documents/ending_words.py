"""How a subscription ends, in words: renewal and its stops, refunds and fees of a cancellation (rule language, 3.8)."""

from decimal import Decimal

from engine.documents.policy_words import Told, convention
from engine.documents.teller import Teller, capital, sentences
from engine.documents.time_words import weekday_words
from engine.model.policies import MIDNIGHT, WEEKDAYS, Cancellation, Renewal
from engine.sheet.view import FeeTable
from engine.values.exact import ZERO
from engine.values.periods import Duration


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
        stops.append(
            (
                "grace",
                t.say("Grace, %(duration)s", duration=t.f.duration(policy.grace)),
                t.say("Nothing is lost. Renew to go on."),
            )
        )
    if policy.retention is not None:
        title = t.say("Retention, %(duration)s", duration=t.f.duration(policy.retention))
        stops.append(("retention", title, t.say("Frozen: no operations. Renew to resume.")))
    stops.append(("released", t.say("Released"), t.say("What was subscribed to is released and can no longer be renewed.")))
    return stops


def _auto_renewal(t: Teller, policy: Renewal) -> str:
    if policy.price == "original":
        return t.say("Automatic renewal, if switched on, is charged at the original price.")
    return t.say("Automatic renewal, if switched on, is charged at the price then in force.")


def renewal_points(t: Teller, policy: Renewal, by_day: bool) -> list[str]:
    """What else a renewal policy says; terms of days (`by_day`) keep no day of the month."""
    points = []
    if policy.auto_renew is None:
        points.append(t.say("A renewal takes the original price.") if policy.price == "original" else t.say("A renewal takes the price then in force."))
    if by_day:
        pass
    elif policy.anchor == "original-day":
        points.append(t.say("The day of the month stays that of the first purchase; in shorter months it is the last day."))
    else:
        points.append(t.say("After a change the day of the month is that of the change."))
    points += _unified(t, policy)
    return points


def _unified(t: Teller, policy: Renewal) -> list[str]:
    """On which day terms end together, what the first one is, and what its part of a period costs."""
    if policy.align is None:
        return []
    short = policy.first == "short"
    points = [_unified_day(t, policy.align, policy.align_time)]
    if short:
        points.append(t.say("The first term is shorter: it ends on the first such day after its start."))
    if policy.stub is not None:
        how = convention(t, policy.stub)
        said = t.say("It costs a part of a period, counted %(how)s.", how=how) if short else t.say("The extra part of a period is counted %(how)s.", how=how)
        points.append(said)
    else:
        points.append(t.say("It costs a whole period.") if short else t.say("The extra part of a period is charged as a whole one."))
    return points


def _unified_day(t: Teller, day: str | int, at: str | None) -> str:
    said = at if at not in (None, MIDNIGHT) else None
    match day:
        case "calendar":
            return t.say("Terms end with the calendar month.")
        case "last-day" if said:
            return t.say("Terms end on the last day of a month, at %(time)s.", time=said)
        case "last-day":
            return t.say("Terms end on the last day of a month.") if at is None else t.say("Terms end as the last day of a month begins.")
        case "each-day":
            return t.say("Terms end at %(time)s.", time=at)
        case str():
            name = weekday_words(t.f.words, WEEKDAYS.index(day))
            if said:
                return t.say("Terms end on a %(weekday)s, at %(time)s.", weekday=name, time=said)
            return t.say("Terms end on a %(weekday)s.", weekday=name) if at is None else t.say("Terms end as a %(weekday)s begins.", weekday=name)
    number = t.f.number(day)
    if said:
        return t.say("Terms end on day %(day)s of a month, at %(time)s.", day=number, time=said)
    return t.say("Terms end on day %(day)s of a month.", day=number) if at is None else t.say("Terms end as day %(day)s of a month begins.", day=number)


# --- cancellation ---------------------------------------------------------------------------------------------------------------


def cancellation(t: Teller, policy: Cancellation | None, fees: FeeTable | None, postpaid: bool) -> Told:
    """A cancellation policy in words."""
    if policy is None:
        if postpaid:
            return Told(points=(t.say("It stops when it is cancelled; what was used until then is charged."),))
        return Told(points=(t.say("Nothing is refunded before the term ends."),))
    points = [_full_refund(t, policy.full_refund_within)] if policy.full_refund_within is not None else []
    formula = ""
    if policy.refund == "none":
        points.append(t.say("Nothing is refunded before the term ends."))
    else:
        formula = _refund_formula(t, policy)
        points += [*_consumed(t, policy), *_multiples(t, fees), t.say("Coupons are not returned.")]
    if reason := t.text(policy.reason):
        points.append(reason)
    return Told((), formula, tuple(points))


def _full_refund(t: Teller, within: Duration) -> str:
    hours = t.f.number(within.seconds // 3600) if within.seconds and within.seconds % 3600 == 0 else ""
    length = t.f.duration(within)
    if hours and within.seconds >= 86400:
        return t.say(
            "Within %(length)s (%(hours)s hours) of activation the whole amount of a first purchase is refunded, without a fee.",
            length=length,
            hours=hours,
        )
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
    counts = {
        ("minute", "down"): t.say("The used share counts whole minutes; a started minute is not counted."),
        ("minute", "up"): t.say("The used share counts whole minutes; a started minute is counted in full."),
        ("hour", "down"): t.say("The used share counts whole hours; a started hour is not counted."),
        ("hour", "up"): t.say("The used share counts whole hours; a started hour is counted in full."),
        ("day", "down"): t.say("The used share counts whole days; a started day is not counted."),
        ("day", "up"): t.say("The used share counts whole days; a started day is counted in full."),
        ("month", "down"): t.say("The used share counts whole months; a started month is not counted."),
        ("month", "up"): t.say("The used share counts whole months; a started month is counted in full."),
        ("second", "down"): t.say("The used share is counted to the second."),
        ("second", "up"): t.say("The used share is counted to the second."),
    }
    points = [counts[rule.count, rule.part]]
    if rule.by == "re-rated":
        points.insert(0, t.say("The time used is priced anew, with the discount that it alone would have earned."))
    elif rule.of == "list":
        points.append(t.say("The used share is taken of the list price."))
    return points


def _multiples(t: Teller, table: FeeTable | None) -> list[str]:
    """How often the used share counts, with the terms and the time used for which it does."""
    if table is None:
        return []
    found: dict[tuple[int, Decimal], list[Duration]] = {}
    for terms, cells in table.rows:
        for position, cell in enumerate(cells):
            if cell is not None and cell.consumed_times is not None:
                found.setdefault((position, cell.consumed_times), []).extend(terms)
    return [_multiple(t, table, position, times, terms) for (position, times), terms in found.items()]


def _multiple(t: Teller, table: FeeTable, position: int, times: Decimal, terms: list[Duration]) -> str:
    reached = [term for own, cells in table.rows if cells[position] is not None for term in own]
    before = table.columns[position - 1] if position else None
    until = table.columns[position]
    parts = [t.say("term of %(terms)s", terms=t.f.either(map(t.f.duration, terms)))] if len(terms) < len(reached) else []
    if until is not None and before is not None:
        parts.append(t.say("used for more than %(before)s, up to %(until)s", before=t.f.duration(before), until=t.f.duration(until)))
    elif until is not None:
        parts.append(t.say("used for up to %(until)s", until=t.f.duration(until)))
    elif before is not None:
        parts.append(t.say("used for more than %(before)s", before=t.f.duration(before)))
    said = t.say("The used share counts %(share)s.", share=t.f.percent(times))
    return t.say("%(case)s: %(rule)s", case=capital(t.f.row(parts)), rule=t.f.lowered(said)) if parts else said


def fee_column(t: Teller, before: Duration | None, until: Duration | None) -> str:
    """The head of a column of the fee table: the part of the term in which it is cancelled."""
    if until is None:
        return t.say("Later") if before is not None else t.say("At any time")
    if until.months and until.months % 12 == 0 and (before.months if before else 0) == until.months - 12:
        return t.say("Year %(number)s", number=t.f.number(until.months // 12))
    return t.say("Up to %(duration)s", duration=t.f.duration(until))
