"""Allowances that are shared, end or are carried over, against a second way of counting: minute by minute, with a bucket for each month."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.billing.test_allowance_terms import by_use, paid, sold
from tests.extent import examples

D = Decimal
QUANTITY = 100
MONTHS = [datetime(2026, number, 1, tzinfo=UTC) for number in range(1, 7)]
LENGTHS = {"1 month": 1, "2 months": 2, "4 months": 4, "10 days": timedelta(days=10), "45 days": timedelta(days=45)}
STARTS = ("2026-01-01", "2026-01-20", "2026-02-01", "2026-02-14")
Record = tuple[datetime, int, str, int]
"""When, how much, in which region, of which subscription."""


def later(at: datetime, length: str) -> datetime:
    """The instant so much later, by the calendar where months are counted."""
    by = LENGTHS[length]
    return at + by if isinstance(by, timedelta) else at.replace(month=at.month + by)


def expected(terms: Mapping[str, str], starts: Sequence[str], records: Sequence[Record], month: int) -> dict[tuple[int, str], int]:
    """What each line of the month costs at 1.00 a unit."""
    begun = [datetime.fromisoformat(start).replace(tzinfo=UTC) for start in starts]
    left: dict[tuple[object, ...], int] = {}
    found: dict[tuple[int, str], int] = {}
    for at, quantity, region, own in sorted(records):
        since = min(begun) if "over" in terms else begun[own]
        pool = (None if "over" in terms else own, None if "across" in terms else region)
        granted = [
            number for number in range(at.month) if since < MONTHS[number + 1] and ("lasts" not in terms or MONTHS[number] < later(since, terms["lasts"]))
        ]
        usable = [each for each in granted if each == at.month - 1 or ("carry_over" in terms and at < later(MONTHS[each + 1], terms["carry_over"]))]
        rest = quantity
        for each in usable:
            taken = min(rest, left.setdefault((*pool, each), QUANTITY))
            left[(*pool, each)] -= taken
            rest -= taken
        if at.month == month:
            found[own, region] = found.get((own, region), 0) + rest
    return found


RECORDS = st.lists(
    st.tuples(st.integers(0, 149 * 24), st.sampled_from([5, 20, 60, 90, 130, 250]), st.sampled_from("ab"), st.integers(0, 1)),
    min_size=1, max_size=14, unique_by=lambda each: each[0],
)  # fmt: skip
LENGTH = st.sampled_from(sorted(LENGTHS))
ALL = st.fixed_dictionaries({}, optional={"across": st.just("attributes"), "over": st.just("account"), "lasts": LENGTH, "carry_over": LENGTH})


@examples(80)
@given(
    ALL,
    st.lists(st.sampled_from(STARTS), min_size=2, max_size=2),
    RECORDS,
    st.sampled_from(["day", "month", "period"]),
    st.sampled_from(["each-window", "period-total"]),
)
def test_allowances_are_counted_twice(terms, starts, drawn, window, applies_to):
    made = [(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours), quantity, region, own) for hours, quantity, region, own in drawn]
    records = [each for each in made if each[0] >= datetime.fromisoformat(starts[each[3]]).replace(tzinfo=UTC)]
    if window == "day" and not set(terms) & {"across", "over", "carry_over"}:
        applies_to = "period-total"  # alone, the allowance is given to each day anew
    book = sold({"quantity": D(QUANTITY)} | terms, {"measure": "sum", "window": window}, applies_to=applies_to)
    rows = [(f"s-{own + 1}", "egress", f"{at:%m-%dT%H:%M}", quantity, region) for at, quantity, region, own in records]
    for month in range(1, 6):
        owed = {f"s-{own + 1} {region}": amount for (own, region), amount in expected(terms, starts, records, month).items()}
        assert paid(book, by_use(book, *starts), rows, f"2026-{month:02}") == owed
