"""What is to be paid where it is not the gross amount: rounded (BT-114), or paid in part already or by credits (BT-113). BT-115 = BT-112 - BT-113 + BT-114."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal as D

import pytest

from engine.documents.einvoice import e_invoice_problems, render_cii, render_ubl
from engine.model.invoices import CreditUse
from tests.einvoice.einvoice_tables import BOOK, CASES, ISSUE, invoice, line
from tests.einvoice.reading import texts, tree

WRITERS = {"ubl": render_ubl, "cii": render_cii}
EMPTY_DELIVERY = ("PEPPOL-EN16931-R008", "warning")
PATHS = {
    "ubl": ("cbc:TaxInclusiveAmount", "cbc:PrepaidAmount", "cbc:PayableRoundingAmount", "cbc:PayableAmount"),
    "cii": ("ram:GrandTotalAmount", "ram:TotalPrepaidAmount", "ram:RoundingAmount", "ram:DuePayableAmount"),
}
ODD = invoice(line("6.11"))  # 7.27 with 19%


def prepaid(used: str) -> CreditUse:
    """A credit of 100.00 of which an invoice takes so much."""
    return CreditUse(datetime(2026, 1, 1, tzinfo=UTC), "", D("100.00"), None, (), D("50.00"), D(used))


FOUND = {
    "down": (replace(ODD, rounded=D("7.25")), ISSUE, ["7.27"], [], ["-0.02"], ["7.25"]),
    "up": (replace(ODD, rounded=D("7.30")), ISSUE, ["7.27"], [], ["0.03"], ["7.30"]),
    "nothing to round": (replace(ODD, rounded=D("7.27")), ISSUE, ["7.27"], [], [], ["7.27"]),
    "paid in part": (replace(ODD, rounded=D("7.25")), replace(ISSUE, paid=D("5.00")), ["7.27"], ["5.00"], ["-0.02"], ["2.25"]),
    "paid in full": (replace(ODD, rounded=D("7.25")), replace(ISSUE, paid=D("7.25"), due=None), ["7.27"], ["7.25"], ["-0.02"], ["0.00"]),
    "to nothing": (replace(ODD, rounded=D("0")), replace(ISSUE, due=None), ["7.27"], [], ["-7.27"], ["0.00"]),
    "paid back": (replace(CASES["credit-note"][0], rounded=D("-59.50") - D("11.30")), CASES["credit-note"][1], ["70.81"], [], ["-0.01"], ["70.80"]),
    "credits": (replace(ODD, credits=(prepaid("5.00"),)), ISSUE, ["7.27"], ["5.00"], [], ["2.27"]),
    "credits, rounded": (replace(ODD, credits=(prepaid("5.00"),), rounded=D("2.25")), ISSUE, ["7.27"], ["5.00"], ["-0.02"], ["2.25"]),
    "credits, and paid": (replace(ODD, credits=(prepaid("5.00"),)), replace(ISSUE, paid=D("1.00")), ["7.27"], ["6.00"], [], ["1.27"]),
    "credits in full": (replace(ODD, credits=(prepaid("7.00"), prepaid("0.27"))), replace(ISSUE, due=None), ["7.27"], ["7.27"], [], ["0.00"]),
    "a refund that restores one": (replace(CASES["credit-note"][0], credits=(prepaid("-9.81"),)), CASES["credit-note"][1], ["70.81"], ["9.81"], [], ["61.00"]),
    "yen": (replace(CASES["yen"][0], rounded=D("1430")), ISSUE, ["1428"], [], ["2"], ["1430"]),
}  # fmt: skip


@pytest.mark.parametrize("syntax", WRITERS)
@pytest.mark.parametrize("name", FOUND)
def test_the_official_rules_accept_it_and_it_says_each_amount(name, syntax, checker):
    """BR-CO-16 among them: the amount due is what the others leave."""
    made, issue, *amounts = FOUND[name]
    assert e_invoice_problems(made, issue, BOOK) == ()
    written = WRITERS[syntax](made, issue, BOOK)
    assert [each for each in checker.check(written, syntax) if (each.rule, each.severity) != EMPTY_DELIVERY] == []
    root = tree(written)
    assert [texts(root, f"//{path}") for path in PATHS[syntax]] == amounts


@pytest.mark.parametrize("syntax", WRITERS)
def test_another_amount_due_breaks_the_rule(syntax, checker):
    """So the rule is seen to look at it."""
    made, issue, *_ = FOUND["down"]
    written = WRITERS[syntax](made, issue, BOOK)
    broken = written.replace(">7.25<", ">7.27<") if isinstance(written, str) else written.replace(b">7.25<", b">7.27<")
    assert "BR-CO-16" in {each.rule for each in checker.check(broken, syntax)}
