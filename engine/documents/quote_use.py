"""The words of metered use in a quote: over which stretch of time, how many times which amount, and what counts as one.

Source: rule language, 3.3, 3.4 and 3.10, Estimates.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from engine.documents.format import NO_BREAK
from engine.documents.invoice_titles import item_called
from engine.documents.quote_words import Telling
from engine.model.facts import StepFacts
from engine.model.formulas import Calculation, Measure
from engine.model.quotes import QuoteLine, billing_period
from engine.model.trace import TraceStep, known
from engine.values.exact import ONE, Number, add, total
from engine.values.periods import begins_day

MOMENT = timedelta(microseconds=1)
MOST_PARTS = 12
"""So many parts of a calculation are told one by one; of more the first ones, and the others as one."""
FOLDED = ("windows", "charges", "round-charge")


def folded(step: TraceStep, parts: Sequence[TraceStep]) -> tuple[Sequence[TraceStep], Sequence[TraceStep]]:
    """The parts of a step that are told one by one, and the others: metered use may have one for each hour of a month."""
    if step.kind not in FOLDED or len(parts) <= MOST_PARTS:
        return parts, ()
    return parts[: MOST_PARTS - 1], parts[MOST_PARTS - 1 :]


def further_words(step: TraceStep, parts: Sequence[TraceStep], telling: Telling) -> list[tuple[str, str, Number | None]]:
    """The parts that are not told one by one, as one: `531 further windows` and their sum, so that all still add up on paper."""
    ngettext = telling.words.words.ngettext
    if not parts:
        return []
    if step.kind == "charges":
        # What each level costs; no sum of these means anything.
        count = telling.words.number(len(parts))
        return [(ngettext("%(count)s further level", "%(count)s further levels", len(parts), count=count), "", None)]
    # Several charges of a price apply to the same windows.
    spans = {(part.facts.get("from", place), part.facts.get("until")): part.facts["count"] for place, part in enumerate(parts)}
    windows, value = sum(spans.values()), total(known(part.value) for part in parts)
    said = ngettext("%(count)s further window", "%(count)s further windows", windows, count=telling.words.number(windows))
    return [(said, telling.amount(value), value)]


def covered_words(step: TraceStep, telling: Telling) -> str:
    """What of a metered quantity is paid in advance: `covered by storage space: 95.9 of 216.5 GB`; empty where nothing is."""
    facts = step.facts
    if not facts.get("covered") or not facts.get("covered_by"):
        return ""
    resource = telling.book.resources.get(str(facts["covered_by"]))
    title = telling.words.text(resource.title, telling.book.language) if resource else ""
    named = title or telling.words.name(str(facts["covered_by"]))
    covered, metered = telling.words.number(facts["covered"]), telling.quantity(facts["metered"])
    told = telling.say("covered by %(resource)s: %(covered)s of %(metered)s", resource=named, covered=covered, metered=metered)
    # Where it was ordered in another unit, that comes first.
    if "written" not in facts or "exact_quantity" in facts:
        return told
    ordered = telling.book.unit_table.convert(facts["written"], facts["written_unit"], str(facts["unit"]))
    converted = Calculation("=", (Measure(facts["written"], facts["written_unit"]), Measure(ordered, str(facts["unit"]))))
    return telling.words.row([telling.words.formula(converted), told])


def is_told(step: TraceStep) -> bool:
    """Whether a part of a step did something, or says why it did not: an allowance that was used up, or is over."""
    return not step.idle or "ended" in step.facts or bool(step.facts.get("used_before"))


def allowance_words(step: TraceStep, telling: Telling) -> str:
    """What an allowance takes off: `40 − 20; 80 of 100 GB were used before`; of one that is over since when."""
    facts = step.facts
    if "ended" in facts:
        ended = telling.say("none since %(day)s", day=telling.day(facts["ended"]))
        return telling.words.row([telling.words.formula(step.formula), ended] if facts["used"] else [ended])
    said = [telling.words.formula(step.formula)] if facts["used"] or not facts.get("used_before") else []
    if facts.get("used_before"):
        used, allowance = telling.words.number(facts["used_before"]), telling.quantity(facts["allowance"])
        said.append(telling.say("%(used)s of %(allowance)s were used before", used=used, allowance=allowance))
    if facts.get("carried"):
        said.append(telling.say("%(carried)s left by earlier billing periods", carried=telling.quantity(facts["carried"])))
    return telling.words.row(said)


def use_words(step: TraceStep, telling: Telling, trace: Sequence[TraceStep]) -> str:
    """`2026-03-01 to 2026-03-31: 720 × 0.049`, and what not everybody would guess: a total or a part month counts as one."""
    facts = step.facts
    words = _stretch(facts, telling)
    if facts["count"] != 1 or facts["ratio"] != ONE:
        words = telling.words.labelled(words, _calculation(facts, telling))
    if facts.get("window") == "whole":
        return telling.words.row([words, _as_one(trace, telling)])
    if facts.get("part_counts_whole"):
        return telling.words.row([words, _part_counts_whole(facts, telling)])
    return words


def _stretch(facts: StepFacts, telling: Telling) -> str:
    start, end = (_moment(facts[name], telling) for name in ("from", "until"))
    if facts.get("per") == "once":
        return telling.say("on %(date)s", date=start)
    if all(begins_day(facts[name], telling.book.zone) for name in ("from", "until")):
        end = telling.last_day(facts["until"])
    return telling.say("%(start)s to %(end)s", start=start, end=end) if start != end else start


def _moment(at: datetime, telling: Telling) -> str:
    """A day of the book's zone, with its time unless it begins the day."""
    return telling.words.short_instant(at, telling.book.zone)


