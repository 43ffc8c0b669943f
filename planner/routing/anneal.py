"""The compiled steps of the search: ruin a few neighbouring routes, recreate them, accept or take back."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from planner.model.sweep import IntArray
from planner.routing.course import Course
from planner.routing.tour import NOWHERE, Tour, best_slots, copy_routes, insert, remove, retime

CANDIDATES = 80
"""Visits that a recreate works with at the most. With 20 or 40 sixteen published TOPTW instances lost 0.2-0.5 % at
equal CPU time; 160, or all of them, gained no more."""

LONGEST_STRING = 8
MOST_STRINGS = 3
AGAIN = 0.3
"""Chance that a route which lost a string already loses another: with one long route it is the only way to change it
in two places. On sixteen made-up runs with long routes the gap fell from .88 to .69 %; 0.6 is as good there, and worse
on published ones."""

NOISE = 0.6
"""Chosen on eight published TOPTW instances. Banning removed visits for some steps was tried and made it worse."""

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Rng = npt.NDArray[np.uint64]


class Desk(NamedTuple):
    """What the steps of one search work with.

    ``rng`` (1,) random state; ``steps`` (1,) done; ``weights`` (powers, v) prize^a; ``shifts``/``slots`` (r, v) as in
    ``best_slots``.
    """

    rng: Rng
    steps: Longs
    weights: Floats
    shifts: IntArray
    slots: IntArray


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
def anneal(course: Course, desk: Desk, now: Tour, trial: Tour, best: Tour, steps: int, temperature: float) -> None:
    """Some steps at one temperature. ``trial`` and ``now`` are alike before and after; ``best`` only gets better."""
    touched = np.zeros(len(course.start), np.bool_)
    everywhere = np.ones(len(course.start), np.bool_)
    tie = 1.0 / (1.0 + float(np.sum(course.latest - course.earliest)))
    for _ in range(steps):
        desk.steps[0] += 1
        touched[:] = False
        _ruin(course, desk, trial, touched)
        power = int(_draw(desk.rng) * len(desk.weights))
        recreate(course, desk, trial, touched, desk.weights[power], NOISE)
        gain = float(trial.worth[0] - now.worth[0]) - tie * float(trial.worth[1] - now.worth[1])
        if gain >= 0.0 or gain > temperature * np.log(1.0 - _draw(desk.rng)):
            copy_routes(trial, now, touched)
            better = trial.worth[0] > best.worth[0]
            if better or (trial.worth[0] == best.worth[0] and trial.worth[1] < best.worth[1]):
                copy_routes(trial, best, everywhere)
        else:
            copy_routes(now, trial, touched)


@njit(cache=True, nogil=True)
def _ruin(course: Course, desk: Desk, tour: Tour, touched: Flags) -> None:
    """Take strings of visits out of a few routes near a random visit."""
    rng = desk.rng
    left = 1 + int(_draw(rng) * MOST_STRINGS)
    seed = int(_draw(rng) * len(course.prize))
    for u in course.near[seed]:
        r = tour.route_of[u]
        if r == NOWHERE or (touched[r] and _draw(rng) >= AGAIN):
            continue
        touched[r] = True
        size, p = tour.size[r], 0
        while tour.order[r, p] != u:
            p += 1
        count = 1 + int(_draw(rng) * min(size, LONGEST_STRING))
        first, last = max(0, p - count + 1), min(p, size - count)
        first += int(_draw(rng) * (last - first + 1))
        remove(course, tour, r, first, count)
        if not retime(course, tour, r):  # only where travel breaks the triangle inequality
            remove(course, tour, r, 0, tour.size[r])
        left -= 1
        if left == 0:
            return


@njit(cache=True, nogil=True)
def recreate(course: Course, desk: Desk, tour: Tour, touched: Flags, weights: Floats, noise: float) -> None:
    """Insert unserved visits, the highest weight / shift first, until no candidate fits any touched route.

    Routes that were not touched were full before and are not tried.
    """
    visits, routes = len(course.prize), np.flatnonzero(touched)
    waiting = np.empty(visits, np.int32)
    lure = np.empty(visits, np.float64)
    count, shifts, slots = 0, desk.shifts, desk.slots
    for v in range(visits):
        if tour.route_of[v] == NOWHERE:
            waiting[count] = v
            lure[count] = weights[v] * (1.0 - noise * _draw(desk.rng))
            count += 1
    for r in routes:
        slots[r] = 0
        best_slots(course, tour, int(r), waiting, count, shifts, slots)
    count = _most_alluring(desk, routes, waiting, lure, count)
    while count > 0:
        top, at, route = -1.0, -1, -1
        for r in routes:
            for i in range(count):
                v = waiting[i]
                if slots[r, v] != NOWHERE and lure[i] > top * (1.0 + shifts[r, v]):
                    top, at, route = lure[i] / (1.0 + shifts[r, v]), i, int(r)
        insert(course, tour, waiting[at], route, slots[route, waiting[at]])
        waiting[at], lure[at] = waiting[count - 1], lure[count - 1]
        best_slots(course, tour, route, waiting, count - 1, shifts, slots)
        count = _still_fit(desk, routes, waiting, lure, count - 1)


@njit(cache=True, nogil=True)
def _most_alluring(desk: Desk, routes: Longs, waiting: IntArray, lure: Floats, count: int) -> int:
    """Move the visits that fit to the front, of many only those with the best lure / shift; returns how many."""
    count = _still_fit(desk, routes, waiting, lure, count)
    if count <= CANDIDATES:
        return count
    ratio = np.zeros(count)
    for i in range(count):
        for r in routes:
            if desk.slots[r, waiting[i]] != NOWHERE:
                ratio[i] = max(ratio[i], lure[i] / (1.0 + desk.shifts[r, waiting[i]]))
    least = np.partition(ratio, count - CANDIDATES)[count - CANDIDATES]
    kept = 0
    for i in range(count):
        if ratio[i] >= least:
            waiting[kept], lure[kept] = waiting[i], lure[i]
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def _still_fit(desk: Desk, routes: Longs, waiting: IntArray, lure: Floats, count: int) -> int:
    """Move the visits that fit some route to the front; returns how many."""
    kept = 0
    for i in range(count):
        for r in routes:
            if desk.slots[r, waiting[i]] != NOWHERE:
                waiting[kept], lure[kept] = waiting[i], lure[i]
                kept += 1
                break
    return kept
