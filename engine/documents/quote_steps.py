"""What a reader is told of a quote's steps: name, working, result and source of each, and of the rules that did not apply, why.

The trace holds kinds, facts and formulas; this module finds their words in the reader's language. It computes no amount: the one
subtraction here is the difference between two values of the trace, shown as what a step took off or added.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.documents.format import Formatter
from engine.documents.quote_reasons import reason_words
from engine.documents.quote_use import allowance_words, covered_words, folded, further_words, is_told, part_name, period_name, use_words
from engine.documents.quote_words import Telling, discount_title, per_words, rounded_words
from engine.model.book import PriceBook
from engine.model.facts import StepFacts
from engine.model.invoices import Invoice, InvoiceLine
from engine.model.quotes import Quote, QuoteLine
from engine.model.trace import Considered, TraceStep, known
from engine.values.exact import Number, subtract
from engine.values.spans import Origin
from engine.values.terms import UNITS_OF


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as it is shown. `number` is the waterfall's, None for what explains a step; `mark`: "" | chosen | rejected; `value` is the
    trace's own number after the step; `count` is the number that begins a working such as `100 × 2.40`, else empty."""

    name: str
    working: str = ""
    result: str = ""
    source: str = ""
    number: int | None = None
    mark: str = ""
    children: tuple["ShownStep", ...] = ()
    value: Number | None = None
    count: str = ""


def shown_steps(line: QuoteLine | InvoiceLine, quote: Quote | Invoice, book: PriceBook, words: Formatter) -> tuple[ShownStep, ...]:
    """The steps of a line that did something, in waterfall order; idle ones are named by `idle_sentence`.

    A line of use that lies in several billing periods has the steps of each of them, one period after the other.
    """
    parts = line.parts if isinstance(line, QuoteLine) else ()
    if not parts:
        return _shown_steps(line, Telling(quote, book, words, line))
    shown: list[ShownStep] = []
    for part in parts:
        telling = Telling(quote, book, words, part)
        shown.append(ShownStep(period_name(part, telling), "", telling.amount(part.amount), value=part.amount))
        shown += _shown_steps(part, telling)
    return tuple(shown)


def _shown_steps(line: QuoteLine | InvoiceLine, telling: Telling) -> tuple[ShownStep, ...]:
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
        if not is_idle(step) and (step.number != 9 or any(not rule.chosen for rule in step.considered)):
            shown.append(_shown(step, telling, line.trace))
    return tuple(shown)


def _stages_without_effect(steps: Sequence[TraceStep], others_applied: bool, telling: Telling) -> list[ShownStep]:
    """All discount stages that took nothing off, as one step that says why."""
    looked_at = [(rule, step) for step in steps for rule in step.considered]
    if not looked_at:
        return []
    later = [rule for rule, _ in looked_at if rule.chosen]
    if later:
        # An amount of money waits for step 7: it does apply, and the others are those that do not.
        titles = telling.words.row(discount_title(rule.rule, telling) for rule in later)
        working, source = telling.say("%(discount)s: taken off in step 7", discount=titles), source_of(later[0].origin)
    else:
        working, source = telling.say("no other applies") if others_applied else telling.say("none applies"), ""
    children = tuple(_considered(rule, step, telling) for rule, step in looked_at if not rule.chosen)
    return [ShownStep(step_name(5, "", telling.words), working, source=source, number=5, children=children)]


def order_steps(quote: Quote | Invoice, book: PriceBook, words: Formatter) -> tuple[ShownStep, ...]:
    """The steps of the whole order or invoice: its roundings, taxes."""
    telling = Telling(quote, book, words)
    return tuple(_shown(step, telling, quote.trace) for step in quote.trace if not step.idle)


def step_name(number: int, kind: str, words: Formatter, window: object = None) -> str:
    """The name of a waterfall step, or of a kind of step inside one; use is told by the `window` that it is counted in."""
    say = words.words.gettext
    if kind == "windows":
        times = {"hour": say("times the hours"), "day": say("times the days"), "month": say("times the months")}
        return times.get(str(window), say("the whole time"))
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
        10: say("rounding of the sum"),
    }
    kinds = {
        "prices-in-force": say("prices in force"),
        "charges": say("charges"),
        "pay-for": say("free time"),
        "fixed-price": say("fixed price"),
        "round-charge": say("rounding of the charge"),
        "round-tax": say("rounding"),
        "credit": say("credit"),
        "once": say("once"),
        "extra-part": say("up to the unified day"),
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
        "shortfall": say("shortfall"),
        "counted": say("billed"),
    }
    return kinds.get(kind) or names.get(number, kind.replace("-", " "))


def is_idle(step: TraceStep) -> bool:
    """Whether the step of a line did nothing that a reader must know."""
    if step.number == 1:
        return not step.children and not {"written", "exact_quantity", "covered"} & step.facts.keys()
    rejected = any(not rule.chosen for rule in step.considered)
    if step.kind == "windows" and (step.facts.get("window") == "whole" or step.facts.get("part_counts_whole")):
        return False  # nothing to multiply, and yet a reading that not everybody would guess
    return step.idle and not (step.number == 5 and rejected)


