"""How near does a replan of two seconds come to a plan from nothing, and how much does it disturb?

    python -m benchmarks.replan WEEK_JSON [--seeds 3] [--first 10] [--seconds 2] [--full 20]
        [--change-cost 10] [--json]

The week is planned (``--first`` seconds); then on its second morning something has happened: a squad is sick for the
rest of the week, one visit in ten is settled, ten unserved visits get a fresh clue (five times their prize), or all of
it. The rest is planned again by the replanner (``--seconds``) and from nothing (``--full``); prizes are of the rest.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.week import read_week
from planner.model.sweep import Solution, SweepProblem
from planner.routing.check import check
from planner.routing.replan import Standing, changes, replan
from planner.routing.solve import solve

EVENTS = ("nothing", "sick squad", "settled", "clues", "all")


@dataclass(frozen=True)
class Row:
    event: str
    seed: int
    standing: int
    replanned: int
    anew: int
    of_anew_percent: float
    moved: int
    moved_anew: int
    wall_seconds: float
    violations: int


def run(problem: SweepProblem, seed: int, first: float, seconds: float, full: float, change_cost: int) -> Iterator[Row]:
    made = solve(problem, seed, first, time.perf_counter)
    done = {stop.visit for route in made.routes if problem.squad_days[route.squad_day].day == 0 for stop in route.stops}
    for event in EVENTS:
        rest, standing = _after(problem, made, done, event, np.random.default_rng(seed))
        began = time.perf_counter()
        again = replan(rest, standing, (), change_cost, seed, seconds, time.perf_counter)
        took = time.perf_counter() - began
        anew = solve(rest, seed, full, time.perf_counter)
        yield Row(
            event=event,
            seed=seed,
            standing=sum(int(rest.prize[list(visits)].sum()) for visits in standing.routes.values()),
            replanned=again.prize,
            anew=anew.prize,
            of_anew_percent=round(100 * again.prize / anew.prize, 2),
            moved=changes(standing.routes, _routes(again)),
            moved_anew=changes(standing.routes, _routes(anew)),
            wall_seconds=round(took, 2),
            violations=len(check(rest, again)),
        )


def _after(
    problem: SweepProblem, made: Solution, done: set[int], event: str, rng: np.random.Generator
) -> tuple[SweepProblem, Standing]:
    """The rest of the week: what is done is worth a point and lies where nobody can go."""
    sick = int(rng.integers(0, 1 + max(day.squad for day in problem.squad_days)))
    left = [
        n
        for n, day in enumerate(problem.squad_days)
        if day.day > 0 and not (event in ("sick squad", "all") and day.squad == sick)
    ]
    served = {stop.visit for route in made.routes for stop in route.stops}
    gone, prize = set(done), problem.prize.copy()
    if event in ("settled", "all"):
        gone |= set(rng.permutation(problem.visits)[: problem.visits // 10].tolist())
    if event in ("clues", "all"):
        unserved = np.setdiff1d(np.arange(problem.visits), list(served))
        prize[rng.choice(unserved, 10, replace=False)] *= 5
    open_visits = np.setdiff1d(np.arange(problem.visits), list(gone))
    number = {int(v): n for n, v in enumerate(open_visits)}
    by_visit = ("place", "township", "village", "duration", "opens", "closes", "needs")
    rest = replace(
        problem,
        **{name: getattr(problem, name)[open_visits] for name in by_visit},
        prize=prize[open_visits],
        squad_days=tuple(problem.squad_days[n] for n in left),
    )
    day_number = {old: n for n, old in enumerate(left)}
    routes = {day_number[r.squad_day]: r for r in made.routes if r.squad_day in day_number}
    kept = {n: tuple(number[s.visit] for s in r.stops if s.visit in number) for n, r in routes.items()}
    return rest, Standing({n: r.township for n, r in routes.items()}, kept)


def _routes(solution: Solution) -> dict[int, tuple[int, ...]]:
    return {route.squad_day: tuple(stop.visit for stop in route.stops) for route in solution.routes}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("week", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=float, default=10.0)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--full", type=float, default=20.0)
    parser.add_argument("--change-cost", type=int, default=10, help="points for each visit that is moved or dropped")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    problem = read_week(given.week, one_township=True)
    rows = [
        row
        for seed in range(1, given.seeds + 1)
        for row in run(problem, seed, given.first, given.seconds, given.full, given.change_cost)
    ]
    if given.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
        return
    names = list(asdict(rows[0]))
    print("".join(f"{name:>16}" for name in names))
    for row in rows:
        print("".join(f"{value:>16}" for value in asdict(row).values()))


if __name__ == "__main__":
    main()
