"""What somebody should know of an invoice that was made: lines that no tax applies to, time that nobody invoiced, use without records,
a credit note that names no invoice.

Contract: warnings and notes, never an error; no amount of the invoice is touched.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from engine.billing.corrections import REFUNDS, put_right
from engine.billing.counting import BY_USAGE, days
from engine.billing.credits import key_of
from engine.billing.ledger import Known, Ledger, ledger_of
from engine.billing.runs import Run
from engine.diagnostics import Diagnostic, report
from engine.diagnostics.accounts import (
    CARRIED_UNKNOWN,
    COMMITMENT_COUNTS_UNKNOWN,
    CREDIT_TAKEN_AS_WHOLE,
    CREDIT_WITHOUT_INVOICE,
    NO_TAX_FOR_COUNTRY,
    NO_USAGE,
    PERIOD_NOT_INVOICED,
    USAGE_BEYOND,
)
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.model.invoices import Invoice
from engine.pricing.indexes import price_index
from engine.pricing.messages import amount_of, place
from engine.pricing.refused import Refused
from engine.values.periods import local_date

Span = tuple[datetime, datetime]


def invoice_notes(book: PriceBook, account: Account, invoice: Invoice, usage: Known, issued: Sequence[Invoice] = ()) -> tuple[Diagnostic, ...]:
    """Everything worth knowing about the invoice, which was made of this usage after these issued invoices."""
    spans = [(each.start, each.end) for each in (*issued, invoice)]
    ledger = ledger_of(book, account, usage, max(end for _, end in spans))
    return (
        *_credited(account, invoice, issued), *_untaxed(book, account, invoice), *_unreferenced(invoice, issued), *_not_invoiced(ledger, spans),
        *_without_usage(ledger, (invoice.start, invoice.end)), *_carried_unknown(ledger, (invoice.start, invoice.end)), *_committed_before(ledger, invoice),
        *_beyond_maximum(book, invoice),
    )  # fmt: skip


def _credited(account: Account, invoice: Invoice, issued: Sequence[Invoice]) -> Iterator[Diagnostic]:
    """A warning where a credit from before the period pays, and no invoice before this one is given."""
    taken = {key_of(each) for each in invoice.credits if each.used > 0 and each.at < invoice.start}
    if taken and not any(each.start < invoice.start for each in issued):
        first = next(each for each in account.credits if key_of(each) in taken)
        message = "no earlier invoice is given, so the credit is taken as if none had taken of it"
        remedy = "give the invoices since it was granted, as json, with `--issued`"
        yield report(CREDIT_TAKEN_AS_WHOLE, message, place(first.origin), path="events", subject="--issued", help=remedy)


def _untaxed(book: PriceBook, account: Account, invoice: Invoice) -> Iterator[Diagnostic]:
    """A warning for lines without a tax, where the book's taxes depend on the country."""
    # A correction is taxed as what it corrects, which was issued so.
    lines = [each for each in invoice.lines if each.amount and not each.taxed and each.corrects is None]
    if not lines or not any("country" in row.conditions.when for row in book.taxes):
        return
    country = account.attributes.get("country")
    why = "`customer.country` is missing" if country is None else f"no row of `taxes` is for them and a customer in `{country}`"
    named = dict.fromkeys(each.item or (each.by_hand.title if each.by_hand else "") for each in lines)
    items = ", ".join(f"`{name}`" for name in named if name) or "the invoice"
    remedy = "write the customer's `country:`" if country is None else "if that is meant, add a row with `rate: 0%` that says so"
    message = f"no tax applies to {items}: {why}"
    yield report(NO_TAX_FOR_COUNTRY, message, place(account.origin), path="customer.country", subject=country or "", help=remedy)


def _unreferenced(invoice: Invoice, issued: Sequence[Invoice]) -> Iterator[Diagnostic]:
    """A warning for a credit note that pays back what no given invoice billed: it has to name the one that it corrects."""
    back = [line for line in invoice.lines if line.bill_type in REFUNDS]
    if invoice.credit_note and back and not put_right(invoice, issued):
        message = "the credit note names no invoice that it corrects: none of those that are given billed what it pays back"
        remedy = "give the invoice in which it was paid, as json, with `--issued`"
        yield report(CREDIT_WITHOUT_INVOICE, message, subject="--issued", help=remedy)


def _not_invoiced(ledger: Ledger, spans: Sequence[Span]) -> Iterator[Diagnostic]:
    """A warning for each time between invoices for which something is owed, or in which something ran that is billed by usage."""
    covered = None
    for start, end in sorted(spans):
        if covered is not None and covered < start:
            reason = _left_out(ledger, (covered, start))
            if reason is not None:
                told = days(ledger.book, covered, start)
                remedy = "make the invoice of that time, or give it too if it was issued"
                yield report(PERIOD_NOT_INVOICED, f"no invoice is given for {told}, and {reason}", subject="--issued", help=remedy)
        covered = end if covered is None else max(covered, end)


