"""Terms that renew by themselves: no event is written for each month, and the account is the one in which each had been."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.billing.further import quote_further_event
from engine.model.accounts import AccountEvent
from engine.model.invoices import Invoice
from engine.model.quotes import Quote
from engine.values.periods import add_months
from tests.billing.test_corrections import account, adjustments, invoice
from tests.billing.test_refunds import TAXES, book
from tests.extent import examples

BUY = "{date: 2026-03-02, purchase: {term: 1 month, items: {plan: small}, auto_renew: true}}"
PLAIN = "{date: 2026-03-02, purchase: {term: 1 month, items: {plan: small}}}"


def renewed(day: str) -> str:
    return f"{{date: {day}, renew: {{automatic: true}}}}"


def told(day: str, on: bool = False) -> str:
    return f"{{date: {day}, auto_renew: {'true' if on else 'false'}}}"


def bills(found: Invoice):
    return [(line.bill_type, str(line.at.astimezone(book().zone).date()), str(line.amount)) for line in found.lines]


def test_a_year_of_it():
    """Bought on 2 March for a month of 20.00: seven days before each 2nd it renews, ten times until the year is over."""
    found = invoice(account([BUY]), 3, months=10)
    days = [f"2026-{day}" for day in ("03-26", "04-25", "05-26", "06-25", "07-26", "08-26", "09-25", "10-26", "11-25", "12-26")]
    assert bills(found) == [("new-purchase", "2026-03-02", "20.00"), *(("auto-renewal", day, "20.00") for day in days)]
    by_hand = invoice(account([PLAIN, *map(renewed, days)]), 3, months=10)
    assert [replaced(each) for each in found.lines] == [replaced(each) for each in by_hand.lines]


def replaced(line):
    return (line.bill_type, line.at, line.start, line.end, line.item, line.amount, line.taxed, line.term)


@pytest.mark.parametrize("month", range(3, 12))
def test_each_month_by_itself_owes_one_renewal(month):
    found = invoice(account([BUY]), month)
    assert [line.bill_type for line in found.lines][-1:] == ["auto-renewal"]
    assert len(found.lines) == (2 if month == 3 else 1)


@pytest.mark.parametrize(
    ("events", "kinds"),
    [
        # 26 March is the day on which the term that ends on 2 April renews.
        ([BUY, told("2026-03-25")], ["new-purchase"]),
        ([BUY, told("2026-03-26")], ["new-purchase"]),
        ([BUY, told("2026-03-26T00:01")], ["new-purchase", "auto-renewal"]),
        ([BUY, told("2026-04-10")], ["new-purchase", "auto-renewal"]),
        # Told so again in time, it renews on that day where its first day is over.
        ([BUY, told("2026-03-20"), told("2026-03-30", True)], ["new-purchase", "auto-renewal", "auto-renewal", "auto-renewal"]),
        ([PLAIN, told("2026-03-03", True)], ["new-purchase", "auto-renewal", "auto-renewal", "auto-renewal"]),
        ([PLAIN, told("2026-03-03")], ["new-purchase"]),
        ([BUY, "{date: 2026-03-26, unsubscribe: true}"], ["new-purchase", "refund-unsubscription", "unsubscription-fee"]),
        # Renewed by the customer in time: the next term is the next one to renew.
        ([BUY, "{date: 2026-03-10, renew: {term: 6 months}}"], ["new-purchase", "renewal"]),
        ([BUY, "{date: 2026-03-26, renew: {automatic: true}}"], ["new-purchase", "auto-renewal", "auto-renewal", "auto-renewal"]),
    ],
)  # fmt: skip
def test_until_told_otherwise(events, kinds):
    """Three months, March to May."""
    found = invoice(account(events), 3, months=3)
    assert isinstance(found, Invoice), [each.message for each in found.diagnostics]
    assert [line.bill_type for line in found.lines] == kinds


def test_a_late_word_renews_on_its_own_day():
    found = invoice(account([BUY, told("2026-03-20"), told("2026-03-30T12:00", True)]), 3)
    assert found.lines[1].at == datetime(2026, 3, 30, 10, tzinfo=UTC)


def test_a_change_goes_on_in_the_renewal():
    """What is expanded on 10 April is renewed with it on 25 April."""
    more = "{date: 2026-04-10, change: {items: {plan: large}}}"
    found = invoice(account([BUY, more]), 3, months=3)
    by_hand = invoice(account([PLAIN, renewed("2026-03-26"), more, renewed("2026-04-25"), renewed("2026-05-26")]), 3, months=3)
    assert [replaced(each) for each in found.lines] == [replaced(each) for each in by_hand.lines]
    assert [(line.spec, line.bill_type) for line in found.lines][-1] == ("large", "auto-renewal")


def test_an_event_far_away_sees_the_renewals_before_it():
    """The invoice of March is asked for, and the account says already that it ends in September: that is no mistake."""
    found = invoice(account([BUY, "{date: 2026-09-10, unsubscribe: true}"]), 3)
    assert [line.bill_type for line in found.lines] == ["new-purchase", "auto-renewal"]


def test_after_a_switch_nothing_renews():
    row = "mode_changes:\n  - {from: yearly-monthly, to: pay-per-use, takes_effect: at-expiry}\n"
    found = invoice(account([BUY, "{date: 2026-03-10, switch: {to: pay-per-use}}"], taxes=row), 3, months=6, taxes=row)
    assert [line.bill_type for line in found.lines] == ["new-purchase"]


@pytest.mark.parametrize(
    ("events", "code", "message", "line"),
    [
        (["{date: 2026-03-02, start: true}", told("2026-03-10", True)], "Q702", "`auto_renew` on 2026-03-10", 8),
        ([told("2026-03-10", True)], "Q701", "`auto_renew` on 2026-03-10 comes before any purchase", 7),
        ([PLAIN, told("2026-04-03", True)], "Q504", "comes too late: the paid term ended on 2026-04-02", 8),
        ([BUY, "{date: 2026-03-20, unsubscribe: true}", told("2026-03-21")], "Q511", "after the unsubscription of 2026-03-20", 9),
    ],
)
def test_where_it_means_nothing_it_is_refused(events, code, message, line):
    found = invoice(account(events, mode="pay-per-use" if "start" in events[0] else "yearly-monthly"), 3)
    assert [(each.code, each.span.line) for each in found.diagnostics] == [(code, line)], found.diagnostics
    assert message in found.diagnostics[0].message


def test_a_policy_without_it_is_an_error_at_the_key():
    for events in ([BUY], [PLAIN, told("2026-03-10", True)]):
        found = invoice(account(events, renewal="{price: in-force}"), 3, renewal="{price: in-force}")
        assert [each.code for each in found.diagnostics] == ["Q710"]
        assert found.diagnostics[0].message == "the renewal policy `anniversary` has no `auto_renew`, so nothing is renewed by itself"
        assert found.diagnostics[0].subject == "auto_renew" and "7 days before" in found.diagnostics[0].help


# --- what cannot be renewed -----------------------------------------------------------------------------------------------------

WITHDRAWN = """prices:
  - {effective: 2026-05-01, announced: 2026-03-01, billing_mode: yearly-monthly, per: month, items: {plan: withdrawn}}
