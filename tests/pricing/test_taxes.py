"""Taxes (rule language, 3.10, Taxes). Each docstring quotes the sentence, then this reading's number and the one it rules out."""

from dataclasses import replace

import pytest

from engine.model.book import RoundingStep
from engine.model.formulas import text
from tests.pricing.books import D, amount_off, book, day, discount, order, price, quote, tax, use, when

PRICES = (price("seat", 10), price("disk", "0.50"), price("book", "99.99"))


def taxed(*rows, lines=None, included=False, prices=PRICES, **ordered):
    """The quote of an order under these tax rows."""
    return quote(book(prices=prices, taxes=rows, prices_include_tax=included), order(lines, **ordered))


def tax_amounts(result) -> dict[str, str]:
    """Tax -> amount, added over its rates."""
    return {each.tax: str(each.amount) for each in result.taxes}


def money(result) -> tuple[str, str, str]:
    """net, tax, gross."""
    return (str(result.totals.net), str(result.totals.tax), str(result.totals.gross))


def test_a_tax_is_added_on_top():
    """19% of 10.00."""
    assert money(taxed(tax("vat", 19))) == ("10.00", "1.90", "11.90")


def test_without_a_row_in_force_there_is_no_tax():
    """A row for another country: net is gross."""
    assert money(taxed(tax("vat", 19, conditions=when(country="DE")), attributes={"country": "FR"})) == ("10.00", "0", "10.00")


def test_rows_of_one_tax_compete_as_prices_do():
    """ "Rows of one `tax` compete as prices do": the row for Germany outranks the general one, 1.90 and not 1.90 + 2.00;
    of two general ones the later date wins, 2.10."""
    general, german = tax("vat", 20), tax("vat", 19, conditions=when(country="DE"))
    assert tax_amounts(taxed(general, german, attributes={"country": "DE"})) == {"vat": "1.90"}
    assert tax_amounts(taxed(general, german, attributes={"country": "FR"})) == {"vat": "2.00"}
    later = tax("vat", 21, conditions=when(effective="2026-02-01"))
    assert tax_amounts(taxed(general, later)) == {"vat": "2.10"}


def test_a_more_important_attribute_outranks_a_later_date():
    """3.1: `country` is compared before the book's own attributes, and any attribute before the date: 1.90."""
    german = tax("vat", 19, conditions=when(country="DE", effective="2025-01-01"))
    school = tax("vat", 7, conditions=when(segment="education", effective="2026-01-01"))
    assert tax_amounts(taxed(german, school, attributes={"country": "DE", "segment": "education"})) == {"vat": "1.90"}


def test_different_taxes_add_up():
    """ "different `tax`es add up": 5% and 9.975% of 140.00 are 7.00 and 13.97 (13.965), together 20.97."""
    result = taxed(tax("gst", 5), tax("qst", "9.975"), lines={"seat": 14})
    assert tax_amounts(result) == {"gst": "7.00", "qst": "13.97"}
    assert money(result) == ("140.00", "20.97", "160.97")


def test_compound_on_computes_on_net_plus_those():
    """ "`compound_on: [gst]` computes on net plus those": 7% of 105.00 is 7.35, so 12.35; 7% of 100.00 would make 12.00."""
    assert money(taxed(tax("gst", 5), tax("pst", 7, compound_on=("gst",)), lines={"seat": 10}))[1] == "12.35"


def test_compounds_use_the_exact_tax():
    """ "compounds use the exact tax": 5% of 0.50 is 0.025, shown as 0.03; 100% of 0.50 + 0.025 is 0.525, so 0.53, and both 0.56;
    on the rounded tax 0.53 as well, so a second line of digits: 40% on 1.10: 1.10 x 5% = 0.055 (0.06); 1.155 x 40% = 0.462, so 0.46
    and not 1.16 x 40% = 0.464 either; with 130%: 1.5015, so 1.50 and not 1.16 x 130% = 1.508, so 1.51."""
    prices = (price("seat", "1.10"),)
    result = taxed(tax("gst", 5), tax("luxury", 130, compound_on=("gst",)), prices=prices)
    assert tax_amounts(result) == {"gst": "0.06", "luxury": "1.50"}


def test_a_tax_compounds_on_what_applies_to_the_line_only():
    """`compound_on` a tax that is not in force on the line adds nothing: 7.00 of 100.00."""
    result = taxed(tax("gst", 5, items=("disk",)), tax("pst", 7, compound_on=("gst",)), lines={"seat": 10})
    assert tax_amounts(result) == {"pst": "7.00"}


def test_items_limit_a_row():
    """ "`items:` limits a row": 19% of the seat alone, 1.90; of both lines it were 20.90 (110.00)."""
    assert money(taxed(tax("vat", 19, items=("seat",)), lines={"seat": 1, "disk": 200}))[1] == "1.90"


def test_a_row_that_names_items_outranks_one_that_does_not_before_when():
    """ "A row that names `items` outranks one that does not, before `when`": 7% for books although the other row names the country: 7.00,
    not 19.00."""
    books = tax("vat", 7, items=("book",))
    german = tax("vat", 19, conditions=when(country="DE"))
    result = taxed(books, german, lines={"book": 1, "seat": 1}, attributes={"country": "DE"})
    assert [(str(each.rate), str(each.base), str(each.amount)) for each in result.taxes] == [("0.07", "99.99", "7.00"), ("0.19", "10.00", "1.90")]


