"""Random books of use, orders with `for:`, and the records that they describe: what the law of one path compares.

The records come from the order alone, by the language's own words (a level is held throughout, a sample stands in each window, a total
comes in at the beginning of each period), and not from the engine's estimate.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Protocol
from zoneinfo import ZoneInfo

from engine.billing import make_invoice
from engine.language.build import load_account, load_book, load_order
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, InvoiceRefusal
from engine.model.quotes import Quote, Refusal
from engine.pricing import price_order
from engine.pricing.apart import by_band
from engine.usage import UsageRecord
from tests.conformance.language import write
from tests.laws.bands import first_in, in_bands
from tests.pricing.traces import adds_up

D = Decimal
HOUR = timedelta(hours=1)


class Chance(Protocol):
    """Where choices come from: a seeded generator, or one that shrinks."""

    def pick(self, options: Sequence): ...


class Seeded:
    """Choices of a `random.Random`."""

    def __init__(self, generator) -> None:
        self.pick = generator.choice


ZONES = ("UTC", "Europe/Berlin", "Asia/Kolkata", "America/Santiago", "Atlantic/Azores", "Australia/Lord_Howe")
MODES = ("half-up", "half-even", "down", "up")
SITES, TIERS = ("ny", "de"), ("a", "b")
PRICES = ("0.333", "1.00", "0.07", "2.5", "0.0125")


def _price(chance: Chance) -> Decimal:
    return D(chance.pick(PRICES))


def _charge(chance: Chance, metered: bool, per: str | None) -> object:
    """A charge as an author writes it."""
    kind = chance.pick(("number", "graduated", "volume", "package", "flat", "clamped"))
    bounds = [{"up_to": D(chance.pick((2, 5, 10))), "unit_price": _price(chance), "flat": _price(chance)}, {"unit_price": _price(chance)}]
    made: dict[str, object] = {
        "number": {"model": "per_unit", "unit_price": _price(chance)},
        "graduated": {"model": "graduated", "tiers": bounds},
        "volume": {"model": "volume", "tiers": bounds},
        "package": {
            "model": "package",
            "size": D(chance.pick((2, 3))),
            "price": _price(chance),
            "part_package": chance.pick(("whole", "drop", "proportional")),
        },
        "flat": {"model": "flat", "amount": _price(chance)},
        "clamped": {"model": "per_unit", "unit_price": _price(chance), "minimum": D("0.50"), "maximum": D(chance.pick(("4", "9.99")))},
    }[kind]
    if chance.pick((True, False, False)):
        made["allowance"] = D(chance.pick((1, 3)))
    if metered and kind != "clamped" and chance.pick((True, False, False, False)):
        made |= chance.pick(NET_BOUNDS)
    if chance.pick((True, False, False)):
        made["at_zero"] = "bill"
    if metered:
        made["applies_to"] = chance.pick(("each-window", "each-window", "each-record", "period-total"))
    if metered and "allowance" in made and chance.pick((True, False)):
        # A level in each window does not use an allowance up, so it cannot be shared.
        pooled = per is None or made["applies_to"] != "each-window"
        made["allowance"] = {"quantity": made["allowance"]} | chance.pick(TERMS if pooled else TERMS[:2])
    return made


NET_BOUNDS: tuple[dict[str, object], ...] = (
    {"maximum": {"amount": D("1.25"), "of": "net"}},
    {"minimum": {"amount": D(20), "of": "net"}},
    {"minimum": {"amount": D(3), "of": "net"}, "maximum": {"amount": D(40), "of": "net"}},
)
"""What holds a line after its discounts."""
TERMS: tuple[dict[str, str], ...] = (
    {"lasts": "10 days"},
    {"lasts": "1 month"},
    {"across": "attributes"},
    {"across": "attributes", "over": "account"},
    {"over": "account", "lasts": "1 month"},
    {"carry_over": "1 month"},
    {"carry_over": "10 days", "across": "attributes"},
    {"carry_over": "2 months", "over": "account", "lasts": "20 days"},
)
"""How an allowance is shared, ends or is carried over."""


def _meter(chance: Chance) -> dict[str, object]:
    measure = chance.pick(("sum", "sum", "count", "unique", "max", "min", "last", "mean"))
    made: dict[str, object] = {"measure": measure, "window": chance.pick(("hour", "day", "month", "period"))}
    if measure == "unique":
        made["of"] = "who"
    if measure in LEVELS and chance.pick((True, False)):
        made |= {"hold": True} | ({"step": chance.pick(("1 second", "1 minute", "1 hour"))} if measure == "mean" else {})
    if measure == "sum" and chance.pick((True, False, False)):
        made["record"] = chance.pick(({"at_least": D(2)}, {"round_up": D(3)}))
    return made


LEVELS = ("max", "min", "last", "mean")
LENGTHS = {"hour": 0, "day": 1, "month": 2, "year": 3}


def _agree(meter: Mapping, period: str) -> bool:
    """Whether windows are no longer than what they are billed by."""
    return meter["window"] == "period" or LENGTHS[meter["window"]] <= LENGTHS[period]


def book_data(chance: Chance) -> dict[str, object]:
    """A book in one mode `use`: billed by usage alone, or beside what is paid in advance."""
    data = _book_of_use(chance)
    if chance.pick((True, False, False)):
        data = in_bands(chance, data)
    return _beside_a_plan(chance, data) if chance.pick((True, False, False)) else data


def _beside_a_plan(chance: Chance, data: dict) -> dict[str, object]:
    """The book with a plan that is paid in advance and provides levels and quotas; its fees are gone, and some items are covered."""
    mode = data["billing_modes"]["use"]
    period = mode.pop("invoiced", None) or mode["cycle"]
    fees = [name for name, item in data["items"].items() if "meter" not in item or name == "care"]
    items = {name: item for name, item in data["items"].items() if name not in fees}
    prices = [entry for entry in data["prices"] if not set(entry["items"]) & set(fees)]
    for item in items.values():
        if chance.pick((True, True, False)):
            item["covered_by"] = chance.pick(("room", "traffic"))
        if item["meter"]["measure"] in ("sum", "max") and chance.pick((True, False, False, False)):
            item["meter"] = item["meter"] | {"over": "account"}
    provides = {"room": f"{chance.pick((1, 3, 5))} piece", "traffic": {"quantity": f"{chance.pick((2, 7))} piece", "every": "month"}}
    items["base"] = {"title": "Base", "unit": "piece", "specs": {"s": {"title": "S", "provides": provides}, "l": {"title": "L"}}}
    sold = {name: {"presence": "optional", "payment": "postpaid", "cycle": period if period != "year" else "month"} for name in items if name != "base"}
    prices.append({"effective": "2025-01-01", "billing_mode": "use", "per": "month", "items": {"base": {"s": _price(chance), "l": _price(chance)}}})
    paid = {
        "title": "Use",
        "payment": "prepaid",
        "cycle": "term",
        "terms": ["1 month", "3 months"],
        "items": {"base": "required"} | sold,
        "cancellation": "none-back",
    } | ({"invoiced": "year"} if period == "year" else {})
    for rule in data.get("discounts", {}).values():
        if "items" in rule and not set(rule["items"]) <= set(items):
            rule.pop("items")
    used = {item.get("covered_by") for item in items.values()}
    resources = {name: {"title": name, "unit": "piece"} for name in ("room", "traffic")}
    assert used <= {None, "room", "traffic"}
    data.pop("commitments", None)
    return data | {
        "items": items, "prices": prices, "billing_modes": {"use": paid}, "resources": resources,
        "cancellations": {"none-back": {"refund": "none"}},
    }  # fmt: skip


def _book_of_use(chance: Chance) -> dict[str, object]:
    """A book in one mode that is billed by usage: up to three metered items, some with specs, and up to two fees."""
    cycle = chance.pick(("hour", "day", "month", "month"))
    invoiced = chance.pick((None, "month", "month", "year")) if cycle != "month" else chance.pick((None, None, "year"))
    period = invoiced or cycle
    stub = chance.pick((None, "actual-days", "seconds", "30-day-month", "calendar-months", "365/12")) if period in ("month", "year") else None
    currency = chance.pick(("USD", "USD", "JPY", "KWD"))
    items, sold, prices = {}, {}, []
    for name in ("one", "two", "three")[: chance.pick((1, 1, 2, 3))]:
        meter = _meter(chance)
        if not _agree(meter, period):
            meter["window"] = "period"
        if meter["window"] == "period" and period == "year" and meter["measure"] in LEVELS:
            meter["window"] = "month"
        specs = {"s": {"title": "S"}, "l": {"title": "L"}} if chance.pick((True, False, False)) else None
        items[name] = {"title": name, "unit": "piece", "meter": meter} | ({"specs": specs} if specs else {})
        sold[name] = "optional"
        prices += _entries(chance, name, meter, specs, period)
    _choose_tiers(chance, prices, sorted(items))
    for name in ("fee", "plan")[: chance.pick((0, 0, 1, 2))]:
        specs = {"s": {"title": "S"}, "l": {"title": "L"}} if chance.pick((True, False, False)) else None
        items[name] = {"title": name, "unit": "piece"} | ({"specs": specs} if specs else {})
        sold[name] = chance.pick(("optional", "required"))
        per = period if period in ("hour", "day") else chance.pick(("month", "year", period))
        charge = {spec: _charge(chance, False, per) for spec in specs} if specs else _charge(chance, False, per)
        prices.append({"effective": "2025-01-01", "billing_mode": "use", "per": per, "items": {name: charge}})
        if chance.pick((True, False, False)):
            once = {spec: {"model": "flat", "amount": _price(chance)} for spec in specs} if specs else {"model": "flat", "amount": _price(chance)}
            prices.append({"effective": "2025-01-01", "billing_mode": "use", "per": "once", "items": {name: once}})
    if invoiced in (None, "month") and chance.pick((True, False, False)):
        items["care"] = {
            "title": "Care",
            "unit": currency,
            "meter": {"measure": "list-amount", "of": chance.pick(({"group": "all"}, [chance.pick(sorted(items))]))},
        }
        sold["care"] = {"presence": chance.pick(("optional", "required")), "cycle": "month"}
        prices.append({"effective": "2025-01-01", "billing_mode": "use", "items": {"care": _charge(chance, False, None)}})
    committed = _commitment(chance, currency, sorted(items), period) if chance.pick((True, False, False)) else {}
    named = {"commitment": "floor"} if committed else {}
    return {
        "book": {
            "id": "law", "title": "Law", "status": "draft", "currency": currency, "timezone": chance.pick(ZONES),
            "rounding": _chain(chance), "prices_include_tax": chance.pick((True, False, False)),
        } | ({"month_is": "730 hours"} if chance.pick((True, False, False, False)) else {}),
        "units": {"piece": {"title": "piece"}},
        "attributes": {
            "tier": {"title": "Tier", "source": "customer", "values": list(TIERS)},
            "site": {"title": "Site", "source": "usage", "values": list(SITES)},
            "who": {"title": "Who", "source": "usage"},
            "size": {"title": "Size", "source": "usage", "kind": "number"},
        },
        "items": items,
        "billing_modes": {"use": {"title": "Use", "payment": "postpaid", "cycle": cycle, "items": sold} | ({"invoiced": invoiced} if invoiced else {}) | ({"stub": stub} if stub else {}) | named},
        "prices": prices,
        **committed,
        **_discounts(chance, currency, sorted(items)),
        **_taxes(chance),
    }  # fmt: skip


def _entries(chance: Chance, name: str, meter: Mapping, specs: Mapping | None, period: str) -> list[dict[str, object]]:
    level = meter["measure"] in LEVELS
    per = chance.pick(("hour", "day", "month", "year")) if level else None

    def entry(**more: object) -> dict[str, object]:
        charge = {spec: _charge(chance, True, per) for spec in specs} if specs else _charge(chance, True, per)
        return {"effective": "2025-01-01", "billing_mode": "use", "items": {name: charge}} | ({"per": per} if per else {}) | more

    found = [entry()]
    if chance.pick((True, False)):
        found.append(entry(when={"site": chance.pick(SITES)}))
    if chance.pick((True, False, False)):
        found.append(entry(when={"tier": "a"}))
    if chance.pick((True, False)):
        effective = chance.pick(("2026-03-16", "2026-03-29T02:30Z", "2026-04-01", "2026-04-10"))
        found.append(entry(effective=effective, running_subscriptions=chance.pick(("next-period", "immediately", "never"))))
    return found


def _choose_tiers(chance: Chance, prices: Sequence[dict], names: Sequence[str]) -> None:
    """Lets what is used of other items, or the size of each record, choose the tiers of the first item's prices, never of theirs: there is no circle."""
    first, others = names[0], names[1:]
    if chance.pick((True, True, False)):
        return
    for charge in [each for entry in prices for each in _charges_in(entry["items"].get(first, {}))]:
        if charge["model"] not in ("volume", "graduated", "per_unit") or chance.pick((True, False, False, False)):
            continue
        kept = {key: value for key, value in charge.items() if key not in ("model", "tiers", "unit_price")}
        several = [others[:1], [*others], [first, *others]] if others else []
        several += [["size"], ["size", *others]] if charge.get("applies_to") == "each-record" else []
        if not several:
            continue
        by = chance.pick(several)
        ends = [D(chance.pick((1, 2, 5))), D(chance.pick((6, 7, 20)))]
        bounds = [end if len(by) == 1 else dict.fromkeys(by, end) for end in ends]
        tiers = [{chance.pick(("up_to", "below")): bound, "unit_price": _price(chance), "flat": _price(chance)} for bound in bounds]
        charge.clear()
        charge.update(kept | {"model": "volume", "tier_by": by, "tiers": [*tiers, {"unit_price": _price(chance)}]})


