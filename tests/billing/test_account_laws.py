"""Laws of accounts, held against random histories: months add up to the whole and to the quotes, taxes and lines to the totals, and
what comes to light later is corrected to what would have been."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from engine.billing import make_invoice
from engine.language.build import load_account, load_order
from engine.model.invoices import Invoice
from engine.model.quotes import Quote
from engine.pricing import price_order
from engine.usage import read_usage
from engine.values.exact import add, negate, subtract, total
from engine.values.money import minor_places
from engine.values.periods import add_months, start_of_day
from tests.billing.test_refunds import book
from tests.extent import examples

ONE = """taxes:
  - {id: vat, tax: vat, rate: 19%, category: S, effective: 2026-01-01, until: 2026-05-01}
  - {id: vat-new, tax: vat, rate: 7%, category: S, effective: 2026-05-01}
"""
COMPOUND = """taxes:
  - {id: gst, tax: gst, rate: 5%, category: S, effective: 2026-01-01}
  - {id: pst, tax: pst, rate: 7%, category: S, compound_on: [gst], effective: 2026-01-01, until: 2026-06-15}
  - {id: pst-new, tax: pst, rate: 9.975%, category: S, compound_on: [gst], effective: 2026-06-15}
"""
SOME = """taxes:
  - {id: vat, tax: vat, rate: 25%, category: S, items: [plan], effective: 2026-01-01}
  - {id: none, tax: vat, rate: 0%, category: Z, items: [disk], effective: 2026-01-01}
