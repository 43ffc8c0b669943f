"""OR-Tools routing: disjunctions, guided local search with lambda 0.4."""

from itertools import pairwise
from typing import Any

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from planner.routing.course import NO_WAY, Course
from planner.routing.engines.mend import mended, start_windows
from planner.routing.engines.protocol import Deadline, Tours

LEGS = 1.2
"""Mean legs that a visit of mean prize is worth; far larger penalties freeze its local search."""

LAMBDA = 0.4


def ortools_routing(course: Course, deadline: Deadline, seed: int) -> Tours:  # noqa: ARG001 - the protocol has it
    """It has no seed. A village that is come back to is mended afterwards."""
    visits, routes = len(course.prize), len(course.start)
    if not visits or not routes:
        return tuple(() for _ in range(routes))
    manager = pywrapcp.RoutingIndexManager(len(course.legs), routes, course.start.tolist(), course.end.tolist())
    model = pywrapcp.RoutingModel(manager)
    horizon = int(course.latest.max())
    legs = np.minimum(course.legs, horizon + 1)  # a leg that does not exist lasts longer than the day
    stay = np.concatenate([course.duration, np.zeros(len(legs) - visits, np.int32)])
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(legs.tolist()))
    model.AddDimension(model.RegisterTransitMatrix((legs + stay[:, None]).tolist()), horizon, horizon, False, "time")
    model.AddConstantDimension(1, course.max_visits + 1, True, "stops")
    _constrain(course, model, manager)
    point = LEGS * point_of(course)
    for v in range(visits):
        model.AddDisjunction([manager.NodeToIndex(v)], int(course.prize[v] * point))
    stop = model.solver().CustomLimit(deadline.passed)
    model.AddSearchMonitor(stop)
    found = model.SolveWithParameters(_parameters())
    return mended(course, [[] if found is None else _route(found, model, manager, r) for r in range(routes)])


def point_of(course: Course) -> float:
    """What a point is worth where a visit of mean prize is worth a mean leg, in the unit of legs."""
    visits = len(course.prize)
    legs = course.legs[:visits, :visits]
    return max(1.0, float(legs[legs < NO_WAY].mean())) / max(1.0, float(course.prize.mean()))


def _constrain(course: Course, model: pywrapcp.RoutingModel, manager: pywrapcp.RoutingIndexManager) -> None:
    clock, routes = model.GetDimensionOrDie("time"), len(course.start)
    for r in range(routes):
        clock.CumulVar(model.Start(r)).SetRange(int(course.earliest[r]), int(course.latest[r]))
        clock.CumulVar(model.End(r)).SetRange(int(course.earliest[r]), int(course.latest[r]))
    for v in range(len(course.prize)):
        index, windows = manager.NodeToIndex(v), start_windows(course, v)
        able = [r for r in range(routes) if not int(course.needs[v]) & ~int(course.skills[r])]
        if not windows or not able:
            model.solver().Add(model.ActiveVar(index) == 0)
            continue
        model.VehicleVar(index).SetValues([-1, *able])
        clock.CumulVar(index).SetRange(windows[0][0], windows[-1][1])
        for (_, end), (start, _) in pairwise(windows):
            clock.CumulVar(index).RemoveInterval(end + 1, start - 1)


def _parameters() -> Any:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.guided_local_search_lambda_coefficient = LAMBDA
    parameters.time_limit.seconds = 3600  # guided local search asks for one; the deadline stops it first
    return parameters


def _route(
    found: pywrapcp.Assignment, model: pywrapcp.RoutingModel, manager: pywrapcp.RoutingIndexManager, r: int
) -> list[int]:
    route, index = list[int](), found.Value(model.NextVar(model.Start(r)))
    while not model.IsEnd(index):
        route.append(manager.IndexToNode(index))
        index = found.Value(model.NextVar(index))
    return route
