"""Discounts (rule language, 3.6 and 3.10). Each docstring quotes the sentence, then this reading's number and the one it rules out."""

import pytest

from engine.model.prices import Graduated
from tests.pricing.books import (
    D,
    amount_off,
    amounts,
    book,
    considered,
    day,
    discount,
    fixed_price,
    flat,
    order,
    pay_for,
    per_unit,
    percent_off,
    price,
    quote,
    refusal,
    stage,
    tiered,
    use,
    when,
)

YEAR = {"term": "1 year"}
LONGER = discount("longer", tiers={"1 year": percent_off(17), "2 years": percent_off(25), "3 years": percent_off(35)}, by="term")


def net(discounts, lines=None, stages=None, prices=None, **ordered) -> str:
    """The net total of an order under these discounts."""
    extra = {"prices": prices} if prices else {}
    return str(quote(book(discounts=discounts, stages=stages, **extra), order(lines, **ordered)).totals.net)


@pytest.mark.parametrize(
    ("benefit", "expected"),
    [
        (percent_off("12.5"), "105.00"),
        (amount_off("20.00"), "100.00"),
        (pay_for("10 months", "1 year"), "100.00"),
        (fixed_price("8.00"), "96.00"),
    ],
    ids=["percent_off", "amount_off", "pay_for", "fixed_price"],
)
def test_each_benefit_lowers_a_year_of_ten_a_month(benefit, expected):
    """3.6: "Benefit: percent_off, amount_off, pay_for, fixed_price": of 120.00."""
    assert net((discount("one", benefit),), **YEAR) == expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [("9 months", "90.00"), ("1 year", "99.60"), ("18 months", "149.40"), ("2 years", "180.00"), ("36 months", "234.00")],
)
def test_durations_compare_in_months(term, expected):
    """3.10: "Durations compare in months": 18 months reach `from: 1 year` (17%, 149.40) and not 2 years (25%, 135.00)."""
    assert net((LONGER,), term=term) == expected


def test_days_never_compare_with_months():
    """3.10: "days never compare with months": a month does not reach `from: 5 days`: 10.00, not 5.00."""
    assert net((discount("days", by="term", tiers={"5 days": percent_off(50)}),)) == "10.00"


def test_stages_apply_to_what_the_stage_before_left():
    """3.2 and 3.6: 17%, then 10% of what is left, is 120.00 x 0.83 x 0.90 = 89.64, not 27% off = 87.60."""
    both = (LONGER, discount("partner", percent_off(10)))
    assert net(both, **YEAR) == "89.64"


def test_pay_for_counts_every_whole_from_and_the_rest_in_full():
    """3.6: "`pay_for: 10 months` (of every `from`; the rest of a term is paid in full)": of 30 months 26 are paid, 260.00;
    10/12 of all would be 250.00, once would be 280.00."""
    offer = discount("ten", by="term", tiers={"1 year": pay_for("10 months", "1 year")})
    assert net((offer,), term="30 months") == "260.00"
    assert net((offer,), term="9 months") == "90.00"


def test_pay_for_leaves_a_charge_due_once_in_full():
    """3.6: free months are months: the setup fee of 50.00 is due, 100.00 + 50.00; 10/12 of it would make 141.67."""
    offer = discount("ten", by="term", tiers={"1 year": pay_for("10 months", "1 year")})
    assert net((offer,), {"seat": 1, "setup": 1}, **YEAR) == "150.00"


def test_fixed_price_is_for_one_price_period():
    """3.10: "`fixed_price` is for one price period": 3 seats at 8.00 for 12 months are 288.00, not 24.00 for the whole term."""
    assert net((discount("eight", fixed_price("8.00"), items=("seat",)),), {"seat": 3}, **YEAR) == "288.00"


def test_fixed_price_never_raises_an_amount():
    """3.10: "never raises an amount": 12.00 instead of 10.00 leaves 120.00, not 144.00; nor after 30% off: 84.00, not 96.00."""
    assert net((discount("twelve", fixed_price("12.00")),), **YEAR) == "120.00"
    assert net((discount("third", percent_off(30)), discount("eight", fixed_price("8.00"))), **YEAR) == "84.00"