def _shown(step: TraceStep, telling: Telling, trace: Sequence[TraceStep]) -> ShownStep:
    working, result = _working(step, telling, trace)
    # What has a part in a sum is shown, even where nothing was multiplied.
    summed = step.kind in ("times-term", "windows")
    told, rest = folded(step, [child for child in step.children if summed or is_told(child)])
    children = [_child(child, telling, trace) for child in told]
    children += [ShownStep(further, result=amount, value=value) for further, amount, value in further_words(step, rest, telling)]
    source = source_of(step.origin)
    kind = step.kind
    if kind == "price-in-force" and (prices := different_prices(trace)):
        kind, children, source = "prices-in-force", [_price_child(price, telling) for price in prices], ""
    if step.number == 3 and len(children) == 1 and told[0].formula == step.formula and not children[0].children and "tier_by" not in told[0].facts:
        # A single tier says nothing that the charge does not say, but it knows the exact line.
        source, children = children[0].source or source, []
    if any(not rule.chosen for rule in step.considered):
        # The price in force has its own line; beside it only those that are not.
        children += [_considered(rule, step, telling) for rule in step.considered if step.number != 2 or not rule.chosen]
    name = step_name(step.number, kind, telling.words, step.facts.get("window"))
    return ShownStep(name, working, result, source, step.number, children=tuple(children), value=step.value)


def _working(step: TraceStep, telling: Telling, trace: Sequence[TraceStep]) -> tuple[str, str]:
    """The calculation in words and digits, and what it gives."""
    facts = step.facts
    formula = telling.words.formula(step.formula)
    match step.kind:
        case "quantity":
            return covered_words(step, telling) or formula, telling.quantity(facts["quantity"]) if "quantity" in facts else ""
        case "price-in-force":
            return _price_words(step, trace, telling), _price_result(trace, telling)
        case "charges" | "prices-in-force":
            return "", telling.amount(step.value) if step.value is not None else ""
        case "times-term" if step.children:
            return " + ".join(_times(child, telling) for child in step.children), telling.amount(known(step.value))
        case "times-term" | "once":
            return _times(step, telling), telling.amount(known(step.value))
        case "windows" if step.children:
            parts = [telling.amount(known(child.value)) for child in step.children]
            return " + ".join(parts) if len(parts) <= 3 else "", telling.amount(known(step.value))
        case "windows":
            return use_words(step, telling, trace), telling.amount(known(step.value))
        case "percent-off" | "pay-for" | "fixed-price":
            words = _cut_words(step, telling)
            if not any(not rule.chosen for rule in step.considered):
                # Where it competed, it is named below the step, beside those that lost.
                words = telling.words.labelled(discount_title(facts["discount"], telling), words)
            return words, _change(step, telling)
        case "amount-off" if "discount" in facts:
            return amount_off_words(facts, telling), _change(step, telling)
        case "round-charge" | "round-line" | "round-invoice" | "round-payable" if step.before is not None:
            return rounded_words(step, telling), _change(step, telling)
        case "tax" if telling.line is None and "bills" in facts:
            return telling.words.labelled(_tax_title(facts["tax"], telling), formula), telling.amount(known(step.value))
        case "tax" if telling.line is None and "rate" in facts:
            base = telling.amount(facts["base"])
            rate = telling.words.percent(facts["rate"])
            share = telling.say("%(percent)s of %(amount)s", percent=rate, amount=base)
            return telling.words.labelled(_tax_title(facts["tax"], telling), share), telling.amount(known(step.value))
        case "tax":
            return telling.say("on the sum of the lines, below"), ""
    if step.number in (5, 6, 7, 8, 10):
        return formula, _change(step, telling) if step.before is not None and step.value != step.before else ""
    return formula, telling.amount(step.value) if step.value is not None else ""


def _change(step: TraceStep, telling: Telling) -> str:
    """What the step adds to the running value, with its sign: what is taken off is negative, what rounding adds positive."""
    if step.before is None or step.value is None:
        return ""
    return telling.amount(subtract(step.value, step.before), sign=True)


def _times(step: TraceStep, telling: Telling) -> str:
    """`39.80 × 6 months`; a charge that is due once stands by itself."""
    amount, per = telling.amount(known(step.before)), step.facts.get("per")
    if per not in UNITS_OF:
        return amount
    return f"{amount} × {telling.words.time(step.facts['periods'], per)}"


def _cut_words(step: TraceStep, telling: Telling) -> str:
    if step.kind != "percent-off":
        return telling.words.formula(step.formula)
    base = telling.amount(known(step.facts.get("of", step.before)))
    return telling.say("%(percent)s of %(amount)s", percent=telling.words.percent(step.facts["ratio"]), amount=base)


def amount_off_words(facts: StepFacts, telling: Telling) -> str:
    """A discount of a fixed amount and what a line has of it: `Welcome gift: 5.00`."""
    return telling.words.labelled(discount_title(facts["discount"], telling), _share_words(facts, telling))


