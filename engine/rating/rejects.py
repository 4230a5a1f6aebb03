"""Which rows of usage are records in no doubt, asked of an engine for all rows at once: the rules of `usage/rows` as conditions in SQL.

Contract: pure, and strict to one side. A row that is sure here is a record for `read_row` too, with the same instant and quantity; whatever is
not sure goes to `read_row`, which alone says what is wrong with a row. Whether account and subscription are known is asked where
they are joined: a text that is equal to a known one is a good one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.language.cells import strange_cell
from engine.model.book import Item, PriceBook
from engine.rating.wall_clock import WallPiece, wall_pieces
from engine.usage.rows import facts_of

MOST_PLACES = 9
"""Decimals of a quantity that an engine is asked to compute with; what has more is the interpreter's."""
_DATE = "(19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?"
_ZONED = f"{_DATE}[T ]{_CLOCK}(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])"
_WALL = f"{_DATE}([T ]{_CLOCK})?"
_NUMBER = rf"(0|[1-9][0-9]*)(\.[0-9]{{1,{MOST_PLACES}}})?"
YEARS_AROUND = 3
"""Of a billing period: how far from it times without offset are read by the engine; others are rare, and go to the interpreter."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How files hold their columns.

    `time`: text | instant | wall (a clock without a zone); `quantity`: text | number. Both are `read` where the rows have `#at` and `#amount` in
    place of them. `scale` is how many decimals of a number are looked at.
    """

    columns: tuple[str, ...]
    time: str = "text"
    quantity: str = "text"
    scale: int = 0

    @property
    def is_text(self) -> bool:
        """Whether times or quantities are texts, which are held against the rules of numbers and times."""
        return "text" in (self.time, self.quantity)


def quoted(name: str) -> str:
    """The name of a column in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def trimmed_sql(column: str) -> str:
    """A text without blanks around it; few have any, and `trim` of each costs six times what it costs to ask."""
    name, blank = quoted(column), literal(" ")
    return f"CASE WHEN starts_with({name}, {blank}) OR ends_with({name}, {blank}) THEN trim({name}, {blank}) ELSE {name} END"


def read_sql(shape: Shape, pieces: Sequence[WallPiece], source: str) -> str:
    """The rows of a source without texts with their instant `#at` (microseconds since 1970, UTC) and exact quantity `#amount`; NULL where not sure."""
    if shape.time == "read":
        return source
    quantity = quoted("quantity")
    amount = quantity if shape.scale <= MOST_PLACES else f"CASE WHEN {quantity} = round({quantity}, {MOST_PLACES}) THEN {quantity} END"
    return f'SELECT *, {_instant(shape, pieces)} AS "#at", {amount} AS "#amount" FROM (SELECT *, {_wall(shape)} AS "#wall" FROM ({source}))'


def read_text_sql(shape: Shape, pieces: Sequence[WallPiece], source: str, digits: int, places: int) -> str:
    """The same of rows with texts, with a decimal of so many digits and places as `#amount`; NULL for a quantity that does not fit in.

    `#places` is how many decimals a quantity has that is surely a number.
    """
    amount = f'CASE WHEN "#places" <= {places} THEN TRY_CAST({quoted("quantity")} AS DECIMAL({digits}, {places})) END'
    inner = f'SELECT *, {_wall(shape)} AS "#wall", CAST({_places(shape)} AS TINYINT) AS "#places" FROM ({source})'
    return f'SELECT *, {_instant(shape, pieces)} AS "#at", {amount} AS "#amount" FROM ({inner})'


def _places(shape: Shape) -> str:
    quantity = quoted("quantity")
    if shape.quantity == "text":
        return f"CASE WHEN regexp_full_match({quantity}, '{_NUMBER}') THEN {decimals_sql('quantity')} END"
    fits = f"{quantity} IS NOT NULL" if shape.scale <= MOST_PLACES else f"{quantity} = round({quantity}, {MOST_PLACES})"
    return f"CASE WHEN {fits} THEN {min(shape.scale, MOST_PLACES)} END"


def _zoned() -> str:
    """Whether the text of a time, which is sure, says its offset."""
    time = quoted("time")
    return f"(ends_with({time}, 'Z') OR (strlen({time}) > 20 AND ends_with({time}[-6], '+')) OR (strlen({time}) > 20 AND ends_with({time}[-6], '-')))"


def _wall(shape: Shape) -> str:
    """The microseconds of a clock without a zone; NULL for an instant."""
    wall = f"epoch_us(TRY_CAST({quoted('time')} AS TIMESTAMP))"
    return {"instant": "NULL", "wall": wall, "text": f"CASE WHEN NOT {_zoned()} THEN {wall} END"}[shape.time]


def decimals_sql(name: str) -> str:
    """How many digits stand behind the point of a text."""
    column = quoted(name)
    return f"CASE WHEN contains({column}, '.') THEN strlen({column}) - strpos({column}, '.') ELSE 0 END"


def _instant(shape: Shape, pieces: Sequence[WallPiece]) -> str:
    time = quoted("time")
    match shape.time:
        case "instant":
            return f"CASE WHEN {time} BETWEEN TIMESTAMPTZ '1901-01-01 00:00:00Z' AND TIMESTAMPTZ '8999-01-01 00:00:00Z' THEN epoch_us({time}) END"
        case "wall":
            return _in_utc(pieces)
    # Most deliveries write instants in one way, which is asked for first: that costs a third of the rule for all of them.
    usual = f"WHEN {time} LIKE '20__-__-__T__:__:__Z' THEN epoch_us(try_strptime({time}, '%Y-%m-%dT%H:%M:%SZ'))"
    zoned = f"CASE WHEN regexp_full_match({time}, '{_ZONED}') THEN epoch_us(TRY_CAST({time} AS TIMESTAMPTZ)) END"
    return f"CASE {usual} WHEN {_zoned()} THEN {zoned} WHEN regexp_full_match({time}, '{_WALL}') THEN {_in_utc(pieces)} END"


def _in_utc(pieces: Sequence[WallPiece]) -> str:
    """The microseconds of a wall clock as those of UTC; NULL for what a clock change skips, and before and beyond the pieces."""
    cases = "".join(f' WHEN "#wall" < {each.end} THEN ' + ("NULL" if each.ahead is None else f'"#wall" - {each.ahead}') for each in pieces)
    return f'CASE WHEN "#wall" < {pieces[0].start} THEN NULL{cases} END'


def pieces_of(book: PriceBook, first_year: int, last_year: int) -> tuple[WallPiece, ...]:
    """The wall clock of the book's zone around a period."""
    return wall_pieces(book.zone, first_year - YEARS_AROUND, last_year + YEARS_AROUND)


