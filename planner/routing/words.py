"""A solution back in the words of the region: ids, dates, clock times at the base."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from planner.model.region import Region, Squad
from planner.model.sweep import PlannedRoute, PlannedVisit, Route, Solution, SweepProblem, Unserved
from planner.routing.unserved import reasons

OBJECTIVE_PARTS = ("points_money", "points_livelihood", "points_age", "points_clue")


def planned_routes(
    problem: SweepProblem,
    solution: Solution,
    visits: pd.DataFrame,
    region: Region,
    days: Sequence[date],
    squads: Sequence[Squad],
) -> tuple[PlannedRoute, ...]:
    """Routes by day, then squad. The tables and lists are those that ``build_problem`` was given."""
    ids, codes = visits["visit_id"].tolist(), region.townships["code"].tolist()
    squad_days = problem.squad_days

    def planned(route: Route) -> PlannedRoute:
        squad_day = squad_days[route.squad_day]
        access = squad_day.access[route.township]
        if access is None:
            raise ValueError(route)
        by_boat = access.link_id is not None
        return PlannedRoute(
            squad_id=squads[squad_day.squad].id,
            day=days[squad_day.day],
            township_code=codes[route.township],
            leave_base=access.start - access.outbound_minutes if by_boat else route.depart,
            depart=route.depart,
            stops=tuple(PlannedVisit(ids[stop.visit], stop.arrive, stop.start, stop.leave) for stop in route.stops),
            back=route.back,
            reach_base=access.end + access.inbound_minutes if by_boat else route.back,
            link_id=access.link_id,
            drive_minutes=drive_minutes(problem, route),
        )

    ordered = sorted(solution.routes, key=lambda r: (squad_days[r.squad_day].day, squad_days[r.squad_day].squad))
    return tuple(planned(route) for route in ordered)


def drive_minutes(problem: SweepProblem, route: Route) -> int:
    """Minutes of the legs of a route, parking and walking included, boats not."""
    access = problem.squad_days[route.squad_day].access[route.township]
    if access is None or not route.stops:
        return 0
    places = [access.start_place, *(int(problem.place[stop.visit]) for stop in route.stops), access.end_place]
    return int(problem.travel[places[:-1], places[1:]].sum())


def unserved_visits(problem: SweepProblem, solution: Solution, visits: pd.DataFrame) -> tuple[Unserved, ...]:
    """Every visit on no route with its reason, in the order of VISIT_TABLE."""
    ids = visits["visit_id"].tolist()
    return tuple(Unserved(ids[visit], reason) for visit, reason in sorted(reasons(problem, solution).items()))


def objective_parts(problem: SweepProblem, solution: Solution, visits: pd.DataFrame) -> tuple[tuple[str, float], ...]:
    """(part, points) of the prize collected, and what loans between jurisdictions took off (``loans``, <= 0)."""
    rows = [stop.visit for route in solution.routes for stop in route.stops]
    parts = [(part, float(visits[part].iloc[rows].sum())) for part in OBJECTIVE_PARTS]
    lent = sum(not problem.squad_days[route.squad_day].home[route.township] for route in solution.routes)
    return (*parts, ("loans", float(-problem.loan_cost * lent)))
