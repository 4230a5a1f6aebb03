"""Characters of values that are not what they seem, by what the value is: a number, a name, or a text for people.

Contract: knows a document and the schema of its kind. In names and numbers nothing invisible may stand, quoted or not; a text may hold
what a language needs. What is written as an escape can be seen, so that in a text only the escapes of a lost backslash are findings.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from engine.diagnostics import Diagnostic, report
from engine.diagnostics import text as codes
from engine.language.characters import called, hidden_fix, hidden_in, hidden_in_text, plain_meant, plain_twin, revealed, strange_at
from engine.language.document import Document
from engine.language.samples import Schema
from engine.language.strange_signs import look_alike
from engine.language.wording import short
from engine.values.spans import Path, Span, dotted

_TEXTS = ("text", "plain-text", "plural-text")
_NAMES = ("name", "names", "id", "items", "counted", "item-or-group", "policy-use", "stage", "change", "")
_OF_ATTRIBUTES = ("when", "attributes", "values", "usage")
_ONE_LINE = ("title", "name")
# A backslash that was meant: the letter after it makes a control character, or begins a small word after a drive, folder or word.
_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*(\\(?:[abtvfer0]|n(?=[a-z])|(?<=[A-Za-z]:\\)n))")
_LINE_BREAK = re.compile(r"(?<!\\)(?:\\\\)*(\\n)")
_CAUSES = {"n": "a line break", "t": "a tab", "b": "a backspace", "r": "a carriage return"}


def check_characters(document: Document, schema: Schema) -> Iterator[Diagnostic]:
    """A finding for each value with a character that does not belong into what its key holds, at that character."""
    for path, written in document.written.items():
        if written.isascii() and written.isprintable():
            continue
        kind = _kind(schema, path)
        found = _in_text(document, path, written) if kind in _TEXTS else _in_word(document, path, written, kind)
        if found is not None:
            yield found


def _kind(schema: Schema, path: Path) -> str:
    """What a single value at the path is; empty where the schema knows no such key."""
    for part in path:
        inner = next((found for each in (schema, schema.get("then"), schema.get("else")) if (found := _inner(each, part)) is not None), None)
        if inner is None:
            return ""
        schema = inner
    kind = schema.get("$comment", "")
    return schema.get("items", schema).get("$comment", "") if kind in ("names", "list") else kind


def _inner(schema: Schema | None, part: str | int) -> Schema | None:
    """The schema of an entry or of a key's value; None where it has none of its own."""
    if schema is None:
        return None
    found = schema.get("items") if isinstance(part, int) else schema.get("properties", {}).get(part, schema.get("additionalProperties"))
    return found if isinstance(found, dict) else None


def _in_word(document: Document, path: Path, written: str, kind: str) -> Diagnostic | None:
    hidden = hidden_in(written)
    if hidden is not None:
        right = revealed(written)
        message = f"an invisible character, {called(written[hidden])}, stands in `{short(right, 60)}`"
        span = _place(document, path, written[hidden])
        fix = hidden_fix(written, hidden) if span.is_character else None
        return report(codes.ODD_SPACE, message, span, path=dotted(path), help=f"delete it and type `{short(right, 60)}` again", fix=fix, meant=right)
    # An attribute's value may hold a dash or an apostrophe, as names of places do; what refers to an id may not.
    free = kind in _NAMES and (not kind or any(part in _OF_ATTRIBUTES for part in path))
    plain, at = plain_meant(written) if free else plain_twin(written), strange_at(written)
    if plain is None or at is None:
        return None
    return look_alike(_place(document, path, written[at]), written, at, plain, dotted(path))


def _in_text(document: Document, path: Path, written: str) -> Diagnostic | None:
    hidden = hidden_in_text(written)
    if hidden is not None and written[hidden] in _raw(document, path):
        sign = written[hidden]
        digits = f"\\u{ord(sign):04X}" if sign <= "\uffff" else f"\\U{ord(sign):08X}"
        message = f"an invisible character, {called(sign)}, stands in this text"
        remedy = f'delete it; if it is meant, write it so that it can be seen: "{digits}"'
        return report(codes.HIDDEN_IN_TEXT, message, _place(document, path, sign), path=dotted(path), help=remedy)
    raw = _raw(document, path) if not written.isprintable() else ""
    if not raw.startswith('"'):
        return None
    key = next((part for part in reversed(path) if isinstance(part, str) and part not in ("en", "zh", "ar", "de", "ja")), "")
    escape = _ESCAPE.search(raw) or (_LINE_BREAK.search(raw) if key in _ONE_LINE else None)
    if escape is None:
        return None
    sign, at = escape[1], escape.start(1)
    message = f"`{sign}` in double quotes is {_CAUSES.get(sign[1], 'a control character')}, not a backslash and `{sign[1]}`"
    span = _shifted(document, path, at)
    remedy = f"write `\\\\{sign[1]}` for a backslash, or put the text in single quotes"
    return report(codes.ESCAPE_IN_TEXT, message, span, path=dotted(path), help=remedy)


def _span(document: Document, path: Path) -> Span:
    return document.values.get(path) or document.keys.get(path) or Span(document.file, 1, 1, 1, 2)


@lru_cache(maxsize=2)
def _lines(text: str) -> list[str]:
    return text.split("\n")


def _raw(document: Document, path: Path) -> str:
    """The value as it stands in the file, with its quotes; of a block of text, whose place is its mark, all that stands further in."""
    span = _span(document, path)
    lines = _lines(document.text)
    first = lines[span.line - 1]
    if span.end_line == span.line and span.end_column > span.column + 1:
        return first[span.column - 1 : span.end_column - 1]
    if span.end_line > span.line:
        return "\n".join([first[span.column - 1 :], *lines[span.line : span.end_line]])
    depth = document.keys[path].column - 1 if path in document.keys else len(first) - len(first.lstrip(" "))
    return "\n".join([first[span.column - 1 :], *_below(lines, span.line, depth)])


def _below(lines: list[str], start: int, depth: int) -> Iterator[str]:
    """The lines from the one at `start` (from 0) on that are empty or begin further right than `depth` blanks."""
    for number in range(start, len(lines)):
        if lines[number][: depth + 1].strip(" "):
            return
        yield lines[number]


def _shifted(document: Document, path: Path, at: int, length: int = 2) -> Span:
    """The place of the character at `at` of the value as it stands in the file."""
    span, before = _span(document, path), _raw(document, path)[:at]
    line = span.line + before.count("\n")
    column = len(before) - before.rfind("\n") if "\n" in before else span.column + at
    return Span(span.file, line, column, line, column + length)


def _place(document: Document, path: Path, sign: str) -> Span:
    """The place of a character of a value; that of the value where the character is written as an escape."""
    at = _raw(document, path).find(sign)
    return _shifted(document, path, at, 1) if at >= 0 else _span(document, path)
