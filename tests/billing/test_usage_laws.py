"""Laws of usage in invoices: order, parts and sums make no difference, and a plain walk over hours and records agrees."""

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.billing import make_invoice
from engine.language.build import load_order
from engine.pricing import price_order
from engine.usage import UsageRecord
from engine.values.exact import total
from tests.billing.usage_shop import SHOP, account, bill, book_of, event, lines_of, midnight, shop, subscription, usage
from tests.conformance.language import write
from tests.extent import examples

D = Decimal
NAMES = ("p-1", "p-2")
MONTHS = ("2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01")
POOLED = SHOP["items"] | {"calls": SHOP["items"]["calls"] | {"meter": {"measure": "sum", "window": "month", "over": "account"}}}
TIERS = {"model": "graduated", "tiers": [{"up_to": D(50), "unit_price": D("0.01")}, {"unit_price": D("0.005")}]}
PRICES = [*SHOP["prices"][:3], SHOP["prices"][4], {"effective": "2026-01-01", "billing_mode": "use", "items": {"egress": D("0.02"), "calls": TIERS}}]
OFFER = {"offer": {"title": "Offer", "percent_off": "30%", "after": "1 month", "lasts": "20 days"}}


def everything(pooled: bool = True):
    """The shop with a timed discount; calls are added up over the account."""
    return book_of(shop(items=POOLED if pooled else SHOP["items"], prices=PRICES, discounts=OFFER, discount_policy=["offer"]))


@st.composite
def rows(draw, items=("calls", "storage", "egress"), most: int = 15):
    """Records of two subscriptions from March to May."""
    hours = st.integers(0, 92 * 24 - 1)
    drawn = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(items), hours, st.integers(0, 200)), max_size=most))
    at = datetime(2026, 3, 1)
    return [(name, item, f"{at + timedelta(hours=hour):%Y-%m-%dT%H:%M}", quantity) for name, item, hour, quantity in drawn]


DAYS = st.dates(date(2026, 2, 20), date(2026, 5, 31)).map(str)


@st.composite
def paid(draw):
    """Up to two paid subscriptions that provide storage or traffic, perhaps changed or ended."""
    found = []
    for number in range(draw(st.integers(0, 2))):
        begin, later = sorted((draw(DAYS), draw(DAYS)))
        items = draw(st.sampled_from([{"plan": "small"}, {"disk": D(30)}, {"bundle": D(1)}, {"bundle": D(2), "disk": D(10)}]))
        item = next(iter(items))
        more = {"plan": "large"} if item == "plan" else {item: items[item] + 1}
        after = draw(st.sampled_from([[], [event(later, "unsubscribe")], [event(later, "change", items=more)]]))
        if later == begin:
            after = []
        buy = event(begin, "purchase", term=draw(st.sampled_from(["1 month", "1 year"])), items=items)
        if buy["purchase"]["term"] == "1 month":
            after = []
        found.append(subscription(f"s-{number}", "paid", buy, *after))
    return found


def customer(book, paid_ones):
    starts = [subscription(name, "use", event("2026-03-01", "start")) for name in NAMES]
    return account(book, starts[0], *paid_ones, starts[1])


@examples(40)
@given(rows(), paid(), st.randoms(use_true_random=False))
def test_the_order_of_usage_makes_no_difference(found, bought, random):
    book = everything()
    made, shuffled = customer(book, bought), list(found)
    random.shuffle(shuffled)
    one, other = (bill(book, made, each, "2026-03-01", "2026-06-01") for each in (found, shuffled))
    amounts = [[(line.subscription, line.item, line.quantity, line.list_amount, line.amount) for line in each.lines] for each in (one, other)]
    assert amounts[0] == amounts[1]


@examples(40)
@given(rows(), paid())
def test_the_months_of_an_account_add_up(found, bought):
    """Each month by itself, or all at once: the same lines and the same sum."""
    book = everything()
    made = customer(book, bought)
    whole = bill(book, made, found, MONTHS[0], MONTHS[-1])
    months = [bill(book, made, found, *each) for each in itertools.pairwise(MONTHS)]
    assert sorted(line for each in months for line in lines_of(each)) == sorted(lines_of(whole))
    assert total(each.net for each in months) == whole.net


@examples(40)
@given(rows(items=("storage", "egress"), most=25), paid())
def test_what_is_covered_agrees_with_a_plain_walk(found, bought):
    """Hour by hour for levels, record by record for quotas: the quantities that are charged, added up."""
    book = everything(pooled=False)
    whole = bill(book, customer(book, bought), found, MONTHS[0], MONTHS[-1])
    by_item = {name: total(line.list_amount for line in whole.lines if line.item == name and line.bill_type == "hourly") for name in ("storage", "egress")}
    levels, quotas = _provided(bought)
    assert Fraction(by_item["storage"]) == _hours(found, levels) * Fraction(1, 1000)
    assert Fraction(by_item["egress"]) == _records(found, quotas) * Fraction(2, 100)