def test_fixed_price_leaves_the_fee_due_once():
    """3.6: "the unit price instead of the list price" is the price of a period: 8.00 x 12 + the item's setup fee of 50.00 = 146.00."""
    prices = (price("seat", 10), price("seat", flat("50.00"), per="once"))
    assert net((discount("eight", fixed_price("8.00")),), prices=prices, **YEAR) == "146.00"


def test_fixed_price_on_an_estimate_is_for_each_hour():
    """3.10: one price period of a price per hour is an hour: 2 cpus for 100 hours at 0.08 are 16.00, not 20.00."""
    assert str(quote(book(discounts=(discount("eight", fixed_price("0.08")),)), use({"cpu": 2})).totals.net) == "16.00"


def test_quantity_tiers_are_per_line_before_the_allowance():
    """3.10: "`by: quantity` is per line before the allowance": 12 seats with 5 free reach `from: 10`: 7 x 10.00 less 10% = 63.00, not 70.00."""
    many = discount("many", by="quantity", tiers={"10": percent_off(10)})
    prices = (price("seat", per_unit(10, allowance="5")),)
    assert net((many,), {"seat": 12}, prices=prices) == "63.00"


def test_quantity_tiers_do_not_add_lines():
    """3.6: "`quantity` is per line": 6 and 6 do not reach `from: 10`: 63.00, not 56.70."""
    many = discount("many", by="quantity", tiers={"10": percent_off(10)})
    assert net((many,), {"seat": 6, "disk": 6}) == "63.00"
    assert net((many,), {"seat": 10, "disk": 6}) == "93.00"


def test_tiers_by_quantity_may_mix_percentages_and_amounts():
    """3.6: each line takes the benefit of its own tier: 5 seats 10% off, 20 disks 2.00 off."""
    tiers = {"5": percent_off(10), "20": amount_off("2.00")}
    result = quote(book(discounts=(discount("mixed", by="quantity", tiers=tiers),)), order({"seat": 5, "disk": 20}))
    assert amounts(result) == ("45.00", "8.00")
    assert (considered(result, 0), considered(result, 1)) == ({"mixed": "applied"}, {"mixed": "settled-as-amount"})


def test_what_finds_nothing_to_take_says_so():
    """A fixed price above the list price is looked at and takes nothing: 10.00."""
    result = quote(book(discounts=(discount("twelve", fixed_price("12.00")),)), order())
    assert (amounts(result), considered(result)) == (("10.00",), {"twelve": "takes-nothing"})


def test_spend_is_the_list_amount_of_the_whole_order():
    """3.6: "`spend` is the order's list amount": 60.00 + 50.00 reach `from: 100`, although neither line and nothing after 17% does."""
    big = discount("big", by="spend", tiers={"100": percent_off(10)}, items=("seat",))
    first = discount("first", percent_off(17))
    assert net((first, big), {"seat": 6, "setup": 1}) == "86.32"


# --- after, lasts ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "term", "expected"),
    [
        ({"after": "12 months"}, "2 years", "180.00"),
        ({"after": "12 months"}, "1 year", "120.00"),
        ({"lasts": "3 months"}, "1 year", "105.00"),
        ({"lasts": "3 months"}, "2 months", "10.00"),
        ({"after": "3 months", "lasts": "6 months"}, "1 year", "90.00"),
        ({"lasts": "forever"}, "1 year", "60.00"),
    ],
)
def test_a_line_that_straddles_the_border_is_split_there(fields, term, expected):
    """3.6: "a line that straddles the border is split there": half off from month 13 of 24 leaves 180.00, not 120.00 or 240.00."""
    assert net((discount("half", percent_off(50), **fields),), term=term) == expected


