"""Quotes that are opened and not closed, or closed too early: found where they were opened, not where the parser noticed.

Contract: looks at a text that the parser has refused already; it says which quote to name, never whether a file is well-formed.
"""

import re
from collections.abc import Iterator

from engine.diagnostics import Diagnostic, Label, report
from engine.diagnostics import text as codes
from engine.language.characters import HIDDEN, called, twin
from engine.language.strange_signs import hidden_sign, strange_sign
from engine.values.spans import Span

_ENTRY = re.compile(r"\n[^\S\n]*+(?:- |[\w.-]++:(?:\s|\Z))")
# What a word processor makes of a quote at the end of a text.
_TYPOGRAPHIC = {
    '"': re.compile(r"[”“„‟″＂»«](?=\s*(?:[,}\]:]|#|$))"),
    "'": re.compile(r"[’‘‛′＇›‹](?=\s*(?:[,}\]:]|#|$))"),
}
_MARK = re.compile("[\"'#{}\\[\\]]")
_BLANKS = re.compile(r"[^\S\n]*")
_QUOTED = {'"': re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL), "'": re.compile(r"'(?:[^']++|'')*+'")}
_BLOCK_TEXT = re.compile(r"[:-] [|>][+-]?[0-9]?\s*\Z")


def wrong_quote(file: str, text: str, last: int) -> Diagnostic | None:
    """The first quote up to the line `last` (from 0) that its text does not close properly; None where every one is closed."""
    beyond = 0
    for _ in range(last + 1):
        beyond = _end_of_line(text, beyond) + 1
    for start, end, depth in _quoted(text, beyond):
        if end > len(text) or not _may_follow(text, end, depth) or _ENTRY.search(text, start, end):
            return _report(file, text, start, end, text.count("\n", 0, start))
    return None


def _may_follow(text: str, end: int, depth: int) -> bool:
    """Whether a quoted text may end at `end`, before what its line has left."""
    at = next(_BLANKS.finditer(text, end)).end()
    after = text[at : at + 1]
    return after in ("", "\n", ":") or (after == "#" and at > end) or (depth > 0 and after in ",}]")


def _report(file: str, text: str, start: int, end: int, line: int) -> Diagnostic:
    quote, column = text[start], start - (text.rfind("\n", 0, start) + 1)
    span = Span(file, line + 1, column + 1, line + 1, column + 2)
    whole = text[start:].partition("\n")[0].rstrip()
    typed = _TYPOGRAPHIC[quote].search(whole, 1)
    if typed is not None:
        at, sign = column + typed.start() + 1, typed[0]
        message = f"`{sign}` is a typographic quote, {called(sign)}, which does not close the text"
        remedy = f"type the plain quote of the keyboard, `{quote}` (U+{ord(quote):04X}), at the end of the text"
        return report(codes.SMART_QUOTE, message, Span(file, line + 1, at, line + 1, at + 1), labels=(Label(span, "opened here"),), help=remedy, fix=quote)
    early = end <= start + len(whole)
    if not early:
        message = "a quote is opened here and not closed on this line"
        remedy = f"write the closing `{quote}` at the end of the text"
        return report(codes.SYNTAX, message, span, help=remedy)
    rest = text[end:].partition("\n")[0]
    blank = len(rest) - len(rest.lstrip(" "))
    strange = rest[blank : blank + 1]
    if strange and (twin(strange) or HIDDEN.match(strange)):
        after = Span(file, line + 1, column + end - start + blank + 1, line + 1, column + end - start + blank + 2)
        return strange_sign(after, strange, 0) if twin(strange) else hidden_sign(after, strange)
    place = Span(file, line + 1, column + end - start, line + 1, column + end - start + 1)
    labels = (Label(place, "and closed here"),)
    remedy = f"write the closing `{quote}` right after the text"
    if quote == "'" and whole.endswith("'") and '"' not in whole:
        remedy = f'write "{whole[1:-1]}"' if len(whole) <= 60 else 'put the text in double quotes: "..."'
    elif quote == '"' and whole.count('"') % 2 == 0:
        remedy += ', or \\" for a quote inside it'
    follows = text[end:].partition("\n")[0].strip()
    message = f"the text in quotes that begins here ends before `{follows if len(follows) <= 30 else follows[:27] + '...'}`"
    return report(codes.SYNTAX, message, span, labels=labels, help=remedy)


def _quoted(text: str, beyond: int) -> Iterator[tuple[int, int, int]]:
    """Every quoted text on the lines up to `beyond`, as YAML would read it: its first character, the one after its last, and how many
    brackets are open.
    """
    at, depth = 0, 0
    while at < min(beyond, len(text)):
        line_start, end_of_line = at, _end_of_line(text, at)
        while (found := _MARK.search(text, at, end_of_line)) is not None:
            at, sign = found.start(), found[0]
            if sign == "#" and (at == line_start or text[at - 1].isspace()):
                break
            at += 1
            if sign in "\"'" and _opens(text, line_start, at - 1, depth):
                closing = _QUOTED[sign].match(text, at - 1)
                start, at = at - 1, closing.end() if closing else len(text) + 1
                yield start, at, depth
                end_of_line = _end_of_line(text, at)
            elif sign in "{[" and _opens(text, line_start, at - 1, depth):
                depth += 1
            elif sign in "}]":
                depth = max(0, depth - 1)
        at = _after_line(text, line_start, end_of_line)


def _opens(text: str, line_start: int, at: int, depth: int) -> bool:
    """Whether a value may begin at a place: the beginning of a line, after a key or dash, or after a bracket or its comma."""
    before = at
    while before > line_start and text[before - 1].isspace():
        before -= 1
    sign = text[before - 1] if before > line_start else ""
    return not sign or (sign in ":-?" and before < at) or (depth > 0 and sign in ",{[:")


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


def _after_line(text: str, line_start: int, end_of_line: int) -> int:
    """Where the next line begins; after `|` or `>` the first that is not part of the block of text."""
    following = end_of_line + 1
    last = max(line_start, text.rfind("\n", line_start, end_of_line) + 1)
    if not _BLOCK_TEXT.search(text, last, end_of_line):
        return following
    line = text[line_start:end_of_line]
    indent = len(line) - len(line.lstrip(" "))
    while following < len(text):
        end = _end_of_line(text, following)
        block = text[following:end]
        if block.strip() and len(block) - len(block.lstrip(" ")) <= indent:
            break
        following = end + 1
    return following
