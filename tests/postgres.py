"""A PostgreSQL cluster of the tests' own: made in a temporary folder, on a loopback port, never as root."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB")
"""For tests that do not pull the plug."""


@contextmanager
def cluster(options: tuple[str, ...] = QUICK) -> Iterator["Cluster"]:
    """A running cluster; skips where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        pytest.skip("needs postgresql")
    folder = Path(tempfile.mkdtemp(prefix="planner-pg-"))
    made = Cluster(found[-1], folder, _free_port(), options)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    try:
        made.call(
            "initdb", "-D", str(folder / "data"), "-U", "planner", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"
        )
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Cluster:
    def __init__(self, programs: Path, folder: Path, port: int, options: tuple[str, ...]) -> None:
        self.programs, self.folder, self.port, self.options, self.count = programs, folder, port, options, 0

    def call(self, program: str, *arguments: str, check: bool = True) -> None:
        user = "postgres" if os.geteuid() == 0 else None
        command = [str(self.programs / program), *arguments]
        subprocess.run(command, check=check, user=user, cwd=self.folder, capture_output=True)

    def start(self) -> None:
        settings = " ".join(f"-c {option}" for option in self.options)
        where = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 {settings}"
        log = str(self.folder / "log")
        self.call("pg_ctl", "-D", str(self.folder / "data"), "-w", "-t", "60", "-l", log, "-o", where, "start")

    def stop(self, mode: str = "immediate") -> None:
        self.call("pg_ctl", "-D", str(self.folder / "data"), "-m", mode, "-w", "stop", check=False)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://planner@127.0.0.1:{self.port}/{database}"

    def fresh(self) -> str:
        """The address of an empty database."""
        self.count += 1
        name = f"fresh{self.count}"
        admin = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        admin.dispose()
        return self.url(name)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