"""
START, MONTHS = date(2026, 3, 1), 9
DAYS = st.integers(0, 200)
SEATS = st.integers(0, 120)

BOOKS = st.fixed_dictionaries(
    {
        "taxes": st.sampled_from(["", ONE, COMPOUND, SOME]), "included": st.booleans(),
        "currency": st.sampled_from(["EUR", "JPY", "KWD"]), "fee": st.sampled_from(["[{fee: 10%}]", "[{fee: 33.3%}]", "[{fee: 0%}]"]),
    }
)  # fmt: skip


@st.composite
def histories(draw):
    """Dated events of a paid subscription, in order: a purchase, changes, perhaps a renewal, perhaps an unsubscription."""
    term = draw(st.sampled_from(["1 month", "6 months"]))
    bought = draw(st.integers(0, 20))
    events = [(bought, f"purchase: {{term: {term}, items: {{plan: {draw(st.sampled_from(['small', 'large']))}, seat: {draw(st.integers(1, 120))}}}}}")]
    for day in draw(st.lists(DAYS, max_size=4)):
        if day > bought:
            what = draw(st.sampled_from(["plan: large", "plan: small"])) if draw(st.booleans()) else f"seat: {draw(SEATS)}"
            events.append((day, f"change: {{items: {{{what}}}}}"))
    if draw(st.booleans()):
        events.append((draw(DAYS), "renew: {term: 6 months}"))
    if draw(st.booleans()):
        events.append((draw(DAYS), "unsubscribe: true"))
    return sorted((each for each in events if each[0] >= bought), key=lambda each: (each[0], each[1].startswith("unsub")))


USAGE = st.lists(st.tuples(st.integers(0, 24 * 200), st.integers(1, 50000)), max_size=12)


def account_of(events, sold):
    rows = "".join(f"      - {{date: {START + timedelta(days=day)}, {what}}}\n" for day, what in events)
    paid = f"  - id: s-1\n    billing_mode: yearly-monthly\n    events:\n{rows}" if rows else ""
    text = (
        f"id: acme\ncustomer: {{name: Acme GmbH}}\nsubscriptions:\n{paid}"
        "  - {id: s-2, billing_mode: pay-per-use, events: [{date: 2026-03-01, start: true}]}\n"
    )
    made, found = load_account("account.yaml", text.encode(), sold)
    return made if made is not None and not found else None


def records_of(usage, sold):
    rows = "".join(f"acme,s-2,disk,{START + timedelta(days=hour // 24)}T{hour % 24:02}:30+00:00,{quantity}\n" for hour, quantity in usage)
    return read_usage(sold, "usage.csv", "account,subscription,item,time,quantity\n" + rows).records


def invoice(sold, account, records, month: int, months: int = 1, issued=()):
    """The invoice of so many months from the `month`-th after March on."""
    borders = (start_of_day(add_months(START, count), sold.zone) for count in (month, month + months))
    return make_invoice(sold, account, records, *borders, issued)


def possible(events, sold, records=()):
    """The events without those that the ones before them make impossible, and the account with them."""
    kept: list = []
    for event in events:
        account = account_of([*kept, event], sold)
        if account is not None and isinstance(invoice(sold, account, records, 0, MONTHS), Invoice):
            kept.append(event)
    return kept


def sums(found):
    return tuple(total(getattr(each, name) for each in found) for name in ("net", "tax", "gross"))


def check_sums(found: Invoice):
    """Lines, taxes and totals add up, in whole minor units."""
    places = minor_places(found.currency)
    assert total(line.amount for line in found.lines) == (found.gross if found.prices_include_tax else found.net)
    assert add(found.net, found.tax) == found.gross and total(each.amount for each in found.taxes) == found.tax
    for line in found.lines:
        assert subtract(subtract(line.list_amount, line.discount_amount), line.rounding_amount) == line.amount
        net = subtract(line.amount, total(row.amount for row in line.taxed)) if found.prices_include_tax else line.amount
        for tax in {row.tax for row in line.taxed}:
            assert total(row.base for row in line.taxed if row.tax == tax) == net, (line, tax)
        for row in line.taxed:
            assert row.amount.as_tuple().exponent >= -places or row.amount == 0
    keys = {(each.tax, each.category, each.rate): each for each in found.taxes}
    for line in found.lines:
        assert all((row.tax, row.category, row.rate) in keys for row in line.taxed)
    for key, each in keys.items():
        rows = [row for line in found.lines for row in line.taxed if (row.tax, row.category, row.rate) == key]
        assert (total(row.base for row in rows), total(row.amount for row in rows)) == (each.base, each.amount)


@examples(25)
@given(BOOKS, histories(), USAGE)
def test_months_add_up_to_the_whole_and_every_invoice_in_itself(written, events, usage):
    sold = book(**written)
    records = records_of(usage, sold)
    account = account_of(possible(events, sold, records), sold)
    months = [invoice(sold, account, records, month) for month in range(MONTHS)]
    whole = invoice(sold, account, records, 0, MONTHS)
    assert sums(months) == sums([whole])
    key = lambda line: (line.at, line.subscription, line.bill_type, line.item or "", str(line.start), line.amount)
    assert sorted((line for each in months for line in each.lines), key=key) == sorted(whole.lines, key=key)
    for each in (*months, whole):
        check_sums(each)
    assert invoice(sold, account, tuple(reversed(records)), 0, MONTHS) == whole


@examples(40)
@given(BOOKS, histories())
def test_an_account_owes_what_the_quote_of_the_same_events_says(written, events):
    sold = book(**written)
    kept = possible(events, sold)
    assume(sum("renew" in what for _, what in kept) <= 1)
    whole = invoice(sold, account_of(kept, sold), (), 0, MONTHS)
    told = price_order(sold, order_of(kept, sold))
    assert isinstance(told, Quote), told
    paid = [(told.totals.net, told.totals.tax)]
    paid += [(each.charge, each.tax) if each.refund is None else (negate(each.refund), negate(each.tax)) for each in told.changes or ()]
    paid += [(each.totals.net, each.totals.tax) for each in told.renewals or ()]
    if told.unsubscription is not None:
        paid.append((negate(told.unsubscription.refund), negate(told.unsubscription.tax)))
    assert (whole.net, whole.tax) == (total(net for net, _ in paid), total(tax for _, tax in paid))


def order_of(events, sold):
    """The events as an order: what is bought, its changes, its renewal and its end."""
    day, what = events[0]
    text = [f"date: {START + timedelta(days=day)}", "billing_mode: yearly-monthly", what.removeprefix("purchase: {").removesuffix("}")]
    head, items = text[2].split(", items: ")
    lines = [*text[:2], head, f"items: {items}"]
    changes = []
    for day, what in events[1:]:
        at = START + timedelta(days=day)
        if what.startswith("change"):
            changes.append(f"{{date: {at}, {what.removeprefix('change: {')}")
        elif what.startswith("renew"):
            lines.append(f"renew: {{date: {at}, term: 6 months}}")
        else:
            lines.append(f"unsubscribe: {{date: {at}}}")
    if changes:
        lines.append(f"change: [{', '.join(changes)}]")
    made, found = load_order("order.yaml", ("\n".join(lines) + "\n").encode(), sold, None)
    assert made is not None, (lines, found)
    return made


@examples(25)
@given(BOOKS, histories(), USAGE, st.data())
def test_what_comes_to_light_later_is_corrected_to_what_would_have_been(written, events, usage, data):
    """Some events and records are known only after the third month, others after the fifth: in the end all is owed once."""
    sold = book(**written)
    events = possible(events, sold, records_of(usage, sold))
    known = data.draw(st.lists(st.sampled_from([0, 3, 5]), min_size=len(events), max_size=len(events)))
    arrives = data.draw(st.lists(st.sampled_from([0, 3, 5]), min_size=len(usage), max_size=len(usage)))
    issued = []
    for month in range(MONTHS):
        told = [each for each, since in zip(events, known, strict=True) if since <= month]
        records = records_of([each for each, since in zip(usage, arrives, strict=True) if since <= month], sold)
        account = account_of(possible(told, sold), sold)
        found = invoice(sold, account, records, month, issued=issued)
        assert isinstance(found, Invoice), found
        assert found == invoice(sold, account, records, month, issued=issued)
        check_sums(found)
        issued.append(found)
    would_be = invoice(sold, account_of(events, sold), records_of(usage, sold), 0, MONTHS)
    assert sums(issued) == sums([would_be])
    assert invoice(sold, account_of(events, sold), records_of(usage, sold), MONTHS, issued=issued).lines == ()


def test_the_laws_see_refunds_and_charges():
    """The histories are no empty ones: a year with a change, a renewal and an end has lines of every kind."""
    sold = book(taxes=COMPOUND)
    events = [
        (0, "purchase: {term: 1 month, items: {plan: small, seat: 50}}"),
        (10, "change: {items: {seat: 20}}"),
        (20, "renew: {term: 6 months}"),
        (60, "unsubscribe: true"),
    ]
    assert possible(events, sold) == events
    kinds = {line.bill_type for line in invoice(sold, account_of(events, sold), (), 0, MONTHS).lines}
    assert kinds == {"new-purchase", "refund-change", "renewal", "refund-unsubscription", "unsubscription-fee"}
    assert Decimal(0) < invoice(sold, account_of(events, sold), (), 0, MONTHS).gross
