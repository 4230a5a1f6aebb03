"""Estimates against a walk over every single window, which knows nothing of the engine (rule language, 3.3 and 3.10)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.laws.books import MODE, base, charges, loaded, quoted
from tests.laws.metering import estimate

STARTS = st.sampled_from([date(2026, 1, 30), date(2026, 2, 1), date(2026, 3, 20), date(2026, 3, 29), date(2026, 10, 24), date(2024, 2, 20)])
LENGTHS = st.sampled_from(["1 hour", "30 hours", "1 day", "12 days", "45 days", "1 month", "2 months"])
CHANGES = st.sampled_from(["2024-02-25", "2026-02-01", "2026-03-29", "2026-04-01", "2026-10-26"])


@st.composite
def metered_charges(draw) -> object:
    """A charge on a meter: for each window or the period's total, due at zero or not."""
    charge = draw(charges())
    if not isinstance(charge, Mapping):
        return charge
    return charge | {
        "at_zero": draw(st.sampled_from(["skip", "bill"])),
        "applies_to": draw(st.sampled_from(["each-window", "period-total"])),
    }


@st.composite
def metered_books(draw) -> dict[str, object]:
    """One item, prices by the hour, day or month, some of which change on a later date."""
    chain: list[dict[str, object]] = [{"at": "line", "places": 12, "mode": "half-up"}]
    if draw(st.booleans()):
        chain.insert(0, {"at": "charge", "places": draw(st.integers(2, 6)), "mode": draw(MODE)})
    book = base(rounding=chain)
    book["book"] = book["book"] | {"timezone": "Europe/Berlin"} | draw(st.sampled_from([{}, {"month_is": "730 hours"}]))
    window = draw(st.sampled_from(["hour", "day"]))
    book["items"] = {"users": {"title": "Users", "unit": "piece", "meter": {"measure": "max", "window": window}}}
    mode = {"title": "Use", "payment": "postpaid", "cycle": window, "invoiced": "month", "items": {"users": "required"}}
    entry = {"billing_mode": "use"}
    prices = [entry | {"effective": "2023-01-01", "per": per, "items": {"users": draw(metered_charges())}} for per in _pers(draw, window)]
    for per in draw(st.lists(st.sampled_from([each["per"] for each in prices]), max_size=2, unique=True)):
        running = draw(st.sampled_from(["next-period", "immediately", "never"]))
        later = {
            "effective": draw(CHANGES),
            "per": per,
            "running_subscriptions": running,
            "items": {"users": draw(metered_charges())},
        }
        prices.append(entry | later)
    return book | {"billing_modes": {"use": mode}, "prices": prices}


def _pers(draw, window: str) -> list[str]:
    return draw(
        st.lists(
            st.sampled_from(["hour", "day", "month"] if window == "hour" else ["day", "month"]),
            min_size=1,
            max_size=2,
            unique=True,
        )
    )


@given(metered_books(), STARTS, LENGTHS, st.integers(0, 30))
def test_an_estimate_is_the_sum_of_its_windows(book, start, length, level):
    order = {"date": start.isoformat(), "billing_mode": "use", "for": length, "items": {"users": Decimal(level)}}
    (line,) = quoted(loaded(book), order).lines
    left = ([step.value for step in part.trace if step.number <= 4 and step.value is not None][-1] for part in line.traced)
    assert sum(map(Fraction, left), Fraction(0)) == estimate(book, start, length, Fraction(level))
