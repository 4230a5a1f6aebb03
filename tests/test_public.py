"""`pricebook` as a library: every answer is the one that the command gives, and nothing inexact is taken."""

import json
import pickle
import pydoc
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import yaml

import pricebook
from engine.language.build.notation import written
from pricebook import Refused, change, invoice, open_book, quote, sheet, to_json
from tests.commands.desk import ROOT, desk, run  # noqa: F401  # fixtures

ORDERS = sorted(f"examples/koodrive/{path.name}" for path in (ROOT / "examples" / "koodrive").glob("*.yaml"))
ORDER = {"date": "2026-03-01", "billing_mode": "yearly-monthly", "term": "1 year", "items": {"basic-edition": "50-users-500-gb"}}
GROWING = "examples/koodrive/growing-team/account.yaml"
HOURLY = "examples/koodrive/project-by-the-hour"
JULY = date(2026, 7, 15)


@pytest.fixture
def book(desk):
    return open_book("rules/koodrive")


def answered(question) -> str:
    """The answer, or the refusal, as JSON."""
    try:
        return to_json(question())
    except Refused as refused:
        return to_json(refused)


def said(refused: Refused) -> list[tuple[str, str]]:
    """The findings without their places."""
    return [(each.code, each.message) for each in refused.diagnostics]


def without_places(text: str) -> object:
    """A document without the files and lines that its steps come from."""
    return json.loads(text, object_hook=lambda each: {key: value for key, value in each.items() if key != "source"})


# ------------------------------------------------------------------------------------------------- the same as the command


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_file_has_the_quote_that_the_command_prints(run, book, name):
    assert answered(lambda: quote(book, name)) == run("quote", name, "-b", "koodrive", "-f", "json").out


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_as_a_mapping_is_the_order_of_the_file(desk, book, name):
    """Dates as PyYAML makes them of the file, numbers as Python's own; the places of findings are those of the mapping."""
    given = yaml.safe_load((desk / name).read_text(encoding="utf-8"))
    try:
        expected = to_json(quote(book, name))
    except Refused as refused:
        with pytest.raises(Refused) as raised:
            quote(book, given)
        assert said(raised.value) == said(refused)
    else:
        assert without_places(to_json(quote(book, given))) == without_places(expected)


def test_an_example_of_the_book_is_an_order_to_price(run, book):
    order = book.rules.examples["one-year-team"].given
    assert to_json(quote(book, order)) == run("quote", "-b", "koodrive", "--example", "one-year-team", "-f", "json").out


EVENTS = {
    "items": (
        {"items": {"basic-edition": "100-users-1-tb", "user-expansion-package": 12}},
        ["--item", "basic-edition=100-users-1-tb", "--item", "user-expansion-package=12"],
    ),
    "renew": ({"renew": "1 year"}, ["--renew", "1 year"]),
    "switch": ({"switch": "pay-per-use"}, ["--switch", "pay-per-use"]),
    "unsubscribe": ({"unsubscribe": True}, ["--unsubscribe"]),
}  # fmt: skip


@pytest.mark.parametrize("bought", ["examples/koodrive/team-of-60.yaml", GROWING])
@pytest.mark.parametrize("event", EVENTS)
def test_a_further_event_costs_what_the_command_says(run, book, bought, event):
    arguments, options = EVENTS[event]
    expected = run("change", bought, "-b", "koodrive", "--date", "2026-12-10", *options, "-f", "json")
    assert expected.code == 0, expected.err
    assert to_json(change(book, bought, date(2026, 12, 10), **arguments)) == expected.out


@pytest.mark.parametrize("number", [None, "2026-0031"])
@pytest.mark.parametrize("period", ["2026-08", "2026-Q1", "2026", "2026-03-01..2026-05-01"])
def test_an_invoice_is_the_one_that_the_command_renders(run, book, period, number):
    numbered = ["--number", number] if number else []
    expected = run("invoice", GROWING, "-b", "koodrive", "--period", period, *numbered, "-f", "json")
    assert expected.code == 0, expected.err
    assert to_json(invoice(book, GROWING, period, number=number)) == expected.out


HEAD = {"number": "Q-2026-17", "customer": "Musterwerk AG", "valid_until": date(2026, 12, 31)}
HEAD_OPTIONS = ("--number", "Q-2026-17", "--customer", "Musterwerk AG", "--valid-until", "2026-12-31")


