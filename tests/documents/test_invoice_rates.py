"""The price of a line of an invoice: what stands on its face multiplies to its amount, or the line says by what it differs."""

import re
from datetime import date
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.documents.format import formatter, without_isolates
from engine.documents.invoice_document import render_invoice_markdown, render_invoice_text
from engine.documents.invoice_html import render_invoice_html
from engine.documents.invoice_rates import counted_in, parts_of, rate_of, times
from engine.documents.invoice_view import ShownLine, view_of
from engine.documents.invoice_words import Writer
from engine.model.invoices import Invoice, Issue
from engine.pricing.bands import bands_of
from engine.pricing.tallies import price_of
from engine.values.exact import ONE, exact, multiply, total
from tests.billing.usage_shop import account, bill, book_of, event, shop, subscription
from tests.extent import examples

ISSUE = Issue("1", date(2026, 4, 1), date(2026, 4, 15))


def d(text: str) -> Decimal:
    return Decimal(text)


def prices(item: str, price: object, per: str | None = None, mode: str = "use") -> list[dict]:
    """The shop's prices with another one for an item of a mode."""
    rows = [{**row, "items": {name: each for name, each in row["items"].items() if (row["billing_mode"], name) != (mode, item)}} for row in shop()["prices"]]
    own = {"effective": "2026-01-01", "billing_mode": mode, "items": {item: price}} | ({"per": per} if per else {})
    return [*(row for row in rows if row["items"]), own]


def metered(item: str, price: object, per: str | None, rows: list, **meter: object) -> Invoice:
    """An invoice of March in the mode `use`, by an item with another price and meter."""
    items = shop()["items"]
    changed = {**items, item: {key: value for key, value in items[item].items() if key != "covered_by"} | ({"meter": meter} if meter else {})}
    book = book_of(shop(prices=prices(item, price, per), items=changed, book={"timezone": "Europe/Berlin"}))
    made = account(book, subscription("s-1", "use", event("2026-03-01", "start")))
    found = bill(book, made, [("s-1", item, at, quantity) for at, quantity in rows])
    assert isinstance(found, Invoice), [each.message for each in found.diagnostics]
    _BOOKS[id(found)] = book
    return found


_BOOKS: dict[int, object] = {}


def shown(found: Invoice, book=None, language: str = "en") -> list[ShownLine]:
    view = view_of(found, ISSUE, book or _BOOKS[id(found)], formatter(language), True)
    return [line for group in view.groups for line in group.lines]


def face(line: ShownLine) -> tuple:
    """Quantity, unit, price, what it is for, and the rows of a line, as plain texts."""
    rows = [(_plain(row.name), row.quantity, row.price) for row in line.rate.rows]
    return tuple(map(_plain, (line.quantity, line.unit, line.rate.price, line.rate.per))) + tuple(rows)


def _plain(text: str) -> str:
    return without_isolates(re.sub(r"<[^>]+>", "", text)).replace("\u00a0", " ").replace("\\", "")


GRADUATED = {"model": "graduated", "tiers": [{"up_to": 100, "unit_price": d("0.004")}, {"unit_price": d("0.0036")}]}


