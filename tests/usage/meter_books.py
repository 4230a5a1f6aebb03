"""A book with one metered item, built in Python, and short ways to write records and instants of it."""

from datetime import UTC, datetime
from decimal import Decimal

from engine.model.book import Attribute, BillingMode, Item, Meter, ModeItem, PriceBook, RoundingStep
from engine.model.conditions import Conditions
from engine.model.prices import Charge, PerUnit, PriceEntry
from engine.usage import UsageRecord, meter_usage
from engine.values.exact import exact
from engine.values.periods import zone
from engine.values.units import UnitTable

D = Decimal


def at(text: str) -> datetime:
    """A UTC instant: `03-01 10:30`, or with seconds, of 2026."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def metered_book(measure: str = "max", zone_name: str = "UTC", when: dict | None = None, **meter) -> PriceBook:
    """A book whose item `use` has the meter; `when` are conditions of its price."""
    tz = zone(zone_name)
    item = Item("use", "GB", meter=Meter(measure, **meter))
    mode = BillingMode("ppu", "postpaid", "hour", (ModeItem("use", "required", "postpaid", "hour"),), invoiced="month")
    price = PriceEntry("ppu", "use", "USD", (Charge(PerUnit(D("0.01"))),), per="hour", conditions=Conditions(when or {}))
    return PriceBook(
        "tiny", None, "draft", "USD", zone_name, tz, (RoundingStep("line", "half-up"),), {"use": item}, {"ppu": mode}, (price,),
        unit_table=UnitTable({"GB": ("GB", D(1)), "TB": ("GB", D(1024)), "MB": ("GB", exact("0.0009765625"))}),
        attributes={"region": Attribute("region", "usage", 0), "tier": Attribute("tier", "usage", 1)},
    )  # fmt: skip


def record(when: str | datetime, quantity: str | int = 1, subscription: str = "s-1", **attributes: str) -> UsageRecord:
    """A record of `use` at a UTC instant."""
    instant = at(when) if isinstance(when, str) else when
    return UsageRecord("acme", subscription, "use", instant, exact(quantity), attributes=attributes)


def metered(book: PriceBook, records, start: str = "03-01", end: str = "04-01", **stops: str):
    """All series of the item in the period."""
    ends = {name.replace("_", "-"): [at(text)] for name, text in stops.items()}
    return meter_usage(book, book.items["use"], records, at(start), at(end), ends)


def quantities(book: PriceBook, records, start: str = "03-01", end: str = "04-01", **stops: str) -> list:
    """The quantities of the one series, window by window."""
    found = metered(book, records, start, end, **stops)
    assert len(found) <= 1, [series.subscription for series in found]
    return [window.quantity for series in found for window in series.windows]
