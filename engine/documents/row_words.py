"""The words of a price row: what it is priced for, which tier it is, what it provides and for whom."""

import re
from collections.abc import Iterator, Mapping, Sequence

from engine.documents.format import without_isolates
from engine.documents.teller import Teller, capital
from engine.model.time_bands import BAND
from engine.sheet.view import PriceGroup, PriceRow, ProvisionView, TierBound, When
from engine.values.exact import ONE


def group_unit(t: Teller, group: PriceGroup, metered: bool) -> str:
    """What the prices of a group are for: `per user`, `per 100 GB`."""
    if group.model in ("flat", "percentage") or all(row.part not in ("unit", "package") for row in group.rows):
        return ""
    if group.quantity == ONE:
        return t.say_in("price", "per %(unit)s", unit=t.noun(group.unit, 1))
    quantity = t.quantity(group.quantity, group.unit)
    if metered:
        return t.say_in("price", "per %(quantity)s, billed by the %(unit)s", quantity=quantity, unit=t.noun(group.unit, 1))
    return t.say_in("price", "per %(quantity)s", quantity=quantity)


def whom(t: Teller, when: When) -> str:
    """For whom a row is, as a label: `Segment: education`, `businesses (Germany)`."""
    parts = [customers(t, when)]
    for attribute, values in _declared(t, when):
        parts.append(t.say("%(attribute)s: %(values)s", attribute=t.attribute(attribute), values=t.f.either(t.value(attribute, value) for value in values)))
    return t.f.row(part for part in parts if part)


def others(t: Teller, whens: Sequence[When]) -> str:
    """Whom a row is for that names nobody, beside rows that do: everybody else, or where those are time bands all other times."""
    return t.say("All other times") if {name for when in whens for name in when} == {BAND} else t.say("Everybody else")


def when_cell(audience: Mapping[str, str], when: When) -> str:
    """For whom a row is, for programs: `segment=education; region=eu|us`. The sheet's own reader is in it."""
    whole = {**{name: (value,) for name, value in audience.items()}, **when}
    return "; ".join(f"{name}={'|'.join(values)}" for name, values in whole.items())


def condition(t: Teller, when: When) -> str:
    """The same inside a sentence: `segment “education”`."""
    parts = [customers(t, when)]
    for attribute, values in _declared(t, when):
        quoted = t.f.either(t.say_in("quoted", "“%(title)s”", title=t.band(attribute, value) or value) for value in values)
        parts.append(t.say_in("condition", "%(attribute)s %(values)s", attribute=t.f.lowered(t.attribute(attribute)), values=quoted))
    return t.f.row(part for part in parts if part)


def customers(t: Teller, when: When) -> str:
    """What the language itself knows of a customer, country and business, in words; empty where nothing of it is asked."""
    places = t.f.either(map(t.f.country, when.get("country", ())))
    match tuple(when.get("business", ())), bool(places):
        case ("true",), True:
            return t.say("businesses (%(places)s)", places=places)
        case ("false",), True:
            return t.say("consumers (%(places)s)", places=places)
        case ("true",), False:
            return t.say("businesses")
        case ("false",), False:
            return t.say("consumers")
    return places


def _declared(t: Teller, when: When) -> Iterator[tuple[str, Sequence[str]]]:
    """The attributes that are not told by `customers`, and their values."""
    for attribute, values in when.items():
        if attribute not in ("country", "business"):
            yield attribute, values


def row_label(t: Teller, group: PriceGroup, row: PriceRow) -> tuple[str, str]:
    """What a price is for, and a second line: `Users 1 to 100`; `10 users` over `100 GB`."""
    match row.part:
        case "spec":
            return _spec_label(t, group, row)
        case "unit":
            return _unit_label(t, group, row), ""
        case "package":
            size = t.quantity(row.package_size or ONE, group.unit)
            started = t.say("Each package of %(size)s, a started one in full", size=size)
            label = started if row.part_package in (None, "whole") else t.say("Each package of %(size)s", size=size)
            return label, tier_words(t, group, row) if has_tier(row) else ""
        case "flat":
            return t.say("Whatever the quantity"), ""
        case "tier-flat":
            return t.say("Once for the tier"), tier_words(t, group, row)
        case "rate":
            return t.say("Share of the amount"), tier_words(t, group, row) if has_tier(row) else ""
        case "per-event":
            return t.say("For each transaction"), ""
        case "minimum":
            return t.say("At least"), ""
    return t.say("At most"), ""


