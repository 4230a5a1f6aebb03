"""Step 5 of the waterfall: the discount stages, top to bottom, each on what the stage before left (rule language, 3.6, 3.10)."""

from engine.model.book import PriceBook
from engine.model.facts import RuleFacts, StepFacts
from engine.model.policies import Discount, DiscountStage
from engine.model.trace import Considered, TraceStep
from engine.pricing.benefits import Cut
from engine.pricing.discounts import DiscountContext, Effect, Pending, effect_of, sum_after
from engine.pricing.running import RunningLine
from engine.values.exact import Number, subtract

Outcome = dict[str, Considered | None]
"""For each discount that a stage names why it was no option; None where it was one, even where it lost in `best_of`."""


def run_stages(book: PriceBook, lines: list[RunningLine], context: DiscountContext) -> tuple[tuple[Pending, ...], Outcome]:
    """Lowers the lines stage by stage and adds the steps to their traces.

    Returns the amounts that are settled in step 7, in the order of the policy, and what became of each discount.
    """
    pending: list[Pending] = []
    outcome: Outcome = {}
    for stage in book.discount_policy:
        pending.extend(_run_stage(book, stage, lines, context, outcome))
    for line in lines:
        if not book.discount_policy:
            line.steps.append(TraceStep(5, "discount", line.left, line.left, idle=True))
        line.discount = subtract(line.rated.list_amount, line.left)
    return tuple(pending), outcome


def _run_stage(book: PriceBook, stage: DiscountStage, lines: list[RunningLine], context: DiscountContext, outcome: Outcome) -> tuple[Pending, ...]:
    options: list[Effect] = []
    looked_at: dict[str, Effect | Considered] = {}
    for name in stage.discounts:
        found = _effect(book, name, lines, context)
        looked_at[name] = found
        outcome[name] = _why_no_option(found)
        if isinstance(found, Effect) and found.reaches:
            options.append(found)
    best, totals = _best(options, lines) if stage.best_of else (options[0] if options else None, {})
    verdicts = [(found, _verdict(found, best, totals)) for found in looked_at.values()]
    for index, line in enumerate(lines):
        cut = best.cuts.get(index) if best is not None else None
        considered = tuple([_on_line(found, verdict, index, cut, line) for found, verdict in verdicts])
        if best is None or cut is None:
            line.steps.append(TraceStep(5, "discount", line.left, line.left, considered=considered, idle=True, origin=stage.origin))
            continue
        _apply(best.discount, cut, line, considered, context.places)
        line.given += (best.given[index],)
    return best.pending if best else ()


def _effect(book: PriceBook, name: str, lines: list[RunningLine], context: DiscountContext) -> Effect | Considered:
    """What a discount would do; a coupon that gives nothing on any line is no option. Source: rule language, second version, 8.7."""
    discount = book.discounts[name]
    found = effect_of(discount, lines, context)
    if discount.coupon is not None and isinstance(found, Effect) and found.reaches and not found.gives(lines):
        return Considered(discount.id, False, "takes-nothing", {}, discount.origin)
    return found


def _why_no_option(found: Effect | Considered) -> Considered | None:
    if isinstance(found, Considered):
        return found
    return None if found.reaches else next(iter(found.left_out.values()), None)


def _best(options: list[Effect], lines: list[RunningLine]) -> tuple[Effect | None, dict[str, Number]]:
    """The option that leaves the order cheapest, the first named on a tie, and the sum that each would leave."""
    totals = {option.discount.id: sum_after(option, lines) for option in options}
    best = None
    for option in options:
        if best is None or totals[option.discount.id] < totals[best.discount.id]:
            best = option
    return best, totals


def _verdict(found: Effect | Considered, best: Effect | None, totals: dict[str, Number]) -> Considered | None:
    """What became of a discount in its stage: applied, or the reason why not; None where each line has a reason of its own."""
    if isinstance(found, Considered):
        return found
    discount = found.discount
    if best is None or not found.reaches:
        return None
    facts: RuleFacts = {"total": totals[discount.id]} if totals else {}
    if found is best:
        return Considered(discount.id, True, "applied", facts, discount.origin)
    facts |= {"winner": best.discount.id, "winner_total": totals[best.discount.id]}
    return Considered(discount.id, False, "lost-in-best-of", facts, discount.origin)


def _on_line(found: Effect | Considered, verdict: Considered | None, index: int, cut: Cut | None, line: RunningLine) -> Considered:
    """The verdict as it holds for one line: a discount that applies may leave a line out, wait for step 7, or find nothing to take."""
    if isinstance(found, Considered):
        return found
    if verdict is None:
        return found.left_out[index]
    if not verdict.chosen:
        return verdict
    if cut is not None:
        return verdict if cut.left != line.left else Considered(verdict.rule, False, "takes-nothing", verdict.facts, verdict.origin)
    if index in found.left_out:
        return found.left_out[index]
    return Considered(verdict.rule, True, "settled-as-amount", verdict.facts, verdict.origin)


def _apply(discount: Discount, cut: Cut, line: RunningLine, considered: tuple[Considered, ...], places: int) -> None:
    facts: StepFacts = {"discount": discount.id, **cut.facts}
    # The number's own line: the tier that is reached, or the key of the benefit.
    origin = cut.origin if cut.origin.line else discount.origin
    if cut.left == line.left:
        # A fixed price that is not lower, a pay-for that no whole period reaches: looked at, and nothing to take.
        step = TraceStep(5, cut.kind, cut.left, line.left, facts=facts, considered=considered, idle=True, origin=origin)
    else:
        formula = cut.formula(places)
        step = TraceStep(5, cut.kind, cut.left, line.left, formula, facts, considered, origin=origin)
    line.steps.append(step)
    line.parts, line.left = cut.parts, cut.left
