"""Fine print of what remains, changes, refunds and renewals; docstrings are sentences of the rule language, 3.10."""

from fractions import Fraction as F

from tests.pricing.fine_print import plan, quote, reads, refusals
from tests.pricing.later_shop import amount, cents, changed, later, left

MORE = {"seat": 20}


def by(convention, counts_from="next-day", **more):
    return {"remaining": {"monthly": convention, "yearly": convention, "counts_from": counts_from} | more}


def test_yearly_or_monthly():
    """Durations: terms of whole years use `yearly`, all others `monthly`"""
    book = later(change={"remaining": {"monthly": "whole-period", "yearly": "none", "counts_from": "next-day"}})
    reads(left(changed(book, "2026-03-16", MORE, "1 year")), 0, 1)
    reads(left(changed(book, "2026-03-16", MORE, "18 months")), 1, 0)


def test_unit():
    """Durations: the value is in months, years or terms by its convention"""
    units = [changed(later(change=by(name)), "2026-03-16", MORE, "1 year").changes[0].lines[0].remaining.unit for name in
             ("calendar-months", "days-of-365", "actual-days")]  # fmt: skip
    reads(units, ["months", "years", "terms"], ["years", "years", "years"])


def test_places_first():
    """Durations: it is converted (1 year = 12 months) after `places`"""
    # 16 July to 1 March is 229 days: 229/365 is 0.63 years, so 7.56 months; 229 x 12 / 365 would be 7.53 months.
    found = changed(later(change=by("days-of-365", places=2)), "2026-07-15", MORE, "1 year")
    reads(amount(found), "756.00", "753.00")


def test_whole_days():
    """Durations: with `same-day` and `next-day` whole calendar days count"""
    book = later(change=by("actual-days", "same-day"))
    # Changed at noon of 17 March: 16 of 32 days with the whole day, 15.5 without its morning.
    reads(left(changed(book, "2026-03-17T12:00", MORE)), F(16, 32), F(31, 64))


def test_day_of_expiry():
    """Durations: the day of expiry only with `end-of-day`"""
    change = by("calendar-months")
    reads(left(changed(later(change=change), "2026-03-16", MORE)), F(15, 31) + F(1, 30), F(15, 31))
    reads(left(changed(later(change=change, mode={"expires": "same-time"}), "2026-03-16", MORE)), F(15, 31), F(15, 31) + F(1, 30))


def test_first_day_leaves_all():
    """Durations: the period is counted as the remainder is, so a change on the first day leaves exactly 1 in `actual-days`"""
    reads(left(changed(later(change=by("actual-days")), "2026-03-01", MORE)), 1, F(31, 32))


def test_30e_360():
    """Durations: `30-360` is 30E/360, in months"""
    # From 31 March (the 30th) to 2 April: two days of thirty; the calendar counts 31 March and 1 April as two of 31.
    found = changed(later(change=by("30-360", "same-day")), "2026-03-31", MORE)
    reads(left(found), F(2, 30), F(2, 31))


def test_round_up():
    """Durations: `round-up` goes to the next term that the mode offers"""
    # 11 months of two years are left: the year is the next term, so the yearly price counts; a month would not reach it.
    book = later(YEARLY, change={"price_period": "round-up"})
    found = changed(book, "2027-04-01", MORE, "2 years")
    # 2 April 2027 to 1 March 2028 is 335 days, 29 February not counted: 334.
    reads(amount(found), cents(F(334, 365) * 10 * 100), cents(F(334, 365) * 12 * 10 * 10))


YEARLY = {"effective": "2025-01-01", "billing_mode": "plan", "per": "year", "items": {"seat": 100}}
TERM = {
    "discounts": {"long": {"title": "Long", "by": "term", "tiers": [{"from": "6 months", "percent_off": "10%"}, {"from": "1 year", "percent_off": "20%"}]}},
    "discount_policy": ["long"],
}


def test_picks_per_and_tier():
    """Durations: it picks `per` and, with `current`, the tier `by: term`"""
    # 5 months and a day of a year are left: priced as six months, at 10% off, where the year was bought at 20% off.
    policy = {"price_period": "round-up", "discount": "current"}
    found = changed(later(YEARLY, change=policy, **TERM), "2026-09-30", MORE, "1 year")
    right, other = F(152, 365) * 12 * (200 * F(9, 10) - 100 * F(8, 10)), F(152, 365) * (2000 - 1000) * F(8, 10)
    reads(amount(found), cents(right), cents(other))


