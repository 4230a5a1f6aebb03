"""A finished e-invoice, of whatever program: what the official rules say of it, and those of the profile that it says it follows."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.einvoice import E_INVOICE_REFUSED
from engine.documents.einvoice.profile_rules import broken_rules, wrong_numbers
from engine.documents.einvoice.profiles import EN_16931, Profile, is_passed_over, profile_called
from engine.documents.einvoice.reading import read_e_invoice, syntax_of
from engine.workers import Finding

FILES_INSIDE = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml")
"""How the data inside of a PDF file are called, by its kinds and versions."""
ANEW = "whoever wrote the file has to write it anew"
BEFORE_RULES = {"XML", "XSD", "DOCTYPE", "CHECK", "SCHEMATRON"}
"""What keeps a document from being read at all."""


@dataclass(frozen=True, slots=True)
class CheckedInvoice:
    """What a document is and what is wrong with it. `profile` None: it follows one that is not known here, so that EN 16931 alone was asked."""

    syntax: str
    number: str
    specification: str
    profile: Profile | None
    problems: tuple[Diagnostic, ...]
    warnings: tuple[str, ...] = ()


def check_finished(content: bytes, name: str, check: Callable[[bytes, str], tuple[Finding, ...]]) -> CheckedInvoice:
    """Everything that rules find in a file: UBL, CII, or a PDF file with CII inside. `check` runs the official ones.

    Reported: Q747 for each rule that is broken. Raises Unusable where the check itself fails, which says nothing of the document.
    """
    found_inside = _inside(content)
    if found_inside is None:
        message, remedy = "this PDF file has no data of an invoice inside", f"an e-invoice as PDF has one of {', '.join(FILES_INSIDE)} inside"
        return CheckedInvoice("pdf", "", "", None, (report(E_INVOICE_REFUSED, message, subject=name, help=remedy),))
    syntax = syntax_of(found_inside)
    findings = check(found_inside, syntax)
    if any(each.rule in BEFORE_RULES for each in findings):
        return CheckedInvoice(syntax, "", "", None, tuple(_refused(each, name) for each in findings if each.severity == "error"))
    record = read_e_invoice(found_inside, syntax)
    profile = profile_called(record.specification)
    asked = profile or EN_16931
    kept = [each for each in findings if not is_passed_over(each.rule, profile)]
    problems = [_refused(each, name) for each in dict.fromkeys(kept) if each.severity == "error"]
    broken = [(f"{rule.id}: {asked.title} asks for {rule.asks}", rule.id) for rule in broken_rules(record, asked)]
    broken += wrong_numbers(record) if asked is not EN_16931 else ()
    problems += [report(E_INVOICE_REFUSED, message, subject=f"{name} {key}", help=ANEW) for message, key in broken]
    warnings = tuple(f"{each.rule}: {each.message}" for each in dict.fromkeys(kept) if each.severity != "error")
    return CheckedInvoice(syntax, record.number, record.specification, profile, tuple(problems), warnings)


def _refused(finding: Finding, name: str) -> Diagnostic:
    place = (finding.place,) * bool(finding.place)
    message = f"{finding.rule}: {finding.message}"
    return report(E_INVOICE_REFUSED, message, subject=f"{name} {finding.rule}", notes=place, help=ANEW)


def _inside(content: bytes) -> bytes | None:
    """The data of an invoice: the file itself, or what a PDF file holds; None where that holds none or cannot be read."""
    if not content.startswith(b"%PDF"):
        return content
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        attached = {each.name: each.content for each in PdfReader(BytesIO(content)).attachment_list}
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return next((attached[each] for each in FILES_INSIDE if attached.get(each)), None)
