"""`pricebook new item|price|discount|example`: parts that stand in the right file, and a book that stays clean."""

import pytest

from tests.conformance.language import write
from tests.extent import first
from tests.readings.test_2_1_terms_of_days import passes

FLOW = """# One file, all of it in brackets.
book: {id: kiosk, title: Kiosk, status: draft, currency: EUR, timezone: UTC, rounding: {at: line, mode: half-up}}
units: {cup: {title: cup}}
items: {coffee: {title: Coffee, unit: cup}}
billing_modes: {counter: {title: Counter, payment: prepaid, cycle: term, terms: [1 month], items: {coffee: required}}}
prices: [{effective: 2026-01-01, billing_mode: counter, per: month, items: {coffee: 2.00}}]"""


def said(ran) -> str:
    return " ".join((ran.out + ran.err).split())


def files(desk) -> dict[str, bytes]:
    return {path.relative_to(desk).as_posix(): path.read_bytes() for path in sorted((desk / "rules").rglob("*.yaml"))}


@pytest.fixture
def kiosk(desk):
    (desk / "rules" / "kiosk").mkdir()
    (desk / "rules" / "kiosk" / "book.yaml").write_bytes(FLOW.replace("\n", "\r\n").encode())
    return desk / "rules" / "kiosk"


def added(before: dict[str, bytes], after: dict[str, bytes]) -> dict[str, bytes]:
    """What is new in each file that is another one; all that stood there stands there still, in its order."""
    found = {}
    for name, content in after.items():
        old = before.get(name, b"")
        if content != old:
            start = next((at for at, (one, other) in enumerate(zip(old, content, strict=False)) if one != other), min(len(old), len(content)))
            rest = old[start:]
            assert content.endswith(rest), name
            found[name] = content[start : len(content) - len(rest)]
    return found


EACH = [
    (("item", "support", "--unit", "user", "--mode", "yearly-monthly", "--price", "1.50", "--date", "2027-01-01"), 3),
    (("item", "traffic", "--unit", "GB", "--mode", "pay-per-use", "--price", "0.02", "--date", "2027-01-01"), 3),
    (("item", "peak", "--unit", "user", "--mode", "pay-per-use", "--price", "0.02", "--measure", "max", "--date", "2027-01-01"), 3),
    (("item", "care", "--unit", "user", "--mode", "pay-per-use", "--price", "9.00", "--per", "month", "--date", "2027-01-01"), 3),
    (("price", "user-expansion-package", "--date", "2028-01-01"), 1),
    (("price", "basic-edition", "--date", "2028-01-01"), 1),
    (("price", "storage-expansion-package", "--date", "2028-01-01", "--announced", "2027-06-01", "--price", "0.04"), 1),
    (("price", "basic-edition", "--spec", "10-users-100-gb", "--date", "2028-01-01", "--announced", "2027-06-01", "--price", "21.00"), 1),
    (("discount", "spring"), 1),
    (("discount", "spring", "--percent", "12.5%", "--coupon", "SPRING-27", "--date", "2027-03-01", "--until", "2027-06-01", "--mode", "yearly-monthly"), 1),
    (("example", "smallest", "--mode", "yearly-monthly", "--date", "2026-03-01"), 1),
    (("example", "used", "--mode", "pay-per-use", "--for", "200 hours", "--item", "users=20", "--item", "storage=100 GB", "--date", "2026-03-01"), 1),
    (("example", "school", "--mode", "yearly-monthly", "--term", "2 years", "--attribute", "segment=education", "--item", "basic-edition=50-users-500-gb"), 1),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "count"), first(4, EACH))
def test_a_part_is_added_and_check_stays_clean(desk, run, arguments, count):
    before = files(desk)
    ran = run("new", *arguments, "-b", "koodrive")
    assert ran.code == 0, ran.err
    new = added(before, files(desk)) if arguments[0] != "discount" else {name: text for name, text in files(desk).items() if text != before.get(name)}
    assert len(new) == count and all(name.partition("rules/koodrive/")[2] in ran.err for name in new)
    checked = run("check", "koodrive", "--fail-on", "warning")
    assert checked.code == 0 and "Nothing found" in checked.err, checked.out
    assert run("test", "koodrive").code == 0
    assert run("quote", "-b", "koodrive", "--example", "one-year-team").code == 0


