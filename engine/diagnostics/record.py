"""What a mistake is: its code, place, proof and remedy. Every output format is a view of this record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TypedDict, Unpack

from engine.values.spans import PLACE, Span

SEVERITIES = ("error", "warning", "info")
MOST_MARKED = 4
"""Second places that are underlined; where there are more, a note lists the lines of all."""
MOST_RUNS = 20
"""Lines, or runs of lines, that such a note lists of one file."""


@dataclass(frozen=True, slots=True)
class CodeInfo:
    """The manual page of a code. Codes are stable and never reused.

    `title` says what is wrong in a few words, `why` why it matters, in words of pricing. `bad` and `good` are pieces of the user's files, or
    command lines: the tests run both in the case of the code (`tests/errors`), where the good one in place of the bad one removes the finding.
    """

    code: str
    slug: str
    severity: str
    title: str
    why: str
    bad: str = ""
    good: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that the message speaks of, with a few words beside the underline."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `message` is one line in words of pricing, `notes` prove it with numbers, `help` says what to write instead.

    `span` is None only where no file is at fault (a command-line option: then `subject` names it). `path` is the dotted path of the
    value in its document (`items.basic-edition.unit`), `label` a few words beside the main underline.

    `fix` are the words to write in place of `span`, set only where writing them there is right by itself: the same digits and letters in the form
    of the language, or the one key or word of the language that a slip of the keys is near. What is only probably meant is in `help` and `meant`.

    The last four say for later steps what the texts say for people: `names` are those that the finding is about, `meant` is what was
    probably meant in place of what is written, `missing` a key that is not written, and `none_declared` tells that the book declares
    nothing of the kind that is named.
    """

    code: str
    slug: str
    severity: str
    message: str
    span: Span | None = None
    path: str = ""
    subject: str = ""
    label: str = ""
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str = ""
    fix: str | None = None
    url: str | None = None
    names: tuple[str, ...] = field(default=(), compare=False)
    meant: str = field(default="", compare=False)
    missing: str = field(default="", compare=False)
    none_declared: bool = field(default=False, compare=False)

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """The sort key of every listing: file, line, column, code."""
        if self.span is None:
            return ("", 0, 0, self.code, self.message)
        return (self.span.file, self.span.line, self.span.column, self.code, self.message)


class Remedy(TypedDict, total=False):
    """What to write instead, as fields of the record: in words, and the name that is meant by them."""

    help: str
    meant: str
    none_declared: bool


class Details(Remedy, total=False):
    """Further fields of the record."""

    path: str
    subject: str
    label: str
    labels: tuple[Label, ...]
    notes: tuple[str, ...]
    fix: str | None
    url: str | None
    names: tuple[str, ...]
    missing: str


def report(info: CodeInfo, message: str, span: Span | None = None, *, severity: str = "", **details: Unpack[Details]) -> Diagnostic:
    """A diagnostic of the code `info`; `details` are further fields of the record (`help=`, `notes=`, `labels=`, ...)."""
    return Diagnostic(info.code, info.slug, severity or info.severity, message, span, **details)


def sorted_diagnostics(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Without repetitions, by file, line, column and code."""
    return sorted(dict.fromkeys(diagnostics), key=lambda diagnostic: diagnostic.order)


def joined(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings, sorted, those that say the same of several places in one: at the first place, with all others as its labels."""
    groups: dict[tuple[object, ...], list[Diagnostic]] = {}
    for each in sorted_diagnostics(found):
        said = (each.code, each.message, each.label, each.notes, each.help, tuple(label.text for label in each.labels))
        groups.setdefault(said if each.span is not None else (each,), []).append(each)
    return [_at_all_places(first, first.span, others) if others and first.span is not None else first for first, *others in groups.values()]


def _at_all_places(first: Diagnostic, place: Span, others: Sequence[Diagnostic]) -> Diagnostic:
    """The finding with the places of the others as its labels, and a note of all lines where they are many."""
    further = {label.span: label for each in others if each.span is not None for label in (*each.labels, Label(each.span, "and here"))}
    known = {place, *(label.span for label in first.labels)}
    labels = (*first.labels, *(further[span] for span in sorted(further.keys() - known, key=PLACE)))
    if len(labels) <= MOST_MARKED:
        return replace(first, labels=labels)
    spans = sorted(further.keys() | known, key=PLACE)
    said = "; ".join(_lines(file, group) for file, group in groupby(spans, key=lambda span: span.file))
    return replace(first, labels=labels, notes=(*first.notes, f"all {len(spans):,} places: {said}"))


def _lines(file: str, spans: Iterable[Span]) -> str:
    numbers = [span.line for span in spans]
    return f"{file}, line{'s' if numbers[0] < numbers[-1] else ''} {listed(numbers)}"


def listed(numbers: Iterable[int]) -> str:
    """Numbers in order as a person reads them, without end where they are many.

    >>> listed([2, 3, 4, 7, 9]), listed([5])
    ('2 to 4, 7 and 9', '5')
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number <= runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    said = [f"{first} to {last}" if first < last else f"{first}" for first, last in runs[:MOST_RUNS]]
    *others, final = [*said, f"{len(runs) - MOST_RUNS:,} more"] if len(runs) > MOST_RUNS else said
    return f"{', '.join(others)} and {final}" if others else final
