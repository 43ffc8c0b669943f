"""How long does a county's score take, and what stands behind it?

    python -m benchmarks.score --data FOLDER [--repeat 5] [--json]

FOLDER is a data folder with a register (``var`` after ``make demo``). Times are the best of the repeats, seconds. The
score is saved, as the product saves it: give it a copy of the folder.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from planner.bootstrap import open_context
from planner.settings import read_settings
from planner.usecases.explain import (
    backtest_score,
    explain_score,
    order_under,
    over_plausible_weights,
    policy_weights,
)
from planner.usecases.indicators import indicator_view
from planner.usecases.score import score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with open_context(read_settings({**os.environ, "PLANNER_DATA_DIR": str(args.data)})) as ctx:
        run = score(ctx)
        weights = policy_weights(ctx.policy.score)
        verbs: dict[str, Callable[[], object]] = {
            "score and save": lambda: score(ctx),
            "explain": lambda: explain_score(ctx, run),
            "test on the past": lambda: backtest_score(ctx, run, run.hotspots.k),
            "other weights": lambda: order_under(ctx, run, weights),
            "plausible weights": lambda: over_plausible_weights(ctx, run, run.hotspots.k),
            "indicators": lambda: indicator_view(ctx),
        }
        took = {name: min(_seconds(verb) for _ in range(args.repeat)) for name, verb in verbs.items()}
    if args.json:
        print(json.dumps(took))
        return
    for name, seconds in took.items():
        print(f"{name:20s} {seconds:8.3f} s")


def _seconds(verb: Callable[[], object]) -> float:
    began = time.perf_counter()
    verb()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
