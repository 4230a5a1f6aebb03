"""What a reader is told of a quote's steps: name, working, result and source of each, and of the rules that did not apply, why.

The trace holds kinds, facts and formulas; this module finds their words in the reader's language. It computes no amount: the one
subtraction here is the difference between two values of the trace, shown as what a step took off or added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.documents.format import Formatter
from engine.documents.quote_words import Telling
from engine.model.book import PriceBook
from engine.model.quotes import Quote, QuoteLine
from engine.model.trace import Considered, TraceStep
from engine.values.exact import subtract
from engine.values.periods import Duration
from engine.values.spans import Origin


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as it is shown. `number` is the waterfall's, None for what explains a step; `mark`: "" | chosen | rejected."""

    name: str
    working: str = ""
    result: str = ""
    source: str = ""
    number: int | None = None
    mark: str = ""
    children: tuple["ShownStep", ...] = ()


def shown_steps(line: QuoteLine, quote: Quote, book: PriceBook, words: Formatter) -> tuple[ShownStep, ...]:
    """The steps of a line that did something, in waterfall order; idle ones are named by `idle_sentence`."""
    telling = Telling(quote, book, words, line)
    shown: list[ShownStep] = []
    none_applied: list[TraceStep] = []
    for step in line.trace:
        if step.number == 5 and step.idle:
            none_applied.append(step)
            continue
        if step.number > 5 and none_applied:
            shown += _stages_without_effect(none_applied, bool(shown and shown[-1].number == 5), telling)
            none_applied = []
        # Tax is computed once for all lines and shown there; a line only says why a tax is not due.
        if not _is_idle(step) and (step.number != 9 or any(not rule.chosen for rule in step.considered)):
            shown.append(_shown(step, telling, line.trace))
    return tuple(shown)


def _stages_without_effect(steps: Sequence[TraceStep], others_applied: bool, telling: Telling) -> list[ShownStep]:
    """All discount stages that took nothing off, as one step that says why."""
    children = tuple(_considered(rule, step, telling) for step in steps for rule in step.considered)
    if not children:
        return []
    working = telling.say("no other applies") if others_applied else telling.say("none applies")
    return [ShownStep(step_name(5, "", telling.words), working, number=5, children=children)]


def order_steps(quote: Quote, book: PriceBook, words: Formatter) -> tuple[ShownStep, ...]:
    """The steps of the whole order: rounding of the invoice, taxes."""
    telling = Telling(quote, book, words)
    return tuple(_shown(step, telling, quote.trace) for step in quote.trace if not step.idle)


def idle_sentence(quote: Quote, words: Formatter) -> str:
    """The steps that no line and no order step needed, in one line."""
    busy = {step.number for line in quote.lines for step in line.trace if not _is_idle(step)}
    busy |= {step.number for step in quote.trace if not step.idle}
    names = [f"{number} {step_name(number, '', words)}" for number in range(1, 10) if number not in busy]
    return words.words.gettext("Nothing to do in steps %(steps)s.", steps=words.row(names)) if names else ""


def step_name(number: int, kind: str, words: Formatter) -> str:
    """The name of a waterfall step, or of a kind of step inside one."""
    say = words.words.gettext
    names = {
        1: say("quantity"),
        2: say("price in force"),
        3: say("charge"),
        4: say("times the term"),
        5: say("discount"),
        6: say("rounding"),
        7: say("amounts off"),
        8: say("invoice rounding"),
        9: say("tax"),
    }
    kinds = {
        "windows": say("times the windows"),
        "prices-in-force": say("prices in force"),
        "charges": say("charges"),
        "pay-for": say("free time"),
        "fixed-price": say("fixed price"),
        "round-charge": say("rounding of the charge"),
        "once": say("once"),
        "allowance": say("allowance"),
        "minimum": say("minimum"),
        "maximum": say("maximum"),
        "nothing-due": say("nothing due"),
        "per-unit": say("per unit"),
        "flat": say("flat"),
        "package": say("packages"),
        "graduated": say("each tier at its price"),
        "volume": say("all at the tier reached"),
        "percentage": say("percentage"),
        "event": say("one event"),
    }
    return kinds.get(kind) or names.get(number, kind.replace("-", " "))


def _is_idle(step: TraceStep) -> bool:
    if step.number == 1:
        return "written" not in step.facts and "exact_quantity" not in step.facts
    rejected = any(not rule.chosen for rule in step.considered)
    return step.idle and not (step.number == 5 and rejected)


