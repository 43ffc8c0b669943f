"""VROOM (an optional extra): priorities of 0 to 100, served in their order; it stops by itself."""

from datetime import timedelta
from types import ModuleType
from typing import Any

import numpy as np

from planner.routing.course import Course
from planner.routing.engines.mend import mended, start_windows
from planner.routing.engines.protocol import Deadline, Tours
from planner.routing.engines.pyvrp_routing import installed

EXPLORATION = 5
HIGHEST = 100


def vroom_routing(course: Course, deadline: Deadline, seed: int) -> Tours:  # noqa: ARG001 - the protocol has it
    """It has no seed. A village that is come back to is mended afterwards."""
    vroom = installed("vroom")
    visits, routes = len(course.prize), len(course.start)
    if not visits or not routes:
        return tuple(() for _ in range(routes))
    given, beyond = vroom.Input(), int(course.latest.max()) + 1
    given.set_durations_matrix("car", np.minimum(course.legs, beyond).astype(np.uint32))
    for r in range(routes):
        duty = vroom.TimeWindow(int(course.earliest[r]), int(course.latest[r]))
        skills, most = _skills(int(course.skills[r])), int(course.max_visits)
        given.add_vehicle(
            vroom.Vehicle(r, int(course.start[r]), int(course.end[r]), time_window=duty, skills=skills, max_tasks=most)
        )
    jobs = [_job(vroom, course, v) for v in range(visits) if start_windows(course, v)]
    if not jobs:
        return mended(course, [[]] * routes)
    given.add_job(jobs)
    left = timedelta(seconds=deadline.seconds_left())
    found = given.solve(exploration_level=EXPLORATION, nb_threads=1, timeout=left).routes
    if "id" not in found:  # nobody is visited
        return mended(course, [[]] * routes)
    made = found[found["type"] == "job"]
    return mended(course, [made.loc[made["vehicle_id"] == r, "id"].astype(int).tolist() for r in range(routes)])


def _job(vroom: ModuleType, course: Course, v: int) -> Any:
    priority = int(course.prize[v]) * HIGHEST // max(1, int(course.prize.max()))
    times = [vroom.TimeWindow(*window) for window in start_windows(course, v)]
    needs, stay = _skills(int(course.needs[v])), int(course.duration[v])
    return vroom.Job(v, v, default_service=stay, skills=needs, priority=priority, time_windows=times)


def _skills(mask: int) -> set[int]:
    return {bit for bit in range(mask.bit_length()) if mask >> bit & 1}
