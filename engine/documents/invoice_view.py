"""An invoice as every format shows it: texts in the reader's language, in reading order.

No format decides more than where they stand.

Source: documents, Invoice.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.documents import invoice_words as said
from engine.documents.credit_words import credit_called, credit_told
from engine.documents.format import NO_BREAK, Formatter
from engine.documents.invoice_chart import UseChart, use_chart
from engine.documents.invoice_rates import Rate, rate_of
from engine.documents.invoice_rules import Rule, billing_mode_of, rules_of
from engine.documents.invoice_steps import Explanation, annex_about, explanations, of_the_whole
from engine.documents.invoice_titles import unit_called
from engine.documents.invoice_words import Writer
from engine.documents.names import with_plain_names
from engine.documents.payment_code import PaymentCode, payment_code
from engine.documents.quote_words import status_words, tax_title
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, InvoiceLine, Issue
from engine.model.quotes import TaxTotal
from engine.values.exact import negate

Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line: what it is for, its price and its amount; `details` is its second line, `note` the number of its rule.

    `measured` is the quantity with its unit in one piece; `rate` is the price of that unit, `discount` what is off it.
    """

    title: str
    details: str
    quantity: str
    unit: str
    measured: str
    period: tuple[str, str]
    rate: Rate
    discount: str
    amount: str
    taxes: tuple[str, ...]
    note: int


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of a subscription under one billing mode; `mode` is the mode's place among the book's, from 1."""

    title: str
    about: str
    mode: int
    lines: tuple[ShownLine, ...]


@dataclass(frozen=True, slots=True)
class ShownTax:
    """A tax by category and rate: its name, what the category means, on how much, how much."""

    title: str
    about: str
    base: str
    amount: str


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """The whole document. `running` heads further pages; `stamp` is empty for a published book.

    `opening` says in a sentence what is to be done; `groups` is empty where nothing is owed.
    """

    name: str
    running: tuple[str, str]
    stamp: Rows
    seller: str
    seller_lines: tuple[str, ...]
    contacts: tuple[str, ...]
    buyer: str
    buyer_lines: tuple[str, ...]
    notices: tuple[str, ...]
    facts: Rows
    opening: str
    groups: tuple[Group, ...]
    due_label: str
    due: str
    payment: Rows
    code: PaymentCode | None
    taxes: tuple[ShownTax, ...]
    net: str
    tax: str
    gross: str
    paid: Rows
    credits: Rows
    includes: str
    rules: tuple[Rule, ...]
    annex_about: str
    annex: tuple[Explanation, ...]
    chart: UseChart | None
    digests: Rows

    @property
    def discounted(self) -> bool:
        """Whether a line has a discount in percent: else there is no column for it."""
        return any(line.discount for group in self.groups for line in group.lines)

    @property
    def taxed(self) -> bool:
        """Whether a line is taxed."""
        return any(line.taxes for group in self.groups for line in group.lines)


def view_of(invoice: Invoice, issue: Issue, book: PriceBook, words: Formatter, explain: bool) -> InvoiceView:
    """What all formats print; with `explain` the chart of use, and the annex with the calculation of each line."""
    invoice, issue, book = with_plain_names(invoice, issue, book)
    w = Writer(invoice, issue, book, words)
    ordered = [line for _, lines in _grouped(invoice) for line in lines]
    rules, notes = rules_of(tuple(ordered), w)
    seller, name = book.seller, said.document_name(w)
    running = " ".join(part for part in (name, words.isolate(issue.number or "")) if part)
    return InvoiceView(
        name=name,
        running=(running, said.party_name(invoice.customer, w)),
        stamp=_stamp(w),
        seller=said.party_name(seller, w) or words.text(book.title, book.language) or book.id,
        seller_lines=tuple(said.party_lines(seller, w)) if seller else (),
        contacts=tuple(said.contact_lines(seller, w)) if seller else (),
        buyer=said.party_name(invoice.customer, w) or w.own(invoice.account),
        buyer_lines=tuple(said.party_lines(invoice.customer, w)),
        notices=tuple(_notices(w)),
        facts=tuple(said.facts(w)),
        opening=said.opening(w),
        groups=tuple(_groups(w, notes)),
        due_label=said.due_label(w),
        due=w.money(w.owed),
        payment=tuple(_payment(w)),
        code=payment_code(w),
        taxes=tuple(_tax(each, w) for each in invoice.taxes) or (_untaxed(w),),
        net=w.amount(invoice.net),
        tax=w.amount(invoice.tax),
        gross=w.amount(invoice.gross),
        paid=tuple(_paid(w)),
        credits=tuple((credit_called(each, w), credit_told(each, w)) for each in invoice.credits),
        includes=w.say("The amounts of the lines include tax.") if invoice.prices_include_tax and invoice.taxes else "",
        rules=tuple(rules),
        annex_about=annex_about(w),
        annex=(*explanations(tuple(ordered), notes, w), *of_the_whole(w)) if explain else (),
        chart=use_chart(ordered, w) if explain else None,
        digests=tuple(_digests(w)),
    )


def _stamp(w: Writer) -> Rows:
    stamp = status_words(w.book, w.words)
    reason = w.say("A draft: nothing to pay.") if w.book.status == "draft" else w.say("A specimen: nothing to pay.")
    return ((stamp, reason),) if stamp else ()


def _notices(w: Writer) -> Iterator[str]:
    if not w.issue.number:
        yield w.say("This is a draft without a number. It is no invoice, and nothing is to be paid on it.")


# --- lines ----------------------------------------------------------------------------------------------------------------------


def _grouped(invoice: Invoice) -> list[tuple[tuple[str, str | None], list[InvoiceLine]]]:
    """The lines by subscription and billing mode, in the order in which these first appear."""
    found: dict[tuple[str, str | None], list[InvoiceLine]] = {}
    modes = {line.subscription: mode for line in reversed(invoice.lines) if (mode := billing_mode_of(line))}
    for line in invoice.lines:
        mode = billing_mode_of(line) or modes.get(line.subscription)
        found.setdefault((line.subscription, mode), []).append(line)
    # A subscription stays together, also where it changed its mode.
    order = {name: position for position, name in reversed(list(enumerate(each.subscription for each in invoice.lines)))}
    return sorted(found.items(), key=lambda entry: order[entry[0][0]])


def _groups(w: Writer, notes: list[int]) -> Iterator[Group]:
    numbers = iter(notes)
    places = {mode: place for place, mode in enumerate(w.book.billing_modes, 1)}
    for (_, mode), lines in _grouped(w.invoice):
        known = w.book.billing_modes.get(mode or "")
        title = w.words.text(known.title, w.book.language) if known else ""
        named = said.subscription_named(lines[0], w)
        terms = {line.term for line in lines if line.term is not None}
        about = said.told([named, w.words.duration(next(iter(terms))) if len(terms) == 1 else ""], w)
        shown = tuple(_line(line, next(numbers), w) for line in lines)
        yield Group(title or (w.words.name(mode) if mode else w.say("Charges")), about, places.get(mode or "", 0), shown)


def _line(line: InvoiceLine, note: int, w: Writer) -> ShownLine:
    rate = rate_of(line, w)
    quantity = line.quantity if rate.quantity is None else rate.quantity
    measured = w.telling(line).quantity(quantity) if quantity is not None else ""
    noun = unit_called(line.unit, quantity, w.book, w.words)
    if quantity is not None and rate.unit:
        noun, measured = rate.unit, w.words.isolate(f"{w.words.number(quantity)}{NO_BREAK}{rate.unit}")
    return ShownLine(
        title=said.line_title(line, w),
        details=w.words.row(said.line_details(line, w)),
        quantity=w.words.number(quantity) if quantity is not None else "",
        unit=noun,
        measured=measured,
        period=said.line_period(line, w),
        rate=rate,
        discount=said.line_discount(line, w),
        amount=w.amount(line.amount),
        taxes=said.line_tax(line, w),
        note=note,
    )


# --- sums -----------------------------------------------------------------------------------------------------------------------


def _tax(each: TaxTotal, w: Writer) -> ShownTax:
    """The title that the book gives the tax and its rate, else its id; below it what its category means."""
    title = w.words.taxed(tax_title(each, w.book, w.words), w.words.percent(each.rate))
    kind = (each.tax, each.rate, each.category)
    row = next((row for row in w.book.taxes if (row.tax, row.rate, row.category) == kind), None)
    reason = w.words.text(row.reason, w.book.language) if row else ""
    return ShownTax(title, reason or said.category_words(each.category, w), w.amount(each.base), w.amount(each.amount))


def _untaxed(w: Writer) -> ShownTax:
    """No tax, and why: the row is never left out."""
    reason = w.say("no tax of the price book applies to this customer") if w.book.taxes else w.say("the price book has no taxes")
    return ShownTax(w.say("No tax"), reason, w.amount(w.invoice.net), w.amount(w.invoice.tax))


def _paid(w: Writer) -> Iterator[tuple[str, str]]:
    """Below the total: what credits pay, how it was rounded, what was paid already, and what is left."""
    for each in w.invoice.credits:
        if each.used:
            yield credit_called(each, w), w.amount(negate(each.used), sign=True)
    if w.invoice.payable_rounding:
        yield w.say("Rounding"), w.amount(w.invoice.payable_rounding, sign=True)
    if w.issue.paid:
        yield w.say("Paid already"), w.amount(negate(w.issue.paid))
    if w.issue.paid or w.invoice.credited or w.invoice.payable_rounding:
        yield w.say("To be paid, %(currency)s", currency=w.words.isolate(w.invoice.currency)), w.amount(w.owed)


def _payment(w: Writer) -> Iterator[tuple[str, str]]:
    seller, wanted = w.book.seller, said.to_be_paid(w)
    if seller and wanted and seller.iban:
        yield w.say("IBAN"), w.words.isolate(said.in_fours(seller.iban))
    if seller and wanted and seller.other.get("bic"):
        yield w.say("BIC"), w.words.isolate(seller.other["bic"])
    if w.issue.number:
        yield w.say("Reference"), w.words.isolate(w.issue.number)
    if w.issue.number and w.book.status == "published" and w.invoice.credit_note:
        yield w.say("Paid back"), said.paid_back(w)
    if wanted and w.book.payment_terms:
        yield w.say("Terms"), w.say("%(time)s, net", time=w.words.duration(w.book.payment_terms))


def _digests(w: Writer) -> Iterator[tuple[str, str]]:
    yield w.say("Book %(id)s", id=w.words.isolate(w.invoice.book_id)), f"sha256:{w.invoice.book_digest.removeprefix('sha256:')}"
    if w.invoice.usage_digest:
        yield w.say("Usage of %(account)s", account=w.words.isolate(w.invoice.account)), f"sha256:{w.invoice.usage_digest}"
