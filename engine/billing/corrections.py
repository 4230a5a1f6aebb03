"""Corrections: what was billed for a period that is over, against what the account, its usage and the book say of it today.

Contract: an issued invoice is never changed; what differs is owed or paid back by lines of its own, once. All that was billed for a
period counts: its invoice, and the lines of later invoices that corrected it.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.billing.counting import days
from engine.billing.owed import Owed
from engine.diagnostics import Diagnostic, report
from engine.diagnostics.accounts import ISSUED_ELSEWHERE, ISSUED_OVERLAP
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.model.facts import StepFacts
from engine.model.formulas import difference, signed
from engine.model.invoices import ByHand, Invoice, InvoiceLine
from engine.model.quotes import LineTax, TaxTotal
from engine.model.trace import TraceStep
from engine.pricing.line_taxes import joined_rows, negated
from engine.values.exact import ZERO, Number, subtract, total
from engine.values.money import minor_places

Period = tuple[datetime, datetime]
Key = tuple[str, str | None, str | None, datetime, datetime | None, frozenset[str], tuple[tuple[str, str], ...], ByHand | None, str | None]
"""What lines must have in common to be about the same thing: subscription, item, spec, start and end, which taxes they have, the
attributes of usage that keep them apart, what is said of a line by hand, and the commitment that is made up."""

REFUNDS = ("refund-unsubscription", "refund-change")
"""Kinds of bill that return what an earlier line was paid for."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What the lines about one thing come to."""

    listed: Number
    discount: Number
    rounding: Number
    amount: Decimal
    taxed: tuple[LineTax, ...]


def issued_problems(book: PriceBook, account: Account, issued: Sequence[Invoice], start: datetime, end: datetime) -> list[Diagnostic]:
    """What keeps issued invoices from being compared with an invoice for [start, end): they are another's, or periods overlap."""
    found = []
    for each in issued:
        differing = [
            f"{what} `{theirs}`, not `{ours}`"
            for what, theirs, ours in (
                ("account", each.account, account.id), ("currency", each.currency, account.currency), ("book", each.book_id, book.id),
            )
            if theirs != ours
        ]  # fmt: skip
        if each.prices_include_tax != book.prices_include_tax:
            kinds = ("that include tax", "without tax")
            differing.append("prices {}, not {}".format(*(kinds if each.prices_include_tax else kinds[::-1])))
        if differing:
            message = f"the invoice for {days(book, each.start, each.end)} is for {' and '.join(differing)}"
            found.append(report(ISSUED_ELSEWHERE, message, subject="issued", help="give the invoices of this account only"))
    spans = sorted([(each.start, each.end) for each in issued])
    for before, after in itertools.pairwise(spans):
        if after[0] < before[1]:
            message = f"the invoices for {days(book, *before)} and for {days(book, *after)} are about the same days"
            found.append(report(ISSUED_OVERLAP, message, subject="issued", help="give each issued invoice once"))
    for span in dict.fromkeys(spans):
        if start < span[1] and span[0] < end:
            message = f"{days(book, *span)} was invoiced already, and an invoice for {days(book, start, end)} is asked for"
            remedy = "ask for a period that was not invoiced yet; what changed in this one is corrected there"
            found.append(report(ISSUED_OVERLAP, message, subject="issued", help=remedy))
    return found


def put_right(invoice: Invoice, issued: Iterable[Invoice]) -> tuple[Invoice, ...]:
    """The issued invoices that an invoice puts right, in order of time: those of periods that it corrects, and of what it pays back.

    What a refund returns was billed by the lines of the same item that are for a time after the refund: an unsubscription on 10 May
    of a year that was bought in March refers to the invoice of March.
    """
    back = [line for line in invoice.lines if line.bill_type in REFUNDS]
    corrected = {line.corrects for line in invoice.lines}
    return tuple(
        each for each in sorted(issued, key=lambda one: one.start) if (each.start, each.end) in corrected or any(_paid_for(line, each) for line in back)
    )


def _paid_for(refund: InvoiceLine, issued: Invoice) -> bool:
    """Whether the issued invoice billed what the refund returns."""
    return any(
        line.amount > 0 and (line.subscription, line.item) == (refund.subscription, refund.item) and line.end is not None and line.end > refund.at
        for line in issued.lines
    )


