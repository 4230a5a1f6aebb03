"""Step 9 of the waterfall: taxes on the lines as shown (rule language, 3.10, Taxes).

Rows of one `tax` compete, different taxes add up. A tax is rounded once for each (tax, category, rate), as the step `at: tax` of the
rounding chain says, without one half-up to the minor unit (second version, 5.2); compounds are computed on exact taxes. Where the
book's prices include tax, the lines are gross and the tax is taken out of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.model.book import PriceBook, RoundingStep
from engine.model.facts import StepFacts
from engine.model.formulas import Figure, Formula, Percent, product, quotient, summed
from engine.model.policies import Tax
from engine.model.quotes import TaxTotal
from engine.model.trace import Considered, TraceStep
from engine.pricing.indexes import price_index
from engine.pricing.resolution import choose, rounding_in_force
from engine.pricing.rounding import Rounded
from engine.pricing.tax_days import TaxedPart
from engine.values.exact import ONE, ZERO, Number, add, divide, multiply, subtract, total
from engine.values.money import allocate, minor_places, round_money
from engine.values.spans import Origin


@dataclass(frozen=True, slots=True)
class TaxInForce:
    """A tax on one line: the row in force, and its `effective` rate on the net amount with what it compounds on (0.07 x 1.05)."""

    row: Tax
    effective: Number


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """Parts of lines that one tax was computed on and rounded for together: its `amount`, and by part (index of the line, number of
    the part, amount of the part, weight of it in the tax). `step` is how it was rounded.
    """

    row: Tax
    amount: Decimal
    members: tuple[tuple[int, int, Decimal, Number], ...]
    step: RoundingStep

    def rounded(self, tax: Number, currency: str) -> Decimal:
        """An exact tax, rounded as the group's own was."""
        return _rounded(tax, currency, self.step)

    def places(self, currency: str) -> int:
        """The decimals in which it can be shared: those of the currency, or more where the step leaves more."""
        return max(minor_places(currency), self.step.places or 0)


@dataclass(frozen=True, slots=True)
class Taxed:
    """The taxes of an order: totals by tax, category and rate; by index of the line its taxes and the rows considered for it."""

    totals: tuple[TaxTotal, ...]
    steps: tuple[TraceStep, ...]
    by_line: Mapping[int, tuple[TaxInForce, ...]]
    considered: Mapping[int, tuple[Considered, ...]]
    groups: tuple[TaxGroup, ...] = ()


TaxedAmount = tuple[tuple[TaxInForce, ...], Decimal, int, int]
"""The taxes on a part of a line, the part's amount, the index of the line and the number of the part."""

UNTAXED = Taxed((), (), {}, {})

UNNAMED_TAX_STEP = RoundingStep("tax", "half-up")


def tax_parts(book: PriceBook, parts: list[TaxedPart], currency: str, attributes: Mapping[str, str], at: datetime) -> Taxed:
    """The taxes on the lines as shown, each part at the rates of its own instant; `attributes` are those of the order.

    They are rounded by the rule in force at the UTC instant `at`, as the lines are. 100.00 at 19% is 19.00; with prices that
    include tax, 119.00 holds 19.00. Source: rule language, 3.10, Taxes, and second version, 5.2.
    """
    found: dict[tuple[str, datetime, tuple[tuple[str, str], ...]], tuple[tuple[TaxInForce, ...], tuple[Considered, ...]]] = {}
    by_line: dict[int, tuple[TaxInForce, ...]] = {}
    considered: dict[int, tuple[Considered, ...]] = {}
    taxed: list[TaxedAmount] = []
    for number, part in enumerate(parts):
        key = (part.item, part.at, tuple(part.apart.items()))
        if key not in found:
            found[key] = taxes_in_force(book, part.item, part.at, {**attributes, **part.apart})
        taxes, looked_at = found[key]
        by_line[part.line] = by_line.get(part.line, ()) + taxes
        considered[part.line] = considered.get(part.line, ()) + looked_at
        taxed.append((taxes, part.amount, part.line, number))
    compute = _included if book.prices_include_tax else _on_top
    totals, steps, groups = compute(taxed, currency, rounding_in_force(book, "tax", at, attributes) or UNNAMED_TAX_STEP)
    return Taxed(totals, steps, by_line, considered, groups)


def note_taxes(lines: Sequence[Rounded], taxed: Taxed) -> None:
    """Step 9 in the trace of each line: the taxes on it, which leave its amount as it is."""
    for index, line in enumerate(lines):
        rows, considered = taxed.by_line.get(index, ()), taxed.considered.get(index, ())
        facts: StepFacts = {"taxes": tuple((each.row.tax, each.row.category, each.row.rate) for each in rows)} if rows else {}
        line.steps.append(TraceStep(9, "tax", line.left, line.left, facts=facts, considered=considered, idle=not rows))


def taxes_in_force(book: PriceBook, item: str, at: datetime, attributes: Mapping[str, str]) -> tuple[tuple[TaxInForce, ...], tuple[Considered, ...]]:
    """The taxes on an item, in the order in which the book names them, with their effective rates."""
    rank = price_index(book).rank
    rows: dict[str, Tax] = {}
    considered: list[Considered] = []
    for tax in dict.fromkeys(row.tax for row in book.taxes):
        competing = [row for row in book.taxes if row.tax == tax]
        # A row that names the item outranks one that does not, before `when`.
        for group in ([row for row in competing if item in row.items], [row for row in competing if not row.items]):
            chosen = choose(group, attributes, at, rank) if group else None
            if chosen is None:
                continue
            considered.extend(chosen.considered)
            if chosen.entry is not None:
                rows[tax] = chosen.entry
                break
    return tuple(TaxInForce(row, _effective(tax, rows, ())) for tax, row in rows.items()), tuple(considered)


