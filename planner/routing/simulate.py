"""What a plan is likely to bring, by simulation with common random numbers.

A visit of a plan finds somebody with the chance of its hour (p_find, more early and late). If so, it recovers
claimed x S, with S in (0, 1] of mean m = recovery_share drawn as U^(1/m - 1): most visits bring next to nothing,
few bring nearly all (at m = 0.12 the median is below 1 % of the claim, and one in eleven brings more than half),
never more than is owed (capped). The two uniform numbers of a visit come from its own id and the seed, so that
plans which share a visit share its luck, and the difference between two plans is not noise.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.model.policy import WorthPolicy
from planner.model.region import Squad
from planner.model.sweep import PlannedRoute, PolicyEffect
from planner.model.visit import chance_at

Draws = npt.NDArray[np.float64]


def simulate(
    routes: Sequence[PlannedRoute],
    visits: pd.DataFrame,
    squads: Sequence[Squad],
    policy: WorthPolicy,
    seed: int,
    draws: int = 2000,
) -> PolicyEffect:
    """Means and 90 % intervals over ``draws`` weeks of the finds and the recovery of a plan's visits.

    ``visits`` (VISIT_TABLE) holds every visit of the routes; the chance to find someone is that of the hour at
    which the visit starts. Officer-hours count every officer of a squad.
    """
    planned = [stop for route in routes for stop in route.stops]
    table = visits.set_index("visit_id").loc[[stop.visit_id for stop in planned]]
    finds, fen = np.zeros(draws), np.zeros(draws)
    for stop, p_find, share, expected in zip(
        planned, table["p_find"], table["recovery_share"], table["expected_fen"], strict=True
    ):
        found, luck = visit_draws(stop.visit_id, seed, draws)
        met = found < chance_at(p_find, stop.start, policy)
        finds += met
        if share > 0 and p_find > 0:
            fen += met * (float(expected) / (p_find * share)) * luck ** (1 / share - 1)
    drive, visit = _officer_hours(routes, squads)
    return PolicyEffect(len(planned), *_interval(finds), *_interval(fen), drive, visit)


def visit_draws(visit_id: str, seed: int, draws: int) -> tuple[Draws, Draws]:
    """(draws,) twice: the uniform numbers of one visit, the same in every plan."""
    digest = hashlib.blake2b(f"{seed}:{visit_id}".encode(), digest_size=16).digest()
    uniform = np.random.Generator(np.random.Philox(key=int.from_bytes(digest))).random((2, draws))
    return uniform[0], uniform[1]


def _interval(values: Draws) -> tuple[float, float, float]:
    low, high = np.quantile(values, [0.05, 0.95])
    return float(values.mean()), float(low), float(high)


def _officer_hours(routes: Sequence[PlannedRoute], squads: Sequence[Squad]) -> tuple[float, float]:
    """(on the road, boats included; visiting)."""
    size = {squad.id: squad.size for squad in squads}
    road = sum(size[route.squad_id] * _road_minutes(route) for route in routes)
    visiting = sum(size[route.squad_id] * sum(stop.leave - stop.start for stop in route.stops) for route in routes)
    return road / 60, visiting / 60


def _road_minutes(route: PlannedRoute) -> int:
    return route.drive_minutes + (route.depart - route.leave_base) + (route.reach_base - route.back)
