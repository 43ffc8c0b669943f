"""Settings -> context: the only place that wires."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from planner.access import Actor
from planner.files.policy import load_policy
from planner.files.region import load_region
from planner.settings import Settings
from planner.store import backup
from planner.store.backup import Compared
from planner.store.engine import connect, open_engine
from planner.store.keys import read_secrets
from planner.usecases.context import Context
from planner.usecases.policy import with_policy_of_now

JOB_LOG = "jobs.log"

__all__ = ["Context", "Settings", "build_context", "nobodys", "open_context", "with_region"]


def build_context(settings: Settings) -> Context:
    """Open region, policy and database; whoever calls closes ``engine`` at the end.

    Raises:
        RegionError, PolicyError: the region folder is not sound. DeploymentError: this installation is not.
    """
    secrets = read_secrets(settings.key_file)
    policy = load_policy(settings.region / "policy.toml")
    opened = Context(
        settings=settings,
        region=load_region(settings.region),
        policy=policy,
        policy_of_file=policy,
        engine=open_engine(settings.database_url, *secrets),
        actor=Actor(settings.actor, "operator"),
        clock=lambda: datetime.now(UTC),
        timer=time.monotonic,
        id_key=secrets[0],
        spawn=_spawner(settings),
    )
    return with_policy_of_now(opened)


def nobodys(ctx: Context) -> Context:
    """The same, for somebody who has yet to sign in and may nothing."""
    return replace(ctx, actor=Actor("", "nobody"))


@contextmanager
def open_context(settings: Settings) -> Iterator[Context]:
    """A context for as long as the block runs; raises as :func:`build_context`."""
    ctx = build_context(settings)
    try:
        yield ctx
    finally:
        ctx.engine.dispose()


def restore(settings: Settings, file: BinaryIO) -> list[Compared]:
    """Fill the empty database of the settings from a backup; raises as :func:`planner.store.backup.restore`."""
    engine = connect(settings.database_url, *read_secrets(settings.key_file))
    try:
        return backup.restore(engine, file)
    finally:
        engine.dispose()


def with_region(settings: Settings, region: Path) -> Settings:
    """The settings for another region folder."""
    return replace(settings, region=region)


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
