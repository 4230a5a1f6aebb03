"""What a mode sells without a price: an error where orders must hold it, else a warning; and what is no gap at all."""

from pathlib import Path

import pytest

from engine.language.build import load_book

BASE = {path.name: path.read_bytes() for path in (Path(__file__).parents[2] / "errors" / "base").glob("*.yaml")}
BOOK = """
items:
  box: {{title: Box, unit: plan, group: boxes, specs: {{low: {{title: Low}}, high: {{title: High}}}}}}
  crate: {{title: Crate, unit: plan, group: boxes}}
  tape: {{title: Tape, unit: plan}}
  water: {{title: Water, unit: GB, meter: {{measure: max, window: hour}}}}
attributes:
  segment: {{source: customer, values: [education, partner]}}
  region: {{source: order, values: [eu, us]}}
  site: {{source: order}}
billing_modes:
  m: {{title: M, payment: prepaid, cycle: term, terms: [1 month], items: {{{items}}}{more}}}
prices:
{prices}
"""
ENTRY = "  - {{effective: {day}, billing_mode: m, per: month, {more}items: {{{items}}}}}\n"


def price(items: str, day: str = "2026-01-01", more: str = "") -> str:
    """A dated entry of the mode `m`."""
    return ENTRY.format(day=day, items=items, more=f"{more}, " if more else "")


def answers(items: str, prices: str, more: str = "") -> list[tuple[str, str]]:
    """(code, message) of what is found about the mode; names that nothing uses are left aside."""
    text = BOOK.format(items=items, prices=prices, more=f", {more}" if more else "")
    attributes = BASE["book.yaml"].replace(b"attributes:\n  segment: {source: customer, values: [education, partner]}\n", b"")
    files = {**BASE, "book.yaml": attributes, "m.yaml": text.encode()}
    return [(each.code, each.message) for each in load_book(files).diagnostics if each.code not in ("R111", "R112")]


ALL = "box: required, tape: optional"
NO_BOX = "`m` requires `box`, but {when} there is no price for it, while `tape` has one"


@pytest.mark.parametrize(
    ("items", "prices", "expected"),
    [
        # all is priced
        (ALL, price("box: 1.00, tape: 1.00"), []),
        # nothing at all: the required item, the optional one, both
        (ALL, price("tape: 1.00"), [("R130", "`m` sells `box`, but there is no price for it")]),
        (ALL, price("box: 1.00"), [("R115", "`m` sells `tape`, but there is no price for it")]),
        ("box: required, tape: optional, crate: optional", price("crate: 1.00"), [("R130", "`m` sells `box` and `tape`, but there is no price for them")]),
        # a part of the ladder, of a required item and of an optional one
        (ALL, price("box: {low: 1.00}, tape: 1.00"), [("R130", "`m` sells `high` of `box`, but there is no price for it")]),
        ("box: optional, tape: required", price("box: {low: 1.00}, tape: 1.00"), [("R115", "`m` sells `high` of `box`, but there is no price for it")]),
        # another currency: that of the rest of the mode is missing; a mode in a currency of its own is whole
        (ALL, price("tape: 1.00") + price("box: 1.00", more="currency: USD"), [("R130", NO_BOX.format(when="in EUR"))]),
        (ALL, price("box: 1.00, tape: 1.00") + price("tape: 1.00", more="currency: USD"), [("R130", NO_BOX.format(when="in USD"))]),
        (ALL, price("box: 1.00, tape: 1.00", more="currency: USD"), []),
        # too late, and ended; `withdrawn` is on purpose, and so is an end of the whole mode
        (ALL, price("tape: 1.00") + price("box: 1.00", "2026-03-01"), [("R130", NO_BOX.format(when="before 2026-03-01"))]),
        (ALL, price("tape: 1.00") + price("box: 1.00", more="until: 2026-06-01"), [("R130", NO_BOX.format(when="from 2026-06-01 on"))]),
        (ALL, price("box: 1.00, tape: 1.00", more="until: 2026-06-01"), []),
        (ALL, price("tape: 1.00, box: 1.00") + price("box: withdrawn", "2026-06-01"), []),
        (ALL, price("tape: 1.00, box: 1.00", more="until: 2026-06-01") + price("box: 2.00", "2026-06-01"), []),
        # for some customers only; an attribute of orders is named by each order, one of customers need not be
        (ALL, price("tape: 1.00") + price("box: 1.00", more="when: {segment: [education, partner]}"),
         [("R130", NO_BOX.format(when="for customers without `segment`"))]),
        (ALL, price("tape: 1.00") + price("box: 1.00", more="when: {region: eu}"), [("R130", NO_BOX.format(when="for `region: us`"))]),
        (ALL, price("tape: 1.00") + price("box: 1.00", more="when: {region: eu}") + price("box: 1.00", more="when: {region: us}"), []),
        (ALL, price("box: 1.00, tape: 1.00", more="when: {segment: partner}"), []),  # the whole mode is for partners
        (ALL, price("tape: 1.00") + price("box: 1.00", more="when: {site: berlin}"), []),  # any text: nobody knows the others
        (ALL, price("tape: 1.00") + price("box: 1.00", more="when: {customer: acme}"), [("R130", NO_BOX.format(when="for customers that no price names"))]),
        (ALL, price("tape: 1.00") + price("box: 1.00", more="when: {business: true}"), [("R130", NO_BOX.format(when="for `business: false`"))]),
        # a spec that comes later, or in one currency only, leaves the others on sale
        (ALL, price("box: {low: 1.00}, tape: 1.00") + price("box: {high: 2.00}", "2026-06-01"), []),
        # billed by usage inside a mode that is paid ahead
        ("tape: required, water: {presence: required, payment: postpaid, cycle: month}", price("tape: 1.00"),
         [("R130", "`m` sells `water`, but there is no price for it")]),
    ],
)  # fmt: skip
def test_what_orders_must_hold_has_a_price(items, prices, expected):
    assert answers(items, prices) == expected


@pytest.mark.parametrize(
    ("more", "prices", "expected"),
    [
        ("groups: {boxes: required}", price("tape: 1.00, box: 1.00"), [("R130", "`m` sells `crate`, but there is no price for it")]),
        ("groups: {boxes: optional}", price("tape: 1.00, box: 1.00"), [("R115", "`m` sells `crate`, but there is no price for it")]),
        # one of the group is enough: the other comes later, or in another currency
        ("groups: {boxes: required}", price("tape: 1.00, box: 1.00") + price("crate: 1.00", "2026-06-01"), []),
        ("groups: {boxes: required}", price("tape: 1.00") + price("box: 1.00, crate: 1.00", "2026-06-01"),
         [("R130", "`m` requires one of `box` and `crate`, but before 2026-06-01 there is no price for it, while `tape` has one")]),
        ("groups: {boxes: optional}, one_of: [[box, crate]]", price("tape: 1.00, box: 1.00"), [("R130", "`m` sells `crate`, but there is no price for it")]),
        ("groups: {boxes: optional}, one_of: [[box, crate]]", price("tape: 1.00, box: 1.00") + price("crate: 1.00", more="currency: USD"), []),
    ],
)  # fmt: skip
def test_one_of_several_has_a_price(more, prices, expected):
    assert answers("tape: optional", prices, more) == expected


def test_a_price_that_could_not_be_read_is_not_missed():
    """An entry with a mistake may well hold the price: only the mistake is told."""
    assert [code for code, _ in answers(ALL, price("tape: 1.00") + price("bx: 1.00"))] == ["R104"]
