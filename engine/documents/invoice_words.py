"""The words of an invoice around its amounts: parties, dates, what each line is for, in the reader's language.

Nothing is computed here: a credit note shows the amounts of its invoice with the other sign, and that is all.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from engine.documents.format import END, FIRST_STRONG, NO_BREAK, Formatter, without_isolates
from engine.documents.invoice_titles import attributes_called, shortfall_called
from engine.documents.quote_words import Telling, net_bounds
from engine.documents.time_words import month_words
from engine.model.book import PriceBook
from engine.model.invoices import ByHand, Invoice, InvoiceLine, Issue
from engine.model.parties import Party
from engine.values.exact import ONE, Number, exact, negate, subtract
from engine.values.periods import days_in_month, local_date

STRONG_RIGHT = re.compile(r"[\u0590-\u08ff]")
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes the document: the invoice, how it is issued, its book and the reader's language."""

    invoice: Invoice
    issue: Issue
    book: PriceBook
    words: Formatter

    def say(self, message: str, /, **values: object) -> str:
        """A message in the reader's language."""
        return self.words.words.gettext(message, **values)

    def telling(self, line: InvoiceLine | None = None) -> Telling:
        """What the words of a line's steps need."""
        return Telling(self.invoice, self.book, self.words, line)

    def own(self, text: str) -> str:
        """A name, a line of an address or an id in its own direction, whatever stands around it."""
        if not self.words.right_to_left or not text:
            return text
        return f"{FIRST_STRONG}{text}{END}" if STRONG_RIGHT.search(text) else self.words.isolate(text)

    def shown(self, value: Number) -> Number:
        """The value as the document shows it: what a credit note pays back is positive there."""
        return negate(exact(value)) if self.invoice.credit_note else exact(value)

    def amount(self, value: Number, sign: bool = False) -> str:
        """An amount of the invoice as it is shown, without its currency."""
        return without_isolates(self.words.amount(self.shown(value), self.invoice.currency, sign=sign))

    def money(self, value: Number) -> str:
        """An amount with its currency, as it is shown."""
        return self.words.money(self.shown(value), self.invoice.currency)

    @property
    def owed(self) -> Decimal:
        """What is still to be paid: the sum to pay less what was paid already."""
        return subtract(self.invoice.payable, self.issue.paid)

    def first_day(self, at: datetime) -> date:
        """The day on which a time begins."""
        return local_date(at, self.book.zone)

    def last_day(self, start: datetime, end: datetime) -> date:
        """The last day of [start, end): the one before an end at midnight."""
        return local_date(max(start, end - INSTANT), self.book.zone)

    def days(self, start: datetime, end: datetime) -> str:
        """The days of [start, end) in words, the last one included: `1 March 2026 to 31 March 2026`."""
        first, last = self.first_day(start), self.last_day(start, end)
        if first == last:
            return self.words.date(first)
        return self.say("%(start)s to %(end)s", start=self.words.date(first), end=self.words.date(last))

    def period(self, start: datetime, end: datetime) -> str:
        """[start, end) in words: a calendar month by its name."""
        first, last = self.first_day(start), self.last_day(start, end)
        whole = first == last.replace(day=1) and last.day == days_in_month(last)
        return month_words(self.words.words, first) if whole else self.days(start, end)


# --- the document ---------------------------------------------------------------------------------------------------------------


def document_name(w: Writer) -> str:
    """What the document is; one without a number is a draft of it."""
    if w.invoice.credit_note:
        return w.say("Credit note") if w.issue.number else w.say("Draft credit note")
    return w.say("Invoice") if w.issue.number else w.say("Draft invoice")


def due_label(w: Writer) -> str:
    """What the sum of the document is: to be paid, in the customer's favour, or of a document on which nothing is paid."""
    if not w.issue.number or w.book.status == "draft":
        return w.say("Amount of the draft")
    if w.book.status == "illustrative":
        return w.say("Amount of the specimen")
    if w.invoice.credit_note:
        return w.say("Amount in your favour")
    if not w.owed:
        return w.say("Nothing is to be paid")
    if w.issue.due is None:
        return w.say("Amount due")
    return w.say("Amount due by %(date)s", date=w.words.date(w.issue.due))


