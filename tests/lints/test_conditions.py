"""Rules that ask a column of usage where no record is charged (second version, 1.1)."""

import pytest

from engine.language.build import load_book
from engine.lints import lint_book
from tests.conformance.language import write

BOOK = {
    "book": {"id": "b", "title": "B", "status": "draft", "currency": "USD", "timezone": "UTC", "rounding": [{"at": "line", "mode": "half-up"}]},
    "units": {"call": {"title": "call"}},
    "attributes": {"site": {"title": "Site", "source": "usage", "values": ["ny", "de"]}, "tier": {"title": "Tier", "source": "customer"}},
    "items": {
        "seat": {"title": "Seat", "unit": "call"}, "fee": {"title": "Fee", "unit": "call"},
        "calls": {"title": "Calls", "unit": "call", "meter": {"measure": "sum", "window": "month"}},
    },
    "billing_modes": {
        "paid": {"title": "Paid", "payment": "prepaid", "cycle": "term", "terms": ["1 month"], "items": {"seat": "required"}, "cancellation": "end"},
        "use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"fee": "optional", "calls": "optional"}},
    },
    "cancellations": {"end": {"refund": "none"}},
    "prices": [
        {"effective": "2026-01-01", "billing_mode": "paid", "per": "month", "items": {"seat": 1}},
        {"effective": "2026-01-01", "billing_mode": "use", "per": "month", "items": {"fee": 1}},
        {"effective": "2026-01-01", "billing_mode": "use", "items": {"calls": 1}},
    ],
}  # fmt: skip


def found(**sections: object) -> list[str]:
    loaded = load_book({"book.yaml": write(BOOK | sections).encode()})
    assert loaded.book is not None, [each.message for each in loaded.diagnostics]
    return [each.message.split(" asks for ")[0] for each in lint_book(loaded.book, loaded.places) if each.code == "P218"]


def price(mode: str, item: str, **more: object) -> dict:
    per = {} if item == "calls" else {"per": "month"}
    return {"prices": [*BOOK["prices"], {"effective": "2026-01-01", "billing_mode": mode, "items": {item: 2}} | per | more]}


SITE = {"when": {"site": "ny"}}
BAND = {"when": {"band": "night"}}
NIGHT = {"time_bands": {"night": {"hours": ["22:00-06:00"]}}}
CASES = [
    (NIGHT | price("paid", "seat", **BAND), ["the price of `seat` in `paid`"]),
    (NIGHT | price("use", "fee", **BAND), ["the price of `fee` in `use`"]),
    (NIGHT | price("use", "calls", **BAND), []),
    (price("paid", "seat", **SITE), ["the price of `seat` in `paid`"]),
    (price("use", "fee", **SITE), ["the price of `fee` in `use`"]),
    (price("use", "calls", **SITE), []),
    (price("paid", "seat", when={"tier": "a"}), []),
    ({"discounts": {"d": {"title": "D", "percent_off": "10%", "items": ["seat", "fee"]} | SITE}, "discount_policy": ["d"]}, ["discount `d`"]),
    ({"discounts": {"d": {"title": "D", "percent_off": "10%"} | SITE}, "discount_policy": ["d"]}, []),
    ({"taxes": [{"tax": "vat", "rate": "10%", "items": ["seat"]} | SITE]}, ["tax `vat`"]),
    ({"taxes": [{"tax": "vat", "rate": "10%", "items": ["seat", "calls"]} | SITE]}, []),
    ({"book": BOOK["book"] | {"rounding": [{"at": "line", "mode": "up"}, {"at": "invoice", "mode": "down"} | SITE]}}, ["the rounding of the whole bill (`at: invoice`)"]),
    ({"book": BOOK["book"] | {"rounding": [{"at": "line", "mode": "up"}, {"at": "line", "mode": "down"} | SITE]}}, []),
    (
        {"billing_modes": BOOK["billing_modes"] | {"paid": BOOK["billing_modes"]["paid"] | {"cancellation": [{"use": "end"}, {"use": "end"} | SITE]}}},
        ["the `cancellation` of `paid`"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("sections", "expected"), CASES)
def test_what_no_record_decides(sections, expected):
    assert found(**sections) == expected
