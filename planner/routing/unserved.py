"""Why a visit is on no route. Every reason is tested, none is guessed."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from planner.model.sweep import Access, IntArray, Route, Solution, SquadDay, SweepProblem
from planner.routing.timeline import begin, break_of, drive

Drive = tuple[Access, int]
"""How a squad-day reaches a township, and its skills."""


def reasons(problem: SweepProblem, solution: Solution) -> dict[int, str]:
    """Unserved visit -> its reason (UNSERVED_REASONS), the first that holds:

    township_not_chosen; among the squad-days sent to its township (all that could go, where none was sent):
    too_far if none can reach the township or make even this one visit within duty, no_squad_with_skill,
    window_never_open if its hours forbid what duty alone would allow; no_squad_day if none was sent;
    then the visit is forced into every place of every route of the township: room_left, village_left, day_full,
    or no_time_left.
    """
    served = {stop.visit for route in solution.routes for stop in route.stops}
    return {visit: _reason(problem, solution, visit) for visit in range(problem.visits) if visit not in served}


def _reason(problem: SweepProblem, solution: Solution, visit: int) -> str:
    t = int(problem.township[visit])
    if not problem.chosen[t]:
        return "township_not_chosen"
    routes = [route for route in solution.routes if route.township == t]
    sent = [problem.squad_days[route.squad_day] for route in routes] or list(problem.squad_days)
    drives = _drives(sent, t)
    if alone := _why_not_alone(problem, visit, drives):
        return alone
    return _why_not_added(problem, visit, routes) if routes else "no_squad_day"


def _drives(squad_days: Sequence[SquadDay], township: int) -> list[Drive]:
    found = {(access, day.skills) for day in squad_days if (access := day.access[township]) is not None}
    return sorted(found, key=repr)


def _why_not_alone(problem: SweepProblem, visit: int, drives: Sequence[Drive]) -> str | None:
    """Why no squad-day could make this visit even as its only one; None if one could."""
    needs = int(problem.needs[visit])
    if not any(_fits(problem, access, (visit,), windows=False) for access, _ in drives):
        return "too_far"
    able = [access for access, skills in drives if not needs & ~skills]
    if not able:
        return "no_squad_with_skill"
    if not any(_fits(problem, access, (visit,), windows=False) for access in able):
        return "too_far"
    if not any(_fits(problem, access, (visit,)) for access in able):
        return "window_never_open"
    return None


def _why_not_added(problem: SweepProblem, visit: int, routes: Sequence[Route]) -> str:
    found = set()
    for route in routes:
        day = problem.squad_days[route.squad_day]
        access = day.access[route.township]
        if access is None or int(problem.needs[visit]) & ~day.skills:
            continue
        order = tuple(stop.visit for stop in route.stops)
        for p in range(len(order) + 1):
            longer = (*order[:p], visit, *order[p:])
            if _fits(problem, access, longer):
                found.add(_rule_against(problem, longer))
    ranked = ("room_left", "village_left", "day_full")
    return next((reason for reason in ranked if reason in found), "no_time_left")


def _rule_against(problem: SweepProblem, visits: tuple[int, ...]) -> str:
    if len(visits) > problem.max_visits:
        return "day_full"
    return "village_left" if problem.villages_once and _comes_back(problem.village[list(visits)]) else "room_left"


def _comes_back(villages: IntArray) -> bool:
    """Whether a village is left and entered again; an unknown one (-1) is a village of its own."""
    known = villages[villages >= 0]
    blocks = np.flatnonzero(np.diff(villages, prepend=-2) != 0)
    entered: npt.NDArray[np.int32] = villages[blocks]
    return len(entered[entered >= 0]) > len(set(known.tolist()))


def _fits(problem: SweepProblem, access: Access, visits: tuple[int, ...], windows: bool = True) -> bool:
    """Whether these visits in this order hold on the clock, from the start of duty to its end."""
    pause = break_of(problem)
    place, leave = access.start_place, access.start
    for visit in visits:
        target, duration = int(problem.place[visit]), int(problem.duration[visit])
        leg = int(problem.travel[place, target])
        start = begin(drive(leave, leg, pause), int(problem.opens[visit]) if windows else 0, duration, pause)
        if leg < 0 or (windows and start > problem.closes[visit]):
            return False
        place, leave = target, start + duration
    leg = int(problem.travel[place, access.end_place])
    return leg >= 0 and drive(leave, leg, pause) <= access.end
