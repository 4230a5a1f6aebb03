"""What is said below a table of prices: how they are charged and measured."""

from decimal import Decimal

from engine.documents.teller import ENDLESS_DECIMALS, Teller, capital, sentences, shown
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
    notes += _usage_notes(t, table)
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


def _usage_notes(t: Teller, table: PriceTable) -> list[str]:
    """What is free, covered and counted, the items named once; a table of one item has named it in its title."""
    told: dict[tuple[str, ...], list[str]] = {}
    for group in table.groups:
        said = told.setdefault((group.item,), [])
        if group.allowance:
            said += [_allowance(t, group, group.allowance), t.say("Tiers begin after them.") if group.model in ("graduated", "volume") else ""]
        if group.applies_to == "period-total" and (group.allowance or group.model not in ("per_unit", "flat")):
            said.append(t.say("tiers, packages and free units count what each billing period adds up to."))
        if group.covered_by:
            said.append(t.say("what a subscription includes comes off first."))
    for (measure, window), items in _measured_alike(table).items():
        told.setdefault(items, []).append(_measure(t, measure, window))
    found = []
    for items, said in told.items():
        first, *further = [one for one in dict.fromkeys(said) if one] or [""]
        notes = sentences([first, *map(capital, further)])
        several = len({group.item for group in table.groups}) > 1
        if first:
            found.append(t.say("%(items)s: %(notes)s", items=t.f.titles(map(t.item, items)), notes=notes) if several else capital(notes))
    return found


def _allowance(t: Teller, group: PriceGroup, allowance: Number) -> str:
    """What is free, and how often: an allowance of what is metered is given to each window, or to the billing period as a whole."""
    quantity = t.quantity(allowance, group.unit)
    match group.window if group.applies_to == "each-window" else "period":
        case "hour":
            return t.say("the first %(quantity)s in each hour are free.", quantity=quantity)
        case "day":
            return t.say("the first %(quantity)s on each day are free.", quantity=quantity)
        case "month":
            return t.say("the first %(quantity)s in each month are free.", quantity=quantity)
        case "period":
            return t.say("the first %(quantity)s in each billing period are free.", quantity=quantity)
    return t.say("the first %(quantity)s are free.", quantity=quantity)


def _measured_alike(table: PriceTable) -> dict[tuple[str, str], tuple[str, ...]]:
    """Measure and window, and the items that are measured by them."""
    alike: dict[tuple[str, str], tuple[str, ...]] = {}
    for group in table.groups:
        if group.measure and group.window:
            named = alike.get((group.measure, group.window), ())
            alike[(group.measure, group.window)] = named if group.item in named else (*named, group.item)
    return alike


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
