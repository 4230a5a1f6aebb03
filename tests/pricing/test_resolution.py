"""Which entry applies: rank, then date (rule language, 3.1), and prices in force for each `per` (3.10, Prices)."""

from datetime import timedelta

import pytest

from engine.model.book import Attribute, PolicyUse, RoundingStep
from engine.pricing.indexes import attribute_rank, price_index
from engine.pricing.resolution import choose, prices_in_force, rounding_in_force
from tests.pricing.books import book, day, price, when

RANK = ("customer", "business", "country", "contract", "segment")


def entry(name, effective=None, until=None, **attributes):
    """Anything with conditions, named."""
    return PolicyUse(name, when(effective, until, **attributes))


CASES = [
    ("the only one", [entry("a")], {}, "a"),
    ("the latest date wins", [entry("old", "2026-01-01"), entry("new", "2026-02-01")], {}, "new"),
    ("whatever the order they stand in", [entry("new", "2026-02-01"), entry("old", "2026-01-01")], {}, "new"),
    ("a date beats none", [entry("always"), entry("dated", "2026-01-01")], {}, "dated"),
    ("what is still to come does not count", [entry("now", "2026-01-01"), entry("later", "2026-03-02")], {}, "now"),
    ("effective is included", [entry("now", "2026-01-01"), entry("today", "2026-03-01")], {}, "today"),
    ("until is excluded", [entry("base", "2026-01-01"), entry("ended", "2026-02-01", "2026-03-01")], {}, "base"),
    ("until is in force the day before", [entry("base", "2026-01-01"), entry("ends", "2026-02-01", "2026-03-02")], {}, "ends"),
    ("naming an attribute outranks a later date", [entry("edu", "2026-01-01", segment="education"), entry("all", "2026-02-01")], {"segment": "education"}, "edu"),
    ("unless it does not match", [entry("edu", "2026-01-01", segment="education"), entry("all", "2026-02-01")], {"segment": "partner"}, "all"),
    ("or is not given", [entry("edu", segment="education"), entry("all")], {}, "all"),
    ("the more important attribute decides", [entry("s", segment="education"), entry("c", contract="framework")], {"segment": "education", "contract": "framework"}, "c"),
    ("one important beats several lesser", [entry("two", contract="framework", segment="education"), entry("one", country="DE")], {"segment": "education", "contract": "framework", "country": "DE"}, "one"),
    ("the next attribute breaks the tie", [entry("c", contract="framework"), entry("both", contract="framework", segment="education")], {"segment": "education", "contract": "framework"}, "both"),
    ("a customer's own price before all", [entry("de", country="DE"), entry("acme", customer="acme")], {"country": "DE", "customer": "acme"}, "acme"),
    ("a list matches any of its values", [entry("eu", country=("DE", "FR")), entry("all")], {"country": "FR"}, "eu"),
    ("all attributes must match", [entry("both", country="DE", segment="education"), entry("all")], {"country": "DE"}, "all"),
    ("none applies", [entry("later", "2026-04-01")], {}, None),
]  # fmt: skip


