"""What a file holds, as an editor lists it: its sections, what each declares, and the entries of its lists by what tells them apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.language.document import Document
from engine.values.spans import Path, Span

DEEPEST = 4
"""As deep as a spec stands: `items`, the item, `specs`, the spec."""
_TELL = ("effective", "billing_mode", "tax", "resource", "from", "to")


@dataclass
class Entry:
    """Something that a file holds: `place` is its name, `last` the last line that belongs to it."""

    name: str
    detail: str
    place: Span
    last: int
    inside: list["Entry"] = field(default_factory=list)


def outline(document: Document) -> list[Entry]:
    """The sections of a file with what is in them."""
    last: dict[Path, int] = {}
    for path, span in (*document.keys.items(), *document.values.items()):
        for end in range(1, min(len(path), DEEPEST) + 1):
            last[path[:end]] = max(last.get(path[:end], 0), span.end_line)
    made: dict[Path, Entry] = {}
    found: list[Entry] = []
    for path in last:
        place = document.keys.get(path) or document.values.get(path)
        if place is None or not _is_listed(path):
            continue
        entry = made[path] = Entry(_name(document.data, path), str(path[0]) if len(path) > 1 else "", place, last[path])
        above = made.get(path[:2] if len(path) == DEEPEST else path[:-1])
        (above.inside if above is not None else found).append(entry)
    return found


def _is_listed(path: Path) -> bool:
    return len(path) <= 2 or (len(path) == DEEPEST and path[0] == "items" and path[2] == "specs")


def _name(data: object, path: Path) -> str:
    if isinstance(path[-1], str):
        return path[-1]
    section = data.get(path[0]) if isinstance(data, dict) else None
    entry = section[path[-1]] if isinstance(section, list) and path[-1] < len(section) else None
    said = [str(entry[key]) for key in _TELL if isinstance(entry, Mapping) and isinstance(entry.get(key), str)]
    return ", ".join(said) or str(path[-1] + 1)