@pytest.mark.parametrize("mark", [False, True])
def test_a_book_in_brackets_gets_files_of_its_own_and_one_word(kiosk, run, mark):
    path = kiosk / "book.yaml"
    if mark:
        path.write_bytes("\ufeff".encode() + path.read_bytes())
    before = path.read_bytes()
    assert run("new", "item", "tea", "-b", "kiosk", "--price", "1.80", "--date", "2026-02-01").code == 0
    assert path.read_bytes() == before.replace(b"{coffee: required}", b"{coffee: required, tea: optional}")
    assert run("new", "discount", "early", "-b", "kiosk", "--date", "2026-02-01").code == 0
    assert run("new", "example", "one-cup", "-b", "kiosk", "--date", "2026-02-01").code == 0
    assert run("new", "price", "coffee", "-b", "kiosk", "--date", "2026-03-01", "--price", "2.20").code == 0
    assert sorted(each.relative_to(kiosk).as_posix() for each in kiosk.rglob("*.yaml")) == [
        "book.yaml", "discounts.yaml", "examples.yaml", "items.yaml", "prices/2026-02-01.yaml", "prices/2026-03-01.yaml",
    ]  # fmt: skip
    checked = run("check", "kiosk")
    assert checked.code == 0 and "error" not in checked.err, checked.out
    assert "1 passed, 0 failed" in run("test", "kiosk").err


def test_the_same_part_twice_is_refused(desk, run):
    for kind, identity, options in (
        ("item", "basic-edition", ("--unit", "user", "--price", "1", "--mode", "yearly-monthly")),
        ("discount", "Welcome", ()),
        ("example", "one-year-team", ("--mode", "yearly-monthly")),
    ):
        before = files(desk)
        ran = run("new", kind, identity, "-b", "koodrive", *options)
        assert ran.code == 2 and f"`{identity.lower()}` already, and nothing is overwritten" in said(ran) and files(desk) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("item", "x--y", "--price", "1"), "cannot be an id"),
        (("item", "care", "--price", "1"), "several billing modes: yearly-monthly, pay-per-use"),
        (("item", "care", "--price", "1", "--mode", "yearly"), "did you mean `yearly-monthly`?"),
        (("item", "care", "--mode", "yearly-monthly", "--unit", "user"), "add --price 9.00"),
        (("item", "care", "--mode", "yearly-monthly", "--price", "1"), "several units"),
        (("item", "care", "--mode", "yearly-monthly", "--unit", "usr", "--price", "1"), "unit `usr` is not declared"),
        (("item", "care", "--mode", "yearly-monthly", "--unit", "user", "--price", "1,50"), "write `1.50`"),
        (("item", "care", "--mode", "yearly-monthly", "--unit", "user", "--price", "1", "--date", "morgen"), "is no date"),
        (("item", "care", "--mode", "yearly-monthly", "--unit", "user", "--price", "1", "--per", "week"), "week"),
        (("price", "basic-editon", "--date", "2028-01-01"), "did you mean `basic-edition`?"),
        (("price", "basic-edition",), "missing option '--date'"),
        (("price", "basic-edition", "--date", "2020-01-01"), "no price of `basic-edition` is in force on 2020-01-01"),
        (("price", "basic-edition", "--date", "2028-01-01", "--price", "9"), "several numbers: basic-edition.10-users-100-gb"),
        (("price", "user-expansion-package", "--date", "2027-07-01"), "has a price from 2027-07-01 on already"),
        (("discount", "spring", "--percent", "15"), "percent"),
        (("discount", "spring", "--term", "1 year", "--coupon", "X"), "--term is for every order"),
        (("discount", "spring", "--term", "a year"), "write `1 year`"),
        (("example", "odd", "--mode", "yearly-monthly", "--item", "basic-edition=60-users"), "60-users"),
        (("example", "odd", "--mode", "yearly-monthly", "--term", "5 years"), "5 years"),
    ],
)  # fmt: skip
def test_a_mistake_is_a_message_and_nothing_is_written(desk, run, arguments, words):
    before = files(desk)
    ran = run("new", *arguments, "-b", "koodrive")
    assert ran.code in (1, 2) and files(desk) == before and words.lower() in said(ran).lower(), said(ran)


def test_a_term_discount_shows_what_it_does(desk, run):
    ran = run("new", "discount", "loyal", "--term", "3 years", "--percent", "5%", "-b", "koodrive")
    assert ran.code == 0 and "largest-edition-three-years" in ran.out


def test_an_item_of_a_mode_of_days_is_priced_by_the_day(desk, run):
    (desk / "rules" / "passes").mkdir()
    (desk / "rules" / "passes" / "book.yaml").write_text(write(passes()), encoding="utf-8")
    ran = run("new", "item", "locker", "-b", "passes", "--unit", "person", "--mode", "pass", "--price", "0.50", "--date", "2027-01-01")
    assert ran.code == 0, ran.err
    assert b"per: day" in files(desk)["rules/passes/prices/2027-01-01.yaml"]
