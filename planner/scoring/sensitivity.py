"""What if the parts of the score weighed otherwise? The order under other weights, and over all plausible ones.

The score is a sum of weights x shares of the county, so that another order is one product away.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.model.hotspot import PARTS

Floats = npt.NDArray[np.float64]

CONCENTRATION = 20.0
"""Of the Dirichlet of plausible weights around the policy's: a weight of 0.45 then lies between 0.28 and 0.63 in nine
draws of ten."""

DRAWS = 2000
SURE = 0.95


@dataclass(frozen=True)
class Sensitivity:
    """``table``: township_code, rank, in_top (share of the plausible weights under which it is among the k highest),
    best_rank and worst_rank (over nine draws of ten).

    ``may_leave``: of the k highest, those that leave under more than 5 % of the weights; ``may_enter``: the others
    that come in under more than 5 %.
    """

    table: pd.DataFrame
    k: int

    @property
    def may_leave(self) -> list[str]:
        inside = self.table["rank"] <= self.k
        return self.table.loc[inside & (self.table["in_top"] < SURE), "township_code"].tolist()

    @property
    def may_enter(self) -> list[str]:
        inside = self.table["rank"] <= self.k
        return self.table.loc[~inside & (self.table["in_top"] > 1 - SURE), "township_code"].tolist()


def reweighted(table: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """HOTSPOT_TABLE columns township_code, name, the parts, score and rank under other weights; hottest first.

    Args:
        weights: part -> weight, not negative. Parts that are nought all over the county get none; what is left is
            scaled to 1.

    Raises:
        ValueError: a weight is negative, or nothing has any.
    """
    shares = _shares(table)
    given = np.array([weights[part] for part in PARTS], dtype=float) * shares.any(axis=0)
    if (given < 0).any() or not given.any():
        raise ValueError(weights)
    points = 100 * shares * (given / given.sum())
    told = table[["township_code", "name"]].assign(**dict(zip(PARTS, points.T, strict=True)), before=table["rank"])
    told = told.assign(score=points.sum(axis=1)).sort_values(["score", "before"], ascending=[False, True])
    return told.assign(rank=np.arange(1, len(told) + 1)).reset_index(drop=True)


def sensitivity(table: pd.DataFrame, weights: Mapping[str, float], k: int, seed: int) -> Sensitivity:
    """Which townships stay among the k highest under weights drawn from a Dirichlet around ``weights``."""
    shares = _shares(table)
    centre = np.array([weights[part] for part in PARTS], dtype=float)
    used = (centre > 0) & shares.any(axis=0)
    drawn = np.random.default_rng(seed).dirichlet(CONCENTRATION * centre[used] / centre[used].sum(), DRAWS)
    score = drawn @ shares[:, used].T
    rank = 1 + np.argsort(np.argsort(-score, axis=1, kind="stable"), axis=1, kind="stable")
    best, worst = np.quantile(rank, [0.05, 0.95], axis=0, method="nearest")
    found = table[["township_code", "rank"]].assign(
        in_top=(rank <= k).mean(axis=0), best_rank=best.astype(int), worst_rank=worst.astype(int)
    )
    return Sensitivity(found, k)


def _shares(table: pd.DataFrame) -> Floats:
    """Each township's share of the county by part (n, 4); a part that weighs nothing has none."""
    parts = table[list(PARTS)].to_numpy(dtype=float)
    total = parts.sum(axis=0)
    return np.asarray(np.divide(parts, total, out=np.zeros_like(parts), where=total > 0), dtype=np.float64)
