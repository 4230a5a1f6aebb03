"""Evaluates an example's history: its account and usage become the invoice of its period, as `pricebook invoice` would make it."""

from engine.billing import make_invoice
from engine.diagnostics import Diagnostic, report
from engine.diagnostics.usage import BAD_USAGE_FILE
from engine.model.accounts import History
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, InvoiceRefusal
from engine.usage import UsageRecord, read_usage
from engine.usage.records import read_usage_rows
from engine.usage.rows import FileRow
from engine.usage.table import known_columns
from engine.values.spans import Span


def evaluate_history(book: PriceBook, history: History) -> Invoice | InvoiceRefusal:
    """The invoice of the history's period, or every reason why there is none; mistakes of the usage come first."""
    records, problems = _read(book, history)
    if problems:
        return InvoiceRefusal(tuple(problems))
    return make_invoice(book, history.account, records, history.start, history.end)


def _read(book: PriceBook, history: History) -> tuple[tuple[UsageRecord, ...], list[Diagnostic]]:
    if history.text is not None:
        read = read_usage(book, history.file, history.text)
        return read.records, [each for each in read.diagnostics if each.severity == "error"]
    problems: list[Diagnostic] = []
    columns = known_columns(book)
    for each in history.rows:
        for name in each.cells.keys() - {*columns}:
            span = Span(each.file, each.line, 1, each.line, 2)
            remedy = "leave it out, or declare it as an attribute with `source: usage`"
            problems.append(report(BAD_USAGE_FILE, f"the book knows no `{name}` of usage", span, subject=name, help=remedy))
    read = read_usage_rows(book, (FileRow(each.file, each.line, each.cells) for each in history.rows))
    return read.records, problems + [each for each in read.diagnostics if each.severity == "error"]
