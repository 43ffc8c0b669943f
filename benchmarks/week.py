"""A made-up week (60 squad-days, 1,500 visits): what the planner collects, with and without one township a day.

    python -m benchmarks.week WEEK_JSON [--seconds 10] [--seeds 1] [--json]

Prints prize, proven bound, gap, steps, wall and CPU seconds, and the violations the independent checker finds.
Times in the file are seconds, and so is the unit here.
"""

import argparse
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from planner.model.sweep import Access, SquadDay, SweepProblem
from planner.routing.check import check
from planner.routing.solve import solve


@dataclass(frozen=True)
class Row:
    method: str
    seed: int
    prize: int
    bound: int
    gap_percent: float
    steps: int
    wall_seconds: float
    cpu_seconds: float
    violations: int


def read_week(path: Path, one_township: bool) -> SweepProblem:
    """The week as a problem; without ``one_township`` the county is one township."""
    week = json.loads(path.read_text())
    visits, bases = week["visits"], week["bases"]
    points = np.array([[visit["x"], visit["y"]] for visit in visits] + bases)
    km = np.hypot(*(points[:, None] - points[None, :]).transpose(2, 0, 1)) * week["detour"]
    town = _ints([visit["town"] for visit in visits]) if one_township else _ints(np.zeros(len(visits)))
    towns, shift = int(town.max()) + 1, week["shift_s"]
    squads = len(bases) * week["squads_per_base"]
    squad_days = tuple(
        _squad_day(squad, day, len(visits) + squad % len(bases), towns, shift)
        for squad in range(squads)
        for day in range(week["days"])
    )
    return SweepProblem(
        travel=_ints(np.ceil(km / week["speed_kmh"] * 3600)),
        place=_ints(np.arange(len(visits))),
        township=town,
        village=_ints(np.full(len(visits), -1)),
        prize=_ints([visit["prize"] for visit in visits]),
        duration=_ints([visit["dur_s"] + week["stop_overhead_s"] for visit in visits]),
        opens=_ints([visit["tw"][0] for visit in visits]),
        closes=_ints([visit["tw"][1] for visit in visits]),
        needs=_ints(np.zeros(len(visits))),
        squad_days=squad_days,
        chosen=np.ones(towns, np.bool_),
        least_days=_ints(np.zeros(towns)),
        most_days=_ints(np.full(towns, len(squad_days))),
        loan_cost=0,
        break_start=0,
        break_minutes=0,
        max_visits=len(visits),
        villages_once=False,
    )


def _squad_day(squad: int, day: int, base: int, towns: int, shift: int) -> SquadDay:
    access = Access(base, base, 0, shift, 0, 0)
    return SquadDay(squad, day, 0, shift, 0, (access,) * towns, (True,) * towns)


def _ints(values: object) -> np.ndarray:
    return np.ascontiguousarray(np.asarray(values).astype(np.int32))


def run(path: Path, one_township: bool, seconds: float, seed: int) -> Row:
    problem = read_week(path, one_township)
    wall, cpu = time.perf_counter(), time.process_time()
    solution = solve(problem, seed, seconds, time.perf_counter)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Row(
        method="one township a squad-day" if one_township else "free of townships",
        seed=seed,
        prize=solution.prize,
        bound=solution.bound,
        gap_percent=round(100 * (solution.bound / solution.prize - 1), 2),
        steps=solution.iterations,
        wall_seconds=round(wall, 2),
        cpu_seconds=round(cpu, 2),
        violations=len(check(problem, solution)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("week", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    run(given.week, True, 0.1, 0)  # compiles
    rows = [
        run(given.week, one_township, given.seconds, seed)
        for one_township in (True, False)
        for seed in range(1, given.seeds + 1)
    ]
    if given.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
        return
    widths = {
        "method": 26,
        "seed": 5,
        "prize": 8,
        "bound": 8,
        "gap %": 7,
        "steps": 9,
        "wall s": 8,
        "CPU s": 8,
        "broken": 7,
    }
    print("".join(f"{name:>{width}}" for name, width in widths.items()))
    for row in rows:
        print("".join(f"{value:>{width}}" for value, width in zip(asdict(row).values(), widths.values(), strict=True)))


if __name__ == "__main__":
    main()
