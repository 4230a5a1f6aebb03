"""Discounts that together give nearly everything away: the combination that leaves least is looked for, and named."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.diagnostics import Diagnostic, report
from engine.diagnostics import policies as codes
from engine.language.build.places import Places
from engine.lints.policies import percent, share_of
from engine.lints.wording import labels
from engine.model.book import PriceBook
from engine.model.policies import Discount
from engine.values.exact import ONE, Number, multiply, plain, subtract

DEEP = Decimal("0.10")
"""What must be left of the list price after all stages."""
MOST_TRIED = 5000
"""Combinations that are tried, the deepest discounts of each stage first."""

Taken = tuple[Discount, Number]


def stack(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """Stages that can together leave less than a tenth of the list price; the worst combination is named."""
    stages = [[each for name in stage.discounts if name in book.discounts and (each := _largest(book.discounts[name]))] for stage in book.discount_policy]
    worst, deepest = _Search([sorted(stage, key=lambda each: each[1], reverse=True) for stage in stages if stage]).worst()
    if worst < DEEP:
        said = " and ".join(f"`{each.id}`" for each, _ in deepest)
        taken = " then ".join(percent(share) for _, share in deepest)
        yield report(
            codes.STACK_TOO_DEEP,
            f"{said} together leave {percent(worst)} of the list price",
            places.span(book.discount_policy[0].origin),
            path="discount_policy",
            labels=tuple(label for each, share in deepest for label in labels(places, each.origin, text=f"up to {percent(share)}")),
            notes=(f"{taken}: of 100.00 a customer pays {plain(multiply(worst, Decimal(100)), 2)}",),
            help="put them into one `best_of`, so that only the best applies",
        )


class _Search:
    """Every choice of at most one discount a stage, left out where it cannot be worse than the worst that was found."""

    def __init__(self, stages: Sequence[Sequence[Taken]]) -> None:
        self._stages = stages
        self._tried = 0
        self._worst: Number = ONE
        self._chosen: list[Taken] = []
        self._least: list[Number] = [ONE]  # what the stages from each one on leave at least
        for stage in reversed(stages):
            self._least.insert(0, multiply(self._least[0], subtract(ONE, stage[0][1])))

    def worst(self) -> tuple[Number, list[Taken]]:
        """What is left at least, and by which discounts."""
        self._from(0, ONE, [])
        return self._worst, self._chosen

    def _from(self, position: int, left: Number, chosen: list[Taken]) -> None:
        self._tried += 1
        if position == len(self._stages):
            if left < self._worst:
                self._worst, self._chosen = left, chosen
            return
        for each in (*self._stages[position], None):
            if self._tried > MOST_TRIED or multiply(left, self._least[position]) >= self._worst:
                return
            if each is None:
                self._from(position + 1, left, chosen)
            elif all(_together(other, each[0]) for other, _ in chosen):
                self._from(position + 1, multiply(left, subtract(ONE, each[1])), [*chosen, each])


def _largest(discount: Discount) -> Taken | None:
    """The discount with the largest part that it takes off; None where that depends on amounts."""
    shares = [share for benefit in (discount.benefit, *(tier.benefit for tier in discount.tiers)) if (share := share_of(benefit)) is not None]
    return (discount, max(shares)) if shares else None


def _together(first: Discount, second: Discount) -> bool:
    """Whether one order can have both: no attribute asks for two things, and modes, items and times meet."""
    shared = set(first.conditions.when) & set(second.conditions.when)
    apart = any(set(first.conditions.when[name]).isdisjoint(second.conditions.when[name]) for name in shared)
    if apart or _disjoint(first.billing_modes, second.billing_modes) or _disjoint(first.items, second.items):
        return False
    return not _before(first, second) and not _before(second, first)


def _disjoint(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    return bool(first and second) and set(first).isdisjoint(second)


def _before(first: Discount, second: Discount) -> bool:
    return first.conditions.until is not None and second.conditions.effective is not None and first.conditions.until <= second.conditions.effective


CHECKS = (stack,)
