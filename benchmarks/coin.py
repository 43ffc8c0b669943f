"""Concentrate or spread, by a coin: how often the trial claims what is not so, and how often it finds what is.

    python -m benchmarks.coin [--simulations 1000] [--pairs 12] [--effects 0 0.3] [--later 0] [--seeds 10000] [--json]

Counties are those of benchmarks.generators, ``levels`` (townships whose level wanders) and ``events`` (cases that come
in series, wait, and are closed one by one, holidays moving half a week's work to the next), before any sweep. The coin
of planner.review.coin is thrown over the last ``2 * pairs`` weeks, and concentrated weeks get more cases, township by
township. ``--later``: this share of them is closed in the week after, which may be a spread one.

Printed: claims at 5 % (false ones, or power), coverage of the 95 % interval, bias and RMSE of the log effect; power as
``power`` foretold it from the weeks before; ``peeked``: claims of somebody who looks after each pair from the sixth on
and stops at the first p <= 0.05; ``t_test``: claims of the paired t test. Seeds begin at ``--seeds``; 0-499 were used
to choose the score's bound.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import ttest_1samp

from benchmarks.generators import BEFORE, Simulated, events, levels
from planner.review.coin import LEAST_PAIRS, Answer, Pairs, analyse, draw, power

MONDAY = date(2026, 1, 5)
FORETOLD = 20
"""Every so many simulations the power is foretold, too."""


@dataclass(frozen=True)
class Row:
    generator: str
    effect: float
    later: float
    pairs: int
    simulations: int
    claims: float
    coverage: float
    bias: float
    rmse: float
    foretold: float
    peeked: float
    t_test: float
    ms: float


def trial(county: Simulated, seed: int, pairs: int, effect: float, later: float) -> Pairs:
    """What a trial over the county's last weeks would have counted."""
    weeks = [(MONDAY + timedelta(weeks=2 * n), MONDAY + timedelta(weeks=2 * n + 1)) for n in range(pairs)]
    chosen = [int(one == second) for (_, second), one in zip(weeks, draw(weeks, seed), strict=True)]
    at = 2 * np.arange(pairs) + np.array(chosen)
    counts = county.counts[BEFORE - 2 * pairs : BEFORE].copy()
    rng = np.random.default_rng(seed + 77)
    more = rng.poisson(counts[at] * effect)
    moved = rng.binomial(more, later)
    np.add.at(counts, at, more - moved)
    next_week = at + 1 < len(counts)
    np.add.at(counts, at[next_week] + 1, moved[next_week])
    total = counts.sum(axis=1)
    other = 2 * np.arange(pairs) + 1 - np.array(chosen)
    return Pairs(total[at], total[other], np.full((pairs, 2), np.nan))


def first(pairs: Pairs, n: int) -> Pairs:
    return Pairs(pairs.concentrated[:n], pairs.spread[:n], pairs.days[:n])


def peeked(pairs: Pairs) -> bool:
    looks = range(LEAST_PAIRS, len(pairs.concentrated) + 1)
    return any(analyse(first(pairs, n)).verdict != "cannot_tell" for n in looks)


def foretold(county: Simulated, pairs: int, effect: float, seed: int) -> float:
    before = county.counts[: BEFORE - 2 * pairs].sum(axis=1)
    return power(np.stack([before[:-1], before[1:]], axis=1), pairs, float(np.log1p(effect)), seed)


def run(make: Callable[[int], Simulated], effect: float, given: argparse.Namespace) -> Row:
    answers: list[Answer] = []
    told: list[tuple[bool, bool]] = []
    guessed: list[float] = []
    spent = 0.0
    for n in range(given.simulations):
        county = make(given.seeds + n)
        pairs = trial(county, given.seeds + n, given.pairs, effect, given.later)
        began = time.perf_counter()
        answers.append(analyse(pairs))
        spent += time.perf_counter() - began
        ratios = np.log((pairs.concentrated + 0.5) / (pairs.spread + 0.5))
        told.append((peeked(pairs), bool(ttest_1samp(ratios, 0).pvalue <= 0.05)))
        if n % FORETOLD == 0:
            guessed.append(foretold(county, given.pairs, effect, n))
    return row(make.__name__, effect, given, answers, np.array(told, float).mean(axis=0), guessed, spent)


def row(
    name: str, effect: float, given: argparse.Namespace, answers: list[Answer], told: npt.NDArray[np.float64],
    guessed: list[float], spent: float,
) -> Row:  # fmt: skip
    truth = float(np.log1p(effect))
    off = np.array([answer.log_ratio - truth for answer in answers])
    return Row(
        name, effect, given.later, given.pairs, len(answers),
        claims=float(np.mean([answer.verdict != "cannot_tell" for answer in answers])),
        coverage=float(np.mean([answer.low <= truth <= answer.high for answer in answers])),
        bias=round(float(off.mean()), 3), rmse=round(float(np.sqrt((off**2).mean())), 3),
        foretold=round(float(np.mean(guessed)), 3), peeked=float(told[0]), t_test=float(told[1]),
        ms=round(spent / len(answers) * 1000, 1),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simulations", type=int, default=1000)
    parser.add_argument("--pairs", type=int, default=12)
    parser.add_argument("--effects", type=float, nargs="+", default=[0.0, 0.3], help="as shares: 0.30 is +30 %%")
    parser.add_argument("--later", type=float, default=0.0)
    parser.add_argument("--seeds", type=int, default=10_000, help="the first seed")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = [run(make, effect, given) for make in (levels, events) for effect in given.effects]
    print(pd.DataFrame([asdict(row) for row in rows]).to_string(index=False))
    if given.json:
        print(json.dumps([asdict(row) for row in rows]))


if __name__ == "__main__":
    main()
