"""Runs a book's examples: exact comparison of what an example names, nothing else, and never with a tolerance.

An example gives an order, which is priced, or an account's history, of which the invoice is made; what is refused and was not expected to be has
failed. Source: rule language, section 2 (examples) and 4 (what `expect` may name).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from fractions import Fraction

from engine.diagnostics import Diagnostic
from engine.model.accounts import History
from engine.model.book import Example, PriceBook
from engine.model.invoices import Invoice, InvoiceLine, InvoiceRefusal
from engine.model.orders import Order
from engine.model.quotes import Quote, QuoteLine, Refusal
from engine.pricing import price_order
from engine.review.histories import evaluate_history
from engine.values.exact import ZERO, Number, exact, plain, shown, total
from engine.values.money import minor_places
from engine.values.periods import instant_of, local
from engine.values.spans import Path

PASSED, FAILED = "passed", "failed"

TOTALS = {"total": "net", "list": "list", "discount": "discount", "rounding": "rounding", "tax": "tax", "gross": "gross", "payable": "payable"}
"""What `expect` may name, and the total of the quote that it means."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs: what the example expects and what the engine computed, as shown.

    `path` leads to it below `expect`; empty where there is no value of its own that could be another one.
    """

    field: str
    expected: str
    actual: str
    path: Path = ()


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What became of an example. `cells` holds the differing values only, `refusal` why there is no price where one was expected."""

    example: Example
    outcome: str  # passed | failed
    cells: tuple[Difference, ...] = ()
    refusal: tuple[Diagnostic, ...] = ()
    quote: Quote | None = None
    invoice: Invoice | None = None

    @property
    def name(self) -> str:
        """The example's id."""
        return self.example.id


def run_examples(book: PriceBook, pattern: str | None = None) -> tuple[ExampleResult, ...]:
    """The results of all examples whose id holds `pattern` (or matches it, with `*`), in the book's order."""
    return tuple(run_example(book, example) for example in book.examples.values() if _named(example.id, pattern))


def _named(name: str, pattern: str | None) -> bool:
    return not pattern or pattern in name or fnmatchcase(name, pattern)


def outcome_of(book: PriceBook, example: Example) -> Quote | Refusal | Invoice | InvoiceRefusal:
    """What the book makes of the example's order or history, whatever it expects."""
    match example.given:
        case Order():
            return price_order(book, example.given)
        case History():
            return evaluate_history(book, example.given)
    # What could not even be read is a refusal already when the book is built.
    return example.given


def run_example(book: PriceBook, example: Example) -> ExampleResult:
    """Prices the example's order, or makes the invoice of its history, and compares what its author named."""
    outcome = outcome_of(book, example)
    match outcome:
        case Quote():
            return _compared(example, outcome.totals.net, outcome, tuple(differences(book, example.expect, outcome)))
        case Invoice():
            return _compared(example, outcome.net, outcome, tuple(invoice_differences(example.expect, outcome)))
    return _refused(example, outcome.diagnostics)


def _compared(example: Example, net: Number, outcome: Quote | Invoice, cells: tuple[Difference, ...]) -> ExampleResult:
    kind, quote, invoice = ("a price", outcome, None) if isinstance(outcome, Quote) else ("an invoice", None, outcome)
    if example.expect_error is not None:
        cells = (Difference("error", example.expect_error, f"{kind} of {_text(net, outcome)}"),)
    return ExampleResult(example, FAILED if cells else PASSED, cells, quote=quote, invoice=invoice)


def _refused(example: Example, found: tuple[Diagnostic, ...]) -> ExampleResult:
    names = {name for diagnostic in found for name in (diagnostic.code, diagnostic.slug)}
    if example.expect_error is not None and (example.expect_error in names or example.expect_error.upper() in names):
        return ExampleResult(example, PASSED, refusal=found)
    slugs = ", ".join(dict.fromkeys(diagnostic.slug for diagnostic in found))
    expected = example.expect_error or ("an invoice" if example.needs_history else "a price")
    return ExampleResult(example, FAILED, (Difference("error" if example.expect_error else "price", expected, f"refused: {slugs}"),), found)


