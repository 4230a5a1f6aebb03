"""Values as readers of five languages write them, with the faults of the locale data worked round."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.documents.format import decimals, formatter, in_language, without_isolates
from engine.model.formulas import Figure, Measure, Percent, Price, product, summed
from engine.model.texts import Text, UnitTitle
from engine.values.periods import parse_duration, zone

LRI, FSI, PDI, NBSP = "\u2066", "\u2068", "\u2069", "\u00a0"
USERS = UnitTitle(
    {
        "en": {"one": "user", "other": "users"},
        "ar": {"one": "مستخدم", "two": "مستخدمان", "few": "مستخدمين", "many": "مستخدمًا", "other": "مستخدم"},
    }
)


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        ("en", "1234567.5", "1,234,567.5"),
        ("zh", "1234567.5", "1,234,567.5"),
        ("de", "1234567.5", "1.234.567,5"),
        ("de-CH", "1234567.5", "1’234’567.5"),
        ("ar", "1234567.5", f"{LRI}1,234,567.5{PDI}"),
        ("en", "-0.5", "\u22120.5"),
        ("ar", "-0.5", f"{LRI}\u22120.5{PDI}"),
        ("en", "0.0000000000000000000000000001234567", "0.0000000000000000000000000001234567"),
        ("en", "123456789012345678901234567890.12", "123,456,789,012,345,678,901,234,567,890.12"),
        ("en", "0.125", "0.125"),
    ],
)
def test_numbers_keep_all_their_digits(language, value, shown):
    """Babel would round half to even at 28 digits and put the Arabic minus on the wrong side; nothing is rounded here."""
    assert formatter(language).number(Decimal(value)) == shown


def test_exactly_so_many_decimals_never_fewer():
    f = formatter("en")
    assert f.number(Decimal("2.4"), 3) == "2.400"
    with pytest.raises(ValueError, match="rounds nothing"):
        f.number(Decimal("2.4321"), 3)


@pytest.mark.parametrize(
    ("currency", "value", "shown"),
    [
        ("USD", "5", "USD 5.00"),
        ("JPY", "5", "JPY 5"),
        ("IQD", "5", "IQD 5.000"),
        ("MGA", "5", "MGA 5.00"),
        ("USD", "0.0023456", "USD 0.0023456"),
    ],
)
def test_money_has_the_decimals_of_iso_4217(currency, value, shown):
    assert formatter("en").money(Decimal(value), currency) == shown.replace(" ", NBSP)


def test_money_stands_where_the_locale_puts_it():
    amount = Decimal("1093.79")
    assert formatter("de").money(amount, "USD") == f"1.093,79{NBSP}USD"
    assert formatter("ar").money(amount, "USD") == f"{LRI}1,093.79{NBSP}USD{PDI}"
    assert formatter("ja").money(amount, "USD") == f"USD{NBSP}1,093.79"


@pytest.mark.parametrize(
    ("language", "ratio", "sign", "shown"),
    [
        ("en", "0.17", False, "17%"),
        ("en", "-0.17", False, "\u221217%"),
        ("en", "0.071", True, "+7.1%"),
        ("de", "0.17", False, f"17{NBSP}%"),
        ("ar", "-0.17", False, f"{LRI}\u221217%{PDI}"),
    ],
)
def test_percentages(language, ratio, sign, shown):
    assert formatter(language).percent(Decimal(ratio), sign=sign) == shown


def test_a_number_that_does_not_end_has_ten_decimals():
    assert formatter("en").number(Fraction(2, 3)) == "0.6666666667"


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        ("1", f"مستخدم{NBSP}واحد"),
        ("2", "مستخدمان"),
        ("10", f"{LRI}10{PDI}{NBSP}مستخدمين"),
        ("50", f"{LRI}50{PDI}{NBSP}مستخدمًا"),
    ],
)
def test_arabic_nouns_follow_their_number(count, shown):
    assert formatter("ar").quantity(Decimal(count), USERS, "user") == shown


def test_a_symbol_goes_left_to_right_with_its_number():
    assert formatter("ar").quantity(Decimal(100), UnitTitle(), "GB") == f"{LRI}100{NBSP}GB{PDI}"
    assert formatter("en").quantity(Decimal(1), USERS, "user") == f"1{NBSP}user"
    assert formatter("ja").quantity(Decimal(3), USERS, "user") == f"3{NBSP}{in_language('users', 'en')}"


def test_a_borrowed_name_follows_its_own_language():
    assert formatter("ja").quantity(Decimal(1), USERS, "user") == f"1{NBSP}{in_language('user', 'en')}"
    assert formatter("de").noun(UnitTitle({"xx": {"one": "a", "other": "b"}}), "u", 1, "xx") == in_language("a", "xx")
    # Neither the page's language nor the book's: the first one there is.
    assert formatter("zh").noun(UnitTitle({"en": {"one": "edition", "other": "editions"}}), "edition", 1, "ja") == in_language("edition", "en")
    assert formatter("zh").noun(UnitTitle({"en": {"one": "edition", "other": "editions"}}), "edition", 2, "ja") == in_language("editions", "en")


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", "1 March 2026"), ("zh", "2026年3月1日"), ("ar", "1 مارس 2026"), ("de", "1. März 2026"), ("ja", "2026年3月1日")],
)
def test_dates(language, shown):
    assert formatter(language).date(date(2026, 3, 1)) == shown


def test_an_instant_falls_on_its_day_in_the_books_zone():
    f, shanghai = formatter("en"), zone("Asia/Shanghai")
    assert f.instant(datetime(2026, 2, 28, 16, tzinfo=UTC), shanghai) == "1 March 2026"
    assert f.instant(datetime(2026, 2, 28, 17, 30, tzinfo=UTC), shanghai) == "1 March 2026, 01:30"


@pytest.mark.parametrize(
    ("language", "terms", "shown"),
    [
        ("en", ["1 month", "2 months", "9 months"], "1, 2, 9 months"),
        ("en", ["9 months", "1 year"], "9 months, 1 year"),
        ("ar", ["1 year", "2 years"], "سنة واحدة، سنتان"),
        ("zh", ["1 month", "2 months"], "1、2 个月"),
    ],
)
def test_rows_of_terms(language, terms, shown):
    assert without_isolates(formatter(language).durations([parse_duration(term) for term in terms])) == shown


def test_titles_are_a_list_in_small_letters_after_the_first():
    titles = ["Basic edition", "Storage expansion package", "KooDrive", "PDF export"]
    assert formatter("en").titles(titles) == "Basic edition, storage expansion package, KooDrive, and PDF export"
    assert formatter("de").titles(["Ausgabe", "Speicher"]) == "Ausgabe und Speicher"


def test_a_formula_is_one_piece_with_the_locales_separators():
    seats = product(Decimal(100), Price(Decimal("2.40")))
    assert formatter("de").formula(summed((seats, product(Decimal(1024), Price(Decimal("0.000060")))))) == "100 × 2,40 + 1.024 × 0,000060"
    assert formatter("ar").formula(seats) == f"{LRI}100 × 2.40{PDI}"
    assert formatter("ar").formula(None) == ""


def test_a_formula_has_the_locales_signs_and_leaves_units_as_they_are():
    """A percentage, a minus sign, a fraction whose numbers are grouped; a unit's own hyphen and digits stay."""
    assert formatter("de").formula(product(Figure(Decimal(-1068), 2), Percent(Decimal("0.125")))) == f"−1.068,00 × 12,5{NBSP}%"
    assert formatter("en").formula(product(Figure(Fraction(10000, 3)), Measure(Decimal("1024.5"), "vm-1000"))) == "(10,000/3) × 1,024.5 vm-1000"


def test_a_name_in_another_script_is_kept_together():
    text = Text({"en": "KooDrive"})
    assert formatter("ar").text(text) == f"{FSI}{in_language('KooDrive', 'en')}{PDI}"
    assert formatter("de").text(text) == in_language("KooDrive", "en")
    assert formatter("en").text(text) == without_isolates(formatter("de").text(text)) == "KooDrive"


@pytest.mark.parametrize(("currency", "shown"), [("USD", "US dollar (USD)"), ("EUR", "Euro (EUR)")])
def test_currency_names(currency, shown):
    assert formatter("en").currency_name(currency) == shown


def test_decimals_of_a_column():
    assert decimals([Decimal("2.40"), Decimal("1.992"), Decimal("5")], 2) == 3
    assert decimals([], 2) == 2
