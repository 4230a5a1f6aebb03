"""Orders from files and from options: the same data, the same findings, the same order."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from engine.language.build import load_book, load_order, order_from_flags
from engine.values.periods import Duration

BASE = Path(__file__).parents[2] / "errors" / "base"
TODAY = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def book():
    loaded = load_book({path.name: path.read_bytes() for path in BASE.glob("*.yaml")})
    assert loaded.book is not None, loaded.diagnostics
    return loaded.book


def from_flags(book, mode="yearly-monthly", term="1 year", items=("plan=small",), **more):
    given = {"duration": None, "date": None, "currency": None, "coupons": (), "attributes": (), **more}
    return order_from_flags(mode, term, items, book=book, default_at=TODAY, **given)


def test_a_file_and_its_options_give_the_same_order(book):
    text = (
        b"date: 2026-04-01\nbilling_mode: yearly-monthly\nterm: 1 year\nitems: {plan: small, seat: 5}\nattributes: {business: true}\ncoupons: [SPRING-2026]\n"
    )
    written, findings = load_order("order.yaml", text, book, None)
    typed, others = from_flags(book, items=("plan=small", "seat=5"), date="2026-04-01", attributes=("business=true",), coupons=("SPRING-2026",))
    assert findings == others == ()
    for name in ("at", "billing_mode", "term", "currency", "attributes", "coupons"):
        assert getattr(written, name) == getattr(typed, name)
    assert [(line.item, line.spec, line.quantity) for line in written.lines] == [(line.item, line.spec, line.quantity) for line in typed.lines]
    assert (written.at, written.attributes) == (datetime(2026, 3, 31, 22, tzinfo=UTC), {"business": "true"})
    assert written.origins["term"].line == 3


def test_json_is_read_too(book):
    order, findings = load_order("order.json", b'{"billing_mode": "pay-per-use", "for": "720 hours", "items": {"disk": "2 TB"}}', book, TODAY)
    assert findings == ()
    assert (order.at, order.duration, order.lines[0].quantity, order.lines[0].unit) == (
        TODAY,
        Duration(seconds=720 * 3600),
        2,
        "TB",
    )


def test_an_item_named_twice_gives_two_lines(book):
    order, _ = from_flags(book, items=("plan=small", "seat=5", "seat=7"))
    assert [(line.item, line.quantity) for line in order.lines] == [("plan", None), ("seat", Decimal(5)), ("seat", Decimal(7))]


@pytest.mark.parametrize(
    ("flags", "slug", "subject", "remedy"),
    [
        ({"term": "1m"}, "order-unreadable", "--term 1m", "1 month"),
        ({"items": ("plan",)}, "order-unreadable", "--item plan", "--item NAME=VALUE"),
        ({"items": ("plan=smal",)}, "unknown-spec", "--item plan=smal", "did you mean `small`?"),
        ({"items": ("plann=small",)}, "unknown-item", "--item plann=small", "did you mean `plan`?"),
        ({"items": ("seat=many",)}, "order-unreadable", "--item seat=many", "10 user"),
        ({"items": ("seat=small", "plan=small")}, "order-unreadable", "--item seat=small", "10 user"),
        ({"items": ("seat=5 GB",)}, "quantity-unit-mismatch", "--item seat=5 GB", "`user`"),
        ({"items": ()}, "nothing-ordered", "", "add `--item` with"),
        ({"mode": "yearly"}, "unknown-billing-mode", "--mode yearly", "yearly-monthly"),
        ({"mode": None}, "unknown-billing-mode", "", "yearly-monthly"),
        ({"date": "1/4/2026"}, "order-unreadable", "--date 1/4/2026", "2026-01-01"),
        ({"currency": "euro"}, "not-a-currency", "--currency euro", "EUR"),
        ({"attributes": ("segmnet=education",)}, "unknown-attribute", "--attribute segmnet=education", "did you mean `segment`?"),
        (
            {"attributes": ("segment=educaton",)},
            "unknown-attribute-value",
            "--attribute segment=educaton",
            "did you mean `education`?",
        ),
        ({"attributes": ("business=maybe",)}, "unknown-attribute-value", "--attribute business=maybe", "true"),
        ({"duration": "720"}, "order-unreadable", "--for 720", "720 hours"),
    ],
)
def test_a_mistake_names_its_option(book, flags, slug, subject, remedy):
    order, findings = from_flags(book, **flags)
    assert order is None
    assert [each.slug for each in findings] == [slug]
    assert findings[0].subject == subject
    assert remedy in findings[0].help


def test_all_mistakes_of_an_order_come_at_once(book):
    order, findings = from_flags(book, mode="yearly", term="1m", items=("plann=1", "seat=x"))
    assert order is None
    assert sorted(each.slug for each in findings) == [
        "order-unreadable",
        "order-unreadable",
        "unknown-billing-mode",
        "unknown-item",
    ]


def test_a_file_without_a_date_needs_a_default(book):
    _, findings = load_order("order.yaml", b"billing_mode: yearly-monthly\nterm: 1 year\nitems: {plan: small}\n", book, None)
    assert [each.slug for each in findings] == ["order-date-missing"]
