"""Specs of metered items: records name theirs, and are kept apart by it (second version, 1.2)."""

from tests.billing.one_path import D, facts, quoted, small, started
from tests.billing.usage_shop import bill

COLUMNS = "account,subscription,item,time,quantity,spec"


def servers(**meter: object):
    """Servers by the hour: small at 1.00, large at 3.00."""
    return small(
        attributes={},
        items={
            "ecs": {
                "title": "Server", "unit": "call", "specs": {"small": {"title": "S"}, "large": {"title": "L"}},
                "meter": {"measure": "mean", "window": "hour", "hold": True, "step": "1 second"} | meter,
            },
        },
        billing_modes={"use": {"title": "Use", "payment": "postpaid", "cycle": "hour", "invoiced": "month", "items": {"ecs": "optional"}}},
        prices=[{"effective": "2026-01-01", "billing_mode": "use", "per": "hour", "items": {"ecs": {"small": D("1.00"), "large": D("3.00")}}}],
    )  # fmt: skip


def billed(book, *rows):
    return bill(book, started(book, "use"), [("s", "ecs", *row) for row in rows], columns=COLUMNS)


def test_ten_hours_of_a_large_server():
    """30.00, as the estimate says; the fault was a finding that the item has no price."""
    book = servers()
    found = billed(book, ("03-05T10:00", 1, "large"), ("03-05T20:00", 0, "large"))
    assert [(line[1], line[3], line[7]) for line in facts(found)] == [("large", 1, D("30.00"))]
    quote = quoted(book, date="2026-03-05T10:00", billing_mode="use", length="10 hours", items={"ecs": "large"})
    assert [line[1:2] + line[4:] for line in facts(quote)] == [line[1:2] + line[4:] for line in facts(found)]


def test_specs_are_lines_of_their_own():
    """A large record ends no small level: ten hours of each, 10.00 and 30.00, in the order of first use."""
    rows = [("03-05T10:00", 1, "large"), ("03-05T12:00", 1, "small"), ("03-05T20:00", 0, "large"), ("03-05T22:00", 0, "small")]
    assert [(line[1], line[7]) for line in facts(billed(servers(), *rows))] == [("large", D("30.00")), ("small", D("10.00"))]


def test_at_the_same_time_the_ladder_decides_the_order():
    rows = [("03-05T10:00", 1, "large"), ("03-05T10:00", 1, "small"), ("03-05T11:00", 0, "large"), ("03-05T11:00", 0, "small")]
    assert [line[1] for line in facts(billed(servers(), *rows))] == ["small", "large"]


def test_sums_of_specs_are_kept_apart():
    book = small(
        attributes={}, items={"ecs": {"title": "Calls", "unit": "call", "specs": {"small": {}, "large": {}}, "meter": {"measure": "sum", "window": "month"}}},
        billing_modes={"use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"ecs": "optional"}}},
        prices=[{"effective": "2026-01-01", "billing_mode": "use", "items": {"ecs": {"small": D("1.00"), "large": {"unit_price": D("3.00"), "allowance": D(1)}}}}],
    )  # fmt: skip
    rows = [("03-05T10:00", 2, "large"), ("03-05T11:00", 5, "small"), ("03-06T10:00", 2, "large")]
    assert [(line[1], line[3], line[7]) for line in facts(billed(book, *rows))] == [("large", 4, D("9.00")), ("small", 5, D("5.00"))]


def test_a_correction_says_its_spec():
    book = servers()
    rows = [("s", "ecs", "03-05T10:00", 1, "large"), ("s", "ecs", "03-05T20:00", 0, "large")]
    late = [("s", "ecs", "03-06T10:00", 1, "small"), ("s", "ecs", "03-06T11:00", 0, "small")]
    issued = bill(book, started(book, "use"), rows, columns=COLUMNS)
    april = bill(book, started(book, "use"), rows + late, "2026-04-01", "2026-05-01", columns=COLUMNS, issued=(issued,))
    corrected = [line for line in april.lines if line.corrects]
    assert [(line.item, line.spec, line.amount) for line in corrected] == [("ecs", "small", D("1.00"))]
