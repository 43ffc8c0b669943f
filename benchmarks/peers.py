"""Other engines on a course with one depot: each returns (prize, feasible) after so many CPU seconds."""

import time

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from planner.routing.course import Course

POINT = 3
"""Units of distance that a point of prize is worth to OR-Tools; far larger ones freeze its local search."""

PYVRP_POINT = 30
"""The same for PyVRP, which keeps its balance with larger ones."""


def ortools_routing(course: Course, seconds: float) -> tuple[int, bool]:
    """OR-Tools routing: disjunctions, guided local search with lambda 0.4."""
    visits, routes, depot = len(course.prize), len(course.start), len(course.prize)
    unit = _unit(course)
    manager = pywrapcp.RoutingIndexManager(visits + 1, routes, depot)
    model = pywrapcp.RoutingModel(manager)
    legs = course.legs.tolist()
    spent = [[leg + d for leg in row] for row, d in zip(legs, [*course.duration.tolist(), 0], strict=True)]
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(legs))
    horizon = int(course.latest.max())
    model.AddDimension(model.RegisterTransitMatrix(spent), horizon, horizon, False, "time")
    clock = model.GetDimensionOrDie("time")
    for v in range(visits):
        index = manager.NodeToIndex(v)
        model.AddDisjunction([index], int(course.prize[v]) * POINT * unit)
        clock.CumulVar(index).SetRange(int(course.opens[v]), max(int(course.opens[v]), int(course.closes[v])))
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.guided_local_search_lambda_coefficient = 0.4
    parameters.time_limit.seconds = 3600  # guided local search asks for one; CPU time stops it first
    stop_at = time.process_time() + seconds
    model.AddSearchMonitor(model.solver().CustomLimit(lambda: time.process_time() >= stop_at))
    found = model.SolveWithParameters(parameters)
    if found is None:
        return 0, False
    served = [v for v in range(visits) if found.Value(model.NextVar(manager.NodeToIndex(v))) != manager.NodeToIndex(v)]
    return int(course.prize[served].sum()), True


def pyvrp(course: Course, seconds: float, seed: int) -> tuple[int, bool]:
    """PyVRP with optional clients and prizes."""
    from pyvrp import Model

    unit, visits = _unit(course), len(course.prize)
    model = Model()
    places = [model.add_location(0, 0) for _ in range(visits + 1)]
    depot = model.add_depot(places[-1])
    model.add_vehicle_type(
        len(course.start), start_depot=depot, end_depot=depot, tw_early=0, tw_late=int(course.latest.max())
    )
    for v in range(visits):
        model.add_client(
            places[v],
            service_duration=int(course.duration[v]),
            tw_early=int(course.opens[v]),
            tw_late=max(int(course.opens[v]), int(course.closes[v])),
            prize=int(course.prize[v]) * PYVRP_POINT * unit,
            required=False,
        )
    for i, source in enumerate(places):
        for j, target in enumerate(places):
            model.add_edge(source, target, int(course.legs[i, j]), int(course.legs[i, j]))
    stop_at = time.process_time() + seconds
    result = model.solve(lambda _: time.process_time() >= stop_at, seed=seed, display=False, collect_stats=False)
    return round(result.best.prizes() / (PYVRP_POINT * unit)), bool(result.is_feasible())


def _unit(course: Course) -> int:
    """Whole numbers per unit of distance: 100 in the pr instances, 10 in Solomon's."""
    return 100 if int(course.latest.max()) >= 50_000 else 10
