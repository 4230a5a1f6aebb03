"""A quote as a page of blocks, the kinds that the price sheet is made of."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from engine.documents import page_blocks as blocks
from engine.documents.event_steps import event_explanations
from engine.documents.format import DASH, Formatter
from engine.documents.page_parts import ShortRow, TraceRow
from engine.documents.page_types import Page, ShortBlock, TableBlock, TraceBlock
from engine.documents.quote_events import before_and_after, event_blocks, lone_event
from engine.documents.quote_idle import idle_sentence
from engine.documents.quote_steps import ShownStep, order_steps, shown_steps
from engine.documents.quote_words import (
    Telling,
    head_words,
    item_title,
    money_columns,
    particulars,
    quantity_text,
    status_reason,
    status_words,
    tax_title,
    tax_words,
    when_words,
)
from engine.documents.term_rows import term_heads, term_rows
from engine.model.book import PriceBook
from engine.model.quotes import Quote, QuoteLine
from engine.review.terms import TermOffer
from engine.values.periods import local_date


def quote_page(quote: Quote, book: PriceBook, words: Formatter, explain: bool = False, offers: Sequence[TermOffer] = ()) -> Page:
    """The values of the page, which has the keys of a price sheet's (`page.sheet_page`); with `explain`, the steps of every line.

    `offers`: the order for other terms, which are then compared.
    """
    say = words.words.gettext
    ordered = [blocks.section(say("The order"), [_lines(quote, book, words), _sums(quote, book, words)], id="order")]
    sections = ordered if quote.lines else []
    telling = Telling(quote, book, words)
    events, alone = event_blocks(quote, telling), lone_event(quote, telling)
    for change in quote.changes or ():
        if rows := before_and_after(change, telling):
            sections.append(blocks.section(say("What changes"), [_changes(rows, telling)], id="change"))
    if events:
        parts = [blocks.short(title, "", [_result(row.name, row.words, row.amount, row.total) for row in rows]) for title, rows in events]
        sections.append(blocks.section(say("Amount") if alone else say("Later"), parts, id="later"))
    if offers:
        sections.append(blocks.section(say("Terms on sale"), [_terms(offers, quote, words)], id="terms"))
    if explain:
        steps = [trace_block(*each, words) for each in explanations(quote, book, words)]
        sections.append(blocks.section(say("How each amount comes about"), steps, idle_sentence(quote, words), "steps"))
    digest = f"{quote.book_digest[:4]}\u00a0{quote.book_digest[4:8]}"
    stamp = status_words(book, words)
    return {
        **blocks.frame(words),
        "contents": (),
        "kind": say("Quote"),
        "title": alone[0] if alone else words.text(book.title, book.language) or book.id,
        "description": alone[1] if alone else words.text(book.description, book.language),
        "status": {"words": stamp, "reason": status_reason(book, words)} if stamp else None,
        "notices": [],
        "facts": [{"label": label, "value": value} for label, value in _facts(quote, book, words, alone[2] if alone else None)],
        "sections": sections,
        "closing": [say("Printed from price book %(book)s. A bill that names the same digest was computed with these prices.", book=words.name(book.id))],
        "digest_label": say("Book digest"),
        "digest": f"sha256:{quote.book_digest}",
        "short_digest": words.isolate(f"{book.id}\u00a0@\u00a0{digest}"),
    }


def _terms(offers: Sequence[TermOffer], quote: Quote, words: Formatter) -> TableBlock:
    first, *others = term_heads(quote, words)
    heads = [blocks.column(first, number=False, strong=False), *(blocks.column(head, strong=False) for head in others)]
    own = words.words.gettext("this quote")
    rows = [blocks.row(blocks.cell(row.term, own if row.own else ""), [row.amount, row.each, row.saving]) for row in term_rows(offers, quote, words)]
    return blocks.table("prices", heads, [blocks.group("", rows)], label=words.words.gettext("Terms on sale"))


def _changes(rows: Iterable[tuple[str, str, str]], telling: Telling) -> TableBlock:
    say = telling.say
    heads = [blocks.column(say("Item"), number=False, strong=False), blocks.column(say("Before")), blocks.column(say("After"))]
    return blocks.table("prices", heads, [blocks.group("", [blocks.row(item, sides) for item, *sides in rows])], label=say("What changes"))


def _facts(quote: Quote, book: PriceBook, words: Formatter, event: datetime | None) -> Iterator[tuple[str, str]]:
    """What is quoted, and when; of the one `event` of a subscription its own day, and which subscription it is."""
    say, mode = words.words.gettext, book.billing_modes[quote.billing_mode]
    yield from head_words(quote, book, words)
    if event is not None:
        yield say("Price book"), words.text(book.title, book.language) or book.id
    yield say("Date"), words.date(local_date(event or quote.at, book.zone))
    if event is not None:
        yield say("Subscription"), when_words(quote, book, words)
    else:
        yield say("Billing mode"), words.text(mode.title, book.language) or mode.id
        if length := quote.term or quote.duration:
            yield say("Term") if quote.term else say("Estimate for"), words.duration(length)
        if quote.expires:
            yield say("Until"), words.instant(quote.expires, book.zone) if isinstance(quote.expires, datetime) else words.date(quote.expires)
    yield say("Currency"), words.currency_name(quote.currency)
    yield say("Tax"), say("Included") if book.prices_include_tax else say("Not included") if not quote.taxes else say("Added below")


def _lines(quote: Quote, book: PriceBook, words: Formatter) -> TableBlock:
    say, money = words.words.gettext, money_columns(quote, words)
    heads = [blocks.column(say("Item"), number=False, strong=False), *(blocks.column(head, strong=False) for head, _, _ in money)]
    rows = [
        # Spec and quantity stand below the title: four columns of money fit on a phone, a fifth would not.
        blocks.row(blocks.cell(item_title(line, book, words), _what(line, book, words)), amounts)
        for line, amounts in zip(quote.lines, zip(*(cells for _, cells, _ in money), strict=True), strict=True)
    ]
    return blocks.table("prices", heads, [blocks.group("", rows)], label=say("The order"), stays=len(money))


def _what(line: QuoteLine, book: PriceBook, words: Formatter) -> str:
    several = line.spec is None or line.quantity != 1
    return words.row(part for part in (particulars(line, book, words), quantity_text(line, book, words) if several else "") if part)


def _sums(quote: Quote, book: PriceBook, words: Formatter) -> ShortBlock:
    say, totals, currency = words.words.gettext, quote.totals, quote.currency
    rows = [_result(head, "", summed) for head, _, summed in money_columns(quote, words)[:-1]]
    rows.append(_result(words.row([say("Total"), tax_words(quote, book, words)]), "", words.amount(_lines_sum(quote, book), currency), not quote.taxes))
    for tax in quote.taxes:
        base = say("%(percent)s of %(amount)s", percent=words.percent(tax.rate), amount=words.amount(tax.base, currency))
        rows.append(_result(tax_title(tax, book, words), base, words.amount(tax.amount, currency)))
    if quote.taxes and book.prices_include_tax:
        rows.append(_result(say("Without tax"), "", words.amount(totals.net, currency), True))
    if totals.payable_rounding:
        rows.append(_result(say("Rounding of the sum to pay"), "", words.amount(totals.payable_rounding, currency, sign=True)))
    if totals.payable_rounding or (quote.taxes and not book.prices_include_tax):
        rows.append(_result(say("To pay"), "", words.amount(totals.payable, currency), True))
    return blocks.short(say("Total, %(currency)s", currency=currency), "", rows, sums=True)


def _lines_sum(quote: Quote, book: PriceBook) -> Decimal:
    return quote.totals.gross if book.prices_include_tax and quote.taxes else quote.totals.net


def explanations(quote: Quote, book: PriceBook, words: Formatter) -> Iterator[tuple[str, str, Sequence[ShownStep]]]:
    """Whose amount and of what, how much, and its steps: each line's, each later event's, and what is done once for the whole order."""
    for line in quote.lines:
        what = particulars(line, book, words) or quantity_text(line, book, words)
        title = item_title(line, book, words)
        yield f"{title} {DASH} {what}" if what else title, words.amount(line.amount, quote.currency), shown_steps(line, quote, book, words)
    for event in event_explanations(quote, book, words):
        yield f"{event.title} {DASH} {event.what}", event.amount, event.steps
    overall = order_steps(quote, book, words)
    if overall:
        yield words.words.gettext("The whole order"), "", overall


def trace_block(
    title: str, result: str, steps: Iterable[ShownStep], words: Formatter, about: str = "", table: TableBlock | None = None, notes: Sequence[str] = ()
) -> TraceBlock:
    """Steps as a block, what explains a step moved in."""
    say = words.words.gettext
    heads = (say("Step"), say("Working"), say("Result"), say("Source"))
    return blocks.trace(title, result, words.labelled(title, result) if result else title, heads, list(_step_rows(steps, words)), about, table, notes)


def _step_rows(steps: Iterable[ShownStep], words: Formatter, depth: int = 0) -> Iterator[TraceRow]:
    for step in steps:
        number = words.number(step.number) if step.number is not None else ""
        yield {
            "number": number, "name": step.name, "working": step.working, "count": step.count, "source": step.source,
            "result": step.result, "mark": step.mark, "depth": depth,
        }  # fmt: skip
        yield from _step_rows(step.children, words, depth + 1)


def _result(name: str, working: str, result: str, total: bool = False) -> ShortRow:
    return {"name": name, "working": working, "result": result, "total": total, "pad": ""}