def opening(w: Writer) -> str:
    """What the document asks of its reader, in one sentence: how much, until when, for what time."""
    period, owed = w.period(w.invoice.start, w.invoice.end), w.money(w.owed)
    if not w.invoice.lines:
        return w.say("Nothing is owed for %(period)s.", period=period)
    if to_be_paid(w):
        if w.issue.due is None:
            return w.say("Please pay %(sum)s, for %(period)s.", sum=owed, period=period)
        return w.say("Please pay %(sum)s by %(date)s, for %(period)s.", sum=owed, date=w.words.date(w.issue.due), period=period)
    if (w.issue.paid or w.invoice.credited > 0) and not w.owed:
        return w.say("Paid in full: nothing is to be paid for %(period)s.", period=period)
    if w.invoice.credit_note:
        return w.say("%(sum)s in your favour, for %(period)s.", sum=owed, period=period)
    return w.say("%(sum)s for %(period)s.", sum=owed, period=period)


def paid_back(w: Writer) -> str:
    """How the money of a credit note comes back: to the customer's account where it is known."""
    if w.invoice.customer.iban:
        return w.say("to your account %(iban)s", iban=w.words.isolate(in_fours(w.invoice.customer.iban)))
    return w.say("set off against your next invoice, or paid back the way you paid")


def in_fours(iban: str) -> str:
    """An account number as banks print it: DE02 1203 0000 0000 2020 51."""
    digits = "".join(iban.split())
    return NO_BREAK.join(digits[at : at + 4] for at in range(0, len(digits), 4))


def to_be_paid(w: Writer) -> bool:
    """Whether the document asks for money: a numbered invoice of real prices that comes to something."""
    return w.issue.number is not None and w.book.status == "published" and w.owed > 0


def facts(w: Writer) -> Iterator[tuple[str, str]]:
    """Label and value of what identifies the document."""
    yield w.say("Number"), w.words.isolate(w.issue.number) if w.issue.number else w.say("none yet: a draft")
    yield w.say("Date"), w.words.date(w.issue.date)
    yield w.say("Period"), w.days(w.invoice.start, w.invoice.end)
    yield w.say("Account"), w.own(w.invoice.account)
    known = w.invoice.customer.other
    named = (("reference", w.say("Your reference")), ("order", w.say("Your order")), ("contract", w.say("Contract")), ("project", w.say("Project")))
    yield from ((label, w.own(known[key])) for key, label in named if known.get(key))
    if w.issue.preceding:
        yield w.say("Corrects"), w.words.row(map(w.words.isolate, w.issue.preceding))
    yield w.say("Currency"), w.words.currency_name(w.invoice.currency)


def party_lines(party: Party, w: Writer) -> list[str]:
    """The lines below a party's name: address, postal code and city, country, tax id."""
    place = " ".join(part for part in (party.other.get("postcode", ""), party.other.get("city", "")) if part)
    lines = [*party.address, place, w.words.country(party.country or "")]
    if party.tax_id:
        told = w.say("Tax ID %(id)s", id=w.words.isolate(party.tax_id)).replace(" ", NO_BREAK)
        return [*(w.own(line) for line in lines if line), told]
    return [w.own(line) for line in lines if line]


def contact_lines(party: Party, w: Writer) -> list[str]:
    """How the seller is reached and registered."""
    return [w.own(party.other[key]) for key in ("contact", "email", "phone", "registration") if party.other.get(key)]


def party_name(party: Party | None, w: Writer) -> str:
    """The party's name, kept together in a right-to-left text."""
    return w.own(party.name) if party else ""


# --- lines ----------------------------------------------------------------------------------------------------------------------


