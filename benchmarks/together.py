"""Counties of a province timed together, against everyone alone and first come first served.

    python -m benchmarks.together [--data FOLDER] [--counties 90] [--weeks 6] [--most 18] [--seeds 0 1 2]
                                  [--seconds 6] [--json]

FOLDER is the data folder of a province that was scored (the settings PLANNER_REGION and PLANNER_PROVINCE name its
folders): the counties are asked once (`ask_seconds`) and solved with each seed. Without one, each seed is another
made-up province: a chessboard of counties, concave curves of 3 to 8 squads, holidays, borders and drives.
`--seconds` is the effort of the solver, its deterministic time. Printed: points in all and their parts, pairs of
neighbours in one week, squad-weeks lent, the proven gap, seconds, and broken rules found by the independent checker.
"""

import argparse
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from planner.bootstrap import open_context
from planner.model.together import Border, Timing, TogetherProblem, Way
from planner.routing.together import alone, greedy, solve_together, with_loans
from planner.routing.together_check import check_together
from planner.settings import read_settings
from planner.usecases.together import TimingRequest, posed_timing

LARGEST = 8
NET_MINUTES = 420


@dataclass(frozen=True)
class Row:
    seed: int
    way: str
    points: int
    of_alone: float
    worth: int
    kept: int
    away: int
    pairs: int
    lent: int
    gap: float | None
    seconds: float
    broken: int


def made_up_province(seed: int, counties: int, weeks: int, most: int) -> TogetherProblem:
    """A chessboard; worth in the order of a county of 10,000 cases."""
    draw = np.random.default_rng(seed)
    columns = int(np.ceil(np.sqrt(counties)))
    own = draw.integers(3, LARGEST, counties, endpoint=True).astype(np.int32)
    borrow = draw.integers(0, 3, counties, endpoint=True).astype(np.int32)
    worth = []
    for county in range(counties):
        falling = np.sort(draw.gamma(3.0, draw.gamma(4.0, 250.0), own[county] + borrow[county]))[::-1]
        gains = np.rint(falling[None, :] * draw.uniform(0.85, 1.1, (weeks, 1))).astype(np.int32)
        worth.append(np.concatenate([np.zeros((weeks, 1), np.int32), np.cumsum(gains, axis=1)], axis=1))
    means = np.array([table[:, own[c]].mean() / own[c] for c, table in enumerate(worth)])
    borders, ways = [], []
    for a in range(counties):
        for b in (
            a + 1 if (a + 1) % columns else counties,
            a + columns,
            a + columns + 1 if (a + 1) % columns else counties,
        ):
            if b < counties:
                borders.append(Border(a, b, int(draw.gamma(1.0, 150.0))))
                for pair in ((a, b), (b, a)):
                    minutes = int(draw.integers(30, 120))
                    ways.append(Way(*pair, minutes, max(0, round(100 * (1 - minutes / NET_MINUTES)))))
    return TogetherProblem(
        squads=own, works=draw.random((counties, weeks)) >= 0.05, worth=tuple(worth),
        away_cost=np.rint(0.3 * means).astype(np.int32), lend_most=np.minimum(2, own).astype(np.int32),
        borrow_most=borrow, borders=tuple(borders), ways=tuple(ways), most_a_week=most, minutes_most=90,
    )  # fmt: skip


def rows_of(problem: TogetherProblem, seed: int, effort: float) -> list[Row]:
    ways: dict[str, Callable[[], Timing]] = {
        "together": lambda: solve_together(problem, seed, effort),
        "no help": lambda: solve_together(_without(problem, ways=()), seed, effort),
        "no borders": lambda: with_loans(problem, solve_together(_without(problem, borders=()), seed, effort).weeks),
        "greedy": lambda: greedy(problem),
        "alone": lambda: alone(problem),
    }
    base, rows = alone(problem).points, []
    for way, make in ways.items():
        began = time.perf_counter()
        timing = make()
        seconds = time.perf_counter() - began
        own = problem if way != "no help" else _without(problem, ways=())
        same = sum(timing.weeks[x.a] is not None and timing.weeks[x.a] == timing.weeks[x.b] for x in problem.borders)
        gap = (timing.bound - timing.points) / timing.points if np.isfinite(timing.bound) else None
        rows.append(
            Row(seed, way, timing.points, timing.points / base, timing.worth, timing.kept, timing.away, same,
                sum(loan.squads for loan in timing.loans), gap, round(seconds, 2), len(check_together(own, timing)))
        )  # fmt: skip
    return rows


def _without(problem: TogetherProblem, **changes: tuple[()]) -> TogetherProblem:
    return replace(problem, **changes)


def asked(folder: Path, weeks: int, most: int) -> tuple[TogetherProblem, float]:
    """The problem of a province that was scored, and the seconds that asking its counties took."""
    began = time.perf_counter()
    with open_context(read_settings(os.environ | {"PLANNER_DATA_DIR": str(folder)})) as ctx:
        request = TimingRequest(weeks=weeks)
        problem = posed_timing(ctx, request).problem
    return replace(problem, most_a_week=most), round(time.perf_counter() - began, 1)


def show(rows: Sequence[Row], ask_seconds: float | None) -> None:
    print(f"{'seed':>4} {'way':<10} {'points':>9} {'of alone':>8} {'worth':>9} {'kept':>6} {'away':>6} {'pairs':>5} "
          f"{'lent':>4} {'gap':>7} {'seconds':>7} {'broken':>6}")  # fmt: skip
    for row in rows:
        gap = f"{row.gap:.2%}" if row.gap is not None else "-"
        print(f"{row.seed:>4} {row.way:<10} {row.points:>9,} {row.of_alone:>8.2%} {row.worth:>9,} {row.kept:>6,} "
              f"{row.away:>6,} {row.pairs:>5} {row.lent:>4} {gap:>7} {row.seconds:>7} {row.broken:>6}")  # fmt: skip
    if ask_seconds is not None:
        print(f"counties asked in {ask_seconds} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--counties", type=int, default=90)
    parser.add_argument("--weeks", type=int, default=6)
    parser.add_argument("--most", type=int, default=18)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows: list[Row] = []
    ask_seconds, real = None, None
    if given.data:
        real, ask_seconds = asked(given.data, given.weeks, given.most)
    for seed in given.seeds:
        problem = real or made_up_province(seed, given.counties, given.weeks, given.most)
        rows += rows_of(problem, seed, given.seconds)
    show(rows, ask_seconds)
    if given.json:
        print(json.dumps({"rows": [asdict(row) for row in rows], "ask_seconds": ask_seconds}))


if __name__ == "__main__":
    main()
