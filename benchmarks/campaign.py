"""Sweeps of a campaign chosen together, against one at a time, always the same hottest, and spreading thin.

    python -m benchmarks.campaign [--data FOLDER] [--start 2026-12-07] [--weeks 14] [--sweeps 5] [--townships 3]
                                  [--rest 4] [--most 2] [--seeds 0 1 2] [--json]

FOLDER is an installation's data folder; a score is kept there, and the seed is that of the score and the solver.
Without one, for each seed a demo register of 2,000 cases is made and read, so that every seed is another stock.
Printed: points by the stock model, how many townships are never reached, the fewest weeks between two sweeps of one
township, and seconds for the choice alone (the stock is valued once, in `stock_seconds`).
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from planner.bootstrap import open_context
from planner.model.campaign import Rules
from planner.scoring.rotation import Rotation, Stock, as_given, greedy, spread_out, together
from planner.settings import read_settings
from planner.usecases.campaign_stock import Choices, choices, sweep_weeks
from planner.usecases.context import Context
from planner.usecases.import_register import import_register

ROOT = Path(__file__).resolve().parents[1]
REGION = "data/regions/330225"
CASES = 2_000


@dataclass(frozen=True)
class Row:
    seed: int
    way: str
    points: float
    of_together: float
    never: int
    hot_never: int
    least_rest: int | None
    seconds: float


@contextmanager
def installation(folder: Path | None, seed: int) -> Iterator[Context]:
    """The given one, or one with a demo register of this seed."""
    with tempfile.TemporaryDirectory(prefix="planner-campaign-") as made:
        place = str(folder or Path(made) / "var")
        with open_context(read_settings({"PLANNER_DATA_DIR": place, "PLANNER_REGION": REGION})) as ctx:
            if folder is None:
                script = [sys.executable, "data/demo/make_register.py", "--out", made, "--cases", str(CASES)]
                subprocess.run([*script, "--seed", str(seed)], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
                import_register(ctx, [(file.name, file.read_bytes()) for file in sorted(Path(made).glob("*.xlsx"))])
            yield ctx


def ways(known: Choices, rules: Rules, seed: int) -> Iterator[tuple[str, Rotation | None, float]]:
    stock = known.stock
    must = np.flatnonzero(known.p_top >= rules.hot).tolist()
    hottest = np.argsort(-known.p_top, kind="stable")[: rules.townships].tolist()
    asked = {
        "together": lambda: together(stock, rules, must, seed),
        "greedy": lambda: greedy(stock, rules, must),
        "hottest": lambda: as_given(stock, [hottest] * stock.sweeps),
        "spread": lambda: spread_out(stock, rules.townships),
    }
    for way, work in asked.items():
        begun = time.perf_counter()
        found = work()
        yield way, found, time.perf_counter() - begun


def least_rest(stock: Stock, sweeps: Sequence[Sequence[int]]) -> int | None:
    """Fewest weeks between two sweeps of one township."""
    gaps = []
    for town in range(stock.townships):
        weeks = [int(week) for week, chosen in zip(stock.weeks, sweeps, strict=True) if town in chosen]
        gaps += [later - earlier for earlier, later in pairwise(weeks)]
    return min(gaps, default=None)


def rows_of(known: Choices, rules: Rules, seed: int) -> list[Row]:
    best, found = 0.0, []
    for way, rotation, seconds in ways(known, rules, seed):
        if rotation is None:
            found.append(Row(seed, way, float("nan"), float("nan"), 0, 0, None, round(seconds, 3)))
            continue
        best = best or rotation.worth
        never = set(range(known.stock.townships)) - {town for chosen in rotation.sweeps for town in chosen}
        hot = sum(bool(known.p_top[town] >= rules.hot) for town in never)
        rest = least_rest(known.stock, rotation.sweeps)
        share = round(rotation.worth / best, 4)
        found.append(Row(seed, way, round(rotation.worth), share, len(never), hot, rest, round(seconds, 3)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--start", type=date.fromisoformat, default=date(2026, 12, 7))
    parser.add_argument("--weeks", type=int, default=14)
    parser.add_argument("--sweeps", type=int, default=5)
    parser.add_argument("--townships", type=int, default=3)
    parser.add_argument("--rest", type=int, default=4)
    parser.add_argument("--most", type=int, default=2)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rules, rows = Rules(given.townships, given.rest, given.most), []
    for seed in given.seeds:
        with installation(given.data, seed) as ctx:
            begun = time.perf_counter()
            weeks = sweep_weeks(ctx.region.calendar, given.start, given.weeks, given.sweeps)
            known = choices(ctx, weeks, rules.townships, rules.rest_weeks, seed)
            print(f"seed {seed}: {len(known.stock.town):,} visits, stock_seconds {time.perf_counter() - begun:.1f}")
            rows += rows_of(known, rules, seed)
    print(pd.DataFrame([asdict(row) for row in rows]).to_string(index=False))
    if given.json:
        print(json.dumps([asdict(row) for row in rows]))


if __name__ == "__main__":
    main()
