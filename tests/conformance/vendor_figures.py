"""The engine's figures for what the vendor's pages print: every example said in the rule language, as text for a table."""

import itertools
from collections.abc import Callable
from datetime import date
from decimal import Decimal as D

from tests.conformance.cases import Used, answer
from tests.conformance.facts import PAGES
from tests.conformance.language import percent
from tests.conformance.vendor import changing, leaving, quote, shop


def days(*, places: int = 8, monthly: str = "calendar-months", counts_from: str = "next-day") -> dict[str, object]:
    """How what remains is counted."""
    return {"monthly": monthly, "yearly": "days-of-365", "counts_from": counts_from, "places": places}


LADDER = {"title": "Thing", "unit": "piece", "specs": {"small": {"title": "Small"}, "large": {"title": "Large"}}}


def upgraded(old, new, bought: str, term: str, on: str, remaining, mode: str = "half-up", places: int = 2):
    """The change from the price `old` a month to `new`, on a day of a term."""
    rounding = {"rounding": {"at": "line", "mode": mode, "places": places}}
    book = shop({"small": D(old), "large": D(new)}, item=LADDER, book=rounding, **changing(remaining))
    return quote(book, date=bought, term=term, items={"thing": "small"}, change={"date": on, "items": {"thing": "large"}}).changes[0]


def left(change) -> str:
    """What remains, in its unit."""
    found = change.lines[0].remaining
    return f"{found.value} {found.unit}"


def of(name: str, *keys: str) -> list[str]:
    """Inputs of an example."""
    return [str(PAGES[name]["inputs"][key]) for key in keys]


def fee(name: str, bought: str, on: str, remaining, mode: str = "half-up", term: str = "1 month", places: int = 2) -> Callable[[], str]:
    """An upgrade of an example: what remains and what it costs."""

    def compute() -> str:
        change = upgraded(*of(name, "old_price_month", "new_price_month"), bought, term, on, remaining, mode, places)
        return f"{left(change)}; {change.charge}"

    return compute


def remaining_months() -> str:
    start, on = of("spec_remaining_monthly_2021", "start", "change_date")
    return left(upgraded(1, 2, start, "3 months", on, days()))


def expanded_disk() -> str:
    """More of a disk for half a month."""
    added, unit_price = of("page_disk_expansion", "added_gb", "unit_price_gb_month")
    book = shop(D(unit_price), unit="GB", **changing(days()))
    given = {"date": "2023-05-31", "term": "1 month", "items": {"thing": "10 GB"}}
    change = quote(book, **given, change={"date": "2023-06-15", "items": {"thing": f"{10 + int(added)} GB"}}).changes[0]
    return f"{left(change)}; {change.charge}"


def initial_disk() -> str:
    unit_price, size = of("spec_evs_expansion_2023", "unit_price_gb_month", "initial_gb")
    return str(quote(shop(D(unit_price), unit="GB"), term="1 month", items={"thing": f"{size} GB"}).totals.net)


def used_seconds(tenfold: int) -> Callable[[], str]:
    """Seconds at a price per hour: hours cut to ten decimals, amount cut to eight, line rounded."""

    def compute() -> str:
        price, seconds = of("prec_intl_round_monthly", "unit_price_hour", "seconds")
        chain = [
            {"at": "quantity", "places": 10, "mode": "down"},
            {"at": "charge", "places": 8, "mode": "down"},
            {"at": "line", "mode": "half-up"},
        ]
        book = shop(
            D(price) * tenfold,
            unit="hour",
            units={"second": {"title": "second"}, "hour": "3600 second"},
            book={"rounding": chain},
        )
        line = quote(book, term="1 month", items={"thing": f"{seconds} second"}).lines[0]
        return f"{line.list_amount}; {line.amount}"

    return compute


def late_renewal() -> str:
    facts = PAGES["renew_in_retention_evs"]["inputs"]
    policy = {"anchor": "original-day", "grace": f"{facts['grace_days']} days", "retention": f"{facts['retention_days']} days"}
    renew = {"date": facts["renewed_on"], "term": "1 month"}
    found = quote(
        shop(10, plan={"renewal": "keep"}, renewals={"keep": policy}),
        date=facts["purchase"],
        term="1 month",
        items={"thing": 1},
        renew=renew,
    )
    assert str(found.expires) == facts["expires"]
    until = found.renewals[0].expires
    return f"{(until - date.fromisoformat(facts['renewed_on'])).days} days, until {until}"


def by_usage(window: str, start: str, stop: str, periods: list[tuple[str, str]]) -> list[str]:
    """What each period costs where a level of 1 costs 1 for each window in which it holds at all."""
    book = shop(1)
    book["items"] = {"thing": {"title": "Thing", "unit": "piece", "meter": {"measure": "max", "window": window, "hold": True}}}
    book["billing_modes"] = {"plan": {"title": "Use", "payment": "postpaid", "cycle": window, "items": {"thing": "required"}}}
    book["prices"] = [{"effective": "2020-01-01", "billing_mode": "plan", "per": window, "items": {"thing": 1}}]
    events = [{"date": start, "start": True}, {"date": stop, "stop": True}]
    cases = [Used(book, events, [("thing", start, 1)], period, lambda invoice: {"net": invoice.net}) for period in periods]
    return [str(answer(case)["net"]) for case in cases]


