"""What is said below a table of prices: how they are charged and measured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.documents.row_words import others, whom
from engine.documents.teller import ENDLESS_DECIMALS, Teller, capital, sentences, shown
from engine.model.prices import AllowanceTerms
from engine.sheet.view import PriceGroup, PriceTable
from engine.values.exact import ZERO, Number, exact, multiply
from engine.values.periods import Duration

FEW = 2
"""Notes on items that a reader finds in one paragraph with the others."""


def price_notes(t: Teller, table: PriceTable) -> list[str]:
    """How the table's prices are charged: tiers, what is free, how use is measured, what a month counts; in one paragraph, or where more
    is said of items in one for each of them.
    """
    models = {"chosen" if group.tier_by else group.model for group in table.groups}
    notes = []
    if "graduated" in models:
        notes.append(
            t.say("Graduated tiers: each unit is charged at the price of its own tier, so reaching a tier never changes what the units before it cost.")
        )
    if "volume" in models:
        notes.append(t.say("Volume prices: all units are charged at the price of the tier that their number reaches."))
    of_items = _usage_notes(t, table)
    if len(of_items) <= FEW:
        notes, of_items = notes + of_items, []
    if table.terms_alike:
        by_days = any(column.per in ("day", "week") for column in table.columns)
        notes.append(t.say("The price of a day is the same for each term.") if by_days else t.say("The price per month is the same for each term."))
    hours = next((column.hours for column in table.columns if column.kind == "month" and column.hours is not None), None)
    if hours is not None:
        notes.append(_month_of(t, hours))
    if any(cell and shown(cell.value) != exact(cell.value) for group in table.groups for row in group.rows for cell in row.cells):
        notes.append(
            t.say(
                "Prices that do not end are shown with %(places)s decimals; they are computed exactly.",
                places=t.f.number(ENDLESS_DECIMALS),
            )
        )
    return [sentences(dict.fromkeys(notes)), *of_items]


def _month_of(t: Teller, hours: Number) -> str:
    if multiply(hours, Decimal(12)) == Decimal(8760):
        return t.say("A month of %(hours)s hours is one twelfth of a year of 365 days.", hours=t.f.number(hours))
    return t.say("A month counts %(hours)s hours here.", hours=t.f.number(hours))


def _usage_notes(t: Teller, table: PriceTable) -> list[str]:
    """What is free, covered and counted, the items named once; a table of one item has named it in its title."""
    told: dict[tuple[str, ...], list[str]] = {}
    for group in table.groups:
        alike = [each for each in table.groups if each.item == group.item and each.allowance]
        if (group.item,) not in told and any(each.allowance_terms is not None for each in alike):
            told[group.item,] = [*_shared(t, alike)]
        said = told.setdefault((group.item,), [])
        if group.allowance and not any(each.allowance_terms is not None for each in alike):
            said += [_allowance(t, group, group.allowance), t.say("Tiers begin after them.") if group.model in ("graduated", "volume") else ""]
        said += _applied(t, group)
        if group.tier_by:
            numbers = {each.item for row in group.rows for each in row.beside or () if not each.unit}
            others = t.f.titles(t.item(name) for name in group.tier_by if name not in numbers)
            if others:
                said.append(
                    t.say("all units are charged at the price of one tier: the first that holds what is used of %(items)s in the billing period.", items=others)
                )
            if numbers:
                said.append(
                    t.say(
                        "each record is charged at the price of the first tier that holds its %(names)s.",
                        names=t.f.lowered(t.f.titles(map(t.attribute, sorted(numbers)))),
                    )
                )
        if group.net_minimum is not None:
            said.append(t.say("after discounts, a billing period costs %(amount)s at least.", amount=t.f.amount(group.net_minimum, t.currency)))
        if group.net_maximum is not None:
            said.append(t.say("after discounts, a billing period costs %(amount)s at most.", amount=t.f.amount(group.net_maximum, t.currency)))
        if group.counts is not None:
            said.append(_counts(t, group.counts))
        if group.covered_by:
            said.append(t.say("what a subscription includes comes off first."))
    for metered, items in _measured_alike(table).items():
        told.setdefault(items, []).extend(_metered(t, metered))
    of_notes: dict[tuple[str, ...], dict[str, None]] = {}  # the items of which the same is said
    for items, said in told.items():
        of_notes.setdefault(tuple(one for one in dict.fromkeys(said) if one), {}).update(dict.fromkeys(items))
    of_items: dict[tuple[str, ...], list[str]] = {}
    for notes, of in of_notes.items():
        of_items.setdefault(tuple(of), []).extend(notes)
    found = []
    for items, (first, *further) in ((items, notes) for items, notes in of_items.items() if notes):
        together = sentences([first, *map(capital, further)])
        several = len({group.item for group in table.groups}) > 1
        found.append(t.say("%(items)s: %(notes)s", items=t.f.titles(map(t.item, items)), notes=together) if several else capital(together))
    return found


def _counts(t: Teller, counts: tuple[str, ...]) -> str:
    """On what others cost: on which, and over what time."""
    if not counts:
        return t.say("the list amounts of all other items in a calendar month count, those of all subscriptions of an account together.")
    named = t.f.titles(map(t.item, counts))
    return t.say("the list amounts of %(items)s in a calendar month count, those of all subscriptions of an account together.", items=named)


def _applied(t: Teller, group: PriceGroup) -> Iterator[str]:
    """What a charge is applied to, where that makes a difference, and whether it is due where nothing is used."""
    if group.applies_to == "period-total" and (group.allowance or group.model not in ("per_unit", "flat")):
        yield t.say("tiers, packages and free units count what each billing period adds up to.")
    if group.applies_to == "each-record" and group.measure is not None:
        yield t.say("each record is charged by itself.")
    if group.record_at_least is not None:
        yield t.say("each record counts as %(quantity)s at least.", quantity=t.largest(group.record_at_least, group.unit))
    if group.record_round_up is not None:
        yield t.say("each record counts in whole multiples of %(quantity)s, rounded up.", quantity=t.largest(group.record_round_up, group.unit))
    if group.by_month and group.month_is is not None:
        yield t.say("a price per month is for %(length)s.", length=t.f.duration(group.month_is))
    elif group.by_month:
        yield t.say("a price per month is for all hours of that month.")
    if group.at_zero == "bill":
        yield t.say("it is charged where nothing is used, too.")


def _allowance(t: Teller, group: PriceGroup, allowance: Number) -> str:
    """What is free, and how often: an allowance of what is metered is given to each window, or to the billing period as a whole."""
    quantity = t.quantity(allowance, group.unit)
    pooled = group.allowance_terms is not None and group.allowance_terms.pooled
    match group.window if group.applies_to == "each-window" and not pooled else "period":
        case "hour":
            return t.say("the first %(quantity)s in each hour are free.", quantity=quantity)
        case "day":
            return t.say("the first %(quantity)s on each day are free.", quantity=quantity)
        case "month":
            return t.say("the first %(quantity)s in each month are free.", quantity=quantity)
        case "period":
            return t.say("the first %(quantity)s in each billing period are free.", quantity=quantity)
    return t.say("the first %(quantity)s are free.", quantity=quantity)


def _shared(t: Teller, groups: Sequence[PriceGroup]) -> Iterator[str]:
    """What is free of an item for whom, where it is shared, ends or is carried over."""
    several = len({(group.allowance, group.allowance_terms) for group in groups}) > 1
    terms = dict.fromkeys(group.allowance_terms for group in groups)
    for group in groups:
        free = _allowance(t, group, group.allowance or ZERO)
        own = [*_terms(t, group.allowance_terms)] if group.allowance_terms is not None and len(terms) > 1 else []
        if several:
            whose = whom(t, group.when) if group.when else others(t, [each.when for each in groups])
            free = t.say("%(items)s: %(notes)s", items=whose, notes=sentences([free, *map(capital, own)]))
        yield free
    if any(group.model in ("graduated", "volume") for group in groups):
        yield t.say("Tiers begin after them.")
    common = next(iter(terms))
    if common is not None and len(terms) == 1:
        yield from _terms(t, common)


def _terms(t: Teller, terms: AllowanceTerms) -> Iterator[str]:
    """Who shares what is free, until when there is any, and what becomes of what is left."""
    if terms.across is not None:
        yield t.say("they count once for all that is used of it, in order of time.")
    if terms.over == "account":
        yield t.say("all subscriptions of an account share them.")
    if terms.lasts is not None:
        length = t.f.duration(terms.lasts)
        if terms.over == "account":
            yield t.say("they end %(length)s after the start of the first subscription: a billing period that begins then or later has none.", length=length)
        else:
            yield t.say("they end %(length)s after the start of the subscription: a billing period that begins then or later has none.", length=length)
    if terms.carry_over is not None:
        length = t.f.duration(terms.carry_over)
        yield t.say("what a billing period leaves of them is used first in the next ones, and is gone %(length)s after its end.", length=length)


@dataclass(frozen=True, slots=True)
class _Measuring:
    """How usage is measured: what items that are measured alike have in common."""

    measure: str
    window: str
    hold: bool
    step: Duration | None
    over: str


def _measured_alike(table: PriceTable) -> dict[_Measuring, tuple[str, ...]]:
    """How usage is measured, and the items that are measured so."""
    alike: dict[_Measuring, tuple[str, ...]] = {}
    for group in table.groups:
        if group.measure and group.window:
            metered = _Measuring(group.measure, group.window, group.hold, group.meter_step, group.over)
            named = alike.get(metered, ())
            alike[metered] = named if group.item in named else (*named, group.item)
    return alike


def _metered(t: Teller, metered: _Measuring) -> Iterator[str]:
    yield _measure(t, metered.measure, metered.window)
    if metered.hold:
        yield t.say("a level holds on until the next record.")
    if metered.step is not None and metered.measure == "mean":
        yield t.say("it is looked at in steps of %(length)s.", length=t.f.duration(metered.step))
    if metered.over == "account":
        yield t.say("what all subscriptions of an account use is taken together.")


def _measure(t: Teller, measure: str, window: str) -> str:
    windows = {
        "hour": t.say("each hour"),
        "day": t.say("each day"),
        "month": t.say("each month"),
        "period": t.say("each billing period"),
    }
    counted = windows[window]
    match measure:
        case "max":
            return t.say("the highest value within %(window)s counts.", window=counted)
        case "min":
            return t.say("the lowest value within %(window)s counts.", window=counted)
        case "mean":
            return t.say("the mean over %(window)s counts.", window=counted)
        case "last":
            return t.say("the last value within %(window)s counts.", window=counted)
        case "count":
            return t.say("the number of records in %(window)s counts.", window=counted)
        case "unique":
            return t.say("each different one counts once in %(window)s.", window=counted)
    return t.say("the usage of %(window)s is added up.", window=counted)
