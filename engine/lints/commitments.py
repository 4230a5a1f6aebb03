"""Commitments that nobody can reach (rule language, second version, 4.1): what the dearest order of their scope costs, as pricing says it."""

from collections.abc import Iterator
from datetime import date, datetime

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.policies import COMMITMENT_ABOVE_SALES
from engine.language.build.places import Places
from engine.lints.probes import Purse, days_of
from engine.lints.wording import amount, dotted
from engine.model.book import BillingMode, PolicyUse, PriceBook
from engine.model.orders import Order, OrderLine
from engine.model.policies import Commitment
from engine.model.quotes import Quote
from engine.pricing import price_order
from engine.pricing.commitments import in_scope
from engine.pricing.measures import TOTALS
from engine.values.exact import Number, exact, multiply, total
from engine.values.periods import Duration, add_months, days_in_month, local_date, start_of_day

MOST_PRICED = 20
A_MONTH = Duration(months=1)
TIMES = {"month": 1, "year": 12}
LONGEST = 31


def above_sales(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A commitment above what the largest quantity of everything in scope costs in its time, where every item has one."""
    purse, days = Purse(MOST_PRICED), days_of(book)
    for mode in book.billing_modes.values():
        for use in mode.commitment:
            commitment, priced = book.commitments[use.use], days.get(mode.id, [])
            for currency, least in commitment.amount.by_currency.items() if priced and commitment.every in TIMES else ():
                most = _most(book, mode, use, commitment, currency, priced[-1]) if purse.pays() else None
                if most is not None and multiply(most, exact(TIMES[commitment.every])) < least:
                    asked, sold = (f"{amount(value, currency)} {currency}" for value in (least, multiply(most, exact(TIMES[commitment.every]))))
                    yield report(
                        COMMITMENT_ABOVE_SALES,
                        f"`{commitment.id}` asks for {asked} each {commitment.every}, and `{mode.id}` sells for {sold} at most",
                        places.nearest(commitment.origin, "amount"),
                        path=dotted(commitment.origin, "amount"),
                        notes=("that is what the largest quantity of each item in scope costs",),
                        help="lower the amount, raise the `max` of an item's `quantity`, or put more items in scope",
                    )


def _most(book: PriceBook, mode: BillingMode, use: PolicyUse, commitment: Commitment, currency: str, at: datetime) -> Number | None:
    """What the largest order of everything in scope costs in a month; None where there is no largest one."""
    items = [book.items[name] for name in in_scope(book, mode, commitment)]
    lines = tuple(
        OrderLine(item.id, None, item.quantity.max, each="month" if item.meter is not None and item.meter.measure in TOTALS else None)
        for item in items
        if item.quantity.max is not None and not item.specs
    )
    if not lines or len(lines) < len(items):
        return None
    attributes = {name: values[0] for name, values in use.conditions.when.items()}
    begin = start_of_day(_long_month(local_date(max(at, use.conditions.effective or at), book.zone)), book.zone)
    quote = price_order(book, Order(begin, mode.id, currency, lines, duration=A_MONTH, attributes=attributes))
    if not isinstance(quote, Quote):
        return None
    counted = [line for line in quote.lines if line.commitment is None and commitment.covers(line.item)]
    return total(line.list_amount if commitment.of == "list" else line.amount for line in counted)


def _long_month(day: date) -> date:
    """The first day of the first month from the day on that has 31 days."""
    first = day if day.day == 1 else add_months(day.replace(day=1), 1)
    while days_in_month(first) < LONGEST:
        first = add_months(first, 1)
    return first


CHECKS = (above_sales,)
