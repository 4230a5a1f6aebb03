"""Why a rule applies to an order or not: words for every `reason` that pricing gives, in the reader's language.

A test of the suite compares `REASONS` with the reasons in pricing's code, so that none is ever printed as an English key.
"""

from collections.abc import Callable, Mapping

from engine.documents.quote_words import Telling
from engine.model.facts import RuleFacts
from engine.model.trace import Considered, TraceStep
from engine.values.exact import Number
from engine.values.periods import Duration

Words = tuple[str, str]
"""Why, and a word for the result column."""


def reason_words(rule: Considered, step: TraceStep, telling: Telling) -> Words:
    """Why a rule applies to the order or not."""
    told = REASONS.get(rule.reason)
    return told(rule.facts, step, telling) if told else (rule.reason.replace("-", " "), "")


def _in_force(facts: RuleFacts, step: TraceStep, t: Telling) -> Words:
    since = t.say("in force from %(start)s", start=t.day(facts.get("effective"))) if facts.get("effective") else ""
    return since, t.say("applies")


def _applied(facts: RuleFacts, step: TraceStep, t: Telling) -> Words:
    best = t.say("best for the buyer") if "total" in facts else ""
    ratio = step.facts.get("ratio")
    return best, t.words.percent(ratio) if ratio is not None else t.say("applies")


def _condition(facts: RuleFacts, step: TraceStep, t: Telling) -> Words:
    needs = f"{facts['attribute']}: {t.words.either(map(str, facts['wanted']))}"
    return t.say("needs %(needs)s", needs=needs), t.say("not met")


def _lost(facts: RuleFacts, step: TraceStep, t: Telling) -> Words:
    left = t.amount(facts["total"])
    return t.say("would leave %(amount)s in all; %(winner)s leaves less", amount=left, winner=facts["winner"]), t.say("not best")


def _other_period(facts: RuleFacts, step: TraceStep, t: Telling) -> Words:
    counted = {
        "year": t.say("the term is counted in years"),
        "week": t.say("the term is counted in weeks"),
        "day": t.say("the term is counted in days"),
    }.get(str(facts.get("per")), t.say("the term is counted in months"))
    return counted, t.say("not used")


REASONS: Mapping[str, Callable[[RuleFacts, TraceStep, Telling], Words]] = {
    "in-force": _in_force,
    "applied": _applied,
    "condition-not-met": _condition,
    "lost-in-best-of": _lost,
    "other-price-period": _other_period,
    "settled-as-amount": lambda facts, step, t: (t.say("taken off after rounding, in step 7"), t.say("applies")),
    "not-yet-effective": lambda facts, step, t: (
        t.say("in force from %(start)s", start=t.day(facts.get("effective"))),
        t.say("not yet"),
    ),
    "expired": lambda facts, step, t: (t.say("ended on %(end)s", end=t.last_day(facts["until"])), t.say("over")),
    "superseded": lambda facts, step, t: (
        t.say("replaced by the entry of %(start)s", start=t.day(facts.get("by_effective"))),
        t.say("replaced"),
    ),
    "outranked": lambda facts, step, t: (
        t.say("a more specific rule applies, by %(attribute)s", attribute=facts.get("attribute")),
        t.say("outranked"),
    ),
    "tier-not-reached": lambda facts, step, t: (t.say("starts at %(start)s", start=_value(facts["wanted"], t)), t.say("not reached")),
    "other-billing-mode": lambda facts, step, t: (t.say("for other billing modes"), t.say("not met")),
    "other-item": lambda facts, step, t: (t.say("for other items"), t.say("not met")),
    "other-currency": lambda facts, step, t: (
        t.say("for %(currencies)s", currencies=t.words.either(map(str, facts["wanted"]))),
        t.say("not met"),
    ),
    "coupon-not-given": lambda facts, step, t: (t.say("needs its coupon"), t.say("not met")),
    "begins-later": lambda facts, step, t: (t.say("begins %(after)s after the start", after=_value(facts["after"], t)), t.say("not yet")),
    "already-over": lambda facts, step, t: (t.say("its time is over"), t.say("over")),
    "takes-nothing": lambda facts, step, t: (t.say("applies, and takes nothing off"), t.say("not used")),
    "not-measurable": lambda facts, step, t: (t.say("cannot be counted for this line"), t.say("not met")),
    "in-no-stage": lambda facts, step, t: (t.say("no discount stage names it"), t.say("not used")),
}
"""For every reason its words, made of the facts that pricing gives with it."""


def _value(value: Duration | Number | str, t: Telling) -> str:
    if isinstance(value, Duration):
        return t.words.duration(value)
    return t.words.number(value) if not isinstance(value, str) else value
