"""An invoice of charges is the invoice of the usage that they were made of, in every field and step that is told without `--explain`; and sums
between cuts are discounted and taxed as each window by itself would be.
"""

from hypothesis import given
from hypothesis import strategies as st

from tests.extent import examples
from tests.laws.charged import check
from tests.laws.test_one_path import Drawn


@examples(200)
@given(st.data())
def test_charges_are_billed_as_their_usage_is(data):
    assert check(Drawn(data)) is None
