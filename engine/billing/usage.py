"""What an account's usage and fees cost in the billing periods of an invoice, subscription by subscription (rule language, 3.2 and 3.4).

Contract: metering makes the quantities, `cover` takes off what is paid in advance, pricing makes the bill of each period; here is only
what belongs to whom and when. Usage is owed at the end of its billing period; hours and days are billed together. Raises Refused with
every record that nobody can be charged for.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.billing.committed import charges_between, floors_due
from engine.billing.counting import known_records, made_of
from engine.billing.due import Due, order_of, subscribed
from engine.billing.list_amounts import counted_since, due_on_amounts
from engine.billing.metering import MeteredPeriod, meter_account
from engine.billing.owed import Bought, Owed, from_quote_line, price_period
from engine.billing.runs import Run
from engine.billing.unbillable import check_records
from engine.diagnostics import report
from engine.diagnostics.accounts import USAGE_OUTSIDE
from engine.model.accounts import Account
from engine.model.book import Item, ModeItem, PriceBook, Spec
from engine.model.charges import RatedUsage, UsageCharge
from engine.model.orders import OrderLine
from engine.pricing.beside import beside_of
from engine.pricing.billing_periods import frames, item_by_period, owed_in, period_of
from engine.pricing.bills import Billed, run_bill
from engine.pricing.charges import NOTHING_BESIDE
from engine.pricing.commitments import DueFloor, last_bills, others
from engine.pricing.cover import NOTHING, Claim, Covered, Key, Provided, cover
from engine.pricing.fees import fee_windows
from engine.pricing.indexes import price_index
from engine.pricing.line_taxes import line_taxes
from engine.pricing.pools import Sharer, shares_of
from engine.pricing.rated import AcceptedLine
from engine.pricing.refused import Refused
from engine.pricing.used import Used, windows_to_price
from engine.pricing.waterfall import Pricing, quote_line, totals_of
from engine.pricing.windows import MeteredWindow, Stretch, window_of
from engine.usage import UsageRecord
from engine.values.exact import ZERO


def owed_for_usage(book: PriceBook, account: Account, runs: Sequence[Run], records: Sequence[UsageRecord], start: datetime, end: datetime) -> list[Owed]:
    """What the usage of the account's subscriptions costs, a bill for each of them and each billing period that [start, end) bills.

    `runs` are in the order of the account, `records` all that is known of the account, without duplicates.
    """

    def used(begin: datetime, stop: datetime) -> list[Due]:
        return [
            Due(each.metered.owner, each.metered.rank, each.used.line, each.used, each.metered.running, each.period)
            for each in uses_of(book, account, runs, records, begin, stop)
        ]

    return bills(book, account, runs, used, lambda number: first_use_of(book, runs[number], records), start, end)


@dataclass(frozen=True, slots=True)
class PeriodUse:
    """What one series of records uses in what is billed of its billing period."""

    metered: MeteredPeriod
    period: Stretch
    used: Used


def uses_of(book: PriceBook, account: Account, runs: Sequence[Run], records: Sequence[UsageRecord], start: datetime, end: datetime) -> Iterator[PeriodUse]:
    """What is used in the billing periods that [start, end) bills, less what is covered. Raises Refused with all records that cannot be charged."""
    check_records(book, account, runs, records)
    metered = list(meter_account(book, runs, records, start, end))
    covered = _covered(book, runs, metered)
    known = known_records(book, records)
    sharers = list(_sharers(book, account, runs, metered, covered, start, end))
    shares, beside = shares_of(sharers), beside_of(sharers)
    for each in metered:
        period = owed_in(each.kind, each.frame, start, end)
        windows = _windows(each, covered, period) if period else []
        if period and windows:
            run = runs[each.owner]
            own = [shares.get((each.rank, window.start), {}) for window in windows] if shares else ()
            others = [beside.get((each.rank, window.start), NOTHING_BESIDE) for window in windows] if beside else ()
            made = made_of(book, known, each, run.subscription, period)
            line = line_of(run, each.item, each.spec, each.sold)
            yield PeriodUse(each, period, Used(line, windows, each.begun, each.attributes, made, own, others))


def bills(
    book: PriceBook, account: Account, runs: Sequence[Run], used: Callable[[datetime, datetime], list[Due]], first_use: Callable[[int], datetime | None],
    start: datetime, end: datetime,
) -> list[Owed]:  # fmt: skip
    """A bill for each run and each of its billing periods: what a bill for a time has of what is `used`, the fees that [start, end) bills, and what
    is missing of commitments whose time ends in it.

    `first_use` says when the first window with a record of the run with a number began.
    """
    floors = [floors_due(book, account, run, start, end) for run in runs]
    since = counted_since(book, account, runs, min((floor.start for of_run in floors for floor in of_run), default=start), end)
    lines = _by_period(book, runs, used(start, end), start, end)
    # What was billed before [start, end) counts for a commitment that is for a longer time, and in the month that holds the start.
    earlier = _by_period(book, runs, used(since, start), since, start) if since < start else [{} for _ in runs]
    _add_on_amounts(book, account, runs, lines, earlier, (since, start, end))
    found: list[Owed] = []
    for number, run in enumerate(runs):
        last = last_bills(floors[number], lines[number], book.zone)
        of_run: dict[Stretch, list[Due]] = {period: [] for period in last} | lines[number]
        begun = [each for each in (first_use(number), *(level.start for level in run.fees)) if each is not None] if of_run else []
        first = max(min(begun), run.running.begun) if begun else None
        priced = {period: _priced(book, account, run, due, period, first) for period, due in earlier[number].items()} if last else {}
        # The last bill of a commitment's time is made after all others of it.
        for period in sorted(of_run, key=lambda each: (each in last, each)):
            committed = [DueFloor(floor, others(floor, {each: pricing.lines for each, pricing in priced.items()})) for floor in last.get(period, ())]
            priced[period] = _priced(book, account, run, of_run[period], period, first, committed)
        found += [_bill(book, account, run, of_run[period], period, priced[period]) for period in sorted(of_run)]
    return found


def _by_period(book: PriceBook, runs: Sequence[Run], used: Iterable[Due], start: datetime, end: datetime) -> list[dict[Stretch, list[Due]]]:
    """Of each run what it used, and its fees, by billing period and in the order of the bill."""
    found: list[dict[Stretch, list[Due]]] = [{} for _ in runs]
    for each in used:
        found[each.owner].setdefault(each.period, []).append(each)
    for number, run in enumerate(runs):
        for fee in _fees(book, number, run, start, end):
            found[number].setdefault(fee.period, []).append(fee)
        for lines in found[number].values():
            lines.sort(key=lambda each: each.rank)
    return found


def _add_on_amounts(
    book: PriceBook, account: Account, runs: Sequence[Run], lines: list[dict[Stretch, list[Due]]], earlier: list[dict[Stretch, list[Due]]],
    times: tuple[datetime, datetime, datetime],
) -> None:  # fmt: skip
    """Adds what is billed on what others cost to the lines of [start, end) and to the earlier ones, `times` being (since, start, end)."""
    if not price_index(book).on_amounts:
        return
    since, start, end = times
    known = [each for of_runs in (earlier, lines) for of_run in of_runs for period in sorted(of_run) for each in of_run[period]]
    for each in [*due_on_amounts(book, account, runs, known, since, end)]:
        of_run = (lines if each.period[1] > start else earlier)[each.owner]
        of_run.setdefault(each.period, []).append(each)
        of_run[each.period].sort(key=lambda one: one.rank)


def line_of(run: Run, item: Item, spec: Spec | None, sold: ModeItem) -> AcceptedLine:
    """The line of a bill that usage is charged on."""
    return AcceptedLine(0, OrderLine(item.id, spec.id if spec is not None else None, origin=run.origin), item, spec, sold, ZERO)


def _fees(book: PriceBook, number: int, run: Run, start: datetime, end: datetime) -> Iterator[Due]:
    """What of the run's fees is owed by a bill for [start, end), period by period."""
    mode = book.billing_modes[run.mode]
    for position, sold in enumerate(mode.items):
        levels = [level for level in run.fees if level.line.item.id == sold.item and level.line.item.list_amounts is None]
        kind = period_of(mode, sold)
        for frame in frames(kind, start, end, book.zone) if levels else ():
            period = owed_in(kind, frame, start, end)
            if period is not None:
                for use in fee_windows(book, mode, levels, kind, period):
                    used = Used(use.line, use.windows, use.begun, records=0)
                    yield Due(number, (number, position, period[0], use.line.rung, ()), use.line, used, run.running, period)


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


