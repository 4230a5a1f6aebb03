"""Tiers that other quantities choose (second version, 3.1): every sentence and number of the section, and where it reads two ways."""

from decimal import Decimal

import pytest

from engine.language.build import load_book, load_order
from engine.model.invoices import Invoice
from engine.model.quotes import Quote, Refusal
from engine.pricing.quote import price_order
from engine.usage import read_usage
from tests.billing.usage_shop import SHOP, account, bill, book_of, event, subscription
from tests.conformance.language import write

D = Decimal
START = event("2026-01-01", "start")
BY_PROMPT = {"model": "volume", "tier_by": "prompt", "tiers": [{"up_to": 200000, "unit_price": D("10.00")}, {"unit_price": D("15.00")}]}
PLANS = {
    "tier_by": ["cpu", "memory"],
    "tiers": [
        {"up_to": {"cpu": 100, "memory": 1000}, "flat": D("10.00")},
        {"up_to": {"cpu": 200, "memory": 2000}, "flat": D("20.00")},
        {"flat": D("30.00")},
    ],
}  # fmt: skip


def metered(title: str, counted_in: str, **meter: object) -> dict:
    return {"title": title, "unit": counted_in, "meter": {"measure": "sum", "window": "month"} | meter}


def model(output: object = BY_PROMPT, prompt: object = 0, of_output: dict | None = None, of_prompt: dict | None = None, mode: dict | None = None, **more):
    """A book that sells output tokens by the million, and prompt tokens one by one."""
    items = {"prompt": metered("Prompt", "token", **(of_prompt or {})), "output": metered("Output", "Mtoken", unit="token", **(of_output or {}))}
    sold = {"billing_mode": "use", "effective": "2025-01-01"}
    return {
        "book": SHOP["book"],
        "units": {"token": {"title": "token"}, "Mtoken": "1000000 token"},
        "items": items,
        "billing_modes": {"use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": dict.fromkeys(items, "optional")} | (mode or {})},
        "prices": [sold | {"items": {"prompt": prompt}}, sold | {"items": {"output": output}}],
    } | more  # fmt: skip


def machine(cpu: object = PLANS, memory: object = 0, **mode: object):
    items = {"cpu": metered("CPU", "core"), "memory": metered("Memory", "GB")}
    return book_of({
        "book": SHOP["book"],
        "units": {"core": {"title": "core"}, "GB": {"title": "GB"}},
        "items": items,
        "billing_modes": {"use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": dict.fromkeys(items, "optional")} | mode},
        "prices": [{"effective": "2025-01-01", "billing_mode": "use", "items": {"cpu": cpu, "memory": memory}}],
    })  # fmt: skip


def lines(book, rows: list, start: str = "2026-03-01", end: str = "2026-04-01", subscriptions: int = 1) -> dict[str, Decimal]:
    """What each line of an invoice costs by its item, and where there are several by its subscription."""
    made = account(book, *(subscription(f"s-{number}", "use", START) for number in range(1, subscriptions + 1)))
    records = [(row[3] if len(row) > 3 else "s-1", *row[:3]) for row in rows]
    found = bill(book, made, [(who, item, f"{day}T00:00:00Z", quantity) for who, item, day, quantity in records], start, end)
    assert isinstance(found, Invoice)
    return {f"{line.subscription} {line.item}" if subscriptions > 1 else line.item: line.amount for line in found.lines}


def estimated(book, items: dict, length: str = "1 month") -> dict[str, Decimal]:
    order = {"billing_mode": "use", "date": "2026-03-01", "for": length, "items": items}
    read, problems = load_order("order.yaml", write(order).encode(), book, None)
    assert read is not None, problems
    quote = price_order(book, read)
    assert isinstance(quote, Quote), quote
    return {line.item: line.amount for line in quote.lines}


# --- the worked numbers -----------------------------------------------------------------------------------------------------------


def test_a_prompt_of_300_000_puts_the_output_in_the_tier_above():
    """Prompt 300,000: 2,000 output tokens cost 0.03; 2,000 x 15.00 / 1,000,000. At 200,000 they cost 0.02."""
    book = book_of(model())
    assert lines(book, [("prompt", "2026-03-02", 300000), ("output", "2026-03-02", 2000)])["output"] == D("0.03")
    assert lines(book, [("prompt", "2026-03-02", 200000), ("output", "2026-03-02", 2000)])["output"] == D("0.02")
    assert estimated(book, {"prompt": "300000 token", "output": "2000 token"})["output"] == D("0.03")


