"""Laws of pay-per-use estimates (rule language, 3.3 and 3.10, Estimates): parts of a period add up to the whole."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.laws.books import base, charges, loaded, quoted

EXACT = [{"at": "line", "places": 20, "mode": "half-up"}]


def _book(charge: object, window: str, per: str | None, month_is: str | None = None) -> dict:
    book = base(rounding=EXACT)
    if month_is:
        book["book"] = book["book"] | {"month_is": month_is}
    book["items"] = {"users": {"title": "Users", "unit": "piece", "meter": {"measure": "max", "window": window}}}
    mode = {"title": "Use", "payment": "postpaid", "cycle": window, "invoiced": "month", "items": {"users": "required"}}
    entry = {"effective": "2025-01-01", "billing_mode": "use", "items": {"users": charge}} | ({"per": per} if per else {})
    return book | {"billing_modes": {"use": mode}, "prices": [entry]}


def _amount(book: dict, date: str, length: str, level: int) -> Fraction:
    """The exact list amount: what steps 1 to 4 leave (a quote shows ten places of a number that does not end)."""
    order = {"date": date, "billing_mode": "use", "for": length, "items": {"users": level}}
    (line,) = quoted(loaded(book), order).lines
    left = ([step.value for step in part.trace if step.number <= 4 and step.value is not None][-1] for part in line.traced)
    return sum(map(Fraction, left), Fraction(0))


@given(charges(), st.sampled_from(["hour", "day"]), st.integers(1, 400), st.integers(1, 400), st.integers(0, 50))
def test_hours_and_hours_are_all_hours(charge, per, first, second, level):
    """Windows of an hour, each charged by itself: 3 hours and then 5 hours cost what 8 hours cost."""
    book = _book(charge, "hour", per)
    later = f"2026-03-{1 + (first // 24):02}T{first % 24:02}:00"
    parts = _amount(book, "2026-03-01", f"{first} hours", level) + _amount(book, later, f"{second} hours", level)
    assert parts == _amount(book, "2026-03-01", f"{first + second} hours", level)


@given(charges(), st.integers(1, 14), st.integers(1, 14), st.integers(0, 50), st.sampled_from([None, "730 hours"]))
def test_days_of_a_monthly_price_add_up(charge, first, second, level, month_is):
    book = _book(charge, "day", "month", month_is)
    parts = _amount(book, "2026-03-01", f"{first} days", level) + _amount(book, f"2026-03-{1 + first:02}", f"{second} days", level)
    assert parts == _amount(book, "2026-03-01", f"{first + second} days", level)


@given(
    st.decimals(min_value=0, max_value=40, places=3),
    st.integers(1, 50),
    st.sampled_from(["2026-02-01", "2026-03-01", "2026-04-01"]),
)
def test_a_level_held_for_a_month_costs_its_monthly_price(price, level, date):
    """A month has its real hours: 672, 744 or 720 windows, and always one monthly price."""
    assert _amount(_book(price, "hour", "month"), date, "1 month", level) == Fraction(price) * level


@given(charges(), st.integers(1, 200), st.integers(0, 50))
def test_each_hour_is_charged_by_itself(charge, hours, level):
    book = _book(charge, "hour", "hour")
    assert _amount(book, "2026-03-01", f"{hours} hours", level) == hours * _amount(book, "2026-03-01", "1 hour", level)
