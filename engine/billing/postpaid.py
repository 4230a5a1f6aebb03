"""A subscription that is billed by usage: when it runs, and what its records cost in one period (rule language, 3.4).

Contract: metering makes the quantities, pricing the amounts; here is only what belongs to whom and when. Raises Refused with every
record that nobody can be charged for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.billing.owed import Bought, Owed, from_quote_line, price_period
from engine.billing.prepaid import check_order, refuse_event
from engine.diagnostics import Diagnostic, report
from engine.diagnostics.accounts import EVENT_TWICE, NOT_BEGUN, USAGE_OUTSIDE, WRONG_EVENT
from engine.diagnostics.orders import NOT_EVALUATED_YET
from engine.model.accounts import Account, AccountEvent, AccountSubscription
from engine.model.book import BillingMode, Item, ModeItem, PriceBook
from engine.model.orders import ChangeRequest, Order, OrderLine
from engine.model.policies import PayFor
from engine.pricing.changes import not_supported, policy_in_force
from engine.pricing.line_taxes import line_taxes
from engine.pricing.messages import place
from engine.pricing.rated import AcceptedLine, RatedLine
from engine.pricing.refused import Refused
from engine.pricing.used import UsedWindow, rate_usage
from engine.pricing.waterfall import Pricing, quote_line, run_waterfall, totals_of
from engine.usage import Series, UsageRecord, meter_usage
from engine.values.exact import ZERO
from engine.values.periods import local_date


@dataclass(frozen=True, slots=True)
class Running:
    """When a subscription ran: from `begun` on, without the time after each stop and before the next start."""

    begun: datetime
    spans: tuple[tuple[datetime, datetime | None], ...]

    def holds(self, at: datetime) -> bool:
        """Whether it ran at the instant; an end is excluded."""
        return any(start <= at and (end is None or at < end) for start, end in self.spans)

    @property
    def stops(self) -> tuple[datetime, ...]:
        """The instants at which use ended."""
        return tuple(end for _, end in self.spans if end is not None)


def running_times(book: PriceBook, account: Account, sub: AccountSubscription) -> Running | None:
    """When the subscription ran, from its events; None without any."""
    check_order(book, sub.events)
    spans: list[tuple[datetime, datetime | None]] = []
    for event in sub.events:
        day, open_span = local_date(event.at, book.zone), bool(spans) and spans[-1][1] is None
        if event.kind == "start":
            if open_span:
                raise refuse_event(EVENT_TWICE, event, f"`{sub.id}` is started on {day}, and it runs already", "leave one `start` out")
            spans.append((event.at, None))
        elif event.kind in ("stop", "unsubscribe"):
            if not open_span:
                info, why = (EVENT_TWICE, "was stopped before") if spans else (NOT_BEGUN, "was not started")
                raise refuse_event(info, event, f"`{sub.id}` is stopped on {day}, and it {why}", "begin with a `start`, and stop it once")
            spans[-1] = (spans[-1][0], event.at)
        else:
            raise _refuse(book, account, sub, event)
    return Running(spans[0][0], tuple(spans)) if spans else None


def _refuse(book: PriceBook, account: Account, sub: AccountSubscription, event: AccountEvent) -> Refused:
    """Why the event is none of a subscription that is billed by usage."""
    mode, day = book.billing_modes[sub.billing_mode], local_date(event.at, book.zone)
    if event.kind == "change":
        order = Order(event.at, mode.id, account.currency, event.lines, attributes={**account.attributes, **sub.attributes})
        policy = policy_in_force(book, mode, order, event.at)
        return Refused(not_supported(book, mode, policy, ChangeRequest(event.at, event.lines, event.origin)))
    message = f"`{sub.id}` is billed by usage, so it is not what `{event.kind}` on {day} is for"
    return refuse_event(WRONG_EVENT, event, message, "write `start` or `stop`, or correct its billing mode")


def usage_of_period(
    book: PriceBook, account: Account, sub: AccountSubscription, running: Running, records: Sequence[UsageRecord], start: datetime, end: datetime
) -> Owed | None:
    """What the subscription's usage of [start, end) costs; None where nothing was used."""
    mode = book.billing_modes[sub.billing_mode]
    _check_records(book, sub, mode, running, records)
    attributes = {**account.attributes, **sub.attributes}
    order = Order(running.begun, mode.id, account.currency, (), attributes=attributes, origin=sub.origin)
    rated: list[RatedLine] = []
    for sold in mode.items:
        item = _by_period(book, mode, sold)
        if item is None:
            continue
        for series in meter_usage(book, item, records, start, end, {sub.id: running.stops}):
            rated.append(_rate(book, account, order, series, sold, (start, running)))
    if not rated:
        return None
    _refuse_discounts(book, mode, sub)
    # Discounts and roundings are those of the period; the prices of each window were found above.
    pricing = run_waterfall(Pricing(book, replace(order, at=max(start, running.begun)), rated=tuple(rated)))
    quoted = tuple(quote_line(line) for line in pricing.lines)
    kinds = {each.item: "hourly" if each.cycle == "hour" else "usage" for each in mode.items}
    taxed = line_taxes(pricing.taxed, len(quoted), account.currency, book.prices_include_tax)
    lines = tuple(
        from_quote_line(line, Bought(sub.id, kinds[line.item], end, mode.id), start, end, price_period(each), taxes)
        for line, each, taxes in zip(quoted, rated, taxed, strict=True)
    )
    return Owed(end, lines, pricing.taxed.totals, totals_of(quoted, pricing.taxed, book.prices_include_tax).net)


