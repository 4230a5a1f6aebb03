"""Work in copies of a process: what a copy was born with stays as it is."""

import subprocess
import sys

GARBAGE = """
import gc
import duckdb
from engine.in_processes import in_processes

class Held:
    pass

gc.disable()
for _ in range(3):
    held = Held()
    held.own, held.session = held, duckdb.connect(config={"threads": 4})
    held.rows = held.session.sql("select range n, hash(range) h from range(3000000)")
    held.session.execute("create table counted as select n % 1000 a, count(*) c from (select range n from range(3000000)) group by all")
    held.result = held.session.execute("select * from range(100000)")
    del held
gc.enable()
print(in_processes(lambda number: gc.collect() >= 0, 4, lambda number: None, workers=2))
"""


def test_a_copy_does_not_end_over_the_garbage_that_it_was_born_with():
    """Sessions of a database that nobody holds any more have threads in the first process alone: to end them in a copy ends the copy."""
    ran = subprocess.run([sys.executable, "-c", GARBAGE], capture_output=True, text=True, timeout=120)
    assert (ran.returncode, ran.stdout.strip()) == (0, "[True, True, True, True]"), ran.stderr[-600:]
