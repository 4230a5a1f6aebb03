"""What an account's usage and fees cost in the billing periods of an invoice, subscription by subscription (rule language, 3.2 and 3.4).

Contract: metering makes the quantities, `cover` takes off what is paid in advance, pricing makes the bill of each period; here is only
what belongs to whom and when. Usage is owed at the end of its billing period; hours and days are billed together. Raises Refused with
every record that nobody can be charged for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.billing.counting import Known, known_records, made_of
from engine.billing.metering import MeteredPeriod, meter_account
from engine.billing.owed import Bought, Owed, from_quote_line, price_period
from engine.billing.runs import Run, Running
from engine.billing.unbillable import check_records
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.model.orders import Order, OrderLine
from engine.pricing.billing_periods import frames, item_by_period, owed_in, period_of
from engine.pricing.bills import Billed, run_bill
from engine.pricing.cover import NOTHING, Claim, Covered, Key, Provided, Rank, cover
from engine.pricing.fees import fee_windows
from engine.pricing.indexes import price_index
from engine.pricing.line_taxes import line_taxes
from engine.pricing.rated import AcceptedLine
from engine.pricing.used import Subscribed, Used, rate_usage
from engine.pricing.waterfall import quote_line, totals_of
from engine.pricing.windows import Stretch, window_of
from engine.usage import UsageRecord
from engine.values.exact import ZERO


def owed_for_usage(book: PriceBook, account: Account, runs: Sequence[Run], records: Sequence[UsageRecord], start: datetime, end: datetime) -> list[Owed]:
    """What the usage of the account's subscriptions costs, a bill for each of them and each billing period that [start, end) bills.

    `runs` are in the order of the account, `records` all that is known of the account, without duplicates.
    """
    check_records(book, account, runs, records)
    metered = list(meter_account(book, runs, records, start, end))
    covered = _covered(book, runs, metered)
    known = known_records(book, records)
    found: list[Owed] = []
    for number, run in enumerate(runs):
        bills: dict[Stretch, list[Due]] = {}
        for each in metered:
            period = owed_in(each.kind, each.frame, start, end) if each.owner == number else None
            if period and (used := _used(book, run, each, covered, known, period)) is not None:
                bills.setdefault(period, []).append(Due(each.rank, used, each.running))
        for period, fee in _fees(book, number, run, start, end):
            bills.setdefault(period, []).append(fee)
        first = _first_used(book, run, records) if bills else None
        for period, due in sorted(bills.items(), key=lambda each: each[0]):
            lines = sorted(due, key=lambda each: each.rank)
            found.append(_bill(book, account, run, lines, period, first is not None and first < period[0]))
    return found


@dataclass(frozen=True, slots=True)
class Due:
    """One line of a bill before it is rated: what is used, when those ran whose use it is, and the line's place on the bill."""

    rank: Rank
    used: Used
    running: Running


def _fees(book: PriceBook, number: int, run: Run, start: datetime, end: datetime) -> Iterator[tuple[Stretch, Due]]:
    """What of the run's fees is owed by a bill for [start, end), period by period."""
    mode = book.billing_modes[run.mode]
    for position, sold in enumerate(mode.items):
        levels = [level for level in run.fees if level.line.item.id == sold.item]
        kind = period_of(mode, sold)
        for frame in frames(kind, start, end, book.zone) if levels else ():
            period = owed_in(kind, frame, start, end)
            if period is not None:
                for use in fee_windows(book, mode, levels, kind, period):
                    used = Used(use.line, use.windows, use.begun, records=0)
                    yield period, Due((number, position, period[0], use.line.rung, ()), used, run.running)


def _covered(book: PriceBook, runs: Sequence[Run], metered: Sequence[MeteredPeriod]) -> dict[Key, Covered]:
    claims = [
        Claim(each.rank, each.item, each.item.covered_by, window, each.running.begun)
        for each in metered if each.item.covered_by for window in each.windows
    ]  # fmt: skip
    # A quota is the subscription's own, in whatever billing modes it runs.
    provided: dict[str, list[Provided]] = {}
    for run in runs:
        provided.setdefault(run.subscription, []).extend(run.provided)
    return cover(book, [*provided.values()], claims) if claims else {}


def _used(book: PriceBook, run: Run, metered: MeteredPeriod, covered: Mapping[Key, Covered], known: Known, period: Stretch) -> Used | None:
    """What one series uses in what is billed of its period; None where it has no window then."""
    windows = []
    for each in metered.windows:
        if period == metered.frame or period[0] <= max(each.start, metered.running.begun) < period[1]:
            taken = covered.get((metered.rank, each.start), NOTHING)
            windows.append(replace(each, covered=taken.quantity, covered_records=taken.records))
    if not windows:
        return None
    spec = metered.spec.id if metered.spec is not None else None
    line = AcceptedLine(0, OrderLine(metered.item.id, spec, origin=run.origin), metered.item, metered.spec, metered.sold, ZERO)
    return Used(line, windows, metered.begun, metered.attributes, made_of(book, known, metered, run.subscription, period))


def _bill(book: PriceBook, account: Account, run: Run, due: Sequence[Due], period: Stretch, later: bool) -> Owed:
    """The bill of a period; `later`: it is not the first of its run."""
    begun = run.running.begun
    order = Order(begun, run.mode, account.currency, (), attributes=run.attributes, coupons=run.coupons, origin=run.origin)
    terms = tuple((term.start, term.bought_at) for term in run.terms)
    rated = [rate_usage(book, order, each.used, period, Subscribed(each.running.begun, each.running.spans, terms)) for each in due]
    term = run.term_at(max(period[0], begun))
    pricing = run_bill(book, order, rated, period, Billed(begun, term.length if term is not None else None, later))
    quoted = tuple(quote_line(line) for line in pricing.lines)
    kinds = {each.item: "hourly" if each.cycle == "hour" else "usage" for each in book.billing_modes[run.mode].items}
    taxed = line_taxes(pricing.taxed, len(quoted), account.currency, book.prices_include_tax)
    bought = [Bought(run.subscription, kinds[line.item], period[1], run.mode) for line in quoted]
    lines = tuple(
        replace(from_quote_line(line, whose, *period, price_period(each), taxes), records=own.used.records)
        for line, whose, each, taxes, own in zip(quoted, bought, rated, taxed, due, strict=True)
    )
    return Owed(period[1], lines, pricing.taxed.totals, totals_of(quoted, pricing.taxed.totals, book.prices_include_tax).net)


def _first_used(book: PriceBook, run: Run, records: Sequence[UsageRecord]) -> datetime | None:
    """When the use of the subscription's first window with a record began, or its first fee was held."""
    found = [level.start for level in run.fees]
    for record in records:
        if record.subscription == run.subscription and run.running.holds(record.at):
            sold = price_index(book).modes[run.mode].sold[record.item]
            kind = (item_by_period(book, book.billing_modes[run.mode], sold) or book.items[record.item]).metered_by.window
            found.append(record.at if kind == "period" else window_of(kind, record.at, book.zone)[0])
    return max(min(found), run.running.begun) if found else None
