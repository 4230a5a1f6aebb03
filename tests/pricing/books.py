"""Small price books and orders built in Python: `pricing` needs no YAML. Amounts and quantities are texts or ints, dates are texts.

`book(...)` has one prepaid mode `plan` (monthly prices, terms from 1 month to 3 years) and one postpaid mode `use` (by the hour).
Its items default to `seat` (10.00 a month), `disk` (0.50 a month), a setup fee and the metered `cpu` (0.10 an hour).
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from engine.model.book import Attribute, BillingMode, Item, Meter, ModeItem, PolicyUse, PriceBook, RoundingStep
from engine.model.conditions import ALWAYS, Conditions
from engine.model.orders import Order, OrderLine
from engine.model.policies import (
    AmountOff,
    Benefit,
    Discount,
    DiscountStage,
    DiscountTier,
    FixedPrice,
    PayFor,
    PercentOff,
    Tax,
)
from engine.model.prices import Charge, Flat, Graduated, Money, PerUnit, PriceEntry, Tier, Volume
from engine.model.quotes import Quote, Refusal
from engine.pricing import price_order
from engine.values.periods import Duration, parse_duration, start_of_day, zone
from engine.values.units import UnitTable
from tests.pricing.traces import adds_up, check_trace

D = Decimal
ZONE = zone("Asia/Shanghai")
TERMS = tuple(Duration(months=months) for months in (1, 2, 3, 6, 9, 12, 18, 24, 30, 36))
HALF_UP = RoundingStep("line", "half-up")


def day(text: str) -> datetime:
    """The UTC instant at which a day begins in the book's zone."""
    return start_of_day(date.fromisoformat(text), ZONE)


def duration(text: str) -> Duration:
    """`1 year` as a Duration."""
    return parse_duration(text)


def money(amounts: str | int | Mapping[str, str]) -> Money:
    """`"20.00"` in USD, or a mapping by currency."""
    named = amounts if isinstance(amounts, Mapping) else {"USD": amounts}
    return Money({currency: D(amount) for currency, amount in named.items()})


def percent_off(percent: str | int) -> PercentOff:
    """`17` is 17%."""
    return PercentOff(D(percent) / 100)


def amount_off(amounts: str | int | Mapping[str, str]) -> AmountOff:
    """An amount in USD, or by currency."""
    return AmountOff(money(amounts))


def pay_for(months: str, every: str) -> PayFor:
    """`pay_for("10 months", "1 year")`."""
    return PayFor(duration(months), duration(every))


def fixed_price(amounts: str | int | Mapping[str, str]) -> FixedPrice:
    """A unit price in USD, or by currency."""
    return FixedPrice(money(amounts))


def when(effective: str | None = None, until: str | None = None, **attributes: str | tuple[str, ...]) -> Conditions:
    """Conditions: dates in the book's zone, attributes with a value or several."""
    named = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in attributes.items()}
    return Conditions(named, day(effective) if effective else None, day(until) if until else None)


def discount(id: str, benefit: Benefit | None = None, tiers: Mapping | None = None, **fields: Any) -> Discount:
    """A discount; `tiers` maps `from` (a duration or a number as a text) to a benefit, `after` and `lasts` are texts."""
    if tiers is not None:
        fields["tiers"] = tuple(DiscountTier(_start(start), given) for start, given in tiers.items())
    for key in ("after", "lasts"):
        if key in fields and fields[key] not in ("once", "forever"):
            fields[key] = duration(fields[key])
    if "coupon" in fields:
        fields.setdefault("lasts", "once")
    return Discount(id=id, benefit=benefit, **fields)


def _start(text: str) -> Duration | Decimal:
    return duration(text) if text.endswith(("s", "h", "r", "y")) else D(text)


def stage(*discounts: str) -> DiscountStage:
    """A single discount, or the best of several."""
    return DiscountStage(discounts, best_of=len(discounts) > 1)


def tax(name: str, percent: str | int, **fields: Any) -> Tax:
    """A row of a tax; `tax("vat", 19, items=("seat",))`."""
    return Tax(name, D(percent) / 100, **fields)


def per_unit(price: str | int, **fields: Any) -> Charge:
    """q x price."""
    amounts = {key: D(value) if key in ("allowance", "minimum", "maximum") else value for key, value in fields.items()}
    return Charge(PerUnit(D(price)), **amounts)


def flat(amount: str | int) -> Charge:
    """One amount."""
    return Charge(Flat(D(amount)))


def tiered(model: type[Graduated] | type[Volume], *tiers: tuple[str | None, str]) -> Charge:
    """`tiered(Graduated, ("100", "2.40"), (None, "2.10"))`."""
    return Charge(model(tuple(Tier(None if bound is None else D(bound), unit_price=D(price)) for bound, price in tiers)))


