"""One charge applied to equal windows (or to a period, or a record): what the sum of an estimate is made of."""

from dataclasses import dataclass, replace
from datetime import datetime

from engine.model.book import RoundingStep
from engine.model.prices import Charge, PriceEntry
from engine.pricing.charges import Rated
from engine.pricing.steps import round_to
from engine.values.exact import ZERO, Number, add, exact, multiply


@dataclass(frozen=True, slots=True)
class Application:
    """`count` equal applications of a charge to `quantity` over [start, end).

    Each costs `rated.amount` x `ratio` (window length / `per`), which is rounded `at: charge`; `exact_amount` and `amount` are
    the sums before and after that rounding. `group` keeps applications apart that are told one by one.
    """

    entry: PriceEntry
    charge: Charge
    rated: Rated
    quantity: Number
    ratio: Number
    count: int
    start: datetime
    end: datetime
    group: datetime | None = None
    part_counts_whole: bool = False  # the window is only begun or cut short, and charged as a whole one
    exact_amount: Number = ZERO
    amount: Number = ZERO

    @property
    def freeing(self) -> tuple[object, ...]:
        """The quantity, what an allowance that is used up in order of time took off it, and the tier that other quantities chose: applications that
        are alike in all of these cost the same.
        """
        return (self.quantity, self.rated.freed, self.rated.share, self.rated.chosen_by)


def apply_charge(application: Application, rule: RoundingStep | None, currency: str) -> Application:
    """The application with its amounts: each window is rounded by itself, then multiplied by their number.

    Source: rule language, 3.2, step 4.
    """
    one, times = multiply(application.rated.amount, application.ratio), exact(application.count)
    return replace(application, exact_amount=multiply(one, times), amount=multiply(round_to(one, rule, currency), times))


def merged(applications: list[Application]) -> list[Application]:
    """The applications in order of time, neighbours that are equal but for their time told as one."""
    found: list[Application] = []
    last_of: dict[tuple[int, int], int] = {}
    for application in applications:
        key = (id(application.entry), id(application.charge))
        position = last_of.get(key)
        if position is not None and _alike(found[position], application):
            found[position] = _joined(found[position], application)
        else:
            last_of[key] = len(found)
            found.append(application)
    return sorted(found, key=lambda one: one.start)


def _alike(one: Application, next_one: Application) -> bool:
    """Whether two are of the same quantity, length and group, one directly after the other."""
    return (
        one.end == next_one.start
        and (one.group, one.freeing, one.ratio, one.part_counts_whole) == (next_one.group, next_one.freeing, next_one.ratio, next_one.part_counts_whole)
        and (one.end - one.start) * next_one.count == (next_one.end - next_one.start) * one.count
    )


def _joined(one: Application, next_one: Application) -> Application:
    return replace(
        one, count=one.count + next_one.count, end=next_one.end,
        exact_amount=add(one.exact_amount, next_one.exact_amount), amount=add(one.amount, next_one.amount),
    )  # fmt: skip