@pytest.mark.parametrize(("entries", "attributes", "winner"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_rank_then_date(entries, attributes, winner):
    """3.1: "an entry that names it outranks one that does not. Among equals the latest `effective` on or before the date
    wins.".
    """
    chosen = choose(entries, attributes, day("2026-03-01"), RANK)
    assert (chosen.entry.use if chosen.entry else None) == winner
    assert [one.rule for one in chosen.considered] == [one.use for one in entries]
    assert [one.rule for one in chosen.considered if one.chosen] == ([winner] if winner else [])


def test_every_loser_says_why():
    """Explain: what was looked at and why not."""
    entries = [
        entry("not-this-customer", country="DE"),
        entry("later", "2026-04-01"),
        entry("ended", until="2026-02-01"),
        entry("general", "2026-02-15"),
        entry("older", "2025-01-01", segment="education"),
        entry("winner", "2026-01-01", segment="education"),
    ]
    chosen = choose(entries, {"segment": "education", "country": "FR"}, day("2026-03-01"), RANK)
    assert [(one.rule, one.reason) for one in chosen.considered] == [
        ("not-this-customer", "condition-not-met"),
        ("later", "not-yet-effective"),
        ("ended", "expired"),
        ("general", "outranked"),
        ("older", "superseded"),
        ("winner", "in-force"),
    ]
    assert chosen.considered[0].facts["attribute"] == "country"
    assert chosen.considered[0].facts["value"] == "FR"
    assert chosen.considered[3].facts["attribute"] == "segment"


def test_built_ins_come_first_unless_the_book_declares_them():
    """3.1: "in the order of `attributes` (undeclared built-ins first: `customer`, `business`, `country`)"."""
    assert attribute_rank(book()) == ("customer", "business", "country", "contract", "segment")
    declared = book().attributes | {"country": Attribute("country", "customer", 2)}
    from dataclasses import replace

    assert attribute_rank(replace(book(), attributes=declared)) == ("customer", "business", "contract", "segment", "country")


def pers(*entries, at="2026-03-01", **attributes):
    """(per, unit price) of the prices in force for `seat`."""
    found = prices_in_force(book(prices=entries), "plan", "seat", None, "USD", day(at), attributes)
    return [(one.per, str(one.charges[0].model.unit_price)) for one in found.entries]


def test_what_a_later_entry_does_not_mention_stays_in_force():
    """3.10: "a later entry replaces the `per` it names": the new month price stands beside the old year price; replacing all
    would lose it.
    """
    first = (price("seat", 10, "month", conditions=when("2026-01-01")), price("seat", 100, "year", conditions=when("2026-01-01")))
    later = price("seat", 11, "month", conditions=when("2026-02-01"))
    assert pers(*first, later) == [("month", "11"), ("year", "100")]
    assert pers(*first, later, at="2026-01-31") == [("month", "10"), ("year", "100")]


def test_withdrawn_ends_all():
    """3.10: "`withdrawn` ends all": nothing is on sale under any `per`; ending one `per` only would leave the other on sale."""
    first = (price("seat", 10, "month", conditions=when("2026-01-01")), price("seat", 100, "year", conditions=when("2026-01-01")))
    gone = price("seat", (), None, withdrawn=True, conditions=when("2026-02-01"))
    assert pers(*first, gone) == []
    assert pers(*first, gone, at="2026-01-31") == [("month", "10"), ("year", "100")]
    found = prices_in_force(book(prices=(*first, gone)), "plan", "seat", None, "USD", day("2026-03-01"), {})
    assert found.withdrawn is gone
    assert [one.reason for one in found.considered] == ["superseded", "superseded", "in-force"]


def test_a_later_price_puts_it_on_sale_again():
    """A withdrawal holds until a later entry, and what that does not mention stays withdrawn."""
    first = (price("seat", 10, "month", conditions=when("2026-01-01")), price("seat", 100, "year", conditions=when("2026-01-01")))
    gone = price("seat", (), None, withdrawn=True, conditions=when("2026-02-01"))
    again = price("seat", 12, "month", conditions=when("2026-02-15"))
    assert pers(*first, gone, again) == [("month", "12")]


def test_after_until_the_earlier_price_applies_again():
    """3.1: "`until` ends an entry, then the next rank or earlier date applies"."""
    base = price("seat", 10, conditions=when("2026-01-01"))
    promotion = price("seat", 7, conditions=when("2026-02-01", "2026-03-01"))
    assert pers(base, promotion, at="2026-02-28") == [("month", "7")]
    assert pers(base, promotion, at="2026-03-01") == [("month", "10")]


def test_each_currency_and_spec_has_its_own_prices():
    """3.1: "Prices are found per (billing mode, item, spec, currency)"."""
    made = book(prices=(price("seat", 10), price("seat", 9, currency="EUR"), price("seat", 20, spec="large")))
    for currency, spec, expected in (("USD", None, "10"), ("EUR", None, "9"), ("USD", "large", "20"), ("EUR", "large", None)):
        found = prices_in_force(made, "plan", "seat", spec, currency, day("2026-03-01"), {}).entries
        assert [str(one.charges[0].model.unit_price) for one in found] == ([expected] if expected else [])


def test_the_index_is_made_once_for_a_book():
    """A book is frozen, so its index cannot go stale; another book has another one."""
    first, second = book(), book()
    assert price_index(first) is price_index(first)
    assert price_index(first) is not price_index(second)


def test_rounding_steps_compete_as_prices_do():
    """3.1: "steps with the same `at` compete as prices do"."""
    old, new = (
        RoundingStep("line", "down", conditions=when("2024-01-01")),
        RoundingStep("line", "half-up", conditions=when("2026-01-01")),
    )
    made = book(rounding=(old, new))
    assert rounding_in_force(made, "line", day("2026-01-01"), {}) is new
    assert rounding_in_force(made, "line", day("2026-01-01") - timedelta(seconds=1), {}) is old
    assert rounding_in_force(made, "line", day("2023-12-31"), {}) is None
    assert rounding_in_force(made, "charge", day("2026-01-01"), {}) is None
