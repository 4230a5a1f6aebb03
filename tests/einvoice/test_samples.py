"""Every sample account, month by month, as UBL and as the data of a Factur-X file: the official rules accept them all."""

from datetime import date
from functools import cache
from pathlib import Path

import facturx
import pytest

from engine.billing import issue, make_invoice
from engine.documents.einvoice import e_invoice_problems, render_cii, render_factur_x, render_ubl
from engine.language.build import load_account, load_book
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.model.invoices import Invoice
from engine.usage import UsageRecord, read_usage, without_duplicates
from engine.values.periods import add_months, local_date, start_of_day
from tests.extent import first
from tests.sheet import reading

SAMPLES = Path(__file__).resolve().parents[2] / "examples"
ACCOUNTS = sorted(path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("account*.yaml"))


@cache
def book(name: str) -> PriceBook:
    """The book of a sample: the one that lies beside the accounts, else the product's own of that name."""
    shop = name.partition("/")[0]
    folder = SAMPLES / shop / "book"
    if not folder.is_dir():
        return reading.book(shop)
    loaded = load_book({path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()})
    assert loaded.book is not None, [each.message for each in loaded.diagnostics]
    return loaded.book


@cache
def account(name: str) -> Account:
    made, problems = load_account(name, (SAMPLES / name).read_bytes(), book(name))
    assert made is not None and not problems, [each.message for each in problems]
    return made


@cache
def usage(name: str) -> tuple[tuple[str, UsageRecord], ...]:
    """The records of all usage files beside the account, each with the name of its file."""
    found = []
    for path in sorted((SAMPLES / name).parent.glob("*.csv")):
        read = read_usage(book(name), path.name, path.read_text(encoding="utf-8"))
        assert not read.diagnostics
        found += [(path.name, record) for record in read.records]
    return tuple(found)


def known(name: str, month: date) -> tuple[UsageRecord, ...]:
    """What is known of the usage when a month is billed: a file that came late is known from the next month on."""
    late = f"{month:%Y-%m}-late.csv"
    return without_duplicates([record for file, record in usage(name) if not file.endswith(late)]).kept


@cache
def invoices(name: str) -> tuple[Invoice, ...]:
    """The invoices of every month from the first event to the last in which something is owed, each after the ones before it."""
    made, zone = account(name), book(name).zone
    instants = [event.at for sub in made.subscriptions for event in sub.events] + [record.at for _, record in usage(name)]
    month, last = local_date(min(instants), zone).replace(day=1), max(instants)
    found: list[Invoice] = []
    while start_of_day(month, zone) <= last:
        after = add_months(month, 1)
        start, end = start_of_day(month, zone), start_of_day(after, zone)
        invoice = make_invoice(book(name), made, known(name, month), start, end, tuple(found))
        assert isinstance(invoice, Invoice), [each.message for each in invoice.diagnostics]
        if invoice.lines:
            found.append(invoice)
        month = after
    return tuple(found)


def day_of(invoice: Invoice, sold: PriceBook) -> date:
    return local_date(invoice.end, sold.zone)


@pytest.mark.parametrize("name", ACCOUNTS)
def test_every_invoice_of_a_sample_passes_the_official_rules(name, checker):
    sold = book(name)
    assert invoices(name)
    for number, invoice in enumerate(invoices(name), 1):
        preceding = ("2026-0001",) if invoice.gross < 0 else ()
        issued = issue(sold, invoice, f"2026-{number:04}", day_of(invoice, sold), preceding)
        assert e_invoice_problems(invoice, issued, sold) == ()
        for syntax, xml in (("ubl", render_ubl(invoice, issued, sold)), ("cii", render_cii(invoice, issued, sold))):
            wrong = [each for each in checker.check(xml, syntax) if each.severity == "error"]
            assert wrong == [], (day_of(invoice, sold), syntax)


@pytest.mark.parametrize("name", first(1, ACCOUNTS))
def test_a_sample_as_a_factur_x_file(name, checker):
    sold, invoice = book(name), invoices(name)[-1]
    issued = issue(sold, invoice, "2026-0001", day_of(invoice, sold))
    content, problems = render_factur_x(invoice, issued, sold, "en")
    assert content is not None and problems == ()
    _, xml = facturx.get_xml_from_pdf(content)
    assert [each for each in checker.check(xml, "cii") if each.severity == "error"] == []


def test_the_samples_hold_an_invoice_a_credit_note_and_a_correction():
    assert any(line.corrects for name in ACCOUNTS for invoice in invoices(name) for line in invoice.lines)
    gross = [invoice.gross for name in ACCOUNTS for invoice in invoices(name)]
    assert any(amount > 0 for amount in gross) and any(amount < 0 for amount in gross)
