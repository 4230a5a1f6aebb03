"""Which entry applies: rank, then date, for prices as for everything dated (rule language, 3.1)."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.laws.books import base, loaded, quoted

VALUES = {"country": ["DE", "FR"], "segment": ["education", "partner"], "region": ["north", "south"]}
RANK = ("country", "segment", "region")
"""Built-in attributes come first, declared ones in the order in which the book declares them."""

DAYS = st.integers(0, 400).map(lambda days: date(2025, 1, 1) + timedelta(days=days))


@st.composite
def entries(draw) -> list[dict]:
    """Entries that never tie: no two with the same attributes begin on the same day. One for everybody was always there."""
    made: dict[tuple, dict] = {((), date(2024, 1, 1)): {"when": {}, "from": date(2024, 1, 1), "until": None}}
    for _ in range(draw(st.integers(0, 7))):
        when = {name: draw(st.lists(st.sampled_from(values), min_size=1, unique=True)) for name, values in VALUES.items() if draw(st.booleans())}
        start = draw(DAYS)
        end = start + timedelta(days=draw(st.integers(1, 200))) if draw(st.booleans()) else None
        made[tuple(when), start] = {"when": when, "from": start, "until": end}
    return list(made.values())


def applies(entry: dict, given_: dict, on: date) -> bool:
    """It has begun, has not ended (the end is excluded), and every attribute that it names has one of its values."""
    begun = entry["from"] <= on and (entry["until"] is None or on < entry["until"])
    return begun and all(given_.get(name) in values for name, values in entry["when"].items())


@given(entries(), st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()}), DAYS)
def test_rank_then_date(made, attributes, on):
    """An entry that names a more important attribute outranks one that does not; among equals the latest date wins."""
    best = max(
        (entry for entry in made if applies(entry, attributes, on)),
        key=lambda entry: ([name in entry["when"] for name in RANK], entry["from"]),
    )
    prices = []
    for price, entry in enumerate(made, 1):
        written = {
            "effective": entry["from"].isoformat(),
            "billing_mode": "term",
            "per": "month",
            "items": dict.fromkeys(("edition", "storage", "users"), price),
        }
        written |= {"when": entry["when"]} if entry["when"] else {}
        prices.append(written | ({"until": entry["until"].isoformat()} if entry["until"] else {}))
    order = {"date": on.isoformat(), "billing_mode": "term", "term": "1 month", "items": {"users": 1}, "attributes": attributes}
    assert quoted(loaded(base() | {"prices": prices}), order).totals.net == Decimal(made.index(best) + 1)
