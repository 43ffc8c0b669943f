"""Our own search, as an engine on one thread."""

from planner.routing.course import Course
from planner.routing.engines.protocol import Deadline, Tours
from planner.routing.search import finish, run_slice, start_search


def ruin_recreate(course: Course, deadline: Deadline, seed: int) -> Tours:
    search, whole = start_search(course, seed), max(deadline.seconds_left(), 1e-9)
    while (left := deadline.seconds_left()) > 0:
        run_slice(search, 1 - left / whole)
    return finish(search)