def test_an_items_row_out_of_force_gives_way():
    """3.1: `until` ends a row, then the next rank applies: 19%."""
    books = tax("vat", 7, items=("book",), conditions=when(until="2026-01-01"))
    assert tax_amounts(taxed(books, tax("vat", 19), lines={"book": 1})) == {"vat": "19.00"}


def test_category_and_rate_group_the_totals():
    """ "`category` and rate group the totals": two categories with one rate are two totals, 1.90 each, not one of 3.80."""
    rows = (tax("vat", 19, category="S", items=("seat",)), tax("vat", 19, category="AE", items=("disk",)))
    result = taxed(*rows, lines={"seat": 1, "disk": 20})
    assert [(each.category, str(each.amount)) for each in result.taxes] == [("S", "1.90"), ("AE", "1.90")]


def test_tax_is_rounded_once_per_tax_category_and_rate():
    """ "Tax is rounded once per tax, category and rate": 19% of three lines of 0.50 is 0.285, so 0.29; line by line 0.10 x 3 = 0.30."""
    prices = tuple(price(item, "0.50") for item in ("a", "b", "c"))
    assert money(taxed(tax("vat", 19), lines={"a": 1, "b": 1, "c": 1}, prices=prices)) == ("1.50", "0.29", "1.79")


def test_each_rate_is_rounded_by_itself():
    """8.875%, 2.125% and 0.5% of 99.99 are 8.87, 2.12 and 0.50 = 11.49; 11.5% at once would be 11.50."""
    rows = (tax("state", "8.875"), tax("city", "2.125"), tax("district", "0.5"))
    assert money(taxed(*rows, lines={"book": 1}))[1] == "11.49"


def test_tax_is_rounded_half_up_whatever_the_books_mode():
    """ "half-up, whatever the book's mode": 5% of 0.50 is 0.025, so 0.03 also where the book rounds lines down (0.02)."""
    made = book(prices=PRICES, rounding=(RoundingStep("line", "down"),), taxes=(tax("vat", 5),))
    assert money(quote(made, order({"disk": 1}))) == ("0.50", "0.03", "0.53")


def test_tax_is_on_the_sum_of_its_lines_as_shown():
    """3.2: "tax, per category, on the sum of its lines as shown": after 20.00 off, 20% of 80.00 = 16.00, not of 100.00."""
    made = book(prices=PRICES, taxes=(tax("vat", 20),), discounts=(discount("twenty", amount_off("20.00")),))
    assert money(quote(made, order({"seat": 10}))) == ("80.00", "16.00", "96.00")


def test_the_orders_day_in_the_books_zone_decides_the_row():
    """ "A change or renewal takes the rate of its day": a purchase takes that of its day in the book's zone (Shanghai): the last second of
    31 March there is 19%, midnight 21%, although it is still 31 March in UTC."""
    rows = (tax("vat", 19), tax("vat", 21, conditions=when(effective="2026-04-01")))
    april = day("2026-04-01")
    assert april.day == 31
    assert money(taxed(*rows, at=april))[1] == "2.10"
    assert money(taxed(*rows, at=april.replace(hour=15, minute=59, second=59)))[1] == "1.90"


APRIL = (tax("vat", 10), tax("vat", 20, conditions=when(effective="2026-04-01")))


def used(at: str, length: str, rows=APRIL, **fields):
    """The quote of one cpu for so many hours at 0.10 under these rows, billed by the month."""
    return quote(book(taxes=rows, **fields), use(at=at, length=length))


def test_usage_takes_the_rate_of_its_periods_last_day():
    """ "usage that of the period's last day": a rate that changes on 25 March holds for all of March, also for an estimate of its first
    100 hours: 20% of 10.00 = 2.00; by the order's day 1.00."""
    rows = (tax("vat", 10), tax("vat", 20, conditions=when(effective="2026-03-25")))
    assert money(used("2026-03-01", "100 hours", rows)) == ("10.00", "2.00", "12.00")


def test_usage_over_two_periods_is_taxed_in_each():
    """10 of 31 days in March: 24.00 at 10% and 50.40 at 20% are 2.40 + 10.08; all by the order's day were 7.44."""
    result = used("2026-03-22", "744 hours")
    assert [(str(each.rate), str(each.base), str(each.amount)) for each in result.taxes] == [("0.1", "24.00", "2.40"), ("0.2", "50.40", "10.08")]
    assert [part.trace[-1].facts["taxes"] for part in result.lines[0].parts] == [(("vat", None, D("0.1")),), (("vat", None, D("0.2")),)]


