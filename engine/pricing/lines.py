"""Steps 1 to 4 of the waterfall: from an order's lines to their list amounts (rule language, 3.2).

Contract: knows quantities, prices in force, charges and durations; discounts, taxes and the rounding of lines come after it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from engine.diagnostics import Diagnostic
from engine.model.book import PriceBook, RoundingStep
from engine.model.facts import StepFacts
from engine.model.formulas import Calculation, Figure, Formula, number, product, summed, value
from engine.model.orders import Order
from engine.model.trace import TraceStep
from engine.pricing.acceptance import accept_order
from engine.pricing.charges import Rated, rate_charge
from engine.pricing.durations import periods_in, price_period
from engine.pricing.rated import AcceptedLine, ExtraPart, RatedCharge, RatedLine
from engine.pricing.refused import Refused
from engine.pricing.resolution import PricesInForce, prices_in_force, rounding_in_force, rule_name
from engine.pricing.steps import charge_step, price_step, quantity_step, round_to, rounding_step
from engine.pricing.unified_days import first_end
from engine.pricing.unpriced import no_price
from engine.values.exact import ONE, ZERO, Number, add, multiply, total
from engine.values.money import minor_places
from engine.values.terms import periods_of, units


def rate_lines(book: PriceBook, order: Order, accepted: Sequence[AcceptedLine] | None = None) -> tuple[RatedLine, ...]:
    """The lines of the order that are paid in advance, rated, in its order; raises Refused with the problems of every line.

    `accepted` are its lines where they were checked already. What is billed by usage is billed by itself (`estimates`).
    """
    checked = accept_order(book, order) if accepted is None else accepted
    extra = first_end(book, order).extra if order.term is not None else None
    rated: list[RatedLine] = []
    problems: list[Diagnostic] = []
    for line in checked:
        if line.mode_item.payment == "postpaid":
            continue
        try:
            rated.append(rate_prepaid(book, order, line, extra))
        except Refused as refused:
            problems += refused.diagnostics
    if problems:
        raise Refused(*problems)
    return tuple(rated)


def rate_prepaid(
    book: PriceBook,
    order: Order,
    line: AcceptedLine,
    extra: ExtraPart | None = None,
    priced_at: datetime | None = None,
    rounded: bool = False,
) -> RatedLine:
    """A line that is paid in advance: each charge for one price period x the term's price periods, rounded `at: charge`.

    The `extra` part of a term that ends on a unified day adds its share of a price period: 10.00 x 1 month and 10.00 x 15/30.
    Prices are those of `priced_at`, where that is not the order's day; a quantity that was `rounded` before stays as it is.
    """
    at, attributes = order.at, order.attributes
    quantity_rule = rounding_in_force(book, "quantity", at, attributes) if not rounded else None
    quantity = round_to(line.quantity, quantity_rule, order.currency)
    spec = line.spec.id if line.spec else None
    found = prices_in_force(book, order.billing_mode, line.item.id, spec, order.currency, priced_at or at, attributes)
    if not found.entries:
        raise Refused(no_price(book, order, line, found, priced_at or at))
    found, per = _entries_for_term(order, line, found)
    rule = rounding_in_force(book, "charge", at, attributes)
    places = minor_places(order.currency)
    charges: list[RatedCharge] = []
    rated_charges: list[Rated] = []
    alone = extra is not None and extra.alone
    for entry in found.entries:
        multiplier = ZERO if alone and entry.per != "once" else periods_in(order.term_length, entry.per)
        for charge in entry.charges:
            rated = rate_charge(charge, quantity, places)
            amount = multiply(rated.amount, multiplier)
            charges.append(RatedCharge(entry, charge, entry.per, rated.amount, multiplier, amount, round_to(amount, rule, order.currency)))
            rated_charges.append(rated)
    of_term = total(charge.exact_amount for charge in charges)
    term_step = _term_step(order, charges, of_term)
    if extra is not None:
        charges = [_with_extra(charge, extra, rule, order.currency) for charge in charges]
    list_amount, exact_amount = total(charge.amount for charge in charges), total(charge.exact_amount for charge in charges)
    steps = [
        quantity_step(line, quantity, quantity_rule),
        price_step(found, per),
        charge_step(charges, rated_charges),
    ]
    if not alone or per is None:
        steps.append(term_step)
    if extra is not None and per is not None:
        steps.append(_extra_step(charges, extra, of_term, places))
    if rule is not None:
        steps.append(rounding_step(4, "round-charge", rule, exact_amount, list_amount, places))
    periods = add(ZERO if alone else periods_in(order.term_length, per), extra.share(per) if extra is not None else ZERO)
    return RatedLine(
        line.item, line.spec, quantity, line.item.unit, "prepaid", list_amount, tuple(charges), tuple(steps), line.line,
        unit_periods=multiply(quantity, periods), extra=None if per is None else extra,
        extra_units=extra.units(per) if extra is not None else ZERO,
    )  # fmt: skip


def _with_extra(charge: RatedCharge, extra: ExtraPart, rule: RoundingStep | None, currency: str) -> RatedCharge:
    """The charge with the extra part's share of one price period; what is due once has none."""
    multiplier = add(charge.multiplier, extra.share(charge.per))
    amount = multiply(charge.model_amount, multiplier)
    return replace(charge, multiplier=multiplier, exact_amount=amount, amount=round_to(amount, rule, currency))


