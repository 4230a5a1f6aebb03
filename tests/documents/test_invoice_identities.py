"""What an invoice prints adds up: every working is its result, every line's steps come to its amount, and the identity below holds.

The numbers are read back from the printed texts, so that a sign or a digit that is wrong on paper is found, whatever the record says.
"""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.billing import issue, make_invoice
from engine.documents.format import formatter, without_isolates
from engine.documents.invoice_steps import Explanation
from engine.documents.invoice_view import view_of
from engine.documents.quote_steps import ShownStep
from engine.model.invoices import Invoice
from engine.values.periods import add_months, start_of_day
from tests.billing.test_corrections import account, invoice
from tests.billing.test_refunds import TAXES, book
from tests.documents.test_invoice_samples import ACCOUNTS, invoices, koodrive

NUMBER = r"\d[\d,]*(?:\.\d+)?%?"
ARITHMETIC = re.compile(rf"[()\s0-9,.%×÷+−→]*{NUMBER}[()\s0-9,.%×÷+−]*\Z")
ROUNDED = re.compile(rf"(−?{NUMBER}) to (−?{NUMBER}), ")
AMOUNT = re.compile(rf"[+−]?{NUMBER}\Z")
HALF = Fraction(1, 2 * 10**10)
"""What has no end is printed with ten places."""


def number(text: str) -> Fraction:
    plain = text.strip().replace(",", "").replace("−", "-").replace("+", "")
    return Fraction(Decimal(plain.removesuffix("%"))) / (100 if plain.endswith("%") else 1)


def value(text: str) -> Fraction:
    """The value of a working in digits: sums of products, with parentheses."""
    tokens = re.findall(rf"{NUMBER}|[()×÷+−]", text)

    def sum_(at):
        found, at = product(at)
        while at < len(tokens) and tokens[at] in "+−":
            other, after = product(at + 1)
            found, at = (found + other if tokens[at] == "+" else found - other), after
        return found, at

    def product(at):
        found, at = single(at)
        while at < len(tokens) and tokens[at] in "×÷":
            other, after = single(at + 1)
            found, at = (found * other if tokens[at] == "×" else found / other), after
        return found, at

    def single(at):
        if tokens[at] == "−":
            found, at = single(at + 1)
            return -found, at
        if tokens[at] == "(":
            found, at = sum_(at + 1)
            return found, at + 1
        return number(tokens[at]), at + 1

    found, end = sum_(0)
    assert end == len(tokens), text
    return found


def test_the_reader_of_workings():
    assert value("−524.3835564 × 0.83") == Fraction("-435.238351812")
    assert value("0 − (−204.66)") == Fraction("204.66") and value("1,000 × 10% ÷ 4 + 2.5") == Fraction("27.5")


def check_working(step: ShownStep) -> int:
    """Checks a step and what explains it; how many workings were read."""
    working, result = without_isolates(step.working), without_isolates(step.result)
    checked = sum(check_working(child) for child in step.children)
    rounded = ROUNDED.match(working)
    if rounded and AMOUNT.match(result):
        assert number(rounded[2]) - number(rounded[1]) == number(result), (working, result)
        return checked + 1
    if "→" in working and AMOUNT.match(result):
        assert number(working.rpartition("→")[2]) == number(result), (working, result)
        return checked + 1
    if ARITHMETIC.match(working) and AMOUNT.match(result) and step.number not in (5, 7):
        assert abs(value(working) - number(result)) <= HALF * 200, (step.name, working, result)
        return checked + 1
    return checked


def check_chain(part: Explanation) -> None:
    """The steps come to the amount: the last value up to the list amount, then what each further step adds or takes."""
    shown = [(step, without_isolates(step.result)) for step in part.steps if step.mark != "idle"]
    built = [number(text) for step, text in shown if step.number is not None and step.number <= 4 and AMOUNT.match(text)]
    if not built:
        return
    taken = [number(text) for step, text in shown if step.number in (5, 6, 7, 8) and AMOUNT.match(text)]
    turned = [text for step, text in shown if step.number is None and AMOUNT.match(text)]
    final = built[-1] + sum(taken)
    if turned:
        assert -final == number(turned[-1]), part
        final = -final
    assert abs(final - number(without_isolates(part.amount))) <= HALF * 200, part


