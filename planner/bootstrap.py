"""Settings -> context: the only place that wires."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from planner.access import Actor
from planner.errors import DeploymentError
from planner.files.policy import load_policy
from planner.files.region import load_region
from planner.settings import Settings
from planner.store.engine import open_engine
from planner.usecases.context import Context

KEY_BYTES = 32
JOB_LOG = "jobs.log"

__all__ = ["Context", "Settings", "build_context", "open_context", "with_region"]


def build_context(settings: Settings) -> Context:
    """Open region, policy and database; whoever calls closes ``engine`` at the end.

    Raises:
        RegionError, PolicyError: the region folder is not sound. DeploymentError: this installation is not.
    """
    secret = _secret(settings.key_file)
    return Context(
        settings=settings,
        region=load_region(settings.region),
        policy=load_policy(settings.region / "policy.toml"),
        engine=open_engine(settings.database_url, secret),
        actor=Actor(settings.actor, "chief"),
        clock=lambda: datetime.now(UTC),
        timer=time.monotonic,
        id_key=secret,
        spawn=_spawner(settings),
    )


@contextmanager
def open_context(settings: Settings) -> Iterator[Context]:
    """A context for as long as the block runs; raises as :func:`build_context`."""
    ctx = build_context(settings)
    try:
        yield ctx
    finally:
        ctx.engine.dispose()


def with_region(settings: Settings, region: Path) -> Settings:
    """The settings for another region folder."""
    return replace(settings, region=region)


def _secret(file: Path) -> bytes:
    """The installation's secret: made once, readable by its owner only. Without it no name can be read again."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.write(secrets.token_bytes(KEY_BYTES))
        secret = file.read_bytes()
    except FileExistsError:
        secret = file.read_bytes()
    except OSError as problem:
        raise DeploymentError(
            "folder_not_writable", folder=str(file.parent), reason=problem.strerror or ""
        ) from problem
    if len(secret) < KEY_BYTES:
        raise DeploymentError("key_too_short", file=str(file), bytes=len(secret), least=KEY_BYTES)
    return secret


def _spawner(settings: Settings) -> Callable[[str], None]:
    """Starts ``planner job run`` in a process of its own, with the same settings."""
    environment = os.environ | {
        "PLANNER_DATA_DIR": str(settings.data_dir),
        "PLANNER_DATABASE_URL": settings.database_url,
        "PLANNER_KEY_FILE": str(settings.key_file),
        "PLANNER_REGION": str(settings.region),
        "PLANNER_LANGUAGE": settings.language,
        "PLANNER_ACTOR": settings.actor,
    }

    def spawn(job_id: str) -> None:
        command = [sys.executable, "-m", "planner", "job", "run", job_id]
        with (settings.data_dir / JOB_LOG).open("ab") as log:
            subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)  # noqa: S603 - our own interpreter and program

    return spawn
