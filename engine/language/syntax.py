"""Syntax errors in plain words: where the author must look, what is wrong there, and what to write instead.

Contract: the parser's own words never reach anybody; its marks are moved to the line that causes the error, if that is another.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

import yaml

from engine.diagnostics import Diagnostic, Label, report
from engine.diagnostics import text as codes
from engine.language.quotes import wrong_quote
from engine.language.strange_signs import hidden_on_line, strange_on_line, strange_word_on_line
from engine.language.wording import short
from engine.values.spans import Span

LONGEST_LINE = 2_000
"""Characters of a line that are looked at for what led to an error: nobody types a longer one, and a program's cannot be helped so."""

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
        "this line does not line up with the list above it, or its dash is missing",
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


def _unclosed(file: str, lines: Sequence[str], number: int, opened: yaml.Mark | None, said: str) -> Diagnostic | None:
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
        swallowed = _swallowed(file, lines, opened)
        if swallowed is not None:
            return swallowed
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
        return report(codes.SYNTAX, "this line is neither `key: value` nor a list entry", span, help="write a colon after the key")
    span = Span(file, at + 1, start + 1, at + 1, max(start + 2, len(line.partition(":")[0]) + 1))
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


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _content(lines: Sequence[str], numbers: Iterable[int]) -> Iterator[int]:
    """Those of the lines that hold more than blanks and comments."""
    return (each for each in numbers if lines[each].strip() and lines[each].lstrip()[0] != "#")


def _outdented(file: str, lines: Sequence[str], number: int) -> Diagnostic | None:
    """The one line above that stands further left than its neighbours, where the line at `number` lines up with those before it."""
    depth, left = _depth(lines[number]), []
    for at in _content(lines, range(number - 1, -1, -1)):
        if _depth(lines[at]) < depth:
            left.append(at)
        elif _depth(lines[at]) == depth:
            break
    else:
        return None
    if len(left) != 1 or lines[number].lstrip().startswith("- "):
        return None
    line = lines[left[0]]
    span = Span(file, left[0] + 1, _depth(line) + 1, left[0] + 1, len(line.rstrip()) + 1)
    remedy = f"indent it by {depth} spaces, like the lines around it"
    return report(codes.SYNTAX, "this line is indented less than the lines above and below it", span, help=remedy)


def _missing_dash(file: str, lines: Sequence[str], number: int) -> Diagnostic | None:
    """An entry in brackets beside others that begin with a dash, and has none."""
    above = next(_content(lines, range(number - 1, -1, -1)), None)
    below = next(_content(lines, range(number + 1, len(lines))), None)
    for at, neighbours in ((number, (above, below)), (above, (number,))):
        if at is None or lines[at].lstrip()[:1] not in ("{", "["):
            continue
        start = _depth(lines[at])
        if any(each is not None and lines[each].startswith(" " * start + "- ") for each in neighbours):
            span = Span(file, at + 1, start + 1, at + 1, start + 2)
            written = short(lines[at].strip())
            return report(codes.SYNTAX, "the dash is missing before this entry of the list", span, help=f"write `- {written}`")
    return None