def _windows(metered: MeteredPeriod, covered: Mapping[Key, Covered], period: Stretch) -> list[MeteredWindow]:
    """What one series uses in what is billed of its period, less what is covered, window by window."""
    windows = []
    for each in metered.windows:
        if period == metered.frame or period[0] <= max(each.start, metered.running.begun) < period[1]:
            taken = covered.get((metered.rank, each.start), NOTHING)
            windows.append(replace(each, covered=taken.quantity, covered_records=taken.records))
    return windows


def _sharers(
    book: PriceBook, account: Account, runs: Sequence[Run], metered: Sequence[MeteredPeriod], covered: Mapping[Key, Covered], start: datetime, end: datetime
) -> Iterator[Sharer]:
    """What is used of items whose allowance is shared, ends or is carried over, or that choose a tier, whether [start, end) bills it or not."""
    together = price_index(book).together
    for each in metered:
        if each.item.id not in together:
            continue
        run, period = runs[each.owner], owed_in(each.kind, each.frame, start, end)
        line, order = line_of(run, each.item, each.spec, each.sold), order_of(account, run)
        owed = _windows(each, covered, period) if period else []
        known = {window.start for window in owed}
        others = [window for window in _windows(each, covered, each.frame) if window.start not in known]
        sellers = [other for other in runs if each.item.id in price_index(book).modes[other.mode].sold]
        account_ran = [span for other in sellers for span in other.running.spans]
        ran = [span for other in sellers if other.subscription == run.subscription for span in other.running.spans]
        for windows, stretch in ((owed, period), (others, each.frame)):
            if windows and stretch:
                priced, pairs = windows_to_price(book, order, Used(line, windows, each.begun, each.attributes), stretch, subscribed(run, each.running))
                yield Sharer(
                    each.rank, priced, pairs, windows, each.attributes, each.kind, each.frame, run.subscription, ran, account_ran,
                    [(term.start, term.end) for term in run.terms],
                )  # fmt: skip


