"""The words of a price sheet: one phrase book for every format, from the records of `engine.sheet.view`.

Each function says one fact in the reader's language. None decides an amount, an order or a layout.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from engine.documents.format import Formatter
from engine.model.texts import Text, UnitTitle
from engine.sheet.view import Column, Header, ModeFacts, ModeSheet, Names, PriceGroup, PriceRow, PriceTable, ProvisionView, SheetView, When
from engine.values.exact import ONE, Number, whole_down
from engine.values.periods import Duration, local_date, zone


@dataclass(frozen=True, slots=True)
class Teller:
    """Who tells: a reader's language, the sheet's names and its currency."""

    f: Formatter
    names: Names
    currency: str
    zone: ZoneInfo

    def say(self, message: str, /, **values: object) -> str:
        """A message in the reader's language."""
        return self.f.words.gettext(message, **values)

    def say_many(self, one: str, many: str, count: Number | int, /, **values: object) -> str:
        """A message in the form for `count`."""
        return self.f.words.ngettext(one, many, count, **values)

    def say_in(self, context: str, message: str, /, **values: object) -> str:
        """A message in the sense of `context`."""
        return self.f.words.pgettext(context, message, **values)

    def text(self, text: Text) -> str:
        """A text of the book, else of its own language."""
        return self.f.text(text, self.names.language)

    def item(self, item: str) -> str:
        """The item's title, else its id."""
        return self.text(self.names.items.get(item, Text())) or self.f.name(item)

    def mode(self, mode: str) -> str:
        """The billing mode's title, else its id."""
        return self.text(self.names.modes.get(mode, Text())) or self.f.name(mode)

    def resource(self, resource: str) -> str:
        """The resource's title, else its id."""
        return self.text(self.names.resources.get(resource, Text())) or self.f.name(resource)

    def spec(self, item: str, spec: str) -> str:
        """The title of one of the item's specs, else its id."""
        return self.kept_together(self.names.specs.get((item, spec), Text())) or self.f.name(spec)

    def kept_together(self, text: Text) -> str:
        """A text with its quantities whole: a number never leaves its unit at the end of a line, nor changes sides with it."""
        said = re.sub(r"(?<=\d) (?=\w)", "\u00a0", text.read(self.f.language, self.names.language))
        return re.sub(r"\d[\d.,]*\u00a0[A-Za-z]+", lambda match: self.f.isolate(match[0]), said)

    def quantity(self, value: Number, unit: str) -> str:
        """A quantity with its unit: `10 users`, `100 GB`."""
        return self.f.quantity(value, self._unit(unit), unit, self.names.language)

    def largest(self, value: Number, unit: str) -> str:
        """A quantity in the largest unit in which it is a whole number: 1,024 GB are 1 TB, 1,500 GB stay."""
        return self.quantity(*self.in_largest(value, unit))

    def in_largest(self, value: Number, unit: str) -> tuple[Number, str]:
        """The quantity and the largest unit in which it is a whole number."""
        best, chosen = value, unit
        table = self.names.unit_table
        for other in table.factors:
            if other != unit and table.convertible(unit, other):
                converted = table.convert(value, unit, other)
                if ONE <= converted < best and converted == whole_down(converted):
                    best, chosen = converted, other
        return best, chosen

    def noun(self, unit: str, count: Number | int) -> str:
        """The unit alone, in the form for `count`."""
        return self.f.noun(self._unit(unit), unit, count, self.names.language)

    def counted(self, unit: str) -> bool:
        """Whether the unit has a name that changes with its number, as what is counted has (`user`, `users`)."""
        return any(len(forms) > 1 for forms in self._unit(unit).by_language.values())

    def day(self, at: datetime | date) -> str:
        """A day in words; an instant falls on its day in the book's zone."""
        return self.f.date(local_date(at, self.zone) if isinstance(at, datetime) else at)

    def _unit(self, unit: str) -> UnitTitle:
        view = self.names.units.get(unit)
        return view.title if view else UnitTitle()


def teller(view: SheetView, f: Formatter) -> Teller:
    """The teller of a sheet for one reader."""
    return Teller(f, view.names, view.header.currency, zone(view.header.timezone))


# --- the head -------------------------------------------------------------------------------------------------------------------


def status(t: Teller, header: Header) -> tuple[str, str] | None:
    """The stamp of a book whose prices are not real, and why; None for a published one."""
    match header.status:
        case "illustrative":
            return t.say("Illustrative prices"), t.say("Placeholders to show how the rules work. Not an offer; nothing can be ordered at these prices.")
        case "draft":
            return t.say("Draft prices"), t.say("Not yet approved and subject to change. Not an offer until the book is published.")
    return None


def head_facts(t: Teller, header: Header) -> list[tuple[str, str]]:
    """What the sheet is of: dates, currency, tax, book."""
    facts = [(t.say("In force from"), t.day(header.in_force_from))] if header.in_force_from else []
    facts.append((t.say("Shown as of"), t.day(header.at)))
    facts.append((t.say("Currency"), t.f.currency_name(header.currency)))
    facts.append((t.say("Tax"), t.say("Included") if header.prices_include_tax else t.say("Not included")))
    facts.append((t.say("Price book"), t.f.isolate(short_digest(header))))
    return facts


