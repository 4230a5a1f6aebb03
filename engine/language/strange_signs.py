"""Findings about digits, signs and dashes of other keyboards: in a value, and on a line that cannot be read because of one.

Contract: names the character and says what to type; whether it may stand where it stands is decided by the caller.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.diagnostics import Diagnostic, report
from engine.diagnostics import text as codes
from engine.language.characters import BULLETS, HIDDEN, called, how_to_type, plain_twin, strange_at, twin
from engine.language.wording import short
from engine.values.spans import Span

_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")
_LIST_MARK = re.compile(rf"\s*(?:- +)*([{BULLETS}])\s")
_WORD = re.compile(r"[^\s\[\]{},:]+")
_STAR = re.compile(r"\s*(?:- +)*(\*)\s")
_SIGNS = re.compile(
    r"(?<=[A-Za-z0-9_])[：﹕∶]|:(?=[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000])"
    r"|(?<=[A-Za-z0-9%\"'}\]])[，、﹐](?=\s*[\"'a-z_{]+.*[:：])"
    r"|(?:(?<=[:\[{,-] )|(?<=[\[{]))[｛［【〔〖「“”„«＂‘](?=\s*[\"'A-Za-z0-9_{\[-])"
    r"|(?<=[A-Za-z0-9%\"'\]}])\s?[｝］】〕〗](?=\s*(?:[,}\]，]|$))"
    r"|(?<=[A-Za-z0-9%\"'\]}]) [＃﹟]"
)


def strange_sign(span: Span, written: str, at: int, meant: str = "") -> Diagnostic:
    """The finding for a sign that YAML takes for a letter, or for a colon before a space that is none; `at` is its place in `written`, and
    `meant` the key that it parts from its value, if it is known.
    """
    sign = written[at]
    if sign == ":":
        after = written[at + 1]
        message = f"the space after this colon is not a plain one but {called(after, article=True)}, which looks like it"
        both = replace(span, end_column=span.end_column + 1)
        return report(codes.ODD_SPACE, message, both, help="delete it and type a plain space after the colon", fix=": ", meant=meant)
    plain = twin(sign) or "-"
    if plain == '"' or plain == "'":
        return smart_quote(span, sign, "")
    space = " and a space" if plain in ":," else ""
    fix = f"{plain} " if plain in ":," and written[at + 1 : at + 2].strip(" ") else plain
    remedy = f"type a plain `{plain}`{space}, with the keyboard set to English (half-width)"
    return report(codes.FULL_WIDTH_SIGN, f"`{sign}` is {called(sign, article=True)}, which YAML takes for a letter", span, help=remedy, fix=fix, meant=meant)


def smart_quote(span: Span, sign: str, text: str, written: str = "") -> Diagnostic:
    """The finding for a typographic quote where a text in quotes begins or ends; `text` is what stands in them, and `written` all of it with
    both quotes, if that is known.
    """
    said = f'type "{short(text, 60)}" with the plain quotes of the keyboard, `"` (U+0022)' if text else 'type the plain quote of the keyboard, `"` (U+0022)'
    whole = len(written) == len(text) + 2 and written[1:-1] == text and not set(text) & set('"\\')
    place = replace(span, end_column=span.column + len(written)) if whole else span
    return report(codes.SMART_QUOTE, f"`{sign}` is a typographic quote, {called(sign)}", place, help=said, fix=f'"{text}"' if whole else None)


def look_alike(span: Span, written: str, at: int, right: str, path: str = "") -> Diagnostic:
    """The finding for a character that looks like a plain one in `written`, where `right` is meant."""
    message = f"`{written[at]}` in `{short(written)}` is {called(written[at], article=True)}, which only looks like a plain one"
    fix = right[at] if len(right) == len(written) and span.is_character else None
    return report(codes.FULL_WIDTH_SIGN, message, span, path=path, help=how_to_type(written[at], right), fix=fix, meant=right)


def list_mark(span: Span, sign: str) -> Diagnostic:
    """The finding for a dash or bullet of a word processor before an entry of a list."""
    name = f"`{sign}` is {called(sign, article=True)}" if not sign.isascii() else f"`{sign}` stands here"
    remedy = "begin each entry with the hyphen of the keyboard, `-` (U+002D), and a space"
    return report(codes.FULL_WIDTH_SIGN, f"{name}, which begins no entry of a list", span, help=remedy, fix="-")


def hidden_sign(span: Span, sign: str) -> Diagnostic:
    """The finding for an invisible character between words."""
    remedy = "delete it and type a plain space, if one belongs there" if sign.isspace() else "delete it"
    return report(codes.ODD_SPACE, f"an invisible character, {called(sign)}, stands here", span, help=remedy, fix=" " if sign.isspace() else "")


def strange_on_line(file: str, lines: Sequence[str], number: int) -> Diagnostic | None:
    """A sign of another keyboard on the line of a syntax error or the one above, outside of quotes and comments."""
    for at in (number, number - 1):
        plain = _without_texts(lines, at)
        mark = _LIST_MARK.match(plain) or _STAR.match(plain)
        if mark is not None:
            return list_mark(_on(file, at, mark.start(1)), mark[1])
        sign = _SIGNS.search(plain)
        if sign is not None:
            place = sign.end() - 1 if plain[sign.start()] != ":" else sign.start()
            return strange_sign(_on(file, at, place), lines[at], place)
    return None


def strange_word_on_line(file: str, lines: Sequence[str], number: int) -> Diagnostic | None:
    """A word on the line of a syntax error, or the one above, whose characters of other keyboards all look like plain ones."""
    for at in (number, number - 1):
        for word in _WORD.finditer(_without_texts(lines, at)):
            right = plain_twin(word[0])
            if right is not None:
                place = strange_at(word[0]) or 0
                return look_alike(_on(file, at, word.start() + place), word[0], place, right)
    return None


def hidden_on_line(file: str, lines: Sequence[str], number: int) -> Diagnostic | None:
    """An invisible character on the line of a syntax error or the one above, outside of quotes and comments."""
    for at in (number, number - 1):
        hidden = HIDDEN.search(_without_texts(lines, at))
        if hidden is not None:
            return hidden_sign(_on(file, at, hidden.start()), hidden[0])
    return None


def _without_texts(lines: Sequence[str], at: int) -> str:
    """The line with other letters in place of its texts in quotes, up to its comment; empty where there is none."""
    line = lines[at] if 0 <= at < len(lines) else ""
    plain = _QUOTED.sub(lambda each: f'"{"x" * (len(each[0]) - 2)}"', line)
    return re.split(r"(?:^|\s)#", plain, maxsplit=1)[0]


def _on(file: str, number: int, at: int) -> Span:
    return Span(file, number + 1, at + 1, number + 1, at + 2)
