"""Syntax errors in plain words: where the author must look, what is wrong there, and what to write instead.

Contract: the parser's own words never reach anybody; its marks are moved to the line that causes the error, if that is another.
"""

import re
from collections.abc import Sequence

from engine.diagnostics import Diagnostic, Label, report
from engine.diagnostics import text as codes
from engine.language.quotes import wrong_quote
from engine.values.spans import Span

_WORDS: tuple[tuple[str, str, str], ...] = (
    # what the parser says, what it means, what to do
    (
        "mapping values are not allowed",
        "a second colon on this line",
        'put a text that holds `: ` in quotes: "Team: small"',
    ),
    (
        "could not find expected ':'",
        "this line is neither `key: value` nor a list entry",
        "write `key: value`, with a space after the colon",
    ),
    (
        "did not find expected key",
        "this line does not line up with the keys above it",
        "indent it like its neighbours, with spaces",
    ),
    (
        "did not find expected '-' indicator",
        "this line does not line up with the list above it",
        "begin it with `- ` at the same indentation",
    ),
    (
        "did not find expected ',' or '}'",
        "a comma is missing before this, or a } too few",
        "write a comma or the closing }, and put a text that holds one in quotes",
    ),
    (
        "did not find expected ',' or ']'",
        "a comma is missing before this, or a ] too few",
        "write a comma or the closing ], and put a text that holds one in quotes",
    ),
    (
        "did not find expected node content",
        "something is missing here, or a comma or bracket is too many",
        "write a value, or delete the surplus character",
    ),
    (
        "block sequence entries are not allowed",
        "a list begins on the line of its key",
        "write the `- ` entries on lines of their own",
    ),
    ("block mapping", "this line does not line up with the keys above it", "indent it like its neighbours, with spaces"),
    ("unexpected end of stream", "a quote or bracket is opened and never closed", "close it"),
    (
        "found unknown escape character",
        "a backslash stands in double quotes",
        "write \\\\ for a backslash, or use single quotes",
    ),
    (
        "while scanning a quoted scalar",
        "a quote is opened and never closed",
        "close it, or put two single quotes for one inside the text",
    ),
    (
        "did not find expected <document start>",
        "what stands here is outside the one mapping of the file",
        "indent the lines alike; a file begins with its first key",
    ),
)


def _unclosed(file: str, lines: Sequence[str], number: int, opened, said: str) -> Diagnostic | None:
    """A quote or bracket that is opened on an earlier line and never closed: the parser notices it lines later."""
    if opened is None or ("expected ',' or" not in said and "quoted scalar" not in said):
        return None
    for earlier in range(opened.line, min(number, len(lines) - 1) + 1):
        line = lines[earlier]
        if earlier < number and len(re.findall(r'(?<!\\)"', line)) % 2:
            at = line.index('"') if line.count('"') == 1 else line.rindex('"')
            span = Span(file, earlier + 1, at + 1, earlier + 1, at + 2)
            return report(
                codes.SYNTAX,
                "a quote is opened or closed on this line only once",
                span,
                help='write the closing `"` on the same line',
            )
    if opened.line < number:
        bracket = lines[opened.line][opened.column : opened.column + 1]
        span = Span(file, opened.line + 1, opened.column + 1, opened.line + 1, opened.column + 2)
        noticed = Span(file, number + 1, 1, number + 1, len(lines[number].rstrip()) + 1)
        labels = (Label(noticed, "noticed here"),) if lines[number].strip() else ()
        close = {"{": "}", "[": "]"}.get(bracket, bracket)
        return report(codes.SYNTAX, f"this `{bracket}` is never closed", span, labels=labels, help=f"close it with `{close}`")
    return None


def _misplaced_key(file: str, lines: Sequence[str], number: int) -> Diagnostic:
    """A key that the parser takes for the rest of the text above: that line lacks its colon, or this one is indented too far."""
    above = next((index for index in range(number - 1, -1, -1) if lines[index].strip()), 0)
    without_colon = ":" not in lines[above]
    at = above if without_colon else number
    line = lines[at]
    start = len(line) - len(line.lstrip())
    if without_colon:
        span = Span(file, at + 1, start + 1, at + 1, len(line.rstrip()) + 1)
        return report(
            codes.SYNTAX, "this line is neither `key: value` nor a list entry", span, help="write a colon after the key"
        )
    span = Span(file, at + 1, start + 1, at + 1, line.index(":") + 1)
    return report(
        codes.SYNTAX,
        "this line is indented further than the text above it allows",
        span,
        help="indent it like its neighbours, with spaces",
    )


_SECTION = re.compile(r"[A-Za-z_][\w.-]*:\s*(?:#.*)?\Z")