def _charges_in(written: Mapping) -> list[dict]:
    """The charges that are written for an item: one, or one for each spec."""
    return [written] if "model" in written else list(written.values())


def _chain(chance: Chance) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    if chance.pick((True, False, False)):
        found.append({"at": "quantity", "places": D(chance.pick((0, 2))), "mode": chance.pick(MODES)})
    if chance.pick((True, False, False)):
        found.append({"at": "charge", "places": D(chance.pick((2, 4))), "mode": chance.pick(MODES)})
    if chance.pick((True, True, False)):
        found.append({"at": "line", "mode": chance.pick(MODES)})
        if chance.pick((True, False)):
            found.append({"at": "line", "mode": "down", "when": {"site": "de"}})
    if not found or chance.pick((True, False, False, False)):
        found.append({"at": "invoice", "mode": chance.pick(MODES)})
    if chance.pick((True, False, False)):
        found.append({"at": "tax", "mode": chance.pick(MODES)} | chance.pick(({}, {"places": D(0)}, {"places": D(3)})))
    if chance.pick((True, False, False)):
        found.append({"at": "payable", "to": D(chance.pick((1, 5))), "mode": chance.pick(MODES)})
    return found


def _discounts(chance: Chance, currency: str, items: Sequence[str]) -> dict[str, object]:
    scope = {"items": [chance.pick(items)]} if chance.pick((True, False)) else {}
    made: dict[str, dict[str, object]] = {
        "site": {"when": {"site": chance.pick(SITES)}, "percent_off": chance.pick(("50%", "12.5%"))} | scope,
        "tier": {"when": {"tier": "a"}, "percent_off": "10%"},
        "gift": {"amount_off": {currency: D(chance.pick((1, 7)))}, "lasts": chance.pick(("forever", "once"))} | scope,
        "site-gift": {"when": {"site": "ny"}, "amount_off": {currency: D(3)}},
        "many": {"by": "quantity", "tiers": [{"from": D(4), "percent_off": "20%"}]},
        "spender": {"by": "spend", "tiers": [{"from": D(10), "percent_off": "5%"}, {"from": D(100), "amount_off": {currency: D(9)}}]},
        "fixed": {"fixed_price": _price(chance)} | scope,
        "trial": {"percent_off": "100%", "lasts": chance.pick(("10 days", "1 month"))} | scope,
        "loyal": {"percent_off": "15%", "after": chance.pick(("10 days", "1 month"))},
        "welcome": {"percent_off": "25%", "lasts": "once"},
        "code": {"coupon": "CODE", "until": "2026-04-05", "percent_off": "30%", "lasts": chance.pick(("once", "1 month", "forever"))},
        "code-amount": {"coupon": "CASH", "until": "2026-04-05", "amount_off": {currency: D(4)}},
    }  # fmt: skip
    chosen = [name for name in made if chance.pick((True, False, False))]
    if not chosen:
        return {}
    policy: list[object] = [{"best_of": chosen[:2]}, *chosen[2:]] if len(chosen) > 2 and chance.pick((True, False)) else list(chosen)
    return {"discounts": {name: {"title": name} | made[name] for name in chosen}, "discount_policy": policy}


