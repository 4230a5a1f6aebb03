"""What a buyer is told about a coupon that cannot be used: the reason in words of pricing, and what to do."""

import pytest

from engine.pricing import price_order
from tests.pricing.books import amount_off, book, discount, order, percent_off, when

HALF = percent_off(50)


def told(coupon, **ordered) -> tuple[str, str]:
    """Message and help of the only problem of an order that gives the coupon C."""
    (found,) = price_order(book(discounts=(coupon,)), order(coupons=("C",), **ordered)).diagnostics
    assert found.subject == "C" and found.path == "coupons"
    return found.message.removeprefix("coupon `C` cannot be used: "), found.help.removesuffix(", or leave the coupon out")


@pytest.mark.parametrize(
    ("coupon", "reason", "remedy"),
    [
        (
            discount("d", HALF, coupon="C", conditions=when(until="2026-03-01")),
            "it could be used before 2026-03-01 only", "order before that date",
        ),
        (
            discount("d", HALF, coupon="C", conditions=when(effective="2026-03-02")),
            "it can be used from 2026-03-02 on", "order from that date on",
        ),
        (
            discount("d", HALF, coupon="C", billing_modes=("use",)),
            "it is for `use`, and the order is for `plan`", "order in that billing mode",
        ),
        (
            discount("d", HALF, coupon="C", items=("disk", "cpu")),
            "it is for `disk` or `cpu`, and the order has none of that", "add such an item",
        ),
        (
            discount("d", HALF, coupon="C", conditions=when(segment="education")),
            "it needs `segment` to be `education`, and the order does not say it", "give `segment` under `attributes`",
        ),
        (
            discount("d", amount_off({"EUR": "5.00"}), coupon="C"),
            "it has no amount in USD", "order in `EUR`",
        ),
        (
            discount("d", coupon="C", by="term", tiers={"1 year": HALF}),
            "it begins at a term of 1 year, and the order has 1 month", "order more",
        ),
        (
            discount("d", coupon="C", by="quantity", tiers={"10": HALF}),
            "it begins at a quantity of 10, and the order has 1", "order more",
        ),
        (
            discount("d", HALF, coupon="C", after="1 month"),
            "it begins 1 month after the start, when this term is over", "order a longer term",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_the_reason_and_the_remedy(coupon, reason, remedy):
    """3.10: "An unknown, expired or inapplicable coupon is an error", and says which of these it is."""
    assert told(coupon) == (reason, remedy)


def test_a_coupon_with_another_value_of_an_attribute():
    """What the order says is repeated beside what is needed."""
    rule = discount("d", HALF, coupon="C", conditions=when(segment=("education", "partner")))
    assert told(rule, attributes={"segment": "retail"})[0] == "it needs `segment` to be `education` or `partner`, and the order says `retail`"


def test_a_coupon_of_two_discounts_is_usable_where_one_of_them_is():
    """Two discounts may share a coupon, one for each billing mode."""
    rules = (discount("plan", HALF, coupon="C", billing_modes=("plan",)), discount("use", HALF, coupon="C", billing_modes=("use",)))
    assert str(price_order(book(discounts=rules), order(coupons=("C",))).totals.net) == "5.00"


def test_an_unknown_coupon_names_the_nearest():
    """A slip of the finger is answered with the code that was meant."""
    (found,) = price_order(book(discounts=(discount("d", HALF, coupon="WELCOME-2026"),)), order(coupons=("WELCOME-2062",))).diagnostics
    assert (found.slug, found.help) == ("unknown-coupon", "did you mean `WELCOME-2026`?")
    (none,) = price_order(book(), order(coupons=("C",))).diagnostics
    assert none.help == "the book has no coupons: leave `coupons` out"
