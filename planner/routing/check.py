"""The independent checker: re-times a solution from the problem alone and lists every broken rule.

It imports nothing of the solver. The clock is walked minute by minute, so that it cannot share a mistake with
the solver's arithmetic.
"""

from collections import Counter
from collections.abc import Iterator

from planner.model.sweep import Access, Route, Solution, Stop, SweepProblem, Violation
from planner.model.units import clock

RULES = (
    "unknown_index",
    "squad_day_twice",
    "township_not_chosen",
    "out_of_reach",
    "visit_twice",
    "wrong_township",
    "skill_missing",
    "outside_window",
    "wrong_duration",
    "wrong_travel",
    "started_before_arrival",
    "in_the_break",
    "before_duty",
    "after_duty",
    "no_way",
    "too_many_visits",
    "village_twice",
    "too_few_squad_days",
    "too_many_squad_days",
    "wrong_prize",
    "above_bound",
)
"""What a solution is held to (catalogue ``rule.<rule>``)."""


def check(problem: SweepProblem, solution: Solution) -> tuple[Violation, ...]:
    """Every broken rule; () means that the plan can be driven as it says.

    ``detail`` holds numbers and times only, no words.
    """
    if unknown := tuple(_unknown(problem, solution)):
        return unknown
    found = [*_once(solution), *_squad_days(problem, solution), *_prizes(problem, solution)]
    for route in solution.routes:
        found += [*_allowed(problem, route), *_driven(problem, route), *_villages(problem, route)]
    return tuple(found)


def _unknown(problem: SweepProblem, solution: Solution) -> Iterator[Violation]:
    for route in solution.routes:
        known = 0 <= route.squad_day < len(problem.squad_days) and 0 <= route.township < problem.townships
        if not known:
            yield Violation("unknown_index", route.squad_day, None, f"{route.township}")
        for stop in route.stops:
            if not 0 <= stop.visit < problem.visits:
                yield Violation("unknown_index", route.squad_day, stop.visit, f"{stop.visit}")


def _once(solution: Solution) -> Iterator[Violation]:
    days = Counter(route.squad_day for route in solution.routes)
    visits = Counter(stop.visit for route in solution.routes for stop in route.stops)
    for day, times in days.items():
        if times > 1:
            yield Violation("squad_day_twice", day, None, f"{times}")
    for visit, times in visits.items():
        if times > 1:
            yield Violation("visit_twice", None, visit, f"{times}")


def _squad_days(problem: SweepProblem, solution: Solution) -> Iterator[Violation]:
    sent = Counter(route.township for route in solution.routes)
    for t in range(problem.townships):
        least, most = int(problem.least_days[t]), int(problem.most_days[t])
        if sent[t] < least:
            yield Violation("too_few_squad_days", None, None, f"{t}: {sent[t]} < {least}")
        if sent[t] > most:
            yield Violation("too_many_squad_days", None, None, f"{t}: {sent[t]} > {most}")


def _prizes(problem: SweepProblem, solution: Solution) -> Iterator[Violation]:
    prize = sum(int(problem.prize[stop.visit]) for route in solution.routes for stop in route.stops)
    if prize != solution.prize:
        yield Violation("wrong_prize", None, None, f"{solution.prize} != {prize}")
    if prize > solution.bound:
        yield Violation("above_bound", None, None, f"{prize} > {solution.bound}")


def _allowed(problem: SweepProblem, route: Route) -> Iterator[Violation]:
    day = problem.squad_days[route.squad_day]
    if not problem.chosen[route.township]:
        yield Violation("township_not_chosen", route.squad_day, None, f"{route.township}")
    if len(route.stops) > problem.max_visits:
        yield Violation("too_many_visits", route.squad_day, None, f"{len(route.stops)} > {problem.max_visits}")
    for stop in route.stops:
        if problem.township[stop.visit] != route.township:
            detail = f"{problem.township[stop.visit]} != {route.township}"
            yield Violation("wrong_township", route.squad_day, stop.visit, detail)
        if missing := int(problem.needs[stop.visit]) & ~day.skills:
            yield Violation("skill_missing", route.squad_day, stop.visit, f"{missing:b}")


def _driven(problem: SweepProblem, route: Route) -> Iterator[Violation]:
    access = problem.squad_days[route.squad_day].access[route.township]
    if access is None:
        yield Violation("out_of_reach", route.squad_day, None, f"{route.township}")
        return
    yield from _within_duty(route, access)
    place, leave = access.start_place, route.depart
    for stop in route.stops:
        target = int(problem.place[stop.visit])
        yield from _leg(problem, route, stop.visit, place, target, leave, stop.arrive)
        yield from _visited(problem, route, stop)
        place, leave = target, stop.leave
    if route.stops:
        yield from _leg(problem, route, None, place, access.end_place, leave, route.back)


def _within_duty(route: Route, access: Access) -> Iterator[Violation]:
    if route.depart < access.start:
        yield Violation("before_duty", route.squad_day, None, f"{clock(route.depart)} < {clock(access.start)}")
    if route.back > access.end:
        yield Violation("after_duty", route.squad_day, None, f"{clock(route.back)} > {clock(access.end)}")
    if route.back < route.depart:
        yield Violation("wrong_travel", route.squad_day, None, f"{clock(route.back)} < {clock(route.depart)}")


def _leg(
    problem: SweepProblem, route: Route, visit: int | None, source: int, target: int, leave: int, arrive: int
) -> Iterator[Violation]:
    minutes = int(problem.travel[source, target])
    if minutes < 0:
        yield Violation("no_way", route.squad_day, visit, f"{source} -> {target}")
    elif (right := _after_driving(problem, leave, minutes)) != arrive:
        yield Violation("wrong_travel", route.squad_day, visit, f"{clock(arrive)} != {clock(right)}")


def _after_driving(problem: SweepProblem, leave: int, minutes: int) -> int:
    minute = leave
    while minutes > 0:
        minutes -= not _in_break(problem, minute)
        minute += 1
    return minute


def _in_break(problem: SweepProblem, minute: int) -> bool:
    return problem.break_start <= minute < problem.break_start + problem.break_minutes


def _visited(problem: SweepProblem, route: Route, stop: Stop) -> Iterator[Violation]:
    opens, closes = int(problem.opens[stop.visit]), int(problem.closes[stop.visit])
    duration = int(problem.duration[stop.visit])
    if stop.start < stop.arrive:
        detail = f"{clock(stop.start)} < {clock(stop.arrive)}"
        yield Violation("started_before_arrival", route.squad_day, stop.visit, detail)
    if not opens <= stop.start <= closes:
        detail = f"{clock(opens)} <= {clock(stop.start)} <= {clock(closes)}"
        yield Violation("outside_window", route.squad_day, stop.visit, detail)
    if stop.leave - stop.start != duration:
        yield Violation("wrong_duration", route.squad_day, stop.visit, f"{stop.leave - stop.start} != {duration}")
    if any(_in_break(problem, minute) for minute in range(stop.start, stop.leave)):
        detail = f"{clock(stop.start)}-{clock(stop.leave)}"
        yield Violation("in_the_break", route.squad_day, stop.visit, detail)


def _villages(problem: SweepProblem, route: Route) -> Iterator[Violation]:
    if not problem.villages_once:
        return
    left: set[int] = set()
    here = -1
    for stop in route.stops:
        village = int(problem.village[stop.visit])
        if village != here and here >= 0:
            left.add(here)
        if village in left:
            yield Violation("village_twice", route.squad_day, stop.visit, f"{village}")
        here = village
