"""Steps 1 to 4 of the waterfall: from an order's lines to their list amounts (rule language, 3.2)."""

from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.pricing.rated import AcceptedLine, RatedLine


def accept_order(book: PriceBook, order: Order) -> tuple[AcceptedLine, ...]:
    """The order's lines in its order, checked against mode, items, quantities, term and limits; raises Refused with all problems."""
    raise NotImplementedError


def rate_line(book: PriceBook, order: Order, accepted: AcceptedLine, lines: tuple[AcceptedLine, ...]) -> RatedLine:
    """Steps 1 to 4 for one accepted line; raises Refused where nothing is on sale."""
    raise NotImplementedError


def rate_lines(book: PriceBook, order: Order) -> tuple[RatedLine, ...]:
    """All lines of the order, accepted and rated; raises Refused with the problems of every line."""
    raise NotImplementedError
