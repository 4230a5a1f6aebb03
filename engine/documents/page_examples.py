"""Worked examples: the first of each way to pay as a table of all steps, others as lists, refused orders with why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.documents import page_blocks as blocks
from engine.documents.commitment_words import shortfall_named
from engine.documents.example_words import order_words, per_words, step_name, step_reason
from engine.documents.format import decimals, without_isolates
from engine.documents.page_parts import ExampleStep, ExampleSum, ShortRow, Working
from engine.documents.page_types import Block, PolicyBlock, ShortBlock, StepsBlock
from engine.documents.row_words import whom
from engine.documents.teller import Teller, sentences
from engine.model.formulas import Figure, Formula, Percent, product, quotient, summed
from engine.model.orders import Order
from engine.model.quotes import Quote, QuoteLine
from engine.model.trace import TraceStep, known
from engine.sheet.view import StepCell, StepRow, WorkedExample
from engine.values.exact import Number, exact, is_finite_decimal, shown, subtract
from engine.values.money import minor_places, round_money

WIDEST = 4
"""More lines than this do not fit beside each other: such an example is told as a list."""


MOST_CHARGES = 6
"""More charges than this are the hours of a long estimate, and told as one sum."""

ADDED = 4
"""The step from which on each billing period adds to the line."""


@dataclass(frozen=True, slots=True)
class _Priced:
    """An example that has a price, with what it orders."""

    example: WorkedExample
    quote: Quote
    order: Order


def example_blocks(t: Teller, examples: Sequence[WorkedExample]) -> list[Block]:
    """All examples: tables first, lists side by side, then what is refused."""
    priced = [_Priced(one, one.quote, one.order) for one in examples if one.outcome == "quote" and one.quote and one.order]
    full = _in_full(priced)
    found = [_steps(t, one) for one in full]
    # The simplest first; lists of one length stand beside each other.
    lists: list[Block] = [*sorted((_list(t, one) for one in priced if one not in full), key=lambda block: len(block["rows"]))]
    refused = [example for example in examples if example.outcome in ("error", "refused")]
    if refused:
        lists.append(_refused(t, refused))
    return [*found, blocks.gallery(lists)] if len(lists) > 1 else [*found, *lists]


def _in_full(priced: Sequence[_Priced]) -> list[_Priced]:
    """The first example of each billing mode that the page can show side by side."""
    chosen: dict[str, _Priced] = {}
    for one in priced:
        if len(one.quote.lines) <= WIDEST:
            chosen.setdefault(one.quote.billing_mode, one)
    return list(chosen.values())[:1]


# --- as a table -----------------------------------------------------------------------------------------------------------------


def _steps(t: Teller, priced: _Priced) -> StepsBlock:
    example, quote = priced.example, priced.quote
    rows: list[ExampleStep] = []
    for step in with_each_charge(quote, _merged(example.steps)):
        cells = [_cell(t, quote, index, cell, step) for index, cell in enumerate(step.cells)]
        row: ExampleStep = {
            "number": t.f.number(step.number),
            "name": step_name(t, step),
            "why": step_reason(t, step),
            "cells": cells,
            "idle": step.idle,
        }
        # What is the same in each billing period is said once; what each of them adds is said of each.
        if step.number >= ADDED or row not in rows:
            rows.append(row)
    amounts: list[Working] = [{"working": "", "result": _amount(t, quote, line.amount)} for line in quote.lines]
    sums: list[ExampleSum] = [{"name": t.say("Amount of the line"), "meaning": "", "cells": amounts}] if len(amounts) > 1 else []
    paid = _payable(t, quote)
    meaning = _meaning(t, example, quote)
    sums.append({"name": _total_name(t, quote), "meaning": "" if paid else meaning, "cells": [_total(t, quote)]})
    sums += [{"name": name, "meaning": meaning if last else "", "cells": [{"working": "", "result": result}]} for name, result, last in paid]
    labels = (t.say("No."), t.say("Step"))
    lines = [shortfall_named(t, line.commitment) if line.commitment else _called(t, line) for line in quote.lines]
    return blocks.steps(t.text(example.title) or example.id, order_words(t, priced.order), labels, lines, rows, sums, [t.text(example.description)])


def _called(t: Teller, line: QuoteLine) -> str:
    """The line by its item, and by the attributes of usage that keep it apart from others of the item."""
    return t.f.row([t.item(line.item), *(whom(t, {name: (value,)}) for name, value in line.attributes.items())])


def _merged(steps: Sequence[StepRow]) -> list[StepRow]:
    """Steps of one number with nothing to do are said once; an idle rounding is not said beside a busy step."""
    kept: list[StepRow] = []
    for step in steps:
        same = [one for one in steps if one.number == step.number]
        busy = [one for one in same if not one.idle]
        if step.idle and (busy or step is not same[0]):
            continue
        kept.append(step)
    return kept


def with_each_charge(quote: Quote, steps: Sequence[StepRow]) -> list[StepRow]:
    """The steps with a row for each charge of a price that has several; what they come to together is the list amount."""
    found: list[StepRow] = []
    for step in steps:
        by_line = [charges_of(line, step.number) if step.number in (3, 4) else () for line in quote.lines]
        many = max((len(charges) for charges in by_line), default=0)
        if not many:
            found.append(step)
            continue
        for position in range(many):
            cells = tuple(_charge_cell(charges, position) if charges else step.cells[index] if position == 0 else None for index, charges in enumerate(by_line))
            kind = "each-charge" if step.number == 3 else next(cell.kind for cell in cells if cell is not None)
            found.append(StepRow(step.number, step.name, kind, cells))
        if step.number == 4:
            found.append(replace(step, kind="list-amount", idle=False))
    return found


def charges_of(line: QuoteLine, number: int) -> tuple[TraceStep, ...]:
    """The parts of step 3 or 4 of a line whose price consists of several charges; empty where it is one."""
    rated = next((step for step in line.trace if step.number == 3), None)
    if rated is None or rated.kind != "charges":
        return ()
    parts = next((step.children for step in line.trace if step.number == number), ())
    return parts if len(parts) == len(rated.children) <= MOST_CHARGES else ()


def _charge_cell(charges: Sequence[TraceStep], position: int) -> StepCell | None:
    if position >= len(charges):
        return None
    one = charges[position]
    return StepCell(one.formula, one.value, one.before, one.kind, one.facts, one.idle)


def _cell(t: Teller, quote: Quote, index: int, cell: StepCell | None, step: StepRow) -> Working:
    if cell is None:
        return {"working": "", "result": ""}
    line = quote.lines[index]
    match step.number:
        case 1:
            return {"working": "", "result": "" if line.commitment else t.quantity(line.quantity, line.unit)}
        case 2:
            return {"working": "", "result": _price(t, quote, index)}
        case 3 | 4:
            working = t.f.formula(_charged(quote, index, cell, step))
            return {"working": working, "result": _amount(t, quote, cell.value) if cell.value is not None else ""}
        case 9:
            return {"working": "", "result": t.say("none") if step.idle else t.say("below")}
    if cell.idle:
        rounding = step.kind.startswith("round-") and cell.facts
        return {"working": "", "result": _amount(t, quote, Decimal(0)) if rounding else t.say("none")}
    return {"working": t.f.formula(_cut(cell)), "result": _change(t, quote, cell)}


def _charged(quote: Quote, index: int, cell: StepCell, step: StepRow) -> Formula | None:
    """What gives a charge its amount: of several what each comes to, else the amount of one price period times the periods."""
    places = minor_places(quote.currency)
    if step.kind == "list-amount":
        return summed(Figure(shown(one.value), places) for one in charges_of(quote.lines[index], 4) if one.value is not None)
    if step.kind == "times-term" and cell.before is not None and "periods" in cell.facts:
        return product(Figure(shown(cell.before), places), shown(cell.facts["periods"]))
    return None if cell.idle else cell.formula


def _cut(cell: StepCell) -> Formula | None:
    """What a step takes off; a rounding says it without a calculation."""
    if "ratio" in cell.facts and cell.before is not None:
        return product(Figure(shown(cell.facts.get("of", cell.before)), 2), Percent(cell.facts["ratio"]))
    if {"amount", "of", "of_all"} <= cell.facts.keys():
        # The coupon is shared in proportion to what is left of each line, to the last unit.
        amount, left, of_all = (Figure(shown(cell.facts[name]), 2) for name in ("amount", "of", "of_all"))
        return quotient(product(amount, left), of_all)
    return None if cell.kind.startswith("round-") else cell.formula


def _price(t: Teller, quote: Quote, index: int) -> str:
    """The unit price where one says it; a tiered price is shown by the next step's working."""
    for step in quote.lines[index].trace:
        if step.number == 3:
            if step.kind == "charges":
                return t.say("several prices")
            found = [step, *step.children]
            prices = [one.facts["unit_price"] for one in found if "unit_price" in one.facts]
            if prices and (step.facts.get("model") == "per-unit" or len(prices) == 1):
                return t.f.number(prices[0], at_least=minor_places(quote.currency))
            if step.facts.get("model") in ("graduated", "volume"):
                return t.say("in tiers")
    return ""