def _commitment(chance: Chance, currency: str, items: Sequence[str], period: str) -> dict[str, object]:
    """The least that is paid, for a time no shorter than what is billed."""
    floor: dict[str, object] = {
        "amount": {currency: D(chance.pick((1, 20, 300, 5000)))},
        "every": "year" if period == "year" else chance.pick(("month", "month", "year")),
    }
    if chance.pick((True, False)):
        floor["stub"] = chance.pick(("actual-days", "seconds", "30-day-month", "calendar-months", "365/12"))
    if chance.pick((True, False)):
        floor["items"] = [chance.pick(items)]
    if chance.pick((True, False, False)):
        floor["category_of"] = chance.pick(items)
    floor |= chance.pick(({}, {"of": "list"}, {"when": {"tier": "a"}}))
    return {"commitments": {"floor": floor}}


def _taxes(chance: Chance) -> dict[str, object]:
    rows = [
        {"id": "all", "tax": "gst", "rate": "10%"},
        {"id": "later", "tax": "gst", "rate": "12%", "effective": chance.pick(("2026-03-20", "2026-04-01"))},
        {"id": "site", "tax": "gst", "rate": "19%", "when": {"site": "de"}},
        {"id": "local", "tax": "pst", "rate": "7%", "when": {"site": "ny"}, "compound_on": ["gst"]},
    ]  # fmt: skip
    chosen = [row for row in rows if chance.pick((True, False))]
    if chosen and not any(row["tax"] == "gst" for row in chosen):
        chosen = []
    return {"taxes": chosen} if chosen else {}


