"""The law: whatever an invoice is made of, what is written passes the schema and the EN 16931 rules, and says the invoice's amounts."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from engine.documents.einvoice import e_invoice_problems, render_cii, render_ubl
from engine.model.invoices import BILL_TYPES, InvoiceLine
from engine.values.money import minor_places
from tests.einvoice.einvoice_tables import BOOK, BUYER, END, ISSUE, RATES, SELLER, START, TAXES, invoice, line
from tests.einvoice.reading import lines, tree
from tests.extent import examples

# A name is any text with something to read in it; what XML cannot hold is among it.
NAMES = st.text(min_size=1, max_size=30).map(lambda text: f"{text}x")
TEXTS = st.text(max_size=20)
STANDARD = [("S", "0.19"), ("S", "0.07"), ("S", "0.255"), ("Z", "0"), ("E", "0"), ("AE", "0"), ("K", "0"), ("G", "0")]


def money(places: int, least: int = -100_000, most: int = 1_000_000) -> st.SearchStrategy[str]:
    return st.integers(least, most).map(lambda units: str(Decimal(units).scaleb(-places)))


@st.composite
def drawn_line(draw, currency: str, included: bool, categories: list[tuple[str, str]]) -> InvoiceLine:
    """A line of any kind: sold, changed, used, paid back, corrected; with a discount, many decimals, or two rates."""
    places = minor_places(currency)
    amount = Decimal(draw(money(places)))
    kind = draw(st.sampled_from(sorted(BILL_TYPES)))
    sign = -1 if amount < 0 else 1
    discount = sign * draw(st.decimals(0, 500, places=draw(st.integers(0, 8)), allow_nan=False))
    rounding = sign * draw(st.decimals(0, Decimal("0.005"), places=8, allow_nan=False)) * draw(st.sampled_from([0, 1, -1]))
    whole = draw(st.booleans())
    parts = draw(st.lists(st.sampled_from(categories), min_size=1, max_size=2, unique=True))
    return line(
        str(amount), currency=currency, included=included, kind=kind,
        parts=tuple((category, rate, draw(st.integers(1, 9))) for category, rate in parts),
        listed=str(amount + discount + rounding), discount=str(discount),
        quantity=None if whole else draw(st.decimals(0, 10_000, places=draw(st.integers(0, 10)), allow_nan=False).map(str)),
        item=None if whole else draw(st.sampled_from(["disk", "plan", "seat", "gone"])),
        unit=draw(st.sampled_from([None, "GB", "user", "hour", "USD"])),
        subscription=draw(NAMES),
        start=START + timedelta(hours=draw(st.integers(0, 700))),
        end=draw(st.sampled_from([None, END, END + timedelta(days=365), START])),
    )  # fmt: skip


@st.composite
def drawn_invoices(draw):
    """An invoice with its issue and book: any currency with at most two decimals, either kind of prices, any parties."""
    currency, included = draw(st.sampled_from(["EUR", "EUR", "USD", "JPY"])), draw(st.booleans())
    categories = draw(st.sampled_from([STANDARD, STANDARD, STANDARD, [("O", RATES["O"])]]))
    made = draw(st.lists(drawn_line(currency, included, categories), min_size=1, max_size=6))
    customer = replace(
        BUYER, name=draw(NAMES), address=tuple(draw(st.lists(TEXTS, max_size=5))), country=draw(st.sampled_from(["FR", "de", "US", "GR"])),
        other={"city": draw(NAMES), **({"postcode": draw(TEXTS), "email": draw(TEXTS), "reference": draw(TEXTS)} if draw(st.booleans()) else {})},
    )  # fmt: skip
    seller = replace(
        SELLER, iban=draw(st.sampled_from([None, SELLER.iban, "US 123"])), other={"registration": draw(NAMES), "city": draw(NAMES), "phone": draw(TEXTS)}
    )
    book = replace(
        BOOK, seller=seller, prices_include_tax=included, status=draw(st.sampled_from(["draft", "illustrative", "published"])),
        taxes=draw(st.sampled_from([TAXES, TAXES[:1]])),
    )  # fmt: skip
    issue = replace(ISSUE, number=draw(NAMES), preceding=tuple(draw(st.lists(NAMES, max_size=2))))
    whole = invoice(*made, currency=currency, included=included, customer=customer)
    to = draw(st.sampled_from([None, 5, 20])) or 0
    # Rounded to a multiple of five or twenty of the smallest unit, down by its value.
    smallest = Decimal(1).scaleb(-minor_places(currency))
    return replace(whole, rounded=whole.gross - whole.gross % (to * smallest) if to else None), issue, book


# The session's child process answers for one document after the other, so it may be shared.
@examples(200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(drawn=drawn_invoices())
def test_every_invoice_passes_the_official_rules_in_both_syntaxes(drawn, checker):
    made, issue, book = drawn
    # In yen, which has no smaller unit, the rounding of a few lines alone may be more than the rules allow: then it is refused.
    problems = {each.code for each in e_invoice_problems(made, issue, book)}
    assert problems <= {"Q743"}
    for syntax, write in (("ubl", render_ubl), ("cii", render_cii)):
        xml = write(made, issue, book)
        wrong = {each.rule for each in checker.check(xml, syntax) if each.severity == "error"}
        assert wrong <= ({"BR-CO-17", "BR-S-09"} if problems else set())
        for each in lines(tree(xml)):
            assert each.quantity * each.price == (each.net + each.taken) * each.base
