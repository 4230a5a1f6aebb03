"""What the author most likely meant: suggestions for messages, and silence where two meanings are possible."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.wording import (
    MEANT,
    before_meant,
    boolean_meant,
    date_meant,
    duration_meant,
    number_meant,
    percent_meant,
    quantity_meant,
)

CASES = [
    (number_meant, "1_000", "1000"),
    (number_meant, "1,000", "1000"),
    (number_meant, "1,234,567.80", "1234567.80"),
    (number_meant, "1'000", "1000"),
    (number_meant, "2,5", "2.5"),
    (number_meant, "1e3", "1000"),
    (number_meant, "2.5e-3", "0.0025"),
    (number_meant, ".5", "0.5"),
    (number_meant, "-.5", "-0.5"),
    (number_meant, "012", "12"),
    (number_meant, "0x1F", "31"),
    (number_meant, "1:30", None),
    (number_meant, ".inf", None),
    (number_meant, "+5", "5"),
    (number_meant, "5.", "5"),
    (number_meant, "$19.00", "19.00"),
    (number_meant, "19.00 USD", "19.00"),
    (number_meant, "89.0O", "89.00"),
    (number_meant, "free", None),
    (number_meant, "", None),
    (percent_meant, "0.17", "17%"),
    (percent_meant, "17", "17%"),
    (percent_meant, "17 %", "17%"),
    (percent_meant, "12,5%", "12.5%"),
    (percent_meant, "1", "1%"),
    (percent_meant, "0.5%", "0.5%"),
    (percent_meant, "half", None),
    (duration_meant, "1m", "1 month"),
    (duration_meant, "P1M", "1 month"),
    (duration_meant, "p2y", "2 years"),
    (duration_meant, "12", "12 months"),
    (duration_meant, "a year", "1 year"),
    (duration_meant, "3 yrs", "3 years"),
    (duration_meant, "5d", "5 days"),
    (duration_meant, "24h", "24 hours"),
    (duration_meant, "2 wks", "2 weeks"),
    (duration_meant, "1 week", "1 week"),
    (duration_meant, "P2W", "2 weeks"),
    (duration_meant, "1 fortnight", "2 weeks"),
    (duration_meant, "1 quarter", "3 months"),
    (duration_meant, "2 quarters", "6 months"),
    (duration_meant, "1 Monat", "1 month"),
    (duration_meant, "2 Jahre", "2 years"),
    (duration_meant, "1 Woche", "1 week"),
    (duration_meant, "1个月", "1 month"),
    (duration_meant, "2 年", "2 years"),
    (duration_meant, "1 mon", "1 month"),
    (duration_meant, "12 mo", "12 months"),
    (duration_meant, f"{'9' * 5000} days", None),
    (duration_meant, "1 decade", None),
    (duration_meant, "1 months", "1 month"),
    (duration_meant, "0 days", None),
    (duration_meant, "soon", None),
    (quantity_meant, "100GB", "100 GB"),
    (quantity_meant, "1,000 GB", "1000 GB"),
    (quantity_meant, "1.5TB", "1.5 TB"),
    (quantity_meant, "GB", None),
    (date_meant, "2026-1-5", "2026-01-05"),
    (date_meant, "2026/01/05", "2026-01-05"),
    (date_meant, "31.12.2026", "2026-12-31"),
    (date_meant, "1/1/2026", "2026-01-01"),
    (date_meant, "12/31/2026", "2026-12-31"),
    (date_meant, "31/12/2026", "2026-12-31"),
    (date_meant, "2/1/2026", None),
    (date_meant, "2026-13-01", None),
    (date_meant, "today", None),
    (boolean_meant, "yes", "true"),
    (boolean_meant, "On", "true"),
    (boolean_meant, "True", "true"),
    (boolean_meant, "n", "false"),
    (boolean_meant, "maybe", None),
    (before_meant, "7 days", "7 days before"),
    (before_meant, "7d before expiry", "7 days before"),
    (before_meant, "early", None),
]


@pytest.mark.parametrize(("meant", "written", "wanted"), CASES, ids=[f"{meant.__name__}-{written}" for meant, written, _ in CASES])
def test_what_was_meant(meant, written, wanted):
    """Each suggestion is the form of the rule language, or nothing."""
    assert meant(written) == wanted


@given(st.sampled_from(sorted(MEANT)), st.one_of(st.text(max_size=12), st.text("0123456789.,-+_'eEmMdDhHyYpP%/: GB", max_size=10)))
def test_a_suggestion_is_never_a_failure(kind, written):
    """Whatever is typed, a suggestion is a text or nothing."""
    assert MEANT[kind](written) is None or MEANT[kind](written)
