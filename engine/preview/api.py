"""The same answers for programs: each question is a document, each answer one of `schemas/`, each refusal a problem document with findings.

Contract: bytes in, a status and bytes out; whatever is sent is answered, and nothing on the disk is changed. A date that is not given is today,
as with the commands.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from io import BytesIO, StringIO
from typing import NoReturn, TypeVar

from click import BadParameter

from engine.billing import issue
from engine.billing.further import quote_further_event
from engine.commands.billing_period import day_of, read_period
from engine.commands.invoice_files import number_fault
from engine.commands.invoicing import bill_account
from engine.commands.reading import account_or_order, currency_of, instant_of, obstacles, start_of_today
from engine.diagnostics.orders import ORDER_UNREADABLE
from engine.diagnostics.record import Diagnostic, report
from engine.documents.findings import render_findings
from engine.documents.invoice_json import render_invoice_json
from engine.documents.quote_json import render_quote_json
from engine.documents.sheet_json import render_sheet_json
from engine.language.build import event_from_flags, load_account, load_order
from engine.language.build.notation import as_option, items_as_options, written
from engine.model.book import PriceBook
from engine.model.quotes import Quote, Refusal
from engine.preview.guards import problem
from engine.preview.live import Snapshot
from engine.pricing import price_order
from engine.sheet import build_sheet
from engine.store import inspect_book
from engine.usage import read_usage_files
from engine.values.periods import start_of_day
from engine.values.voices import IN_FILES

Made = TypeVar("Made")
Answered = tuple[HTTPStatus, bytes]
Question = Callable[[Snapshot, bytes], Answered]

FILE = re.compile(r"[\w-][\w.-]*(?:/[\w-][\w.-]*)*\.(?:yaml|yml|csv)", re.ASCII)
"""The name of a rule file below the book's folder."""
EVENTS = ("items", "renew", "switch", "unsubscribe")


class Unanswerable(Exception):
    """A question that has no answer: the status, what is wrong in one line, and the findings."""

    def __init__(self, status: HTTPStatus, detail: str, findings: Iterable[Diagnostic] = ()) -> None:
        super().__init__(detail)
        self.status, self.detail, self.findings = status, detail, tuple(findings)


def _answered(ask: Callable[[Snapshot, bytes], str]) -> Question:
    def question(now: Snapshot, body: bytes) -> Answered:
        return _told(lambda: ask(now, body))

    return question


def _told(ask: Callable[[], str]) -> Answered:
    try:
        return HTTPStatus.OK, ask().encode("utf-8", "backslashreplace")
    except Unanswerable as refused:
        return problem(refused.status, refused.detail, refused.findings)


def sheet(now: Snapshot, asked: Mapping[str, str]) -> Answered:
    """The price sheet of a `date` in a `currency`, in all languages."""

    def made() -> str:
        book = _book(now)
        currency = _understood("currency", lambda: currency_of(asked.get("currency"), book))
        return render_sheet_json(build_sheet(book, _instant(asked, book), currency))

    return _told(made)


def _quote(now: Snapshot, body: bytes) -> str:
    book = _book(now)
    _mapping(body)
    order, found = load_order("order", body, book, start_of_today(book))
    return _rendered(price_order(book, order) if order is not None else Refusal(tuple(found)), now, book)


def _change(now: Snapshot, body: bytes) -> str:
    book, asked = _book(now), _mapping(body)
    _only(asked, ("bought", "date", "subscription", *EVENTS))
    if sum(each in asked for each in EVENTS) != 1:
        _refuse("one event is asked for at a time", "give one of `items`, `renew`, `switch` and `unsubscribe`")
    account, found = account_or_order("bought", _document(asked, "bought"), book)
    items = asked.get("items", {})
    if not isinstance(items, dict) or not all(isinstance(each, str | int | Decimal) and not isinstance(each, bool) for each in items.values()):
        _refuse("`items` is no mapping of items to specs or quantities", 'write `"items": {"basic-edition": "100-users-1-tb"}`')
    if asked.get("unsubscribe", True) is not True:
        _refuse("`unsubscribe` is true or left out", "leave it out where another event is meant")
    at = _instant(asked, book)
    event, mistakes = event_from_flags(items_as_options(items), _text(asked, "renew"), _text(asked, "switch"), "unsubscribe" in asked, at, book, IN_FILES)
    if account is None or event is None:
        return _rendered(Refusal((*found, *mistakes)), now, book)
    return _rendered(quote_further_event(book, account, _text(asked, "subscription"), event), now, book)


def _invoice(now: Snapshot, body: bytes) -> str:
    book, asked = _book(now), _mapping(body)
    _only(asked, ("account", "period", "usage", "number", "date"))
    number = _text(asked, "number")
    if number is not None and (fault := number_fault(number)):
        _refuse(f"the number {fault}", "give plain characters on one line, such as 2026-0017; or leave it out for a draft")
    try:
        first, after = read_period(_text(asked, "period") or "")
    except ValueError as fault:
        _refuse(str(fault), "write it as 2026-03")
    day = _understood("date", lambda: day_of(_text(asked, "date"), after, "date"))
    if day < first:
        _refuse(f"{day} is before the period begins", "an invoice is issued in its period or after it")
    account, found = load_account("account", _document(asked, "account"), book)
    used = read_usage_files(
        book, [("usage", BytesIO(_table(asked.get("usage", []))))] if asked.get("usage") else [], {account.id} if account is not None else None
    )
    wrong = (*found, *used.diagnostics)
    if account is None or any(each.severity == "error" for each in wrong):
        raise _refused(wrong, now)
    made, notes = bill_account(book, account, used.records, (start_of_day(first, book.zone), start_of_day(after, book.zone)), [])
    if made is None:
        raise _refused(notes, now)
    return render_invoice_json(made[0], issue(book, made[0], number if made[0].lines else None, day, made[1]), book)


