"""Settings -> context: the only place that wires."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from planner import parallel
from planner.access import Actor
from planner.errors import RequestError
from planner.files.policy import load_policy
from planner.files.province import load_province
from planner.files.region import load_region
from planner.model.province import County, Province
from planner.model.work import Beat, Came
from planner.settings import Settings
from planner.store import backup
from planner.store.backup import Compared
from planner.store.engine import connect, open_engine
from planner.store.keys import read_secrets
from planner.usecases.context import Context, CountyWork, Doors
from planner.usecases.guests import with_guests
from planner.usecases.policy import with_policy_of_now

JOB_LOG = "jobs.log"
CARRIED = (
    "data_dir", "database_url", "key_file", "region", "language", "actor",
    "province", "province_database_url", "workers", "dask", "dask_ca_file", "dask_cert_file", "dask_key_file",
)  # fmt: skip
"""Settings that the process of a job is given."""

COUNTIES = "province"
"""Folder within the data folder: a folder for each county."""

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
        doors=_doors(settings) if settings.province else None,
    )
    return with_guests(with_policy_of_now(opened))


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


def county_settings(settings: Settings, county: County) -> Settings:
    """The settings of one county of a province: a folder and a database of its own, the province's key. An
    installation with these opens the county alone."""
    folder = settings.data_dir.resolve() / COUNTIES / county.code
    return replace(
        settings,
        data_dir=folder,
        database_url=settings.province_database_url.replace("{county}", county.code)
        or f"sqlite:///{folder}/planner.db",
        key_file=settings.key_file.resolve(),
        region=county.region,
        province=None,
    )


def _doors(settings: Settings) -> Doors:
    """Raises RegionError: the province folder is not sound."""
    province = load_province(settings.province or Path())

    @contextmanager
    def county(code: str, actor: Actor) -> Iterator[Context]:
        with open_context(county_settings(settings, _county(province, code))) as ctx:
            yield replace(ctx, actor=actor)

    def over(
        work: CountyWork, requests: Sequence[tuple[str, object]], actor: Actor, beat: Beat
    ) -> Iterator[tuple[str, Came]]:
        orders = [
            (code, (work, county_settings(settings, _county(province, code)), actor, request))
            for code, request in requests
        ]
        return parallel.each(_crew(settings), _in_county, orders, beat)

    return Doors(province, county, over)


def _county(province: Province, code: str) -> County:
    county = province.county(code)
    if county is None:
        raise RequestError("unknown_county", county=code, province=province.name)
    return county


def _crew(settings: Settings) -> parallel.Crew:
    files = (settings.dask_ca_file, settings.dask_cert_file, settings.dask_key_file)
    return parallel.Crew(settings.workers, settings.dask, *files)


def _in_county(order: tuple[CountyWork, Settings, Actor, object]) -> object:
    """What a worker does: open a county's doors, and work."""
    work, settings, actor, request = order
    with open_context(settings) as ctx:
        return work(replace(ctx, actor=actor), request)


def _spawner(settings: Settings) -> Callable[[str], None]:
    """Starts ``planner job run`` in a process of its own, with the same settings."""
    carried = {f"PLANNER_{name.upper()}": str(getattr(settings, name) or "") for name in CARRIED}
    environment = os.environ | carried

    def spawn(job_id: str) -> None:
        command = [sys.executable, "-m", "planner", "job", "run", job_id]
        with (settings.data_dir / JOB_LOG).open("ab") as log:
            subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)  # noqa: S603 - our own interpreter and program

    return spawn