def test_the_first_tier_within_whose_bounds_all_of_them_lie():
    """CPU 100, memory 1,001, next tier 20.00: 20.00."""
    book = machine()
    assert lines(book, [("cpu", "2026-03-02", 100), ("memory", "2026-03-02", 1001)])["cpu"] == D("20.00")
    assert lines(book, [("cpu", "2026-03-02", 100), ("memory", "2026-03-02", 1000)])["cpu"] == D("10.00")
    assert lines(book, [("cpu", "2026-03-02", 10), ("memory", "2026-03-02", 2001)])["cpu"] == D("30.00")
    assert estimated(book, {"cpu": 100, "memory": 1001})["cpu"] == D("20.00")


# --- the sentences ----------------------------------------------------------------------------------------------------------------


def test_what_is_not_used_is_0():
    assert lines(book_of(model()), [("output", "2026-03-02", 2000000)]) == {"output": D("20.00")}


def test_only_the_same_billing_period_counts():
    book = book_of(model())
    rows = [("prompt", "2026-02-02", 300000), ("prompt", "2026-03-02", 200000), ("output", "2026-03-03", 2000000)]
    assert lines(book, rows)["output"] == D("20.00")
    assert lines(book, [*rows, ("prompt", "2026-03-31", 1)])["output"] == D("30.00")


def test_only_the_same_subscription_counts():
    rows = [("prompt", "2026-03-02", 300000, "s-2"), ("output", "2026-03-03", 2000000, "s-1"), ("output", "2026-03-03", 2000000, "s-2")]
    found = lines(book_of(model()), rows, subscriptions=2)
    assert (found["s-1 output"], found["s-2 output"]) == (D("20.00"), D("30.00"))


def test_what_is_added_up_over_the_account_counts_for_each_subscription():
    rows = [("prompt", "2026-03-02", 300000, "s-2"), ("output", "2026-03-03", 2000000, "s-1")]
    assert lines(book_of(model(of_prompt={"over": "account"})), rows, subscriptions=2)["s-1 output"] == D("30.00")


@pytest.mark.parametrize("applies_to", ["each-window", "each-record", "period-total"])
def test_whatever_a_charge_applies_to_the_period_chooses_its_tier(applies_to):
    """Days as windows: the prompt tokens of the whole month choose the tier of each, also of those before them."""
    book = book_of(model(BY_PROMPT | {"applies_to": applies_to}, of_output={"window": "day"}))
    rows = [("output", "2026-03-01", 1000000), ("output", "2026-03-02", 1000000), ("prompt", "2026-03-31", 300000)]
    assert lines(book, rows)["output"] == D("30.00")
    assert estimated(book, {"prompt": "300000 token", "output": "2000000 token"})["output"] == D("30.00")


def test_each_day_has_a_tier_of_its_own_where_days_are_billed():
    book = book_of(model(of_output={"window": "day"}, of_prompt={"window": "day"}, mode={"cycle": "day"}))
    rows = [("output", "2026-03-01", 1000000), ("output", "2026-03-02", 1000000), ("prompt", "2026-03-02", 300000)]
    assert lines(book, rows)["output"] == D("25.00")


def test_of_a_level_the_highest_counts():
    book = book_of(model(of_prompt={"measure": "max", "window": "day"}, prompt={"unit_price": 0, "per": "day"}))
    rows = [("prompt", "2026-03-02", 150000), ("prompt", "2026-03-03", 150000), ("output", "2026-03-03", 1000000)]
    assert lines(book, rows)["output"] == D("10.00")
    assert lines(book, [*rows, ("prompt", "2026-03-04", 200001)])["output"] == D("15.00")


def test_all_lines_of_an_item_count_together():
    """Two regions with prices of their own: 150,000 in each is 300,000."""
    data = model(attributes={"region": {"title": "Region", "source": "usage", "values": ["a", "b"]}})
    data["prices"] = [*data["prices"], {"billing_mode": "use", "effective": "2025-01-01", "when": {"region": "b"}, "items": {"prompt": D("0.001")}}]
    book = book_of(data)
    made = account(book, subscription("s-1", "use", START))
    rows = [("s-1", "prompt", "2026-03-02T00:00:00Z", 150000, region) for region in "ab"] + [("s-1", "output", "2026-03-02T00:00:00Z", 2000000, "a")]
    found = bill(book, made, rows, "2026-03-01", "2026-04-01", "account,subscription,item,time,quantity,region")
    assert isinstance(found, Invoice)
    assert next(line.amount for line in found.lines if line.item == "output") == D("30.00")


