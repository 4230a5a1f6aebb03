"""What `set` writes: one value overwritten in its place, or a price of its own from a date on.

Contract: what comes out changes the named words, or adds lines, and nothing else; where a file is laid out so that this cannot be, a finding says so.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.edits import CANNOT_STAND
from engine.editing.dated import Dated, NewPrice, dated_edits
from engine.editing.edits import Edit, applied, differs_only_at, in_place_of, keeps, written_at
from engine.editing.figures import PriceNumber, figures_of
from engine.editing.finding import Target, in_force
from engine.language.build.node import instant_of, is_number
from engine.language.build.tables import TableDocument
from engine.language.cells import strange_cell
from engine.language.document import Document, read_document
from engine.language.wording import either_of, number_meant, readings, short
from engine.model.book import PriceBook
from engine.values.bounds import too_long
from engine.values.spans import Path, dotted


def why_no_price(text: str) -> tuple[str, str] | None:
    """Message and remedy for a text that cannot be the number of a price; None for a number or a percentage.

    >>> why_no_price("95.00"), why_no_price("1.5%"), why_no_price("95,00")[1]
    (None, None, 'write `95.00`')
    """
    strange = strange_cell(text)
    if strange is not None:
        return strange.message, strange.remedy
    number = text.removesuffix("%")
    if is_number(number) and not too_long(number):
        return None
    meant = readings(text, number_meant)
    return f"`{short(text)}` is no exact number", either_of(meant) if meant else "write a number such as `2.40`, without the currency"


def overwritten(documents: Mapping[str, Document], target: Target, value: str, name: str) -> Edit | Diagnostic | None:
    """The edit that puts the value in the place of the target's; None where it stands there already."""
    document = documents[target.file]
    before, place = written_at(document, target.path), document.values[target.path]
    of_money = target.figure is not None and target.figure.key not in ("size", "allowance")
    unfit = why_no_price(value) if of_money else None
    if unfit is not None:
        return report(CANNOT_STAND, unfit[0], place, path=dotted(target.path), subject="VALUE", help=unfit[1])
    if document.written[target.path] == value or _same_number(document.written[target.path], value):
        return None
    plain = in_place_of(before, value)
    # A text that means something else as it is stands in quotes; a number never does.
    for after in (plain,) if target.figure is not None or is_number(before) else (plain, json.dumps(value, ensure_ascii=False)):
        edit = Edit(place, after, before, (name,))
        if before and _stands_alone(document, edit, target.path, value):
            return edit
    message = f"`{short(value)}` cannot stand there as one value" if before else "the value stands there in several lines"
    return report(CANNOT_STAND, message, place, path=dotted(target.path), subject="VALUE", help="write it into the file by hand")


def _same_number(one: str, other: str) -> bool:
    """Whether both are the same number, however many zeros it is written with."""
    numbers = [each.removesuffix("%") for each in (one, other)]
    return one.endswith("%") == other.endswith("%") and all(map(is_number, numbers)) and Decimal(numbers[0]) == Decimal(numbers[1])


def _stands_alone(document: Document, edit: Edit, path: Path, value: str) -> bool:
    """Whether the file with the edit says the value there, and all else as before."""
    if isinstance(document, TableDocument):
        return document.written[path] == edit.before
    again = _again(document, edit)
    return again is not None and again.written.get(path) == value and differs_only_at(again.data, document.data, [path])


def _again(document: Document, *edits: Edit) -> Document | None:
    """The file as it reads with the edits."""
    made = applied({document.file: document.text.encode()}, edits)
    found, _ = read_document(document.file, made[document.file])
    return found


def replaced(documents: Mapping[str, Document], price: NewPrice) -> list[Edit]:
    """The edits that put the price's new numbers in the place of those that it follows."""
    document = documents[price.figure.file]
    return [Edit(document.values[path], after, written_at(document, path), (price.figure.name,)) for path, after in price.changed.items()]


def from_date(book: PriceBook, documents: Mapping[str, Document], dated: Dated, prices: Sequence[NewPrice]) -> list[Edit] | Diagnostic:
    """The edits that put prices in force from a date on: in the place of a number of that very date, else as new lines."""
    start = instant_of(dated.effective, book.zone)
    edits, later = [], []
    for price in prices:
        figure = price.figure
        if figure.entry.conditions.effective == start and not (figure.shared and price.spec is not None):
            edits += replaced(documents, price)
        else:
            later.append(price)
    if later:
        edits += dated_edits(book, documents, dated, _joined(later))
    for name in {each.span.file for each in edits} & documents.keys():
        document = documents[name]
        mine = [each for each in edits if each.span.file == name]
        again = None if isinstance(document, TableDocument) else _again(document, *mine)
        kept = again is not None and (keeps(again.data, document.data) or any(each.before for each in mine))
        if not isinstance(document, TableDocument) and not kept:
            message = f"new lines cannot be added to {name} without changing what stands there"
            return report(CANNOT_STAND, message, mine[0].span, help="write the new price into a file of its own by hand")
    return edits


def _joined(prices: Sequence[NewPrice]) -> list[NewPrice]:
    """The prices, several new numbers of one price in one."""
    found: dict[tuple[int, str | None], NewPrice] = {}
    for each in prices:
        key = (id(each.entry), each.spec)
        found[key] = replace(each, changed={**found[key].changed, **each.changed}) if key in found else each
    return list(found.values())


def as_of(book: PriceBook, figures: Iterable[PriceNumber], figure: PriceNumber, at: datetime) -> PriceNumber | None:
    """The number of the same price, key and tier that is in force at the instant; None where there is none."""
    return next((each for each in figures if _what(each) == _what(figure) and in_force(book, each, at)), None)


def _what(figure: PriceNumber) -> tuple[object, ...]:
    entry = figure.entry
    of = (entry.billing_mode, entry.item, entry.spec, entry.currency, entry.per, tuple(entry.conditions.when.items()))
    return (*of, figure.key, figure.above, figure.up_to)


def holds(book: PriceBook, documents: Mapping[str, Document], price: NewPrice, at: datetime) -> bool:
    """Whether the edited book has the new number in force at the instant, for what its figure was the price of."""
    found = as_of(book, figures_of(book, documents), price.figure, at)
    return found is not None and documents[found.file].written[found.path] == price.changed[price.figure.path]
