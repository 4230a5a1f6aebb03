"""The questions that a price book answers: each reads what it is given, asks the engine, and answers or raises `Refused`.

`Refused` speaks of books, orders and accounts; TypeError and ValueError are mistakes of the calling program.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from engine import store
from engine.billing import issue
from engine.billing.further import quote_further_event
from engine.commands.billing_period import read_period
from engine.commands.invoice_files import number_fault, paid_fault
from engine.commands.invoicing import bill_account
from engine.commands.reading import account_or_order, obstacles, read_issued
from engine.commands.usage_files import read_usage_of
from engine.diagnostics.record import Diagnostic
from engine.language.build import event_from_flags, load_account, load_order
from engine.language.build.notation import as_option, items_as_options
from engine.model import invoices, quotes
from engine.model.orders import Order
from engine.model.quotes import Refusal
from engine.pricing import price_order
from engine.pricing.acceptance import check_attribute
from engine.sheet import build_sheet
from engine.shelf import Unusable, find_book
from engine.values.bounds import check_billed, in_years
from engine.values.exact import ZERO
from engine.values.voices import IN_FILES
from pricebook.documents import Book, Invoice, Quote, Refused, Sheet
from pricebook.given import Source, content_of, instant_of


def open_book(name: str | os.PathLike[str]) -> Book:
    """The book of a folder, or one by its name: below `rules/`, or shipped with the program (`koodrive`).

    Raises Refused where there is none, and with every error where the book has any; its warnings are the book's `findings`.
    """
    with _refusing(os.fspath(name)):
        opened = store.open_book(find_book(os.fspath(name), option=""))
    found = obstacles(opened)
    if opened.book is None or found:
        raise Refused(found, opened.sources)
    return Book(opened, opened.book, opened.diagnostics)


def quote(book: Book, order: Source | Order, *, number: str | None = None, customer: str | None = None, valid_until: date | None = None) -> Quote:
    """What an order costs, with every step; it names its `date`. Raises Refused where it has no price.

    `order` is a file, a mapping of the same keys (`billing_mode`, `term`, `items`, ...), or an order of the book's examples. `number`,
    `customer` and `valid_until`, the last day on which it can be accepted, make it a paper for somebody.
    """
    head = _head(number, customer, valid_until)
    if isinstance(order, Order):
        return _quote(book, price_order(book.rules, order), {}, (), head)
    name, content = _content(order, "order")
    wanted, problems = load_order(name, content, book.rules, None)
    outcome = Refusal(problems) if wanted is None else price_order(book.rules, wanted)
    return _quote(book, outcome, _texts(name, content), problems, head)


def change(
    book: Book,
    bought: Source,
    date: date,
    *,
    items: Mapping[str, str | int | Decimal] | None = None,
    renew: str | None = None,
    switch: str | None = None,
    unsubscribe: bool = False,
    subscription: str | None = None,
    number: str | None = None,
    customer: str | None = None,
    valid_until: date | None = None,
) -> Quote:
    """What one more event of a running subscription would cost on a date, before it is done; one of the four events is given.

    `bought` is an account or an order (a file, or a mapping of the same keys). `items` changes each item to a spec, a
    quantity, or both as "SPEC:QUANTITY", and 0 drops it; `renew` names a term, `switch` a billing mode. `subscription` may
    be left out where there is one; `number`, `customer` and `valid_until` as with `quote`. Raises Refused where the event cannot be.
    """
    if sum((items is not None, renew is not None, switch is not None, unsubscribe)) != 1:
        raise TypeError("one event is asked for at a time: give `items`, `renew`, `switch` or `unsubscribe=True`")
    at = instant_of(date, book.rules)
    name, content = _content(bought, "bought")
    account, problems = account_or_order(name, content, book.rules)
    event, mistakes = event_from_flags(items_as_options(items or {}), renew, switch, unsubscribe, at, book.rules, IN_FILES)
    if account is None or event is None:
        raise _refused(book, (*problems, *mistakes), _texts(name, content))
    found = quote_further_event(book.rules, account, subscription, event)
    return _quote(book, found, _texts(name, content), problems, _head(number, customer, valid_until))


def invoice(
    book: Book,
    account: Source,
    period: str | tuple[date, date],
    *,
    usage: Iterable[str | os.PathLike[str]] = (),
    issued: Iterable[str | os.PathLike[str]] = (),
    number: str | None = None,
    date: date | None = None,
    paid: str | int | Decimal | None = None,
) -> Invoice:
    """What an account owes for a period, each line with where its amount comes from; raises Refused where it cannot be said.

    `account` is a file or a mapping of the same keys. `period` is "2026-03", "2026-Q1", "2026", or its first day and the
    first day after it. `usage` are CSV files, `issued` the invoices before, as JSON files or folders of them. Without a `number` it is a draft;
    `date` is the day of issue, else the first day after the period; `paid` is what was paid of it already.
    """
    first, after = read_period(period) if isinstance(period, str) else period
    day = after if date is None else date
    _check_numbered(first, after, day, number)
    name, content = _content(account, "account")
    sources = _texts(name, content)
    who, problems = load_account(name, content, book.rules)
    with _refusing():
        named, below, mistakes = read_issued([os.fspath(each) for each in issued], book.rules, sources)
        used, digest = read_usage_of([os.fspath(each) for each in usage], book.rules, accounts=None if who is None else {who.id})
    found = (*problems, *mistakes, *used.diagnostics)
    if who is None or any(each.severity == "error" for each in found):
        raise _refused(book, found, sources)
    before = [*named, *(each for each in below if each[0].account == who.id)]
    if number is not None and number.strip() in {(document.number or "").strip() for _, document in before}:
        raise ValueError(f"the number {number} is that of an invoice that was issued before")
    span = (instant_of(first, book.rules), instant_of(after, book.rules))
    made, notes = bill_account(book.rules, who, used.records, span, before)
    if made is None:
        raise _refused(book, notes, sources)
    billed = replace(made[0], usage_digest=digest)
    # Where nothing is owed no number is used: the answer is a draft.
    issued_as = issue(book.rules, billed, number if billed.lines else None, day, made[1], _paid(paid, billed))
    return Invoice(**_fields(billed), book=book, issue=issued_as, findings=book.opened.shown((*found, *notes)))


def sheet(book: Book, date: date, currency: str | None = None, *, attributes: Mapping[str, str] | None = None) -> Sheet:
    """Everything that the price sheet of a day says, in every language of the book; `currency` None is the book's own.

    It is the public sheet, or with `attributes` (`customer` and what else is known of one) that of this customer.
    """
    wrong = (check_attribute(book.rules, name, value) for name, value in (attributes or {}).items())
    for _, message, remedy in filter(None, wrong):
        raise ValueError(f"{message}; {remedy}")
    known = {book.rules.currency, *(entry.currency for entry in book.rules.prices)}
    if currency is not None and currency not in known:
        raise ValueError(f"the book has no price in `{currency}`; its prices are in {', '.join(sorted(known))}")
    return build_sheet(book.rules, instant_of(date, book.rules), currency, attributes)


@contextmanager
def _refusing(book: str = "") -> Iterator[None]:
    """What cannot be used at all is refused like the rest; a finding about the option `-b` is about the `book` that was named."""
    try:
        yield
    except Unusable as unusable:
        told = (replace(each, subject=book) if each.subject == "-b" else each for each in unusable.diagnostics)
        raise Refused(_in_arguments(told)) from None


def _check_numbered(first: date, after: date, day: date, number: str | None) -> None:
    """Raises ValueError for a period, a day of issue or a number that no invoice can have."""
    fault = number_fault(number) if number is not None else ""
    if fault:
        raise ValueError(f"the number {fault}")
    if after <= first:
        raise ValueError("the period ends before it begins; its second day is the first one after it")
    check_billed(first, after)
    if day < first:
        raise ValueError(f"{day} is before the period begins; an invoice is issued in its period or after it")


def _paid(paid: str | int | Decimal | None, invoice: invoices.Invoice) -> Decimal:
    """Raises ValueError for what cannot have been paid of the invoice, TypeError for what is not exact."""
    if paid is None:
        return ZERO
    text = as_option(paid, "paid")
    if fault := paid_fault(text, invoice):
        raise ValueError(f"`paid`, {text}, {fault}")
    return Decimal(text)


def _head(number: str | None, customer: str | None, valid_until: date | None) -> quotes.QuoteHead | None:
    """What makes a quote a paper for somebody; None where nothing of that is given."""
    if number is None and customer is None and valid_until is None:
        return None
    last = None if valid_until is None else in_years(valid_until)
    return quotes.QuoteHead((number or "").strip(), (customer or "").strip(), last)


def _content(given: Source, called: str) -> tuple[str, bytes]:
    with _refusing():
        return content_of(given, called)


def _texts(name: str, content: bytes) -> dict[str, str]:
    return {name: content.decode("utf-8-sig", "replace")}


def _quote(book: Book, outcome: quotes.Quote | Refusal, sources: dict[str, str], findings: tuple[Diagnostic, ...], head: quotes.QuoteHead | None) -> Quote:
    if isinstance(outcome, Refusal):
        raise _refused(book, outcome.diagnostics, sources)
    return Quote(**_fields(replace(outcome, head=head)), book=book, findings=book.opened.shown(findings))


def _fields(record: Any) -> dict[str, Any]:
    return {each.name: getattr(record, each.name) for each in fields(record)}


def _refused(book: Book, diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]) -> Refused:
    return Refused(_in_arguments(book.opened.shown(diagnostics)), {**book.opened.sources, **sources})


def _in_arguments(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings with arguments as their subjects, which have no dashes before their names."""
    return tuple(replace(each, subject=each.subject.removeprefix("--")) if each.span is None else each for each in diagnostics)