def test_a_quote_and_a_change_for_somebody_are_what_the_commands_print(run, book):
    expected = run("quote", "examples/koodrive/team-of-60.yaml", *HEAD_OPTIONS, "-f", "json").out
    assert to_json(quote(book, "examples/koodrive/team-of-60.yaml", **HEAD)) == expected
    expected = run("change", GROWING, "--date", "2026-12-10", "--renew", "1 year", *HEAD_OPTIONS, "-f", "json")
    assert to_json(change(book, GROWING, date(2026, 12, 10), renew="1 year", **HEAD)) == expected.out, expected.err


@pytest.mark.parametrize("paid", ["12.50", Decimal("12.5"), 12])
def test_what_was_paid_already_is_in_the_invoice(run, book, paid):
    expected = run("invoice", GROWING, "--period", "2026-08", "--paid", str(paid), "-f", "json").out
    assert to_json(invoice(book, GROWING, "2026-08", paid=paid)) == expected


def test_an_invoice_of_usage_and_one_that_corrects_it(desk, run, book):
    """Usage that comes late makes a correction, on the invoice of April, which names the one of March."""
    usage = f"{HOURLY}/usage-2026-03.csv"
    lines = (desk / usage).read_text().splitlines(keepends=True)
    (desk / "early.csv").write_text("".join(lines[: len(lines) // 2]))
    account = ["invoice", f"{HOURLY}/account.yaml", "-b", "koodrive"]
    march = invoice(book, f"{HOURLY}/account.yaml", "2026-03", usage=["early.csv"], number="1", date=date(2026, 4, 2))
    options = ["--period", "2026-03", "--usage", "early.csv", "--number", "1", "--date", "2026-04-02"]
    assert to_json(march) == run(*account, *options, "-f", "json").out
    (desk / "march.json").write_text(to_json(march))
    april = invoice(book, f"{HOURLY}/account.yaml", "2026-04", usage=[desk / usage], issued=["march.json"], number="2")
    options = ["--period", "2026-04", "--usage", usage, "--issued", "march.json", "--number", "2"]
    assert to_json(april) == run(*account, *options, "-f", "json").out
    assert april.issue.preceding == ("1",)


def test_an_issued_invoice_that_was_edited_is_refused_and_one_without_a_digest_is_a_finding(desk, book):
    march = json.loads(to_json(invoice(book, GROWING, "2026-03", number="1")))
    (desk / "march.json").write_text(json.dumps({key: value for key, value in march.items() if key != "digest"}))
    assert [each.code for each in invoice(book, GROWING, "2026-04", issued=["march.json"]).findings] == ["Q727"]
    (desk / "march.json").write_text(json.dumps(march | {"date": "2026-04-02"}))
    with pytest.raises(Refused) as raised:
        invoice(book, GROWING, "2026-04", issued=["march.json"])
    assert [each.code for each in raised.value.diagnostics] == ["Q726"]


@pytest.mark.parametrize(("day", "text"), [(date(2026, 3, 1), "2026-03-01"), (datetime(2027, 7, 1, 8, 0), "2027-07-01T08:00")])
def test_a_sheet_is_the_one_that_the_command_renders(run, book, day, text):
    assert to_json(sheet(book, day)) == run("sheet", "koodrive", "--date", text, "-f", "json").out


@pytest.mark.parametrize("known", [{"customer": "acme"}, {"segment": "education"}, {"customer": "acme", "segment": "education"}])
def test_the_sheet_of_a_customer_is_the_one_that_the_command_renders(run, book, known):
    options = [word for name, value in known.items() for word in ("--attribute", f"{name}={value}")]
    expected = run("sheet", "koodrive", "--date", "2026-03-01", *options, "-f", "json")
    assert to_json(sheet(book, date(2026, 3, 1), attributes=known)) == expected.out


# -------------------------------------------------------------------------------------------------------------- what is given


@pytest.mark.parametrize("quantity", [10, "10", Decimal("10"), Decimal("10.0"), "10 user", {"quantity": 10}])
def test_a_quantity_is_a_whole_number_a_decimal_or_a_text(book, quantity):
    """50 users for a year, and 10 more: 1,125.48, as in the README."""
    order = ORDER | {"items": ORDER["items"] | {"user-expansion-package": quantity}}
    assert quote(book, order).totals.net == Decimal("1125.48")


@pytest.mark.parametrize(
    ("order", "place"),
    [
        ({"items": {"user-expansion-package": 10.0}}, "order.items.user-expansion-package"),
        ({"items": {"storage-expansion-package": {"quantity": 0.1}}}, "order.items.storage-expansion-package.quantity"),
        ({"items": {"users": [{"quantity": 5}, {"quantity": float("nan")}]}}, "order.items.users.1.quantity"),
        ({"attributes": {"segment": 1e3}}, "order.attributes.segment"),
    ],
)  # fmt: skip
def test_a_float_is_never_taken(book, order, place):
    with pytest.raises(TypeError, match=f"`{place}` is the float .*, which is not exact: give Decimal"):
        quote(book, ORDER | order)


def test_a_float_is_never_taken_for_an_event_either(book):
    with pytest.raises(TypeError, match=re.escape("`user-expansion-package` is the float 12.0")):
        change(book, GROWING, JULY, items={"user-expansion-package": 12.0})


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), None, object(), {1, 2}, b"10"])
def test_what_no_file_could_say_is_refused_by_its_place(value):
    with pytest.raises(TypeError, match=re.escape("`order.items` is ")):
        written({"items": value}, "order")


