"""Every scalar has a bound where it is read (rule language, 1, Bounds). The keys come from the schemas' own tables: a new one that takes a
number, a date or a length of time and stands in no line of `bounded/book.yaml` fails here.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal, Inexact, localcontext
from pathlib import Path

import pytest

from engine.billing import make_invoice
from engine.language.build import load_account, load_book, load_order, order_from_flags
from engine.language.build.notation import written
from engine.language.document import read_document
from engine.lints import lint_book
from engine.model.quotes import Quote
from engine.pricing import price_order
from engine.review.examples import run_examples
from engine.sheet import build_sheet
from engine.values import bounds
from engine.values.exact import add, subtract
from tests.extent import one_in
from tools.make_schemas import schemas

FOLDER = Path(__file__).resolve().parent / "bounded"
TEXT = (FOLDER / "book.yaml").read_text(encoding="utf-8")
DOCUMENT, _ = read_document("book.yaml", TEXT.encode())
SCHEMA = schemas()["book-file"]
KINDS = {
    "duration", "before", "lasts", "threshold", "instant", "period", "percent", "fee", "number", "whole", "price", "money", "quantity", "unit",
    "order-item",
}  # fmt: skip
LONG = "7" * (bounds.MOST_DIGITS + 1)
DURATIONS = ("1201 months", "101 years", "36601 days", "878401 hours", "52704001 minutes", "3162240001 seconds", f"{LONG} days")
DAYS = ("1899-12-31", "9001-01-01", "9001-01-01T00:00Z", "0001-01-01T00:00+14:00", "9999-12-31T23:59:59-14:00")
BEYOND = {
    r"[0-9]+ (month|year|day|hour|minute|second)s?": DURATIONS,
    r"[0-9]+ days before": ("1201 months before", "36601 days before"),
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*": DAYS,
    r"[0-9]{4}-[0-9]{2}": ("1899-12", "9001-01"),
    r"[0-9.]+%": (f"{LONG}%", f"0.{LONG}%"),
    r"[0-9.]+": (LONG, f"0.{LONG}", f"0.{'0' * 40}1"),
    r"[0-9./]+ ([A-Z]+)": (rf"{LONG} \1", rf"1.{LONG} \1"),
}
"""What a value looks like -> the same beyond its bound."""
AT = {
    r"[0-9]+ (month|year|day|hour|minute|second)s?": ("100 years", "3162240000 seconds", "1 second"),
    r"[0-9]+ days before": ("1200 months before", "36600 days before"),
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*": ("9000-12-31T23:59:59-14:00", "1900-01-01T00:00+14:00"),
    r"[0-9]{4}-[0-9]{2}": ("1900-01", "9000-12"),
    r"[0-9.]+%": (f"{LONG[1:]}%", f"0.{LONG[2:]}%"),
    r"[0-9.]+": (LONG[1:], f"0.{'0' * 38}1"),
    r"[0-9./]+ ([A-Z]+)": (rf"{LONG[1:]} \1", rf"1.{LONG[2:]} \1", rf"1/{LONG[1:]} \1"),
}
"""... and as near to it as it may come."""


@pytest.fixture(autouse=True)
def nothing_is_rounded_unseen() -> Iterator[None]:
    """Arithmetic that goes past `engine.values.exact` has the 28 digits of the program's context: what they do not hold raises here."""
    with localcontext() as context:
        context.traps[Inexact] = True
        yield


def like(said: str, table: dict[str, tuple[str, ...]]) -> list[str]:
    """The values of the table for a value that looks like this one."""
    return next(([match.expand(each) for each in texts] for form, texts in table.items() if (match := re.fullmatch(form, said))), [])


def keys(schema: dict, path: tuple = (), found: dict | None = None) -> dict[int, tuple]:
    """Every key of the tables that takes a scalar with a bound, once wherever it stands: its schema's identity -> a path to it."""
    found = {} if found is None else found
    if schema.get("$comment") in KINDS:
        found.setdefault(id(schema), path)
    for branch in (schema, schema.get("then", {}), schema.get("else", {})):
        inner = {**branch.get("properties", {}), 0: branch.get("items"), "*": branch.get("additionalProperties")}
        for key, each in inner.items():
            if isinstance(each, dict):
                keys(each, (*path, key), found)
    return found


