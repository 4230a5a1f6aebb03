"""What may be done with a subscription later: the policies in force, mode by mode, and for whom."""

from collections.abc import Iterable

from engine.model.book import BillingMode, PolicyUse
from engine.model.policies import Cancellation, FeeRow
from engine.pricing.commitments import in_scope, like_of
from engine.pricing.indexes import price_index
from engine.pricing.probing import Scope
from engine.pricing.resolution import choose
from engine.sheet.view import CancellationView, CommitmentView, FeeCell, FeeTable, Policies, RenewalView, SpecChangeView, When
from engine.values.exact import ZERO, Number, add, divide, exact, multiply
from engine.values.periods import Duration


def build_policies(scope: Scope) -> Policies:
    """Spec changes, cancellations and renewals of each mode, everybody's policy first, and the moves between modes."""
    book = scope.book
    modes = tuple(book.billing_modes.values())
    return Policies(
        spec_changes=tuple(
            SpecChangeView(mode.id, book.spec_changes.get(use) if use else None, when) for mode in modes for use, when in _in_force(scope, mode.spec_change)
        ),
        cancellations=tuple(
            _cancellation(mode, book.cancellations.get(use) if use else None, when)
            for mode in modes
            for use, when in _in_force(scope, mode.cancellation)
            if use or mode.payment == "prepaid"
        ),
        renewals=tuple(
            RenewalView(mode.id, book.renewals.get(use) if use else None, mode.expires, when)
            for mode in modes
            for use, when in _in_force(scope, mode.renewal)
            if use or mode.payment == "prepaid"
        ),
        mode_changes=book.mode_changes,
    )


def build_commitments(scope: Scope, mode: BillingMode) -> tuple[CommitmentView, ...]:
    """The commitments of a mode in the sheet's currency: everybody's, then those of groups of customers."""
    found = []
    for use, when in _in_force(scope, mode.commitment):
        one = scope.book.commitments.get(use) if use else None
        if one is not None and scope.currency in one.amount.by_currency and in_scope(scope.book, mode, one):
            items = in_scope(scope.book, mode, one) if one.items else ()
            like, amount = like_of(scope.book, mode, one), one.amount.by_currency[scope.currency]
            found.append(CommitmentView(one.id, one.title, amount, one.every, items, one.of, one.stub, like, one.category_of is not None, when))
    return tuple(found)


def _in_force(scope: Scope, uses: tuple[PolicyUse, ...]) -> list[tuple[str | None, When]]:
    """The policy in force for everybody (None where there is none), then one for each group of customers that has its own."""
    rank = price_index(scope.book).rank
    everybody = choose(uses, scope.attributes, scope.at, rank).entry
    found: list[tuple[str | None, When]] = [(everybody.use if everybody is not None else None, {})]
    for use in uses:
        when = scope.open_part(use.conditions.when)
        if when and choose(uses, {**scope.attributes, **{name: values[0] for name, values in when.items()}}, scope.at, rank).entry is use:
            found.append((use.use, when))
    return found


def _cancellation(mode: BillingMode, policy: Cancellation | None, when: When) -> CancellationView:
    return CancellationView(mode.id, policy, fee_table(policy.fees, mode.terms) if policy is not None else None, when)


def fee_table(rows: tuple[FeeRow, ...], terms: Iterable[Duration]) -> FeeTable | None:
    """The fee of each term by time used; None without terms or fees. The first row that matches counts; none: no fee.

    Source: rule language, 2, cancellations. 3 years: 15% up to 1 year, 10% up to 2 years, then 5%.
    """
    ends = sorted({row.used_up_to for row in rows if row.used_up_to is not None}, key=_length)
    terms = tuple(terms)
    if not terms or not rows:
        return None
    columns: tuple[Duration | None, ...] = (*ends, None)
    by_fees: dict[tuple[FeeCell | None, ...], list[Duration]] = {}
    for term in terms:
        cells = tuple(_cell(rows, term, columns, position) for position in range(len(columns)))
        by_fees.setdefault(cells, []).append(term)
    used = [position for position in range(len(columns)) if any(cells[position] is not None for cells in by_fees)]
    kept = tuple(columns[position] for position in used)
    return FeeTable(kept, tuple((tuple(terms), tuple(cells[position] for position in used)) for cells, terms in by_fees.items()))


def _cell(rows: tuple[FeeRow, ...], term: Duration, columns: tuple[Duration | None, ...], position: int) -> FeeCell | None:
    """What is kept in a column; None where the term has ended before it."""
    begins, ends = (columns[position - 1] if position else None), columns[position]
    if begins is not None and _length(begins) >= _length(term):
        return None
    for row in rows:
        if row.term is not None and row.term != term:
            continue
        if row.used_up_to is None or (ends is not None and _length(ends) <= _length(row.used_up_to)):
            return FeeCell(row.fee, row.consumed_times)
    return FeeCell(ZERO)


def _length(duration: Duration) -> Number:
    """A length in days, to put days and months into one row of columns: months have 365/12 of them."""
    return add(divide(multiply(exact(duration.months), exact(365)), exact(12)), divide(exact(duration.seconds), exact(86400)))
