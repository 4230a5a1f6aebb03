"""A quote for the terminal: lines and totals, and with `explain` each line's steps as a tree, workings beside results.

Right at 100 and at 80 columns, with and without colour, and in ASCII where the terminal speaks nothing else.
Source: pictures guide, Terminal.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from engine.documents.event_steps import event_explanations
from engine.documents.format import Formatter, formatter, without_isolates
from engine.documents.invoice_titles import attributes_called
from engine.documents.quote_events import EventRow, event_blocks, lone_event
from engine.documents.quote_idle import idle_sentence
from engine.documents.quote_steps import ShownStep, order_steps, shown_steps
from engine.documents.quote_words import (
    Telling,
    head_words,
    item_title,
    money_columns,
    particulars,
    quantity_text,
    spec_title,
    status_words,
    tax_title,
    tax_words,
    when_words,
)
from engine.documents.term_rows import term_heads, term_rows
from engine.documents.terminal import ASCII, GAP, WIDE, Look
from engine.documents.text_layout import (
    CONTROL,
    Piece,
    TextCell,
    columns_for,
    paragraph,
    plain_text,
    rule,
    set_pieces,
    stacked_lines,
    table_lines,
    wrap,
)
from engine.documents.widths import width_of
from engine.model.book import PriceBook
from engine.model.quotes import Quote, QuoteLine
from engine.review.terms import TermOffer

LEAST_ITEM = 12
MOST_SHIFT = 16


def render_quote_text(quote: Quote, book: PriceBook, language: str, explain: bool = False, look: Look = Look(), offers: Sequence[TermOffer] = ()) -> str:
    """The quote as lines of at most `look.width` columns; `offers`: the order for other terms, which are then compared."""
    words = formatter(language)
    lines = [*_head(quote, book, words, look), *_paper(quote, book, words, look)]
    if quote.lines:  # a further event of a subscription is quoted without what was bought before
        lines += ["", *_table(quote, book, words, look)]
    telling = Telling(quote, book, words)
    if (alone := lone_event(quote, telling)) is not None:
        lines += ["", *paragraph(alone[1], look, "strong")]
    for title, rows in event_blocks(quote, telling):
        lines += ["", set_pieces([Piece(title, 0, "strong")], look), rule(look, "─")]
        lines += [line for row in rows for line in _event_row(row, look)]
    if offers:
        lines += ["", set_pieces([Piece(words.words.gettext("Terms on sale"), 0, "strong")], look), *_terms(offers, quote, words, look)]
    if explain:
        for line in quote.lines:
            lines += ["", *_explanation(line, quote, book, words, look)]
        for event in event_explanations(quote, book, words):
            lines += ["", *_explained(event.title, event.what, event.amount, event.steps, look)]
        lines += _order_steps(quote, book, words, look)
    lines += ["", *_foot(quote, book, words, look, explain)]
    text = without_isolates("\n".join(lines) + "\n").replace("\u00a0", " ")
    return text if look.unicode else text.translate(ASCII).encode("ascii", "replace").decode("ascii")


# ------------------------------------------------------------------------------------------------------------------- parts


def _head(quote: Quote, book: PriceBook, words: Formatter, look: Look) -> list[str]:
    title = words.text(book.title, book.language)
    what = when_words(quote, book, words)
    stamp = f"▨ {status_words(book, words).upper()}" if book.status != "published" else ""
    room = look.width - (width_of(stamp) + GAP if stamp else 0) - width_of(title) - GAP
    first, *rest = wrap(what, max(20, room))
    pieces = [Piece(title, 0, "strong"), Piece(first, width_of(title) + GAP), Piece(stamp, look.width, "warning", True)]
    return [set_pieces(pieces, look), *(set_pieces([Piece(line, width_of(title) + GAP)], look) for line in rest)]


def _paper(quote: Quote, book: PriceBook, words: Formatter, look: Look) -> Iterator[str]:
    """Number, customer, seller and last day of a quote that is a paper for somebody."""
    rows = [(plain_text(label), value) for label, value in head_words(quote, book, words)]
    room = max((width_of(label) for label, _ in rows), default=0) + GAP
    for label, value in rows:
        for place, line in enumerate(wrap(value, look.width - room)):
            yield set_pieces([Piece("" if place else label, 0, "quiet"), Piece(line, room)], look)


def _table(quote: Quote, book: PriceBook, words: Formatter, look: Look) -> list[str]:
    say = words.words.gettext
    columns = money_columns(quote, words)
    rows = [
        (item_title(line, book, words), particulars(line, book, words), [quantity_text(line, book, words), *cells])
        for line, cells in zip(quote.lines, zip(*(cells for _, cells, _ in columns), strict=True), strict=True)
    ]
    heads = [say("Quantity"), *(head for head, _, _ in columns)]
    sums = ["", *(total for _, _, total in columns)]
    edges = _edges([heads, *(cells for _, _, cells in rows), sums], look)
    room = edges[0] - max(width_of(row[0]) for row in [heads, *(cells for _, _, cells in rows)]) - GAP
    if room < LEAST_ITEM:  # numbers as long as a line have no room beside each other
        named = [TextCell(head) for head in ("", *heads)]
        lines = stacked_lines(named, [[TextCell(title, spec, indent=GAP), *map(TextCell, cells)] for title, spec, cells in rows], look)
        return [rule(look, "━"), *lines, rule(look, "─"), *_totals(quote, book, words, sums, [look.width] * len(edges), look)]
    lines = [_row([Piece(say("Item"), 0, "quiet")], heads, edges, look, "quiet"), rule(look, "━")]
    for title, spec, cells in rows:
        lines += _item_row(title, spec, cells, edges, max(12, room), look)
    lines.append(rule(look, "─"))
    lines += _totals(quote, book, words, sums, edges, look)
    return lines


def _terms(offers: Sequence[TermOffer], quote: Quote, words: Formatter, look: Look) -> list[str]:
    own = words.words.gettext("this quote")
    head, rows = [TextCell(text, style="quiet") for text in term_heads(quote, words)], []
    for row in term_rows(offers, quote, words):
        style = "strong" if row.own else "plain"
        rows.append(
            [TextCell(words.row((row.term, own)) if row.own else row.term), *(TextCell(text, style=style) for text in (row.amount, row.per_month, row.saving))]
        )
    columns = columns_for(head, rows, [False, True, True, True], look.width, LEAST_ITEM)
    if columns is None:
        return [rule(look, "─"), *stacked_lines(head, rows, look)]
    return [*table_lines(columns, [head], look), rule(look, "─"), *table_lines(columns, rows, look)]


def _item_row(title: str, spec: str, cells: Sequence[str], edges: Sequence[int], room: int, look: Look) -> Iterator[str]:
    fits = width_of(title) + (GAP + width_of(spec) if spec else 0) <= room
    first, *rest = wrap(title, room)
    pieces = [Piece(first, 0)]
    if spec and fits:
        pieces.append(Piece(spec, width_of(first) + GAP, "quiet"))
    yield _row(pieces, cells, edges, look)
    yield from (set_pieces([Piece(line, 0)], look) for line in rest)
    if spec and not fits:
        yield from (set_pieces([Piece(line, GAP, "quiet")], look) for line in wrap(spec, room - GAP))


def _totals(quote: Quote, book: PriceBook, words: Formatter, sums: Sequence[str], edges: Sequence[int], look: Look) -> Iterator[str]:
    say, blank = words.words.gettext, [""] * (len(edges) - 1)
    label = say("Total")
    pieces = [Piece(label, 0, "strong"), Piece(words.row(["", tax_words(quote, book, words)]), width_of(label), "quiet")]
    yield from _sum_row(pieces, sums, edges, look, last="strong")
    for tax in quote.taxes:
        name = words.taxed(tax_title(tax, book, words), words.percent(tax.rate))
        base = say("of %(base)s", base=words.amount(tax.base, quote.currency))
        amount = words.amount(tax.amount, quote.currency)
        yield from _sum_row([Piece(name, 0), Piece(base, width_of(name) + GAP, "quiet")], [*blank, amount], edges, look)
    if quote.taxes:
        label, other = (say("Without tax"), quote.totals.net) if book.prices_include_tax else (say("To pay"), quote.totals.gross)
        amount = words.amount(other, quote.currency)
        yield from _sum_row([Piece(label, 0, "strong")], [*blank, amount], edges, look, last="strong")


def _sum_row(pieces: Sequence[Piece], cells: Sequence[str], edges: Sequence[int], look: Look, last: str = "") -> Iterator[str]:
    """A sum on one line; where that is too short, the number below its words, and the sums before it left to the lines above."""
    if sum(width_of(piece.text) + GAP for piece in pieces) + sum(width_of(cell) + GAP for cell in cells if cell) <= look.width:
        yield _row(pieces, cells, edges, look, last=last)
    else:
        yield from paragraph(" ".join(piece.text for piece in pieces).replace(" ,", ","), look, last or "plain")
        yield from paragraph(cells[-1], look, last or "plain", indent=" " * GAP)


def _event_row(row: EventRow, look: Look) -> Iterator[str]:
    """Name, words and amount; what is too long for its column goes on below."""
    style, column = "strong" if row.total else "plain", _working_column(look)
    names = wrap(row.name, column - GAP)
    beside = look.width - column - (width_of(row.amount) + GAP if row.amount else 0)
    below = beside < 12  # an amount as long as a line stands below the words
    said = wrap(row.words, look.width - column if below else beside)
    for position in range(max(len(names), len(said), 1)):
        pieces = [Piece(names[position], 0, style)] if position < len(names) else []
        pieces += [Piece(said[position], column, "quiet")] if position < len(said) else []
        yield set_pieces([*pieces, Piece(row.amount if position == 0 and not below else "", look.width, style, True)], look)
    if below:
        yield from paragraph(row.amount, look, style, indent=" " * GAP)


def _explanation(line: QuoteLine, quote: Quote, book: PriceBook, words: Formatter, look: Look) -> Iterator[str]:
    title = item_title(line, book, words)
    called = attributes_called(line.attributes, book, words)
    what = words.row(part for part in (spec_title(line, book, words) or quantity_text(line, book, words), called) if part)
    yield from _explained(title, what, words.amount(line.amount, quote.currency), shown_steps(line, quote, book, words), look)


def _explained(title: str, what: str, amount: str, steps: Sequence[ShownStep], look: Look) -> Iterator[str]:
    """An amount with its tree of steps."""
    pieces = [Piece(title, 0, "strong"), Piece(what, width_of(title) + GAP, "quiet"), Piece(amount, result_edge(look), "strong", True)]
    if sum(width_of(piece.text) + GAP for piece in pieces) <= result_edge(look):
        yield set_pieces(pieces, look)
    else:
        yield from paragraph(f"{title}  {what}", look, "strong")
        yield from paragraph(amount, look, "strong", indent=" " * GAP)
    yield from tree_lines(steps, look)


def _order_steps(quote: Quote, book: PriceBook, words: Formatter, look: Look) -> list[str]:
    steps = order_steps(quote, book, words)
    if not steps:
        return []
    return ["", set_pieces([Piece(words.words.gettext("The whole order"), 0, "strong")], look), *tree_lines(steps, look)]


def _foot(quote: Quote, book: PriceBook, words: Formatter, look: Look, explain: bool) -> Iterator[str]:
    idle = idle_sentence(quote, words) if explain else ""
    if idle:
        yield from (set_pieces([Piece(line, 0, "quiet")], look) for line in wrap(idle, look.width))
    digest = f"{quote.book_digest[:4]} {quote.book_digest[4:8]}".strip()
    said = words.words.gettext("Book %(id)s @ %(digest)s", id=quote.book_id, digest=digest)
    pieces = [Piece(said, 0, "quiet")]
    if book.status != "published":
        warning = words.words.gettext("prices are placeholders, not an offer")
        if book.status == "draft":
            warning = words.words.gettext("prices are a draft, not an offer")
        pieces += [Piece("·", width_of(said) + GAP, "warning"), Piece(warning, width_of(said) + 2 * GAP + 1, "warning")]
    yield set_pieces(pieces, look)


# -------------------------------------------------------------------------------------------------------------------- tree


def tree_lines(steps: Sequence[ShownStep], look: Look, above: str = "") -> Iterator[str]:
    """Steps as a tree: branch, number, name, working, result at the right, source."""
    shift = _shifts(steps)
    for position, step in enumerate(steps):
        last = position == len(steps) - 1
        branch, stem = ("└─", "   ") if last else ("├─", "│  ")
        yield from _step(step, f"{above}{branch} ", above + stem, look, shift.get(position, 0))
        # Children stand below the step's name; where room is short they move in.
        inset = "   " if step.number is not None and look.width >= WIDE else ""
        yield from tree_lines(step.children, look, above + stem + inset)


def _shifts(steps: Sequence[ShownStep]) -> dict[int, int]:
    """How far the workings of tiers move to the right, so that their signs stand below each other: `100 × 2.40`, ` 30 × 2.10`."""
    heads = {position: match for position, step in enumerate(steps) if (match := _PRODUCT.match(without_isolates(step.working)))}
    if not heads or len(heads) != len(steps) or any(step.number is not None for step in steps):
        return {}
    widest = max(width_of(match[1]) for match in heads.values())
    if widest > MOST_SHIFT:
        return {}
    return {position: widest - width_of(match[1]) for position, match in heads.items()}


_PRODUCT = re.compile(r"([\d.,’\u00a0\u202f]+) × [\d.,’\u00a0\u202f]+\Z")


def _step(step: ShownStep, prefix: str, stem: str, look: Look, shift: int = 0) -> Iterator[str]:
    style = {"chosen": "chosen", "rejected": "quiet"}.get(step.mark, "plain")
    mark = {"chosen": "✓ ", "rejected": "· "}.get(step.mark, "")
    number = f"{step.number:>2} " if step.number is not None else ""
    start = width_of(prefix)
    name_at = start + width_of(number)
    working_at, edge = max(_working_column(look), 0), result_edge(look)
    # A result is short but for the name of its unit, which may be anything.
    most = max(20, edge - GAP - working_at - 12)
    results = wrap(step.result, most) if width_of(step.result) > most or CONTROL.search(step.result) else [step.result]
    # A number is not broken over lines: one that is as long as a line stands below its working.
    below = wrap(step.result, look.width - name_at) if any(width_of(word) > most for word in step.result.split()) else []
    results = [""] if below else results
    room = max(12, edge - GAP - max(map(width_of, results)) - working_at)
    name = f"{mark}{step.name}"
    names = wrap(name, max(8, working_at - 1 - name_at))
    workings = wrap(step.working, room)
    for row in range(max(len(names), len(workings), len(results))):
        pieces = [Piece(prefix if row == 0 else stem, 0, "quiet")]
        if row == 0:
            pieces.append(Piece(number, start, "quiet"))
        if row < len(names):
            pieces.append(Piece(names[row], name_at, style))
        if row < len(workings):
            pieces.append(Piece(workings[row], working_at + shift, "quiet"))
        if row < len(results):
            pieces.append(Piece(results[row], edge, style, True))
        if row == 0:
            pieces.append(Piece(_shortened(step.source, look.width - _source_column(look)), _source_column(look), "quiet"))
        yield set_pieces(pieces, look)
    for line in below:
        place = edge if width_of(line) <= edge - name_at else look.width
        yield set_pieces([Piece(stem, 0, "quiet"), Piece(line, place, style, True)], look)


def _working_column(look: Look) -> int:
    return 30 if look.width >= WIDE else 24


def result_edge(look: Look) -> int:
    """The column behind which no result stands."""
    return 76 if look.width >= WIDE else look.width - 21


def _source_column(look: Look) -> int:
    return result_edge(look) + (3 if look.width >= WIDE else GAP)


def _shortened(source: str, room: int) -> str:
    return source if width_of(source) <= room else "…" + source[-(room - 1) :]


# ------------------------------------------------------------------------------------------------------------------ layout


def _edges(rows: Iterable[Sequence[str]], look: Look) -> list[int]:
    """The right edges of the number columns, from the width of what stands in them; the last one is the page's."""
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    gap = 3 if look.width >= WIDE else GAP
    edges = [look.width]
    for width in reversed(widths[1:]):
        edges.insert(0, edges[0] - max(width, 10 if look.width >= WIDE else 8) - gap)
    return edges


def _row(pieces: Sequence[Piece], cells: Sequence[str], edges: Sequence[int], look: Look, style: str = "plain", last: str = "") -> str:
    numbers = [Piece(cell, edge, style, True) for cell, edge in zip(cells, edges, strict=True)]
    if last:
        numbers[-1] = Piece(cells[-1], edges[-1], last, True)
    return set_pieces([*pieces, *numbers], look)
