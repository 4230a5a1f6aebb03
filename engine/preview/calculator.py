"""What the calculator answers: what the order of the form costs, what it cost before, each step, and what a later event comes to.

Contract: reads the fields as a command reads its options, by the same code; knows blocks of documents and nothing of HTML.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from click import BadParameter

from engine.billing.further import account_of_order, quote_further_event
from engine.commands.reading import instant_of, start_of_today
from engine.diagnostics.orders import ORDER_UNREADABLE
from engine.diagnostics.record import Diagnostic, report
from engine.documents.diff_words import rise
from engine.documents.format import Formatter
from engine.documents.page_types import Section, TraceBlock
from engine.documents.quote_idle import idle_sentence
from engine.documents.quote_page import explanations, quote_page, trace_block
from engine.documents.quote_steps import source_of
from engine.language.build import event_from_flags, order_from_flags
from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.model.quotes import Quote, Refusal
from engine.model.trace import TraceStep
from engine.preview.fields import PREPAID, THEN, CalculatorForm, Values, calculator_form, event_options, order_options
from engine.pricing import price_order
from engine.review.revision import increase
from engine.values.exact import subtract
from engine.values.periods import local_date
from engine.values.spans import Origin
from engine.values.voices import IN_FILES


@dataclass(frozen=True, slots=True)
class Before:
    """The same order under the book that is compared with: its amount, and by how much more (`direction` 1) or less (-1) is paid now."""

    amount: str
    direction: int = 0
    change: str = ""
    percent: str = ""


@dataclass(frozen=True, slots=True)
class Calculated:
    """What the calculator says. `amount` is empty where there is none: `findings` say why, those of one field in `notes` by its path.

    `steps` explain the amount line by line, `later` is what the later event comes to; `sources` are the rules that steps name.
    """

    form: CalculatorForm
    label: str = ""
    amount: str = ""
    before: Before | None = None
    steps: tuple[TraceBlock, ...] = ()
    idle: str = ""
    later: tuple[Section, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    applies: bool = False
    sources: tuple[tuple[str, Origin], ...] = ()


def answer(book: PriceBook, before: PriceBook | None, sent: Values, words: Formatter) -> Calculated:
    """The answer to the fields that were `sent`, none of them: to the order with which the calculator begins."""
    today = start_of_today(book)
    form = calculator_form(book, sent, local_date(today, book.zone), words)
    order, found = _read(book, form.values, today)
    quote = price_order(book, order) if order is not None else Refusal(tuple(found))
    notes: list[tuple[str, str]] = []
    if isinstance(quote, Refusal) and quote.diagnostics and all(each.path == "coupons" for each in quote.diagnostics):
        # What a coupon lacks is told in its own field; what the rest costs is told all the same.
        notes = [("coupons", f"{each.message}; {each.help}") for each in quote.diagnostics]
        order, found = _read(book, form.values | {"coupons": ""}, today)
        quote = price_order(book, order) if order is not None else Refusal(tuple(found))
    if isinstance(quote, Refusal) or order is None:
        return Calculated(form, findings=quote.diagnostics if isinstance(quote, Refusal) else (), notes=tuple(notes))
    steps = [(each, trace_block(*each, words)) for each in explanations(quote, book, words)]
    later, problems = _later(book, order, form.values, words)
    events = [later] if later is not None else []
    return Calculated(
        form,
        label=_label(quote, order, book, words),
        amount=words.amount(quote.totals.payable, quote.currency),
        before=_before(before, form.values, quote, bool(notes), words) if before is not None else None,
        steps=tuple(block for _, block in steps),
        idle=idle_sentence(quote, words),
        later=tuple(section for each in events for section in quote_page(each, book, words, explain=True)["sections"]),
        findings=problems,
        notes=tuple(notes),
        applies=bool(order.coupons),
        sources=tuple({source_of(origin): origin for each in (quote, *events) for origin in _origins(_traces(each))}.items()),
    )


def _read(book: PriceBook, values: Values, today: datetime) -> tuple[Order | None, Sequence[Diagnostic]]:
    try:
        return order_from_flags(*order_options(values), book, today, IN_FILES)
    except ValueError as fault:
        return None, (report(ORDER_UNREADABLE, f"`coupons` names {fault}", subject="coupons", path="coupons", help="leave out those that are not used"),)


def _label(quote: Quote, order: Order, book: PriceBook, words: Formatter) -> str:
    say = words.words.gettext
    if order.term is not None and book.billing_modes[order.billing_mode].payment == PREPAID:
        return say("To pay, %(currency)s, once and ahead", currency=quote.currency)
    if order.duration is not None:
        return say("Estimate, %(currency)s, for %(length)s", currency=quote.currency, length=words.duration(order.duration))
    return say("To pay, %(currency)s", currency=quote.currency)


def _before(book: PriceBook, values: Values, quote: Quote, without_coupons: bool, words: Formatter) -> Before:
    order, _ = _read(book, {**values, "coupons": ""} if without_coupons else values, start_of_today(book))
    earlier = price_order(book, order) if order is not None else Refusal(())
    if isinstance(earlier, Refusal) or earlier.currency != quote.currency:
        return Before("")
    was, now = earlier.totals.payable, quote.totals.payable
    if was == now:
        return Before(words.amount(was, quote.currency))
    change = words.amount(subtract(max(was, now), min(was, now)), quote.currency)
    return Before(words.amount(was, quote.currency), 1 if now > was else -1, change, rise(increase(was, now) if was > 0 else None, words))


def _later(book: PriceBook, order: Order, values: Values, words: Formatter) -> tuple[Quote | None, tuple[Diagnostic, ...]]:
    """The later event of the form as a quote of its own; None where none is chosen, or with the reasons."""
    options = event_options(values)
    if not any(options):
        return None, ()  # or nothing of a change is chosen yet
    try:
        at = instant_of(values.get(f"{THEN}date", ""), book)
    except BadParameter as fault:
        return None, (report(ORDER_UNREADABLE, fault.message, subject=f"{THEN}date", help="choose the day on which it happens"),)
    event, mistakes = event_from_flags(*options, at, book, IN_FILES)
    if event is None:
        return None, mistakes
    found = quote_further_event(book, account_of_order(order), None, event)
    return (None, found.diagnostics) if isinstance(found, Refusal) else (found, ())


def _traces(quote: Quote) -> Iterator[TraceStep]:
    yield from quote.trace
    for line in quote.lines:
        yield from line.trace
    for change in quote.changes or ():
        yield from change.trace
        for changed in change.lines:
            yield from changed.trace
    for renewal in quote.renewals or ():
        yield from renewal.trace
        for renewed in renewal.lines:
            yield from renewed.trace
    if quote.unsubscription is not None:
        yield from quote.unsubscription.trace


def _origins(steps: Iterator[TraceStep] | Sequence[TraceStep]) -> Iterator[Origin]:
    for step in steps:
        yield step.origin
        yield from (rule.origin for rule in step.considered)
        yield from _origins(step.children)
