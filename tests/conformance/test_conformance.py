"""Amounts of other systems, said in the rule language: equal to the last digit, or listed with the reason why not."""

import pytest

from engine.language.build import load_book
from tests.conformance.adapters.table import ADAPTERS
from tests.conformance.adapters.terms import plan_book
from tests.conformance.cases import answer, expected, normal
from tests.conformance.facts import LISTED, VECTORS
from tests.conformance.inputs import GRANTED, Seen, not_granted, unread
from tests.conformance.language import write
from tests.conformance.readme import README, with_counts

EQUAL = [vector for vector in VECTORS if vector["id"] not in LISTED]
UNSAID = [vector for vector in VECTORS if vector["id"] in LISTED]


def _case(vector):
    return ADAPTERS[vector["system"], vector["kind"]](vector)


@pytest.mark.parametrize("vector", EQUAL, ids=lambda vector: vector["id"])
def test_equal_to_the_last_digit(vector):
    """Nothing that the other system was given is passed over: what the adapter does not read, it takes for granted by name."""
    seen: set[str] = set()
    assert answer(_case(vector | {"inputs": Seen(vector["inputs"], seen)})) == expected(vector)
    assert not not_granted(vector, seen)


@pytest.mark.parametrize("vector", UNSAID, ids=lambda vector: vector["id"])
def test_listed_for_a_reason(vector):
    """The closest book that can be written answers something else: it is not simply expressed."""
    entry = LISTED[vector["id"]]
    field = entry.get("field", next(iter(expected(vector))))
    nearest = answer(_case(vector))[field]
    assert entry["reason"].strip() and nearest == normal(entry["nearest"])
    assert nearest != expected(vector)[field]


def test_every_vector_is_in_exactly_one_set():
    ids = [vector["id"] for vector in VECTORS]
    assert len(set(ids)) == len(ids) == 445
    assert set(LISTED) <= set(ids)
    assert {vector["id"] for vector in EQUAL} | set(LISTED) == set(ids)


def test_what_is_taken_for_granted_is_not_read():
    """An entry goes with what needed it."""
    needed = set()
    for vector in VECTORS:
        seen: set[str] = set()
        answer(_case(vector | {"inputs": Seen(vector["inputs"], seen)}))
        needed |= {(f"{vector['system']} {vector['kind']}", name) for name, _ in unread(vector["inputs"], seen)}
    assert needed >= {(kind, name) for kind, names in GRANTED.items() for name in names}


def test_an_input_that_no_adapter_knows_is_not_passed_over():
    vector = VECTORS[0] | {"inputs": VECTORS[0]["inputs"] | {"new": 1}}
    seen: set[str] = set()
    _case(vector | {"inputs": Seen(vector["inputs"], seen)})
    assert ("new", 1) in not_granted(vector, seen)


def test_every_adapter_has_vectors():
    assert set(ADAPTERS) == {(vector["system"], vector["kind"]) for vector in VECTORS}


@pytest.mark.parametrize(
    "change",
    [
        {"billing_modes": {"plan": {"terms": ["7 days"]}}},
        {"renewals": {"keep": {"align": "monday"}}},
        {"renewals": {"keep": {"align": 31}}},
    ],
    ids=["terms of days", "a day of the week", "a day that some months lack"],
)
def test_what_is_lacking_is_refused(change):
    """As soon as the language learns one of these, what is listed for the lack of it must be said."""
    book = plan_book({"thing": 1}, 1)
    assert load_book({"book.yaml": write(book).encode()}).book is not None
    ((section, ((name, keys),)),) = ((section, rules.items()) for section, rules in change.items())
    for key, value in keys.items():
        rule = book[section][name]
        rule[key] = rule[key] | value if isinstance(value, dict) else value
    findings = load_book({"book.yaml": write(book).encode()}).diagnostics
    assert any(finding.severity == "error" for finding in findings)


def test_readme_counts_are_of_today():
    text = README.read_text("utf-8")
    assert with_counts(text) == text
