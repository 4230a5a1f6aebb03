"""An issued invoice, read back from its JSON: what was billed, exactly. Its traces are for readers and are not read.

Contract: the file is as the program wrote it (`schemas/invoice.json`); anything else is refused with the field that is not as it must
be, and so are a draft, amounts that do not add up, and a record that was edited since: its digest is another. Numbers are texts, so
nothing is rounded on the way.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

from engine.diagnostics import CodeInfo, Diagnostic, report
from engine.diagnostics.accounts import ISSUED_EDITED, ISSUED_ELSEWHERE, ISSUED_UNPROVEN, ISSUED_UNREADABLE
from engine.model.book import PriceBook
from engine.model.invoices import BILL_TYPES, ByHand, CreditUse, Invoice, InvoiceLine, Issue, record_digest
from engine.model.parties import Party
from engine.model.quotes import LineTax, TaxTotal
from engine.values.bounds import EARLIEST_YEAR, LATEST_YEAR
from engine.values.exact import add, magnitude, multiply, subtract, total
from engine.values.periods import parse_duration
from engine.values.spans import Span

Value = TypeVar("Value")
Tax = TypeVar("Tax", TaxTotal, LineTax)
LARGEST_FILE = 64 * 1024 * 1024
PERCENT = Decimal("0.01")
NUMBER_CHARACTERS = frozenset("0123456789.-")
SCHEMA_VERSION = 1
MOST_SIGNS = 3000
"""Of a number: exact arithmetic has a thousand digits more."""
TEN_PLACES = Decimal("0.00000000015")
"""By so much three numbers that are no finite decimals may be off together: each is written with 10 places."""


class _Unreadable(Exception):
    """A field that is not as the program writes it."""


def load_issued(file: str, content: bytes, book: PriceBook) -> tuple[tuple[Invoice, Issue] | None, tuple[Diagnostic, ...]]:
    """The invoice and its number and dates as they were issued, or what is wrong with the file; one without a digest has both.

    Whether it belongs to the account is seen when it is compared with it.
    """
    try:
        if len(content) > LARGEST_FILE:
            raise _Unreadable(f"it has more than {LARGEST_FILE // (1024 * 1024)} MB")
        data = json.loads(content.decode("utf-8-sig"), parse_float=_no_number, parse_constant=_no_number)
        if not isinstance(data, dict):
            raise _Unreadable("it is no JSON object")
        _check_version(data)
        made, document = _invoice(data), _issue(data)
        _check_amounts(made)
        edited = "digest" in data and data["digest"] != record_digest(data)
    except _Unreadable as problem:
        why = str(problem)
    except (UnicodeDecodeError, ValueError, RecursionError):
        why = "it is no JSON text"
    else:
        if edited:
            message = f"the invoice {document.number} was edited after it was issued: its digest is not that of what it says"
            remedy = "give the file as it was written; what has to change becomes a correction in a later invoice"
            return None, _finding(file, ISSUED_EDITED, message, remedy)
        if made.book_id != book.id:
            message = f"the invoice was made with the book `{made.book_id}`, and this is `{book.id}`"
            return None, _finding(file, ISSUED_ELSEWHERE, message, "give the invoices of this book")
        if "digest" not in data:
            message = f"the invoice {document.number} carries no digest, so nothing tells whether it was edited"
            remedy = "compare it with what the customer was sent: the invoices of older versions carry none, all others do"
            return (made, document), _finding(file, ISSUED_UNPROVEN, message, remedy)
        return (made, document), ()
    return None, _finding(
        file, ISSUED_UNREADABLE, f"this is no invoice that was issued: {why}", "give the file as `pricebook invoice -f json --number NUMBER` wrote it"
    )


def _finding(file: str, info: CodeInfo, message: str, remedy: str) -> tuple[Diagnostic]:
    return (report(info, message, Span(file, 1, 1, 1, 2), subject="issued", help=remedy),)


def _no_number(written: str) -> None:
    raise _Unreadable(f"the number {written[:20]} is no text, so it may not be exact")


# --- fields ---------------------------------------------------------------------------------------------------------------------


def _need(data: object, key: str) -> object:
    if not isinstance(data, dict) or key not in data:
        raise _Unreadable(f"`{key}` is missing")
    return data[key]


def _read(data: object, key: str, parse: Callable[[str], Value]) -> Value:
    """The field as `parse` reads its text."""
    value = _need(data, key)
    try:
        if not isinstance(value, str):
            raise ValueError
        return parse(value)
    except (ValueError, ArithmeticError):
        raise _Unreadable(f"`{key}` is not as it was written") from None


def _optional(data: object, key: str, parse: Callable[[str], Value]) -> Value | None:
    return None if _need(data, key) is None else _read(data, key, parse)


def _elements(data: object, key: str) -> list[object]:
    value = _need(data, key)
    if not isinstance(value, list):
        raise _Unreadable(f"`{key}` is no list")
    return value


def _number(text: str) -> Decimal:
    if not text or len(text) > MOST_SIGNS or not NUMBER_CHARACTERS.issuperset(text):
        raise ValueError(text)
    return Decimal(text)


def _rate(text: str) -> Decimal:
    if not text.endswith("%"):
        raise ValueError(text)
    return multiply(_number(text.removesuffix("%")), PERCENT)


def _instant(text: str) -> datetime:
    if not text.endswith("Z"):
        raise ValueError(text)
    instant = datetime.fromisoformat(text).astimezone(UTC)
    if not EARLIEST_YEAR - 1 <= instant.year <= LATEST_YEAR + 1:  # in UTC a day of a zone may lie in the year beside its own
        raise _Unreadable(f"{instant.date()} is not between the years {EARLIEST_YEAR} and {LATEST_YEAR}")
    return instant


def _count(data: object, key: str) -> int | None:
    """A number of things; None where it is not said, as by invoices that were issued before it was written."""
    value = data.get(key) if isinstance(data, dict) else None
    if value is not None and (type(value) is not int or value < 0):
        raise _Unreadable(f"`{key}` is not as it was written")
    return value


def _attributes(data: object) -> dict[str, str]:
    """The attributes of usage that kept a line apart; none where it does not say any, as before they were written."""
    found = data.get("attributes", {}) if isinstance(data, dict) else {}
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise _Unreadable("`attributes` holds something that is no text")
    return found


def _bill_type(text: str) -> str:
    if text not in BILL_TYPES:
        raise ValueError(text)
    return text


def _span(data: object, key: str) -> tuple[datetime, datetime | None]:
    value = _need(data, key)
    return _read(value, "start", _instant), _optional(value, "end", _instant)


def _whole_span(data: object, key: str) -> tuple[datetime, datetime]:
    start, end = _span(data, key)
    if end is None or end <= start:
        raise _Unreadable(f"`{key}` does not end after its start")
    return start, end


# --- the invoice ----------------------------------------------------------------------------------------------------------------


def _invoice(data: dict[str, object]) -> Invoice:
    book, totals = _need(data, "book"), _need(data, "totals")
    start, end = _whole_span(data, "period")
    included = _need(data, "prices_include_tax")
    if not isinstance(included, bool):
        raise _Unreadable("`prices_include_tax` is neither true nor false")
    return Invoice(
        _read(book, "id", str), _read(book, "digest", str), _read(data, "account", str), _party(_need(data, "customer")),
        _read(data, "currency", str), start, end, tuple(_line(each) for each in _elements(data, "lines")),
        tuple(_tax(TaxTotal, each) for each in _elements(data, "taxes")),
        _read(totals, "net", _number), _read(totals, "tax", _number), _read(totals, "gross", _number), included,
        _optional(data, "usage_digest", str), _rounded(totals), (), _credits(data),
    )  # fmt: skip


def _rounded(totals: object) -> Decimal | None:
    """What was to be paid, where it was rounded: what was paid already does not count."""
    if not isinstance(totals, dict) or "payable_rounding" not in totals:
        return None
    credited = _read(totals, "credits", _number) if "credits" in totals else Decimal(0)
    return add(subtract(_read(totals, "gross", _number), credited), _read(totals, "payable_rounding", _number))


def _credits(data: dict[str, object]) -> tuple[CreditUse, ...]:
    """What it took of the account's credits; none where it does not say any, as before there were any."""
    return tuple(_credit(each) for each in _elements(data, "credits")) if "credits" in data else ()


