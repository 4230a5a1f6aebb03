"""The order and the account that the language's page shows are read as they stand there, and have a price."""

import re
from datetime import date
from pathlib import Path

from engine.billing import make_invoice
from engine.language.build import load_account, load_order
from engine.model.invoices import Invoice
from engine.model.quotes import Quote
from engine.pricing import price_order
from engine.pricing.described import MOST_RECORDS
from engine.store import open_book
from engine.values import bounds
from engine.values.periods import start_of_day

ROOT = Path(__file__).resolve().parent.parent
BLOCKS = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "rule-language.md").read_text(encoding="utf-8"), re.DOTALL)


def block(first: str) -> bytes:
    return next(each for each in BLOCKS if each.startswith(first)).encode()


def test_the_order_has_a_price():
    book = open_book(ROOT / "rules" / "koodrive").book
    order, problems = load_order("order.yaml", block("date: "), book, None)
    assert not problems and isinstance(price_order(book, order), Quote)


def test_the_account_has_invoices():
    book = open_book(ROOT / "rules" / "koodrive").book
    account, problems = load_account("account.yaml", block("id: lindgren"), book)
    borders = [start_of_day(date(year, 1, 1), book.zone) for year in (2026, 2028)]
    made = make_invoice(book, account, (), *borders)
    assert not problems and isinstance(made, Invoice) and len(made.lines) == 8


def test_the_bounds_of_the_page_are_those_of_the_program():
    text = (ROOT / "docs" / "rule-language.md").read_text(encoding="utf-8").partition("### Bounds")[2].partition("###")[0]
    said = [int(number.replace(",", "")) for row in re.findall(r"^\| .* \| (.*) \|$", text, re.MULTILINE) for number in re.findall(r"[0-9][0-9,]*", row)]
    assert said == [
        bounds.EARLIEST_YEAR, bounds.LATEST_YEAR, bounds.LONGEST_YEARS, 12 * bounds.LONGEST_YEARS, bounds.LONGEST_YEARS * bounds.YEAR.days,
        bounds.LONGEST_BILLED_YEARS, *[bounds.MOST_DIGITS] * 3, bounds.MOST_TIERS, bounds.MOST_STAGES, bounds.MOST_TAXES, bounds.MOST_LINES,
        bounds.MOST_EVENTS, bounds.MOST_RENEWALS, MOST_RECORDS,
    ]  # fmt: skip
