"""The cheapest way to serve a visit that is on no route: who would go, when, and which visits would give way."""

from collections.abc import Iterator
from dataclasses import dataclass

from planner.model.sweep import Solution, SweepProblem
from planner.routing.replan import fits


@dataclass(frozen=True)
class Way:
    """``squad_day`` would go there at place ``position`` of its route, without the visits ``dropped``; ``cost`` is what
    those are worth less the visit itself, in points (<= 0: the plan would be better so)."""

    squad_day: int
    position: int
    dropped: tuple[int, ...]
    cost: int


def cheapest_way(problem: SweepProblem, solution: Solution, visit: int) -> Way | None:
    """The way of least cost among the routes of the visit's township; None where no route could hold it.

    On each route and at each place the visits of least worth give way, one by one, until the route holds; then those
    that fit again without harm come back. So each way can be driven, and the cost is one that can be had, not a bound.
    """
    return min(_ways(problem, solution, visit), key=lambda way: (way.cost, way.squad_day, way.position), default=None)


def _ways(problem: SweepProblem, solution: Solution, visit: int) -> Iterator[Way]:
    for route in solution.routes:
        if route.township != problem.township[visit]:
            continue
        order = tuple(stop.visit for stop in route.stops)
        for position in range(len(order) + 1):
            with_it = (*order[:position], visit, *order[position:])
            kept = _made_to_fit(problem, route.squad_day, route.township, with_it, visit)
            if kept is None:
                continue
            dropped = tuple(v for v in order if v not in kept)
            cost = sum(int(problem.prize[v]) for v in dropped) - int(problem.prize[visit])
            yield Way(route.squad_day, kept.index(visit), dropped, cost)


def _made_to_fit(
    problem: SweepProblem, squad_day: int, township: int, visits: tuple[int, ...], wanted: int
) -> tuple[int, ...] | None:
    """A part of the visits, in their order and with the wanted one, that can be driven; None where there is none."""
    by_worth = sorted((v for v in visits if v != wanted), key=lambda v: (int(problem.prize[v]), v))
    out: list[int] = []

    def rest() -> tuple[int, ...]:
        return tuple(v for v in visits if v not in out)

    while not fits(problem, squad_day, township, rest()):
        if not by_worth:
            return None
        out.append(by_worth.pop(0))
    for back in sorted(out, key=lambda v: -int(problem.prize[v])):
        out.remove(back)
        if not fits(problem, squad_day, township, rest()):
            out.append(back)
    return rest()
