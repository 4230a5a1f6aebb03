"""An invoice as an Excel workbook: the document, its lines, its taxes and totals, and if asked for how each amount comes about.

As on the page a credit note shows what it pays back as positive amounts, and each change has its sign: a discount is -24.89, a rounding
up +0.002. Nothing is computed here.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.documents import invoice_words as said
from engine.documents.credit_words import credit_called, credit_told
from engine.documents.format import formatter
from engine.documents.invoice_json import last_day
from engine.documents.invoice_steps import Explanation, explanations, of_the_whole
from engine.documents.invoice_titles import bill_type_called, mode_called, spec_called, tax_called, unit_called
from engine.documents.invoice_words import Writer
from engine.documents.names import with_plain_names
from engine.documents.quote_words import stamp_words
from engine.documents.workbook import Cell, Column, Row, Sheet, money, workbook_bytes
from engine.documents.workbook_steps import steps_sheet
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, InvoiceLine, Issue
from engine.values.exact import ZERO, Number, negate, total
from engine.values.periods import local_date


def render_invoice_xlsx(invoice: Invoice, issue: Issue, book: PriceBook, language: str, explain: bool = False) -> bytes:
    """The workbook's file; words in the reader's language, a right-to-left one on sheets from right to left. With `explain`, sheets of use and steps."""
    words = formatter(language)
    invoice, issue, book = with_plain_names(invoice, issue, book)
    w = Writer(invoice, issue, book, words)
    name = said.document_name(w)
    note = stamp_words(book, words)
    sheets = [_document(w, name, note), _lines(w, note), _totals(w, note)]
    if explain:
        explained = [*explanations(invoice.lines, [0] * len(invoice.lines), w), *of_the_whole(w)]
        steps = [(each.title if each.total else f"{number}  {each.title}", each.steps) for number, each in enumerate(explained, 1)]
        sheets += [*_use(explained, w, note), steps_sheet(steps, words, note)]
    return workbook_bytes(sheets, name, issue.date, words.right_to_left)


def _document(w: Writer, name: str, note: str) -> Sheet:
    """Who bills whom, when and how much, as pairs of a label and what it says."""
    invoice, currency, seller = w.invoice, w.invoice.currency, w.book.seller
    rows = [Row((label, value)) for label, value in said.facts(w)]
    if seller is not None:
        rows += _party(w.say("Seller"), (seller.name, *said.party_lines(seller, w), *said.contact_lines(seller, w)), seller.iban)
    rows += _party(w.say("To"), (invoice.customer.name, *said.party_lines(invoice.customer, w)), None)
    sums = ((w.say("Without tax"), invoice.net), (w.say("Tax"), invoice.tax), (w.say("Total, %(currency)s", currency=currency), invoice.gross))
    rows += [Row((label, w.shown(value)), strong=True) for label, value in sums]
    for each in invoice.credits:
        if each.used:
            rows.append(Row((credit_called(each, w), w.shown(negate(each.used)))))
        rows.append(Row((credit_told(each, w), None)))
    if invoice.payable_rounding:
        rows.append(Row((w.say("Rounding"), w.shown(invoice.payable_rounding))))
    if w.issue.paid:
        rows.append(Row((w.say("Paid already"), w.shown(negate(w.issue.paid)))))
    rows.append(Row((said.due_label(w), w.shown(w.owed)), strong=True))
    rows.append(Row((w.say("Book digest"), invoice.book_digest)))
    return Sheet(name, (Column(name), money(w.issue.number or "", currency)), tuple(rows), note)


def _party(label: str, lines: tuple[str, ...], iban: str | None) -> Iterator[Row]:
    for position, line in enumerate((*lines, *((f"IBAN {iban}",) if iban else ()))):
        yield Row((label if position == 0 else "", line))


def _lines(w: Writer, note: str) -> Sheet:
    """One row a line; list amount + discount + rounding = amount, but for a line by hand, which has no list amount."""
    columns = (
        Column(w.say("No."), "number"), Column(w.say("Subscription")), Column(w.say("Billing mode")), Column(w.say("Item")),
        Column(w.say("Specification")), Column(w.say("Details")), Column(w.say("Bill type")), Column(w.say("Quantity"), "number"),
        Column(w.say("Unit")), Column(w.say("First day"), "day"), Column(w.say("Last day"), "day"), Column(w.say("Term")),
        money(w.say("List amount"), w.invoice.currency), money(w.say("Discount"), w.invoice.currency),
        money(w.say("Rounding"), w.invoice.currency), money(w.say("Amount, %(currency)s", currency=w.invoice.currency), w.invoice.currency),
        Column(w.say("Taxes")), money(w.say("Tax"), w.invoice.currency),
    )  # fmt: skip
    rows = [Row(tuple(_line(number, line, w))) for number, line in enumerate(w.invoice.lines, 1)]
    amounts = [total(value or ZERO for value in each) for each in zip(*(_amounts(line, w) for line in w.invoice.lines), strict=True)]
    taxes = w.shown(total(tax.amount for line in w.invoice.lines for tax in line.taxed))
    if rows:
        rows.append(Row((w.say("Total"), *[None] * 11, *amounts, None, taxes), strong=True))
    return Sheet(w.say("Lines"), columns, tuple(rows), note)


def _line(number: int, line: InvoiceLine, w: Writer) -> Iterator[Cell]:
    yield Decimal(number)
    yield line.subscription
    yield mode_called(line.billing_mode, w.book, w.words)
    yield said.line_title(line, w)
    yield spec_called(line.item, line.spec, w.book, w.words)
    yield w.words.row(said.line_details(line, w))
    yield bill_type_called(line.bill_type, w.words)
    yield line.quantity
    yield unit_called(line.unit, line.quantity, w.book, w.words)
    yield local_date(line.start, w.book.zone)
    yield last_day(line.start, line.end, w.book)
    yield w.words.duration(line.term) if line.term is not None else None
    yield from _amounts(line, w)
    yield w.words.row(dict.fromkeys(w.words.percent(tax.rate) for tax in line.taxed)) if line.taxed else None
    yield w.shown(total(tax.amount for tax in line.taxed)) if line.taxed else None


def _amounts(line: InvoiceLine, w: Writer) -> tuple[Number | None, ...]:
    """List amount, discount, rounding and amount; the changes with the sign that they have for a reader."""
    listed = None if line.list_amount is None else w.shown(line.list_amount)
    return listed, negate(w.shown(line.discount_amount)), negate(w.shown(line.rounding_amount)), w.shown(line.amount)


def _use(explained: Sequence[Explanation], w: Writer, note: str) -> Iterator[Sheet]:
    """A row for each time in which a level of use did not change; no sheet where nothing is charged in many windows."""
    columns = (
        Column(w.say("No."), "number"), Column(w.say("Item")), Column(w.words.words.pgettext("time", "From")), Column(w.say("Until")),
        Column(w.say("Times"), "number"), Column(w.say("Lowest level"), "number"), Column(w.say("Highest level"), "number"),
        money(w.say("Amount, exact"), w.invoice.currency),
    )  # fmt: skip
    rows = [
        Row((
            Decimal(number), each.title, w.words.short_instant(use.start, w.book.zone), w.words.short_instant(use.end, w.book.zone), use.windows,
            min(use.levels), max(use.levels), w.shown(use.amount),
        ))
        for number, each in enumerate(explained, 1) if each.use is not None for use in each.use.stretches
    ]  # fmt: skip
    if rows:
        yield Sheet(w.say("Use"), columns, tuple(rows), note)


def _totals(w: Writer, note: str) -> Sheet:
    """A row for each tax, category and rate with its base and amount; then what is to be paid."""
    invoice = w.invoice
    columns = (
        Column(w.say("Tax")), Column(w.say("Tax category")), Column("%", "percent"), money(w.say("Without tax"), w.invoice.currency),
        money(w.say("Tax"), w.invoice.currency), money(w.say("Total with tax"), w.invoice.currency),
    )  # fmt: skip
    rows = [
        Row((tax_called(tax, w.book, w.words), said.category_words(tax.category, w) or tax.category, tax.rate, w.shown(tax.base), w.shown(tax.amount), None))
        for tax in invoice.taxes
    ]
    sums: tuple[Number, ...] = (w.shown(invoice.net), w.shown(invoice.tax), w.shown(invoice.gross))
    rows.append(Row((w.say("Total, %(currency)s", currency=invoice.currency), None, None, *sums), strong=True))
    return Sheet(w.say("Taxes"), columns, tuple(rows), note)
