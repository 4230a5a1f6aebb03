"""An invoice as Markdown: parties, lines by subscription, taxes and totals, how to pay, the rules, and on request the annex."""

from collections.abc import Iterator, Sequence

from engine.documents.format import Formatter, formatter, without_isolates
from engine.documents.invoice_steps import Explanation, idle_steps
from engine.documents.invoice_use import UseTable
from engine.documents.invoice_view import Group, InvoiceView, view_of
from engine.documents.markdown import markdown_blocks, markdown_line, markdown_row, markdown_strong, markdown_text
from engine.documents.quote_page import trace_block
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, Issue


def render_invoice_markdown(invoice: Invoice, issue: Issue, book: PriceBook, language: str, explain: bool = False) -> str:
    """The invoice as Markdown text (GitHub tables); no name in it can become markup."""
    words = formatter(language)
    view = view_of(invoice, issue, book, words, explain)
    lines = [*_head(view), *_parties(view, words), "", markdown_strong(view.opening)]
    for group in view.groups:
        lines += ["", *_group(group, view, words)]
    lines += ["", *_sums(view, invoice, words), "", *_rules(view, words)]
    if view.annex:
        title = markdown_text(words.words.gettext("Annex: how each line was worked out"))
        lines += ["", f"## {title}", "", markdown_line(view.annex_about)]
        for part in view.annex:
            lines += ["", *_explained(part, words)]
    lines += ["", *(f"{markdown_text(label)} `{value}`  " for label, value in view.digests)]
    return without_isolates("\n".join(lines).rstrip() + "\n")


def _head(view: InvoiceView) -> Iterator[str]:
    yield f"# {markdown_text(view.running[0])}"
    for stamp, reason in view.stamp:
        yield from ("", f"> {markdown_strong(stamp)}  ", f"> {markdown_line(reason)}")
    for notice in view.notices:
        yield from ("", f"> {markdown_text(notice)}")


def _parties(view: InvoiceView, words: Formatter) -> Iterator[str]:
    yield from ("", f"{markdown_strong(view.seller)}  ")
    yield markdown_line(words.row([*view.seller_lines, *view.contacts]))
    yield from ("", f"{markdown_text(words.words.gettext('To'))} {markdown_strong(view.buyer)}  ")
    yield markdown_line(words.row(view.buyer_lines))
    yield ""
    yield from (f"- {markdown_text(label)}: {markdown_text(value)}" for label, value in view.facts)


def _group(group: Group, view: InvoiceView, words: Formatter) -> Iterator[str]:
    say = words.words.gettext
    yield "## " + markdown_text(words.row(part for part in (group.title, group.about) if part))
    yield ""
    heads = [say("Item"), say("Quantity"), say("Unit price"), say("Period")]
    heads += [*([say("Discount")] if view.discounted else []), say("Amount"), *([say("Tax")] if view.taxed else [])]
    yield markdown_row(heads)
    yield "| --- | ---: | ---: | --- |" + " ---: |" * (len(heads) - 4)
    for line in group.lines:
        name = f"{line.title} ({line.note})" + (f" – {line.details}" if line.details else "")
        period = "".join(line.period)
        cells = [*([line.discount] if view.discounted else []), line.amount, *([words.row(line.taxes)] if view.taxed else [])]
        yield markdown_row([name, line.measured, line.rate.told(words), period, *cells])
        for row in line.rate.rows:
            yield markdown_row([row.name, row.quantity, row.price, *[""] * (len(heads) - 3)])


def _sums(view: InvoiceView, invoice: Invoice, words: Formatter) -> Iterator[str]:
    say = words.words.gettext
    yield markdown_row([say("Tax category"), say("Net"), say("Tax")])
    yield "| --- | ---: | ---: |"
    for tax in view.taxes:
        yield markdown_row([f"{tax.title} – {tax.about}" if tax.about else tax.title, tax.base, tax.amount])
    yield markdown_row([say("Net and tax"), view.net, view.tax], strong=True)
    yield markdown_row([say("Total, %(currency)s", currency=invoice.currency), "", view.gross], strong=True)
    yield from (markdown_row([label, "", value], strong=place > 0) for place, (label, value) in enumerate(view.paid))
    if view.includes:
        yield from ("", markdown_line(view.includes))
    yield from ("", markdown_strong(f"{view.due_label}: {view.due}"), "")
    yield from (f"- {markdown_text(label)}: {markdown_text(value)}" for label, value in view.payment)


def _rules(view: InvoiceView, words: Formatter) -> Iterator[str]:
    yield f"## {markdown_text(words.words.gettext('The rules behind each charge'))}"
    yield ""
    yield from (f"{rule.number}. {markdown_line(rule.text)} ({markdown_text(rule.names)})" for rule in view.rules)


def _explained(part: Explanation, words: Formatter) -> Sequence[str]:
    busy = [step for step in part.steps if step.mark != "idle"]
    idle = idle_steps(part, words)
    title = f"### {markdown_text(part.title)} ({part.note}): {part.amount}"
    steps = markdown_blocks([trace_block("", busy, words)])
    use = ["", *_use(part.use), ""] if part.use is not None else []
    return [title, "", markdown_line(part.about), *use, *steps, "", *([markdown_line(idle), ""] if idle else []), markdown_line(part.identity)]


def _use(table: UseTable) -> Iterator[str]:
    yield markdown_row([f"{head} ({table.counted})" if table.counted and 4 <= place < len(table.heads) - 1 else head for place, head in enumerate(table.heads)])
    yield "| --- | --- |" + " ---: |" * (len(table.heads) - 2)
    yield from (markdown_row(row.cells) for row in table.rows)
    yield from (markdown_row(row.cells, strong=place == 0) for place, row in enumerate(table.sums))
