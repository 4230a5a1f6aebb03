"""Commitments: what a subscription pays at least for what is billed by usage, and the line that makes it up (second version, 4.1).

Contract: knows when a subscription ran and what its bills come to after rounding at line; nothing of records. The time of a commitment is a
calendar month or year, or a paid term; what is missing of it is owed in its last bill, taxed on its last day.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from engine.model.book import BillingMode, PriceBook
from engine.model.facts import StepFacts
from engine.model.formulas import Formula, Price, difference, number, product, summed
from engine.model.orders import OrderLine
from engine.model.policies import Commitment
from engine.model.trace import TraceStep, known
from engine.pricing.billing_periods import MONTHS, start_of_month
from engine.pricing.indexes import price_index
from engine.pricing.rated import RatedLine, RatedSpan
from engine.pricing.remaining import share_of_month, share_of_period
from engine.pricing.resolution import choose
from engine.pricing.running import RunningLine, start_running
from engine.pricing.tax_days import INSTANT
from engine.pricing.windows import Spans, Stretch, boundaries
from engine.values.exact import ONE, ZERO, Number, divide, exact, multiply, subtract, total
from engine.values.periods import add_months, local_date, wall_clock

MOST_SHOWN = 12
"""So many amounts of a sum are written one by one."""
BEFORE = tuple(TraceStep(number, kind, idle=True) for number, kind in ((1, "quantity"), (2, "price-in-force"), (3, "charge")))
"""The steps of the waterfall that a line of no quantity has no part in."""


@dataclass(frozen=True, slots=True)
class Floor:
    """A commitment for one of its times [start, end): `amount` is for a whole one, `share` is what the subscription owes of it."""

    commitment: Commitment
    like: str
    amount: Decimal
    share: Number
    start: datetime
    end: datetime

    @property
    def committed(self) -> Number:
        """What the bills of the time come to at least."""
        return multiply(self.amount, self.share)

    def counts(self, end: datetime) -> bool:
        """Whether a bill of a period that ends then is one of its time."""
        return self.start < end <= self.end


@dataclass(frozen=True, slots=True)
class DueFloor:
    """A commitment in the last bill of its time; `before` is what each other bill of the time comes to in scope."""

    floor: Floor
    before: tuple[Number, ...] = ()


def floors_of(
    book: PriceBook, mode: BillingMode, currency: str, attributes: Mapping[str, str], spans: Spans, times: Callable[[str], Iterable[Stretch]]
) -> Iterator[Floor]:
    """The commitments of a subscription that ran in `spans`; `times` are those looked at, by `every`, in order.

    Each is the one in force when its time begins, or the use in it. Currencies that it does not name have none.
    """
    for every in dict.fromkeys(book.commitments[use.use].every for use in mode.commitment):
        for start, end in times(every):
            ran = [(max(begin, start), end if stop is None else min(stop, end)) for begin, stop in spans if begin < end and (stop is None or start < stop)]
            chosen = choose(mode.commitment, attributes, ran[0][0], price_index(book).rank).entry if ran else None
            commitment = book.commitments[chosen.use] if chosen is not None else None
            if commitment is not None and commitment.every == every and currency in commitment.amount.by_currency and in_scope(book, mode, commitment):
                share = _share(commitment, (start, end), ran, mode.sold_by == "day" and every == "term", book.zone)
                yield Floor(commitment, like_of(book, mode, commitment), commitment.amount.by_currency[currency], share, start, end)


def in_scope(book: PriceBook, mode: BillingMode, commitment: Commitment) -> tuple[str, ...]:
    """The items that count: those that the mode bills by usage, in the order of the commitment, else of the mode."""
    billed = [each.item for each in mode.items if each.payment == "postpaid"]
    return tuple(name for name in commitment.items if name in billed) if commitment.items else tuple(billed)


def like_of(book: PriceBook, mode: BillingMode, commitment: Commitment) -> str:
    """The item that the shortfall is taxed like; something is in scope, or nothing is owed."""
    return commitment.category_of or in_scope(book, mode, commitment)[0]


def _share(commitment: Commitment, time: Stretch, ran: Sequence[Stretch], of_days: bool, zone: ZoneInfo) -> Number:
    """What the times in which it ran are of the whole: each calendar month's part by `stub`. 15 days of March: 15/31; 3 of a term of 7 days: 3/7."""
    if commitment.stub is None or (len(ran) == 1 and ran[0] == time):
        return ONE
    if of_days:
        begin, end = (wall_clock(each, zone) for each in time)
        pieces = ((wall_clock(piece[0], zone), wall_clock(piece[1], zone)) for piece in ran)
        return total(share_of_period(commitment.stub, piece, (begin, end), (end - begin).days, zone) for piece in pieces)
    parts = [part for piece in ran for part in pairwise([piece[0], *boundaries("month", *piece, zone), piece[1]])]
    return divide(total(share_of_month(commitment.stub, *part, zone) for part in parts), exact(_months(commitment.every, time, zone)))


