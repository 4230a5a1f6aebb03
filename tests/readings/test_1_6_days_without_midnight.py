"""Rule language, second version, 1.6: days that do not begin at midnight. A date means its first instant, whatever hour that has; terms
end on the days on which they end in any other zone, in every document, and no day is in two lines."""

import itertools
import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.billing import issue
from engine.documents.einvoice.writing import render_cii, render_ubl
from engine.documents.invoice_csv import render_invoice_csv
from engine.documents.invoice_document import render_invoice_markdown, render_invoice_text
from engine.documents.invoice_html import render_invoice_html
from engine.documents.invoice_json import render_invoice_json
from engine.documents.quote_json import render_quote_json
from engine.documents.sheet_json import render_sheet_json
from engine.language.build import load_book, load_order
from engine.lints import lint_book
from engine.model.invoices import Invoice
from engine.model.orders import RenewRequest
from engine.pricing import price_order
from engine.pricing.renewals import evaluate_renewal
from engine.pricing.subscription import end_of, subscribe
from engine.pricing.waterfall import Pricing, run_waterfall
from engine.review.examples import run_examples
from engine.sheet import build_sheet
from engine.values.periods import (
    add_months,
    after,
    begins_day,
    instant_of,
    local_date,
    parse_duration,
    start_of_day,
    wall_clock,
    written_instant,
    zone,
    zone_names,
)  # fmt: skip
from tests.billing.usage_shop import account, bill, book_of, event, lines_of, shop, subscription
from tests.conformance.language import write
from tests.documents.written import render_quote_html, render_quote_text, render_sheet_html, render_sheet_text
from tests.extent import examples, first
from tests.pricing.fine_print import quote, reads, refusals
from tests.pricing.later_shop import later

LATE = {
    "Atlantic/Azores": "2026-03-29", "America/Santiago": "2026-09-06", "Asia/Beirut": "2026-03-29", "Africa/Cairo": "2026-04-24",
    "America/Havana": "2026-03-08", "America/Asuncion": "2023-10-01", "Asia/Tehran": "2022-03-22",
}  # fmt: skip
"""Zones and a day of theirs that begins at 01:00."""
TWICE = {"Atlantic/Azores": "2026-10-25", "America/Havana": "2024-11-03"}
"""Days on which 00:00 comes twice; the first is their beginning."""
OTHERWISE = {
    "America/Santiago": "2026-04-05",
    "Asia/Beirut": "2026-10-25",
    "Africa/Cairo": "2026-10-30",
    "America/Nuuk": "2026-10-25",
    "Europe/Lisbon": "2026-03-29",
}
"""Days before whose midnight the clock is put back, or on which it changes at another hour."""
DAYS = [(name, day) for days in (LATE, TWICE, OTHERWISE) for name, day in days.items()]
DAY = timedelta(days=1)


def moved(day: str, days: int) -> str:
    return (date.fromisoformat(day) + days * DAY).isoformat()


# --- instants and durations -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "day"), LATE.items())
def test_a_date_is_its_first_instant(name, day):
    """It shows 01:00 on the wall, counts as midnight, and is written as the date; by its wall clock it were an hour into the day."""
    tz = zone(name)
    first = start_of_day(date.fromisoformat(day), tz)
    assert f"{first.astimezone(tz):%H:%M}" == "01:00"
    assert (wall_clock(first, tz), begins_day(first, tz)) == (datetime.fromisoformat(day), True)
    assert written_instant(first, tz) == day != first.astimezone(tz).isoformat()
    assert local_date(first - timedelta(microseconds=1), tz) == date.fromisoformat(day) - DAY


@pytest.mark.parametrize(("name", "day"), TWICE.items())
def test_the_second_midnight_begins_no_day(name, day):
    tz = zone(name)
    first = start_of_day(date.fromisoformat(day), tz)
    assert [begins_day(first + timedelta(hours=hours), tz) for hours in (-24, 0, 1, 25)] == [True, True, False, True]