def test_below_does_not_hold_its_bound():
    book = book_of(model(BY_PROMPT | {"tiers": [{"below": 200000, "unit_price": 10}, {"unit_price": 15}]}))
    assert lines(book, [("prompt", "2026-03-02", 200000), ("output", "2026-03-02", 1000000)])["output"] == D("15.00")
    assert lines(book, [("prompt", "2026-03-02", 199999), ("output", "2026-03-02", 1000000)])["output"] == D("10.00")


def test_an_allowance_and_packages_see_the_charge_s_own_quantity():
    """3 million less 1 million free, in packages of 1.5 million at 15.00: two; a minimum holds too."""
    tiers = [{"up_to": 200000, "unit_price": 10}, {"package": {"size": "1.5 Mtoken", "price": 15}, "flat": 1}]
    book = book_of(model(BY_PROMPT | {"tiers": tiers, "allowance": 1, "minimum": 20}))
    assert lines(book, [("prompt", "2026-03-02", 300000), ("output", "2026-03-02", 3000000)])["output"] == D("31.00")
    assert lines(book, [("output", "2026-03-02", 2000000)])["output"] == D("20.00")


# --- what is refused --------------------------------------------------------------------------------------------------------------


def findings(data: dict) -> list[tuple[str, str]]:
    return [(each.code, each.message) for each in load_book({"book.yaml": write(data).encode()}).diagnostics if each.severity == "error"]


def test_a_circle_is_an_error():
    other = {"tier_by": "output", "tiers": [{"up_to": 1, "unit_price": 1}, {"unit_price": 2}]}
    assert findings(model(prompt=other)) == [("T112", "tiers are chosen in a circle: `prompt` by `output` by `prompt`")]


def test_an_item_that_chooses_its_own_tier_needs_no_tier_by():
    data = model(BY_PROMPT | {"tier_by": "output"})
    assert findings(data) == [("T111", "`output` chooses its own tier, as it does without `tier_by`")]


def test_bounds_that_hold_each_other_are_an_error():
    tiers = [{"up_to": {"prompt": 10, "output": 10}, "flat": 1}, {"up_to": {"prompt": 5, "output": 10}, "flat": 2}, {"flat": 3}]
    assert findings(model({"tier_by": ["prompt", "output"], "tiers": tiers})) == [
        ("T101", "tier 2 is never reached: all that lies within its bounds lies within those of tier 1")
    ]


@pytest.mark.parametrize(
    ("tiers", "code"),
    [
        ([{"up_to": 10, "flat": 1}, {"flat": 3}], "T111"),
        ([{"up_to": {"prompt": 10, "calls": 10}, "flat": 1}, {"flat": 3}], "T111"),
        ([{"up_to": {"prompt": 10}, "flat": 1}], "T102"),
        ([{"flat": 1}, {"flat": 3}], "T103"),
    ],
)  # fmt: skip
def test_bounds_that_say_nothing_are_errors(tiers, code):
    assert [each for each, _ in findings(model({"tier_by": ["prompt", "output"], "tiers": tiers}))] == [code]


def test_a_bound_by_name_needs_tier_by():
    assert [code for code, _ in findings(model({"model": "volume", "tiers": [{"up_to": {"prompt": 1}, "unit_price": 1}, {"unit_price": 2}]}))] == ["T111"]


@pytest.mark.parametrize(
    ("mode", "meter", "reason"),
    [
        ({"items": {"output": "optional", "prompt": {"presence": "optional", "cycle": "day"}}}, {"window": "day"}, "by the day"),
        ({"items": {"output": "optional", "other": "optional"}}, {}, "does not sell `prompt`"),
    ],
)
def test_what_is_not_billed_by_the_same_periods_cannot_choose_the_tier(mode, meter, reason):
    data = model(mode=mode, of_prompt=meter)
    data["items"]["other"] = metered("Other", "token")
    data["prices"] = data["prices"][1:] + ([] if "other" in mode["items"] else data["prices"][:1])
    ((code, message),) = findings(data)
    assert code == "T111" and reason in message


def test_what_is_held_or_paid_in_advance_cannot_choose_the_tier():
    data = model()
    del data["items"]["prompt"]["meter"]
    data["prices"][0]["per"] = "month"
    assert ("T111", True) in [(code, "not billed by its use" in message) for code, message in findings(data)]


def test_graduated_tiers_are_of_the_own_quantity():
    assert [code for code, _ in findings(model(BY_PROMPT | {"model": "graduated"}))] == ["R127"]


