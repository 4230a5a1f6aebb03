"""When an edit reaches an account: on a bill of the period, now or as a term renews; when a term renews after it; or never.

Contract: two invoices of one period are compared line by line, by what is paid; what comes after it is what the engine bills for it.
Source: authoring pictures, Words and signs; diff-impact.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from engine.billing.further import further_terms, running_at
from engine.model.accounts import Account, AccountSubscription
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, InvoiceLine
from engine.pricing.refused import Refused
from engine.review.revision import RuleChange
from engine.values.periods import local_date

When = Literal["now", "at-renewal", "later", "never"]
WHENS: tuple[When, ...] = ("now", "at-renewal", "later", "never")
OF_RENEWALS = ("renewal", "auto-renewal")
OF_USE = ("usage", "hourly")


@dataclass(frozen=True, slots=True)
class BilledBy:
    """An account as one book reads and bills it."""

    book: PriceBook
    account: Account
    invoice: Invoice


def when_it_moves(
    old: BilledBy, new: BilledBy, changes: Sequence[RuleChange], used: Mapping[str, Collection[str]]
) -> tuple[When, date | None]:  # fmt: skip
    """When the account is reached, and the first day that is billed differently; `used` are the items that its subscriptions used.

    Of each subscription the first line that differs says when: what changes or comes back in a term that was renewed at another price follows from that.
    """
    lines = sorted(_differing(old.invoice, new.invoice), key=_since)
    if lines:
        firsts = {each.subscription: each for each in reversed(lines)}.values()
        renewed = all(each.bill_type in OF_RENEWALS for each in firsts)
        return "at-renewal" if renewed else "now", local_date(_since(lines[0]), new.book.zone)
    if old.invoice.payable != new.invoice.payable:
        return "now", local_date(new.invoice.start, new.book.zone)
    later = changes and any(_moves_later(old, new, sub, changes, used.get(sub.id, ())) for sub in new.account.subscriptions)
    return "later" if later else "never", None


def _since(line: InvoiceLine) -> datetime:
    """From when on a line is for something: use from its first window, all else from its event."""
    return line.start if line.bill_type in OF_USE else line.at


def _differing(old: Invoice, new: Invoice) -> Iterator[InvoiceLine]:
    """The lines of either that the other does not have, by what is paid for what."""
    before, after = (Counter(map(_paid, invoice.lines)) for invoice in (old, new))
    missing = (before - after) + (after - before)
    yield from (line for line in (*old.lines, *new.lines) if _paid(line) in missing)


def _paid(line: InvoiceLine) -> tuple[object, ...]:
    return (line.subscription, line.bill_type, line.at, line.item, line.spec, line.amount, *((each.tax, each.amount) for each in line.taxed))


def _moves_later(old: BilledBy, new: BilledBy, sub: AccountSubscription, changes: Sequence[RuleChange], used: Collection[str]) -> bool:
    """Whether a later term of the subscription costs something else, or what it may use does."""
    try:
        last = running_at(new.book, new.account, sub, new.invoice.end)
    except Refused:
        return False
    if last is None:
        return False
    mode = new.book.billing_modes[last.sub.billing_mode]
    if last.state is not None and any(each.path[0] != "prices" or each.path[1] == mode.id for each in changes):
        until = max((each.reach.since for each in changes if each.reach.since is not None), default=new.invoice.end)
        before = next((each for each in old.account.subscriptions if each.id == sub.id), sub)
        if any(one != other for one, other in zip(_terms(old, before, until), _terms(new, sub, until), strict=True)):
            return True
    metered = {each.item for each in mode.items if each.payment == "postpaid"}
    mine = metered & set(used) if used else metered
    return any(each.path[:2] == ("prices", mode.id) and each.path[2] in mine and each.reach.running != "never" for each in changes)


def _terms(side: BilledBy, sub: AccountSubscription, until: datetime) -> Iterator[tuple[object, ...]]:
    """What each further term costs, line by line; a term that is refused, and the end, are told from all others."""
    try:
        last = running_at(side.book, side.account, sub, side.invoice.end)
        if last is not None:
            yield from (
                tuple((line.item, line.spec, line.amount) for line in each.lines) + each.taxes for each in further_terms(side.book, side.account, last, until)
            )
    except Refused:
        yield ("refused",)
    yield ("end",)