def short_digest(header: Header) -> str:
    """The book and the first eight signs of its digest: `koodrive @ 7c41 e09b`."""
    digest = header.digest.removeprefix("sha256:")
    return f"{header.book_id}\u00a0@\u00a0{digest[:4]}\u00a0{digest[4:8]}" if digest else header.book_id


# --- ways to pay ----------------------------------------------------------------------------------------------------------------


def ways_title(t: Teller, modes: Sequence[ModeFacts]) -> str:
    """The heading of the comparison."""
    match len(modes):
        case 1:
            return t.say("How to pay")
        case 2:
            return t.say("Two ways to pay")
        case 3:
            return t.say("Three ways to pay")
    return t.say("Ways to pay")


def comparison_rows(t: Teller, modes: Sequence[ModeFacts]) -> list[tuple[str, str, list[str]]]:
    """The comparison, row by row: what it is about (an id), its label, a text a mode. Source: documents, Price sheet."""
    rows = [
        ("payment", t.say("Payment mode"), [payment(t, mode.payment) for mode in modes]),
        ("cycle", t.say("Billing cycle"), [cycle(t, mode.cycle) for mode in modes]),
        ("items", t.say("Billing item"), [t.f.titles(t.item(item) for item in mode.items) for mode in modes]),
        ("change", t.say("Specifications change"), [supported(t, bool(mode.spec_change)) for mode in modes]),
    ]
    scenarios = [t.text(mode.scenario) for mode in modes]
    return [*rows, ("scenario", t.say("Application scenario"), scenarios)] if any(scenarios) else rows


def payment(t: Teller, how: str) -> str:
    """Prepaid or postpaid."""
    return t.say("Prepaid") if how == "prepaid" else t.say("Postpaid")


def cycle(t: Teller, how: str) -> str:
    """What is billed, and how often."""
    match how:
        case "term":
            return t.say("Billed for your subscription duration")
        case "hour":
            return t.say("Billed for your usage duration by the hour")
        case "day":
            return t.say("Billed for your usage duration by the day")
    return t.say("Billed for your usage by the month")


def supported(t: Teller, is_supported: bool) -> str:
    """Whether specifications can be changed."""
    return t.say("Supported") if is_supported else t.say("Not supported")


def mode_note(t: Teller, mode: ModeSheet) -> str:
    """The line under a mode's heading."""
    if description := t.text(mode.description):
        return description
    if mode.payment == "prepaid" and mode.terms:
        first, last = t.f.duration(mode.terms[0]), t.f.duration(mode.terms[-1])
        if len(mode.terms) == 1:
            return t.say("Paid ahead, for a term of %(term)s.", term=first)
        return t.say("Paid ahead, for a term from %(first)s to %(last)s.", first=first, last=last)
    if mode.payment == "prepaid":
        return t.say("Paid ahead.")
    match mode.cycle:
        case "hour":
            return t.say("Paid afterwards, for each hour of use. No minimum term.")
        case "day":
            return t.say("Paid afterwards, for each day of use. No minimum term.")
    return t.say("Paid afterwards, for each month of use. No minimum term.")


# --- price tables ---------------------------------------------------------------------------------------------------------------


def table_title(t: Teller, table: PriceTable) -> str:
    """The items of a table, or what they have in common where they are many."""
    items = list(dict.fromkeys(group.item for group in table.groups))
    if len(items) <= 3:
        return t.f.titles(t.item(item) for item in items)
    return t.say("Metered items") if table.kind == "usage" else t.say("Items ordered by quantity")


def table_about(t: Teller, table: PriceTable, mode: ModeSheet) -> str:
    """The line under a table's title: whether it must be bought, what it is, the unit of its numbers."""
    parts = [_presence(t, table)]
    items = list(dict.fromkeys(group.item for group in table.groups))
    if len(items) == 1:
        parts.append(t.text(table.groups[0].description))
    pers = {column.per for column in table.columns if column.kind == "list"}
    per = pers.pop() if len(pers) == 1 else None
    if table.kind == "ladder":
        unit = t.noun(table.groups[0].unit, 1)
        parts.append(_currency_per(t, per, t.say("Price per %(unit)s.", unit=unit)))
    elif table.kind == "usage":
        parts.append(_usage_currency(t, mode))
    else:
        parts.append(_currency_per(t, per, ""))
    return sentences(parts)


def _presence(t: Teller, table: PriceTable) -> str:
    presences = {group.presence for group in table.groups}
    items = {group.item for group in table.groups}
    if len(presences) > 1:
        return ""
    if presences == {"required"}:
        return t.say("Required.") if len(items) == 1 else t.say("Both required.") if len(items) == 2 else t.say("All required.")
    return t.say("Optional.")


