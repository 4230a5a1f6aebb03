"""Laws of whole orders (rule language, 3.2 and 3.10): what holds for every book and every order."""

import itertools
from collections.abc import Mapping
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.values.exact import shown
from engine.values.money import minor_places
from tests.laws.books import ITEMS, TERMS, base, books, charges, loaded, numbers, orders, quoted
from tests.laws.explained import adds_up
from tests.pricing.traces import adds_up as engine_says_so


@st.composite
def cases(draw) -> tuple[dict, dict]:
    """A book and an order of it."""
    book = draw(books())
    return book, draw(orders(book))


@given(cases())
def test_totals_are_the_sums_of_the_lines_as_shown(case):
    book, order = case
    quote = quoted(loaded(book), order)
    totals = quote.totals
    assert totals.list == sum(shown(line.list_amount) for line in quote.lines)
    assert totals.discount == sum(shown(line.discount_amount) for line in quote.lines)
    amounts = totals.gross if book["book"]["prices_include_tax"] else totals.net
    assert amounts == sum(line.amount for line in quote.lines)
    assert totals.tax == sum(row.amount for row in quote.taxes)
    assert totals.gross == totals.net + totals.tax


@given(cases())
def test_every_line_holds_its_identity_on_paper(case):
    """List amount - discounts - rounding difference = amount, for the digits as printed."""
    book, order = case
    quote = quoted(loaded(book), order)
    for line in quote.lines:
        assert shown(line.list_amount) - shown(line.discount_amount) - shown(line.rounding_amount) == line.amount


@given(cases())
def test_lines_come_in_the_order_of_the_order_and_are_never_negative(case):
    book, order = case
    quote = quoted(loaded(book), order)
    assert [line.item for line in quote.lines] == list(order["items"])
    for line in quote.lines:
        assert line.amount >= 0 and line.list_amount >= 0 and line.discount_amount >= 0


@given(cases())
def test_amounts_are_whole_minor_units(case):
    book, order = case
    places = minor_places(book["book"]["currency"])
    for line in quoted(loaded(book), order).lines:
        assert (Fraction(line.amount) * 10**places).denominator == 1


@given(cases())
def test_discounts_never_increase_an_amount(case):
    book, order = case
    undiscounted = {key: value for key, value in book.items() if key not in ("discounts", "discount_policy")}
    cheaper = quoted(loaded(book), order)
    dearer = quoted(loaded(undiscounted), {key: value for key, value in order.items() if key != "coupons"})
    assert cheaper.totals.net <= dearer.totals.net and cheaper.totals.gross <= dearer.totals.gross
    if not any(step["at"] == "invoice" for step in book["book"]["rounding"]):
        for low, high in zip(cheaper.lines, dearer.lines, strict=True):
            assert low.amount <= high.amount
    for low, high in zip(cheaper.lines, dearer.lines, strict=True):
        assert low.list_amount == high.list_amount


@given(cases())
def test_an_explanation_adds_up_to_the_amount(case):
    """The steps form one chain that ends with the amount; children add up to their parent wherever they say so."""
    book, order = case
    quote = quoted(loaded(book), order)
    assert engine_says_so(quote)
    for line in quote.lines:
        steps = [step for step in line.trace if step.value is not None and step.number >= 4]
        assert Fraction(steps[-1].value) == Fraction(line.amount)
        for earlier, later in itertools.pairwise(steps):
            assert later.before is None or Fraction(later.before) == Fraction(earlier.value), (earlier, later)
        assert [step.number for step in line.trace] == sorted(step.number for step in line.trace)
        for step in line.trace:
            adds_up(step)


@given(cases())
def test_the_same_input_gives_the_same_bytes(case):
    book, order = case
    again = {key: dict(value) if isinstance(value, Mapping) else value for key, value in order.items()}
    assert repr(quoted(loaded(book), order)).encode() == repr(quoted(loaded(dict(book)), again)).encode()


@given(cases(), st.randoms(use_true_random=False))
def test_how_a_book_is_split_into_files_does_not_matter(case, random):
    book, order = case
    sections = list(book)
    random.shuffle(sections)
    apart = [{name: book[name]} for name in sections]
    assert numbers(quoted(loaded(*apart), order)) == numbers(quoted(loaded(book), order))


@given(charges(), charges(), st.sampled_from(TERMS), st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_entries_and_of_when_keys_does_not_matter(common, special, term, educational, random):
    """Which entry applies is decided by rank, then date; never by where it stands."""
    entries = [
        {"effective": "2025-01-01", "items": {"users": common}},
        {"effective": "2025-06-01", "when": {"region": ["north", "south"]}, "items": {"users": special}},
        {"effective": "2024-01-01", "when": {"segment": "education", "region": "north"}, "items": {"users": special}},
        {"effective": "2024-02-01", "when": {"country": "DE"}, "items": {"users": common}},
    ]
    head = {"billing_mode": "term", "per": "month"}
    first = base() | {"prices": [head | entry for entry in entries]}
    shuffled = random.sample(entries, k=len(entries))
    for entry in shuffled:
        if len(entry.get("when", ())) > 1:
            entry = entry | {"when": dict(reversed(entry["when"].items()))}
    second = base() | {"prices": [head | entry for entry in shuffled]}
    order = {"date": "2026-03-01", "billing_mode": "term", "term": term, "items": {"users": 7}}
    order["attributes"] = {"region": "north", "segment": "education" if educational else "partner"}
    backwards = order | {"attributes": dict(reversed(order["attributes"].items()))}
    assert numbers(quoted(loaded(first), order)) == numbers(quoted(loaded(second), backwards))


@given(
    charges(),
    st.integers(1, 40),
    st.sampled_from([("1 month", "2 months", "3 months"), ("3 months", "9 months", "1 year"), ("1 year", "1 year", "2 years")]),
)
def test_parts_of_a_term_cost_what_the_whole_costs(charge, quantity, terms):
    """List amounts: a price by the month is multiplied by months and nothing else."""
    book = base() | {"prices": [{"effective": "2025-01-01", "billing_mode": "term", "per": "month", "items": dict.fromkeys(ITEMS, charge)}]}
    book["billing_modes"] = {"term": book["billing_modes"]["term"] | {"terms": ["1 month", "2 months", "3 months", "9 months", "1 year", "2 years"]}}
    made = loaded(book)
    lists = [Fraction(quoted(made, {"date": "2026-03-01", "billing_mode": "term", "term": term, "items": {"users": quantity}}).totals.list) for term in terms]
    assert lists[0] + lists[1] == lists[2]
