"""`pricebook set --table`: a price list that comes back from a spreadsheet becomes new prices of the book."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.commands.edits import change_book
from engine.commands.output import counted, say

if TYPE_CHECKING:
    from datetime import datetime

    from engine.diagnostics import Diagnostic
    from engine.editing.dated import Dated, NewPrice
    from engine.editing.figures import PriceNumber
    from engine.editing.price_list import PriceList, Repriced
    from engine.model.book import PriceBook
    from engine.store import OpenedBook


def set_table(opened: "OpenedBook", file: str, dated: "Dated | None", date: str | None, yes: bool, dry_run: bool) -> int:
    """Reads the list, shows what it changes and writes it; 1 where a row of it cannot be used."""
    from engine.commands.reading import show_findings
    from engine.editing.changing import replaced
    from engine.editing.figures import figures_of
    from engine.editing.price_list import check_others, read_list, repriced
    from engine.editing.workbook_rows import is_workbook
    from engine.store import read_input

    book, documents = opened.rules, opened.loaded.places.documents
    content = read_input(file)
    sources = {} if is_workbook(content) else {file: content.decode("utf-8-sig", "replace")}
    found = read_list(file, content)
    problems = found if isinstance(found, tuple) else _of_another_book(found, file, book)
    if isinstance(found, tuple) or problems:
        show_findings(problems, sources, "text")
        return 1
    at = _shown_as_of(found, date, book)
    figures = list(figures_of(book, documents))
    changes, wrong = repriced(book, documents, figures, found, at)
    # What an earlier version computed is another number by now, whoever edited it.
    same = found.only("digest") in ("", book.digest)
    problems = (*wrong, *(check_others(found, _computed(found, book, at)) if same else ()))
    if not problems:
        prices = _prices(changes, book, figures, dated)
        problems = tuple(problem for each in changes for problem in each.row.problems)
    if problems:
        show_findings(found.placed(problems), sources, "text")
        say(f"{file}: {counted(len(problems), 'row')} cannot be used; nothing was written")
        return 1
    if not prices:
        say(f"no change: {counted(len(found.prices), 'price')} of {file} stand in the book already")
        return 0
    say(f"{counted(len(changes), 'price')} of {len(found.prices)} in {file} {'is' if len(changes) == 1 else 'are'} new")
    if dated is None:
        return change_book(opened, [edit for each in prices for edit in replaced(documents, each)], yes, dry_run)
    return _from_date(opened, dated, prices, yes, dry_run)


def _of_another_book(found: "PriceList", file: str, book: "PriceBook") -> "tuple[Diagnostic, ...]":
    """Why the list is of another book; a word where it is of another version of this one."""
    from engine.diagnostics.edits import BAD_LIST
    from engine.diagnostics.record import report
    from engine.values.spans import Span

    other, digest = found.only("book"), found.only("digest")
    if other and other != book.id:
        message, remedy = f"the list is of the book `{other}`, and this one is `{book.id}`", f"name its book: `-b {other}`"
        return (report(BAD_LIST, message, Span(file, 2, 1, 2, 2), help=remedy),)
    if digest and digest != book.digest:
        say(f"{file} is of an earlier version of the book, {digest[:8]}: what differs from the prices of that day counts as new")
    return ()


def _shown_as_of(found: "PriceList", date: str | None, book: "PriceBook") -> "datetime":
    """The instant whose prices the list shows: as it says, or as an option does, else today."""
    from engine.commands.reading import instant_of

    return instant_of(date or found.only("shown_as_of") or None, book)


def _computed(found: "PriceList", book: "PriceBook", at: "datetime") -> Mapping[tuple[str, ...], str]:
    """The prices of the public sheet that are no list prices, by what tells their rows apart."""
    from engine.documents.sheet_csv import sheet_rows
    from engine.editing.price_list import key_of
    from engine.sheet import build_sheet

    sold = {book.currency, *(each.currency for each in book.prices)}
    currencies = sold & {row.cells.get("currency") or book.currency for row in found.others}
    rows = [row for currency in currencies for row in sheet_rows(build_sheet(book, at, currency), "en")]
    return {key_of(row, found.columns): str(row["price"]) for row in rows if row["kind"] != "list" and row.get("price") is not None}


def _prices(changes: "Sequence[Repriced]", book: "PriceBook", figures: "Sequence[PriceNumber]", dated: "Dated | None") -> "list[NewPrice]":
    """The new prices; a row that cannot be one has a finding."""
    from engine.diagnostics.edits import NO_MATCH
    from engine.editing.changing import as_of
    from engine.editing.dated import NewPrice
    from engine.language.build.node import instant_of

    start = instant_of(dated.effective, book.zone) if dated is not None else None
    specs: dict[tuple[object, ...], set[str | None]] = {}
    for each in changes:
        specs.setdefault((each.figure.file, each.figure.path, each.after), set()).add(each.figure.entry.spec)
    found: dict[tuple[object, ...], NewPrice] = {}
    for each in changes:
        figure = as_of(book, figures, each.figure, start) if start is not None else each.figure
        item = book.items[each.figure.entry.item]
        if figure is None:
            message = f"from {dated.effective if dated else ''} on the price of `{item.id}` is not in force, or has other tiers"
            each.row.refuse(NO_MATCH, "price", message, "edit the price of that date by `pricebook set PATH VALUE`")
            continue
        whole = figure.shared and specs[each.figure.file, each.figure.path, each.after] == {spec.id for spec in item.specs}
        if figure.shared and not whole and start is None:
            message = f"the price is written once for all specs of `{item.id}`, and the list changes it for some of them"
            each.row.refuse(NO_MATCH, "price", message, "change all of them, or add --effective: then each spec gets a price of its own")
            continue
        spec = None if whole or (figure.shared and figure.entry.spec is None) else figure.entry.spec
        found[figure.file, figure.path, spec] = NewPrice(figure, spec, {figure.path: each.after})
    order = {id(each): number for number, each in enumerate(figures)}
    return sorted(found.values(), key=lambda price: order[id(price.figure)])


def _from_date(opened: "OpenedBook", dated: "Dated", prices: "Sequence[NewPrice]", yes: bool, dry_run: bool) -> int:
    from engine.diagnostics import Diagnostic
    from engine.editing.changing import from_date
    from engine.language.build.node import instant_of
    from engine.shelf import Unusable

    edits = from_date(opened.rules, opened.loaded.places.documents, dated, prices)
    if isinstance(edits, Diagnostic):
        raise Unusable(*opened.shown((edits,)))
    return change_book(opened, edits, yes, dry_run, prices, instant_of(dated.effective, opened.rules.zone))