def _currency_per(t: Teller, per: str | None, before: str) -> str:
    currency = t.f.isolate(t.currency)
    match per:
        case "month":
            said = t.say("%(currency)s per month.", currency=currency)
        case "year":
            said = t.say("%(currency)s per year.", currency=currency)
        case "once":
            said = t.say("%(currency)s, charged once.", currency=currency)
        case _:
            said = f"{currency}."
    return sentences([before, said])


def _usage_currency(t: Teller, mode: ModeSheet) -> str:
    currency = t.f.isolate(t.currency)
    invoiced = mode.invoiced or mode.cycle
    match mode.cycle, invoiced:
        case "hour", "month":
            return t.say("%(currency)s; rated each hour, invoiced each month.", currency=currency)
        case "day", "month":
            return t.say("%(currency)s; rated each day, invoiced each month.", currency=currency)
        case "hour", _:
            return t.say("%(currency)s; rated each hour.", currency=currency)
        case "day", _:
            return t.say("%(currency)s; rated each day.", currency=currency)
    return t.say("%(currency)s; invoiced each month.", currency=currency)


def column_head(t: Teller, column: Column) -> tuple[str, str]:
    """The head of a price column and its second line."""
    match column.kind:
        case "term" if column.term is not None:
            off = t.f.percent(-column.discount) if column.discount else ""
            return t.f.duration(column.term), off
        case "month":
            hours = t.f.number(column.hours) if column.hours is not None else ""
            return t.say("Per month"), t.say("%(hours)s h equivalent", hours=hours)
    return _list_head(t, column.per)


def _list_head(t: Teller, per: str | None) -> tuple[str, str]:
    match per:
        case "month":
            return t.say("Monthly"), t.say("list price")
        case "year":
            return t.say("Yearly"), t.say("list price")
        case "once":
            return t.say("Once"), t.say("list price")
        case "hour":
            return t.say("Per hour"), ""
        case "day":
            return t.say("Per day"), ""
    return t.say("Price"), ""


def over_terms(t: Teller, with_totals: bool) -> str:
    """The line over the columns of terms."""
    if with_totals:
        return t.say("Effective price per month, with the total paid ahead below it")
    return t.say("Effective price per month")


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
    """For whom a row is: `Segment: education`."""
    parts = []
    for attribute, values in when.items():
        title = t.text(t.names.attributes.get(attribute, Text())) or attribute
        parts.append(t.say("%(attribute)s: %(values)s", attribute=title, values=t.f.either(t.f.name(value) for value in values)))
    return t.f.row(parts)


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
            return label, tier_words(t, group, row) if row.above or row.up_to else ""
        case "flat":
            return t.say("Whatever the quantity"), ""
        case "tier-flat":
            return t.say("Once for the tier"), tier_words(t, group, row)
        case "rate":
            return t.say("Share of the amount"), tier_words(t, group, row) if row.above or row.up_to else ""
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
    return re.sub(r"[\W_]", "", text)


def _unit_label(t: Teller, group: PriceGroup, row: PriceRow) -> str:
    if row.above or row.up_to is not None:
        return tier_words(t, group, row)
    if group.step is not None and group.step != ONE:
        return t.say("Any amount, in steps of %(step)s", step=t.quantity(group.step, group.unit))
    return t.say("Any amount")


def tier_words(t: Teller, group: PriceGroup, row: PriceRow) -> str:
    """A tier in words, never as `0-100, 100-500`. Source: pictures guide, Tables."""
    return tier_range(t, group.unit, row)


def tier_range(t: Teller, unit: str, row: PriceRow) -> str:
    """The range of a row of the given unit: counted things by their first and last, measured ones by their bounds."""
    if t.counted(unit) and (row.first is not None or not row.above):
        first = row.first if row.first is not None else ONE
        last = row.last if row.last is not None else row.up_to
        units = t.noun(unit, 1000)
        values = {"units": f"{units[:1].upper()}{units[1:]}", "first": t.f.number(first), "first_quantity": t.quantity(first, unit)}
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
        return t.say_in("tier", "Above %(lower)s", lower=lower) if lower else t.say("Any amount")
    if row.includes_upper and row.includes_lower:
        return t.say_in("tier", "%(lower)s up to %(upper)s", lower=lower, upper=upper)
    if row.includes_upper:
        return t.say_in("tier", "Above %(lower)s, up to %(upper)s", lower=lower, upper=upper) if lower else t.say_in("tier", "The first %(upper)s", upper=upper)
    return t.say_in("tier", "%(lower)s to below %(upper)s", lower=lower, upper=upper) if lower else t.say_in("tier", "Below %(upper)s", upper=upper)


def durations_range(t: Teller, terms: Sequence[Duration]) -> str:
    """Terms of one row: `1 to 9 months` would promise what is not sold, so each is named."""
    return t.f.durations(terms)


def sentences(parts: Iterable[str]) -> str:
    """Sentences one after another; Chinese and Japanese ones need no space, and get none from their own full stop."""
    text = ""
    for part in parts:
        if part:
            text += ("" if not text or text.endswith(("\u3002", "\uff1a")) else " ") + part
    return text