def differences(book: PriceBook, expect: Mapping[str, object], quote: Quote) -> Iterator[Difference]:
    """Every value that `expect` names and the quote has otherwise, exactly: 7.520 is 7.52, 7.5200001 is not."""
    for field, expected in expect.items():
        if field == "lines" and isinstance(expected, Mapping):
            yield from _line_differences(expected, quote)
        elif field == "expires":
            if not _same_expiry(book, str(expected), quote):
                yield Difference(field, str(expected), _expiry(book, quote), (field,) if quote.expires is not None else ())
        elif field in TOTALS:
            yield from _compare((field,), expected, getattr(quote.totals, TOTALS[field]), quote)
        else:
            yield from _compare((field,), expected, _event_field(field, quote), quote)


def _event_field(field: str, quote: Quote) -> object:
    """`remaining`, `charge`, `refund`, `fee`: of the order's unsubscription, else of its last change; None where it has neither.

    Source: rule language, section 4 (what `expect` may name).
    """
    if quote.unsubscription is not None and field in ("refund", "fee"):
        return getattr(quote.unsubscription, field)
    if not quote.changes:
        return None
    last = quote.changes[-1]
    if field == "remaining":
        return next((line.remaining.value for line in last.lines if line.remaining), None)
    return getattr(last, field, None)


def invoice_differences(expect: Mapping[str, object], invoice: Invoice) -> Iterator[Difference]:
    """Every value that `expect` names and the invoice has otherwise. Lines are named by their item, a fee and a shortfall by its bill type."""
    amounts = {
        "net": invoice.net, "tax": invoice.tax, "gross": invoice.gross, "list": total(line.list_amount or ZERO for line in invoice.lines),
        "discount": total(line.discount_amount for line in invoice.lines),
        "rounding": total(line.rounding_amount for line in invoice.lines), "payable": invoice.payable,
    }  # fmt: skip
    for field, expected in expect.items():
        if field == "lines" and isinstance(expected, Mapping):
            yield from _line_differences(expected, invoice)
        else:
            yield from _compare((field,), expected, amounts.get(TOTALS.get(field, "")), invoice)


def _line_differences(expected: Mapping[str, object], quote: Quote | Invoice) -> Iterator[Difference]:
    for item, fields in expected.items():
        lines = [line for line in quote.lines if item == _named_as(line)]
        wanted = fields if isinstance(fields, list | tuple) else [fields]
        if len(lines) < len(wanted):
            yield Difference(f"lines.{item}", f"{len(wanted)} lines" if len(wanted) > 1 else "a line", f"{len(lines)} lines" if lines else "no line")
            continue
        # An item that stands in the order twice has a list of expectations, in the order's order.
        for number, (line, cells) in enumerate(zip(lines, wanted, strict=False), start=1):
            place = ("lines", item, *((number - 1,) if isinstance(fields, list | tuple) else ()))
            for field, value in cells.items():
                yield from _compare((*place, field), value, _line_field(line, field, value), quote)


def _named_as(line: QuoteLine | InvoiceLine) -> str | None:
    """What `expect` calls the line: its item, `shortfall` where it makes a commitment up, else its kind of bill."""
    return "shortfall" if line.commitment is not None else line.item or getattr(line, "bill_type", None)


def _line_field(line: QuoteLine | InvoiceLine, field: str, expected: object) -> object:
    if field == "quantity" and isinstance(expected, str) and line.quantity is not None:
        return f"{plain(line.quantity)} {line.unit}"
    return getattr(line, field, None)


def _compare(path: Path, expected: object, actual: object, quote: Quote | Invoice) -> Iterator[Difference]:
    if isinstance(actual, Decimal | Fraction) and isinstance(expected, Decimal | Fraction | int):
        same = shown(actual) == exact(expected)
    else:
        same = str(expected) == str(actual)
    if not same:
        yield Difference(_field(path), _text(expected, quote), _text(actual, quote), path if actual is not None else ())


def _field(path: Path) -> str:
    """How a value below `expect` is called: `lines.seat[2].amount` of the second line of an item."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _same_expiry(book: PriceBook, expected: str, quote: Quote) -> bool:
    if not isinstance(quote.expires, datetime):
        return expected == _expiry(book, quote)
    try:
        written = datetime.fromisoformat(expected)
    except ValueError:
        return False
    return (written if written.tzinfo else instant_of(written, book.zone)) == quote.expires


def _expiry(book: PriceBook, quote: Quote) -> str:
    match quote.expires:
        case None:
            return "never"
        case datetime():
            return local(quote.expires, book.zone).isoformat()
        case date():
            return quote.expires.isoformat()


def _text(value: object, quote: Quote | Invoice) -> str:
    if isinstance(value, Decimal | Fraction):
        return plain(value, minor_places(quote.currency))
    return "none" if value is None else str(value)