def _shown(step: TraceStep, telling: Telling, trace: Sequence[TraceStep]) -> ShownStep:
    working, result = _working(step, telling, trace)
    children = [_child(child, telling) for child in step.children if not child.idle]
    source = source_of(step.origin)
    if len(children) == 1 and children[0].working == working and not children[0].children:
        # A single tier says nothing that the charge does not say, but it knows the exact line.
        source, children = children[0].source or source, []
    if any(not rule.chosen for rule in step.considered):
        # The price in force has its own line; beside it only those that are not.
        children += [_considered(rule, step, telling) for rule in step.considered if step.number != 2 or not rule.chosen]
    name = step_name(step.number, step.kind, telling.words)
    return ShownStep(name, working, result, source, step.number, children=tuple(children))


def _working(step: TraceStep, telling: Telling, trace: Sequence[TraceStep]) -> tuple[str, str]:
    """The calculation in words and digits, and what it gives."""
    facts = step.facts
    formula = telling.words.formula(step.formula)
    match step.kind:
        case "quantity":
            return formula, telling.quantity(facts["quantity"]) if "quantity" in facts else ""
        case "price-in-force":
            return _price_words(facts, telling), _price_result(trace, telling)
        case "times-term" if facts.get("per") in ("month", "year") and step.before is not None:
            length = telling.words.time(facts["periods"], facts["per"])
            return f"{telling.amount(step.before)} × {length}", telling.amount(step.value)
        case "percent-off":
            base = facts.get("of", step.before)
            percent = telling.words.percent(facts["ratio"])
            return telling.say("%(percent)s of %(amount)s", percent=percent, amount=telling.amount(base)), _change(step, telling)
        case "amount-off":
            return telling.say("share of %(amount)s", amount=telling.amount(facts["amount"])), _change(step, telling)
        case "round-charge" | "round-line" | "round-invoice":
            mode = telling.say("to %(amount)s, %(mode)s", amount=telling.amount(step.value), mode=str(facts.get("mode", "")))
            return f"{telling.amount(step.before)} {mode}", _change(step, telling)
        case "tax" if telling.line is None and "rate" in facts:
            base = telling.amount(facts["base"])
            rate = telling.words.percent(facts["rate"])
            return f"{facts['tax']}: " + telling.say("%(percent)s of %(amount)s", percent=rate, amount=base), telling.amount(step.value)
        case "tax":
            return telling.say("on the sum of the lines, below"), ""
    if step.number in (5, 6, 7, 8):
        return formula, _change(step, telling) if step.before is not None and step.value != step.before else ""
    return formula, telling.amount(step.value) if step.value is not None else ""


def _change(step: TraceStep, telling: Telling) -> str:
    if step.before is None or step.value is None:
        return ""
    return telling.amount(subtract(step.value, step.before))


def _price_words(facts: Mapping[str, object], telling: Telling) -> str:
    since = telling.say("from %(start)s", start=telling.day(facts["effective"])) if facts.get("effective") else ""
    per = {
        "hour": telling.say("an hour"),
        "day": telling.say("a day"),
        "month": telling.say("a month"),
        "year": telling.say("a year"),
        "once": telling.say("once"),
    }.get(str(facts.get("per")), "")
    return ", ".join(part for part in (since, per) if part)


def _price_result(trace: Sequence[TraceStep], telling: Telling) -> str:
    """The unit price, or the name of the model where one number cannot say it."""
    charge = next((step for step in trace if step.number == 3), None)
    while charge is not None and "model" not in charge.facts and charge.kind not in _MODELS and len(charge.children) == 1:
        charge = charge.children[0]
    if charge is None:
        return ""
    model = str(charge.facts.get("model", charge.kind))
    if model == "per-unit" and "unit_price" in charge.facts:
        return telling.words.number(charge.facts["unit_price"], at_least=2)
    return model.replace("-", " ") if model in _MODELS else ""


_MODELS = ("per-unit", "flat", "package", "graduated", "volume", "percentage")


def _child(step: TraceStep, telling: Telling) -> ShownStep:
    name = _tier_name(step.facts, telling) if step.kind == "tier" else step_name(0, step.kind, telling.words)
    children = tuple(_child(child, telling) for child in step.children if not child.idle)
    result = telling.amount(step.value) if step.value is not None else ""
    return ShownStep(name, telling.words.formula(step.formula), result, source_of(step.origin), children=children)


