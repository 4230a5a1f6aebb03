"""The steps of an amount as a tree for the terminal: branch, number, name, working, result at the right, source."""

from collections.abc import Iterator, Sequence

from engine.documents.page_parts import TraceRow
from engine.documents.terminal import GAP, WIDE, Look
from engine.documents.text_layout import CONTROL, Piece, paragraph, plain_text, set_pieces, wrap
from engine.documents.widths import width_of

MOST_SHIFT = 16
ROOMY = 80
"""The least width that has room for workings beside names and results."""
MARKS = {"chosen": "✓ ", "rejected": "· "}
STYLES = {"chosen": "chosen", "rejected": "quiet"}


def amount_head(title: str, amount: str, look: Look) -> list[str]:
    """What is explained, and its amount above those of its steps; where both have no room on a line, the amount stands below."""
    edge = _result_edge(look)
    if amount and width_of(plain_text(title)) + GAP + width_of(plain_text(amount)) <= edge:
        return [set_pieces([Piece(title, 0, "strong"), Piece(amount, edge, "strong", True)], look)]
    return [*paragraph(title, look, "strong"), *(paragraph(amount, look, "strong", indent=" " * GAP) if amount else ())]


def trace_lines(rows: Sequence[TraceRow], look: Look) -> Iterator[str]:
    """The rows as a tree; what explains a step stands below its name, and moves in where there is room."""
    families = _families(rows)
    last = {family[-1] for family in families}
    shifts = {place: shift for family in families for place, shift in _shifts(family, rows).items()}
    stems: list[str] = []
    for place, row in enumerate(rows):
        del stems[row["depth"] :]
        above = "".join(stems)
        branch, stem = ("└─ ", "   ") if place in last else ("├─ ", "│  ")
        if look.width < ROOMY:
            yield from _narrow_step(row, above + branch, above + stem, look)
        else:
            yield from _step(row, above + branch, above + stem, look, shifts.get(place, 0))
        stems.append(stem + ("   " if row["number"] and look.width >= WIDE else ""))


def _families(rows: Sequence[TraceRow]) -> list[list[int]]:
    """The places of the rows that stand below the same step, of each such step."""
    families: list[list[int]] = []
    open_ones: list[list[int]] = []
    for place, row in enumerate(rows):
        del open_ones[row["depth"] + 1 :]
        if len(open_ones) == row["depth"]:
            open_ones.append([])
            families.append(open_ones[-1])
        open_ones[-1].append(place)
    return families


def _shifts(family: Sequence[int], rows: Sequence[TraceRow]) -> dict[int, int]:
    """How far workings move to the right, so that their signs stand below each other: `100 × 2.40`, ` 30 × 2.10`."""
    widths = {place: width_of(plain_text(rows[place]["count"])) for place in family}
    widest = max(widths.values())
    return {place: widest - width for place, width in widths.items()} if all(widths.values()) and widest <= MOST_SHIFT else {}


def _step(row: TraceRow, prefix: str, stem: str, look: Look, shift: int) -> Iterator[str]:
    style = STYLES.get(row["mark"], "plain")
    number = f"{plain_text(row['number']):>2} " if row["number"] else ""
    start = width_of(prefix)
    name_at = start + width_of(number)
    working_at, edge = 30 if look.width >= WIDE else 24, _result_edge(look)
    # A result is short but for the name of its unit, which may be anything.
    most = max(20, edge - GAP - working_at - 12)
    results = wrap(row["result"], most) if width_of(row["result"]) > most or CONTROL.search(row["result"]) else [row["result"]]
    # A number is not broken over lines: one that is as long as a line stands below its working.
    below = wrap(row["result"], look.width - name_at) if any(width_of(word) > most for word in row["result"].split()) else []
    results = [""] if below else results
    room = max(12, edge - GAP - max(map(width_of, results)) - working_at)
    names = wrap(f"{MARKS.get(row['mark'], '')}{row['name']}", max(8, working_at - 1 - name_at))
    workings = wrap(row["working"], room)
    for line in range(max(len(names), len(workings), len(results))):
        pieces = [Piece(prefix if line == 0 else stem, 0, "quiet"), Piece(number if line == 0 else "", start, "quiet")]
        pieces += [Piece(names[line], name_at, style)] if line < len(names) else []
        pieces += [Piece(workings[line], working_at + shift, "quiet")] if line < len(workings) else []
        pieces += [Piece(results[line], edge, style, True)] if line < len(results) else []
        pieces += [Piece(_shortened(row["source"], look.width - _source_column(look)), _source_column(look), "quiet")] if line == 0 else []
        yield set_pieces(pieces, look)
    for text in below:
        place = edge if width_of(text) <= edge - name_at else look.width
        yield set_pieces([Piece(stem, 0, "quiet"), Piece(text, place, style, True)], look)


def _narrow_step(row: TraceRow, prefix: str, stem: str, look: Look) -> Iterator[str]:
    """A step on a line with its result, and below it how it came about and from where."""
    style, number = STYLES.get(row["mark"], "plain"), f"{plain_text(row['number']):>2} " if row["number"] else ""
    name, at, result = f"{MARKS.get(row['mark'], '')}{row['name']}", width_of(prefix + number), plain_text(row["result"])
    beside = at + width_of(plain_text(name)) + GAP + width_of(result) <= look.width
    first, *rest = wrap(name, look.width - at)
    pieces = [Piece(prefix + number, 0, "quiet"), Piece(first, at, style), *([Piece(result, look.width, style, True)] if beside else [])]
    yield set_pieces(pieces, look)
    below = [(line, style) for line in (*rest, *(() if beside else wrap(result, look.width - at)))]
    below += [(line, "quiet") for line in wrap((" " * GAP).join(text for text in (row["working"], row["source"]) if text), look.width - at) if line]
    yield from (set_pieces([Piece(stem, 0, "quiet"), Piece(text, at, kind)], look) for text, kind in below)


def _result_edge(look: Look) -> int:
    """The column behind which no result stands."""
    if look.width < ROOMY:
        return look.width
    return 76 if look.width >= WIDE else look.width - 21


def _source_column(look: Look) -> int:
    return _result_edge(look) + (3 if look.width >= WIDE else GAP)


def _shortened(source: str, room: int) -> str:
    return source if width_of(source) <= room else "…" + source[-(room - 1) :]
