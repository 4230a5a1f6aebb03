"""The words of a price sheet: one phrase book for every format, from the records of `engine.sheet.view`.

Each function says one fact in the reader's language. None decides an amount, an order or a layout.
"""

from collections.abc import Sequence

from engine.documents.row_words import group_unit, has_tier, others, provision, row_label, tier_phrase, tier_range, whom
from engine.documents.teller import Teller, capital, sentences, shown_ratio, teller
from engine.sheet.view import Header, ModeFacts, ModeSheet, PriceColumn, PriceTable

__all__ = [
    "Teller", "capital", "group_unit", "has_tier", "others", "provision", "row_label", "sentences", "shown_ratio", "teller", "tier_phrase", "tier_range",
    "whom",
]  # fmt: skip

MOST_NAMED = 12
"""A sheet of more items than this names them by their groups where it can, and opens their prices by term one by one."""


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
    if header.audience:
        facts.append((t.say("Prices for"), whom(t, {name: (value,) for name, value in header.audience.items()})))
    facts.append((t.say("Currency"), t.f.currency_name(header.currency)))
    facts.append((t.say("Tax"), t.say("Included") if header.prices_include_tax else t.say("Not included")))
    facts.append((t.say("Price book"), t.f.isolate(short_digest(header))))
    return facts


def notices(t: Teller, header: Header) -> list[str]:
    """What a reader has to know before anything else."""
    if not header.nothing_in_force:
        return []
    if header.prices_begin is not None:
        return [t.say("No price is in force before %(date)s.", date=t.day(header.prices_begin))]
    return [t.say("No price is in force on %(date)s.", date=t.day(header.at))]


def language_notice(t: Teller, languages: Sequence[str]) -> list[str]:
    """That the book has no texts in the reader's language; nothing where only a name or two stand in another one."""
    names = t.names
    texts = [*names.items.values(), *names.specs.values(), *names.modes.values(), *names.resources.values()]
    if not languages or any(t.f.language in text.by_language for text in texts):
        return []
    told = t.f.list(t.f.language_name(language) for language in languages)
    return [t.say("Texts of this price book are shown in %(language)s.", language=told)]


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
        ("items", t.say("Billing item"), [t.f.titles(_items(t, mode)) for mode in modes]),
        ("change", t.say("Specifications change"), [supported(t, bool(mode.spec_change)) for mode in modes]),
    ]
    scenarios = [t.text(mode.scenario) for mode in modes]
    return [*rows, ("scenario", t.say("Application scenario"), scenarios)] if any(scenarios) else rows


def _items(t: Teller, mode: ModeFacts) -> list[str]:
    """The items of a mode; of many those that are in a group by its name."""
    groups = t.names.item_group if len(mode.items) > MOST_NAMED else {}
    return list(dict.fromkeys(item_group(t, groups[item]) if item in groups else t.item(item) for item in mode.items))


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
    """The line under a mode's heading: how it is paid, and which items exclude or need each other."""
    choices = [t.say("Exactly one of these is ordered: %(items)s.", items=t.f.titles(map(t.item, items))) for items in mode.one_of]
    choices += [t.say("At least one of these is ordered: %(items)s.", items=t.f.titles(map(t.item, items))) for items in mode.at_least_one]
    return sentences([_how_paid(t, mode), *choices])


def _how_paid(t: Teller, mode: ModeSheet) -> str:
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


def item_group(t: Teller, group: str) -> str:
    """An item group by its name, which the book gives no title: `dedicated-hosts` is said `Dedicated hosts`."""
    return t.f.name(capital(group.replace("-", " ").replace("_", " ")))


def table_title(t: Teller, table: PriceTable) -> str:
    """The items of a table, or what they have in common where they are many."""
    items = list(dict.fromkeys(group.item for group in table.groups))
    if len(items) <= 3:
        return t.f.titles(t.item(item) for item in items)
    return t.say("Metered items") if table.kind == "usage" else t.say("Items ordered by quantity")


def table_about(t: Teller, table: PriceTable, mode: ModeSheet) -> str:
    """The line under a table's title: whether it must be bought, what it is, the unit of its numbers."""
    parts = [_presence(t, table, mode)]
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


def _presence(t: Teller, table: PriceTable, mode: ModeSheet) -> str:
    presences = {group.presence for group in table.groups}
    items = {group.item for group in table.groups}
    # Of what is chosen among others, the note of the mode says how much must be bought.
    if len(presences) > 1 or any(items & set(choice) for choice in (*mode.one_of, *mode.at_least_one)):
        return ""
    if presences == {"required"}:
        return t.say("Required.") if len(items) == 1 else t.say("Both required.") if len(items) == 2 else t.say("All required.")
    return t.say("Optional.")


def _currency_per(t: Teller, per: str | None, before: str) -> str:
    currency = t.f.isolate(t.currency)
    match per:
        case "month":
            said = t.say("%(currency)s per month.", currency=currency)
        case "week":
            said = t.say("%(currency)s per week.", currency=currency)
        case "day":
            said = t.say("%(currency)s per day.", currency=currency)
        case "year":
            said = t.say("%(currency)s per year.", currency=currency)
        case "once":
            said = t.say("%(currency)s, charged once.", currency=currency)
        case _:
            said = t.sentence(currency)
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


def column_head(t: Teller, column: PriceColumn) -> tuple[str, str]:
    """The head of a price column and its second line."""
    match column.kind:
        case "term" if column.term is not None:
            off = t.f.percent(shown_ratio(-column.discount)) if column.discount else ""
            return t.f.duration(column.term), off
        case "month":
            hours = t.f.number(column.hours) if column.hours is not None else ""
            return t.say("Per month"), t.say("%(hours)s h equivalent", hours=hours)
    return _list_head(t, column.per)


def _list_head(t: Teller, per: str | None) -> tuple[str, str]:
    match per:
        case "month":
            return t.say("Monthly"), t.say("list price")
        case "week":
            return t.say("Weekly"), t.say("list price")
        case "year":
            return t.say("Yearly"), t.say("list price")
        case "once":
            return t.say("Once"), t.say("list price")
        case "hour":
            return t.say("Per hour"), ""
        case "day":
            return t.say("Per day"), ""
    return t.say("Price"), ""


def over_terms(t: Teller, per: str | None, with_totals: bool) -> str:
    """The line over the columns of terms, whose prices are for one `per` (None: for several)."""
    match per:
        case "month":
            said = t.say("Effective price per month")
            return t.say("Effective price per month, with the total paid ahead below it") if with_totals else said
        case "week":
            said = t.say("Effective price per week")
            return t.say("Effective price per week, with the total paid ahead below it") if with_totals else said
        case "day":
            said = t.say("Effective price per day")
            return t.say("Effective price per day, with the total paid ahead below it") if with_totals else said
    return t.say("Effective price")
