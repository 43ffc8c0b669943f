"""Ruin-and-recreate search for the team orienteering problem with time windows, compiled.

Each step takes strings of visits out of one to three neighbouring routes, bans some of them for a while, puts
unserved visits back by prize^a / time shift with noise, and keeps the result by simulated annealing on prize,
travel as the tie-break. The string removal is that of Christiaens & Vanden Berghe, "Slack Induction by String
Removals", Transportation Science 54 (2020); prize against time shift is Vansteenwegen et al., "Iterated local
search for the team orienteering problem with time windows", Computers & OR 36 (2009).

Deterministic for a seed, a schedule of temperatures and a number of steps: the random state is an argument.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from planner.model.sweep import IntArray
from planner.routing.course import Course, tiny_course
from planner.routing.tour import NOWHERE, Tour, best_slots, copy_routes, empty_tour, insert, remove, retime

STEPS = 200
"""Steps of one slice: some ten milliseconds, so that a caller can stop or cancel."""

CANDIDATES = 40
"""Visits that a recreate works with at the most."""

LONGEST_STRING = 12
MOST_STRINGS = 3
BAN_SHARE = 0.5
LONGEST_BAN = 12
NOISE = 0.6
HOT = 0.5
COLD = 0.02
"""Temperatures at the start and the end, in mean prizes of a visit."""

POWERS = (1.0, 1.5, 2.0)
"""Exponents of the prize among which each recreate picks."""

Rng = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Search:
    """A running search; its arrays change with every slice.

    ``now`` is the accepted tour, ``best`` the best ever seen, ``trial`` the one worked on.
    """

    course: Course
    now: Tour
    trial: Tour
    best: Tour
    rng: Rng
    banned: npt.NDArray[np.int64]  # (v,) until which step
    weights: Floats  # (powers, v)
    shifts: IntArray  # (r, v) scratch of recreate, like slots
    slots: IntArray
    steps: npt.NDArray[np.int64]  # (1,) done so far
    scale: float

    @property
    def prize(self) -> int:
        return int(self.best.worth[0])


def compile_search() -> None:
    """Compile, or load from the cache, what a search needs, so that it does not eat into a time limit."""
    run_slice(start_search(tiny_course(), 0), 0.0, 1)


def start_search(course: Course, seed: int, routes: Sequence[Sequence[int]] = ()) -> Search:
    """A search whose first tour is ``routes`` (feasible, one a route; default empty), filled greedily."""
    visits, prize = len(course.prize), course.prize.astype(np.float64)
    search = Search(
        course=course,
        now=empty_tour(course),
        trial=empty_tour(course),
        best=empty_tour(course),
        rng=np.array([_mix(seed)], dtype=np.uint64),
        banned=np.full(visits, -1, np.int64),
        weights=np.array([prize**power for power in POWERS]),
        shifts=np.zeros((len(course.start), visits), np.int32),
        slots=np.zeros((len(course.start), visits), np.int32),
        steps=np.zeros(1, np.int64),
        scale=float(prize.mean()) if visits else 1.0,
    )
    for r, route in enumerate(routes):
        for p, v in enumerate(route):
            insert(course, search.trial, v, r, p)
    everywhere = np.ones(len(course.start), np.bool_)
    _recreate(
        course,
        search.trial,
        everywhere,
        search.banned,
        0,
        search.weights[0],
        0.0,
        search.shifts,
        search.slots,
        search.rng,
    )
    copy_routes(search.trial, search.now, everywhere)
    copy_routes(search.trial, search.best, everywhere)
    return search


def run_slice(search: Search, share: float, steps: int = STEPS) -> None:
    """Some steps at the temperature that belongs to ``share`` (0..1) of the whole effort."""
    temperature = search.scale * HOT * (COLD / HOT) ** min(share, 1.0)
    if len(search.course.prize) and len(search.course.start):
        _anneal(
            search.course,
            search.now,
            search.trial,
            search.best,
            search.banned,
            search.weights,
            search.shifts,
            search.slots,
            search.rng,
            search.steps,
            steps,
            temperature,
        )


def finish(search: Search) -> tuple[tuple[int, ...], ...]:
    """The best routes, each the visits in order; whatever still fits (a ban may have kept it out) is put in."""
    course, best = search.course, search.best
    everywhere, free = np.ones(len(course.start), np.bool_), np.full_like(search.banned, -1)
    _recreate(course, best, everywhere, free, 0, search.weights[0], 0.0, search.shifts, search.slots, search.rng)
    return tuple(tuple(int(v) for v in order[:size]) for order, size in zip(best.order, best.size, strict=True))


def _mix(seed: int) -> int:
    """A non-zero 64-bit state from any seed (splitmix64)."""
    z = (seed * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) % 2**64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % 2**64
    return (z ^ (z >> 31)) or 1


@njit(cache=True, nogil=True)
def _draw(rng: Rng) -> float:
    """Uniform in [0, 1): xorshift64*."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return float((x * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True, nogil=True)
