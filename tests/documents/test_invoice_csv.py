"""An invoice as CSV: every number of the record, none of its texts a formula."""

import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.documents.csv_text import cell_text
from engine.documents.invoice_csv import COLUMNS, NUMBERS, render_invoice_csv
from engine.model.book import Party
from engine.model.quotes import TaxTotal
from engine.values.exact import shown
from tests.documents.formulas import BEGINNINGS, runs
from tests.documents.invoice_tables import BOOK, INVOICES, ISSUES, RATE, line, made, taxed


def rows(invoice, issue, language: str = "en", raw: bool = False) -> list[dict]:
    text = render_invoice_csv(invoice, issue, BOOK, language, raw)
    assert text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("language", ["en", "ar", "de"])
@pytest.mark.parametrize("name", INVOICES)
def test_every_number_of_the_record_stands_in_its_column(name, language):
    invoice = INVOICES[name]
    found = rows(invoice, ISSUES[name], language)
    assert tuple(found[0]) == COLUMNS
    lines = [row for row in found if row["kind"] == "line"]
    for row, record in zip(lines, invoice.lines, strict=True):
        for column in ("list_amount", "discount_amount", "rounding_amount", "amount"):
            assert Decimal(row[column]) == shown(getattr(record, column))
        assert row["quantity"] == "" if record.quantity is None else Decimal(row["quantity"]) == shown(record.quantity)
        assert Decimal(row["tax_amount"] or 0) == sum(tax.amount for tax in record.taxed)
    amounts = {row["kind"]: Decimal(row["amount"]) for row in found if row["kind"] in ("net", "gross")}
    assert amounts == {"net": invoice.net, "gross": invoice.gross}
    assert [Decimal(row["tax_amount"]) for row in found if row["kind"] == "tax"] == [tax.amount for tax in invoice.taxes]


def test_a_line_says_whose_it_is_what_for_and_until_when():
    found = rows(INVOICES["purchase"], ISSUES["purchase"], "zh")[0]
    assert {key: value for key, value in found.items() if key in ("number", "date", "account", "customer", "status")} == {
        "number": "INV-2026-0042", "date": "2026-04-01", "account": "acme", "customer": "Acme GmbH", "status": "illustrative",
    }  # fmt: skip
    assert (found["billing_mode"], found["billing_mode_title"], found["bill_type"], found["bill_type_number"]) == (
        "yearly-monthly", "包年/包月", "new-purchase", "1",
    )  # fmt: skip
    assert (found["item_title"], found["from"], found["until"], found["term"]) == ("基础版", "2026-03-01", "2027-03-02", "1 year")
    assert (found["tax"], found["tax_category"], found["tax_rate"], found["tax_base"], found["tax_amount"]) == (
        "vat", "S", "19%", "886.44", "168.42",
    )  # fmt: skip
    corrected = rows(INVOICES["usage"], ISSUES["usage"])[1]
    assert (corrected["corrects_from"], corrected["corrects_until"]) == ("2026-02-01", "2026-03-01")


def test_what_is_paid_back_is_negative_and_has_no_item():
    found = rows(INVOICES["refund"], ISSUES["refund"])[0]
    assert (found["amount"], found["item"], found["item_title"], found["quantity"], found["until"]) == ("-886.44", "", "", "", "")


def test_several_taxes_of_one_line_have_a_row_each_and_reconcile_with_the_totals():
    shares = (taxed("60.00", "11.40"), replace(taxed("40.00", "2.80"), rate=Decimal("0.07"), category=None))
    totals = (
        TaxTotal("vat", "S", RATE, Decimal("70.00"), Decimal("13.30"), "vat-de"),
        TaxTotal("vat", None, Decimal("0.07"), Decimal("40.00"), Decimal("2.80")),
    )
    both, one = line("100.00", taxed=shares), line("10.00", taxed=(taxed("10.00", "1.90"),))
    found = rows(made((both, one), taxes=totals), ISSUES["usage"])
    assert [row["kind"] for row in found] == ["line", "line-tax", "line-tax", "line", "tax", "tax", "net", "gross"]
    assert {found[0][column] for column in ("tax", "tax_category", "tax_rate", "tax_base", "tax_amount")} == {""}
    assert [found[1][column] for column in ("subscription", "item", "amount", "tax", "tax_rate", "tax_base", "tax_amount")] == [
        "s-1", "storage-expansion-package", "", "vat", "19%", "60.00", "11.40",
    ]  # fmt: skip
    by_rate = [
        {rate: sum(Decimal(row[column]) for row in found if row["kind"] in kinds and row["tax_rate"] == rate) for rate in ("19%", "7%")}
        for kinds in (("line", "line-tax"), ("tax",))
        for column in ("tax_base", "tax_amount")
    ]
    assert by_rate[:2] == by_rate[2:]
    assert sum(Decimal(row["amount"]) for row in found if row["kind"] == "line") == Decimal("110.00")


@pytest.mark.parametrize(("name", "kind"), [("purchase", "invoice"), ("refund", "credit-note")])
def test_each_row_says_which_kind_of_document_it_is_of(name, kind):
    assert {row["document"] for row in rows(INVOICES[name], ISSUES[name])} == {kind}


@pytest.mark.parametrize("start", BEGINNINGS)
def test_a_text_that_begins_like_a_formula_is_disarmed_and_a_number_is_not(start):
    name = f"{start}cmd|' /C calc'!A0"
    hostile = replace(INVOICES["refund"], account=name, customer=Party(name), lines=(replace(INVOICES["refund"].lines[0], subscription=name),))
    issue = replace(ISSUES["refund"], number=name)
    for raw in (False, True):
        found = rows(hostile, issue, raw=raw)[0]
        (cell,) = {found[column] for column in ("account", "customer", "subscription", "number")}
        assert (cell[0] == "'", runs(cell)) == (not raw, raw)
        assert cell.endswith("cmd|' /C calc'!A0")
        assert found["amount"] == "-886.44"
    assert not any(runs(value) for row in rows(hostile, issue) for column, value in row.items() if column not in NUMBERS)


def test_an_item_that_the_book_no_longer_has_keeps_its_id():
    found = rows(made((line("1.00", item="gone", spec="old", billing_mode="past"),)), ISSUES["usage"])[0]
    assert (found["item"], found["item_title"], found["spec_title"], found["billing_mode_title"]) == ("gone", "gone", "old", "past")


def test_marks_of_direction_are_left_out_of_cells():
    assert cell_text("\u2066=1+1\u2069") == "'=1+1"
