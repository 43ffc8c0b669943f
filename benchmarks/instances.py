"""Published TOPTW instances, read into a course (whole numbers: tenths or hundredths of a distance unit)."""

from pathlib import Path

import numpy as np

from planner.model.sweep import IntArray
from planner.routing.course import Course, nearest
from planner.routing.timeline import NO_BREAK


def read_toptw(path: Path, routes: int) -> Course:
    """One instance with ``routes`` routes from its depot (node 0, last node of the course).

    Distances are cut to one decimal (Solomon) or two (Cordeau, pr..), as published scores assume.
    """
    rows = [[float(field) for field in line.split()] for line in path.read_text().splitlines()[2:] if line.strip()]
    scale = 100 if path.stem.startswith("pr") else 10
    depot, points = rows[0], rows[1:]
    nodes = [*points, depot]
    visits = len(points)
    at_depot = np.full(routes, visits)
    legs = _legs(np.array([row[1] for row in nodes]), np.array([row[2] for row in nodes]), scale)
    return Course(
        legs=legs,
        near=nearest(legs[:visits, :visits]),
        prize=_ints([row[4] for row in points]),
        duration=_ints([row[3] * scale for row in points]),
        opens=_ints([row[-2] * scale for row in points]),
        closes=_ints([row[-1] * scale for row in points]),
        needs=_ints(np.zeros(visits)),
        village=_ints(np.arange(visits)),
        start=_ints(at_depot),
        end=_ints(at_depot),
        earliest=_ints(np.full(routes, depot[-2] * scale)),
        latest=_ints(np.full(routes, depot[-1] * scale)),
        skills=_ints(np.zeros(routes)),
        gap=NO_BREAK,
        max_visits=visits,
        villages_once=False,
    )


def _legs(x: np.ndarray, y: np.ndarray, scale: int) -> IntArray:
    distance = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    return np.ascontiguousarray(np.floor(distance * scale + 1e-9), dtype=np.int32)


def _ints(values: object) -> IntArray:
    return np.ascontiguousarray(np.rint(np.asarray(values, dtype=float)), dtype=np.int32)
