"""Did it work? The comparison of sweeps against counties whose truth is known, and the usual comparisons beside it.

    python -m benchmarks.review [--generator module:function ...] [--simulations 1000] [--effects 0 0.30 0.50]
                                [--pooled 4] [--seed 0] [--peers yes|no] [--json]

A generator is a function ``seed -> Simulated`` (benchmarks.generators; a tuple or dict of the same fields will do) and
may take ``effect`` (a log effect) as its second argument; one that does not is run as it is, under its own effects.
Fields: counts (weeks, townships), neighbours (townships, townships), swept (numbers of townships), start (first week
after), effect (true log effect), weeks (of the window, 13 where it is left out). Printed: false claims, or power, at
5 %; coverage of the 95 % interval; bias and RMSE of the log effect; milliseconds each. ``--pooled``: so many sweeps of
as many counties, pooled.
"""

import argparse
import importlib
import inspect
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.generators import Simulated
from benchmarks.review_peers import PEERS, Said
from planner.review.compare import Sweep, pool

LEVEL = 0.05
DEFAULT = ("benchmarks.generators:levels", "benchmarks.generators:events")


@dataclass(frozen=True)
class Row:
    generator: str
    effect: float
    method: str
    simulations: int
    claims: float
    coverage: float
    bias: float
    rmse: float
    ms: float


def simulated(told: object) -> Simulated:
    """Whatever a generator returned."""
    if isinstance(told, Mapping):
        fields: dict[str, Any] = dict(told)
    elif isinstance(told, tuple):
        fields = dict(zip(("counts", "neighbours", "swept", "start", "effect", "weeks"), told, strict=False))
    else:
        names = ("counts", "neighbours", "swept", "start", "effect", "weeks")
        fields = {name: getattr(told, name) for name in names if hasattr(told, name)}
    swept = np.asarray(fields["swept"])
    numbers = np.flatnonzero(swept) if swept.dtype == bool else swept
    counts = np.asarray(fields["counts"], np.int64)
    start = int(fields["start"])
    weeks = int(fields.get("weeks") or min(13, len(counts) - start))
    told_effect = float(fields["effect"])
    return Simulated(counts, np.asarray(fields["neighbours"]), tuple(map(int, numbers)), start, told_effect, weeks)


def as_sweep(case: Simulated) -> Sweep:
    """The question that a simulated county poses."""
    return Sweep(case.counts, _flags(case), case.start, case.weeks)


def ours(cases: list[Simulated]) -> Said:
    effect = pool([as_sweep(case) for case in cases])
    return Said(effect.log_ratio, effect.p, effect.low, effect.high)


def run(name: str, make: Callable[[int], Simulated], label: float, given: argparse.Namespace) -> list[Row]:
    methods: dict[str, Callable[[list[Simulated]], Said]] = {"planner": ours}
    if given.peers == "yes" and given.pooled == 1:
        for peer, say in PEERS.items():
            methods[peer] = lambda cases, say=say: say(
                cases[0].counts, _flags(cases[0]), cases[0].start, cases[0].weeks
            )
    found: dict[str, list[tuple[float, float, float, float]]] = {method: [] for method in methods}
    spent = dict.fromkeys(methods, 0.0)
    for n in range(given.simulations):
        cases = [make(given.seed + n * given.pooled + k) for k in range(given.pooled)]
        for method, say in methods.items():
            began = time.perf_counter()
            told = say(cases)
            spent[method] += time.perf_counter() - began
            truth = cases[0].effect
            found[method].append((told.p <= LEVEL, told.low <= truth <= told.high, told.log_ratio - truth, truth))
    rows = []
    for method, told in found.items():
        claims, covered, off, truth = np.array(told, float).T
        rmse = float(np.sqrt((off**2).mean()))
        rows.append(Row(
            name, label if np.isfinite(label) else float(truth.mean().round(3)), method, len(off),
            float(claims.mean().round(3)), float(covered.mean().round(3)), float(off.mean().round(3)),
            round(rmse, 3), round(spent[method] / len(off) * 1000, 1),
        ))  # fmt: skip
    return rows


def _flags(case: Simulated) -> npt.NDArray[np.bool_]:
    flags = np.zeros(case.counts.shape[1], bool)
    flags[list(case.swept)] = True
    return flags


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--generator", nargs="+", default=list(DEFAULT))
    parser.add_argument("--simulations", type=int, default=1000)
    parser.add_argument("--effects", type=float, nargs="+", default=[0.0, 0.30, 0.50], help="as shares: 0.30 is +30 %%")
    parser.add_argument("--pooled", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--peers", choices=("yes", "no"), default="yes")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows: list[Row] = []
    for path in given.generator:
        module, _, function = path.partition(":")
        generator = getattr(importlib.import_module(module), function)
        if "effect" in inspect.signature(generator).parameters:
            for share in given.effects:
                effect = float(np.log1p(share))
                rows += run(path, lambda seed, e=effect, g=generator: simulated(g(seed, e)), share, given)
        else:
            rows += run(path, lambda seed, g=generator: simulated(g(seed)), float("nan"), given)
    print(pd.DataFrame([asdict(row) for row in rows]).to_string(index=False))
    if given.json:
        print(json.dumps([asdict(row) for row in rows]))


if __name__ == "__main__":
    main()
