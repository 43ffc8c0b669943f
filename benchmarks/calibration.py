"""What is proposed to change in the policy, against counties whose truth is known.

    python -m benchmarks.calibration [--seeds 200] [--visits 60 300 1000] [--factor 1.0 0.7 1.3] [--uneven 0 0.3]
                                     [--json]

A simulator makes visits of a plan by the policy, with a truth of its own: worth.p_find and worth.recovery_share are
``--factor`` times the policy's, all else is right. ``--uneven``: standard deviation of the log chance from one
squad-day to the next, so that whole days go well or badly. Printed: shares of seeds with a false proposal (of a key
that is right; with factor 1.0 of any key) and with the proposal that is due; coverage of the 95 % intervals of all keys
that are judged, of p_find and of recovery_share; the error of p_find after the proposal was taken, against that of
keeping the old value, both as a root mean square over seeds in shares of the truth.
"""

import argparse
import json
import time
from dataclasses import asdict, dataclass, replace
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.files.policy import RANGES
from planner.model.policy import Policy
from planner.review.calibration import JUDGED, STAY_KINDS, STAYS
from planner.review.factors import chances, parts
from planner.review.propose import Proposal, propose

A_DAY = 8
"""Visits of a squad-day."""

WEEK = pd.Timestamp("2026-11-23")
STAY_SPREAD = 0.35
"""Of the logarithm of minutes."""


@dataclass(frozen=True)
class Row:
    visits: int
    factor: float
    uneven: float
    seeds: int
    false: float
    due: float
    due_money: float
    coverage: float
    coverage_find: float
    coverage_money: float
    rmse: float
    rmse_old: float
    ms: float


