"""Worked examples: the first of each way to pay as a table of all steps, the others as lists, refused orders with their reason."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from engine.documents import page_blocks as blocks
from engine.documents.format import decimals, without_isolates
from engine.documents.page_blocks import Block
from engine.documents.sheet_words import Teller, sentences
from engine.model.orders import Order, OrderLine
from engine.model.quotes import Quote
from engine.sheet.view import StepCell, StepRow, WorkedExample
from engine.values.exact import ONE, Number, exact, is_finite_decimal, subtract
from engine.values.money import minor_places, round_money

WIDEST = 4
"""More lines than this do not fit beside each other: such an example is told as a list."""


def example_blocks(t: Teller, examples: Sequence[WorkedExample]) -> list[Block]:
    """All examples: tables first, lists side by side, then what is refused."""
    priced = [example for example in examples if example.outcome == "quote" and example.quote and example.order]
    full = _in_full(priced)
    found = [_steps(t, example) for example in full]
    lists = [_list(t, example) for example in priced if example not in full]
    refused = [example for example in examples if example.outcome in ("error", "refused")]
    if refused:
        lists.append(_refused(t, refused))
    return [*found, blocks.gallery(lists)] if len(lists) > 1 else [*found, *lists]


def _in_full(priced: Sequence[WorkedExample]) -> list[WorkedExample]:
    """The first example of each billing mode that the page can show side by side."""
    chosen: dict[str, WorkedExample] = {}
    for example in priced:
        if example.quote and len(example.quote.lines) <= WIDEST:
            chosen.setdefault(example.quote.billing_mode, example)
    return list(chosen.values())[:1]


def order_words(t: Teller, order: Order, brief: bool = False) -> str:
    """An order in one sentence: `Yearly/Monthly, 1 year, ordered on 1 March 2026: basic edition (50 users, 500 GB). USD.`"""
    length = order.term or order.duration
    day = t.day(order.at) if brief else t.say("ordered on %(date)s", date=t.day(order.at))
    parts = [t.mode(order.billing_mode), t.f.duration(length) if length else "", day]
    items = t.f.titles(_line_words(t, line) for line in order.lines)
    told = [t.say("%(how)s: %(items)s.", how=t.f.row(part for part in parts if part), items=t.f.lowered(items))]
    given = [f"{t.text(t.names.attributes[name]) if name in t.names.attributes else name}: {t.f.name(value)}" for name, value in order.attributes.items()]
    given += [t.say("coupon %(coupon)s", coupon=t.f.name(coupon)) for coupon in order.coupons]
    if given:
        told.append(t.say("With %(given)s.", given=t.f.list(given)))
    if not brief or order.currency != t.currency:
        told.append(f"{t.f.isolate(order.currency)}.")
    return sentences(told)


def _line_words(t: Teller, line: OrderLine) -> str:
    title = t.item(line.item)
    unit = line.unit or t.names.item_units.get(line.item, "")
    if line.spec is not None:
        many = f", {t.quantity(line.quantity, unit)}" if line.quantity is not None and line.quantity != ONE else ""
        return t.say_in("order", "%(item)s (%(what)s)", item=title, what=t.spec(line.item, line.spec) + many)
    return t.say_in("order", "%(item)s (%(what)s)", item=title, what=t.quantity(line.quantity if line.quantity is not None else ONE, unit))


# --- as a table -----------------------------------------------------------------------------------------------------------------


def _steps(t: Teller, example: WorkedExample) -> Block:
    quote, order = example.quote, example.order
    rows = []
    for step in _merged(example.steps):
        cells = [_cell(t, quote, index, cell, step) for index, cell in enumerate(step.cells)]
        rows.append({"number": t.f.number(step.number), "name": step_name(t, step), "why": _why(t, step), "cells": cells, "idle": step.idle})
    amounts = [{"working": "", "result": _amount(t, quote, line.amount)} for line in quote.lines]
    sums = [{"name": t.say("Amount of the line"), "meaning": "", "cells": amounts}] if len(amounts) > 1 else []
    sums.append({"name": _total_name(t, quote), "meaning": _meaning(t, example), "cells": [_total(t, quote)]})
    labels = (t.say("No."), t.say("Step"))
    lines = [t.item(line.item) for line in quote.lines]
    return blocks.steps(t.text(example.title) or example.id, order_words(t, order), labels, lines, rows, sums, [t.text(example.description)])


def _merged(steps: Sequence[StepRow]) -> list[StepRow]:
    """Steps of one number with nothing to do are said once; a rounding that changed nothing is not said beside the step it follows."""
    kept: list[StepRow] = []
    for step in steps:
        same = [one for one in steps if one.number == step.number]
        busy = [one for one in same if not one.idle]
        if step.idle and (busy or step is not same[0]):
            continue
        kept.append(step)
    return kept


def step_name(t: Teller, step: StepRow) -> str:
    """The name of a step of the waterfall (rule language, 3.2)."""
    kinds = {
        "round-charge": t.say("Rounding of the charge"),
        "windows": t.say("Times the hours of use"),
        "once": t.say("Charged once"),
        "prices-in-force": t.say("Prices in force"),
    }
    names = {
        1: t.say("Quantity"),
        2: t.say("Price in force"),
        3: t.say("Charge"),
        4: t.say("Times the term"),
        5: t.say("Discount"),
        6: t.say("Rounding of the line"),
        7: t.say("Coupons and amounts off"),
        8: t.say("Rounding of the invoice"),
        9: t.say("Tax"),
    }
    if step.kind == "windows" and not _by_the_hour(step):
        return t.say("Times the time of use")
    return kinds.get(step.kind) or names[step.number]


def _by_the_hour(step: StepRow) -> bool:
    return all(cell is None or cell.facts.get("window", "hour") == "hour" for cell in step.cells)


def _facts(step: StepRow) -> Mapping[str, object]:
    busy = [cell for cell in step.cells if cell is not None and not cell.idle]
    return busy[0].facts if busy else {}


def _why(t: Teller, step: StepRow) -> str:
    """The quiet words beside a step's name: where its numbers come from."""
    facts = _facts(step)
    match step.kind:
        case "price-in-force" if facts.get("effective"):
            since = t.say("list of %(date)s", date=t.day(facts["effective"]))
            return t.f.row([since, per_words(t, facts.get("per"))]) if facts.get("per") else since
        case "times-term" if facts.get("term") and facts.get("per") == "month" and facts["term"].months % 12 == 0:
            return t.say("%(term)s: %(months)s", term=t.f.duration(facts["term"]), months=t.f.time(facts["term"].months, "month"))
        case "percent-off":
            return _discount_words(t, facts)
        case "round-line" | "round-charge" | "round-invoice":
            return _rounding_words(t, step)
    if step.number in (5, 7) and facts.get("discount"):
        return _discount_title(t, facts)
    return ""


