"""A tighter upper bound: Lagrangian over squad-days, column generation within each township.

With a price a[g] >= 0 for a squad-day of group g, and N[g] squad-days that there are,

    prize of any plan <= sum over g of a[g] * N[g] + sum over t of W[t]

where W[t] is the most that township t can collect less a[g] for each squad-day that it uses, least[t] to most[t] of
them. With prices p >= 0 of its visits, W[t] is at most the best over k of the lower of two: what the curve says for k
squad-days, and sum of p + k * (how much a route can collect above p and a[g]). The prices come from a linear program
over the routes seen so far; planner.routing.pricing finds more, until no route is worth more than its squad-day.
"""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from planner.model.progress import Progress, silent
from planner.model.sweep import IntArray, SweepProblem
from planner.routing.allocate import Curve, Yields, curve_of
from planner.routing.bound import MARGIN
from planner.routing.capacity import Demand, net_minutes
from planner.routing.course import Course, course_of
from planner.routing.field import POLL_SECONDS, THREADS, Effort
from planner.routing.pricing import NOT_PROVEN, Memory, best_value, memory_of

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

SeenRoute = tuple[int, tuple[int, ...]]
"""Group and visits in order."""

HELD = 0.5
"""Share of the best prices so far in those tried next: without it they jump (Wentges smoothing)."""

CLOSE = 0.5
"""Points between what is collected and its bound at which a township is left."""

MOST_ROUNDS = 60

MOST_VISITS = 400
"""Of a township that is looked into; one pricing of more takes longer than a second."""


@dataclass
class _Part:
    """One township: ``paid`` price of a squad-day of each route of ``course`` (one a group), ``ceiling`` what so many
    ``days`` collect at the most less their price, ``routes`` seen: (route of the course, its visits)."""

    course: Course
    memory: Memory
    paid: Floats
    days: Longs
    ceiling: Floats
    routes: dict[tuple[int, tuple[int, ...]], None]


def tightened_bound(
    problem: SweepProblem,
    yields: Yields,
    squad_day_worth: Floats,
    seen: Mapping[int, Collection[SeenRoute]],
    effort: Effort,
    progress: Progress = silent,
) -> int:
    """Whole points that no feasible plan exceeds.

    Args:
        squad_day_worth: (groups,) points that one more squad-day would bring, 0 or more; any will do, good ones give
            good bounds.
        seen: township -> routes found there; the better they are the sooner the bound is tight.
        effort: until when to go on; its steps count rounds of each township.

    Raises:
        Cancelled: whatever ``progress`` raises comes through.
    """
    demands = sorted(yields.demands, key=lambda demand: len(demand.visits))
    parts = [_part(problem, yields, squad_day_worth, demand, seen.get(demand.township, ())) for demand in demands]
    stop, found = Event(), list[float]()
    with ThreadPoolExecutor(THREADS) as pool:
        workers = [pool.submit(_tightened, part, effort, stop) for part in parts if part]
        try:
            while wait(workers, POLL_SECONDS).not_done:
                progress("bound", sum(worker.done() for worker in workers) / len(workers))
        finally:
            stop.set()
        found = [worker.result() for worker in workers]
    offered = np.array([len(group.members) for group in yields.groups])
    return int(np.floor((float(squad_day_worth @ offered) + sum(found)) * (1 + MARGIN) + MARGIN))


def _part(
    problem: SweepProblem, yields: Yields, worth: Floats, demand: Demand, seen: Collection[SeenRoute]
) -> _Part | None:
    """None where nobody can go."""
    t, groups = demand.township, yields.groups
    reach = [(g, access) for g, group in enumerate(groups) if (access := group.like.access[t]) is not None]
    if not reach:
        return None
    course = _by_way_of(course_of(problem, demand.visits, [(access, groups[g].like.skills) for g, access in reach]))
    net = np.array([net_minutes(problem, demand, access) for _, access in reach])
    paid = worth[[g for g, _ in reach]]
    most = min(int(problem.most_days[t]), sum(len(groups[g].members) for g, _ in reach))
    least = min(int(problem.least_days[t]), most)
    route, local = {g: r for r, (g, _) in enumerate(reach)}, {int(v): i for i, v in enumerate(demand.visits)}
    known = dict.fromkeys((route[g], tuple(local[v] for v in visits)) for g, visits in seen if visits)
    ceiling = _ceiling(curve_of(problem, demand, 1), net, paid, np.arange(least, most + 1))
    return _Part(course, memory_of(course), paid, np.arange(least, most + 1), ceiling, known)


