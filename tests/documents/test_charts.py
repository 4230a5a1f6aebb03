"""Charts are drawn from exact points, with all numbers in words beside them."""

import itertools
import re
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from engine.documents.charts import Chart, ChartLine, Mark, Tick, draw_narrow, draw_small, draw_wide, nice_ticks

COLOUR = "#2450B2"
CHART = Chart(
    id="c",
    title="Costs & more",
    alternative="Monthly: 89.00. <Crossing> at 387 h.",
    lines=(
        ChartLine(((Decimal(0), Decimal(0)), (Decimal(730), Decimal("167.90"))), "167.90", "Pay-per-use", COLOUR),
        ChartLine(((Decimal(0), Decimal(89)), (Decimal(730), Decimal(89))), "89.00", "Monthly", COLOUR),
        ChartLine(((Decimal(0), Decimal(88)), (Decimal(730), Decimal(88))), "88.00", "1 year", COLOUR, heavy=False),
    ),
    x_ticks=tuple(Tick(Decimal(at), str(at)) for at in (0, 100, 200, 300, 400, 500, 600, 700, 730)),
    y_ticks=tuple(Tick(Decimal(at), str(at)) for at in (0, 50, 100, 150)),
    x_label="hours",
    y_label="USD a month",
    marks=(Mark(Decimal("386.95652"), Decimal(89), "387 h"),),
)
DRAWINGS = [draw_wide, draw_narrow, draw_small]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("largest", "wanted", "ticks"),
    [
        ("167.9", 4, "0 50 100 150"),
        ("730", 7, "0 100 200 300 400 500 600 700"),
        ("1.05", 3, "0 0.5 1"),
        ("0.07", 3, "0 0.02 0.04 0.06"),
        ("0", 4, "0"),
    ],
)
def test_ticks_are_round_numbers_below_the_largest(largest, wanted, ticks):
    assert " ".join(str(tick) for tick in nice_ticks(Decimal(largest), wanted)) == ticks


@pytest.mark.parametrize("draw", DRAWINGS)
def test_a_drawing_is_well_formed_and_styled_by_attributes_alone(draw):
    root = ElementTree.fromstring(draw(CHART))
    assert root.attrib["role"] == "img"
    assert root.find(f"{SVG}title").text == "Costs & more"
    assert root.find(f"{SVG}desc").text == "Monthly: 89.00. <Crossing> at 387 h."
    assert not [each for each in root.iter() if "style" in each.attrib or "class" in each.attrib]
    assert {each.attrib["font-size"] for each in root.iter(f"{SVG}text")} == {"13"}


@pytest.mark.parametrize("draw", DRAWINGS)
def test_coordinates_have_one_decimal_and_stay_inside(draw):
    drawing = draw(CHART)
    width, height = (Decimal(part) for part in re.search(r'viewBox="0 0 (\d+) (\d+)"', drawing).groups())
    for x, y in re.findall(r"([-\d.]+),([-\d.]+)", " ".join(re.findall(r'points="([^"]+)"', drawing))):
        assert re.fullmatch(r"\d+(\.\d)?", x) and re.fullmatch(r"\d+(\.\d)?", y)
        assert 0 <= Decimal(x) <= width and 0 <= Decimal(y) <= height


@pytest.mark.parametrize("draw", DRAWINGS)
def test_labels_of_close_lines_do_not_touch(draw):
    root = ElementTree.fromstring(draw(CHART))
    places = sorted(Decimal(each.attrib["y"]) for each in root.iter(f"{SVG}text") if each.text in ("167.90", "89.00", "88.00"))
    assert min(after - before for before, after in itertools.pairwise(places)) >= 16


def test_the_point_of_crossing_is_where_the_lines_cross():
    """89 / 167.90 x 730 = 386.96 hours: the mark lies on both lines."""
    root = ElementTree.fromstring(draw_wide(CHART))
    circle = root.find(f"{SVG}circle")
    level = re.search(r'points="[\d.]+,([\d.]+) [\d.]+,\1"', draw_wide(CHART))[1]
    assert circle.attrib["cy"] == level


def test_a_chart_is_not_mirrored_but_its_words_are():
    mirrored = replace(CHART, right_to_left=True)
    assert re.findall(r'points="[^"]+"', draw_wide(mirrored)) == re.findall(r'points="[^"]+"', draw_wide(CHART))
    assert 'direction="rtl"' in draw_wide(mirrored)


def test_a_mark_beside_the_axis_has_no_words():
    chart = replace(CHART, marks=(Mark(Decimal(3), Decimal(1), "3 h"),))
    assert "3 h" not in draw_wide(chart).replace(chart.alternative, "")
