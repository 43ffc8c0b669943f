"""What every use case is given. Wired only in planner.bootstrap."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd
from sqlalchemy import Engine

from planner.access import Actor, Refused, can
from planner.errors import Denied
from planner.model.policy import Policy
from planner.model.region import Region
from planner.settings import Settings
from planner.store import decisions


@dataclass(frozen=True)
class Context:
    """The open doors of one installation.

    ``policy`` is the one in use: that of the region's file (``policy_of_file``) with the words of people on it.
    ``clock`` gives the present (aware), ``timer`` seconds that only grow (for limits), ``id_key`` the secret
    of the keyed hash of ID numbers; ``spawn`` starts the process that does a queued job.
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
