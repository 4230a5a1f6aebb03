"""Spark: a session on a cluster, held to exact arithmetic, and what its errors mean.

Contract: imported where a cluster was asked for, and nowhere else; the thin client is enough (`pyspark-client`), the full package is for a
driver of this machine's own (`--master`). A session that does not compute as the rules ask is refused before anything is read.
"""

import socket
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from threading import Event, Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from engine.diagnostics.files import MACHINE_FAILED, WRONG_USAGE
from engine.diagnostics.record import CodeInfo, report
from engine.machine import why
from engine.rating.dialects import SparkDialect
from engine.rating.kernel import COLUMNS, kernel_rows, kernel_sql, wrong_answer
from engine.shelf import Unusable

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

DIALECT = SparkDialect()
INSTALL = "pip install 'pricebook[spark]'"
PARTS = ("pyspark", "grpc", "grpc_status", "google", "pandas", "numpy", "zstandard")
"""What the client needs; anything else that cannot be imported is a fault of the program."""
NEEDED = {
    "spark.sql.ansi.enabled": ("true", "a sum that is too large would turn round, and a text that is no number would become nothing"),
    "spark.sql.decimalOperations.allowPrecisionLoss": ("false", "decimals would be cut in silence"),
    "spark.sql.session.timeZone": ("UTC", "hours and days would be those of another place"),
}
"""The settings by which Spark computes as the rules ask, and what would happen with another value."""
PORT = 15002
"""The port of a Connect server where the address names none."""
QUIET = {"spark.ui.showConsoleProgress": "false"}
"""Of a driver here: what its terminal shows is the command's own."""
STANDALONE, MASTER_PORT = "spark:", 7077
"""The masters of Spark's own clusters; those of other ones (`yarn`, `k8s://`, `local[2]`) are Spark's to find."""
LONGEST = 10
"""Seconds that a server may take to accept a connection: the client itself would try for ten minutes."""
UNTAKEN = 60
"""Seconds in which a worker of Spark's own cluster has to take up the first work: Spark itself would wait for ever."""


@contextmanager
def open_session(remote: str | None, master: str | None, options: dict[str, str]) -> "Iterator[SparkSession]":
    """A session through Connect (`remote`, such as `sc://host:15002`) or of a driver here (`master`); `options` are settings of Spark.

    Raises Unusable: exit code 2 for options that cannot be, 3 where nothing answers, the client is not installed, or the cluster does not
    compute exactly. What a cluster refuses while the session is open is raised as Unusable too.
    """
    for name, (value, otherwise) in NEEDED.items():
        if options.get(name, value) != value:
            message = f"`{name}` must be `{value}`: with `{options[name]}` {otherwise}"
            raise Unusable(report(WRONG_USAGE, message, subject="--spark", help=f"leave `{name}` out: it is set to `{value}`"))
    SparkSession = _client(own_driver=remote is None)
    standalone = remote is None and master is not None and master.startswith(STANDALONE)
    if remote is not None:
        _reach(remote, "--remote", "sc", PORT)
    elif master is not None and standalone:
        _reach(master.partition(",")[0], "--master", "spark", MASTER_PORT)
    with _cluster_errors():
        builder = SparkSession.builder.remote(remote) if remote is not None else SparkSession.builder.master(master).appName("pricebook")
        for name, value in (options if remote is not None else QUIET | options).items():
            builder = builder.config(name, value)
        session = builder.create() if remote is not None else builder.getOrCreate()
        try:
            if remote is not None:
                _give_up_soon(session)
            for name, (value, _) in NEEDED.items():
                session.conf.set(name, value)
            check_settings(session)
            with _taken_up(session) if standalone else nullcontext():
                _check_arithmetic(session)
            yield session
        finally:
            # A session that is left open asks a server that may be gone when the program ends, for ten minutes.
            session.stop()


def check_settings(session: "SparkSession") -> None:
    """Raises Unusable (exit code 3) where the session does not have the settings that exact arithmetic needs."""
    for name, (value, otherwise) in NEEDED.items():
        found = session.conf.get(name, None)
        if found != value:
            message = f"the cluster does not take `{name}`: it is `{found}`, and {otherwise}"
            raise _failed(message, f"let who runs the cluster allow sessions to set `{name}` to `{value}`")


@contextmanager
def _taken_up(session: "SparkSession") -> Iterator[None]:
    """Raises Unusable (exit code 3) where no worker takes up what a driver here asks of them."""
    from pyspark.errors import PySparkException

    ended, untaken, tracker = Event(), Event(), session.sparkContext.statusTracker()

    def watch() -> None:
        waited = 0
        while waited < UNTAKEN and not ended.wait(1):
            stages = [tracker.getStageInfo(number) for number in tracker.getActiveStageIds()]
            begun = any(each is None or each.numActiveTasks or each.numCompletedTasks for each in stages)
            waited = waited + 1 if stages and not begun else 0
        if not ended.is_set():
            untaken.set()
            session.sparkContext.cancelAllJobs()

    watching = Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield
    except (PySparkException, *_driver_errors()) as error:
        if not untaken.is_set():
            raise
        less = "ask for less, as with `--spark-option spark.executor.memory=512m`, or wait until other work ends"
        seen = "if workers do not see this machine by its own name, write `--spark-option spark.driver.host=ADDRESS`"
        message = f"no worker of the cluster took the work up in {UNTAKEN} seconds: none has as much memory or as many cores free, or none reaches this machine"
        raise _failed(message, f"{less}; {seen}") from error
    finally:
        ended.set()
        watching.join()