"""


def test_a_withdrawn_price_is_named_from_its_day_on():
    """Sold no more from 1 May: it renews on 26 March and on 25 April, and the renewal of 26 May cannot be."""
    april = invoice(account([BUY], taxes=WITHDRAWN), 4, taxes=WITHDRAWN)
    assert [line.bill_type for line in april.lines] == ["auto-renewal"]
    may = invoice(account([BUY], taxes=WITHDRAWN), 5, taxes=WITHDRAWN)
    assert [each.code for each in may.diagnostics] == ["Q723"]
    assert may.diagnostics[0].message.startswith("`s-1` cannot be renewed by itself on 2026-05-26: ")
    assert "plan" in may.diagnostics[0].message and may.diagnostics[0].span.line == 7
    ended = invoice(account([BUY, told("2026-05-20")], taxes=WITHDRAWN), 5, taxes=WITHDRAWN)
    assert isinstance(ended, Invoice) and ended.lines == ()


# --- every command --------------------------------------------------------------------------------------------------------------


def test_a_further_event_stands_on_the_renewals():
    """A change on 10 June is one of the term of 2 June, which nobody wrote."""
    more = AccountEvent(datetime(2026, 6, 9, 22, tzinfo=UTC), "unsubscribe")
    quote = quote_further_event(book(), account([BUY]), None, more)
    by_hand = quote_further_event(book(), account([PLAIN, *map(renewed, ("2026-03-26", "2026-04-25", "2026-05-26"))]), None, more)
    assert isinstance(quote, Quote) and isinstance(by_hand, Quote)
    assert quote.unsubscription.refund == by_hand.unsubscription.refund > 0


def test_issued_periods_are_compared_with_the_renewals():
    """March was invoiced when nothing renewed by itself; the customer had asked for it on the 20th. May corrects March and April."""
    march, april = invoice(account([PLAIN]), 3), invoice(account([PLAIN]), 4)
    found = invoice(account([PLAIN, told("2026-03-20", True)]), 5, [march, april])
    price = str(march.lines[0].amount)
    assert adjustments(found) == [("adjustment-charge", "plan", price), ("adjustment-charge", "plan", price)]
    assert [line.bill_type for line in found.lines] == ["auto-renewal", "adjustment-charge", "adjustment-charge"]


def test_a_long_account_ends():
    """Renewals are made until the period is over, and no further: a hundred years of months are 1,200."""
    found = invoice(account([BUY]), 3, months=240)
    assert len(found.lines) == 241


# --- the law --------------------------------------------------------------------------------------------------------------------


@st.composite
def accounts(draw):
    """A purchase that renews by itself, with changes, words about renewals and an end on random days."""
    start = date(2026, 1, 1)
    bought = draw(st.integers(0, 40))
    days = sorted(bought + draw(st.integers(0, 200)) for _ in range(draw(st.integers(0, 5))))
    term = draw(st.sampled_from(["1 month", "6 months"]))
    seats = draw(st.integers(1, 50))
    events = [(date.fromordinal(start.toordinal() + bought), f"purchase: {{term: {term}, items: {{plan: small, seat: {seats}}}, auto_renew: true}}")]
    for day in days:
        what = draw(st.sampled_from(["auto_renew: true", "auto_renew: false", "change: {items: {plan: large}}", "renew: {}", "change: {items: {seat: 60}}"]))
        events.append((date.fromordinal(start.toordinal() + day), what))
    return events


@examples(60)
@given(events=accounts(), taxed=st.booleans(), included=st.booleans(), end=st.integers(3, 12))
def test_it_is_the_account_with_the_renewals_written(events, taxed, included, end):
    """Each automatic renewal of the invoice, written by hand at its instant, gives the same invoice."""
    written = {"taxes": TAXES if taxed else "", "included": included}
    rows = [f"{{date: {day}, {what}}}" for day, what in events]
    found = invoice(account(rows, **written), 1, months=end, **written)
    assume(isinstance(found, Invoice))
    last = add_months(date(2026, 1, 1), end)
    by_hand = [
        (f"{day}T00:00", 0, row.replace(", auto_renew: true", "")) for (day, what), row in zip(events, rows, strict=True) if not what.startswith("auto_renew")
    ]
    zone = book(**written).zone
    at = dict.fromkeys(line.at.astimezone(zone).replace(tzinfo=None) for line in found.lines if line.bill_type == "auto-renewal")
    by_hand += [(each.isoformat(), 1, renewed(each.isoformat())) for each in at]
    kept = [row for day, _, row in sorted(by_hand) if day < last.isoformat()]
    again = invoice(account(kept, **written), 1, months=end, **written)
    assert isinstance(again, Invoice), [each.message for each in again.diagnostics]
    assert [replaced(each) for each in found.lines] == [replaced(each) for each in again.lines]
    assert (found.net, found.tax, found.gross, found.taxes) == (again.net, again.tax, again.gross, again.taxes)