def rest_after(text: str, stopped_at: int) -> str | None:
    """The text with all that led to a syntax error blanked out, from the next entry of the same section (or the next section) on.

    Places stay the same, for every blanked character is a space. None where nothing follows.
    """
    lines = text.split("\n")
    stopped_at = min(stopped_at, len(lines) - 1)
    section = next((index for index in range(stopped_at, -1, -1) if _SECTION.match(lines[index])), None)
    inner = section is not None and next((line for line in lines[section + 1 :] if line.strip() and line.strip()[0] != "#"), "")
    depth = len(inner) - len(inner.lstrip(" ")) if inner else 0
    for index in range(stopped_at + 1, len(lines)):
        line = lines[index]
        indent = len(line) - len(line.lstrip(" "))
        if line.strip() and line.lstrip()[0] not in "#}]" and indent <= depth and (":" in line or "- " in line):
            kept = section if indent else None
            blank = [each if number == kept else " " * len(each) for number, each in enumerate(lines[:index])]
            return "\n".join([*blank, *lines[index:]])
    return None


_FULL_WIDTH = re.compile(
    r"(?<=[A-Za-z0-9_])：|:(?=[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000])"
    r"|(?<=[A-Za-z0-9%\"'}\]])，(?=\s*[a-z_]+\s*[:：])"
)


def _full_width(file: str, lines: Sequence[str], number: int) -> Diagnostic | None:
    """A sign of another keyboard on the line of a syntax error, or on the line above, outside of texts in quotes."""
    for at in (number, number - 1):
        plain = re.sub(r"\"[^\"]*\"|'[^']*'", lambda each: "x" * len(each[0]), lines[at]) if 0 <= at < len(lines) else ""
        match = _FULL_WIDTH.search(plain.partition(" #")[0])
        if match is not None:
            return strange_sign(Span(file, at + 1, match.start() + 1, at + 1, match.end() + 1), lines[at], match.start())
    return None


def strange_sign(span: Span, written: str, at: int) -> Diagnostic:
    """The finding for a full-width colon or comma, or for a colon before a space that is none; `at` is its place in `written`."""
    sign = written[at]
    if sign == ":":
        after = written[at + 1]
        message = f"the space after this colon is not a plain one but U+{ord(after):04X}, which looks like it"
        return report(codes.ODD_SPACE, message, span, help="delete it and type a plain space after the colon")
    name, plain = ("colon", ":") if sign == "：" else ("comma", ",")
    message = f"`{sign}` is a full-width {name} (U+{ord(sign):04X}), which YAML takes for a letter"
    return report(codes.FULL_WIDTH_SIGN, message, span, help=f"type a plain `{plain}` and a space")


def word_syntax_error(file: str, text: str, problem: Exception) -> Diagnostic:
    """A parser's error as a finding: the place, what is wrong in plain words, what to write instead."""
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    said = f"{getattr(problem, 'context', '') or ''} {getattr(problem, 'problem', '') or problem}"
    opened = getattr(problem, "context_mark", None)
    lines = text.split("\n")
    if opened is not None and "could not find expected ':'" in said:
        mark = opened  # the parser has read on to the next line; the key without its colon stands where it began
    number = min(mark.line, len(lines) - 1) if mark is not None else 0
    typed = _full_width(file, lines, number) or wrong_quote(file, text, number)
    if typed is not None:
        return typed
    column = mark.column if mark is not None else 0
    unclosed = _unclosed(file, lines, number, opened, said)
    if unclosed is not None:
        return unclosed
    line = lines[number]
    if not line.strip() and number:
        # The parser notices at the end of the file; the last line that says something is where the author must look.
        number = max((index for index in range(number) if lines[index].strip()), default=0)
        line, column = lines[number], len(lines[number].rstrip())
    span = Span(file, number + 1, column + 1, number + 1, column + 2)
    tab = line.find("\t")
    if tab >= 0 and not line[:tab].strip():
        return report(
            codes.TAB,
            "a tab stands where spaces belong",
            Span(file, number + 1, tab + 1, number + 1, tab + 2),
            help="use spaces, two for each level",
        )
    glued = re.match(r"\s*(?:- )?([a-z][a-z_]*):(?!//)([^\s:].*)", line)
    if glued is not None:
        at = glued.start(1)
        glued_span = Span(file, number + 1, at + 1, number + 1, at + 2 + len(glued[1]))
        return report(
            codes.MISSING_SPACE,
            f"`{glued[1]}:` has no space after the colon",
            glued_span,
            help=f"write `{glued[1]}: {glued[2].strip()}`",
        )
    if "could not find expected ':'" in said:
        end = max(column + 2, len(line.rstrip()) + 1)
        span = Span(file, number + 1, column + 1, number + 1, end)
    if "mapping values are not allowed" in said and ":" not in line[:column] and number:
        return _misplaced_key(file, lines, number)
    if "cannot start any token" in said:
        sign = line[column : column + 1] or "this character"
        return report(codes.SYNTAX, f"no value can begin with `{sign}`", span, help="put the text in quotes")
    for words, meaning, remedy in _WORDS:
        if words in said:
            return report(codes.SYNTAX, meaning, span, help=remedy)
    return report(
        codes.SYNTAX,
        "the file cannot be read on from here",
        span,
        help="look for a missing quote, bracket or space on this line or the one before",
    )
