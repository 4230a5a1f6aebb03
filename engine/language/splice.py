"""Edits of a text by the places of what is replaced: only the named characters change, whatever stands around them.

Source: authoring, Edits (splice by span).
"""

from collections.abc import Mapping

from engine.values.spans import Span

MARK = "\ufeff"


def spliced(content: bytes, edits: Mapping[Span, str]) -> bytes:
    """The file with other words in these places, each on one line; its byte-order mark and its line ends stay.

    >>> spliced(b"a: 1.00\\r\\nb: 2.00\\r\\n", {Span("x", 2, 4, 2, 8): "2.50"})
    b'a: 1.00\\r\\nb: 2.50\\r\\n'
    """
    text = content.decode("utf-8")
    mark = MARK if text.startswith(MARK) else ""
    lines = text.removeprefix(MARK).split("\n")
    for span, words in sorted(edits.items(), key=lambda each: (each[0].line, each[0].column), reverse=True):
        if span.line != span.end_line:
            raise ValueError(f"what stands in lines {span.line} to {span.end_line} is not replaced by a word")
        line = lines[span.line - 1]
        lines[span.line - 1] = line[: span.column - 1] + words + line[span.end_column - 1 :]
    return (mark + "\n".join(lines)).encode("utf-8")
