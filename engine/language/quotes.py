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

_ENTRY = re.compile(r"\n\s*(?:- |[\w.-]+:(?:\s|\Z))")
# What a word processor makes of a quote at the end of a text.
_TYPOGRAPHIC = {
    '"': re.compile(r"[”“„‟″＂»«](?=\s*(?:[,}\]:]|#|$))"),
    "'": re.compile(r"[’‘‛′＇›‹](?=\s*(?:[,}\]:]|#|$))"),
}
_BLOCK_TEXT = re.compile(r"[:-] [|>][+-]?[0-9]?\s*\Z")


def wrong_quote(file: str, text: str, last: int) -> Diagnostic | None:
    """The first quote up to the line `last` (from 0) that its text does not close properly; None where every one is closed."""
    for start, end, depth in _quoted(text):
        line = text.count("\n", 0, start)
        if line > last:
            return None
        inside = text[start:end]
        follows = text[end:].partition("\n")[0] if end < len(text) else ""
        closed = end <= len(text) and _may_follow(follows, depth)
        if closed and ("\n" not in inside or not _ENTRY.search(inside)):
            continue
        return _report(file, text, start, end, line)
    return None


def _may_follow(rest: str, depth: int) -> bool:
    """Whether a quoted text may end before `rest`, the remainder of its line."""
    after = rest.strip()
    return not after or after[0] == ":" or (after[0] == "#" and rest[0].isspace()) or (depth > 0 and after[0] in ",}]")


def _report(file: str, text: str, start: int, end: int, line: int) -> Diagnostic:
    quote, column = text[start], start - (text.rfind("\n", 0, start) + 1)
    span = Span(file, line + 1, column + 1, line + 1, column + 2)
    whole = text[start:].partition("\n")[0].rstrip()
    typed = _TYPOGRAPHIC[quote].search(whole, 1)
    if typed is not None:
        at, sign = column + typed.start() + 1, typed[0]
        message = f"`{sign}` is a typographic quote, {called(sign)}, which does not close the text"
        remedy = f"type the plain quote of the keyboard, `{quote}` (U+{ord(quote):04X}), at the end of the text"
        return report(codes.SMART_QUOTE, message, Span(file, line + 1, at, line + 1, at + 1), labels=(Label(span, "opened here"),), help=remedy)
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


def _quoted(text: str) -> Iterator[tuple[int, int, int]]:
    """Every quoted text as YAML would read it: its first character, the one after its last, and how many brackets are open."""
    at, depth = 0, 0
    while at < len(text):
        end_of_line = text.find("\n", at)
        end_of_line = len(text) if end_of_line < 0 else end_of_line
        line_start, before = at, ""
        while at < end_of_line:
            sign = text[at]
            if sign == "#" and (at == line_start or text[at - 1].isspace()):
                break
            opens = _opens(before, text[line_start:at], depth)
            if sign in "\"'" and opens:
                end = _end_of_quote(text, at)
                yield at, end, depth
                at, before = end, sign
                end_of_line = text.find("\n", at)
                end_of_line = len(text) if end_of_line < 0 else end_of_line
                continue
            if sign in "{[" and opens:
                depth += 1
            elif sign in "}]":
                depth = max(0, depth - 1)
            before = before if sign.isspace() else sign
            at += 1
        at = _after_line(text, line_start, end_of_line)


def _opens(before: str, so_far: str, depth: int) -> bool:
    """Whether a value may begin here: at the beginning of a line, after a key or dash, or after a bracket or its comma."""
    if not before:
        return True
    spaced = so_far[-1:].isspace()
    return (before in ":-?" and spaced) or (depth > 0 and before in ",{[:")


def _end_of_quote(text: str, start: int) -> int:
    """The character after the quote that closes the one at `start`; one beyond the text where none does."""
    quote = text[start]
    pattern = r'"(?:[^"\\]|\\.)*"' if quote == '"' else r"'(?:[^']|'')*'"
    match = re.compile(pattern, re.DOTALL).match(text, start)
    return match.end() if match else len(text) + 1


def _after_line(text: str, line_start: int, end_of_line: int) -> int:
    """Where the next line begins; after `|` or `>` the first that is not part of the block of text."""
    following = end_of_line + 1
    line = text[line_start:end_of_line]
    if not _BLOCK_TEXT.search(line.split("\n")[-1]):
        return following
    indent = len(line) - len(line.lstrip(" "))
    while following < len(text):
        end = text.find("\n", following)
        end = len(text) if end < 0 else end
        block = text[following:end]
        if block.strip() and len(block) - len(block.lstrip(" ")) <= indent:
            break
        following = end + 1
    return following
