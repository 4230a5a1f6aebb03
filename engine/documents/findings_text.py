"""Findings for people at a terminal: the line, the word underlined, the proof, and what to write instead.

Contract: plain ASCII around the user's own words; columns are display columns, so that an underline stands under its word
beside Chinese too. Source: authoring, A diagnostic.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.diagnostics.record import MOST_MARKED, SEVERITIES, Diagnostic
from engine.documents.widths import width_of
from engine.language.characters import signs, visible
from engine.values.spans import Span

TAB = 4
CONTEXT = 2  # lines above the first underlined one
SEVERITY_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}
_ANSI = {"red": 31, "green": 32, "yellow": 33, "cyan": 36, "bright_black": 90, "bright_blue": 94}


@dataclass(frozen=True, slots=True)
class Painter:
    """Colours a text by one of the sixteen names every terminal has; leaves it alone where there is no colour."""

    colour: bool

    def __call__(self, text: str, name: str | None = None, bold: bool = False) -> str:
        """The text between the codes of a terminal, or as it is."""
        codes = [code for code in ("1" if bold else None, str(_ANSI[name]) if name else None) if code]
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if self.colour and codes and text else text


def render_text(found: Sequence[Diagnostic], sources: Mapping[str, str], colour: bool, width: int, most: int | None = None) -> str:
    """The findings, one paragraph each, at most `width` columns wide (the user's own long words excepted).

    Of more than `most` the gravest are shown, in their order, and the others counted by their codes.
    """
    gravest = sorted(found, key=lambda each: SEVERITIES.index(each.severity))[:most]
    chosen = set(map(id, gravest))
    lines = _Sources(sources)
    shown = (_Page(each, lines, Painter(colour), max(width, 40)).render() for each in found if id(each) in chosen)
    further = Counter(each.code for each in found if id(each) not in chosen)
    return "".join(f"{each}\n" for each in (*shown, *_counted(further, max(width, 40))))


def _counted(further: Counter[str], width: int) -> Iterator[str]:
    """The line that counts what is not shown; none where nothing is."""
    if further:
        codes = ", ".join(f"{count:,} of {code}" for code, count in sorted(further.items()))
        said = f"... and {further.total():,} more: {codes}. `pricebook check --all` lists every one, and so does `-f json`."
        yield "".join(f"{row}\n" for row in wrap(said, width, 2))


@dataclass(frozen=True, slots=True)
class _Sources:
    """The lines of files, split once."""

    texts: Mapping[str, str]
    lines: dict[str, list[str]] = field(default_factory=dict)

    def line(self, file: str, number: int) -> str | None:
        if file not in self.lines:
            self.lines[file] = self.texts[file].removeprefix("\ufeff").split("\n") if file in self.texts else []
        lines = self.lines[file]
        return lines[number - 1] if 0 < number <= len(lines) else None


@dataclass(frozen=True, slots=True)
class _Mark:
    span: Span
    text: str
    main: bool


@dataclass(frozen=True, slots=True)
class _Page:
    """One finding being set."""

    found: Diagnostic
    sources: _Sources
    paint: Painter
    width: int

    @property
    def shade(self) -> str:
        """The colour of the finding's severity."""
        return SEVERITY_COLOURS[self.found.severity]

    def render(self) -> str:
        """The whole paragraph."""
        gutter = len(str(max((mark.span.line for mark in self._marks()), default=1)))
        rows = self._header()
        rows += self._places(gutter)
        rows += self._remarks(gutter)
        return "".join(f"{row.rstrip()}\n" for row in rows)

    def _marks(self) -> list[_Mark]:
        found = self.found
        others = [_Mark(label.span, label.text, False) for label in found.labels[:MOST_MARKED]]
        return [_Mark(found.span, found.label, True), *others] if found.span is not None else others

    def _header(self) -> list[str]:
        tag = f"{self.found.severity}[{self.found.code}]"
        first, *more = wrap(f"{tag}: {self.found.message}", self.width, 2)
        rows = [self.paint(tag, self.shade, bold=True) + self.paint(first[len(tag) :], bold=True)]
        return rows + [self.paint(row, bold=True) for row in more]

    # --- the places, file by file

    def _places(self, gutter: int) -> list[str]:
        marks, blue = self._marks(), "bright_blue"
        if not marks:
            return [f"{' ' * gutter}{self.paint('-->', blue)} {self.found.subject}"] if self.found.subject else []
        rows: list[str] = []
        for file in dict.fromkeys(mark.span.file for mark in marks):
            here = [mark for mark in marks if mark.span.file == file]
            start = here[0].span
            arrow = ":::" if rows else "-->"
            rows.append(f"{' ' * gutter}{self.paint(arrow, blue)} {visible(file, whole=True)}:{start.line}:{start.column}")
            excerpt = self._excerpt(file, here, gutter)
            if not excerpt and here[0].text:
                rows[-1] += f": {here[0].text}"
            if excerpt:
                bar = f"{' ' * gutter} {self.paint('|', blue)}"
                rows += [bar, *excerpt, bar]
        return rows

    def _excerpt(self, file: str, marks: list[_Mark], gutter: int) -> list[str]:
        marked = sorted({mark.span.line for mark in marks})
        shown = sorted({*range(max(1, marked[0] - CONTEXT), marked[0]), *marked})
        rows: list[str] = []
        before = None
        for number in shown:
            line = self.sources.line(file, number)
            if line is None or (number not in marked and not line.strip() and not rows):
                continue
            if before is not None and number > before + 1:
                if number == before + 2:
                    rows += self._line(file, number - 1, self.sources.line(file, number - 1) or "", [], gutter)
                else:
                    rows.append(self.paint("." * max(gutter, 3), "bright_blue"))
            before = number
            rows += self._line(file, number, line, [mark for mark in marks if mark.span.line == number], gutter)
        return rows

    def _line(self, file: str, number: int, line: str, marks: list[_Mark], gutter: int) -> list[str]:
        set_line = _SetLine(line, self.width - gutter - 3, marks)
        shown = set_line.text if marks else self.paint(set_line.text, "bright_black")
        rows = [f"{self.paint(f'{number:>{gutter}} |', 'bright_blue')} {shown}"]
        bar = self.paint(f"{' ' * gutter} |", "bright_blue")
        for mark in sorted(marks, key=lambda each: (each.main, -each.span.column)):
            shade = self.shade if mark.main else "bright_blue"
            for row in set_line.underline(mark):
                indent = len(row) - len(row.lstrip())
                rows.append(f"{bar} {row[:indent]}{self.paint(row[indent:], shade, bold=mark.main)}")
        return rows

    # --- notes and help

    def _remarks(self, gutter: int) -> list[str]:
        rows = []
        for word, text, shade in [("note", note, None) for note in self.found.notes] + ([("help", self.found.help, "green")] if self.found.help else []):
            hang = gutter + 1 + len(f"= {word}: ")
            first, *more = wrap(f"{' ' * hang}{text}", self.width, hang)
            start = f"{' ' * (gutter + 1)}{self.paint('=', 'bright_blue')} {self.paint(word, shade, bold=True)}: "
            rows.append(start + self._quoted(first[hang:], shade))
            rows += [self._quoted(row, shade) for row in more]
        return rows

    def _quoted(self, text: str, shade: str | None) -> str:
        return re.sub(r"`[^`]*`", lambda match: self.paint(match[0], shade), text) if shade else text


class _SetLine:
    """A source line as it is shown: tabs as spaces, controls made visible, cut around its marks where it is too long.

    Of a line of any length no more is looked at than what could be shown: a finding costs the same wherever it stands.
    """

    def __init__(self, line: str, room: int, marks: Sequence[_Mark]) -> None:
        self.room = room
        main = next((mark for mark in marks if mark.main), marks[0] if marks else None)
        target = min(main.span.column - 1, len(line)) if main else 0
        self.skipped = max(0, target - room)
        around = line[self.skipped : target + 2 * room].rstrip("\r")
        text, starts = [], [0]
        for character, sign in zip(around, signs(around), strict=True):
            shown = " " * (TAB - starts[-1] % TAB) if character == "\t" else sign
            text.append(shown)
            starts.append(starts[-1] + width_of(shown))
        self.starts, self.is_blank = starts, not around.strip()
        cut = self.skipped > 0, len(line) > target + 2 * room
        self.first, self.last = self._window(target - self.skipped, any(cut))
        before, after = ("..." if self.first or cut[0] else ""), ("..." if self.last < len(text) or cut[1] else "")
        self.shift = len(before) - starts[self.first]
        self.text = before + "".join(text[self.first : self.last]) + after

    def _window(self, target: int, is_cut: bool) -> tuple[int, int]:
        """The part of the line that is shown: all of it, or what fits with the target in it."""
        count = len(self.starts) - 1
        target = min(target, count)
        if self.starts[-1] <= self.room and not is_cut:
            return 0, count
        first = 0
        if self.starts[target] > self.room * 2 // 3:
            while self.starts[target] - self.starts[first] > self.room // 3:
                first += 1
        last = first
        while last < count and self.starts[last + 1] - self.starts[first] <= self.room - 6:
            last += 1
        return first, last

    def underline(self, mark: _Mark) -> list[str]:
        """The row with the underline and its label; the label stands below where it does not fit beside."""
        begin = min(max(mark.span.column - 1 - self.skipped, self.first), self.last)
        end = mark.span.end_column - 1 - self.skipped if mark.span.end_line == mark.span.line else 0 if self.is_blank else self.last
        end = min(max(end, begin), self.last)
        left = self.starts[begin] + self.shift
        length = max(1, self.starts[end] - self.starts[begin])
        row = " " * left + ("^" if mark.main else "-") * length
        if not mark.text:
            return [row]
        if width_of(row) + 1 + width_of(mark.text) <= self.room:
            return [f"{row} {mark.text}"]
        indent = max(0, min(left, self.room - width_of(mark.text)))
        return [row, *wrap(" " * indent + mark.text, self.room, indent)]


def wrap(text: str, width: int, hang: int) -> list[str]:
    """The text in rows of at most `width` columns, later rows indented by `hang`; what stands in `quotes` stays together if it fits.

    >>> wrap("one two three", 9, 2)
    ['one two', '  three']
    """
    indent = len(text) - len(text.lstrip(" "))
    words: list[str] = []
    for piece in re.findall(r"`[^`]*`[^\s`]*|\S+", text):
        words.extend([piece] if width_of(piece) <= width - hang else piece.split(" "))
    rows, row = [], text[:indent]
    for word in words:
        gap = "" if not row.strip() else " "
        # A row that began with `::` would be a command to whoever keeps the log (GitHub Actions).
        if row.strip() and width_of(row) + 1 + width_of(word) > width and not word.startswith("::"):
            rows.append(row)
            row, gap = " " * hang, ""
        row += gap + word
    return [*rows, row]