def corrections(issued: Sequence[Invoice], owed_now: Callable[[datetime, datetime], Sequence[Owed]], at: datetime, currency: str, included: bool) -> list[Owed]:
    """What each issued period still owes or gets back; `owed_now` says what is owed for a period, `included` whether prices hold tax.

    Billed were 89.00, and a change of that month that came later owes 12.50: one line of 12.50 to pay. The next time nothing is left.
    """
    found = []
    for each in sorted(issued, key=lambda invoice: invoice.start):
        period = (each.start, each.end)
        billed = _by_thing([
            *(line for line in each.lines if line.corrects is None),
            *(line for other in issued for line in other.lines if line.corrects == period),
        ])  # fmt: skip
        now = _by_thing(line for owed in owed_now(*period) for line in owed.lines)
        lines = [
            line
            for key in dict.fromkeys((*billed, *now))
            if (line := _adjustment(key, billed.get(key, []), now.get(key, []), period, at, currency)) is not None
        ]
        if lines:
            found.append(_owed(lines, at, included))
    return found


def _by_thing(lines: Iterable[InvoiceLine]) -> dict[Key, list[InvoiceLine]]:
    found: dict[Key, list[InvoiceLine]] = {}
    for line in lines:
        taxes = frozenset(row.tax for row in line.taxed)
        apart = tuple(sorted(line.attributes.items()))
        key = (line.subscription, line.item, line.spec, line.start, line.end, taxes, apart, line.by_hand, line.commitment)
        found.setdefault(key, []).append(line)
    return found


def _sums(lines: Sequence[InvoiceLine]) -> Sums:
    return Sums(
        total(line.list_amount or ZERO for line in lines), total(line.discount_amount for line in lines),
        total(line.rounding_amount for line in lines), total(line.amount for line in lines),
        joined_rows(row for line in lines for row in line.taxed),
    )  # fmt: skip


def _adjustment(key: Key, billed: list[InvoiceLine], now: list[InvoiceLine], period: Period, at: datetime, currency: str) -> InvoiceLine | None:
    """The difference of what is owed for one thing today and what was billed; None where there is none."""
    before, after = _sums(billed), _sums(now)
    amount = subtract(after.amount, before.amount)
    taxed = _differing((*after.taxed, *negated(before.taxed)))
    if not amount and not any(row.base or row.amount for row in taxed):
        return None
    subscription, item, spec, start, end, _, apart, by_hand, commitment = key
    like = (now or billed)[0]
    owing = amount if amount else total(row.amount for row in taxed)
    return InvoiceLine(
        subscription, "adjustment-charge" if owing > 0 else "adjustment-compensation", at, item, spec, None, None, start, end,
        None if by_hand else subtract(after.listed, before.listed), subtract(after.discount, before.discount), subtract(after.rounding, before.rounding),
        amount, like.per, (_step(billed, now, before, after, period, currency),), taxed, like.billing_mode, like.term, period, _records(billed, now),
        dict(apart), by_hand, commitment,
    )  # fmt: skip


def _differing(rows: Iterable[LineTax]) -> tuple[LineTax, ...]:
    """The rows that do not cancel, and one of 0.00 for a tax whose rows all do: 5% and 7% were billed, 5% and 8% are right.

    So the line has the taxes of what it corrects, and is found with it the next time.
    """
    joined = joined_rows(rows)
    found = [row for row in joined if row.base or row.amount]
    unchanged = {row.tax: row for row in reversed(joined)}
    for row in found:
        unchanged.pop(row.tax, None)
    return (*found, *(row for row in joined if unchanged.get(row.tax) is row))


def _records(billed: list[InvoiceLine], now: list[InvoiceLine]) -> int | None:
    """How many usage records are known of it now; None where it is not about usage."""
    if all(line.records is None for line in (*billed, *now)):
        return None
    return sum(line.records or 0 for line in now)


def _step(billed: list[InvoiceLine], now: list[InvoiceLine], before: Sums, after: Sums, period: Period, currency: str) -> TraceStep:
    """Before and after, with the quantities where each side has one."""
    places = minor_places(currency)
    facts: StepFacts = {"billed": before.amount, "now": after.amount, "start": period[0], "end": period[1]}
    originals = [line for line in billed if line.corrects is None]
    if len(originals) == 1 and originals[0].quantity is not None:
        facts |= {"billed_quantity": originals[0].quantity, "unit": originals[0].unit}
    if len(now) == 1 and now[0].quantity is not None:
        facts |= {"quantity": now[0].quantity, "unit": now[0].unit}
    amount = subtract(after.amount, before.amount)
    return TraceStep(4, "correction", amount, formula=difference(signed(after.amount, places), signed(before.amount, places)), facts=facts)


def _owed(lines: list[InvoiceLine], at: datetime, included: bool) -> Owed:
    """The corrections of one period, with their taxes by difference: they were rounded when they were due."""
    rows = joined_rows(row for line in lines for row in line.taxed if row.base or row.amount)
    taxes = tuple(TaxTotal(row.tax, row.category, row.rate, row.base, row.amount, row.row) for row in rows)
    amount, tax = total(line.amount for line in lines), total(row.amount for row in rows)
    return Owed(at, tuple(lines), taxes, subtract(amount, tax) if included else amount)
