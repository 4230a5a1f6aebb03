"""How prices are laid out: what stands side by side, what below each other, what is a section, and when a chart tells something."""

import re

import pytest

from engine.documents.format import formatter
from engine.documents.page import sheet_page
from engine.documents.text_widths import text_width, widest_word
from engine.sheet import build_sheet
from tests.documents.written import render_sheet_html
from tests.sheet import reading
from tests.sheet.large_books import GROUPS, large_book
from tests.sheet.small_books import BEGIN, book_of

BOOK = """
units: {{x: {{title: {{en: {{one: thing, other: things}}}}}}}}
attributes: {{region: {{title: Region, source: order, values: [eu, us, jp]}}, segment: {{title: Segment, source: customer, values: [school]}}}}
items:
  seat: {{title: Seat, unit: x, quantity: {{min: 1, step: 1}}}}
  disk: {{title: Disk, unit: x, quantity: {{min: 1, step: 1}}}}
  edition: {{title: Edition, unit: x, specs: {{small: {{title: Small}}, large: {{title: Large}}}}}}
billing_modes: {{plan: {{title: Plan, payment: prepaid, cycle: term, terms: [{terms}], items: {{seat: optional, disk: optional, edition: optional}}}}}}
prices:
{prices}
discounts: {{longer: {{title: Longer, items: all, by: term, tiers: [{tiers}]}}}}
discount_policy: [longer]
"""
SEAT = "{seat: 10.00}"
ALL = "{seat: 10.00, disk: 2.00, edition: {small: 5.00, large: 9.00}}"


def page_of(*prices: tuple[str, str], months: tuple[int, ...] = (1, 12)) -> dict:
    """The page of the book with these prices, each under a condition, and a discount of its own for each term."""
    entry = "  - {{effective: 2026-01-01, billing_mode: plan, per: month, {}items: {}}}"
    written = "\n".join(entry.format(f"when: {{{when}}}, " if when else "", items) for when, items in prices)
    terms = ", ".join(f"{count} months" if count > 1 else "1 month" for count in months)
    tiers = ", ".join(f"{{from: {count} months, percent_off: {count}%}}" for count in months if count > 1) or "{from: 1 month, percent_off: 0%}"
    return sheet_page(build_sheet(book_of(BOOK.format(prices=written, terms=terms, tiers=tiers)), BEGIN), formatter("en"))


def tables(page: dict) -> dict[str, dict]:
    """The tables of prices by what they are called."""
    return {block["label"]: block for section in page["sections"] for block in section["blocks"] if block["kind"] == "table" and "prices" in block["look"]}


def heads(table: dict) -> list[str]:
    return [column["text"] for column in table["columns"][1:]]


def rows(table: dict) -> list[list[str]]:
    """Every row as its head and its cells; that of a group is its title and what stands beside it."""
    found = []
    for group in table["groups"]:
        if group["title"]:
            found.append([group["title"], *(cell["text"] for cell in group["cells"])])
        found += [[row["head"]["text"], *(cell["text"] for cell in row["cells"])] for row in group["rows"]]
    return found


def test_few_terms_are_columns():
    table = tables(page_of(("", ALL)))["Edition"]
    assert heads(table) == ["Monthly", "1 year"]
    assert rows(table) == [["Small", "5.00", "4.40"], ["Large", "9.00", "7.92"]]


def test_more_terms_than_five_columns_are_rows_and_what_is_sold_are_columns():
    found = tables(page_of(("", ALL), months=(1, 2, 3, 4, 5, 6)))
    assert heads(found["Edition"]) == ["Small", "Large"]
    assert rows(found["Edition"])[:2] == [["Monthly", "5.00", "9.00"], ["2 months", "4.90", "8.82"]]
    assert len(rows(found["Edition"])) == 6
    assert heads(found["Seat and disk"]) == ["Seat", "Disk"]