@pytest.mark.parametrize(
    ("item", "price", "per", "meter", "rows", "expected", "amount"),
    [
        # A level by the hour counts in GB-hours, at the price for the smallest power of ten that needs four decimals.
        ("storage", d("0.000060"), "hour", {"measure": "max", "window": "hour"}, [("03-02T10:00", 500), ("03-02T11:00", 700)], ("1,200", "GB-hours", "0.0006", "per 10 GB-hours"), "0.07"),
        # One level of one hour is that level.
        ("storage", d("0.01"), "hour", {"measure": "max", "window": "hour"}, [("03-02T10:00", 500)], ("500", "GB", "0.01", "an hour"), "5.00"),
        # By tiers: quantity and price of each, no amounts.
        ("storage", GRADUATED, "hour", {"measure": "max", "window": "hour"}, [("03-02T10:00", 150), ("03-02T11:00", 50)], ("200", "GB-hours", "by tier", "per GB-hour", ("up to 100 GB", "150", "0.0040"), ("above 100 GB", "50", "0.0036")), "0.78"),
        # What adds up is counted in its own unit.
        ("calls", d("0.01"), None, {"measure": "sum", "window": "day"}, [("03-02T10:00", 500), ("03-03T11:00", 700)], ("1,200", "call", "0.01", ""), "12.00"),
        # A price a month for what is counted by the hour: a month of 743 hours, where the clock changes.
        ("storage", d("0.10"), "month", {"measure": "max", "window": "hour"}, [("03-02T10:00", 7430), ("03-02T11:00", 7430)], ("14,860", "GB-hours", "0.10", "a month of 743 hours"), "2.00"),
        # A price an hour for what is counted by the day counts in hours.
        ("storage", d("0.001"), "hour", {"measure": "max", "window": "day"}, [("03-02T10:00", 100), ("03-03T11:00", 200)], ("7,200", "GB-hours", "0.001", "per GB-hour"), "7.20"),
        # Packages have the price of a package.
        ("calls", {"model": "package", "size": 100, "price": d("5.00")}, None, {"measure": "sum", "window": "month"}, [("03-02T10:00", 250)], ("250", "call", "5.00", "per 100 call"), "15.00"),
        # An allowance and a minimum are told with the price.
        ("calls", {"unit_price": d("0.01"), "allowance": 100, "minimum": d("3.00")}, None, {"measure": "sum", "window": "month"}, [("03-02T10:00", 250)], ("250", "call", "", "", ("allowance", "100", "0.00"), ("", "150", "0.01"), ("minimum", "", "3.00")), "3.00"),
    ],
)  # fmt: skip
def test_the_price_of_use_is_for_what_is_counted(item, price, per, meter, rows, expected, amount):
    found = metered(item, price, per, rows, **meter)
    (line,) = shown(found)
    assert face(line) == expected and line.amount == amount


@cache
def bought(*changes: str) -> tuple[Invoice, object]:
    """A year of a plan with 150 GB of disk at 20% off, with later events in the same month."""
    graduated = {"model": "graduated", "tiers": [{"up_to": 100, "unit_price": d("0.10")}, {"unit_price": d("0.08")}]}
    policies = {"spec_changes": {"any": {"supports": ["upgrade", "downgrade", "expand", "reduce"], "charge": "difference", "remaining": {"monthly": "calendar-months", "yearly": "days-of-365", "counts_from": "same-day"}}}}  # fmt: skip
    discounts = {"long": {"title": "Long", "by": "term", "tiers": [{"from": "1 year", "percent_off": "20%"}]}}
    book = book_of(shop(prices=prices("disk", graduated, "month", "paid"), discounts=discounts, discount_policy=["long"], cancellations={"all": {"refund": "unused", "consumed": {"by": "time-used", "of": "paid", "count": "day"}}}, **policies))  # fmt: skip
    events = [event("2026-03-02", "purchase", term="1 year", items={"plan": "small", "disk": 150})]
    kinds = {"upgrade": event("2026-03-20", "change", items={"plan": "large"}), "end": event("2026-03-25", "unsubscribe")}
    found = bill(book, account(book, subscription("s-1", "paid", *events, *(kinds[each] for each in changes))), [])
    assert isinstance(found, Invoice), [each.message for each in found.diagnostics]
    return found, book


def test_what_is_bought_says_price_and_discount():
    plan, disk = shown(*bought())
    assert face(plan) == ("1", "pack", "10.00", "a month") and plan.discount == "20%"
    assert face(disk) == ("150", "GB", "by tier", "a month", ("up to 100 GB", "100", "0.10"), ("above 100 GB", "50", "0.08")) and disk.discount == "20%"


def test_a_change_is_the_difference_of_two_prices_and_a_refund_says_what_was_paid():
    lines = shown(*bought("upgrade", "end"))
    changed = next(line for line in lines if "changed" in line.details)
    assert face(changed) == ("1", "pack", "by difference", "a month", ("now", "1", "60.00"), ("before", "1", "10.00")) and changed.discount == "20%"
    paid_back = next(line for line in lines if "cancelled" in line.details and line.title == "Disk")
    assert paid_back.rate.per == "paid" and paid_back.rate.price == shown(*bought())[1].amount


