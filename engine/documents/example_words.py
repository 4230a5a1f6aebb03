"""The words of a worked example: the order in a sentence, the names of its steps, and where their numbers come from."""

from engine.documents.row_words import condition
from engine.documents.teller import Teller, sentences
from engine.model.facts import StepFacts
from engine.model.orders import Order, OrderLine
from engine.sheet.view import StepRow
from engine.values.exact import ONE, Number


def order_words(t: Teller, order: Order, brief: bool = False) -> str:
    """An order in one sentence: `Yearly/Monthly, 1 year, ordered on 1 March 2026: basic edition (50 users, 500 GB). USD.`"""
    length = order.term or order.duration
    day = t.day(order.at) if brief else t.say("ordered on %(date)s", date=t.day(order.at))
    parts = [t.mode(order.billing_mode), t.f.duration(length) if length else "", day]
    items = t.f.titles(_line_words(t, line) for line in order.lines)
    told = [t.say("%(how)s: %(items)s.", how=t.f.row(part for part in parts if part), items=t.f.lowered(items))]
    given = [condition(t, {name: (value,)}) for name, value in order.attributes.items()]
    given += [t.say("coupon %(coupon)s", coupon=t.f.name(coupon)) for coupon in order.coupons]
    if given:
        told.append(t.say("With %(given)s.", given=t.f.list(given)))
    if not brief or order.currency != t.currency:
        told.append(t.sentence(t.f.isolate(order.currency)))
    return sentences(told)


def _line_words(t: Teller, line: OrderLine) -> str:
    title = t.item(line.item)
    used = [condition(t, {name: (value,)}) for name, value in line.attributes]
    unit = line.unit or t.names.item_units.get(line.item, "")
    if line.spec is not None:
        many = f", {t.quantity(line.quantity, unit)}" if line.quantity is not None and line.quantity != ONE else ""
        return t.say_in("order", "%(item)s (%(what)s)", item=title, what=t.f.row([t.spec(line.item, line.spec) + many, *used]))
    quantity = t.quantity(line.quantity if line.quantity is not None else ONE, unit)
    return t.say_in("order", "%(item)s (%(what)s)", item=title, what=t.f.row([quantity, *used]))


def step_name(t: Teller, step: StepRow) -> str:
    """The name of a step of the waterfall (rule language, 3.2)."""
    kinds = {
        "round-charge": t.say("Rounding of the charge"),
        "windows": t.say("Times the hours of use"),
        "once": t.say("Charged once"),
        "prices-in-force": t.say("Prices in force"),
        "list-amount": t.say("List amount"),
        "extra-part": t.say("Up to the unified day"),
        "minimum": t.say("Minimum"),
        "maximum": t.say("Maximum"),
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


def _facts(step: StepRow) -> StepFacts:
    busy = [cell for cell in step.cells if cell is not None and not cell.idle]
    return busy[0].facts if busy else {}


def step_reason(t: Teller, step: StepRow) -> str:
    """The quiet words beside a step's name: where its numbers come from."""
    facts = _facts(step)
    match step.kind:
        case "price-in-force" if effective := facts.get("effective"):
            since = t.say("list of %(date)s", date=t.day(effective))
            return t.f.row([since, per_words(t, facts.get("per"))]) if facts.get("per") else since
        case "times-term" if facts.get("term") and facts.get("per") == "month" and facts["term"].months % 12 == 0:
            return t.say("%(term)s: %(months)s", term=t.f.duration(facts["term"]), months=t.f.time(facts["term"].months, "month"))
        case "each-charge":
            return per_words(t, facts.get("per"))
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
        case "week":
            return t.say_in("price", "per week")
        case "once":
            return t.say_in("price", "charged once")
    return ""


def _discount_title(t: Teller, facts: StepFacts) -> str:
    named = t.names.discounts.get(str(facts.get("discount", "")))
    return (t.text(named) if named else "") or t.f.name(str(facts.get("discount", "")))


def _discount_words(t: Teller, facts: StepFacts) -> str:
    title = _discount_title(t, facts)
    return t.f.row([title, t.f.percent(facts["ratio"])]) if "ratio" in facts else title


def _rounding_words(t: Teller, step: StepRow) -> str:
    facts = next((cell.facts for cell in step.cells if cell is not None and "mode" in cell.facts), None)
    places = facts.get("places") if facts else None
    return rounding_words(t, facts["mode"], places) if facts and places is not None else ""


def rounding_words(t: Teller, mode: str, places: int, multiple: Number | None = None) -> str:
    """A rounding in words: `half up, to 2 decimals`; to a multiple of an amount: `half up, to a multiple of 0.05`."""
    modes = {
        "half-up": t.say("half up"),
        "half-even": t.say("half to even"),
        "half-down": t.say("half down"),
        "up": t.say("up"),
        "down": t.say("down"),
    }
    to = t.say_many("to %(places)s decimal", "to %(places)s decimals", places, places=t.f.number(places))
    if multiple is not None:
        to = t.say("to a multiple of %(amount)s", amount=t.f.amount(multiple, t.currency))
    return t.f.row([modes[mode], to])
