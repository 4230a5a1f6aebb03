"""What an edit does to the examples, and to orders: each priced under both books, and the amounts that differ.

An example that both books have is asked as the new one writes it, so that only the rules differ. Source: authoring, Diff and impact.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.model.book import Example, PriceBook
from engine.model.invoices import Invoice, InvoiceRefusal
from engine.model.quotes import Quote, Refusal
from engine.review.examples import outcome_of
from engine.review.revision import increase
from engine.values.exact import ZERO, Number, negate, subtract

Outcome = Quote | Refusal | Invoice | InvoiceRefusal


@dataclass(frozen=True, slots=True)
class ExampleEffect:
    """An amount of an example, or of an order, under both books, in `currency`; negative where it is paid back. What is None was refused there, for the reasons
    in `refused` (slugs), or is no longer asked.
    """

    example: str
    what: str  # total | change | refund | renewal | invoice
    currency: str
    before: Number | None
    after: Number | None
    refused: tuple[str, ...] = ()

    @property
    def change(self) -> Number | None:
        """By how much more is paid; None where one of the two is no amount."""
        return None if self.before is None or self.after is None else subtract(self.after, self.before)

    @property
    def ratio(self) -> Number | None:
        """The change as a ratio of what was paid; None where that was nothing, or came back."""
        return None if self.before is None or self.before <= 0 else increase(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Effects:
    """How many examples, or orders, were priced, and what differs of them; `gone` are those that the new book no longer has."""

    examples: int
    differing: tuple[ExampleEffect, ...]
    gone: tuple[str, ...] = ()


def example_effects(old: PriceBook, new: PriceBook) -> Effects:
    """All examples that either book has, under both."""
    examples = {**old.examples, **new.examples}
    gone = tuple(name for name in old.examples if name not in new.examples)
    return Effects(len(examples), tuple(each for example in examples.values() for each in _differing(example, old, new)), gone)


def _differing(example: Example, old: PriceBook, new: PriceBook) -> Iterator[ExampleEffect]:
    yield from outcome_effects(example.id, *(outcome_of(book, example) for book in (old, new)))


def outcome_effects(name: str, old: Outcome, new: Outcome) -> Iterator[ExampleEffect]:
    """The amounts that differ between what two books make of one order or history, under its name."""
    (before, why), (after, why_now) = (_amounts(outcome) for outcome in (old, new))
    if why == why_now and bool(why):
        return
    for what, currency in dict.fromkeys((*after, *before)):
        was, comes = before.get((what, currency)), after.get((what, currency))
        if was != comes:
            yield ExampleEffect(name, what, currency, was, comes, why or why_now)


Amounts = dict[tuple[str, str], Number]


def _amounts(outcome: Outcome) -> tuple[Amounts, tuple[str, ...]]:
    """The amounts by what they are and their currency, or the slugs of the reasons why there is none."""
    match outcome:
        case Quote():
            return {(what, outcome.currency): amount for what, amount in _of_quote(outcome)}, ()
        case Invoice():
            return {("invoice", outcome.currency): outcome.net}, ()
    return {}, tuple(dict.fromkeys(each.slug for each in outcome.diagnostics))


def _of_quote(quote: Quote) -> Iterator[tuple[str, Number]]:
    yield "total", quote.totals.net
    for number, change in enumerate(quote.changes or (), 1):
        name = "change" if len(quote.changes or ()) == 1 else f"change {number}"
        yield name, negate(change.refund) if change.refund is not None else change.charge or ZERO
    for number, renewal in enumerate(quote.renewals or (), 1):
        yield "renewal" if len(quote.renewals or ()) == 1 else f"renewal {number}", renewal.totals.net
    if quote.unsubscription is not None:
        yield "refund", negate(quote.unsubscription.refund)
