"""Every sample account, month by month, as UBL and as the data of a Factur-X file: the official rules accept them all."""

from datetime import date
from functools import cache
from pathlib import Path

import facturx
import pytest

from engine.billing import issue, make_invoice
from engine.documents.einvoice import e_invoice_problems, render_cii, render_factur_x, render_ubl
from engine.language.build import load_account
from engine.model.accounts import Account
from engine.model.invoices import Invoice
from engine.usage import UsageRecord, read_usage
from engine.values.periods import add_months, local_date, start_of_day
from tests.sheet import reading

SAMPLES = Path(__file__).resolve().parents[2] / "examples" / "koodrive"
ACCOUNTS = sorted(path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("account*.yaml"))
BOOK = reading.book("koodrive")


@cache
def account(name: str) -> Account:
    made, problems = load_account(name, (SAMPLES / name).read_bytes(), BOOK)
    assert made is not None and not problems, [each.message for each in problems]
    return made


@cache
def usage(name: str) -> tuple[UsageRecord, ...]:
    """All usage files beside the account."""
    read = [read_usage(BOOK, path.name, path.read_text(encoding="utf-8")) for path in sorted((SAMPLES / name).parent.glob("*.csv"))]
    assert not any(each.diagnostics for each in read)
    return tuple(record for each in read for record in each.records)


@cache
def invoices(name: str) -> tuple[Invoice, ...]:
    """The invoices of every month from the first event to the last in which something is owed."""
    made = account(name)
    instants = [event.at for sub in made.subscriptions for event in sub.events] + [record.at for record in usage(name)]
    month, last = local_date(min(instants), BOOK.zone).replace(day=1), max(instants)
    found = []
    while start_of_day(month, BOOK.zone) <= last:
        after = add_months(month, 1)
        start, end = start_of_day(month, BOOK.zone), start_of_day(after, BOOK.zone)
        invoice = make_invoice(BOOK, made, [record for record in usage(name) if start <= record.at < end], start, end)
        assert isinstance(invoice, Invoice), [each.message for each in invoice.diagnostics]
        if invoice.lines:
            found.append(invoice)
        month = after
    return tuple(found)


def day_of(invoice: Invoice) -> date:
    return local_date(invoice.end, BOOK.zone)


@pytest.mark.parametrize("name", ACCOUNTS)
def test_every_invoice_of_a_sample_passes_the_official_rules(name, checker):
    assert invoices(name)
    for number, invoice in enumerate(invoices(name), 1):
        issued = issue(BOOK, invoice, f"2026-{number:04}", day_of(invoice), ("2026-0001",) if invoice.gross < 0 else ())
        assert e_invoice_problems(invoice, issued, BOOK) == ()
        for syntax, xml in (("ubl", render_ubl(invoice, issued, BOOK)), ("cii", render_cii(invoice, issued, BOOK))):
            assert [each for each in checker.check(xml, syntax) if each.severity == "error"] == [], (day_of(invoice), syntax)


@pytest.mark.parametrize("name", ACCOUNTS)
def test_a_sample_as_a_factur_x_file(name, checker):
    invoice = invoices(name)[-1]
    issued = issue(BOOK, invoice, "2026-0001", day_of(invoice))
    content, problems = render_factur_x(invoice, issued, BOOK, "en")
    assert content is not None and problems == ()
    _, xml = facturx.get_xml_from_pdf(content)
    assert [each for each in checker.check(xml, "cii") if each.severity == "error"] == []


def test_the_samples_hold_an_invoice_and_a_credit_note():
    gross = [invoice.gross for name in ACCOUNTS for invoice in invoices(name)]
    assert any(amount > 0 for amount in gross) and any(amount < 0 for amount in gross)
