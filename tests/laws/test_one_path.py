"""What is quoted is what is billed: an order with `for:` and the records that it describes give the same lines, amounts and taxes, to the last
digit, over random books with attributes, discounts, taxes, specs, fees, every measure and window (second version, 1.5).

`make verify` runs a hundred thousand of them, and shows that the law finds mutants of the path.
"""

from hypothesis import given
from hypothesis import strategies as st

from tests.extent import examples
from tests.laws.one_path import check


class Drawn:
    """Choices that shrink."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def pick(self, options):
        return self._data.draw(st.sampled_from(options))


@examples(250)
@given(st.data())
def test_an_estimate_is_billed_as_it_was_quoted(data):
    assert check(Drawn(data), 1) is None
