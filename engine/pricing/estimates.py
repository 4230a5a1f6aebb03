"""Estimates of postpaid lines: a quantity held or used for so long, cut into windows and charged (rule language, 3.10, Estimates)."""

from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.pricing.rated import AcceptedLine, RatedLine


def rate_estimate(book: PriceBook, order: Order, line: AcceptedLine, lines: tuple[AcceptedLine, ...]) -> RatedLine:
    """Steps 1 to 4 for a line that is billed by usage."""
    raise NotImplementedError