def test_a_split_line_stays_one_line_rounded_once():
    """Section 4: "a line split by `lasts` stays one line, rounded once": 0.05 x 3, half off the first month, is 0.125, so 0.13;
    pieces rounded by themselves would be 0.03 + 0.10 = 0.13 half-up but 0.02 + 0.10 = 0.12 half-down of each."""
    made = book(prices=(price("seat", "0.05"),), discounts=(discount("trial", percent_off(50), lasts="1 month"),))
    result = quote(made, order(term="3 months"))
    assert amounts(result) == ("0.13",)
    assert result.lines[0].rounding_amount == D("-0.005")


def test_a_later_stage_sees_each_stretch_as_the_stage_before_left_it():
    """3.6: half off for 6 months, then 10% from month 4 on: 3 x 5.00 + 6 x 10.00 = 75.00, less 7.50: 82.50; shared evenly it were 83.25."""
    half = discount("half", percent_off(50), lasts="6 months")
    tenth = discount("tenth", percent_off(10), after="3 months")
    assert net((half, tenth), **YEAR) == "82.50"


def test_days_of_a_term_are_counted_by_the_clock():
    """3.6: 14 free days of March are 14/31 of it: 10.00 x 17/31 = 5.48; 14/30 would leave 5.33."""
    assert net((discount("trial", percent_off(100), lasts="14 days"),)) == "5.48"


def test_a_fee_due_once_lies_at_the_start():
    """3.6: half off from month 2 does not reach the setup fee: 50.00; half off for the first month does: 25.00."""
    assert net((discount("later", percent_off(50), after="1 month"),), {"setup": 1}, **YEAR) == "50.00"
    assert net((discount("first", percent_off(50), lasts="1 month"),), {"setup": 1}, **YEAR) == "25.00"


def test_an_estimate_is_split_by_the_clock():
    """3.6: the first 20 of 100 hours free: 10.00 - 2.00 = 8.00."""
    made = book(discounts=(discount("trial", percent_off(100), lasts="20 hours"),))
    assert str(quote(made, use()).totals.net) == "8.00"


def test_a_fee_of_an_estimate_lies_at_its_start():
    """3.6: the first 20 of 100 hours free, and with them the fee of 5.00 that is due once: 15.00 - 5.00 - 2.00 = 8.00."""
    prices = (price("cpu", "0.10", per="hour", mode="use"), price("cpu", flat("5.00"), per="once", mode="use"))
    made = book(prices=prices, discounts=(discount("trial", percent_off(100), lasts="20 hours"),))
    assert str(quote(made, use()).totals.net) == "8.00"


def test_an_estimate_over_two_months_is_split_where_the_first_ends():
    """3.6: "`lasts: 3 months`" of an estimate are those of the calendar: free in the 744 hours of March, 72.00 for April's 720."""
    made = book(discounts=(discount("trial", percent_off(100), lasts="1 month"),))
    assert str(quote(made, use(length="2 months")).totals.net) == "72.00"


# --- coupons ------------------------------------------------------------------------------------------------------------------------

WELCOME = discount("welcome", amount_off("20.00"), coupon="WELCOME")


def test_an_amount_is_settled_in_step_7_whatever_its_place():
    """3.10: "Coupons with an amount are settled in step 7 whatever their place": 120.00 less 10%, less 20.00 = 88.00;
    taken where it stands it were (120.00 - 20.00) x 0.90 = 90.00."""
    made = book(discounts=(WELCOME, discount("tenth", percent_off(10))))
    result = quote(made, order(coupons=("WELCOME",), **YEAR))
    assert str(result.totals.net) == "88.00"
    assert considered(result)["welcome"] == "settled-as-amount"


def test_place_decides_the_order_of_amounts():
    """3.10: "place decides only their order": of 40.00 and 50.00, 30.00 over all then 60.00 off seats leaves 33.33; the other way round 20.00."""
    general = discount("general", amount_off("30.00"))
    seats = discount("seats", amount_off("60.00"), items=("seat",))
    lines = {"seat": 4, "setup": 1}
    assert net((general, seats), lines) == "33.33"
    assert net((seats, general), lines) == "20.00"


