"""Rating on a cluster of a master and two workers on this machine, beside the bare query on the same cluster: what all of their processes cost."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.processes import Cost, cost_of
from tests.spark.cluster import Cluster

TICKS = os.sysconf("SC_CLK_TCK")


class MeasuredCluster:
    """A cluster, and what commands cost on it: their own processor seconds and those of the master, the workers, executors and the server."""

    def __init__(self, cluster: Cluster) -> None:
        self.remote = cluster.remote
        self._cluster = cluster

    def cost_of(self, command: Sequence[str]) -> Cost:
        """Runs the command once; its resident size is the command's alone."""
        before = self._used()
        cost = cost_of(command)
        return replace(cost, processor=cost.processor + self._used() - before)

    def _used(self) -> float:
        groups = {each.pid for each in self._cluster.processes.values()}
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
            except OSError:
                continue  # it has ended
            if int(fields[2]) in groups:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS


@contextmanager
def started() -> Iterator[MeasuredCluster]:
    """A cluster that is ended behind its one use."""
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder))
        try:
            cluster.start()
            yield MeasuredCluster(cluster)
        finally:
            cluster.end()
