"""Allowances: what is free before a charge begins, who shares it, how long it lasts and what is carried over.

Source: rule language, 3.5, and second version, 3.2.
"""

from engine.diagnostics import tiers
from engine.language.build.context import Build
from engine.language.build.node import Node
from engine.model.book import BillingMode, Item, ModeItem
from engine.model.prices import AllowanceTerms, Charge

LENGTHS = ("hour", "day", "month", "year", "term")
ADDED = ("sum", "count", "unique")
TERMS = ("across", "over", "lasts", "carry_over")


def read_terms(build: Build, node: Node) -> AllowanceTerms | None:
    """The terms of an allowance; None where it has none, as one that is a quantity alone."""
    if not node.is_mapping or not any(node.get(key) is not None for key in TERMS):
        return None
    return AllowanceTerms(
        node.word_or_none(AllowanceTerms, "across"),
        node.word(AllowanceTerms, "over"),
        node.read("lasts", Node.duration),
        node.read("carry_over", Node.duration),
    )


def check_terms(build: Build, mode: BillingMode | None, item: Item, sold: ModeItem, charge: Charge, node: Node) -> None:
    """Reports an allowance that its item cannot share, end or carry over in the mode."""
    terms = charge.terms
    if terms is None or mode is None:
        return
    at, names = node.at("allowance"), (item.id, mode.id)
    written = next((key for key in TERMS if at.get(key) is not None), "over")
    if item.meter is None or sold.payment != "postpaid":
        why = "has no meter" if item.meter is None else f"is paid in advance in `{mode.id}`"
        message = f"`{written}` is about an allowance of metered use, but `{item.id}` {why}"
        build.report(tiers.ALLOWANCE_TERMS, message, at.at(written), names=names, help="write the quantity alone, or meter the item and bill it by its use")
        return
    period = mode.invoiced or sold.cycle
    window = period if item.meter.window == "period" else item.meter.window
    if terms.pooled and item.meter.measure not in ADDED and charge.applies_to == "each-window" and LENGTHS.index(window) < LENGTHS.index(period):
        message = f"`{item.id}` is a level in each {window}, and an allowance for the whole {period} would be used up by a few of them"
        remedy = "write `applies_to: period-total`, so that it is for what a level adds up to over the period"
        build.report(tiers.ALLOWANCE_TERMS, message, at, names=names, help=remedy)
    if terms.over == "account" and mode.payment == "prepaid" and period == "term":
        message = f"`{mode.id}` bills `{item.id}` by the term, which begins at another time for each subscription, so they have no period to share it in"
        remedy = "leave `over: account` out, or bill the item by the month: `cycle: month`"
        build.report(tiers.ALLOWANCE_TERMS, message, at.at("over"), names=names, help=remedy)
