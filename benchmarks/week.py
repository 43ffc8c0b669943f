"""A made-up week of 60 squad-days and 1,500 visits: prize, bound and seconds of every engine.

    python -m benchmarks.week WEEK_JSON [--engines ruin-recreate ortools pyvrp vroom greedy] [--seconds 10 60]
                              [--seeds 1] [--only one|free] [--json]
    python -m benchmarks.week NEW_JSON --make SEED     writes another week of the same kind

Twice: with one township a squad-day, and with the county as one township (free of townships). Times are in seconds
rather than minutes of the day: the solver knows only whole numbers. ``gap`` is to the best bound that any engine's run
of the same week proved.
"""

import argparse
import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from planner.model.sweep import Access, SquadDay, SweepProblem
from planner.routing.check import check
from planner.routing.engines import ENGINES
from planner.routing.solve import OWN, solve


@dataclass(frozen=True)
class Row:
    method: str
    engine: str
    limit_seconds: float
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


def run(path: Path, one_township: bool, engine: str, seconds: float, seed: int) -> Row:
    problem = read_week(path, one_township)
    wall, cpu = time.perf_counter(), time.process_time()
    solution = solve(problem, seed, seconds, time.perf_counter, engine=engine)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Row(
        method="one township a squad-day" if one_township else "free of townships",
        engine=engine,
        limit_seconds=seconds,
        seed=seed,
        prize=solution.prize,
        bound=solution.bound,
        gap_percent=0.0,
        steps=solution.iterations,
        wall_seconds=round(wall, 2),
        cpu_seconds=round(cpu, 2),
        violations=len(check(problem, solution)),
    )


def with_gaps(rows: list[Row]) -> list[Row]:
    """Every row against the lowest bound that was proved for its problem: a bound does not depend on the engine."""
    lowest = {method: min(row.bound for row in rows if row.method == method) for method in {row.method for row in rows}}
    return [replace(row, gap_percent=round(100 * (lowest[row.method] / row.prize - 1), 2)) for row in rows]


def make_week(seed: int) -> dict[str, object]:
    """40 townships on a map of 60 x 50 km, their visits around their seats; 30 % have windows of two or three hours."""
    rng = np.random.default_rng(seed)
    seats = rng.uniform((3, 3), (57, 47), (40, 2))
    town = rng.choice(40, 1500, p=rng.dirichlet(np.full(40, 2.0)))
    points = np.clip(seats[town] + rng.normal(0, 2.5, (1500, 2)), 0, 60)
    opens = rng.integers(0, 6, 1500) * 3600
    windowed = rng.random(1500) < 0.3
    return {
        "bases": rng.uniform((8, 8), (52, 42), (3, 2)).round(1).tolist(),
        "squads_per_base": 4,
        "days": 5,
        "shift_s": 28_800,
        "speed_kmh": 40,
        "detour": 1.35,
        "stop_overhead_s": 120,
        "visits": [
            {
                "x": round(float(x), 3),
                "y": round(float(y), 3),
                "town": int(t),
                "prize": int(prize),
                "dur_s": int(minutes) * 60,
                "tw": [int(start), int(start) + 7200] if narrow else [0, 28_800],
            }
            for (x, y), t, prize, minutes, start, narrow in zip(
                points, town, rng.integers(5, 51, 1500), rng.integers(20, 46, 1500), opens, windowed, strict=True
            )
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("week", type=Path)
    parser.add_argument("--make", type=int, metavar="SEED", help="write a week instead of planning one")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--seconds", type=float, nargs="+", default=[10.0])
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--only", choices=("one", "free"))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.make is not None:
        given.week.write_text(json.dumps(make_week(given.make)))
        return
    run(given.week, True, OWN, 0.1, 0)  # compiles
    rows = with_gaps(
        [
            run(given.week, one_township, engine, seconds, seed)
            for one_township in (True, False)
            if given.only in (None, "one" if one_township else "free")
            for engine in given.engines
            for seconds in given.seconds
            for seed in range(1, given.seeds + 1)
        ]
    )
    if given.json:
        print(json.dumps({"rows": [asdict(row) for row in rows]}, indent=1))
    else:
        print_table(rows)


def print_table(rows: list[Row]) -> None:
    widths = {
        "method": 26,
        "engine": 15,
        "limit s": 8,
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
