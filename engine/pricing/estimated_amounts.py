"""What an estimate is billed on what its other lines cost (rule language, second version, 3.5): as the account of these lines would be, month by month."""

from collections.abc import Sequence

from engine.pricing.billing_periods import frames
from engine.pricing.estimates import Estimate, PeriodLines
from engine.pricing.indexes import price_index
from engine.pricing.list_amounts import CountedAmounts, counted_in, is_due, rate_counted
from engine.pricing.rated import AcceptedLine, RatedLine
from engine.pricing.windows import Stretch


def with_counted(estimate: Estimate, rated: Sequence[PeriodLines]) -> dict[Stretch, list[tuple[AcceptedLine, RatedLine]]]:
    """The lines of each billing period with those on what others cost, each after all that it counts, in the order of the mode's items."""
    book, order = estimate.book, estimate.without_usage
    found = {period: list(lines) for period, lines in rated}
    places = {sold.item: number for number, sold in enumerate(book.billing_modes[order.billing_mode].items)}
    for item, counted in price_index(book).on_amounts.items():
        for line in (line for line in estimate.lines if line.item.id == item and line.item.unit == order.currency):
            listed = [(period, each.item.id, each.list_amount) for period, lines in sorted(found.items()) for _, each in lines]
            for month in frames("month", *estimate.use, book.zone):
                made = rate_counted(book, order, line, CountedAmounts(month, counted_in(month, counted, listed), estimate.use[0]), estimate.subscribed)
                if is_due(made):
                    found[month] = sorted([*found.get(month, ()), (line, made)], key=lambda each: places[each[0].item.id])
    return dict(sorted(found.items()))