def test_cap_matters():
    """Durations: in `calendar-months` a whole term need not equal its months: `cap: paid` matters"""

    # 31 January to 28 February, from the same day: 1/31 + 28/28 months are left of one month that was paid.
    def dropped(cap):
        policy = by("calendar-months", "same-day") | {"credit": {"cap": cap}}
        order = plan({"seat": 10, "disk": 100}, date="2026-01-31", change={"date": "2026-01-31", "items": {"disk": 0}})
        return amount(quote(later(change=policy), order))

    month = changed(later(change=by("calendar-months")), "2026-03-15", MORE, date="2026-03-15")
    reads(left(month), F(16, 31) + F(15, 30), 1)
    reads(dropped("paid"), "-10.00", cents(-10 * (F(1, 31) + 1)))
    reads(dropped("none"), cents(-10 * (F(1, 31) + 1)), "-10.00")


# --- changes ----------------------------------------------------------------------------------------------------------------------


def test_list_in_order():
    """Changes: `change` may be a list in date order"""
    days = [{"date": "2026-03-20", "items": {"seat": 30}}, {"date": "2026-03-10", "items": MORE}]
    reads(refusals(later(), plan({"seat": 10}, change=days)), ["events-out-of-order"], [])
    reads(len(quote(later(), plan({"seat": 10}, change=days[::-1])).changes), 2, 1)


def test_each_sees_the_one_before():
    """Changes: each sees the state after the one before"""
    days = [{"date": "2026-03-10", "items": MORE}, {"date": "2026-03-20", "items": {"seat": 30}}]
    found = quote(later(), plan({"seat": 10}, change=days))
    reads(amount(found), cents((F(11, 31) + F(1, 30)) * 100), cents((F(11, 31) + F(1, 30)) * 200))


def test_before_start():
    """Changes: a change before the start is an error"""
    reads(refusals(later(), plan({"seat": 10}, change={"date": "2026-02-28", "items": MORE})), ["event-before-start"], [])
    reads(refusals(later(), plan({"seat": 10}, change={"date": "2026-03-01", "items": MORE})), [], ["event-before-start"])


def test_at_expiry():
    """Changes: at or after expiry it is an error"""
    at = {"date": "2026-04-01", "items": MORE}
    reads(refusals(later(mode={"expires": "same-time"}), plan({"seat": 10}, change=at)), ["event-after-expiry"], [])
    # With `end-of-day` the day of expiry still belongs to the term, the next one does not.
    reads(refusals(later(), plan({"seat": 10}, change=at)), [], ["event-after-expiry"])
    reads(refusals(later(), plan({"seat": 10}, change=at | {"date": "2026-04-02"})), ["event-after-expiry"], [])


def test_last_day():
    """Changes: on the last day 0 remains"""
    found = changed(later(), "2026-04-01", MORE)
    reads([left(found), amount(found)], [0, "0.00"], [F(1, 30), "3.33"])


def test_net():
    """Changes: `charge` and `refund` are net, `tax` beside them"""
    vat = [{"id": "vat", "tax": "vat", "rate": "10%"}]
    found = changed(later(change=by("whole-period"), taxes=vat), "2026-03-10", MORE).changes[0]
    reads([found.charge, found.tax], ["100.00", "10.00"], ["110.00", "10.00"])
    back = changed(later(change=by("whole-period"), taxes=vat), "2026-03-10", {"seat": 5}).changes[0]
    reads([back.refund, back.tax], ["50.00", "5.00"], ["55.00", "5.00"])
    gross = later(change=by("whole-period"), taxes=vat, book={"prices_include_tax": True})
    found = changed(gross, "2026-03-10", MORE).changes[0]
    reads([found.charge, found.tax], ["90.91", "9.09"], ["100.00", "9.09"])


def test_limit_after_change():
    """Quantity: limits are checked after a change too"""
    limited = later(
        resources={"seats": {"title": "Seats", "unit": "piece"}},
        items={"seat": {"title": "Seat", "unit": "piece", "provides": {"seats": 1}}},
        limits=[{"resource": "seats", "max": 20}],
    )
    order = plan({"seat": 10}, change={"date": "2026-03-10", "items": {"seat": 21}})
    reads(refusals(limited, order), ["limit-exceeded"], [])
    reads(refusals(limited, plan({"seat": 10}, change={"date": "2026-03-10", "items": MORE})), [], ["limit-exceeded"])


# --- refunds ----------------------------------------------------------------------------------------------------------------------


