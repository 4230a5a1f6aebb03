"""What a term makes of a list price: the share of it that a quote charges, and the effective price of one month, day or week.

Every share is found by quoting an order, never by reading a discount: so a sheet cannot promise what a quote does not charge.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.model.book import BillingMode, Item
from engine.model.orders import OrderLine
from engine.model.quotes import QuoteLine
from engine.pricing.durations import price_period
from engine.pricing.probing import Scope, after_stages, least_quantity, listed_exactly, quote_line
from engine.pricing.resolution import prices_in_force
from engine.values.exact import ONE, ZERO, Number, divide, exact, multiply, subtract, total
from engine.values.periods import Duration
from engine.values.terms import UNITS_OF


@dataclass(frozen=True, slots=True)
class TermEffect:
    """What a term does to an item's recurring prices: `share` of the list is paid; `fixed` replaces the unit price where it is given.

    `per` is the price period that counts the term, `line` the quoted line that shows it, `recurring` its list amount without what is due once,
    `recurring_left` what the discount stages left of that.
    """

    share: Number
    per: str
    line: QuoteLine
    recurring: Number
    recurring_left: Number
    fixed: Number | None = None

    def effective(self, price: Number, part: str, period: str) -> Number:
        """What a price for one `per` comes to in one `period` (month, day, week) of the term."""
        paid = self.fixed if self.fixed is not None and part == "unit" else multiply(price, self.share)
        return divide(multiply(paid, exact(UNITS_OF[period])), exact(UNITS_OF[self.per]))


def term_effect(
    scope: Scope,
    mode: BillingMode,
    item: Item,
    spec: str | None,
    term: Duration,
    attributes: Mapping[str, str],
    quantity: Number | None = None,
) -> TermEffect | None:
    """What `term` does to the item's prices at `quantity` (None: the least); None where the item cannot be ordered so."""
    amount = None if spec is not None else quantity or least_quantity(item)
    line = quote_line(scope, mode, OrderLine(item.id, spec, amount), attributes, term)
    if line is None:
        return None
    entries = prices_in_force(scope.book, mode.id, item.id, spec, scope.currency, scope.at, attributes).entries
    per = price_period([entry.per for entry in entries], term)
    if per is None:
        return None
    kinds = {step.kind: step for step in line.trace if step.number == 5 and not step.idle}
    once = _due_once(line)
    left = after_stages(line)
    listed = listed_exactly(line)
    base = subtract(listed, once)
    # What is due once is paid in full under "pay for 10 months of 12" and a fixed price, and cut like the rest by a percentage.
    in_full = "pay-for" in kinds or "fixed-price" in kinds
    if in_full:
        after = subtract(left, once)
    else:
        after = divide(multiply(base, left), listed) if listed else base
    fixed = kinds["fixed-price"].facts["unit_price"] if "fixed-price" in kinds else None
    return TermEffect(divide(after, base) if base else ONE, per, line, base, after, fixed if isinstance(fixed, Number) else None)


def _due_once(line: QuoteLine) -> Number:
    steps = (child for step in line.trace if step.number == 4 for child in step.children)
    return total(step.value or ZERO for step in steps if step.kind == "once")
