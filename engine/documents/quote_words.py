"""The words and columns of a quote that stand around its steps: titles, dates, stamp, totals, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from engine.documents.format import DASH, Formatter, decimals
from engine.documents.invoice_titles import attributes_called, shortfall_called
from engine.documents.teller import sentences
from engine.model.book import PriceBook
from engine.model.facts import StepFacts
from engine.model.invoices import Invoice, InvoiceLine
from engine.model.quotes import ChangeLine, Quote, QuoteLine, TaxTotal
from engine.model.trace import TraceStep, known
from engine.values.exact import ONE, ZERO, Number, exact, multiply, negate, total
from engine.values.money import minor_places
from engine.values.periods import local_date


@dataclass(frozen=True, slots=True)
class Telling:
    """What the words of a step need: the line's unit and the document's currency, in the reader's language."""

    quote: Quote | Invoice
    book: PriceBook
    words: Formatter
    line: QuoteLine | InvoiceLine | ChangeLine | None = None

    def say(self, message: str, **values: object) -> str:
        """A message in the reader's language."""
        return self.words.words.gettext(message, **values)

    def amount(self, value: Number, sign: bool = False) -> str:
        """An amount in the document's currency."""
        return self.words.amount(value, self.quote.currency, sign=sign)

    def day(self, at: datetime | date | None) -> str:
        """A day in few letters, as everywhere in the document; what it is compared with in the rule files stands beside it as its source."""
        if isinstance(at, datetime):
            at = local_date(at, self.book.zone)
        return self.words.short_date(at) if at else ""

    def last_day(self, end: datetime) -> str:
        """The last day of what holds until before `end`."""
        return self.day(end - timedelta(microseconds=1))

    def quantity(self, value: Number) -> str:
        """A quantity in the line's unit."""
        return self._counted(self.line.unit if self.line else None, value)

    def quantity_of(self, item: str, value: Number) -> str:
        """A quantity in the unit of an item."""
        return self._counted(self.book.items[item].unit if item in self.book.items else None, value)

    def _counted(self, symbol: str | None, value: Number) -> str:
        unit = self.book.units.get(symbol or "")
        return self.words.quantity(value, unit.title, unit.id, self.book.language) if unit else self.words.number(value)


def per_words(per: object, telling: Telling) -> str:
    """What a price is for: `a month`, `once`; empty where it is for the quantity itself."""
    return {
        "hour": telling.say("an hour"),
        "day": telling.say("a day"),
        "week": telling.say("a week"),
        "month": telling.say("a month"),
        "year": telling.say("a year"),
        "once": telling.say("once"),
    }.get(str(per), "")


def net_bounds(trace: Sequence[TraceStep], telling: Telling) -> tuple[str, ...]:
    """The minimum or maximum that holds what discounts left of a line: `at most 100.00`."""
    found = [step for step in trace if step.number == 5 and step.kind in ("minimum", "maximum")]
    return tuple(
        telling.say("at least %(amount)s", amount=telling.amount(known(step.facts["minimum"])))
        if step.kind == "minimum"
        else telling.say("at most %(amount)s", amount=telling.amount(known(step.facts["maximum"])))
        for step in found
    )


def changed_words(facts: StepFacts, item: str, unit: str, telling: Telling) -> str:
    """What a change makes of an item: `15 to 40 users`, `50 users, 500 GB to 100 users, 1 TB`; of a new item what there is of it."""
    words = telling.words

    def both(old: str, new: str) -> str:
        return telling.say("%(old)s to %(new)s", old=old, new=new)

    old_spec, new_spec = (_spec_called(facts.get(name), item, telling) for name in ("old_spec", "spec"))
    old, new = facts.get("old_quantity", ZERO), facts["quantity"]
    specs = both(old_spec, new_spec) if old_spec and new_spec and old_spec != new_spec else new_spec or old_spec
    held = _held(new, unit, telling)
    # One of a spec goes without saying.
    amounts = "" if specs and new == ONE and old in (ZERO, ONE) else both(words.number(old), held) if old and old != new else held
    return words.row(part for part in (specs, amounts) if part)