def _share_words(facts: StepFacts, telling: Telling) -> str:
    """An amount shared in proportion to what is left of each line: `20.00 × 19.00 ÷ 43.00`; what no line can bear is not given."""
    amount, left, of_all = (telling.amount(facts[name]) for name in ("amount", "of", "of_all"))
    if facts["amount"] >= facts["of_all"]:
        return telling.say("%(amount)s, at most the %(left)s left", amount=amount, left=left)
    return amount if facts["of"] == facts["of_all"] else f"{amount} × {left} ÷ {of_all}"


def _tax_title(name: object, telling: Telling) -> str:
    titles = (telling.words.text(row.title, telling.book.language) for row in telling.book.taxes if row.tax == name)
    return next((title for title in titles if title), str(name))


def _price_words(step: TraceStep, trace: Sequence[TraceStep], telling: Telling) -> str:
    """Since when, and per what; of several prices each says its own."""
    if different_prices(trace):
        return ""
    return telling.words.row(part for part in (_since(step.facts, telling), per_words(step.facts.get("per"), telling)) if part)


def _since(facts: StepFacts, telling: Telling) -> str:
    return telling.say("from %(start)s", start=telling.day(facts["effective"])) if facts.get("effective") else ""


def different_prices(trace: Sequence[TraceStep]) -> list[TraceStep]:
    """The charges of a line whose price is a list of charges, each once; empty where the price is one charge."""
    charge = next((step for step in trace if step.number == 3), None)
    if charge is None or charge.kind != "charges":
        return []
    found = {(child.origin, child.facts.get("per"), child.facts.get("model")): child for child in reversed(charge.children)}
    return list(reversed(found.values())) if len(found) > 1 else []


def _price_child(charge: TraceStep, telling: Telling) -> ShownStep:
    name = per_words(charge.facts.get("per"), telling) or step_name(3, "", telling.words)
    return ShownStep(name, _since(charge.facts, telling), _one_price(charge, telling), source_of(charge.origin))


def _price_result(trace: Sequence[TraceStep], telling: Telling) -> str:
    """The unit price, or the name of the model where one number cannot say it."""
    charge = next((step for step in trace if step.number == 3), None)
    if charge is None or different_prices(trace):
        return ""
    while "model" not in charge.facts and charge.kind not in _MODELS and charge.children:
        charge = charge.children[0]
    return _one_price(charge, telling)


def _one_price(charge: TraceStep, telling: Telling) -> str:
    model = str(charge.facts.get("model", charge.kind))
    if model == "per-unit":
        # An allowance, minimum or maximum stands beside the price, each as a step.
        prices = [step.facts["unit_price"] for step in (charge, *charge.children) if "unit_price" in step.facts]
        return telling.amount(prices[0]) if prices else step_name(0, model, telling.words)
    if model == "flat" and not charge.children and charge.value is not None:
        return telling.amount(charge.value)
    if model not in _MODELS:
        return ""
    return {"graduated": telling.say("graduated"), "volume": telling.say("volume")}.get(model) or step_name(0, model, telling.words)


_MODELS = ("per-unit", "flat", "package", "graduated", "volume", "percentage")


def _child(step: TraceStep, telling: Telling, trace: Sequence[TraceStep]) -> ShownStep:
    name, working = step_name(0, step.kind, telling.words), telling.words.formula(step.formula)
    match step.kind:
        case "tier" | "list-amount":
            name = part_name(step, telling)
        case "allowance":
            working = allowance_words(step, telling)
        case "price-in-force":
            name, working = step_name(2, "", telling.words), _since(step.facts, telling)
        case "round-tax":
            working = rounded_words(step, telling)
        case "charge":
            name = per_words(step.facts.get("per"), telling) or step_name(3, "", telling.words)
        case "times-term" | "once":
            name, working = per_words(step.facts.get("per"), telling) or name, _times(step, telling)
        case "windows":
            name, working = per_words(step.facts.get("per"), telling) or step_name(3, "", telling.words), use_words(step, telling, trace)
    children = tuple(_child(child, telling, trace) for child in step.children if is_told(child))
    result = telling.amount(step.value) if step.value is not None else ""
    return ShownStep(name, working, result, source_of(step.origin), children=children, value=step.value, count=_count(step, telling))


def _count(step: TraceStep, telling: Telling) -> str:
    """How much is multiplied by a unit price, of a step that does nothing else."""
    facts = step.facts
    alone = "unit_price" in facts and "flat" not in facts and type(facts["quantity"]) is Decimal
    return telling.words.number(facts["quantity"]) if alone else ""


# ------------------------------------------------------------------------------------------------------- rules considered


def _considered(rule: Considered, step: TraceStep, telling: Telling) -> ShownStep:
    working, result = reason_words(rule, step, telling)
    name = rule.rule
    if step.number == 2 and rule.facts.get("effective"):
        name = telling.say("price of %(start)s", start=telling.day(rule.facts["effective"]))
    return ShownStep(name, working, result, source_of(rule.origin), mark="chosen" if rule.chosen else "rejected")


def source_of(origin: Origin) -> str:
    """The file's own name and the line; the folders in front of it are in the JSON."""
    return f"{origin.file.rsplit('/', 1)[-1]}:{origin.line}" if origin.line else ""