def _credit(data: object) -> CreditUse:
    items = _elements(data, "items")
    if not all(isinstance(each, str) for each in items):
        raise _Unreadable("`items` of a credit holds something that is no text")
    return CreditUse(
        _read(data, "at", _instant), _read(data, "title", str), _read(data, "granted", _number), _optional(data, "expires", _instant),
        tuple(map(str, items)), _read(data, "used_before", _number), _read(data, "used", _number),
    )  # fmt: skip


def _issue(data: dict[str, object]) -> Issue:
    if _need(data, "number") is None or not _read(data, "number", str).strip():
        raise _Unreadable("it is a draft: it has no `number`")
    written = _elements(data, "preceding")
    preceding = tuple(each for each in written if isinstance(each, str))
    if len(preceding) < len(written):
        raise _Unreadable("`preceding` holds something that is no number of an invoice")
    totals = _need(data, "totals")
    return Issue(
        _read(data, "number", str), _read(data, "date", date.fromisoformat), _optional(data, "due", date.fromisoformat),
        preceding, _read(totals, "paid", _number) if isinstance(totals, dict) and "paid" in totals else Decimal(0),
    )  # fmt: skip


def _party(data: object) -> Party:
    other = _need(data, "other")
    lines = _elements(data, "address") if isinstance(other, dict) else []
    address = tuple(each for each in lines if isinstance(each, str))
    if not isinstance(other, dict) or len(address) < len(lines) or not all(isinstance(each, str) for each in other.values()):
        raise _Unreadable("`customer` holds something that is no text")
    return Party(
        _read(data, "name", str), address, _optional(data, "country", str),
        _optional(data, "tax_id", str), _optional(data, "iban", str), dict(other),
    )  # fmt: skip