def _amount(t: Teller, quote: Quote, value: Number, sign: bool = False) -> str:
    return t.f.amount(exact(value), quote.currency, sign=sign)


def _change(t: Teller, quote: Quote, cell: StepCell) -> str:
    """What a step adds to the value before it, with its sign: a discount takes away, a rounding may do either."""
    if cell.value is None or cell.before is None:
        return ""
    return _amount(t, quote, subtract(cell.value, cell.before), sign=True)


def _total_name(t: Teller, quote: Quote) -> str:
    if quote.taxes:
        return t.say("Total with tax")
    return t.say("Total")


def _total(t: Teller, quote: Quote) -> Working:
    parts = [_amount(t, quote, line.amount) for line in quote.lines]
    if quote.taxes and quote.totals.gross != quote.totals.net:
        parts = [_amount(t, quote, quote.totals.net), *(_amount(t, quote, tax.amount) for tax in quote.taxes)]
    working = t.f.isolate(without_isolates(" + ".join(parts))) if len(parts) > 1 else ""
    return {"working": working, "result": _amount(t, quote, quote.totals.gross)}


def _payable(t: Teller, quote: Quote) -> list[tuple[str, str, bool]]:
    """Below the total, where what is paid is another sum: what rounding adds or takes off, and what is paid, which is the last."""
    rounding = quote.totals.payable_rounding
    if not rounding:
        return []
    added = (t.say("Rounding of the sum to pay"), _amount(t, quote, rounding, sign=True), False)
    return [added, (t.say("To pay"), _amount(t, quote, quote.totals.payable), True)]