def _calculation(facts: StepFacts, telling: Telling) -> str:
    terms = [] if facts["count"] == 1 else [telling.words.number(facts["count"])]
    terms.append(telling.amount(facts["amount"]))
    if facts["ratio"] != ONE:
        terms.append(telling.words.formula(Fraction(facts["ratio"])))
    # A calculation is not torn at the end of a line.
    return f"{NO_BREAK}×{NO_BREAK}".join(terms)


def _as_one(trace: Sequence[TraceStep], telling: Telling) -> str:
    measure = next((step.facts.get("measure") for step in trace if step.number == 1), None)
    if measure in ("sum", "count"):
        return telling.say("the total counts as one window")
    return telling.say("the whole time counts as one window")


def _part_counts_whole(facts: StepFacts, telling: Telling) -> str:
    words = {
        "hour": telling.say("a part of an hour counts as a whole one"),
        "day": telling.say("a part of a day counts as a whole one"),
        "month": telling.say("a part of a month counts as a whole one"),
    }
    return words.get(str(facts.get("window")), "")


def period_name(part: QuoteLine, telling: Telling) -> str:
    """The billing period of a part: `2026-03-01 to 2026-03-31`."""
    start, end = billing_period(part)
    return telling.say("%(start)s to %(end)s", start=telling.day(start), end=telling.day(end - MOMENT))


def _beside(item: str, quantity: Number, telling: Telling) -> str:
    """How much is used of another item: `Prompt: 300,000 tokens`."""
    if item not in telling.book.items:
        attribute = telling.book.attributes[item]
        return telling.words.labelled(telling.words.text(attribute.title, telling.book.language) or item, telling.words.number(quantity))
    return telling.words.labelled(item_called(item, telling.book, telling.words), telling.quantity_of(item, quantity))


def part_name(step: TraceStep, telling: Telling) -> str:
    """What a tier holds, or of which item a list amount is."""
    if step.kind == "tier":
        return tier_name(step.facts, telling)
    return telling.say("list amount: %(item)s", item=item_called(step.facts["item"], telling.book, telling.words))


def tier_name(facts: StepFacts, telling: Telling, whole: bool = False) -> str:
    """`users 1 to 100` for what is counted, `above 100 GB, up to 1,000 GB` for what is measured; `whole`: up to the end of the tier, not
    of what is used of it.
    """
    if "tier_by" in facts:
        return telling.say("tier reached by %(uses)s", uses=telling.words.list(_beside(*each, telling) for each in facts["tier_by"]))
    lower, upper, quantity = facts["from"], facts["bound"], facts["quantity"]
    unit = telling.book.units.get(telling.line.unit or "") if telling.line else None
    counted = unit is not None and any(len(forms) > 1 for forms in unit.title.by_language.values())
    if whole and upper is None:
        counted = False
    if unit is not None and counted and lower == int(lower) and quantity == int(quantity):
        last = upper if whole and upper is not None else add(lower, quantity)
        noun = telling.words.noun(unit.title, unit.id, last, telling.book.language)
        first = telling.words.number(int(lower) + 1)
        return telling.say("%(units)s %(first)s to %(last)s", units=noun, first=first, last=telling.words.number(last))
    if upper is None:
        return telling.say("above %(lower)s", lower=telling.quantity(lower))
    if not lower:
        return telling.say("up to %(upper)s", upper=telling.quantity(upper))
    return telling.say("above %(lower)s, up to %(upper)s", lower=telling.quantity(lower), upper=telling.quantity(upper))