def line_title(line: InvoiceLine, w: Writer) -> str:
    """What the line charges: the item, or the event where it is for all items; a line by hand has a title of its own."""
    if line.by_hand is not None:
        return w.own(line.by_hand.title)
    if line.commitment is not None:
        return shortfall_called(line.commitment, w.book, w.words)
    if line.item is not None and line.item in w.book.items:
        return w.words.text(w.book.items[line.item].title, w.book.language) or w.words.name(line.item)
    titles = {
        "refund-unsubscription": w.say("Cancellation"),
        "unsubscription-fee": w.say("Cancellation fee"),
        "refund-change": w.say("Specification change"),
        "change": w.say("Specification change"),
        "adjustment-charge": w.say("Adjustment"),
        "adjustment-compensation": w.say("Adjustment"),
    }
    return titles.get(line.bill_type) or (w.words.name(line.item) if line.item else w.say("Charge"))


def line_details(line: InvoiceLine, w: Writer) -> list[str]:
    """The second line: spec, what happened, of what use is made; of a line by hand what is said of it."""
    if line.by_hand is not None:
        return [text for text in (_event(line, w), *by_hand_details(line.by_hand, w), w.say("entered by hand, without a list price")) if text]
    return [text for text in (line_spec(line, w), line_attributes(line, w), _event(line, w), metered(line, w)) if text]


def by_hand_details(said: ByHand, w: Writer) -> list[str]:
    """Why a line was entered by hand, and where that was agreed; nothing where it is not said."""
    reference = w.say("reference %(id)s", id=w.words.isolate(said.reference)) if said.reference else ""
    return [text for text in (w.own(said.reason), reference) if text]


def subscription_named(line: InvoiceLine, w: Writer) -> str:
    """Whose line it is; empty for one of the account as a whole."""
    return w.say("subscription %(id)s", id=w.words.isolate(line.subscription)) if line.subscription else ""


def line_spec(line: InvoiceLine, w: Writer) -> str:
    """The title of the line's spec; empty where it has none."""
    return spec_named(line.item, line.spec, w) if line.spec and line.item is not None and line.item in w.book.items else ""


def line_attributes(line: InvoiceLine, w: Writer) -> str:
    """The attributes of usage that the line is for."""
    return attributes_called(line.attributes, w.book, w.words)


def _event(line: InvoiceLine, w: Writer) -> str:
    day = w.words.short_date(w.first_day(line.at))
    if line.corrects is not None:
        return w.say("corrects %(period)s", period=w.days(*line.corrects))
    # The period beside it says the day, where it begins with it.
    same = w.first_day(line.at) == w.first_day(line.start)
    match line.bill_type:
        case "change" | "refund-change":
            if _is_new(line):
                return w.say("added") if same else w.say("added on %(date)s", date=day)
            return told([w.say("changed") if same else w.say("changed on %(date)s", date=day), _from_to(line, w)], w)
        case "renewal":
            return w.say("renewed on %(date)s", date=day)
        case "auto-renewal":
            return w.say("renewed automatically on %(date)s", date=day)
        case "shortfall":
            step = next((step for step in line.trace if step.kind == "shortfall"), None)
            if step is not None:
                return w.say("%(amount)s billed", amount=w.amount(step.facts["sum"]))
        case "refund-unsubscription" | "unsubscription-fee":
            ended = w.say("cancelled") if same else w.say("cancelled on %(date)s", date=day)
            cut = any(step.kind == "fee-cap" for step in line.trace)
            return told([ended, w.say("at most what is unused") if cut else ""], w)
    return ""


def _is_new(line: InvoiceLine) -> bool:
    """Whether a change added the item: there was none of it before."""
    facts = next((step.facts for step in line.trace if step.kind == "change-of"), None)
    return facts is not None and not facts.get("old_spec") and not facts.get("old_quantity")


def _from_to(line: InvoiceLine, w: Writer) -> str:
    """What a change replaced: `50 users, 500 GB to 100 users, 1 TB`."""
    step = next((step for step in line.trace if step.kind == "change-of"), None)
    if step is None or line.item is None or line.item not in w.book.items:
        return ""
    facts = step.facts
    if facts.get("old_spec") and facts.get("old_spec") != facts.get("spec"):
        return w.say("before: %(old)s", old=spec_named(line.item, str(facts["old_spec"]), w))
    old = facts.get("old_quantity")
    return w.say("before: %(old)s", old=w.telling(line).quantity(old)) if old else ""


