"""Routes of engines that do not know all the rules: what breaks one is taken out, what fits is put in."""

from collections.abc import Sequence

from planner.routing.course import Course
from planner.routing.engines.protocol import Tours
from planner.routing.search import finish, start_search


def mended(course: Course, routes: Sequence[Sequence[int]]) -> Tours:
    """Each route without the visits of least prize that it takes for it to hold, then filled."""
    kept, taken = list[list[int]](), set[int]()
    for r, route in enumerate(routes):
        able = [v for v in route if v not in taken and not int(course.needs[v]) & ~int(course.skills[r])]
        while not holds(course, r, able):
            able.remove(min(able, key=lambda v: (int(course.prize[v]), v)))
        kept.append(able)
        taken.update(able)
    return finish(start_search(course, 0, kept))


def holds(course: Course, r: int, route: Sequence[int]) -> bool:
    """Whether route r can make these visits in this order."""
    return len(route) <= course.max_visits and _in_time(course, r, route) and not _comes_back(course, route)


def _in_time(course: Course, r: int, route: Sequence[int]) -> bool:
    node, now = int(course.start[r]), int(course.earliest[r])
    for v in route:
        duration = int(course.duration[v])
        now = max(now + int(course.legs[node, v]), int(course.opens[v]))
        if course.gap - duration < now < course.gap:
            now = course.gap
        if now > course.closes[v]:
            return False
        node, now = v, now + duration
    return not route or now + int(course.legs[node, course.end[r]]) <= course.latest[r]


def _comes_back(course: Course, route: Sequence[int]) -> bool:
    villages = [int(course.village[v]) for v in route]
    entered = [village for p, village in enumerate(villages) if p == 0 or villages[p - 1] != village]
    return course.villages_once and len(entered) > len(set(entered))


def start_windows(course: Course, v: int) -> list[tuple[int, int]]:
    """When a visit may start: its window on any day, without the starts that would run into the break."""
    opens = max(int(course.opens[v]), int(course.earliest.min()))
    closes = min(int(course.closes[v]), int(course.latest.max()))
    last, gap = int(course.gap - course.duration[v]), int(course.gap)
    parts = [(opens, min(closes, last)), (max(opens, gap), closes)]
    return [(first, end) for first, end in parts if first <= end]
