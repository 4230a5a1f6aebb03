"""A session computes exactly, or is refused: with the reason, the remedy and exit code 3."""

import pytest

from engine.batch.spark import NEEDED, check_settings, open_session
from engine.shelf import Unusable


def refusal(remote, master=None, options=(), query=None):
    with pytest.raises(Unusable) as caught, open_session(remote, master, dict(options)) as session:
        session.sql(query).collect()
    [found] = caught.value.diagnostics
    return caught.value.exit_code, found.message, found.help


def test_a_session_has_the_settings_of_exact_arithmetic(session):
    assert {name: session.conf.get(name) for name in NEEDED} == {name: value for name, (value, _) in NEEDED.items()}
    assert session.sql("SELECT 9223372036854775807 div 2 AS half, -7 div 2 AS down, -7 % 2 AS rest").collect()[0].asDict() == {
        "half": 2**62 - 1,
        "down": -3,
        "rest": -1,
    }


def test_a_sum_that_is_too_large_stops_the_run(cluster):
    code, message, _ = refusal(cluster.remote, query="SELECT sum(x) FROM VALUES (9223372036854775807L), (1L) AS t(x)")
    assert code == 3
    assert message.startswith("the cluster failed: [ARITHMETIC_OVERFLOW")


@pytest.mark.parametrize("name", NEEDED)
def test_a_cluster_that_does_not_take_a_setting_is_refused(session, name):
    needed, otherwise = NEEDED[name]
    other = {"true": "false", "false": "true", "UTC": "Europe/Berlin"}[needed]
    session.conf.set(name, other)
    with pytest.raises(Unusable) as caught:
        check_settings(session)
    session.conf.set(name, needed)
    [found] = caught.value.diagnostics
    assert (caught.value.exit_code, found.message) == (3, f"the cluster does not take `{name}`: it is `{other}`, and {otherwise}")
    assert found.help == f"let who runs the cluster allow sessions to set `{name}` to `{needed}`"


def test_an_option_that_takes_exactness_away_is_wrong_usage(cluster):
    code, message, remedy = refusal(cluster.remote, options={"spark.sql.ansi.enabled": "false"})
    assert code == 2
    assert (
        message
        == "`spark.sql.ansi.enabled` must be `true`: with `false` a sum that is too large would turn round, and a text that is no number would become nothing"
    )
    assert remedy == "leave `spark.sql.ansi.enabled` out: it is set to `true`"


def test_where_nothing_answers_the_reason_is_told_at_once():
    code, message, remedy = refusal("sc://127.0.0.1:1")
    assert (code, message) == (3, "no Connect server answers at `sc://127.0.0.1:1`: Connection refused")
    assert remedy == "start it, or name another with `--remote`"


@pytest.mark.parametrize("address", ["127.0.0.1:15002", "spark://127.0.0.1:7077", "sc://", "sc://host:port"])
def test_an_address_that_is_none_is_wrong_usage(address):
    assert refusal(address) == (2, f"`{address}` is no address of a Connect server", "write it as `sc://HOST:15002`")


def test_a_driver_of_its_own_needs_the_full_package():
    code, message, remedy = refusal(None, "spark://127.0.0.1:7077")
    assert (code, message) == (3, "only the client of Spark is installed, which starts no driver of its own")
    assert "`--remote sc://HOST:15002`" in remedy
