"""What every builder of a part shares: the files, the book's zone, currency and units, the names declared, and the findings."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Concatenate, ParamSpec, TypeVar, Unpack
from zoneinfo import ZoneInfo

from engine.diagnostics import CodeInfo, Label, dates, money, orders, references, report
from engine.diagnostics.limits import MOST_PRICES, Findings
from engine.diagnostics.record import Details, Remedy
from engine.diagnostics.references import UNREADABLE_VALUE
from engine.diagnostics.shape import OUT_OF_RANGE
from engine.diagnostics.text import FILE_TOO_LARGE, NUMBER_TOO_LONG
from engine.language.build.node import Node, Unreadable
from engine.language.build.places import Places
from engine.language.names import CURRENCY_WORDS, Guesses, currency_meant, suggestion
from engine.language.pictures import Missing
from engine.language.wording import no_such_day, short
from engine.model.book import Attribute, BillingMode, Item, ModeItem, Resource
from engine.model.checks import InvalidRecord
from engine.model.conditions import BUILT_IN_ATTRIBUTES
from engine.model.policies import Commitment
from engine.model.texts import Text, UnitTitle
from engine.values.bounds import TooManyDigits
from engine.values.exact import Number
from engine.values.money import is_currency
from engine.values.periods import zone
from engine.values.spans import Span
from engine.values.units import UnitTable

P = ParamSpec("P")
N = TypeVar("N")
T = TypeVar("T")

NO_CURRENCY = "XXX"
"""ISO 4217's code for no currency: the book's until it is read."""


class Reported(Exception):
    """A part cannot be built and the reason has been reported: the part is left out and the rest goes on."""


@dataclass
class Build:
    """The workbench of one load. `flawed` holds the files in which reading or the shape check found errors."""

    places: Places = field(default_factory=Places)
    flawed: frozenset[str] = frozenset()
    tables: dict[str, bytes] = field(default_factory=dict)  # CSV files by name
    fetch: Callable[[str], bytes | Missing] = lambda _: Missing("nothing but rules is read here", "name it in a book")
    fetched: dict[str, bytes] = field(default_factory=dict)  # other files that the book is made of, by name
    found: Findings = field(default_factory=Findings)
    language: str = "en"
    currency: str = NO_CURRENCY
    zone: ZoneInfo = field(default_factory=lambda: zone("UTC"))
    units: UnitTable = UnitTable()
    unit_nodes: dict[str, Node] = field(default_factory=dict)
    units_folded: set[str] | None = None  # the same without capitals, once it is asked for
    declared: dict[str, Mapping[str, object]] = field(default_factory=dict)  # section -> id -> where, also of parts that failed
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)  # group -> its items
    attributes: dict[str, Attribute] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    commitments: dict[str, Commitment] = field(default_factory=dict)
    modes: dict[str, BillingMode] = field(default_factory=dict)
    sold: dict[str, dict[str, ModeItem]] = field(default_factory=dict)  # mode -> item -> its place in the mode
    specs: dict[str, dict[str, None]] = field(default_factory=dict)  # item -> the ids of its specs
    allowed: dict[str, dict[str, None]] = field(default_factory=dict)  # attribute -> its values
    texts: list[tuple[Node, Text | UnitTitle]] = field(default_factory=list)
    reading_order: bool = False
    dropped: int = 0  # parts left out so far
    prices: int = 0  # so many, and rows of tables, so far
    used: set[tuple[str, str]] = field(default_factory=set)  # (section, id)
    gone: list[tuple[str, str, str, Node]] = field(default_factory=list)  # (section, kind, name, where) of sections without any part
    mentioned: set[str] | None = None  # every word of the files, once it is asked for
    guesses: Guesses = field(default_factory=Guesses)  # what is left to spend on near misses

    # --- findings

    def report(self, info: CodeInfo, message: str, at: Node | Span | None = None, **details: Unpack[Details]) -> None:
        """Adds a finding at a node (its value) or span."""
        if isinstance(at, Node):
            details.setdefault("path", at.dotted())
            details.setdefault("subject", self.subject(at))
            at = at.span()
        self.found.add(report(info, message, at, **details))

    def subject(self, node: Node) -> str:
        """The command's option that gave the value; empty for values of files."""
        subjects = node.document.subjects
        return next((subjects[node.path[:end]] for end in range(len(node.path), 0, -1) if node.path[:end] in subjects), "")

    def refuse(self, info: CodeInfo, message: str, at: Node | Span | None = None, **details: Unpack[Details]) -> Reported:
        """Reports, and gives the exception that leaves the part out: `raise build.refuse(...)`."""
        self.report(info, message, at, **details)
        return Reported()

    def attempt(self, reader: Callable[Concatenate["Build", P], T], *arguments: P.args, **named: P.kwargs) -> T | None:
        """What `reader` makes of a part; None where it cannot be made, with the reason reported once."""
        try:
            return reader(self, *arguments, **named)
        except Reported:
            self.dropped += 1
        except Unreadable as problem:
            self.dropped += 1
            self.unreadable(problem)
        except InvalidRecord:
            # A record of values that were reported checks itself: it is left out. Without any finding it is a fault of the reader.
            if not self.flawed and not any(each.severity == "error" for each in self.found):
                raise
            self.dropped += 1
        return None

    def unreadable(self, problem: Unreadable) -> None:
        """Reports a value of the wrong form, unless the shape check has found errors in that file already."""
        node = problem.node
        if problem.beyond is not None:  # of which the shape check says nothing: the form is right
            info = NUMBER_TOO_LONG if isinstance(problem.beyond, TooManyDigits) else OUT_OF_RANGE
            written = "" if node.is_mapping or node.is_list else f"`{short(node.text())}`, "
            self.report(info, f"{node.called()} is {written}{problem.beyond}", node, help=problem.expected)
            return
        if node.file in self.flawed:
            return
        if problem.no_such_time and (not self.reading_order or no_such_day(node.text())):
            self._no_such_instant(node)
            return
        written = "a list" if node.is_list else "a mapping" if node.is_mapping else f"`{node.document.written.get(node.path, node.data)}`"
        info = orders.ORDER_UNREADABLE if self.reading_order else UNREADABLE_VALUE
        remedy = problem.meant or f"write {problem.expected}"
        self.report(info, f"{node.called()} is {written}, which cannot be read here", node, help=remedy, fix=problem.fix)

    def _no_such_instant(self, node: Node) -> None:
        """Reports a day that the calendar does not have, or a time that the clock skips."""
        impossible = no_such_day(node.text())
        if impossible is not None:
            message, remedy = f"`{node.text()}` is no day: {impossible[0]}", impossible[1]
        else:
            message = f"`{node.text()}` does not exist in the time zone {self.zone.key}"
            remedy = "write a time that the clock does not skip, such as one hour later"
        self.report(dates.IMPOSSIBLE_DATE, message, node, help=remedy)

    def each(self, reader: Callable[Concatenate["Build", N, P], T], nodes: Iterable[N], *arguments: P.args, **named: P.kwargs) -> tuple[T, ...]:
        """`attempt` for every node, without those that failed."""
        made = (self.attempt(reader, node, *arguments, **named) for node in nodes)
        return tuple(part for part in made if part is not None)

    def read(self, node: Node, key: str, reader: Callable[Concatenate["Build", Node, P], T], *arguments: P.args, **named: P.kwargs) -> T | None:
        """What a reader makes of the value under a key; None where it is not written."""
        found = node.get(key)
        return None if found is None else reader(self, found, *arguments, **named)

    def attempt_at(self, node: Node, key: str, reader: Callable[Concatenate["Build", Node, P], T], *arguments: P.args, **named: P.kwargs) -> T | None:
        """`attempt` for the value under a key; None where it is not written, too."""
        found = node.get(key)
        return None if found is None else self.attempt(reader, found, *arguments, **named)

    # --- names

    def known(self, section: str) -> Collection[str]:
        """The ids that a section declares."""
        return self.declared.get(section, ())

    def refer(self, node: Node, section: str, kind: str) -> str:
        """The id written at `node`, which `section` must declare; marks it as used."""
        name = node.text()
        if name in self.declared.get(section, ()):
            self.used.add((section, name))
            return name
        if not self.reading_order and not self.declared.get(section):
            self.gone.append((section, kind, name, node))
            raise Reported()
        message, remedy = f"{kind} `{name}` is not declared", self.suggest(name, section, kind)
        raise self.refuse(references.UNKNOWN_REFERENCE, message, node, names=(name,), **remedy)

    def suggest(self, name: str, section: str, kind: str) -> Remedy:
        """The remedy for an unknown name. A part that nothing mentions yet was probably renamed, so it is preferred."""
        known = self.known(section)
        return suggestion(name, known, kind, (each for each in known if each not in self.mentions()), self.guesses)

    def meant(self, name: str, known: Collection[str], kind: str, besides: str | None = None) -> Remedy:
        """The remedy for a name that is not among the known ones; the name `besides` is not meant."""
        return suggestion(name, known, kind, guesses=self.guesses, besides=besides)

    def table_meant(self, path: str, kind: str) -> Remedy:
        """The remedy for a CSV file that is not in the book's folder."""
        return self.meant(path, self.tables, kind) if self.tables else Remedy(help=f"it would be {path}: paths are relative to the file that names them")

    def attribute_meant(self, name: str) -> Remedy:
        """The remedy for an attribute that does not exist; the built-in ones are none that the book declares."""
        remedy = self.meant(name, self.attribute_names(), "attribute")
        return remedy if "meant" in remedy or self.declared.get("attributes") else remedy | {"none_declared": True}

    def mentions(self) -> set[str]:
        """Every word of the files but the names under which parts are declared."""
        if self.mentioned is None:
            documents = self.places.documents.values()
            self.mentioned = {word for document in documents for word in document.written.values()}
            self.mentioned.update(str(path[-1]) for document in documents for path in document.keys if len(path) > 2)
        return self.mentioned

    def refer_each(self, node: Node, section: str, kind: str) -> tuple[str, ...]:
        """The ids of a list (or a single one); each unknown one is reported."""
        return self.each(Build.refer, node.one_or_more(), section, kind)

    def mode_list(self, node: Node | None) -> tuple[str, ...]:
        """The ids of billing modes; none, which means all, for `all` and where nothing is written."""
        if node is None or (not node.is_list and node.text() == "all"):
            return ()
        return self.refer_each(node, "billing_modes", "billing mode")

    def item_list(self, node: Node) -> tuple[str, ...]:
        """A list of items: ids, `{group: compute}`, both mixed, or `all` (gives none, which means all).

        Source: rule language, 3.5, groups.
        """
        if not node.is_list and not node.is_mapping and node.text() == "all":
            return ()
        entries = node.one_or_more()
        named = [self.attempt(_one_item_or_group, entry) or () for entry in entries]
        found = named[0] if len(named) == 1 else tuple(dict.fromkeys(name for names in named for name in names))
        if not found:
            raise Reported()
        return found

    # --- what a book comes to

    def take_prices(self, count: int, node: Node) -> None:
        """Counts prices, or rows of tables, that are about to be read; raises Reported where they are more than a book may have."""
        before, self.prices = self.prices, self.prices + count
        if self.prices > MOST_PRICES:
            if before > MOST_PRICES:
                raise Reported()
            message = f"the prices of the book come to more than {MOST_PRICES:,} here, one for each spec and row; so many are read at most"
            raise self.refuse(FILE_TOO_LARGE, message, node, help="price a spec by its own charge, or make several books of it")

    # --- values with a meaning of their own

    def text_of(self, node: Node | None) -> Text:
        """A text, or one per language."""
        if node is None:
            return Text()
        if node.is_mapping:
            text = Text({language: each.text() for language, each in node.entries()})
        else:
            text = Text({self.language: node.text()})
        self.texts.append((node, text))
        return text

    def currency_of(self, node: Node) -> str:
        """A currency code that ISO 4217 knows."""
        code = node.text()
        if not is_currency(code):
            remedy, near = currency_meant(code, self.currency)
            sure = near if near is not None and near in (code.strip().upper(), CURRENCY_WORDS.get(code.strip().upper())) else None
            raise self.refuse(money.UNKNOWN_CURRENCY, f"`{code}` is no currency code of ISO 4217", node, help=remedy, fix=sure, meant=near or "")
        return code

    def unit_of(self, node: Node) -> str:
        """A declared unit, or a currency code."""
        symbol = node.text()
        self.check_unit(symbol, node)
        return symbol

    def check_unit(self, symbol: str, node: Node) -> None:
        """Reports a unit that is neither declared nor a currency."""
        if symbol in self.unit_nodes or self.units.knows(symbol):
            self.used.add(("units", symbol))
        elif not is_currency(symbol):
            if not self.unit_nodes and not self.reading_order:
                self.gone.append(("units", "unit", symbol, node))
                raise Reported()
            remedy = self.meant(symbol, self.unit_nodes, "unit")
            remedy["help"] += self._case_matters(symbol)
            raise self.refuse(references.UNKNOWN_UNIT, f"unit `{symbol}` is not declared", node, names=(symbol,), **remedy)

    def _case_matters(self, symbol: str) -> str:
        """A remark where a declared unit differs in its capitals alone."""
        if self.units_folded is None:
            self.units_folded = {unit.casefold() for unit in self.unit_nodes}
        return " Unit symbols are case-sensitive" if symbol.casefold() in self.units_folded else ""

    def quantity_in(self, node: Node, unit: str, of: str) -> Number:
        """A quantity in `unit`, converted where another unit is written; `of` says what the unit belongs to, for the message."""
        number, symbol = node.quantity()
        if symbol is None or symbol == unit:
            if symbol:
                self.used.add(("units", symbol))
            return number
        self.check_unit(symbol, node)
        if not self.units.convertible(symbol, unit):
            both, known = {symbol, unit}, self.units.factors.keys()
            if both - known <= self.unit_nodes.keys() and not both <= known:
                raise Reported()  # a unit whose own declaration cannot be read
            raise self.refuse(
                references.UNIT_MISMATCH,
                f"`{node.text()}` cannot be converted to `{unit}`, the unit of {of}",
                node,
                names=(symbol, unit),
                help=f"write a quantity in `{unit}`, or declare how many `{unit}` a `{symbol}` is under `units`",
            )
        return self.units.convert(number, symbol, unit)

    def values_of(self, name: str) -> Collection[str]:
        """The values that an attribute may have; none where it may have any."""
        if name not in self.allowed:
            declared = self.attributes.get(name)
            values = declared.values if declared is not None else ("true", "false") if name == "business" else ()
            self.allowed[name] = dict.fromkeys(values)
        return self.allowed[name]

    def specs_of(self, item: Item) -> Collection[str]:
        """The ids of an item's specs, lowest first."""
        if item.id not in self.specs:
            self.specs[item.id] = {spec.id: None for spec in item.specs}
        return self.specs[item.id]

    def sold_in(self, mode: BillingMode) -> dict[str, ModeItem]:
        """The items of a mode by their ids."""
        if mode.id not in self.sold:
            self.sold[mode.id] = {each.item: each for each in mode.items}
        return self.sold[mode.id]

    def attribute_names(self) -> list[str]:
        """Every attribute that `when` may name, most important first."""
        own = self.declared.get("attributes", {})
        return [*(name for name in BUILT_IN_ATTRIBUTES if name not in own), *own]

    def is_attribute(self, name: str) -> bool:
        """Whether `when` may name the attribute."""
        return name in BUILT_IN_ATTRIBUTES or name in self.declared.get("attributes", ())

    def place_label(self, node: Node, text: str) -> tuple[Label, ...]:
        """A second place as the labels of a finding; none where it has no place."""
        span = node.key_span()
        return (Label(span, text),) if span is not None else ()


def _one_item_or_group(build: Build, entry: Node) -> tuple[str, ...]:
    if entry.is_mapping:
        node = entry.need("group")
        group = node.text()
        if group not in build.groups:
            message, remedy = f"no item has the group `{group}`", build.meant(group, build.groups, "group")
            raise build.refuse(references.UNKNOWN_REFERENCE, message, node, names=(group,), **remedy)
        build.used.add(("groups", group))
        return build.groups[group]
    return (build.refer(entry, "items", "item"),)
