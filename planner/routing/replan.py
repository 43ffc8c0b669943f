"""A new plan for what is left of a week: better if that pays, and otherwise as it was.

Four answers are drawn up. *Mended*: every squad-day keeps its township and its order; what no longer fits is taken
out, what newly fits is put in. *Improved*: the same townships, searched on from there; each township takes it or keeps
the mended routes, whichever is worth more. *Reallocated*: squad-days change their townships where the routes found
there collect more. *Switched*: of those only the changes of township, every other squad-day as mended. The one of
greatest worth wins, where every visit that leaves its squad-day costs ``change_cost`` points: a replan disturbs as
little as its gain allows. A pinned visit never leaves its squad-day unless it can no longer be made there.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np

from planner.model.progress import Progress, silent
from planner.model.sweep import Solution, SweepProblem
from planner.routing.allocate import Yields, yields_of
from planner.routing.bound import upper_bound
from planner.routing.field import Effort, Routes, fill_routes, route_townships
from planner.routing.reallocate import reallocate
from planner.routing.search import compile_search
from planner.routing.timeline import time_route

REPLANNER = "replan/1"
SHARE_IMPROVED = 0.5
"""Share of the time that improving gets; what is laid out anew gets the rest."""


@dataclass(frozen=True)
class Standing:
    """What stands, in the numbers of the problem that is left: squad-day -> township, squad-day -> visits in order."""

    assigned: Mapping[int, int]
    routes: Routes


@dataclass(frozen=True)
class _Answer:
    """Squad-day -> township, and squad-day -> visits."""

    assigned: Mapping[int, int]
    routes: Routes


def replan(
    problem: SweepProblem,
    standing: Standing,
    pinned: Collection[int],
    change_cost: int,
    seed: int,
    seconds: float,
    clock: Callable[[], float],
    progress: Progress = silent,
    iterations: int | None = None,
) -> Solution:
    """The plan of greatest prize less loans and changes.

    Args:
        problem: of the squad-days that are left, ``least_days`` all 0.
        pinned: visits that stay on their squad-day of ``standing``.
        change_cost: points for each visit of ``standing`` that is moved to another squad-day or dropped.
        seconds of ``clock`` limit the search; with ``iterations`` the answer does not depend on the clock.

    Raises:
        Cancelled: whatever ``progress`` raises comes through.
    """
    compile_search()
    began = clock()
    kept = {day: _still_possible(problem, day, standing, pinned) for day in standing.assigned}
    mended = fill_routes(problem, standing.assigned, kept)
    improving = Effort(clock, began + SHARE_IMPROVED * seconds, iterations)
    improved, steps = route_townships(problem, standing.assigned, improving, seed, mended, progress)
    mixed = _township_by_township(problem, standing, mended, improved, kept, pinned, change_cost)
    answers = [_Answer(standing.assigned, mixed)]
    if problem.squad_days and problem.chosen[problem.township].any():
        whole = Effort(clock, began + seconds, iterations)
        reallocated, more = _reallocated(problem, standing, improved, whole, seed, progress)
        answers += [reallocated, _switched(problem, standing, reallocated, mixed)]
        steps += more
    allowed = [a for a in answers if _keeps(pinned, kept, a.routes)] or answers[:1]
    best = max(allowed, key=lambda answer: _worth(problem, answer, kept, change_cost))
    routes = tuple(
        time_route(problem, day, best.assigned[day], visits) for day, visits in sorted(best.routes.items()) if visits
    )
    return Solution(routes, _prize(problem, best.routes), upper_bound(problem), REPLANNER, seed, steps)


def _still_possible(problem: SweepProblem, day: int, standing: Standing, pinned: Collection[int]) -> tuple[int, ...]:
    """The standing visits of a squad-day that can still be made in their order, the least worth left out first."""
    visits = list(standing.routes.get(day, ()))
    while visits and not fits(problem, day, standing.assigned[day], tuple(visits)):
        visits.remove(min(visits, key=lambda v: (v in pinned, int(problem.prize[v]), v)))
    return tuple(visits)


def fits(problem: SweepProblem, squad_day: int, township: int, visits: tuple[int, ...]) -> bool:
    """Whether a squad-day can make these visits of a township in this order, all rules of the road counted."""
    day = problem.squad_days[squad_day]
    access = day.access[township]
    if access is None or len(visits) > problem.max_visits or any(problem.needs[v] & ~day.skills for v in visits):
        return False
    places = [access.start_place, *(int(problem.place[v]) for v in visits), access.end_place]
    if visits and (problem.travel[places[:-1], places[1:]] < 0).any():
        return False
    route = time_route(problem, squad_day, township, visits)
    in_time = all(stop.start <= problem.closes[stop.visit] for stop in route.stops)
    return in_time and route.back <= access.end and not _comes_back(problem, visits)


def _comes_back(problem: SweepProblem, visits: tuple[int, ...]) -> bool:
    if not problem.villages_once:
        return False
    villages = problem.village[list(visits)]
    entered = villages[np.flatnonzero(np.diff(villages, prepend=-2) != 0)]
    known = entered[entered >= 0]
    return len(known) > len(np.unique(known))


def _township_by_township(
    problem: SweepProblem,
    standing: Standing,
    mended: Routes,
    improved: Routes,
    before: Routes,
    pinned: Collection[int],
    change_cost: int,
) -> dict[int, tuple[int, ...]]:
    """In each township the improved routes where they are worth their changes, else the mended ones."""
    found: dict[int, tuple[int, ...]] = {}
    for township in sorted(set(standing.assigned.values())):
        days = [day for day, t in standing.assigned.items() if t == township]
        here = {day: before[day] for day in days}
        options = [{day: tuple(routes.get(day, ())) for day in days} for routes in (improved, mended)]
        allowed = [option for option in options if _keeps(pinned, here, option)] or options[1:]
        gains = [_prize(problem, option) - change_cost * changes(here, option) for option in allowed]
        found |= allowed[int(np.argmax(gains))]
    return found


def changes(before: Routes, after: Routes) -> int:
    """How many visits of ``before`` are no longer on their squad-day."""
    return sum(len(set(visits) - set(after.get(day, ()))) for day, visits in before.items())


def _keeps(pinned: Collection[int], before: Routes, after: Routes) -> bool:
    wanted = set(pinned)
    return all(wanted & set(visits) <= set(after.get(day, ())) for day, visits in before.items())


def _reallocated(
    problem: SweepProblem, standing: Standing, improved: Routes, effort: Effort, seed: int, progress: Progress
) -> tuple[_Answer, int]:
    yields = yields_of(problem)
    found = reallocate(problem, yields, standing.assigned, improved, effort, seed + 1, progress)
    home = _at_home_first(yields, found.assigned, standing.assigned)
    return _Answer(home, _at_their_squads(yields, found.assigned, home, found.routes, improved)), found.steps


def _switched(problem: SweepProblem, standing: Standing, reallocated: _Answer, mended: Routes) -> _Answer:
    """The squad-days that change their township make what was found there; all others keep what they had, and take on
    what newly fits."""
    stay = {
        day: tuple(mended.get(day, ()))
        for day, township in reallocated.assigned.items()
        if standing.assigned.get(day) == township
    }
    taken = {visit for visits in stay.values() for visit in visits}
    moved = {
        day: tuple(visit for visit in visits if visit not in taken)
        for day, visits in reallocated.routes.items()
        if day not in stay
    }
    return _Answer(reallocated.assigned, fill_routes(problem, reallocated.assigned, stay | moved))


def _at_home_first(yields: Yields, assigned: Mapping[int, int], standing: Mapping[int, int]) -> dict[int, int]:
    """The same squad-days of a group in the same townships, dealt so that as many as can stay where they stood."""
    found: dict[int, int] = {}
    for group in yields.groups:
        wanted = Counter(assigned[day] for day in group.members if day in assigned)
        for day in group.members:
            if wanted[standing.get(day, -1)] > 0:
                found[day] = standing[day]
                wanted[standing[day]] -= 1
        free = [day for day in group.members if day not in found]
        # those that stood idle first, so that fewest routes are broken up
        free.sort(key=lambda day: (day in standing, day))
        found |= dict(zip(free, wanted.elements(), strict=False))
    return found


def _at_their_squads(
    yields: Yields, dealt: Mapping[int, int], home: Mapping[int, int], found: Routes, before: Routes
) -> dict[int, tuple[int, ...]]:
    """The routes found for a group's squad-days in a township, each where it has most in common."""
    routes: dict[int, tuple[int, ...]] = {}
    for group in yields.groups:
        for township in {home[day] for day in group.members if day in home}:
            left = [found[day] for day in group.members if dealt.get(day) == township]
            for day in (day for day in group.members if home.get(day) == township):
                own = set(before.get(day, ()))
                routes[day] = max(left, key=lambda visits: len(own & set(visits)))
                left.remove(routes[day])
    return routes


def _worth(problem: SweepProblem, answer: _Answer, before: Routes, change_cost: int) -> int:
    loans = sum(
        bool(visits) and not problem.squad_days[day].home[answer.assigned[day]] for day, visits in answer.routes.items()
    )
    return _prize(problem, answer.routes) - problem.loan_cost * loans - change_cost * changes(before, answer.routes)


def _prize(problem: SweepProblem, routes: Routes) -> int:
    return sum(int(problem.prize[list(visits)].sum()) for visits in routes.values())
