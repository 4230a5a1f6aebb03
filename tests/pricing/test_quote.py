"""The waterfall end to end (rule language, 2, 3.2, 3.10 Output and section 4)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Context, Decimal, Inexact, Rounded, localcontext

import pytest

from engine.model.book import BillingMode, Item, PolicyUse, RoundingStep, Spec
from engine.model.orders import ChangeRequest, OrderLine, RenewRequest, SwitchRequest, UnsubscribeRequest
from engine.model.policies import ChangeTerms, SpecChange
from engine.model.prices import Graduated
from engine.model.quotes import Refusal
from engine.model.texts import Text
from engine.model.trace import STEPS
from engine.pricing import price_order
from tests.pricing.books import (
    TERMS,
    D,
    amount_off,
    amounts,
    book,
    day,
    discount,
    duration,
    order,
    percent_off,
    price,
    quote,
    refusal,
    tax,
    tiered,
    use,
    when,
)
from tests.pricing.traces import adds_up

LONGER = discount("longer", tiers={"1 year": percent_off(17), "2 years": percent_off(25)}, by="term")


def example_book(**fields):
    """The book of the rule language's section 2, as far as the example `one-year-team` needs it."""
    edition = Item("basic-edition", "edition", specs=(Spec("10-users-100-gb"), Spec("50-users-500-gb")))
    items = {"basic-edition": edition, "user-expansion-package": Item("user-expansion-package", "user")}
    prices = (
        price("basic-edition", "19.00", spec="10-users-100-gb"),
        price("basic-edition", "89.00", spec="50-users-500-gb"),
        price("user-expansion-package", tiered(Graduated, ("100", "2.40"), (None, "2.10"))),
    )
    chain = (RoundingStep("quantity", "down", 10), RoundingStep("charge", "down", 8), RoundingStep("line", "half-up"))
    return book(items=items, prices=prices, rounding=chain, discounts=(LONGER,), **fields)


TEAM = (OrderLine("basic-edition", "50-users-500-gb"), OrderLine("user-expansion-package", quantity=D(10)))


def test_a_team_of_60_for_one_year():
    """Section 2, `one-year-team`: 89.00 x 12 less 17% = 886.44, 10 x 2.40 x 12 less 17% = 239.04, total 1125.48."""
    result = quote(example_book(), order(term="1 year", order_lines=TEAM))
    assert amounts(result) == ("886.44", "239.04")
    assert [str(line.list_amount) for line in result.lines] == ["1068.00", "288.00"]
    totals = result.totals
    assert (totals.list, totals.discount, totals.rounding) == (D("1356.00"), D("230.52"), 0)
    assert (str(totals.net), totals.tax, str(totals.gross)) == ("1125.48", 0, "1125.48")


def test_every_line_has_the_nine_steps_in_order():
    """3.2: "Every step goes into the line's trace": 1 to 9, those with nothing to do marked idle."""
    result = quote(example_book(), order(term="1 year", order_lines=TEAM))
    for line in result.lines:
        numbers = [step.number for step in line.trace]
        assert numbers == sorted(numbers) and set(numbers) == set(STEPS)
        assert [step.number for step in line.trace if step.number > 4 and not step.idle] == [5]


def test_the_identity_holds_with_the_numbers_shown():
    """3.10: "`rounding_amount` is computed from shown numbers so that the identity holds on paper": a third of 10.00 has no last digit;
    10.00 - 3.3333333333 - (-0.0033333333) = 6.67; from exact numbers the rounding would be a fraction that nobody can print."""
    third = discount("third", percent_off(100), lasts="1 month")
    result = quote(book(prices=(price("seat", "3.333"),), discounts=(third,)), order(term="3 months"))
    line = result.lines[0]
    assert line.list_amount - line.discount_amount - line.rounding_amount == line.amount
    odd = quote(book(prices=(price("seat", 10, per="year"),)), order(term="1 month")).lines[0]
    assert (odd.list_amount, odd.rounding_amount, odd.amount) == (D("0.8333333333"), D("0.0033333333"), D("0.83"))


def test_the_discount_of_a_line_is_shown_with_ten_places():
    """3.10: "A shown number that is no finite decimal has 10 places half-up": 1/31 of 10.00 is 0.3225806452."""
    day_free = discount("day", percent_off(100), lasts="1 day")
    line = quote(book(discounts=(day_free,)), order()).lines[0]
    assert (str(line.discount_amount), str(line.rounding_amount), str(line.amount)) == ("0.3225806452", "-0.0025806452", "9.68")


