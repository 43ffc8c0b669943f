"""Published TOPTW instances: gap to the best known score at equal CPU seconds, all engines in one run.

    python -m benchmarks.toptw --instances DIR --best FILE [--m 1 2 3 4] [--seconds 2 10] [--seeds 1]
                               [--only c101 pr03] [--engines ruin-recreate ortools pyvrp vroom greedy] [--json]

DIR holds <name>.txt, FILE has the columns instance, m, best_known_score. Every engine runs on one core and is stopped
by CPU time (VROOM stops by itself); all routes are timed anew, those that do not hold count as no score.
"""

import argparse
import csv
import json
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean

from benchmarks.instances import read_toptw
from planner.routing.course import Course
from planner.routing.engines import ENGINES, Deadline
from planner.routing.engines.mend import holds
from planner.routing.search import compile_search


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


SEEDLESS = ("ortools", "vroom", "greedy")


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
                    for seed in range(1, (1 if engine in SEEDLESS else given.seeds) + 1)
                ]
    return rows


def one(engine: str, name: str, m: int, course: Course, seconds: float, seed: int, best: int) -> Row:
    began = time.process_time()
    routes = ENGINES[engine](course, Deadline(time.process_time, began + seconds), seed)
    made = [v for route in routes for v in route]
    sound = len(made) == len(set(made)) and all(holds(course, r, route) for r, route in enumerate(routes))
    score = int(course.prize[made].sum()) if sound else 0
    gap, cpu = 100 * (1 - score / best), time.process_time() - began
    return Row(name, m, engine, seconds, seed, score, best, round(gap, 2), round(cpu, 2))


def summary(rows: list[Row]) -> list[dict[str, float | str]]:
    """Per engine and limit: mean and worst gap of all runs, and how many reached the best known score."""
    groups: dict[tuple[str, float], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.engine, row.limit_seconds].append(row)
    return [
        {
            "engine": engine,
            "limit_seconds": seconds,
            "runs": len(those),
            "mean_gap_percent": round(mean(row.gap_percent for row in those), 2),
            "worst_gap_percent": max(row.gap_percent for row in those),
            "best_known_reached": sum(row.gap_percent <= 0 for row in those),
            "mean_cpu_seconds": round(mean(row.cpu_seconds for row in those), 2),
        }
        for (engine, seconds), those in sorted(groups.items(), key=lambda item: (item[0][1], item[0][0]))
    ]


def print_table(rows: list[Row]) -> None:
    print(f"{'instance':10}{'m':>2} {'engine':14}{'s':>6}{'seed':>5}{'score':>7}{'best':>7}{'gap %':>8}{'CPU s':>7}")
    for row in rows:
        print(
            f"{row.instance:10}{row.m:>2} {row.engine:14}{row.limit_seconds:>6g}{row.seed:>5}{row.score:>7}"
            f"{row.best_known:>7}{row.gap_percent:>8}{row.cpu_seconds:>7}"
        )
    print(f"\n{'engine':14}{'s':>6}{'runs':>6}{'mean gap %':>12}{'worst %':>9}{'best reached':>14}{'mean CPU s':>12}")
    for line in summary(rows):
        name, seconds, runs, average, worst, reached, cpu = line.values()
        print(f"{name:14}{seconds:>6g}{runs:>6}{average:>12.2f}{worst:>9.2f}{reached:>14}{cpu:>12.2f}")


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
        print(json.dumps({"rows": [asdict(row) for row in rows], "summary": summary(rows)}, indent=1))
    else:
        print_table(rows)


if __name__ == "__main__":
    main()
