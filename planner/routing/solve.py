"""The main verb: a plan for one week, in indices."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from planner.errors import Impossible
from planner.model.progress import Progress, silent
from planner.model.sweep import Solution, SweepProblem
from planner.routing.allocate import Yields, allocate, expected, yields_of
from planner.routing.bound import upper_bound
from planner.routing.field import Effort, Routes, route_townships
from planner.routing.search import compile_search
from planner.routing.timeline import time_route

SOLVER = "ruin-recreate+cp-sat/1"
ROUNDS = (0.25, 0.75)
"""Shares of the effort for the two rounds of allocation and routing."""

REQUIRED_WORTH = 30
"""Of a required visit, in the greatest prizes of others."""

ALLOCATION_EFFORT = 0.1
"""CP-SAT's deterministic time for one allocation; more did not help."""


@dataclass(frozen=True)
class Draft:
    """One round's answer: squad-day -> township, squad-day -> visits, and what it is worth after loans."""

    assigned: Mapping[int, int]
    routes: Routes
    worth: int
    steps: int


def solve(
    problem: SweepProblem,
    seed: int,
    seconds: float,
    clock: Callable[[], float],
    progress: Progress = silent,
    iterations: int | None = None,
    required: Collection[int] = (),
) -> Solution:
    """Allocate squad-days to townships, route each township, correct the curves by what was collected, once more.

    ``required`` visits are searched for as if each were worth more than a squad-day's, so that they are on the plan
    wherever they can be; what they are worth in the answer is their own prize.

    ``seconds`` of ``clock`` limit the search; with ``iterations`` the clock is not asked and the answer depends
    on the problem and the seed alone.

    Raises:
        Impossible: no squad-day, or the least squad-days cannot be had.
        Cancelled: whatever ``progress`` raises comes through.
    """
    if not problem.squad_days:
        raise Impossible("no_squad_day", squads=0, days=0)
    compile_search()
    began = clock()
    given, problem = problem, _with_required(problem, required)
    yields, scale = yields_of(problem), dict[int, float]()
    drafts = [Draft({}, {}, 0, 0)]
    for number, share in enumerate(ROUNDS):
        progress("allocate", sum(ROUNDS[:number]))
        assigned = allocate(problem, yields, scale, seed, ALLOCATION_EFFORT)
        effort = Effort(clock, began + seconds * sum(ROUNDS[: number + 1]), iterations and int(iterations * share))
        drafts.append(_route(problem, assigned, effort, seed + number, drafts[-1], _part(progress, number)))
        scale = collected_share(problem, yields, drafts[-1].assigned, drafts[-1].routes)
    progress("bound", 1.0)
    best = max(drafts[1:], key=lambda draft: draft.worth)
    return _solution(given, best, upper_bound(given), seed, sum(draft.steps for draft in drafts))


def _with_required(problem: SweepProblem, required: Collection[int]) -> SweepProblem:
    if not required:
        return problem
    prize = problem.prize.copy()
    prize[list(required)] += REQUIRED_WORTH * int(problem.prize.max())
    return replace(problem, prize=prize)


def _part(progress: Progress, number: int) -> Progress:
    """Tells the share of the whole search while one round of it runs."""

    def told(stage: str, share: float) -> None:
        progress(stage, sum(ROUNDS[:number]) + share * ROUNDS[number])

    return told


def _route(
    problem: SweepProblem,
    assigned: Mapping[int, int],
    effort: Effort,
    seed: int,
    before: Draft,
    progress: Progress,
) -> Draft:
    warm = {day: visits for day, visits in before.routes.items() if before.assigned[day] == assigned.get(day)}
    routes, steps = route_townships(problem, assigned, effort, seed, warm, progress)
    loans = sum(bool(visits) and not problem.squad_days[day].home[assigned[day]] for day, visits in routes.items())
    return Draft(assigned, routes, _prize(problem, routes) - problem.loan_cost * loans, steps)


def _prize(problem: SweepProblem, routes: Routes) -> int:
    return sum(int(problem.prize[list(visits)].sum()) for visits in routes.values())


def collected_share(
    problem: SweepProblem, yields: Yields, assigned: Mapping[int, int], routes: Routes
) -> dict[int, float]:
    """Township -> collected / expected; where no squad went, the ratio of all together."""
    promised = expected(problem, yields, assigned)
    collected = dict.fromkeys(promised, 0)
    for day, visits in routes.items():
        collected[assigned[day]] += int(problem.prize[list(visits)].sum())
    overall = sum(collected.values()) / max(1.0, sum(promised.values()))
    return {
        t: collected[t] / promised[t] if promised.get(t) else overall
        for t in (demand.township for demand in yields.demands)
    }


def _solution(problem: SweepProblem, draft: Draft, bound: int, seed: int, steps: int) -> Solution:
    """Clock times for every route; a squad-day without a visit stays at home unless its township is owed it."""
    sent = [day for day, visits in draft.routes.items() if visits]
    owed = problem.least_days.copy()
    for day in sent:
        owed[draft.assigned[day]] -= 1
    for day, visits in sorted(draft.routes.items()):
        if not visits and owed[draft.assigned[day]] > 0:
            owed[draft.assigned[day]] -= 1
            sent.append(day)
    routes = tuple(time_route(problem, day, draft.assigned[day], draft.routes[day]) for day in sorted(sent))
    return Solution(routes, _prize(problem, draft.routes), bound, SOLVER, seed, steps)
