"""Do plans hold, and are the reasons for what is not served true?

    python -m benchmarks.random_plans [--plans 1000] [--iterations 300] [--seed 1] [--json]

Random small weeks (windows, skills, breaks, villages, bases, townships out of reach) are planned and handed to the
independent checker; then parts of each are lost and the rest is planned again. Each reason of an unserved visit is put
to the test by code of its own: the visit is forced into every place of every route of its township (or of an empty
squad-day where the reason speaks of the visit alone), and the reason is confirmed where what it says turns out so.
"""

import argparse
import json
import time
from collections import Counter
from dataclasses import replace

import numpy as np

from planner.model.sweep import Solution, SweepProblem
from planner.routing.check import check
from planner.routing.replan import Standing, fits, replan
from planner.routing.solve import solve
from planner.routing.unserved import reasons
from tests.routing.problems import random_problem

NEVER_ALONE = ("too_far", "no_squad_with_skill", "window_never_open")
FULL = ("no_time_left", "day_full", "village_left")


def confirmed(problem: SweepProblem, solution: Solution, visit: int, reason: str) -> bool:
    """Whether forcing the visit in bears the reason out."""
    t = int(problem.township[visit])
    if reason == "township_not_chosen":
        return not problem.chosen[t]
    routes = [route for route in solution.routes if route.township == t]
    if reason == "no_squad_day":
        return not routes
    days = [route.squad_day for route in routes] or range(len(problem.squad_days))
    if reason in NEVER_ALONE:
        return not any(fits(problem, day, t, (visit,)) for day in days)
    held = any(_held(problem, route, visit) for route in routes)
    return held if reason == "room_left" else not held


def _held(problem: SweepProblem, route: object, visit: int) -> bool:
    order = tuple(stop.visit for stop in route.stops)  # type: ignore[attr-defined]
    return any(
        fits(problem, route.squad_day, route.township, (*order[:p], visit, *order[p:]))  # type: ignore[attr-defined]
        for p in range(len(order) + 1)
    )


def one(seed: int, iterations: int) -> tuple[int, int, Counter[str], Counter[str]]:
    """Violations of a plan and of its replan; reasons given and confirmed."""
    rng = np.random.default_rng(seed)
    problem = random_problem(
        seed,
        visits=int(rng.integers(5, 60)),
        townships=int(rng.integers(1, 5)),
        squad_days=int(rng.integers(1, 9)),
        break_minutes=int(rng.choice([0, 60])),
        max_visits=int(rng.choice([3, 25])),
        villages_once=bool(rng.random() < 0.7),
    )
    solution = solve(problem, seed, 0.0, time.monotonic, iterations=iterations)
    given = reasons(problem, solution)
    told = Counter(given.values())
    true = Counter(reason for visit, reason in given.items() if confirmed(problem, solution, visit, reason))
    lost = int(rng.integers(0, len(problem.squad_days)))
    home = tuple(
        replace(day, access=tuple(None for _ in day.access)) if n == lost else day
        for n, day in enumerate(problem.squad_days)
    )
    left = replace(problem, squad_days=home)
    kept = {r.squad_day: r for r in solution.routes if r.squad_day != lost}
    standing = Standing(
        {n: r.township for n, r in kept.items()}, {n: tuple(s.visit for s in r.stops) for n, r in kept.items()}
    )
    again = replan(left, standing, (), 5, seed, 0.0, time.monotonic, iterations=iterations)
    return len(check(problem, solution)), len(check(left, again)), told, true


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", type=int, default=1000)
    parser.add_argument("--iterations", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    broken, broken_again, told, true = 0, 0, Counter[str](), Counter[str]()
    for seed in range(args.seed * 1_000_000, args.seed * 1_000_000 + args.plans):
        wrong, wrong_again, given, right = one(seed, args.iterations)
        broken, broken_again = broken + wrong, broken_again + wrong_again
        told, true = told + given, true + right
    answer = {
        "plans": args.plans,
        "violations": broken,
        "violations_of_replans": broken_again,
        "reasons": dict(told),
        "confirmed_percent": round(100 * sum(true.values()) / max(1, sum(told.values())), 2),
    }
    if args.json:
        print(json.dumps(answer))
        return
    print(f"{args.plans} plans: {broken} violations, {broken_again} in their replans")
    for reason, count in told.most_common():
        print(f"{reason:24s} {count:8d} {100 * true[reason] / count:8.2f} % confirmed")
    print(f"{'all':24s} {sum(told.values()):8d} {answer['confirmed_percent']:8.2f} % confirmed")


if __name__ == "__main__":
    main()
