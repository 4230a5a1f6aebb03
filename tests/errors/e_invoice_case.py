"""Cases about e-invoices: an account's invoice for March 2026, issued on 1 April, as UBL. The file `e-invoice` says how.

It has a line for each: `number:` its number; `net:` another net amount than its lines come to; `without:` a package that is not
installed; `check: ubl` runs the official rules, on the document without the text that `leave-out:` names, where their answer may have so
many bytes of `output:`.
"""

import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

from engine.billing import issue
from engine.diagnostics import Diagnostic
from engine.documents.einvoice import e_invoice_problems, render_ubl
from engine.model.book import PriceBook
from engine.model.invoices import Invoice
from engine.values.exact import add
from engine.workers import RULES, RuleChecker, e_invoice_faults


def findings_of_e_invoice(said: Path, book: PriceBook, invoice: Invoice) -> list[Diagnostic]:
    """What keeps the invoice from being an e-invoice, or what the official rules find in it."""
    facts = dict(line.split(": ", 1) for line in said.read_text(encoding="utf-8").splitlines())
    if "net" in facts:
        invoice = replace(invoice, net=Decimal(facts["net"]), gross=add(Decimal(facts["net"]), invoice.tax))
    issued = issue(book, invoice, facts.get("number"), date(2026, 4, 1))
    hidden = {facts["without"]: None} if "without" in facts else {}
    with patch.dict(sys.modules, hidden):
        found = e_invoice_problems(invoice, issued, book)
    if found or "check" not in facts:
        return list(found)
    whole = render_ubl(invoice, issued, book)
    left = whole.replace(facts.get("leave-out", "").encode(), b"")
    assert ("leave-out" in facts) == (left != whole)
    limits = replace(RULES.limits, output=int(facts.get("output", RULES.limits.output)))
    with RuleChecker(replace(RULES, limits=limits)) as checker:
        return list(e_invoice_faults(checker.check(left, facts["check"])))
