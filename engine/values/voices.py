"""How a message calls the keys of an order or an event: as its file writes them, or by the options that were typed in their place."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Voice:
    """`options`: key -> the option that says the same, by its name; a key without one is called as files write it. `dashes` stand before
    the name of every option.

    >>> typed = Voice({"for": "for"}, "--")
    >>> IN_FILES.key("for"), IN_FILES.entry("for"), IN_FILES.entry("for", "1 month")
    ('`for`', '`for:`', '`for: 1 month`')
    >>> typed.key("for"), typed.entry("for"), typed.entry("for", "1 month"), typed.key("term")
    ('`--for`', '`--for`', '`--for "1 month"`', '`term`')
    """

    options: Mapping[str, str] = field(default_factory=dict)
    dashes: str = ""

    def types(self, key: str) -> bool:
        """Whether an option stands in the place of the key."""
        return key in self.options

    def option(self, key: str) -> str:
        """The option as it is typed; the key itself where it has none."""
        return f"{self.dashes}{self.options[key]}" if key in self.options else key

    def key(self, key: str) -> str:
        """The key by its name alone."""
        return f"`{self.option(key)}`"

    def entry(self, key: str, value: str = "") -> str:
        """The key as it is written, with a value or before one."""
        if key not in self.options:
            return f"`{key}: {value}`" if value else f"`{key}:`"
        typed = f'"{value}"' if " " in value else value
        return f"`{self.option(key)} {typed}`" if value else self.key(key)


IN_FILES = Voice()
"""The voice of whatever a file says."""
