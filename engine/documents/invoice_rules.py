"""The rules behind each charge: in a sentence why a line is due, and which rules of the book say so.

Lines with the same reasons share a note. Source: documents, Invoice; pictures guide, Print (superscripts lead to the rules).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.documents.invoice_words import Writer
from engine.documents.quote_words import discount_title, net_bounds
from engine.documents.teller import sentences
from engine.model.facts import StepFacts
from engine.model.invoices import InvoiceLine
from engine.model.trace import TraceStep


@dataclass(frozen=True, slots=True)
class Rule:
    """A note: its number, why, and the names of the rules in the book."""

    number: int
    text: str
    names: str


def rules_of(lines: tuple[InvoiceLine, ...], w: Writer) -> tuple[list[Rule], list[int]]:
    """The notes in the order of the lines, and of each line the number of its note."""
    numbers: dict[tuple[str, str], int] = {}
    given = [numbers.setdefault((rule_text(line, w), " · ".join(rule_names(line, w))), len(numbers) + 1) for line in lines]
    return [Rule(number, text, names) for (text, names), number in numbers.items()], given


def rule_text(line: InvoiceLine, w: Writer) -> str:
    """Why the line is due, and what was taken off."""
    return sentences([_reason(line, w), *_discounts(line, w)])


def rule_names(line: InvoiceLine, w: Writer) -> list[str]:
    """The ids of the rules: billing mode, policy, discounts, tax rows."""
    mode = billing_mode_of(line)
    names = [mode] if mode else [line.by_hand.like] if line.by_hand else []
    names += [line.commitment] if line.commitment else _policies(line, mode, w)
    names += [str(step.facts["discount"]) for step in _discount_steps(line)]
    names += [each.row or each.tax for each in line.taxed]
    return list(dict.fromkeys(names))


def billing_mode_of(line: InvoiceLine) -> str | None:
    """The line's billing mode; where the line does not name it, that of its price."""
    if line.billing_mode is not None:
        return line.billing_mode
    priced = next((step for step in line.trace if step.number == 2 and "billing_mode" in step.facts), None)
    return str(priced.facts["billing_mode"]) if priced else None


def _reason(line: InvoiceLine, w: Writer) -> str:
    if line.by_hand is not None and line.corrects is None:
        like = w.book.items.get(line.by_hand.like)
        item = (w.words.text(like.title, w.book.language) if like else "") or w.words.name(line.by_hand.like)
        return w.say("Entered by hand, not priced by the book; taxed like %(item)s.", item=item)
    match line.bill_type:
        case "new-purchase":
            return w.say("Paid in advance for the term.")
        case "renewal":
            return w.say("A further term, paid in advance at the price in force on the day of the renewal.")
        case "auto-renewal":
            return w.say("A further term by automatic renewal, paid in advance at the price in force on that day.")
        case "change" | "refund-change":
            return _change_reason(line, w)
        case "refund-unsubscription":
            return _refund_reason(line, w)
        case "unsubscription-fee":
            return w.say("The fee for cancelling before the end of the term.")
        case "shortfall":
            return w.say("What the use of the time lacks of the least amount that was agreed.")
        case "usage" | "hourly":
            return _use_reason(line, w)
        case "adjustment-charge":
            return w.say("Correction of an earlier invoice: what is due now, less what was invoiced then.")
        case "adjustment-compensation":
            return w.say("Correction of an earlier invoice: what was invoiced too much is given back.")
    return w.say("Due by the rules of the price book.")


def _change_reason(line: InvoiceLine, w: Writer) -> str:
    step = next((step for step in line.trace if step.kind == "change"), None)
    charge = str(step.facts.get("charge", "")) if step else ""
    told = {
        "difference": w.say("Specification change: the difference in price for the time left."),
        "full-difference": w.say("Specification change: the difference in price for the whole term."),
        "new-less-credit": w.say("Specification change: a new term, less what is left of the old one."),
    }.get(charge) or w.say("Specification change.")
    discount = {
        "as-ordered": w.say("Discounts as ordered."),
        "on-difference": w.say("Discounts of the difference, as ordered."),
        "current": w.say("Discounts of the day of the change."),
        "none": w.say("Without discounts."),
    }.get(str(step.facts.get("discount", "")) if step else "", "")
    limited = any(child.kind == "cap-paid" and not child.idle for child in line.trace)
    return sentences([told, discount, w.say("At most what was paid is given back.") if limited else ""])


def _refund_reason(line: InvoiceLine, w: Writer) -> str:
    kinds = {step.kind for step in line.trace if not step.idle}
    if "consumed" in kinds:
        return w.say("Cancellation: what was paid, less what was consumed.")
    return w.say("Cancellation: what was paid is given back.")


def _use_reason(line: InvoiceLine, w: Writer) -> str:
    facts = next((step.facts for step in line.trace if step.number == 1), StepFacts())
    if facts.get("measure") == "list-amount":
        return w.say("Charged on the list amounts of other items in the month, those of all subscriptions of the account together.")
    window = facts.get("window")
    return {
        "hour": w.say("Charged for what was used in each hour; the hours are added up, then rounded."),
        "day": w.say("Charged for what was used on each day; the days are added up, then rounded."),
        "month": w.say("Charged for what was used in the month."),
    }.get(str(window), w.say("Charged for what was used in the period."))


def _discount_steps(line: InvoiceLine) -> Iterator[TraceStep]:
    return (step for step in line.trace if step.number in (5, 7) and not step.idle and "discount" in step.facts)


def _discounts(line: InvoiceLine, w: Writer) -> Iterator[str]:
    telling = w.telling(line)
    for step in _discount_steps(line):
        title = discount_title(step.facts["discount"], telling)
        if step.kind == "percent-off":
            yield w.say("%(discount)s: %(percent)s off.", discount=title, percent=w.words.percent(step.facts["ratio"]))
        else:
            yield w.say("Discount: %(discount)s.", discount=title)
    for bound in net_bounds(line.trace, telling):
        yield w.say("After discounts %(bound)s.", bound=bound)


def _policies(line: InvoiceLine, mode: str | None, w: Writer) -> list[str]:
    """The policy that decided a later event, where the mode has one for all cases."""
    known = w.book.billing_modes.get(mode or "")
    if known is None:
        return []
    uses = {
        "change": known.spec_change,
        "refund-change": known.spec_change,
        "refund-unsubscription": known.cancellation,
        "unsubscription-fee": known.cancellation,
        "renewal": known.renewal,
        "auto-renewal": known.renewal,
    }.get(line.bill_type, ())
    names = dict.fromkeys(each.use for each in uses)
    return list(names) if len(names) == 1 else []