def schema_of(path: tuple) -> dict:
    """The tables' schema of the value at a path of a book."""
    schema = SCHEMA
    for part in path:
        branches = [schema, schema.get("then", {}), schema.get("else", {})]
        named = [each["properties"][part] for each in branches if part in each.get("properties", {})]
        others = [each.get("items" if isinstance(part, int) else "additionalProperties") for each in branches]
        schema = next(each for each in (*named, *others) if isinstance(each, dict))
    return schema


CASES = {
    ".".join(map(str, path)): path
    for path, said in DOCUMENT.written.items()
    if schema_of(path).get("$comment") in {*KINDS, "item-price", "charge"} and like(said, BEYOND)
}


def changed(path: tuple, said: str) -> bytes:
    """The book with another value at the path."""
    span, lines = DOCUMENT.values[path], TEXT.split("\n")
    line = lines[span.line - 1]
    lines[span.line - 1] = line[: span.column - 1] + said + line[span.end_column - 1 :]
    return "\n".join(lines).encode()


def test_every_key_that_takes_a_number_a_date_or_a_length_of_time_is_in_the_book():
    there = {id(schema_of(path)) for path in CASES.values()}
    assert [".".join(map(str, path)) for identity, path in keys(SCHEMA).items() if identity not in there] == []


@pytest.mark.parametrize("case", one_in(3, CASES))
def test_a_value_beyond_its_bound_is_a_finding_at_its_place(case):
    path = CASES[case]
    for said in like(DOCUMENT.written[path], BEYOND):
        loaded = load_book({"book.yaml": changed(path, said)})
        here = [each for each in loaded.diagnostics if each.code in ("S112", "Y120") and each.span is not None]
        if "usage" in path:
            here = [each for result in run_examples(loaded.book, "billed") for each in result.refusal if each.code == "Q602"]
            assert here and {each.span.line for each in here} == {DOCUMENT.values[path].line}, said
            continue
        assert [(each.span.line, each.span.column) for each in here] == [(DOCUMENT.values[path].line, DOCUMENT.values[path].column)], said
        assert all(each.severity == "error" and each.help and len(each.message) < 120 for each in here)


@pytest.mark.parametrize("case", one_in(16, CASES))
def test_what_is_read_without_an_error_can_be_computed_with(case):
    """Whatever stands at its bound is refused for another reason, or every later stage has an answer."""
    path = CASES[case]
    for said in like(DOCUMENT.written[path], AT):
        loaded = load_book({"book.yaml": changed(path, said)})
        found = [each.path for each in loaded.diagnostics if "longer than" in each.message or "between the years" in each.message]
        assert not found or found[0].endswith(("given.for", "given.period")), said  # which have a bound of their own
        if not any(each.severity == "error" for each in loaded.diagnostics):
            lint_book(loaded.book, loaded.places)
            assert len(run_examples(loaded.book)) == 6
            assert build_sheet(loaded.book, datetime(2026, 3, 1, tzinfo=UTC)).modes


def given(example: str, path: tuple, said: str) -> bytes:
    """What the example gives as a file of its own, with another value at the path."""
    data = read_document("book.yaml", TEXT.encode())[0].data["examples"][example]["given"]
    place = data = data.get("account", data)
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = said
    return written(data, "given").encode()


@pytest.mark.parametrize("case", [case for case, path in CASES.items() if path[0] == "examples" and path[2] == "given" and path[3] not in ("usage", "period")])
def test_files_of_orders_and_accounts_have_the_same_bounds(case):
    _, example, _, *path = CASES[case]
    book = load_book({"book.yaml": TEXT.encode()}).book
    for said in like(DOCUMENT.written[CASES[case]], BEYOND):
        if path[0] == "account":
            made, found = load_account("it.yaml", given(example, tuple(path[1:]), said), book)
        else:
            made, found = load_order("it.yaml", given(example, tuple(path), said), book, None)
        assert made is None and [each.code in ("S112", "Y120") for each in found] == [True], said


OPTIONS = {
    "--term": {"term": "101 years"}, "--for": {"duration": "11 years"}, "--date": {"date": "9001-01-01"},
    "--item": {"items": [f"calls={LONG}"]}, "--item in a unit": {"items": [f"disk={LONG} GB"]}, "--item in each": {"items": [f"calls={LONG}/month"]},
    "--item of a spec": {"items": [f"plan=small:{LONG}"]}, "--item too often": {"items": ["seat=5"] * 1001},
}  # fmt: skip


