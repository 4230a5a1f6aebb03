"""A case: a price book and orders in the rule language, and what their quotes must say. Any implementation can run the table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from engine.language.build import load_book, load_order
from engine.model.book import PriceBook
from engine.model.quotes import Quote
from engine.pricing import price_order
from engine.pricing.charges import Rated, rate_events
from tests.conformance.language import write

THEIR_OWN = {"lines"}
"""Expected fields that are not compared: how another system names and cuts its invoice lines; their sum is the amount."""


@dataclass(frozen=True)
class Case:
    """`book` and `orders` as data for YAML; `read` makes the vector's expected fields from the quotes."""

    book: Mapping[str, object]
    orders: Sequence[Mapping[str, object]]
    read: Callable[[list[Quote]], Mapping[str, object]]


@dataclass(frozen=True)
class Records:
    """A case whose charge says `applies_to: each-record`.

    An order has no usage records, so the charge that the book gives is applied to `amounts` in order of time as metering does it;
    `read` makes the expected fields from what that gives.
    """

    book: Mapping[str, object]
    amounts: Sequence[Decimal]
    read: Callable[[Rated], Mapping[str, object]]


def answer(case: Case | Records) -> dict[str, object]:
    """The expected fields as this implementation computes them; numbers are Fractions."""
    book = _book(case)
    if isinstance(case, Records):
        (charge,) = book.prices[0].charges
        assert charge.applies_to == "each-record"
        found = case.read(rate_events(charge, case.amounts))
    else:
        found = case.read([_quote(book, order) for order in case.orders])
    return {key: normal(value) for key, value in found.items()}


def _book(case: Case | Records) -> PriceBook:
    loaded = load_book({"book.yaml": write(case.book).encode()})
    errors = [finding for finding in loaded.diagnostics if finding.severity == "error"]
    assert loaded.book is not None and not errors, _told(errors, write(case.book))
    return loaded.book


def _quote(book: PriceBook, data: Mapping[str, object]) -> Quote:
    order, findings = load_order("order.yaml", write(data).encode(), book, None)
    assert order is not None, _told(findings, write(data))
    quote = price_order(book, order)
    assert isinstance(quote, Quote), _told(getattr(quote, "diagnostics", ()), write(data))
    return quote


def _told(findings, text: str) -> str:
    return "\n".join(f"{finding.code} {finding.message}" for finding in findings) + "\n" + text


def normal(value: object) -> object:
    """Numbers in any writing as Fractions, inside lists and mappings too; other texts stay."""
    if isinstance(value, Mapping):
        return {key: normal(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [normal(part) for part in value]
    if isinstance(value, bool) or value is None:
        return value
    try:
        return Fraction(value)
    except ValueError:
        return value


def expected(vector: Mapping) -> dict[str, object]:
    """What the other system answered, without what is its own."""
    return {key: normal(value) for key, value in vector["expected"].items() if key not in THEIR_OWN}
