"""Conditions that nothing can meet: an attribute of usage named where no record decides (rule language, second version, 1.1).

A column of usage says something of one line of use. What is paid in advance, held as a fee, or rounded for a whole bill has no such line.
"""

from collections.abc import Iterator

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.policies import CONDITION_OF_USAGE
from engine.language.build.places import Places
from engine.lints.wording import dotted
from engine.model.book import PriceBook
from engine.model.conditions import Conditions
from engine.values.spans import Origin

Rule = tuple[str, Conditions, Origin]
"""What a rule is called in a sentence, what it asks for, and where it stands."""

WHOLE_BILL = {"invoice": "the whole bill", "tax": "taxes", "payable": "the sum to pay"}
"""Steps of the rounding chain that no line decides, and what they round."""


def asking_usage(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A rule that names an attribute of usage, and is for nothing that records are billed for."""
    by_usage = {each.id for each in book.attributes.values() if each.source == "usage"}
    for what, conditions, origin in (*_prices(book), *_discounts_and_taxes(book), *_of_whole_bills(book)) if by_usage else ():
        named = next((name for name in conditions.when if name in by_usage), None)
        if named is not None:
            by_time = book.attributes[named].by_time
            called = "the time band of a record" if by_time else "a column of usage"
            message = f"{what} asks for `{named}`, {called}, where no record of usage is charged: it never applies"
            remedy = f"leave `{named}` out of its `when`" + ("" if by_time else ", or declare the attribute with `source: order` or `customer`")
            yield report(CONDITION_OF_USAGE, message, places.span(origin), path=dotted(origin), subject=named, help=remedy)


def _metered(book: PriceBook) -> set[tuple[str, str]]:
    """The modes with each of their items of which records are billed."""
    billed = ((mode.id, each.item) for mode in book.billing_modes.values() for each in mode.items if each.payment == "postpaid")
    return {(mode, item) for mode, item in billed if book.items[item].meter is not None}


def _prices(book: PriceBook) -> Iterator[Rule]:
    metered = _metered(book)
    for entry in book.prices:
        if (entry.billing_mode, entry.item) not in metered:
            yield f"the price of `{entry.item}` in `{entry.billing_mode}`", entry.conditions, entry.origin


def _discounts_and_taxes(book: PriceBook) -> Iterator[Rule]:
    rules = [(f"discount `{rule.id}`", rule) for rule in book.discounts.values()] + [(f"tax `{row.id or row.tax}`", row) for row in book.taxes]
    metered = {item for _, item in _metered(book)}
    for what, rule in rules:
        if metered.isdisjoint(rule.items) if rule.items else not metered:
            yield what, rule.conditions, rule.origin


def _of_whole_bills(book: PriceBook) -> Iterator[Rule]:
    for step in book.rounding:
        if step.at in WHOLE_BILL:
            yield f"the rounding of {WHOLE_BILL[step.at]} (`at: {step.at}`)", step.conditions, step.origin
    for mode in book.billing_modes.values():
        for kind in ("spec_change", "cancellation", "renewal", "commitment"):
            for use in getattr(mode, kind):
                yield f"the `{kind}` of `{mode.id}`", use.conditions, use.origin


CHECKS = (asking_usage,)
