"""Made-up plans: routes as they are wanted, everything else as small as it may be."""

from dataclasses import replace
from datetime import date, timedelta

from planner.model.sweep import PlannedRoute, PlannedVisit, PolicyEffect, SweepPlan

MONDAY = date(2024, 6, 3)
WEEK = tuple(MONDAY + timedelta(days=n) for n in range(5))
EMPTY = SweepPlan(
    id="p1", parent=None, region_code="330225", week_start=MONDAY, days=WEEK, spread="concentrate", selection=(),
    routes=(), unserved=(), prize=0, bound=0, objective=(), effect=PolicyEffect(0, 0, 0, 0, 0, 0, 0, 0, 0),
    travel_estimated=True, solver="", seed=0, versions=(), input_digest="", policy="{}", warnings=(),
)  # fmt: skip


def route(
    squad: str, day: date, visits: tuple[str, ...], township: str = "330225001", out: tuple[int, int] = (480, 1020),
    link: str | None = None,
) -> PlannedRoute:  # fmt: skip
    """Visits of half an hour, one after the other from half an hour after leaving."""
    first = out[0] + 30
    stops = tuple(
        PlannedVisit(visit, first + 40 * n, first + 40 * n, first + 40 * n + 30) for n, visit in enumerate(visits)
    )
    return PlannedRoute(squad, day, township, out[0], out[0], stops, out[1], out[1], link, 10 * len(visits))


def plan(*routes: PlannedRoute) -> SweepPlan:
    return replace(EMPTY, routes=routes)