def _effective(tax: str, rows: Mapping[str, Tax], above: tuple[str, ...]) -> Number:
    """The rate on the net amount: 7% that compounds on 5% is 7.35%."""
    row = rows[tax]
    seen = (*above, tax)
    below = [_effective(other, rows, seen) for other in row.compound_on if other in rows and other not in seen]
    return multiply(row.rate, add(ONE, total(below))) if below else row.rate


Group = tuple[str, str | None, Decimal]
"""(tax, category, rate): what is rounded together."""

Computed = tuple[tuple[TaxTotal, ...], tuple[TraceStep, ...], tuple[TaxGroup, ...]]


def _on_top(lines: list[TaxedAmount], currency: str, rule: RoundingStep) -> Computed:
    groups: dict[Group, list[tuple[TaxInForce, Decimal]]] = {}
    shared: dict[Group, list[tuple[int, int, Decimal, Number]]] = {}
    for taxes, amount, index, number in lines:
        for each in taxes:
            groups.setdefault(_group(each.row), []).append((each, amount))
            shared.setdefault(_group(each.row), []).append((index, number, amount, multiply(amount, each.effective)))
    totals: list[TaxTotal] = []
    steps = []
    for key, members in groups.items():
        row = members[0][0].row
        base = total(amount for _, amount in members)
        exact_tax = total(weight for *_, weight in shared[key])
        totals.append(_tax_total(row, base, _rounded(exact_tax, currency, rule)))
        steps.append(_step(row, _formula_on_top(members, currency), exact_tax, totals[-1], rule))
    made = (TaxGroup(groups[key][0][0].row, each.amount, tuple(shared[key]), rule) for key, each in zip(groups, totals, strict=True))
    return tuple(totals), tuple(steps), tuple(made)


def _formula_on_top(members: Iterable[tuple[TaxInForce, Decimal]], currency: str) -> Formula | None:
    places = minor_places(currency)
    by_rate: dict[Number, Number] = {}
    for each, amount in members:
        by_rate[each.effective] = add(by_rate.get(each.effective, ZERO), amount)
    return summed(product(Figure(base, places), Percent(rate)) for rate, base in by_rate.items())


def _included(lines: list[TaxedAmount], currency: str, rule: RoundingStep) -> Computed:
    """Lines with the same taxes together: tax = round(gross x r / (1 + r)), shared among the taxes by largest remainder."""
    by_taxes: dict[tuple[tuple[Group, Number], ...], tuple[tuple[TaxInForce, ...], list[tuple[int, int, Decimal]]]] = {}
    for taxes, amount, index, number in lines:
        if taxes:
            same = tuple((_group(each.row), each.effective) for each in taxes)
            by_taxes.setdefault(same, (taxes, []))[1].append((index, number, amount))
    totals: dict[Group, TaxTotal] = {}
    steps, groups = [], []
    for taxes, members in by_taxes.values():
        gross = total(amount for *_, amount in members)
        rate = total(each.effective for each in taxes)
        exact_tax = divide(multiply(gross, rate), add(ONE, rate))
        tax = _rounded(exact_tax, currency, rule)
        net = subtract(gross, tax)
        shares = allocate(tax, [each.effective for each in taxes], minor_places(currency) if rule.places is None else rule.places)
        formula = quotient(product(Figure(gross, minor_places(currency)), Percent(rate)), Percent(add(ONE, rate)))
        for each, share in zip(taxes, shares, strict=True):
            key = _group(each.row)
            base, amount = (totals[key].base, totals[key].amount) if key in totals else (ZERO, ZERO)
            totals[key] = _tax_total(each.row, add(base, net), add(amount, share))
            held = divide(each.effective, add(ONE, rate))
            groups.append(TaxGroup(each.row, share, tuple((*member, multiply(member[2], held)) for member in members), rule))
        names, rates = tuple(each.row.tax for each in taxes), tuple(each.row.rate for each in taxes)
        facts: StepFacts = {"taxes": names, "rates": rates, "gross": gross, "net": net}
        steps.append(TraceStep(9, "tax-included", tax, exact_tax, formula, facts, children=_rounding(rule, exact_tax, tax), origin=_rate_place(taxes[0].row)))
    return tuple(totals.values()), tuple(steps), tuple(groups)


def _group(row: Tax) -> Group:
    return (row.tax, row.category, row.rate)


def _tax_total(row: Tax, base: Decimal, amount: Decimal) -> TaxTotal:
    return TaxTotal(row.tax, row.category, row.rate, base, amount, row.id)


def _rounded(tax: Number, currency: str, rule: RoundingStep) -> Decimal:
    return round_money(tax, currency, rule.mode, rule.places)


def _rounding(rule: RoundingStep, exact_tax: Number, tax: Decimal) -> tuple[TraceStep, ...]:
    """The step that the book names; nobody is told of the one that it leaves out."""
    if rule is UNNAMED_TAX_STEP:
        return ()
    facts: StepFacts = {"mode": rule.mode, "places": rule.places}
    return (TraceStep(9, "round-tax", tax, exact_tax, facts=facts, idle=tax == exact_tax, origin=rule.origin),)


def _step(row: Tax, formula: Formula | None, exact_tax: Number, shown: TaxTotal, rule: RoundingStep) -> TraceStep:
    facts: StepFacts = {"tax": row.tax, "category": row.category, "rate": row.rate, "base": shown.base, "compound_on": row.compound_on}
    return TraceStep(9, "tax", shown.amount, exact_tax, formula, facts, children=_rounding(rule, exact_tax, shown.amount), origin=_rate_place(row))


def _rate_place(row: Tax) -> Origin:
    return row.rate_origin if row.rate_origin.line else row.origin
