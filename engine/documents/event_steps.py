"""Why the amounts of later events are what they are: the traces of changes, renewals and unsubscriptions in the reader's words.

The trace was made by pricing; this module names its steps and computes no amount. Source: rule language, 3.7 and 3.8.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from engine.documents.format import MINUS, Formatter, without_isolates
from engine.documents.quote_steps import ShownStep, amount_off_words, shown_steps, source_of, step_name
from engine.documents.quote_words import Telling, changed_words, days_left, per_words, rounded_words
from engine.model.book import PriceBook
from engine.model.facts import StepFacts
from engine.model.formulas import Calculation, Figure, Formula, difference, product
from engine.model.quotes import Quote
from engine.model.trace import TraceStep, known
from engine.values.exact import exact, shown, subtract
from engine.values.money import minor_places


@dataclass(frozen=True, slots=True)
class Explained:
    """One amount of an event: whose, of what, how much, and its steps."""

    title: str
    what: str
    amount: str
    steps: tuple[ShownStep, ...]


def event_explanations(quote: Quote, book: PriceBook, words: Formatter) -> list[Explained]:
    """The explained amounts of all later events, in the order in which the quote shows the events."""
    telling = Telling(quote, book, words)
    found = []
    for change in quote.changes or ():
        what = telling.say("Change on %(date)s", date=telling.day(change.at))
        for line in change.lines:
            steps = event_steps(line.trace, Telling(quote, book, words, line))
            found.append(Explained(_title(line.item, telling), what, telling.amount(line.amount), steps))
    for renewal in quote.renewals or ():
        what = telling.say("Renewal on %(date)s", date=telling.day(renewal.at))
        for again in renewal.lines:
            found.append(Explained(_title(again.item, telling), what, telling.amount(again.amount), shown_steps(again, quote, book, words)))
    end = quote.unsubscription
    if end is not None and end.trace:
        title = telling.say("Cancellation on %(date)s", date=telling.day(end.at))
        found.append(Explained(title, telling.say("Paid back"), telling.amount(end.refund), event_steps(end.trace, telling)))
    return found


def _title(item: str, telling: Telling) -> str:
    return telling.words.text(telling.book.items[item].title, telling.book.language) or item


def event_steps(trace: tuple[TraceStep, ...], telling: Telling) -> tuple[ShownStep, ...]:
    """The steps of a change or an unsubscription that did something, in waterfall order."""
    return tuple(_shown(step, telling, step.number) for step in trace if not step.idle)


def _shown(step: TraceStep, telling: Telling, number: int | None) -> ShownStep:
    children = tuple(_shown(child, telling, None) for child in step.children if not child.idle)
    name, working, result = _name(step, telling), _working(step, telling), _result(step, telling)
    # The time left is told with its unit in the result; it is no amount.
    value = None if step.kind == "remaining" else step.value
    return ShownStep(name, working, result, source_of(step.origin), number, children=children, value=value)


def _name(step: TraceStep, telling: Telling) -> str:
    say = telling.say
    names = {
        "change-of": say("change"),
        "change": say("difference for the time left"),
        "remaining": say("time left"),
        "new-state": say("new"),
        "credit": say("less the old"),
        "times-remaining": say("times the time left"),
        "cap-paid": say("at most what was paid"),
        "coupon-share": say("without the coupon's share"),
        "consumed": say("consumed"),
        "payment-used": say("used of a payment"),
        "fee": say("fee"),
        "fee-cap": say("at most what is unused"),
        "refund": say("paid back"),
        "once": say("once"),
        "correction": say("Adjustment"),
        "by-hand": say("entered by hand"),
    }
    if step.kind == "change" and step.facts.get("charge") == "new-less-credit":
        return say("new term less credit")
    return names.get(step.kind) or step_name(step.number, step.kind, telling.words)


def _working(step: TraceStep, telling: Telling) -> str:
    facts, say, places = step.facts, telling.say, minor_places(telling.quote.currency)
    match step.kind:
        case "change-of":
            return _from_to(facts, telling)
        case "remaining" if facts.get("counted_from") != facts.get("counted_to"):
            return telling.words.row([telling.words.formula(_share_left(facts)), _counted(facts, telling)])
        case "price-in-force":
            start = say("from %(start)s", start=telling.day(facts["effective"])) if facts.get("effective") else ""
            return telling.words.row(part for part in (start, per_words(facts.get("per"), telling)) if part)
        case "round-charge" | "round-line" if step.before is not None:
            return rounded_words(step, telling)
        case "amount-off" if "discount" in facts:
            return amount_off_words(facts, telling)
        case "payment-used" | "fee":
            return telling.words.row(part for part in (telling.words.formula(step.formula), *_fee_bounds(facts, telling)) if part)
        case "credit":
            credited = telling.words.formula(product(Figure(facts["list"], places), facts["factor"]))
            return telling.words.isolate(MINUS + without_isolates(credited))
        case "refund" if "consumed" in facts:
            working = telling.words.formula(difference(*(Figure(shown(facts[name]), places) for name in ("paid", "consumed", "fee") if name in facts)))
            return telling.words.row([working, say("never below zero")]) if "at_least" in facts else working
        case "refund-share":
            return rounded_words(step, telling, say("so that the lines add up"))
    return telling.words.formula(step.formula)


def _fee_bounds(facts: StepFacts, telling: Telling) -> list[str]:
    """For which term and time used a row of the fee table holds, where it names them."""
    term, until = facts.get("term"), facts.get("used_up_to")
    told = [telling.say("term of %(terms)s", terms=telling.words.duration(term))] if term is not None else []
    return told + ([telling.say("used for up to %(until)s", until=telling.words.duration(until))] if until is not None else [])


def _share_left(facts: StepFacts) -> Formula:
    """What is left as a fraction; of a year of 365 days in its days, not reduced: 50/365 rather than 10/73."""
    days = days_left(facts)
    return Calculation("/", (exact(days), exact(365))) if days is not None else facts["exact_value"]


def _counted(facts: StepFacts, telling: Telling) -> str:
    """The days that were counted, first and last; where the time of day counts, the moments."""
    start, end = (datetime.fromisoformat(str(facts[name])) for name in ("counted_from", "counted_to"))
    days = all(each.time() == time() for each in (start, end))
    end = end - timedelta(days=1) if days and end > start else end
    return telling.say("%(start)s to %(end)s", start=telling.words.short_moment(start, days), end=telling.words.short_moment(end, days))


def _from_to(facts: StepFacts, telling: Telling) -> str:
    line = telling.line
    return changed_words(facts, (line.item if line else None) or "", (line.unit if line else None) or "", telling)


def _result(step: TraceStep, telling: Telling) -> str:
    if step.kind in ("round-line", "amount-off", "refund-share") and step.before is not None:
        return telling.amount(subtract(known(step.value), step.before), sign=True)
    if step.kind == "remaining":
        unit = str(step.facts["unit"])
        value = step.facts["value"]
        return telling.words.time(value, unit.removesuffix("s")) if unit != "terms" else telling.words.number(value)
    return telling.amount(step.value) if step.value is not None else ""