def three_days() -> str:
    start, stop = (value.replace(" ", "T") + "+08:00" for value in of("ppu_iotda_daily_old", "start", "end"))
    borders = [f"2023-04-{day}T00:00+08:00" for day in (18, 19, 20, 21)]
    return ", ".join(by_usage("day", start, stop, list(itertools.pairwise(borders))))


def one_hour() -> str:
    borders = [f"2026-03-01T{hour}:00+08:00" for hour in ("08", "09", "10")]
    found = by_usage("hour", borders[0], "2026-03-01T08:30+08:00", list(itertools.pairwise(borders)))
    return f"08:00-09:00: {found[0]} hour; 09:00-10:00: {found[1]}"


def left_after_days() -> str:
    first, left_at = PAGES["ppu_koophone_sibling"]["inputs"]["first"]
    book = shop(30, **leaving({"consumed": {"by": "time-used", "of": "paid", "count": "day"}}))
    found = quote(book, date=first[:10], term="1 month", items={"thing": 1}, unsubscribe={"date": left_at.replace(" ", "T")})
    return f"{found.unsubscription.paid - found.unsubscription.refund}"


def support_plan() -> str:
    facts = PAGES["tier_support_business"]["inputs"]
    tiers = [({"up_to": int(bound)} if bound else {}) | {"unit_price": percent(D(rate) * 100)} for bound, rate in facts["tiers"]]
    charge = {"model": "graduated", "tiers": tiers, "minimum": int(facts["minimum"])}
    spent = [500, 900, 9000, 72000, 100000, 300000]
    book = shop(charge, unit="USD", units={"piece": {"title": "piece"}})
    return ", ".join(f"{each}: {quote(book, term='1 month', items={'thing': each}).totals.net}" for each in spent)


def package() -> str:
    quota = PAGES["package_reset_lts"]["inputs"]["quota_gb"]
    book = shop(0, unit="GB")
    book["resources"] = {"logs": {"title": "Logs", "unit": "GB"}}
    book["items"] = {
        "thing": {"title": "Package", "unit": "GB", "provides": {"logs": {"quantity": f"{quota} GB", "every": "month"}}},
        "use": {"title": "Use", "unit": "GB", "meter": {"measure": "sum", "window": "period"}, "covered_by": "logs"},
    }
    mode = book["billing_modes"]["plan"]
    mode["items"]["use"] = {"presence": "optional", "payment": "postpaid", "cycle": "month"}
    book["prices"].append({"effective": "2020-01-01", "billing_mode": "plan", "items": {"use": 1}})
    months = [quote(book, term="1 year", items={"thing": 1, "use": used}, **{"for": "1 month"}).totals.net for used in (120, 80)]
    return f"120 GB: {months[0].to_integral_value()} GB paid; 80 GB: {months[1].to_integral_value()} GB"


def rounded(name: str, mode: str) -> Callable[[], str]:
    """An amount as the bill shows it, and what was cut off."""

    def compute() -> str:
        line = quote(shop(D(of(name, "amount")[0]), book={"rounding": {"at": "line", "mode": mode}}), term="1 month", items={"thing": 1}).lines[0]
        return f"{line.amount} + {line.rounding_amount}" if mode == "down" else str(line.amount)

    return compute


def hours_used() -> str:
    """Bought at ten for a month of 31 days, to the next midnight, and left 14 days and 8 hours later; one hour costs 1."""
    ordered = PAGES["page_hours_used"]["expected"]["ordered_hours"]
    book = shop(ordered, **leaving({"consumed": {"by": "time-used", "of": "paid", "count": "hour"}}))
    found = quote(book, date="2024-07-01T10:00", term="1 month", items={"thing": 1}, unsubscribe={"date": "2024-07-15T18:00"}).unsubscription
    return f"{found.consumed} of {found.paid} hours"


def switched() -> str:
    """The last day of the paid term, which belongs to it to its end."""
    start, asked = of("page_switch_at_expiry", "purchase", "asked")
    book = shop(1) | {"mode_changes": [{"from": "plan", "to": "use", "takes_effect": "at-expiry"}]}
    meter = {"measure": "max", "window": "hour"}
    book["items"]["level"] = {"title": "Level", "unit": "piece", "meter": meter}
    book["billing_modes"]["use"] = {"title": "Use", "payment": "postpaid", "cycle": "hour", "items": {"level": "required"}}
    book["prices"].append({"effective": "2020-01-01", "billing_mode": "use", "per": "hour", "items": {"level": 1}})
    found = quote(book, date=start, term="1 month", items={"thing": 1}, switch={"date": asked, "to": "use"})
    return f"the end of {found.switch.effective}"


def started_minutes() -> str:
    """Each record is rounded up to a minute; a minute costs 1."""
    meter = {"measure": "sum", "window": "period", "record": {"round_up": "1 minute"}}
    book = shop(1, unit="minute", units={"second": {"title": "second"}, "minute": "60 second"}, per=None)
    book["items"]["thing"]["meter"] = meter
    book["billing_modes"]["plan"] = {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"thing": "required"}}
    seconds = PAGES["page_cae_minutes"]["inputs"]["seconds"]
    found = [quote(book, items={"thing": f"{each} second"}, **{"for": "1 month"}).lines[0].quantity for each in seconds]
    return ", ".join(map(str, found))
