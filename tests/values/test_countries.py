"""Countries by their two letters, and what somebody meant who wrote another word."""

import pytest
from babel import Locale

from engine.language.names import country_meant
from engine.values.countries import IN_USE, ISO_COUNTRIES, is_country


def test_the_list_is_that_of_the_territories():
    """The territories of two letters in the Unicode data are ISO's, and these that are not: regions, unions and private codes."""
    others = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
    assert {each for each in Locale("en").territories if len(each) == 2 and each.isalpha()} == ISO_COUNTRIES | others
    assert len(ISO_COUNTRIES) == 249 and not IN_USE & ISO_COUNTRIES


@pytest.mark.parametrize("code", ["DE", "GB", "XI", "XK", "1A"])
def test_known(code):
    assert is_country(code)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("de", "DE"), ("De", "DE"), ("Germany", "DE"), ("germany", "DE"), ("Deutschland", "DE"), ("中国", "CN"), ("DEU", "DE"), ("276", "DE"),
        ("UK", "GB"), ("United  Kingdom", "GB"), ("EL", "GR"), ("XX", None), ("SU", None), ("", None), ("EU", None), ("Atlantis", None),
    ],
)  # fmt: skip
def test_what_was_meant(written, meant):
    assert not is_country(written)
    assert country_meant(written) == (f"did you mean `{meant}`?" if meant else "write the two capital letters of ISO 3166, such as `DE`")