@pytest.mark.parametrize("length", ["1 month", "6 months", "1 year", "3 years"])
@pytest.mark.parametrize(("name", "day"), DAYS)
def test_months_lead_from_first_instant_to_first_instant(name, day, length):
    """From such a day, and to it: a month after 29 March is 29 April at 00:00 and not at 01:00."""
    tz, start, duration = zone(name), date.fromisoformat(day), parse_duration(length)
    later_day, earlier = add_months(start, duration.months), add_months(start, -duration.months)
    assert after(start_of_day(start, tz), duration, tz) == start_of_day(later_day, tz)
    assert after(start_of_day(earlier, tz), duration, tz) == start_of_day(add_months(earlier, duration.months), tz)


@given(st.sampled_from(zone_names()), st.dates(date(1990, 1, 1), date(2036, 12, 31)), st.integers(1, 36))
def test_months_after_a_date_are_a_date_in_every_zone(name, day, months):
    """The law behind it, over all zones and days there are (but days that a zone left out altogether)."""
    tz = zone(name)
    start = start_of_day(day, tz)
    if local_date(start, tz) == day:
        assert after(start, parse_duration(f"{months} months"), tz) == start_of_day(add_months(day, months), tz)
        assert wall_clock(start, tz) == datetime(day.year, day.month, day.day)


# --- terms tile time --------------------------------------------------------------------------------------------------------------

TERMS = ["1 month", "3 months", "1 year"]


def tiled(name: str, expires: str, anchor: str, align: str | None):
    renew = {"anchor": anchor, "grace": "2 years"} | ({"align": align, "stub": "actual-days"} if align else {})
    price = {"effective": "2018-01-01", "billing_mode": "plan", "per": "month", "items": {"seat": Decimal(10)}}
    book = later(price, without="seat", renew=renew, book={"timezone": name}, mode={"expires": expires})
    return load_book({"book.yaml": write(book).encode()}).book


@examples(60)
@given(
    st.sampled_from(DAYS), st.integers(-1, 1), st.sampled_from([0, 1, -1, 6, 12]), st.lists(st.sampled_from(TERMS), min_size=2, max_size=5),
    st.sampled_from(["same-time", "end-of-day"]), st.sampled_from(["original-day", "day-of-change"]), st.sampled_from([None, None, "calendar", "last-day"]),
)  # fmt: skip
def test_the_terms_of_a_subscription_tile_time(case, near, months, terms, expires, anchor, align):
    """No gap and no overlap in any zone, every border is the first instant of a day, and the days are those of a zone without changes."""
    (name, day), found = case, []
    first = add_months(date.fromisoformat(day) + near * DAY, -months)
    for tz in (name, "UTC"):
        book = tiled(tz, expires, anchor, align)
        order = {"date": first.isoformat(), "billing_mode": "plan", "term": terms[0], "items": {"seat": 1}}
        made, _ = load_order("order.yaml", write(order).encode(), book, None)
        sub = subscribe(run_waterfall(Pricing(book, made)))
        for term in terms[1:]:
            sub, _ = evaluate_renewal(sub, RenewRequest(sub.end - timedelta(hours=1), parse_duration(term)))
        borders = [(term.start, end_of(term.expires, book)) for term in sub.terms]
        assert all(before[1] == after_it[0] for before, after_it in itertools.pairwise(borders))
        assert all(begins_day(border, book.zone) for border, _ in borders) and begins_day(sub.end, book.zone)
        found.append([(local_date(start, book.zone), local_date(end, book.zone)) for start, end in borders])
    assert found[0] == found[1]


# --- documents ------------------------------------------------------------------------------------------------------------------

SELLER = {
    "name": "Muster GmbH",
    "address": ["Musterweg 1"],
    "city": "Berlin",
    "postcode": "10115",
    "country": "DE",
    "tax_id": "DE123456788",
    "iban": "DE02120300000000202051",
    "registration": "HRB 1",
}
CHANGES = {
    "supports": ["upgrade", "downgrade", "expand", "reduce"],
    "remaining": {"monthly": "actual-days", "yearly": "actual-days", "counts_from": "same-day"},
}