@dataclass(frozen=True)
class Case:
    """An order, and who uses what it describes: the account's data and the records."""

    order: dict[str, object]
    account: dict[str, object]
    records: tuple[UsageRecord, ...]
    start: datetime
    end: datetime


STARTS = (
    "2026-03-01", "2026-03-15", "2026-03-31", "2026-02-10", "2026-03-28", "2026-04-04", "2026-03-10T10:30", "2026-03-31T23:20", "2026-10-20",
)  # fmt: skip
SHORT = ("1 hour", "90 minutes", "30 hours", "50 hours", "1 day", "3 days")
LONG = ("720 hours", "1 month", "2 months", "1 month", "45 days")


def case_of(chance: Chance, book: PriceBook, data: Mapping) -> Case:
    """An order of the book's mode with `for:`, and the account and records that it describes."""
    # A month of hours costs as much to check as a hundred months of days.
    by_hour = any(item.get("meter", {}).get("window") == "hour" for item in data["items"].values())
    written, length = chance.pick(STARTS), chance.pick(chance.pick((SHORT,) * 11 + (LONG,)) if by_hour else (*SHORT, *LONG))
    zone = book.zone
    start = datetime.fromisoformat(written).replace(tzinfo=zone).astimezone(UTC)
    end = _end(start, length, zone)
    attributes = {"site": chance.pick(SITES), "tier": chance.pick(TIERS), "size": chance.pick(("0", "3", "6.5", "30"))}
    items: dict[str, object] = {}
    fees: dict[str, object] = {}
    records: list[UsageRecord] = []
    several = len(_periods(data, book, start, end)) > 1
    paid = data["billing_modes"]["use"]["payment"] == "prepaid"
    for name, item in data["items"].items():
        if name == "base":
            items[name] = chance.pick(("s", "l"))
            continue
        if name == "care":
            if data["billing_modes"]["use"]["items"][name]["presence"] == "required" or chance.pick((True, True, False)):
                fees[name] = items[name] = {"quantity": D(1)}
            continue
        if "meter" not in item:
            if data["billing_modes"]["use"]["items"][name] == "required" or chance.pick((True, False)):
                line = {"spec": chance.pick(("s", "l"))} if "specs" in item else {}
                fees[name] = items[name] = line | {"quantity": D(chance.pick((1, 2, 5)))}
            continue
        if items and chance.pick((True, False, False)):
            continue
        quantity = D(chance.pick((1, 2, 3, 7, 12))) if item["meter"]["measure"] in ("count", "unique") else D(chance.pick(("0", "1", "2.5", "7", "12.25")))
        line = {"quantity": quantity} | ({"spec": chance.pick(("s", "l"))} if "specs" in item else {})
        if item["meter"]["measure"] in ("sum", "count", "unique") and (several or chance.pick((True, False, False))):
            line["each"] = "month" if several or chance.pick((True, False)) else chance.pick(("day", "year"))
        lines = [line]
        if not (item["meter"]["measure"] in LEVELS and item["meter"].get("hold")) and by_band(book, name):
            lines = [line | ({"attributes": {"band": band}} if band else {}) for band in _some_bands(chance, data)]
        items[name] = lines if len(lines) > 1 else lines[0]
        for each in lines:
            records += _described(chance, book, name, item, each, attributes["site"], start, end, _periods(data, book, start, end))
    order = {"date": written, "billing_mode": "use", "for": length, "items": items, "attributes": attributes}
    coupons = [
        code for code in ("CODE", "CASH") if any(rule.get("coupon") == code for rule in data.get("discounts", {}).values()) and chance.pick((True, False))
    ]
    if coupons:
        order["coupons"] = coupons
    begin = {"items": fees} if fees else {}
    begin |= {"coupons": coupons} if coupons else {}
    events = [{"date": start.isoformat(), "start": begin or True}, {"date": end.isoformat(), "stop": True}]
    if paid:
        order["term"] = "3 months" if length in LONG else chance.pick(("1 month", "3 months"))
        bought = {"term": order["term"], "items": {"base": items["base"]}} | ({"coupons": coupons} if coupons else {})
        events = [{"date": start.isoformat(), "purchase": bought}, {"date": end.isoformat(), "unsubscribe": True}]
    account = {
        "id": "acme", "customer": {"name": "Acme", "attributes": {"tier": attributes["tier"]}},
        "subscriptions": [{"id": "s", "billing_mode": "use", "events": events}],
    }  # fmt: skip
    sized = (replace(record, attributes={**record.attributes, "size": attributes["size"]}) for record in records)
    return Case(order, account, tuple(sized), start, end)


