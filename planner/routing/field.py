"""Routes of all townships at once: one search a township, slices of them on a few threads."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event, Lock

import numpy as np

from planner.model.progress import Progress
from planner.model.sweep import SweepProblem
from planner.routing.course import course_of
from planner.routing.search import STEPS, Search, finish, run_slice, start_search

THREADS = 2
POLL_SECONDS = 0.1

Routes = Mapping[int, tuple[int, ...]]
"""Squad-day -> its visits in order; idle squad-days are left out."""


@dataclass(frozen=True)
class Effort:
    """How long to search: ``steps`` over all townships if given, else until the ``clock`` says ``deadline``."""

    clock: Callable[[], float]
    deadline: float
    steps: int | None = None


@dataclass
class Patch:
    """One township's search. ``visits`` and ``squad_days`` translate its numbers into those of the problem;
    ``share`` (0..1) of its own effort is done, ``spent`` seconds of it."""

    visits: list[int]
    squad_days: list[int]
    search: Search
    share: float = 0.0
    spent: float = 0.0

    def routes(self) -> dict[int, tuple[int, ...]]:
        found = finish(self.search)
        return {day: tuple(self.visits[v] for v in route) for day, route in zip(self.squad_days, found, strict=True)}


def route_townships(
    problem: SweepProblem,
    assigned: Mapping[int, int],
    effort: Effort,
    seed: int,
    warm: Routes,
    progress: Progress,
) -> tuple[dict[int, tuple[int, ...]], int]:
    """Routes of all assigned squad-days (squad-day -> township) and the steps taken.

    ``warm`` gives first routes where a squad-day keeps its township. With ``effort.steps`` the answer does not
    depend on threads: each township has its own random state and its own number of steps.
    """
    patches = [_patch(problem, t, assigned, seed, warm) for t in sorted(set(assigned.values()))]
    _search_all([patch for patch in patches if patch.visits], effort, progress)
    routes = {day: route for patch in patches for day, route in patch.routes().items()}
    return routes, sum(patch.search.steps for patch in patches)


def fill_routes(problem: SweepProblem, assigned: Mapping[int, int], routes: Routes) -> dict[int, tuple[int, ...]]:
    """Feasible routes with whatever still fits put in; nothing of theirs is moved."""
    patches = [_patch(problem, t, assigned, 0, routes) for t in sorted(set(assigned.values()))]
    return {day: route for patch in patches for day, route in patch.routes().items()}


def _patch(problem: SweepProblem, township: int, assigned: Mapping[int, int], seed: int, warm: Routes) -> Patch:
    visits = np.flatnonzero(problem.township == township).astype(np.int32)
    squad_days = sorted(day for day, t in assigned.items() if t == township)
    local = {int(v): i for i, v in enumerate(visits)}
    drives = []
    for day in squad_days:
        access = problem.squad_days[day].access[township]
        if access is None:
            raise ValueError((day, township))
        drives.append((access, problem.squad_days[day].skills))
    kept = [[local[v] for v in warm.get(day, ()) if v in local] for day in squad_days]
    course = course_of(problem, visits, drives)
    return Patch(visits.tolist(), squad_days, start_search(course, seed * 10_007 + township, kept))


def _search_all(patches: list[Patch], effort: Effort, progress: Progress) -> None:
    """Run slices until the effort is spent. The patch furthest behind goes first, and is with one thread at a time.

    Args:
        patches: none without visits, which would be for ever behind.
    """
    total = sum(len(patch.squad_days) for patch in patches)
    began = effort.clock()
    free, lock, stop = list(patches), Lock(), Event()

    def elapsed() -> float:
        return (effort.clock() - began) / max(effort.deadline - began, 1e-9)

    def take() -> Patch | None:
        with lock:
            over = stop.is_set() or not free or (effort.steps is None and elapsed() >= 1)
            if over:
                return None
            patch = min(free, key=lambda p: p.share if effort.steps is not None else p.spent / len(p.squad_days))
            free.remove(patch)
            return patch

    def work() -> None:
        while (patch := take()) is not None:
            if effort.steps is not None:
                quota = max(1, effort.steps * len(patch.squad_days) // total)
                run_slice(patch.search, patch.share, min(STEPS, quota - patch.search.steps))
                patch.share = patch.search.steps / quota
            else:
                before = effort.clock()
                run_slice(patch.search, elapsed(), STEPS)
                patch.spent += effort.clock() - before
            with lock:
                if patch.share < 1:
                    free.append(patch)

    with ThreadPoolExecutor(THREADS) as pool:
        workers = [pool.submit(work) for _ in range(min(THREADS, len(patches)))]
        try:
            while wait(workers, POLL_SECONDS).not_done:
                done = elapsed() if effort.steps is None else min((patch.share for patch in patches), default=1.0)
                progress("route", min(1.0, done))
        finally:
            stop.set()
        for worker in workers:
            worker.result()
