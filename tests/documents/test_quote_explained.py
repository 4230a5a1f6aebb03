"""What a newcomer is told: the line that each number comes from, the discount's name, every charge, every period, one sign."""

import ast
import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest

import engine.pricing
from engine.documents.format import formatter
from engine.documents.quote_csv import render_quote_csv
from engine.documents.quote_json import quote_data
from engine.documents.quote_reasons import REASONS
from engine.documents.quote_steps import order_steps, shown_steps
from engine.documents.terminal import Look
from engine.documents.translations import LANGUAGES, translator
from tests.documents.explained_book import DISCOUNTS, LOADED, PRICES, quoted
from tests.documents.written import render_quote_markdown, render_quote_text

BOOK = LOADED.book
EVERYTHING = {"coupons": ("HELLO",), "attributes": ("segment=education", "country=DE")}
SUPPORT = ("support=2", "storage=100 GB")
TEXTS = {"prices.yaml": PRICES, "discounts.yaml": DISCOUNTS}


def steps(quote, line: int = 0) -> list[tuple[str, str, str, str]]:
    """Every step of a line, children too: name, working, result, source."""
    found = []

    def collect(shown):
        for step in shown:
            found.append((step.name.replace("\u00a0", " "), step.working.replace("\u00a0", " "), step.result, step.source))
            collect(step.children)

    collect(shown_steps(quote.lines[line], quote, BOOK, formatter("en")))
    collect(order_steps(quote, BOOK, formatter("en")))
    return found


@pytest.mark.parametrize(
    ("working", "number"),
    [
        ("Longer term: 10% of 337.80", "percent_off: 10%"),
        ("For schools: 10% of 304.02", "percent_off: 10%"),
        ("Hello: 20.00 × 273.62 ÷ 289.80", "amount_off:"),
        ("VAT: 19% of 269.80", "rate: 19%"),
        ("2 × 19.90", "unit_price: 19.9"),
        ("99.00", "amount: 99.00"),
    ],
)
def test_a_step_cites_the_line_of_its_number(working, number):
    """The tier of a discount, the key of a benefit, the rate of a tax, the key of a price: not the head of the rule."""
    source = next(source for _, told, _, source in steps(quoted(SUPPORT, **EVERYTHING)) if told == working)
    file, line = source.split(":")
    assert number in TEXTS[file].splitlines()[int(line) - 1]


@pytest.mark.parametrize(("term", "line"), [("6 months", "      - from: 6 months"), ("1 year", "      - {from: 1 year, percent_off: 17%}")])
def test_each_tier_has_its_own_line(term, line):
    quote = quoted(("storage=100 GB",), term)
    source = next(source for _, working, _, source in steps(quote) if working.startswith("Longer term"))
    lines = DISCOUNTS.splitlines()
    at = int(source.split(":")[1]) - 1
    assert line in (lines[at], lines[at - 1])


def test_a_tier_cites_the_line_of_its_price():
    told = {working: source for _, working, _, source in steps(quoted(("addon=12",)))}
    lines = PRICES.splitlines()
    cited = [lines[int(told[working].split(":")[1]) - 1].strip(" -") for working in ("10 × 4.00", "2 × 3.50")]
    assert cited == ["unit_price: 4.00", "unit_price: 3.5"]


def test_an_allowance_and_a_price_have_their_own_lines():
    told = {name: source for name, _, _, source in steps(quoted(("calls=2500",), None, duration="10 days"))}
    assert (told["allowance"], told["per unit"]) == ("prices.yaml:25", "prices.yaml:24")


@pytest.mark.parametrize(
    ("step", "working", "result"),
    [
        ("prices in force", "", ""),
        ("once", "from 1 Jan 2026", "99.00"),
        ("a month", "from 1 Jan 2026", "19.90"),
        ("a month", "2 × 19.90", "39.80"),
        ("times the term", "99.00 + 39.80 × 6 months", "337.80"),
        ("once", "99.00", "99.00"),
        ("a month", "39.80 × 6 months", "238.80"),
        ("discount", "Longer term: 10% of 337.80", "−33.78"),
        ("discount", "Hello: taken off in step 7", ""),
        ("rounding", "273.618 to 273.62, half up", "+0.002"),
        ("amounts off", "Hello: 20.00 × 273.62 ÷ 289.80", "−18.88"),
    ],
)
def test_a_list_of_charges_is_told_charge_by_charge(step, working, result):
    assert (step, working, result) in [told[:3] for told in steps(quoted(SUPPORT, **EVERYTHING))]