def leaving(book, date, term="1 year", start="2026-03-01T14:30:30", **more):
    return quote(book, plan({"seat": 10}, term, date=start, unsubscribe={"date": date}, **more)).unsubscription


def test_120_hours():
    """5 days: they are 120 elapsed hours, the last instant excluded"""
    reads(leaving(later(), "2026-03-06T14:30:29").refund, "1200.00", "1060.00")
    reads(leaving(later(), "2026-03-06T14:30:30").fee, "120", "0")
    # Over the spring change of the clock 120 hours end an hour later on the wall: 31 March 15:00, not 14:00.
    reads(leaving(later(), "2026-03-31T14:30", start="2026-03-26T14:00").fee, "0", "120")


def test_used_up_to():
    """5 days: `used_up_to` is inclusive, by calendar"""
    rows = {"fee": [{"used_up_to": "6 months", "fee": "20%"}, {"fee": "10%"}]}
    # From 1 March: the anniversary day of six months is 1 September, whatever the hour; 180 days end on 28 August.
    reads(leaving(later(leave=rows), "2026-09-01T20:00").fee, "240", "120")
    reads(leaving(later(leave=rows), "2026-09-02T00:00").fee, "120", "240")


# --- tax, renewals ----------------------------------------------------------------------------------------------------------------

RISING = [{"id": "old", "tax": "vat", "rate": "10%"}, {"id": "new", "tax": "vat", "rate": "20%", "effective": "2026-03-05"}]


def test_tax_of_the_day():
    """Taxes: a change or renewal takes the rate of its day"""
    book = later(change=by("whole-period"), taxes=RISING)
    reads(changed(book, "2026-03-10", MORE).changes[0].tax, "20.00", "10.00")
    renewed = quote(book, plan({"seat": 10}, renew={"date": "2026-03-25", "term": "1 month"})).renewals[0]
    reads(renewed.totals.tax, "20.00", "10.00")


def test_tax_of_a_refund():
    """Taxes: a refund that of the payment it returns"""
    book = later(change=by("whole-period"), taxes=RISING)
    reads(changed(book, "2026-03-10", {"seat": 5}).changes[0].tax, "5.00", "10.00")
    # 100.00 of the expansion at 20% come back first, then 50.00 of the purchase at 10%.
    days = [{"date": "2026-03-10", "items": MORE}, {"date": "2026-03-20", "items": {"seat": 5}}]
    reads(quote(book, plan({"seat": 10}, change=days)).changes[1].tax, "25.00", "30.00")
    # An unsubscription with nothing used and no fee returns each payment with its own tax.
    free = later(change=by("whole-period"), leave={"fee": [{"fee": "0%"}]}, taxes=RISING)
    order = plan({"seat": 10}, change=days[0] | {"date": "2026-03-05"}, unsubscribe={"date": "2026-03-05T12:00"})
    reads(quote(free, order).unsubscription.tax, "30.00", "40.00")


DEARER = {"effective": "2026-03-20", "billing_mode": "plan", "per": "month", "items": {"seat": 12}}


def renewed(book, date="2026-03-25", term="1 month", **more):
    return quote(book, plan({"seat": 10}, renew={"date": date, "term": term}, **more)).renewals[0].totals.net


def test_renewal_prices():
    """Renewals: they take price and discounts of their date"""
    reads(renewed(later(DEARER)), "120.00", "100.00")
    reads(renewed(later(DEARER, renew={"price": "original"})), "100.00", "120.00")
    ended = {"spring": {"title": "Spring", "percent_off": "50%", "until": "2026-03-10"}}
    reads(renewed(later(discounts=ended, discount_policy=["spring"])), "100.00", "50.00")


def test_all_paid_terms():
    """Renewals: a change covers all paid terms, each with its own R, f and list"""
    # Ten more seats on 26 March: 6 of 31 days at 10.00 are left of the first month, and the whole second one at 12.00.
    order = plan({"seat": 10}, renew={"date": "2026-03-25", "term": "1 month"}, change={"date": "2026-03-26", "items": MORE})
    found = quote(later(DEARER, change=by("actual-days")), order)
    reads(amount(found), cents(F(6, 31) * 100 + 120), cents(F(6, 31) * 100))


def test_after_retention():
    """Renewals: after retention a renewal is an error"""

    def late(date):
        return refusals(later(), plan({"seat": 10}, renew={"date": date, "term": "1 month"}))

    # Over after 1 April; 15 days of grace and 15 of retention end with 1 May.
    reads(late("2026-05-01"), [], ["renewal-too-late"])
    reads(late("2026-05-02"), ["renewal-too-late"], [])