@pytest.mark.parametrize("language", ["en", "zh", "ar", "de", "ja"])
def test_every_format_tells_all_prices(language):
    found, book = bought("upgrade")
    lines = shown(found, book, language)
    pages = [
        render_invoice_html(found, ISSUE, book, language).decode(),
        render_invoice_markdown(found, ISSUE, book, language),
        render_invoice_text(found, ISSUE, book, language),
    ]
    for page in pages:
        plain = _plain(page)
        for line in lines:
            wanted = [line.rate.price, line.rate.per, line.discount, *(text for row in line.rate.rows for text in (row.name, row.quantity, row.price))]
            assert [text for text in wanted if _plain(text) not in plain] == []


def test_no_face_has_digits_beyond_the_minor_unit_or_a_column_without_a_value():
    """Digits before rounding belong to the annex; without a discount there is no column for one."""
    found = metered("storage", d("0.0123457"), "hour", [("03-02T10:00", 101), ("03-02T11:00", 7)], measure="max", window="hour")
    text = render_invoice_text(found, ISSUE, _BOOKS[id(found)], "en")
    assert "1.33" in text and "1.3333356" not in text and "Discount" not in text
    assert "1.3333356" in render_invoice_text(found, ISSUE, _BOOKS[id(found)], "en", True)


def test_without_tax_the_invoice_says_why():
    found = metered("calls", d("0.01"), None, [("03-02T10:00", 100)], measure="sum", window="month")
    view = view_of(found, ISSUE, _BOOKS[id(found)], formatter("en"), False)
    assert [(tax.title, tax.about, tax.base, tax.amount) for tax in view.taxes] == [("No tax", "the price book has no taxes", "1.00", "0.00")]


LEVELS = st.lists(st.tuples(st.integers(0, 27 * 24), st.integers(0, 400)), min_size=1, max_size=12, unique_by=lambda each: each[0])
TIERS = st.lists(st.tuples(st.integers(1, 150), st.integers(0, 999_999)), min_size=1, max_size=3)


@examples(40)
@given(LEVELS, TIERS, st.sampled_from(["hour", "day", "month"]), st.sampled_from(["hour", "day", "month"]))
def test_quantities_times_prices_are_the_list_amount(levels, tiers, window, per):
    """All quantities at their prices, exactly: what the face shows is what is charged, whatever is counted and priced by."""
    bounds, written = 0, []
    for width, price in tiers:
        bounds += width
        written.append({"up_to": bounds, "unit_price": d(price).scaleb(-6)})
    written[-1] = {"unit_price": written[-1]["unit_price"]}
    rows = [(f"03-{1 + hour // 24:02}T{hour % 24:02}:00", quantity) for hour, quantity in sorted(levels) if (hour // 24, hour % 24) != (28, 2)]
    found = metered("storage", {"model": "graduated", "tiers": written}, per, rows, measure="max", window=window)
    book = _BOOKS[id(found)]
    for line in found.lines:
        use = next(step for step in line.trace if step.kind == "windows")
        counted = counted_in(line, use, book)
        if counted is None:
            # No length of time makes the price's time: a day of a month of 743 hours, a month of 743 hours and a part of one.
            assert (window, per) in {("day", "month"), ("month", "hour"), ("month", "day"), ("month", "month"), ("hour", "day"), ("day", "hour")}
            continue
        charged = total(
            multiply(multiply(multiply(part.price, part.quantity), exact(run.facts["count"])), run.facts["ratio"])
            for run in use.children or (use,) for part in parts_of(run.multiplies)
        )  # fmt: skip
        by_tally = total(
            multiply(multiply(part.price, times(part.quantity(tally.count, tally.quantity), tally.ratio, counted)), min(ONE, tally.ratio))
            for tally in use.tallies for part in bands_of(price_of(book, tally)[1])[tally.band].parts
        )  # fmt: skip
        assert charged == by_tally == use.value
        rate = rate_of(line, Writer(found, ISSUE, book, formatter("en")))
        assert rate.price or not line.list_amount
