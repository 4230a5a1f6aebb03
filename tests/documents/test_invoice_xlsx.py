"""An invoice and a quote as workbooks: every amount of the record, to the last digit."""

import io
from decimal import Decimal

import openpyxl
import pytest

from engine.documents.invoice_xlsx import render_invoice_xlsx
from engine.documents.quote_xlsx import render_quote_xlsx
from engine.pricing import price_order
from engine.values.exact import shown
from tests.documents.invoice_tables import BOOK, INVOICES, ISSUES
from tests.documents.quote_book import ORDERS
from tests.documents.test_invoice_use import ISSUE, every, held
from tests.documents.workbooks import read

LANGUAGES = ("en", "zh", "ar", "de", "ja")


def sheets(name: str, language: str = "en") -> list[list[list]]:
    return list(read(render_invoice_xlsx(INVOICES[name], ISSUES[name], BOOK, language, explain=True)).values())


def number(cell) -> Decimal:
    """A number, or the digits of one that Excel cannot hold."""
    return Decimal(cell)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", INVOICES)
def test_every_amount_is_the_records_to_the_last_digit(name, language):
    """A credit note shows what is paid back as positive amounts, as the page does."""
    invoice = INVOICES[name]
    sign = -1 if invoice.credit_note else 1
    document, lines, totals, steps = sheets(name, language)
    for row, line in zip(lines[2:], invoice.lines, strict=False):
        amounts = [shown(each) * sign for each in (line.list_amount, -line.discount_amount, -line.rounding_amount, line.amount)]
        assert [number(cell) for cell in row[12:16]] == amounts
        assert sum(amounts[:3]) == amounts[3], "each change is shown with its sign"
        assert row[7] is None if line.quantity is None else number(row[7]) == shown(line.quantity)
        assert number(row[17] or 0) == sum(tax.amount for tax in line.taxed) * sign
    if invoice.lines:
        assert number(lines[-1][15]) == sum(line.amount for line in invoice.lines) * sign
    assert len(lines) == len(invoice.lines) + (3 if invoice.lines else 2)
    for row, tax in zip(totals[2:], invoice.taxes, strict=False):
        assert (number(row[2]), number(row[3]), number(row[4])) == (tax.rate, tax.base * sign, tax.amount * sign)
    assert [number(cell) for cell in totals[-1][3:6]] == [invoice.net * sign, invoice.tax * sign, invoice.gross * sign]
    told = [row[1] for row in document if isinstance(row[1], Decimal)]
    assert told[:3] == [each * sign for each in (invoice.net, invoice.tax, invoice.gross)] or name == "odd-digits"
    assert {row[1][:1] for row in steps[2:]} <= {str(position) for position in range(1, len(invoice.lines) + 1)}


def test_the_steps_hold_the_numbers_of_the_trace():
    steps = sheets("purchase")[3]
    values = {row[5] for row in steps[2:]}
    wanted = {step.value for line in INVOICES["purchase"].lines for step in line.trace if step.number == 3}
    assert {shown(value) for value in wanted} <= values


def test_a_credit_note_says_so_and_a_draft_too():
    assert sheets("refund")[0][1][0] == "Credit note"
    assert sheets("empty")[0][1][0] == "Draft invoice"
    assert all(sheet[0][0].startswith("Illustrative prices") for sheet in sheets("purchase"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_bytes_and_the_direction_of_the_language(language):
    made = [render_invoice_xlsx(INVOICES["purchase"], ISSUES["purchase"], BOOK, language) for _ in range(2)]
    assert made[0] == made[1]
    book = openpyxl.load_workbook(io.BytesIO(made[0]))
    assert {bool(sheet.sheet_view.rightToLeft) for sheet in book} == {language == "ar"}
    assert {sheet.freeze_panes for sheet in book} == {"A3"}


def test_use_is_a_sheet_that_adds_up_and_kinds_are_words():
    """48 levels of March: a row each, whose exact amounts are the list amount of the line."""
    found, book = held(every(16))
    sheets = read(render_invoice_xlsx(found, ISSUE, book, "en", explain=True))
    use = sheets["Use"][2:]
    assert len(use) == len(every(16)) and sum(number(row[7]) for row in use) == found.lines[0].list_amount
    assert sum(number(row[4]) for row in use) == 743 and [number(row[5]) for row in use] == [level for _, level in every(16)]
    assert {row[6] for row in sheets["Lines"][2:-1]} == {"Use by the hour"}
    assert "Use" not in read(render_invoice_xlsx(INVOICES["purchase"], ISSUES["purchase"], BOOK, "en", explain=True))


def test_without_being_asked_for_neither_use_nor_steps_are_told():
    found, book = held(every(16))
    told, explained = (list(read(render_invoice_xlsx(found, ISSUE, book, "en", explain))) for explain in (False, True))
    assert told == explained[:3] and explained[3:] == ["Use", "How each amount comes about"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ORDERS)
def test_a_quote_has_every_amount_too(name, language):
    quote = price_order(BOOK, ORDERS[name])
    content = render_quote_xlsx(quote, BOOK, language)
    assert content == render_quote_xlsx(quote, BOOK, language)
    lines, _, steps = read(content).values()
    for row, line in zip(lines[2:], quote.lines, strict=False):
        assert [number(cell) for cell in row[6:10]] == [shown(each) for each in (line.list_amount, -line.discount_amount, -line.rounding_amount, line.amount)]
        assert number(row[4]) == line.quantity
    assert number(lines[-1][9]) == quote.totals.gross
    assert quote.lines[0].amount in {row[5] for row in steps[2:]}