def per_words(t: Teller, per: object) -> str:
    """What a price is per: `per month`."""
    match per:
        case "month":
            return t.say_in("price", "per month")
        case "year":
            return t.say_in("price", "per year")
        case "hour":
            return t.say_in("price", "per hour")
        case "day":
            return t.say_in("price", "per day")
        case "once":
            return t.say_in("price", "charged once")
    return ""


def _discount_title(t: Teller, facts: Mapping[str, object]) -> str:
    named = t.names.discounts.get(str(facts.get("discount", "")))
    return (t.text(named) if named else "") or t.f.name(str(facts.get("discount", "")))


def _discount_words(t: Teller, facts: Mapping[str, object]) -> str:
    title = _discount_title(t, facts)
    return t.f.row([title, t.f.percent(facts["ratio"])]) if "ratio" in facts else title


def _rounding_words(t: Teller, step: StepRow) -> str:
    facts = next((cell.facts for cell in step.cells if cell is not None and "mode" in cell.facts), None)
    return rounding_words(t, str(facts["mode"]), int(facts["places"])) if facts and "places" in facts else ""


def rounding_words(t: Teller, mode: str, places: int) -> str:
    """A rounding in words: `half up, to 2 decimals`."""
    modes = {
        "half-up": t.say("half up"),
        "half-even": t.say("half to even"),
        "half-down": t.say("half down"),
        "up": t.say("up"),
        "down": t.say("down"),
    }
    to = t.say_many("to %(places)s decimal", "to %(places)s decimals", places, places=t.f.number(places))
    return t.f.row([modes[mode], to])