def visits_made(seed: int, visits: int, truth: Policy, policy: Policy, uneven: float = 0.0) -> pd.DataFrame:
    """JUDGED: made-up visits planned under ``policy``; what was found and paid follows ``truth``."""
    rng = np.random.default_rng(seed)
    day = np.arange(visits) // A_DAY
    fisher = rng.random(visits) < 0.12
    rows = pd.DataFrame(
        {
            "week": WEEK,
            "squad_id": [f"S{number % 12:02d}" for number in day],
            "day": WEEK + pd.to_timedelta(day // 12, unit="D"),
            "case_id": [f"(2026)浙0225执{number + 1}号" for number in range(visits)],
            "start": rng.choice([7 * 60, 10 * 60, 15 * 60, 19 * 60], visits, p=[0.1, 0.4, 0.4, 0.1]),
            "company": rng.random(visits) < 0.25,
            "fisher": fisher,
            "ashore": np.where(fisher, rng.choice([0.0, 0.6], visits), 0.0),
            "fresh": np.where(rng.random(visits) < 0.2, rng.random(visits), 0.0),
            "aged": 0.5 ** rng.exponential(0.8, visits),
            "point_source": rng.choice(["village", "coordinates", "township"], visits, p=[0.6, 0.2, 0.2]),
            "livelihood": rng.random(visits) < 0.1,
            "revived": np.where(rng.random(visits) < 0.15, 1.0, 0.0),
            "claimed_fen": np.minimum(rng.lognormal(15.4, 1.1, visits), policy.worth.cap_fen),
        }
    )
    luck = np.exp(rng.normal(0, uneven, day.max() + 1) - uneven**2 / 2)[day]
    of = parts(rows.assign(found=False))
    found = rng.random(visits) < np.minimum(chances(of, truth.worth)[0] * luck, 1.0)
    rows = rows.assign(chance=chances(of, policy.worth)[0], found=found)
    share = _shares(rows, policy)
    true = _shares(rows, truth)
    paid = found * rows["claimed_fen"] * rng.random(visits) ** (1 / true - 1)
    return rows.assign(expected_if_found_fen=share * rows["claimed_fen"], paid_fen=paid.round().astype("int64"))[
        list(JUDGED)
    ]


def stays_made(seed: int, visits: int, policy: Policy) -> pd.DataFrame:
    """STAYS: log-normal about the policy's minutes, each squad-day with a pace of its own."""
    rng = np.random.default_rng(seed + 1)
    day = np.arange(visits) // A_DAY
    kind = rng.choice(STAY_KINDS, visits, p=[0.7, 0.2, 0.1])
    pace = np.exp(rng.normal(0, 0.15, day.max() + 1))[day]
    minutes = pace * np.exp(rng.normal(0, STAY_SPREAD, visits) - (STAY_SPREAD**2 + 0.15**2) / 2)
    return pd.DataFrame(
        {
            "week": WEEK, "squad_id": [f"S{number % 12:02d}" for number in day],
            "day": WEEK + pd.to_timedelta(day // 12, unit="D"), "kind": kind,
            "minutes": minutes * [getattr(policy.visit, name) for name in kind],
        },
        columns=list(STAYS),
    )  # fmt: skip


def truth_of(policy: Policy, factor: float) -> Policy:
    worth = policy.worth
    moved = replace(worth, p_find=worth.p_find * factor, recovery_share=worth.recovery_share * factor)
    return replace(policy, worth=moved)


def value(policy: Policy, key: str) -> float:
    table, name = key.split(".")
    return float(getattr(getattr(policy, table), name))


def _shares(rows: pd.DataFrame, policy: Policy) -> npt.NDArray[np.float64]:
    worth = policy.worth
    return np.where(rows["revived"] == 1.0, worth.recovery_share_terminated, worth.recovery_share)


def told(seed: int, visits: int, factor: float, uneven: float) -> tuple[Policy, tuple[Proposal, ...]]:
    policy = Policy()
    truth = truth_of(policy, factor)
    rows = visits_made(seed, visits, truth, policy, uneven)
    return truth, propose(rows, stays_made(seed, visits, policy), policy, RANGES)


def run(visits: int, factor: float, uneven: float, seeds: int) -> Row:
    false, due, due_money, off, covered, begun = 0, 0, 0, [], [], time.perf_counter()
    for seed in range(seeds):
        truth, proposals = told(seed, visits, factor, uneven)
        wrong = {"worth.p_find", "worth.recovery_share"} if factor != 1.0 else set()
        named = {one.key: one for one in proposals}
        proposed = {key for key, one in named.items() if one.proposed is not None}
        false += bool(proposed - wrong)
        due += "worth.p_find" in proposed
        due_money += "worth.recovery_share" in proposed
        covered += [
            (one.key, one.low <= value(truth, one.key) <= one.high)
            for one in proposals
            if one.low is not None and one.high is not None
        ]
        find = named["worth.p_find"]
        true = value(truth, find.key)
        off.append(((find.proposed or find.present) / true - 1, find.present / true - 1))
    ms = 1000 * (time.perf_counter() - begun) / seeds
    rmse, old = np.sqrt((np.array(off) ** 2).mean(axis=0))

    def coverage(key: str | None) -> float:
        hits = [hit for name, hit in covered if key in (None, name)]
        return round(float(np.mean(hits)), 3) if hits else float("nan")

    return Row(
        visits, factor, uneven, seeds, false / seeds, due / seeds, due_money / seeds, coverage(None),
        coverage("worth.p_find"), coverage("worth.recovery_share"), round(float(rmse), 3), round(float(old), 3),
        round(ms, 1),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--visits", type=int, nargs="+", default=[60, 300, 1000])
    parser.add_argument("--factor", type=float, nargs="+", default=[1.0, 0.7, 1.3])
    parser.add_argument("--uneven", type=float, nargs="+", default=[0.0, 0.3])
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = []
    for uneven, factor, visits in product(given.uneven, given.factor, given.visits):
        rows.append(run(visits, factor, uneven, given.seeds))
        print(rows[-1], flush=True)
    print(pd.DataFrame([asdict(row) for row in rows]).to_string(index=False))
    if given.json:
        print(json.dumps([asdict(row) for row in rows]))


if __name__ == "__main__":
    main()
