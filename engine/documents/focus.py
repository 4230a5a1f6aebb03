"""An invoice as cost rows under FOCUS 1.2 (the FinOps Open Cost and Usage Specification): CSV and Parquet.

One row a line without its tax, and one row for each tax of each line, so that the billed costs add up to what the invoice asks for. How
the columns are read:
- List and contracted cost are the list amount (no price here is marked as negotiated); discounts show in the billed cost, as FOCUS asks.
- The unit price is for the whole time of the row. Where it would not end, the quantity is 1 of the unit `3 user`.
- The effective cost is the billed cost: a term is not spread over rows of later periods, its charge period says what it is for.
- With prices that include tax every cost of a charge is without it, and the tax stands in its own rows: of a list price of 238.00 at 19%
  the charge lists 200.00, its tax 38.00. A list cost that does not end is cut where `shown` cuts it.
- The tax on a list cost is the tax's rate on it, unrounded; with several rates, each on its part of the net amount.
- A line that was entered by hand is an adjustment of the account as a whole; it has no list price, so its list cost is its billed cost.
- A refund of what an earlier billing period invoiced is of class Correction, as the specification has it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from engine.documents.csv_text import csv_text
from engine.documents.focus_columns import BY_ID, COLUMNS, FOCUS_VERSION, FocusRow, Value
from engine.documents.format import formatter, without_isolates
from engine.documents.invoice_json import utc_text
from engine.documents.invoice_titles import attributes_called, attributes_written, line_called, spec_called, tax_called
from engine.documents.names import with_plain_names
from engine.model.book import PriceBook
from engine.model.invoices import BILL_TYPES, Invoice, InvoiceLine, Issue
from engine.model.quotes import LineTax, TaxTotal
from engine.values.exact import ONE, ZERO, Number, add, divide, exact, magnitude, multiply, negate, plain, shown, subtract, total
from engine.values.periods import local_date, start_of_day

MOST_PRICE_DECIMALS = 18
"""A unit price that has more is told for the whole quantity at once."""

_RECURRING = ("new-purchase", "renewal", "auto-renewal")
_CORRECTIONS = ("adjustment-compensation", "adjustment-charge")
_REFUNDS = ("refund-unsubscription", "refund-change")


@dataclass(frozen=True, slots=True)
class _Issued:
    """What all rows of one invoice share."""

    invoice: Invoice
    issue: Issue
    book: PriceBook

    @property
    def common(self) -> dict[str, Value]:
        """The columns that are the same in every row."""
        invoice, book = self.invoice, self.book
        title = without_isolates(formatter(book.language).text(book.title, book.language)) or book.id
        issuer = (book.seller.name if book.seller else "") or title
        return {
            "BillingAccountId": invoice.account, "BillingAccountName": invoice.customer.name or None, "BillingCurrency": invoice.currency,
            "BillingPeriodEnd": invoice.end, "BillingPeriodStart": invoice.start, "InvoiceId": self.issue.number,
            "InvoiceIssuerName": issuer, "ProviderName": issuer, "PublisherName": issuer, "ServiceCategory": "Other",
            "ServiceName": title, "ServiceSubcategory": "Other (Other)", "x_BookDigest": invoice.book_digest, "x_BookId": invoice.book_id,
            "x_BookStatus": book.status, "x_FocusVersion": FOCUS_VERSION,
        }  # fmt: skip


def focus_rows(invoice: Invoice, issue: Issue, book: PriceBook) -> tuple[FocusRow, ...]:
    """The cost rows: each line, followed by its taxes; then whatever tax no line accounts for. Signs are the record's.

    A line of 886.44 with 19% of tax gives rows of 886.44 and 168.42.
    """
    issued = _Issued(*with_plain_names(invoice, issue, book))
    return tuple({column.id: row.get(column.id) for column in COLUMNS} for row in _rows(issued))


def _rows(issued: _Issued) -> Iterator[Mapping[str, Value]]:
    invoice = issued.invoice
    common, shared = issued.common, _shared_taxes(invoice)
    for number, line in enumerate(invoice.lines, 1):
        row = common | _line(line, number, issued)
        yield row
        for tax in line.taxed:
            if (tax.tax, tax.category, tax.rate) in shared:
                yield row | _tax(tax, issued) | _tax_costs(tax, line, issued)
    for due in invoice.taxes:
        if (due.tax, due.category, due.rate) not in shared:
            whole: dict[str, Value] = {"ChargeFrequency": "One-Time", "ChargePeriodStart": invoice.start, "ChargePeriodEnd": invoice.end}
            yield common | whole | _tax(due, issued) | _costs(due.amount, due.amount)


def _shared_taxes(invoice: Invoice) -> set[tuple[str, str | None, Decimal]]:
    """The taxes whose shares on the lines add up to their totals, as they do but for records of an older form."""
    shares: dict[tuple[str, str | None, Decimal], Number] = {}
    for line in invoice.lines:
        for tax in line.taxed:
            key = (tax.tax, tax.category, tax.rate)
            shares[key] = add(shares.get(key, ZERO), tax.amount)
    return {(tax.tax, tax.category, tax.rate) for tax in invoice.taxes if shares.get((tax.tax, tax.category, tax.rate)) == tax.amount}


def _line(line: InvoiceLine, number: int, issued: _Issued) -> dict[str, Value]:
    book, listed = issued.book, shown(_net_list(line, issued))
    category, correction = _category(line, book), _is_correction(line, issued.invoice)
    start, end = _charge_period(line, book)
    row: dict[str, Value] = {
        "ChargeCategory": category, "ChargeClass": "Correction" if correction else None,
        "ChargeDescription": _description(line, book), "ChargeFrequency": _frequency(line, category),
        "ChargePeriodStart": start, "ChargePeriodEnd": end, "SubAccountId": line.subscription or None, "SubAccountName": line.subscription or None,
        "x_BillType": line.bill_type, "x_BillTypeNumber": BILL_TYPES[line.bill_type], "x_BillingMode": line.billing_mode,
        "x_DiscountAmount": shown(line.discount_amount), "x_InvoiceLine": number, "x_RoundingAmount": shown(line.rounding_amount),
        "x_Attributes": attributes_written(line.attributes) or None, "x_Spec": line.spec, "x_Term": str(line.term) if line.term else None,
    }  # fmt: skip
    if line.corrects is not None:
        row |= {"x_CorrectedPeriodStart": line.corrects[0], "x_CorrectedPeriodEnd": line.corrects[1]}
    row |= _costs(shown(_net(line, issued)), listed)
    if line.item is not None and line.commitment is None:
        row |= _sold(line, listed)
        if category == "Usage" and line.quantity is not None:
            row |= {"ConsumedQuantity": shown(line.quantity), "ConsumedUnit": line.unit}
    return row


def _is_correction(line: InvoiceLine, invoice: Invoice) -> bool:
    """Whether the row puts right what an earlier billing period invoiced: an adjustment, or a refund of what was paid before."""
    if line.bill_type not in _REFUNDS:
        return line.corrects is not None
    paid = [step.facts["paid_at"] for part in line.trace for step in part.children if step.kind == "payment-used"]
    if paid:
        return any(at < invoice.start for at in paid)
    return not any(each.subscription == line.subscription and each.bill_type in _RECURRING for each in invoice.lines)


def _category(line: InvoiceLine, book: PriceBook) -> str:
    """What is sold by quantity is usage or a purchase; a fee, a shortfall, and what has no item, adjusts other charges."""
    if line.item is None or line.commitment is not None or line.bill_type == "unsubscription-fee":
        return "Adjustment"
    mode = book.billing_modes.get(line.billing_mode or "")
    used = line.bill_type in ("usage", "hourly") or (line.bill_type in _CORRECTIONS and mode is not None and mode.payment == "postpaid")
    return "Usage" if used else "Purchase"


def _frequency(line: InvoiceLine, category: str) -> str:
    if category == "Usage":
        return "Usage-Based"
    return "Recurring" if line.bill_type in _RECURRING and line.per != "once" else "One-Time"


def _charge_period(line: InvoiceLine, book: PriceBook) -> tuple[datetime, datetime]:
    """The time that the line is for; of one without an end, or without a length, the day of the book's on which it happened."""
    if line.end is not None and line.start < line.end:
        return line.start, line.end
    day = local_date(line.start, book.zone)
    return start_of_day(day, book.zone), start_of_day(day + timedelta(days=1), book.zone)


