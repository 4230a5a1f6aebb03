"""Rule language, second version, 6: a discount of the difference, and amounts off that a change gets again, with both numbers of each reading."""

from datetime import UTC, datetime

import pytest

from engine.documents.event_steps import event_explanations
from engine.documents.format import formatter
from engine.language.build import load_book
from engine.model.policies import ChangeTerms
from engine.sheet import build_sheet
from tests.conformance.language import write
from tests.documents.written import render_sheet_markdown
from tests.pricing.fine_print import loaded, reads
from tests.pricing.later_shop import amount
from tests.readings.twice import april, change, counted, owed, priced, renew, sells

SMALL, LARGE = {"edition": "small"}, {"edition": "large"}
WHOLE = "full-difference"
FIVE_OFF = {"amount_off": 5}


def deal(policy, stages=None, **discounts):
    """Editions at 130.00 and 160.00, seats at 10.00, with discounts, in one stage each; a change charges the whole term unless it says otherwise."""
    named = {name: {"title": name} | rule for name, rule in discounts.items()}
    more = {} if "remaining" not in policy and policy.get("charge") == "difference" else {"charge": WHOLE}
    return sells(priced({"edition": {"small": 130, "large": 160}}), change=counted(**(more | policy)), discounts=named, discount_policy=stages or list(named))


def changed(book, start, items, **order):
    return amount(owed(book, april(start, change=change(items), **order)))


# --- discount: on-difference --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "items", "discount", "right", "wrong"),
    [
        # "N 160, O 130, R 1: a fixed price of 80 for a list of 160 gives 30 x 80/160 = 15.00": as ordered both sides are 80.00.
        (SMALL, LARGE, {"fixed_price": 80}, "15.00", "0.00"),
        # The other way round f is that of the new state, 80/130: -30 x 80/130.
        (LARGE, SMALL, {"fixed_price": 80}, "-18.46", "0.00"),
        # What is no lower than the fixed price has f = 1, and nothing is taken off the difference.
        (SMALL, LARGE, {"fixed_price": 160}, "30.00", "0.00"),
        # Percentages are the same on both sides: 30 x 0.8, as ordered too.
        (SMALL, LARGE, {"percent_off": "20%"}, "24.00", "30.00"),
        # What is dropped goes with the discount that it was bought with: ten seats at 8.00.
        ({"seat": 10, **SMALL}, {"seat": 0}, {"percent_off": "20%"}, "-80.00", "-100.00"),
        # What is added gets what it would have got in the order that was placed.
        (SMALL, {"seat": 10}, {"percent_off": "20%"}, "80.00", "100.00"),
    ],
)
def test_the_difference_is_discounted_as_one(start, items, discount, right, wrong):
    """6: charge = (N - O) x R x f, with f the percentages' factor, or under a fixed price that / the list price of the new state."""
    found = changed(deal({"discount": "on-difference"}, d=discount), start, items)
    reads(found, right, wrong)


def test_time_left_counts():
    """6: half of the month left: 30 x 1/2 x 80/160."""
    found = changed(deal({"charge": "difference", "discount": "on-difference"}, d={"fixed_price": 80}), SMALL, LARGE)
    reads(found, "7.50", "15.00")


@pytest.mark.parametrize("other", [{"credit": {"base": "list"}}, {"charge": "new-less-credit"}])
def test_what_it_does_not_go_with_is_refused(other):
    """6: one f for both prices: neither a credit at the list price nor a new full term has that."""
    found = next(each for each in load_book({"book.yaml": write(deal({"discount": "on-difference"} | other)).encode()}).diagnostics if each.severity == "error")
    assert found.code == "P108" and found.span.line and "`discount: on-difference`" in found.message and "as-ordered" in found.help
    with pytest.raises(ValueError, match="both prices discounted alike"):
        ChangeTerms(discount="on-difference", credit_base="list")


# --- amounts: again -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "items", "off", "right", "wrong"),
    [
        (SMALL, LARGE, 5, "25.00", "30.00"),  # "5.00 off gives 25.00"
        (SMALL, LARGE, 50, "0.00", "-20.00"),  # "down to 0"
        # Nothing is charged, so nothing is taken off; the refund shrinks by what the discount paid, as ever: 30 x 155/160.
        (LARGE, SMALL, 5, "-29.06", "-34.06"),
    ],
)
def test_an_amount_is_taken_off_a_change_again(start, items, off, right, wrong):
    """6: `amounts: again` takes a discount of a fixed amount off the charge of a change too, down to 0."""
    reads(changed(deal({"amounts": "again"}, d={"amount_off": off}), start, items), right, wrong)