def _months(every: str, time: Stretch, zone: ZoneInfo) -> int:
    if every in MONTHS:
        return MONTHS[every]
    first, after = local_date(time[0], zone), local_date(time[1], zone)
    months = (after.year - first.year) * 12 + after.month - first.month
    # A term may end with the day of its anniversary: 15 March to 14 April inclusive.
    return months if add_months(first, months) <= after else months - 1


def last_bills(floors: Sequence[Floor], periods: Collection[Stretch], zone: ZoneInfo) -> dict[Stretch, list[Floor]]:
    """By billing period the commitments that its bill is the last one for: the period that ends with the time of the commitment.

    Where nothing else is billed then, it is the last calendar month of that time.
    """
    found: dict[Stretch, list[Floor]] = {}
    for floor in floors:
        alone = max(floor.start, start_of_month(floor.end - INSTANT, zone)), floor.end
        found.setdefault(max((period for period in periods if period[1] == floor.end), default=alone), []).append(floor)
    return found


# --- in the waterfall ---------------------------------------------------------------------------------------------------------------


def counted(commitment: Commitment, lines: Iterable[RunningLine]) -> tuple[Number, ...]:
    """What each line in scope counts for, once lines are rounded (step 6): its amount then, or its list amount."""
    found = [line.rated.list_amount if commitment.of == "list" else _rounded(line) for line in lines if _counts(commitment, line.rated)]
    return tuple(amount for amount in found if amount)


def others(floor: Floor, bills: Mapping[Stretch, Sequence[RunningLine]]) -> tuple[Number, ...]:
    """What each other bill of the commitment's time comes to in scope, in order of time; `bills` are the lines of each by its period."""
    found = [counted(floor.commitment, lines) for period, lines in sorted(bills.items(), key=lambda each: each[0]) if floor.counts(period[1])]
    return tuple(total(amounts) for amounts in found if amounts)


def _counts(commitment: Commitment, line: RatedLine) -> bool:
    return line.commitment is None and commitment.covers(line.item.id)


def _rounded(line: RunningLine) -> Number:
    """What step 6 left of the line, whatever was taken off since."""
    return known(next(step for step in line.steps if step.kind == "round-line").value)


def shortfall(book: PriceBook, due: DueFloor, lines: Sequence[RunningLine], places: int) -> RunningLine | None:
    """The line that makes the commitment up, before it is rounded; None where the bills come to as much.

    10,000.00 less 110.00: 9,890.00.
    """
    floor, parts = due.floor, (*due.before, *counted(due.floor.commitment, lines))
    there = total(parts)
    missing = subtract(floor.committed, there)
    if missing <= ZERO:
        return None
    whole = Price(floor.amount, places)
    committed: Formula = whole if floor.share == ONE else product(whole, floor.share)
    facts: StepFacts = {
        "commitment": floor.commitment.id, "committed": floor.committed, "sum": there, "start": floor.start, "end": floor.end, "bills": len(due.before) + 1,
    }  # fmt: skip
    summands = summed(number(part, places) for part in parts) if 1 < len(parts) <= MOST_SHOWN else None
    children = (TraceStep(4, "counted", there, formula=summands),) if summands is not None else ()
    step = TraceStep(4, "shortfall", missing, None, difference(committed, number(there, places)), facts, children=children, origin=floor.commitment.origin)
    rated = RatedLine(
        book.items[floor.like], None, ZERO, "", "postpaid", missing, (), (*BEFORE, step), OrderLine(floor.like, None, origin=floor.commitment.origin),
        spans=(RatedSpan(floor.start, floor.end, missing),), taxed_at=floor.end, commitment=floor.commitment.id,
    )  # fmt: skip
    running = start_running(rated)
    running.steps.append(TraceStep(5, "discount", missing, missing, idle=True))
    return running
