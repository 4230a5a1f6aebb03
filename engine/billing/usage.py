"""What an account's usage costs in the billing periods of an invoice, subscription by subscription (rule language, 3.2 and 3.4).

Contract: metering makes the quantities, `cover` takes off what is paid in advance, pricing makes the amounts; here is only what
belongs to whom and when. Usage is owed at the end of its billing period; hours and days are billed together. Raises Refused with every
record that nobody can be charged for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from engine.billing.counting import known_records, made_of
from engine.billing.cover import NOTHING, Claim, Covered, Key, cover
from engine.billing.metering import Metered, meter_account
from engine.billing.owed import Bought, Owed, from_quote_line, price_period
from engine.billing.periods import Stretch, owed_in
from engine.billing.runs import Run
from engine.billing.unbillable import check_records
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.model.orders import Order, OrderLine
from engine.pricing.discounts import TermInTime
from engine.pricing.line_taxes import line_taxes
from engine.pricing.rated import AcceptedLine, RatedLine
from engine.pricing.renewals import after_first_order
from engine.pricing.used import UsedWindow, rate_usage
from engine.pricing.waterfall import Pricing, quote_line, run_waterfall, totals_of
from engine.usage import UsageRecord
from engine.usage.calendar import window_of
from engine.values.exact import ZERO
from engine.values.periods import Duration

A_MONTH = Duration(months=1)


def owed_for_usage(
    book: PriceBook, account: Account, runs: Sequence[Run], records: Sequence[UsageRecord], start: datetime, end: datetime
) -> list[Owed]:
    """What the usage of the account's subscriptions costs, a bill for each of them and each billing period that [start, end) bills.

    `runs` are in the order of the account, `records` all that is known of the account, without duplicates.
    """
    check_records(book, account, runs, records)
    metered = list(meter_account(book, runs, records, start, end))
    covered = _covered(book, runs, metered)
    known = known_records(book, records)
    found: list[Owed] = []
    for number, run in enumerate(runs):
        own = [(cut, each) for each in metered if each.owner == number and (cut := owed_in(each.kind, each.frame, start, end))]
        first = _first_used(book, run, records) if own else None
        for stretch in sorted({cut for cut, _ in own}):
            lines = sorted((each for cut, each in own if cut == stretch), key=lambda each: each.rank)
            rated = [(line, each) for each in lines if (line := _rate(book, account, run, each, covered, stretch)) is not None]
            if rated:
                bill = _bill(book, account, run, [line for line, _ in rated], stretch, first is not None and first < stretch[0])
                counts = [made_of(book, known, each, run.subscription, stretch) for _, each in rated]
                told = (replace(line, records=count) for line, count in zip(bill.lines, counts, strict=True))
                found.append(replace(bill, lines=tuple(told)))
    return found


def _covered(book: PriceBook, runs: Sequence[Run], metered: Sequence[Metered]) -> dict[Key, Covered]:
    claims = [
        Claim(each.rank, each.item, window, each.running.begun)
        for each in metered if each.item.covered_by for window in each.windows
    ]  # fmt: skip
    return cover(book, runs, claims) if claims else {}


def _order(account: Account, run: Run, at: datetime) -> Order:
    """The run as an order whose use began at `at`."""
    return Order(at, run.mode, account.currency, (), attributes=run.attributes, coupons=run.coupons, origin=run.origin)


def _rate(
    book: PriceBook, account: Account, run: Run, metered: Metered, covered: Mapping[Key, Covered], stretch: Stretch
) -> RatedLine | None:
    """Steps 1 to 4 for one series of windows; its attributes of usage decide its prices too. None where it has no window then."""
    windows = []
    for each in metered.windows:
        if stretch == metered.frame or stretch[0] <= each.start < stretch[1]:
            taken = covered.get((metered.rank, each.start), NOTHING)
            windows.append(UsedWindow(each.start, each.end, each.quantity, each.records, taken.quantity, taken.records))
    if not windows:
        return None
    order = _order(account, run, metered.running.begun)
    line = AcceptedLine(0, OrderLine(metered.item.id, origin=run.origin), metered.item, None, metered.sold, ZERO)
    priced = replace(order, attributes={**order.attributes, **dict(metered.attributes)})
    terms = tuple((term.start, term.bought_at) for term in run.terms)
    rated = rate_usage(book, priced, line, windows, stretch[0], spans=metered.running.spans, terms=terms)
    # What is billed by the year or the term is taxed on the last day of it, whatever its windows are.
    taxed_at = stretch[1] if metered.kind in ("year", "term") else None
    return replace(rated, attributes=dict(metered.attributes), taxed_at=taxed_at)


def _bill(book: PriceBook, account: Account, run: Run, rated: Sequence[RatedLine], stretch: Stretch, later: bool) -> Owed:
    """Steps 5 to 9 for what is billed together. Discounts and roundings are those of the period; `later`: it is not the first bill."""
    begin, end = stretch
    at = max(begin, run.running.begun)
    term = run.term_at(at)
    order = replace(_order(account, run, at), term=term.length if term is not None else None)
    in_time = TermInTime(run.running.begun, at, 0, term.length if term is not None else A_MONTH)
    pricing = run_waterfall(Pricing(after_first_order(book) if later else book, order, rated=tuple(rated), in_time=in_time))
    quoted = tuple(quote_line(line) for line in pricing.lines)
    kinds = {each.item: "hourly" if each.cycle == "hour" else "usage" for each in book.billing_modes[run.mode].items}
    taxed = line_taxes(pricing.taxed, len(quoted), account.currency, book.prices_include_tax)
    lines = tuple(
        from_quote_line(line, Bought(run.subscription, kinds[line.item], end, run.mode), begin, end, price_period(each), taxes)
        for line, each, taxes in zip(quoted, rated, taxed, strict=True)
    )
    return Owed(end, lines, pricing.taxed.totals, totals_of(quoted, pricing.taxed, book.prices_include_tax).net)


def _first_used(book: PriceBook, run: Run, records: Sequence[UsageRecord]) -> datetime | None:
    """When the use of the subscription's first window with a record began."""
    found = []
    for record in records:
        if record.subscription == run.subscription and run.running.holds(record.at):
            kind = book.items[record.item].meter.window
            found.append(record.at if kind == "period" else window_of(kind, record.at, book.zone)[0])
    return max(min(found), run.running.begun) if found else None
