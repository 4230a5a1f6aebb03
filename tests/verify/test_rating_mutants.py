"""The law of rating at scale finds every fault that is put into the plan or its SQL; the table of them is printed.

A slow proof: `make verify` runs it, the suite runs the law alone.
"""

from collections.abc import Callable
from functools import cache

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from engine.rating import answers, compile, emit_records, emit_steps, numbers, parameters, pools, rating_plan, schedules, templates
from engine.values.exact import ONE
from engine.values.periods import zone
from tests.rating import rated
from tests.rating.books import Drawn, ratings
from tests.rating.crafted import CRAFTED
from tests.rating.rated import Expected, agree, by_interpreter

DELIVERIES = 120


def in_sql(old: str, new: str) -> tuple[object, str, Callable]:
    """A fault in the text of the queries."""

    def changed(function):
        def emit(*given):
            emitted = function(*given)
            return type(emitted)(tuple(query.replace(old, new) for query in emitted.queries), emitted.columns, emitted.rows)

        return emit

    return rated, "emit", changed


def in_utc(function):
    return lambda book, kind, frame: function(type("Utc", (), {"zone": zone("UTC")}), kind, frame)


def without_even(function):
    return classmethod(lambda cls, mode, divisor: function("half-up" if mode == "half-even" else mode, divisor))


def alike_but(place: int) -> tuple[object, str, Callable]:
    """Subscriptions taken for alike that differ in one thing."""
    return parameters, "_alike", lambda function: lambda *given: tuple(each for number, each in enumerate(function(*given)) if number != place)


MUTANTS: dict[str, tuple[object, str, Callable]] = {
    "a band's end belongs to the next band": in_sql("WHEN quantity <= ", "WHEN quantity < "),
    "the end of a band is taken for included": (numbers.Scaled, "last", lambda last: lambda self, upper, included: last(self, upper, True)),
    "half-even is half-up": (numbers.Division, "of", without_even),
    "a rounding adds one too much": (numbers.Division, "of", lambda of: classmethod(lambda cls, mode, divisor: cls(divisor, of(mode, divisor).added + 1))),
    "windows lie in UTC": (compile, "calendar_of", in_utc),
    "records that do not count are counted": in_sql("WHERE NOT EXISTS", "WHERE 1 = 1 OR NOT EXISTS"),
    "a record at the begin of use is lost": in_sql("u.at >= o.begun", "u.at > o.begun"),
    "a record at the end of use counts": in_sql("u.at < o.until", "u.at <= o.until"),
    "specs are added together": in_sql("t.spec IS NOT DISTINCT FROM u.spec", "t.spec = 'small'"),
    "records with another attribute count": in_sql('t.a0 IS NOT DISTINCT FROM u."region"', "1 = 1"),
    "what ends as a window begins reaches into it": in_sql("first_at > begins", "first_at >= begins"),
    "a level goes on after a stop": in_sql("carried_until > begins", "carried_until IS NOT NULL"),
    "a level is forgotten where a window has records": in_sql("greatest(top, carried)", "top"),
    "the least level forgets the one before": in_sql("least(bottom, carried)", "bottom"),
    "a level does not end with the next record": in_sql("coalesce(following, ", "coalesce(NULL, "),
    "of records at one instant any is the last": in_sql("row(happened, quantity)", "happened"),
    "at one instant the least level counts": in_sql("max(quantity) AS quantity", "min(quantity) AS quantity"),
    "a window's steps before its first record are empty": in_sql("WHEN before < w AND", "WHEN before < -1 AND"),
    "a step that a level ends in is left out": (
        emit_steps.Steps,
        "_reached",
        lambda reached: lambda *given: reached(*given).replace("000 - 1) //", "000 - 1 - 700000000) //"),
    ),
    "the highest level of a step is forgotten": in_sql("max(quantity) AS top", "min(quantity) AS top"),
    "a day of 23 hours has the steps of 24": (compile, "steps_of", lambda _: lambda meter, calendar: 86400),
    "the first record is the last": in_sql("min(happened)", "max(happened)"),
    "records are counted by window": in_sql("count(*) AS records", "1 AS records"),
    "a segment has one window more": in_sql("x.w < l.last", "x.w <= l.last"),
    "a run of windows is one window": in_sql("least(x.after, l.last) - greatest(x.w, l.first) AS n", "1 AS n"),
    "a window with records in two bands counts in one": in_sql("bit_or(bits)", "max(bits)"),
    "records count for each charge that they have": in_sql("WHERE c.main", "WHERE c.main OR TRUE"),
    "an allowance runs by size, not by time": in_sql("ORDER BY first_at, quantity ROWS", "ORDER BY quantity ROWS"),
    "an allowance is spent by the record itself": in_sql("UNBOUNDED PRECEDING AND 1 PRECEDING", "UNBOUNDED PRECEDING AND CURRENT ROW"),
    "an allowance of each day is one of the month": in_sql("PARTITION BY line, charge, period, ", "PARTITION BY line, charge, "),
    "a total of each day is one of the month": (answers._Line, "_totals", lambda _: lambda self: self._total(self.counted)),
    "an allowance has no more decimals than quantities": (
        templates,
        "_allowance",
        lambda _: lambda charge, quantity: (1, int(charge.allowance / quantity.unit)),
    ),
    "levels of several subscriptions are one after the other": in_sql("quantity - coalesce(lag(quantity)", "quantity - coalesce(0 * lag(quantity)"),
    "a stop does not end what several hold together": in_sql(", stop ORDER BY happened", " ORDER BY happened"),
    "what is added up is charged to who did not use it": (pools.Pools, "charged", lambda _: lambda self, line, owner: owner),
    "windows of a price that a discount fixes are added up": in_sql("GROUP BY line, template, band, w", "GROUP BY line, template, band"),
    "equal windows after each other are told one by one": (answers, "_continues", lambda _: lambda run, window: False),
    "windows of other quantities are told together": (answers, "_continues", lambda _: lambda run, window: run.end == window.start and run.band == window.band),
    "a record that is freed pays its fee": in_sql("AND quantity <= unspent THEN -1", "AND quantity < 0 THEN -1"),
    "one billing period is rated of several": (rating_plan.BookPlan, "plans", lambda plans: lambda self, mode, item: plans(self, mode, item)[-1:]),
    "what is not billed yet says nothing of when use began": (rating_plan.BookPlan, "plans", lambda plans: lambda *given: _owed_alone(plans(*given))),
    "a part of a window is a window": (schedules, "applications_of", lambda _: lambda metered, pairs: [_without_ratio(each) for each in _(metered, pairs)]),
    "lines are not cut": (schedules, "bisect_right", lambda _: lambda cuts, instant: 0),
    "subscriptions that begin at other times are alike": alike_but(2),
    "subscriptions that stop at other times are alike": alike_but(3),
    "customers with other attributes are alike": alike_but(4),
    "a period's total forgets how long windows are": (answers._Line, "_per_total", lambda _: lambda self, sums, entry, position: ONE),
    "a price that is due once is due in every period": (answers._Line, "_once", lambda once: lambda self, begun: once(self, self._plan.owed[0])),
    "a begun package is none": (numbers, "_packages", lambda packages: lambda packing, quantity, last: _begun_is_none(packages(packing, quantity, last))),
    "the least of a record is forgotten": (emit_records.Records, "_counted_as", lambda counted: lambda self, rule: counted(self, _without_least(rule))),
    "quantities are not rounded": (templates, "quantity_division", lambda _: lambda metered, places, mode: None),
}