def _anneal(
    course: Course,
    now: Tour,
    trial: Tour,
    best: Tour,
    banned: npt.NDArray[np.int64],
    weights: Floats,
    shifts: IntArray,
    slots: IntArray,
    rng: Rng,
    done: npt.NDArray[np.int64],
    steps: int,
    temperature: float,
) -> None:
    routes = len(course.start)
    touched = np.zeros(routes, np.bool_)
    all_routes = np.ones(routes, np.bool_)
    tie = 1.0 / (1.0 + float(np.sum(course.latest - course.earliest)))
    for _ in range(steps):
        done[0] += 1
        touched[:] = False
        _ruin(course, trial, touched, banned, done[0], rng)
        power = int(_draw(rng) * len(weights))
        _recreate(course, trial, touched, banned, done[0], weights[power], NOISE, shifts, slots, rng)
        gain = float(trial.worth[0] - now.worth[0]) - tie * float(trial.worth[1] - now.worth[1])
        if gain >= 0.0 or gain > temperature * np.log(1.0 - _draw(rng)):
            copy_routes(trial, now, touched)
            better = trial.worth[0] > best.worth[0]
            if better or (trial.worth[0] == best.worth[0] and trial.worth[1] < best.worth[1]):
                copy_routes(trial, best, all_routes)
        else:
            copy_routes(now, trial, touched)


@njit(cache=True, nogil=True)
def _ruin(
    course: Course,
    tour: Tour,
    touched: npt.NDArray[np.bool_],
    banned: npt.NDArray[np.int64],
    step: int,
    rng: Rng,
) -> None:
    """Take a string of visits out of each of a few routes near a random visit; ban some of them for a while."""
    left = 1 + int(_draw(rng) * MOST_STRINGS)
    seed = int(_draw(rng) * len(course.prize))
    for u in course.near[seed]:
        r = tour.route_of[u]
        if r == NOWHERE or touched[r]:
            continue
        touched[r] = True
        size, p = tour.size[r], 0
        while tour.order[r, p] != u:
            p += 1
        count = 1 + int(_draw(rng) * min(size, LONGEST_STRING))
        first, last = max(0, p - count + 1), min(p, size - count)
        first += int(_draw(rng) * (last - first + 1))
        for q in range(first, first + count):
            if _draw(rng) < BAN_SHARE:
                banned[tour.order[r, q]] = step + int(_draw(rng) * LONGEST_BAN)
        remove(course, tour, r, first, count)
        if not retime(course, tour, r):  # only where travel breaks the triangle inequality
            remove(course, tour, r, 0, tour.size[r])
        left -= 1
        if left == 0:
            return


@njit(cache=True, nogil=True)
def _recreate(
    course: Course,
    tour: Tour,
    touched: npt.NDArray[np.bool_],
    banned: npt.NDArray[np.int64],
    step: int,
    weights: Floats,
    noise: float,
    shifts: IntArray,
    slots: IntArray,
    rng: Rng,
) -> None:
    """Insert unserved visits, the highest weight / shift first, until none fits any touched route.

    Routes that were not touched were full before and are not tried.
    """
    visits, routes = len(course.prize), np.flatnonzero(touched)
    waiting = np.empty(visits, np.int32)
    lure = np.empty(visits, np.float64)
    count = 0
    for v in range(visits):
        if tour.route_of[v] == NOWHERE and banned[v] < step:
            waiting[count] = v
            lure[count] = weights[v] * (1.0 - noise * _draw(rng))
            count += 1
    for r in routes:
        slots[r] = 0
        best_slots(course, tour, r, waiting, count, shifts, slots)
    count = _most_alluring(waiting, lure, count, routes, shifts, slots)
    while count > 0:
        top, at, route = -1.0, -1, -1
        for r in routes:
            for i in range(count):
                v = waiting[i]
                if slots[r, v] != NOWHERE and lure[i] > top * (1.0 + shifts[r, v]):
                    top, at, route = lure[i] / (1.0 + shifts[r, v]), i, r
        insert(course, tour, waiting[at], route, slots[route, waiting[at]])
        waiting[at], lure[at] = waiting[count - 1], lure[count - 1]
        best_slots(course, tour, route, waiting, count - 1, shifts, slots)
        count = _still_fit(waiting, lure, count - 1, routes, slots)


@njit(cache=True, nogil=True)
def _most_alluring(
    waiting: IntArray,
    lure: Floats,
    count: int,
    routes: npt.NDArray[np.int64],
    shifts: IntArray,
    slots: IntArray,
) -> int:
    """Move the visits that fit to the front, of many only those with the best lure / shift; returns how many."""
    count = _still_fit(waiting, lure, count, routes, slots)
    if count <= CANDIDATES:
        return count
    ratio = np.zeros(count)
    for i in range(count):
        for r in routes:
            if slots[r, waiting[i]] != NOWHERE:
                ratio[i] = max(ratio[i], lure[i] / (1.0 + shifts[r, waiting[i]]))
    least = np.partition(ratio, count - CANDIDATES)[count - CANDIDATES]
    kept = 0
    for i in range(count):
        if ratio[i] >= least:
            waiting[kept], lure[kept] = waiting[i], lure[i]
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def _still_fit(waiting: IntArray, lure: Floats, count: int, routes: npt.NDArray[np.int64], slots: IntArray) -> int:
    """Move the visits that fit some route to the front; returns how many."""
    kept = 0
    for i in range(count):
        for r in routes:
            if slots[r, waiting[i]] != NOWHERE:
                waiting[kept], lure[kept] = waiting[i], lure[i]
                kept += 1
                break
    return kept
