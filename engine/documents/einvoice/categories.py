"""Which taxes an e-invoice can state: one VAT category a line, with a rate that it allows."""

from collections.abc import Iterator
from decimal import Decimal

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.einvoice import E_INVOICE_CATEGORY
from engine.documents.einvoice.codes import CATEGORIES
from engine.documents.einvoice.lines import parts_of
from engine.documents.einvoice.making import taxes_of
from engine.language.wording import short
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, InvoiceLine
from engine.values.exact import multiply, plain
from engine.values.spans import Span

KNOWN = ", ".join(CATEGORIES)


def category_problems(invoice: Invoice, book: PriceBook, at: Span | None, untaxed: bool = False) -> Iterator[Diagnostic]:
    """Lines without a tax (unless `untaxed`: why is known) or with several, categories that e-invoices do not have, rates that do
    not go with theirs."""
    for line in invoice.lines:
        if parts_of(line, book) or not untaxed:
            yield from _of_line(line, book, at)
    for tax in taxes_of(invoice, book):
        kind, rate = CATEGORIES.get(tax.category or ""), f"{plain(multiply(tax.rate, Decimal(100)))}%"
        if tax.category is None:
            remedy = f"write `category:` in its row of `taxes`: one of {KNOWN}"
            yield _problem("BR-CO-04", f"the tax `{tax.tax}` has no category", at, remedy)
        elif kind is None:
            message = f"the category `{tax.category}` of the tax `{tax.tax}` is none of {KNOWN}"
            yield _problem("BR-CL-17", message, at, f"write one of {KNOWN}")
        elif kind.rated == "above" and not tax.rate:
            message = f"category {tax.category} has a rate above zero, and `{tax.tax}` has 0%"
            yield _problem(f"{kind.rule}-05", message, at, "use Z, E, AE or O for what is not taxed")
        elif kind.rated == "zero" and tax.rate:
            message = f"category {tax.category} has the rate 0%, and `{tax.tax}` has {rate}"
            yield _problem(f"{kind.rule}-05", message, at, "use category S for what is taxed")
    categories = dict.fromkeys(tax.category for tax in taxes_of(invoice, book))
    if "O" in categories and len(categories) > 1:
        others = ", ".join(str(each) for each in categories if each != "O")
        message = f"what is not subject to VAT (category O) cannot stand beside category {others} in one e-invoice"
        yield _problem("BR-O-11", message, at, "make an invoice of its own for it, or use category E or Z in the book's `taxes`")


def _of_line(line: InvoiceLine, book: PriceBook, at: Span | None) -> Iterator[Diagnostic]:
    name = f"`{short(line.item)}`" if line.item else f"a line of `{short(line.subscription)}`"
    taxes = dict.fromkeys(each.tax for each in line.taxed)
    if not parts_of(line, book):
        remedy = f"add a row to `taxes` for it: category {KNOWN}, with 0% where nothing is charged"
        yield _problem("BR-CO-04", f"no tax of the book applies to {name}", at, remedy)
    elif len(taxes) > 1:
        listed = " and ".join(f"`{each}`" for each in taxes)
        message = f"{name} bears several taxes ({listed}), and a line of an e-invoice has one"
        yield _problem("BR-CO-04", message, at, "send it as html or pdf, or join them into one row of `taxes`")


def _problem(rule: str, message: str, at: Span | None, remedy: str) -> Diagnostic:
    return report(E_INVOICE_CATEGORY, f"{rule}: {message}", at, path="taxes", subject="taxes", help=remedy)
