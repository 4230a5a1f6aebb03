"""The bars on an invoice of use: a day each, exact averages, and limits only where a level is charged by tiers that begin there."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.documents.format import formatter, without_isolates
from engine.documents.invoice_chart import use_chart
from engine.documents.invoice_html import render_invoice_html
from engine.documents.invoice_words import Writer
from engine.model.invoices import Invoice
from tests.billing.usage_shop import account, bill, book_of, event, shop, subscription
from tests.documents.test_invoice_rates import prices
from tests.documents.test_invoice_use import HELD, ISSUE, TIERS, held

FLAT = {"unit_price": Decimal("0.002")}
GROWING = (("2026-03-01", 40), ("2026-03-09T12:00", 104), ("2026-03-20T08:00", 160), ("2026-03-22", 190))


def used(levels, charge=TIERS, meter=HELD, start="2026-03-01", last="2026-04-01"):
    items = shop()["items"]
    storage = {key: value for key, value in items["storage"].items() if key != "covered_by"} | {"meter": meter}
    book = book_of(shop(prices=prices("storage", charge, "hour"), items={**items, "storage": storage}, book={"timezone": "Europe/Berlin"}))
    found = bill(book, account(book, subscription("s-1", "use", event(start, "start"))), [("s-1", "storage", at, level) for at, level in levels], last=last)
    assert isinstance(found, Invoice), [each.message for each in found.diagnostics]
    return found, book


def chart(found, book, language="en"):
    return use_chart(found.lines, Writer(found, ISSUE, book, formatter(language)))


def plain(text):
    return without_isolates(text).replace("\u00a0", " ")


def numbers(drawing):
    """What the drawing says of each day to who cannot see it."""
    return plain(re.search(r"<desc[^>]*>(.*?)</desc>", drawing)[1])


def bars(drawing):
    return [(Decimal(y), Decimal(height)) for y, height in re.findall(r'<rect x="[^"]*" y="([^"]*)" width="[^"]*" height="([^"]*)"', drawing)]


@pytest.mark.parametrize(
    ("levels", "finding"),
    [
        (GROWING, "Storage: above 100 GB from 9 March 2026 and above 150 GB from 20 March 2026; at most 190 GB."),
        (GROWING[:2], "Storage: above 100 GB from 9 March 2026; at most 104 GB."),
        ((("2026-03-01", 40), ("2026-03-05", 60)), "Storage: highest on 5 March 2026 with 60 GB."),
        # The bar that is named is the highest one: an hour of 90 GB makes no day of 90.
        (
            (("2026-03-01", 40), ("2026-03-05T10:00", 90), ("2026-03-05T11:00", 40), ("2026-03-09", 60)),
            "Storage: most on 9 March 2026, on average 60 GB; at most 90 GB.",
        ),
        # It lay above the first limit from the beginning on, so that nothing was passed there.
        ((("2026-03-01", 104), ("2026-03-20", 160)), "Storage: above 150 GB from 20 March 2026; at most 160 GB."),
        # At a limit nothing lies above it.
        ((("2026-03-01", 40), ("2026-03-05", 100), ("2026-03-20", 101)), "Storage: above 100 GB from 20 March 2026; at most 101 GB."),
        # An hour counts, whatever the average of its day is.
        ((("2026-03-01", 40), ("2026-03-05T10:00", 101), ("2026-03-05T11:00", 40)), "Storage: above 100 GB from 5 March 2026; at most 101 GB."),
    ],
)
def test_the_heading_says_when_a_limit_was_passed_and_how_high_it_was(levels, finding):
    assert plain(chart(*held(levels)).finding) == finding


def test_a_day_has_its_exact_average_each_level_by_its_time():
    """40 GB for twelve hours and 104 GB for twelve are 72; the day on which clocks go forward has 23 hours."""
    drawn = chart(*held((*GROWING[:2], ("2026-03-29T12:00", 63))))
    days = dict(part.split(": ") for part in numbers(drawn.wide).split(", "))
    assert len(days) == len(bars(drawn.wide)) == 31
    assert (days["8 Mar 2026"], days["9 Mar 2026"], days["10 Mar 2026"]) == ("40", "72", "104")
    expected = Fraction(11 * 104 + 12 * 63, 23)
    assert days["29 Mar 2026"] == f"{float(expected):.2f}"
    assert expected != round(expected, 2)


def test_bars_stand_on_one_line_and_are_as_high_as_their_level():
    drawn = chart(*held((("2026-03-01", 50), ("2026-03-16", 200))))
    found = bars(drawn.wide)
    assert {y + height for y, height in found} == {found[0][0] + found[0][1]}
    assert all(abs(low * 4 - high) <= Decimal("0.4") for (_, low), (_, high) in zip(found[:15], found[15:30], strict=True))


def test_a_day_without_use_has_no_bar_and_says_nothing_of_it():
    drawn = chart(*used((("2026-03-11", 50), ("2026-03-20", 60)), start="2026-03-11"))
    assert len(bars(drawn.wide)) == 21
    assert "10 Mar 2026: 0, 11 Mar 2026: 50" in numbers(drawn.wide)


@pytest.mark.parametrize(
    ("levels", "more"),
    [
        ((("2026-03-01", 40),), {}),  # every day is the same
        ((("2026-03-01", 40), ("2026-03-03", 60)), {"last": "2026-03-07"}),  # fewer days than a week
    ],
)
def test_what_tells_nothing_is_not_drawn(levels, more):
    found, book = used(levels, **more)
    assert chart(found, book) is None
    assert b"use-chart" not in render_invoice_html(found, ISSUE, book, "en")


def test_a_sum_has_no_level():
    book = book_of(shop())
    rows = [("s-1", "egress", f"2026-03-{day:02d}T10:00", day) for day in range(1, 31)]
    found = bill(book, account(book, subscription("s-1", "use", event("2026-03-01", "start"))), rows)
    assert [line.item for line in found.lines] == ["egress"]
    assert chart(found, book) is None


@pytest.mark.parametrize(
    ("charge", "limits"),
    [
        (TIERS, ["100 GB", "150 GB"]),
        (FLAT, []),
        ({**TIERS, "tiers": [{"up_to": 1000, "unit_price": Decimal("0.0041")}, {"unit_price": Decimal("0.003")}]}, []),  # never reached
    ],
)
def test_a_dashed_line_stands_only_where_a_price_that_was_paid_begins(charge, limits):
    drawn = chart(*used(GROWING, charge))
    assert drawn.wide.count("stroke-dasharray") == len(limits)
    assert re.findall(r'font-weight="600"[^>]*>([^<]*)<', plain(drawn.wide)) == sorted(limits, reverse=True)
    assert ("dashed" in drawn.about) == bool(limits)


def test_a_price_that_rises_is_said_to_rise():
    dearer = {**TIERS, "tiers": [{"up_to": 100, "unit_price": Decimal("0.001")}, {"unit_price": Decimal("0.002")}]}
    drawn = chart(*used(GROWING, dearer))
    assert "price rises" in drawn.wide and "price falls" not in drawn.wide


@pytest.mark.parametrize("language", ["en", "zh", "ja", "de", "ar"])
def test_the_page_holds_it_in_every_language_below_its_sums(language):
    found, book = held(GROWING)
    page = render_invoice_html(found, ISSUE, book, language, True).decode()
    assert page.index('class="sums"') < page.index('<figure class="use-chart">') < page.index('class="annex"')
    assert page.count("<svg") == 2 and page.count("<rect") == 62