def vendor(name: str, expires: str):
    """The shop in a zone; its digest is fixed, so that documents of two zones can be compared."""
    data = shop()
    modes = data["billing_modes"] | {
        "paid": data["billing_modes"]["paid"] | {"expires": expires},
        "daily": {"title": "Daily", "payment": "postpaid", "cycle": "day", "invoiced": "month", "items": {"egress": "optional", "calls": "optional"}},
    }
    prices = [entry | {"effective": "2020-01-01"} for entry in data["prices"]]
    prices.append({"effective": "2020-01-01", "billing_mode": "daily", "items": {"egress": Decimal("0.02"), "calls": Decimal("0.01")}})
    sections = {
        "book": {"timezone": name, "seller": SELLER, "payment_terms": "30 days", "currency": "EUR", "status": "published"},
        "billing_modes": modes, "prices": prices, "spec_changes": {"any": CHANGES},
        "cancellations": {"all": {"fee": [{"used_up_to": "1 month", "fee": "10%"}, {"fee": "50%"}], "consumed": {"by": "time-used", "count": "day"}}},
        "taxes": [{"id": "vat", "tax": "vat", "rate": "16%", "category": "S", "effective": "2020-01-01"}],
    }  # fmt: skip
    return replace(book_of(shop(**sections)), digest="0" * 64, timezone="UTC")


def history(book, day: str, expires: str):
    """Bought on the day; bought to end on it; used until it: with a change, renewals, an unsubscription, a stop."""
    before = add_months(date.fromisoformat(day), -3).isoformat()
    if expires == "end-of-day":
        before = moved(before, -1)
    made = account(
        book,
        subscription(
            "from", "paid", event(day, "purchase", term="1 month", items={"plan": "small", "disk": 10}), event(moved(day, 3), "change", items={"disk": 20}),
            event(moved(day, 20), "renew", term="3 months"), event(moved(day, 40), "unsubscribe"),
        ),
        subscription("to", "paid", event(before, "purchase", term="3 months", items={"plan": "small"}), event(day, "renew", term="1 month")),
        subscription("left", "paid", event(before, "purchase", term="1 year", items={"plan": "small"}), event(day, "unsubscribe")),
        subscription("use", "daily", event(before, "start"), event(moved(day, 1), "stop")),
    )  # fmt: skip
    rows = [("use", "egress", f"{moved(day, days)}T12:00", 10 + days) for days in (-2, -1, 0)]
    start, end = date.fromisoformat(before).replace(day=1), add_months(date.fromisoformat(day).replace(day=1), 3)
    found = bill(book, made, rows, start.isoformat(), end.isoformat())
    assert isinstance(found, Invoice), [each.message for each in found.diagnostics]
    customer = replace(found.customer, address=("Weg 2",), country="DE", tax_id="DE987654321", other={"city": "Leipzig", "postcode": "04109"})
    return replace(found, customer=customer), issue(book, found, "R-1", end)


def told(book, found, of) -> dict[str, object]:
    """What every format says."""
    data = json.loads(render_invoice_json(found, of, book))
    ubl, cii = (render(found, of, book).decode() for render in (render_ubl, render_cii))
    text = render_invoice_text(found, of, book, "en", explain=True)
    return {
        "json": [(line["subscription"], line["period"]["first_day"], line["period"]["last_day"], line["amount"]) for line in data["lines"]],
        "csv": render_invoice_csv(found, of, book, "en"), "text": text, "markdown": render_invoice_markdown(found, of, book, "en", explain=True),
        "html": render_invoice_html(found, of, book, "en", explain=True), "ubl": ubl, "cii": cii,
    }  # fmt: skip


@pytest.mark.parametrize("expires", ["same-time", "end-of-day"])
@pytest.mark.parametrize(("name", "day"), first(3, DAYS))
def test_every_format_says_the_days_of_any_other_zone(name, day, expires):
    """The same account in UTC is the control: every format of the invoice is the same, to the byte."""
    ours, control = vendor(name, expires), vendor("UTC", expires)
    found, expected = (told(book, *history(book, day, expires)) for book in (ours, control))
    for name_of_format, document in found.items():
        assert document == expected[name_of_format], name_of_format
    days = [(first, last) for name_of, first, last, _ in found["json"] if name_of == "to"]
    # No day stands in two lines of a subscription: the renewal begins on the day after the last one of the purchase.
    assert moved(days[0][1], 1) == days[1][0]


