"""The session of an engine: what it is told of the memory that a run may take."""

import pytest

from engine.batch.session import EngineLimits, opened_session


@pytest.mark.parametrize(("memory", "told"), [("512MB", "439.4 MiB"), ("1 GiB", "921.5 MiB"), ("4GB", "3.3 GiB")])
def test_a_tenth_of_the_memory_is_left_for_what_the_engine_does_not_count(memory, told):
    with opened_session(EngineLimits(memory)) as session:
        assert session.connection.execute("SELECT current_setting('memory_limit')").fetchone() == (told,)
