"""A real cluster on this machine: a standalone master, two workers and a Connect server, each a process of its own, bound to 127.0.0.1.

Contract: whoever starts a cluster ends it, by the ids of its processes, with what these have started (executors). They end too where the
process that started them is killed. What they write lies in one folder.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FULL = ROOT / ".spark"
"""Where `make test` puts the full package, beside the thin client of `.venv`: both have the same name."""
HOME = FULL / "pyspark"
LONGEST = 120
"""Seconds that a part of the cluster may take to answer: on a busy machine a first start takes twenty."""
# What `spark-submit` passes to a Java virtual machine of version 17.
OPEN = (
    "java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent java.util.concurrent.atomic "
    "jdk.internal.ref sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar"
)
QUICK = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
"""For short lives: less is compiled and nothing checked again."""
JAVA = (
    *(f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in OPEN.split()),
    *("-Djdk.reflect.useDirectMethodHandle=false", "-Dio.netty.tryReflectionSetAccessible=true"),
    *QUICK.split(),
)  # fmt: skip


def lacking() -> str | None:
    """What a cluster needs and this machine has not; None where it has everything."""
    if shutil.which("java") is None:
        return "there is no Java: install openjdk-17-jre-headless"
    if find_spec("pyspark") is None:
        return "there is no client of Spark: `make test` installs it"
    return None if HOME.is_dir() else "there is no full pyspark in .spark: `make test` installs it"


@dataclass(slots=True)
class Cluster:
    """A cluster that runs: `remote` is what a client connects to, `master` what a driver does; `folder` has its logs and its spill."""

    folder: Path
    master: str = ""
    remote: str = ""
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self) -> None:
        """Starts the master, two workers of one core and 512 MB each, and the Connect server, which takes both; returns when a client can connect."""
        self.start_workers("worker-1", "worker-2")
        grpc = _free_port()
        self.remote = f"sc://127.0.0.1:{grpc}"
        settings = {
            "spark.master": self.master, "spark.app.name": "pricebook", "spark.submit.deployMode": "client",
            "spark.connect.grpc.binding.address": "127.0.0.1", "spark.connect.grpc.binding.port": grpc,
            "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.ui.enabled": "false",
            "spark.executor.memory": "512m", "spark.executor.cores": 1, "spark.cores.max": 2, "spark.executor.extraJavaOptions": QUICK,
            "spark.sql.shuffle.partitions": 2, "spark.sql.catalogImplementation": "in-memory", "spark.sql.warehouse.dir": self.folder / "warehouse",
        }  # fmt: skip
        self._run("connect", *(f"-D{name}={value}" for name, value in settings.items()), "org.apache.spark.sql.connect.service.SparkConnectServer")
        self._answers("connect", grpc)

    def start_workers(self, *names: str) -> None:
        """Starts the master and workers for it; returns when a driver can connect."""
        # Ports are chosen here, not by each process, so that nothing needs to be read from its logs.
        port = _free_port()
        self.master = f"spark://127.0.0.1:{port}"
        self._run("master", "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")
        for name in names:
            self.start_worker(name)
        self._answers("master", port)

    def start_worker(self, name: str) -> None:
        """Starts a worker, also one in the place of a worker that was killed."""
        parts = ("--host", "127.0.0.1", "--webui-port", "0", "--cores", "1", "--memory", "600m", "--work-dir", str(self.folder / name))
        self._run(name, "org.apache.spark.deploy.worker.Worker", *parts, self.master)

    def kill(self, name: str) -> None:
        """Ends a process and those that it started, as a machine does that loses its current."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        """Ends all of them."""
        for name in list(self.processes):
            self.kill(name)

    def _run(self, name: str, *parts: str) -> None:
        environment = os.environ | {
            "SPARK_HOME": str(HOME), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(self.folder / "spill"), "SPARK_SCALA_VERSION": "2.13",
        }  # fmt: skip
        memory = "-Xmx1g" if name == "connect" else "-Xmx192m"
        with (self.folder / f"{name}.log").open("ab") as log:
            # A session of its own makes a group of its own: the executors that it starts belong to it, and nothing else does.
            self.processes[name] = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "java", *JAVA, memory, "-cp", f"{HOME / 'jars'}/*", *parts],
                env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _answers(self, name: str, port: int) -> None:
        """Waits until the process accepts connections."""
        latest = time.monotonic() + LONGEST
        while time.monotonic() < latest and self.processes[name].poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError(f"{name} does not answer: {(self.folder / f'{name}.log').read_text(encoding='utf-8')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return opened.getsockname()[1]
