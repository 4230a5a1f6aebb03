"""Invoices as files: their numbers, their names, and whole or absent.

Contract: a number is used only by a document that is written. With numbers either every account has its document or none has: a second
run would give the numbers anew.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.commands.invoice_content import content_of, own_faults
from engine.commands.invoice_formats import PROFILES, RENDERINGS, Content, Rendering
from engine.commands.invoicing import Made, Outcome
from engine.commands.output import ENDINGS, counted, say, write_result
from engine.diagnostics import Diagnostic

if TYPE_CHECKING:
    from engine.model.invoices import Invoice
    from engine.store import OpenedBook

LONGEST_NUMBER = 64
"""Characters of an invoice's number."""

COUNTER = re.compile(r"\{(\d+)\}")
UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class InvoiceRequest:
    """What each document is to be: its number or their pattern, its day, its format with what its function takes, and where it goes.

    `period` is as it was typed; `output` is a folder where there are `several`.
    """

    number: str | None
    day: date
    period: str
    rendering: Rendering
    form: str
    options: dict[str, object]
    output: str | None
    several: bool
    paid: str | None = None


@dataclass(frozen=True, slots=True)
class _Document:
    made: Made
    number: str | None
    path: str | None


def number_fault(number: str) -> str:
    """What is wrong with an invoice's number, to be read behind "the number"; empty where nothing is.

    >>> number_fault("2026-0017"), number_fault(" ")
    ('', 'is empty')
    """
    if not number.strip():
        return "is empty"
    if not number.isprintable():
        return "holds characters that cannot be seen"
    return f"is longer than {LONGEST_NUMBER} characters" if len(number) > LONGEST_NUMBER else ""


def refuse_number(number: str | None, several: bool) -> None:
    """Raises wrong usage for a number that no document can have, and for one number of several documents."""
    if number is None:
        return
    fault = number_fault(number)
    if fault:
        form = f"plain characters on one line, at most {LONGEST_NUMBER}: 2026-0017"
        raise click.UsageError(f"The number {fault}. Give {form}; or leave --number out for a draft.")
    if len(COUNTER.findall(number)) > 1:
        raise click.UsageError(f"The number `{number}` counts in two places. Write one counter in braces: 2026-{{0017}}.")
    if several and not COUNTER.search(number):
        raise click.UsageError(f"`{number}` would be the number of several invoices. Write the first one with its counter in braces: --number '2026-{{0017}}'.")


def refuse_profile(profile: str, forms: Sequence[str]) -> None:
    """Raises wrong usage for a profile of e-invoices where no format is one, or has no such form."""
    if profile == PROFILES[0]:
        return
    electronic = [each for each in forms if RENDERINGS[each].electronic]
    if not electronic:
        told = ", ".join(name for name, each in RENDERINGS.items() if each.electronic)
        raise click.UsageError(f"--profile {profile} is for e-invoices, and {', '.join(forms)} is none. Add -f with one of {told}.")
    if profile == "peppol" and "factur-x" in electronic:
        raise click.UsageError("The Peppol network takes data alone, and factur-x is a PDF file. Use -f ubl or -f cii.")


def refuse_format(form: str, number: str | None, explain: bool) -> None:
    """Raises wrong usage for a format that cannot hold what is asked for."""
    rendering = RENDERINGS[form]
    if explain and not rendering.explains:
        told = ", ".join(name for name, each in RENDERINGS.items() if each.explains)
        raise click.UsageError(f"{form} has no place for the steps of a line. Explain with {told}.")
    if rendering.electronic and number is None:
        raise click.UsageError(f"An invoice in the format {form} has a number (BR-02), and none is given. Add --number.")


def refuse_both(charges: bool, usage: Sequence[str], explain: bool) -> None:
    """Raises wrong usage for charges beside what they do not go with."""
    if charges and (usage or explain):
        told = "--usage says the same again" if usage else "--explain tells each window, and charges hold their sums"
        raise click.UsageError(f"{told}. Give the usage files with --usage, or the charges alone.")


def refuse_folder(output: str | None, several: bool) -> None:
    """Raises wrong usage where several documents have no folder to go to."""
    if several and (not output or output == "-" or Path(output).is_file() or (Path(output).suffix and not Path(output).is_dir())):
        raise click.UsageError("Each account has a document of its own. Name a folder for them: -o out/")


def write_invoices(opened: "OpenedBook", outcome: Outcome, wanted: InvoiceRequest) -> int:
    """Writes every document whole and says what became of each account; 1 where one cannot be, 3 where machine or program failed at it."""
    documents = list(_documents(outcome, wanted))
    _refuse_one_file(documents)
    refused = outcome.refused
    codes: set[str] = set()
    contents: list[tuple[_Document, str | bytes]] = []
    for each in documents:
        content, problems = _content(opened, each, wanted)
        if content is None:
            _show(opened, outcome, problems)
            refused, codes = refused + 1, codes | {problem.code for problem in problems}
        else:
            contents.append((each, content))
    if outcome.made and not documents and wanted.form == "json" and wanted.output in (None, "-"):
        write_result("null\n")  # of an invoice that there is not, stdout is one valid document too
    whole = not (wanted.several and wanted.number and refused)
    if whole:
        _write(contents, wanted)
    if wanted.several:
        _summary(outcome, wanted, len(contents) if whole else 0, refused, whole)
    return (3 if codes & own_faults() else 1) if refused else 0


