"""Laws of the bands of a charge: they say of every quantity what the charge models say, and of sums what the sum of all would be."""

import itertools
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.model.prices import Charge, Graduated, Package, Percentage, Tier, Volume
from engine.pricing.bands import band_at, bands_of
from engine.pricing.charges import rate_charge
from tests.laws.numbers import AMOUNTS, PRICES, QUANTITIES, SIZES, ladders
from tests.laws.test_charge_laws import MODELS

PACKAGES = st.builds(Package, SIZES, PRICES, st.sampled_from(["whole", "proportional", "drop"]))


@st.composite
def package_tiers(draw) -> Graduated | Volume:
    """Tiers with a price for packages, some of which hold no quantity at all."""
    tiers = draw(ladders())
    made = [Tier(tier["bound"], tier["includes"], None, draw(PACKAGES), draw(st.none() | AMOUNTS)) for tier in tiers]
    if draw(st.booleans()):
        made.insert(0, Tier(Decimal(0), draw(st.booleans()), draw(PRICES), None, draw(st.none() | AMOUNTS)))
    return draw(st.sampled_from([Graduated, Volume]))(tuple(made))


@st.composite
def percentages(draw) -> Percentage:
    low, high = sorted((draw(AMOUNTS), draw(AMOUNTS)))
    rate = draw(st.decimals(min_value=0, max_value=1, places=4))
    return Percentage(rate, draw(st.none() | AMOUNTS), draw(st.none() | st.just(low)), draw(st.none() | st.just(high)))


@st.composite
def any_charge(draw) -> Charge:
    low, high = sorted((draw(AMOUNTS), draw(AMOUNTS)))
    return Charge(
        draw(MODELS | package_tiers() | percentages()),
        allowance=draw(st.none() | QUANTITIES),
        minimum=draw(st.none() | st.just(low)),
        maximum=draw(st.none() | st.just(high)),
        at_zero=draw(st.sampled_from(["skip", "bill"])),
    )


def quantities_of(charge: Charge) -> st.SearchStrategy:
    """Quantities that like to lie on the end of a band, or close to it."""
    ends = [end for band in bands_of(charge) for end in (band.lower, band.upper) if end is not None]
    near = {Fraction(end) + step for end in ends for step in (Fraction(0), Fraction(1, 1000), Fraction(-1, 1000), Fraction(1, 3))}
    return QUANTITIES | st.sampled_from(sorted(each for each in near if each >= 0))


@given(any_charge(), st.data())
def test_a_band_costs_what_the_charge_costs(charge, data):
    quantity = data.draw(quantities_of(charge))
    holding = [band for band in bands_of(charge) if band.holds(quantity)]
    assert holding == [bands_of(charge)[band_at(charge, quantity)]]
    assert holding[0].amount(1, quantity, holding[0].packages(quantity)) == rate_charge(charge, quantity).amount


@given(any_charge())
def test_bands_follow_each_other_without_a_gap(charge):
    bands = bands_of(charge)
    assert bands[0].lower == 0 and bands[0].includes_lower
    assert bands[-1].upper is None
    for one, following in itertools.pairwise(bands):
        assert one.upper == following.lower
        assert one.includes_upper != following.includes_lower
        assert one.lower < one.upper or (one.includes_lower and one.includes_upper)


@given(any_charge(), st.data())
def test_sums_are_enough(charge, data):
    """Of each band the number, the sum of the quantities and of the packages give the sum of all amounts."""
    quantities = data.draw(st.lists(quantities_of(charge), min_size=1, max_size=8))
    whole = Fraction(0)
    for position, band in enumerate(bands_of(charge)):
        inside = [Fraction(each) for each in quantities if band_at(charge, each) == position]
        whole += Fraction(band.amount(len(inside), sum(inside, Fraction(0)), sum(band.packages(each) for each in inside)))
    assert whole == sum(Fraction(rate_charge(charge, each).amount) for each in quantities)


@given(any_charge(), st.data())
def test_the_parts_of_a_band_are_the_prices_of_its_steps(charge, data):
    """What each price of the charge's steps is charged for is what the band's parts say."""
    quantity = data.draw(quantities_of(charge))
    band = bands_of(charge)[band_at(charge, quantity)]
    told = [(part.kind, part.price, part.quantity(1, quantity), part.size, part.tier) for part in band.parts]
    assert told == list(_priced_by_steps(rate_charge(charge, quantity).steps))


def _priced_by_steps(steps):
    for step in steps:
        facts = step.facts
        if step.idle or step.kind in ("nothing-due", "percentage"):
            continue
        if step.kind in ("graduated", "volume"):
            for tier in step.children:
                bounds = (tier.facts["from"], tier.facts["bound"])
                if "unit_price" in tier.facts:
                    yield "unit", tier.facts["unit_price"], tier.facts["quantity"], 1, bounds
                elif "price" in tier.facts:
                    yield "unit", tier.facts["price"], tier.facts["quantity"], tier.facts["size"], bounds
                if "flat" in tier.facts:
                    yield "flat", tier.facts["flat"], None, 1, bounds
        elif step.kind == "per-unit":
            yield "unit", facts["unit_price"], facts["quantity"], 1, None
        elif step.kind == "package":
            yield "unit", facts["price"], facts["quantity"], facts["size"], None
        elif step.kind == "flat":
            yield "flat", step.value, None, 1, None
        elif step.kind == "allowance":
            yield "allowance", 0, facts["used"], 1, None
        else:
            yield step.kind, facts[step.kind], None, 1, None
