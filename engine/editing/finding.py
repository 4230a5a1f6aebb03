"""Which value a path means: a price by its item, spec and tier, or any value by the path that `check` shows.

Contract: nothing is guessed; what is not clear comes back as a finding with every candidate and its place. Source: authoring, Commands.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.edits import CANNOT_STAND, NAMES_NOTHING, NAMES_SEVERAL
from engine.editing.edits import value_at
from engine.editing.figures import PriceNumber, figures_of, place_of
from engine.language.document import Document
from engine.language.names import suggestion
from engine.model.book import PriceBook
from engine.pricing.resolution import prices_in_force
from engine.values.periods import local_date
from engine.values.spans import Path, Span, dotted

MOST_LISTED = 12
CALLED = ("id", "tax", "from", "up_to", "below", "use", "at", "resource")
"""The keys by which an entry of a list is called, where it has one of them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an edit names: a path, and of prices the mode, currency, period, customers and day where one name means several."""

    path: str
    mode: str | None = None
    currency: str | None = None
    per: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    at: datetime | None = None
    dated: bool = False  # whether it gets a price of its own from `at` on


@dataclass(frozen=True, slots=True)
class Target:
    """The value that is meant: the file and path of what is written, and which price it is, if it is one."""

    file: str
    path: Path
    figure: PriceNumber | None = None


def find_target(book: PriceBook, documents: Mapping[str, Document], wanted: Wanted) -> Target | Diagnostic:
    """The one value that is meant, or why none is."""
    file, path = _file_and_path(documents, wanted.path)
    known = [each for each in figures_of(book, documents) if not file or each.file == file]
    named = _named(known, path) if not file else []
    if named:
        return _one_of(_those_of(book, named, wanted), named, book, documents, wanted)
    followed = _follow(documents, file, path)
    if isinstance(followed, Target):
        same = [each for each in known if (each.file, each.path) == (followed.file, followed.path)]
        return replace(followed, figure=same[0]) if same else followed
    return followed or _nothing(known, documents, path)


def figures_named(book: PriceBook, documents: Mapping[str, Document], wanted: Wanted) -> list[PriceNumber]:
    """The numbers of prices that the path may mean, by all that is known of them."""
    return _those_of(book, _named(list(figures_of(book, documents)), wanted.path), wanted)


def _named(figures: Sequence[PriceNumber], path: str) -> list[PriceNumber]:
    """The numbers of that name; where none has it, those whose names begin with it."""
    exact = [each for each in figures if path in each.names]
    return exact or [each for each in figures if any(name.startswith(f"{path}.") for name in each.names)]


def _those_of(book: PriceBook, figures: Sequence[PriceNumber], wanted: Wanted) -> list[PriceNumber]:
    """The numbers of the mode, currency, period, customers and day; without attributes, those that hold for everybody where there are any."""
    found = [
        each
        for each in figures
        if (wanted.mode in (None, each.entry.billing_mode))
        and (wanted.currency in (None, each.entry.currency))
        and (wanted.per in (None, each.entry.per))
        and (not wanted.attributes or _is_for(each, wanted.attributes))
    ]
    if not wanted.attributes:
        found = [each for each in found if not each.entry.conditions.when] or found
    return [each for each in found if in_force(book, each, wanted.at)] if wanted.at is not None else found


def _is_for(figure: PriceNumber, attributes: Mapping[str, str]) -> bool:
    when = figure.entry.conditions.when
    return when.keys() == attributes.keys() and all(attributes[name] in values for name, values in when.items())


def in_force(book: PriceBook, figure: PriceNumber, at: datetime) -> bool:
    """Whether the number's price is in force at the instant, for the customers that it is for."""
    entry = figure.entry
    attributes = {name: values[0] for name, values in entry.conditions.when.items()}
    return any(each is entry for each in prices_in_force(book, entry.billing_mode, entry.item, entry.spec, entry.currency, at, attributes).entries)


def _one_of(
    found: Sequence[PriceNumber], named: Sequence[PriceNumber], book: PriceBook, documents: Mapping[str, Document], wanted: Wanted
) -> Target | Diagnostic:
    places = {(each.file, each.path): each for each in found}
    if len(places) > 1:
        return several(wanted.path, list(places.values()), book, documents)
    if not places:
        message = f"`{wanted.path}` has no price that fits the options"
        return report(NAMES_NOTHING, message, subject="PATH", notes=_listed(named, book, documents), help="change or leave out an option, or name another one")
    figure = found[0]
    if figure.shared and not wanted.dated and wanted.path.startswith(f"{figure.entry.item}.{figure.entry.spec}"):
        message = f"the price is written once for all specs of `{figure.entry.item}`, so it cannot be another one for `{figure.entry.spec}` there"
        remedy = f"write `{figure.name}` for all of them, or give the spec a price of its own from a date on with --effective"
        return report(CANNOT_STAND, message, documents[figure.file].values[figure.path], subject="PATH", help=remedy)
    return Target(figure.file, figure.path, figure)


def several(path: str, figures: Sequence[PriceNumber], book: PriceBook, documents: Mapping[str, Document]) -> Diagnostic:
    """The finding that a path means several numbers, with each and its place, and what tells them apart."""
    entries = [each.entry for each in figures]
    apart: dict[str, set[object]] = {
        "--mode": {each.billing_mode for each in entries},
        "--currency": {each.currency for each in entries},
        "--per": {each.per for each in entries},
        "--attribute": {tuple(each.conditions.when.items()) for each in entries},
        "--date, the day whose price is meant": {each.conditions.start for each in entries},
    }
    options = [option for option, values in apart.items() if len(values) > 1]
    if len({each.name for each in figures}) == len(figures):
        remedy = f"name one of them, such as `{figures[0].name}`"
    else:
        by_place = f"name it by its place: `{figures[0].file}:{dotted(figures[0].path)}`"
        remedy = f"say which one with {' or '.join(options)}" if options else by_place
    message = f"`{path}` means {len(figures)} numbers"
    return report(NAMES_SEVERAL, message, subject="PATH", notes=_listed(figures, book, documents), help=remedy)


