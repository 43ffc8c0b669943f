"""PyVRP with optional clients and prizes (an optional extra of the installation)."""

from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np

from planner.errors import Impossible
from planner.routing.course import Course
from planner.routing.engines.mend import mended
from planner.routing.engines.ortools_routing import point_of
from planner.routing.engines.protocol import Deadline, Tours

LEGS = 5.0
"""As in OR-Tools; PyVRP keeps its balance with larger prizes."""


def pyvrp_routing(course: Course, deadline: Deadline, seed: int) -> Tours:
    """The break, the most visits and villages that are come back to are mended afterwards."""
    pyvrp = installed("pyvrp")
    visits, routes = len(course.prize), len(course.start)
    if not visits or not routes:
        return tuple(() for _ in range(routes))
    model = pyvrp.Model()
    places = [model.add_location(0, 0) for _ in range(len(course.legs))]
    point = LEGS * point_of(course)
    for v in range(visits):
        model.add_client(
            places[v],
            service_duration=int(course.duration[v]),
            tw_early=int(course.opens[v]),
            tw_late=max(int(course.opens[v]), int(course.closes[v])),
            prize=int(course.prize[v] * point),
            required=False,
        )
    depots = {node: model.add_depot(places[node]) for node in sorted({*course.start.tolist(), *course.end.tolist()})}
    profiles = {skills: model.add_profile() for skills in sorted(set(course.skills.tolist()))}
    for r in range(routes):
        model.add_vehicle_type(
            start_depot=depots[int(course.start[r])],
            end_depot=depots[int(course.end[r])],
            tw_early=int(course.earliest[r]),
            tw_late=int(course.latest[r]),
            profile=profiles[int(course.skills[r])],
        )
    for skills, profile in profiles.items():
        _add_edges(course, model, places, skills, profile)
    result = model.solve(lambda _: deadline.passed(), seed=seed, display=False, collect_stats=False)
    return mended(course, _routes(course, result))


def installed(name: str) -> ModuleType:
    """An optional engine. Raises Impossible where it is not installed."""
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        raise Impossible("engine_missing", engine=name) from missing


def _add_edges(course: Course, model: Any, places: list[Any], skills: int, profile: Any) -> None:
    """Legs of one profile; into a visit that it has not the skill for they last longer than the day."""
    beyond = int(course.latest.max()) + 1
    legs = np.minimum(course.legs, beyond)
    legs[:, np.flatnonzero(course.needs & ~skills)] = beyond
    np.fill_diagonal(legs, 0)
    for i, source in enumerate(places):
        for j, target in enumerate(places):
            model.add_edge(source, target, int(legs[i, j]), int(legs[i, j]), profile)


def _routes(course: Course, result: Any) -> list[list[int]]:
    """One a vehicle: the vehicle types are in the order of the routes. Clients come in the order of the visits."""
    routes: list[list[int]] = [[] for _ in range(len(course.start))]
    for route in result.best.routes():
        routes[route.vehicle_type()] = [activity.idx for activity in route if activity.is_client()]
    return routes
