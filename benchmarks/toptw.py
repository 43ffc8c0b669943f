"""Published TOPTW instances: gap to the best known score at equal CPU seconds, all engines in one run.

    python -m benchmarks.toptw --instances DIR --best FILE [--m 1 2] [--seconds 2 10] [--seeds 1]
                               [--only c101 pr03] [--engines planner ortools pyvrp] [--json]

DIR holds <name>.txt, FILE has the columns instance, m, best_known_score. Every engine runs on one core and is stopped
by CPU time; the planner's routes are timed anew.
"""

import argparse
import csv
import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean

from benchmarks.instances import read_toptw
from benchmarks.peers import ortools_routing, pyvrp
from planner.routing.course import Course
from planner.routing.search import compile_search, finish, run_slice, start_search

Engine = Callable[[Course, float, int], tuple[int, bool]]


@dataclass(frozen=True)
class Row:
    instance: str
    m: int
    engine: str
    limit_seconds: float
    seed: int
    score: int
    best_known: int
    gap_percent: float
    cpu_seconds: float


def planner(course: Course, seconds: float, seed: int) -> tuple[int, bool]:
    search, began = start_search(course, seed), time.process_time()
    while (share := (time.process_time() - began) / seconds) < 1:
        run_slice(search, share)
    routes = finish(search)
    return sum(int(course.prize[list(route)].sum()) for route in routes), all(
        holds(course, r, route) for r, route in enumerate(routes)
    )


def holds(course: Course, r: int, route: tuple[int, ...]) -> bool:
    """A route timed anew, independently of the search."""
    node, now = int(course.start[r]), int(course.earliest[r])
    for v in route:
        now = max(now + int(course.legs[node, v]), int(course.opens[v]))
        if now > course.closes[v]:
            return False
        node, now = v, now + int(course.duration[v])
    return now + int(course.legs[node, course.end[r]]) <= course.latest[r]


ENGINES: dict[str, Engine] = {
    "planner": planner,
    "ortools": lambda course, seconds, _: ortools_routing(course, seconds),
    "pyvrp": pyvrp,
}


def run(given: argparse.Namespace) -> list[Row]:
    with given.best.open(encoding="utf-8") as file:
        best = {(row["instance"], int(row["m"])): int(row["best_known_score"]) for row in csv.DictReader(file)}
    compile_search()
    names = given.only or sorted({name for name, _ in best if (given.instances / f"{name}.txt").exists()})
    rows = []
    for name in names:
        for m in [m for m in given.m if (name, m) in best]:
            course = read_toptw(given.instances / f"{name}.txt", m)
            for seconds in given.seconds:
                rows += [
                    one(engine, name, m, course, seconds, seed, best[name, m])
                    for engine in given.engines
                    for seed in range(1, (given.seeds if engine != "ortools" else 1) + 1)
                ]
    return rows


def one(engine: str, name: str, m: int, course: Course, seconds: float, seed: int, best: int) -> Row:
    began = time.process_time()
    score, feasible = ENGINES[engine](course, seconds, seed)
    score = score if feasible else 0
    gap, cpu = 100 * (1 - score / best), time.process_time() - began
    return Row(name, m, engine, seconds, seed, score, best, round(gap, 2), round(cpu, 2))


def print_table(rows: list[Row]) -> None:
    print(f"{'instance':10}{'m':>2} {'engine':9}{'s':>6}{'seed':>5}{'score':>7}{'best':>7}{'gap %':>8}{'CPU s':>7}")
    for row in rows:
        print(
            f"{row.instance:10}{row.m:>2} {row.engine:9}{row.limit_seconds:>6g}{row.seed:>5}{row.score:>7}"
            f"{row.best_known:>7}{row.gap_percent:>8}{row.cpu_seconds:>7}"
        )
    groups: dict[tuple[str, float], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.engine, row.limit_seconds].append(row)
    print(f"\n{'engine':9}{'s':>6}{'runs':>6}{'mean gap %':>12}{'worst %':>9}{'best known reached':>20}")
    for (engine, seconds), those in sorted(groups.items()):
        gaps = [row.gap_percent for row in those]
        reached = sum(gap <= 0 for gap in gaps)
        print(f"{engine:9}{seconds:>6g}{len(those):>6}{mean(gaps):>12.2f}{max(gaps):>9.2f}{reached:>20}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instances", type=Path, required=True)
    parser.add_argument("--best", type=Path, required=True)
    parser.add_argument("--m", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--seconds", type=float, nargs="+", default=[2.0])
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--only", nargs="+")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = run(given)
    if given.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
    else:
        print_table(rows)


if __name__ == "__main__":
    main()