def _by_way_of(course: Course) -> Course:
    """Legs no longer than by way of a visit that is made on the way.

    Pricing passes over visits that bring nothing, which needs that; measured roads and lanes may break it.
    """
    legs = course.legs.astype(np.int64)
    if len(course.prize) <= MOST_VISITS:
        for v, duration in enumerate(course.duration.tolist()):
            legs = np.minimum(legs, legs[:, v, None] + duration + legs[None, v, :])
    return course._replace(legs=legs.astype(np.int32))


def _ceiling(curve: Curve, net: IntArray, paid: Floats, days: Longs) -> Floats:
    """(k,) what so many squad-days collect at the most, less their price.

    The lower of two: the curve at k times the longest day, less k times the lowest price; the best of
    the curve within k longest days, less the lowest price of a minute for each that is used.
    """
    capacity = np.minimum(days * int(net.max()), len(curve) - 1)
    minute = float((paid / np.maximum(net, 1)).min())
    within: Floats = np.maximum.accumulate(curve - minute * np.arange(len(curve)))
    return np.minimum(curve[capacity] - float(paid.min()) * days, within[capacity])


def _tightened(part: _Part, effort: Effort, stop: Event) -> float:
    """The least bound found for one township."""
    bound, held, share = float(part.ceiling.max()), _first_prices(part), HELD
    rounds = MOST_ROUNDS if effort.steps is None else min(MOST_ROUNDS, effort.steps)
    limit = rounds if len(part.course.prize) <= MOST_VISITS else 0
    for _ in range(limit):
        if stop.is_set() or effort.spent():
            break
        price, collected = _prices(part)
        price = share * held + (1 - share) * price
        above, new = _above(part, price, effort)
        if above == NOT_PROVEN:
            break
        found = float(np.minimum(part.ceiling, price.sum() + part.days * above).max())
        if found < bound:
            bound, held = found, price
        if bound - collected < CLOSE or (not new and share == 0.0):
            break
        share = HELD if new else 0.0  # nothing new at held prices: the program's own decide
    return bound


def _first_prices(part: _Part) -> Floats:
    """What a visit brings beyond the price of the time it takes at least."""
    course = part.course
    minutes = np.maximum(1, course.latest - course.earliest)
    return np.asarray(np.maximum(0.0, course.prize - float((part.paid / minutes).min()) * course.duration))


def _prices(part: _Part) -> tuple[Floats, float]:
    """Prices of visits by the linear program over the routes seen, and what it collects."""
    course, seen = part.course, list(part.routes)
    if not seen:
        return np.zeros(len(course.prize)), 0.0
    made = np.zeros((len(course.prize), len(seen)))
    for column, (_, visits) in enumerate(seen):
        np.add.at(made[:, column], list(visits), 1.0)
    gain = made.T @ course.prize - part.paid[[r for r, _ in seen]]
    found = linprog(-gain, A_ub=made, b_ub=np.ones(len(made)), method="highs")
    duals: Floats = np.asarray(found.ineqlin.marginals, dtype=np.float64)
    return np.maximum(0.0, -duals), float(np.asarray(found.x) @ gain)


def _above(part: _Part, price: Floats, effort: Effort) -> tuple[float, int]:
    """How much a route can collect above the prices at the most, and how many routes were seen for the first time."""
    prize = np.maximum(0.0, part.course.prize - price)
    before, above = len(part.routes), 0.0
    for r in range(len(part.paid)):
        if effort.spent():
            return NOT_PROVEN, 0
        target = float(part.paid[r]) + 1e-6
        value, routes = best_value(part.course, part.memory, r, prize, target)
        if value > target:
            above = max(above, value - float(part.paid[r]))
        part.routes |= dict.fromkeys((r, visits) for visits in routes)
    return above, len(part.routes) - before