def _some_bands(chance: Chance, data: Mapping) -> list[str | None]:
    """In which bands a line is used, each once; None: outside every band."""
    first, second = (chance.pick((None, *data["time_bands"])) for _ in range(2))
    return [first] if first == second else [first, second]


def _first_in_band(book: PriceBook, name: str, line: Mapping, start: datetime, end: datetime) -> datetime | None:
    """When what the line says is used first; None where its band does not come."""
    if not by_band(book, name):
        return start
    return first_in(book, line.get("attributes", {}).get("band"), start, end)


def _end(start: datetime, length: str, zone: ZoneInfo) -> datetime:
    count, unit = int(length.split()[0]), length.split()[1].rstrip("s")
    wall = start.astimezone(zone).replace(tzinfo=None)
    if unit == "month":
        for _ in range(count):
            following = (wall.replace(day=1) + timedelta(days=32)).replace(day=1)
            last = ((following + timedelta(days=32)).replace(day=1) - timedelta(days=1)).day
            wall = following.replace(day=min(datetime.fromisoformat(f"{start.astimezone(zone):%Y-%m-%d}").day, last), hour=wall.hour, minute=wall.minute)
        return wall.replace(tzinfo=zone).astimezone(UTC)
    if unit == "day":
        return (wall + timedelta(days=count)).replace(tzinfo=zone).astimezone(UTC)
    return start + count * {"hour": HOUR, "minute": timedelta(minutes=1)}[unit]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day, which is not midnight where the clock is put forward over it."""
    instant = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    while instant.astimezone(zone).date() < day:
        instant += timedelta(minutes=30)
    return instant


def _first(kind: str, day: date) -> date:
    return day if kind == "day" else day.replace(day=1) if kind == "month" else day.replace(month=1, day=1)


def _next(kind: str, day: date) -> date:
    return (
        day + timedelta(days=1)
        if kind == "day"
        else (_first(kind, day) + timedelta(days=32 if kind == "month" else 367)).replace(day=1, **({"month": 1} if kind == "year" else {}))
    )


def _calendar(kind: str, start: datetime, end: datetime, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """The hours of UTC, or the days, months or years of the zone, in any part of which the stretch lies."""
    if kind == "hour":
        begin = start.replace(minute=0, second=0, microsecond=0)
        count = -((begin - end) // HOUR)
        return [(begin + number * HOUR, begin + (number + 1) * HOUR) for number in range(count)]
    found, day = [], _first(kind, start.astimezone(zone).date())
    while (begin := _midnight(day, zone)) < end:
        day = _next(kind, day)
        found.append((begin, _midnight(day, zone)))
    return found


def _periods(data: Mapping, book: PriceBook, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The billing periods that are touched; hours and days are billed by calendar months."""
    return _calendar("year" if _period(book) == "year" else "month", start, end, book.zone)


