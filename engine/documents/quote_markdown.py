"""A quote as Markdown: a table of lines and totals, and on request each line's steps as a table."""

import re
from collections.abc import Iterator, Sequence

from engine.documents.event_steps import event_explanations
from engine.documents.format import Formatter, formatter, without_isolates
from engine.documents.quote_events import event_blocks
from engine.documents.quote_steps import ShownStep, idle_sentence, order_steps, shown_steps
from engine.documents.quote_words import (
    Telling,
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
from engine.model.book import PriceBook
from engine.model.quotes import Quote

_ESCAPED = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>#|&~"})
_BREAKS = re.compile("[\\s\\x00-\\x1f\\x7f-\\x9f]*[\\x00-\\x1f\\x7f-\\x9f\u2028\u2029][\\s\\x00-\\x1f\\x7f-\\x9f]*")
_OPENING = re.compile(r"^(\d*)([-+.)]+(?=\s|$)|=+$)")


def render_quote_markdown(quote: Quote, book: PriceBook, language: str, explain: bool = False) -> str:
    """The quote as Markdown text (GitHub tables); what the book says cannot become markup."""
    words = formatter(language)
    say = words.words.gettext
    lines = [f"# {markdown_text(words.text(book.title, book.language))}", "", markdown_line(when_words(quote, book, words)), ""]
    if book.status != "published":
        lines += [f"> **{markdown_text(status_words(book, words))}.** {markdown_text(status_reason(book, words))}", ""]
    if quote.lines:
        lines += _table(quote, book, words)
    for title, rows in event_blocks(quote, Telling(quote, book, words)):
        head = [say("Item"), "", say("Amount, %(currency)s", currency=quote.currency)]
        lines += [*([""] if lines[-1] else []), f"## {markdown_text(title)}", "", markdown_row(head), "| --- | --- | ---: |"]
        lines += [markdown_row([row.name, row.words, row.amount], row.total) for row in rows]
    if explain:
        for line in quote.lines:
            lines += ["", f"## {markdown_text(item_title(line, book, words))}: {words.amount(line.amount, quote.currency)}", ""]
            lines += step_table(shown_steps(line, quote, book, words), words)
        for event in event_explanations(quote, book, words):
            lines += ["", f"## {markdown_text(event.title)}, {markdown_text(event.what)}: {event.amount}", "", *step_table(event.steps, words)]
        overall = order_steps(quote, book, words)
        if overall:
            lines += ["", f"## {say('The whole order')}", "", *step_table(overall, words)]
        lines += ["", markdown_text(idle_sentence(quote, words))]
    digest = f"{quote.book_digest[:4]} {quote.book_digest[4:8]}".strip()
    lines += ["", markdown_text(say("Book %(id)s @ %(digest)s", id=quote.book_id, digest=digest))]
    return without_isolates("\n".join(lines).rstrip() + "\n")


def _table(quote: Quote, book: PriceBook, words: Formatter) -> Iterator[str]:
    say = words.words.gettext
    columns = money_columns(quote, words)
    yield markdown_row([say("Item"), say("Quantity"), *(head for head, _, _ in columns)])
    yield f"| --- |{' ---: |' * (len(columns) + 1)}"
    for line, amounts in zip(quote.lines, zip(*(cells for _, cells, _ in columns), strict=True), strict=True):
        name = " – ".join(part for part in (item_title(line, book, words), particulars(line, book, words)) if part)
        yield markdown_row([name, quantity_text(line, book, words), *amounts])
    yield markdown_row([f"{say('Total')}, {tax_words(quote, book, words)}", "", *(summed for _, _, summed in columns)], strong=True)
    blank = [""] * len(columns)
    for tax in quote.taxes:
        yield markdown_row([f"{tax_title(tax, book, words)} {words.percent(tax.rate)}", *blank, words.amount(tax.amount, quote.currency)])
    if quote.taxes:
        label, amount = (say("Without tax"), quote.totals.net) if book.prices_include_tax else (say("To pay"), quote.totals.gross)
        yield markdown_row([label, *blank, words.amount(amount, quote.currency)], strong=True)


def step_table(steps: Sequence[ShownStep], words: Formatter) -> Iterator[str]:
    """Steps as a table: step, working, result and source, what explains a step moved in."""
    say = words.words.gettext
    yield markdown_row([say("Step"), say("Working"), say("Result"), say("Source")])
    yield "| --- | --- | ---: | --- |"
    yield from _step_rows(steps, 0)


def _step_rows(steps: Sequence[ShownStep], depth: int) -> Iterator[str]:
    for step in steps:
        mark = {"chosen": "✓ ", "rejected": "· "}.get(step.mark, "")
        number = f"{step.number} " if step.number is not None else ""
        yield markdown_row(["\u00a0" * 4 * depth + f"{mark}{number}{step.name}", step.working, step.result, step.source])
        yield from _step_rows(step.children, depth + 1)


def markdown_row(cells: Sequence[str], strong: bool = False) -> str:
    """A row of a table; nothing in its cells is markup."""
    written = [markdown_text(cell) for cell in cells]
    if strong:
        written = [f"**{cell}**" if cell else "" for cell in written]
    return f"| {' | '.join(written)} |"


def markdown_text(text: str) -> str:
    """A text in which nothing is markup, on one line: a line break of a name ends no row."""
    return _BREAKS.sub(" ", text).strip(" ").translate(_ESCAPED)


def markdown_line(text: str) -> str:
    """A line of its own in which nothing is markup: its start opens no list and underlines no heading."""
    return _OPENING.sub(r"\1\\\2", markdown_text(text))