def _by_period(book: PriceBook, mode: BillingMode, sold: ModeItem) -> Item | None:
    """The metered item; a `period` of the mode that is an hour or a day is that window."""
    item = book.items[sold.item]
    if sold.payment != "postpaid" or item.meter is None:
        return None
    period = mode.invoiced or sold.cycle
    if item.meter.window == "period" and period in ("hour", "day"):
        return replace(item, meter=replace(item.meter, window=period))
    return item


def _rate(
    book: PriceBook, account: Account, order: Order, series: Series, sold: ModeItem, when: tuple[datetime, Running]
) -> RatedLine:
    """Steps 1 to 4 for one series of windows; its attributes of usage decide its prices too."""
    start, running = when
    item, last = book.items[series.item], running.spans[-1][1]
    written = OrderLine(item.id, origin=order.origin)
    line = AcceptedLine(0, written, item, None, sold, ZERO)
    windows = [UsedWindow(each.start, each.end, each.quantity, each.records) for each in series.windows]
    priced = replace(order, attributes={**order.attributes, **dict(series.attributes)})
    return rate_usage(book, priced, line, windows, start, last)


# --- what cannot be charged -----------------------------------------------------------------------------------------------------


def _check_records(
    book: PriceBook, sub: AccountSubscription, mode: BillingMode, running: Running, records: Sequence[UsageRecord]
) -> None:
    """Raises Refused with every record of an item that the mode does not sell by usage, or of a time in which nothing ran."""
    sold = {each.item: each for each in mode.items if each.payment == "postpaid"}
    problems: list[Diagnostic] = []
    for record in records:
        day = local_date(record.at, book.zone)
        if record.item not in sold:
            problems.append(outside(record, f"`{sub.id}` has no `{record.item}` by usage", f"use one of {', '.join(sold)}"))
        elif not running.holds(record.at):
            problems.append(outside(record, f"`{sub.id}` does not run at the time of this record, {day}", "add the `start` that is missing"))
        elif book.items[record.item].covered_by is not None or book.items[record.item].meter.over == "account":
            what = "is covered by what else the account has" if book.items[record.item].covered_by else "is added up over the account"
            message = f"`{record.item}` {what}, which this version does not compute from usage yet"
            problems.append(report(NOT_EVALUATED_YET, message, place(record.origin), subject=record.item, help="quote it with `for:`"))
            break
    if problems:
        raise Refused(*problems)


def outside(record: UsageRecord, message: str, remedy: str) -> Diagnostic:
    """A record that nobody can be charged for, at its row."""
    return report(USAGE_OUTSIDE, message, place(record.origin), path="subscription", subject=record.subscription, help=remedy)


def _refuse_discounts(book: PriceBook, mode: BillingMode, sub: AccountSubscription) -> None:
    """Discounts that begin or end in a subscription's time, or count months, are not computed for usage yet."""
    for name in (name for stage in book.discount_policy for name in stage.discounts):
        rule = book.discounts[name]
        benefits = (rule.benefit, *(tier.benefit for tier in rule.tiers))
        timed = rule.after is not None or not isinstance(rule.lasts, str) or any(isinstance(each, PayFor) for each in benefits)
        if timed and rule.coupon is None and (not rule.billing_modes or mode.id in rule.billing_modes):
            message = f"this version does not compute the discount `{name}`, which depends on the length of use, for usage yet"
            raise Refused(report(NOT_EVALUATED_YET, message, place(sub.origin), subject=name, help="limit it to prepaid billing modes"))
