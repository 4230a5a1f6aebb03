"""Account numbers: the check digits and lengths of the registry, whatever is copied wrongly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values.countries import is_country
from engine.values.iban import LENGTHS, compact, fault_of

# The examples of the registry.
RIGHT = (
    "DE89370400440532013000",
    "GB29NWBK60161331926819",
    "FR1420041010050500013M02606",
    "NO9386011117947",
    "MT84MALT011000012345MTLCAST001S",
    "CH9300762011623852957",
)


@pytest.mark.parametrize("iban", RIGHT)
def test_the_examples_of_the_registry_are_right(iban):
    assert fault_of(iban) == "" and fault_of(" ".join(iban[at : at + 4] for at in range(0, len(iban), 4))) == ""
    assert compact(iban.lower()) == iban


@given(st.sampled_from(RIGHT), st.data())
def test_one_wrong_sign_or_two_swapped_ones_are_found(iban, data):
    at = data.draw(st.integers(4, len(iban) - 2))
    other = data.draw(st.sampled_from("0123456789" if iban[at].isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    changed = iban[:at] + other + iban[at + 1 :]
    assert bool(fault_of(changed)) == (changed != iban)
    swapped = iban[:at] + iban[at + 1] + iban[at] + iban[at + 2 :]
    assert bool(fault_of(swapped)) == (swapped != iban)


@pytest.mark.parametrize(
    ("iban", "said"),
    [("US 123", "two check digits"), ("", "two check digits"), ("ZZ89370400440532013000", "called ZZ"), ("DE8937040044053201300", "22 characters, and this one has 21"),
     ("DE89３70400440532013000", "two check digits"), ("DE89370400440532013001", "check digits do not match")],
)  # fmt: skip
def test_what_is_wrong_is_said(iban, said):
    assert said in fault_of(iban)


def test_the_registry_names_countries():
    assert all(is_country(each) for each in LENGTHS) and all(15 <= length <= 34 for length in LENGTHS.values())