def _meaning(t: Teller, example: WorkedExample, quote: Quote) -> str:
    """The last line: what the sum means."""
    if quote.term is None:
        return t.say("An estimate: what %(time)s of this use cost.", time=t.f.duration(quote.duration)) if quote.duration else ""
    paid = t.say("Paid once, ahead.")
    if example.per_month is None or quote.term.months < 2:
        return paid
    monthly = t.f.money(round_money(example.per_month, quote.currency), quote.currency)
    is_exact = is_finite_decimal(example.per_month) and exact(example.per_month) == round_money(example.per_month, quote.currency)
    share = t.say("That is %(amount)s a month.", amount=monthly) if is_exact else t.say("That is about %(amount)s a month.", amount=monthly)
    return sentences([paid, share])


# --- as a list ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Told:
    """A row of a list: its name, its working, an amount, and whether that amount is a change of the one before."""

    name: str
    working: str
    value: Number
    change: bool = False


def _list(t: Teller, priced: _Priced) -> ShortBlock:
    example, quote = priced.example, priced.quote
    shown = [told for index in range(len(quote.lines)) for told in _of_line(t, example, quote, index)]
    most = decimals([told.value for told in shown], minor_places(quote.currency))
    total = _total(t, quote)
    paid = _payable(t, quote)
    label = _total_name(t, quote) if paid else t.say("To pay") if not quote.taxes else t.say("To pay, with tax")
    pad = _pad(quote, quote.totals.gross, most)
    sums: list[ShortRow] = [{"name": label, "working": total["working"], "result": total["result"], "pad": pad, "total": True}]
    sums += [{"name": name, "working": "", "result": result, "pad": pad, "total": last} for name, result, last in paid]
    rows = [*_aligned(t, quote, shown, most), *sums]
    return blocks.short(t.text(example.title) or example.id, order_words(t, priced.order, brief=True), rows, [t.text(example.description)])