def _tier_name(facts: Mapping[str, object], telling: Telling) -> str:
    """`users 1 to 100` for what is counted, `above 100 GB, up to 1,000 GB` for what is measured."""
    lower, upper, quantity = facts["from"], facts["bound"], facts["quantity"]
    unit = telling.book.units.get(telling.line.unit)
    counted = unit is not None and any(len(forms) > 1 for forms in unit.title.by_language.values())
    if counted and lower == int(lower) and quantity == int(quantity):
        last = lower + quantity
        noun = telling.words.noun(unit.title, unit.id, last, telling.book.language)
        first = telling.words.number(int(lower) + 1)
        return telling.say("%(units)s %(first)s to %(last)s", units=noun, first=first, last=telling.words.number(last))
    if upper is None:
        return telling.say("above %(lower)s", lower=telling.quantity(lower))
    if not lower:
        return telling.say("up to %(upper)s", upper=telling.quantity(upper))
    return telling.say("above %(lower)s, up to %(upper)s", lower=telling.quantity(lower), upper=telling.quantity(upper))


# ------------------------------------------------------------------------------------------------------- rules considered


def _considered(rule: Considered, step: TraceStep, telling: Telling) -> ShownStep:
    working, result = _reason(rule, step, telling)
    name = rule.rule
    if step.number == 2 and rule.facts.get("effective"):
        name = telling.say("price of %(start)s", start=telling.day(rule.facts["effective"]))
    return ShownStep(name, working, result, source_of(rule.origin), mark="chosen" if rule.chosen else "rejected")


def _reason(rule: Considered, step: TraceStep, telling: Telling) -> tuple[str, str]:
    """Why a rule applies or not, and a word for the result column."""
    facts, say = rule.facts, telling.say
    match rule.reason:
        case "in-force":
            return say("in force from %(start)s", start=telling.day(facts.get("effective"))) if facts.get("effective") else "", say("applies")
        case "applied":
            best = say("best for the buyer") if "total" in facts else ""
            ratio = step.facts.get("ratio")
            return best, telling.words.percent(ratio) if ratio is not None else say("applies")
        case "settled-as-amount":
            return say("taken off after rounding, in step 7"), say("applies")
        case "condition-not-met":
            needs = f"{facts['attribute']}: {telling.words.either(map(str, facts['wanted']))}"
            return say("needs %(needs)s", needs=needs), say("not met")
        case "not-yet-effective":
            return say("in force from %(start)s", start=telling.day(facts.get("effective"))), say("not yet")
        case "expired":
            return say("ended on %(end)s", end=telling.day(facts.get("until"))), say("over")
        case "superseded":
            return say("replaced by the entry of %(start)s", start=telling.day(facts.get("by_effective"))), say("replaced")
        case "outranked":
            return say("a more specific rule applies, by %(attribute)s", attribute=facts.get("attribute")), say("outranked")
        case "lost-in-best-of":
            left = telling.amount(facts["total"])
            return say("would leave %(amount)s in all; %(winner)s leaves less", amount=left, winner=facts["winner"]), say("not best")
        case "tier-not-reached":
            return say("starts at %(start)s", start=_value(facts["wanted"], telling)), say("not reached")
        case "other-billing-mode":
            return say("for other billing modes"), say("not met")
        case "other-item":
            return say("for other items"), say("not met")
        case "other-currency":
            return say("for %(currencies)s", currencies=telling.words.either(map(str, facts["wanted"]))), say("not met")
        case "coupon-not-given":
            return say("needs its coupon"), say("not met")
        case "begins-later":
            return say("begins %(after)s after the start", after=_value(facts["after"], telling)), say("not yet")
        case "in-no-stage":
            return say("no discount stage names it"), say("not used")
    return rule.reason.replace("-", " "), ""


def _value(value: object, telling: Telling) -> str:
    if isinstance(value, Duration):
        return telling.words.duration(value)
    return telling.words.number(value) if not isinstance(value, str) else value


def source_of(origin: Origin) -> str:
    """The file's own name and the line; the folders in front of it are in the JSON."""
    return f"{origin.file.rsplit('/', 1)[-1]}:{origin.line}" if origin.line else ""