def _costs(billed: Decimal, listed: Decimal) -> dict[str, Value]:
    return {"BilledCost": billed, "EffectiveCost": billed, "ListCost": listed, "ContractedCost": listed}


def _sold(line: InvoiceLine, listed: Decimal) -> dict[str, Value]:
    """Quantity, unit and unit price, whose product is the list cost to the last digit; the sign is the quantity's.

    288.00 for 10 users is 28.8 a user; 100.00 for 3 users is 100.00 for one of `3 user`.
    """
    quantity, unit, price = _unit_price(line, magnitude(listed))
    if listed < 0:
        quantity = negate(quantity)
    key = "/".join(part for part in (line.billing_mode, line.item, line.spec, attributes_written(line.attributes)) if part)
    return {
        "PricingCategory": "Standard", "PricingQuantity": shown(quantity), "PricingUnit": unit, "ListUnitPrice": price,
        "ContractedUnitPrice": price, "SkuId": line.item, "SkuPriceId": key,
    }  # fmt: skip


def _unit_price(line: InvoiceLine, cost: Decimal) -> tuple[Number, str, Decimal]:
    unit = line.unit or "Units"
    if line.quantity is None or not line.quantity:
        return ONE, unit, cost
    quantity = magnitude(shown(line.quantity))
    price = divide(cost, quantity)
    if isinstance(price, Fraction) or len(plain(price).partition(".")[2]) > MOST_PRICE_DECIMALS:
        return ONE, f"{plain(quantity)} {unit}", cost
    return quantity, unit, price


