"""The calculator's form: which fields an order in a book has, what stands in them, and what they say as an order.

Names of fields: `mode`, `term`, `for`, `date`, `currency`, `coupons`, `item:ID`, `count:ID` (how many of a spec), `attribute:ID`; `later` is the
kind of a later event, and what belongs to it begins with `then-`. Contract: a field that is not sent has its default; one that is sent
counts as it is, and what is wrong with it is said by what reads every order.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from itertools import chain

from engine.documents.format import Formatter
from engine.language.build.flags import EventOptions, OrderOptions
from engine.model.book import BillingMode, Item, PriceBook, QuantityRule
from engine.model.orders import Order
from engine.model.texts import Text
from engine.values.exact import plain
from engine.values.periods import add_months

Values = Mapping[str, str]
PREPAID = "prepaid"
KINDS = ("change", "renew", "switch", "unsubscribe")
THEN = "then-"
MOST_COUPONS = 20


@dataclass(frozen=True, slots=True)
class FormField:
    """A field: its name, label and value. With `options` (value, label) one of them is chosen, by buttons where it is a `choice`; else it is
    written, as a `kind` that the browser knows. `unit` stands behind it, and `path` is what findings call it.
    """

    name: str
    label: str
    value: str
    path: str = ""
    options: tuple[tuple[str, str], ...] = ()
    kind: str = "text"
    unit: str = ""
    choice: bool = False


@dataclass(frozen=True, slots=True)
class CalculatorForm:
    """The form of a book for one reader, with what stands in it."""

    fields: tuple[FormField, ...]
    later: tuple[FormField, ...]

    @property
    def values(self) -> dict[str, str]:
        """What stands in the fields, by their names."""
        return {each.name: each.value for each in chain(self.fields, self.later)}

    @property
    def shape(self) -> str:
        """The fingerprint of the fields without what is written in them: where it is another one, the form on the page is too."""
        said = [replace(each, value=each.value if each.choice else "") for each in chain(self.fields, self.later)]
        return sha256(repr(said).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def calculator_form(book: PriceBook, sent: Values, today: date, words: Formatter) -> CalculatorForm:
    """The fields that the book has for what was `sent`; nothing was: an order that the book itself gives as an example, as of today."""
    given = sent or _example(book)
    say = words.words.gettext
    mode = book.billing_modes.get(given.get("mode", ""), next(iter(book.billing_modes.values())))
    fields = [
        FormField("date", say("Order date"), given.get("date", today.isoformat()), "date", kind="date"),
        FormField("mode", say("Billing mode"), mode.id, "billing_mode", tuple(_titled(book.billing_modes, book, words)), choice=True),
        *_times(mode, given, words),
        *_items(book, mode, given, words, ""),
        *([FormField("coupons", say("Coupon"), given.get("coupons", ""), "coupons")] if any(each.coupon for each in book.discounts.values()) else []),
        *_attributes(book, given, words),
        *_currency(book, given, words),
    ]
    return CalculatorForm(tuple(fields), tuple(_later(book, mode, given, today, words)))


def order_options(values: Values) -> OrderOptions:
    """What the fields say of an order, as it would be typed; raises ValueError for more coupons than anybody has."""
    coupons = values.get("coupons", "").replace(",", " ").split()
    if len(coupons) > MOST_COUPONS:
        raise ValueError(f"{len(coupons)} coupons")
    attributes = [f"{name.partition(':')[2]}={value}" for name, value in values.items() if name.startswith("attribute:") and value.strip()]
    said = {name: values.get(name, "").strip() or None for name in ("mode", "term", "for", "date", "currency")}
    return said["mode"], said["term"], _typed_items(values, ""), said["for"], said["date"], said["currency"], coupons, attributes


def event_options(values: Values) -> EventOptions:
    """What the fields say of the later event."""
    kind = values.get("later", "")
    renew, switch = (values.get(f"{THEN}{name}", "") if kind == name else None for name in ("renew", "switch"))
    return _typed_items(values, THEN) if kind == "change" else [], renew, switch, kind == "unsubscribe"


def _typed_items(values: Values, prefix: str) -> list[str]:
    found = []
    for name, value in values.items():
        if name.startswith(f"{prefix}item:") and value.strip():
            item = name.removeprefix(f"{prefix}item:")
            count = values.get(f"{prefix}count:{item}", "").strip()
            found.append(f"{item}={value.strip()}:{count}" if count else f"{item}={value.strip()}")
    return found


def _example(book: PriceBook) -> dict[str, str]:
    """The first order among the examples as fields, without its date; else what every order of the first mode must have."""
    order = next((each.given for each in book.examples.values() if isinstance(each.given, Order) and each.expect_error is None), None)
    if order is None:
        mode = next(iter(book.billing_modes.values()))
        return {f"item:{each.item}": _least(book.items[each.item]) for each in mode.items if each.presence == "required"}
    found = {"mode": order.billing_mode, "currency": order.currency, "coupons": " ".join(order.coupons)}
    found |= {f"attribute:{name}": value for name, value in order.attributes.items()}
    found |= {name: str(length) for name, length in (("term", order.term), ("for", order.duration)) if length is not None}
    for line in order.lines:
        unit = "" if line.unit in (None, book.items[line.item].unit) else f" {line.unit}"
        written = f"{plain(line.quantity)}{unit}" if line.quantity is not None else ""
        found[f"item:{line.item}"] = line.spec or written
        if line.spec and written:
            found[f"count:{line.item}"] = written
    return found


def _least(item: Item) -> str:
    return item.specs[0].id if item.specs else plain(item.quantity.min) if item.quantity.min is not None else "1"


def _times(mode: BillingMode, given: Values, words: Formatter) -> Iterator[FormField]:
    say = words.words.gettext
    if mode.terms:
        options = tuple((str(each), str(words.duration(each))) for each in mode.terms)
        known = [value for value, _ in options]
        yield FormField("term", say("Term"), _one_of(given.get("term", ""), known), "term", options)
    elif any(each.payment == PREPAID for each in mode.items):
        yield FormField("term", say("Term"), given.get("term", "1 month"), "term")
    if any(each.payment != PREPAID for each in mode.items):
        yield FormField("for", say("Estimate for"), given.get("for", "1 month"), "for")


def _items(book: PriceBook, mode: BillingMode, given: Values, words: Formatter, prefix: str) -> Iterator[FormField]:
    """A field for each item of the mode; of a ladder its specs, and how many where more than one may be had."""
    for sold in mode.items:
        item = book.items[sold.item]
        title, name, path = words.text(item.title, book.language) or item.id, f"{prefix}item:{item.id}", f"items.{item.id}"
        value = given.get(name, _least(item) if sold.presence == "required" and not prefix else "")
        if not item.specs:
            yield FormField(name, title, value, path, unit=_unit(item, book, words))
            continue
        none = [("", words.words.gettext("as it is"))] if prefix else [("", words.words.gettext("none"))] if sold.presence != "required" else []
        options = (*none, *((spec.id, words.text(spec.title, book.language) or spec.id) for spec in item.specs))
        chosen = _one_of(value, [key for key, _ in options])
        yield FormField(name, title, chosen, path, tuple(options))
        if item.quantity != QuantityRule() and chosen:
            count = f"{prefix}count:{item.id}"
            yield FormField(count, words.words.gettext("How many"), given.get(count, ""), path, unit=_unit(item, book, words))


def _unit(item: Item, book: PriceBook, words: Formatter) -> str:
    """The unit behind a quantity, and its steps where not every number can be had."""
    if item.list_amounts is not None:
        return ""  # it is held or not
    unit, step = book.units.get(item.unit), item.quantity.step
    noun = words.noun(unit.title, unit.id, 2, book.language) if unit is not None else item.unit
    if step is None or step == 1:
        return noun
    return words.words.gettext("%(unit)s, steps of %(step)s", unit=noun, step=words.number(step))


def _attributes(book: PriceBook, given: Values, words: Formatter) -> Iterator[FormField]:
    """What may be known of a customer or an order; what comes with usage is no question of an order."""
    none = ("", words.words.gettext("none"))
    for each in book.attributes.values():
        if each.source != "usage":
            name, title = f"attribute:{each.id}", words.text(each.title, book.language) or each.id
            options = (none, *((value, value) for value in each.values)) if each.values else ()
            value = given.get(name, "")
            yield FormField(name, title, _one_of(value, [key for key, _ in options]) if options else value, f"attributes.{each.id}", options)


def _currency(book: PriceBook, given: Values, words: Formatter) -> Iterator[FormField]:
    known = list(dict.fromkeys([book.currency, *(entry.currency for entry in book.prices)]))
    if len(known) > 1:
        yield FormField(
            "currency", words.words.gettext("Currency"), _one_of(given.get("currency", ""), known), "currency", tuple((each, each) for each in known)
        )


def _later(book: PriceBook, mode: BillingMode, given: Values, today: date, words: Formatter) -> Iterator[FormField]:
    """What may happen to the subscription later: one event, and its fields."""
    say = words.words.gettext
    titles = dict(zip(KINDS, (say("Change it"), say("Renew it"), say("Switch the billing mode"), say("Unsubscribe")), strict=True))
    kind = given.get("later", "") if given.get("later", "") in KINDS else ""
    yield FormField("later", say("What happens"), kind, options=(("", say("nothing")), *titles.items()))
    if not kind:
        return
    yield FormField(f"{THEN}date", say("When"), given.get(f"{THEN}date", _later_day(given, today)), kind="date")
    match kind:
        case "change":
            yield from _items(book, mode, given, words, THEN)
        case "renew":
            options = tuple((str(each), str(words.duration(each))) for each in mode.terms)
            yield FormField(f"{THEN}renew", say("Term"), given.get(f"{THEN}renew", options[0][0] if options else "1 month"), options=options)
        case "switch":
            others = tuple(each for each in _titled(book.billing_modes, book, words) if each[0] != mode.id)
            yield FormField(f"{THEN}switch", say("Billing mode"), _one_of(given.get(f"{THEN}switch", ""), [key for key, _ in others]), options=others)


def _later_day(given: Values, today: date) -> str:
    """A month after the order, where its day can be read."""
    try:
        return add_months(date.fromisoformat(given.get("date", today.isoformat())), 1).isoformat()
    except ValueError:
        return (today + timedelta(days=30)).isoformat()


def _titled(known: Mapping[str, BillingMode], book: PriceBook, words: Formatter) -> Iterator[tuple[str, str]]:
    titled: Iterator[tuple[str, Text]] = ((each.id, each.title) for each in known.values())
    yield from ((id, words.text(title, book.language) or id) for id, title in titled)


def _one_of(value: str, known: list[str]) -> str:
    return value if value in known else known[0] if known else ""