def price(item: str, charge: Charge | str | int, per: str | None = "month", mode: str = "plan", **fields: Any) -> PriceEntry:
    """A price entry; a bare number is per unit. `charge` may be a tuple of charges."""
    charges = charge if isinstance(charge, tuple) else (charge,)
    charges = tuple(each if isinstance(each, Charge) else per_unit(each) for each in charges)
    return PriceEntry(mode, item, fields.pop("currency", "USD"), charges, per=per, **fields)


PRICES = (
    price("seat", 10),
    price("disk", "0.50"),
    price("setup", flat("50.00"), per="once"),
    price("cpu", "0.10", per="hour", mode="use"),
    price("cpu", "0.10", per="hour"),
)


def book(
    *,
    prices: tuple[PriceEntry, ...] = PRICES,
    rounding: tuple[RoundingStep, ...] = (HALF_UP,),
    discounts: tuple[Discount, ...] = (),
    stages: tuple[DiscountStage, ...] | None = None,
    taxes: tuple[Tax, ...] = (),
    attributes: tuple[str, ...] = ("contract", "segment"),
    spec_change: tuple[PolicyUse, ...] = (),
    **fields: Any,
) -> PriceBook:
    """A book of the items that the prices name; every discount is a stage of its own unless `stages` says otherwise."""
    named = dict.fromkeys(entry.item for entry in prices)
    metered = {entry.item for entry in prices if entry.billing_mode == "use"}
    items = {name: Item(name, "unit", meter=Meter("max") if name in metered else None) for name in named}
    plan = tuple(ModeItem(name, "optional", "postpaid" if name in metered else "prepaid", "hour" if name in metered else "term") for name in named)
    use = tuple(ModeItem(name, "optional", "postpaid", "hour") for name in named if name in metered)
    if stages is None:
        stages = tuple(stage(each.id) for each in discounts)
    return PriceBook(
        id="book",
        title=fields.pop("title", _text("Book")),
        status="draft",
        currency=fields.pop("currency", "USD"),
        timezone="Asia/Shanghai",
        zone=ZONE,
        rounding=rounding,
        items=fields.pop("items", items),
        billing_modes={
            "plan": BillingMode("plan", "prepaid", "term", plan, title=_text("Plan"), terms=TERMS, spec_change=spec_change),
            "use": BillingMode("use", "postpaid", "hour", use, title=_text("Use"), invoiced="month", spec_change=spec_change),
        },
        prices=prices,
        attributes={name: Attribute(name, "customer", rank) for rank, name in enumerate(attributes)},
        unit_table=fields.pop("unit_table", UnitTable({"unit": ("unit", D(1))})),
        discounts={each.id: each for each in discounts},
        discount_policy=stages,
        taxes=taxes,
        **fields,
    )


def _text(words: str):
    from engine.model.texts import Text

    return Text({"en": words})


def order(
    lines: Mapping[str, str | int] | None = None,
    *,
    term: str | None = "1 month",
    at: str | datetime = "2026-03-01",
    mode: str = "plan",
    length: str | None = None,
    currency: str = "USD",
    **fields: Any,
) -> Order:
    """An order of quantities by item; `length` is an estimate's `for:`; attributes and coupons as fields."""
    ordered = tuple(OrderLine(item, quantity=D(quantity)) for item, quantity in (lines or {"seat": 1}).items())
    return Order(
        at=at if isinstance(at, datetime) else day(at),
        billing_mode=mode,
        currency=currency,
        lines=fields.pop("order_lines", ordered),
        term=duration(term) if term else None,
        duration=duration(length) if length else None,
        **fields,
    )


def use(lines: Mapping[str, str | int] | None = None, length: str = "100 hours", **fields: Any) -> Order:
    """An estimate of the postpaid mode: 100 hours of one cpu, unless said otherwise."""
    return order(lines or {"cpu": 1}, term=None, mode="use", length=length, **fields)


def quote(book: PriceBook, order: Order) -> Quote:
    """The quote, its explanation proved; fails with the messages where the order is refused."""
    result = price_order(book, order)
    assert isinstance(result, Quote), [diagnostic.message for diagnostic in result.diagnostics]
    for line in result.lines:
        assert check_trace(line) == ()
    assert adds_up(result)
    return result


def refusal(book: PriceBook, order: Order) -> tuple[str, ...]:
    """The slugs of the problems for which the order is refused."""
    result = price_order(book, order)
    assert isinstance(result, Refusal), "the order has a price"
    return tuple(diagnostic.slug for diagnostic in result.diagnostics)


def amounts(quote: Quote) -> tuple[str, ...]:
    """The lines' amounts as texts."""
    return tuple(str(line.amount) for line in quote.lines)


def considered(quote: Quote, line: int = 0) -> dict[str, str]:
    """Discounts looked at on a line: id -> reason, of steps 5."""
    steps = [step for step in quote.lines[line].trace if step.number == 5]
    return {each.rule: each.reason for step in steps for each in step.considered}


__all__ = [name for name in dir() if not name.startswith("_")] + ["ALWAYS", "UTC"]
