"""The whole sheet from its parts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from engine.model.book import BillingMode, PriceBook
from engine.pricing.probing import Scope
from engine.sheet.announced import build_announced
from engine.sheet.audience import book_for
from engine.sheet.break_even import build_break_even
from engine.sheet.comparison import build_comparison
from engine.sheet.examples import build_examples
from engine.sheet.glossary import glossary_terms
from engine.sheet.header import build_header, build_names, in_force_from, prices_begin
from engine.sheet.limits import build_limits
from engine.sheet.policies import build_commitments, build_policies
from engine.sheet.rules import build_discounts, build_rounding, build_taxes
from engine.sheet.scaling import display_quantities, scale_mode
from engine.sheet.tables import build_tables
from engine.sheet.terms import build_terms, term_discount
from engine.sheet.tiers import build_curves
from engine.sheet.time_bands import build_time_bands
from engine.sheet.view import AnnouncedPrice, ModeSheet, SheetView
from engine.values.exact import ONE, Number, multiply
from engine.values.periods import Duration
from engine.values.terms import units


def build_sheet(book: PriceBook, at: datetime, currency: str | None = None, attributes: Mapping[str, str] | None = None) -> SheetView:
    """Everything that a price sheet of the book says at the UTC instant `at`, in `currency` (default the book's).

    It is the public one, or with `attributes` that of a customer of whom these are known. Every price on it is one that `price_order`
    charges. Source: documents, Price sheet; rule language, second version, 7.2.
    """
    given = attributes or {}
    book = book_for(book, given)
    scope = Scope(book, at, currency or book.currency, attributes=given)
    modes = tuple(_mode(scope, mode) for mode in book.billing_modes.values())
    quantities = display_quantities(modes)
    header = build_header(scope, in_force_from(scope))
    if not any(group.rows for mode in modes for table in mode.tables for group in table.groups):
        header = replace(header, nothing_in_force=True, prices_begin=prices_begin(scope))
    view = SheetView(
        header=header,
        names=build_names(book),
        comparison=build_comparison(scope),
        modes=tuple(scale_mode(mode, quantities) for mode in modes),
        discounts=build_discounts(scope),
        taxes=build_taxes(scope),
        rounding=build_rounding(scope),
        break_even=build_break_even(scope, {mode.mode: shown_terms(mode) for mode in modes}),
        examples=build_examples(scope),
        policies=build_policies(scope),
        limits=build_limits(scope),
        announced=tuple(_scaled(change, quantities) for change in build_announced(scope)),
        glossary=(),
        time_bands=build_time_bands(book),
    )
    return replace(view, glossary=glossary_terms(view))


def _mode(scope: Scope, mode: BillingMode) -> ModeSheet:
    return ModeSheet(
        mode=mode.id,
        title=mode.title,
        description=mode.description,
        payment=mode.payment,
        cycle=mode.cycle,
        invoiced=mode.invoiced,
        terms=mode.terms,
        expires=mode.expires,
        tables=build_tables(scope, mode),
        terms_table=build_terms(scope, mode),
        term_discount=term_discount(scope, mode),
        curves=build_curves(scope, mode),
        one_of=mode.one_of,
        groups=mode.groups,
        at_least_one=tuple(_members(scope, mode, group) for group, presence in mode.groups.items() if presence == "required"),
        commitments=build_commitments(scope, mode),
    )


def _members(scope: Scope, mode: BillingMode, group: str) -> tuple[str, ...]:
    return tuple(sold.item for sold in mode.items if scope.book.items[sold.item].group == group)


def shown_terms(mode: ModeSheet) -> tuple[Duration, ...]:
    """The shortest term, and every one that has a column of its own."""
    columns = [column.term for table in mode.tables for column in table.columns if column.term is not None]
    return tuple(dict.fromkeys([*mode.terms[:1], *sorted(columns, key=units)]))


def _scaled(change: AnnouncedPrice, quantities: dict[str, Number]) -> AnnouncedPrice:
    """The change for the display quantity of its unit."""
    quantity = quantities.get(change.unit, ONE)
    if change.row.part != "unit" or change.spec is not None or quantity == ONE:
        return change
    old, new = (None if price is None else multiply(price, quantity) for price in (change.old, change.new))
    return replace(change, quantity=quantity, old=old, new=new)
