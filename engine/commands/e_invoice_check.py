"""`pricebook invoice --check FILE`: what the rules say of an e-invoice that is finished, whoever wrote it."""

import click

from engine.commands.output import counted, say
from engine.diagnostics.limits import LARGEST_FILE
from engine.store import read_input

SYNTAXES = {"ubl": "UBL", "cii": "CII"}


def check_file(context: click.Context, _: click.Parameter, name: str | None) -> None:
    """Says what is wrong with the file and ends the command: 0 where no rule is broken, else 1. Does nothing where no file is named."""
    if name is not None and not context.resilient_parsing:
        context.exit(_check(name))


def _check(name: str) -> int:
    from engine.commands.finished_invoice import check_finished
    from engine.commands.reading import show_findings
    from engine.diagnostics import report
    from engine.diagnostics.einvoice import E_INVOICE_REFUSED
    from engine.documents.einvoice import not_installed
    from engine.workers import check_e_invoice

    if lacking := tuple(not_installed()):
        show_findings(lacking, {}, "text")
        return 3
    content = read_input(name)
    if len(content) > LARGEST_FILE:
        message = f"`{name}` has more than {LARGEST_FILE // (1024 * 1024)} MB"
        show_findings((report(E_INVOICE_REFUSED, message, subject=name, help="check the invoice without its attachments"),), {}, "text")
        return 1
    found = check_finished(content, name, check_e_invoice)
    for each in found.warnings:
        say(f"{name}: warning {each}")
    if found.problems:
        show_findings(found.problems, {}, "text")
        say(f"{name}: {counted(len(found.problems), 'mistake')}")
        return 1
    if found.profile is None:
        say(f"{name}: it follows `{found.specification}`, which is not known here: EN 16931 alone was asked")
    told = found.profile.title if found.profile is not None else "EN 16931"
    click.echo(f"{name}: invoice {found.number} in {SYNTAXES[found.syntax]} breaks no rule of {told}")
    return 0