def _provided(bought):
    """(from, until, GB of storage) and by subscription (from, until, GB of traffic a month), read from what was written."""
    levels, quotas = [], []
    for each in bought:
        buy, *later = each["events"]
        begin = datetime.fromisoformat(buy["date"])
        end = _months_later(begin, 12 if buy["purchase"]["term"] == "1 year" else 1)
        held, steps = dict(buy["purchase"]["items"]), []
        for one in later:
            at = datetime.fromisoformat(one["date"])
            if "unsubscribe" in one:
                end = at
            else:
                steps.append((begin, at, dict(held)))
                held, begin = held | one["change"]["items"], at
        steps.append((begin, end, held))
        gigabytes = {"small": 100, "large": 1024}
        levels += [(a, b, gigabytes.get(h.get("plan"), 0) + int(h.get("disk", 0))) for a, b, h in steps]
        quotas.append([(a, b, 50 * int(h.get("bundle", 0))) for a, b, h in steps])
    return levels, quotas


def _months_later(at: datetime, months: int) -> datetime:
    month = at.month - 1 + months
    year, month = at.year + month // 12, month % 12 + 1
    for day in range(at.day, 0, -1):
        try:
            return at.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    raise AssertionError(at)


def _hours(found, levels) -> int:
    """What is left of each hour's highest level after what is provided at its start, added up: the first subscription first."""
    charged = 0
    for at in sorted({each[2][:13] for each in found if each[1] == "storage"}):
        left = sum(quantity for begin, end, quantity in levels if begin <= datetime.fromisoformat(at + ":00") < end)
        for name in NAMES:
            level = max((each[3] for each in found if each[:2] == (name, "storage") and each[2][:13] == at), default=0)
            charged += max(0, level - left)
            left = max(0, left - level)
    return charged


def _records(found, quotas) -> int:
    """What is left of each record after the quotas of its month, in order of time and then of the subscriptions."""
    used, charged = {}, 0
    for _, _, at, quantity in sorted((each for each in found if each[1] == "egress"), key=lambda each: (each[2], each[0])):
        for number, quota in enumerate(quotas):
            now = sum(size for begin, end, size in quota if begin <= datetime.fromisoformat(at) < end)
            part = max(0, min(quantity, now - used.get((number, at[:7]), 0)))
            used[number, at[:7]] = used.get((number, at[:7]), 0) + part
            quantity -= part
        charged += quantity
    return charged


# --- usage and estimates are one path ---------------------------------------------------------------------------------------------


def quoted(book, **order):
    made, found = load_order("order.yaml", write(order).encode(), book, None)
    assert made is not None, found
    return {line.item: (line.quantity, line.list_amount) for line in price_order(book, made).lines}


@examples(15)
@given(st.sampled_from(["2026-03-01", "2026-04-01"]), st.integers(0, 300), st.integers(0, 120), st.integers(0, 120))
def test_covered_usage_beside_a_paid_subscription_costs_what_its_estimate_says(first, level, disk, sent):
    """A level in every hour of a month and a total of traffic, under a plan, some storage and a bundle of the same order."""
    modes = SHOP["billing_modes"]["paid"]["items"] | {"egress": {"presence": "optional", "payment": "postpaid", "cycle": "month"}}
    book = book_of(shop(billing_modes={"paid": SHOP["billing_modes"]["paid"] | {"items": modes}}))
    bought = {"plan": "small", "bundle": D(1)} | ({"disk": D(disk)} if disk else {})
    told = quoted(
        book, date=first, billing_mode="paid", term="1 month", **{"for": "1 month"},
        items=bought | {"storage": f"{level} GB", "egress": f"{sent} GB"},
    )  # fmt: skip
    begin = midnight(book, first)
    following = f"{first[:5]}{int(first[5:7]) + 1:02}-01"
    hours = int((midnight(book, following) - begin) / timedelta(hours=1))
    records = [("s-1", "storage", f"{begin + timedelta(hours=each):%Y-%m-%dT%H:%M}", level) for each in range(hours)]
    records.append(("s-1", "egress", f"{first}T12:00", sent))
    made = account(book, subscription("s-1", "paid", event(first, "purchase", term="1 month", items=bought)))
    found = make_invoice(book, made, usage(book, records), begin, midnight(book, following))
    assert {line.item: (line.quantity, line.list_amount) for line in found.lines} == told