def _description(line: InvoiceLine, book: PriceBook) -> str:
    """What the charge is, in the book's language: `Basic edition, 50 users, 500 GB, 1 edition`."""
    if line.by_hand is not None:
        return ", ".join(filter(None, (line.by_hand.title, line.by_hand.reason, line.by_hand.reference)))
    words = formatter(book.language)
    quantity = f"{plain(line.quantity)} {line.unit or ''}".strip() if line.quantity is not None else ""
    named = (line_called(line, book, words), spec_called(line.item, line.spec, book, words), attributes_called(line.attributes, book, words), quantity)
    return without_isolates(", ".join(part for part in named if part)) or line.bill_type


# --- taxes ----------------------------------------------------------------------------------------------------------------------


def _tax(tax: LineTax | TaxTotal, issued: _Issued) -> dict[str, Value]:
    """What makes a row one of tax; the columns that tell of a price are empty."""
    emptied: dict[str, Value] = {column.id: None for column in COLUMNS if "Tax" in column.null_for}
    name = without_isolates(tax_called(tax, issued.book, formatter(issued.book.language)))
    return emptied | {
        "ChargeCategory": "Tax", "ChargeDescription": f"{name} {plain(multiply(tax.rate, ONE.scaleb(2)))}%", "x_DiscountAmount": None,
        "x_RoundingAmount": None, "x_TaxCategory": tax.category, "x_TaxName": tax.tax, "x_TaxRate": tax.rate,
    }  # fmt: skip


def _net(line: InvoiceLine, issued: _Issued) -> Number:
    """The line's amount without its taxes: of 119.00 that include 19.00 of tax, 100.00."""
    return subtract(line.amount, total(tax.amount for tax in line.taxed)) if issued.invoice.prices_include_tax else line.amount


def _net_list(line: InvoiceLine, issued: _Issued) -> Number:
    """The list amount without the tax that it includes: of 238.00 at 19%, 200.00. Of two rates each counts by its part of the line."""
    if line.list_amount is None:
        return _net(line, issued)
    if not issued.invoice.prices_include_tax or not line.taxed:
        return line.list_amount
    return divide(line.list_amount, add(ONE, total(_tax_share(tax, line, issued) for tax in line.taxed)))


def _tax_costs(tax: LineTax, line: InvoiceLine, issued: _Issued) -> dict[str, Value]:
    """The tax, and what it would be on the list amount: 19% of 1068.00 is 202.92. Where there is none, both are the tax."""
    if line.list_amount is None:
        return _costs(tax.amount, tax.amount)
    return _costs(tax.amount, shown(multiply(_net_list(line, issued), _tax_share(tax, line, issued))))


def _tax_share(tax: LineTax, line: InvoiceLine, issued: _Issued) -> Number:
    """What the tax takes of the line's net amount: 19% on 60 of 100 is 11.4%; of a line of 0.00 its rate."""
    net, rate = _net(line, issued), _effective_rate(tax, line, issued.book)
    if not net:
        return divide(rate, exact(sum(each.tax == tax.tax for each in line.taxed)))
    return multiply(rate, divide(tax.base, net))


def _effective_rate(tax: LineTax, line: InvoiceLine, book: PriceBook) -> Number:
    """The rate on the net amount; of a tax that is computed on others too, with those: 10% on net plus 5% is 10.5%."""
    row = next((row for row in book.taxes if row.tax == tax.tax and row.id == tax.row), None)
    if row is None or not row.compound_on:
        return tax.rate
    others = [each for each in line.taxed if each.tax in row.compound_on]
    beside = [each for each in others if each.base == tax.base] or others
    return multiply(tax.rate, add(ONE, total(each.rate for each in beside)))


# --- files ----------------------------------------------------------------------------------------------------------------------


def render_focus_csv(invoice: Invoice, issue: Issue, book: PriceBook, raw: bool = False) -> str:
    """The rows as CSV: what is null is empty, instants are in UTC. A name that begins like a formula is disarmed, but for `raw`."""
    numbers = [column.id for column in COLUMNS if column.kind in ("decimal", "integer")]
    rows = [{name: _text(value) for name, value in row.items()} for row in focus_rows(invoice, issue, book)]
    return csv_text(tuple(BY_ID), numbers, rows, raw)


def _text(value: Value) -> str | None:
    match value:
        case None | str():
            return value
        case Decimal():
            return plain(value)
        case datetime():
            return utc_text(value)
        case date() | int():
            return str(value)
    raise TypeError(f"no value of a cost row: {value!r}")
