"""The shape check: every key and every form of value, with what to write instead, in words of pricing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.document import read_document
from engine.language.shape import check_shape
from engine.resources import schema_names


def check(text: str, schema: str = "book-file"):
    """The findings of the shape check alone; the text itself must be sound."""
    document, found = read_document("a.yaml", text.encode())
    assert found == ()
    return check_shape(document, schema)


ITEM = "items: {storage: {title: Storage, unit: GB, %s}}\n"
PRICE = "prices: [{effective: 2026-01-01, billing_mode: m, per: month, items: {storage: %s}}]\n"
DISCOUNT = "discounts: {d: {title: D, %s}}\n"

# what is typed, its code, what the help must say (rule language, section 1, Scalars)
WRONG = [
    (PRICE % "1_000", "S105", "write `1000`"),
    (PRICE % "{unit_price: 1e3}", "S105", "write `1000`"),
    (PRICE % ".5", "S105", "write `0.5`"),
    (PRICE % "012", "S105", "write `12`"),
    (PRICE % "0x1F", "S105", "write `31`"),
    (PRICE % "1:30", "S105", "write a price such as `2.40`"),
    (PRICE % ".inf", "S105", "write a price such as `2.40`"),
    (PRICE % "12.50 USD", "S105", "write `12.50`"),
    (PRICE % "$12.50", "S105", "write `12.50`"),
    (PRICE % "+2.40", "S105", "write `2.40`"),
    (PRICE % "2,40".join(['"', '"']), "S105", "write `2.40`"),
    (PRICE % '"2.40"', "S114", "remove the quotes: write `2.40`"),
    (PRICE % "-2.40", "S112", "from 0 up"),
    (PRICE % "true", "S105", "write a price such as `2.40`"),
    (DISCOUNT % "percent_off: 0.17", "S106", "write `17%`"),
    (DISCOUNT % "percent_off: 17", "S106", "write `17%`"),
    (DISCOUNT % "percent_off: 17 %", "S106", "write `17%`"),
    (DISCOUNT % "percent_off: 10%, lasts: 1m", "S115", "write `1 month`"),
    (DISCOUNT % "percent_off: 10%, after: 1m", "S107", "write `1 month`"),
    (DISCOUNT % "percent_off: 10%, after: P1M", "S107", "write `1 month`"),
    (DISCOUNT % "percent_off: 10%, after: 12", "S107", "write `12 months`"),
    (DISCOUNT % "percent_off: 10%, after: one year", "S107", "write `1 year`"),
    (DISCOUNT % "percent_off: 10%, after: 1 fortnight", "S107", "write `2 weeks`"),
    (ITEM % "quantity: {min: 100GB}", "S108", "write `100 GB`"),
    (ITEM % "provides: {storage: 1TB}", "S108", "write `1 TB`"),
    (ITEM % "quantity: {step: 1_000}", "S108", "write `1000`"),
    (DISCOUNT % "percent_off: 10%, until: 2026-4-1", "S109", "write `2026-04-01`"),
    (DISCOUNT % "percent_off: 10%, until: 31.12.2026", "S109", "write `2026-12-31`"),
    (DISCOUNT % "percent_off: 10%, until: 1/1/2026", "S109", "write `2026-01-01`"),
    (DISCOUNT % "percent_off: 10%, until: 2/1/2026", "S109", "write a date such as `2026-01-01`"),
    (DISCOUNT % "percent_off: 10%, until: next year", "S109", "write a date such as `2026-01-01`"),
    (ITEM % "meter: {measure: max, hold: yes}", "S110", "write `true`"),
    (ITEM % "meter: {measure: max, hold: on}", "S110", "write `true`"),
    (ITEM % "meter: {measure: max, hold: n}", "S110", "write `false`"),
    (ITEM % "meter: {measure: max, hold: 1}", "S110", "write `true`"),
    (ITEM % "meter: {measure: maximum}", "S111", "`max`"),
    (ITEM % "meter: {measure: max, places: 2.5}", "S112", "without decimals"),
    (ITEM % "meter: {measure: max, places: -1}", "S112", "from 0 up"),
    (ITEM % "description: ", "S113", "write a text"),
    (ITEM % "descripton: x", "S101", "did you mean `description`?"),
    (ITEM % "colour: x", "S101", "known here: `title`"),
    (ITEM % "derived_from: users", "S102", "remove the key"),
    ("items: {storage: {title: Storage}}\n", "S103", "add `unit: GB`"),
    ("items: [storage]\n", "S104", "write, for example, `items: {storage: {title: Storage, unit: GB}}`"),
    ("items: storage\n", "S104", "write, for example, `items: {storage: {title: Storage, unit: GB}}`"),
    ("prices: {effective: 2026-01-01}\n", "S104", "begin each entry below `prices:` with a dash, such as `- {"),
    ("itmes: {}\n", "S101", "did you mean `items`?"),
    (
        "billing_modes: {m: {title: M, payment: prepaid, cycle: term, items: {a: required}, align: last-day}}\n",
        "S101",
        "`align` belongs to an entry of `renewals`; known here",
    ),
]


@pytest.mark.parametrize(("text", "code", "remedy"), WRONG)
def test_each_wrong_form_says_what_to_write(text, code, remedy):
    """One finding with its code, and a remedy that names what was meant."""
    found = check(text)
    assert [each.code for each in found] == [code]
    assert remedy in found[0].help
    for word in ("schema", "Decimal", "type", "pattern", "additionalProperties", "required property", "instance", "None"):
        assert word not in found[0].message


@pytest.mark.parametrize(("events", "may_go"), [("events: []", False), ("events: ", False), ("events: [{date: 2026-03-01, start: true}], attributes: ", True)])
def test_a_key_that_is_required_is_not_to_be_removed(events, may_go):
    (found,) = check(f"id: a\ncustomer: {{name: A}}\nsubscriptions: [{{id: s, billing_mode: m, {events}}}]\n", "account")
    assert (found.code, "or remove the key" in found.help) == ("S113", may_go)


@pytest.mark.parametrize(
    ("text", "underlined"),
    [
        (ITEM % "descripton: x", "descripton"),
        (DISCOUNT % "percent_off: 0.17", "0.17"),
        (ITEM % "quantity: {min: 100GB}", "100GB"),
        ("items:\n  storage:\n    title: Storage\n", "storage"),
        ("itmes: {}\n", "itmes"),
    ],
)
def test_the_exact_word_is_underlined(text, underlined):
    """An unknown key is underlined as the key, a wrong value as the value, a missing key at the rule that lacks it."""
    span = check(text)[0].span
    assert text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1] == underlined


@pytest.mark.parametrize("word", ["NO", "on", "off", "y", "012", "2026", "1e3", "true", "null", "~", "1:30", "0.10", "-"])
def test_where_a_text_is_expected_any_plain_scalar_is_text(word):
    """`NO` is Norway and `2026` a title; no word of YAML 1.1 is refused as a text."""
    assert check(ITEM % f"description: {word}" if word != "-" else ITEM % 'description: "-"') == ()
    assert (
        check(
            "book: {id: a, title: %s, status: draft, currency: EUR, timezone: UTC, rounding: {at: line, mode: up}, seller: {name: NO, country: NO}}\n"
            % word.replace("-", "x")
        )
        == ()
    )


def test_a_smallest_minimum_is_compared_exactly():
    """Bounds are exact: -0.000...1 with 30 decimals is below zero, 0 is not."""
    assert [each.code for each in check(PRICE % f"-0.{'0' * 30}1")] == ["S112"]
    assert check(PRICE % "0") == ()
    assert check(PRICE % f"0.{'0' * 30}1") == ()


def test_every_problem_of_a_file_is_reported():
    """Findings do not hide each other."""
    text = "items:\n  a: {title: A, unt: GB}\n  b: {unit: GB, quantity: {min: 1GB}}\nunits: []\nlimits:\n  - {max: 5}\n"
    assert sorted(each.code for each in check(text)) == ["S101", "S103", "S103", "S104", "S108"]


def test_of_a_file_that_breaks_off_nothing_is_called_missing():
    """What a damaged file lacks may stand in the part that was not read; what it holds is checked."""
    document, found = read_document("a.yaml", b"items:\n  a:\n    tilte: A\n   unit: GB\n")
    assert [each.code for each in found] == ["Y104"]
    assert [each.code for each in check_shape(document, "book-file")] == ["S101"]


def test_sections_are_schemas_of_their_own():
    """A section's schema accepts what a file of a book accepts under its key."""
    assert {"book", "items", "prices", "taxes", "book-file", "order", "account", "usage", "quote", "findings"} <= set(schema_names())
    assert check("storage: {title: Storage, unit: GB}\n", "items") == ()


VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.sampled_from(["x", "1 month", "17%", "100 GB", "2026-01-01", "no"]),
        st.decimals(allow_nan=False, allow_infinity=False),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["items", "prices", "title", "unit", "tiers", "when", "x"]), inner, max_size=3),
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["book", "items", "prices", "discounts", "billing_modes", "examples", "units", "x"]), VALUES, max_size=3))
def test_the_fast_and_the_wording_validator_agree(data):
    """Whatever the fast validator refuses the other one words; whatever it accepts has no finding."""
    document, _ = read_document("a.yaml", b"")
    changed = type(document)(document.file, "", data, {}, {}, {})
    for each in check_shape(changed, "book-file"):
        assert each.message
        assert each.help


def test_numbers_are_decimals_for_both_validators():
    """`places: 2` is a whole number although it is a Decimal."""
    document, _ = read_document("a.yaml", (ITEM % "meter: {measure: max, places: 2}").encode())
    assert document.data["items"]["storage"]["meter"]["places"] == Decimal(2)
    assert check_shape(document, "book-file") == ()
