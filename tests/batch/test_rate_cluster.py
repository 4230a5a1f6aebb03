"""`pricebook rate --engine spark` where there is no cluster: what is missing is said, with the remedy, and nothing is written."""

import subprocess
import sys

import pytest

from tests.batch.test_rate import RATE as AS_JSON
from tests.batch.test_rate import USAGE

RATE = (*AS_JSON[:-4], *AS_JSON[-2:])
REMOTE = ("--engine", "spark", "--remote", "sc://127.0.0.1:1")


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--engine", "spark"), 2, "--engine spark needs one cluster: its Connect server, --remote sc://HOST:15002, or its master"),
        ((*REMOTE, "--master", "spark://127.0.0.1:7077"), 2, "--engine spark needs one cluster"),
        (("--remote", "sc://127.0.0.1:1"), 2, "write --engine spark too"),
        (("--spark-option", "spark.ui.enabled=false"), 2, "write --engine spark too"),
        ((*REMOTE, "--spark-option", "spark.ui.enabled"), 2, "`spark.ui.enabled` has no value; write it as spark.sql.shuffle.partitions=200"),
        ((*REMOTE, "--spark-option", "=7"), 2, "has no value"),
        ((*REMOTE, "--spark-option", "spark.sql.ansi.enabled=false"), 2, "`spark.sql.ansi.enabled` must be `true`"),
        ((*REMOTE, "--spark-option", "spark.sql.session.timeZone=Asia/Tokyo"), 2, "hours and days would be those of another place"),
        ((*REMOTE, "--previous", "out/before.parquet"), 2, "leave out --engine spark, the charges are the same"),
        (("--engine", "spark", "--remote", "127.0.0.1:15002"), 2, "`127.0.0.1:15002` is no address of a Connect server"),
        (REMOTE, 3, "no Connect server answers at `sc://127.0.0.1:1`: Connection refused"),
        (("--engine", "spark", "--master", "spark://127.0.0.1:1"), 3, "only the client of Spark is installed"),
    ],
)
def test_what_is_missing_is_said(desk, run, options, code, message):
    ran = run(*RATE, USAGE, *options)
    assert ran.code == code and message in " ".join(ran.err.split()), ran.err
    assert [*(desk / "out").iterdir()] == []


def test_without_the_client_the_remedy_is_to_install_it(desk):
    program = "import sys\nsys.modules['pyspark'] = None\nfrom engine.commands.shell import run\nsys.exit(run(sys.argv[1:]))"
    ran = subprocess.run([sys.executable, "-c", program, *RATE, USAGE, *REMOTE], cwd=desk, capture_output=True, text=True, check=False)
    assert ran.returncode == 3 and "pip install 'pricebook[spark]'" in ran.stderr, ran.stderr
    assert [*(desk / "out").iterdir()] == []
