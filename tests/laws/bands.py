"""Time bands for random books of use, and the clock of the law: quarter of an hour by quarter of an hour, as a wall shows it."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal

from engine.model.book import PriceBook

D = Decimal
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BANDS: tuple[dict[str, dict[str, object]], ...] = (
    {"peak": {"hours": ["16:00-21:00"], "days": list(DAYS[:5])}},
    {"night": {"hours": ["22:00-06:00"], "days": ["friday", "saturday", "monday"]}, "day": {"hours": ["06:00-12:30", "13:15-22:00"]}},
    {"early": {"hours": ["00:00-02:30"]}, "late": {"hours": ["02:30-24:00"]}},
    {"spring": {"months": [D(4)]}, "end": {"months": [D(3)], "hours": ["23:00-01:00"]}},
)


def in_bands(chance, data: dict) -> dict[str, object]:
    """The book with time bands, prices that follow them, and perhaps a discount that does."""
    bands = deepcopy(chance.pick(BANDS))
    prices = list(data["prices"])
    for name, item in data["items"].items():
        if "meter" in item and chance.pick((True, True, False)):
            entry = deepcopy(chance.pick([each for each in prices if name in each["items"]]))
            specs = item.get("specs")
            price = D(chance.pick(("0.5", "3")))
            entry["items"] = {name: dict.fromkeys(specs, price) if specs else price}
            prices.append(entry | {"when": {"band": chance.pick([*bands])} | entry.get("when", {})})
    made = data | {"time_bands": bands, "prices": prices}
    if chance.pick((True, False, False)):
        rule = {"title": "by-band", "when": {"band": chance.pick([*bands])}, "percent_off": "20%"}
        made |= {"discounts": {**data.get("discounts", {}), "by-band": rule}, "discount_policy": [*data.get("discount_policy", []), "by-band"]}
    return made


def first_in(book: PriceBook, band: str | None, start: datetime, end: datetime) -> datetime | None:
    """The first instant of [start, end) at which the band holds (None: no band does), by looking at every quarter of an hour."""
    bands = {each.id: each for each in book.time_bands.values()}
    at = start
    while at < end:
        if _shown(bands, at.astimezone(book.zone).replace(tzinfo=None)) == band:
            return at
        at = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0) + timedelta(minutes=15)
    return None


def _shown(bands: Mapping, wall: datetime) -> str | None:
    """The band of what a clock shows: of the hours of today, or of those that began yesterday."""
    for name, band in bands.items():
        for start, end in band.hours:
            for days in (0, 1):
                day = (wall - timedelta(days=days)).date()
                begun = datetime(day.year, day.month, day.day)
                on = (not band.days or day.weekday() in band.days) and (not band.months or day.month in band.months)
                if on and begun + timedelta(minutes=start) <= wall < begun + timedelta(minutes=end):
                    return name
    return None
