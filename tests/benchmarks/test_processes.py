"""What a process cost is measured: its processor time, its memory, what it spills; and one that fails is no measurement."""

import os
import sys
from pathlib import Path

import pytest

from benchmarks.processes import MEBIBYTE, OUTPUT, TEMPORARY, Cost, Failed, cost_of, in_turn, size_of_folder
from benchmarks.scale import Line, Place

BUSY = """
import sys, time
block = b"x" * (64 * 1024 * 1024)
with open(sys.argv[1] + "/spilled", "wb") as file:
    file.write(block[:8 * 1024 * 1024])
open(sys.argv[2] + "/written", "wb").close()
begin = time.process_time()
while time.process_time() - begin < 0.3:
    pass
"""


def test_what_is_spilled_is_counted_though_a_folder_goes_meanwhile(tmp_path, monkeypatch):
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "spilled").write_bytes(b"x" * MEBIBYTE)
    stat = os.stat

    def seen(path, **options):
        other = tmp_path / ("b" if Path(path).parent.name == "a" else "a")
        if Path(path).name == "spilled" and other.exists():
            (other / "spilled").unlink()
            other.rmdir()
        return stat(path, **options)

    monkeypatch.setattr(os, "stat", seen)
    assert size_of_folder(tmp_path) == MEBIBYTE


def test_a_process_is_measured_with_what_it_spills():
    cost = cost_of([sys.executable, "-c", BUSY, TEMPORARY, OUTPUT])
    assert 0.3 <= cost.processor < cost.clock + 1
    assert cost.resident > 64 * MEBIBYTE
    assert 8 * MEBIBYTE <= cost.spilled < 9 * MEBIBYTE


def test_a_process_that_fails_is_no_measurement():
    with pytest.raises(Failed, match="ended with 3:\nno such thing"):
        cost_of([sys.executable, "-c", "import sys; print('no such thing'); sys.exit(3)"])


def test_two_sides_run_in_turn_and_the_first_round_does_not_count(tmp_path):
    log = tmp_path / "log"
    sides = [[sys.executable, "-c", f"open({str(log)!r}, 'a').write({side!r})"] for side in "ab"]
    one, other = in_turn(*sides, rounds=2)
    assert log.read_text() == "ababab"
    assert isinstance(one, Cost) and isinstance(other, Cost)
    log.unlink()
    in_turn(*sides, rounds=1)
    assert log.read_text() == "ab"


def test_a_line_says_whether_its_target_is_met():
    verdicts = [str(Line("a / b", "<= 2", "1.00", "1.00", "1 s", "1 s", reached)).split("|")[-2].strip() for reached in (True, False, None)]
    assert verdicts == ["met", "MISSED", ""]


def test_the_bare_queries_run_over_a_delivery(tmp_path):
    place = Place(tmp_path, 2000, "512MB", 1)
    for query, usage in (("grouped", "usage"), ("joined", "usage"), ("hourly", "usage"), ("typed-csv", "usage-csv")):
        assert cost_of(place.bare(query, usage=usage)).resident > 0