def _left_out(ledger: Ledger, span: Span) -> str | None:
    """What a time without an invoice leaves out; None where nothing is owed for it."""
    try:
        count = sum(len(each.lines) for each in ledger.owed(*span))
    except Refused:
        return None
    if count:
        return f"{count} {'line is' if count == 1 else 'lines are'} owed for it"
    running = [run.subscription for run in ledger.runs if _by_usage(ledger, run) and run.running.reaches(*span)]
    return f"`{running[0]}` ran in it, which is billed by usage" if running else None


def _without_usage(ledger: Ledger, span: Span) -> Iterator[Diagnostic]:
    """A note for each subscription that is billed by usage and ran, but has no record that is billed; charges do not say what has none."""
    if ledger.rated is not None:
        return
    start, end = span
    used = {record.subscription for record in ledger.records if start <= record.at < end}
    # A level that began earlier may hold on: then a line says so.
    lasting = {item.id for item in ledger.book.items.values() if item.meter is not None and item.meter.hold}
    used |= {record.subscription for record in ledger.records if record.at < end and record.item in lasting}
    for run in ledger.runs:
        if run.subscription not in used and _by_usage(ledger, run) and run.running.reaches(start, end):
            used.add(run.subscription)
            message = f"`{run.subscription}` ran in {days(ledger.book, start, end)} and is billed by usage, but no record of it is given"
            remedy = "give its usage with `--usage`; if nothing was used, nothing is owed for it"
            yield report(NO_USAGE, message, place(run.origin), path="subscriptions", subject=run.subscription, help=remedy)


def _carried_unknown(ledger: Ledger, span: Span) -> Iterator[Diagnostic]:
    """A warning for each subscription whose use is given from the period on alone, though what it left before is carried over."""
    book, known = ledger.book, [(record.subscription, record.item, record.at < span[0]) for record in ledger.records if record.at < span[1]]
    for run in ledger.runs:
        for item in price_index(book).modes[run.mode].sold if run.running.begun < span[0] else ():
            before = {earlier for subscription, used, earlier in known if (subscription, used) == (run.subscription, item)}
            if before == {False} and any(terms.carry_over is not None for terms in price_index(book).allowances.get(item, ())):
                day = local_date(span[0], book.zone)
                message = f"what `{run.subscription}` left of its allowance of `{item}` is carried over, and no record of it from before {day} is given"
                remedy = "give the usage since its start with `--usage`; if nothing was used before, this is right as it is"
                yield report(CARRIED_UNKNOWN, message, place(run.origin), path="subscriptions", subject=run.subscription, help=remedy)


def _committed_before(ledger: Ledger, invoice: Invoice) -> Iterator[Diagnostic]:
    """A warning for each shortfall of a time in which the subscription ran before the period, though no record of it from then is given."""
    if ledger.rated is not None:
        return
    for line in invoice.lines:
        ran = any(run.subscription == line.subscription and run.running.reaches(line.start, invoice.start) for run in ledger.runs)
        if line.commitment is not None and line.corrects is None and line.start < invoice.start and ran:
            used = any(record.subscription == line.subscription and line.start <= record.at < invoice.start for record in ledger.records)
            if not used:
                told = days(ledger.book, line.start, invoice.start)
                message = f"a shortfall of `{line.subscription}` counts what was billed for {told}, and no record of it from then is given"
                remedy = "give the usage since then with `--usage`; if nothing was used, this is right as it is"
                yield report(COMMITMENT_COUNTS_UNKNOWN, message, subject=line.subscription, help=remedy)


def _by_usage(ledger: Ledger, run: Run) -> bool:
    """Whether anything of the run's mode is billed by records; fees are not."""
    mode = ledger.book.billing_modes[run.mode]
    return mode.payment == "postpaid" and any(ledger.book.items[sold.item].meter is not None for sold in mode.items)


def _beyond_maximum(book: PriceBook, invoice: Invoice) -> Iterator[Diagnostic]:
    """A warning for each item of which more was used than an order may have of it; what was used is billed all the same."""
    for line in invoice.lines:
        item = book.items.get(line.item) if line.item is not None and line.bill_type in BY_USAGE else None
        if item is not None and item.quantity.max is not None and line.quantity is not None and line.quantity > item.quantity.max:
            used, allowed = (amount_of(book, each, item.unit) for each in (line.quantity, item.quantity.max))
            message = f"`{line.subscription}` used {used} of `{item.id}`, and an order may have {allowed} at most"
            remedy = "correct the records, or raise the `max` of the item's `quantity`"
            yield report(USAGE_BEYOND, message, subject=item.id, path=f"items.{item.id}.quantity.max", help=remedy)