# --- a number of each record ------------------------------------------------------------------------------------------------------


LENGTHS = {"length": {"title": "Prompt length", "source": "usage", "kind": "number"}}
BY_LENGTH = BY_PROMPT | {"tier_by": "length", "applies_to": "each-record"}
COLUMNS = "account,subscription,item,time,quantity,length"


def by_length(rows: list[tuple[int, object]], charge: object = BY_LENGTH) -> Decimal:
    """What output tokens cost, of records with a quantity and the length of their prompt."""
    book = book_of(model(charge, attributes=LENGTHS))
    made = account(book, subscription("s-1", "use", START))
    records = [("s-1", "output", f"2026-03-{day:02}T00:00:00Z", quantity, str(length)) for day, (quantity, length) in enumerate(rows, 2)]
    found = bill(book, made, records, columns=COLUMNS)
    assert isinstance(found, Invoice) and len(found.lines) == 1
    return found.lines[0].amount


def test_each_record_has_the_tier_that_its_own_number_reaches():
    """An attribute with `kind: number`: 1 million after a prompt of 200,000 at 10.00, 2 million after one of 200,001 at 15.00, on one line."""
    assert by_length([(1000000, 200000), (2000000, 200001)]) == D("40.00")
    assert by_length([(1000000, "199999.5")]) == D("10.00")


def test_records_of_one_instant_are_charged_alike_whatever_their_order():
    book = book_of(model(BY_LENGTH, attributes=LENGTHS))
    made = account(book, subscription("s-1", "use", START))
    rows = [("s-1", "output", "2026-03-02T00:00:00Z", 1000000, length) for length in ("300000", "5")]
    first, second = (bill(book, made, each, columns=COLUMNS) for each in (rows, rows[::-1]))
    assert isinstance(first, Invoice) and isinstance(second, Invoice)
    assert first.lines[0].amount == second.lines[0].amount == D("25.00")
    assert first.lines[0].trace == second.lines[0].trace


def test_an_order_says_the_number_as_an_attribute():
    book = book_of(model(BY_LENGTH, attributes=LENGTHS))
    order = {"billing_mode": "use", "date": "2026-03-01", "for": "1 month", "items": {"output": "2000000 token"}}
    for length, amount in (("200000", "20.00"), ("300000", "30.00")):
        read, problems = load_order("order.yaml", write(order | {"attributes": {"length": D(length)}}).encode(), book, None)
        assert read is not None, problems
        quote = price_order(book, read)
        assert isinstance(quote, Quote) and quote.lines[0].amount == D(amount)
    read, _ = load_order("order.yaml", write(order).encode(), book, None)
    assert read is not None
    refused = price_order(book, read)
    assert isinstance(refused, Refusal) and [each.code for each in refused.diagnostics] == ["Q315"]


@pytest.mark.parametrize("length", ["", "long", "-1"])
def test_a_record_without_the_number_is_refused(length):
    book = book_of(model(BY_LENGTH, attributes=LENGTHS))
    read = read_usage(book, "usage.csv", f"{COLUMNS}\nacme,s-1,output,2026-03-02T00:00:00Z,5,{length}\n")
    assert read.refused and not read.records


@pytest.mark.parametrize(
    ("attribute", "charge"),
    [
        ({"kind": "number", "source": "usage"}, {"applies_to": "each-window"}),
        ({"kind": "text", "source": "usage"}, {}),
        ({"kind": "number", "source": "customer"}, {}),
    ],
)
def test_an_attribute_that_is_no_number_of_each_record_cannot_choose_the_tier(attribute, charge):
    assert [code for code, _ in findings(model(BY_LENGTH | charge, attributes={"length": attribute}))] == ["T111"]


def test_what_comes_to_light_of_the_other_item_corrects_the_tier():
    """March was billed with 200,000 prompt tokens; one more that is delivered late makes its output dearer, and April corrects it by 10.00."""
    book = book_of(model())
    made = account(book, subscription("s-1", "use", START))
    rows = [("s-1", "prompt", "2026-03-02T00:00:00Z", 200000), ("s-1", "output", "2026-03-03T00:00:00Z", 2000000)]
    march = bill(book, made, rows)
    assert isinstance(march, Invoice)
    april = bill(book, made, [*rows, ("s-1", "prompt", "2026-03-31T00:00:00Z", 1)], "2026-04-01", "2026-05-01", issued=[march])
    assert isinstance(april, Invoice)
    assert [(line.item, line.amount) for line in april.lines if line.amount] == [("output", D("10.00"))]