def _without_ratio(application):
    return (
        application
        if application.ratio == ONE
        else type(application)(*(ONE if name == "ratio" else getattr(application, name) for name in _names(application)))
    )


def _owed_alone(plans):
    return tuple(plan for plan in plans if plan.owed[0] < plan.owed[1])


def _names(record) -> tuple[str, ...]:
    return tuple(type(record).__dataclass_fields__)


def _begun_is_none(found):
    return found and type(found)(found.times, min(found.added, 0), found.size)


def _without_least(rule):
    return type(rule)(rule.times, rule.added, rule.divisor, 0)


@cache
def corpus() -> list[tuple[Drawn, Expected]]:
    """Deliveries with what the interpreter makes of them: the same ones for every fault."""
    found = [(each, by_interpreter(each.book, each.accounts, each.records, each.start, each.end)) for each in CRAFTED]

    @seed(11)
    @settings(max_examples=DELIVERIES, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(ratings())
    def collect(drawn):
        found.append((drawn, by_interpreter(drawn.book, drawn.accounts, drawn.records, drawn.start, drawn.end)))

    collect()
    return found


def found_after() -> int | None:
    """The number of the first delivery at which the law fails; None: it does not."""
    for number, (drawn, expected) in enumerate(corpus(), 1):
        try:
            agree(drawn.book, drawn.accounts, drawn.records, drawn.start, drawn.end, expected)
        except (Exception, duckdb.Error):
            return number
    return None


def test_the_law_holds_without_a_fault():
    assert found_after() is None


@pytest.mark.parametrize("name", MUTANTS)
def test_the_law_finds(name, monkeypatch, capsys):
    holder, attribute, mutated = MUTANTS[name]
    corpus()
    monkeypatch.setattr(holder, attribute, mutated(getattr(holder, attribute)))
    after = found_after()
    with capsys.disabled():
        print(f"\n{name}: {f'found at delivery {after}' if after else 'NOT FOUND'}")
    assert after is not None