def _extra_step(charges: list[RatedCharge], extra: ExtraPart, before: Number, places: int) -> TraceStep:
    """What the extra part adds: 100.00 + 100.00 × 0.5; what a short first term costs: 31.00 × 17/31."""
    terms: list[Formula] = [Figure(before, places)] if before or not extra.alone else []
    share: Number = ZERO
    for charge in charges:
        if charge.recurring:
            share = extra.share(charge.per)
            terms.append(product(Figure(charge.model_amount, places), Figure(share)))
    formula = Calculation("+", tuple(terms)) if len(terms) > 1 else terms[0]
    facts: StepFacts = {"start": extra.start, "end": extra.end, "convention": extra.convention, "share": share}
    if extra.alone:
        before = total(charge.model_amount for charge in charges)
    return TraceStep(4, "extra-part", value(formula), before, formula, facts, origin=extra.origin)


def _entries_for_term(order: Order, line: AcceptedLine, found: PricesInForce) -> tuple[PricesInForce, str | None]:
    """The recurring price that counts the term, and every `once` price; a price that no term can be counted in is a fault.

    A shorter price period that is in force too is told as not used.
    """
    for entry in found.entries:
        if entry.per not in (*periods_of(order.term_length), "once"):
            raise ValueError(f"{line.item.id} is prepaid for a term of {order.term_length}, and its price is per {entry.per}")
    per = price_period([entry.per for entry in found.entries], order.term_length)
    used = tuple(entry for entry in found.entries if entry.per in (per, "once"))
    if len(used) == len(found.entries):
        return found, per
    idle = {rule_name(entry) for entry in found.entries if entry not in used}
    considered = tuple(
        replace(one, chosen=False, reason="other-price-period", facts={**one.facts, "per": per}) if one.chosen and one.rule in idle else one
        for one in found.considered
    )
    return PricesInForce(used, considered), per


def _term_step(order: Order, charges: list[RatedCharge], amount: Number) -> TraceStep:
    places = minor_places(order.currency)
    term = order.term_length
    facts: StepFacts = {"term": term, "months": term.months} if term.months else {"term": term, "days": units(term)}
    if len(charges) == 1:
        return _times(charges[0], facts, places)
    children = tuple(_times(charge, facts, places) for charge in charges)
    return TraceStep(4, "times-term", amount, None, summed(child.formula for child in children), facts, (), children, True)


def _times(charge: RatedCharge, facts: StepFacts, places: int) -> TraceStep:
    """One charge x its price periods: 113.00 × 12; a `once` charge stands as it is."""
    details = facts | {"per": charge.per, "periods": charge.multiplier, "amount": charge.model_amount}
    if not charge.recurring:
        return TraceStep(4, "once", charge.exact_amount, charge.model_amount, number(charge.model_amount, places), details, idle=True)
    formula = product(number(charge.model_amount, places), charge.multiplier)
    return TraceStep(4, "times-term", charge.exact_amount, charge.model_amount, formula, details, idle=charge.multiplier == ONE)