def test_lines_come_in_the_orders_order():
    """3.10: "Lines come in the order's order", not in the book's, and the same item may come twice."""
    lines = (OrderLine("setup", quantity=D(1)), OrderLine("seat", quantity=D(1)), OrderLine("disk", quantity=D(2)), OrderLine("seat", quantity=D(3)))
    result = quote(book(), order(order_lines=lines))
    assert [(line.item, str(line.amount)) for line in result.lines] == [("setup", "50.00"), ("seat", "10.00"), ("disk", "1.00"), ("seat", "30.00")]


def test_totals_are_the_sums_of_the_lines_shown():
    """A law of the house: total = sum of shown lines: 1.01 + 1.01 = 2.02, not 2.01 (2 x 1.005)."""
    result = quote(book(prices=(price("a", "1.005"), price("b", "1.005"))), order({"a": 1, "b": 1}))
    assert (str(result.totals.net), result.totals.list, result.totals.rounding) == ("2.02", D("2.010"), D("-0.010"))


def test_expires_is_a_day_or_an_instant():
    """Section 4: "`expires` is a date with `end-of-day`, else an instant": null without a term."""
    plain = book()
    assert quote(plain, order(term="1 month")).expires == day("2026-04-01")
    mode = plain.billing_modes["plan"]
    modes = {**plain.billing_modes, "plan": BillingMode("plan", "prepaid", "term", mode.items, terms=TERMS, expires="end-of-day")}
    assert quote(replace(plain, billing_modes=modes), order(term="1 month", at="2026-01-31")).expires == date(2026, 2, 28)
    assert quote(plain, use()).expires is None


def test_a_quote_says_what_was_asked():
    """Book, digest, date, mode, term, attributes and coupons stand in the quote, so that it can be computed again."""
    asked = order(term="1 year", attributes={"segment": "education"})
    result = quote(book(digest="abc"), asked)
    assert (result.book_id, result.book_digest, result.at, result.billing_mode) == ("book", "abc", asked.at, "plan")
    assert (result.term, result.duration, result.currency, result.attributes) == (duration("1 year"), None, "USD", {"segment": "education"})


def test_the_same_order_gives_the_same_quote():
    """3.9: the same book, input and date give the same bytes."""
    made, asked = example_book(), order(term="1 year", order_lines=TEAM)
    assert price_order(made, asked) == price_order(made, asked)


def test_all_steps_together():
    """3.2, every step at once: 3 seats at 10.333 for a year are 371.988; less 17% 308.75004; rounded 308.75; less 20.00 288.75;
    the invoice to whole units 289; 19% of it 54.91."""
    chain = (RoundingStep("charge", "down", 8), RoundingStep("line", "half-up"), RoundingStep("invoice", "half-up", 0))
    made = book(
        prices=(price("seat", "10.333"),),
        rounding=chain,
        discounts=(LONGER, discount("twenty", amount_off("20.00"), coupon="TWENTY")),
        taxes=(tax("vat", 19),),
    )
    result = quote(made, order({"seat": 3}, term="1 year", coupons=("TWENTY",)))
    line = result.lines[0]
    assert [str(step.value) for step in line.trace if step.number >= 5 and not step.idle] == ["308.75004", "308.75", "288.75", "289.00", "289.00"]
    assert (line.list_amount, line.discount_amount, line.rounding_amount) == (D("371.988"), D("83.23796"), D("-0.24996"))
    assert (str(result.totals.net), str(result.totals.tax), str(result.totals.gross)) == ("289.00", "54.91", "343.91")


def test_no_number_passes_through_a_context_that_rounds():
    """3.9: "decimals compute in a context that traps inexact results (the default one rounds silently at 28 digits)": with two digits
    and a trap in the caller's context, every number is as before."""
    big = (price("seat", "12345678901234567890.123456"), price("disk", "0.333", per="year"), price("cpu", "0.0049", per="hour"))
    made = book(
        prices=big,
        rounding=(RoundingStep("charge", "down", 8), RoundingStep("invoice", "half-up")),
        discounts=(LONGER, discount("trial", percent_off(100), lasts="5 days"), discount("twenty", amount_off("20.00"))),
        taxes=(tax("gst", 5), tax("pst", "9.975", compound_on=("gst",))),
    )
    asked = order({"seat": 7, "disk": 5}, term="18 months")
    calm = price_order(made, asked)
    with localcontext(Context(prec=2, traps=[Inexact, Rounded])):
        assert price_order(made, asked) == calm
    assert adds_up(calm)


