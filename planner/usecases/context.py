"""What every use case is given. Wired only in planner.bootstrap."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

import pandas as pd
from sqlalchemy import Engine

from planner.access import Actor, Refused, can
from planner.errors import Denied, Impossible
from planner.model.policy import Policy
from planner.model.province import Province
from planner.model.region import Region
from planner.model.work import Beat, Came
from planner.settings import Settings
from planner.store import decisions


class CountyWork(Protocol):
    """Something to be done in one county, by a function of a module: workers find it by its name. Request and
    answer are small values that can be pickled."""

    def __call__(self, county: "Context", request: Any, /) -> object: ...


class OverCounties(Protocol):
    """Does a work in counties for somebody, each in a worker of its own that opens the county's doors itself.

    Yields (county code, what came) as they come back; a fault of one stops no other.
    """

    def __call__(
        self, work: CountyWork, requests: Sequence[tuple[str, object]], actor: Actor, beat: Beat
    ) -> Iterator[tuple[str, Came]]: ...


@dataclass(frozen=True)
class Doors:
    """A province, a way into one of its counties for somebody, and a way to work in many."""

    province: Province
    county: Callable[[str, Actor], AbstractContextManager["Context"]]
    over: OverCounties


@dataclass(frozen=True)
class Context:
    """The open doors of one installation.

    ``policy`` is the one in use: that of the region's file (``policy_of_file``) with the words of people on it.
    ``clock`` gives the present (aware), ``timer`` seconds that only grow (for limits), ``id_key`` the secret
    of the keyed hash of ID numbers; ``spawn`` starts the process that does a queued job; ``doors`` lead into the
    counties of a province, where this is one.
    """

    settings: Settings
    region: Region
    policy: Policy
    policy_of_file: Policy
    engine: Engine
    actor: Actor
    clock: Callable[[], datetime]
    timer: Callable[[], float]
    id_key: bytes
    spawn: Callable[[str], None]
    doors: Doors | None = None


def doors_of(ctx: Context) -> Doors:
    """The way into the counties. Raises Impossible: this installation is one county."""
    if ctx.doors is None:
        raise Impossible("no_province")
    return ctx.doors


def permit(ctx: Context, action: str, squad_id: str | None = None) -> None:
    """Raises Denied if the actor may not do this."""
    answer = can(ctx.actor, action, squad_id)
    if isinstance(answer, Refused):
        raise Denied(f"not_allowed_{answer.reason}", action=action, actor=ctx.actor.name)


def region_with_learnt_aliases(ctx: Context) -> Region:
    """The region, its aliases joined with those that people's decisions have taught."""
    aliases = pd.concat([ctx.region.aliases, decisions.aliases(ctx.engine)], ignore_index=True)
    keys = ["alias", "township_code", "village_code"]
    return replace(ctx.region, aliases=aliases.drop_duplicates(keys, ignore_index=True))
