"""Every invoice of the sample accounts as data and as tables: nothing lost, nothing that does not add up."""

import itertools
import json
from dataclasses import fields, replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from engine.billing import issue, make_invoice
from engine.documents.focus import focus_rows
from engine.documents.focus_columns import check_rows
from engine.documents.focus_parquet import render_focus_parquet
from engine.documents.invoice_csv import render_invoice_csv
from engine.documents.invoice_json import render_invoice_json
from engine.documents.invoice_xlsx import render_invoice_xlsx
from engine.language.build import load_account, load_book
from engine.language.build.issued import load_issued
from engine.model.accounts import Account
from engine.model.invoices import Invoice
from engine.resources import schema_bytes
from engine.usage import UsageRecord, read_usage
from engine.values.exact import shown, total
from engine.values.periods import add_months, start_of_day
from tests.documents import invoice_tables
from tests.documents.workbooks import read

ROOT = Path(__file__).parent.parent.parent
ACCOUNTS = sorted(path.parent.name for path in (ROOT / "examples" / "koodrive").glob("*/account.yaml"))
VALIDATOR = Draft7Validator(json.loads(schema_bytes("invoice")))


@cache
def koodrive():
    folder = ROOT / "rules" / "koodrive"
    return load_book({path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.yaml"))}).book


def known_account(name: str) -> Account:
    """A sample account."""
    account, problems = load_account("account.yaml", (ROOT / "examples" / "koodrive" / name / "account.yaml").read_bytes(), koodrive())
    assert account is not None, problems
    return account


@cache
def known_usage(name: str) -> list[UsageRecord]:
    """All usage of a sample account."""
    folder = ROOT / "examples" / "koodrive" / name
    return [record for path in sorted(folder.glob("usage*.csv")) for record in read_usage(koodrive(), path.name, path.read_text("utf-8")).records]


@cache
def invoices(name: str) -> tuple[Invoice, ...]:
    """The account's invoices, month by month, that have a line."""
    book, account, usage = koodrive(), known_account(name), known_usage(name)
    months = [start_of_day(add_months(date(2026, 1, 1), count), book.zone) for count in range(25)]
    found = [make_invoice(book, account, usage, start, end) for start, end in itertools.pairwise(months)]
    assert all(isinstance(each, Invoice) for each in found), found
    return tuple(each for each in found if each.lines)


def as_shown(invoice: Invoice) -> Invoice:
    """Without traces, and with the digits that documents print."""
    lines = [
        replace(line, trace=(), **{key: None if (value := getattr(line, key)) is None else shown(value) for key in ("list_amount", "quantity")})
        for line in invoice.lines
    ]
    return replace(invoice, lines=tuple(lines))


@pytest.mark.parametrize("name", ACCOUNTS)
def test_each_is_sound_in_every_form(name):
    assert invoices(name)
    for made in invoices(name):
        issued = issue(koodrive(), made, f"{name}-1", made.end.date())
        written = render_invoice_json(made, issued, koodrive())
        VALIDATOR.validate(json.loads(written))
        assert load_issued("issued.json", written.encode(), koodrive())[0] == (as_shown(made), issued)
        rows = focus_rows(made, issued, koodrive())
        assert check_rows(rows) == ()
        assert total(row["BilledCost"] for row in rows) == made.gross
        assert render_focus_parquet(made, issued, koodrive())[0]
        sheets = list(read(render_invoice_xlsx(made, issued, koodrive(), "en")).values())
        assert sheets[2][-1][-1] == (-made.gross if made.credit_note else made.gross)
        assert render_invoice_csv(made, issued, koodrive(), "en").count("\r\n") == len(made.lines) + len(made.taxes) + 3


@pytest.mark.parametrize("name", invoice_tables.INVOICES)
def test_what_was_written_is_read_back(name):
    made, issued = invoice_tables.INVOICES[name], invoice_tables.ISSUES[name]
    issued = replace(issued, number=issued.number or "1")  # a draft was never issued
    again, problems = load_issued("issued.json", render_invoice_json(made, issued, invoice_tables.BOOK).encode(), invoice_tables.BOOK)
    assert not problems and again is not None
    for field in fields(Invoice):
        assert getattr(again[0], field.name) == getattr(as_shown(made), field.name), field.name
    assert again[1] == issued
