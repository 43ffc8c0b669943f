"""Small problems for tests: random ones by seed, and the best answer by exhaustive search."""

from itertools import permutations, product

import numpy as np

from planner.model.sweep import Access, SquadDay, SweepProblem
from planner.routing.timeline import time_route

DAY_START, DAY_END = 480, 1020


def ints(values: object) -> np.ndarray:
    return np.ascontiguousarray(np.asarray(values).astype(np.int32))


def random_problem(
    seed: int,
    visits: int = 30,
    townships: int = 3,
    squad_days: int = 5,
    break_minutes: int = 60,
    max_visits: int = 25,
    villages_once: bool = True,
    least: int = 0,
) -> SweepProblem:
    """Two bases on a small map, half the visits with windows, a third with needs, some townships out of reach."""
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 60, (visits + 2, 2))
    travel = np.abs(points[:, None] - points[None, :]).sum(-1)
    opens = np.where(rng.random(visits) < 0.5, DAY_START, rng.integers(DAY_START, 900, visits))
    closes = np.where(opens == DAY_START, DAY_END, opens + rng.integers(0, 200, visits))
    days = tuple(_squad_day(rng, number, visits, townships) for number in range(squad_days))
    return SweepProblem(
        travel=ints(travel),
        place=ints(np.arange(visits)),
        township=ints(rng.integers(0, townships, visits)),
        village=ints(rng.integers(-1, 4, visits)),
        prize=ints(rng.integers(1, 50, visits)),
        duration=ints(rng.integers(10, 60, visits)),
        opens=ints(opens),
        closes=ints(closes),
        needs=ints(rng.integers(0, 4, visits) * (rng.random(visits) < 0.3)),
        squad_days=days,
        chosen=rng.random(townships) < 0.9,
        least_days=ints(np.full(townships, least)),
        most_days=ints(rng.integers(1, squad_days + 1, townships)),
        loan_cost=3,
        break_start=705,
        break_minutes=break_minutes,
        max_visits=max_visits,
        villages_once=villages_once,
    )


def _squad_day(rng: np.random.Generator, squad: int, visits: int, townships: int) -> SquadDay:
    base = visits + int(rng.integers(0, 2))
    start, end = int(rng.integers(DAY_START, 760)), int(rng.integers(700, DAY_END))
    access = Access(base, base, start, max(start, end), 0, 0)
    return SquadDay(
        squad=squad,
        day=0,
        duty_start=DAY_START,
        duty_end=DAY_END,
        skills=int(rng.integers(0, 4)),
        access=tuple(access if rng.random() < 0.85 else None for _ in range(townships)),
        home=tuple(bool(rng.random() < 0.7) for _ in range(townships)),
    )


def best_prize(problem: SweepProblem) -> int:
    """The greatest prize of any plan by trying everything (a handful of visits, two squad-days)."""
    per_day = [_options(problem, day) for day in range(len(problem.squad_days))]
    best = 0
    for options in product(*per_day):
        sent = np.bincount([t for t, _ in options if t >= 0], minlength=problem.townships)
        chosen = [v for _, visits in options for v in visits]
        if len(chosen) == len(set(chosen)) and _enough(problem, sent):
            best = max(best, int(problem.prize[chosen].sum()))
    return best


def _enough(problem: SweepProblem, sent: np.ndarray) -> bool:
    return bool((problem.least_days <= sent).all() and (sent <= problem.most_days).all())


def _options(problem: SweepProblem, day: int) -> list[tuple[int, frozenset[int]]]:
    """(township, visits) that one squad-day can do; (-1, none) is staying at home."""
    found = {(-1, frozenset[int]())}
    squad_day = problem.squad_days[day]
    for t in np.flatnonzero(problem.chosen).tolist():
        if squad_day.access[t] is None:
            continue
        able = [v for v in np.flatnonzero(problem.township == t).tolist() if not problem.needs[v] & ~squad_day.skills]
        for size in range(len(able) + 1):
            found |= {(t, frozenset(order)) for order in permutations(able, size) if feasible(problem, day, t, order)}
    return sorted(found, key=repr)


def feasible(problem: SweepProblem, day: int, township: int, order: tuple[int, ...]) -> bool:
    """Whether a squad-day can make these visits in this order."""
    access = problem.squad_days[day].access[township]
    if access is None or len(order) > problem.max_visits:
        return False
    route = time_route(problem, day, township, order)
    in_time = all(stop.start <= problem.closes[stop.visit] for stop in route.stops)
    villages = [int(problem.village[v]) for v in order]
    entered = [g for p, g in enumerate(villages) if g >= 0 and (p == 0 or villages[p - 1] != g)]
    once = not problem.villages_once or len(entered) == len(set(entered))
    return in_time and once and route.back <= access.end