def test_an_amount_in_best_of_competes_with_what_it_would_take():
    """3.10: "in `best_of` they compete with what they would take": 100.00 off disks of 6.00 takes 6.00, less than 17% of 126.00:
    104.58; with its face value it would win, and leave 120.00."""
    disks = discount("disks", amount_off("100.00"), items=("disk",))
    assert net((LONGER, disks), {"seat": 1, "disk": 1}, (stage("disks", "longer"),), **YEAR) == "104.58"


def test_an_amount_that_wins_best_of_is_taken_in_step_7():
    """3.6: "at most one": 30.00 beats 17% of 120.00 and leaves 90.00; both would leave 69.60."""
    thirty = discount("thirty", amount_off("30.00"))
    assert net((LONGER, thirty), None, (stage("longer", "thirty"),), **YEAR) == "90.00"


def test_an_amount_is_taken_once_an_order_in_proportion_to_what_is_left():
    """3.10: "Once an order, over the lines in scope in proportion to what is left": 20.00 over 9.00 (10.00 less 10%) and 50.00:
    3.05 and 16.95; in proportion to list amounts 3.33 and 16.67; once a line 9.00 and 20.00."""
    tenth = discount("tenth", percent_off(10), items=("seat",))
    result = quote(book(discounts=(tenth, WELCOME)), order({"seat": 1, "setup": 1}, coupons=("WELCOME",)))
    assert amounts(result) == ("5.95", "33.05")


def test_an_amount_is_capped_by_the_lines_in_its_scope():
    """3.10: "capped there": 20.00 off a seat of 10.00 takes 10.00 and leaves the setup fee at 50.00, not 40.00."""
    seats = discount("seats", amount_off("20.00"), items=("seat",))
    assert amounts(quote(book(discounts=(seats,)), order({"seat": 1, "setup": 1}))) == ("0.00", "50.00")


def test_an_amount_of_a_timed_discount_is_capped_by_its_stretch():
    """3.6 with 3.10: 100.00 off in the first 3 months takes at most their 30.00 of 120.00."""
    assert net((discount("start", amount_off("100.00"), lasts="3 months"),), **YEAR) == "90.00"


def test_amounts_in_no_matching_currency_do_not_apply():
    """3.10: "Amounts in no matching currency do not apply": 20 EUR leave 120 USD as they are, not 100."""
    result = quote(book(discounts=(discount("euro", amount_off({"EUR": "20.00"})),)), order(**YEAR))
    assert str(result.totals.net) == "120.00"
    assert considered(result) == {"euro": "other-currency"}


@pytest.mark.parametrize("benefit", [amount_off({"EUR": "20.00", "USD": "5.00"}), fixed_price({"EUR": "1.00", "USD": "5.00"})])
def test_amounts_are_those_of_the_orders_currency(benefit):
    """3.6: `{USD: ..., EUR: ...}`: 5.00 USD off 10.00, or 5.00 instead of it."""
    assert net((discount("named", benefit),)) == "5.00"


ANY = percent_off(50)