def _tax(kind: type[Tax], data: object) -> Tax:
    return kind(
        _read(data, "tax", str), _optional(data, "category", str), _read(data, "rate", _rate), _read(data, "base", _number),
        _read(data, "amount", _number), _optional(data, "row", str),
    )  # fmt: skip


def _line(data: object) -> InvoiceLine:
    start, end = _span(data, "period")
    by_hand = _by_hand(data)
    listed = _optional(data, "list_amount", _number) if by_hand else _read(data, "list_amount", _number)
    discount, rounding, amount = (_read(data, f"{name}amount", _number) for name in ("discount_", "rounding_", ""))
    return InvoiceLine(
        _read(data, "subscription", str), _read(data, "bill_type", _bill_type), _read(data, "at", _instant),
        _optional(data, "item", str), _optional(data, "spec", str), _optional(data, "quantity", _number), _optional(data, "unit", str),
        start, end, listed, discount, rounding, amount, _optional(data, "per", str), (), tuple(_tax(LineTax, each) for each in _elements(data, "taxed")),
        _optional(data, "billing_mode", str), _optional(data, "term", parse_duration),
        _whole_span(data, "corrects") if _need(data, "corrects") is not None else None,
        _count(data, "records"), _attributes(data), by_hand, _commitment(data),
    )  # fmt: skip


def _commitment(data: object) -> str | None:
    """The commitment that a line makes up; only such a line says one."""
    return _read(data, "commitment", str) if isinstance(data, dict) and "commitment" in data else None


def _by_hand(data: object) -> ByHand | None:
    """What is said of a line that was entered by hand; None for any other, as for all that were issued before there were such lines."""
    said = _need(data, "by_hand") if isinstance(data, dict) and "by_hand" in data else None
    return None if said is None else ByHand(*(_read(said, key, str) for key in ("title", "like", "reason", "reference")))


# --- whether it is as it was issued ---------------------------------------------------------------------------------------------


def _check_version(data: dict[str, object]) -> None:
    version = _need(data, "schema_version")
    if type(version) is not int or version != SCHEMA_VERSION:
        raise _Unreadable(f"`schema_version` is not {SCHEMA_VERSION}, the form that this program knows")


def _check_amounts(invoice: Invoice) -> None:
    """Raises where amounts were changed: each line, the sum of the lines, and the taxes add up to what stands there.

    On a line list amount - discounts - rounding difference = amount. Source: rule language, 3.2.
    """
    for number, line in enumerate(invoice.lines, 1):
        if line.list_amount is None:
            continue
        off = subtract(subtract(subtract(line.list_amount, line.discount_amount), line.rounding_amount), line.amount)
        if magnitude(off) > TEN_PLACES:
            named = f"line {number}" + (f" (`{line.item}` of `{line.subscription}`)" if line.item else "")
            raise _Unreadable(f"on {named} the list amount, less discount and rounding, is not the amount of {line.amount}")
    billed, name = total(line.amount for line in invoice.lines), "gross" if invoice.prices_include_tax else "net"
    if billed != getattr(invoice, name):
        raise _Unreadable(f"its lines come to {billed}, and `totals.{name}` is {getattr(invoice, name)}")
    taxed = total(each.amount for each in invoice.taxes)
    if taxed != invoice.tax:
        raise _Unreadable(f"its taxes come to {taxed}, and `totals.tax` is {invoice.tax}")
    if add(invoice.net, invoice.tax) != invoice.gross:
        raise _Unreadable(f"`totals.net` and `totals.tax` do not come to `totals.gross`, {invoice.gross}")
