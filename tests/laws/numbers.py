"""What the laws are tried on: prices, quantities and tiers as a price book may hold them."""

from decimal import Decimal

from hypothesis import strategies as st

QUANTITIES = st.one_of(
    st.integers(0, 2000).map(Decimal),
    st.decimals(min_value=0, max_value=2000, places=3),
)
PRICES = st.decimals(min_value=0, max_value=50, places=4)
AMOUNTS = st.decimals(min_value=0, max_value=500, places=2)
SIZES = st.sampled_from([Decimal("0.5"), Decimal(1), Decimal(7), Decimal(10), Decimal(100)])
SIGNED = st.one_of(
    st.decimals(min_value=-1000, max_value=1000, places=6),
    st.integers(-4000, 4000).map(lambda n: Decimal(n) / 8),  # plenty of exact halves
    st.fractions(min_value=-1000, max_value=1000, max_denominator=97),
)


@st.composite
def ladders(draw, most: int = 4) -> list[dict]:
    """Tiers with growing bounds, the last one open; `flat` is often 0, a bound is often a whole number."""
    bounds = sorted(draw(st.sets(st.integers(1, 900).map(Decimal), max_size=most - 1)))
    flats = st.one_of(st.just(Decimal(0)), AMOUNTS)
    return [{"bound": bound, "includes": draw(st.booleans()), "unit_price": draw(PRICES), "flat": draw(flats)} for bound in [*bounds, None]]


def quantities_near(tiers: list[dict]):
    """Quantities that like to lie on a bound, or one thousandth beside it."""
    bounds = [tier["bound"] for tier in tiers if tier["bound"] is not None]
    near = [bound + step for bound in bounds for step in (Decimal(0), Decimal("0.001"), Decimal("-0.001"), Decimal(1))]
    return st.one_of(QUANTITIES, st.sampled_from(near)) if near else QUANTITIES