def spec_named(item: str, spec: str, w: Writer) -> str:
    """The title of an item's spec, else its id."""
    found = next((each for each in w.book.items[item].specs if each.id == spec), None)
    if found is None or not found.title.by_language:
        return w.words.name(spec)
    said = w.words.quantities_whole(found.title.read(w.words.language, w.book.language))
    return w.words.borrowed(said, found.title.by_language, w.book.language)


def metered(line: InvoiceLine, w: Writer) -> str:
    """What usage is made of: `total of 1,086 records`, or `543 hours, up to 973 GB`."""
    step = next((step for step in line.trace if step.number == 1 and "windows" in step.facts), None)
    if step is None or line.corrects is not None:
        return ""
    facts = step.facts
    if facts["measure"] in ("sum", "count"):
        count = facts["records"]
        return w.words.words.ngettext("total of %(count)s record", "total of %(count)s records", count, count=w.words.number(count))
    if facts["window"] not in ("hour", "day", "month") or facts["windows"] == 1 or line.quantity is None:
        return ""
    time = w.words.time(facts["windows"], str(facts["window"]))
    return w.say("%(time)s, up to %(quantity)s", time=time, quantity=w.telling(line).quantity(line.quantity))


def line_discount(line: InvoiceLine, w: Writer) -> str:
    """What is off the price, in percent, and the bound that holds what is left; of a change what is off both its sides. Other discounts are named by
    the line's rule.
    """
    cuts = [step.facts["ratio"] for step in line.trace if step.kind == "percent-off" and not step.idle and "ratio" in step.facts]
    change = next((step for step in line.trace if step.kind == "change"), None)
    factors = {step.facts["factor"] for step in change.children if "factor" in step.facts} if change is not None else set()
    if len(factors) == 1:
        cuts += [cut for cut in [subtract(ONE, exact(factors.pop()))] if cut > 0]
    return w.words.row([*(w.words.percent(cut) for cut in cuts), *net_bounds(line.trace, w.telling(line))])


def line_period(line: InvoiceLine, w: Writer) -> tuple[str, str]:
    """First and last day of what the line is for: together a range, or each a line of its cell."""
    first = w.first_day(line.start)
    once = line.per == "once" or _charged_once(line, w)
    last = w.last_day(line.start, line.end) if line.end is not None and not once else first
    return w.words.short_date(first), w.words.words.pgettext("range", " – %(end)s", end=w.words.short_date(last)) if last != first else ""


def _charged_once(line: InvoiceLine, w: Writer) -> bool:
    """Whether all that the line charges is due once: it is for no length of time."""
    charges = [step for step in line.trace if step.number == 4 and step.kind in ("times-term", "once", "windows")]
    pers = {w.book.prices[tally.entry].per for step in charges for tally in step.tallies}
    return bool(charges) and all(step.kind == "once" or (step.tallies and pers == {"once"}) for step in charges)


def line_tax(line: InvoiceLine, w: Writer) -> tuple[str, ...]:
    """The rates of the line's taxes, each once: `19%`."""
    return tuple(dict.fromkeys(w.words.percent(each.rate) for each in line.taxed))


def category_words(category: str | None, w: Writer) -> str:
    """A category of tax (EN 16931's code list) in words."""
    return {
        "S": w.say("standard rate"),
        "Z": w.say("zero rate"),
        "E": w.say("exempt from tax"),
        "AE": w.say("reverse charge: the buyer owes the tax"),
        "O": w.say("outside the scope of tax"),
        "K": w.say("supply within the Union, exempt from tax"),
        "G": w.say("export, exempt from tax"),
    }.get(category or "", "")


def told(parts: Iterable[str], w: Writer) -> str:
    """Parts that are not empty, in a row."""
    return w.words.row(part for part in parts if part)