def _check(now: Snapshot, body: bytes) -> str:
    asked = _mapping(body)
    _only(asked, ("files",))
    given = asked.get("files", {})
    if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
        _refuse("`files` is no mapping of names to texts", 'write `"files": {"prices/2026-01-01.yaml": "prices: ..."}`')
    strange = next((name for name in given if FILE.fullmatch(name) is None), None)
    if strange is not None:
        _refuse("`files` has a name that no rule file of the book can have", "name files as below the book's folder: prices/2026-01-01.yaml")
    if not given or now.opened is None:
        return render_findings(now.diagnostics, {}, "json")
    unsaved = {name: text.encode("utf-8", "surrogatepass") for name, text in given.items()}
    return render_findings(inspect_book(now.opened.folder, edited=unsaved).diagnostics, {}, "json")


QUESTIONS: Mapping[str, Question] = {name: _answered(ask) for name, ask in (("quote", _quote), ("change", _change), ("invoice", _invoice), ("check", _check))}
"""The questions by the last part of their address."""


def _book(now: Snapshot) -> PriceBook:
    """The book as it is saved; refused where it has errors, for a program cannot see that an answer is of an earlier one."""
    if now.opened is None or now.stale:
        errors = obstacles(now.opened) if now.opened is not None else now.diagnostics
        raise Unanswerable(HTTPStatus.CONFLICT, "the book has errors, and nothing can be priced before they are mended", errors)
    return now.opened.rules


def _mapping(body: bytes) -> dict[str, object]:
    """The body as data, numbers exact; refused where it is no JSON object."""
    try:
        found = json.loads(body, parse_float=_exact, parse_constant=_exact)
    except (ValueError, RecursionError) as fault:
        raise Unanswerable(HTTPStatus.BAD_REQUEST, f"the body is no JSON: {' '.join(str(fault).split())[:200]}") from None
    if not isinstance(found, dict):
        raise Unanswerable(HTTPStatus.BAD_REQUEST, "the body is no JSON object: a document begins with {")
    return found


def _exact(written: str) -> Decimal:
    if not written.lstrip("-").replace(".", "", 1).isdigit():
        raise ValueError(f"the number {written[:40]} is not written with plain digits")
    return Decimal(written)


def _only(asked: Mapping[str, object], known: tuple[str, ...]) -> None:
    further = [name for name in asked if name not in known]
    if further:
        _refuse(f"`{further[0]}` is no key of this question", f"the keys are {', '.join(f'`{name}`' for name in known)}")


def _text(asked: Mapping[str, object], name: str) -> str | None:
    found = asked.get(name)
    if name in asked and not isinstance(found, str):
        _refuse(f"`{name}` is no text", "write it in quotes")
    return found if isinstance(found, str) else None


def _document(asked: Mapping[str, object], name: str) -> bytes:
    """A document inside the question as the text that is read."""
    found = asked.get(name)
    if not isinstance(found, dict):
        _refuse(f"`{name}` is missing, or no document", f'write `"{name}": {{...}}`')
    try:
        return (written(found, name) + "\n").encode("utf-8", "surrogatepass")
    except TypeError as fault:
        _refuse(str(fault), "leave out what is not known")


def _table(records: object) -> bytes:
    """Records of usage as the rows of a file, which is what reads them."""
    rows = [row for row in records if isinstance(row, dict)] if isinstance(records, list) else []
    plain = all(isinstance(value, str | int | Decimal) for row in rows for value in row.values())
    if not plain or not isinstance(records, list) or len(rows) < len(records):
        _refuse("`usage` is no list of records", 'write `"usage": [{"account": "acme", "item": "storage", ...}]`')
    columns = list(dict.fromkeys(name for row in rows for name in row))
    made = StringIO()
    table = csv.writer(made, lineterminator="\n")
    table.writerows([columns, *([_cell(row.get(name, "")) for name in columns] for row in rows)])
    return made.getvalue().encode("utf-8", "surrogatepass")


def _cell(value: object) -> str:
    return as_option(value, "usage")


def _instant(asked: Mapping[str, object], book: PriceBook) -> datetime:
    said = _text(asked, "date")
    return start_of_today(book) if said is None else _understood("date", lambda: instant_of(said, book))


def _understood(name: str, read: Callable[[], Made]) -> Made:
    """What an option's reader makes of a value; what it says against it is a refusal."""
    try:
        return read()
    except BadParameter as fault:
        _refuse(fault.message, f"correct `{name}`")


def _refuse(message: str, remedy: str) -> NoReturn:
    raise Unanswerable(HTTPStatus.UNPROCESSABLE_ENTITY, message, [report(ORDER_UNREADABLE, message, subject="request", help=remedy)])


def _refused(found: Iterable[Diagnostic], now: Snapshot) -> Unanswerable:
    shown = now.opened.shown(found) if now.opened is not None else tuple(found)
    first = next((each.message for each in shown if each.severity == "error"), "nothing can be said")
    return Unanswerable(HTTPStatus.UNPROCESSABLE_ENTITY, first, shown)


def _rendered(outcome: Quote | Refusal, now: Snapshot, book: PriceBook) -> str:
    if isinstance(outcome, Refusal):
        raise _refused(outcome.diagnostics, now)
    return render_quote_json(outcome, book)
