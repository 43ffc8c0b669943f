"""The whole loop with a truth that is known: a register comes in, a sweep is planned and adopted, a quarter passes in
which the swept townships close more cases by a true effect, the new register comes in, and the review is asked.

    python -m benchmarks.loop [--seeds 50] [--effects 0 0.5] [--weeks 13] [--json]

Printed for each effect: how often the review claims one, how often its interval holds the truth, bias and RMSE.
"""

import argparse
import io
import json
import tempfile
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as day_time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.bootstrap import open_context
from planner.model.units import BEIJING
from planner.settings import read_settings
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from planner.usecases.in_force import adopt
from planner.usecases.plan import plan
from planner.usecases.review import Review, review
from planner.usecases.sweep import PlanRequest
from planner.usecases.sweeps import done_sweeps

REGION = "data/regions/330225"
MONDAY = date(2026, 11, 23)
BEFORE = 104
RATE = (4.0, 0.9)
"""Shape and scale of the gamma by which townships differ in cases closed a week."""

OPEN = 300
COLUMNS = ("案号", "立案日期", "结案日期", "结案方式", "申请执行标的", "执行到位金额", "被执行人", "户籍地")


@dataclass(frozen=True)
class Row:
    effect: float
    seeds: int
    claims: float
    coverage: float
    bias: float
    rmse: float


class County:
    """Townships whose level wanders, and the register that tells of them."""

    def __init__(self, names: list[str], seed: int) -> None:
        self.names, self.rng = names, np.random.default_rng(seed)
        self.base = self.rng.gamma(*RATE, len(names))
        self.state = self.rng.normal(0, 0.25, len(names))
        self.rows: list[tuple[object, ...]] = []
        for n in range(OPEN):
            place = names[int(self.rng.choice(len(names), p=self.base / self.base.sum()))]
            filed = MONDAY - timedelta(days=int(self.rng.integers(30, 300)))
            claimed = int(self.rng.lognormal(11, 1))
            self.rows.append(
                (f"(2026)浙0225执{n + 1}号", filed, None, None, claimed, None, f"示例开{n}", f"{place}示例路{n}号")
            )

    def pass_week(self, week: int, more: npt.NDArray[np.float64]) -> None:
        """Cases closed in a week; week 0 is that of the sweep. ``more``: (n,) factors."""
        self.state = 0.94 * self.state + self.rng.normal(0, 0.25 * np.sqrt(1 - 0.94**2), len(self.names))
        monday = MONDAY + timedelta(weeks=week)
        for town, count in enumerate(self.rng.poisson(self.base * np.exp(self.state) * more)):
            for _ in range(count):
                closed = monday + timedelta(days=int(self.rng.integers(0, 5)))
                filed = closed - timedelta(days=int(self.rng.integers(40, 200)))
                claimed = int(self.rng.lognormal(10, 1))
                number = f"({filed.year})浙0225执{100_000 + len(self.rows)}号"
                told = ("执行完毕", claimed, claimed) if self.rng.random() < 0.9 else ("终结本次执行程序", claimed, 0)
                place = f"{self.names[town]}示例路1号"
                self.rows.append((number, filed, closed, told[0], *told[1:], f"示例{len(self.rows)}", place))

    def register(self) -> bytes:
        buffer = io.BytesIO()
        pd.DataFrame(self.rows, columns=list(COLUMNS)).to_csv(buffer, index=False)
        return buffer.getvalue()


def play(ctx: Context, seed: int, effect: float, weeks: int = 13) -> Review:
    """One loop on an empty installation; ``effect`` is a share (0.5: +50 %)."""
    county = County(ctx.region.townships["name"].tolist(), seed)
    nothing = np.ones(len(county.names))
    for week in range(-BEFORE, 0):
        county.pass_week(week, nothing)
    friday = replace(ctx, clock=lambda: datetime.combine(MONDAY - timedelta(days=3), day_time(17), BEIJING))
    import_register(friday, [("before.csv", county.register())])
    made = plan(friday, PlanRequest(week_start=MONDAY, seconds=1.0, seed=seed))
    adopt(friday, made.id)
    swept = {route.township_code for route in made.routes if route.stops}
    more = np.where(ctx.region.townships["code"].isin(swept), 1 + effect, 1.0)
    for week in range(weeks):
        county.pass_week(week, more)
    later = replace(ctx, clock=lambda: datetime.combine(MONDAY + timedelta(weeks=weeks), day_time(9), BEIJING))
    import_register(later, [("after.csv", county.register())])
    return review(later, done_sweeps(later)[-1].plan_id)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--effects", type=float, nargs="+", default=[0.0, 0.5])
    parser.add_argument("--weeks", type=int, default=13)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = []
    for effect in given.effects:
        told = []
        for seed in range(given.seeds):
            with tempfile.TemporaryDirectory(prefix="planner-loop-") as folder:
                environment = {"PLANNER_DATA_DIR": str(Path(folder) / "var"), "PLANNER_REGION": REGION}
                with open_context(read_settings(environment)) as ctx:
                    found = play(ctx, seed, effect, given.weeks).primary.effect
            if found is None:
                raise SystemExit(f"seed {seed}: nothing could be judged")
            truth = np.log1p(effect)
            told.append((found.verdict != "cannot_tell", found.low <= truth <= found.high, found.log_ratio - truth))
        claims, covered, off = np.array(told, float).T
        rmse = float(np.sqrt((off**2).mean()).round(3))
        rows.append(
            Row(effect, len(told), float(claims.mean()), float(covered.mean()), float(off.mean().round(3)), rmse)
        )
        print(rows[-1])
    print(pd.DataFrame([asdict(row) for row in rows]).to_string(index=False))
    if given.json:
        print(json.dumps([asdict(row) for row in rows]))


if __name__ == "__main__":
    main()
