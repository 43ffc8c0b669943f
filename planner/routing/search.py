"""Ruin-and-recreate search for the team orienteering problem with time windows.

Each step takes one to three strings of visits out of neighbouring routes, puts unserved visits back by
prize^a / time shift with noise, and keeps the result by simulated annealing on prize, travel as the tie-break.
The string removal is that of Christiaens & Vanden Berghe, "Slack Induction by String Removals", Transportation
Science 54 (2020); prize against time shift is Vansteenwegen et al., "Iterated local search for the team
orienteering problem with time windows", Computers & OR 36 (2009).

Deterministic for a seed, a schedule of temperatures and a number of steps: the random state is an argument.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.routing.anneal import Desk, anneal, recreate
from planner.routing.course import Course, tiny_course
from planner.routing.tour import Tour, copy_routes, empty_tour, insert

STEPS = 200
"""Steps of one slice: some ten milliseconds, so that a caller can stop or cancel."""

HOT = 0.5
COLD = 0.05
"""Temperatures at the start and the end, in mean prizes of a visit."""

POWERS = (1.0, 2.0, 3.0)
"""Exponents of the prize among which each recreate picks."""


@dataclass(frozen=True)
class Search:
    """A running search; its arrays change with every slice.

    ``now`` is the accepted tour, ``best`` the best ever seen, ``trial`` the one worked on; ``scale`` the mean prize.
    """

    course: Course
    desk: Desk
    now: Tour
    trial: Tour
    best: Tour
    scale: float

    @property
    def prize(self) -> int:
        return int(self.best.worth[0])

    @property
    def steps(self) -> int:
        return int(self.desk.steps[0])


def compile_search() -> None:
    """Compile, or load from the cache, what a search needs, so that it does not eat into a time limit."""
    run_slice(start_search(tiny_course(), 0), 0.0, 1)


def start_search(course: Course, seed: int, routes: Sequence[Sequence[int]] = ()) -> Search:
    """A search whose first tour is ``routes`` (feasible, one a route; default empty), filled greedily."""
    desk, prize = _desk(course, seed), course.prize
    scale = float(prize.mean()) if len(prize) else 1.0
    search = Search(course, desk, empty_tour(course), empty_tour(course), empty_tour(course), scale)
    for r, route in enumerate(routes):
        for p, v in enumerate(route):
            insert(course, search.best, v, r, p)
    _fill(search)
    everywhere = np.ones(len(course.start), np.bool_)
    copy_routes(search.best, search.now, everywhere)
    copy_routes(search.best, search.trial, everywhere)
    return search


def run_slice(search: Search, share: float, steps: int = STEPS) -> None:
    """Some steps at the temperature that belongs to ``share`` (0..1) of the whole effort."""
    temperature = search.scale * HOT * (COLD / HOT) ** min(share, 1.0)
    if len(search.course.prize) and len(search.course.start):
        anneal(search.course, search.desk, search.now, search.trial, search.best, steps, temperature)


def finish(search: Search) -> tuple[tuple[int, ...], ...]:
    """The best routes, each the visits in order, with whatever still fits put in."""
    _fill(search)
    best = search.best
    return tuple(tuple(int(v) for v in order[:size]) for order, size in zip(best.order, best.size, strict=True))


def _fill(search: Search) -> None:
    """Put visits into the best tour until none fits."""
    everywhere, before = np.ones(len(search.course.start), np.bool_), -1
    while before < search.prize:
        before = search.prize
        recreate(search.course, search.desk, search.best, everywhere, search.desk.weights[0], 0.0)


def _desk(course: Course, seed: int) -> Desk:
    visits, routes, prize = len(course.prize), len(course.start), course.prize.astype(np.float64)
    return Desk(
        rng=np.array([_mix(seed)], dtype=np.uint64),
        steps=np.zeros(1, np.int64),
        weights=np.array([prize**power for power in POWERS]),
        shifts=np.zeros((routes, visits), np.int32),
        slots=np.zeros((routes, visits), np.int32),
    )


def _mix(seed: int) -> int:
    """A non-zero 64-bit state from any seed (splitmix64)."""
    z = (seed * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) % 2**64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % 2**64
    return (z ^ (z >> 31)) or 1