def sure_sql(book: PriceBook, shape: Shape) -> str:
    """Whether a row that `read_sql` gives is surely a record, but for its account and subscription, and its id (`plain_id_sql`); never NULL."""
    conditions = ["account <> ''", "subscription <> ''", '"#at" IS NOT NULL', '"#amount" >= 0', f"({' OR '.join(_items(book, shape)) or 'false'})"]
    conditions += [_attribute(book, name) for name in book.attributes if name in shape.columns]
    return f"coalesce({' AND '.join(conditions)}, false)"


def plain_id_sql() -> str:
    """Whether the id of a row is surely what it seems to be, or there is none."""
    return _empty_or("id", plain_sql("id"))


def _items(book: PriceBook, shape: Shape) -> Iterator[str]:
    """What each item asks of its rows; items that ask for the same stand together."""
    facts = facts_of(book)
    asked: dict[str, list[str]] = {}
    for name in facts.metered:
        condition = " AND ".join(_asked(book, shape, book.items[name], facts.required[name])) or "true"
        asked.setdefault(condition, []).append(name)
    for condition, names in asked.items():
        yield f"({quoted('item')} IN ({', '.join(map(literal, names))}) AND {condition})"


def _asked(book: PriceBook, shape: Shape, item: Item, required: Sequence[str]) -> Iterator[str]:
    meter = item.metered_by
    if meter.max is not None:
        yield f'"#amount" <= {meter.max:f}'
    if meter.places is not None and meter.places < min(shape.scale, MOST_PLACES):
        yield f'"#amount" = round("#amount", {meter.places})'
    if "spec" in shape.columns and item.specs:
        yield f"{quoted('spec')} IN ({', '.join(literal(spec.id) for spec in item.specs)})"
    elif item.specs:
        yield "false"
    elif "spec" in shape.columns and "spec" not in book.attributes:
        yield _empty_or("spec", "false")
    of = (meter.of,) if meter.of is not None and meter.measure == "unique" else ()
    for name in dict.fromkeys((*of, *required)):
        yield f"{quoted(name)} <> ''" if name in shape.columns else "false"


_PLAIN_NUMBER = r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?"
"""What surely is a number; any other is read one by one."""


def _attribute(book: PriceBook, name: str) -> str:
    if book.attributes[name].kind == "number":
        return _empty_or(name, f"regexp_full_match({quoted(name)}, '{_PLAIN_NUMBER}')")
    known = [value for value in book.attributes[name].values if strange_cell(value) is None]
    return _empty_or(name, f"{quoted(name)} IN ({', '.join(map(literal, known))})" if known else plain_sql(name))


def plain_sql(name: str) -> str:
    """Whether a text is of printable characters of ASCII, without blanks around it; what JSON would escape is not sure."""
    column = quoted(name)
    return (
        f"strlen({column}) = length({column}) AND strlen(CAST(to_json({column}) AS VARCHAR)) = strlen({column}) + 2"
        f" AND NOT contains({column}, chr(127)) AND NOT starts_with({column}, ' ') AND NOT ends_with({column}, ' ')"
    )


def _empty_or(name: str, condition: str) -> str:
    column = quoted(name)
    return f"({column} IS NULL OR {column} = '' OR ({condition}))"