# --- refusals --------------------------------------------------------------------------------------------------------------------------

NOT_SUPPORTED = SpecChange(
    "not-supported",
    reason=Text({"en": "There is no specification to change."}),
    instead=Text({"en": "Change to yearly billing."}),
)
SUPPORTED = SpecChange("full", supports=("upgrade", "expand"), by_direction={"upgrade": ChangeTerms()})
LATER = day("2026-03-10")
CHANGE = (ChangeRequest(LATER, (OrderLine("seat", quantity=D(2)),)),)


@pytest.mark.parametrize(
    ("uses", "slug"),
    [
        ((), "spec-change-not-supported"),
        ((PolicyUse("not-supported"),), "spec-change-not-supported"),
        ((PolicyUse("full"),), "remaining-missing"),
        ((PolicyUse("not-supported"), PolicyUse("full", when(segment="partner"))), "spec-change-not-supported"),
        ((PolicyUse("full"), PolicyUse("not-supported", when(effective="2026-01-01"))), "spec-change-not-supported"),
        ((PolicyUse("not-supported"), PolicyUse("full", when(effective="2026-01-01"))), "remaining-missing"),
    ],
)
def test_a_change_is_refused_by_policy_or_for_what_it_does_not_say(uses, slug):
    """Section 1: "a mode that names no `spec_change` does not support one"; 3.1: uses compete by rank, then date.

    `full` does not say how the time that remains is counted: no builder makes such a policy, and nothing is guessed.
    """
    made = book(spec_change=uses, spec_changes={"not-supported": NOT_SUPPORTED, "full": SUPPORTED})
    assert refusal(made, order(changes=CHANGE)) == (slug,)


def test_the_refusal_of_a_change_says_the_policys_reason_and_what_to_do():
    """Section 2, `spec_changes.not-supported`: reason and instead are the author's words."""
    made = book(spec_change=(PolicyUse("not-supported"),), spec_changes={"not-supported": NOT_SUPPORTED})
    found = price_order(made, order(changes=CHANGE))
    assert isinstance(found, Refusal)
    assert found.diagnostics[0].message == "Plan does not support a spec change"
    assert found.diagnostics[0].notes[0] == "There is no specification to change."
    assert found.diagnostics[0].help == "Change to yearly billing."


@pytest.mark.parametrize(
    ("key", "event", "slug"),
    [
        ("renew", RenewRequest(LATER, duration("1 year")), "renewal-not-supported"),
        ("switch", SwitchRequest(LATER, "use"), "mode-change-not-allowed"),
        ("unsubscribe", UnsubscribeRequest(LATER), "unsubscription-not-supported"),
    ],
)
def test_what_no_policy_knows_is_refused_by_name(key, event, slug):
    """A quote never passes over a key in silence: without a rule for it there is no amount."""
    found = price_order(book(), order(**{key: event}))
    assert isinstance(found, Refusal)
    assert [(each.slug, each.path) for each in found.diagnostics] == [(slug, key)]


def test_what_is_billed_by_usage_pays_nothing_for_an_event():
    """Nothing was paid in advance: an end returns nothing, a change costs nothing, and there is no term to renew."""
    made = book(spec_change=(PolicyUse("full"),), spec_changes={"full": SUPPORTED})
    assert refusal(made, use(renew=RenewRequest(LATER, duration("1 year")))) == ("renewal-not-supported",)
    alone = price_order(made, use())
    ended = price_order(made, use(unsubscribe=UnsubscribeRequest(LATER)))
    assert (ended.unsubscription.paid, ended.unsubscription.refund, ended.totals) == (0, 0, alone.totals)


def test_an_order_that_cannot_be_priced_is_a_refusal_never_an_exception():
    """Diagnostics are values: unknown items, terms and modes come back as messages."""
    assert refusal(book(), order({"chair": 1})) == ("unknown-item",)
    assert refusal(book(), order(term="1 month", mode="lease")) == ("unknown-billing-mode",)


def test_fractions_never_reach_a_line_amount():
    """Amounts are decimals that can be printed in full, whatever was divided on the way."""
    days_free = discount("days", percent_off(100), lasts="10 days")
    result = quote(book(discounts=(days_free,), rounding=(RoundingStep("invoice", "half-up"),)), order({"seat": 1, "disk": 1}))
    assert all(type(line.amount) is Decimal for line in result.lines)


def test_instants_are_utc():
    """An order at an instant: the quote keeps it as it is."""
    at = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert quote(book(), order(at=at)).at == at
