"""The head of a sheet, and the names behind the ids that it uses."""

from datetime import datetime

from engine.model.book import PriceBook, Unit
from engine.model.texts import UnitTitle
from engine.pricing.probing import Scope
from engine.sheet.view import Header, Names, UnitView


def build_header(scope: Scope, in_force_from: datetime | None) -> Header:
    """What the sheet is: book, status, dates, currency, tax."""
    book = scope.book
    return Header(
        book_id=book.id,
        digest=book.digest,
        title=book.title,
        description=book.description,
        status=book.status,
        currency=scope.currency,
        prices_include_tax=book.prices_include_tax,
        at=scope.at,
        in_force_from=in_force_from,
        timezone=book.timezone,
        seller=book.seller,
        price_notice=book.price_notice,
        payment_terms=book.payment_terms,
        audience=scope.attributes,
    )


def in_force_from(scope: Scope) -> datetime | None:
    """Since when the prices shown are in force: the latest `effective` of a price of the currency that has come.

    A later entry leaves in force what it does not mention, so this is the day of the last change.
    """
    dates = [
        entry.conditions.effective
        for entry in scope.book.prices
        if entry.currency == scope.currency and entry.conditions.effective is not None and entry.conditions.effective <= scope.at
    ]
    return max(dates, default=None)


def prices_begin(scope: Scope) -> datetime | None:
    """Since when the first price of the currency will be in force; None where none begins later than the sheet's date."""
    dates = [
        entry.conditions.effective
        for entry in scope.book.prices
        if entry.currency == scope.currency and not entry.withdrawn and entry.conditions.effective is not None
    ]
    return min((date for date in dates if date > scope.at), default=None)


def build_names(book: PriceBook) -> Names:
    """Every title that a document may need."""
    return Names(
        language=book.language,
        items={item.id: item.title for item in book.items.values()},
        specs={(item.id, spec.id): spec.title for item in book.items.values() for spec in item.specs},
        modes={mode.id: mode.title for mode in book.billing_modes.values()},
        units=_units(book),
        resources={resource.id: resource.title for resource in book.resources.values()},
        attributes={attribute.id: attribute.title for attribute in book.attributes.values()},
        discounts={discount.id: discount.title for discount in book.discounts.values()},
        taxes={tax.tax: tax.title for tax in book.taxes},
        commitments={each.id: each.title for each in book.commitments.values()},
        descriptions={item.id: item.description for item in book.items.values()},
        item_units={item.id: item.unit for item in book.items.values()},
        item_group={item.id: item.group for item in book.items.values() if item.group is not None},
        time_bands={band.id: band.title for band in book.time_bands.values()} or None,
        unit_table=book.unit_table,
    )


def _units(book: PriceBook) -> dict[str, UnitView]:
    used = [item.unit for item in book.items.values()] + [resource.unit for resource in book.resources.values()]
    ids = dict.fromkeys([*book.units, *book.unit_table.factors, *used])
    return {id: UnitView(id, book.units.get(id, Unit(id, UnitTitle())).title) for id in ids}
