"""What a mistake is: its code, place, proof and remedy. Every output format is a view of this record."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.values.spans import Span

SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class CodeInfo:
    """The manual page of a code. Codes are stable and never reused; `bad` and `good` are small YAML texts.

    `title` says what is wrong in a few words, `why` why it matters, in words of pricing.
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

    @property
    def order(self) -> tuple:
        """The sort key of every listing: file, line, column, code."""
        if self.span is None:
            return ("", 0, 0, self.code, self.message)
        return (self.span.file, self.span.line, self.span.column, self.code, self.message)


def report(info: CodeInfo, message: str, span: Span | None = None, **details) -> Diagnostic:
    """A diagnostic of the code `info`; `details` are further fields of the record (`help=`, `notes=`, `labels=`, ...)."""
    return Diagnostic(code=info.code, slug=info.slug, severity=details.pop("severity", info.severity), message=message, span=span, **details)


def sorted_diagnostics(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Without repetitions, by file, line, column and code."""
    return sorted(dict.fromkeys(diagnostics), key=lambda diagnostic: diagnostic.order)
