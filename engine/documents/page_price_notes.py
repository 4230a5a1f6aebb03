"""What is said below a table of prices: how they are charged and measured."""

from decimal import Decimal

from engine.documents.teller import ENDLESS_DECIMALS, Teller, sentences, shown
from engine.sheet.view import PriceGroup, PriceTable
from engine.values.exact import Number, exact, multiply


def price_notes(t: Teller, table: PriceTable) -> list[str]:
    """How the table's prices are charged: tiers, what is free, how use is measured, what a month counts; one paragraph or none."""
    models = {group.model for group in table.groups}
    notes = []
    if "graduated" in models:
        notes.append(
            t.say("Graduated tiers: each unit is charged at the price of its own tier, so reaching a tier never changes what the units before it cost.")
        )
    if "volume" in models:
        notes.append(t.say("Volume prices: all units are charged at the price of the tier that their number reaches."))
    for group in table.groups:
        if group.allowance:
            notes += [_allowance(t, group), t.say("Tiers begin after them.") if group.model in ("graduated", "volume") else ""]
    whole = [each for each in table.groups if each.applies_to == "period-total"]
    notes += [_over_period(t, group) for group in whole if group.allowance or group.model not in ("per_unit", "flat")]
    notes += [_covered(t, group) for group in table.groups if group.covered_by]
    notes += _measures(t, table)
    if table.terms_alike:
        notes.append(t.say("The price per month is the same for each term."))
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
    return [sentences(dict.fromkeys(notes))]


def _month_of(t: Teller, hours: Number) -> str:
    if multiply(hours, Decimal(12)) == Decimal(8760):
        return t.say("A month of %(hours)s hours is one twelfth of a year of 365 days.", hours=t.f.number(hours))
    return t.say("A month counts %(hours)s hours here.", hours=t.f.number(hours))


def _allowance(t: Teller, group: PriceGroup) -> str:
    """What is free, and how often: an allowance of what is metered is given to each window, or to the billing period as a whole."""
    values = {"item": t.item(group.item), "quantity": t.quantity(group.allowance, group.unit)}
    match group.window if group.applies_to == "each-window" else "period":
        case "hour":
            return t.say("%(item)s: the first %(quantity)s in each hour are free.", **values)
        case "day":
            return t.say("%(item)s: the first %(quantity)s on each day are free.", **values)
        case "month":
            return t.say("%(item)s: the first %(quantity)s in each month are free.", **values)
        case "period":
            return t.say("%(item)s: the first %(quantity)s in each billing period are free.", **values)
    return t.say("%(item)s: the first %(quantity)s are free.", **values)


def _over_period(t: Teller, group: PriceGroup) -> str:
    return t.say("%(item)s: tiers, packages and free units count what each billing period adds up to.", item=t.item(group.item))


def _covered(t: Teller, group: PriceGroup) -> str:
    return t.say("%(item)s: what a subscription already provides is not charged.", item=t.item(group.item))


def _measures(t: Teller, table: PriceTable) -> list[str]:
    """How usage is measured, once for items that are measured alike."""
    alike: dict[tuple[str, str], list[str]] = {}
    for group in table.groups:
        if group.measure and group.window:
            named = alike.setdefault((group.measure, group.window), [])
            if group.item not in named:
                named.append(group.item)
    return [_measure(t, measure, window, t.f.titles(map(t.item, items))) for (measure, window), items in alike.items()]


def _measure(t: Teller, measure: str, window: str, items: str) -> str:
    windows = {
        "hour": t.say("each hour"),
        "day": t.say("each day"),
        "month": t.say("each month"),
        "period": t.say("each billing period"),
    }
    values = {"items": items, "window": windows[window]}
    match measure:
        case "max":
            return t.say("%(items)s: the highest value within %(window)s counts.", **values)
        case "min":
            return t.say("%(items)s: the lowest value within %(window)s counts.", **values)
        case "mean":
            return t.say("%(items)s: the mean over %(window)s counts.", **values)
        case "last":
            return t.say("%(items)s: the last value within %(window)s counts.", **values)
        case "count":
            return t.say("%(items)s: the number of records in %(window)s counts.", **values)
        case "unique":
            return t.say("%(items)s: each different one counts once in %(window)s.", **values)
    return t.say("%(items)s: the sum over %(window)s counts.", **values)
