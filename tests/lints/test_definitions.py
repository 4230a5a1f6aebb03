"""What is looked up in order gives what its definition gives, which holds each thing against each other: for small books of any kind."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import combinations, pairwise
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from engine.diagnostics import CodeInfo, report
from engine.diagnostics.limits import MOST_FINDINGS, Findings, at_most
from engine.language.build.clashes import MOST_MEANT, _clashing, overlap
from engine.lints.bounds import _idle
from engine.lints.dates import _Following
from engine.lints.ladders import _in_force, _steps
from engine.lints.policies import _first, _used
from engine.model.conditions import Conditions
from engine.values.spans import Span, Spans

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = st.integers(0, 6).map(lambda days: START + timedelta(days))
VALUES = st.one_of(st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True), st.just([*"a", *(f"x{n}" for n in range(MOST_MEANT))]))
RULES = st.lists(st.fixed_dictionaries({"region": VALUES, "tier": VALUES}), min_size=2, max_size=8)
SPANS = st.builds(
    lambda file, line, column, lines, columns: Span(file, line, column, line + lines, column + columns if not lines else columns + 1),
    st.sampled_from("ab"), st.integers(1, 4), st.integers(1, 6), st.integers(0, 2), st.integers(0, 4),
)  # fmt: skip
NUMBERS = st.none() | st.integers(0, 4).map(Decimal)
LIMITS = st.lists(
    st.builds(lambda resource, most, least, modes: SimpleNamespace(resource=resource, max=most, min=least, billing_modes=tuple(modes)),
              st.sampled_from("rs"), NUMBERS, NUMBERS, st.lists(st.sampled_from("mno"), unique=True)), max_size=7,
)  # fmt: skip
USED = st.none() | st.builds(lambda months, seconds: SimpleNamespace(months=months, seconds=0 if months else seconds), st.integers(0, 3), st.integers(0, 3))
ROWS = st.lists(st.builds(lambda term, used: SimpleNamespace(term=term, used_up_to=used), st.none() | st.sampled_from("ty"), USED), max_size=8)
PRICES = st.builds(
    lambda start, length: SimpleNamespace(conditions=Conditions(effective=start, until=start + timedelta(length) if length else None)),
    DAYS,
    st.integers(0, 4),
)


@given(st.lists(SPANS, max_size=8), SPANS)
def test_a_place_within_another_is_found(spans, outer):
    assert Spans(spans).within(outer) == any(outer.holds(span) for span in spans)


@given(RULES)
def test_clashing_rules_are_all_in_pairs_and_tied_to_what_they_clash_with(whens):
    rules = [SimpleNamespace(conditions=SimpleNamespace(when={name: tuple(values) for name, values in when.items()})) for when in whens]
    pairs, places = list(_clashing(rules)), {id(rule): at for at, rule in enumerate(rules)}
    assert all(overlap(one.conditions, other.conditions) and places[id(one)] < places[id(other)] for one, other in pairs)
    tied = {id(rule): {id(rule)} for rule in rules}
    for one, other in pairs:
        both = tied[id(one)] | tied[id(other)]
        tied |= dict.fromkeys(both, both)
    assert all(id(other) in tied[id(one)] for one, other in combinations(rules, 2) if overlap(one.conditions, other.conditions))
    assert len(pairs) == len(rules) - len({frozenset(each) for each in tied.values()})


@given(LIMITS)
def test_a_limit_is_idle_where_another_is_always_reached_first(limits):
    def beside(limit, other, earlier: bool) -> bool:
        alike = not other.billing_modes or (limit.billing_modes and set(limit.billing_modes) <= set(other.billing_modes))
        if limit.resource != other.resource or not alike:
            return False
        above = limit.max is None or (other.max is not None and limit.max >= other.max)
        below = limit.min is None or (other.min is not None and limit.min <= other.min)
        same = (limit.max, limit.min, set(limit.billing_modes)) == (other.max, other.min, set(other.billing_modes))
        return bool(above and below and (earlier or not same))

    expected = {at for at, limit in enumerate(limits) if any(beside(limit, other, by < at) for by, other in enumerate(limits) if by != at)}
    found = dict(_idle(limits))
    assert found.keys() == expected
    assert all(beside(limits[at], limits[by], by < at) for at, by in found.items())


@given(ROWS)
def test_the_first_row_that_matches_whatever_a_row_matches_is_found(fees):
    def covers(above, row) -> bool:
        term = above.term is None or above.term == row.term
        if above.used_up_to is None or row.used_up_to is None:
            return term and above.used_up_to is None
        one, other = above.used_up_to, row.used_up_to
        return term and bool(one.months) == bool(other.months) and (one.months, one.seconds) >= (other.months, other.seconds)

    rows: dict = {}
    for position, row in enumerate(fees):
        found = min((at for term in (None, row.term) if (at := _first(rows, term, row)) is not None), default=None)
        assert found == next((at for at in range(position) if covers(fees[at], row)), None)
        kind, length = _used(row)
        reaching = rows.setdefault((row.term, kind), [])
        if not reaching or length > reaching[-1][0]:
            reaching.append((length, position))


@given(st.lists(PRICES, min_size=1, max_size=6), DAYS)
def test_whether_a_price_follows_is_seen_without_a_look_at_all(entries, day):
    holding = [each for each in entries if each.conditions.effective <= day and (each.conditions.until is None or each.conditions.until > day)]
    assert _Following(entries).holds(day) == bool(holding)


@given(st.lists(st.lists(PRICES, min_size=1, max_size=3), min_size=2, max_size=5))
def test_the_steps_of_a_ladder_are_neighbours_in_force_one_of_which_is_new(rungs):
    rungs = [sorted(entries, key=lambda each: each.conditions.effective) for entries in rungs]
    expected = []
    for day in sorted({each.conditions.effective for entries in rungs for each in entries}):
        held = [at for at, entries in enumerate(rungs) if _in_force(entries, day) is not None]
        new = {at for at in held if _in_force(rungs[at], day).conditions.effective == day}
        expected += [(day, lower, upper) for lower, upper in pairwise(held) if {lower, upper} & new]
    assert list(_steps(rungs)) == expected


def test_no_error_is_lost_behind_warnings_and_no_more_is_looked_for_than_is_kept():
    """Of each severity so many are kept, then one that says that there are more, as grave as what it stands for."""
    place, looked = Span("a.yaml", 1, 1, 1, 2), []

    def found(severity: str, count: int):
        for number in range(count):
            looked.append(number)
            yield report(CodeInfo("S999", "x", severity, "", ""), f"{severity} {number}", place)

    kept = Findings()
    for each in (*found("warning", MOST_FINDINGS + 5), *found("error", 2)):
        kept.add(each)
    assert [each.message for each in kept[-2:]] == ["error 0", "error 1"] and len(kept) == MOST_FINDINGS + 3
    assert [(each.code, each.severity) for each in kept if each.code == "Y127"] == [("Y127", "warning")]
    looked.clear()
    kept = at_most(found("error", 10 * MOST_FINDINGS))
    assert (len(kept), len(looked), kept[-1].code, kept[-1].severity) == (MOST_FINDINGS + 1, MOST_FINDINGS + 1, "Y127", "error")
