"""Routes inside the compiled search: earliest and latest starts, insertion tested in constant time, removal."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from planner.model.sweep import IntArray
from planner.routing.course import Course

NOWHERE = -1


class Tour(NamedTuple):
    """Routes of a course.

    ``order`` (r, most) visits; ``size`` (r,); ``begins``/``latest`` (r, most) earliest and latest feasible starts on
    the work clock; ``route_of`` (v,) route or NOWHERE; ``worth`` (2,) prize and minutes of legs.
    """

    order: IntArray
    size: IntArray
    begins: IntArray
    latest: IntArray
    route_of: IntArray
    worth: npt.NDArray[np.int64]


def empty_tour(course: Course) -> Tour:
    routes, visits = len(course.start), len(course.prize)
    shape = (routes, max(1, min(course.max_visits, visits)))
    return Tour(
        np.zeros(shape, np.int32),
        np.zeros(routes, np.int32),
        np.zeros(shape, np.int32),
        np.zeros(shape, np.int32),
        np.full(visits, NOWHERE, np.int32),
        np.zeros(2, np.int64),
    )


@njit(cache=True, nogil=True)
def retime(course: Course, tour: Tour, r: int) -> bool:
    """Earliest starts forwards, latest starts backwards; False if the route does not hold."""
    size, gap = tour.size[r], course.gap
    node, leave = course.start[r], course.earliest[r]
    for p in range(size):
        v = tour.order[r, p]
        d = course.duration[v]
        s = max(leave + course.legs[node, v], course.opens[v])
        if gap - d < s < gap:
            s = gap
        if s > course.closes[v]:
            return False
        tour.begins[r, p] = s
        node, leave = v, s + d
    node, limit = course.end[r], course.latest[r]
    for p in range(size - 1, -1, -1):
        v = tour.order[r, p]
        d = course.duration[v]
        z = min(limit - course.legs[v, node] - d, course.closes[v])
        if gap - d < z < gap:
            z = gap - d
        if z < tour.begins[r, p]:
            return False
        tour.latest[r, p] = z
        node, limit = v, z
    return True


@njit(cache=True, nogil=True)
def route_legs(course: Course, tour: Tour, r: int) -> int:
    """Minutes of driving on a route; 0 where it is empty."""
    if tour.size[r] == 0:
        return 0
    node, total = course.start[r], np.int64(0)
    for p in range(tour.size[r]):
        total += course.legs[node, tour.order[r, p]]
        node = tour.order[r, p]
    return int(total + course.legs[node, course.end[r]])


@njit(cache=True, nogil=True)
def best_slots(  # noqa: C901 - one compiled loop: a call inside would cost more than the test
    course: Course, tour: Tour, r: int, visits: IntArray, count: int, shifts: IntArray, slots: IntArray
) -> None:
    """The cheapest feasible insertion into route r of each of the first ``count`` visits: slots[r, v] its position
    (NOWHERE = none), shifts[r, v] by how much the arrival at the next stop moves back, waiting and visit included.

    A visit whose slot is NOWHERE already is not tried: once a route refuses it, more visits will not help.
    Many visits in one call, because a call with this many arrays costs more than a test.
    """
    legs, duration, village = course.legs, course.duration, course.village
    order, begins, latest = tour.order[r], tour.begins[r], tour.latest[r]
    size, gap, once, skills = tour.size[r], course.gap, course.villages_once, course.skills[r]
    first, last, dawn, dusk = course.start[r], course.end[r], course.earliest[r], course.latest[r]
    full = size >= len(order)
    for i in range(count):
        v = visits[i]
        if slots[r, v] == NOWHERE:
            continue
        slots[r, v] = NOWHERE
        if full or (course.needs[v] & ~skills) != 0:
            continue
        d, opens, closes, own = duration[v], course.opens[v], course.closes[v], village[v]
        here, beside, here_shift, beside_shift, seen = NOWHERE, NOWHERE, 0, 0, False
        node, leave, before, since = first, dawn, -1, 0
        while since < size and latest[since] < opens + d:  # these must have begun before v could be done
            seen = seen or own == village[order[since]]
            since += 1
        if since > 0:
            node = order[since - 1]
            leave, before = begins[since - 1] + duration[node], village[node]
        for p in range(since, size + 1):
            ahead, limit, after = last, dusk, -2
            if p < size:
                ahead, limit = order[p], latest[p]
                after = village[ahead]
                seen = seen or own == after
            s = max(leave + legs[node, v], opens)
            if gap - d < s < gap:
                s = gap
            if s <= closes:
                reach = s + d + legs[v, ahead]
                if reach <= limit:
                    shift = max(0, reach - leave - legs[node, ahead])
                    if own in (before, after):
                        if beside < 0 or shift < beside_shift:
                            beside, beside_shift = p, shift
                    elif (before != after or not once) and (here < 0 or shift < here_shift):
                        here, here_shift = p, shift
            if p < size:
                node, leave, before = ahead, begins[p] + duration[ahead], after
                if leave > closes and (seen or not once):
                    break
        if beside >= 0 and (here < 0 or beside_shift <= here_shift or (once and seen)):
            slots[r, v], shifts[r, v] = beside, beside_shift
        elif here >= 0 and not (once and seen):
            slots[r, v], shifts[r, v] = here, here_shift


@njit(cache=True, nogil=True)
def insert(course: Course, tour: Tour, v: int, r: int, p: int) -> None:
    """Put v at position p of route r, where ``best_slot`` found it feasible."""
    tour.worth[1] -= route_legs(course, tour, r)
    for q in range(tour.size[r], p, -1):
        tour.order[r, q] = tour.order[r, q - 1]
    tour.order[r, p] = v
    tour.size[r] += 1
    tour.route_of[v] = r
    tour.worth[0] += course.prize[v]
    tour.worth[1] += route_legs(course, tour, r)
    retime(course, tour, r)


@njit(cache=True, nogil=True)
def remove(course: Course, tour: Tour, r: int, p: int, count: int) -> None:
    """Take ``count`` visits from position p out of route r; the route must be retimed after it."""
    tour.worth[1] -= route_legs(course, tour, r)
    for q in range(p, p + count):
        v = tour.order[r, q]
        tour.route_of[v] = NOWHERE
        tour.worth[0] -= course.prize[v]
    for q in range(p + count, tour.size[r]):
        tour.order[r, q - count] = tour.order[r, q]
    tour.size[r] -= count
    tour.worth[1] += route_legs(course, tour, r)


@njit(cache=True, nogil=True)
def copy_routes(source: Tour, target: Tour, which: npt.NDArray[np.bool_]) -> None:
    """Make the flagged routes of ``target`` those of ``source``; the others are alike already."""
    for r in range(len(which)):
        if which[r]:
            for p in range(target.size[r]):
                target.route_of[target.order[r, p]] = NOWHERE
    for r in range(len(which)):
        if which[r]:
            target.size[r] = source.size[r]
            for p in range(source.size[r]):
                target.order[r, p] = source.order[r, p]
                target.begins[r, p] = source.begins[r, p]
                target.latest[r, p] = source.latest[r, p]
                target.route_of[source.order[r, p]] = r
    target.worth[:] = source.worth