def _documents(outcome: Outcome, wanted: InvoiceRequest) -> Iterator[_Document]:
    """A document for each invoice, numbered in their order; where nothing is owed there is a draft, but nothing with a number."""
    taken, position = outcome.numbers, 0
    for made in outcome.made:
        owed = bool(made.invoice.lines)
        if not owed:
            unused = f"; the number {wanted.number} is not used" if wanted.number and not wanted.several else ""
            say(f"{made.invoice.account}: nothing is owed for {wanted.period}{', so there is no document' if wanted.number else ''}{unused}")
        if owed or wanted.number is None:
            number, position = numbered(wanted.number, position), position + 1
            refuse_taken(number, taken)
            yield _Document(made, number, _path(made, wanted))


def refuse_taken(number: str | None, taken: Collection[str]) -> None:
    """Raises wrong usage for a number that an issued invoice has."""
    if number is not None and number.strip() in taken:
        raise click.UsageError(f"The number {number} is that of an invoice given with --issued. Each invoice has a number of its own.")


def numbered(pattern: str | None, position: int) -> str | None:
    """The number at a position (from 0): with a counter in braces, `2026-{0017}` is 2026-0017, then 2026-0018.

    >>> numbered("2026-{0017}", 1)
    '2026-0018'
    """
    counter = COUNTER.search(pattern) if pattern else None
    if counter is None:
        return pattern
    return f"{counter.string[: counter.start()]}{int(counter[1]) + position:0{len(counter[1])}}{counter.string[counter.end() :]}"


def stem_of(account: str, period: str) -> str:
    """`acme-2026-03`, how the name of a document's file begins: the account's id, of which only what every file system takes, and the period."""
    name = UNSAFE.sub("_", account).lstrip(".-") or "account"
    return f"{name}-{period}"


def _path(made: Made, wanted: InvoiceRequest) -> str | None:
    if not wanted.several or wanted.output is None:
        return wanted.output
    return str(Path(wanted.output) / f"{stem_of(made.invoice.account, wanted.period)}.{ENDINGS[wanted.form][0]}")


def _refuse_one_file(documents: list[_Document]) -> None:
    """Raises wrong usage where the documents of two accounts would have one file, also where it knows no capital letters."""
    first: dict[str, str] = {}
    for each in documents:
        account, path = each.made.invoice.account, (each.path or "").casefold()
        if path in first:
            raise click.UsageError(f"The documents of `{first[path]}` and `{account}` would both be `{each.path}`. Bill them one by one.")
        first[path] = account


def _content(opened: "OpenedBook", document: _Document, wanted: InvoiceRequest) -> Content:
    """The document's text or bytes, or None with the reasons."""
    from engine.billing import issue

    book, made = opened.rules, document.made
    issued = issue(book, made.invoice, document.number, wanted.day, made.preceding, _paid(wanted.paid, made.invoice))
    return content_of(book, made, issued, wanted.rendering, wanted.options)


def _paid(text: str | None, invoice: "Invoice") -> Decimal:
    """What was paid already, as it was typed; raises wrong usage for what is no such amount of this invoice."""
    if text is None:
        return Decimal(0)
    fault = paid_fault(text, invoice)
    if fault:
        raise click.BadParameter(f"`{text}` {fault}", param_hint="--paid")
    return Decimal(text)


def paid_fault(text: str, invoice: "Invoice") -> str:
    """Why the text cannot be what was paid of the invoice already; empty where it can."""
    from engine.values.exact import plain
    from engine.values.money import minor_places

    places = minor_places(invoice.currency)
    if not re.fullmatch(rf"\d{{1,15}}(\.\d{{1,{places}}})?" if places else r"\d{1,15}", text, re.ASCII):
        return f"is no amount in {invoice.currency}; write it as {plain(Decimal(100), places)}"
    if invoice.credit_note:
        return "is more than is owed: a credit note asks for nothing"
    return f"is more than is owed: the invoice comes to {invoice.payable}" if Decimal(text) > invoice.payable else ""


def _show(opened: "OpenedBook", outcome: Outcome, problems: Sequence[Diagnostic]) -> None:
    from engine.commands.reading import show_findings

    show_findings(opened.shown(problems), outcome.sources, "text")


def _write(contents: list[tuple[_Document, str | bytes]], wanted: InvoiceRequest) -> None:
    if not wanted.several or wanted.output is None:
        for _, content in contents:
            write_result(content, wanted.output, wanted.form)
        return
    from engine.results import make_folder, written

    make_folder(Path(wanted.output))
    files = [(Path(each.path or ""), content.encode("utf-8") if isinstance(content, str) else content) for each, content in contents]
    with written(*files):
        for each, _ in contents:
            say(f"{each.made.invoice.account}: wrote {each.path}{f', number {each.number}' if each.number else ', a draft'}")


def _summary(outcome: Outcome, wanted: InvoiceRequest, written: int, refused: int, whole: bool) -> None:
    accounts = len(outcome.made) + outcome.refused
    nothing = sum(1 for each in outcome.made if not each.invoice.lines)
    parts = [
        f"{counted(accounts, 'account')}: {counted(written, 'document')} in {wanted.output}",
        *([f"nothing owed by {nothing}"] if nothing else ()),
        *([f"{refused} cannot be billed"] if refused else ()),
    ]
    say(", ".join(parts))
    if not whole:
        say("no document is written and no number used: with numbers there are all documents or none")
