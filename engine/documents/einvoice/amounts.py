"""Whether the amounts of an invoice fit into an e-invoice: decimals, sums, and the tax of each category against its rate."""

from collections.abc import Iterator
from decimal import Decimal

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.einvoice import E_INVOICE_DECIMALS, E_INVOICE_TAX, E_INVOICE_TOTALS
from engine.documents.einvoice.lines import fits, net_of, parts_of
from engine.documents.einvoice.making import taxes_of
from engine.language.wording import short
from engine.model.book import PriceBook
from engine.model.invoices import Invoice
from engine.values.exact import ONE, ZERO, Number, add, magnitude, multiply, plain, round_number, subtract, total
from engine.values.spans import Span

HALF, HALF_PERCENT = Decimal("0.5"), Decimal("0.005")


def amount_problems(invoice: Invoice, book: PriceBook, at: Span | None) -> Iterator[Diagnostic]:
    """Amounts with more than two decimals, sums that do not come out, tax too far from base times rate."""
    if not fits(invoice, 2):
        finer = (line.amount for line in invoice.lines if not _in_cents(line.amount))
        shown = f"{plain(next(finer, invoice.gross))} {invoice.currency}"
        message = f"BR-DEC-23: amounts of an e-invoice have at most two decimals, and one of this invoice is {shown}"
        at_lines = any(not _in_cents(line.amount) for line in invoice.lines)
        step = "lines to two decimals (`rounding: {at: line, places: 2}`)" if at_lines else "taxes to two decimals (`{at: tax, places: 2}` in `rounding`)"
        remedy = f"round {step}, or send it as html or pdf"
        yield report(E_INVOICE_DECIMALS, message, at, subject=invoice.currency, help=remedy)
    yield from _sums(invoice, book, at)
    yield from _tolerances(invoice, book, at)


def _in_cents(amount: Decimal) -> bool:
    return round_number(amount, 2, "half-up") == amount


def _sums(invoice: Invoice, book: PriceBook, at: Span | None) -> Iterator[Diagnostic]:
    """Lines, categories and totals, each against what it is the sum of."""
    parts: dict[tuple[str | None, Decimal], Number] = {}
    for line in invoice.lines:
        found = parts_of(line, book)
        if len({each.tax for each in line.taxed}) > 1 or not found:
            return  # told by the categories
        if total(part.net for part in found) != net_of(line, invoice):
            name = short(line.item or line.subscription)
            taxed = total(part.net for part in found)
            yield _differs("BR-CO-04", f"a part of `{name}` has no tax", taxed, net_of(line, invoice), at)
        for part in found:
            key = (part.category, part.rate)
            parts[key] = add(parts.get(key, ZERO), part.net)
    taxes = taxes_of(invoice, book)
    bases: dict[tuple[str | None, Decimal], Number] = {}
    for tax in taxes:
        bases[tax.category, tax.rate] = add(bases.get((tax.category, tax.rate), ZERO), tax.base)
    for key in dict.fromkeys((*parts, *bases)):
        if parts.get(key, ZERO) != bases.get(key, ZERO):
            what = f"the lines of category {key[0]} and the base of its tax"
            yield _differs(f"BR-{key[0]}-08", what, parts.get(key, ZERO), bases.get(key, ZERO), at)
    checks = (
        ("BR-CO-10", "the lines and the net amount", total(parts.values()), invoice.net),
        ("BR-CO-14", "the taxes and the amount of tax", total(tax.amount for tax in taxes), invoice.tax),
        ("BR-CO-15", "net and tax, and the gross amount", add(invoice.net, invoice.tax), invoice.gross),
    )
    for rule, what, left, right in checks:
        if left != right:
            yield _differs(rule, what, left, right, at)


def _differs(rule: str, what: str, left: Number, right: Number, at: Span | None) -> Diagnostic:
    message = f"{rule}: {what}: {plain(left)} and {plain(right)} should be the same"
    remedy = "make the invoice again from its account; if it comes out like this, please report it with the account and the book"
    return report(E_INVOICE_TOTALS, message, at, help=remedy)


def _tolerances(invoice: Invoice, book: PriceBook, at: Span | None) -> Iterator[Diagnostic]:
    """The tax of a category may differ from base x rate by less than one unit of the currency, and below 0.5% it must be none.

    Source: BR-CO-17 and BR-S-09 as the official rules test them. 30.00 at 19% is 5.70; from 4.71 to 6.69 pass.
    """
    taxes = taxes_of(invoice, book)
    for category, rate in dict.fromkeys((tax.category, tax.rate) for tax in taxes):
        same = [tax for tax in taxes if (tax.category, tax.rate) == (category, rate)]
        base, amount = magnitude(total(tax.base for tax in same)), magnitude(total(tax.amount for tax in same))
        due = round_number(multiply(base, rate), 2, "half-up")
        too_small = rate < HALF_PERCENT and amount >= HALF
        if magnitude(subtract(amount, due)) >= ONE or too_small or (amount and not rate):
            computed = f"{plain(multiply(rate, Decimal(100)))}% of {plain(base, 2)}, which is {plain(due, 2)},"
            reason = "and the rules take a rate below 0.5% for none" if too_small else "by one unit or more"
            message = f"BR-CO-17: the tax of {plain(amount, 2)} differs from {computed} {reason}"
            note = "each event's tax is rounded when it is due, and the differences add up"
            yield report(
                E_INVOICE_TAX, message, at, path="taxes", subject="taxes", notes=() if too_small else (note,),
                help="send it as html or pdf" if too_small else "make an e-invoice for each shorter period",
            )  # fmt: skip