def test_the_azores_in_figures():
    """Bought on 29 March 2026 for a month: to 28 April inclusive, then from 29 April to 28 May; read by the wall clock the lines were to
    29 April, and from 29 April."""
    book = vendor("Atlantic/Azores", "same-time")
    made = account(
        book, subscription("s", "paid", event("2026-03-29", "purchase", term="1 month", items={"plan": "small"}), event("2026-04-20", "renew", term="1 month"))
    )
    found = bill(book, made, [], "2026-03-01", "2026-05-01")
    found = replace(found, customer=replace(found.customer, address=("Weg 2",), country="DE", other={"city": "Leipzig", "postcode": "04109"}))
    ubl = render_ubl(found, issue(book, found, "R-1", date(2026, 5, 1)), book).decode()
    days = re.findall("<cbc:(?:StartDate|EndDate)>([0-9-]+)<", ubl)
    assert days == ["2026-03-01", "2026-04-30", "2026-03-29", "2026-04-28", "2026-04-29", "2026-05-28"]
    text = render_invoice_text(found, issue(book, found, "R-1", date(2026, 5, 1)), book, "en").replace("\u00a0", " ")
    assert "29 Mar 2026 – 28 Apr 2026" in text and "29 Apr 2026 – 28 May 2026" in text


@pytest.mark.parametrize("expires", ["same-time", "end-of-day"])
@pytest.mark.parametrize(("name", "day"), DAYS)
def test_a_quote_says_them_too(name, day, expires):
    """Text, page and data of an order with all its events; in data an instant carries its offset, so its day is compared."""
    order = {
        "date": day, "billing_mode": "plan", "term": "3 months", "items": {"seat": 2}, "change": {"date": moved(day, 5), "items": {"seat": 4}},
        "renew": {"date": moved(day, 60), "term": "1 month"}, "unsubscribe": {"date": moved(day, 70)},
    }  # fmt: skip
    found = []
    for tz in (name, "UTC"):
        data = later(
            {"effective": "2020-01-01", "billing_mode": "plan", "per": "month", "items": {"seat": Decimal(10)}}, without="seat",
            change={"remaining": CHANGES["remaining"]}, book={"timezone": tz}, mode={"expires": expires},
        )  # fmt: skip
        book = replace(load_book({"book.yaml": write(data).encode()}).book, digest="0" * 64, timezone="UTC")
        made, _ = load_order("order.yaml", write(order).encode(), book, None)
        priced = price_order(book, made)
        plain = re.sub(r'T\d\d:\d\d:\d\d[+-]\d\d:\d\d"', '"', render_quote_json(priced, book))
        found.append((plain, render_quote_text(priced, book, "en", explain=True), render_quote_html(priced, book, "en", explain=True)))
    assert found[0] == found[1]


@pytest.mark.parametrize("expires", ["same-time", "end-of-day"])
@pytest.mark.parametrize(("name", "day"), [*LATE.items(), *TWICE.items()])
def test_worked_examples_of_a_sheet_say_them(name, day, expires):
    """Text, page and data of a sheet on the day, whose example buys, changes and leaves around it."""
    given_order = {
        "date": day, "billing_mode": "plan", "term": "1 month", "items": {"seat": 2}, "change": {"date": moved(day, 5), "items": {"seat": 4}},
        "unsubscribe": {"date": moved(day, 9)},
    }  # fmt: skip
    found = []
    for tz in (name, "UTC"):
        data = later(
            {"effective": "2020-01-01", "billing_mode": "plan", "per": "month", "items": {"seat": Decimal(10)}},
            {"effective": moved(day, 20), "billing_mode": "plan", "per": "month", "items": {"seat": Decimal(12)}}, without="seat",
            change={"remaining": CHANGES["remaining"]}, book={"timezone": tz}, mode={"expires": expires},
            examples={"around": {"title": "Around", "given": given_order, "expect": {"total": Decimal("20.00")}}},
        )  # fmt: skip
        book = replace(load_book({"book.yaml": write(data).encode()}).book, digest="0" * 64)
        # The zone alone is told as it is, and instants in the data carry its offset.
        view = build_sheet(book, start_of_day(date.fromisoformat(day), book.zone))
        plain = re.sub(r'T\d\d:\d\d:\d\d[+-]\d\d:\d\d"', '"', render_sheet_json(view))
        told_all = (plain, render_sheet_text(view, "en"), render_sheet_html(view, "en").decode())
        found.append([document.replace(tz, "ZONE") for document in told_all])
    assert found[0] == found[1]