def _described(
    chance: Chance, book: PriceBook, name: str, item: Mapping, line: Mapping, site: str, start: datetime, end: datetime, periods
) -> list[UsageRecord]:
    """The records that one line of the order describes."""
    meter, quantity = item["meter"], line["quantity"]

    def record(at: datetime, amount: Decimal | Fraction, number: int = 0) -> UsageRecord:
        return UsageRecord("acme", "s", name, at, amount, spec=line.get("spec"), attributes={"site": site, "who": f"w{number}"})

    if meter["measure"] in LEVELS:
        if meter.get("hold"):
            return [record(start, quantity)]
        windows = periods if meter["window"] == "period" and _by_month(book) else _calendar(_window(book, meter), start, end, book.zone)
        used = [_first_in_band(book, name, line, max(window[0], start), min(window[1], end)) for window in windows]
        return _some([record(at, quantity) for at in used if at is not None])
    stretches = _calendar(line["each"], start, end, book.zone) if "each" in line else [(start, end)]
    found = []
    for begin, stop in stretches:
        first, last = max(begin, start), min(stop, end)
        amount: Decimal | Fraction = quantity
        if "each" in line and (first, last) != (begin, stop):
            walls = [each.astimezone(book.zone).replace(tzinfo=None) for each in (first, last, begin, stop)]
            amount = Fraction(quantity) * Fraction((walls[1] - walls[0]) // timedelta(seconds=1), (walls[3] - walls[2]) // timedelta(seconds=1))
        at = _first_in_band(book, name, line, first, last)
        if at is None:
            continue
        if meter["measure"] == "sum":
            found.append(
                record(at, amount if isinstance(amount, Fraction) and amount.denominator > 1 else D(int(amount)) if isinstance(amount, Fraction) else amount)
            )
        elif amount == int(amount):
            found += [record(at, D(1), number) for number in range(int(amount))]
        else:
            raise Unsaid
    return _some(found)


def _some(records: list[UsageRecord]) -> list[UsageRecord]:
    if not records:
        raise Unsaid
    return records


class Unsaid(Exception):
    """Records cannot say what the order says: two and a half of them, or some in a band that never comes."""


def _period(book: PriceBook) -> str:
    """What usage is billed by, which is one for all items of these books."""
    mode = book.billing_modes["use"]
    return mode.invoiced or next(each.cycle for each in mode.items if each.payment == "postpaid")


def _window(book: PriceBook, meter: Mapping) -> str:
    return _period(book) if meter["window"] == "period" else meter["window"]


def _by_month(book: PriceBook) -> bool:
    return _period(book) in ("month", "year")


# --- both ways ----------------------------------------------------------------------------------------------------------------------


def loaded(data: Mapping) -> PriceBook | None:
    """The book, or None where it is refused."""
    result = load_book({"book.yaml": write(data).encode()})
    if result.book is None or any(each.severity == "error" for each in result.diagnostics):
        return None
    return result.book


def both(book: PriceBook, case: Case) -> tuple[Quote | Refusal, Invoice | InvoiceRefusal]:
    """The quote of the order, and the invoice of the account and the records for all the periods that it touches."""
    order, problems = load_order("order.yaml", write(case.order).encode(), book, None)
    assert order is not None, problems
    quote = price_order(book, order)
    account, found = load_account("account.yaml", write(case.account).encode(), book)
    assert account is not None, found
    yearly = _period(book) == "year" or any(each.every == "year" for each in book.commitments.values())
    periods = _calendar("year" if yearly else "month", case.start, case.end, book.zone)
    # A window that begins in the last period may reach beyond it.
    return quote, make_invoice(book, account, case.records, periods[0][0], periods[-1][1])


def difference(book: PriceBook, quote: Quote, invoice: Invoice) -> object:
    """What the two say otherwise; None where they are one."""
    if not adds_up(quote):
        return "the quote does not add up"
    said = {}
    for line in quote.lines:
        said[_key(line)] = _amounts(line)
    billed: dict[tuple, list] = {}
    for line in invoice.lines:
        billed.setdefault(_key(line), []).append(line)
    summed = {
        key: tuple(sum(map(Fraction, column), Fraction(0)) for column in zip(*(_amounts(line) for line in lines), strict=True)) for key, lines in billed.items()
    }
    if summed != said:
        return said, summed
    taxes = [{(row.tax, row.category, row.rate): (row.base, row.amount) for row in found.taxes} for found in (quote, invoice)]
    if taxes[0] != taxes[1]:
        return taxes
    totals = (quote.totals.net, quote.totals.tax, quote.totals.gross), (invoice.net, invoice.tax, invoice.gross)
    return None if totals[0] == totals[1] else totals


def _key(line) -> tuple:
    return line.item, line.spec, tuple(sorted(line.attributes.items())), line.commitment


def _amounts(line) -> tuple[Fraction, ...]:
    return tuple(map(Fraction, (line.list_amount, line.discount_amount, line.rounding_amount, line.amount)))


def check(chance: Chance, orders: int, seen: Callable[[str], None] = lambda _: None) -> object:
    """Some orders of one random book, both ways: the first difference with what it is of, or None."""
    data = book_data(chance)
    book = loaded(data)
    if book is None:
        seen("book refused")
        return None
    for _ in range(orders):
        try:
            case = case_of(chance, book, data)
        except Unsaid:
            seen("unsaid")
            continue
        if not case.order["items"]:
            continue
        quote, invoice = both(book, case)
        match quote, invoice:
            case Quote(), Invoice():
                seen("compared")
                found = difference(book, quote, invoice)
                if found is not None:
                    return found, data, case
            case Refusal(), InvoiceRefusal():
                seen("both refused")
            case Refusal(), _:
                seen(f"quote refused: {sorted({each.code for each in quote.diagnostics})}")
            case _:
                return [each.message for each in invoice.diagnostics], data, case
    return None