@examples(15)
@given(st.integers(0, 200), st.integers(0, 200))
def test_pooled_usage_costs_what_the_estimate_of_its_sum_says(one, other):
    book = everything()
    told = quoted(book, date="2026-03-01", billing_mode="use", **{"for": "1 month"}, items={"calls": D(one + other)})
    found = bill(book, customer(book, []), [("p-2", "calls", "03-04T10:00", one), ("p-1", "calls", "03-09T10:00", other)])
    assert {line.item: (line.quantity, line.list_amount) for line in found.lines} == told


# --- nothing is lost and nothing is billed twice --------------------------------------------------------------------------------------

ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata"])
BEGIN = datetime(2026, 3, 10, 18, 10, tzinfo=UTC)


def counted(zone: str, window: str, period: str):
    """A shop that counts calls by one kind of window and bills them by one kind of period, in a paid mode too."""
    items = {"plan": SHOP["items"]["plan"], "calls": {"title": "Calls", "unit": "call", "meter": {"measure": "sum", "window": window}}}
    sold = {"presence": "optional", "payment": "postpaid"} | ({} if period == "term" else {"cycle": period if period != "year" else "month"})
    paid = SHOP["billing_modes"]["paid"] | {"items": {"plan": "required", "calls": sold}} | ({"invoiced": "year"} if period == "year" else {})
    use = {"title": "Use", "payment": "postpaid", "cycle": "month" if period in ("year", "term") else period, "items": {"calls": "required"}}
    modes = {"paid": paid, "use": use | ({"invoiced": "year"} if period == "year" else {})}
    prices = [SHOP["prices"][0] | {"items": {"plan": SHOP["prices"][0]["items"]["plan"]}}]
    prices += [{"effective": "2026-01-01", "billing_mode": name, "items": {"calls": D("0.01")}} for name in modes]
    return book_of(shop(book=SHOP["book"] | {"timezone": zone}, items=items, billing_modes=modes, prices=prices))


SHAPES = [(window, period) for period in ("hour", "day", "month", "year", "term") for window in ("hour", "day", "month", "period")]
LENGTH = {"hour": 1, "day": 2, "month": 3, "period": 0, "year": 4, "term": 4}


@examples(25)
@given(
    ZONES, st.sampled_from([each for each in SHAPES if LENGTH[each[0]] <= LENGTH[each[1]]]), st.booleans(), st.booleans(),
    st.lists(st.tuples(st.integers(0, 60 * 24 * 60 - 1), st.integers(1, 9)), min_size=1, max_size=8),
)  # fmt: skip
def test_every_record_is_billed_once(zone, shape, paid_ahead, stopped, found):
    """From 10 March 18:10 UTC on for about two months: the quantities of all months' bills add up to the records."""
    book = counted(zone, *shape)
    begin = f"{BEGIN:%Y-%m-%dT%H:%M}+00:00"
    if paid_ahead:
        buy = event(begin, "purchase", term="1 month", items={"plan": "small"})
        renewals = [event(f"2026-0{month}-05", "renew", term="1 month") for month in (4, 5)]
        made = account(book, subscription("s-1", "paid", buy, *renewals))
    else:
        pause = [event("2026-04-02T10:20+00:00", "stop"), event("2026-04-02T10:20+00:00", "start")] if stopped else []
        made = account(book, subscription("s-1", "use", event(begin, "start"), *pause))
    records = [UsageRecord("acme", "s-1", "calls", BEGIN + timedelta(minutes=minute), D(quantity)) for minute, quantity in found]
    months = [midnight(book, f"{2026 + month // 12}-{month % 12 + 1:02}-01") for month in range(1, 14)]
    billed = [make_invoice(book, made, records, *each) for each in itertools.pairwise(months)]
    lines = [line for each in billed for line in each.lines if line.item == "calls"]
    assert total(line.quantity for line in lines) == total(each.quantity for each in records)


@examples(15)
@given(rows(), rows(most=4), paid())
def test_usage_that_comes_late_is_corrected_in_the_next_invoice(found, late, bought):
    """March is issued without the late records; with April's invoice all is billed as if they had been there, quota and pool included."""
    book = everything()
    made = customer(book, bought)
    issued = bill(book, made, found, "2026-03-01", "2026-04-01")
    every = usage(book, [*found, *late])
    april = make_invoice(book, made, every, midnight(book, "2026-04-01"), midnight(book, "2026-05-01"), (issued,))
    whole = make_invoice(book, made, every, midnight(book, "2026-03-01"), midnight(book, "2026-05-01"))
    assert issued.gross + april.gross == whole.gross
