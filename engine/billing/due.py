"""One line of a bill before it is rated, and the order that it is rated by (rule language, 3.2)."""

from dataclasses import dataclass

from engine.billing.runs import Run, Running
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.model.charges import UseSums
from engine.model.orders import Order
from engine.pricing.cover import Rank
from engine.pricing.list_amounts import CountedAmounts, rate_counted
from engine.pricing.rated import AcceptedLine, RatedLine
from engine.pricing.used import Attributes, Subscribed, Used, rate_usage, rated_line
from engine.pricing.windows import Stretch


@dataclass(frozen=True, slots=True)
class Due:
    """One line of a bill before it is rated: whose it is (the number of a run), its place on the bill, what is used, window by window or summed
    up, or what of others is counted, when those ran whose use it is, and the billing period.
    """

    owner: int
    rank: Rank
    line: AcceptedLine
    use: Used | UseSums | CountedAmounts
    running: Running
    period: Stretch
    attributes: Attributes = ()

    def rated(self, book: PriceBook, order: Order, run: Run) -> RatedLine:
        """The line with its list amount; `order` is that of the run."""
        if isinstance(self.use, UseSums):
            return rated_line(book, order, self.line, self.attributes, self.use, self.period)
        if isinstance(self.use, CountedAmounts):
            return rate_counted(book, order, self.line, self.use, subscribed(run, self.running))
        return rate_usage(book, order, self.use, self.period, subscribed(run, self.running))


def order_of(account: Account, run: Run) -> Order:
    """The order that the use of a run is billed by: its mode, currency, coupons and attributes."""
    return Order(run.running.begun, run.mode, account.currency, (), attributes=run.attributes, coupons=run.coupons, origin=run.origin)


def subscribed(run: Run, running: Running) -> Subscribed:
    """The subscription of a run, with all whose use is added together."""
    return Subscribed(running.begun, running.spans, tuple((term.start, term.bought_at) for term in run.terms), run.running.begun)
