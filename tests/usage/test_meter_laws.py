"""Laws of metering: no order of delivery matters, parts of a period add up, and a plain walk over seconds agrees."""

from datetime import timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.usage import meter_usage
from engine.values.exact import exact
from engine.values.periods import Duration
from tests.usage.meter_books import at, metered_book, record

START, END = at("03-28 00:00"), at("03-31 00:00")
MEASURES = st.sampled_from(["sum", "count", "max", "min", "last", "mean", "unique"])
SECONDS = st.integers(-7200, 3 * 86400)
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata"])


@st.composite
def records(draw, seconds=SECONDS):
    """Records of two subscriptions, some at the same instant."""
    drawn = draw(st.lists(st.tuples(seconds, st.integers(0, 9), st.sampled_from(["s-1", "s-2"]), st.sampled_from("ab")), max_size=12))
    return [record(START + timedelta(seconds=after), quantity, name, tier=tier) for after, quantity, name, tier in drawn]


@st.composite
def books(draw):
    """A meter of any kind."""
    measure = draw(MEASURES)
    hold = measure in ("max", "min", "last", "mean") and draw(st.booleans())
    return metered_book(
        measure, draw(ZONES), hold=hold, window=draw(st.sampled_from(["hour", "day"])), over=draw(st.sampled_from(["subscription", "account"])),
        of="tier" if measure == "unique" else None, step=Duration(seconds=draw(st.sampled_from([1, 60, 3600]))) if hold else None,
    )  # fmt: skip


def _metered(book, found, start, end, stops=None):
    return meter_usage(book, book.items["use"], found, start, end, stops)


@given(books(), records(), st.randoms(use_true_random=False))
def test_the_order_of_usage_makes_no_difference(book, found, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    stops = {"s-1": [START + timedelta(hours=30)]}
    assert _metered(book, shuffled, START, END, stops) == _metered(book, found, START, END, stops)


@given(books(), records(), st.integers(0, 3 * 86400), st.integers(0, 3 * 86400))
def test_parts_of_a_period_add_up(book, found, one, other):
    first, second = (START + timedelta(seconds=each) for each in sorted((one, other)))
    stops = {"s-2": [START + timedelta(hours=50, minutes=20)]}
    whole = {each.subscription: list(each.windows) for each in _metered(book, found, START, END, stops)}
    parts: dict = {}
    for begin, stop in ((START, first), (first, second), (second, END)):
        for series in _metered(book, found, begin, stop, stops):
            parts.setdefault(series.subscription, []).extend(series.windows)
    assert parts == whole


@given(
    st.lists(st.tuples(st.integers(-100, 3700), st.integers(0, 9)), min_size=1, max_size=8),
    st.one_of(st.none(), st.integers(-50, 3700)),
    st.sampled_from(["max", "min", "last", "mean"]),
    st.sampled_from([1, 60, 3600]),
)
def test_held_levels_agree_with_a_walk_over_seconds(levels, stop, measure, step):
    """An hour, second by second: what holds in each, then the measure of it."""
    begin = at("03-28 10:00")
    book = metered_book(measure, hold=True, step=Duration(seconds=step))
    found = [record(begin + timedelta(seconds=after), quantity) for after, quantity in levels]
    stops = {"s-1": [begin + timedelta(seconds=stop)]} if stop is not None else {}
    series = _metered(book, found, begin, begin + timedelta(hours=1), stops)
    held = [_held(levels, stop, second) for second in range(3600)]
    expected = _measure(measure, held, step)
    assert [window.quantity for each in series for window in each.windows] == ([] if expected is None else [exact(expected)])


def _held(levels, stop, second):
    """The level that holds in a second: that of the latest record, unless a stop came after it."""
    begun = [each for each in levels if each[0] <= second]
    if not begun:
        return None
    latest = max(begun)
    return None if stop is not None and latest[0] < stop <= second else latest[1]


def _measure(measure, held, step):
    some = [each for each in held if each is not None]
    if not some:
        return None
    if measure == "mean":
        steps = [held[first : first + step] for first in range(0, 3600, step)]
        return Fraction(sum(max(each or 0 for each in part) for part in steps), len(steps))
    return {"max": max, "min": min, "last": lambda each: each[-1]}[measure](some)