@pytest.mark.parametrize("option", OPTIONS)
def test_options_have_the_same_bounds(option):
    book = load_book({"book.yaml": TEXT.encode()}).book
    usual = {
        "mode": "by-use",
        "term": None,
        "items": ["calls=1"],
        "duration": "1 month",
        "date": "2026-03-01",
        "currency": None,
        "coupons": (),
        "attributes": (),
    }
    made, found = order_from_flags(*(usual | OPTIONS[option]).values(), book, None)
    assert made is None and [each.code in ("S112", "Y120") for each in found] == [True]
    assert found[0].subject.startswith(option.split()[0]) or found[0].path == "items"


def with_lines(**added: str) -> dict[str, bytes]:
    """The book with lines at the beginning of its sections."""
    text = TEXT
    for section, more in added.items():
        text = text.replace(f"\n{section}:\n", f"\n{section}:\n{more}", 1)
    return {"book.yaml": text.encode()}


def tiers(count: int) -> str:
    rows = ", ".join(f"{{up_to: {number}, unit_price: 1.00}}" for number in range(1, count))
    return f"  - {{effective: 2027-01-01, billing_mode: ahead, per: month, items: {{gift: {{model: graduated, tiers: [{rows}, {{unit_price: 2.00}}]}}}}}}\n"


def steps(count: int) -> dict[str, bytes]:
    rows = ", ".join(f"{{from: {number}, percent_off: 1%}}" for number in range(1, count + 1))
    return {"book.yaml": re.sub(r"by: quantity, tiers: \[.*\]", f"by: quantity, tiers: [{rows}]", TEXT).encode()}


def chain(count: int, factor: str) -> str:
    return "".join(f"  v{number}: {factor} v{number + 1}\n" for number in range(count)) + f"  v{count}: {{title: v}}\n"


COUNTS = {
    "tiers": (lambda count: with_lines(prices=tiers(count)), bounds.MOST_TIERS, "`tiers` is a list of 101 entries"),
    "tiers of a discount": (steps, bounds.MOST_TIERS, "`tiers` is a list of 101 entries"),
    "stages": (
        lambda count: {"book.yaml": re.sub("\ndiscount_policy: .*", "", TEXT).encode(), "policy.yaml": stages(count)}, bounds.MOST_STAGES,
        "`discount_policy` is a list of 51 entries",
    ),
    "taxes": (
        lambda count: with_lines(taxes="".join(f"  - {{tax: t{number}, rate: 1%}}\n" for number in range(count - 1))), bounds.MOST_TAXES,
        "the book has 21 different taxes, and 20 are the most",
    ),
    "digits of a unit's factor": (
        lambda count: with_lines(units=chain(count, "10")), bounds.MOST_DIGITS, "a factor of more than 40 digits by way of the other units",
    ),
}  # fmt: skip


def stages(count: int) -> bytes:
    more = [f"d{number}" for number in range(count - 6)]
    named = ", ".join(["a-year", "many", "fixed", "hers", "later", "hello", *more])
    return "\n".join([f"discount_policy: [{named}]", "discounts:", *(f"  {name}: {{title: {name}, percent_off: 1%}}" for name in more)]).encode()


@pytest.mark.parametrize("case", COUNTS)
def test_a_list_has_a_bound(case):
    made, most, message = COUNTS[case]
    assert not [each for each in load_book(made(most)).diagnostics if each.severity == "error"]
    (found,) = [each for each in load_book(made(most + 1)).diagnostics if each.severity == "error"]
    assert found.code == "S112" and found.span is not None and message in found.message


@pytest.mark.parametrize("factor", ["1", "2", "1/3", "0.5"])
def test_a_chain_of_a_thousand_units_is_read_or_one_finding(factor):
    found = [each for each in load_book(with_lines(units=chain(1000, factor))).diagnostics if each.severity == "error"]
    assert [each.code for each in found] == ([] if factor == "1" else ["S112"])


def test_what_leads_nowhere_is_told_once_however_many_units_lead_there():
    for last in ("v0", "nothing"):
        loaded = load_book(with_lines(units=chain(1000, "1").replace("v1000: {title: v}", f"v1000: 2 {last}")))
        assert [each.code for each in loaded.diagnostics if each.severity == "error"] == ["R117" if last == "v0" else "R105"]
        assert max(len(each.message) for each in loaded.diagnostics) < 300


