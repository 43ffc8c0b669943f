"""The route that collects most at given prices of visits: label setting over ng-routes, for upper bounds.

An ng-route may come back to a visit once it has left the neighbourhood of that visit, so that the best ng-route is
worth at least the best route. Labels that a completion bound shows to be hopeless are dropped; the bound is the best
completion without returning to a visit at once (2-cycle elimination) on a grid of time rounded down. Both relax the
problem, so that what is found is never below the best route.

Baldacci, Mingozzi & Roberti, "New route relaxation and pricing strategies for the vehicle routing problem",
Operations Research 59 (2011); Houck et al., "The travelling salesman problem as a constrained shortest path problem",
Opsearch 17 (1980).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from planner.model.sweep import IntArray
from planner.routing.course import Course, tiny_course

GRID = 480
"""Steps of the grid of time for completions."""

MEMORY = 8
"""Visits of a neighbourhood: an ng-route does not come back to a visit as long as it stays near it."""

FEW_LABELS, MOST_LABELS = 15_000, 400_000
"""Labels of a first try, which will do where it finds routes, and of the one that proves that there is none; where
they do not suffice the completion bound is the answer."""

NOT_PROVEN = np.inf

LONGEST = 64
"""Visits of a route at the most that is handed back; longer ones are only bounded."""

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]


class Memory(NamedTuple):
    """``near`` (v, k) the neighbourhood of each visit, itself first; ``slot`` (v, v) the place of the second visit in
    the neighbourhood of the first, -1 where it is not in it."""

    near: IntArray
    slot: npt.NDArray[np.int8]


class Completion(NamedTuple):
    """By visit just made and time on the grid: ``best`` what can still be collected, ``first`` by which next visit,
    ``second`` best by another one. (v, k)"""

    best: Floats
    second: Floats
    first: IntArray


def compile_pricing() -> None:
    """Compile, or load from the cache, what pricing needs."""
    course = tiny_course()._replace(latest=np.array([9], np.int32))
    best_value(course, memory_of(course), 0, np.ones(1), 0.0)


def memory_of(course: Course) -> Memory:
    near = np.ascontiguousarray(course.near[:, :MEMORY])
    slot = np.full((len(near), len(near)), -1, np.int8)
    for place in range(near.shape[1]):
        slot[np.arange(len(near)), near[:, place]] = place
    return Memory(near, slot)


def best_value(
    course: Course, memory: Memory, r: int, prize: Floats, target: float
) -> tuple[float, list[tuple[int, ...]]]:
    """An upper bound of what route r can collect, and routes above ``target``, the best one ending at each visit.

    Args:
        prize: (v,) at present prices; visits at 0 or less are passed over.
        target: where nothing collects more, ``target`` itself is the answer.
    """
    able = np.where((course.needs & ~course.skills[r]) == 0, prize, 0.0)
    unit = max(1, int(course.latest[r] - course.earliest[r]) // GRID)
    completion = _completions(course, r, able, unit)
    most = _at_start(course, r, able, completion, unit)
    if most <= target:
        return target, []
    for limit in (FEW_LABELS, MOST_LABELS):
        ends = np.full((len(able), LONGEST), -1, np.int32)
        value, found = _labels(course, memory, r, able, completion, unit, target, limit, ends)
        if found or value < NOT_PROVEN:
            break
    return min(value, most), [tuple(int(v) for v in route[route >= 0]) for route in ends[:found]]


@njit(cache=True, nogil=True)
def _completions(course: Course, r: int, prize: Floats, unit: int) -> Completion:
    """Backwards over the grid; a time counts as the grid's step before it."""
    # Unpacked, and the clock written out: calls with this many arrays cost more than what they do.
    legs, duration, opens, closes, gap = course.legs, course.duration, course.opens, course.closes, course.gap
    dawn, able = course.earliest[r], np.flatnonzero(prize > 0.0)
    visits, steps = len(prize), (course.latest[r] - dawn) // unit + 1
    last = course.latest[r] - legs[:visits, course.end[r]] - duration
    best, second = np.zeros((visits, steps)), np.zeros((visits, steps))
    first = np.full((visits, steps), -1, np.int32)
    for k in range(steps - 1, -1, -1):
        for v in able:
            top, next_top, by = 0.0, 0.0, np.int64(-1)
            for w in able:
                s, d = max(dawn + k * unit + legs[v, w], opens[w]), duration[w]
                if gap - d < s < gap:
                    s = gap
                if s > closes[w] or s > last[w] or w == v:
                    continue
                j = (s + d - dawn) // unit
                value = prize[w] + (best[w, j] if first[w, j] != v else second[w, j])
                if value > top:
                    top, next_top, by = value, top, w
                elif value > next_top:
                    next_top = value
            best[v, k], second[v, k], first[v, k] = top, next_top, by
    return Completion(best, second, first)