@pytest.mark.parametrize("invoiced", [None, "day"])
def test_usage_billed_by_the_hour_or_day_is_taxed_by_the_day(invoiced):
    """Section 3.1: "A period is the mode's `invoiced`, else its `cycle`": of 100 hours from 30 March 48 lie before 1 April: 4.80 at 10%,
    5.20 at 20%; by the month all of it would lie in March: 1.00."""
    made = book(taxes=APRIL)
    mode = replace(made.billing_modes["use"], invoiced=invoiced)
    result = quote(replace(made, billing_modes={**made.billing_modes, "use": mode}), use(at="2026-03-30"))
    assert [(str(each.base), str(each.amount)) for each in result.taxes] == [("4.80", "0.48"), ("5.20", "1.04")]


def test_an_order_with_both_kinds_of_items_takes_each_by_its_own_day():
    """A purchase takes the rate of its day, 10% of 10.00; the usage beside it that of its period's last day, 20% of 10.00."""
    rows = (tax("vat", 10), tax("vat", 20, conditions=when(effective="2026-03-25")))
    made = book(taxes=rows)
    monthly = replace(made.billing_modes["plan"], invoiced="month")
    result = quote(replace(made, billing_modes={**made.billing_modes, "plan": monthly}), order({"seat": 1, "cpu": 1}, length="100 hours"))
    assert [(str(each.base), str(each.amount)) for each in result.taxes] == [("10.00", "1.00"), ("10.00", "2.00")]


def test_the_parts_of_a_taxed_line_add_up_to_it():
    """A line of 10.01 over two rates is shared by largest remainder, so that base and base are the line again."""
    made = book(prices=(price("cpu", "0.1001", per="hour", mode="use"),), taxes=APRIL)
    result = quote(made, use(at="2026-03-30", length="100 hours"))
    assert [str(each.base) for each in result.taxes] == ["4.80", "5.21"]
    assert str(result.totals.net) == "10.01"


def test_a_rate_of_zero_is_a_total_of_zero():
    """A reverse charge is shown with its base: 0.00 on 10.00, not left out."""
    result = taxed(tax("vat", 0, category="AE"))
    assert [(str(each.base), str(each.amount)) for each in result.taxes] == [("10.00", "0.00")]


# --- prices that include tax -----------------------------------------------------------------------------------------------------------


def test_lines_are_gross_where_prices_include_tax():
    """ "With `prices_include_tax: true` lines are gross: gross = their sum, tax = round(gross x r/(1+r)); net = gross - tax":
    119.00 x 19/119 = 19.00 and 100.00; taken as net, the gross would be 141.61."""
    assert money(taxed(tax("vat", 19), lines={"seat": "11.9"}, included=True)) == ("100.00", "19.00", "119.00")


def test_the_included_tax_is_rounded_once_on_the_sum():
    """ "gross = their sum": three lines of 0.50 hold 1.50 x 20/120 = 0.25; line by line it were 0.08 x 3 = 0.24."""
    prices = tuple(price(item, "0.50") for item in ("a", "b", "c"))
    assert money(taxed(tax("vat", 20), lines={"a": 1, "b": 1, "c": 1}, prices=prices, included=True)) == ("1.25", "0.25", "1.50")


def test_included_taxes_share_the_tax_of_their_summed_rate():
    """ "r the sum of the line's effective rates, then shared": 10.00 with 5% and 9.975%: 10.00 x 0.14975/1.14975 = 1.30 shared as
    0.43 and 0.87; each out of the whole by itself were 0.48 and 0.91 = 1.39."""
    result = taxed(tax("gst", 5), tax("qst", "9.975"), included=True)
    assert tax_amounts(result) == {"gst": "0.43", "qst": "0.87"}
    assert money(result) == ("8.70", "1.30", "10.00")


def test_included_compounds_count_with_their_effective_rate():
    """5% and 7% on top of it are 12.35% of the net: 112.35 holds 12.35; with r = 12% it were 12.04."""
    rows = (tax("gst", 5), tax("pst", 7, compound_on=("gst",)))
    result = taxed(*rows, lines={"seat": "11.235"}, included=True)
    assert money(result) == ("100.00", "12.35", "112.35")
    assert tax_amounts(result) == {"gst": "5.00", "pst": "7.35"}


def test_included_lines_of_different_rates_are_taken_apart():
    """7% in books, 19% in seats: 99.99 x 7/107 = 6.54 and 10.00 x 19/119 = 1.60; an untaxed line holds none."""
    rows = (tax("vat", 7, items=("book",)), tax("vat", 19, items=("seat",)))
    result = taxed(*rows, lines={"book": 1, "seat": 1, "disk": 2}, included=True)
    assert [str(each.amount) for each in result.taxes] == ["6.54", "1.60"]
    assert money(result) == ("102.85", "8.14", "110.99")


@pytest.mark.parametrize("included", [False, True])
def test_the_trace_of_a_line_names_its_taxes(included):
    """3.2: "Every step goes into the line's trace", the row that lost too."""
    result = taxed(tax("vat", 20, id="old"), tax("vat", 19, id="new", conditions=when(effective="2026-01-01")), included=included)
    step = result.lines[0].trace[-1]
    assert step.facts["taxes"] == (("vat", None, D("0.19")),)
    assert {each.rule: each.chosen for each in step.considered} == {"old": False, "new": True}
    assert text(result.trace[-1].formula) in ("10.00 × 19%", "10.00 × 19% ÷ 119%")