# --- other dates of the language --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "day"), LATE.items())
def test_effective_and_until_are_first_instants(name, day):
    """A price from the day holds for an order of that date; a coupon until the day does not; the day before it is the other way round."""
    price = {"effective": day, "billing_mode": "plan", "per": "month", "items": {"seat": Decimal(20)}}
    old = {"effective": "2020-01-01", "billing_mode": "plan", "per": "month", "items": {"seat": Decimal(10)}}
    ending = {"title": "Ending", "until": day, "percent_off": "50%"}
    book = later(old, price, without="seat", book={"timezone": name}, discounts={"ending": ending}, discount_policy=["ending"])
    on, before = (quote(book, {"date": each, "billing_mode": "plan", "term": "1 month", "items": {"seat": 1}}) for each in (day, moved(day, -1)))
    reads(on.totals.net, "20.00", "10.00")
    reads(before.totals.net, "5.00", "10.00")


@pytest.mark.parametrize(("name", "day"), LATE.items())
def test_a_stop_excludes_its_day_and_a_start_includes_it(name, day):
    """A level of 24 a day, held from three days before to the stop on the day: 3 days; a start on it and a stop a day later: one day."""
    sections = {
        "book": {"timezone": name}, "resources": {}, "spec_changes": {}, "cancellations": {}, "renewals": {},
        "items": {"held": {"title": "Held", "unit": "pack", "meter": {"measure": "max", "window": "day", "hold": True}}},
        "units": {"pack": {"title": "pack"}},
        "billing_modes": {"daily": {"title": "Daily", "payment": "postpaid", "cycle": "day", "invoiced": "month", "items": {"held": "optional"}}},
        "prices": [{"effective": "2020-01-01", "billing_mode": "daily", "per": "day", "items": {"held": Decimal(24)}}],
    }  # fmt: skip
    data = {key: value for key, value in (shop() | sections | {"book": shop()["book"] | {"timezone": name}}).items() if value}
    book = book_of(data)
    made = account(
        book, subscription("until", "daily", event(moved(day, -3), "start"), event(day, "stop")),
        subscription("from", "daily", event(day, "start"), event(moved(day, 1), "stop")),
    )  # fmt: skip
    rows = [("until", "held", moved(day, -3), 1), ("from", "held", day, 1)]
    first = date.fromisoformat(day).replace(day=1)
    found = bill(book, made, rows, add_months(first, -1).isoformat(), add_months(first, 1).isoformat())
    until, since = (sum(line[3] for line in lines_of(found) if line[0] == name_of) for name_of in ("until", "from"))
    reads(until, "72.00", "96.00")
    reads(since, "24.00", "48.00")


@pytest.mark.parametrize(("name", "day"), LATE.items())
def test_used_up_to_ends_with_its_day(name, day):
    """Bought two months before: on the day itself they are still the limit, one day later they are over: a fee of 10%, then 50%."""
    leave = {
        "full_refund_within": "1 hour",
        "fee": [{"used_up_to": "2 months", "fee": "10%"}, {"fee": "50%"}],
        "consumed": {"by": "time-used", "count": "month"},
    }
    price = {"effective": "2020-01-01", "billing_mode": "plan", "per": "month", "items": {"seat": Decimal(10)}}
    book = later(price, without="seat", leave=leave, book={"timezone": name})
    start = add_months(date.fromisoformat(day), -2).isoformat()
    fees = []
    for leaving in (f"{day}T23:59", moved(day, 1)):
        found = quote(book, {"date": start, "billing_mode": "plan", "term": "1 year", "items": {"seat": 1}, "unsubscribe": {"date": leaving}})
        fees.append(found.unsubscription.fee)
    assert fees == [12, 60]