def changed_sides(facts: StepFacts, item: str, unit: str, telling: Telling) -> tuple[str, str]:
    """What there was of an item before a change, and what there is after it; a dash where there is none of it."""
    sides = []
    for held, spec in ((facts.get("old_quantity", ZERO), facts.get("old_spec")), (facts.get("quantity", ZERO), facts.get("spec"))):
        called = _spec_called(spec, item, telling)
        parts = (called, "" if called and held == ONE else _held(held, unit, telling))
        sides.append(telling.words.row(part for part in parts if part) if held else DASH)
    return sides[0], sides[1]


def _spec_called(named: object, item: str, telling: Telling) -> str:
    if not named:
        return ""
    found = next((each for each in telling.book.items[item].specs if each.id == named), None) if item in telling.book.items else None
    return (telling.words.text(found.title, telling.book.language) if found else "") or telling.words.name(str(named))


def _held(quantity: Number, unit: str, telling: Telling) -> str:
    known = telling.book.units.get(unit)
    return telling.words.quantity(quantity, known.title, known.id, telling.book.language) if known else telling.words.number(quantity)


def days_left(facts: StepFacts) -> int | None:
    """The days that are left of a year of 365; None where the time left is counted otherwise or is longer."""
    if facts.get("convention") != "days-of-365":
        return None
    days = multiply(exact(facts["exact_value"]), Decimal(365))
    return int(days) if days == int(days) and days <= 365 else None


def item_title(line: QuoteLine | ChangeLine, book: PriceBook, words: Formatter) -> str:
    """The item's title in the reader's language, else its id; of a line that makes a commitment up that of the commitment."""
    if isinstance(line, QuoteLine) and line.commitment is not None:
        return shortfall_called(line.commitment, book, words)
    return words.text(book.items[line.item].title, book.language) or line.item


def particulars(line: QuoteLine, book: PriceBook, words: Formatter) -> str:
    """What tells a line from others of its item: its spec, the attributes of usage that it is for, and how many billing periods it lies
    in; empty where nothing does.
    """
    periods = len(line.parts)
    said = words.words.ngettext("%(count)s billing period", "%(count)s billing periods", periods, count=words.number(periods)) if periods else ""
    return words.row(part for part in (spec_title(line, book, words), attributes_called(line.attributes, book, words), said) if part)


def spec_title(line: QuoteLine | ChangeLine, book: PriceBook, words: Formatter) -> str:
    """The spec's title; empty for an item without specs."""
    spec = next((spec for spec in book.items[line.item].specs if spec.id == line.spec), None)
    return (words.text(spec.title, book.language) or spec.id) if spec else ""


def quantity_text(line: QuoteLine, book: PriceBook, words: Formatter) -> str:
    """The line's quantity with its unit: `130 users`; empty where it is of none."""
    if line.commitment is not None:
        return ""
    unit = book.units.get(line.unit)
    return words.quantity(line.quantity, unit.title, unit.id, book.language) if unit else f"{words.number(line.quantity)} {line.unit}"


def when_words(quote: Quote, book: PriceBook, words: Formatter) -> str:
    """Mode, term and dates in one sentence: `Yearly/Monthly, 1 year, from 2026-03-01 to 2027-03-01`."""
    telling = Telling(quote, book, words)
    mode = words.text(book.billing_modes[quote.billing_mode].title, book.language) or quote.billing_mode
    length = quote.term or quote.duration
    start = telling.day(quote.at)
    dates = telling.say("on %(date)s", date=start)
    if quote.expires:
        dates = telling.say("from %(start)s to %(end)s", start=start, end=telling.day(quote.expires))
    return words.row(part for part in (mode, words.duration(length) if length else "", dates) if part)


