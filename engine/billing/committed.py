"""Commitments of an account's subscriptions in the bills of a period: which are due with them, and the earlier
charges that they count (rule language, second version, 4.1).

Contract: says whose and when; what is missing is computed by pricing. A commitment for a longer time than the bills needs what was used since it
began. Raises Refused where charges of that time are not given.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from engine.billing.runs import Run
from engine.diagnostics import report
from engine.diagnostics.accounts import COMMITMENT_CHARGES_MISSING
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.model.charges import RatedUsage, UsageCharge
from engine.pricing.billing_periods import frames
from engine.pricing.commitments import Floor, floors_of
from engine.pricing.indexes import price_index
from engine.pricing.refused import Refused
from engine.pricing.windows import Stretch
from engine.values.periods import local_date


def floors_due(book: PriceBook, account: Account, run: Run, start: datetime, end: datetime) -> list[Floor]:
    """The commitments of the run whose time ends in a bill for [start, end): after its start, and not after its end."""
    mode = book.billing_modes[run.mode]
    if not mode.commitment:
        return []
    terms = [(term.start, term.end) for term in run.terms]

    def times(every: str) -> Iterable[Stretch]:
        return (time for time in frames(every, start, end, book.zone, terms) if start < time[1] <= end)

    return [*floors_of(book, mode, account.currency, run.attributes, run.running.spans, times)]


def charges_between(book: PriceBook, runs: Sequence[Run], rated: RatedUsage, begin: datetime, stop: datetime) -> list[UsageCharge]:
    """The charges of all periods in [begin, stop), which have to be there from when the first subscription ran."""
    counts_all = bool(price_index(book).on_amounts)
    ran = min((run.running.begun for run in runs if counts_all or book.billing_modes[run.mode].commitment), default=stop)
    reached, found = max(begin, ran), list[UsageCharge]()
    for (start, end), charges in sorted(rated.periods.items(), key=lambda each: each[0]):
        if begin <= start and end <= stop and start <= reached:
            found += charges
            reached = max(reached, end)
    if reached < stop:
        first, last = local_date(reached, book.zone), local_date(stop, book.zone)
        why = "what is billed on list amounts" if counts_all else "a commitment that ends in this period"
        message = f"{why} counts what was billed before, and no charges from {first} to before {last} are given"
        remedy = "give the charges of these periods too, with further `--charges`, or bill from the usage"
        raise Refused(report(COMMITMENT_CHARGES_MISSING, message, subject="--charges", help=remedy))
    return found