def test_the_longest_chains_of_the_longest_numbers_are_exact():
    """50 stages, each of a percentage of 40 digits, and 20 taxes one on the other, of which no digit is lost."""
    off = f"1.{'3' * 39}%"
    rows = "".join(f"  - {{tax: t{number}, rate: {off}{f', compound_on: [t{number - 1}]' if number else ''}}}\n" for number in range(20))
    text = re.sub("\n  - {tax: vat.*", "\n" + rows, re.sub("\ndiscount_policy: .*", "", TEXT))
    book = load_book({"book.yaml": text.encode(), "policy.yaml": stages(50).replace(b"percent_off: 1%", f"percent_off: {off}".encode())}).book
    assert len(book.discount_policy) == 50 and len(book.taxes) == 20
    order, _ = load_order("order.yaml", given("moving", ("items",), {"plan": "small", "gift": 3}), book, None)
    quote = price_order(book, replace(order, changes=(), switch=None))
    assert isinstance(quote, Quote) and quote.totals.gross == add(quote.totals.net, quote.totals.tax)
    assert len(quote.taxes) == 20 and len(format(quote.taxes[-1].rate, "f")) > 40
    first, gift = quote.lines
    assert subtract(subtract(gift.list_amount, gift.discount_amount), gift.rounding_amount) == gift.amount
    assert len(str(gift.discount_amount)) > 1800 and first.list_amount == Decimal("10.00")


def test_terms_that_follow_each_other_end_with_the_calendar():
    """Ninety renewals for a hundred years each are refused where the last one would end after the year 9000."""
    text = TEXT.replace("terms: [1 month, 1 year]", "terms: [1 month, 1 year, 100 years]").replace(", align: 15, stub: actual-days", "")
    book = load_book({"book.yaml": text.replace("{effective: 2020-01-01, billing_mode: ahead", "{effective: 1900-01-01, billing_mode: ahead").encode()}).book
    events = [{"date": "2026-02-15", "purchase": {"term": "100 years", "items": {"plan": "small"}}}]
    events += [{"date": "2026-02-16", "renew": {"term": "100 years"}}] * 90
    data = {"id": "a", "customer": {"name": "A"}, "subscriptions": [{"id": "s", "billing_mode": "ahead", "events": events}]}
    account, found = load_account("account.yaml", written(data, "account").encode(), book)
    assert not found
    refused = make_invoice(book, account, (), datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))
    (problem,) = refused.diagnostics
    assert problem.code == "Q301" and problem.span is not None and "after the year 9000" in problem.message


def test_renewals_that_nobody_writes_have_a_bound():
    """A month after the other since 1900: the 1,201st renewal is refused where it was asked for."""
    text = re.sub("{effective: 20[0-9-]+, billing_mode: ahead", "{effective: 1900-01-01, billing_mode: ahead", TEXT).replace(
        ", align: 15, stub: actual-days", ""
    )
    book = load_book({"book.yaml": text.encode()}).book
    events = [{"date": "1900-01-01", "purchase": {"term": "1 month", "items": {"plan": "small"}, "auto_renew": True}}]
    data = {"id": "a", "customer": {"name": "A"}, "subscriptions": [{"id": "s", "billing_mode": "ahead", "events": events}]}
    account, _ = load_account("account.yaml", written(data, "account").encode(), book)
    made = make_invoice(book, account, (), datetime(9000, 2, 1, tzinfo=UTC), datetime(9000, 3, 1, tzinfo=UTC))
    (problem,) = made.diagnostics
    assert problem.code == "Q723" and problem.span is not None and "1,200 times" in problem.message and "2000-0" in problem.message


def test_events_of_a_subscription_have_a_bound():
    book = load_book({"book.yaml": TEXT.encode()}).book
    events = [{"date": "2026-02-15", "purchase": {"term": "1 month", "items": {"plan": "small"}}}] * (bounds.MOST_EVENTS + 1)
    for given_events, codes in ((events, ["S112"]), (events[1:], [])):
        data = {"id": "a", "customer": {"name": "A"}, "subscriptions": [{"id": "s", "billing_mode": "ahead", "events": given_events}]}
        assert [each.code for each in load_account("account.yaml", written(data, "account").encode(), book)[1]] == codes
