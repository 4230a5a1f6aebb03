"""What a price by the hour or day comes to in a month, as a quote of that use says: no second formula beside pricing.

Each price of a charge is quoted by itself, for a month that begins with a billing period and has no clock change in most zones. What
is no price (allowances, rounding, discounts, what else must be ordered) is left out of that quote: the table shows list prices.
"""

from dataclasses import replace

from engine.model.book import BillingMode, Item, ModeItem, PriceBook, QuantityRule
from engine.model.orders import Order, OrderLine
from engine.model.prices import Charge, Flat, Package, PerUnit, PriceEntry
from engine.model.quotes import Quote
from engine.pricing import price_order
from engine.pricing.apart import by_band
from engine.pricing.probing import Scope, before_rounding
from engine.sheet.components import Component
from engine.values.exact import ONE, Number, divide, exact, multiply, whole_down
from engine.values.periods import Duration, local_date, start_of_day

HOURS = exact(730)
"""Hours of a month where a book names none: one twelfth of a year of 365 days."""


def month_hours(book: PriceBook) -> Number:
    """How many hours a month counts for where an hourly price is shown by the month."""
    given = book.month_is
    return divide(exact(given.seconds), exact(3600)) if given is not None and given.seconds else HOURS


def month_equivalent(scope: Scope, mode: BillingMode, sold: ModeItem, spec: str | None, per: str | None, charge: Charge, component: Component) -> Number | None:
    """What one price of `charge` comes to when its quantity is held for a month's hours; None where no month has that many, or time
    bands share them out.

    4.50 an hour for each package of 1,000: 3,285.00. Windows of a month have that month's own hours, unless `month_is` says how many.
    """
    item, hours = scope.book.items[sold.item], month_hours(scope.book)
    alone = _alone(component)
    if alone is None or by_band(scope.book, item.id) or (scope.book.month_is is None and _by_month(item, sold)):
        return None
    quantity, model = alone
    entry = PriceEntry(mode.id, item.id, scope.currency, (Charge(model, applies_to=charge.applies_to),), spec, per)
    start = start_of_day(local_date(scope.at, scope.book.zone).replace(month=1, day=1), scope.book.zone)
    lines = (OrderLine(item.id, spec, quantity),)
    order = Order(start, mode.id, scope.currency, lines, None, Duration(seconds=whole_down(multiply(hours, exact(3600)))))
    quote = price_order(_only(scope.book, mode, sold, entry), order)
    return before_rounding(quote) if isinstance(quote, Quote) else None


def _alone(component: Component) -> tuple[Number, PerUnit | Flat | Package] | None:
    """A quantity, and the model under which it costs just this price; None for shares of an amount and what each event costs."""
    row, price = component.row, component.price
    match row.part:
        case "unit":
            return ONE, PerUnit(price)
        case "package" if row.package_size is not None:
            return row.package_size, Package(row.package_size, price, row.part_package or "whole")
        case "flat" | "tier-flat" | "minimum" | "maximum":
            return ONE, Flat(price)
    return None


def _by_month(item: Item, sold: ModeItem) -> bool:
    """Whether the item's windows are months or billing periods, which have the hours that the calendar gives them."""
    return (item.meter.window if item.meter is not None else sold.cycle) in ("month", "period")


def _only(book: PriceBook, mode: BillingMode, sold: ModeItem, entry: PriceEntry) -> PriceBook:
    """The book with one item and one price, which everybody has at any time."""
    item = replace(book.items[sold.item], quantity=QuantityRule(), provides=(), covered_by=None)
    alone = replace(mode, items=(replace(sold, presence="optional"),), groups={}, one_of=(), commitment=())
    return replace(
        book, items={item.id: item}, billing_modes={mode.id: alone}, prices=(entry,), rounding=(), limits=(), discounts={},
        discount_policy=(), taxes=(), examples={},
    )  # fmt: skip
