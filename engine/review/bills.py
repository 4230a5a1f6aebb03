"""What an edit does to bills: each account's invoice under both books, who pays more and who less, and how the changes are spread.

Source: authoring, Diff and impact; authoring pictures, diff-terminal.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count, groupby
from typing import Literal

from engine.review.revision import increase
from engine.review.timing import When
from engine.values.exact import ZERO, Number, divide, exact, multiply, negate, subtract, total, whole_down

Direction = Literal["more", "less", "same", "failed"]
LARGEST = 10
FEW_EQUAL = 2
"""Accounts with the same change that still stand for themselves."""
MOST_BINS = 12
FIRST_WIDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class AccountEffect:
    """What an account is billed for the period under both books, tax included, in `currency`; None: refused there, for the reasons in `refused`.

    `moves` is when the edit reaches it (None: refused), `since` the first day that is billed differently.
    """

    account: str
    currency: str
    before: Decimal | None
    after: Decimal | None
    refused: tuple[str, ...] = ()
    moves: When | None = None
    since: date | None = None

    @property
    def change(self) -> Decimal:
        """By how much more is billed; nothing where one of the two is no bill."""
        return ZERO if self.before is None or self.after is None else subtract(self.after, self.before)

    @property
    def ratio(self) -> Number | None:
        """The change as a ratio of the bill before; None where that was nothing."""
        return None if self.before is None or self.before <= 0 else increase(self.before, self.after)

    @property
    def direction(self) -> Direction:
        """Who pays more, and who less."""
        if self.before is None or self.after is None:
            return "failed"
        return "same" if self.before == self.after else "more" if self.after > self.before else "less"


@dataclass(frozen=True, slots=True)
class Bills:
    """The bills of one currency under both books; those that fail under one of them are in no sum."""

    currency: str
    accounts: tuple[AccountEffect, ...]

    def of(self, *directions: Direction) -> tuple[AccountEffect, ...]:
        """The accounts whose bill moves in one of these directions."""
        return tuple(each for each in self.accounts if each.direction in directions)

    def moving(self, when: When) -> tuple[AccountEffect, ...]:
        """The accounts that the edit reaches then."""
        return tuple(each for each in self.accounts if each.moves == when)

    @property
    def ratio(self) -> Number | None:
        """By how much the sum of all bills changes."""
        before, after = sums_of(self.of("more", "less", "same"))
        return increase(before, after) if before > 0 else None

    def largest(self, direction: Direction) -> tuple[tuple[AccountEffect, ...], ...]:
        """The accounts with the largest change in the direction, the largest first; many whose bills change by the same amount stand together."""
        ranked = sorted(self.of(direction), key=lambda each: (-abs(each.change), each.account))
        found: list[tuple[AccountEffect, ...]] = []
        for _, equal in groupby(ranked, key=lambda each: each.change):
            together = tuple(equal)
            found += [together] if len(together) > FEW_EQUAL else [(each,) for each in together]
        return tuple(found[:LARGEST])


@dataclass(frozen=True, slots=True)
class Bin:
    """How many accounts change by a ratio in [start, end); of those that pay less in (start, end]."""

    start: Number
    end: Number
    count: int


def bills_of(effects: Iterable[AccountEffect]) -> tuple[Bills, ...]:
    """The bills by currency, in the order in which these come up."""
    found: dict[str, list[AccountEffect]] = {}
    for each in effects:
        found.setdefault(each.currency, []).append(each)
    return tuple(Bills(currency, tuple(accounts)) for currency, accounts in found.items())


def sums_of(accounts: Sequence[AccountEffect]) -> tuple[Decimal, Decimal]:
    """What the accounts are billed together, before and after."""
    before, after = (total(getattr(each, side) or ZERO for each in accounts) for side in ("before", "after"))
    return before, after


def spread(bills: Bills) -> tuple[Bin, ...]:
    """How many bills change by how much, in bins of equal width, empty ones kept; the bills that stay are in none.

    A width is one, two or five of something, so that no more than twelve bins stand for all.
    """
    ratios = [exact(each.ratio) for each in bills.of("more", "less") if each.ratio is not None]
    if not ratios:
        return ()
    lowest, highest = min(ZERO, *ratios), max(ZERO, *ratios)
    width = next(each for each in _widths() if subtract(highest, lowest) <= each * MOST_BINS)
    first, last = -int(_steps(negate(lowest), width)), int(_steps(highest, width))
    counts = dict.fromkeys((number for number in range(first, last + 1) if number), 0)
    for ratio in ratios:
        counts[int(_steps(ratio, width)) if ratio > 0 else -int(_steps(negate(ratio), width))] += 1
    return tuple(
        Bin(multiply(Decimal(number - (number > 0)), width), multiply(Decimal(number + (number < 0)), width), count) for number, count in counts.items()
    )


def _widths() -> Iterator[Decimal]:
    """0.001, 0.002, 0.005, 0.01 and so on."""
    for power in count():
        yield from (FIRST_WIDTH.scaleb(power) * leading for leading in (1, 2, 5))


def _steps(size: Number, width: Decimal) -> Number:
    """In the how many-th bin from zero a size lies, from 1; 0 for nothing."""
    if not size:
        return ZERO
    whole = whole_down(divide(size, width))
    return exact(whole if multiply(exact(whole), width) == size else whole + 1)
