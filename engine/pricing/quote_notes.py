"""What somebody should know of a quote that has a price: fees that are owed for more periods than the estimate is long.

Contract: notes, never an error; no amount of the quote is touched. Source: rule language, second version, 1.3.
"""

from engine.diagnostics import Diagnostic, orders, report
from engine.model.book import PriceBook
from engine.model.quotes import Quote, QuoteLine
from engine.pricing.billing_periods import MONTHS, period_of
from engine.pricing.indexes import price_index
from engine.values.periods import Duration

A_MONTH = 31 * 86400
"""The seconds of the longest month: so long a time can lie in one."""


def quote_notes(book: PriceBook, quote: Quote) -> tuple[Diagnostic, ...]:
    """Everything worth knowing about a quote that its amounts do not say by themselves."""
    return tuple(note for line in quote.lines if (note := _fee_note(book, quote, line)) is not None)


def _fee_note(book: PriceBook, quote: Quote, line: QuoteLine) -> Diagnostic | None:
    mode = book.billing_modes[quote.billing_mode]
    sold = price_index(book).modes[mode.id].sold[line.item]
    months = MONTHS.get(period_of(mode, sold))
    item = book.items[line.item]
    if (
        quote.duration is None
        or months is None
        or sold.payment == "prepaid"
        or mode.stub is not None
        or item.meter is not None
        or item.list_amounts is not None
    ):
        return None
    long, touched = _periods_of(quote.duration, months), len(line.traced)
    if touched <= long:
        return None
    kind = "month" if months == 1 else "year"
    message = f"`{line.item}` is a fee for each {kind}, and {quote.duration} from this day on touch {touched} {kind}s: it is owed {touched} times"
    remedy = f"begin with the first day of a {kind}, or give `{mode.id}` a `stub`, by which a part of a {kind} costs a part"
    return report(orders.FEE_PERIODS, message, subject=line.item, help=remedy)


def _periods_of(duration: Duration, months: int) -> int:
    """How many periods of so many months the duration is long, a part of one counted whole."""
    return -(-duration.months // months) if duration.months else -(-duration.seconds // (A_MONTH * months))
