"""Records check themselves where they are made: from Python too, nothing that would give a wrong amount in silence can be made."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine.model.accounts import AccountEvent
from engine.model.book import Limit, Meter, ModeItem, Provision, QuantityRule, RoundingStep
from engine.model.checks import InvalidRecord
from engine.model.conditions import Conditions
from engine.model.formulas import Calculation, Figure, Percent
from engine.model.policies import (
    AmountOff,
    Cancellation,
    ChangeTerms,
    Consumed,
    Discount,
    DiscountTier,
    FeeRow,
    FixedPrice,
    ModeChange,
    PayFor,
    PercentOff,
    Renewal,
    Tax,
)
from engine.model.prices import Charge, Flat, Graduated, Money, Package, Percentage, PerUnit, PriceEntry, Tier, Volume
from engine.pricing.charges import rate_charge
from engine.values.periods import Duration

MINUS, ZERO, ONE, TWO, TEN = (Decimal(each) for each in (-1, 0, 1, 2, 10))
MONTH, YEAR, DAY = Duration(months=1), Duration(months=12), Duration(seconds=86400)
MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
OPEN, UP_TO_TEN = Tier(unit_price=ONE), Tier(TEN, unit_price=ONE)
TENTH = PercentOff(Decimal("0.1"))


def tiered(*tiers):
    return [lambda: Graduated(tiers), lambda: Volume(tiers)]


WRONG = [
    (lambda: PerUnit(MINUS), "`unit_price` is -1, and must be 0 or more"),
    (lambda: PerUnit(2.40), "`unit_price` is 2.4, which is no exact number"),
    (lambda: PerUnit(Decimal("NaN")), r"`unit_price` is Decimal\('NaN'\), which is no exact number"),
    (lambda: Flat(MINUS), "`amount` is -1, and must be 0 or more"),
    (lambda: Package(ZERO, ONE), "`size` is 0, and must be above 0"),
    (lambda: Package(TEN, MINUS), "`price` is -1, and must be 0 or more"),
    (lambda: Package(TEN, ONE, "up"), "`part_package` is `up`, and must be one of whole, proportional, drop"),
    (lambda: Tier(TEN), "a tier has no price"),
    (lambda: Tier(TEN, unit_price=ONE, package=Package(TEN, ONE)), "a tier has `unit_price` or `package`, not both"),
    (lambda: Tier(MINUS, unit_price=ONE), "`bound` is -1, and must be 0 or more"),
    (lambda: Tier(flat=MINUS), "`flat` is -1, and must be 0 or more"),
    *((each, "of tiers the last one is open, and no other") for each in tiered()),
    *((each, "of tiers the last one is open, and no other") for each in tiered(UP_TO_TEN)),
    *((each, "of tiers the last one is open, and no other") for each in tiered(OPEN, UP_TO_TEN)),
    *((each, "of tiers the last one is open, and no other") for each in tiered(OPEN, OPEN)),
    *((each, "the bounds of tiers rise from one to the next") for each in tiered(UP_TO_TEN, Tier(TWO, unit_price=ONE), OPEN)),
    *((each, "the bounds of tiers rise from one to the next") for each in tiered(UP_TO_TEN, UP_TO_TEN, OPEN)),
    (lambda: Percentage(MINUS), "`rate` is -1, and must be 0 or more"),
    (lambda: Percentage(ONE, minimum=TEN, maximum=TWO), "`maximum` is below `minimum`"),
    (lambda: Charge(PerUnit(ONE), allowance=MINUS), "`allowance` is -1, and must be 0 or more"),
    (lambda: Charge(PerUnit(ONE), minimum=TEN, maximum=TWO), "`maximum` is below `minimum`"),
    (lambda: Charge(PerUnit(ONE), at_zero="free"), "`at_zero` is `free`, and must be one of skip, bill"),
    (lambda: Charge(PerUnit(ONE), applies_to="record"), "`applies_to` is `record`, and must be one of each-window, each-record, period-total"),
    (lambda: Figure(2.40), "2.4 is no exact number"),
    (lambda: Percent(17), "17 is no exact number"),
    (lambda: Calculation("+", (ONE,)), r"a calculation has a sign and two parts or more, and not `\+` and 1"),
    (lambda: Calculation("^", (ONE, TWO)), r"and not `\^` and 2"),
    (lambda: PriceEntry("mode", "item", "USD", ()), "a price has charges, and a withdrawal has none"),
    (lambda: PriceEntry("mode", "item", "USD", (Charge(PerUnit(ONE)),), withdrawn=True), "a price has charges, and a withdrawal has none"),
    (lambda: PriceEntry("mode", "item", "USD", (Charge(PerUnit(ONE)),), per="quarter"), "`per` is `quarter`"),
    (lambda: Money({"USD": MINUS}), "`amount` is -1, and must be 0 or more"),
    (lambda: AmountOff(Money({"USD": MINUS})), "`amount` is -1, and must be 0 or more"),
    (lambda: FixedPrice(Money({"USD": MINUS})), "`amount` is -1, and must be 0 or more"),
    (lambda: PercentOff(Decimal(17)), "`ratio` is 17, and must be from 0 to 1"),
    (lambda: PercentOff(MINUS), "`ratio` is -1, and must be from 0 to 1"),
    (lambda: PayFor(YEAR, MONTH), "a part of a time is paid, not more"),
    (lambda: PayFor(DAY, MONTH), "a part of a time is paid, not more"),
    (lambda: Discount("d"), "a discount has a benefit, or tiers `by` something"),
    (lambda: Discount("d", benefit=TENTH, by="term"), "a discount has a benefit, or tiers `by` something"),
    (lambda: Discount("d", by="term"), "a discount has a benefit, or tiers `by` something"),
    (lambda: Discount("d", by="weight", tiers=(DiscountTier(ONE, TENTH),)), "`by` is `weight`, and must be one of term, quantity, spend"),
    (lambda: Discount("d", by="term", tiers=(DiscountTier(ONE, TENTH),)), "tiers by term begin at a duration, others at a number"),
    (lambda: Discount("d", by="spend", tiers=(DiscountTier(YEAR, TENTH),)), "tiers by term begin at a duration, others at a number"),
    (lambda: Discount("d", by="spend", tiers=(DiscountTier(TEN, TENTH), DiscountTier(TWO, TENTH))), "begin one above the other"),
    (lambda: Discount("d", by="term", tiers=(DiscountTier(YEAR, TENTH), DiscountTier(MONTH, TENTH))), "begin one above the other"),
    (lambda: Discount("d", benefit=TENTH, lasts="always"), "a discount cannot last `always`"),
    (lambda: ChangeTerms(takes_effect="later"), "`takes_effect` is `later`, and must be one of immediately, next-renewal"),
    (lambda: ChangeTerms(charge="all"), "`charge` is `all`"),
    (lambda: ChangeTerms(discount="kept"), "`discount` is `kept`"),
    (lambda: ChangeTerms(price_period="up"), "`price_period` is `up`"),
    (lambda: ChangeTerms(credit_cap="list"), "`credit_cap` is `list`"),
    (lambda: Consumed(by="use"), "`by` is `use`"),
    (lambda: Consumed(count="week"), "`count` is `week`"),
    (lambda: FeeRow(Decimal(10)), "`fee` is 10, and must be from 0 to 1"),
    (lambda: FeeRow(MINUS), "`fee` is -1, and must be from 0 to 1"),
    (lambda: FeeRow(consumed_times=MINUS), "`consumed_times` is -1, and must be 0 or more"),
    (lambda: Cancellation("c", refund="all"), "`refund` is `all`, and must be one of unused, none"),
    (lambda: Renewal("r", price="list"), "`price` is `list`"),
    (lambda: ModeChange("a", "b", "soon"), "`takes_effect` is `soon`"),
    (lambda: Tax("vat", MINUS), "`rate` is -1, and must be 0 or more"),
    (lambda: Conditions(effective=APRIL, until=MARCH), "what holds from 2026-04-01 .* on cannot end at 2026-03-01"),
    (lambda: Conditions(effective=MARCH, until=MARCH), "what holds from 2026-03-01 .* on cannot end at 2026-03-01"),
    (lambda: RoundingStep("total", "half-up"), "`at` is `total`, and must be one of quantity, charge, line, invoice"),
    (lambda: RoundingStep("line", "nearest"), "`mode` is `nearest`"),
    (lambda: Provision("storage", MINUS), "`quantity` is -1, and must be 0 or more"),
    (lambda: Provision("storage", ONE, "year"), "`every` is `year`, and must be one of month"),
    (lambda: QuantityRule(min=MINUS), "`min` is -1, and must be 0 or more"),
    (lambda: QuantityRule(step=ZERO), "`step` is 0, and must be above 0"),
    (lambda: QuantityRule(min=TEN, max=TWO), "`max` is below `min`"),
    (lambda: Limit("users", min=TEN, max=TWO), "`max` is below `min`"),
    (lambda: Meter("average"), "`measure` is `average`"),
    (lambda: Meter("sum", window="week"), "`window` is `week`"),
    (lambda: Meter("sum", record_round_up=ZERO), "`record_round_up` is 0, and must be above 0"),
    (lambda: ModeItem("seat", "optional", "later", "month"), "`payment` is `later`, and must be one of prepaid, postpaid"),
    (lambda: Duration(months=0), "a duration has months or seconds"),
    (lambda: AccountEvent(MARCH, "refund"), "`kind` is `refund`"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "sentence"), WRONG)
def test_a_record_that_no_book_can_hold_cannot_be_made(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_a_graduated_charge_needs_an_open_last_tier():
    """50 units at 1.00 up to 10 and nothing beyond were 10.00 without a word; with an open tier they are 90.00."""
    with pytest.raises(InvalidRecord):
        Charge(Graduated((UP_TO_TEN,)))
    assert rate_charge(Charge(Graduated((UP_TO_TEN, Tier(unit_price=TWO)))), Decimal(50)).amount == 90


def test_bounds_may_be_one_point_apart():
    """`below: 10` and then `up_to: 10` is one point wide."""
    below = Tier(TEN, includes_bound=False, unit_price=TWO)
    assert rate_charge(Charge(Volume((below, UP_TO_TEN, Tier(unit_price=Decimal(3))))), TEN).amount == 10
    with pytest.raises(InvalidRecord):
        Volume((UP_TO_TEN, below, OPEN))
