"""The waterfall: the steps of a price in the one place where their order is written (rule language, 3.2).

Contract: every step works on the running lines (`running`) and adds its own step to the trace of each; all is exact until a
rounding that a rule names. A purchase, and the order that a renewal is, run down all of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.model.book import PriceBook, RoundingStep
from engine.model.orders import Order
from engine.model.quotes import QuoteLine, TaxTotal, Totals
from engine.model.trace import TraceStep
from engine.pricing.commitments import DueFloor, shortfall
from engine.pricing.discounts import DiscountContext, Pending, TermInTime
from engine.pricing.lines import rate_lines
from engine.pricing.net_bounds import hold_net
from engine.pricing.rated import RatedLine
from engine.pricing.resolution import rounding_in_force
from engine.pricing.rounding import line_step, round_invoice, round_lines
from engine.pricing.running import RunningLine, start_running
from engine.pricing.settlement import settle_amounts
from engine.pricing.stages import Outcome, run_stages
from engine.pricing.tax_days import taxed_parts
from engine.pricing.taxes import UNTAXED, Taxed, note_taxes, tax_parts
from engine.values.exact import ZERO, add, finite, shown, subtract, total
from engine.values.money import minor_places


@dataclass(slots=True)
class Pricing:
    """An order on its way down the waterfall; `places` are the decimals of its currency.

    A renewal, or a bill of use, brings its lines `rated` already, and the place of its term in the subscription's time; a bill that is the last
    one of a commitment's time brings it as `due`. `outcome` tells of each discount why it was no option.
    """

    book: PriceBook
    order: Order
    places: int = 2
    lines: list[RunningLine] = field(default_factory=list)
    pending: tuple[Pending, ...] = ()
    outcome: Outcome = field(default_factory=dict)
    taxed: Taxed = UNTAXED
    steps: list[TraceStep] = field(default_factory=list)
    rated: tuple[RatedLine, ...] | None = None
    in_time: TermInTime | None = None
    due: tuple[DueFloor, ...] = ()


def run_waterfall(pricing: Pricing) -> Pricing:
    """All steps in their order; raises Refused where the order cannot be priced."""
    for _, step in WATERFALL:
        step(pricing)
    return pricing


def _rate(pricing: Pricing) -> None:
    """Steps 1 to 4: quantity, price in force, charge model, duration; rounding `at: quantity` and `at: charge`."""
    lines = rate_lines(pricing.book, pricing.order) if pricing.rated is None else pricing.rated
    pricing.lines = [start_running(rated) for rated in lines]
    pricing.places = minor_places(pricing.order.currency)


def _discount(pricing: Pricing) -> None:
    """Step 5: the stages, percentages and prices, then the bounds `of: net`; amounts are only remembered."""
    spend = total(line.rated.list_amount for line in pricing.lines)
    context = DiscountContext(pricing.order, pricing.book.zone, spend, pricing.places, pricing.in_time)
    pricing.pending, pricing.outcome = run_stages(pricing.book, pricing.lines, context)
    for line in pricing.lines:
        hold_net(pricing.book, line, pricing.places)


def _round_lines(pricing: Pricing) -> None:
    """Step 6: rounding `at: line`."""
    whole, plain = _chain(pricing, "invoice"), _chain(pricing, "line")
    named = [_chain(pricing, "line", line.rated.attributes) if line.rated.attributes else plain for line in pricing.lines]
    round_lines(pricing.lines, [line_step(step, whole) for step in named], pricing.places)


def _make_up(pricing: Pricing) -> None:
    """After step 6: what the lines lack of a commitment, as a line of its own, which is rounded as they are."""
    for due in pricing.due:
        line = shortfall(pricing.book, due, pricing.lines, pricing.places)
        if line is not None:
            round_lines([line], [line_step(_chain(pricing, "line"), _chain(pricing, "invoice"))], pricing.places)
            pricing.lines.append(line)


def _take_amounts(pricing: Pricing) -> None:
    """Step 7: discounts of a fixed amount. By now each coupon has given something, or is of no use for this bill."""
    pricing.outcome |= settle_amounts(pricing.pending, pricing.lines, pricing.places)


def _round_invoice(pricing: Pricing) -> None:
    """Step 8: rounding `at: invoice`."""
    pricing.steps.extend(round_invoice(pricing.lines, _chain(pricing, "invoice"), pricing.places))


def _tax(pricing: Pricing) -> None:
    """Step 9: taxes on the lines as shown."""
    book, order = pricing.book, pricing.order
    if book.taxes:
        parts = [part for index, line in enumerate(pricing.lines) for part in taxed_parts(book, order, index, line.rated, finite(line.left))]
        pricing.taxed = tax_parts(book, parts, order.currency, order.attributes, order.at)
        pricing.steps.extend(pricing.taxed.steps)
    note_taxes(pricing.lines, pricing.taxed)


WATERFALL: tuple[tuple[str, Callable[[Pricing], None]], ...] = (
    ("1-4 quantity, price in force, charge model, duration: the list amount", _rate),
    ("5 discount stages: percentages and prices; minimum and maximum of: net", _discount),
    ("6 rounding at line", _round_lines),
    ("6 what is missing of a commitment", _make_up),
    ("7 discounts of a fixed amount", _take_amounts),
    ("8 rounding at invoice", _round_invoice),
    ("9 tax", _tax),
)
"""The steps in their order, which is part of the language: a percentage is taken before a line is rounded, an amount after it."""


def _chain(pricing: Pricing, at: str, apart: Mapping[str, str] = MappingProxyType({})) -> RoundingStep | None:
    """The step of the rounding chain in force for the order, or for a line of it that the attributes `apart` keep apart."""
    attributes = pricing.order.attributes
    return rounding_in_force(pricing.book, at, pricing.order.at, {**attributes, **apart} if apart else attributes)


def quote_line(line: RunningLine) -> QuoteLine:
    """The line with the numbers that are shown, so that list - discount - rounding = amount holds on paper (3.10, Output)."""
    rated = line.rated
    listed, discount, amount = shown(rated.list_amount), shown(line.discount), finite(line.left)
    rounding = subtract(subtract(listed, discount), amount)
    spec = rated.spec.id if rated.spec else None
    return QuoteLine(
        rated.item.id, spec, rated.quantity, rated.unit, listed, discount, rounding, amount, tuple(line.steps), rated.attributes, commitment=rated.commitment,
    )  # fmt: skip


def totals_of(lines: tuple[QuoteLine, ...], taxes: Sequence[TaxTotal], included: bool) -> Totals:
    """The sums over the lines as shown, with the taxes on them; `included`: the lines' amounts are gross."""
    amounts = total(line.amount for line in lines)
    tax = total(each.amount for each in taxes) if taxes else ZERO
    net, gross = (subtract(amounts, tax), amounts) if included else (amounts, add(amounts, tax))
    return Totals(
        list=total(line.list_amount for line in lines),
        discount=total(line.discount_amount for line in lines),
        rounding=total(line.rounding_amount for line in lines),
        net=net,
        tax=tax,
        gross=gross,
    )
