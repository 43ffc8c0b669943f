"""How a week's work lies on the squads."""

from collections.abc import Mapping, Sequence

import pandas as pd

from planner.model.ahead import LOAD_TABLE
from planner.model.policy import DutyPolicy
from planner.model.region import Base, Squad
from planner.model.sweep import PlannedRoute, SweepPlan


def load_of(plan: SweepPlan, bases: Sequence[Base], squads: Sequence[Squad], duty: DutyPolicy) -> pd.DataFrame:
    """LOAD_TABLE, squads by id. A squad of the plan that the region no longer has is on loan nowhere."""
    jurisdiction = {base.id: frozenset(base.jurisdiction) for base in bases}
    home = {squad.id: jurisdiction[squad.base_id] for squad in squads}
    routes: dict[str, list[PlannedRoute]] = {squad_id: [] for squad_id in plan.squad_ids}
    for route in plan.routes:
        if route.stops:
            routes[route.squad_id].append(route)
    rows = [_row(squad_id, routes[squad_id], home, duty) for squad_id in sorted(routes)]
    return LOAD_TABLE.validate(pd.DataFrame(rows, columns=list(LOAD_TABLE.columns)))


def _row(
    squad_id: str, routes: Sequence[PlannedRoute], home: Mapping[str, frozenset[str]], duty: DutyPolicy
) -> tuple[object, ...]:
    return (
        squad_id,
        len(routes),
        sum(route.reach_base - route.leave_base for route in routes),
        sum(route.drive_minutes for route in routes),
        sum(len(route.stops) for route in routes),
        sum(route.township_code not in home.get(squad_id, {route.township_code}) for route in routes),
        sum(route.link_id is not None for route in routes),
        sum(route.leave_base < duty.start for route in routes),
        sum(route.reach_base > duty.end for route in routes),
    )
