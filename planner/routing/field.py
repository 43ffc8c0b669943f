"""Routes of all townships at once: one search a township, slices of them on a few threads."""

from collections.abc import Callable, Mapping, Sequence
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

    def spent(self) -> bool:
        """Whether the time is over; steps are counted by who takes them."""
        return self.steps is None and self.clock() >= self.deadline


@dataclass
class Patch:
    """One township's search. ``visits`` and ``squad_days`` translate its numbers into those of the problem;
    ``quota`` steps are its own (None: as many as there is time for), ``spent`` seconds of it."""

    visits: list[int]
    squad_days: list[int]
    search: Search
    quota: int | None = None
    spent: float = 0.0

    @property
    def share(self) -> float:
        """Of its quota, 0..1; 0 without one."""
        return min(1.0, self.search.steps / self.quota) if self.quota else 0.0

    def routes(self) -> dict[int, tuple[int, ...]]:
        found = finish(self.search)
        return {day: self.translated(route) for day, route in zip(self.squad_days, found, strict=True)}

    def translated(self, route: Sequence[int]) -> tuple[int, ...]:
        """Visits of the course as those of the problem."""
        return tuple(self.visits[v] for v in route)


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
    patches = [patch_of(problem, t, assigned, seed, warm) for t in sorted(set(assigned.values()))]
    if effort.steps is not None:
        for patch in patches:
            patch.quota = max(1, effort.steps * len(patch.squad_days) // len(assigned))
    search_all([patch for patch in patches if patch.visits], effort, progress)
    routes = {day: route for patch in patches for day, route in patch.routes().items()}
    return routes, sum(patch.search.steps for patch in patches)


def fill_routes(problem: SweepProblem, assigned: Mapping[int, int], routes: Routes) -> dict[int, tuple[int, ...]]:
    """Feasible routes with whatever still fits put in; nothing of theirs is moved."""
    patches = [patch_of(problem, t, assigned, 0, routes) for t in sorted(set(assigned.values()))]
    return {day: route for patch in patches for day, route in patch.routes().items()}


def patch_of(problem: SweepProblem, township: int, assigned: Mapping[int, int], seed: int, warm: Routes) -> Patch:
    """The search of one township by the squad-days that are assigned to it, from ``warm`` (feasible) routes."""
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


def search_all(patches: Sequence[Patch], effort: Effort, progress: Progress) -> None:
    """Run slices until the effort is spent or each quota is. The patch furthest behind goes first, and is with one
    thread at a time.

    Args:
        patches: none without visits, which would be for ever behind.
    """
    began = effort.clock()
    free, lock, stop = list(patches), Lock(), Event()

    def elapsed() -> float:
        return (effort.clock() - began) / max(effort.deadline - began, 1e-9)

    def take() -> Patch | None:
        with lock:
            if stop.is_set() or not free or effort.spent():
                return None
            patch = min(free, key=lambda p: p.share if p.quota else p.spent / len(p.squad_days))
            free.remove(patch)
            return patch

    def work() -> None:
        while (patch := take()) is not None:
            before = effort.clock()
            steps = STEPS if patch.quota is None else min(STEPS, patch.quota - patch.search.steps)
            run_slice(patch.search, elapsed() if patch.quota is None else patch.share, steps)
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
