"""The main verb: a plan for one week, in indices."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from planner.errors import Impossible
from planner.model.progress import Progress, silent, within
from planner.model.sweep import Solution, SweepProblem
from planner.routing.allocate import allocate, yields_of
from planner.routing.bound import upper_bound
from planner.routing.engines import ENGINES, Deadline, Engine
from planner.routing.field import Effort, Routes, patch_of, route_townships
from planner.routing.pricing import compile_pricing
from planner.routing.reallocate import Allocation, reallocate
from planner.routing.search import compile_search
from planner.routing.tighten import tightened_bound
from planner.routing.timeline import time_route

OWN = "ruin-recreate"
SOLVER = f"{OWN}+cp-sat/2"
RECONSIDERED, SEARCHED = 0.55, 0.9
"""Shares of the effort until which the allocation is reconsidered, and its routes are improved; then the bound is."""

STEPS_A_ROUND = 1_000
"""Steps of a search that count as much as one round of the bound, where steps are counted."""

REQUIRED_WORTH = 30
"""Of a required visit, in the greatest prizes of others."""

ALLOCATION_EFFORT = 0.1
"""CP-SAT's deterministic time for one allocation; more did not help."""


def solve(
    problem: SweepProblem,
    seed: int,
    seconds: float,
    clock: Callable[[], float],
    progress: Progress = silent,
    iterations: int | None = None,
    required: Collection[int] = (),
    engine: str = OWN,
) -> Solution:
    """Allocate squad-days to townships, reconsider by what routes really collect, improve the routes.

    ``required`` visits are searched for as if each were worth more than a squad-day's, so that they are on the plan
    wherever they can be; what they are worth in the answer is their own prize.

    Another ``engine`` than our own (planner.routing.engines) routes the townships as they were first allocated.

    ``seconds`` of ``clock`` limit the search; with ``iterations`` the clock is not asked and the answer depends
    on the problem and the seed alone.

    Raises:
        Impossible: no squad-day, or the least squad-days cannot be had.
        Cancelled: whatever ``progress`` raises comes through.
    """
    if not problem.squad_days:
        raise Impossible("no_squad_day", squads=0, days=0)
    compile_search()
    compile_pricing()
    began = clock()
    given, problem = problem, _with_required(problem, required)
    yields = yields_of(problem)
    progress("allocate", 0.0)
    assigned = allocate(problem, yields, seed, ALLOCATION_EFFORT)
    if engine != OWN:
        deadline = Deadline(clock, began + seconds)
        routes = _by_engine(problem, assigned, ENGINES[engine], deadline, seed, progress)
        return _solution(given, assigned, routes, upper_bound(given), f"{engine}+cp-sat", seed, 0)
    until = [began + seconds * share for share in (RECONSIDERED, SEARCHED, 1.0)]
    first = Effort(clock, until[0], iterations and int(iterations * RECONSIDERED))
    found = reallocate(problem, yields, assigned, {}, first, seed, within(progress, 0.0, RECONSIDERED))
    rest = Effort(clock, until[1], iterations and max(1, iterations - found.steps))
    told = within(progress, RECONSIDERED, SEARCHED)
    routes, steps = route_townships(problem, found.assigned, rest, seed, found.routes, told)
    proof = Effort(clock, until[2], iterations and iterations // STEPS_A_ROUND)
    bound = _bound(given, problem, found, proof, within(progress, SEARCHED, 1.0))
    return _solution(given, found.assigned, routes, bound, SOLVER, seed, found.steps + steps)


def _by_engine(
    problem: SweepProblem,
    assigned: Mapping[int, int],
    engine: Engine,
    deadline: Deadline,
    seed: int,
    progress: Progress,
) -> dict[int, tuple[int, ...]]:
    """One township after the other, each with the seconds that its squad-days are of those left."""
    routes: dict[int, tuple[int, ...]] = {}
    for t in sorted(set(assigned.values())):
        progress("route", len(routes) / len(assigned))
        patch = patch_of(problem, t, assigned, seed, {})
        share = len(patch.squad_days) / (len(assigned) - len(routes))
        own = Deadline(deadline.clock, deadline.clock() + deadline.seconds_left() * share)
        tours = engine(patch.search.course, own, seed)
        routes |= {day: patch.translated(tour) for day, tour in zip(patch.squad_days, tours, strict=True)}
    return routes


def _bound(problem: SweepProblem, searched: SweepProblem, found: Allocation, effort: Effort, progress: Progress) -> int:
    """The lower of two bounds; the tighter one is for what was searched, so not where prizes were raised for that."""
    plain = upper_bound(problem)
    if problem is not searched:
        return plain
    yields = yields_of(problem)
    return min(plain, tightened_bound(problem, yields, found.squad_day_worth, found.seen, effort, progress))


def _with_required(problem: SweepProblem, required: Collection[int]) -> SweepProblem:
    if not required:
        return problem
    prize = problem.prize.copy()
    prize[list(required)] += REQUIRED_WORTH * int(problem.prize.max())
    return replace(problem, prize=prize)


def _prize(problem: SweepProblem, routes: Routes) -> int:
    return sum(int(problem.prize[list(visits)].sum()) for visits in routes.values())


def _solution(
    problem: SweepProblem,
    assigned: Mapping[int, int],
    routes: Routes,
    bound: int,
    solver: str,
    seed: int,
    steps: int,
) -> Solution:
    """Clock times for every route; a squad-day without a visit stays at home unless its township is owed it."""
    sent = [day for day, visits in routes.items() if visits]
    owed = problem.least_days.copy()
    for day in sent:
        owed[assigned[day]] -= 1
    for day, visits in sorted(routes.items()):
        if not visits and owed[assigned[day]] > 0:
            owed[assigned[day]] -= 1
            sent.append(day)
    timed = tuple(time_route(problem, day, assigned[day], routes[day]) for day in sorted(sent))
    return Solution(timed, _prize(problem, routes), bound, solver, seed, steps)
