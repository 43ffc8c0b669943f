"""A real Dask scheduler and workers on the loopback address, started by the ordinary commands."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMES_WITHIN = 120


@dataclass
class Cluster:
    """``workers``: processes of workers, each with its nanny."""

    address: str
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)


@contextmanager
def cluster(workers: int = 2) -> Iterator[Cluster]:
    """As docs/howto/run-a-province.md tells: one scheduler, workers of one thread each."""
    folder = Path(tempfile.mkdtemp(prefix="planner-dask-"))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, *command: str) -> subprocess.Popen[bytes]:
        with (folder / name).open("wb") as log:
            process = subprocess.Popen(
                [str(Path(sys.executable).with_name("dask")), *command],
                cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        started.append(process)
        return process

    try:
        place = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        start("scheduler.log", "scheduler", *place)
        running = Cluster(_address(folder / "scheduler.log"))
        alone = ("--nworkers", "1", "--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard")
        for n in range(workers):
            running.workers.append(start(f"worker{n}.log", "worker", running.address, *alone))
        yield running
    finally:
        for process in reversed(started):
            _stop(process)


def _address(log: Path) -> str:
    until = time.monotonic() + COMES_WITHIN
    while time.monotonic() < until:
        if found := re.search(r"Scheduler at:\s+(tcp://\S+)", log.read_text(errors="replace")):
            return found[1]
        time.sleep(0.1)
    raise TimeoutError(log.read_text(errors="replace"))


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """The process and those that it started: they are a session of their own."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=20)