def check_identity(part: Explanation) -> None:
    """List amount less discount and rounding is the amount, in the digits that are printed."""
    _, _, identity = without_isolates(part.identity).partition(": ")
    if " = " not in identity:
        assert part.identity == "Entered by hand: there is no list price."
        return
    left, _, right = identity.rpartition(" = ")
    assert abs(value(left) - value(right)) <= HALF * 4, part.identity
    assert right == without_isolates(part.amount)


def check(made: Invoice, book) -> int:
    words = formatter("en")
    view = view_of(made, issue(book, made, "1", date(2027, 1, 1)), book, words, True)
    assert len(view.annex) == len(made.lines)
    found = 0
    for part in view.annex:
        check_chain(part)
        check_identity(part)
        found += sum(check_working(step) for step in part.steps)
    return found


@pytest.mark.parametrize("name", ACCOUNTS)
def test_of_the_sample_accounts_every_month(name):
    assert sum(check(each, koodrive()) for each in invoices(name)) > 3


EVENTS = [
    "{date: 2026-03-02, purchase: {term: 6 months, items: {plan: large, seat: 110}}}",
    "{date: 2026-04-10, change: {items: {seat: 130}}}",
    "{date: 2026-08-20, renew: {term: 6 months}}",
    "{date: 2026-10-10, unsubscribe: true}",
]
DOWN = "charge: difference, downgrade: {takes_effect: immediately, charge: difference}"


@pytest.mark.parametrize("included", [False, True])
@pytest.mark.parametrize("taxes", ["", TAXES])
@pytest.mark.parametrize("months", [1, 12])
def test_of_refunds_in_credit_notes_and_among_charges(taxes, included, months):
    """The unsubscription alone is a credit note; in a year's invoice what it returns is negative."""
    written = {"taxes": taxes, "included": included}
    made = invoice(account(EVENTS, **written), 10 if months == 1 else 1, months=months, **written)
    assert isinstance(made, Invoice) and made.credit_note == (months == 1)
    assert check(made, book(**written)) > 5


@pytest.mark.parametrize("first", [["{date: 2026-03-02, purchase: {term: 6 months, items: {plan: small, seat: 30}}}"], EVENTS[:1]])
def test_of_corrections_in_credit_notes(first):
    """March was invoiced as `first` says; it was less, or more."""
    march = invoice(account(first), 3)
    now = "{date: 2026-03-02, purchase: {term: 6 months, items: {plan: small, seat: 33}}}"
    made = invoice(account([now]), 4, [march])
    assert made.credit_note == (first == EVENTS[:1])
    check(made, book())


def test_of_a_purchase_in_a_credit_note():
    """A month is bought, and a year's renewal comes back: the purchase is negative in what is paid back."""
    other = "{date: 2026-04-25, purchase: {term: 1 month, items: {plan: small, seat: 3}}}"
    sold = book()
    made = account(["{date: 2026-03-02, purchase: {term: 1 year, items: {plan: large, seat: 110}}}", "{date: 2026-04-20, unsubscribe: true}"])
    second = account([other])
    both = type(made)(**{name: getattr(made, name) for name in made.__slots__} | {
        "subscriptions": (*made.subscriptions, type(second.subscriptions[0])("s-2", "yearly-monthly", second.subscriptions[0].events))
    })  # fmt: skip
    found = make_invoice(sold, both, (), *(start_of_day(day, sold.zone) for day in (date(2026, 4, 1), add_months(date(2026, 4, 1), 1))))
    assert found.credit_note and [line.bill_type for line in found.lines][-1] == "new-purchase"
    check(found, sold)
