"""An invoice for the terminal: the sum and how to pay it, lines by subscription, taxes, rules, and on request each line's steps.

Right at 100 and at 80 columns, with and without colour, and in ASCII where the terminal speaks nothing else.
Source: pictures guide, Terminal.
"""

from collections.abc import Iterator

from engine.documents.format import Formatter, formatter
from engine.documents.invoice_steps import Explanation, idle_steps
from engine.documents.invoice_use import UseTable
from engine.documents.invoice_view import Group, InvoiceView, Rows, ShownLine, view_of
from engine.documents.quote_text import result_edge, tree_lines
from engine.documents.terminal import Look
from engine.documents.text_layout import (
    GAP,
    TextCell,
    TextColumn,
    columns_for,
    finished,
    painted,
    paragraph,
    plain_text,
    rule,
    stacked_lines,
    table_lines,
    wrap,
)
from engine.documents.widths import width_of
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, Issue

LEAST_ITEM = 22
LABEL = 18


def render_invoice_text(invoice: Invoice, issue: Issue, book: PriceBook, language: str, explain: bool = False, look: Look = Look()) -> str:
    """The invoice as lines of at most `look.width` columns."""
    words = formatter(language)
    view = view_of(invoice, issue, book, words, explain)
    lines = [*_head(view, look), "", *_parties(view, words, look), "", *paragraph(view.opening, look, "strong")]
    lines += ["", *_lines(view, words, look), ""] if view.groups else [""]
    lines += [*_sums(view, invoice, words, look), "", painted(view.due_label, "quiet", look)]
    lines += [painted(plain_text(view.due), "strong", look), *_pairs(view.payment, look)]
    if view.annex:
        title = words.words.gettext("Annex: how each line was worked out")
        lines += ["", painted(title, "strong", look), *paragraph(view.annex_about, look, "quiet")]
    for part in view.annex:
        lines += ["", *_explained(part, words, look)]
    lines += ["", painted(words.words.gettext("The rules behind each charge"), "strong", look), *_rules(view, look), ""]
    for label, value in view.digests:
        lines += paragraph(words.row([label, value]), look, "quiet")
    text = finished(lines, look)
    return text if look.unicode else text.encode("ascii", "replace").decode("ascii")


# --- above the lines ------------------------------------------------------------------------------------------------------------


def _head(view: InvoiceView, look: Look) -> Iterator[str]:
    title = plain_text(view.running[0])
    stamp = f"▨ {plain_text(view.stamp[0][0]).upper()}" if view.stamp else ""
    room = look.width - (width_of(stamp) + 2 if stamp else 0)
    first, *rest = wrap(title, max(20, room))
    gap = " " * max(2, look.width - width_of(first) - width_of(stamp)) if stamp else ""
    yield painted(first, "strong", look) + gap + painted(stamp, "warning", look)
    yield from (painted(line, "strong", look) for line in rest)
    for _, reason in view.stamp:
        yield from paragraph(reason, look, "quiet")
    for notice in view.notices:
        yield from paragraph(notice, look, "warning")


def _parties(view: InvoiceView, words: Formatter, look: Look) -> Iterator[str]:
    say = words.words.gettext
    seller = words.row([view.seller, *view.seller_lines, *view.contacts])
    buyer = words.row([view.buyer, *view.buyer_lines])
    yield from _pairs(((say("From"), seller), (say("To"), buyer), *view.facts), look)


