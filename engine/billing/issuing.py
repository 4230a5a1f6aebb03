"""What makes an invoice a document: its number, its date, and until when it is to be paid."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from engine.model.book import PriceBook
from engine.model.invoices import Invoice, Issue
from engine.values.periods import Duration, add_months

DAY_SECONDS = 86400


def issue(book: PriceBook, invoice: Invoice, number: str | None, date: date, preceding: Sequence[str] = (), paid: Decimal = Decimal(0)) -> Issue:
    """The document that an invoice becomes on a day; `preceding` are the numbers of the invoices that it puts right.

    It is due after the book's `payment_terms`: 30 days from 1 April is 1 May; parts of a day count as one. No terms, no due date, and
    none where it comes to nothing, or all of it was `paid` already. A credit note is paid out by then.
    """
    terms = book.payment_terms if invoice.payable != paid else None
    return Issue(number, date, _due(date, terms) if terms is not None else None, tuple(preceding), paid)


def _due(day: date, terms: Duration) -> date:
    if terms.months:
        return add_months(day, terms.months)
    # Calendar days, not elapsed time: the clock change in autumn must not make a payment due the evening before.
    return day + timedelta(days=-(-terms.seconds // DAY_SECONDS))