def head_words(quote: Quote, book: PriceBook, words: Formatter) -> list[tuple[str, str]]:
    """Label and value of what makes the quote a paper: number, for whom, from whom, valid until; empty where it is none."""
    if quote.head is None:
        return []
    say, head = words.words.gettext, quote.head
    valid = words.date(head.valid_until) if head.valid_until else ""
    seller = words.row(words.name(text) for text in (book.seller.name, *book.seller.address) if text) if book.seller else ""
    rows = ((say("Number"), words.isolate(head.number)), (say("For"), words.name(head.customer)), (say("Seller"), seller), (say("Valid until"), valid))
    return [(label, value) for label, value in rows if value]


def status_words(book: PriceBook, words: Formatter) -> str:
    """The stamp of a book whose prices are not real; empty for a published one."""
    match book.status:
        case "illustrative":
            return words.words.gettext("Illustrative prices")
        case "draft":
            return words.words.gettext("Draft prices")
    return ""


def status_reason(book: PriceBook, words: Formatter) -> str:
    """Why the prices are not real."""
    if book.status == "draft":
        return words.words.gettext("Not yet approved and subject to change. Not an offer until the book is published.")
    return words.words.gettext("Placeholders to show how the rules work. Not an offer; nothing can be ordered at these prices.")


def stamp_words(book: PriceBook, words: Formatter) -> str:
    """What stands on every sheet of a book whose prices are not real; empty for a published one."""
    stamp = status_words(book, words)
    return sentences([words.words.gettext("%(words)s.", words=stamp), status_reason(book, words)]) if stamp else ""


def tax_words(quote: Quote, book: PriceBook, words: Formatter) -> str:
    """What the total says about tax."""
    if book.prices_include_tax and quote.taxes:
        return words.words.gettext("tax included")
    return words.words.gettext("before tax") if quote.taxes else words.words.gettext("tax not included")


def tax_title(tax: TaxTotal, book: PriceBook, words: Formatter) -> str:
    """The tax's title in the book, else its id."""
    row = next((row for row in book.taxes if row.tax == tax.tax and row.rate == tax.rate and row.title), None)
    return words.text(row.title, book.language) if row else tax.tax


def money_columns(quote: Quote, words: Formatter) -> list[tuple[str, list[str], str]]:
    """Head, cells and sum of each column of money; one number of decimals per column, and rounding only where there is some."""
    say, least, totals = words.words.gettext, minor_places(quote.currency), quote.totals
    table: list[tuple[str, list[Number], Number]] = [
        (say("List"), [line.list_amount for line in quote.lines], totals.list),
        (say("Discount"), [negate(line.discount_amount) for line in quote.lines], negate(totals.discount)),
        (say("Rounding"), [negate(line.rounding_amount) for line in quote.lines], negate(totals.rounding)),
        # The sum of the lines as shown is the net amount, or the gross one where prices include tax.
        (say("Amount, %(currency)s", currency=quote.currency), [line.amount for line in quote.lines], total(line.amount for line in quote.lines)),
    ]
    shown = []
    for position, (head, values, summed) in enumerate(table):
        if position == 2 and not any(values):
            continue
        places = decimals([*values, summed], least)
        # What rounding added has its plus, as what a discount took off has its minus.
        sign = position == 2
        cells = [words.amount(value, quote.currency, places, sign) for value in values]
        shown.append((head, cells, words.amount(summed, quote.currency, places, sign)))
    return shown


def discount_title(discount: object, telling: Telling) -> str:
    """The title of a discount in the reader's language, else its id."""
    named = telling.book.discounts.get(str(discount))
    return (telling.words.text(named.title, telling.book.language) if named else "") or str(discount)


def rounded_words(step: TraceStep, telling: Telling, how: str = "") -> str:
    """What a step rounded and how: `123.80 to 123, down`; by its rounding rule, or as `how` says."""
    mode = str(step.facts.get("mode", ""))
    modes = {
        "half-up": telling.say("half up"),
        "half-even": telling.say("half to even"),
        "half-down": telling.say("half down"),
        "up": telling.say("up"),
        "down": telling.say("down"),
    }
    before, after = telling.amount(known(step.before)), telling.amount(known(step.value))
    return telling.say("%(before)s to %(amount)s, %(mode)s", before=before, amount=after, mode=how or modes.get(mode, mode))
