"""An invoice as a document of blocks: for every writer of these, in the reader's language, in reading order."""

from collections.abc import Iterator

from engine.documents import page_blocks as blocks
from engine.documents.format import Formatter, formatter
from engine.documents.invoice_steps import Explanation, idle_steps
from engine.documents.invoice_use import UseRow, UseTable
from engine.documents.invoice_view import InvoiceView, Rows, ShownLine, view_of
from engine.documents.markdown import markdown_page
from engine.documents.page_parts import PageRow
from engine.documents.page_types import Block, DocumentTree, GlossaryBlock, PageFact, TableBlock, TraceBlock
from engine.documents.quote_page import trace_block
from engine.documents.terminal import Look
from engine.documents.text import text_page
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, Issue


def render_invoice_text(invoice: Invoice, issue: Issue, book: PriceBook, language: str, explain: bool = False, look: Look = Look()) -> str:
    """The invoice as lines of at most `look.width` columns."""
    return text_page(invoice_document(invoice, issue, book, language, explain), look)


def render_invoice_markdown(invoice: Invoice, issue: Issue, book: PriceBook, language: str, explain: bool = False) -> str:
    """The invoice as Markdown text (GitHub tables); no name in it can become markup."""
    return markdown_page(invoice_document(invoice, issue, book, language, explain))


def invoice_document(invoice: Invoice, issue: Issue, book: PriceBook, language: str, explain: bool = False) -> DocumentTree:
    """The sum and who owes it to whom, lines by subscription, taxes, how to pay, rules, and with `explain` the steps of each line."""
    words = formatter(language)
    view, say = view_of(invoice, issue, book, words, explain), words.words.gettext
    seller, buyer = words.row([view.seller, *view.seller_lines, *view.contacts]), words.row([view.buyer, *view.buyer_lines])
    sections = [blocks.section("", [_lines(view, words)])] if view.groups else []
    sections.append(blocks.section("", [_taxes(view, invoice, words), *_payment(view), *_chart(view)]))
    if view.annex:
        title = say("Annex: how each line was worked out")
        sections.append(blocks.section(title, [_explained(part, words) for part in view.annex], view.annex_about))
    sections.append(blocks.section(say("The rules behind each charge"), [_rules(view)]))
    (digest_label, digest), *further = view.digests
    return {
        "kind": "",
        "title": view.running[0],
        "description": view.opening,
        "status": {"words": view.stamp[0][0], "reason": view.stamp[0][1]} if view.stamp else None,
        "notices": list(view.notices),
        "facts": _facts(((say("From"), seller), (say("To"), buyer), *view.facts)),
        "sections": sections,
        "closing": [words.row(each) for each in further],
        "digest_label": digest_label,
        "digest": digest,
    }


def _facts(rows: Rows) -> list[PageFact]:
    return [{"label": label, "value": value} for label, value in rows]


def _lines(view: InvoiceView, words: Formatter) -> TableBlock:
    say = words.words.gettext
    heads = [say("Quantity"), say("Unit price"), *([say("Discount")] if view.discounted else []), say("Amount"), *([say("Tax")] if view.taxed else [])]
    columns = [blocks.column(say("Item"), number=False, strong=False), *(blocks.column(head, strong=False) for head in heads)]
    groups = [blocks.group(group.title, [row for line in group.lines for row in _rows(line, view, words)], group.about) for group in view.groups]
    return blocks.table("prices", columns, groups, label=say("The lines"), stays=1 + heads.index(say("Amount")))


def _rows(line: ShownLine, view: InvoiceView, words: Formatter) -> Iterator[PageRow]:
    """The line, and below it its prices where it has several."""
    about = words.row(part for part in ("".join(line.period), line.details) if part)
    rest = [*([line.discount] if view.discounted else []), line.amount, *([words.row(line.taxes)] if view.taxed else [])]
    price = blocks.cell(line.rate.price, line.rate.per)
    yield blocks.row(blocks.cell(f"{line.title} [{line.note}]", about), [blocks.cell(line.quantity, line.unit), price, *rest])
    for part in line.rate.rows:
        yield blocks.row(blocks.cell("", part.name), [blocks.cell("", part.quantity), blocks.cell("", part.price), *([""] * len(rest))])


def _taxes(view: InvoiceView, invoice: Invoice, words: Formatter) -> TableBlock:
    """The taxes by category and rate, and what they come to with the net amounts; what was paid, and what is left."""
    say = words.words.gettext
    columns = [blocks.column(say("Tax category"), number=False, strong=False), *(blocks.column(head, strong=False) for head in (say("Net"), say("Tax")))]
    rows = [blocks.row(blocks.cell(tax.title, tax.about), [tax.base, tax.amount]) for tax in view.taxes]
    sums = [blocks.row(say("Net and tax"), [view.net, view.tax])] if len(rows) > 1 else []
    sums.append(blocks.row(say("Total, %(currency)s", currency=words.isolate(invoice.currency)), ["", view.gross]))
    sums += [blocks.row(label, ["", value]) for label, value in view.paid]
    return blocks.table("prices", columns, [blocks.group("", rows), blocks.group("", sums, sums=True)], label=say("Totals"), notes=[view.includes], stays=2)


def _payment(view: InvoiceView) -> Iterator[Block]:
    """What is to be paid, and how."""
    yield blocks.short("", "", [{"name": view.due_label, "working": "", "result": view.due, "total": True, "pad": ""}], sums=True)
    if view.credits:
        yield blocks.table(
            "facts-table", [blocks.column("", number=False)] * 2, [blocks.group("", [blocks.row(label, [value]) for label, value in view.credits])]
        )
    if view.payment:
        columns = [blocks.column("", number=False)] * 2
        rows = [blocks.row(label, [value]) for label, value in view.payment]
        yield blocks.table("facts-table", columns, [blocks.group("", rows)])


def _chart(view: InvoiceView) -> Iterator[Block]:
    """What the chart of use shows; its days are those of the annex."""
    if view.chart is not None:
        yield blocks.chart("", blocks.emphasized(view.chart.finding), view.chart.wide, view.chart.narrow)


def _rules(view: InvoiceView) -> GlossaryBlock:
    return blocks.glossary([(f"[{rule.number}]", f"{rule.text} ({rule.names})") for rule in view.rules])


def _explained(part: Explanation, words: Formatter) -> TraceBlock:
    busy = [step for step in part.steps if step.mark != "idle"]
    table = _use(part.use) if part.use is not None else None
    title = f"{part.title} [{part.note}]" if part.note else part.title
    return trace_block(title, part.amount, busy, words, part.about, table, [idle_steps(part, words), part.identity])


def _use(use: UseTable) -> TableBlock:
    columns = [blocks.column(head, number=place > 1, strong=False) for place, head in enumerate(use.heads)]

    def rows(given: tuple[UseRow, ...]) -> list[PageRow]:
        return [blocks.row(row.cells[0], row.cells[1:]) for row in given]

    over = blocks.over(4, len(use.heads) - 5, use.counted) if use.counted else None
    return blocks.table("prices", columns, [blocks.group("", rows(use.rows)), blocks.group("", rows(use.sums), sums=True)], over=over)
