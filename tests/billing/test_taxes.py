"""Taxes of an invoice are those of its events, and lines and totals add up, with prices that include tax or not."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from engine.billing import make_invoice
from engine.language.build import load_account, load_book
from engine.values.exact import total

BASE = Path(__file__).parent.parent / "errors" / "base"
TAXES = b"taxes:\n  - {id: vat, tax: vat, rate: 19%, category: S, effective: 2026-01-01}\n"
ACCOUNT = b"""\
id: acme
customer: {name: Acme GmbH}
subscriptions:
  - id: s-1
    billing_mode: yearly-monthly
    events:
      - {date: 2026-03-01, purchase: {term: 6 months, items: {plan: small, seat: 10}}}
      - {date: 2026-03-11, change: {items: {seat: 20}}}
      - {date: 2026-03-21, change: {items: {seat: 5}}}
      - {date: 2026-05-01, unsubscribe: true}
"""


def march_to_may(included: bool):
    files = {path.name: path.read_bytes() for path in sorted(BASE.glob("*.yaml"))} | {"taxes.yaml": TAXES}
    if included:
        files["book.yaml"] = files["book.yaml"].replace(b"  status: draft\n", b"  status: draft\n  prices_include_tax: true\n")
    book = load_book(files).book
    account, found = load_account("account.yaml", ACCOUNT, book)
    assert account is not None, found
    start, end = (datetime(2026, month, 1, tzinfo=book.zone).astimezone(UTC) for month in (3, 6))
    return make_invoice(book, account, (), start, end)


@pytest.mark.parametrize("included", [False, True])
def test_lines_and_totals_add_up(included):
    found = march_to_may(included)
    assert [line.bill_type for line in found.lines] == [
        "new-purchase", "new-purchase", "change", "refund-change", "refund-unsubscription", "refund-unsubscription", "unsubscription-fee",
    ]  # fmt: skip
    assert total(line.amount for line in found.lines) == (found.gross if included else found.net)
    assert found.tax == total(each.amount for each in found.taxes) and found.gross == found.net + found.tax
    assert [(each.rate, each.category) for each in found.taxes] == [(Decimal("0.19"), "S")]
    assert found.taxes[0].base == found.net
    assert found.prices_include_tax == included
    for line in found.lines:
        net = line.amount if not included else line.amount - total(each.amount for each in line.taxed)
        assert [each.base for each in line.taxed] == [net]
        assert (line.billing_mode, str(line.term)) == ("yearly-monthly", "6 months")
    assert total(row.amount for line in found.lines for row in line.taxed) == found.tax
