"""A team orienteering problem with time windows on the work clock: what the compiled search runs on."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from planner.model.sweep import Access, IntArray, SweepProblem
from planner.routing.timeline import NO_BREAK, break_of, to_work, work_windows

NO_WAY = 10**8
"""Minutes of a leg that does not exist: beyond every end of duty."""

NEIGHBOURS = 250


class Course(NamedTuple):
    """v optional visits, r routes; n nodes are the visits, then the places where routes start or end.

    ``legs`` (n, n) minutes; ``near`` (v, q) visits by increasing leg, itself first; ``opens``/``closes`` (v,) of
    starts and ``earliest``/``latest`` (r,) of duty on the work clock; ``gap``: where the break was cut out;
    ``villages`` (v,) >= 0; ``start``/``end`` (r,) nodes; ``needs`` (v,) and ``skills`` (r,) bit masks.
    """

    legs: IntArray
    near: IntArray
    prize: IntArray
    duration: IntArray
    opens: IntArray
    closes: IntArray
    needs: IntArray
    village: IntArray
    start: IntArray
    end: IntArray
    earliest: IntArray
    latest: IntArray
    skills: IntArray
    gap: int
    max_visits: int
    villages_once: bool


def course_of(problem: SweepProblem, visits: IntArray, drives: Sequence[tuple[Access, int]]) -> Course:
    """The course of some visits and some (access, skills), one route each."""
    pause = break_of(problem)
    ends = sorted({place for access, _ in drives for place in (access.start_place, access.end_place)})
    node = {place: len(visits) + i for i, place in enumerate(ends)}
    places = np.concatenate([problem.place[visits], np.array(ends, dtype=np.int32)])
    travel = problem.travel[np.ix_(places, places)]
    legs = np.where(travel < 0, NO_WAY, travel).astype(np.int32)
    duration = problem.duration[visits]
    opens, closes = work_windows(problem.opens[visits], problem.closes[visits], duration, pause)
    village, unknown = problem.village[visits], np.arange(len(visits), dtype=np.int32)
    return Course(
        legs=np.ascontiguousarray(legs),
        near=nearest(legs[: len(visits), : len(visits)]),
        prize=_ints(problem.prize[visits]),
        duration=_ints(duration),
        opens=_ints(opens),
        closes=_ints(closes),
        needs=_ints(problem.needs[visits]),
        village=_ints(np.where(village < 0, village.max(initial=0) + 1 + unknown, village)),
        start=_ints([node[access.start_place] for access, _ in drives]),
        end=_ints([node[access.end_place] for access, _ in drives]),
        earliest=_ints([to_work(access.start, pause) for access, _ in drives]),
        latest=_ints([to_work(access.end, pause) for access, _ in drives]),
        skills=_ints([skills for _, skills in drives]),
        gap=pause.gap,
        max_visits=problem.max_visits,
        villages_once=problem.villages_once,
    )


def tiny_course() -> Course:
    """One visit, one route."""
    one, none = _ints([1]), _ints([0])
    legs = np.ones((2, 2), np.int32)
    return Course(
        legs, nearest(legs[:1, :1]), one, one, none, one, none, none, one, one, none, one, none, NO_BREAK, 1, True
    )


def nearest(legs: IntArray) -> IntArray:
    """(v, q) for each visit the visits by increasing leg from it, itself first."""
    own = legs.copy()
    np.fill_diagonal(own, -1)
    return _ints(np.argsort(own, axis=1, kind="stable")[:, :NEIGHBOURS])


def _ints(values: Sequence[int] | npt.NDArray[np.integer]) -> IntArray:
    return np.ascontiguousarray(values, dtype=np.int32)