TEXTS = ["10", "-0.50", "1e3", "007", "true", "", "a: b", 'say "x"', "二 价格", "line\nline", "#no", "2026-03-01"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_read_back_as_it_was_given(text):
    from engine.language.document import read_document

    document, _ = read_document("order", written({"a": {"b": [text]}}, "order").encode())
    assert document.written["a", "b", 0] == text


def test_a_finding_about_a_mapping_shows_the_line_at_fault(book):
    with pytest.raises(Refused) as raised:
        quote(book, ORDER | {"items": {"basic-editon": "50-users-500-gb"}})
    (found,) = raised.value.diagnostics
    assert (found.code, found.span.file, found.help) == ("Q201", "order", "did you mean `basic-edition`?")
    assert '6 |   "basic-editon": "50-users-500-gb"' in str(raised.value)


def test_an_order_without_a_date_is_refused_because_no_clock_is_read(book):
    with pytest.raises(Refused, match="the order does not say its date"):
        quote(book, {key: value for key, value in ORDER.items() if key != "date"})


@pytest.mark.parametrize(
    ("given", "at"),
    [
        (date(2026, 3, 1), datetime(2026, 2, 28, 16, 0, tzinfo=UTC)),  # the day begins in Shanghai, 8 hours ahead of UTC
        (datetime(2026, 3, 1, 10, 0), datetime(2026, 3, 1, 2, 0, tzinfo=UTC)),
        (datetime(2026, 3, 1, 10, 0, tzinfo=timezone(timedelta(hours=1))), datetime(2026, 3, 1, 9, 0, tzinfo=UTC)),
    ],
)
def test_a_date_is_one_of_the_books_time_zone_unless_it_says_otherwise(book, given, at):
    assert sheet(book, given).header.at == at
    assert quote(book, ORDER | {"date": given}).at == at


WRONG_CALLS = {
    "a text for a date": (lambda book: sheet(book, "2026-03-01"), TypeError, "no date"),
    "a year that nobody means": (lambda book: sheet(book, date(1026, 3, 1)), ValueError, "not between the years 1900 and 9000"),
    "no such currency": (lambda book: sheet(book, date(2026, 3, 1), "EUR"), ValueError, "no price in `EUR`"),
    "no such attribute": (lambda book: sheet(book, JULY, attributes={"sector": "x"}), ValueError, "declares no attribute `sector`"),
    "no event": (lambda book: change(book, GROWING, JULY), TypeError, "one event is asked for at a time"),
    "two events": (lambda book: change(book, GROWING, JULY, renew="1 year", unsubscribe=True), TypeError, "one event is asked for"),
    "no period": (lambda book: invoice(book, GROWING, "2026-13"), ValueError, "`2026-13` is no period"),
    "a period that ends first": (lambda book: invoice(book, GROWING, (JULY, JULY)), ValueError, "ends before it begins"),
    "an issue before the period": (lambda book: invoice(book, GROWING, "2026-08", date=JULY), ValueError, "is before the period"),
    "an empty number": (lambda book: invoice(book, GROWING, "2026-05", number=" "), ValueError, "the number is empty"),
    "a float": (lambda book: invoice(book, GROWING, "2026-08", paid=12.5), TypeError, "which is not exact"),
    "more than is owed": (lambda book: invoice(book, GROWING, "2026-08", paid=10**6), ValueError, "is more than is owed: the invoice comes to"),
    "no amount": (lambda book: invoice(book, GROWING, "2026-08", paid="1.005"), ValueError, "no amount in USD; write it as 100.00"),
    "a last day that nobody means": (lambda book: quote(book, ORDER, valid_until=date(1026, 3, 1)), ValueError, "not between the years 1900"),
    "no document": (lambda book: to_json(book), TypeError, "no document of pricebook: Book"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_CALLS)
def test_a_mistake_of_the_calling_program_is_named(book, name):
    call, kind, message = WRONG_CALLS[name]
    with pytest.raises(kind, match=message):
        call(book)


# ------------------------------------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize("name", ["nowhere", "rules/nowhere", "/nowhere/at/all"])
def test_a_book_that_is_not_there_is_said_to_be_missing(desk, name):
    with pytest.raises(Refused, match=f"there is no book `{name}`") as raised:
        open_book(name)
    assert [(each.code, each.subject) for each in raised.value.diagnostics] == [("Y801", name)]


def test_a_folder_without_rules_is_said_to_be_empty(desk):
    with pytest.raises(Refused, match="`out` holds no rule files"):
        open_book(desk / "out")


def test_a_book_with_errors_is_refused_with_all_of_them(desk, run):
    prices = desk / "rules" / "koodrive" / "prices" / "2026-01-01.yaml"
    prices.write_text(prices.read_text().replace("89.00", "89.0O"))
    with pytest.raises(Refused, match=re.escape("89.0O")) as raised:
        open_book("koodrive")
    assert raised.value.diagnostics and all(each.severity == "error" for each in raised.value.diagnostics)
    assert to_json(raised.value) == run("quote", "-b", "koodrive", "--example", "one-year-team", "-f", "json").out


@pytest.mark.parametrize(
    ("ask", "subject", "message"),
    [
        (lambda book: change(book, GROWING, JULY, items={"basic-edition": "huge"}), "item basic-edition=huge", "no spec `huge`"),
        (lambda book: change(book, GROWING, JULY, renew="1 yaer"), "renew 1 yaer", "`1 yaer`"),
        (lambda book: change(book, GROWING, date(2020, 1, 1), unsubscribe=True), "date", "begins on"),
        (lambda book: change(book, GROWING, JULY, unsubscribe=True, subscription="x"), "subscription", "no subscription `x`"),
        (lambda book: quote(book, "no-such.yaml"), "no-such.yaml", "there is no file"),
        (lambda book: invoice(book, GROWING, "2026-05", usage=["no-such.csv"]), "no-such.csv", "there is no file"),
        (lambda book: invoice(book, GROWING, "2026-05", issued=["no-such.json"]), "no-such.json", "there is no file"),
    ],
)  # fmt: skip
def test_a_refusal_speaks_of_arguments_not_of_options(book, ask, subject, message):
    with pytest.raises(Refused, match=message) as raised:
        ask(book)
    assert raised.value.diagnostics[0].subject == subject
    assert "--" not in "".join(each.help + each.message for each in raised.value.diagnostics)


def test_what_a_program_gives_is_told_as_it_is(book):
    with pytest.raises(Refused) as raised:
        change(book, GROWING, JULY, switch="--fast")
    assert raised.value.diagnostics[0].message == "there is no billing mode `--fast`"
    with pytest.raises(Refused) as raised:
        change(book, GROWING, JULY, items={"basic-edition": ""})
    assert [(each.message, each.help) for each in raised.value.diagnostics] == [("`item basic-edition=` cannot be read", "write `item NAME=VALUE`")]


def test_a_refusal_crosses_processes(book):
    with pytest.raises(Refused) as raised:
        quote(book, {})
    copy = pickle.loads(pickle.dumps(raised.value))
    assert (str(copy), copy.diagnostics) == (str(raised.value), raised.value.diagnostics)


# ------------------------------------------------------------------------------------------------------------------ the face


def test_help_tells_of_every_name():
    told = pydoc.plain(pydoc.render_doc(pricebook))
    assert all(re.search(rf"^ {{4}}(class )?{name}\(", told, re.MULTILINE) for name in pricebook.__all__ if name != "Sheet")


def test_every_name_of_the_face_is_there_and_says_what_it_is():
    assert sorted(pricebook.__all__) == list(pricebook.__all__)
    for name in pricebook.__all__:
        assert (getattr(pricebook, name).__doc__ or "").strip(), name
    assert set(pricebook.__all__) <= set(dir(pricebook))
    with pytest.raises(AttributeError, match="no attribute 'price'"):
        _ = pricebook.price


def test_where_nothing_is_owed_no_number_is_used():
    book = pricebook.open_book(ROOT / "rules" / "koodrive")
    found = pricebook.invoice(book, ROOT / "examples" / "koodrive" / "growing-team" / "account.yaml", "2026-05", number="2026-0017")
    assert found.lines == () and found.issue.number is None