def _cell(t: Teller, quote: Quote, index: int, cell: StepCell | None, step: StepRow) -> Block:
    if cell is None:
        return {"working": "", "result": ""}
    line = quote.lines[index]
    working = t.f.formula(cell.formula) if cell.formula and not cell.idle else ""
    match step.number:
        case 1:
            return {"working": "", "result": t.quantity(line.quantity, line.unit)}
        case 2:
            return {"working": "", "result": _price(t, quote, index)}
        case 3 | 4:
            if step.kind == "times-term" and cell.before is not None and "periods" in cell.facts:
                working = _times(t, quote, _amount(t, quote, cell.before), cell.facts["periods"])
            return {"working": working, "result": _amount(t, quote, cell.value) if cell.value is not None else ""}
        case 9:
            return {"working": "", "result": t.say("none") if step.idle else t.say("below")}
    if cell.idle:
        rounding = step.kind.startswith("round-") and cell.facts
        return {"working": "", "result": _amount(t, quote, Decimal(0)) if rounding else t.say("none")}
    return {"working": _cut_working(t, cell, working), "result": _change(t, quote, cell)}


def _times(t: Teller, quote: Quote, amount: str, periods: Number) -> str:
    return t.f.isolate(f"{without_isolates(amount)} \u00d7 {without_isolates(t.f.number(periods))}")


def _cut_working(t: Teller, cell: StepCell, working: str) -> str:
    if "ratio" in cell.facts and cell.before is not None:
        base = cell.facts.get("of", cell.before)
        return t.f.isolate(without_isolates(f"{t.f.number(base, at_least=2)} \u00d7 {t.f.percent(cell.facts['ratio'])}"))
    if {"amount", "of", "of_all"} <= cell.facts.keys():
        # The coupon is shared in proportion to what is left of each line, to the last unit.
        share = [t.f.number(cell.facts[name], at_least=2) for name in ("amount", "of", "of_all")]
        return t.f.isolate(without_isolates(f"{share[0]} \u00d7 {share[1]} \u00f7 {share[2]}"))
    return "" if cell.kind.startswith("round-") else working


def _price(t: Teller, quote: Quote, index: int) -> str:
    """The unit price where one says it; a tiered price is shown by the next step's working."""
    for step in quote.lines[index].trace:
        if step.number == 3:
            found = [step, *step.children]
            prices = [one.facts["unit_price"] for one in found if "unit_price" in one.facts]
            if prices and (step.facts.get("model") == "per-unit" or len(prices) == 1):
                return t.f.number(prices[0], at_least=minor_places(quote.currency))
            if len(found) > 1 or step.facts.get("model") in ("graduated", "volume"):
                return t.say("in tiers")
    return ""


def _amount(t: Teller, quote: Quote, value: Number) -> str:
    return t.f.amount(_plain(value), quote.currency)


def _plain(value: Number) -> Number:
    return exact(value)


def _change(t: Teller, quote: Quote, cell: StepCell) -> str:
    if cell.value is None or cell.before is None:
        return ""
    return _amount(t, quote, subtract(cell.value, cell.before))