def _priced(
    book: PriceBook, account: Account, run: Run, due: Sequence[Due], period: Stretch, first: datetime | None, committed: Sequence[DueFloor] = ()
) -> Pricing:
    """What a period costs; `first` is when the use of its run began, and its bill the last one of the times that are `committed`."""
    begun, order = run.running.begun, order_of(account, run)
    rated = [each.rated(book, order, run) for each in due]
    term = run.term_at(max(period[0], begun))
    billed = Billed(begun, term.length if term is not None else None, first is not None and first < period[0])
    return run_bill(book, order, rated, period, billed, committed)


def _bill(book: PriceBook, account: Account, run: Run, due: Sequence[Due], period: Stretch, pricing: Pricing) -> Owed:
    """The bill of a period: a line for each that is `due`, then what is missing of commitments."""
    quoted = tuple(quote_line(line) for line in pricing.lines)
    kinds = {each.item: "hourly" if each.cycle == "hour" else "usage" for each in book.billing_modes[run.mode].items}
    taxed = line_taxes(pricing.taxed, len(quoted), account.currency, book.prices_include_tax)
    records = [*(each.use.records for each in due), *(None for _ in pricing.lines[len(due) :])]
    lines = []
    for line, running, taxes, made in zip(quoted, pricing.lines, taxed, records, strict=True):
        kind = "shortfall" if line.commitment is not None else kinds[line.item]
        time = (running.rated.spans[0].start, running.rated.spans[0].end) if line.commitment is not None else period
        bought = Bought(run.subscription, kind, period[1], run.mode)
        lines.append(replace(from_quote_line(line, bought, *time, price_period(running.rated), taxes), records=made))
    return Owed(period[1], tuple(lines), pricing.taxed.totals, totals_of(quoted, pricing.taxed.totals, book.prices_include_tax).net)