@pytest.mark.parametrize(("name", "day"), [*LATE.items(), ("Europe/Berlin", "2026-03-29"), ("Europe/Berlin", "2026-10-25"), ("UTC", "2026-03-29")])
def test_grace_is_over_with_its_days(name, day):
    """A term that ends three days before, with 7 days of grace: it can be renewed on the seventh day to its end, and no more on the day after; in hours
    the grace ended an hour into that day, or an hour before it."""
    price = {"effective": "2020-01-01", "billing_mode": "plan", "per": "month", "items": {"seat": Decimal(10)}}
    book = later(price, without="seat", book={"timezone": name}, mode={"expires": "same-time"})
    book["renewals"] = {"anniversary": {"price": "in-force", "anchor": "original-day", "grace": "7 days"}}
    order = {"date": add_months(date.fromisoformat(moved(day, -3)), -1).isoformat(), "billing_mode": "plan", "term": "1 month", "items": {"seat": 1}}
    last, over = f"{moved(day, 3)}T23:30", moved(day, 4)
    assert refusals(book, order | {"renew": {"date": last, "term": "1 month"}}) == []
    assert refusals(book, order | {"renew": {"date": over, "term": "1 month"}}) == ["renewal-too-late"]


@pytest.mark.parametrize(("name", "day"), LATE.items())
def test_an_invoice_from_or_to_the_day_holds_each_day_once(name, day):
    """A purchase dated on the day belongs to the period that begins with it, not to the one that ends with it."""
    book = vendor(name, "same-time")
    made = account(book, subscription("s", "paid", event(day, "purchase", term="1 month", items={"plan": "small"})))
    periods = [(moved(day, -10), day), (day, moved(day, 10))]
    assert [len(bill(book, made, [], *period).lines) for period in periods] == [0, 1]


def test_a_billing_period_that_begins_at_one_begins_on_the_first():
    """1 October 2023 in Asunción: a price from then on is no price inside a month, and its windows have it from the first day on."""
    prices = [
        {"effective": "2020-01-01", "billing_mode": "use", "per": "hour", "items": {"storage": Decimal(1)}},
        {"effective": "2023-10-01", "billing_mode": "use", "per": "hour", "running_subscriptions": "immediately", "items": {"storage": Decimal(2)}},
    ]
    data = shop(book={"timezone": "America/Asuncion"}, prices=[*shop()["prices"][:3], *prices])
    loaded = load_book(
        {
            "book.yaml": write(
                data | {"billing_modes": data["billing_modes"] | {"use": data["billing_modes"]["use"] | {"items": {"storage": "optional"}}}}
            ).encode()
        }
    )
    assert "price-change-inside-period" not in [each.slug for each in lint_book(loaded.book, loaded.places)]


@pytest.mark.parametrize(("name", "day"), [*LATE.items(), *TWICE.items()])
@pytest.mark.parametrize("expires", ["same-time", "end-of-day"])
def test_an_example_may_expect_the_date(name, day, expires):
    """A term that ends on the day: `expires` is written as the date, or as its midnight, which the clock may not show."""
    start = add_months(date.fromisoformat(day), -6).isoformat()
    price = {"effective": "2020-01-01", "billing_mode": "plan", "per": "month", "items": {"seat": Decimal(10)}}
    given_order = {"date": start, "billing_mode": "plan", "term": "6 months", "items": {"seat": 1}}
    example = {"title": "Ends", "given": given_order, "expect": {"expires": day, "total": Decimal("60.00")}}
    data = later(price, without="seat", book={"timezone": name}, mode={"expires": expires}, examples={"ends": example})
    results = run_examples(load_book({"book.yaml": write(data).encode()}).book)
    assert [each.outcome for each in results] == ["passed"]


def test_instant_of_a_skipped_midnight():
    tz = zone("Atlantic/Azores")
    assert instant_of(datetime(2026, 3, 29), tz) == start_of_day(date(2026, 3, 29), tz)
