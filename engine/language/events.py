"""YAML's events as data with places, in one pass, with the hazards of typing found on the way.

Contract: a stack instead of recursion, so no nesting can crash it; nothing is resolved, guessed or unfolded. What is refused is
reported and dropped, and reading goes on, but not beyond so many keys and values, or findings. Source: rule language, section 1;
authoring, Reading YAML.
"""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Unpack

import yaml

from engine.diagnostics import text as codes
from engine.diagnostics.limits import MOST_FINDINGS, MOST_WRITTEN, more_than
from engine.diagnostics.record import CodeInfo, Details, Diagnostic, Label, report
from engine.language.characters import BULLETS, called, hidden_fix, hidden_in, hidden_in_text, plain_twin, revealed, strange_at
from engine.language.commas import comma_remedy
from engine.language.strange_signs import list_mark, look_alike, smart_quote, strange_sign
from engine.language.syntax import word_syntax_error
from engine.language.wording import short
from engine.values.bounds import MOST_DIGITS
from engine.values.spans import Path, Span, dotted

DEEPEST = 32
LONGEST_NUMBER = MOST_DIGITS + 2  # with its sign and point
LONGEST_KEY = 200
_TAG_OF_YAML = "tag:yaml.org,2002:"

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?\Z")
_MISSING_SPACE = re.compile(r"(?:[a-z][a-z_]*:(?!//)[^\s:]|-[A-Za-z])")
# A key with its value, as it is typed on a keyboard that is set to Chinese.
_STRANGE_KEY = re.compile("([a-z][a-z0-9_-]*)(?:：|:(?=[\u00a0\u2000-\u200b\u202f\u3000]))\\s*[-0-9A-Za-z.%]*\\Z")
_SMART_QUOTES = "“”„«‘’‚‛‟＂＇"
_Container = dict[str, object] | list[object]
_LOADER = getattr(yaml, "CLoader", yaml.Loader)


@dataclass
class _Open:
    """A collection that is being filled; `key` is the one whose value comes next, None where a key comes next."""

    container: _Container
    path: Path
    flow: bool
    key: str | None = None
    key_end: int = 0  # the character after the key
    value: tuple[int, int] = (0, 0)  # where the last value stands, in characters
    cut: bool = False  # whether a comma in that value has been reported
    skip_value: bool = False  # the key was refused: its value is read and dropped