@pytest.mark.parametrize(
    ("coupon", "given", "slug"),
    [
        (discount("c", ANY, coupon="C"), "OTHER", "unknown-coupon"),
        (discount("c", ANY, coupon="C"), "c", "unknown-coupon"),
        (discount("c", ANY, coupon="C", conditions=when(until="2026-03-01")), "C", "coupon-not-in-force"),
        (discount("c", ANY, coupon="C", conditions=when(effective="2026-03-02")), "C", "coupon-not-in-force"),
        (discount("c", ANY, coupon="C", billing_modes=("use",)), "C", "coupon-not-applicable"),
        (discount("c", ANY, coupon="C", items=("disk",)), "C", "coupon-not-applicable"),
        (discount("c", ANY, coupon="C", conditions=when(segment="education")), "C", "coupon-not-applicable"),
        (discount("c", amount_off({"EUR": "5.00"}), coupon="C"), "C", "coupon-not-applicable"),
        (discount("c", fixed_price({"EUR": "5.00"}), coupon="C"), "C", "coupon-not-applicable"),
        (discount("c", coupon="C", by="term", tiers={"1 year": ANY}), "C", "coupon-not-applicable"),
        (discount("c", coupon="C", by="quantity", tiers={"10": ANY}), "C", "coupon-not-applicable"),
        (discount("c", coupon="C", by="spend", tiers={"10.01": ANY}), "C", "coupon-not-applicable"),
        (discount("c", ANY, coupon="C", after="1 month"), "C", "coupon-not-applicable"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_unknown_expired_or_inapplicable_coupon_is_an_error(coupon, given, slug):
    """3.10: "An unknown, expired or inapplicable coupon is an error": no quote, rather than one of 10.00 that passes it over."""
    assert refusal(book(discounts=(coupon,)), order(coupons=(given,))) == (slug,)


def test_a_coupon_that_no_stage_names_cannot_be_used():
    """3.6: "A discount that no stage names is an error"; pricing says so of a coupon that is given."""
    assert refusal(book(discounts=(WELCOME,), stages=()), order(coupons=("WELCOME",))) == ("coupon-not-applicable",)


def test_every_problem_with_coupons_is_said_at_once():
    """Two coupons, two problems."""
    assert refusal(book(discounts=(WELCOME,)), order(coupons=("A", "B"))) == ("unknown-coupon", "unknown-coupon")


def test_a_coupon_that_loses_in_best_of_is_no_error():
    """3.10: "one that loses in `best_of` is not": 17% leaves 99.60, the coupon of 5.00 would leave 115.00; no error."""
    small = discount("small", amount_off("5.00"), coupon="SMALL")
    result = quote(book(discounts=(LONGER, small), stages=(stage("longer", "small"),)), order(coupons=("SMALL",), **YEAR))
    assert str(result.totals.net) == "99.60"
    assert considered(result) == {"longer": "applied", "small": "lost-in-best-of"}


def test_a_coupon_counts_only_where_it_is_given():
    """3.10: a coupon must be given in the order: 120.00 without it, 100.00 with it, also when it is given twice."""
    assert net((WELCOME,), **YEAR) == "120.00"
    assert net((WELCOME,), coupons=("WELCOME",), **YEAR) == "100.00"
    assert net((WELCOME,), coupons=("WELCOME", "WELCOME"), **YEAR) == "100.00"


def test_until_is_excluded_as_every_end_is():
    """3.10: "`until` is excluded": the last instant of 31 March still has half off, 5.00; midnight has not, 10.00."""
    spring = (discount("spring", percent_off(50), conditions=when(effective="2026-03-01", until="2026-04-01")),)
    april = day("2026-04-01")
    assert net(spring, at=april.replace(hour=15, minute=59, second=59, day=31, month=3)) == "5.00"
    assert net(spring, at=april) == "10.00"


# --- best_of ------------------------------------------------------------------------------------------------------------------------


def test_best_of_compares_exact_sums():
    """3.10: "compares the exact sum of all lines": 8.996 beats 8.999 although both are shown as 9.00."""
    options = (discount("less", percent_off("10.01")), discount("more", percent_off("10.04")))
    result = quote(book(discounts=options, stages=(stage("less", "more"),)), order())
    assert considered(result) == {"less": "lost-in-best-of", "more": "applied"}
    assert result.lines[0].discount_amount == D("1.004")


def test_best_of_is_one_choice_for_all_lines():
    """3.10: "of all lines": 20% of all leaves 100.80; each line's own best (half off the disk) would leave 99.00."""
    disk, everything = discount("disk", percent_off(50), items=("disk",)), discount("all", percent_off(20))
    assert net((disk, everything), {"seat": 1, "disk": 1}, (stage("disk", "all"),), **YEAR) == "100.80"


def test_best_of_looks_directly_after_the_stage():
    """3.10: "directly after the stage": 10% of seats takes 12.00 there, half of disks 3.00; that a later fixed price of 5.00 makes the
    seats' 10% worthless does not matter: 66.00, not 63.00."""
    options = (discount("disk", percent_off(50), items=("disk",)), discount("seats", percent_off(10), items=("seat",)))
    five = discount("five", fixed_price("5.00"), items=("seat",))
    stages = (stage("disk", "seats"), stage("five"))
    assert net((*options, five), {"seat": 1, "disk": 1}, stages, **YEAR) == "66.00"


def test_a_tie_goes_to_the_first_named():
    """3.10 and section 2: "a tie goes to the first named": 10% and 12.00 off 120.00 leave the same; the first named applies."""
    tenth, twelve = discount("tenth", percent_off(10)), discount("twelve", amount_off("12.00"))
    for first, second in ((tenth, twelve), (twelve, tenth)):
        result = quote(book(discounts=(tenth, twelve), stages=(stage(first.id, second.id),)), order(**YEAR))
        assert str(result.totals.net) == "108.00"
        assert considered(result)[second.id] == "lost-in-best-of"


# --- the reasons -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "reason", "facts"),
    [
        (discount("d", ANY, conditions=when(segment="education")), "condition-not-met", {"attribute": "segment", "wanted": ("education",)}),
        (discount("d", ANY, coupon="C"), "coupon-not-given", {"coupon": "C"}),
        (discount("d", ANY, conditions=when(effective="2026-03-02")), "not-yet-effective", {"effective": day("2026-03-02")}),
        (discount("d", ANY, conditions=when(until="2026-02-01")), "expired", {"until": day("2026-02-01")}),
        (discount("d", ANY, billing_modes=("use",)), "other-billing-mode", {"wanted": ("use",), "value": "plan"}),
        (discount("d", ANY, items=("disk",)), "other-item", {"wanted": ("disk",), "value": "seat"}),
        (discount("d", by="quantity", tiers={"10": ANY}), "tier-not-reached", {"by": "quantity", "wanted": D(10), "value": D(1)}),
        (discount("d", ANY, after="1 year"), "begins-later", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_discount_that_does_not_apply_says_why(rule, reason, facts):
    """3.2: "Every step goes into the line's trace", with the rules that were considered and the reason against each."""
    result = quote(book(discounts=(rule,)), order())
    assert amounts(result) == ("10.00",)
    found = next(each for step in result.lines[0].trace if step.number == 5 for each in step.considered)
    assert (found.rule, found.chosen, found.reason) == ("d", False, reason)
    assert {key: found.facts[key] for key in facts} == facts


def test_the_loser_of_best_of_says_both_totals():
    """10% leaves 108.00, 17% leaves 99.60: the trace of the loser names the winner and both sums."""
    tenth = discount("tenth", percent_off(10))
    result = quote(book(discounts=(tenth, LONGER), stages=(stage("tenth", "longer"),)), order(**YEAR))
    loser = next(each for step in result.lines[0].trace for each in step.considered if each.rule == "tenth")
    assert (loser.facts["total"], loser.facts["winner"], loser.facts["winner_total"]) == (D("108.00"), "longer", D("99.60"))


def test_a_discount_never_makes_a_line_negative():
    """3.6: "A discount never makes a line negative": 100% and 50.00 more leave 0.00, not -50.00."""
    everything = (discount("free", percent_off(100)), discount("fifty", amount_off("50.00")))
    result = quote(book(discounts=everything), order(**YEAR))
    assert (str(result.totals.net), result.totals.discount) == ("0.00", D("120.00"))


def test_conditions_choose_by_attribute():
    """3.1: "`when` names declared attributes with a value or a list; all must match": a list of two, and another attribute besides."""
    rule = (discount("d", ANY, conditions=when(segment=("education", "partner"), contract="framework")),)
    both = {"segment": "partner", "contract": "framework"}
    assert net(rule, attributes=both) == "5.00"
    assert net(rule, attributes={"segment": "partner"}) == "10.00"


def test_discounts_lie_on_tiered_charges_too():
    """150 seats at 2.40 to 100, then 2.10, for a year: 345.00 x 12 x 0.83 = 3436.20."""
    prices = (price("seat", tiered(Graduated, ("100", "2.40"), (None, "2.10"))),)
    assert net((LONGER,), {"seat": 150}, prices=prices, **YEAR) == "3436.20"
