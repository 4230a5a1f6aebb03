"""Time zones and currencies as people write them: what is suggested, and what is never guessed."""

from datetime import UTC, datetime

import pytest

from engine.language.names import CURRENCY_WORDS, SHARED_SIGNS, currency_meant
from engine.language.zones import ABBREVIATIONS, CITIES, KEPT_BY, misleading, zone_meant
from engine.values.money import is_currency
from engine.values.periods import zone, zone_names


@pytest.mark.parametrize("written", ["UTC+8", "GMT+8", "+08:00", "UTC+08:00", "utc +8", "UTC8", "+0800", "Z+8", "UTC\u22128"])
def test_an_offset_is_answered_with_the_zones_that_keep_it(written):
    """Never `did you mean UTC`, and no single zone for a machine to write in its place."""
    remedy, near = zone_meant(written)
    assert near is None
    expected = "`America/Los_Angeles` or `America/Vancouver`" if "\u2212" in written else "`Asia/Shanghai`, `Asia/Singapore`"
    assert expected in remedy


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("UTC+5:30", "write the zone of a place that keeps +05:30: `Asia/Kolkata` or `Asia/Colombo`"),
        ("GMT-8", "write the zone of a place that keeps -08:00 (some in winter only): `America/Los_Angeles` or `America/Vancouver`"),
        ("CST", "write the zone of a place that keeps it: `Asia/Shanghai` or `America/Chicago`"),
        ("PST", "write the zone of a place that keeps it: `America/Los_Angeles`"),
        ("China", "write the zone of a place there: `Asia/Shanghai` or `Asia/Urumqi`"),
        ("deutschland", "write the zone of a place there: `Europe/Berlin` or `Europe/Busingen`"),
        ("USA", "write the zone of a place there: `America/Anchorage`, `America/Chicago`, `America/Denver`, `America/Los_Angeles`, "
         "`America/New_York` or `America/Phoenix`"),
        ("Beijing", "did you mean `Asia/Shanghai`?"),
        ("Asia/Beijing", "did you mean `Asia/Shanghai`?"),
        ("New Delhi", "did you mean `Asia/Kolkata`?"),
        ("Asia/Shangai", "did you mean `Asia/Shanghai`?"),
        ("utc", "did you mean `UTC`?"),
        ("UTC+25", "write an IANA name of a region and city, such as `Asia/Shanghai` or `Europe/Berlin`, or `UTC`"),
        ("office", "write an IANA name of a region and city, such as `Asia/Shanghai` or `Europe/Berlin`, or `UTC`"),
    ],
)  # fmt: skip
def test_a_name_that_is_no_zone_is_answered(written, remedy):
    assert zone_meant(written)[0] == remedy


@pytest.mark.parametrize(("name", "told"), [("EST", True), ("HST", True), ("Etc/GMT-8", True), ("Etc/GMT+12", True), ("Etc/UTC", False),
                                           ("CET", False), ("PRC", False), ("Etc/GMT+0", False), ("America/New_York", False)])  # fmt: skip
def test_zones_that_say_something_else_than_people_read(name, told):
    assert (misleading(name) is not None) is told


def test_every_zone_keeps_the_offset_under_which_it_stands():
    """The table is held against the zones themselves: the smaller offset of January and July is that of winter."""
    for offset, names in KEPT_BY.items():
        for name in names.split():
            moments = [datetime(2026, month, 1, tzinfo=UTC).astimezone(zone(name)) for month in (1, 7)]
            found = min(moments, key=datetime.utcoffset).strftime("%z")
            assert f"{found[:3]}:{found[3:]}" == offset, name


def test_every_zone_that_is_suggested_exists():
    assert set(" ".join((*ABBREVIATIONS.values(), *CITIES.values())).split()) <= set(zone_names())


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("RMB", "did you mean `CNY`?"),
        ("NTD", "did you mean `TWD`?"),
        ("STG", "did you mean `GBP`?"),
        ("UKP", "did you mean `GBP`?"),
        ("Euro", "did you mean `EUR`?"),
        ("€", "did you mean `EUR`?"),
        ("US$", "did you mean `USD`?"),
        ("yuan", "did you mean `CNY`?"),
        ("usd", "did you mean `USD`?"),
        ("$", "write the code of the one that is meant: `USD`, `CAD`, `AUD`, `SGD`, `HKD`, `TWD` or `MXN`"),
        ("¥", "write the code of the one that is meant: `CNY` or `JPY`"),
        ("Bitcoin", "write a code of three capitals, such as `USD` or `EUR`"),
    ],
)
def test_a_currency_by_its_common_name(written, remedy):
    """The word that people use, not a code with the same letters (NTD is not the dinar of Tunisia, TND)."""
    assert currency_meant(written, "USD")[0] == remedy


def test_every_currency_that_is_suggested_exists():
    assert all(is_currency(code) for code in " ".join((*CURRENCY_WORDS.values(), *SHARED_SIGNS.values())).split())
    assert not any(is_currency(word) for word in (*CURRENCY_WORDS, *SHARED_SIGNS))