def test_terms_are_rows_too_where_their_prices_are_too_long_for_columns():
    few = tables(page_of(("", "{seat: 123456789012345678.00}"), months=(1, 2, 3, 4)))["Seat, disk, and edition"]
    assert heads(few) == ["Seat"]
    assert rows(few)[:2] == [["Monthly", "123,456,789,012,345,678.00"], ["2 months", "120,987,653,232,098,764.44"]]


def test_regions_stand_side_by_side_with_their_prices_by_term_below():
    found = tables(page_of(("region: eu", ALL), ("region: us", ALL.replace("10.00", "11.00"))))
    assert heads(found["Seat and disk"]) == ["eu", "us"] and found["Seat and disk"]["over"]["text"] == "Region"
    assert rows(found["Seat and disk"]) == [["Seat", "10.00", "11.00"], ["1 year", "8.80", "9.68"], ["Disk", "2.00", "2.00"], ["1 year", "1.76", "1.76"]]
    assert rows(found["Edition"]) == [["Small", "5.00", "5.00"], ["1 year", "4.40", "4.40"], ["Large", "9.00", "9.00"], ["1 year", "7.92", "7.92"]]


def test_regions_with_one_price_each_are_columns_of_items():
    found = list(tables(page_of(("region: eu", SEAT), ("region: us", "{seat: 11.00}"), ("region: jp", "{disk: 3.00}"), months=(1,))).values())
    assert [heads(each) for each in found] == [["eu", "us"], ["Monthly"]]
    assert rows(found[0]) == [["Seat"], ["Any amount", "10.00", "11.00"]]


def test_an_item_of_a_region_alone_says_where_it_is_sold():
    (table,) = [
        each for each in tables(page_of(("region: eu", SEAT), ("region: us", SEAT), ("region: jp", "{disk: 3.00}"))).values() if "Disk" in each["label"]
    ]
    assert rows(table)[0] == ["Disk, Region: jp"]


def test_more_regions_than_fit_follow_in_a_further_table():
    regions = ", ".join(f"r{number}" for number in range(7))
    text = BOOK.replace("[eu, us, jp]", f"[{regions}]").format(
        terms="1 month", tiers="{from: 1 month, percent_off: 0%}",
        prices="\n".join(f"  - {{effective: 2026-01-01, billing_mode: plan, per: month, when: {{region: r{at}}}, items: {{seat: 1{at}.00}}}}" for at in range(7)),
    )  # fmt: skip
    page = sheet_page(build_sheet(book_of(text), BEGIN), formatter("en"))
    found = [block for section in page["sections"] for block in section["blocks"] if block["kind"] == "table" and block["label"] == "Seat"]
    assert [heads(each) for each in found] == [["r0", "r1", "r2", "r3", "r4"], ["r5", "r6"]]
    assert [row for each in found for row in rows(each)[1:]] == [
        ["Any amount", "10.00", "11.00", "12.00", "13.00", "14.00"],
        ["Any amount", "15.00", "16.00"],
    ]


def test_a_group_beside_everybody_has_a_column_where_it_has_all_prices():
    found = tables(page_of(("", ALL), ("segment: school", "{seat: 8.00, disk: 1.00, edition: {small: 4.00}}")))
    assert heads(found["Seat and disk"]) == ["Everybody else", "Segment: school"]
    assert rows(found["Seat and disk"])[0] == ["Seat", "10.00", "8.00"]
    # Schools pay for a large edition what everybody pays: an empty cell would say that it is not sold to them.
    assert heads(found["Edition"]) != heads(found["Seat and disk"])
    assert ["Small", "4.00", "3.52"] in rows(found["Edition"]) and ["Large", "9.00", "7.92"] in rows(found["Edition"])


def test_an_item_without_a_price_is_named_beside_prices_by_term():
    (table,) = [each for each in tables(page_of(("", SEAT), months=(1, 2, 3, 4, 5, 6))).values() if "prices" in each["look"]]
    assert ["Disk"] in rows(table) and [group["unit"] for group in table["groups"] if group["title"] == "Disk"] == ["no price in force"]


