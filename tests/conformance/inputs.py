"""Which inputs of a vector its adapter read: what it did not read must be what it takes for granted."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

GRANTED = yaml.safe_load((Path(__file__).parent / "granted.yaml").read_text("utf-8"))
"""System and kind -> input that its adapter does not read -> the values for which it holds, or why any value is right."""


class Seen(dict):
    """Inputs that note in `seen` which of them are read; a list's members share the name of their list with `[]` behind it."""

    def __init__(self, data: Mapping, seen: set[str], place: str = "") -> None:
        self.seen, self.place = seen, place
        super().__init__({key: watched(value, seen, place + key) for key, value in data.items()})

    def _all(self) -> None:
        self.seen.update(self.place + key for key in dict.keys(self))

    def __getitem__(self, key):
        self.seen.add(self.place + key)
        return super().__getitem__(key)

    def __contains__(self, key) -> bool:
        self.seen.add(f"{self.place}{key}")
        return super().__contains__(key)

    def get(self, key, default=None):
        self.seen.add(self.place + key)
        return super().get(key, default)

    def __iter__(self):
        self._all()
        return super().__iter__()

    def keys(self):
        self._all()
        return super().keys()

    def values(self):
        self._all()
        return super().values()

    def items(self):
        self._all()
        return super().items()


def watched(value: object, seen: set[str], place: str) -> object:
    """The value, whose parts note that they were read."""
    if isinstance(value, dict):
        return Seen(value, seen, f"{place}.")
    if isinstance(value, list):
        return [watched(each, seen, f"{place}[]") for each in value]
    return value


def unread(value: object, seen: set[str], place: str = "") -> Iterator[tuple[str, object]]:
    """Each input that was not read, by name; a mapping or list that was not read is one of them, and none of its parts."""
    if isinstance(value, dict):
        for key, part in value.items():
            name = f"{place}.{key}" if place else key
            if name in seen:
                yield from unread(part, seen, name)
            else:
                yield name, part
    elif isinstance(value, list):
        for part in value:
            yield from unread(part, seen, f"{place}[]")


def not_granted(vector: Mapping, seen: set[str]) -> list[tuple[str, object]]:
    """What was not read and is not taken for granted with this value."""
    granted = GRANTED.get(f"{vector['system']} {vector['kind']}", {})
    found = []
    for name, value in unread(vector["inputs"], seen):
        holds = granted.get(name, [])
        if not isinstance(holds, str) and value not in holds:
            found.append((name, value))
    return found
