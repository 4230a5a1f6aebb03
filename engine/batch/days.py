"""Days that are added to those that were charged before: where an item's windows are charged each by itself, their sums add up.

Contract: charges with a further day added are those of all days rated at once, digit for digit. What does not add up (levels that hold, totals and
allowances of a period, what is due once) is told apart here, and its accounts are rated anew.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from engine.batch.accounts import Accounts
from engine.batch.usage_scan import UsageScan
from engine.billing.due import order_of
from engine.billing.runs import Run
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.model.charges import Tally, UsageCharge
from engine.pricing.cuts import Cuts, cuts_of
from engine.pricing.measures import TOTALS, lasts
from engine.pricing.tallies import joined_tally, place_of, trimmed_tally, uses_up
from engine.rating.compile import plans_of
from engine.rating.plan import ItemPlan, Unplanned
from engine.rating.rejects import literal
from engine.values.exact import add, trimmed
from engine.values.microseconds import in_microseconds

BY_WINDOW = ("hour", "day")


def adding_items(book: PriceBook, start: datetime, end: datetime) -> frozenset[str]:
    """The items whose charges for [start, end) are sums over windows that are charged each by itself, in whatever mode they are sold."""
    plans = [plan for mode in book.billing_modes for plan in plans_of(book, mode, start, end).items()]
    others = {item for item, found in plans if isinstance(found, Unplanned) or len(found) > 1 or not _adds(book, found[0])}
    return frozenset(item for item, _ in plans) - others


def _adds(book: PriceBook, plan: ItemPlan) -> bool:
    meter = plan.meter
    if plan.kind not in BY_WINDOW or meter.window not in BY_WINDOW or not plan.aligned or lasts(meter) or meter.over == "account":
        return False
    entries = [entry for entry in book.prices if (entry.billing_mode, entry.item) == (plan.mode, plan.item.id)]
    charges = [charge for entry in entries for charge in entry.charges]
    return all(entry.per != "once" for entry in entries) and not any(each.applies_to == "period-total" or uses_up(each) for each in charges)


def early_accounts(scan: UsageScan, accounts: Accounts) -> Iterator[str]:
    """The accounts with records behind the days that are rated, as they stand in files: a further day finds them there."""
    found = scan.session.connection.execute("SELECT DISTINCT account FROM census WHERE sure > 0 AND last >= ?", [in_microseconds(scan.stretch[1])]).fetchall()
    yield from (name for (name,) in found if name in accounts.by_id)


def accounts_to_read_again(scan: UsageScan, accounts: Accounts, charges: Sequence[UsageCharge]) -> Iterator[str]:
    """Of the accounts that were rated those whose charges no further day can be added to."""
    outside = f"SELECT account FROM census WHERE sure > 0 AND first < {in_microseconds(scan.stretch[0])} UNION FROM astray"
    yield from (name for (name,) in scan.session.connection.execute(outside).fetchall() if name in accounts.by_id)
    yield from (each.account for each in charges if not each.windows)
    adding = ", ".join(["NULL", *map(literal, sorted(adding_items(scan.book, *scan.stretch)))])
    used = "SELECT account, item FROM census WHERE sure > 0 UNION SELECT account, item FROM mended"
    rows = scan.session.connection.execute(f"SELECT account, bool_and(coalesce(item IN ({adding}), false)) FROM ({used}) GROUP BY account").fetchall()
    yield from (name for name, adds in rows if not adds or not _plain(accounts.runs.get(name, ())))


def _plain(runs: Sequence[Run]) -> bool:
    """Whether each subscription runs once in a mode, and nothing is paid in advance beside its use."""
    return len({(run.subscription, run.mode) for run in runs}) == len(runs) and not any(run.terms for run in runs)


def with_days_before(
    accounts: Accounts, end: datetime, before: Iterable[tuple[str, Sequence[UsageCharge]]], charges: Iterable[UsageCharge]
) -> Iterator[UsageCharge]:
    """The charges, and of each account that had charges before these with the new ones added, up to `end`."""
    new: dict[str, list[UsageCharge]] = {}
    for each in charges:
        new.setdefault(each.account, []).append(each)
    for name, old in before:
        yield from _together(accounts, accounts.by_id[name], end, old, new.pop(name, ()))
    for rest in new.values():
        yield from rest


def _together(accounts: Accounts, account: Account, end: datetime, old: Sequence[UsageCharge], new: Sequence[UsageCharge]) -> Iterator[UsageCharge]:
    runs: Mapping[tuple[str, str], Run] = {(run.subscription, run.mode): run for run in accounts.runs[account.id]}
    first: dict[tuple[str, str], datetime] = {}
    for each in (*old, *new):
        if each.first_of_run is not None:
            run = (each.subscription, each.mode)
            first[run] = min(first.get(run, each.first_of_run), each.first_of_run)
    found = {_thing(each): replace(each, end=end) for each in old}
    for each in new:
        earlier = found.get(_thing(each))
        found[_thing(each)] = each if earlier is None else _added(accounts.book, account, runs[each.subscription, each.mode], earlier, each)
    for each in found.values():
        yield replace(each, first_of_run=first.get((each.subscription, each.mode)))


def _thing(charge: UsageCharge) -> tuple[object, ...]:
    return (charge.subscription, charge.mode, charge.item, charge.spec, charge.attributes)


def _added(book: PriceBook, account: Account, run: Run, old: UsageCharge, new: UsageCharge) -> UsageCharge:
    """One charge of both, which are of the same thing at other times."""
    adds_up = book.items[old.item].metered_by.measure in TOTALS
    cuts = cuts_of(book, order_of(account, run), old.item, run.running.begun, run.running.spans)
    join = add if adds_up else max
    return replace(
        new, begun=min(old.begun, new.begun), first_use=min(old.first_use, new.first_use),
        quantity=trimmed(join(old.quantity, new.quantity)), metered=trimmed(join(old.metered, new.metered)),
        windows=old.windows + new.windows, records=old.records + new.records, tallies=_joined(cuts, (*old.tallies, *new.tallies)),
    )  # fmt: skip


def _joined(cuts: Cuts, tallies: Iterable[Tally]) -> tuple[Tally, ...]:
    found: dict[tuple[object, ...], Tally] = {}
    for each in tallies:
        key = (each.entry, each.charge, each.band, place_of(cuts, each.start, each.end), each.ratio, each.part_counts_whole)
        found[key] = joined_tally(found[key], each) if key in found else each
    return tuple(sorted(map(trimmed_tally, found.values()), key=lambda tally: tally.order))