def test_what_was_taken_off_is_a_discount_of_the_line():
    """List amount less discount less rounding is the amount, and the step says which discount it was."""
    (line,) = owed(deal({"amounts": "again"}, d=FIVE_OFF), april(SMALL, change=change(LARGE))).changes[0].lines
    assert (line.list_amount, line.discount_amount, line.rounding_amount) == (30, 5, 0)
    (step,) = [step for step in line.trace if step.number == 7]
    assert (step.facts["discount"], str(step.facts["share"])) == ("d", "5.00")


def test_once_is_the_default():
    reads(changed(deal({}, d=FIVE_OFF), SMALL, LARGE), "30.00", "25.00")


def test_it_is_given_once_a_change_and_shared_by_what_each_line_costs():
    """30.00 more for the edition and 90.00 for nine seats: 5.00 off both is 1.25 and 3.75."""
    (found,) = owed(deal({"amounts": "again"}, d=FIVE_OFF), april({"seat": 1, **SMALL}, change=change({"seat": 10, **LARGE}))).changes
    assert {line.item: str(line.amount) for line in found.lines} == {"edition": "28.75", "seat": "86.25"}


def test_only_items_in_scope_have_it():
    (found,) = owed(deal({"amounts": "again"}, d=FIVE_OFF | {"items": ["seat"]}), april({"seat": 1, **SMALL}, change=change({"seat": 2, **LARGE}))).changes
    assert {line.item: str(line.amount) for line in found.lines} == {"edition": "30.00", "seat": "5.00"}


def test_each_paid_term_was_bought_with_its_own():
    """With the renewal paid two terms are changed, 30.00 each, and each of them was bought with 5.00 off."""
    book = deal({"amounts": "again"}, d=FIVE_OFF)
    found = amount(owed(book, april(SMALL, renew=renew(date="2026-04-10"), change=change(LARGE))))
    reads(found, "50.00", "55.00")


@pytest.mark.parametrize("rule", [{"lasts": "7 days"}, {"after": "7 days"}])
def test_an_amount_for_a_part_of_the_time_is_not_given_again(rule):
    reads(changed(deal({"amounts": "again"}, d=FIVE_OFF | rule), SMALL, LARGE), "30.00", "25.00")


def test_nor_is_that_of_a_coupon():
    """8.2: all coupons, of whatever benefit, are left out of a change."""
    reads(changed(deal({"amounts": "again"}, d=FIVE_OFF | {"coupon": "GIFT"}), SMALL, LARGE, coupons=["GIFT"]), "30.00", "25.00")


def test_a_later_refund_shrinks_by_what_was_taken_off():
    """160.00 of list price were paid with 125.00 and 25.00, and back to 130.00: 30 x 150/160, not 30 x 155/160."""
    order = april(SMALL, change=[change(LARGE), change(SMALL, "2026-04-17")])
    reads(amount(owed(deal({"amounts": "again"}, d=FIVE_OFF), order), 1), "-28.13", "-29.06")


def said(book):
    return render_sheet_markdown(build_sheet(loaded(book), datetime(2026, 4, 1, tzinfo=UTC), "USD"), "en")


def test_the_sheet_and_the_explanation_say_it():
    """A policy that gives amounts again says so on the sheet, and a direction that does not; the step of a change names the discount."""
    book = deal({"amounts": "again", "expand": {"amounts": "once"}}, d={"title": "Welcome", "amount_off": 5})
    again, not_again = "is taken off what the change costs too, down to 0", "Adding items or quantity: A discount of a fixed amount is not taken off."
    told = said(book)
    assert again in told and not_again in told
    assert again not in said(deal({}, d=FIVE_OFF)) and "1 − discount of the new price" in said(deal({"discount": "on-difference"}))
    built = loaded(book)
    steps = event_explanations(owed(book, april(SMALL, change=change(LARGE))), built, formatter("en"))[0].steps
    assert [(step.working, step.result) for step in steps if step.number == 7] == [("Welcome: 5.00", "−5.00")]