def _pairs(rows: Rows, look: Look) -> Iterator[str]:
    """Labels, and their values in a column of its own."""
    room = max((width_of(plain_text(label)) for label, _ in rows), default=0)
    at = max(LABEL, min(room, look.width // 3) + 2)
    for label, value in rows:
        for position, line in enumerate(wrap(value, look.width - at)):
            name = plain_text(label) if position == 0 else ""
            yield painted(name, "quiet", look) + " " * max(1, at - width_of(name)) + line


# --- lines ----------------------------------------------------------------------------------------------------------------------


def _lines(view: InvoiceView, words: Formatter, look: Look) -> list[str]:
    heads = _heads(view, words)
    groups = [(group, [row for line in group.lines for row in _rows(line, view, words)]) for group in view.groups]
    # The second line of the first cell wraps; its own width counts for nothing.
    columns = columns_for(heads, [row for _, each in groups for row in each], [False] + [True] * (len(heads) - 1), look.width, LEAST_ITEM)
    if columns is None:
        heads, groups, columns = _narrow(view, words, look)
    lines = [*table_lines(columns, [heads], look), rule(look, "━")]
    for group, each in groups:
        lines += [*_group_head(group, look), *table_lines(columns, each, look)]
    return [*lines, rule(look)]


def _heads(view: InvoiceView, words: Formatter) -> list[TextCell]:
    say = words.words.gettext
    heads = [say("Item"), say("Quantity"), say("Unit price"), *([say("Discount")] if view.discounted else []), say("Amount")]
    return [TextCell(text, style="quiet") for text in [*heads, *([say("Tax")] if view.taxed else [])]]


def _group_head(group: Group, look: Look) -> list[str]:
    *above, title = wrap(group.title, look.width)
    room = look.width - width_of(title) - 2
    beside = room >= 20
    about = wrap(group.about, room if beside else look.width - 2)
    first = painted(title, "strong", look) + ("  " + painted(about[0], "quiet", look) if beside else "")
    below = about[1:] if beside else about
    return [*(painted(line, "strong", look) for line in above), first, *(painted("  " + line, "quiet", look) for line in below)]


def _rows(line: ShownLine, view: InvoiceView, words: Formatter) -> Iterator[list[TextCell]]:
    """The line, and below it its prices where it has several."""
    second = words.row(part for part in ("".join(line.period), line.details) if part)
    first = [TextCell(f"{line.title} [{line.note}]", second, indent=2), TextCell(line.quantity, line.unit), TextCell(line.rate.price, line.rate.per)]
    rest = [*([line.discount] if view.discounted else []), line.amount, *([words.row(line.taxes)] if view.taxed else [])]
    yield [*first, *map(TextCell, rest)]
    for row in line.rate.rows:
        yield [TextCell("", row.name, indent=4), TextCell("", row.quantity), TextCell("", row.price), *([TextCell()] * len(rest))]


def _narrow(view: InvoiceView, words: Formatter, look: Look) -> tuple[list[TextCell], list[tuple[Group, list[list[TextCell]]]], list[TextColumn]]:
    """Where the columns have no room: the amount stays a column, all else stands below the name."""
    heads = [TextCell(words.words.gettext(text), style="quiet") for text in ("Item", "Amount")]
    groups = [
        (group, [[TextCell(f"{line.title} [{line.note}]", _below(line, words), indent=2), TextCell(line.amount)] for line in group.lines])
        for group in view.groups
    ]
    width = max(width_of(plain_text(row[1].text)) for row in [heads, *(row for _, each in groups for row in each)])
    if look.width - width - GAP < look.width // 2:  # an amount as long as a line stands below too
        return heads[:1], [(group, [[_with_amount(row, heads[1], words)] for row in rows]) for group, rows in groups], [TextColumn(look.width)]
    return heads, groups, [TextColumn(look.width - width - GAP), TextColumn(width, True)]


def _below(line: ShownLine, words: Formatter) -> str:
    """What stands below the name of a line that has no columns but its amount."""
    say = words.words.gettext
    parts = [line.measured, line.rate.told(words), *line.rate.lines]
    parts += ["".join(line.period), line.details, say("discount %(amount)s", amount=line.discount) if line.discount else ""]
    parts += [say("tax %(rate)s", rate=words.row(line.taxes)) if line.taxes else ""]
    return words.row(part for part in parts if part)


def _with_amount(row: list[TextCell], head: TextCell, words: Formatter) -> TextCell:
    item, amount = row
    return TextCell(item.text, words.row((item.second, f"{head.text} {amount.text}")), indent=2)


# --- below the lines ------------------------------------------------------------------------------------------------------------


def _sums(view: InvoiceView, invoice: Invoice, words: Formatter, look: Look) -> Iterator[str]:
    say = words.words.gettext
    rows = [[TextCell(tax.title, tax.about, indent=2), TextCell(tax.base), TextCell(tax.amount)] for tax in view.taxes]
    sums = [TextCell(say("Net and tax"), style="strong"), TextCell(view.net, style="strong"), TextCell(view.tax, style="strong")]
    name = say("Total, %(currency)s", currency=invoice.currency)
    totals = [[TextCell(label, style="strong"), TextCell(), TextCell(value, style="strong")] for label, value in ((name, view.gross), *view.paid)]
    head = [TextCell(text, style="quiet") for text in (say("Tax category"), say("Net"), say("Tax"))]
    columns = columns_for(head, [*rows, sums, *totals], [False, True, True], look.width, 8)
    if columns is None:
        yield from stacked_lines(head, [*rows, *([sums] if len(rows) > 1 else [])], look)
        yield from stacked_lines([TextCell(), TextCell(), TextCell()], totals, look)
    else:
        yield from table_lines(columns, [head, *rows, *([sums] if len(rows) > 1 else [])], look)
        yield from table_lines(columns, totals, look)
    if view.includes:
        yield from paragraph(view.includes, look, "quiet")


def _explained(part: Explanation, words: Formatter, look: Look) -> Iterator[str]:
    busy = tuple(step for step in part.steps if step.mark != "idle")
    edge, amount = result_edge(look), plain_text(part.amount)
    room = edge - width_of(amount) - GAP
    first, *rest = wrap(f"{part.title} [{part.note}]", room if room >= LEAST_ITEM else look.width)
    gap = " " * (edge - width_of(first) - width_of(amount))
    yield painted(first, "strong", look) + (gap + painted(amount, "strong", look) if room >= LEAST_ITEM else "")
    yield from (painted(line, "strong", look) for line in rest)
    if room < LEAST_ITEM:  # an amount as long as a line stands below
        yield from paragraph(amount, look, "strong", indent="  ")
    yield from paragraph(part.about, look, "quiet")
    if part.use is not None:
        yield from _use(part.use, look)
    yield from tree_lines(busy, look)
    idle = idle_steps(part, words)
    yield from paragraph(idle, look, "quiet") if idle else ()
    yield from paragraph(part.identity, look)


def _use(table: UseTable, look: Look) -> Iterator[str]:
    head = [TextCell(text, style="quiet") for text in table.heads]
    rows = [[TextCell(cell) for cell in row.cells] for row in table.rows]
    sums = [[TextCell(cell, style="plain" if place else "strong") for cell in row.cells] for place, row in enumerate(table.sums)]
    columns = columns_for(head, [*rows, *sums], [False, False] + [True] * (len(head) - 2), look.width, max(width_of(plain_text(row[0].text)) for row in rows))
    if columns is None:
        yield from stacked_lines(head, [*rows, *sums], look)
        return
    if table.counted:
        yield painted(" " * sum(column.width + GAP for column in columns[:4]) + plain_text(table.counted), "quiet", look)
    yield from table_lines(columns, [head], look)
    yield rule(look)
    yield from table_lines(columns, rows, look)
    yield rule(look)
    yield from table_lines(columns, sums, look)


def _rules(view: InvoiceView, look: Look) -> Iterator[str]:
    for rule_behind in view.rules:
        number = f"[{rule_behind.number}]"
        yield from paragraph(f"{rule_behind.text} ({rule_behind.names})", look, indent="     ", first=f"{number:<5}")