def _spec_label(t: Teller, group: PriceGroup, row: PriceRow) -> tuple[str, str]:
    """A spec that is named after what it provides stands on two lines; any other name has its provisions below."""
    title = t.kept_together(row.spec_title) or t.spec(group.item, row.spec or "")
    provided = [provision(t, one) for one in row.provides]
    if provided and _bare(t.f.row(provided)) == _bare(title):
        return provided[0], t.f.row(provided[1:])
    return title, t.f.row(provided)


def provision(t: Teller, one: ProvisionView) -> str:
    """What is provided, a quota with its period."""
    quantity = t.largest(one.quantity, one.unit)
    return t.say("%(quantity)s each month", quantity=quantity) if one.every else quantity


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", without_isolates(text))


def _unit_label(t: Teller, group: PriceGroup, row: PriceRow) -> str:
    if has_tier(row):
        return tier_words(t, group, row)
    if group.step is not None and group.step != ONE:
        return t.say("Any amount, in steps of %(step)s", step=t.quantity(group.step, group.unit))
    return t.say("Any amount")


def has_tier(row: PriceRow) -> bool:
    """Whether the price is for a tier only."""
    return bool(row.above) or row.up_to is not None or row.beside is not None


def tier_words(t: Teller, group: PriceGroup, row: PriceRow) -> str:
    """A tier in words, never as `0-100, 100-500`. Source: pictures guide, Tables."""
    return capital(tier_phrase(t, group, row))


def tier_phrase(t: Teller, group: PriceGroup, row: PriceRow) -> str:
    """The same behind another word: `Storage, the first 50 TB`."""
    # Tiers see what an allowance left: the first unit of the first one is not the first unit.
    return tier_range(t, group.unit, row, by_bounds=bool(group.allowance))


def tier_range(t: Teller, unit: str, row: PriceRow, by_bounds: bool = False) -> str:
    """The range of a row of the given unit, as a phrase inside a sentence: counted things by their first and last, measured ones by their bounds."""
    if row.beside is not None:
        return t.f.row(beside_words(t, each) for each in row.beside) or t.say_in("tier", "larger quantities")
    if t.counted(unit) and not by_bounds and (row.first is not None or not row.above):
        first = row.first if row.first is not None else ONE
        last = row.last if row.last is not None else row.up_to
        values = {
            "units": t.noun(unit, 1000),
            "first": t.f.number(first),
            "first_quantity": t.quantity(first, unit),
        }
        if last is None:
            return t.say_in("tier", "%(units)s %(first)s and above", **values)
        last_words = {"last": t.f.number(last), "last_quantity": t.quantity(last, unit)}
        if row.includes_upper or row.last is not None:
            return t.say_in("tier", "%(units)s %(first)s to %(last)s", **values, **last_words)
    lower = t.largest(row.above, unit) if row.above else ""
    upper = t.largest(row.up_to, unit) if row.up_to is not None else ""
    if not upper:
        if row.includes_lower:
            return t.say_in("tier", "%(lower)s and above", lower=lower)
        return t.say_in("tier", "above %(lower)s", lower=lower) if lower else t.say("Any amount")
    if row.includes_upper and row.includes_lower:
        return t.say_in("tier", "%(lower)s up to %(upper)s", lower=lower, upper=upper)
    if row.includes_upper:
        return t.say_in("tier", "above %(lower)s, up to %(upper)s", lower=lower, upper=upper) if lower else t.say_in("tier", "the first %(upper)s", upper=upper)
    return t.say_in("tier", "%(lower)s to below %(upper)s", lower=lower, upper=upper) if lower else t.say_in("tier", "below %(upper)s", upper=upper)


def beside_words(t: Teller, one: TierBound) -> str:
    """How much is used of another item where a tier holds: `Prompt tokens above 200,000 tokens`."""
    item = t.item(one.item) if one.unit else t.attribute(one.item)
    lower, upper = ("" if each is None else t.quantity(each, one.unit) if one.unit else t.f.number(each) for each in (one.above, one.up_to))
    if lower and upper:
        if one.includes_upper:
            return t.say_in("tier", "%(item)s above %(lower)s, up to %(upper)s", item=item, lower=lower, upper=upper)
        return t.say_in("tier", "%(item)s from %(lower)s to below %(upper)s", item=item, lower=lower, upper=upper)
    if upper:
        if one.includes_upper:
            return t.say_in("tier", "%(item)s up to %(upper)s", item=item, upper=upper)
        return t.say_in("tier", "%(item)s below %(upper)s", item=item, upper=upper)
    if one.includes_lower:
        return t.say_in("tier", "%(item)s from %(lower)s", item=item, lower=lower)
    return t.say_in("tier", "%(item)s above %(lower)s", item=item, lower=lower)
