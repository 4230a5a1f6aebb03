"""Credits: money that was paid ahead, taken off what is to be paid after tax (rule language, second version, 4.2).

Contract: what a credit has left is what it granted, less what the issued invoices say that they took of it; an invoice takes of it
what it needs, never more. No line and no tax changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from engine.model.accounts import Account, Credit
from engine.model.invoices import CreditUse, Invoice, InvoiceLine
from engine.model.trace import TraceStep
from engine.pricing.tax_days import INSTANT
from engine.values.exact import ZERO, add, negate, subtract, total

Key = tuple[datetime, str]
LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CreditsTaken:
    """The credits of an invoice, and the steps that took them off what is to be paid."""

    credits: tuple[CreditUse, ...] = ()
    steps: tuple[TraceStep, ...] = ()

    @property
    def sum(self) -> Decimal:
        """What they pay of the invoice; negative where a refund restores them."""
        return total(each.used for each in self.credits)


def use_credits(account: Account, lines: Sequence[InvoiceLine], end: datetime, included: bool, issued: Sequence[Invoice]) -> CreditsTaken:
    """What the account's credits pay of an invoice that ends at the UTC instant `end`; `included`: the lines' amounts are gross.

    Those count that were granted before it ends and are in force on its last day. The one that expires first is taken first, of equal ones
    the one that was granted first; of lines those first that no other credit names. 10.72 to pay, credits of 6.43: all of them, and 4.29 are left to pay.
    """
    before = _used_before(issued)
    credits = [each for each in account.credits if each.at < end and (each.expires is None or each.expires > end - INSTANT)]
    ordered = sorted(credits, key=lambda each: (each.expires or LAST, each.at))
    open_lines = [(line.item, line.amount if included else add(line.amount, total(tax.amount for tax in line.taxed))) for line in lines]
    # A credit for all pays first what no other credit is for, so that none is left unused beside money that is asked for.
    named = {item for each in credits for item in each.items}
    open_lines.sort(key=lambda each: each[0] in named)
    gross = total(amount for _, amount in open_lines)
    taken: dict[Key, Decimal] = {}
    steps: list[TraceStep] = []
    left = gross
    for credit in ordered if gross > 0 else reversed(ordered):
        key = key_of(credit)
        paid = _taken(credit, subtract(credit.amount, before.get(key, ZERO)), open_lines, left) if gross > 0 else ZERO
        if gross < 0 and credit.restore:
            paid = negate(_taken(credit, before.get(key, ZERO), [(item, negate(amount)) for item, amount in open_lines], negate(left)))
        if paid:
            open_lines = _less(credit, paid, open_lines)
            left, was = subtract(left, paid), left
            steps.append(TraceStep(10, "credit", left, was, origin=credit.origin))
        taken[key] = paid
    uses = [_use(credit, before.get(key_of(credit), ZERO), taken[key_of(credit)]) for credit in ordered]
    return CreditsTaken(tuple(each for each in uses if each.used or each.left), tuple(steps))


def key_of(credit: Credit | CreditUse) -> Key:
    """What tells a credit from others, whatever is changed of it later: when it was granted, and its title. An account holds each once."""
    return (credit.at, credit.title)


def _used_before(issued: Sequence[Invoice]) -> Mapping[Key, Decimal]:
    found: dict[Key, Decimal] = {}
    for invoice in issued:
        for each in invoice.credits:
            found[key_of(each)] = add(found.get(key_of(each), ZERO), each.used)
    return found


def _taken(credit: Credit, most: Decimal, lines: Sequence[tuple[str | None, Decimal]], left: Decimal) -> Decimal:
    """How much of `most` can be taken: no more than is left of the lines that the credit is for, and of the whole."""
    mine = total(amount for item, amount in lines if not credit.items or item in credit.items)
    return max(ZERO, min(most, mine, left))


def _less(credit: Credit, paid: Decimal, lines: Sequence[tuple[str | None, Decimal]]) -> list[tuple[str | None, Decimal]]:
    """The lines less what was paid of them, from the first on."""
    found = []
    for item, amount in lines:
        part = ZERO
        if (not credit.items or item in credit.items) and (amount > 0) == (paid > 0):
            part = min(paid, amount) if paid > 0 else max(paid, amount)
        paid = subtract(paid, part)
        found.append((item, subtract(amount, part)))
    return found


def _use(credit: Credit, before: Decimal, used: Decimal) -> CreditUse:
    return CreditUse(credit.at, credit.title, credit.amount, credit.expires, credit.items, before, used)