def _total_name(t: Teller, quote: Quote) -> str:
    if quote.taxes:
        return t.say("Total with tax")
    return t.say("Total")


def _total(t: Teller, quote: Quote) -> Block:
    parts = [_amount(t, quote, line.amount) for line in quote.lines]
    if quote.taxes and quote.totals.gross != quote.totals.net:
        parts = [_amount(t, quote, quote.totals.net), *(_amount(t, quote, tax.amount) for tax in quote.taxes)]
    working = t.f.isolate(without_isolates(" + ".join(parts))) if len(parts) > 1 else ""
    return {"working": working, "result": _amount(t, quote, quote.totals.gross)}


def _meaning(t: Teller, example: WorkedExample) -> str:
    """The last line: what the sum means."""
    quote = example.quote
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


def _list(t: Teller, example: WorkedExample) -> Block:
    quote = example.quote
    shown: list[tuple[str, str, Number]] = []
    for index, line in enumerate(quote.lines):
        title = t.item(line.item)
        charge = None
        for step in _merged(example.steps):
            cell = step.cells[index] if index < len(step.cells) else None
            if cell is None or cell.idle or step.number in (1, 2, 9) or cell.value is None:
                continue
            told = _cell(t, quote, index, cell, step)
            if step.number == 3:
                charge = cell
            if step.kind == "times-term" and charge is not None and shown and "periods" in cell.facts:
                # One line for price times quantity times term.
                factor = without_isolates(t.f.formula(charge.formula))
                factor = f"({factor})" if " + " in factor or " \u2212 " in factor else factor
                shown[-1] = (title, _times(t, quote, factor, cell.facts["periods"]), cell.value)
                continue
            value = cell.value if step.number in (3, 4) else subtract(cell.value, cell.before)
            name = title if step.number == 3 else _step_words(t, step, cell)
            shown.append((name, str(told["working"]), value))
    total = _total(t, quote)
    rows = _aligned(t, quote, shown)
    label = t.say("To pay") if not quote.taxes else t.say("To pay, with tax")
    pad = _pad(t, quote, quote.totals.gross, _most(quote, shown))
    rows.append({"name": label, "working": sentences([str(total["working"])]), "result": total["result"], "pad": pad, "total": True})
    return blocks.short(t.text(example.title) or example.id, order_words(t, example.order, brief=True), rows, [t.text(example.description)])


def _step_words(t: Teller, step: StepRow, cell: StepCell) -> str:
    if step.number == 5 and "ratio" in cell.facts:
        return t.say("Discount of %(percent)s", percent=t.f.percent(cell.facts["ratio"]))
    return step_name(t, step)


def _aligned(t: Teller, quote: Quote, shown: Sequence[tuple[str, str, Number]]) -> list[Block]:
    """Results of different precision stand with their decimal points below each other."""
    most = _most(quote, shown)
    return [
        {"name": name, "working": working, "result": _amount(t, quote, value), "pad": _pad(t, quote, value, most), "total": False}
        for name, working, value in shown
    ]


def _most(quote: Quote, shown: Sequence[tuple[str, str, Number]]) -> int:
    return decimals([value for _, _, value in shown], minor_places(quote.currency))


def _pad(t: Teller, quote: Quote, value: Number, most: int) -> str:
    own = decimals([value], minor_places(quote.currency))
    if own == most:
        return ""
    # A digit is one `ch` wide; the point is narrower.
    return f"{most - own}ch" if own else f"calc({most}ch + 0.27em)"


# --- what is refused ------------------------------------------------------------------------------------------------------------


def _refused(t: Teller, examples: Sequence[WorkedExample]) -> Block:
    points = []
    for example in examples:
        title = t.text(example.title) or example.id
        codes = t.f.either(t.f.isolate(one.slug) for one in example.diagnostics)
        points.append(t.say("%(title)s (%(reason)s)", title=title, reason=codes))
    return blocks.policy(t.say("Orders that are refused"), points=points)