@njit(cache=True, nogil=True)
def _labels(  # noqa: C901 - one compiled loop over labels in order of time
    course: Course,
    memory: Memory,
    r: int,
    prize: Floats,
    completion: Completion,
    unit: int,
    target: float,
    limit: int,
    ends: IntArray,
) -> tuple[float, int]:
    """The best value above ``target`` (NOT_PROVEN beyond ``limit`` labels), and how many routes are now in ``ends``.

    Label 0 is the start of the route, before any visit; the others stand at a visit just made.
    """
    legs, duration, opens, closes, gap = course.legs, course.duration, course.opens, course.closes, course.gap
    near, slot, after, other_after, first = (
        memory.near,
        memory.slot,
        completion.best,
        completion.second,
        completion.first,
    )
    dawn, able, visits, start = course.earliest[r], np.flatnonzero(prize > 0.0), len(prize), course.start[r]
    last = course.latest[r] - legs[:visits, course.end[r]] - duration
    width = max(1, duration.min())  # a visit leads to a later bucket
    head = np.full((course.latest[r] - dawn) // width + 2, -1, np.int64)
    following, parent, kept = np.full(limit, -1, np.int64), np.empty(limit, np.int64), np.empty(limit, np.int64)
    done, worth, at, seen = (
        np.empty(limit, np.int64),
        np.empty(limit),
        np.empty(limit, np.int32),
        np.empty(limit, np.int64),
    )
    undominated, top = np.full(visits, -1, np.int64), np.full(visits, -1, np.int64)
    done[0], worth[0], at[0], seen[0], parent[0] = dawn, 0.0, start, 0, -1
    count, best, bucket, label = 1, target, -1, 0
    while True:
        node, leave, marks, value = at[label], done[label], seen[label], worth[label]
        hopeless = False
        if label > 0:
            k = (leave - dawn) // unit
            rest = after[node, k] if first[node, k] != at[parent[label]] else other_after[node, k]
            hopeless = value + rest <= best + 1e-9 and value <= best
            rival = undominated[node]
            while not hopeless and rival >= 0:
                hopeless = worth[rival] >= value and done[rival] <= leave and (seen[rival] & ~marks) == 0
                rival = kept[rival]
            if not hopeless:
                kept[label], undominated[node] = undominated[node], label
                if value > target and (top[node] < 0 or value > worth[top[node]]):
                    top[node] = label
                best = max(best, value)
        if not hopeless:
            for w in able:
                place = slot[node, w] if label > 0 else -1
                if w == node or (place >= 0 and (marks >> place) & 1):
                    continue
                s, d = max(leave + legs[node, w], opens[w]), duration[w]
                if gap - d < s < gap:
                    s = gap
                if s > closes[w] or s > last[w]:
                    continue
                k, total = (s + d - dawn) // unit, value + prize[w]
                rest = after[w, k] if first[w, k] != node else other_after[w, k]
                if total + rest <= best + 1e-9 and total <= best:
                    continue
                if count == limit:
                    return NOT_PROVEN, _written(ends, top, parent, at)
                mark = 1 << slot[w, w]
                if label > 0:
                    for i in range(near.shape[1]):
                        if (marks >> i) & 1 and slot[w, near[node, i]] >= 0:
                            mark |= 1 << slot[w, near[node, i]]
                done[count], worth[count], at[count], seen[count], parent[count] = s + d, total, w, mark, label
                b = (s + d - dawn) // width
                following[count], head[b] = head[b], count
                count += 1
        label = following[label]
        while label < 0:
            bucket += 1
            if bucket == len(head):
                return best, _written(ends, top, parent, at)
            label = head[bucket]


@njit(cache=True, nogil=True)
def _at_start(course: Course, r: int, prize: Floats, completion: Completion, unit: int) -> float:
    most, dawn = 0.0, course.earliest[r]
    for v in np.flatnonzero(prize > 0.0):
        s, d = max(dawn + course.legs[course.start[r], v], course.opens[v]), course.duration[v]
        if course.gap - d < s < course.gap:
            s = course.gap
        if s <= course.closes[v] and s + d + course.legs[v, course.end[r]] <= course.latest[r]:
            most = max(most, prize[v] + completion.best[v, (s + d - dawn) // unit])
    return float(most)


@njit(cache=True, nogil=True)
def _written(ends: IntArray, top: Longs, parent: Longs, at: IntArray) -> int:
    """The routes of the best labels, in order."""
    found = 0
    for label in top:
        length, link = 0, label
        while link > 0:
            length, link = length + 1, parent[link]
        if 0 < length <= ends.shape[1]:
            link = label
            for place in range(length - 1, -1, -1):
                ends[found, place] = at[link]
                link = parent[link]
            found += 1
    return found
