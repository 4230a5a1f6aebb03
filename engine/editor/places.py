"""Places in a file as an editor counts them: lines from 0, columns in units of the encoding that the two agreed on.

Contract: a file's own lines end where YAML and the protocol agree that they do: at LF, CRLF or CR.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lsprotocol import types as lsp

from engine.values.spans import Span

_LINE_END = re.compile("\r\n|\n|\r")


def lines_of(text: str) -> list[str]:
    """The lines of a text without their ends."""
    return _LINE_END.split(text)


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns in the units of an encoding: `utf-16` (what every editor knows), `utf-8` or `utf-32`."""

    encoding: str = "utf-16"

    def units(self, text: str) -> int:
        """So many units long is the text."""
        match self.encoding:
            case "utf-32":
                return len(text)
            case "utf-8":
                return len(text.encode("utf-8", "surrogatepass"))
        return len(text.encode("utf-16-le", "surrogatepass")) // 2

    def position(self, lines: Sequence[str], line: int, column: int) -> lsp.Position:
        """The editor's position of a line and column, both from 1; one behind the text is its end."""
        if line > len(lines):
            return lsp.Position(len(lines) - 1, self.units(lines[-1]))
        return lsp.Position(line - 1, self.units(lines[line - 1][: column - 1]))

    def range(self, lines: Sequence[str], span: Span) -> lsp.Range:
        """The editor's range of a place."""
        return lsp.Range(self.position(lines, span.line, span.column), self.position(lines, span.end_line, span.end_column))

    def column(self, lines: Sequence[str], position: lsp.Position) -> int:
        """The column, from 1, of an editor's position; one behind the end of its line is that end."""
        line = lines[position.line] if position.line < len(lines) else ""
        left = position.character
        for at, sign in enumerate(line, 1):
            if left <= 0:
                return at
            left -= self.units(sign)
        return len(line) + 1