@dataclass
class Reader:
    """One pass over the parser's events, with a stack instead of recursion."""

    file: str
    text: str
    data: object = None
    broken: bool = False
    keys: dict[Path, Span] = field(default_factory=dict)
    values: dict[Path, Span] = field(default_factory=dict)
    written: dict[Path, str] = field(default_factory=dict)
    scalars: list[tuple[int, int]] = field(default_factory=list)  # character ranges of all scalars, in order
    found: list[Diagnostic] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    documents: int = 0
    left: int = MOST_WRITTEN  # keys and values that may still be read
    is_too_much: bool = False  # whether they, or what was found, were more than that
    stopped_at: int | None = None  # the line (from 0) of a syntax error

    def run(self) -> None:
        """Reads events until the end, or until nothing sensible can follow."""
        try:
            for event in yaml.parse(self.text, Loader=_LOADER):
                if not self._take(event):
                    self.broken = True
                    return
                if self._is_too_much(event):
                    self.broken = self.is_too_much = True
                    return
        except yaml.YAMLError as problem:
            self.broken = True
            error = word_syntax_error(self.file, self.text, problem)
            at = error.span or Span(self.file, 1, 1, 1, 2)
            # The same sign may have been noticed in the text that the parser made of its line.
            self.found = [each for each in self.found if each.span is None or not (each.span == at or (each.code == error.code and _covers(each.span, at)))]
            # The line below one without its space after the colon is joined to it; it is not itself wrong.
            glued = {each.span.line for each in self.found if each.span is not None and each.code in (codes.MISSING_SPACE.code, codes.FULL_WIDTH_SIGN.code)}
            if not glued & {at.line, at.line - 1}:
                self.found.append(error)
            self.stopped_at = at.line - 1

    def _is_too_much(self, event: yaml.Event) -> bool:
        """Whether no more may be read or found, which is then said."""
        if self.left < 0:
            message = f"more than {MOST_WRITTEN:,} keys and values stand in the files up to here; so many are read at most"
            remedy = "move rows of prices into CSV tables, or make several books of it"
            self._refuse(codes.FILE_TOO_LARGE, message, event, one_character=True, help=remedy)
        elif len(self.found) > MOST_FINDINGS:
            self.found[MOST_FINDINGS:] = [more_than(MOST_FINDINGS, self.found[MOST_FINDINGS])]
        else:
            return False
        return True

    def _take(self, event: yaml.Event) -> bool:
        """Takes one event; False where reading must end."""
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self.left -= 1
            self._scalar(event)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self.left -= 1
            return self._open(event, {} if kind is yaml.MappingStartEvent else [])
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._close(event)
        elif kind is yaml.AliasEvent:
            self._refuse(codes.ANCHOR, f"`*{event.anchor}` repeats a value from elsewhere", event, help="write the value itself")
            top = self.stack[-1] if self.stack else None
            if top is not None and isinstance(top.container, dict) and top.key is None:
                top.key, top.skip_value = f"*{event.anchor}", True
            else:
                self._put(None, event)
        elif kind is yaml.DocumentStartEvent:
            self.documents += 1
            if self.documents > 1:
                remedy = "remove `---`, or move the rest into a file of its own"
                self._refuse(codes.SEVERAL_DOCUMENTS, "a second document begins here", event, help=remedy)
                return False
            if event.tags:
                self._refuse(codes.TAG, "a %TAG line declares type tags", event, help="delete the line")
        return True

    # --- values

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self.scalars.append((event.start_mark.index, event.end_mark.index))
        self._check_properties(event)
        plain = not event.style  # libyaml says "", the pure parser None
        top = self.stack[-1] if self.stack else None
        mapping = top if top is not None and isinstance(top.container, dict) and top.key is None else None
        before = len(self.found)
        written = event.value
        if not written.isascii():
            written = self._check_characters(event, plain, mapping is not None) or written
        if plain and len(self.found) == before:
            self._check_plain(event)
        if len(self.found) > before:
            path = dotted(self._next_path(event.value))
            self.found[before:] = [replace(each, path=path) for each in self.found[before:]]
        if mapping is not None:
            self._key(event, mapping, written, refused=len(self.found) > before and written == event.value)
            return
        self._put(self._value(written) if plain else written, event, written=written)
        if top is not None:
            top.cut = len(self.found) > before  # what a comma parts from a refused text is no finding of its own

    def _value(self, value: str) -> object:
        if not value:
            return None
        if value[0] in "-0123456789" and _NUMBER.match(value):
            return Decimal(value[:LONGEST_NUMBER].rstrip("."))  # who reads a longer one as a number refuses what is written
        if value == "true" or value == "false":
            return value == "true"
        return value

    def _check_plain(self, event: yaml.ScalarEvent) -> None:
        value = event.value
        if _MISSING_SPACE.match(value):
            value = self.text[event.start_mark.index : event.end_mark.index].partition("\n")[0].rstrip()  # without joined lines
            sign = "dash" if value[0] == "-" else "colon"
            right = f"- {value[1:]}" if value[0] == "-" else value.replace(":", ": ", 1)
            message = f"`{short(value, 60)}` has no space after the {sign}"
            self._refuse(codes.MISSING_SPACE, message, event, help=f"write `{short(right, 60)}`")
        if "\t" in value:
            self._refuse(codes.TAB, f"a tab stands in `{short(value, 60)}`", event, help="use spaces, or put the text in quotes")

    def _check_characters(self, event: yaml.ScalarEvent, plain: bool, is_key: bool) -> str | None:
        """Reports an invisible character or one of another keyboard in a key or in what is not in quotes; texts in quotes are the shape's.

        Gives the word that it looks like, under which reading goes on: what refers to it is not wrong as well.
        """
        value, start = event.value, event.start_mark.index
        raw = self.text[start : event.end_mark.index]
        strange = _STRANGE_KEY.match(raw) if plain else None
        if strange is not None:
            self.found.append(strange_sign(self._at(event, strange.end(1)), raw, strange.end(1), meant=strange[1]))
        elif plain and value[0] in _SMART_QUOTES:
            self.found.append(smart_quote(self._at(event, 0), value[0], value.strip(_SMART_QUOTES), raw.rstrip()))
        elif plain and raw[0] in BULLETS and raw[1:2].isspace() and self._begins_line(event):
            self.found.append(list_mark(self._at(event, 0), raw[0]))
        elif (is_key or plain) and (at := hidden_in(raw) if is_key else hidden_in_text(raw, spaces=False)) is not None:
            right = revealed(value)
            message = f"an invisible character, {called(raw[at])}, stands in `{short(right, 60)}`"
            quoted = ", or put the text in quotes" if raw[at].isspace() and not is_key else ""
            remedy = f"delete it and type `{short(right, 60)}` again{quoted}"
            self.found.append(report(codes.ODD_SPACE, message, self._at(event, at), help=remedy, fix=hidden_fix(raw, at), meant=right))
            return right
        elif is_key and (twin := plain_twin(value)) is not None and (at := strange_at(raw)) is not None:
            self.found.append(look_alike(self._at(event, at), raw, at, twin))
            return twin
        return None

    def _begins_line(self, event: yaml.ScalarEvent) -> bool:
        """Whether nothing but blanks and dashes stands before a scalar on its line."""
        start, column = event.start_mark.index, event.start_mark.column
        return column <= LONGEST_KEY and not self.text[start - column : start].strip(" -")

    def _at(self, event: yaml.ScalarEvent, at: int) -> Span:
        """The place of one character of a scalar, `at` characters after its start."""
        start = event.start_mark
        before = self.text[start.index : start.index + at]
        line, column = start.line + 1 + before.count("\n"), at - before.rfind("\n") + (0 if "\n" in before else start.column)
        return Span(self.file, line, column, line, column + 1)

    def _check_properties(self, event: yaml.Event) -> None:
        if event.anchor is not None:
            message = f"`&{event.anchor}` names a value for use elsewhere"
            self._refuse(codes.ANCHOR, message, event, help="delete the anchor; write the value where it is used")
        if event.tag is not None:
            tag = short(event.tag.replace(_TAG_OF_YAML, "!!"), 60)
            self._refuse(codes.TAG, f"`{tag}` sets the type of a value", event, help="delete the tag; put a text in quotes if need be")

    def _next_path(self, value: str) -> Path:
        """The path of what is read next; of a key in its mapping, as it is written."""
        top = self.stack[-1] if self.stack else None
        if top is None:
            return ()
        return (*top.path, len(top.container) if isinstance(top.container, list) else top.key if top.key is not None else value)

    # --- keys

    def _key(self, event: yaml.ScalarEvent, top: _Open, name: str, refused: bool) -> None:
        span = self._span(event)
        top.key, top.skip_value, top.key_end = name, False, event.end_mark.index
        if name == "<<" and not event.style:
            self._refuse(codes.MERGE_KEY, "`<<` copies keys from elsewhere", event, help="write the keys here")
            top.skip_value = True
        elif refused:
            top.skip_value = True  # one finding is enough for one key
        elif len(name) > LONGEST_KEY:
            remedy, top.skip_value = "write a word as the key; close the quote, if one is open", True
            self._refuse(codes.COMPLEX_KEY, f"this key has {len(name):,} characters", event, one_character=True, help=remedy)
        elif name in top.container:
            labels = (Label(self.keys[(*top.path, name)], "first written here"),)
            message = f"`{short(name, 60)}` is written twice"
            self._refuse(codes.DUPLICATE_KEY, message, event, labels=labels, help="keep the one that is meant")
            top.skip_value = True
        else:
            self.keys[(*top.path, name)] = span

    # --- collections

    def _open(self, event: yaml.CollectionStartEvent, container: _Container) -> bool:
        self._check_properties(event)
        if len(self.stack) >= DEEPEST:
            message = f"values are nested more than {DEEPEST} levels deep here"
            self._refuse(codes.TOO_DEEP, message, event, one_character=True, help="remove the surplus brackets")
            return False
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.container, dict) and top.key is None:
            message, remedy = "a list or mapping stands where a key belongs", "write a word as the key; put text with { or [ in quotes"
            self._refuse(codes.COMPLEX_KEY, message, event, one_character=True, help=remedy)
            return False
        path = self._put(container, event, collection=True)
        self.stack.append(_Open(container, path, bool(event.flow_style)))
        return True

    def _close(self, event: yaml.CollectionEndEvent) -> None:
        closed = self.stack.pop()
        if closed.flow and closed.path in self.values:
            begin, mark = self.values[closed.path], event.end_mark
            self.values[closed.path] = Span(self.file, begin.line, begin.column, mark.line + 1, mark.column + 1)

    def _put(self, value: object, event: yaml.Event, written: str | None = None, collection: bool = False) -> Path:
        """Stores a value where it belongs and notes its place."""
        top = self.stack[-1] if self.stack else None
        if top is None:
            path: Path = ()
            self.data = value
        elif isinstance(top.container, list):
            path = (*top.path, len(top.container))
            top.container.append(value)
        else:
            key, top.key = top.key or "", None
            path = (*top.path, key)
            if top.skip_value:
                # Read on below a path of its own, so that a dropped value disturbs nothing.
                return (*top.path, f"{key}\x00")
            top.container[key] = value
            between = self.text[top.key_end : event.end_mark.index + 1] if value is None and top.flow else ":"
            if ":" not in between and len(top.container) > 1:
                self._comma(top, top.container, path, key)
            elif value is not None:
                top.value, top.cut = (event.start_mark.index, event.end_mark.index), False
        self.values[path] = self._place(path, event, collection)
        if written is not None:
            self.written[path] = written
        return path

    def _comma(self, top: _Open, container: dict[str, object], path: Path, key: str) -> None:
        """Inside { } a comma ended a text or a number. The rest is dropped, so that it is not an unknown key as well."""
        del container[key]
        if top.cut:
            return  # a second comma in the same value
        top.cut = True
        start, end = top.value
        before = self.text[start:end]
        help_text = comma_remedy(self.text[start : start + LONGEST_NUMBER], before, key)
        owner = next(reversed(container))
        what = "text"
        if isinstance(container[owner], Decimal):
            what = "number"
            del container[owner]  # half a number is none
        message = f"the comma before `{short(key, 60)}` ends the {what}"
        self.found.append(report(codes.COMMA_IN_TEXT, message, self.keys[path], path=dotted(path), help=help_text))

    # --- places

    def _place(self, path: Path, event: yaml.Event, collection: bool) -> Span:
        if collection and not event.flow_style:
            if path in self.keys:
                return self.keys[path]
            # A block's end mark is the start of the next token: its first line stands for it.
            start = event.start_mark
            return Span(self.file, start.line + 1, start.column + 1, start.line + 1, self._line_end(start.index) + start.column + 1)
        if event.start_mark.index == event.end_mark.index and path in self.keys:
            return self.keys[path]
        return self._span(event)

    def _line_end(self, index: int) -> int:
        end = self.text.find("\n", index)
        return len(self.text[index : end if end >= 0 else None].rstrip())

    def _span(self, event: yaml.Event) -> Span:
        start, end = event.start_mark, event.end_mark
        if end.line > start.line and getattr(event, "style", None) in ("|", ">"):
            return Span(self.file, start.line + 1, start.column + 1, start.line + 1, start.column + 2)
        return Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _refuse(self, info: CodeInfo, message: str, event: yaml.Event, one_character: bool = False, **details: Unpack[Details]) -> None:
        span = self._span(event)
        if one_character or span.end_line > span.line:
            span = Span(self.file, span.line, span.column, span.line, span.column + 1)
        self.found.append(report(info, message, span, **details))


def _covers(outer: Span, inner: Span) -> bool:
    return outer.line <= inner.line <= outer.end_line
