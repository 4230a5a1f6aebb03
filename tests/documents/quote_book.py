"""A small book and orders for the views of quotes: tiers, two discounts of which one loses, a price that was replaced, tax, rounding."""

from datetime import date
from decimal import Decimal

from engine.model.book import Attribute, BillingMode, Item, ModeItem, PriceBook, RoundingStep, Spec, Unit
from engine.model.conditions import Conditions
from engine.model.orders import Order, OrderLine
from engine.model.policies import Discount, DiscountStage, DiscountTier, PercentOff, Tax
from engine.model.prices import Charge, Graduated, PerUnit, PriceEntry, Tier
from engine.model.texts import Text, UnitTitle
from engine.values.periods import Duration, start_of_day, zone
from engine.values.spans import Origin
from engine.values.units import UnitTable

ZONE = zone("Asia/Shanghai")
PRICES = "prices/2026-01-01.yaml"


def day(year: int, month: int, number: int):
    return start_of_day(date(year, month, number), ZONE)


def text(english: str, chinese: str | None = None) -> Text:
    return Text({"en": english} | ({"zh": chinese} if chinese else {}))


def price(item: str, model, line: int, spec: str | None = None, effective=None, file: str = PRICES) -> PriceEntry:
    origin = Origin(file, line, 1)
    conditions = Conditions(effective=effective or day(2026, 1, 1))
    return PriceEntry("yearly-monthly", item, "USD", (Charge(model, origin=origin),), spec=spec, per="month", conditions=conditions, origin=origin)


def tier(price_text: str, line: int, bound: int | None = None) -> Tier:
    return Tier(Decimal(bound) if bound else None, unit_price=Decimal(price_text), origin=Origin(PRICES, line, 1))


ITEMS = {
    "basic-edition": Item("basic-edition", "edition", text("Basic edition", "基础版"), specs=(Spec("50-users-500-gb", text("50 users, 500 GB")),)),
    "user-expansion-package": Item("user-expansion-package", "user", text("User expansion package", "用户扩展包")),
    "storage-expansion-package": Item("storage-expansion-package", "GB", text("=Storage | expansion_package", "存储扩展包")),
}
UNITS = {
    "edition": Unit("edition", UnitTitle({"en": {"one": "edition", "other": "editions"}, "zh": {"other": "套"}})),
    "user": Unit("user", UnitTitle({"en": {"one": "user", "other": "users"}, "zh": {"other": "个用户"}})),
    "GB": Unit("GB", UnitTitle({"en": {"other": "GB"}})),
}
DISCOUNTS = {
    "longer-term": Discount(
        "longer-term", text("Longer term"), by="term", tiers=(DiscountTier(Duration(months=12), PercentOff(Decimal("0.17"))),),
        origin=Origin("discounts.yaml", 3, 1),
    ),
    "education": Discount(
        "education", text("Education"), benefit=PercentOff(Decimal("0.10")), conditions=Conditions({"segment": ("education",)}),
        origin=Origin("discounts.yaml", 9, 1),
    ),
}  # fmt: skip
BOOK = PriceBook(
    id="koodrive",
    title=text("KooDrive"),
    status="illustrative",
    currency="USD",
    timezone="Asia/Shanghai",
    zone=ZONE,
    rounding=(RoundingStep("line", "half-up", origin=Origin("book.yaml", 8, 1)),),
    items=ITEMS,
    billing_modes={
        "yearly-monthly": BillingMode(
            "yearly-monthly", "prepaid", "term", tuple(ModeItem(item, "optional", "prepaid", "term") for item in ITEMS),
            text("Yearly/Monthly", "包年/包月"), terms=(Duration(months=1), Duration(months=12)), expires="end-of-day",
        )
    },
    prices=(
        price("basic-edition", PerUnit(Decimal("89.00")), 8, "50-users-500-gb"),
        price("user-expansion-package", Graduated((tier("2.40", 15, 100), tier("2.10", 16))), 12),
        price("storage-expansion-package", PerUnit(Decimal("0.035")), 10),
        price("storage-expansion-package", PerUnit(Decimal("0.04")), 3, effective=day(2025, 1, 1), file="prices/2025-01-01.yaml"),
    ),
    digest="7c41e09b" * 8,
    units=UNITS,
    unit_table=UnitTable({unit: (unit, Decimal(1)) for unit in UNITS} | {"TB": ("GB", Decimal(1024))}),
    attributes={"segment": Attribute("segment", "customer", 0)},
    discounts=DISCOUNTS,
    discount_policy=(DiscountStage(("longer-term", "education"), True),),
    taxes=(Tax("vat", Decimal("0.19"), "vat-de", "S", conditions=Conditions({"country": ("DE",)}), origin=Origin("taxes.yaml", 2, 1)),),
)  # fmt: skip


def order(storage: OrderLine | None = None, **attributes: str) -> Order:
    """60 people for a year, as in the picture; `storage` replaces the 700 GB."""
    lines = (
        OrderLine("basic-edition", "50-users-500-gb"),
        OrderLine("user-expansion-package", quantity=Decimal(130)),
        storage or OrderLine("storage-expansion-package", quantity=Decimal(700)),
    )
    return Order(day(2026, 3, 1), "yearly-monthly", "USD", lines, Duration(months=12), attributes=attributes)


ORDERS = {
    "picture": order(),
    "converted-and-taxed": order(OrderLine("storage-expansion-package", quantity=Decimal(2), unit="TB"), country="DE"),
}