def test_a_coupon_that_waits_for_step_7_is_not_said_to_apply_to_nothing():
    """No line says that no discount applies where one does."""
    quote = quoted(("addon=2",), coupons=("HELLO",))
    told = [(name, working) for name, working, _, _ in steps(quote)]
    assert ("discount", "Hello: taken off in step 7") in told
    assert not [working for _, working in told if working in ("none applies", "no other applies")]
    assert ("amounts off", "Hello: 20.00") in told


def test_a_coupon_never_takes_more_than_is_left():
    quote = quoted(("addon=1",), "1 month", coupons=("HELLO",))
    assert ("amounts off", "Hello: 20.00, at most the 4.00 left", "−4.00") in [told[:3] for told in steps(quote)]


@pytest.mark.parametrize(
    ("item", "length", "told"),
    [
        ("desk=3", "10 days", ("times the hours", "10 Mar 2026 to 19 Mar 2026: 240 × 0.30", "72.00")),
        ("desk=3", "30 days", ("times the hours", "10 Mar 2026 to 31 Mar 2026: 527 × 0.30", "158.10")),
        ("room=2", "10 days", ("times the months", "10 Mar 2026 to 19 Mar 2026, a part of a month counts as a whole one", "60.00")),
        ("desk=3", "30 days", ("1 Apr 2026 to 30 Apr 2026", "", "57.60")),
        ("calls=2500", "10 days", ("charge", "1,500 × 0.0003", "0.45")),
        ("calls=2500", "10 days", ("price in force", "from 1 Jan 2026", "0.0003")),
    ],
)
def test_use_is_told_with_its_periods_and_what_counts_as_one(item, length, told):
    """3.10, Estimates: a total of a sum or count is one window; 3.4: without `stub` a part month counts whole."""
    assert told in [step[:3] for step in steps(quoted((item,), None, duration=length))]


def test_no_view_speaks_of_times_the_windows():
    quote = quoted(("desk=3", "room=1"), None, duration="40 days")
    assert "times the windows" not in render_quote_text(quote, BOOK, "en", True, Look(100))


def test_data_takes_off_and_readers_see_the_change():
    """3.10, Output: list - discount - rounding = amount in JSON and CSV; in columns for readers the changes are added."""
    quote = quoted(SUPPORT, **EVERYTHING)
    row = next(csv.DictReader(io.StringIO(render_quote_csv(quote, BOOK, "en"))))
    line = quote_data(quote, BOOK)["lines"][0]
    for data in (row, line):
        listed, discount, rounding, amount = (Decimal(data[name]) for name in ("list_amount", "discount_amount", "rounding_amount", "amount"))
        assert (rounding, listed - discount - rounding) == (Decimal("-0.002"), amount)
    text = render_quote_markdown(quote, BOOK, "en", True)
    shown = next(line for line in text.splitlines() if line.startswith("| Support<br>")).split(" | ")[1:]
    listed, discount, rounding, amount = (Decimal(cell.strip(" |").replace("−", "-")) for cell in shown)
    assert shown[2] == "+0.0020" and listed + discount + rounding == amount
    assert "half up | +0.002 |" in text


def test_formulas_show_prices_with_the_currencys_decimals():
    """19.9 is shown as 19.90 wherever a formula is printed."""
    formulas = json.dumps(quote_data(quoted(SUPPORT), BOOK)["lines"][0]["trace"], ensure_ascii=False)
    assert '"2 × 19.90"' in formulas and '"99.00 + 39.80 × 6"' in formulas and '× 19.9"' not in formulas


# ------------------------------------------------------------------------------------------------------------------ reasons


def emitted() -> set[str]:
    """Every reason in pricing's code: the third value of a `Considered`, the second of `_not`, a `reason=`."""
    found = set()
    for file in Path(engine.pricing.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                position = {"Considered": 2, "_not": 1}.get(name)
                given = [word.value for word in node.keywords if word.arg == "reason"]
                if position is not None and len(node.args) > position:
                    given.append(node.args[position])
                found |= {each.value for each in given if isinstance(each, ast.Constant)}
    return found


def test_every_reason_has_words():
    assert emitted() - REASONS.keys() == set()
    assert len(emitted()) > 15


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_a_price_that_is_not_used_says_why_in_every_language(language):
    quote = quoted(("addon=2",), "1 year")
    text = render_quote_text(quote, BOOK, language, True, Look(100))
    assert translator(language).find("the term is counted in years") in text.replace("\n", " ")
    assert "other price period" not in text and "counted in" not in text