def _of_line(t: Teller, example: WorkedExample, quote: Quote, index: int) -> list[_Told]:
    """The rows of one line: each charge times its term as one row, then everything that changes the amount."""
    line = quote.lines[index]
    title = _called(t, line)
    told: list[_Told] = []
    charge = None
    several = charges_of(line, 4)
    for one in several:
        name = t.f.row(part for part in (title, per_words(t, one.facts.get("per"))) if part)
        told.append(_Told(name, t.f.formula(one.formula), known(one.value)))
    for step in _merged(example.steps):
        cell = step.cells[index] if index < len(step.cells) else None
        told_above = several and step.number in (3, 4) and step.kind != "extra-part"
        if cell is None or cell.idle or step.number in (1, 2, 9) or cell.value is None or told_above:
            continue
        working = _cell(t, quote, index, cell, step)["working"]
        if step.number == 3:
            charge = cell
            told.append(_Told(title, working, cell.value))
        elif step.kind == "times-term" and charge is not None and "periods" in cell.facts:
            # One line for price times quantity times term.
            whole = product(charge.formula, shown(cell.facts["periods"])) if charge.formula is not None else None
            told[-1] = _Told(title, t.f.formula(whole), cell.value)
        elif step.number == 4:
            told.append(_Told(_step_words(t, step, cell), working, cell.value))
        else:
            told.append(_Told(_step_words(t, step, cell), working, subtract(cell.value, known(cell.before)), True))
    return told


def _step_words(t: Teller, step: StepRow, cell: StepCell) -> str:
    if step.number == 5 and "ratio" in cell.facts:
        return t.say("Discount of %(percent)s", percent=t.f.percent(cell.facts["ratio"]))
    return step_name(t, step)


def _aligned(t: Teller, quote: Quote, shown: Sequence[_Told], most: int) -> list[ShortRow]:
    """Results of different precision stand with their decimal points below each other."""
    return [
        {
            "name": told.name,
            "working": told.working,
            "result": _amount(t, quote, told.value, told.change),
            "pad": _pad(quote, told.value, most),
            "total": False,
        }
        for told in shown
    ]


def _pad(quote: Quote, value: Number, most: int) -> str:
    own = decimals([value], minor_places(quote.currency))
    if own == most:
        return ""
    # A digit is one `ch` wide; the point is narrower.
    return f"{most - own}ch" if own else f"calc({most}ch + 0.27em)"


# --- what is refused ------------------------------------------------------------------------------------------------------------


def _refused(t: Teller, examples: Sequence[WorkedExample]) -> PolicyBlock:
    # Which rule refuses them is for those who write rules: it stands in the JSON.
    points = [t.text(example.title) or example.id for example in examples]
    return blocks.policy(t.say("Orders that are refused"), points=points)