def _listed(figures: Sequence[PriceNumber], book: PriceBook, documents: Mapping[str, Document]) -> tuple[str, ...]:
    places = list({(each.file, each.path): each for each in figures}.values())
    lines = [_line(each, book, documents) for each in places[:MOST_LISTED]]
    return (*lines, f"and {len(places) - MOST_LISTED} more") if len(places) > MOST_LISTED else tuple(lines)


def _line(figure: PriceNumber, book: PriceBook, documents: Mapping[str, Document]) -> str:
    entry = figure.entry
    whom = [f"{name}={' or '.join(values)}" for name, values in entry.conditions.when.items()]
    since = [f"from {local_date(entry.conditions.effective, book.zone)}"] if entry.conditions.effective else []
    parts = [entry.billing_mode, f"{entry.currency}{f' a {entry.per}' if entry.per else ''}", *whom, *since]
    return f"{figure.name}: {documents[figure.file].written[figure.path]} ({', '.join(parts)}) at {place_of(figure, documents)}"


# --- any value --------------------------------------------------------------------------------------------------------------------


def _file_and_path(documents: Mapping[str, Document], written: str) -> tuple[str, str]:
    """The file that is named before a colon, if one is, and the path; the file's name may have the folder's before it."""
    before, colon, after = written.partition(":")
    found = next((name for name in documents if colon and (name == before or before.endswith(f"/{name}"))), "")
    return (found, after) if found else ("", written)


@dataclass(slots=True)
class _Walk:
    """How far a path leads: where it ends, or the deepest place that it reaches and what is left of it there."""

    ends: list[Path] = field(default_factory=list)
    deepest: Path = ()
    left: str = ""

    def go(self, data: object, path: Path, rest: str) -> None:
        if not rest:
            self.ends.append(path)
            return
        if len(path) > len(self.deepest):
            self.deepest, self.left = path, rest
        for name, key, value in _children(data):
            if rest == name or rest.startswith(f"{name}."):
                self.go(value, (*path, key), rest[len(name) + 1 :])


def _children(data: object) -> Iterator[tuple[str, str | int, object]]:
    if isinstance(data, dict):
        yield from ((str(key), key, value) for key, value in data.items())
    elif isinstance(data, list):
        for position, value in enumerate(data):
            called = next((str(value[key]) for key in CALLED if isinstance(value, dict) and isinstance(value.get(key), str)), "")
            yield str(position), position, value
            if called and not called.isdigit():
                yield called, position, value


def _follow(documents: Mapping[str, Document], file: str, path: str) -> Target | Diagnostic | None:
    """The value at the path; None where not even its first part is anywhere."""
    walks: dict[str, _Walk] = {}
    for name in [file] if file else documents:
        walk = walks[name] = _Walk()
        walk.go(documents[name].data, (), path)
    ends = [(name, end) for name, walk in walks.items() for end in dict.fromkeys(walk.ends)]
    values = [(name, end) for name, end in ends if end in documents[name].written]
    if len(values) == 1:
        return Target(*values[0])
    if len(values) > 1:
        listed = tuple(f"{name}:{dotted(end)}: {documents[name].written[end]}" for name, end in values[:MOST_LISTED])
        help_text = f"name it by its file too: `{values[0][0]}:{dotted(values[0][1])}`"
        return report(NAMES_SEVERAL, f"`{path}` means {len(values)} values", subject="PATH", notes=listed, help=help_text)
    if ends:
        name, end = ends[0]
        below = [f"`{dotted((*end, key))}`" for _, key, _ in _children(value_at(documents[name], end))][:MOST_LISTED]
        message = f"`{path}` is no single value: others stand below it"
        help_text = f"name one of them: {', '.join(dict.fromkeys(below))}" if below else "write it into the file by hand"
        return report(NAMES_SEVERAL, message, _place(documents[name], end), subject="PATH", help=help_text)
    name, walk = max(walks.items(), key=lambda pair: len(pair[1].deepest), default=("", _Walk()))
    if not walk.deepest:
        return None
    known = [each for each, _, _ in _children(value_at(documents[name], walk.deepest))]
    message = f"`{dotted(walk.deepest)}` has no `{walk.left}`"
    remedy = suggestion(walk.left, known, "value", have="it has") if known else {"help": "it is a value itself: name it"}
    return report(NAMES_NOTHING, message, _place(documents[name], walk.deepest), subject="PATH", help=remedy["help"])


def _place(document: Document, path: Path) -> Span | None:
    return document.keys.get(path) or document.values.get(path)


def _nothing(figures: Sequence[PriceNumber], documents: Mapping[str, Document], path: str) -> Diagnostic:
    sections = [str(key) for document in documents.values() if isinstance(document.data, dict) for key in document.data]
    known = list(dict.fromkeys([*(each.name for each in figures), *(each.entry.item for each in figures), *sections]))
    remedy = suggestion(path, known, "value")["help"]
    return report(NAMES_NOTHING, f"the book has no price or rule `{path}`", subject="PATH", help=remedy)