def _swallowed(file: str, lines: Sequence[str], opened: yaml.Mark) -> Diagnostic | None:
    """A ` #` inside of brackets: the rest of the line, with the bracket that closes, is a comment."""
    line = lines[opened.line]
    plain = re.sub(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'", lambda each: "x" * len(each[0]), line)
    comment = re.search(r"\s#", plain[opened.column :])
    close = {"{": "}", "[": "]"}.get(line[opened.column : opened.column + 1])
    if comment is None or close is None or close not in line[opened.column + comment.end() :]:
        return None
    at = opened.column + comment.end() - 1
    span = Span(file, opened.line + 1, at + 1, opened.line + 1, len(line.rstrip()) + 1)
    text = re.split(r"[,:\[{]\s*", line[:at].rstrip())[-1] + line[at - 1 :].partition(",")[0].rstrip("}] ")
    message = f"a comment begins at this `#`: the rest of the line, with its `{close}`, does not count"
    return report(codes.SYNTAX, message, span, help=f'put a text that holds ` #` in quotes: "{short(text)}"')


def _pasted(file: str, lines: Sequence[str], number: int) -> Diagnostic | None:
    """A row of a spreadsheet on the line of a syntax error or the one above: words and numbers with tabs between them."""
    for at in (number, number - 1):
        cells = lines[at].strip().split("\t") if 0 <= at < len(lines) else []
        if len(cells) > 1 and not any(re.search(r":(?:\s|\Z)|[{}#]", cell) for cell in cells):
            start = len(lines[at]) - len(lines[at].lstrip())
            span = Span(file, at + 1, start + 1, at + 1, len(lines[at].rstrip()) + 1)
            message = "a row that was pasted from a spreadsheet stands here: its cells are separated by tabs"
            row = ": ".join(short(cell.strip()) for cell in cells[:2])
            remedy = f"write `{row}`, indented like its neighbours" if len(cells) == 2 else "write a `key: value` for each cell"
            return report(codes.TAB, message, span, help=f"{remedy}; many rows belong into a CSV price table")
    return None


def _indents(lines: list[str], number: int) -> set[int]:
    """How far in a line may stand by its neighbours: as far as the next one, or as the one above, or a level further where that opens one."""
    above = next((line for line in reversed(lines[:number]) if line.strip() and line.lstrip(" ")[:1] not in "#\t"), "")
    below = next((line for line in lines[number + 1 :] if line.strip() and line.lstrip(" ")[:1] not in "#\t"), "")
    above_in, below_in = (len(line) - len(line.lstrip(" ")) for line in (above, below))
    return {above_in + 2} if above.rstrip().endswith(":") else {above_in, below_in} if below else {above_in}


def word_syntax_error(file: str, text: str, problem: Exception) -> Diagnostic:
    """A parser's error as a finding: the place, what is wrong in plain words, what to write instead."""
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    said = f"{getattr(problem, 'context', '') or ''} {getattr(problem, 'problem', '') or problem}"
    opened = getattr(problem, "context_mark", None)
    lines = [line[:LONGEST_LINE] for line in text.split("\n")]
    if opened is not None and "could not find expected ':'" in said:
        mark = opened  # the parser has read on to the next line; the key without its colon stands where it began
    number = min(mark.line, len(lines) - 1) if mark is not None else 0
    typed = strange_on_line(file, lines, number) or wrong_quote(file, text, number) or hidden_on_line(file, lines, number)
    typed = typed or strange_word_on_line(file, lines, number) or _pasted(file, lines, number) or _missing_dash(file, lines, number)
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
        tabs = line[tab : len(line) - len(line[tab:].lstrip("\t"))]
        spaces = "  " * len(tabs)
        return report(
            codes.TAB,
            "a tab stands where spaces belong",
            Span(file, number + 1, tab + 1, number + 1, tab + 1 + len(tabs)),
            help="use spaces, two for each level",
            fix=spaces if len(spaces) in _indents(lines, number) else None,
        )
    glued = re.match(r"\s*(?:- )?([a-z][a-z_]*):(?!//)([^\s:].*)", line)
    if glued is not None:
        at = glued.start(1)
        glued_span = Span(file, number + 1, at + 1, number + 1, at + 2 + len(glued[1]))
        return report(
            codes.MISSING_SPACE,
            f"`{glued[1]}:` has no space after the colon",
            glued_span,
            help=f"write `{glued[1]}: {short(glued[2], 60)}`",
        )
    if "could not find expected ':'" in said:
        end = max(column + 2, len(line.rstrip()) + 1)
        span = Span(file, number + 1, column + 1, number + 1, end)
    if "mapping values are not allowed" in said and ":" not in line[:column] and number:
        return _outdented(file, lines, number) or _misplaced_key(file, lines, number)
    if "cannot start any token" in said:
        sign = line[column : column + 1] or "this character"
        return report(codes.SYNTAX, f"no value can begin with `{sign}`", span, help="put the text in quotes")
    outdented = _outdented(file, lines, number) if "did not find expected key" in said or "block mapping" in said else None
    if outdented is not None:
        return outdented
    for words, meaning, remedy in _WORDS:
        if words in said:
            return report(codes.SYNTAX, meaning, span, help=remedy)
    return report(
        codes.SYNTAX,
        "the file cannot be read on from here",
        span,
        help="look for a missing quote, bracket or space on this line or the one before",
    )
