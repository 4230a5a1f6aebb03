"""The lines of a usage file, one by one, each decoded and looked at by itself: what is kept does not grow with the file.

Contract: takes a stream of bytes and opens nothing. A line that cannot be read is given as an empty one, and its problem is kept for the
row that it belongs to.
"""

from io import BufferedReader, BytesIO, RawIOBase

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.usage import UNREADABLE_ROW
from engine.language.decoding import decode_part
from engine.language.file_kinds import ENOUGH, other_kind
from engine.values.spans import Span

LONGEST_LINE = 1024 * 1024
"""Bytes of a line that are read; a longer one is none of a usage file."""


class Lines:
    """An iterator over the lines with their ends; `written` and `problems` are those of the row since `begin`."""

    def __init__(self, file: str, stream: RawIOBase | BytesIO | BufferedReader) -> None:
        self.file = file
        self.number = 0
        self.written: list[str] = []
        self.problems: list[Diagnostic] = []
        self._stream = BufferedReader(stream, 16 * ENOUGH)
        self.other_kind = other_kind(file, self._stream.peek(ENOUGH))

    def begin(self) -> int:
        """Forgets the row before; the line at which the next one begins."""
        self.written.clear()
        self.problems.clear()
        return self.number + 1

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        content = self._stream.readline(LONGEST_LINE)
        if not content:
            raise StopIteration
        self.number += 1
        text = self._read(content)
        if isinstance(text, Diagnostic):
            self.problems.append(text)
            text = "\n"
        self.written.append(text or "\n")
        return text or "\n"

    def _read(self, content: bytes) -> str | Diagnostic:
        if len(content) < LONGEST_LINE or content.endswith(b"\n"):
            return decode_part(self.file, content, self.number)
        while content and not content.endswith(b"\n"):
            content = self._stream.readline(LONGEST_LINE)
        message = f"the line has more than {LONGEST_LINE:,} bytes"
        span = Span(self.file, self.number, 1, self.number, 2)
        return report(UNREADABLE_ROW, message, span, help="begin a new line for each record")
