"""An invoice for the terminal: the sum and how to pay it, lines by subscription, taxes, rules, and on request each line's steps.

Right at 100 and at 80 columns, with and without colour, and in ASCII where the terminal speaks nothing else.
Source: pictures guide, Terminal.
"""

from collections.abc import Iterator

from engine.documents.format import Formatter, formatter
from engine.documents.invoice_steps import Explanation, idle_steps
from engine.documents.invoice_view import Group, InvoiceView, Rows, view_of
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
    lines = [*_head(view, look), "", *_parties(view, words, look), "", *_lines(view, words, look), ""]
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
    say = words.words.gettext
    taxed = bool(view.taxes)
    heads = [say("Item"), say("Quantity"), say("List amount"), say("Discount"), say("Amount"), *([say("Tax")] if taxed else [])]
    head = [TextCell(text, style="quiet") for text in heads]
    groups = [(group, _rows(group, taxed, words)) for group in view.groups]
    rows = [row for _, each in groups for row in each]
    right = [False, True, True, True, True, True][: len(heads)]
    # The second line of the first cell wraps; its own width counts for nothing.
    columns = columns_for(head, rows, right, look.width, LEAST_ITEM)
    if columns is None:
        head, groups, columns = _narrow(head, groups, words, look)
    lines = [*table_lines(columns, [head], look), rule(look, "━")]
    for group, each in groups:
        lines += [*_group_head(group, look), *table_lines(columns, each, look)]
    return [*lines, rule(look)]


def _group_head(group: Group, look: Look) -> list[str]:
    *above, title = wrap(group.title, look.width)
    room = look.width - width_of(title) - 2
    beside = room >= 20
    about = wrap(group.about, room if beside else look.width - 2)
    first = painted(title, "strong", look) + ("  " + painted(about[0], "quiet", look) if beside else "")
    below = about[1:] if beside else about
    return [*(painted(line, "strong", look) for line in above), first, *(painted("  " + line, "quiet", look) for line in below)]


def _rows(group: Group, taxed: bool, words: Formatter) -> list[list[TextCell]]:
    rows = []
    for line in group.lines:
        period = "".join(line.period)
        second = words.row(part for part in (period, line.details) if part)
        row = [TextCell(f"{line.title} [{line.note}]", second, indent=2), TextCell(line.quantity, line.unit)]
        row += [TextCell(line.listed.text), TextCell(line.discount.text), TextCell(line.amount.text)]
        rows.append([*row, *([TextCell(words.row(line.taxes))] if taxed else [])])
    return rows


def _narrow(head: list[TextCell], groups, words: Formatter, look: Look):
    """Where the columns have no room: the amount stays a column, all else stands below the name."""
    say = words.words.gettext
    made = []
    for group, rows in groups:
        told = []
        for item, quantity, listed, discount, amount, *tax in rows:
            parts = [f"{quantity.text} {quantity.second}".strip(), item.second]
            parts += [say("list %(amount)s", amount=listed.text)] if listed.text else []
            parts.append(say("discount %(amount)s", amount=discount.text))
            parts += [say("tax %(rate)s", rate=each.text) for each in tax if each.text]
            told.append([TextCell(item.text, words.row(part for part in parts if part), indent=2), amount])
        made.append((group, told))
    heads = [head[0], head[4]]
    width = max(width_of(plain_text(row[1].text)) for row in [heads, *(row for _, each in made for row in each)])
    if look.width - width - GAP < look.width // 2:  # an amount as long as a line stands below too
        told = [(group, [[_with_amount(row, heads[1], words)] for row in rows]) for group, rows in made]
        return heads[:1], told, [TextColumn(look.width)]
    return heads, made, [TextColumn(look.width - width - GAP), TextColumn(width, True)]


def _with_amount(row: list[TextCell], head: TextCell, words: Formatter) -> TextCell:
    item, amount = row
    return TextCell(item.text, words.row((item.second, f"{head.text} {amount.text}")), indent=2)


# --- below the lines ------------------------------------------------------------------------------------------------------------


def _sums(view: InvoiceView, invoice: Invoice, words: Formatter, look: Look) -> Iterator[str]:
    say = words.words.gettext
    rows = [[TextCell(tax.title, tax.about, indent=2), TextCell(tax.base), TextCell(tax.amount)] for tax in view.taxes]
    sums = [TextCell(say("Net and tax"), style="strong"), TextCell(view.net, style="strong"), TextCell(view.tax, style="strong")]
    name = say("Total, %(currency)s", currency=invoice.currency)
    total = [TextCell(name, style="strong"), TextCell(), TextCell(view.gross, style="strong")]
    head = [TextCell(text, style="quiet") for text in (say("Tax category"), say("Net"), say("Tax"))]
    columns = columns_for(head, [*rows, sums, total], [False, True, True], look.width, 8)
    if columns is None:
        yield from stacked_lines(head, [*rows, sums] if view.taxes else [], look)
        yield from stacked_lines([TextCell(), TextCell(), TextCell()], [total], look)
    elif view.taxes:
        yield from table_lines(columns, [head, *rows, sums], look)
    if columns is not None:
        yield from table_lines(columns, [total], look)
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
    yield from tree_lines(busy, look)
    idle = idle_steps(part, words)
    yield from paragraph(idle, look, "quiet") if idle else ()
    yield from paragraph(part.identity, look)


def _rules(view: InvoiceView, look: Look) -> Iterator[str]:
    for rule_behind in view.rules:
        number = f"[{rule_behind.number}]"
        yield from paragraph(f"{rule_behind.text} ({rule_behind.names})", look, indent="     ", first=f"{number:<5}")