# --- sections -------------------------------------------------------------------------------------------------------------------


def test_item_groups_are_sections_and_a_large_book_has_a_list_of_them():
    page = sheet_page(build_sheet(large_book(), BEGIN), formatter("en"))
    ids = [section["id"] for section in page["sections"]]
    assert ids[1:8] == ["mode-ahead", *(f"mode-ahead-{group}" for group in GROUPS)]
    assert [section["title"] for section in page["contents"]][:2] == ["Dedicated hosts", "Machines"]
    assert page["contents"][0]["items"].replace("\u00a0", " ") == "Host 1, Host 2, Host 3, Host 4, Host 5"
    named = {row["label"]: row["cells"][0]["text"] for row in page["sections"][0]["blocks"][0]["rows"]}
    assert named["Billing item"] == "Dedicated hosts, machines, storage, databases, network, and support"


def test_a_small_book_has_no_list_and_no_price_is_behind_another():
    page = sheet_page(reading.sheet("koodrive"), formatter("en"))
    assert page["contents"] == [] and not any(table["folds"] for table in tables(page).values())


def test_longer_terms_of_a_large_book_wait_behind_a_labelled_box_on_screens_only():
    written = render_sheet_html(build_sheet(large_book(), BEGIN), "en").decode("utf-8")
    boxes = re.findall(r'<label><input type="checkbox" class="fold"> ([^<]+)</label>', written)
    assert len(boxes) == 25 + 5 * 2 and "checked" not in written.split("</style>")[1]
    hiding = [rule for rule in re.findall(r"@media screen \{.*?\n\}", written, re.DOTALL) if "display: none" in rule]
    assert len(hiding) == 1 and hiding[0].count("display: none") == written.count(":has(.fold") == 1


# --- charts ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("second", "drawn"), [("0.30", False), ("0.20", True)])
def test_a_straight_line_is_not_drawn(second, drawn):
    book = book_of(
        f"""
units: {{call: {{title: call}}}}
items: {{calls: {{title: Calls, unit: call, quantity: {{min: 1}}}}}}
billing_modes: {{plan: {{title: Plan, payment: prepaid, cycle: term, terms: [1 month], items: {{calls: optional}}}}}}
prices:
  - {{effective: 2026-01-01, billing_mode: plan, per: month, items: {{calls: {{model: graduated, tiers: [{{up_to: 10, unit_price: 0.30}}, {{unit_price: {second}}}]}}}}}}
"""
    )
    page = sheet_page(build_sheet(book, BEGIN), formatter("en"))
    parts = [part["kind"] for section in page["sections"] for block in section["blocks"] for part in block.get("parts", [])]
    assert ("chart" in parts) == drawn


def test_a_price_by_region_is_drawn_once():
    tiers = "{model: graduated, tiers: [{up_to: 10, unit_price: 3.00}, {unit_price: 2.00}]}"
    page = page_of(("region: eu", f"{{seat: {tiers}}}"), ("region: us", f"{{seat: {tiers}}}"))
    titles = [part["title"] for section in page["sections"] for block in section["blocks"] for part in block.get("parts", []) if part["kind"] == "chart"]
    assert titles == ["Seat, Region: eu: what quantities cost"]


# --- widths ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "width"),
    [("1,234.50", 6 * 572 + 2 * 268), ("\u206612\u2069", 2 * 572), ("\u4ef7\u683c", 2000), ("ab", 2 * 640), ("", 0)],
)
def test_the_width_of_a_text(text, width):
    assert text_width(text) == width


def test_the_widest_word_is_one_that_no_line_breaks():
    assert widest_word(["ap-northeast 1", "a"]) == text_width("northeast")
    assert widest_word(["\u8ba2\u8d2d\u65f6\u957f"]) == 1000
    assert widest_word([]) == 0
