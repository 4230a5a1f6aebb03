"""The flags of a command as the data of an order: `--mode`, `--term`, `--item basic-edition=50-users`, ..."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from engine.language.build.node import is_number
from engine.language.cells import StrangeCell, strange_cell
from engine.language.document import Document
from engine.values.spans import Path, Span
from engine.values.voices import Voice

OrderOptions = tuple[str | None, str | None, Sequence[str], str | None, str | None, str | None, Sequence[str], Sequence[str]]
"""What was typed of an order: mode, term, items, duration, date, currency, coupons and attributes."""
EventOptions = tuple[Sequence[str], str | None, str | None, bool]
"""What was typed of one further event: items, term, the mode to switch to, and whether it is an unsubscription."""

ORDER_OPTIONS = Voice(
    {
        "billing_mode": "mode",
        "term": "term",
        "for": "for",
        "date": "date",
        "currency": "currency",
        "items": "item",
        "coupons": "coupon",
        "attributes": "attribute",
    },
    dashes="--",
)
"""How an order is called that was given by options."""
EVENT_OPTIONS = Voice(
    {
        "change": "item",
        "renew": "renew",
        "term": "renew",
        "switch": "switch",
        "to": "switch",
        "unsubscribe": "unsubscribe",
    },
    dashes="--",
)
"""How a further event is called that was given by options."""


@dataclass(frozen=True)
class Flags(Document):
    """An order in the form of a document, where every value knows the flag that gave it instead of a place in a file."""

    file: str = ""
    text: str = ""
    data: dict[str, object] = field(default_factory=dict)
    keys: dict[Path, Span] = field(default_factory=dict)
    values: dict[Path, Span] = field(default_factory=dict)
    written: dict[Path, str] = field(default_factory=dict)
    subjects: dict[Path, str] = field(default_factory=dict)
    parts: dict[str, dict[str, object]] = field(default_factory=dict)  # what stands below `items` and `attributes`
    malformed: list[tuple[str, str]] = field(default_factory=list)  # (flag as typed, what to write)
    strange: list[tuple[str, StrangeCell]] = field(default_factory=list)  # (flag as typed, the character that is not what it seems)

    def put(self, path: tuple[str] | tuple[str, str], flag: str, text: str) -> None:
        """One value at its path, which is one or two keys deep."""
        self.subjects[path] = f"{flag} {text}" if len(path) == 1 else f"{flag} {path[1]}={text}"
        place = self.data
        if len(path) == 2:
            self.data[path[0]] = place = self.parts.setdefault(path[0], {})
        place[path[-1]] = self.value(path, text)

    def note_strange(self, texts: Iterable[tuple[str, str | None]]) -> None:
        """Keeps what a shell passes on and nobody sees: invisible characters, and digits and signs of other keyboards."""
        for flag, text in texts:
            for part in (text or "").split("="):
                found = strange_cell(part.strip(" "))
                if found is not None:
                    self.strange.append((f"{flag} {text}", found))

    def value(self, path: Path, text: str) -> object:
        """What a text at a path says: of an item `large:2` is a spec and a quantity, `100 GB/month` a quantity in each month."""
        whole, slash, each = (part.strip() for part in text.partition("/")) if path[0] == "items" else (text, "", "")
        spec, colon, quantity = (part.strip() for part in whole.partition(":")) if path[0] == "items" else (text, "", "")
        parts = {"spec": spec, "quantity": quantity} if colon and spec and quantity else {}
        if slash and whole and each:
            parts = (parts or {"quantity": whole}) | {"each": each}
        if parts:
            self.subjects.update({(*path, key): self.subjects[path] for key in parts})
            return {key: self._scalar((*path, key), part) for key, part in parts.items()}
        return self._scalar(path, text)

    def _scalar(self, path: Path, text: str) -> object:
        self.written[path] = text
        return Decimal(text) if is_number(text) else {"true": True, "false": False}.get(text, text)


def read_flags(
    mode: str | None,
    term: str | None,
    items: Sequence[str],
    duration: str | None,
    date: str | None,
    currency: str | None,
    coupons: Sequence[str],
    attributes: Sequence[str],
    voice: Voice = ORDER_OPTIONS,
) -> Flags:
    """What was typed on the command line, as an order's data; the same item twice becomes a list."""
    flags, options = Flags(voice=voice), {key: f"{voice.dashes}{option}" for key, option in ORDER_OPTIONS.options.items()}
    single = {"billing_mode": mode, "term": term, "for": duration, "date": date, "currency": currency}
    several = {"items": items, "attributes": attributes, "coupons": coupons}
    flags.note_strange((options[key], text) for key, text in single.items())
    flags.note_strange((options[key], text) for key, given in several.items() for text in given)
    for key, text in single.items():
        if text is not None:
            flags.put((key,), options[key], text)
    for section in ("items", "attributes"):
        flag = options[section]
        for pair in several[section]:
            name, equals, text = pair.partition("=")
            if not equals or not name.strip() or not text.strip():
                flags.malformed.append((f"{flag} {pair}", f"{flag} NAME=VALUE"))
            elif section == "items" and name.strip() in flags.parts.get("items", {}):
                _add_line(flags, name.strip(), text.strip())
            else:
                flags.put((section, name.strip()), flag, text.strip())
    if coupons:
        flags.data["coupons"] = list(coupons)
        for position, coupon in enumerate(coupons):
            flags.written["coupons", position] = coupon
            flags.subjects["coupons", position] = f"--coupon {coupon}"
    return flags


def read_event_flags(items: Sequence[str], term: str | None, to: str | None, unsubscribe: bool, voice: Voice = EVENT_OPTIONS) -> Flags:
    """What was typed of one further event: `change` with its items, `renew` with a term, `switch` or `unsubscribe`."""
    flags = read_flags(None, None, items, None, None, None, (), (), voice)
    renew, switch = f"{voice.dashes}renew", f"{voice.dashes}switch"
    flags.note_strange(((renew, term), (switch, to)))
    if term is not None:
        flags.put(("term",), renew, term)
    if to is not None:
        flags.put(("to",), switch, to)
    if unsubscribe:
        flags.data["unsubscribe"] = True
    return flags


def _add_line(flags: Flags, name: str, text: str) -> None:
    path = ("items", name)
    lines = flags.parts["items"]
    there = lines[name]
    if not isinstance(there, list):
        lines[name] = there = [_moved(flags, path, (*path, 0))]
    position = len(there)
    flags.subjects[(*path, position)] = f"--item {name}={text}"
    there.append(flags.value((*path, position), text))


def _moved(flags: Flags, path: Path, to: Path) -> object:
    """The first line of an item, whose place is now the first of a list."""
    for known in (flags.written, flags.subjects):
        for each in [each for each in known if each[: len(path)] == path]:
            known[to + each[len(path) :]] = known[each] if each == path else known.pop(each)
    return flags.parts["items"][str(path[-1])]