@contextmanager
def _cluster_errors() -> Iterator[None]:
    """Turns what a cluster refuses into Unusable (exit code 3), with its first line; a query that Spark cannot read stays a fault of the program."""
    from pyspark.errors import AnalysisException, PySparkException

    try:
        yield
    except AnalysisException as error:
        if error.getCondition() != "PATH_NOT_FOUND":
            raise
        raise sees_other_files(error.getMessageParameters().get("path", "")) from error
    except (PySparkException, *_driver_errors()) as error:
        said = next(iter(_lines_of(error)), type(error).__name__)
        raise _failed(f"the cluster failed: {said}", "look at its logs, and run the command again: nothing was written") from error


def _driver_errors() -> tuple[type[Exception], ...]:
    """What a driver of this machine raises beside; the client alone has none."""
    bridge = sys.modules.get("py4j.protocol")
    return (bridge.Py4JError,) if bridge is not None else ()


def _lines_of(error: Exception) -> list[str]:
    """What an error says; that of a driver is told behind where it was raised."""
    lines = [each.strip() for each in str(error).splitlines() if each.strip()]
    return [each.removeprefix(": ") for each in lines if each.startswith(": ")] or lines


def sees_other_files(name: str) -> Unusable:
    """What is said where the cluster does not see the file that is here."""
    return _failed(f"the cluster does not see the file `{name}` as it is here", "put usage where every worker sees it under the name that it has here")


def numbers_changed() -> Unusable:
    """What is said where the cluster no longer numbers lines as it did when some of them were taken out."""
    return _failed("the cluster reads the files otherwise than it did at first", "leave them as they are while they are rated, and run the command again")


def view(session: "SparkSession", name: str, texts: Sequence[str], numbers: Sequence[str], rows: Iterable[Sequence[object]]) -> "DataFrame":
    """A temporary view of rows, and what it shows: columns of texts come before those of whole numbers of 64 bits."""
    import pyarrow

    kinds = [*((each, pyarrow.string(), "STRING") for each in texts), *((each, pyarrow.int64(), "BIGINT") for each in numbers)]
    columns = list(zip(*rows, strict=True)) or [() for _ in kinds]
    table = pyarrow.table({each: pyarrow.array(cells, kind) for (each, kind, _), cells in zip(kinds, columns, strict=True)})
    # Of no rows Spark asks for the columns in words.
    described = ", ".join(f"{DIALECT.name(each)} {kind}" for each, _, kind in kinds)
    made = session.createDataFrame(table) if table.num_rows else session.createDataFrame([], described)
    made.createOrReplaceTempView(name)
    return made


def _check_arithmetic(session: "SparkSession") -> None:
    """Raises Unusable (exit code 3) where the cluster does not compute as the plan needs it."""
    # Shuffled, so that the workers are asked, and not the driver alone.
    view(session, "kernel_rows", (), COLUMNS, kernel_rows()).repartition(2).createOrReplaceTempView("kernel")
    wrong = wrong_answer(session.sql(kernel_sql(DIALECT)).collect())
    if wrong is not None:
        raise _failed(f"the cluster does not compute exactly: it gives {wrong}", "use a cluster of an unchanged Spark 4")


def _client(own_driver: bool) -> "type[SparkSession]":
    """The class that makes sessions; raises Unusable where it is not installed, or not the full package that a driver here needs."""
    try:
        # The client warns of versions of pandas, which nothing here uses.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pyspark.sql.connect.session  # noqa: F401
            from pyspark.sql import SparkSession as Sessions
            from pyspark.util import is_remote_only
    except ImportError as error:
        if (error.name or "pyspark").partition(".")[0] not in PARTS:
            raise
        message = f"Spark cannot be used here: `{error.name or 'pyspark'}` is not installed"
        raise Unusable(report(MACHINE_FAILED, message, subject="--engine", help=f"{INSTALL}. `--engine duckdb` needs nothing"), exit_code=3) from None
    if own_driver and is_remote_only():
        message = "only the client of Spark is installed, which starts no driver of its own"
        help_text = "connect to a cluster with `--remote sc://HOST:15002`, or install the full package in the client's place (`pyspark`, with Java 17)"
        raise Unusable(report(MACHINE_FAILED, message, subject="--master", help=help_text), exit_code=3)
    sessions: type[SparkSession] = Sessions
    return sessions


def _give_up_soon(session: "SparkSession") -> None:
    """Lets the client try again for some ten seconds where it would for ten minutes."""
    from pyspark.sql.connect.client.retries import DefaultPolicy

    session.client.set_retry_policies([DefaultPolicy(max_retries=8, max_backoff=2000)])


def _reach(address: str, option: str, scheme: str, port: int) -> None:
    """Raises Unusable where the address is none, or nothing answers there."""
    try:
        parts = urlsplit(address)
        host, number = parts.hostname, parts.port or port
    except ValueError:
        host, number = None, port
    what = "a Connect server" if scheme == "sc" else "a master"
    if not address.startswith(f"{scheme}://") or host is None:
        raise Unusable(report(WRONG_USAGE, f"`{address}` is no address of {what}", subject=option, help=f"write it as `{scheme}://HOST:{port}`"))
    try:
        socket.create_connection((host, number), LONGEST).close()
    except OSError as error:
        reason, _ = why(error)
        raise _failed(f"no {what[2:]} answers at `{address}`: {reason}", f"start it, or name another with `{option}`") from error


def _failed(message: str, help_text: str, info: CodeInfo = MACHINE_FAILED) -> Unusable:
    return Unusable(report(info, message, subject="Spark", help=help_text), exit_code=3)