def first_use_of(book: PriceBook, run: Run, records: Sequence[UsageRecord]) -> datetime | None:
    """When the use of the run's first window with a record began; None without any record."""
    found = []
    for record in records:
        if record.subscription == run.subscription and run.running.holds(record.at):
            sold = price_index(book).modes[run.mode].sold[record.item]
            kind = (item_by_period(book, book.billing_modes[run.mode], sold) or book.items[record.item]).metered_by.window
            found.append(record.at if kind == "period" else window_of(kind, record.at, book.zone)[0])
    return min(found, default=None)


# --- bills of charges -------------------------------------------------------------------------------------------------------------


def owed_for_charges(book: PriceBook, account: Account, runs: Sequence[Run], rated: RatedUsage, start: datetime, end: datetime) -> list[Owed]:
    """What the charges of [start, end) cost, as `owed_for_usage` says it of the usage that they were made of; raises Refused where the account
    does not have what they are of, and where a commitment asks for earlier charges that are not there.
    """
    first: dict[int, list[datetime]] = {}

    def used(begin: datetime, stop: datetime) -> list[Due]:
        own = (begin, stop) == (start, end)
        charges = rated.periods.get((start, end), ()) if own else charges_between(book, runs, rated, begin, stop)
        owners = [(_owner_of(runs, charge), charge) for charge in charges]
        for number, charge in owners:
            if charge.first_of_run is not None:
                first.setdefault(number, []).append(charge.first_of_run)
        return [_due(book, number, runs[number], charge) for number, charge in owners if charge.windows]

    return bills(book, account, runs, used, lambda number: min(first.get(number, ()), default=None), start, end)


def _owner_of(runs: Sequence[Run], charge: UsageCharge) -> int:
    """The number of the run that a charge is of: of several in one mode, the one in which it began."""
    of_mode = [number for number, run in enumerate(runs) if (run.subscription, run.mode) == (charge.subscription, charge.mode)]
    ran = [number for number in of_mode if runs[number].running.reaches(charge.start, charge.end)] or of_mode
    if not ran:
        message = f"`{charge.item}` of `{charge.subscription}` was charged in `{charge.mode}`, and the account has no such subscription"
        raise Refused(report(USAGE_OUTSIDE, message, subject=charge.subscription, help="rate the usage again, with the account as it is now"))
    return next((number for number in ran if runs[number].running.holds(charge.begun)), ran[0])


def _due(book: PriceBook, number: int, run: Run, charge: UsageCharge) -> Due:
    mode = book.billing_modes[run.mode]
    position, sold = next((place, each) for place, each in enumerate(mode.items) if each.item == charge.item)
    item = item_by_period(book, mode, sold) or book.items[charge.item]
    rungs = [None, *(spec.id for spec in item.specs)]
    rung = rungs.index(charge.spec)
    rank = (number, position, charge.first_use, rung, charge.attributes)
    line = line_of(run, item, item.specs[rung - 1] if rung else None, sold)
    return Due(number, rank, line, charge.sums, run.running, (charge.start, charge.end), charge.attributes)
